"""Looking into XML by local names."""

from __future__ import annotations

import re

from lxml import etree

# `str.isdigit` also takes ² and ①, which `int` refuses.
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,8}")


def local_name(node: etree._Element) -> str:
    """The tag without its namespace: the two editions of the standard differ in nothing else.

    Empty for a comment.
    """
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def children(node: etree._Element, name: str) -> list[etree._Element]:
    return [inner for inner in node if local_name(inner) == name]


def child(node: etree._Element, name: str) -> etree._Element | None:
    return next(iter(children(node, name)), None)


def attribute(node: etree._Element, name: str) -> str:
    """An attribute of the WordprocessingML namespace, whichever of its two editions."""
    return next(
        (str(value) for key, value in node.attrib.items() if str(key).rpartition("}")[2] == name),
        "",
    )


def value_of(node: etree._Element, name: str) -> str:
    inner = child(node, name)
    return "" if inner is None else attribute(inner, "val")


def as_int(text: str, default: int) -> int:
    """The whole number that an attribute states; the default where it states none.

    >>> [as_int(text, 7) for text in ("3", "-1", "²", "①", "--1", "", "99999999999")]
    [3, -1, 7, 7, 7, 7, 7]
    """
    return int(text) if _WHOLE_NUMBER.fullmatch(text) else default
