"""Who reported which indicator, and who sent no report at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, tuple_

from schema.tables import Finding, Issuer, PanelFigure, Report
from workers.desk.numbers.panel import Selection
from workers.ledger import Ledger
from workers.report.finding_kinds import FindingKind


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerCoverage:
    """One issuer in one year: how many indicators of each pillar it reported;
    whether there is a report at all.
    """

    issuer_id: int
    issuer: str
    county: str | None
    province: str | None
    reported: bool
    counts: dict[str, int]
    folder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingReport:
    """An issuer whose report of `year` has not come;
    `expected_by` the roster, or as it reported the year before.
    """

    finding: int
    issuer_id: int
    issuer: str
    county: str | None
    province: str | None
    year: int
    due: str
    expected_by: str
    folder: str | None = None


# What the finding keeps of why its report is expected.
_EXPECTED = tuple(Finding.details[name].as_string() for name in ("due", "expected_by"))


def list_coverage(
    ledger: Ledger, selection: Selection, year: int, *, after: int = 0, limit: int = 50
) -> list[IssuerCoverage]:
    """A page of the issuers that are selected, by number, with what each reported for this year."""
    page = (
        select(Issuer).where(*selection.peers(), Issuer.id > after).order_by(Issuer.id).limit(limit)
    )
    with ledger.transaction() as session:
        issuers = session.scalars(page).all()
        ids = [issuer.id for issuer in issuers]
        pillar = func.split_part(PanelFigure.indicator, ".", 1)
        counted = select(PanelFigure.issuer_id, pillar, func.count()).where(
            PanelFigure.year == year, PanelFigure.issuer_id.in_(ids)
        )
        counts: dict[int, dict[str, int]] = defaultdict(dict)
        for issuer_id, name, count in session.execute(
            counted.group_by(PanelFigure.issuer_id, pillar)
        ):
            counts[issuer_id][name] = count
        there = set(
            session.scalars(
                select(Report.issuer_id).where(Report.year == year, Report.issuer_id.in_(ids))
            )
        )
    return [
        _issuer_coverage(issuer, counts[issuer.id], reported=issuer.id in there)
        for issuer in issuers
    ]


def count_reporters(ledger: Ledger, selection: Selection, year: int) -> dict[str, int]:
    """Indicator → how many of the selected issuers reported it for this year."""
    conditions = [PanelFigure.year == year]
    if selection.names_peers:
        conditions.append(PanelFigure.issuer_id.in_(select(Issuer.id).where(*selection.peers())))
    query = (
        select(PanelFigure.indicator, func.count())
        .where(*conditions)
        .group_by(PanelFigure.indicator)
    )
    with ledger.transaction() as session:
        return dict(session.execute(query).all())


def list_missing(
    ledger: Ledger, selection: Selection, *, after: tuple[int, int] = (0, 0), limit: int | None = 50
) -> list[MissingReport]:
    """A page of the overdue reports as the last night left them, less those that came since;
    by issuer and year.

    All of them if `limit` is None.
    """
    query = (
        select(Finding.id, Finding.year, *_EXPECTED, Issuer)
        .join(Issuer, Issuer.id == Finding.issuer_id)
        .where(Finding.kind == FindingKind.REPORT_OVERDUE, Finding.present, *selection.peers())
        .where(Finding.issuer_id.is_not(None), tuple_(Finding.issuer_id, Finding.year) > after)
        .order_by(Finding.issuer_id, Finding.year)
        .limit(limit)
    )
    if selection.year is not None:
        query = query.where(Finding.year == selection.year)
    with ledger.transaction() as session:
        return [_missing_report(*row) for row in session.execute(query)]


def sort_shares(counts: dict[str, int]) -> Sequence[tuple[str, int]]:
    """The most reported first."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _issuer_coverage(issuer: Issuer, counts: dict[str, int], *, reported: bool) -> IssuerCoverage:
    return IssuerCoverage(
        issuer_id=issuer.id,
        issuer=issuer.name,
        county=issuer.county,
        province=issuer.province,
        reported=reported,
        counts=counts,
        folder=issuer.folder,
    )


def _missing_report(
    finding: int, year: int | None, due: str | None, expected_by: str | None, issuer: Issuer
) -> MissingReport:
    assert year is not None  # the table's constraint: a finding of an issuer has a year
    return MissingReport(
        finding=finding,
        issuer_id=issuer.id,
        issuer=issuer.name,
        county=issuer.county,
        province=issuer.province,
        year=year,
        due=due or "",
        expected_by=expected_by or "roster",
        folder=issuer.folder,
    )
