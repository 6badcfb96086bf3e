"""What a stage understood ↔ rows. The functions work inside a session that the ledger opened."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from itertools import accumulate
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from schema import tables
from schema.columns import is_among
from workers.report import model
from workers.report.finding_kinds import FindingKind
from workers.report.text import Edit, Span, Traced
from workers.results import cells, findings, relations
from workers.results.bulk import change_rows, put_rows
from workers.results.human import KEPT_FOR_A_PERSON, is_said
from workers.results.issuers import Stored, find_issuers, issuer_of, key_of
from workers.results.places import pack_lines
from workers.results.understood import Batch, Understood

# What was loaded of these rows is not looked at again.
_UNTRACKED = {"synchronize_session": False}

# Postgres limits a tsvector to one megabyte: the words, and a few bytes for each position.
# A longer report is found by its first words.
MOST_TOKEN_BYTES = 700_000


def save_report(session: Session, document_id: int, report: Understood, rules_version: str) -> None:
    """Replace all results of an earlier run, for a document that is read anew."""
    # Findings before figures, the order in which a decision locks them: no deadlocks.
    mine = select(tables.Finding.id).filter_by(document_id=document_id).order_by(tables.Finding.id)
    session.execute(mine.with_for_update())
    made = {document_id: report}
    save_sources(session, made, rules_version)
    save_cleaned(session, made)
    save_segmented(session, made)
    save_metrics(session, made)
    save_concluded(session, made)


def save_sources(session: Session, made: Batch, rules_version: str) -> None:
    """Write the first part of the reports' rows; a re-run keeps what people decided."""
    written = [
        {
            "document_id": document_id,
            "rules_version": rules_version,
            "name": source.name,
            "folder": source.folder,
            "media_type": source.media_type,
            "encoding": source.encoding,
            "page_starts": list(source.page_starts),
            "pictures": source.pictures,
            "lines": _hex(pack_lines(source.lines)),
            "raw_text": source.raw_text,
        }
        for document_id, source in ((at, one.source) for at, one in made.items())
    ]
    put_rows(session, tables.Report, written, key=["document_id"])


def _hex(data: bytes | None) -> str | None:
    """Bytes as Postgres takes them in a text."""
    return None if data is None else rf"\x{data.hex()}"


def load_source(session: Session, document_id: int) -> model.Source:
    """The source as `save_sources` kept it, but for the places of its lines (`load_lines`)."""
    row = session.get_one(tables.Report, document_id)
    sha256 = session.scalars(select(tables.Document.sha256).filter_by(id=document_id)).one()
    return read_source(row, sha256)


def read_source(row: tables.Report, sha256: str) -> model.Source:
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


def save_cleaned(session: Session, made: Batch) -> None:
    written = [
        {
            "document_id": document_id,
            "text": report.traced.text,
            "edits": [
                [e.raw_start, e.raw_end, e.before, e.after, e.kind, e.rule]
                for e in report.traced.edits
            ],
            "facts": {
                "published": facts.published.isoformat() if facts.published else None,
                "issuer": facts.issuer,
                "document_number": facts.document_number,
            },
        }
        for document_id, report in made.items()
        for facts in [report.cleaned.facts]
    ]
    change_rows(session, tables.Report, written, key="document_id")


def load_cleaned(session: Session, document_id: int) -> model.Cleaned:
    """The cleaned text, with its origins rebuilt from the edits."""
    return read_cleaned(session.get_one(tables.Report, document_id))


def read_cleaned(row: tables.Report) -> model.Cleaned:
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


def save_segmented(session: Session, made: Batch) -> dict[int, Understood]:
    """Header, sections and words; the sections are replaced whole.

    The reports again, each with its issuer's name as it is stored.
    """
    keys = {
        at: key_of(report.segmented.header, report.source.folder) for at, report in made.items()
    }
    issuers = find_issuers(session, keys.values())
    signed = {at: issuers.get(key) for at, key in keys.items()}
    written = [_header_row(at, report, signed[at]) for at, report in made.items()]
    words = {"tokens": "to_tsvector('simple', one.value ->> '_words')"}
    change_rows(session, tables.Report, written, key="document_id", computed=words)
    mine = list(made)
    figures = update(tables.Metric).where(is_among(tables.Metric.document_id, mine))
    session.execute(figures.values(section=None), execution_options=_UNTRACKED)
    before = delete(tables.Section).where(is_among(tables.Section.document_id, mine))
    session.execute(before, execution_options=_UNTRACKED)
    sections = [
        _section(document_id, ordinal, section, report.traced)
        for document_id, report in made.items()
        for ordinal, section in enumerate(report.segmented.sections)
    ]
    put_rows(session, tables.Section, sections)
    return {at: _signed(report, signed[at]) for at, report in made.items()}


def _signed(report: Understood, issuer: Stored | None) -> Understood:
    header = replace(report.segmented.header, issuer=issuer.name if issuer else None)
    return replace(report, segmented=replace(report.segmented, header=header))


def _header_row(document_id: int, report: Understood, issuer: Stored | None) -> dict[str, Any]:
    header, place = report.segmented.header, report.segmented.header.place
    return {
        "document_id": document_id,
        "title": header.title,
        "signed_id": issuer.signed_id if issuer else None,
        "issuer_id": issuer.id if issuer else None,
        "township": place.township,
        "county": place.county,
        "province": place.province,
        "code": place.code,
        "known_by": place.known_by,
        "year": header.year,
        "published": header.published,
        "read_header": write_header(report.read_header) if report.read_header else None,
        "sentences": [list(span) for span in report.segmented.sentences],
        "_words": " ".join(report.tokens[: _most_tokens(report.tokens)]),
    }


def write_header(header: model.Header) -> dict[str, Any]:
    """A header as JSON, to be kept beside the one that stands."""
    published = header.published.isoformat() if header.published else None
    return asdict(header) | {"published": published}


def read_header(kept: Mapping[str, Any]) -> model.Header:
    """The header that `write_header` kept."""
    place = dict(kept["place"])
    place["known_by"] = model.KnownBy(place["known_by"]) if place["known_by"] else None
    published = date.fromisoformat(kept["published"]) if kept["published"] else None
    return model.Header(**{**kept, "place": model.Place(**place), "published": published})


def set_header(session: Session, report: tables.Report, header: model.Header) -> None:
    """The report has this header now; `header.issuer` is the name that it is signed with."""
    place = header.place
    report.title, report.year, report.published = header.title, header.year, header.published
    report.township, report.county, report.province = place.township, place.county, place.province
    report.code, report.known_by = place.code, place.known_by
    stored = issuer_of(session, header, report.folder)
    report.signed_id, report.issuer_id = (stored.signed_id, stored.id) if stored else (None, None)


def signed_header(session: Session, report: tables.Report) -> model.Header:
    """The header with the name that the report is signed with, whichever body that is said to
    be.
    """
    signed = session.get(tables.Issuer, report.signed_id) if report.signed_id else None
    return read_segmented(report, signed.name if signed else None, ()).header


def sign_again(session: Session, report: tables.Report) -> None:
    """Whose report it is by the place that it has now."""
    set_header(session, report, signed_header(session, report))


def load_segmented(session: Session, document_id: int) -> model.Segmented:
    row = session.get_one(tables.Report, document_id)
    issuer = session.get(tables.Issuer, row.issuer_id) if row.issuer_id else None
    found = session.scalars(
        select(tables.Section).filter_by(document_id=document_id).order_by("ordinal")
    )
    return read_segmented(row, issuer.name if issuer else None, found)


def read_segmented(
    row: tables.Report, issuer: str | None, sections: Iterable[tables.Section]
) -> model.Segmented:
    header = model.Header(
        title=row.title,
        issuer=issuer,
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
    return model.Segmented(
        header=header,
        sections=tuple(map(_read_section, sections)),
        sentences=tuple(Span(*pair) for pair in row.sentences or ()),
    )


def _read_section(row: tables.Section) -> model.Section:
    return model.Section(
        level=row.level,
        number=row.number,
        title=row.title,
        roles=tuple(map(model.Role, row.roles)),
        start=row.start,
        end=row.end,
        heading_end=row.heading_end,
    )


def save_metrics(session: Session, made: Batch) -> None:
    """Write the machine's columns of each figure, and the relations of them; the human ones stay.

    A figure that is no longer found is deleted, unless a person corrected it.
    """
    mine = list(made)
    found_before = (is_among(tables.Metric.document_id, mine), tables.Metric.ordinal >= 0)
    leave = update(tables.Metric).where(*found_before).values(ordinal=KEPT_FOR_A_PERSON)
    session.execute(leave, execution_options=_UNTRACKED)
    keys = {at: metric_keys(report.metrics, report.traced) for at, report in made.items()}
    written = [
        _metric(document_id, ordinal, report, keys[document_id])
        for document_id, report in made.items()
        for ordinal in range(len(report.metrics))
    ]
    put_rows(session, tables.Metric, written, key=["document_id", "key"])
    gone = delete(tables.Metric).where(
        is_among(tables.Metric.document_id, mine),
        tables.Metric.ordinal == KEPT_FOR_A_PERSON,
        ~is_said(),
        ~tables.Metric.added,
    )
    session.execute(gone, execution_options=_UNTRACKED)
    relations.save_relations(session, made, keys)


def load_metrics(session: Session, document_id: int) -> tuple[model.Metric, ...]:
    """What the machine read, in the order of the text."""
    return read_metrics(cells.load_figures(session, [document_id])[document_id])


def read_metrics(found: Sequence[tables.Metric]) -> tuple[model.Metric, ...]:
    ordinals = {row.key: at for at, row in enumerate(found)}
    return tuple(read_metric(row, ordinals) for row in found)


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


def save_concluded(session: Session, made: Batch) -> None:
    """The cells, and the findings of the audit; a finding takes over what people decided of it, or
    of the same one in a report that this one replaces.
    """
    figures = cells.load_figures(session, list(made))
    cells.save_cells(session, {at: report.cells for at, report in made.items()}, figures)
    settled = findings.with_history(session, list(made))
    new: list[dict[str, Any]] = []
    for document_id, report in made.items():
        keys = metric_keys(report.metrics, report.traced)
        if document_id in settled:
            save_findings(session, document_id, report, keys)
        else:
            found = _finding_rows(report, keys)
            new += findings.new_rows(document_id, found, _panel_keys(report, keys))
    put_rows(session, tables.Finding, new)


def save_findings(
    session: Session,
    document_id: int,
    report: Understood,
    keys: Sequence[str],
    *,
    kinds: Collection[FindingKind] = frozenset(FindingKind),
) -> None:
    """Replace the findings of the audit that are of these kinds; those of the comparison across
    reports stay. `keys` are those of the report's figures.
    """
    found = _finding_rows(report, keys)
    findings.save_rows(session, found, kinds=kinds, document_id=document_id)


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
) -> dict[str, Any]:
    raw = traced.raw(section.start, section.end)
    return {
        "document_id": document_id,
        "ordinal": ordinal,
        "level": section.level,
        "number": section.number,
        "title": section.title,
        "roles": list(section.roles),
        "start": section.start,
        "end": section.end,
        "heading_end": section.heading_end,
        "raw_start": raw.start,
        "raw_end": raw.end,
    }


def _metric(
    document_id: int, ordinal: int, report: Understood, keys: Sequence[str]
) -> dict[str, Any]:
    metric = report.metrics[ordinal]
    raw = report.traced.raw(metric.start, metric.end)
    return {
        "document_id": document_id,
        "key": keys[ordinal],
        "part_of": None if metric.part_of is None else keys[metric.part_of],
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
        "page": bisect_right(report.source.page_starts, raw.start),
        "subject": metric.subject,
        "period": metric.period,
        "per": metric.per,
        "confidence": metric.confidence,
        "why": metric.why,
    }


def _panel_keys(report: Understood, keys: Sequence[str]) -> dict[str, bool]:
    """As `findings.panel_keys`, of a report whose cells were just made."""
    used = {at for cell in report.cells for term in cell.terms for at in term.figures}
    named = ((at, key) for at, key in enumerate(keys) if report.metrics[at].indicator)
    return {key: at in used for at, key in named}


def _evidence(finding: model.Finding, report: Understood) -> str:
    quotes = [report.traced.source[start:end] for start, end in finding.spans]
    read = (report.metrics[at] for at in finding.metrics)
    return "｜".join([*quotes, *(f"{metric.value:g}{metric.unit}" for metric in read)])


def _finding_rows(report: Understood, keys: Sequence[str]) -> list[findings.Row]:
    return [
        findings.Row(
            kind=finding.kind,
            about=finding.about,
            severity=finding.severity,
            message=finding.message,
            message_en=finding.message_en,
            spans=finding.spans,
            metric_keys=tuple(keys[at] for at in finding.metrics),
            evidence=_evidence(finding, report),
            suggestion=finding.suggestion,
        )
        for finding in report.findings
    ]
