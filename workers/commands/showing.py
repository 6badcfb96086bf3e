"""Findings shown to be read by a person in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from workers.desk.queue import (
    FigureReading,
    FindingInFull,
    KindStatistics,
    PastDecision,
    QueuedFinding,
    ReviewerStatistics,
    flatten_text,
)


def show_findings(rows: Sequence[QueuedFinding], console: Console) -> None:
    """A page of the queue, two lines a finding."""
    for row in rows:
        held = f"  ({row.verdict or row.claimed_by})" if row.verdict or row.claimed_by else ""
        of = "  ".join(str(part) for part in (row.report or row.issuer, row.year) if part)
        console.print(
            Text.assemble(
                (f"{row.id:>5}  {row.severity} {row.kind}  ", "bold"),
                flatten_text(of),
                (held, "dim"),
            )
        )
        console.print(Padding(Text(flatten_text(row.message)), (0, 0, 0, 7)))


def show_finding(full: FindingInFull, console: Console) -> None:
    """One finding: what is wrong, where it stands, its figures, what may be done, what was done."""
    found = full.finding
    of = found.report or f"{found.issuer} {found.year}"
    console.print(
        Text(f"{found.id}  {found.severity} {found.kind}  {flatten_text(of)}", style="bold")
    )
    console.print(Text(flatten_text(found.message)))
    console.print(Text(flatten_text(found.message_en), style="dim"))
    for place in full.evidence:
        console.print(
            Text.assemble("  …", place.before, (place.quote, "bold red"), place.after, "…")
        )
    for line in _lines(full):
        console.print(Text(flatten_text(line)))


def show_statistics(
    kinds: Sequence[KindStatistics], reviewers: Sequence[ReviewerStatistics], console: Console
) -> None:
    """Two tables: by kind, by reviewer."""
    verdicts = ("accept", "correct", "dismiss")
    table = _table("kind", "open", "settled", *verdicts, "right", "median")
    for kind in kinds:
        precision = "—" if kind.precision is None else f"{kind.precision:.0%}"
        counts = (kind.open, kind.settled, kind.accepted, kind.corrected, kind.dismissed)
        table.add_row(kind.kind, *map(str, counts), precision, _time(kind.median_seconds))
    console.print(table)
    console.print()
    table = _table("reviewer", *verdicts, "undo", "median")
    for who in reviewers:
        of_person = (who.accepted, who.corrected, who.dismissed, who.undone)
        table.add_row(Text(who.who), *map(str, of_person), _time(who.median_seconds))
    console.print(table)


def _lines(full: FindingInFull) -> Iterator[str]:
    for figure in full.figures:
        yield f"figure: {figure.quote}  {figure.indicator or 'no indicator'}  {_reading(figure)}"
    for at, choice in enumerate(full.choices, 1):
        yield f"suggestion {at}: {choice.text}"
    if full.files:
        yield f"file: {'; '.join(full.files)}"
    found = full.finding
    yield f"state: {found.state}" + (f" by {found.claimed_by}" if found.claimed_by else "")
    if changed := full.changed:
        yield "It rests on something else than when it was decided:"
        for name, version in (("then", changed.then), ("now", changed.now)):
            yield f"  {name}: {version.evidence}  {' '.join(map(_reading, version.figures))}"
    for decision in full.decisions:
        yield _told(decision)


def _reading(figure: FigureReading) -> str:
    """The machine's reading and, where there is one, the person's: 97.9% (corrected: 98.1%)."""
    read = f"{figure.value:.12g}{figure.unit}"
    if not figure.is_corrected:
        return read
    value, unit = figure.stands
    indicator = f" {figure.human_indicator}" if figure.human_indicator else ""
    return f"{read} (corrected: {value:.12g}{unit}{indicator})"


def _told(decision: PastDecision) -> str:
    told = f"{decision.at.isoformat(timespec='seconds')}  {decision.action} by {decision.who}"
    if source := decision.carried_from:
        at = source.at.isoformat(timespec="seconds")
        told += f", carried from finding {source.finding} of document {source.document} ({at})"
    before, after = decision.before.figures[:1], decision.after.figures[:1]
    if before and after and before != after:
        told += f": {_reading(before[0])} → {_reading(after[0])}"
    return told + (f"  “{decision.note}”" if decision.note else "")


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(first, no_wrap=True)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _time(seconds: float | None) -> str:
    return "—" if seconds is None else str(timedelta(seconds=round(seconds)))
