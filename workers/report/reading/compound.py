"""Compound files (OLE, [MS-CFB]), in which Office and Outlook keep their streams."""

from __future__ import annotations

import io
import struct

import olefile

COMPOUND_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What the library lets fall on a broken one; the folders of one may go round in a circle.
BROKEN_COMPOUND = (OSError, ValueError, LookupError, struct.error, RecursionError)


def open_compound(data: bytes) -> olefile.OleFileIO:
    """The file, with no stream that claims to be larger than all of it: one whose sectors run in a
    circle would be read for ever. BROKEN_COMPOUND where it is none.
    """
    ole = olefile.OleFileIO(io.BytesIO(data))
    for entry in ole.direntries:
        if entry is not None:
            entry.size = min(entry.size, len(data))
    return ole
