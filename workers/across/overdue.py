"""report_overdue: an issuer of last year, or of the roster,
has sent none though the law's day has passed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from schema.columns import is_among
from schema.tables import Document, Finding, Issuer, Report, RosterEntry
from workers.across.subjects import may_agree
from workers.report.comparison.bodies import names_of
from workers.report.comparison.bounds import due_day, last_due_year
from workers.report.finding_kinds import FindingKind
from workers.report.model import Severity
from workers.results.findings import Row, save_rows
from workers.results.kept_out import kept_out

_OVERDUE = FindingKind.REPORT_OVERDUE


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """An issuer by its name and place; None where the report does not say. `folder` stands for a
    county that nobody knows.
    """

    issuer_id: int
    name: str
    county: str | None
    province: str | None
    folder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """A body that has not reported on `year`.

    Expected because it is on the roster (`on_roster`) or because it reported the year before.
    """

    body: Body
    year: int
    on_roster: bool

    @property
    def due(self) -> str:
        """The day before which the law wants the report."""
        return due_day(self.year).isoformat()

    @property
    def expected_by(self) -> str:
        return "roster" if self.on_roster else "last_year"

    def as_json(self) -> dict[str, Any]:
        """One plain object, for scripts."""
        return asdict(self.body) | {
            "year": self.year,
            "due": self.due,
            "expected_by": self.expected_by,
        }


def list_overdue(session: Session, year: int) -> list[Overdue]:
    """Who has not reported on this year, by province, county and name;
    each body once, however it is written.
    """
    listed = _load_bodies(session, _on_roster())
    before = _load_bodies(session, _reported(year - 1))
    there = _by_name(_load_bodies(session, _reported(year)))
    expected = [Overdue(body=body, year=year, on_roster=True) for body in listed]
    known = _by_name(listed)
    for body in before:
        if not _is_among(body, known):
            expected.append(Overdue(body=body, year=year, on_roster=False))
            known[names_of(body.name)[0]].append(body)
    missing = [one for one in expected if not _reporters(one.body, there, known)]
    return sorted(missing, key=lambda one: _place_of(one.body))


def match_roster(session: Session, year: int) -> list[tuple[Body, list[int]]]:
    """Each body of the roster, by province, county and name, with the issuers whose reports on this
    year are its own: none where it has not reported.
    """
    listed = _load_bodies(session, _on_roster())
    there, known = _by_name(_load_bodies(session, _reported(year))), _by_name(listed)
    matched = [(body, _reporters(body, there, known)) for body in listed]
    return sorted(matched, key=lambda one: _place_of(one[0]))


def save_overdue(session: Session, today: date) -> int:
    """Save the findings as of today, for the newest due year and older years with findings.

    Returns how many reports are overdue.
    """
    kept = select(Finding.year).where(
        Finding.kind == _OVERDUE, Finding.present, Finding.year.is_not(None)
    )
    years = {last_due_year(today), *session.scalars(kept.distinct())}
    return sum(_save_year(session, year) for year in years if year)


def forget_overdue(session: Session, come: Collection[tuple[int, int | None]]) -> None:
    """Remove the findings of these (issuer, year): their report has come."""
    mine = (
        Finding.kind == _OVERDUE,
        Finding.present,
        is_among(Finding.issuer_id, [issuer_id for issuer_id, _ in come]),
    )
    told = select(Finding.issuer_id, Finding.year).where(*mine)
    found = {(issuer_id, year) for issuer_id, year in session.execute(told)} if come else set()
    for issuer_id, year in sorted(found.intersection(come)):
        save_rows(session, (), across=True, kinds={_OVERDUE}, issuer_id=issuer_id, year=year)


def _save_year(session: Session, year: int) -> int:
    rows = {one.body.issuer_id: _row(one) for one in list_overdue(session, year)}
    kept = select(Finding.issuer_id).where(
        Finding.kind == _OVERDUE, Finding.present, Finding.year == year
    )
    for issuer_id in {*rows, *session.scalars(kept)}:
        found = [rows[issuer_id]] if issuer_id in rows else []
        save_rows(session, found, across=True, kinds={_OVERDUE}, issuer_id=issuer_id, year=year)
    return len(rows)


def _on_roster() -> Select[Any]:
    """Of bodies that a person said are one the one."""
    listed = aliased(Issuer)
    bodies = select(func.coalesce(listed.merged_into, listed.id)).join(
        RosterEntry, RosterEntry.issuer_id == listed.id
    )
    return select(Issuer).where(Issuer.id.in_(bodies)).order_by(Issuer.id)


def _reported(year: int) -> Select[Any]:
    issuers = (
        select(Report.issuer_id)
        .join(Document, Document.id == Report.document_id)
        .where(Report.year == year, Document.done_at.is_not(None), ~kept_out())
    )
    return select(Issuer).where(Issuer.id.in_(issuers)).order_by(Issuer.id)


def _load_bodies(session: Session, query: Select[Any]) -> list[Body]:
    return [
        Body(
            issuer_id=one.id,
            name=one.name,
            county=one.county,
            province=one.province,
            folder=one.folder,
        )
        for one in session.scalars(query)
    ]


def _by_name(bodies: Iterable[Body]) -> dict[str, list[Body]]:
    found: dict[str, list[Body]] = defaultdict(list)
    for body in bodies:
        found[names_of(body.name)[0]].append(body)
    return found


def _is_among(body: Body, known: Mapping[str, list[Body]]) -> bool:
    return any(_may_be(body, other) for other in known.get(names_of(body.name)[0], ()))


def _place_of(body: Body) -> tuple[str, str, str]:
    return body.province or "", body.county or "", body.name


def _reporters(
    body: Body, there: Mapping[str, list[Body]], expected: Mapping[str, list[Body]]
) -> list[int]:
    """The issuers whose reports are this body's.

    One that does not name its county counts only if no other body of that name is expected.
    """
    name = names_of(body.name)[0]
    alone = sum(may_agree(body.province, other.province) for other in expected[name]) == 1
    return [
        other.issuer_id
        for other in there.get(name, ())
        if _may_be(body, other) and (alone or body.county == other.county)
    ]


def _may_be(one: Body, other: Body) -> bool:
    return all(
        may_agree(getattr(one, name), getattr(other, name))
        for name in ("county", "province", "folder")
    )


def _row(one: Overdue) -> Row:
    body, due = one.body, due_day(one.year)
    name = (
        f"{body.county or ''}{body.name}"
        if not body.name.startswith(body.county or " ")
        else body.name
    )
    why, why_en = ("在应当报告的名册上", "is on the roster") if one.on_roster else (
        f"{one.year - 1}年度交过报告", f"reported on {one.year - 1}",
    )  # fmt: skip
    return Row(
        kind=_OVERDUE,
        about=None,
        severity=Severity.CHECK,
        message=f"{name}{why}，但{one.year}年度的报告至今没有收到；按规定应当在{due.year}年{due.month}月{due.day}日之前公开。"
        "请催报，或者核实是否已经撤并。",
        message_en=f"{name} {why_en}, but its report of {one.year}, due before "
        f"{due.isoformat()}, has not come. "
        "Ask for it, or find out whether the body still exists.",
        evidence=f"{name}｜{one.year}",
        details=one.as_json(),
    )
