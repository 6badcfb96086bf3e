"""Text that no repair could make readable: `garbled_text`.

Each pattern a way in which encodings and fonts go wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from heapq import merge
from itertools import islice

from workers.report.auditing.context import MOST_OF_ONE_KIND, Evidence, shorten_quote
from workers.report.chinese.clauses import COMMAS, HAN, LIST_COMMA, PHRASE_MARKS
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Severity
from workers.report.text import Span

# What decoders put for bytes they cannot read; the fillers of memory that was never written; the
# boxes that fonts draw for what they lack, and 口, which recognition makes of them (one or two of
# them are boxes to tick); a Latin reading of bytes; narrow kana and unpaired surrogates, which no
# Chinese report holds.
_NOISE = re.compile(
    "\ufffd+|锟斤拷|锟斤|烫烫烫+|屯屯屯+|[□■▢▯◻▒▓█]{3,}|口{4,}|[\xc0-\xff][\x80-\xff]{2,}|[\uff66-\uff9f]{3,}|[\ud800-\udfff]+"
    # Question marks for lost characters, not behind a word that asks.
    rf"|(?<=[{HAN}。{COMMAS}{LIST_COMMA}0-9.])[?？]{{3,}}|(?<=[{HAN}])(?<![么吗呢何谁哪])[?？]{{2,}}(?=[{HAN}])"
)
# Each kind of noise begins with one of these; nearly all texts have none.
_NOISE_SIGN = re.compile(
    "[\ufffd锟烫屯□■▢▯◻▒▓█口\xc0-\xff\uff66-\uff9f\ud800-\udfff?？](?:(?<!口)|(?=口口口))"
)
# The keyboard's upper row in a jumble; of one kind or two it is a line that somebody drew.
_UPPER_ROW = r"[#$%^&*@~`|\\<>{}=+]"
_JUMBLE, _FEWEST_KINDS = re.compile(f"{_UPPER_ROW}{_UPPER_ROW}{{4,}}"), 3
# Characters of a name may be rare, three of a name are not: so many within so few are of a wrong
# encoding. Names in a list have marks between them.
_FEWEST_RARE, _WINDOW = 4, 8
_BETWEEN_NAMES = re.compile(rf"[{PHRASE_MARKS}\s]")
# One stretch of noise has a readable character here and there.
_GAP = 6
# The private characters that stand for a blank or a bullet, where cleaning dropped them;
# any other is a lost character.
_PRIVATE = r"[\ue000-\ue003\ue005-\ue5e4\ue5e6-\uefff\uf100-\uf8ff]"
_LOST_GLYPH = re.compile(rf"{_PRIVATE}(?<=[{HAN}].){_PRIVATE}*(?=[{HAN}])")


def audit_garbled(evidence: Evidence) -> Iterator[Finding]:
    """garbled_text: one finding a stretch; characters that only the writer's font had are
    noted where they stood.
    """
    for place in islice(find_garbled(evidence.text), MOST_OF_ONE_KIND + 1):
        stands = shorten_quote(evidence.text[place.start : place.end])
        yield evidence.finding(
            FindingKind.GARBLED_TEXT,
            Severity.CHECK,
            message=f"“{stands}”：这里是乱码，读不出原来的字。请从原网页或原文件重新复制这一段。",
            message_en=(
                f"{stands}: garbled text that cannot be read. Copy this passage "
                "again from its source."
            ),
            places=[place],
        )
    yield from islice(_lost_glyphs(evidence), MOST_OF_ONE_KIND)


def find_garbled(text: str) -> Iterator[Span]:
    """The stretches that cannot be read, in order; rare characters of names are none.

    >>> text = "调解��纠纷工作有序，鐜嬪彇鐨勬潈鍒，为什么？？鄠邑区和黟县"
    >>> [text[start:end] for start, end in find_garbled(text)]
    ['��', '鐜嬪彇鐨勬潈鍒']
    """
    sign = _NOISE_SIGN.search(text)
    noise = (Span(*found.span()) for found in (_NOISE.finditer(text) if sign else ()))
    jumbles = (
        Span(*found.span())
        for found in _JUMBLE.finditer(text)
        if len(set(found[0])) >= _FEWEST_KINDS
    )
    places = merge(noise, jumbles, _rare_stretches(text))
    until: Span | None = None
    for place in places:
        if until and place.start <= until.end + (
            _GAP if "\n" not in text[until.end : place.start] else 0
        ):
            until = Span(until.start, max(until.end, place.end))
            continue
        if until:
            yield until
        until = place
    if until:
        yield until


def _rare_stretches(text: str) -> Iterator[Span]:
    """Where rare characters crowd, from the first to the last of them."""
    rare = [found.start() for found in _rare_characters().finditer(text)]
    for at in range(len(rare) - _FEWEST_RARE + 1):
        last = rare[at + _FEWEST_RARE - 1]
        if last - rare[at] < _WINDOW and not _BETWEEN_NAMES.search(text, rare[at], last):
            yield Span(rare[at], last + 1)


@cache
def _rare_characters() -> re.Pattern[str]:
    """The characters that neither the simplified (GB 2312)
    nor the common traditional list (Big5, first level) has.
    """
    rare = "".join(char for char in map(chr, range(0x3400, 0xA000)) if not _is_common(char))
    return re.compile(f"[{rare}]")


def _is_common(char: str) -> bool:
    big5 = char.encode("big5", "ignore")
    return bool(char.encode("gb2312", "ignore")) or (len(big5) == 2 and 0xA4 <= big5[0] <= 0xC6)


def _lost_glyphs(evidence: Evidence) -> Iterator[Finding]:
    """Where a private character stood between two others in the raw text;
    cleaning has dropped it.
    """
    for found in _LOST_GLYPH.finditer(evidence.source.raw_text):
        around = shorten_quote(
            evidence.source.raw_text[max(0, found.start() - 4) : found.end() + 4]
        )
        yield Finding(
            kind=FindingKind.GARBLED_TEXT,
            severity=Severity.NOTE,
            message=f"“{around}”：中间有一个字只有原作者的字体里才有，显示不出来。请对照原文补上。",
            message_en="A character here is only in the writer's own font and cannot be shown.",
            spans=(Span(*found.span()),),
        )
