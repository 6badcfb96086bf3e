"""One report with all that is known of it: its header,
a part of its text with what stands there, what is like it.
"""

from __future__ import annotations

from bisect import bisect_left

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, defer

from schema.tables import Arrival, Document, Finding, Indicator, Metric, Report
from workers.across.subjects import same_body, standing_documents
from workers.desk.browsing.alike import find_alike
from workers.desk.browsing.parts import part_of, part_text, raw_part
from workers.desk.browsing.values import (
    MachineReading,
    OpenedReport,
    PastArrival,
    PlacedEdit,
    PlacedFinding,
    PlacedMetric,
)
from workers.ledger import Ledger
from workers.report.text import Edit, Span, Traced, place_in_clean
from workers.results import rows
from workers.results.cells import is_unsure
from workers.results.human import human_of, stand, standing_indicator

# So many findings and arrivals a page shows; a report with more is damaged from end to end.
MOST_FINDINGS, MOST_ARRIVALS = 300, 20


def is_shown(session: Session, document_id: int) -> bool:
    """Whether there is a report with a clean text; also of a document that was
    withdrawn or is in work.
    """
    cleaned = select(Report.document_id).where(
        Report.document_id == document_id, Report.text.is_not(None)
    )
    return session.scalar(cleaned) is not None


def show_report(
    ledger: Ledger,
    document_id: int,
    *,
    part: int = 0,
    figure: str | None = None,
    finding: int | None = None,
) -> OpenedReport | None:
    """The report at this part of its text, or where this figure (its key) or finding stands;
    None where there is none.

    A part that there is not is the last one.
    """
    with ledger.transaction() as session:
        if not is_shown(session, document_id):
            return None
        traced = rows.load_cleaned(session, document_id).traced
        segmented = rows.load_segmented(session, document_id)
        parts = part_text(traced.text, [section.start for section in segmented.sections])
        at = _find_place(session, document_id, traced, figure, finding)
        chosen = min(part, len(parts) - 1) if at is None else part_of(parts, at)
        raw = raw_part(traced, parts[chosen])
        row = session.get_one(Report, document_id)
        return OpenedReport(
            document=document_id,
            state=session.get_one(Document, document_id).state,
            name=row.name,
            header=segmented.header,
            issuer_id=row.issuer_id,
            signed=rows.signed_header(session, row).issuer,
            read_header=rows.read_header(row.read_header) if row.read_header else None,
            media_type=row.media_type,
            encoding=row.encoding,
            pages=len(row.page_starts),
            characters=len(traced.text),
            rules_version=row.rules_version,
            arrivals=_arrivals(session, document_id),
            text=traced.text,
            parts=tuple(parts),
            part=chosen,
            raw_start=raw.start,
            sections=segmented.sections,
            figures=_figures(session, document_id, parts[chosen]),
            findings=_findings(session, document_id, traced, raw),
            edits=_placed_edits(traced, raw),
            years=_years(session, row.issuer_id),
            alike=find_alike(session, document_id),
        )


def _find_place(
    session: Session, document_id: int, traced: Traced, figure: str | None, finding: int | None
) -> int | None:
    """The place in the clean text of the requested figure or finding.

    None if none was requested, or the text does not have it.
    """
    if figure:
        return session.scalar(select(Metric.start).filter_by(document_id=document_id, key=figure))
    spans = (
        session.scalar(select(Finding.spans).filter_by(document_id=document_id, id=finding))
        if finding
        else None
    )
    return place_in_clean(traced, *spans[0]).start if spans else None


def _arrivals(session: Session, document_id: int) -> tuple[PastArrival, ...]:
    query = select(
        Arrival.folder, Arrival.name, Arrival.arrived_at, Arrival.container_id
    ).filter_by(document_id=document_id)
    rows = session.execute(query.order_by(Arrival.id.desc()).limit(MOST_ARRIVALS))
    return tuple(PastArrival(*row) for row in rows)


def _figures(session: Session, document_id: int, part: Span) -> tuple[PlacedMetric, ...]:
    total = aliased(Metric)
    query = (
        select(Metric, Indicator.zh, total.quote)
        .outerjoin(Indicator, Indicator.code == standing_indicator())
        .outerjoin(total, (total.document_id == document_id) & (total.key == Metric.part_of))
        .where(
            Metric.document_id == document_id, Metric.start >= part.start, Metric.start < part.end
        )
        .order_by(Metric.start, Metric.ordinal)
    )
    return tuple(_figure(*row) for row in session.execute(query))


def _figure(metric: Metric, zh: str | None, total: str | None) -> PlacedMetric:
    read = rows.read_metric(metric, {})
    stands = stand(metric, read)
    machine = MachineReading(read.value, read.unit, read.bound, read.status, read.indicator)
    removed = bool(metric.human_removed)
    return PlacedMetric(
        key=metric.key,
        start=metric.start,
        end=metric.end,
        quote=metric.quote,
        value=stands.value,
        high=stands.high,
        unit=stands.unit,
        bound=stands.bound,
        status=stands.status,
        indicator=stands.indicator,
        zh=None if removed else zh,
        section=metric.section,
        subject=stands.subject,
        period=stands.period,
        per=metric.per,
        total=total,
        confidence=metric.confidence,
        unsure=is_unsure(metric),
        found=metric.ordinal >= 0 or metric.added,
        read=machine if human_of(metric) != human_of(None) and not metric.added else None,
        removed=removed,
        added=metric.added,
    )


def _findings(
    session: Session, document_id: int, traced: Traced, raw: Span
) -> tuple[PlacedFinding, ...]:
    """The findings of this stretch of the raw text, and those without a place,
    in the order of the queue.
    """
    other = Finding.details["other"]["document_id"].as_integer()
    query = (
        select(Finding, other)
        .where(Finding.document_id == document_id, Finding.present)
        .order_by(Finding.priority.desc(), Finding.id)
        .limit(MOST_FINDINGS)
        .options(defer(Finding.details))
    )
    placed = (_place_finding(traced, *row) for row in session.execute(query))
    return tuple(
        one
        for one in placed
        if not one.raw_spans or any(_do_overlap(span, raw) for span in one.raw_spans)
    )


def _place_finding(traced: Traced, finding: Finding, other: int | None) -> PlacedFinding:
    raw_spans = tuple(Span(*span) for span in finding.spans)
    return PlacedFinding(
        id=finding.id,
        kind=finding.kind,
        severity=finding.severity,
        message=finding.message,
        message_en=finding.message_en,
        state=finding.state,
        verdict=finding.verdict,
        suggestion=finding.suggestion,
        metric_keys=tuple(finding.metric_keys),
        raw_spans=raw_spans,
        spans=tuple(place_in_clean(traced, *span) for span in raw_spans),
        other=other,
    )


def _do_overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _placed_edits(traced: Traced, raw: Span) -> tuple[PlacedEdit, ...]:
    first, end = (bisect_left(traced.edits, at, key=lambda edit: edit.raw_start) for at in raw)
    placed = (
        (at, place_in_clean(traced, *_raw_span(traced.edits[at]))) for at in range(first, end)
    )
    return tuple(
        PlacedEdit(number=at, start=span.start, end=span.end, edit=traced.edits[at])
        for at, span in placed
    )


def _raw_span(edit: Edit) -> Span:
    return Span(edit.raw_start, edit.raw_end)


def _years(session: Session, issuer_id: int | None) -> tuple[tuple[int, int], ...]:
    """Newest year first."""
    documents = standing_documents(session, same_body(session, issuer_id)) if issuer_id else []
    return tuple(sorted(documents, key=lambda one: (-one[1], -one[0])))
