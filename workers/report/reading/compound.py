"""Compound files (OLE, [MS-CFB]), in which Office and Outlook keep their streams."""

from __future__ import annotations

import io

import olefile


def open_compound(data: bytes) -> olefile.OleFileIO:
    """The file, with no stream that claims to be larger than all of it: one whose sectors run in a
    circle would be read for ever. OSError and others of olefile where it is none.
    """
    ole = olefile.OleFileIO(io.BytesIO(data))
    for entry in ole.direntries:
        if entry is not None:
            entry.size = min(entry.size, len(data))
    return ole
