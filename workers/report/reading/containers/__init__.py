"""Files that hold other files: each of these becomes a document of its own.

members.py     what is taken out, under which names, within which bounds
zips.py        ZIP            tars.py      tar, and gzip, bzip2 and xz around it or one file
mails.py       e-mail, and web archives (MHTML), which have the same form
outlook.py     Outlook's own form of a mail (.msg)
embedded.py    files in an otherwise empty Word document
portfolio.py   files attached to a PDF that says no more than "open me"
"""
