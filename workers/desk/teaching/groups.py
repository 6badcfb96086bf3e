"""The groups of figures that a person may teach, the largest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from schema.tables import Lesson, Metric
from workers.desk.teaching.figures import (
    GroupFigure,
    load_figures,
    load_group,
    newest_reports,
)
from workers.errors import NoSuchGroup
from workers.ledger import Ledger
from workers.report.extraction.coverage import Gap, Group, count_gaps
from workers.results.human import standing_indicator
from workers.results.lessons import is_standing

_PARTED = "/"


class Scope(StrEnum):
    """Which figures are asked about: those without a sure name, or all that have none too."""

    UNSURE = "unsure"
    UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TeachGroup:
    """A group with its figures. `said` are the codes that people gave its figures while they
    reviewed, the most frequent first.
    """

    gap: Gap
    figures: tuple[GroupFigure, ...]
    said: tuple[str, ...]

    @property
    def name(self) -> str:
        return group_name(self.gap.group)

    @property
    def befores(self) -> list[str]:
        """What stands before the number of each figure."""
        return [figure.before for figure in self.figures]


def group_name(group: Group) -> str:
    """How a group is written in a command and in an address.

    >>> group_name(Group("次", "上门服务", "提供")), read_group("次/上门服务/提供").noun
    ('次/上门服务/提供', '上门服务')
    """
    return _PARTED.join(group)


def read_group(name: str) -> Group:
    """The group of this name. NoSuchGroup where it has not three parts."""
    parts = name.split(_PARTED)
    if len(parts) != len(Group._fields):
        raise NoSuchGroup(f"({name})", f"（{name}）")
    return Group(*parts)


def list_groups(ledger: Ledger, scope: Scope = Scope.UNSURE) -> list[TeachGroup]:
    """All groups but those that have an entry in force."""
    with ledger.transaction() as session:
        figures = load_figures(session, every=scope is Scope.UNNAMED)
        taught = _taught_groups(session)
    members: dict[Group, list[GroupFigure]] = {}
    for figure in figures:
        if figure.group not in taught:
            members.setdefault(figure.group, []).append(figure)
    gaps = count_gaps(
        ((one.document, one.group, one.code) for listed in members.values() for one in listed),
        least_pages=1,
    )
    return [_with_figures(gap, members[gap.group]) for gap in gaps]


def find_group(ledger: Ledger, group: Group) -> TeachGroup:
    """The group with all its figures, those that are known to have no code included.

    NoSuchGroup where no stored report has one.
    """
    with ledger.transaction() as session:
        found = load_group(session, group)
    if not found:
        name = group_name(group)
        raise NoSuchGroup(f"({name})", f"（{name}）")
    gaps = count_gaps(((one.document, group, one.code) for one in found), least_pages=1)
    return _with_figures(gaps[0], found)


def count_named(ledger: Ledger) -> tuple[int, int]:
    """How many figures the reports that are asked about have, and how many of them have a code."""
    code = standing_indicator()
    query = select(func.count(), func.count(code)).where(
        Metric.document_id.in_(newest_reports()), Metric.ordinal >= 0
    )
    with ledger.transaction() as session:
        figures, named = session.execute(query).one()
        return figures, named


def _with_figures(gap: Gap, figures: Sequence[GroupFigure]) -> TeachGroup:
    said = Counter(one.code for one in figures if one.corrected and one.code)
    return TeachGroup(
        gap=gap, figures=tuple(figures), said=tuple(code for code, _ in said.most_common())
    )


def _taught_groups(session: Session) -> set[Group]:
    query = select(Lesson.unit, Lesson.noun, Lesson.verb).where(is_standing())
    return {Group(*row) for row in session.execute(query)}
