"""A report set on A4 pages as offices print them: 22 lines of 28 characters, a running head,
page numbers, a seal.

Sizes and margins are those of GB/T 9704 (format of official documents);
lengths are millimetres unless they are points.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bench.compose import Composed
from workers.report.cleaning.lines import HEADING

WIDTH, HEIGHT = 210.0, 297.0
LEFT, TOP, COLUMN, PITCH, LINES = 28.0, 37.0, 156.0, 225.0 / 22, 22
HEAD, FOOT = 22.0, 273.0
# What lies above and below the text: a row that is read there is furniture.
BODY = (31.0, 268.0)
POINT = 25.4 / 72
BODY_SIZE, TITLE_SIZE, HEAD_SIZE, NUMBER_SIZE = 16.0, 22.0, 10.5, 14.0

NUMBERS = ("— {} —", "- {} -", "第{}页 共{}页", "第 {} 页", "{}", "{}/{}", "· {} ·")
# Marks that no line begins with; a printer lets one of them hang over the edge.
_NO_BEGIN, _NO_END = "，。；：、！？”’》）】〉％%", "“‘《（【〈"
# Word keeps a figure together with its point and sign.
_PIECES = re.compile(r"[0-9A-Za-z.,%‰-]+|.")
_DATE = re.compile(
    r"\d{4}年\d{1,2}月\d{1,2}日|[一二〇三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日"
)
_LONGEST_HEADING, _LONGEST_SIGNATURE = 40, 30
# Between the rule and the print of a cell.
_PADDING = 2.0
# The last lines of text, two empty ones, name and date.
_LEAST = 7


class Face(StrEnum):
    """What is set in which face: 标题, 正文 (宋体), 一级 (黑体), 二级 (楷体)."""

    TITLE = "title"
    TEXT = "text"
    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """One stretch of print; `x`, `y` is its upper left corner on the page."""

    text: str
    face: Face
    points: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Seal:
    """The round seal of `name`, its centre on the page."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Page:
    """`rules` are the lines around the cells of its tables, as x, y, x, y."""

    lines: tuple[Printed, ...]
    seal: Seal | None
    rules: tuple[tuple[float, float, float, float], ...] = ()


Measure = Callable[[str, Face, float], float]
"""The width of a text in a face of some points."""


def lay_out(report: Composed, measure: Measure, rng: random.Random) -> list[Page]:
    """The pages of a report; its running head and the form of its page
    numbers are drawn by lot.
    """
    paragraphs = [line for line in report.text.split("\n") if line.strip()]
    pages = _break_pages(list(_set_all(paragraphs, measure)))
    head, number = rng.choice(_heads(paragraphs)), rng.choice(NUMBERS)
    laid_out = []
    for page, rows in enumerate(pages, 1):
        printed = [_at_row(line, row) for row, lines in enumerate(rows) for line in lines]
        furniture = _furniture(head if page > 1 else "", number.format(page, len(pages)), measure)
        seal = _seal(rows, paragraphs) if page == len(pages) else None
        laid_out.append(Page((*printed, *furniture), seal, tuple(_rules(rows))))
    return laid_out


def _rules(rows: Sequence[tuple[Printed, ...]]) -> Iterator[tuple[float, float, float, float]]:
    """The box of each cell."""
    for at, cells in enumerate(rows):
        step = COLUMN / max(len(cells), 1)
        for cell in cells if len(cells) > 1 else ():
            left, top = cell.x - _PADDING, TOP + at * PITCH - _PADDING
            right, bottom = left + step, top + PITCH
            yield left, top, right, top
            yield left, bottom, right, bottom
            yield left, top, left, bottom
            yield right, top, right, bottom


def _break_pages(rows: list[tuple[Printed, ...]]) -> list[list[tuple[Printed, ...]]]:
    """Pages of 22 lines; the signature never stands on a page without some text above it."""
    pages = [rows[at : at + LINES] for at in range(0, len(rows), LINES)]
    lack = _LEAST - len(pages[-1])
    if len(pages) > 1 and lack > 0:
        pages[-2:] = [pages[-2][:-lack], pages[-2][-lack:] + pages[-1]]
    return pages


def wrap(text: str, widths: Iterator[float], measure: Callable[[str], float]) -> Iterator[str]:
    """The text in lines of these widths; figures stay whole, closing marks hang,
    opening ones go down.

    >>> list(
    ...     wrap(
    ...         "全年调解46件，办结。",
    ...         iter([6.0, 6.0, 6.0]),
    ...         lambda text: len(text.encode("gbk")) / 2,
    ...     )
    ... )
    ['全年调解46件，', '办结。']
    """
    line, room = "", next(widths)
    for piece in _PIECES.findall(text):
        if line and measure(line + piece) > room and piece not in _NO_BEGIN:
            kept = line.rstrip(_NO_END)
            yield kept
            line, room = line[len(kept) :], next(widths)
        line += piece
    yield line


def _set_all(paragraphs: Sequence[str], measure: Measure) -> Iterator[tuple[Printed, ...]]:
    """All lines in their order; an empty one below the title, two above the signature."""
    before = "title"
    for at, text in enumerate(paragraphs):
        kind = _kind(paragraphs, at)
        gap = 2 if kind == "signature" != before else 1 if before == "title" != kind else 0
        yield from ((),) * gap
        yield from _set_paragraph(text, kind, measure)
        before = kind


def _kind(paragraphs: Sequence[str], at: int) -> str:
    """title, date, heading of the first or second level, row of a table, signature, or text."""
    text = paragraphs[at]
    title = next((end for end, line in enumerate(paragraphs[:4]) if line.endswith("报告")), 0)
    if at <= title:
        return "title"
    if "\t" in text:
        return "row"
    # At most two names, and the date below them.
    last = at >= len(paragraphs) - 3 and len(text) < _LONGEST_SIGNATURE and not text.endswith("。")
    if last and any(map(_DATE.fullmatch, paragraphs[at:])):
        return "signature"
    if _DATE.fullmatch(text.strip("（）")):
        return "centred"
    if HEADING.match(text) and len(text) <= _LONGEST_HEADING and not text.endswith("。"):
        return "second" if text.startswith("（") else "first" if text[1] in "、十" else "text"
    return "text" if not text.endswith("：") or at > title + 2 else "addressee"


def _set_paragraph(text: str, kind: str, measure: Measure) -> Iterator[tuple[Printed, ...]]:
    """The lines of one paragraph, each the stretches that stand in it, at `y` zero."""
    face = {"title": Face.TITLE, "first": Face.FIRST, "second": Face.SECOND}.get(kind, Face.TEXT)
    points = TITLE_SIZE if kind == "title" else BODY_SIZE
    em = points * POINT
    if kind == "row":
        cells = text.split("\t")
        step = COLUMN / len(cells)
        yield tuple(_print(cell, face, points, LEFT + at * step) for at, cell in enumerate(cells))
    elif kind in ("title", "centred", "signature"):
        for line in wrap(
            text, iter(lambda: COLUMN, None), lambda piece: measure(piece, face, points)
        ):
            gap = COLUMN - measure(line, face, points)
            yield (
                _print(
                    line, face, points, LEFT + (gap / 2 if kind != "signature" else gap - 4 * em)
                ),
            )
    else:
        indent = 0.0 if kind == "addressee" else 2 * em
        widths = _widths(COLUMN - indent)
        for at, line in enumerate(wrap(text, widths, lambda piece: measure(piece, face, points))):
            yield (_print(line, face, points, LEFT if at else LEFT + indent),)


def _widths(first: float) -> Iterator[float]:
    yield first
    while True:
        yield COLUMN


def _print(text: str, face: Face, points: float, x: float) -> Printed:
    return Printed(text=text, face=face, points=points, x=x, y=0.0)


def _at_row(line: Printed, row: int) -> Printed:
    return Printed(
        text=line.text, face=line.face, points=line.points, x=line.x, y=TOP + row * PITCH
    )


def _heads(paragraphs: Sequence[str]) -> list[str]:
    """What may stand at the head of each page: the title, the name of a gazette, nothing."""
    title = "".join(
        paragraphs[
            : 1 + next((at for at, line in enumerate(paragraphs[:4]) if line.endswith("报告")), 0)
        ]
    )
    return [title, title, "洛岭县人民政府公报", ""]


def _furniture(head: str, number: str, measure: Measure) -> Iterator[Printed]:
    for text, points, y in ((head, HEAD_SIZE, HEAD), (number, NUMBER_SIZE, FOOT)):
        x = (WIDTH - measure(text, Face.TEXT, points)) / 2
        yield Printed(text=text, face=Face.TEXT, points=points, x=x, y=y)


def _seal(rows: Sequence[tuple[Printed, ...]], paragraphs: Sequence[str]) -> Seal | None:
    """The seal rides on name and date, which stand a little below its
    middle (GB/T 9704, 7.3.5.1).
    """
    last, signer = rows[-1], paragraphs[-2]
    if not last or not _DATE.fullmatch(last[0].text) or len(signer) > _LONGEST_SIGNATURE:
        return None
    middle = last[0].x + len(last[0].text) * BODY_SIZE * POINT / 3
    return Seal(signer, middle, TOP + (len(rows) - 2) * PITCH + BODY_SIZE * POINT / 2)
