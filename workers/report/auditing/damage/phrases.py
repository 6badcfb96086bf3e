"""Fixed phrases of the genre that lack one character,
and marks that lack their partner: `lost_characters`.

A phrase that stands in thousands of reports is looked for in every form that lacks one inner
character. A form is left out where it may be good Chinese: where only a particle is dropped, where
the catalogue says so (`may_drop`), or where it is part of another phrase. Where the loss leaves the
phrase's first or last character alone, that character could belong to the neighbouring word
(法规行政…, …执法为抓手): such a form counts only between marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from workers.report.auditing.context import MOST_OF_ONE_KIND, Evidence, shorten_quote
from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.chinese.clauses import NARROW_POINTS, POINTS
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Severity
from workers.report.text import Span

_FILE = "fixed_phrases.yaml"
# Particles and marks that writers drop or add at will.
_FREE = frozenset("的地得了和与及并、，·“”‘’《》（）")
# Marks between which a phrase is whole; a line break is not one, for lines break in mid-word.
_MARKS = frozenset(POINTS + NARROW_POINTS + "“”‘’（）()《》")
_KEY = 3  # the shortest form
# of so short a phrase every form stands beside a mark; shorter ones are found everywhere
SHORTEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What stands where the phrase should, and whether a mark must stand before or after it.

    `phrase` is None where several phrases lack their character alike (开展法宣传: 法治 or 普法)."""

    stands: str
    phrase: str | None
    mark_before: bool = False
    mark_after: bool = False

    def is_at(self, text: str, at: int) -> bool:
        """Are the marks there? That the form itself stands there is known."""
        end = at + len(self.stands)
        before = not self.mark_before or at == 0 or text[at - 1] in _MARKS
        return before and (not self.mark_after or (end < len(text) and text[end] in _MARKS))


class Losses(NamedTuple):
    """All damaged forms by what stands there, and the lengths of those that begin alike,
    the longest first.
    """

    forms: Mapping[str, tuple[Loss, ...]]
    lengths: Mapping[str, tuple[int, ...]]


@knowledge
def damaged_phrases() -> Losses:
    """The damaged forms of the catalogue."""
    listed = load_yaml(_FILE)
    rows = [row for written in listed["phrases"] for row in _expand_levels(written)]
    phrases = [str(row["phrase"]) for row in rows]
    require(len(set(phrases)) == len(phrases), _FILE, "phrases", "a phrase stands twice")
    whole = "\n".join([*phrases, *map(str, listed["good"])])
    found = [
        loss
        for row in rows
        for loss in _damaged_forms(row)
        if loss.stands not in whole or loss.stands in (loss.phrase or "")
    ]
    found += [
        Loss(stands=str(row["stands"]), phrase=str(row["phrase"]))
        for row in _expand_all(listed["words"])
    ]
    forms: dict[str, tuple[Loss, ...]] = {}
    for loss in _told_apart(found):
        forms[loss.stands] = (*forms.get(loss.stands, ()), loss)
    lengths: dict[str, set[int]] = {}
    for stands in forms:
        lengths.setdefault(stands[:_KEY], set()).add(len(stands))
    return Losses(
        forms, {key: tuple(sorted(of_key, reverse=True)) for key, of_key in lengths.items()}
    )


def _told_apart(found: list[Loss]) -> Iterator[Loss]:
    """One loss for each form that stands: without a phrase where it could be one of several."""
    forms: dict[tuple[str, bool, bool], set[str | None]] = {}
    for loss in found:
        forms.setdefault((loss.stands, loss.mark_before, loss.mark_after), set()).add(loss.phrase)
    for (stands, before, after), meant in forms.items():
        yield Loss(
            stands=stands,
            phrase=meant.pop() if len(meant) == 1 else None,
            mark_before=before,
            mark_after=after,
        )


@knowledge
def gap_pattern() -> re.Pattern[str]:
    """Where something is missing, though nobody can say what;
    each entry proves itself on its examples.
    """
    rows = load_yaml(_FILE)["gaps"]
    for row in rows:
        pattern = re.compile(row["pattern"])
        require(
            all(map(pattern.search, row["examples"])),
            _FILE,
            row["pattern"],
            "does not find its examples",
        )
        require(
            not any(map(pattern.search, row["near_misses"])),
            _FILE,
            row["pattern"],
            "finds a near miss",
        )
    return re.compile("|".join(f"(?:{row['pattern']})" for row in rows))


def _expand_all(rows: list[Any]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield from _expand_levels(row)


def _expand_levels(row: Any) -> Iterator[dict[str, Any]]:
    """One row for each `level` (县, 市, 区 …) that it names;
    a plain string is a phrase with no more to say.
    """
    row = {"phrase": row} if isinstance(row, str) else row
    require(isinstance(row, dict) and row.get("phrase"), _FILE, str(row), "needs a phrase")
    for level in row.get("levels", ("",)):
        yield {
            key: value.replace("{level}", level) if isinstance(value, str) else value
            for key, value in row.items()
        }


def _damaged_forms(row: dict[str, Any]) -> Iterator[Loss]:
    phrase, may_drop, ends = row["phrase"], str(row.get("may_drop", "")), str(row.get("ends", ""))
    require(len(phrase) >= SHORTEST, _FILE, phrase, f"is shorter than {SHORTEST} characters")
    require(
        ends in {"", "first", "last", "both"}, _FILE, phrase, "ends must be first, last or both"
    )
    last = len(phrase) - 1
    for at, character in enumerate(phrase):
        edge = (at == 0 and ends not in {"first", "both"}) or (
            at == last and ends not in {"last", "both"}
        )
        if edge or character in _FREE or character in may_drop:
            continue
        stands = phrase[:at] + phrase[at + 1 :]
        yield Loss(stands=stands, phrase=phrase, mark_before=at <= 1, mark_after=at >= last - 1)


def audit_phrases(evidence: Evidence) -> Iterator[Finding]:
    """lost_characters: damaged phrases, then gaps, then unpaired marks."""
    for loss, place in islice(find_losses(evidence.text), MOST_OF_ONE_KIND + 1):
        yield _loss_finding(evidence, loss, place)
    for found in islice(gap_pattern().finditer(evidence.text), MOST_OF_ONE_KIND + 1):
        yield _gap_finding(evidence, Span(*found.span()))
    yield from islice(_unpaired_marks(evidence), MOST_OF_ONE_KIND + 1)


def find_losses(text: str) -> Iterator[tuple[Loss, Span]]:
    """The damaged phrases of a text with their places, never overlapping.

    >>> [(loss.phrase, place) for loss, place in find_losses("深入学习党的二十精神。")]
    [('党的二十大精神', Span(start=4, end=10))]
    """
    forms, lengths = damaged_phrases()
    until = 0
    for at in range(len(text) - _KEY + 1):
        alike = lengths.get(text[at : at + _KEY])
        if not alike or at < until:
            continue
        standing = (loss for length in alike for loss in forms.get(text[at : at + length], ()))
        if loss := next((loss for loss in standing if loss.is_at(text, at)), None):
            until = at + len(loss.stands)
            yield loss, Span(at, until)


def _loss_finding(evidence: Evidence, loss: Loss, place: Span) -> Finding:
    return evidence.finding(
        FindingKind.LOST_CHARACTERS,
        Severity.CHECK,
        message=f"“{loss.stands}”像是丢了字，"
        + (f"应该是“{loss.phrase}”。" if loss.phrase else "请对照原文补上。"),
        message_en=f"{loss.stands} seems to lack a character"
        + (f": probably {loss.phrase}." if loss.phrase else "."),
        places=[place],
        suggestion=loss.phrase,
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
