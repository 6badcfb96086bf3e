"""What the worker believes of an answer: the child that gave it may have been
taken over by its file.
"""

from __future__ import annotations

import hashlib
import os
import signal
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from pydantic import TypeAdapter, ValidationError

from workers import errors
from workers.errors import (
    FazhiError,
    ForbiddenStep,
    NeedsOffice,
    PagesWithoutText,
    StoppedReader,
    TookTooLong,
    UnusableFile,
)
from workers.report.model import Member, Source, Unpacked
from workers.report.reading import MAX_CHARACTERS
from workers.report.reading.containers.members import MOST_MEMBERS

MOST_TOLD = 4000  # characters of a reason or a trace


class ReaderError(FazhiError):
    """The reader stumbled over the file:"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One of: a source; the paths and sizes of members, whose bytes follow; the name and the
    detail of a refusal, with the media type of a file that another program must convert, or the
    number of its pages that must be recognised; the trace of a fault of ours.
    """

    source: Source | None = None
    members: list[tuple[str, int]] | None = None
    refused: str | None = None
    detail: str = ""
    detail_zh: str = ""
    media_type: str = ""
    pages: int = 1
    failed: str | None = None


ANSWERS = TypeAdapter(Answer)
REFUSALS = {
    kind.__name__: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, UnusableFile)
}


def opened_of(answer: bytes, status: int, *, data: bytes, name: str) -> Source | Unpacked:
    """The source of `data`, or its members, that the child's answer tells,
    or the refusal that its answer or its end is.
    """
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGSYS:
        raise ForbiddenStep
    try:
        end = answer.find(b"\n") + 1 or len(answer)
        told = ANSWERS.validate_json(answer[:end], strict=True)
    except ValidationError as error:  # it ended before it had written all, or writes what it likes
        raise _end_of(status) from error
    if told.failed is not None:
        raise ReaderError(told.failed[:MOST_TOLD])
    if told.refused is not None:
        raise _refusal(told.refused, told)
    if told.members is not None:
        members = _take_members(told.members, memoryview(answer)[end:])
        return Unpacked(members, told.media_type)
    if told.source is None or not _is_possible(told.source):
        raise StoppedReader
    return replace(told.source, name=name, sha256=hashlib.sha256(data).hexdigest())


def _refusal(name: str, told: Answer) -> UnusableFile:
    said = _one_line(told.detail), _one_line(told.detail_zh)
    if name == NeedsOffice.__name__:
        return NeedsOffice(*said, media_type=told.media_type)
    if name == PagesWithoutText.__name__:
        return PagesWithoutText(*said, pages=max(1, told.pages))
    return REFUSALS.get(name, UnusableFile)(*said)


def _take_members(told: list[tuple[str, int]], data: memoryview) -> tuple[Member, ...]:
    """Each takes its bytes from where the one before ended."""
    sizes = [size for _, size in told]
    ends = list(accumulate(sizes))
    if not 0 < len(told) <= MOST_MEMBERS or min(sizes) < 0 or ends[-1] != len(data):
        raise StoppedReader
    return tuple(
        Member(path[:MOST_TOLD], bytes(data[end - size : end]))
        for (path, size), end in zip(told, ends, strict=True)
    )


def _one_line(detail: str) -> str:
    return " ".join(detail.split())[:MOST_TOLD]


def _is_possible(source: Source) -> bool:
    starts, length = source.page_starts, len(source.raw_text)
    return (
        length <= MAX_CHARACTERS
        and all(0 <= start <= length for start in starts)
        and list(starts) == sorted(starts)
        and all(line.is_possible(pages=len(starts), characters=length) for line in source.lines)
        and all(before.end <= after.start for before, after in pairwise(source.lines))
    )


def _end_of(status: int) -> UnusableFile:
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in {signal.SIGXCPU, signal.SIGALRM}:
        return TookTooLong()
    return StoppedReader()
