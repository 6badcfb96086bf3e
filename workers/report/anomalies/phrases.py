"""Fixed phrases of the genre that lack one character, and marks that lack their partner: `lost_characters`.

A phrase that stands in thousands of reports is looked for in every form that lacks one inner character. A form is left
out where it may be good Chinese: where only a particle is dropped, where the catalogue says so (`may_drop`), or where
it is part of another phrase. Where the loss leaves the phrase's first or last character alone, that character could
belong to the neighbouring word (法规行政…, …执法为抓手): such a form counts only between marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from workers.report.anomalies.evidence import MOST_OF_ONE_KIND, Evidence
from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.model import Finding, Severity
from workers.report.text import Span

_FILE = "fixed_phrases.yaml"
# Particles and marks that writers drop or add at will.
_FREE = frozenset("的地得了和与及并、，·“”‘’《》（）")
# Marks between which a phrase is whole; a line break is not one, for lines break in mid-word.
_MARKS = frozenset("，。；：！？、,;:!?“”‘’（）()《》")
_KEY = 3
SHORTEST = 5  # a phrase of four characters less one is found everywhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What stands where the phrase should, and whether a mark must stand before or after it."""

    stands: str
    phrase: str
    mark_before: bool = False
    mark_after: bool = False

    def is_at(self, text: str, at: int) -> bool:
        end = at + len(self.stands)
        if not text.startswith(self.stands, at):
            return False
        before = not self.mark_before or at == 0 or text[at - 1] in _MARKS
        return before and (not self.mark_after or (end < len(text) and text[end] in _MARKS))


@knowledge
def losses() -> Mapping[str, tuple[Loss, ...]]:
    """All damaged forms by their first three characters, the longest first."""
    listed = load_yaml(_FILE)
    rows = [row for written in listed["phrases"] for row in _expanded(written)]
    phrases = [str(row["phrase"]) for row in rows]
    require(len(set(phrases)) == len(phrases), _FILE, "phrases", "a phrase stands twice")
    whole = "\n".join([*phrases, *map(str, listed["good"])])
    found = [loss for row in rows for loss in _forms(row) if loss.stands not in whole or loss.stands in loss.phrase]
    found += [Loss(stands=str(row["stands"]), phrase=str(row["phrase"])) for row in _all_expanded(listed["words"])]
    table: dict[str, list[Loss]] = {}
    for loss in sorted(found, key=lambda loss: -len(loss.stands)):
        table.setdefault(loss.stands[:_KEY], []).append(loss)
    return {key: tuple(forms) for key, forms in table.items()}


def _all_expanded(rows: list[Any]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield from _expanded(row)


def _expanded(row: Any) -> Iterator[dict[str, Any]]:
    """One row for each `level` (县, 市, 区 …) that it names; a plain string is a phrase with no more to say."""
    row = {"phrase": row} if isinstance(row, str) else row
    require(isinstance(row, dict) and row.get("phrase"), _FILE, str(row), "needs a phrase")
    for level in row.get("levels", ("",)):
        yield {key: value.replace("{level}", level) if isinstance(value, str) else value for key, value in row.items()}


def _forms(row: dict[str, Any]) -> Iterator[Loss]:
    phrase, may_drop, ends = row["phrase"], str(row.get("may_drop", "")), str(row.get("ends", ""))
    require(len(phrase) >= SHORTEST, _FILE, phrase, f"is shorter than {SHORTEST} characters")
    require(ends in {"", "first", "last", "both"}, _FILE, phrase, "ends must be first, last or both")
    last = len(phrase) - 1
    for at, character in enumerate(phrase):
        edge = (at == 0 and ends not in {"first", "both"}) or (at == last and ends not in {"last", "both"})
        if edge or character in _FREE or character in may_drop:
            continue
        stands = phrase[:at] + phrase[at + 1 :]
        yield Loss(stands=stands, phrase=phrase, mark_before=at <= 1, mark_after=at >= last - 1)


def audit_phrases(evidence: Evidence) -> Iterator[Finding]:
    """lost_characters: damaged phrases, then unpaired marks."""
    for loss, place in islice(find_losses(evidence.text), MOST_OF_ONE_KIND + 1):
        yield _lost(evidence, loss, place)
    yield from islice(_unpaired(evidence), MOST_OF_ONE_KIND + 1)


def find_losses(text: str) -> Iterator[tuple[Loss, Span]]:
    """The damaged phrases of a text with their places, never overlapping.

    >>> [(loss.phrase, place) for loss, place in find_losses("深入学习党的二十精神。")]
    [('党的二十大精神', Span(start=4, end=10))]
    """
    table, until = losses(), 0
    for at in range(len(text) - _KEY + 1):
        forms = table.get(text[at : at + _KEY])
        if not forms or at < until:
            continue
        for loss in forms:
            if loss.is_at(text, at):
                until = at + len(loss.stands)
                yield loss, Span(at, until)
                break


def _lost(evidence: Evidence, loss: Loss, place: Span) -> Finding:
    return evidence.finding(
        "lost_characters",
        Severity.CHECK,
        message=f"“{loss.stands}”像是丢了字，应该是“{loss.phrase}”。",
        message_en=f"{loss.stands} seems to lack a character: probably {loss.phrase}.",
        places=[place],
        suggestion=loss.phrase,
    )


_PAIRS = {"”": "“", "》": "《", "〕": "〔"}
_NAMES = {"“": "前引号", "”": "后引号", "《": "前书名号", "》": "后书名号", "〔": "前括号", "〕": "后括号"}
_PAIR_MARKS = re.compile("[“”《》〔〕\n]")


def _unpaired(evidence: Evidence) -> Iterator[Finding]:
    """A quotation mark, title mark or bracket without its partner in the same paragraph."""
    waiting: list[int] = []
    for found in _PAIR_MARKS.finditer(evidence.text):
        mark = found.group()
        if mark in "“《〔":
            waiting.append(found.start())
        elif mark == "\n":
            yield from (_alone(evidence, at) for at in waiting)
            waiting = []
        elif waiting and evidence.text[waiting[-1]] == _PAIRS[mark]:
            waiting.pop()
        else:
            yield _alone(evidence, found.start())
    yield from (_alone(evidence, at) for at in waiting)


def _alone(evidence: Evidence, at: int) -> Finding:
    mark = evidence.text[at]
    return evidence.finding(
        "lost_characters",
        Severity.NOTE,
        message=f"{_NAMES[mark]}（{mark}）没有配对，同一段里少了另一半。请对照原文补上。",
        message_en=f"The mark {mark} has no partner in its paragraph.",
        places=[Span(at, at + 1)],
    )
