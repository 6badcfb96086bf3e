"""What a report says otherwise since it was read anew: what it said is looked at before its results
are replaced, and held against what it says then, in the same transaction.

A figure is the same where its quotation and reading are, wherever they moved to; else it is the one
that stands at the same place of the raw text. A finding is the same where its kind, subject and
evidence are. What people decided is theirs and no change of the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from schema.kinds import ChangeOf
from schema.tables import Finding, Issuer, Metric, Report
from schema.upkeep import Change
from workers.results.bulk import put_rows

_FIGURE = ("value", "unit", "indicator", "bound", "status", "subject", "period", "per")
_FINDING = ("severity", "message", "message_en")


@dataclass(frozen=True, slots=True)
class _Said:
    """One figure or finding: by which name it is the same, where it stands, what it says.

    `told` goes into the table, and is what a change is a change of.
    """

    subject: str
    name: tuple[object, ...]
    place: tuple[object, ...]
    span: tuple[int, int] | None
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Before:
    """What a report said, and by which rules."""

    rules: str
    fields: Mapping[str, Any]
    said: Mapping[ChangeOf, Sequence[_Said]]


def look_at(session: Session, document_id: int) -> Before | None:
    """What the machine read of a report, as it stands; None where nothing was."""
    columns = (Report.rules_version, Report.title, Report.county, Report.province, Report.year)
    dated = func.to_char(Report.published, "YYYY-MM-DD").label("published")
    query = select(*columns, Issuer.name.label("issuer"), dated).outerjoin(
        Issuer, Issuer.id == Report.issuer_id
    )
    row = session.execute(query.where(Report.document_id == document_id)).mappings().one_or_none()
    if row is None:
        return None
    fields = {name: value for name, value in row.items() if name != "rules_version"}
    said = {
        ChangeOf.FIGURE: list(_figures(session, document_id)),
        ChangeOf.FINDING: list(_findings(session, document_id)),
    }
    return Before(row["rules_version"], fields, said)


def note_changes(session: Session, document_id: int, before: Before | None) -> None:
    """Write down in what the report as it stands now differs from what it said."""
    session.flush()
    now = look_at(session, document_id)
    if before is None or now is None:
        return
    row = partial(_row, document_id, before.rules, now.rules)
    rows = [
        row(ChangeOf.REPORT, name, None, {"value": old}, {"value": now.fields[name]})
        for name, old in before.fields.items()
        if old != now.fields[name]
    ]
    for of in (ChangeOf.FIGURE, ChangeOf.FINDING):
        for old, new in _differing(before.said[of], now.said[of]):
            one = new or old
            assert one
            told = (None if each is None else each.told for each in (old, new))
            rows.append(row(of, one.subject, one.span, *told))
    put_rows(session, Change, rows)


def note_refused(session: Session, document_id: int, reason: str, rules: str) -> None:
    """Write down that a report that was read is refused now."""
    if before := look_at(session, document_id):
        told = {"value": before.fields["title"]}, {"refused": reason}
        row = _row(document_id, before.rules, rules, ChangeOf.REPORT, "refused", None, *told)
        put_rows(session, Change, [row])


def _figures(session: Session, document_id: int) -> Iterator[_Said]:
    columns = (getattr(Metric, name) for name in (*_FIGURE, "quote", "why", "raw_start", "raw_end"))
    mine = (Metric.document_id == document_id, Metric.ordinal >= 0)
    for row in session.execute(select(*columns).where(*mine).order_by(Metric.ordinal)).mappings():
        read = {name: row[name] for name in _FIGURE}
        yield _Said(
            row["quote"],
            (row["quote"], *read.values()),
            (row["raw_start"],),
            (row["raw_start"], row["raw_end"]),
            read | {"quote": row["quote"], "why": row["why"]},
        )


def _findings(session: Session, document_id: int) -> Iterator[_Said]:
    mine = (Finding.document_id == document_id, Finding.present, ~Finding.across)
    for found in session.scalars(select(Finding).where(*mine).order_by(Finding.key)):
        severity = str(found.severity)
        place = found.spans[0] if found.spans else None
        yield _Said(
            str(found.kind),
            (found.kind, found.about, found.evidence, severity),
            (found.kind, found.about, place and place[0]),
            None if place is None else (place[0], place[1]),
            {name: str(getattr(found, name)) for name in _FINDING},
        )


def _differing(
    old: Sequence[_Said], new: Sequence[_Said]
) -> Iterator[tuple[_Said | None, _Said | None]]:
    """What went, what came, and pairs of what is read otherwise at one place."""
    _, gone, come = _pair(old, new, lambda one: one.name)
    moved, gone, come = _pair(gone, come, lambda one: one.place)
    yield from moved
    yield from ((one, None) for one in gone)
    yield from ((None, one) for one in come)


def _pair(
    old: Sequence[_Said], new: Sequence[_Said], by: Callable[[_Said], object]
) -> tuple[list[tuple[_Said, _Said]], list[_Said], list[_Said]]:
    """Those of both that are the same, in their order; and what is left of each."""
    waiting: dict[object, list[_Said]] = {}
    for one in reversed(new):
        waiting.setdefault(by(one), []).append(one)
    pairs, gone = [], []
    for one in old:
        if same := waiting.get(by(one)):
            pairs.append((one, same.pop()))
        else:
            gone.append(one)
    taken = {id(after) for _, after in pairs}
    return pairs, gone, [one for one in new if id(one) not in taken]


def _row(
    document_id: int,
    rules_before: str,
    rules_after: str,
    of: ChangeOf,
    subject: str,
    span: tuple[int, int] | None,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> dict[str, Any]:
    return {
        "document_id": document_id,
        "of": of,
        "subject": subject,
        "raw_start": span and span[0],
        "raw_end": span and span[1],
        "before": before,
        "after": after,
        "rules_before": rules_before,
        "rules_after": rules_after,
    }
