"""The places of a report's lines ↔ one packed column of its row.

A line is its numbers with the steps between its edges, which repeat: a text of two million
characters takes some hundred kilobytes.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.tables import Report
from workers.report.places import PlacedLine


def load_lines(session: Session, document_id: int) -> tuple[PlacedLine, ...]:
    """The places of the text's lines; none where its pages are not drawn, or were read before
    places were kept.
    """
    packed = session.scalar(select(Report.lines).filter_by(document_id=document_id))
    return unpack_lines(packed) if packed else ()


def pack_lines(lines: Sequence[PlacedLine]) -> bytes | None:
    """Null where there are none.

    >>> line = PlacedLine(page=0, start=0, end=2, edges=(7, 17, 27), top=5, bottom=15)
    >>> unpack_lines(pack_lines([line])) == (line,)
    True
    """
    if not lines:
        return None
    return zlib.compress(json.dumps([_pack(line) for line in lines]).encode())


def unpack_lines(packed: bytes) -> tuple[PlacedLine, ...]:
    return tuple(_unpack(row) for row in json.loads(zlib.decompress(packed)))


def _pack(line: PlacedLine) -> list[Any]:
    steps = [after - before for before, after in pairwise(line.edges)]
    place = [line.page, line.start, line.top, line.bottom, line.edges[0], steps]
    return [*place, line.vertical, round(line.confidence, 4), line.turn, line.sink]


def _unpack(row: list[Any]) -> PlacedLine:
    page, start, top, bottom, first, steps, vertical, confidence, *more = row
    turn, sink, *_ = (*more, 0, 0)  # rows of older rules have none
    return PlacedLine(
        page=page,
        start=start,
        end=start + len(steps),
        edges=tuple(accumulate(steps, initial=first)),
        top=top,
        bottom=bottom,
        vertical=vertical,
        confidence=confidence,
        turn=turn,
        sink=sink,
    )
