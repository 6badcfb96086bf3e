"""Slips in fixed phrases (`lost_characters`, `wrong_word`), places where something is missing, and
marks that lack their partner.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from workers.report.auditing.context import MOST_OF_ONE_KIND, Evidence, shorten_quote
from workers.report.auditing.damage.slips import FILE, Slip, find_slips, find_wrong_names
from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Severity
from workers.report.text import Span


def audit_phrases(evidence: Evidence) -> Iterator[Finding]:
    """lost_characters, wrong_word: slips in phrases and names, then gaps, then unpaired marks."""
    for slip, place in islice(find_slips(evidence.text), MOST_OF_ONE_KIND + 1):
        yield _slip_finding(evidence, slip, place)
    for name, place in islice(find_wrong_names(evidence.text), MOST_OF_ONE_KIND + 1):
        yield _wrong_finding(evidence, name, place)
    for found in islice(gap_pattern().finditer(evidence.text), MOST_OF_ONE_KIND + 1):
        yield _gap_finding(evidence, Span(*found.span()))
    yield from islice(_unpaired_marks(evidence), MOST_OF_ONE_KIND + 1)


@knowledge
def gap_pattern() -> re.Pattern[str]:
    """Where something is missing, though nobody can say what;
    each entry proves itself on its examples.
    """
    rows = load_yaml(FILE)["gaps"]
    for row in rows:
        pattern = re.compile(row["pattern"])
        require(
            all(map(pattern.search, row["examples"])),
            FILE,
            row["pattern"],
            "does not find its examples",
        )
        require(
            not any(map(pattern.search, row["near_misses"])),
            FILE,
            row["pattern"],
            "finds a near miss",
        )
    return re.compile("|".join(row["pattern"] for row in rows))


def _slip_finding(evidence: Evidence, slip: Slip, place: Span) -> Finding:
    if slip.kind is FindingKind.WRONG_WORD and slip.phrase:
        return _wrong_finding(evidence, slip.phrase, place)
    return evidence.finding(
        slip.kind,
        Severity.CHECK,
        message=f"“{slip.stands}”像是丢了字，"
        + (f"应该是“{slip.phrase}”。" if slip.phrase else "请对照原文补上。"),
        message_en=f"{slip.stands} seems to lack a character"
        + (f": probably {slip.phrase}." if slip.phrase else "."),
        places=[place],
        suggestion=slip.phrase,
    )


def _wrong_finding(evidence: Evidence, meant: str, place: Span) -> Finding:
    stands = evidence.text[place.start : place.end]
    return evidence.finding(
        FindingKind.WRONG_WORD,
        Severity.CHECK,
        message=f"“{stands}”像是写错了字，应该是“{meant}”。请核对。",
        message_en=f"{stands} seems to be miswritten: probably {meant} is meant.",
        places=[place],
        suggestion=meant,
    )


def _gap_finding(evidence: Evidence, place: Span) -> Finding:
    around = shorten_quote(evidence.text[max(0, place.start - 4) : place.end + 4])
    return evidence.finding(
        FindingKind.LOST_CHARACTERS,
        Severity.NOTE,
        message=f"“{around}”：这里像是丢了字。请对照原文补上。",
        message_en=f"{around}: something seems to be missing here.",
        places=[place],
        metrics=(),
    )


_PAIRS = {"”": "“", "》": "《", "〕": "〔"}
_NAMES = {
    "“": "前引号",
    "”": "后引号",
    "《": "前书名号",
    "》": "后书名号",
    "〔": "前括号",
    "〕": "后括号",
}
_PAIR_MARKS = re.compile("[“”《》〔〕\n]")


def _unpaired_marks(evidence: Evidence) -> Iterator[Finding]:
    """A quotation mark, title mark or bracket without its partner in the same paragraph."""
    waiting: list[int] = []
    for found in _PAIR_MARKS.finditer(evidence.text):
        mark = found.group()
        if mark in "“《〔":
            waiting.append(found.start())
        elif mark == "\n":
            yield from (_unpaired_finding(evidence, at) for at in waiting)
            waiting = []
        elif waiting and evidence.text[waiting[-1]] == _PAIRS[mark]:
            waiting.pop()
        else:
            yield _unpaired_finding(evidence, found.start())
    yield from (_unpaired_finding(evidence, at) for at in waiting)


def _unpaired_finding(evidence: Evidence, at: int) -> Finding:
    mark = evidence.text[at]
    return evidence.finding(
        FindingKind.LOST_CHARACTERS,
        Severity.NOTE,
        message=f"{_NAMES[mark]}（{mark}）没有配对，同一段里少了另一半。请对照原文补上。",
        message_en=f"The mark {mark} has no partner in its paragraph.",
        places=[Span(at, at + 1)],
    )
