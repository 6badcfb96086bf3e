"""Pictures of pages → their text, by rapidocr; needs the extra `ocr`.

pictures.py    a picture's bytes → its pages, none larger than can be held
engine.py      a page → the boxes of its lines, and what is written in them
turning.py     a page that lies on its side or stands on its head
rows.py        boxes → lines in the order in which they are read
pages.py       all of that: a page → its text and the places of its lines
"""
