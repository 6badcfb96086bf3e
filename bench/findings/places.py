"""Where in a composed report something can be planted."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from bench.compose import Composed
from workers.report.text import Span

_MARKS = re.compile("[⟦⟧]")
_LEVEL_1 = re.compile(r"^[一二三四五]、[^\n]*$", re.MULTILINE)
_BODY_LINE = re.compile(r"^(?![一二三四五]、)[^\n\t]{30,}$", re.MULTILINE)
# 1.…, 一是…: a sentence put before such an item stands at the end of the item before it.
_STOP = re.compile(r"。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A report with one fault: what it is, where in the text it stands (null: the whole),
    what it is about.
    """

    kind: str
    text: str
    place: Span | None = None
    about: str | None = None
    name: str = ""
    wording: str = ""


def marked(written: str) -> tuple[str, Span]:
    """The sentence without its marks, and the stretch that they stood around.

    >>> marked("化解率⟦98.8%⟧。")
    ('化解率98.8%。', Span(start=3, end=8))
    """
    start, end = (found.start() for found in _MARKS.finditer(written))
    return _MARKS.sub("", written), Span(start, end - 1)


def sections(text: str) -> list[Span]:
    """The four parts of a composed report, each with its heading, without the signature."""
    starts = [found.start() for found in _LEVEL_1.finditer(text)]
    return [
        Span(start, end) for start, end in zip(starts, [*starts[1:], signature(text)], strict=True)
    ]


def signature(text: str) -> int:
    """Where the issuer's name and the date begin."""
    body = text.rstrip("\n")
    return body.rfind("\n", 0, body.rfind("\n")) + 1


def insert(rng: random.Random, text: str, sentence: str, section: Span) -> tuple[str, Span]:
    """The text with the marked sentence behind some sentence of the section;
    where its marked stretch now stands.
    """
    lines = list(_BODY_LINE.finditer(text, section.start, section.end))
    stops = [
        stop.end() for line in lines for stop in _STOP.finditer(text, line.start(), line.end())
    ]
    return put(text, sentence, rng.choice(stops))


def put(text: str, sentence: str, at: int) -> tuple[str, Span]:
    """The text with the marked sentence at this place, and where its marked stretch now stands."""
    plain, place = marked(sentence)
    return text[:at] + plain + text[at:], Span(at + place.start, at + place.end)


def replace_line(report: Composed, old: str, new: str) -> str:
    """The text with the first such line replaced; without it where the new one is empty."""
    return report.text.replace(f"{old}\n", f"{new}\n" if new else "", 1)
