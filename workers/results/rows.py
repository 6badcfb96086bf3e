"""What a stage understood ↔ rows. The functions work inside a session that the ledger opened."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from schema import tables
from workers.report import model
from workers.report.finding_kinds import FindingKind
from workers.report.text import Edit, Span, Traced
from workers.results import cells, findings, relations
from workers.results.human import KEPT_FOR_A_PERSON
from workers.results.issuers import issuer_of
from workers.results.places import pack_lines

# Postgres limits a tsvector to one megabyte: the words, and a few bytes for each position.
# A longer report is found by its first words.
MOST_TOKEN_BYTES = 700_000


def save_report(
    session: Session,
    document_id: int,
    report: model.Report,
    tokens: Sequence[str],
    rules_version: str,
) -> None:
    """Replace all results of an earlier run, for a document that is read anew."""
    # Findings before figures, the order in which a decision locks them: no deadlocks.
    mine = select(tables.Finding.id).filter_by(document_id=document_id).order_by(tables.Finding.id)
    session.execute(mine.with_for_update())
    traced = report.cleaned.traced
    save_source(session, document_id, report.source, rules_version)
    save_cleaned(session, document_id, report.cleaned)
    save_segmented(session, document_id, report.segmented, traced, tokens)
    save_metrics(session, document_id, report.metrics, report.source, traced)
    keys = metric_keys(report.metrics, traced)
    relations.save_relations(session, document_id, report.relations, keys, traced)
    cells.save_cells(session, document_id, report.cells, cells.load_figures(session, document_id))
    save_findings(session, document_id, report.findings, report.metrics, report.cleaned)


def save_source(
    session: Session, document_id: int, source: model.Source, rules_version: str
) -> None:
    """Write the first part of the report's row; a re-run keeps what people decided."""
    values = {
        "rules_version": rules_version,
        "name": source.name,
        "folder": source.folder,
        "media_type": source.media_type,
        "encoding": source.encoding,
        "page_starts": list(source.page_starts),
        "pictures": source.pictures,
        "lines": pack_lines(source.lines),
        "raw_text": source.raw_text,
    }
    row = insert(tables.Report).values(document_id=document_id, **values)
    session.execute(row.on_conflict_do_update(index_elements=["document_id"], set_=values))


def load_source(session: Session, document_id: int) -> model.Source:
    """The source as `save_source` kept it, but for the places of its lines (`load_lines`)."""
    row = session.get_one(tables.Report, document_id)
    sha256 = session.scalars(select(tables.Document.sha256).filter_by(id=document_id)).one()
    return model.Source(
        name=row.name,
        folder=row.folder,
        sha256=sha256,
        media_type=row.media_type,
        encoding=row.encoding,
        raw_text=row.raw_text,
        page_starts=tuple(row.page_starts),
        pictures=row.pictures,
    )


def save_cleaned(session: Session, document_id: int, cleaned: model.Cleaned) -> None:
    facts = cleaned.facts
    values = {
        "text": cleaned.traced.text,
        "edits": [
            [e.raw_start, e.raw_end, e.before, e.after, e.kind, e.rule]
            for e in cleaned.traced.edits
        ],
        "facts": {
            "published": facts.published.isoformat() if facts.published else None,
            "issuer": facts.issuer,
            "document_number": facts.document_number,
        },
    }
    session.execute(update(tables.Report).filter_by(document_id=document_id).values(values))


def load_cleaned(session: Session, document_id: int) -> model.Cleaned:
    """The cleaned text, with its origins rebuilt from the edits."""
    row = session.get_one(tables.Report, document_id)
    edits = [
        Edit(raw_start=start, raw_end=end, before=before, after=after, kind=kind, rule=rule)
        for start, end, before, after, kind, rule in row.edits or ()
    ]
    stated: dict[str, Any] = row.facts or {}
    published = date.fromisoformat(stated["published"]) if stated.get("published") else None
    facts = model.PageFacts(
        published=published,
        issuer=stated.get("issuer"),
        document_number=stated.get("document_number"),
    )
    return model.Cleaned(traced=Traced(row.raw_text, tuple(edits)), facts=facts)


def save_segmented(
    session: Session,
    document_id: int,
    segmented: model.Segmented,
    traced: Traced,
    tokens: Sequence[str],
) -> None:
    """Header, sections and words; the sections are replaced whole."""
    header, place = segmented.header, segmented.header.place
    folder = session.get_one(tables.Report, document_id).folder
    values = {
        "title": header.title,
        "issuer_id": issuer_of(session, header, folder),
        "township": place.township,
        "county": place.county,
        "province": place.province,
        "code": place.code,
        "known_by": place.known_by,
        "year": header.year,
        "published": header.published,
        "sentences": [list(span) for span in segmented.sentences],
        "tokens": func.to_tsvector("simple", " ".join(tokens[: _most_tokens(tokens)])),
    }
    session.execute(update(tables.Report).filter_by(document_id=document_id).values(values))
    session.execute(update(tables.Metric).filter_by(document_id=document_id).values(section=None))
    session.execute(delete(tables.Section).filter_by(document_id=document_id))
    session.add_all(
        _section(document_id, ordinal, section, traced)
        for ordinal, section in enumerate(segmented.sections)
    )


def load_segmented(session: Session, document_id: int) -> model.Segmented:
    row = session.get_one(tables.Report, document_id)
    issuer = session.get(tables.Issuer, row.issuer_id) if row.issuer_id else None
    header = model.Header(
        title=row.title,
        issuer=issuer.name if issuer else None,
        place=model.Place(
            township=row.township,
            county=row.county,
            province=row.province,
            code=row.code,
            known_by=row.known_by,
        ),
        year=row.year,
        published=row.published,
    )
    found = session.scalars(
        select(tables.Section).filter_by(document_id=document_id).order_by("ordinal")
    )
    sections = tuple(
        model.Section(
            level=s.level,
            number=s.number,
            title=s.title,
            roles=tuple(map(model.Role, s.roles)),
            start=s.start,
            end=s.end,
            heading_end=s.heading_end,
        )
        for s in found
    )
    return model.Segmented(
        header=header,
        sections=sections,
        sentences=tuple(Span(*pair) for pair in row.sentences or ()),
    )


def save_metrics(
    session: Session,
    document_id: int,
    metrics: Sequence[model.Metric],
    source: model.Source,
    traced: Traced,
) -> None:
    """Write the machine's columns of each figure; the human ones stay.

    A figure that is no longer found is deleted, unless a person corrected it.
    """
    keys = metric_keys(metrics, traced)
    rows = [
        {
            "document_id": document_id,
            "key": key,
            "part_of": None if metric.part_of is None else keys[metric.part_of],
        }
        | _metric(metric, ordinal, traced, source.page_starts)
        for ordinal, (key, metric) in enumerate(zip(keys, metrics, strict=True))
    ]
    if rows:
        fresh = insert(tables.Metric)
        machine = {
            name: fresh.excluded[name] for name in rows[0] if name not in {"document_id", "key"}
        }
        session.execute(
            fresh.on_conflict_do_update(index_elements=["document_id", "key"], set_=machine), rows
        )
    unseen = (tables.Metric.document_id == document_id, tables.Metric.key.not_in(keys))
    session.execute(update(tables.Metric).where(*unseen).values(ordinal=KEPT_FOR_A_PERSON))
    gone = delete(tables.Metric).where(
        *unseen,
        tables.Metric.human_value.is_(None),
        tables.Metric.human_unit.is_(None),
        tables.Metric.human_indicator.is_(None),
    )
    session.execute(gone)


def load_metrics(session: Session, document_id: int) -> tuple[model.Metric, ...]:
    """What the machine read, in the order of the text."""
    seen = (tables.Metric.document_id == document_id, tables.Metric.ordinal >= 0)
    rows = session.scalars(select(tables.Metric).where(*seen).order_by("ordinal")).all()
    ordinals = {row.key: at for at, row in enumerate(rows)}
    return tuple(read_metric(row, ordinals) for row in rows)


def read_metric(row: tables.Metric, numbers: Mapping[str, int]) -> model.Metric:
    """What the machine read; `numbers` are the figures by their keys."""
    return model.Metric(
        start=row.start,
        end=row.end,
        quote=row.quote,
        value=row.value,
        unit=row.unit,
        bound=row.bound,
        status=row.status,
        indicator=row.indicator,
        section=row.section,
        subject=row.subject,
        period=row.period,
        per=row.per,
        part_of=numbers.get(row.part_of) if row.part_of else None,
        confidence=row.confidence,
        why=row.why,
    )


def save_findings(
    session: Session,
    document_id: int,
    found: Sequence[model.Finding],
    metrics: Sequence[model.Metric],
    cleaned: model.Cleaned,
    *,
    keys: Sequence[str] | None = None,
    kinds: Collection[FindingKind] = frozenset(FindingKind),
) -> None:
    """Replace the findings of the audit that are of these kinds; those of the comparison across
    reports stay.

    `keys` are the figures' own, where they are not those of `metric_keys`.
    """
    keys = metric_keys(metrics, cleaned.traced) if keys is None else keys
    rows = (
        _finding(finding, keys, _evidence(finding, metrics, cleaned.traced.source))
        for finding in found
    )
    findings.save_rows(session, rows, kinds=kinds, document_id=document_id)


def metric_keys(metrics: Iterable[model.Metric], traced: Traced) -> list[str]:
    """Stable keys of a report's figures: the raw span, numbered where one span states several."""
    seen: Counter[Span] = Counter()
    keys = []
    for metric in metrics:
        raw = traced.raw(metric.start, metric.end)
        seen[raw] += 1
        keys.append(f"{raw.start}-{raw.end}" + (f"#{seen[raw]}" if seen[raw] > 1 else ""))
    return keys


def _most_tokens(tokens: Sequence[str]) -> int:
    """How many of the tokens fit."""
    sizes = accumulate(len(token.encode()) + 4 for token in tokens)
    return next((at for at, size in enumerate(sizes) if size > MOST_TOKEN_BYTES), len(tokens))


def _section(
    document_id: int, ordinal: int, section: model.Section, traced: Traced
) -> tables.Section:
    raw = traced.raw(section.start, section.end)
    return tables.Section(
        document_id=document_id,
        ordinal=ordinal,
        level=section.level,
        number=section.number,
        title=section.title,
        roles=[str(role) for role in section.roles],
        start=section.start,
        end=section.end,
        heading_end=section.heading_end,
        raw_start=raw.start,
        raw_end=raw.end,
    )


def _metric(
    metric: model.Metric, ordinal: int, traced: Traced, page_starts: Sequence[int]
) -> dict[str, Any]:
    raw = traced.raw(metric.start, metric.end)
    return {
        "ordinal": ordinal,
        "section": metric.section,
        "indicator": metric.indicator,
        "value": metric.value,
        "unit": metric.unit,
        "bound": metric.bound,
        "status": metric.status,
        "quote": metric.quote,
        "start": metric.start,
        "end": metric.end,
        "raw_start": raw.start,
        "raw_end": raw.end,
        "page": bisect_right(page_starts, raw.start),
        "subject": metric.subject,
        "period": metric.period,
        "per": metric.per,
        "confidence": metric.confidence,
        "why": metric.why,
    }


def _evidence(finding: model.Finding, metrics: Sequence[model.Metric], raw_text: str) -> str:
    quotes = [raw_text[start:end] for start, end in finding.spans]
    return "｜".join(
        [*quotes, *(f"{metrics[at].value:g}{metrics[at].unit}" for at in finding.metrics)]
    )


def _finding(finding: model.Finding, keys: Sequence[str], evidence: str) -> findings.Row:
    return findings.Row(
        kind=finding.kind,
        about=finding.about,
        severity=finding.severity,
        message=finding.message,
        message_en=finding.message_en,
        spans=finding.spans,
        metric_keys=tuple(keys[at] for at in finding.metrics),
        evidence=evidence,
        suggestion=finding.suggestion,
    )
