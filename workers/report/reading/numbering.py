"""The numbers that Word generates before paragraphs:
they stand in no text, only in numbering.xml.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from workers.report.reading.xmlnodes import as_int, attribute, child, children, value_of

_HAN = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
          (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
# The gap after a bare figure or letter; after a mark the number stands close.
_WORD_END = re.compile(r"[0-9A-Za-z]$")
_PLACE = re.compile(r"%([1-9])")
# Behind these a numeral would go on: `1.` and 46件, 第一 and 百件.
_NUMERAL = re.compile(r"\d|[〇零一二三四五六七八九十百千万亿两]")
_GOES_ON = re.compile(rf"(?:{_NUMERAL.pattern}|[第.．,，:：/／\-—–~～·×xX])$")


@dataclass(slots=True)
class Level:
    """One level of a list (w:lvl)."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    legal: bool = False
    space: bool = False
    restart: int | None = None
    style: str = ""


@dataclass(slots=True)
class Numbering:
    """The lists of a document and how far each has counted."""

    lists: dict[str, dict[int, Level]] = field(default_factory=dict)
    families: dict[str, str] = field(default_factory=dict)
    restarts: dict[str, dict[int, int]] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)

    def next_label(self, number: str, depth: int) -> str:
        """The label of the next paragraph of list `number` at level `depth` (0 to 8);
        empty where there is none.
        """
        level = self.lists.get(number, {}).get(depth)
        if level is None:
            return ""
        counts = self._count(number, depth, level)
        if level.form in {"bullet", "none"}:
            return ""
        levels = self.lists[number]

        def show(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            shown = levels.get(at, Level())
            if shown.form == "none":
                return ""
            form = "decimal" if level.legal and at < depth else shown.form
            return format_number(counts.get(at, shown.start), form)

        label = _PLACE.sub(show, level.text)
        return label + (" " if level.space or _WORD_END.search(label) else "")

    def depth_of(self, number: str, style: str) -> int | None:
        """The level of the list that belongs to this style; None where none does."""
        levels = self.lists.get(number, {}) if style else {}
        return next((depth for depth, level in levels.items() if level.style == style), None)

    def start_at(self, number: str, depth: int, value: int) -> None:
        """Let the next paragraph of the list at this level have this number."""
        self.counts.setdefault(self.families.get(number, number), {})[depth] = value - 1

    def _count(self, number: str, depth: int, level: Level) -> dict[int, int]:
        """The counts of the list's family after this paragraph; deeper levels begin anew."""
        counts = self.counts.setdefault(self.families.get(number, number), {})
        if number not in self.begun:
            self.begun.add(number)
            counts.update({at: start - 1 for at, start in self.restarts.get(number, {}).items()})
        # A level that is passed over counts once for those below it.
        for above, passed in self.lists[number].items():
            if above < depth:
                counts.setdefault(above, passed.start)
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [at for at in counts if at > depth]:
            restart = self.lists[number].get(deeper, level).restart
            if restart is None or (restart and depth < restart):
                del counts[deeper]
        return counts


def put_label(label: str, text: str) -> str:
    """The number that it begins with is no part of one that the text begins with.

    >>> put_label("1.", "46件"), put_label("一、", "46件"), put_label("一", "四十六件")
    ('1. 46件', '一、46件', '一 四十六件')
    """
    apart = _GOES_ON.search(label) and _NUMERAL.match(text)
    return f"{label} {text}" if apart else label + text


def format_number(value: int, form: str) -> str:
    """The number as the format (ST_NumberFormat of ISO 29500) writes it;
    an unknown format counts in digits.

    >>> [
    ...     format_number(12, form)
    ...     for form in ("chineseCounting", "chineseCountingThousand", "decimal")
    ... ]
    ['十二', '十二', '12']
    >>> [
    ...     format_number(3, form)
    ...     for form in ("decimalEnclosedCircle", "ideographTraditional", "upperRoman")
    ... ]
    ['③', '丙', 'III']
    """
    return _FORMATS.get(form, str)(value)


def read_numbering(root: etree._Element | None, styles: dict[str, str]) -> Numbering:
    """The lists of numbering.xml; `styles` gives the list (w:numId) of each numbering style."""
    numbering = Numbering()
    if root is None:
        return numbering
    abstract = {attribute(node, "abstractNumId"): node for node in children(root, "abstractNum")}
    for node in children(root, "num"):
        number = attribute(node, "numId")
        family = value_of(node, "abstractNumId")
        numbering.families[number] = family
        numbering.lists[number] = _levels(abstract.get(family))
        _override(numbering, number, node)
    for number, family in list(numbering.families.items()):
        linked = value_of(abstract[family], "numStyleLink") if family in abstract else ""
        target = styles.get(linked, "")
        if linked and target in numbering.lists and not numbering.lists[number]:
            numbering.lists[number] = numbering.lists[target]
            numbering.families[number] = numbering.families[target]
    return numbering


def _override(numbering: Numbering, number: str, node: etree._Element) -> None:
    for override in children(node, "lvlOverride"):
        depth = as_int(attribute(override, "ilvl"), 0)
        start = value_of(override, "startOverride")
        if start:
            numbering.restarts.setdefault(number, {})[depth] = as_int(start, 1)
        for level in children(override, "lvl"):
            numbering.lists[number][depth] = _level(level)


def _levels(node: etree._Element | None) -> dict[int, Level]:
    return (
        {}
        if node is None
        else {as_int(attribute(level, "ilvl"), 0): _level(level) for level in children(node, "lvl")}
    )


def _level(node: etree._Element) -> Level:
    restart = value_of(node, "lvlRestart")
    legal = child(node, "isLgl")
    return Level(
        start=as_int(value_of(node, "start"), 0),
        form=value_of(node, "numFmt") or "decimal",
        text=value_of(node, "lvlText"),
        legal=legal is not None and attribute(legal, "val") not in {"0", "false", "off"},
        space=value_of(node, "suff") == "space",
        restart=as_int(restart, 0) if restart else None,
        style=value_of(node, "pStyle"),
    )


def _chinese(value: int) -> str:
    """Counting in words up to 9999: 十, 十一, 二十, 一百零五."""
    if not 0 < value < 10_000:
        return str(value)
    words = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            words += _HAN[digit] + name
        elif words and not words.endswith("零") and value % unit:
            words += "零"
    return words[1:] if words.startswith("一十") else words


def _digits(value: int) -> str:
    return "".join(_HAN[int(digit)] for digit in str(max(value, 0)))


def _legal(value: int) -> str:
    plain = dict(zip(_HAN + "十百千", _LEGAL + "拾佰仟", strict=True))
    return "".join(plain.get(char, char) for char in _chinese(value))


def _cycle(names: str) -> Callable[[int], str]:
    return lambda value: names[value - 1] if 0 < value <= len(names) else str(value)


def _circled(value: int) -> str:
    return chr(0x2460 + value - 1) if 0 < value <= 20 else str(value)


def _letters(value: int) -> str:
    return (
        chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        if 0 < value <= 780
        else str(value)
    )


def _roman(value: int) -> str:
    if not 0 < value < 4000:
        return str(value)
    words = ""
    for unit, name in _ROMAN:
        words += name * (value // unit)
        value %= unit
    return words


_FORMATS: dict[str, Callable[[int], str]] = {
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "japaneseCounting": _chinese,
    "taiwaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "ideographDigital": _digits,
    "japaneseDigitalTenThousand": _digits,
    "taiwaneseDigital": _digits,
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": _legal,
    "ideographTraditional": _cycle(_STEMS),
    "ideographZodiac": _cycle(_BRANCHES),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "ideographEnclosedCircle": lambda value: (
        chr(0x3220 + value - 1) if 0 < value <= 10 else str(value)
    ),
    "decimalFullWidth": lambda value: "".join(chr(ord(digit) + 0xFEE0) for digit in str(value)),
    "decimalEnclosedParen": lambda value: f"({value})",
    "decimalEnclosedFullstop": lambda value: f"{value}.",
    "decimalZero": lambda value: f"{value:02d}",
    "lowerLetter": _letters,
    "upperLetter": lambda value: _letters(value).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda value: _roman(value).upper(),
}
