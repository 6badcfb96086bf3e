"""The styles of a Word 97 to 2003 file, and its lists, as `numbering` counts them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from workers.report.reading.doc_file import Properties, WordFile, read_properties
from workers.report.reading.numbering import Level, Numbering

_STYLES, _LISTS, _OVERRIDES = 1, 73, 74
# A style of paragraphs, of characters; none to inherit from.
_OF_PARAGRAPHS, _OF_CHARACTERS, _NO_STYLE = 1, 2, 0xFFF
_DEEPEST = 11
# The forms of numbers by their codes [MS-OSHARED 2.2.1.3], in the words of ISO 29500.
NUMBER_FORMS = {
    0: "decimal", 1: "upperRoman", 2: "lowerRoman", 3: "upperLetter", 4: "lowerLetter",
    10: "ideographDigital", 11: "japaneseCounting", 14: "decimalFullWidth",
    16: "chineseLegalSimplified", 17: "japaneseDigitalTenThousand", 18: "decimalEnclosedCircle",
    19: "decimalFullWidth",
    22: "decimalZero", 23: "bullet", 26: "decimalEnclosedFullstop", 27: "decimalEnclosedParen",
    28: "decimalEnclosedCircleChinese", 29: "ideographEnclosedCircle", 30: "ideographTraditional",
    31: "ideographZodiac", 33: "taiwaneseCounting", 34: "ideographLegalTraditional",
    35: "taiwaneseCountingThousand", 36: "taiwaneseDigital", 37: "chineseCounting",
    38: "chineseLegalSimplified", 39: "chineseCountingThousand", 40: "ideographDigital",
    255: "none",
}  # fmt: skip
_LEGAL, _SPACE = 0x04, 1


@dataclass(frozen=True, slots=True)
class DocStyle:
    """What a style says of its paragraphs and of its characters."""

    paragraph: Properties
    characters: Properties


def read_doc_styles(file: WordFile) -> list[DocStyle]:
    """The styles by their numbers, each with what it inherits [2.9.271]."""
    table = file.part(_STYLES)
    if not table:
        return []
    length, count, base = struct.unpack_from("<3H", table)
    at, read = 2 + length, []
    for _ in range(count):
        size = struct.unpack_from("<H", table, at)[0]
        read.append(_read_style(table[at + 2 : at + 2 + size], base))
        at += 2 + size
    return [_inherit(read, number) for number in range(count)]


def _read_style(held: bytes, base: int) -> tuple[int, DocStyle]:
    """The number of the style that it inherits from, and what it says itself."""
    empty = DocStyle({}, {})
    if len(held) < base:
        return _NO_STYLE, empty
    kind_and_parent = struct.unpack_from("<H", held, 2)[0]
    at = base + 4 + 2 * struct.unpack_from("<H", held, base)[0]
    parts = []
    while at + 2 <= len(held):
        at += at % 2
        size = int.from_bytes(held[at : at + 2], "little")
        parts.append(held[at + 2 : at + 2 + size])
        at += 2 + size
    parts += [b""] * 2
    match kind_and_parent & 0xF:
        case kind if kind == _OF_PARAGRAPHS:
            # Before the properties stands the style's own number.
            said = DocStyle(read_properties(parts[0][2:]), read_properties(parts[1]))
        case kind if kind == _OF_CHARACTERS:
            said = DocStyle({}, read_properties(parts[0]))
        case _:
            said = empty
    return kind_and_parent >> 4, said


def _inherit(styles: list[tuple[int, DocStyle]], number: int) -> DocStyle:
    paragraph: dict[int, bytes] = {}
    characters: dict[int, bytes] = {}
    for _ in range(_DEEPEST):  # a circle of styles is an error of the file
        if not number < len(styles):
            break
        number, said = styles[number]
        paragraph = {**said.paragraph, **paragraph}
        characters = {**said.characters, **characters}
    return DocStyle(paragraph, characters)


def read_doc_lists(file: WordFile) -> Numbering:
    """The lists by the numbers that paragraphs call them by [2.9.131, 2.9.148]."""
    numbering = Numbering()
    held = _read_lists(file)
    table = file.part(_OVERRIDES)
    count = struct.unpack_from("<I", table)[0] if table else 0
    at = 4 + 16 * count
    for number in range(1, count + 1):
        family, own = struct.unpack_from("<i8xB", table, 16 * number - 12)
        name = str(number)
        numbering.families[name] = str(family)
        numbering.lists[name] = dict(held.get(family, {}))
        at += 4
        for _ in range(own):
            at = _override(numbering, name, table, at)
    return numbering


def _override(numbering: Numbering, name: str, table: bytes, at: int) -> int:
    """What a list says otherwise of one level [2.9.132]; where the next one begins."""
    start, flags = struct.unpack_from("<iI", table, at)
    depth = flags & 0xF
    if flags & 0x20:
        numbering.lists[name][depth], at = _read_level(table, at + 8)
        return at
    if flags & 0x10:
        numbering.restarts.setdefault(name, {})[depth] = start
    return at + 8


def _read_lists(file: WordFile) -> dict[int, dict[int, Level]]:
    start, length = file.place(_LISTS)
    table = file.table
    if not length:
        return {}
    count = struct.unpack_from("<H", table, start)[0]
    # The levels follow the lists; some programs count them into the length of these.
    at, found = start + 2 + 28 * count, {}
    for number in range(count):
        family, flags = struct.unpack_from("<i22xB", table, start + 2 + 28 * number)
        levels = {}
        for depth in range(1 if flags & 1 else 9):
            levels[depth], at = _read_level(table, at)
        found[family] = levels
    return found


def _read_level(table: bytes, at: int) -> tuple[Level, int]:
    """A level, and where the next one begins [2.9.150]."""
    start, form, flags, follow, look, layout, limit = struct.unpack_from("<iBB9xB8xBBB", table, at)
    at += 28 + look + layout
    length = struct.unpack_from("<H", table, at)[0]
    text = table[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
    level = Level(
        start=start,
        form=NUMBER_FORMS.get(form, "decimal"),
        text="".join(_places(text)),
        legal=bool(flags & _LEGAL),
        space=follow == _SPACE,
        restart=limit if flags & 0x08 else None,
    )
    return level, at + 2 + 2 * length


def _places(text: str) -> Iterator[str]:
    """Where a number goes, the text has the depth of its level as a character."""
    for one in text:
        yield f"%{ord(one) + 1}" if ord(one) < 9 else one
