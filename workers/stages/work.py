"""What each stage makes of one document, and how a batch of them is saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from schema.kinds import Stage
from workers import across, failpoints
from workers.across.subjects import lock_names
from workers.report.chinese.words import search_terms
from workers.report.cleaning import clean_source
from workers.report.model import Source
from workers.report.pipeline import understand_source
from workers.report.segmentation import segment_text
from workers.report.version import rules_version
from workers.results import rows
from workers.results.changes import look_at, note_changes
from workers.results.correcting import correct_headers, follow_places
from workers.results.making import audit, extract
from workers.results.remaking import follow_decisions, lock_documents
from workers.results.understood import Batch, Understood


def clean(report: Understood) -> Understood:
    failpoints.read_text(report.source.raw_text)
    return replace(report, cleaned=clean_source(report.source))


def segment(report: Understood) -> Understood:
    text = report.traced.text
    segmented = segment_text(
        text, name=report.source.name, folder=report.source.folder, facts=report.cleaned.facts
    )
    return replace(report, segmented=segmented, tokens=search_terms(text))


# The stages after those that open the file.
MAKE: Mapping[Stage, Callable[[Understood], Understood]] = {
    Stage.CLEAN: clean,
    Stage.SEGMENT: segment,
    Stage.EXTRACT: extract,
    Stage.AUDIT: audit,
}


def make_anew(source: Source) -> Understood:
    """All stages at once: the old results stay in force until one transaction replaces them."""
    report = understand_source(source)
    return Understood.of(report, search_terms(report.cleaned.traced.text))


def save_batch(session: Session, stage: Stage, made: Batch, *, anew: bool) -> Batch:
    """The results of one stage, or of all; the reports again, as they are stored."""
    if anew:
        return _save_anew(session, made)
    match stage:
        case Stage.READ | Stage.RECOGNISE:
            rows.save_sources(session, made, rules_version())
        case Stage.CLEAN:
            rows.save_cleaned(session, made)
        case Stage.SEGMENT:
            return rows.save_segmented(session, correct_headers(session, made))
        case Stage.EXTRACT:
            rows.save_metrics(session, made)
            follow_places(session, made)
        case Stage.AUDIT:
            lock_documents(session, made)
            rows.save_concluded(session, made)
            _compare(session, made)
    return made


def _save_anew(session: Session, made: Batch) -> Batch:
    made = {
        at: audit(extract(report)) if report.read_header else report
        for at, report in correct_headers(session, made).items()
    }
    # Before its findings: a transaction that compares another report of this body holds the
    # body's lock while it locks these.
    lock_names(session, [report.segmented.header.issuer for report in made.values()])
    lock_documents(session, made)
    before = {document_id: look_at(session, document_id) for document_id in made}
    for document_id, report in made.items():
        rows.save_report(session, document_id, report, rules_version())
    follow_places(session, made)
    _compare(session, made)
    for document_id in made:
        note_changes(session, document_id, before[document_id])
    return made


def _compare(session: Session, made: Batch) -> None:
    follow_decisions(session, list(made))
    across.compare(session, list(made))
