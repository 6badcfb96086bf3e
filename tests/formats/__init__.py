"""One report in each format: a text as its blocks, and what writes them.

blocks.py    a plain text → its blocks, with Word's numbers apart from the text
writers.py   blocks → a file of each format, by the generators of the tests
office.py    the formats that LibreOffice writes
"""
