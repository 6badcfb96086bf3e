"""Residue of word processors, converters and browsers: characters and tags that say nothing."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from workers.report.chinese.characters import changed_runs
from workers.report.text import Change

_LINE_END = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_ENTITY = re.compile(
    r"&(?:amp;){0,8}(?:nbsp|ensp|emsp|thinsp|amp|lt|gt|quot|apos|ldquo|rdquo|lsquo|rsquo|mdash|ndash|hellip|middot|times"
    r"|copy|#\d{1,7}|#x[0-9a-fA-F]{1,6});"
)
_TAG = re.compile(
    r"</?(?:p|br|div|span|font|b|i|u|strong|em|a|img|table|tbody|tr|td|th|ul|ol|li|h[1-6]|o:p|st1:[a-z]{1,20}|v:[a-z]{1,20}"
    r"|center|section|meta|link)"
    r"(?:[ \t][^<>\n]{0,500})?/?>|<!--[^\n]{0,500}?-->|<!\[endif\]-->",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"\[bookmark:[^\]\n]{0,80}\]|\{ ?(?:PAGE|TOC|HYPERLINK|MERGEFORMAT)[^{}\n]{0,200}\}"
    r"|PAGEREF _Toc\d{1,12}(?: \\h)?|HYPERLINK \\l _Toc\d{1,12}(?: \\h)?|\\\* MERGEFORMAT"
    r"|!\[[^\]\n]{0,80}\]\([^)\n]{0,300}\)"
    r"|Error! Bookmark not defined\.|错误！未定义书签。"
)
_EMPHASIS = re.compile(r"(?<!\*)(\*{2,6})[^*\n]{1,200}(\*{2,6})(?!\*)")
_HASHES = re.compile(r"^[ \t\u3000]{0,8}#{1,6}[ \t]+", re.MULTILINE)

_RAISED = "⁰¹²³⁴-⁹"
# One mark or several; a power behind a letter or ten is none.
_NOTE_MARK = re.compile(
    rf"[{_RAISED}](?<![A-Za-z{_RAISED}].)(?<!(?<!\d)10.)[{_RAISED}]?(?:[,，、⁻~～][{_RAISED}]{{1,2}}){{0,9}}"
    rf"(?![{_RAISED}])"
)


def unify_line_ends(text: str) -> Iterator[Change]:
    """Make every line end a line feed.

    >>> list(unify_line_ends("一、概况\\r\\n全镇"))
    [Change(start=4, end=6, after='\\n')]
    """
    return (Change(*found.span(), "\n") for found in _LINE_END.finditer(text))


def drop_invisible_characters(text: str) -> Iterator[Change]:
    """Drop what has no ink: BOM, zero-width and control characters, directions, selectors of
    variants, private use (bullets of symbol fonts, GBK leftovers).

    The mark � of a loss stays.

    >>> list(drop_invisible_characters("\\ufeff调解\\u200b46件"))
    [Change(start=0, end=1, after=''), Change(start=3, end=4, after='')]
    """
    return (Change(start, end, "") for start, end, plain in changed_runs(text) if not plain)


def decode_entities(text: str) -> Iterator[Change]:
    """Undo the entities that a web page left in its text; an & alone stays.

    >>> list(decode_entities("调解&nbsp;46件 R&D"))
    [Change(start=2, end=8, after=' ')]
    """
    return (Change(*found.span(), _unescape_fully(found[0])) for found in _ENTITY.finditer(text))


def drop_tags(text: str) -> Iterator[Change]:
    """Drop leftover tags of known names; <br> and <p> part lines. Other angle brackets stay.

    >>> list(drop_tags("<span style='x'>调解</span><46件>"))
    [Change(start=0, end=16, after=''), Change(start=18, end=25, after='')]
    """
    if "<" not in text:
        return
    for found in _TAG.finditer(text):
        parts_lines = re.match(r"<br|</(?:p|div|tr|li|h\d)>", found[0], re.IGNORECASE)
        yield Change(*found.span(), "\n" if parts_lines else "")


def drop_field_codes(text: str) -> Iterator[Change]:
    """Drop bookmarks and field codes of word processors and marks of converters.

    >>> list(drop_field_codes("[bookmark: _GoBack]2024年"))
    [Change(start=0, end=19, after='')]
    """
    return (Change(*found.span(), "") for found in _FIELD.finditer(text))


def drop_emphasis(text: str) -> Iterator[Change]:
    """Drop the stars and hashes of Markdown; a single star stays.

    >>> list(drop_emphasis("**一、概况**"))
    [Change(start=0, end=2, after=''), Change(start=6, end=8, after='')]
    """
    for found in _EMPHASIS.finditer(text) if "*" in text else ():
        yield Change(*found.span(1), "")
        yield Change(*found.span(2), "")
    if "#" in text:
        yield from (Change(*found.span(), "") for found in _HASHES.finditer(text))


def drop_note_marks(text: str) -> Iterator[Change]:
    """Drop the raised figure that points to a note; those of units (m²) and of powers of ten stay.

    >>> [
    ...     change.start
    ...     for change in drop_note_marks("办结案件46¹件，绿化30m²、10³平方米，化解²纠纷")
    ... ]
    [6, 25]
    """
    return (Change(*found.span(), "") for found in _NOTE_MARK.finditer(text))


def _unescape_fully(entity: str) -> str:
    """What the entity stands for, however often it was escaped."""
    while (after := html.unescape(entity)) != entity:
        entity = after
    return entity.replace("\xa0", " ")
