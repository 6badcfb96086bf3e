"""What a changed catalogue would read differently in the stored reports, before it takes effect."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from schema.tables import Document
from workers.ledger import Ledger
from workers.report.catalogue import lay_over, overlay_path
from workers.report.extraction import extract_metrics
from workers.report.model import Segmented
from workers.results import rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One figure that would be read differently.

    `change`: gained, lost or renamed; `before`, `after` its indicator.
    """

    change: str
    document: int
    report: str
    quote: str
    context: str
    before: str | None
    after: str | None

    def as_json(self) -> dict[str, Any]:
        """The difference as plain values."""
        return asdict(self)

    def __str__(self) -> str:
        named = {
            "gained": f"→ {self.after}",
            "lost": f"{self.before} →",
            "renamed": f"{self.before} → {self.after}",
        }
        return f"{self.report}: …{self.context}…: {self.quote} {named[self.change]}"


# A figure's span and value → the indicators it was given, once for each thing it is stated of.
_Figures = Mapping[tuple[int, int, float], Counter[str | None]]


def try_catalogue(ledger: Ledger, file: Path, *, limit: int) -> Iterator[Difference]:
    """The differences, report by report, newest first.

    CatalogueError where the file is wrong; nothing is written.
    """
    in_force = overlay_path()
    done = (
        select(Document.id)
        .where(Document.done_at.is_not(None))
        .order_by(Document.id.desc())
        .limit(limit)
    )
    with ledger.transaction() as session:
        documents = list(session.scalars(done))
    before = {
        document_id: _count_figures(_load_report(ledger, document_id)) for document_id in documents
    }
    lay_over(file)
    try:
        for document_id in documents:
            report = _load_report(ledger, document_id)
            yield from _compare(document_id, report, before[document_id], _count_figures(report))
    finally:
        lay_over(in_force)


@dataclass(frozen=True, slots=True)
class _Stored:
    title: str
    text: str
    segmented: Segmented


def _load_report(ledger: Ledger, document_id: int) -> _Stored:
    with ledger.transaction() as session:
        source = rows.load_source(session, document_id)
        segmented = rows.load_segmented(session, document_id)
        text = rows.load_cleaned(session, document_id).traced.text
    return _Stored(segmented.header.title or source.name, text, segmented)


def _count_figures(report: _Stored) -> _Figures:
    found: defaultdict[tuple[int, int, float], Counter[str | None]] = defaultdict(Counter)
    for metric in extract_metrics(report.text, report.segmented):
        found[metric.start, metric.end, metric.value][metric.indicator] += 1
    return found


def _compare(
    document_id: int, report: _Stored, before: _Figures, after: _Figures
) -> Iterator[Difference]:
    for key in sorted({*before, *after}):
        old, new = before.get(key, Counter()), after.get(key, Counter())
        lost, gained = list((old - new).elements()), list((new - old).elements())
        for at in range(max(len(lost), len(gained))):
            change = "lost" if at >= len(gained) else "gained" if at >= len(lost) else "renamed"
            start, end, _ = key
            yield Difference(
                change=change,
                document=document_id,
                report=report.title,
                quote=report.text[start:end],
                context=report.text[max(0, start - 15) : start].replace("\n", " "),
                before=lost[at] if at < len(lost) else None,
                after=gained[at] if at < len(gained) else None,
            )
