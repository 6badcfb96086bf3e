"""Web pages: the article with its title and what stands between them, as lines."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from workers.errors import DamagedFile, DrawnByScript
from workers.report.catalogue import knowledge, load_yaml
from workers.report.chinese.clauses import HAN, PROSE_MARK, SEMICOLONS
from workers.report.reading.decoded import Decoded
from workers.report.reading.mended import decode_seven_bits
from workers.report.reading.plain import decode_declared, decode_text
from workers.report.reading.webhiding import drop_hidden
from workers.report.reading.weblines import HtmlLine, lines_of
from workers.report.reading.webstyles import read_styles

_DECLARED = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s?=\s?[\"']?\s?([\w-]{1,20})", re.IGNORECASE
)
# So far a browser looks for that.
_HEAD = 64 * 1024
_NARROW_TAG = re.compile(rb"</[a-zA-Z]{1,20}>")
_HTTP_HEAD = re.compile(
    rb"HTTP/[\d.]{1,3} \d{3}[^\n]{0,200}\n(?:[\w-]{1,60}:[^\n]{0,2000}\n){0,60}\r?\n"
)
# Pages that say gb2312 mean its superset (notes on encodings); the same holds for big5.
SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
}
# Tags that stay open until they are closed; browsers themselves go no deeper than 512.
_NESTING = re.compile(
    r"<(?P<ends>/?)(?:div|table|span|font|center|b|i|u|em|strong|sup|sub|ul|ol|section|article|form"
    r"|blockquote|dl|a|small|big|s|del|ins|tt|nobr)\b",
    re.IGNORECASE,
)
_DEEPEST_PAGE = 5_000
# A node is the article where it holds this share of what the page says.
_SHARE = 0.6
# Templates nest their article some twenty deep; each step down looks at the whole text once.
_DEPTH = 40
# What a short line must have to be said by a report: a heading's number, or a count.
_NUMBER = "[一二三四五六七八九十]{1,3}"
_COUNTED = "(?:%|％|[余多]?(?:人次|人|件|起|次|场|份|个|项|名|家|户|处|条|期|万元|亿元|元))"
_SAYS = re.compile(
    rf"^(?:[（(]?{_NUMBER}[）)、.．]|第{_NUMBER}[章条部])|\d[\d,.]*{_COUNTED}"
    rf"|^[^\t]*[{HAN}][^\t]*\t[\d,.]+%?(?:\t|$)"  # a row of a table of figures
)
# Who is greeted by a page says no sentence that ends.
_ENDED = re.compile(f"[。{SEMICOLONS}]$")
# Between what goes on with the article, so many lines may say nothing:
# heads of a table, an empty frame.
_MOST_IDLE = 3
_GENRE = re.compile("法治(?:政府)?建设")


def read_html(data: bytes, charset: str = "") -> Decoded:
    """The article's lines, its title first, and the encoding; `charset` is what a mail says of it.

    What a page hides or runs is left out.

    DrawnByScript where nothing but scripts would show the text.

    >>> read_html(
    ...     "<html><title>报告</title><body><p>清溪镇</p><p>一、概况<br>全镇</p></body>"
    ...     "</html>".encode()
    ... ).text
    '清溪镇\\n一、概况\\n全镇'
    """
    markup, encoding = decode_page(data, charset)
    _check_depth(markup)
    tree = LexborHTMLParser(markup.removeprefix("\ufeff"))
    # What the page calls itself, and what its styles say, before the head is dropped.
    names, styles = _page_names(tree), read_styles(tree)
    scripts = sum(len(node.text()) for node in tree.css("script"))
    frames = len(tree.css("frame, iframe"))
    _drop_furniture(tree)
    drop_hidden(tree, styles)
    body = tree.body
    article = None if body is None else _find_article(tree, body)
    lines = [] if body is None else lines_of(body, article, styles)
    if not lines and (scripts or frames):
        raise DrawnByScript
    pictures = 0 if article is None else len(article.css("img"))
    return Decoded(("\n".join(_choose(lines, names)),), encoding, pictures)


def _check_depth(markup: str) -> None:
    """DamagedFile where the page is nested more deeply than any; its parser would take hours."""
    depth = 0
    for tag in _NESTING.finditer(markup):
        depth = max(depth - 1, 0) if tag["ends"] else depth + 1
        if depth > _DEEPEST_PAGE:
            raise DamagedFile("(its tags are nested too deeply)", "（标签嵌套过深）")


def _drop_furniture(tree: LexborHTMLParser) -> None:
    """Take out what is never part of an article;
    a box to type into is one where it holds sentences.
    """
    for selector in _selectors()["drop"]:
        for node in tree.css(selector):
            if node.tag != "textarea" or not _said_length(node):
                node.decompose()


@knowledge
def _selectors() -> dict[str, list[str]]:
    return dict(load_yaml("site_selectors.yaml"))


def decode_page(data: bytes, charset: str = "") -> tuple[str, str]:
    """Strict UTF-8 proves itself, a declaration does not: it is asked second, and believed if it
    can be true. What a mail declares of its part goes before what the part says of itself.
    """
    page = _without_head(data)
    if _NARROW_TAG.search(page[:_HEAD]):
        page = page.replace(b"\x00", b"")  # in an encoding that has no use for it
    if found := decode_seven_bits(page):
        return found
    declared = _DECLARED.search(page[:_HEAD])
    own = declared[1].decode("ascii", "replace") if declared else ""
    known = [SUPERSETS[name.lower()] for name in (charset, own) if name.lower() in SUPERSETS]
    return decode_declared(page, known[0]) if known else decode_text(page)


def _without_head(data: bytes) -> bytes:
    """The page without the lines that a server sent before it."""
    head = _HTTP_HEAD.match(data)
    return data[head.end() :] if head else data


def _page_names(tree: LexborHTMLParser) -> list[str]:
    names = [node.attributes.get("content") or "" for node in tree.css('meta[name="ArticleTitle"]')]
    return [name for name in (*names, *(node.text() for node in tree.css("title"))) if name.strip()]


def _find_article(tree: LexborHTMLParser, body: LexborNode) -> LexborNode:
    whole = _said_length(body)
    for selector in _selectors()["content"]:
        for node in tree.css(selector):
            if _said_length(node) >= max(1, _SHARE * whole):
                return node
    return _densest(body, whole)


def _densest(body: LexborNode, whole: int) -> LexborNode:
    """The deepest node that still holds nearly all of what the page says."""
    node = body
    for _ in range(_DEPTH if whole else 0):
        children = (child for child in node.iter() if _said_length(child) >= 0.9 * whole)
        inner = next(children, None)
        if inner is None or inner.tag in {"p", "span", "font", "td", "br"}:
            return node
        node = inner
    return node


def _said_length(node: LexborNode) -> int:
    """Characters of the node's sentences, headings and figures;
    the words of menus and links are none.
    """
    pieces = (piece.strip() for piece in node.text(separator="\n").split("\n"))
    return sum(len(piece) for piece in pieces if _is_said(piece))


def _is_said(line: str) -> bool:
    """A sentence, a numbered heading, or a figure with what it counts.

    >>> [_is_said(line) for line in ("一、组织领导", "办结案件46件", "政务公开", "首页")]
    [True, True, False, False]
    """
    return (len(line) >= 12 and PROSE_MARK.search(line) is not None) or _SAYS.search(
        line
    ) is not None


def _choose(lines: list[HtmlLine], names: list[str]) -> list[str]:
    """The lines from the title (else from the article) to the article's end,
    and index tables before them.

    What goes on behind the article in the same vein (a table of figures, the last part in a
    frame of its own) is of it.
    """
    inside = [at for at, line in enumerate(lines) if line.inside]
    if not inside:
        return [line.text for line in lines]
    last = _last_of(lines, inside[-1])
    first = _first_of(lines, inside[0], names)
    marks = _selectors()["index_marks"]
    head = [line.text for line in lines[:first] if any(mark in line.text for mark in marks)]
    return head + [line.text for line in lines[first : last + 1]]


def _first_of(lines: list[HtmlLine], first: int, names: list[str]) -> int:
    """The title before the article: what the page calls itself, else a heading of the genre,
    else where the article's own words begin.
    """
    before = range(first - 1, -1, -1)
    titled = (at for at in before if _is_title(lines[at].text, names))
    headed = (at for at in before if lines[at].is_heading and _GENRE.search(lines[at].text))
    found = next(titled, next(headed, None))
    return _first_said(lines, first) if found is None else found


def _first_said(lines: list[HtmlLine], first: int) -> int:
    """The first line before the article that is in the same vein: figures, sentences that end."""
    idle = 0
    for at in range(first - 1, -1, -1):
        line = lines[at]
        said = _SAYS.search(line.text) or (_is_said(line.text) and _ENDED.search(line.text))
        idle = 0 if said and not line.is_linked else idle + 1
        if idle > _MOST_IDLE:
            break
        first = first if idle else at
    return first


def _last_of(lines: list[HtmlLine], last: int) -> int:
    """The last line that goes on with the article; at the page's foot and at
    lists of links it ends.
    """
    ends = _selectors()["end_marks"]
    idle = 0
    for at in range(last + 1, len(lines)):
        line = lines[at]
        idle = 0 if _is_said(line.text) and not line.is_linked else idle + 1
        if idle > _MOST_IDLE or any(mark in line.text for mark in ends):
            break
        last = last if idle else at
    return last


def _is_title(line: str, names: list[str]) -> bool:
    key = re.sub(r"\s", "", line)
    return len(key) >= 6 and any(key in re.sub(r"\s", "", name) for name in names)
