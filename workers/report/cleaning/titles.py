"""Titles that a page says twice: in its head, and over the text itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workers.report.chinese.clauses import HAN
from workers.report.cleaning.fields import take_apart
from workers.report.cleaning.lines import Line, said_titles, title_key
from workers.report.cleaning.webpage import Page, open_page
from workers.report.text import Change

_SITE_TAIL = re.compile(rf"[-_|—–－]{{1,3}}[{HAN}·]{{2,20}}$")
# A title stands on up to three lines: two bodies, and the subject.
_MOST_LINES = 3
# The end of a title that is surely the same one:
# 镇人民政府关于2025年…报告, without the larger places in front.
_SHORTEST_TAIL = 16


def drop_repeated_titles(text: str) -> Iterator[Change]:
    """Drop a title that a web page, or each page of paper, says again, on one line or several; the
    first one stays, and so does any other line.

    >>> list(
    ...     drop_repeated_titles(
    ...         "清溪镇2023年度法治政府建设报告\\n\\n清溪镇2023年度法治政府建设报告\\n一、概况"
    ...     )
    ... )
    [Change(start=19, end=37, after='')]
    >>> text = (
    ...     "清溪镇人民政府关于2023年度普法情况的报告\\n清溪镇人民政府\\n"
    ...     "关于2023年普法情况的报告\\n一、概况"
    ... )
    >>> [text[change.start : change.end] for change in drop_repeated_titles(text)]
    ['清溪镇人民政府\\n', '关于2023年普法情况的报告\\n']
    """
    page = open_page(text)
    head = {title_key(line.text) for line in page.lines[: page.first]} - {None}
    joined = said_titles(page.lines[: page.first])
    again = set(_said_again(page))
    seen: set[str] = set()
    for line in page.lines:
        key = title_key(line.text)
        if line in again:
            yield line.drop()
        elif key is not None and key in head:
            # What a browser calls the page: the title, a dash, the name of the site.
            if key in seen or _SITE_TAIL.sub("", key) in joined - {key}:
                yield line.drop()
            seen.add(key)


def _said_again(page: Page) -> Iterator[Line]:
    """The lines of the head that together say a title which stands above them."""
    lines = [line for line in page.lines[: page.first] if line.text and not take_apart(line.text)]
    said: list[str] = []
    at = 0
    while at < len(lines):
        count, key = _longest_again(lines[at : at + _MOST_LINES], said)
        yield from lines[at : at + count]
        if key:
            said.append(key)
        at += count or 1


def _longest_again(lines: Sequence[Line], said: Sequence[str]) -> tuple[int, str | None]:
    """How many of these lines are a title that was said;
    0, and what the first line says, where none are.
    """
    for count in range(len(lines), 0, -1):
        key = _plain_key("".join(line.text for line in lines[:count]))
        if key and any(_is_same(key, title) for title in said):
            return count, None
    return 0, _plain_key(lines[0].text)


def _plain_key(line: str) -> str | None:
    key = title_key(line)
    return key.replace("年度", "年") if key else None


def _is_same(key: str, title: str) -> bool:
    return key == title or (
        len(key) >= _SHORTEST_TAIL and title.endswith(key) and not key.startswith("关于")
    )
