"""Page furniture: lines that belong to the page and not to the report.

Only whole lines are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.report.chinese.clauses import HAN
from workers.report.chinese.folding import simplify
from workers.report.cleaning.fields import MAX_LENGTH, plain_name
from workers.report.cleaning.lines import SENTENCE_MARK, Line, is_prose, said_titles, title_key
from workers.report.cleaning.phrases import phrases
from workers.report.cleaning.webpage import Page, Row, find_rows, open_page
from workers.report.text import Change

_POSITION = re.compile(
    r"[您你]?的?(?:现在|当前|目前)?的?(?:(?:所在)?的?(?:位置|栏目|页面)|所在|位于|浏览的?是?)"
    r"(?:是|为)?[ \t]?[:：>›»→＞]"
)
_POSITION_SIGNS = re.compile("位置|所在|位于|栏目|页面|浏览")
_CRUMB = re.compile(r"[ \t]*[>›»→＞]+[ \t]*")
_ARROW = re.compile(r"[>›»→＞]")
_ROOT = re.compile(rf"(?:[{HAN}]{{0,12}}(?:首页|公开|主页))?")
_YEARED = re.compile("20\\d\\d|二[〇○零]")
_PATH = re.compile(r"[>›»→＞:：/]+")
_COLUMN = re.compile(rf"[{HAN}]{{2,16}}")
_WORDS = re.compile(r"[\s|｜>›»·•/]+")
# The bar at the top of a site with today's date and weekday;
# no report says 星期 in a line of its own.
_WEEKDAY = re.compile(
    rf"[{HAN}]{{0,20}}[ \t\u3000]{{0,4}}(?:今天是)?[:：]?\d{{4}}[-/.年]\d{{1,2}}"
    rf"[-/.月]\d{{1,2}}日?[ \t]{{0,3}}"
    r"(?:农历.{0,12})?星期[一二三四五六日天].{0,12}"
)


# What a menu calls the place (走进清溪), and who runs the site (清溪县人民政府主办).
_PLACE_MENU = re.compile(rf"(?:走进|魅力|认识|印象|今日)[{HAN}]{{2,6}}")
_RUN_BY = re.compile(rf"[{HAN}]{{2,20}}(?:政府|办公室|办公厅|局|中心)(?:主办|承办|版权所有)")


def drop_breadcrumbs(text: str) -> Iterator[Change]:
    """Drop the path of menus that leads to the page: 当前位置：首页 > 政务公开.

    A sentence on a 位置 stays.

    >>> list(drop_breadcrumbs("首页 > 政务公开 > 正文\\n清溪镇报告"))
    [Change(start=0, end=15, after='')]
    """
    page = open_page(text)
    for at, line in enumerate(page.lines):
        if _is_breadcrumb(line.text):
            if at < page.first and (column := _column_above(page, at)):
                yield column.drop()
            kept = _title_at_end(page, line) if at < page.first else None
            yield from _drop_around(text, line, kept)


def _title_at_end(page: Page, path: Line) -> str | None:
    """The title that ends the path, where no other line of the head says it."""
    title = _CRUMB.split(path.text)[-1].strip()
    others = [line for line in page.lines[: page.first] if line is not path]
    if not _YEARED.search(title) or not title_key(title):  # 法治政府建设年度报告 is a column
        return None
    return None if title_key(title) in said_titles(others) else title


def _drop_around(text: str, line: Line, kept: str | None) -> Iterator[Change]:
    """Drop the line, all but what is kept of it."""
    at = simplify(text[line.start : line.end]).rfind(kept) if kept else -1
    if not kept or at < 0:
        yield line.drop()
        return
    start, end = line.start + at, line.start + at + len(kept)
    closed = line.end - text[line.start : line.end].endswith("\n")
    yield from (
        Change(*span, "") for span in ((line.start, start), (end, closed)) if span[0] < span[1]
    )


def drop_page_fields(text: str) -> Iterator[Change]:
    """Drop index tables, source and date lines, buttons;
    in the middle of the body only what no report says.

    >>> list(
    ...     drop_page_fields("清溪镇报告\\n发布时间：2024-03-20 浏览次数：7\\n来源是群众反映的问题")
    ... )
    [Change(start=6, end=29, after='')]
    """
    page = open_page(text)
    titles = said_titles(page.lines[: page.first])
    for row in find_rows(page):
        unsaid = [title for title in _stated_titles(row) if title_key(title) not in titles]
        if not unsaid:
            yield from (line.drop() for line in row.lines)
        elif title_key(unsaid[0]):
            # The only line that says the title: it stays, without the cells around it.
            yield from (line.drop() for line in row.lines[:-1])
            yield from _drop_around(text, row.lines[-1], unsaid[0])


def drop_site_lines(text: str) -> Iterator[Change]:
    """Drop what only the head and foot of a site says:
    menus, ICP备, 上一篇, attached files, related pages.

    >>> list(drop_site_lines("清溪镇\\n版权所有：清溪县人民政府 渝ICP备00000000号"))
    [Change(start=4, end=31, after='')]
    """
    page = open_page(text)
    rest, menus = _rest_of_site(page), set(_menu_lines(page))
    footer = any(_is_site_line(line.text) for line in page.lines[page.last :]) or any(
        at >= page.last for at in menus
    )
    for at, line in enumerate(page.lines):
        of_footer = footer and at >= page.last and _is_footer_field(line)
        hint = _is_hint(line.text, outside=page.is_outside(at), in_foot=at >= page.last)
        if at >= rest or at in menus or of_footer or hint or _is_site_line(line.text):
            yield line.drop()


def _is_breadcrumb(line: str) -> bool:
    begins = _POSITION_SIGNS.search(line, 0, 12)  # quick, for nearly every line is none
    if len(line) > MAX_LENGTH or not (begins or _ARROW.search(line)) or SENTENCE_MARK.search(line):
        return False
    if begins and _POSITION.match(line):
        return True
    crumbs = _CRUMB.split(line)
    # Names of columns have up to twenty characters; the title of the page can be the last.
    return (
        len(crumbs) > 2
        and bool(_ROOT.fullmatch(crumbs[0]))
        and all(len(crumb) <= 20 for crumb in crumbs[:-1])
    )


def _column_above(page: Page, at: int) -> Line | None:
    """The name of the column that a page prints above its path:
    one of the path's own words, and not the title.
    """
    above = next((line for line in reversed(page.lines[:at]) if line.text), None)
    if above is None or not _COLUMN.fullmatch(above.text) or _is_breadcrumb(above.text):
        return None
    path = [crumb.strip() for crumb in _PATH.split(page.lines[at].text)]
    named = above.text in phrases().menu or any(
        len(crumb) > 3 and crumb in above.text for crumb in path
    )
    has_title = any(title_key(line.text) for line in page.lines[at + 1 : page.first])
    return above if (named or above.text in path) and has_title else None


def _stated_titles(row: Row) -> list[str]:
    return [
        field.value for field in row.parts.fields if field.label.fact == "title" and field.value
    ]


def _rest_of_site(page: Page) -> int:
    """The index of the line at the foot from which on all belongs to other pages (相关阅读);
    else the end.
    """
    foot = range(page.last, len(page.lines))
    return next(
        (at for at in foot if page.lines[at].text.strip("：: 【】[]") in phrases().blocks),
        len(page.lines),
    )


def _is_footer_field(line: Line) -> bool:
    found = phrases().label.match(line.text)
    return (
        found is not None
        and not is_prose(line.text)
        and phrases().labels[plain_name(found)].where == "footer"
    )


def _is_site_line(line: str) -> bool:
    if not line or len(line) > MAX_LENGTH or SENTENCE_MARK.search(line):
        return False
    known = phrases()
    if known.neighbour.match(line) or _WEEKDAY.fullmatch(line):
        return True
    if "，" in line or "、" in line:
        return False
    return bool(known.footer.search(line)) or _is_attachment(line)


def _is_hint(line: str, *, outside: bool, in_foot: bool) -> bool:
    """A hint to scan the page, or at the foot the one who runs it."""
    if not line or len(line) > MAX_LENGTH:
        return False
    scan = phrases().scan.fullmatch(line)
    return bool(scan and (scan["page"] or outside)) or bool(in_foot and _RUN_BY.fullmatch(line))


def _is_attachment(line: str) -> bool:
    found = phrases().attachment.search(line)
    # After the name of the file at most its size and a button: （1.2MB）下载
    return found is not None and len(line) - found.end() <= 16


def _menu_lines(page: Page) -> Iterator[int]:
    """The lines of menus outside the body: one line of several words, or one word a line."""
    run: list[int] = []
    words: list[str] = []
    for at, line in enumerate((*page.lines, Line(0, 0, "-"))):
        found = _menu_words(line.text) if at == len(page.lines) or page.is_outside(at) else None
        if found is None:
            if len(words) > 2 or not phrases().sure_menu.isdisjoint(words):
                yield from run
            run, words = [], []
        elif found:
            run.append(at)
            words += found


def _menu_words(line: str) -> list[str] | None:
    """The words of a line of a menu, none of an empty line; None for any other line."""
    words = [word for word in _WORDS.split(line) if word] if len(line) <= MAX_LENGTH else [line]
    known = phrases().menu
    return words if all(word in known or _PLACE_MENU.fullmatch(word) for word in words) else None
