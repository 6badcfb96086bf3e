"""A text seen as a page: its lines, its body, and the index rows,
source lines and buttons around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from workers.report.chinese.clauses import HAN
from workers.report.chinese.folding import simplify
from workers.report.cleaning.fields import Field, Parts, take_apart
from workers.report.cleaning.lines import Line, body_bounds, split_lines, title_key
from workers.report.cleaning.phrases import phrases
from workers.report.cleaning.values import CLOCK, DATE, fits_label

# A number that stands alone: of a document (柳府发〔2024〕7号) or of an index (0118/2024-00013);
# no title is one.
_CODE_ALONE = re.compile(
    rf"[{HAN}]{{0,16}}[〔\[【(（]\d{{4}}[〕\]】)）][{HAN}]{{0,4}}\d{{1,5}}号|(?=.{{0,40}}\d)[0-9A-Za-z/_.-]{{4,40}}"
)
# 清溪发布 2024-01-15 09:30: who put it on the site, and the minute;
# a meeting's hour is told in a sentence.
_BRANDED = re.compile(
    rf"(?:(?!.{{0,12}}(?:会议|时间|召开|截至|截止))[{HAN}·]{{2,16}}[ \t|｜]{{1,4}})?"
    rf"(?P<stamp>{DATE}[ \t]{{1,3}}{CLOCK})"
    rf"(?:[ \t|｜]{{1,4}}[{HAN}·]{{2,12}}(?![{HAN}·:：]))?[ \t|｜]{{0,4}}"
)
_ORGANISATION = re.compile(r"(?:政府|镇|乡|街道|局|委|办|办公室|会|处|中心|站|厅|网站|所|室)$")


class Page(NamedTuple):
    """The lines; those before `first` are the head, those from `last` on the foot."""

    lines: Sequence[Line]
    first: int
    last: int

    def is_outside(self, at: int) -> bool:
        return not self.first <= at < self.last


class Row(NamedTuple):
    """Known parts and the lines that hold them: one, or a label and the line of its value."""

    at: int
    lines: tuple[Line, ...]
    parts: Parts


@lru_cache(maxsize=1)  # the rules of furniture look at one text in a row
def open_page(text: str) -> Page:
    """The text's lines in simplified characters, for the catalogue is written in them;
    the offsets are the text's.
    """
    lines = split_lines(simplify(text))
    return Page(lines, *body_bounds(lines, lambda line: take_apart(line) is not None))


def find_rows(page: Page) -> Iterator[Row]:
    """The lines of furniture made of labels, values, stamps and buttons."""
    at = 0
    while at < len(page.lines):
        row = _row_at(page, at)
        if row:
            yield row
        at = page.lines.index(row.lines[-1], at) + 1 if row else at + 1


def _row_at(page: Page, at: int) -> Row | None:
    line = page.lines[at]
    in_head = at < page.first
    parts = take_apart(line.text)
    if parts is None and in_head:
        parts = _take_branded(line.text) or _lone_label(line.text, weak=_is_in_index(page, at))
    if parts is None or not parts.is_furniture(in_head=in_head, in_foot=at >= page.last):
        return None
    if in_head and not parts.controls and len(parts.fields) == 1 and not parts.fields[0].value:
        value = _value_below(page, at, parts.fields[0])
        if value:
            return Row(
                at, (line, value), Parts((Field(parts.fields[0].label, value.text),), 0, None)
            )
    return Row(at, (line,), parts)


def _take_branded(line: str) -> Parts | None:
    """The name of a site or an account with the minute of publication,
    and the fields behind them.
    """
    found = _BRANDED.match(line)
    rest = line[found.end() :] if found else ""
    parts = take_apart(rest) if rest else Parts((), 0, None)
    return Parts(parts.fields, parts.controls, found["stamp"]) if found and parts else None


def _is_in_index(page: Page, at: int) -> bool:
    """Whether a row of an index stands beside the line:
    then any label alone is one of its cells.
    """
    above = [line.text for line in reversed(page.lines[max(0, at - 5) : at]) if line.text]
    below = [line.text for line in page.lines[at + 1 : min(at + 6, page.first)] if line.text]
    return any(_is_index_row(text) for text in [*above[:2], *below[:2]])


def _is_index_row(line: str) -> bool:
    parts = take_apart(line)
    return bool(parts.fields) if parts else _lone_label(line) is not None


def _lone_label(line: str, *, weak: bool = False) -> Parts | None:
    """A label in a line of its own, as the cells of a table come that was saved as text;
    also one that is `weak`.
    """
    label = phrases().labels.get(re.sub(r"[\s●•·]", "", line)) if len(line) < 20 else None
    return (
        Parts((Field(label, ""),), 0, None)
        if label and (label.strong or (weak and not label.where))
        else None
    )


def _value_below(page: Page, at: int, field: Field) -> Line | None:
    """The next line that is not empty, if it can only be this label's value."""
    below = [line for line in page.lines[at + 1 : min(at + 7, page.first)] if line.text]
    if not below or take_apart(below[0].text) or _lone_label(below[0].text, weak=True):
        return None
    value, kind = below[0].text, field.label.value
    if (
        len(value) > 40
        or not fits_label(field.label, value)
        or (title_key(value) and field.label.fact != "title")
    ):
        return None
    if kind == "date" or (kind == "code" and _CODE_ALONE.fullmatch(value)):
        return below[0]
    # A name or a word is a value where another row follows, and not the first line of a title.
    follows = len(below) > 1 and (
        take_apart(below[1].text) or _lone_label(below[1].text, weak=True)
    )
    return below[0] if follows and (kind == "text" or _ORGANISATION.search(value)) else None
