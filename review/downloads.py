"""A table as a file to save."""

from __future__ import annotations

import codecs
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import BinaryIO
from urllib.parse import quote

from starlette.responses import StreamingResponse

from workers.desk.writing import Format

CHUNK = 1 << 16


def send_table(
    write: Callable[[BinaryIO], object], file_format: Format, name: str, *, for_excel: bool = False
) -> StreamingResponse:
    """What `write` writes; before it is sent, so that trouble is an answer and not half a file.

    `for_excel` marks a CSV as UTF-8, which Excel would else not know; a script has no use for that.
    """
    with ExitStack() as stack:
        out = stack.enter_context(tempfile.TemporaryFile())
        if for_excel and file_format is Format.CSV:
            out.write(codecs.BOM_UTF8)
        write(out)
        stack.pop_all()  # it is closed when it was sent
    return send_file(out, file_format.media_type, f"{name}.{file_format}")


def send_file(out: BinaryIO, media_type: str, name: str) -> StreamingResponse:
    """A file that was written, under this name; it is closed at the end."""
    named = {"Content-Disposition": f"attachment; {filename(name)}"}
    return StreamingResponse(_send_chunks(out), media_type=media_type, headers=named)


def filename(name: str) -> str:
    """A file's name as the header says it (RFC 5987).

    >>> filename("panel.csv"), filename("数据.csv")
    ('filename="panel.csv"', "filename*=UTF-8''%E6%95%B0%E6%8D%AE.csv")
    """
    quoted = quote(name)
    return f'filename="{name}"' if quoted == name else f"filename*=UTF-8''{quoted}"


def _send_chunks(out: BinaryIO) -> Iterator[bytes]:
    out.seek(0)
    with out:
        while chunk := out.read(CHUNK):
            yield chunk
