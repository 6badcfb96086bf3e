"""Printed and scanned: reports of our own as page images, recognised,
and cleaned (`__main__`).

`layout` sets a report on pages, `draw` inks them, `profiles` wears them as scanner, fax or camera
does, the product reads them, `score` compares.
"""
