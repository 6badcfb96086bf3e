"""What a group may be about, the likeliest first: what people said of its figures, what the words
around them speak for, what the catalogue's table of groups has of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, islice

from schema.tables import Report
from workers.desk.teaching.figures import GroupFigure
from workers.desk.teaching.groups import TeachGroup
from workers.errors import CannotTeach
from workers.ledger import Ledger
from workers.report.extraction.coverage import DECISIONS
from workers.report.extraction.lessons import check_unit, rival_points
from workers.results import rows

MOST = 8
# So many figures are looked at for what speaks for which code.
_WEIGHED = 8


class Source(StrEnum):
    """Who proposes a code."""

    PEOPLE = "people"
    WORDS = "words"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Candidate:
    code: str
    source: Source


def list_candidates(ledger: Ledger, group: TeachGroup) -> list[Candidate]:
    """The codes that are counted in the group's unit, each once."""
    found: dict[str, Candidate] = {}
    for each in _propose(ledger, group):
        if fits_group(group, each.code):
            found.setdefault(each.code, each)
    return list(islice(found.values(), MOST))


def fits_group(group: TeachGroup, code: str) -> bool:
    try:
        check_unit(group.gap.group, code)
    except CannotTeach:
        return False
    return True


def _propose(ledger: Ledger, group: TeachGroup) -> Iterator[Candidate]:
    yield from (Candidate(code, Source.PEOPLE) for code in group.said)
    points = _points(ledger, group.figures[:_WEIGHED])
    yield from (Candidate(code, Source.WORDS) for code, _ in points.most_common() if code)
    decision = group.gap.decision
    if decision and decision not in DECISIONS:
        yield Candidate(decision, Source.TABLE)


def _points(ledger: Ledger, figures: Sequence[GroupFigure]) -> Counter[str | None]:
    added: Counter[str | None] = Counter()
    for document, members in groupby(figures, key=lambda figure: figure.document):
        with ledger.transaction() as session:
            text = session.get_one(Report, document).text or ""
            segmented = rows.load_segmented(session, document)
        for points in rival_points(text, segmented, [one.start for one in members]).values():
            added.update({code: round(value) for code, value in points.items()})
    return added
