"""Printed and scanned: reports of our own as page images, read back by an OCR engine,
and cleaned (`__main__`).

`layout` sets a report on sheets, `draw` inks them, `profiles` wears them as scanner, fax or camera
does, `engine` reads them, `rows` puts what it read in order, `score` compares. `layout`, `rows` and
`score` need nothing installed.
"""
