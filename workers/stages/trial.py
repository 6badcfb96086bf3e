"""What a changed catalogue would read differently in the stored reports, before it takes effect."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from schema.tables import Document, Report
from workers.ledger import Ledger, Tell
from workers.report.catalogue import lay_over, overlay_path, taught_text
from workers.report.extraction import extract_metrics
from workers.report.model import Segmented
from workers.results import rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One figure that would be read differently.

    `change`: gained, lost or renamed; `before`, `after` its indicator; `start` is where it stands
    in the clean text.
    """

    change: str
    document: int
    report: str
    start: int
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


def try_catalogue(
    ledger: Ledger, file: Path, *, limit: int, tell: Tell = lambda *_: None
) -> Iterator[Difference]:
    """The differences, report by report, newest first; `tell` hears how many were read.

    CatalogueError where the file is wrong; nothing is written.
    """
    done = (
        select(Document.id)
        .where(Document.done_at.is_not(None))
        .order_by(Document.id.desc())
        .limit(limit)
    )
    with ledger.transaction() as session:
        documents = list(session.scalars(done))
    readings = read_stored(ledger, documents, tell)
    with laid_over(file, taught_text()):
        yield from compare_again(readings)


def read_stored(
    ledger: Ledger, documents: Sequence[int], tell: Tell = lambda *_: None
) -> list[Reading]:
    """These reports with their figures by the catalogue as it is now."""
    readings = []
    for at, number in enumerate(documents, 1):
        report = load_report(ledger, number)
        readings.append(Reading(number, report, _count_figures(report)))
        tell("reports", at, len(documents))
    return readings


def compare_again(readings: Iterable[Reading]) -> Iterator[Difference]:
    """What changed in their figures since, by the catalogue as it is now."""
    for one in readings:
        yield from _compare(one.document, one.report, one.figures, _count_figures(one.report))


@contextmanager
def laid_over(file: Path | None, taught: str) -> Iterator[None]:
    """For as long as it is entered these lie over the catalogue; then what lay there before."""
    in_force = overlay_path(), taught_text()
    lay_over(file, taught)
    try:
        yield
    finally:
        lay_over(*in_force)


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A stored report as far as naming needs it."""

    title: str
    text: str
    segmented: Segmented


@dataclass(frozen=True, slots=True)
class Reading:
    """A stored report and its figures by one catalogue."""

    document: int
    report: StoredReport
    figures: _Figures


def load_report(ledger: Ledger, document_id: int) -> StoredReport:
    """The report as the stages before naming left it."""
    with ledger.transaction() as session:
        row = session.get_one(Report, document_id)
        segmented = rows.load_segmented(session, document_id)
        return StoredReport(row.title or row.name, row.text or "", segmented)


def _count_figures(report: StoredReport) -> _Figures:
    found: defaultdict[tuple[int, int, float], Counter[str | None]] = defaultdict(Counter)
    for metric in extract_metrics(report.text, report.segmented):
        found[metric.start, metric.end, metric.value][metric.indicator] += 1
    return found


def _compare(
    document_id: int, report: StoredReport, before: _Figures, after: _Figures
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
                start=start,
                quote=report.text[start:end],
                context=report.text[max(0, start - 15) : start].replace("\n", " "),
                before=lost[at] if at < len(lost) else None,
                after=gained[at] if at < len(gained) else None,
            )
