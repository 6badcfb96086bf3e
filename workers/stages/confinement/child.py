"""The child: takes the file, confines itself, parses, answers.

From its first parsed byte on it may be anybody's.
"""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import NoReturn

from workers.errors import NeedsOffice, PagesWithoutText, UnusableFile
from workers.report.model import Source, Unpacked
from workers.stages.confinement.limits import MEGABYTE, Limits, confine

# A file's bytes, its name, whether an office program converts what it reads best → its text, or
# the files that it holds.
Reader = Callable[[bytes, str, bool], Source | Unpacked]


def read_confined(
    line: int, read: Reader, limits: Limits, *, parent: int, office: bool
) -> NoReturn:
    """Be the child of `parent` at the other end of `line`; never comes back."""
    try:
        data = _receive(line)
        confine(line, limits, parent=parent)
        for piece in _answer(read, data, office):
            _send(line, piece)
    finally:
        os._exit(0)


def _answer(read: Reader, data: bytes, office: bool) -> Iterator[bytes]:
    """A line of JSON, as `answers.Answer` takes it; behind it the bytes of members."""
    told: dict[str, object]
    try:
        opened = read(data, "", office)
        if isinstance(opened, Unpacked):
            members = [(member.path, len(member.content)) for member in opened.members]
            told = {"members": members, "media_type": opened.media_type}
            yield json.dumps(told, ensure_ascii=False).encode() + b"\n"
            yield from (member.content for member in opened.members)
        else:
            yield json.dumps({"source": asdict(opened)}, ensure_ascii=False).encode()
        return
    except UnusableFile as error:
        told = {
            "refused": type(error).__name__,
            "detail": error.detail,
            "detail_zh": error.detail_zh,
            "media_type": error.media_type if isinstance(error, NeedsOffice) else "",
            "pages": error.pages if isinstance(error, PagesWithoutText) else 1,
        }
    except MemoryError:
        told = {"refused": "TooLarge"}
    except Exception:  # noqa: BLE001 - the edge of the child: whatever it is goes to the worker, which raises it
        # A fault of ours, not of the file: the ledger counts the attempt.
        told = {"failed": traceback.format_exc(limit=-5)}
    yield json.dumps(told).encode()


def _receive(line: int) -> bytes:
    chunks = []
    while chunk := os.read(line, MEGABYTE):
        chunks.append(chunk)
    return b"".join(chunks)


def _send(line: int, answer: bytes) -> None:
    rest = memoryview(answer)
    while rest:
        rest = rest[os.write(line, rest) :]
