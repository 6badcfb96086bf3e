"""Index tables that came as lists or as empty cells:
bullets, bars, a word on how the text is made public.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.report.chinese.clauses import CLAUSE_MARKS
from workers.report.cleaning.fields import take_apart
from workers.report.cleaning.lines import Line, is_prose, title_key
from workers.report.cleaning.phrases import phrases
from workers.report.cleaning.webpage import Page, open_page
from workers.report.text import Change

_BULLET = re.compile(r"(?P<mark>[•●·▪◦‣－-])[ \t\u3000]*(?P<item>.*)")
_EMPTY_CELLS = re.compile(r"[|｜•●·▪◦－ \t\u3000-]+")
_CODE = re.compile(r"(?=.{0,40}\d)[0-9A-Za-z/_.-]{6,40}")
# 柳府发〔2024〕7号 | 柳溪镇 | 2024-01-20 |: the values of a row whose labels were lost.
_CELL = re.compile(rf"[^|｜{CLAUSE_MARKS}]{{1,24}}")
# The items of an index are names and words.
_LONGEST_ITEM = 30


def drop_index_lists(text: str) -> Iterator[Change]:
    """Drop the list of an index above the title, whose labels were lost, empty cells,
    and a word like 主动公开.

    >>> text = (
    ...     "• 11500000MB1X/2024-00013\\n• 法制\\n• 清溪镇\\n"
    ...     "清溪镇2023年度法治政府建设报告\\n| | |\\n一、概况"
    ... )
    >>> [text[change.start : change.end] for change in drop_index_lists(text)]
    ['• 11500000MB1X/2024-00013\\n', '• 法制\\n', '• 清溪镇\\n', '| | |\\n']
    """
    page = open_page(text)
    listed = {*_listed_items(page), *_rows_of_cells(page)}
    for at, line in enumerate(page.lines):
        empty = at < page.first and _EMPTY_CELLS.fullmatch(line.text)
        if empty or line in listed or (page.is_outside(at) and _is_standing(line.text)):
            yield line.drop()


def _rows_of_cells(page: Page) -> Iterator[Line]:
    """The lines of cells that stand above the title; no line of a title has a bar."""
    head = page.lines[: page.first]
    title = next(
        (at for at, line in enumerate(head) if "|" not in line.text and title_key(line.text)), 0
    )
    for line in head[:title]:
        cells = [cell.strip() for cell in re.split(r"[|｜]", line.text)]
        if len(cells) > 1 and all(not cell or _CELL.fullmatch(cell) for cell in cells):
            yield line


def _is_standing(line: str) -> bool:
    return line.strip("[]【】〔〕（）() ") in phrases().standing


def _listed_items(page: Page) -> Iterator[Line]:
    """The items of the lists above the title, and the letters of buttons (大, 中, 小), that hold a
    number or a date of an index, or stand among its fields.
    """
    run: list[Line] = []
    proved = False
    for line in [*page.lines[: page.first], Line(0, 0, "。")]:
        if not line.text:
            continue
        item, parts = _BULLET.fullmatch(line.text), take_apart(line.text)
        # A label with its value, or with its value below it,
        # is a field of the page and is dropped as one.
        is_item = (
            item and not parts and len(item["item"]) <= _LONGEST_ITEM and not is_prose(line.text)
        )
        is_item = is_item or line.text in phrases().weak
        if parts or is_item:
            run += [line] if is_item else []
            proved = proved or bool(parts) or bool(item and _CODE.fullmatch(item["item"]))
            continue
        if proved:
            yield from run
        run, proved = [], False
