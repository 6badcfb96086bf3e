"""Files that others may touch: their names, handles that follow no link,
rights that keep others out.
"""
