"""Damage of single characters: recognition, copying, breaking of lines."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from workers.report.chinese.clauses import HAN

_BODY_GAP = re.compile(rf"(?<=[{HAN}])(?=[{HAN}])")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")

# Shares of the places where it can happen. A gap between two characters: one in 4,500 with the best
# engine, one in two with the worst; copied from a PDF some three in a thousand.
SPACE_IN_WORD = 0.004
SPACE_AT_NUMBER, SPACE_BEFORE_PERCENT, SPACE_IN_NUMBER = 0.15, 0.1, 0.02
ZERO, ONE = 0.1, 0.1
# Weak engines read some characters wrong every other time (宣 → 宜, 土 → 士);
# over all engines one in thirty.
CONFUSED = 0.03
COMMA_AS_POINT = 0.01
WIDE_NUMBER = 0.6
NARROW_MARK, DOUBLED_MARK = 0.4, 0.02
BREAK_IN_LINE = 0.003
# Characters of a line of a page, narrow columns of a scan to wide ones of a web page.
COLUMN = (24, 44)
BREAK_AT_NUMBER, BREAK_IN_NUMBER = 0.04, 0.01
INVISIBLE = 0.004

# The measured table (true → read), and what the weaker engines do.
CONFUSIONS = dict(
    zip("宣乡土合干白日查口刺暖洗茶赢毫", "宜多士含于自曰杳囗剌暧冼荼嬴亳", strict=True)
)
_HALF = dict(zip("，：；（）？！", ",:;()?!", strict=True))
_WIDE = {ord(char): ord(char) + 0xFEE0 for char in "0123456789"}
_NOTHING = ["\u200b", "\ufeff", "\u00ad", "\u200e", "\u2060", "\ue004", "\ue5e5", "\uf0b7"]


def space_words(rng: random.Random, text: str) -> str:
    """A space between two characters, now and then an ideographic one."""
    return _each(
        rng, _BODY_GAP, SPACE_IN_WORD, text, lambda _: "\u3000" if rng.random() < 0.1 else " "
    )


def space_numbers(rng: random.Random, text: str) -> str:
    """A space beside a figure, before its %, and inside it."""
    text = _each(
        rng,
        re.compile(rf"(?<=[{HAN}])(?=\d)|(?<=\d)(?=[{HAN}])"),
        SPACE_AT_NUMBER,
        text,
        lambda _: " ",
    )
    text = _each(rng, re.compile(r"(?<=\d)(?=%)"), SPACE_BEFORE_PERCENT, text, lambda _: " ")
    return _each(
        rng, re.compile(r"(?<=\d)(?=[\d.])|(?<=\.)(?=\d)"), SPACE_IN_NUMBER, text, lambda _: " "
    )


def break_lines(rng: random.Random, text: str) -> str:
    """Line breaks in paragraphs: at the edge of a column all through, or here and there."""
    if rng.random() < 0.5:
        return _each(rng, _BODY_GAP, BREAK_IN_LINE, text, lambda _: "\n", least=30)
    width = rng.randint(*COLUMN)
    return "\n".join("\n".join(_wrapped(line, width)) for line in text.split("\n"))


def break_numbers(rng: random.Random, text: str) -> str:
    """A line break between a figure and its unit, or inside it."""
    text = _each(
        rng,
        re.compile(r"(?<=\d)(?=[件次人名个份户起场条万元年月日%])"),
        BREAK_AT_NUMBER,
        text,
        lambda _: "\n",
        least=20,
    )
    return _each(rng, re.compile(r"(?<=\d)(?=\d)"), BREAK_IN_NUMBER, text, lambda _: "\n", least=20)


def widen_figures(rng: random.Random, text: str) -> str:
    """Full-width digits, points, per cent signs and letters."""
    text = _each(
        rng, _NUMBER, WIDE_NUMBER, text, lambda found: found[0].translate(_WIDE).replace(".", "．")
    )
    return re.sub(r"[A-Z]", lambda found: chr(ord(found[0]) + 0xFEE0), text).replace("%", "％")


def confuse_zeros(rng: random.Random, text: str) -> str:
    """0 among digits as O, o, 〇, ○, Q; 〇 of a year as O, ○, 0."""
    text = _each(rng, re.compile(r"(?<=\d)0"), ZERO, text, lambda _: rng.choice("OOOo〇○Q"))
    return _each(rng, re.compile("〇"), 0.5, text, lambda _: rng.choice("○OO0o"))


def confuse_ones(rng: random.Random, text: str) -> str:
    """1 of a figure of two and more digits as l, I, |."""
    return _each(rng, re.compile(r"(?<=\d)1|1(?=\d)"), ONE, text, lambda _: rng.choice("llI|"))


def confuse_characters(rng: random.Random, text: str) -> str:
    """A character read as one that looks alike."""
    return _each(
        rng,
        re.compile(f"[{''.join(CONFUSIONS)}]"),
        CONFUSED,
        text,
        lambda found: CONFUSIONS[found[0]],
    )


def confuse_commas(rng: random.Random, text: str) -> str:
    """A comma between two characters read as a point (nearly all on fax paper)."""
    return _each(
        rng, re.compile(rf"(?<=[{HAN}])，(?=[{HAN}])"), COMMA_AS_POINT, text, lambda _: "."
    )


def narrow_marks(rng: random.Random, text: str) -> str:
    """Half-width marks; brackets in pairs or singly."""
    return _each(
        rng, re.compile("[，：；（）？！]"), NARROW_MARK, text, lambda found: _HALF[found[0]]
    )


def double_marks(rng: random.Random, text: str) -> str:
    """A doubled mark, or a comma and a stop together."""
    return _each(rng, re.compile("[，。；、：]"), DOUBLED_MARK, text, lambda found: found[0] * 2)


def add_invisible(rng: random.Random, text: str) -> str:
    """Zero-width, direction and private-use characters between others."""
    return _each(rng, re.compile(r"(?<=\S)(?=\S)"), INVISIBLE, text, lambda _: rng.choice(_NOTHING))


Replace = Callable[[re.Match[str]], str]


def _each(
    rng: random.Random, where: re.Pattern[str], rate: float, text: str, put: Replace, least: int = 0
) -> str:
    """Each place by chance. Titles, headings and signatures (lines shorter than `least`) and table
    rows are spared where the damage is one of layout.
    """

    def act(line: str) -> str:
        if len(line) < least:
            return line
        return where.sub(lambda found: put(found) if rng.random() < rate else found[0], line)

    return "\n".join(act(line) for line in text.split("\n"))


def _wrapped(line: str, width: int) -> list[str]:
    """The line in pieces of about `width`; marks that may not begin a line hang at its end,
    as word processors do.
    """
    if "\t" in line:
        return [line]
    pieces = []
    while len(line) > width + 1:
        cut = width
        while cut < len(line) and line[cut] in "，。；：、！？）”》%":
            cut += 1
        pieces.append(line[:cut])
        line = line[cut:]
    return [*pieces, line] if line else pieces
