"""Web pages: the article with its title and what stands between them, as lines."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from workers.report.catalogue import knowledge, load_yaml
from workers.report.chinese.clauses import PROSE_MARK
from workers.report.reading.decoded import Decoded
from workers.report.reading.plain import decode_text
from workers.report.reading.weblines import HtmlLine, lines_of

_DECLARED = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s?=\s?[\"']?\s?([\w-]{1,20})", re.IGNORECASE)
# Pages that say gb2312 mean its superset (notes on encodings); the same holds for big5.
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
}
# A node is the article where it holds this share of the prose of the page.
_SHARE = 0.6
# Templates nest their article some twenty deep; each step down looks at the whole text once.
_DEPTH = 40


def read_html(data: bytes) -> Decoded:
    """The article's lines, its title first, and the encoding. What a page hides or runs is left out.

    >>> read_html("<html><title>报告</title><body><p>清溪镇</p><p>一、概况<br>全镇</p></body></html>".encode()).text
    '清溪镇\\n一、概况\\n全镇'
    """
    markup, encoding = _decode(data)
    tree = LexborHTMLParser(markup)
    # What the page calls itself, before the head is dropped.
    names = _page_names(tree)
    for selector in _selectors()["drop"]:
        for node in tree.css(selector):
            node.decompose()
    body = tree.body
    if body is None:
        return Decoded(("",), encoding)
    article = _find_article(tree, body)
    lines = lines_of(body, article)
    return Decoded(("\n".join(_choose(lines, names)),), encoding)


@knowledge
def _selectors() -> dict[str, list[str]]:
    return dict(load_yaml("site_selectors.yaml"))


def _decode(data: bytes) -> tuple[str, str]:
    """Strict UTF-8 proves itself, a declaration does not: it is asked second, and believed if it can be true."""
    declared = _DECLARED.search(data[:4096])
    encoding = _SUPERSETS.get(declared[1].decode("ascii", "replace").lower()) if declared else None
    if encoding:
        for trial in ("utf-8", encoding):
            try:
                return data.decode(trial), trial
            except UnicodeDecodeError:
                continue
    return decode_text(data)


def _page_names(tree: LexborHTMLParser) -> list[str]:
    names = [node.attributes.get("content") or "" for node in tree.css('meta[name="ArticleTitle"]')]
    return [name for name in (*names, *(node.text() for node in tree.css("title"))) if name.strip()]


def _find_article(tree: LexborHTMLParser, body: LexborNode) -> LexborNode:
    whole = _prose_length(body)
    for selector in _selectors()["content"]:
        for node in tree.css(selector):
            if _prose_length(node) >= max(1, _SHARE * whole):
                return node
    return _densest(body, whole)


def _densest(body: LexborNode, whole: int) -> LexborNode:
    """The deepest node that still holds nearly all of the page's prose."""
    node = body
    for _ in range(_DEPTH if whole else 0):
        children = (child for child in node.iter() if _prose_length(child) >= 0.9 * whole)
        inner = next(children, None)
        if inner is None or inner.tag in {"p", "span", "font", "td", "br"}:
            return node
        node = inner
    return node


def _prose_length(node: LexborNode) -> int:
    """Characters of the node's sentences; the words of menus and links are none."""
    return sum(
        len(piece) for piece in node.text(separator="\n").split("\n") if len(piece) >= 12 and PROSE_MARK.search(piece)
    )


def _choose(lines: list[HtmlLine], names: list[str]) -> list[str]:
    """The lines from the title (else from the article) to the article's end, and index tables before them."""
    inside = [at for at, line in enumerate(lines) if line.inside]
    if not inside:
        return [line.text for line in lines]
    first, last = inside[0], inside[-1]
    title = next((at for at in range(first - 1, -1, -1) if _is_title(lines[at].text, names)), first)
    marks = _selectors()["index_marks"]
    head = [line.text for line in lines[:title] if any(mark in line.text for mark in marks)]
    return head + [line.text for line in lines[title : last + 1]]


def _is_title(line: str, names: list[str]) -> bool:
    key = re.sub(r"\s", "", line)
    return len(key) >= 6 and any(key in re.sub(r"\s", "", name) for name in names)
