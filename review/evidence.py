"""A finding as the review page shows it: beside its evidence, its figures,
what else it was held against.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from typing import Any

from review.naming import indicator_name, write_amount
from review.strip import Strip, draw_strip
from review.words import Language
from workers.desk import browsing, queue
from workers.desk.browsing import DrawnPage
from workers.desk.kin import KinSentence, list_kin
from workers.desk.queue import (
    AmongOthers,
    Comparison,
    EvidencePassage,
    EvidencePiece,
    FigureReading,
    FindingInFull,
    PastDecision,
)
from workers.ledger import Ledger
from workers.report.finding_kinds import FindingKind
from workers.report.model import Bound
from workers.report.text import Span

# What two reports share, side by side: the longest few, each as far as it shows what was done.
MOST_TWINS, LONGEST_TWIN = 5, 420
MOST_CHANGES = 40

_BOUNDS = {Bound.AT_LEAST: "≥", Bound.AT_MOST: "≤", Bound.ABOUT: "≈"}
# Numbers differ as a whole, all else character by character.
_ATOM = re.compile(r"\d[\d.,]*|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Twin:
    """A passage of this report beside the same one of another; marked is what differs."""

    mine: tuple[EvidencePiece, ...]
    theirs: tuple[EvidencePiece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingBeside:
    """A finding and what it stands beside on its page.

    `headings` are the report's where the finding rests on no place of it; `others` is how many more
    twins there are.
    """

    full: FindingInFull
    passages: Sequence[EvidencePassage]
    pages: Sequence[DrawnPage]
    headings: Sequence[str]
    twins: Sequence[Twin]
    others: int
    comparison: Comparison
    strip: Strip | None
    kin: Sequence[KinSentence]


def load_beside(ledger: Ledger, finding_id: int) -> FindingBeside:
    """NoSuchFinding where there is none."""
    full = queue.show_finding(ledger, finding_id)
    document, comparison = full.finding.document, queue.read_comparison(full.details)
    spans = [Span(place.start, place.end) for place in full.evidence]
    shared = comparison.passages
    missing = full.finding.kind == FindingKind.LAW_ITEM_MISSING
    headings = queue.load_headings(ledger, document) if document and missing else []
    if document and not (spans or headings or full.details):
        spans = queue.ends_of(ledger, document)  # what is missing from a report would stand there
    return FindingBeside(
        full=full,
        passages=queue.load_passages(ledger, document, spans) if document and spans else [],
        pages=browsing.load_pages(ledger, document, spans) if document and spans else [],
        headings=headings,
        twins=[pair_texts(one.text, one.other_text) for one in shared[:MOST_TWINS]],
        others=max(0, len(shared) - MOST_TWINS),
        comparison=comparison,
        strip=_draw_strip(comparison.among),
        kin=_load_kin(ledger, full),
    )


def _load_kin(ledger: Ledger, full: FindingInFull) -> list[KinSentence]:
    """What others say where this finding's first figure stands."""
    figure, document = next(iter(full.figures), None), full.finding.document
    code = (figure.human_indicator or figure.indicator) if figure else None
    if not (figure and code and document):
        return []
    return list_kin(ledger, document, code, figure.stands[0])


def pair_texts(mine: str, theirs: str, longest: int = LONGEST_TWIN) -> Twin:
    """Both texts, parted where they differ; of long ones the beginnings,
    as far as they go together.

    >>> found = pair_texts("调解53件", "调解530件")
    >>> [(piece.text, piece.marked) for piece in found.mine], found.theirs[1].text
    ([('调解', False), ('53', True), ('件', False)], '530')
    """
    sides = [_ATOM.findall(queue.make_visible(text[:longest])) for text in (mine, theirs)]
    parts = SequenceMatcher(None, sides[0], sides[1], autojunk=False).get_opcodes()
    if max(len(mine), len(theirs)) > longest and parts[-1][0] != "equal":
        parts.pop()  # it differs only because one side was cut off a little earlier
    left = [
        EvidencePiece("".join(sides[0][start:end]), tag != "equal")
        for tag, start, end, _, _ in parts
        if start < end
    ]
    right = [
        EvidencePiece("".join(sides[1][start:end]), tag != "equal")
        for tag, _, _, start, end in parts
        if start < end
    ]
    return Twin(tuple(left), tuple(right))


def write_reading(figure: FigureReading, language: Language) -> str:
    """What a figure is now: a person's word over the machine's, such as 98.1%."""
    if figure.human_removed:
        return "—"
    value, unit = figure.stands
    bound = _BOUNDS.get(figure.human_bound or Bound.EXACT, "")
    high = figure.human_high
    written = bound + write_amount(value, unit if high is None else None, language)
    if high is not None:
        written += f"–{write_amount(high, unit, language)}"
    code = figure.human_indicator
    return f"{written} {indicator_name(code, language)}" if code else written


def write_change(decision: PastDecision, language: Language) -> str | None:
    """How a decision changed its figure, such as 97.9% → 98.1%; None if it did not."""
    before, after = (
        [write_reading(figure, language) for figure in one.figures[:1]]
        for one in (decision.before, decision.after)
    )
    return f"{before[0]} → {after[0]}" if before and after and before != after else None


def telling(language: Language) -> dict[str, Any]:
    """What the templates of the page call."""
    return {
        "reading": partial(write_reading, language=language),
        "moved": partial(write_change, language=language),
        "visible": queue.make_visible,
        "most_changes": MOST_CHANGES,
    }


def _draw_strip(among: AmongOthers | None) -> Strip | None:
    if among is None:
        return None
    others = [(value, year) for year, value in among.years.items()]
    others = others or [(value, "") for value in among.values]
    return draw_strip(among.value, others, among.middle) if others else None
