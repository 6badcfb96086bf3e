"""The header of a report, put right by a person: at once in the panel, in search, in the findings
of the report and in those across reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from schema.kinds import Stage
from schema.tables import Document, Finding, Issuer, Report
from workers import across
from workers.across.subjects import lock_names
from workers.desk.corrections.errors import CannotCorrect
from workers.desk.corrections.recording import Who, hold_report, record
from workers.ledger import Ledger
from workers.report.chinese.folding import fold_wide
from workers.report.segmentation.dates import find_date, is_date
from workers.report.segmentation.places import full_province
from workers.results import rows
from workers.results.correcting import (
    follow_places,
    header_fields,
    put_right,
    standing_changes,
)
from workers.results.loading import load_batch
from workers.results.making import audit, extract
from workers.results.remaking import follow_decisions, lock_documents

_LONGEST: Mapping[str, int] = {"title": 200, "issuer": 80, "county": 40, "province": 40}
# The law asks for such reports since 2004; the next ones are a year ahead at most.
_YEARS = range(1990, 2100)


def correct_header(
    ledger: Ledger, document_id: int, fields: Mapping[str, str], who: Who
) -> int | None:
    """Set these fields of the header, as they were typed; empty ones are cleared. The act's number,
    None where nothing is changed by it.

    NoSuchReport, or CannotCorrect where a field says nothing that it can hold.
    """
    said = read_fields(fields)
    with ledger.transaction() as session:
        hold_headers(session, [document_id], said)
        return set_fields(session, document_id, said, who)


def read_fields(fields: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, as it is kept.

    >>> read_fields({"year": "2024年", "published": "2025年1月8日", "county": " 丰都县 "})
    {'year': 2024, 'published': '2025-01-08', 'county': '丰都县'}
    >>> read_fields({"title": "", "province": "四川"})
    {'title': None, 'province': '四川省'}
    """
    return {name: _READ.get(name, _text)(name, typed.strip()) for name, typed in fields.items()}


def hold_headers(
    session: Session, document_ids: Sequence[int], said: Mapping[str, Any] | None = None
) -> None:
    """Lock these reports and the names of the bodies concerned, in the order in which workers do
    it: documents, names, what people decide.
    """
    reports = [hold_report(session, one) for one in sorted(document_ids)]
    bodies = {one for report in reports for one in (report.signed_id, report.issuer_id)}
    names = [*session.scalars(select(Issuer.name).where(Issuer.id.in_(bodies)))]
    names += [(report.read_header or {}).get("issuer") for report in reports]
    names += [(said or {}).get("issuer")]
    lock_names(session, names)
    lock_documents(session, document_ids)


def set_fields(
    session: Session,
    document_id: int,
    said: Mapping[str, Any],
    who: Who,
    *,
    act: int | None = None,
    finding: int | None = None,
) -> int | None:
    """The same on a report that is held (`hold_headers`); `finding` is the one that asked."""
    report = session.get_one(Report, document_id)
    before = header_fields(rows.signed_header(session, report))
    changes = {name: value for name, value in said.items() if value != before[name]}
    if not changes:
        return None
    kept = {name: before[name] for name in changes} | ({"finding": finding} if finding else {})
    made = record(session, who, changes=changes, before=kept, act=act, document_id=document_id)
    remake_header(session, document_id)
    return made.act


def remake_header(session: Session, document_id: int) -> None:
    """What a report says with the header that it has now by all corrections that stand."""
    row = session.get_one(Report, document_id)
    before = row.issuer_id
    understood = load_batch(session, [document_id], Stage.AUDIT)[document_id]
    read = rows.read_header(row.read_header) if row.read_header else None
    read = read or rows.signed_header(session, row)
    segmented = replace(understood.segmented, header=read)
    said = standing_changes(session, [document_id]).get(document_id, {})
    made = audit(extract(put_right(replace(understood, segmented=segmented), said)))
    rows.set_header(session, row, made.segmented.header)
    row.read_header = rows.write_header(read) if said else None
    mine = select(Finding.id).filter_by(document_id=document_id).order_by(Finding.id)
    session.execute(mine.with_for_update())
    session.flush()
    rows.save_metrics(session, {document_id: made})
    follow_places(session, {document_id: made})
    rows.save_concluded(session, {document_id: made})
    compare_again(session, [document_id], [before])
    across.publish(session, {document_id: across.sketch(made)})


def compare_again(
    session: Session, document_ids: Sequence[int], bodies: Iterable[int | None]
) -> None:
    """These reports against the others of their bodies, and those bodies whose reports they were;
    peers are compared in the night.
    """
    session.flush()
    follow_decisions(session, document_ids)
    across.compare(session, document_ids)
    now = set(session.scalars(select(Report.issuer_id).where(Report.document_id.in_(document_ids))))
    for left in sorted({one for one in bodies if one} - now):
        across.compare_body(session, left)
    for document in session.scalars(select(Document).where(Document.id.in_(document_ids))):
        document.changed_at = session.scalars(select(func.clock_timestamp())).one()
    session.flush()


def _text(name: str, typed: str) -> str | None:
    if len(typed) > _LONGEST[name] or not typed.isprintable():
        raise CannotCorrect(
            f"Write at most {_LONGEST[name]} characters on one line.",
            f"请写在一行里，不超过{_LONGEST[name]}个字。",
        )
    return typed or None


def _province(name: str, typed: str) -> str | None:
    written = _text(name, typed)
    return full_province(written) if written else None


def _year(_name: str, typed: str) -> int | None:
    digits = fold_wide(typed).removesuffix("度").removesuffix("年")
    if not digits:
        return None
    if not (digits.isascii() and digits.isdecimal() and int(digits) in _YEARS):
        raise CannotCorrect(
            f"{typed} is no year: write it like 2024.", f"“{typed}”不是年份，请写成 2024 这样。"
        )
    return int(digits)


def _day(_name: str, typed: str) -> str | None:
    if not typed:
        return None
    try:
        return date.fromisoformat(typed).isoformat()
    except ValueError:
        folded = fold_wide(typed)
        found = find_date(folded) if is_date(folded) else None
    if found is None:
        raise CannotCorrect(
            f"{typed} is no date: write it like 2025-01-08.",
            f"“{typed}”不是日期，请写成 2025-01-08 或 2025年1月8日。",
        )
    return found.isoformat()


_READ = {"year": _year, "published": _day, "province": _province}
