"""What the catalogue does not cover: the figures without a sure name, in groups by what they count.

A group is a unit, the noun that is counted and the verb; it holds no sentence, so that a table of
groups tells nothing of any report. `schema/catalogue/coverage.tsv` holds what was decided of each.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from workers.report.catalogue import CATALOGUE_DIR, indicators, knowledge, require
from workers.report.chinese.clauses import CLAUSE_OR_COLON, clause_after, clause_before
from workers.report.chinese.words import tagged_words
from workers.report.extraction.confidence import unsure_below
from workers.report.model import Metric, Report

COVERAGE_FILE = "coverage.tsv"
# What a group may be decided to be beside a code: without one, or what the words around it say.
DECISIONS = frozenset({"nothing", "context"})
# So far from the number stand the words that say what it counts.
REACH = 24
# Before the number these only lead to it: 共, 达, 为, 约, 等, 了.
_LEADS = re.compile(r"共计?|[合累总]计|计|达到?|[为是有约近超等了各已均一的多]|超过|各类")
_MARKS = frozenset("mxwq")


class Group(NamedTuple):
    """What figures of one sort have in common; empty where the text does not say it."""

    unit: str
    noun: str
    verb: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A group of figures without a sure name: on how many pages, and what was decided of it.

    `guess` is the code given most often, None where none was; `decision` a code, `nothing`,
    `context`, or None where the group is not in the table yet.
    """

    group: Group
    pages: int
    figures: int
    guess: str | None
    decision: str | None

    def as_row(self) -> dict[str, object]:
        return {
            **self.group._asdict(),
            "pages": self.pages,
            "figures": self.figures,
            "guess": self.guess,
            "decision": self.decision,
        }


def find_gaps(
    reports: Iterable[Report], *, least_pages: int = 2, below: float | None = None
) -> list[Gap]:
    """The groups of figures whose name, or whose having none, is less sure than `below` (else
    than the catalogue's bound), on `least_pages` pages or more, the most frequent first.
    """
    bound = unsure_below() if below is None else below
    return count_gaps(
        (
            (page, group, code)
            for page, report in enumerate(reports)
            for group, code in _groups_of(report, bound)
        ),
        least_pages=least_pages,
    )


def count_gaps(figures: Iterable[tuple[int, Group, str | None]], *, least_pages: int) -> list[Gap]:
    """The groups of these figures, each with the number of its page and the code that it has."""
    seen: dict[Group, set[int]] = {}
    guesses: dict[Group, Counter[str | None]] = {}
    for page, group, code in figures:
        seen.setdefault(group, set()).add(page)
        guesses.setdefault(group, Counter())[code] += 1
    pages = {group: len(found) for group, found in seen.items()}
    gaps = [
        Gap(
            group=group,
            pages=count,
            figures=guesses[group].total(),
            guess=guesses[group].most_common(1)[0][0],
            decision=decisions().get(group),
        )
        for group, count in pages.items()
        if count >= least_pages
    ]
    return sorted(gaps, key=lambda gap: (-gap.pages, -gap.figures, gap.group))


@knowledge
def decisions() -> Mapping[Group, str]:
    """What was decided of each group: a code, `nothing`, or `context`: the words around decide."""
    found: dict[Group, str] = {}
    lines = (CATALOGUE_DIR / COVERAGE_FILE).read_text(encoding="utf-8").splitlines()
    for line in lines[1:]:
        unit, noun, verb, _, _, decision = line.split("\t")
        known = decision in DECISIONS or decision in indicators()
        require(known, COVERAGE_FILE, noun, f"{decision}: no such code")
        found[Group(unit, noun, verb)] = decision
    return found


def _groups_of(report: Report, below: float) -> Iterator[tuple[Group, str | None]]:
    for metric in report.metrics:
        if metric.value and metric.confidence < below:
            yield group_of(report.cleaned.traced.text, metric), metric.indicator


def group_of(text: str, metric: Metric) -> Group:
    """The unit of a figure, the noun that it counts and the verb before it.

    The noun stands right behind the unit (6个常驻窗口), else right before the number
    (设置窗口6个); the verb is the last one before either.
    """
    return group_at(text, metric.start, metric.end, metric.unit)


def group_at(text: str, start: int, end: int, unit: str) -> Group:
    """The group of the figure at `[start, end)`, of which `REACH` characters on
    either side are looked at.
    """
    before = list(tagged_words(clause_before(text, start, REACH, CLAUSE_OR_COLON)))
    while before and (_LEADS.fullmatch(before[-1][0]) or before[-1][1][0] in _MARKS):
        before.pop()
    noun = _leading_noun(clause_after(text, end, REACH, CLAUSE_OR_COLON))
    if not noun and before and _is_noun(before[-1][1]):
        noun = before.pop()[0]
    verb = next((word for word, tag in reversed(before) if tag.startswith("v")), "")
    return Group(unit, noun, verb)


def _leading_noun(after: str) -> str:
    """The last noun of the run of nouns and what describes them that `after` opens with."""
    noun = ""
    for word, tag in tagged_words(after):
        if _is_noun(tag):
            noun = word
        elif not tag.startswith(("a", "b")):
            break
    return noun


def _is_noun(tag: str) -> bool:
    return tag.startswith(("n", "vn", "j", "l"))
