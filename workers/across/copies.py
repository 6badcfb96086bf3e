"""near_duplicate: another issuer's report with the names and numbers changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from schema.columns import is_among
from schema.tables import Document, Finding, Report
from workers.across.fingerprints import earlier_candidates
from workers.across.subjects import GONE, Bodies, Subject, load_subjects
from workers.report.comparison.bounds import copy_bounds
from workers.report.comparison.passages import Overlap, Passage, find_overlap
from workers.report.finding_kinds import FindingKind
from workers.report.model import Severity
from workers.report.text import Traced
from workers.results import rows
from workers.results.findings import Row

# How many candidates have their full text compared. Among 5,000 generated reports the original of
# a copy was always among the first three.
MOST_COMPARED = 5
# How many passages a page shows side by side, longest first.
MOST_PASSAGES = 30
_QUOTE = 30


def copy_rows(
    session: Session, mine: Mapping[int, Subject], bodies: Bodies
) -> dict[int, list[Row]]:
    """For each report one finding, about the report of another body closest to it; none where none
    is close.

    A report that already has a finding about one of the body's is skipped: the pair is known.
    """
    rows: dict[int, list[Row]] = {document_id: [] for document_id in mine}
    told: dict[int, Subject] = {}
    for document_id, copies in find_copies(session, mine, bodies).items():
        me, body = mine[document_id], bodies.get(mine[document_id].issuer_id, ())
        found = [
            pair
            for pair in copies
            if not _tells(told.get(pair[0].document_id), body)
            and not _is_told(session, pair[0], body)
        ]
        if found:
            told[document_id] = found[0][0]
            rows[document_id].append(_row(session, me, found))
    return rows


def find_copies(
    session: Session, mine: Mapping[int, Subject], bodies: Bodies
) -> dict[int, list[tuple[Subject, Overlap]]]:
    """For each report the earlier ones of other bodies with mostly the same text, closest first."""
    candidates = earlier_candidates(session, list(mine))
    foreign = {
        document_id: [
            one
            for one, issuer_id in candidates.get(document_id, ())
            if issuer_id not in bodies.get(me.issuer_id, ())
        ]
        for document_id, me in mine.items()
    }
    asked = {one for found in foreign.values() for one in found}
    standing = _standing(session, asked)
    nearest = {
        document_id: [one for one in found if one in standing][:MOST_COMPARED]
        for document_id, found in foreign.items()
    }
    others = load_subjects(session, {one for found in nearest.values() for one in found})
    return {
        document_id: _close(mine[document_id], [others[one] for one in found if one in others])
        for document_id, found in nearest.items()
    }


def _close(me: Subject, others: Sequence[Subject]) -> list[tuple[Subject, Overlap]]:
    bounds = copy_bounds()
    compared = [(other, find_overlap(me.masked, other.masked)) for other in others]
    close = [
        pair
        for pair in compared
        if pair[1].share >= bounds.share and pair[1].same >= bounds.characters
    ]
    return sorted(close, key=lambda pair: (-pair[1].share, pair[0].document_id))


def _standing(session: Session, document_ids: Collection[int]) -> set[int]:
    if not document_ids:
        return set()
    asked = is_among(Document.id, document_ids)
    return set(session.scalars(select(Document.id).where(asked, ~GONE)))


def _tells(about: Subject | None, body: Sequence[int]) -> bool:
    """Whether a finding that was just made is about a report of this body."""
    return about is not None and about.issuer_id in body


def _is_told(session: Session, other: Subject, body: Sequence[int]) -> bool:
    """Whether the other report already has a finding about a report of this body."""
    told = (
        select(Finding.id)
        .join(Report, cast(Report.document_id, Text) == Finding.about)
        .where(
            Finding.document_id == other.document_id,
            Finding.kind == FindingKind.NEAR_DUPLICATE,
            Finding.present,
        )
        .where(Report.issuer_id.in_(body))
        .limit(1)
    )
    return session.scalar(told) is not None


def passages_as_json(
    session: Session, overlap: Overlap, me: Subject, other: Subject
) -> list[dict[str, Any]]:
    """The longest shared passages: raw spans in both texts, and the text at each."""
    mine = rows.load_cleaned(session, me.document_id).traced
    theirs = rows.load_cleaned(session, other.document_id).traced
    longest = sorted(overlap.passages, key=lambda passage: -passage.same)[:MOST_PASSAGES]
    return [_passage(passage, mine, theirs) for passage in longest]


def _passage(passage: Passage, mine: Traced, theirs: Traced) -> dict[str, Any]:
    return {
        "span": list(mine.raw(*passage.span)),
        "text": mine.text[passage.span.start : passage.span.end],
        "other_span": list(theirs.raw(*passage.other)),
        "other_text": theirs.text[passage.other.start : passage.other.end],
        "same": passage.same,
    }


def _row(session: Session, me: Subject, found: list[tuple[Subject, Overlap]]) -> Row:
    other, overlap = found[0]
    passages = passages_as_json(session, overlap, me, other)
    quote = passages[0]["text"].replace("\n", "")[:_QUOTE]
    return Row(
        kind=FindingKind.NEAR_DUPLICATE,
        about=str(other.document_id),
        severity=Severity.CHECK,
        message=f"与{other.label}有{overlap.share:.0%}的文字一字不差（地名、单位名称、数字和日期不计），"
        f"例如“{quote}……”。请对照两份报告，核实是否套用；如属套用，应当退回重写。",
        message_en=f"{overlap.share:.0%} of the text is word for word that of {other.label},"
        " names, numbers and dates "
        "left out. Hold the two against each other; if one was copied, send it back.",
        evidence=other.sha256,
        details={
            "other": other.as_json(),
            "share": round(overlap.share, 3),
            "same": overlap.same,
            "passages": passages,
            "others": [one.as_json() | {"share": round(lap.share, 3)} for one, lap in found[1:]],
        },
    )
