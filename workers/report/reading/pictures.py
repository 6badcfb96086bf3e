"""Pictures of pages: how many a file says it has, and their text where they can be recognised."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice

from workers.errors import PagesWithoutText
from workers.report.reading.decoded import Decoded
from workers.report.reading.pages import Recogniser, bind_pages

# More are not counted: no recognition takes so many.
_MOST_COUNTED = 10_000
# A TIFF's byte order and number (42, or 43 where its offsets have eight bytes), its first offset
# at; how it counts the entries of a directory; the bytes of an entry; how it writes an offset.
_CLASSIC, _BIG = (42, 4, "H", 12, "I"), (43, 8, "Q", 20, "Q")


def read_picture(data: bytes, recogniser: Recogniser | None = None) -> Decoded:
    """The text of each page. PagesWithoutText where nobody recognises it; DamagedFile, TooLarge."""
    if recogniser is None:
        raise PagesWithoutText(pages=count_pages(data))
    pictures = recogniser.open_pictures(data)
    return bind_pages(
        [recogniser.read_page(page, first=at == 0) for at, page in enumerate(pictures)]
    )


def count_pages(data: bytes) -> int:
    """How many directories a TIFF chains up; 1 for any other picture.

    >>> count_pages(b"II*\\0" + bytes([8, 0, 0, 0, 0, 0, 14, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
    2
    """
    return max(1, sum(1 for _ in islice(_directories(data), _MOST_COUNTED)))


def _directories(data: bytes) -> Iterator[int]:
    """Where each directory of a TIFF begins, as far as the chain leads."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None:
        return
    try:
        (number,) = struct.unpack_from(f"{order}H", data, 2)
        _, first, counted, entry, offset = _BIG if number == _BIG[0] else _CLASSIC
        (at,) = struct.unpack_from(order + offset, data, first)
        seen: set[int] = set()
        while at and at not in seen:
            yield at
            seen.add(at)
            (entries,) = struct.unpack_from(order + counted, data, at)
            behind = at + struct.calcsize(order + counted) + entries * entry
            (at,) = struct.unpack_from(order + offset, data, behind)
    except struct.error:  # the chain leads out of the file
        return
