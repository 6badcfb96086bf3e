"""Findings shown to be read by a person in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from workers.desk.queue import OfKind, OfReviewer, flat


def show_findings(rows: Sequence[dict[str, Any]], console: Console) -> None:
    """A page of the queue, two lines a finding."""
    for row in rows:
        held = f"  ({row['verdict'] or row['claimed_by']})" if row["verdict"] or row["claimed_by"] else ""
        of = "  ".join(str(part) for part in (row["report"] or row["issuer"], row["year"]) if part)
        console.print(
            Text.assemble((f"{row['id']:>5}  {row['severity']} {row['kind']}  ", "bold"), flat(of), (held, "dim"))
        )
        console.print(Padding(Text(flat(row["message"])), (0, 0, 0, 7)))
    if not rows:
        console.print("No such finding.")


def show_finding(found: dict[str, Any], console: Console) -> None:
    """One finding: what is wrong, where it stands, its figures, what may be done, what was done."""
    of = found["report"] or f"{found['issuer']} {found['year']}"
    console.print(Text(f"{found['id']}  {found['severity']} {found['kind']}  {flat(of)}", style="bold"))
    console.print(Text(flat(found["message"])))
    console.print(Text(flat(found["message_en"]), style="dim"))
    for place in found["evidence"]:
        console.print(Text.assemble("  …", place["before"], (place["quote"], "bold red"), place["after"], "…"))
    for line in _lines(found):
        console.print(Text(flat(line)))


def show_statistics(kinds: Sequence[OfKind], reviewers: Sequence[OfReviewer], console: Console) -> None:
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


def _lines(found: dict[str, Any]) -> Iterator[str]:
    for figure in found["figures"]:
        yield f"figure: {figure['quote']}  {figure['indicator'] or 'no indicator'}  {_reading(figure)}"
    for at, choice in enumerate(found["choices"], 1):
        yield f"suggestion {at}: {choice['text']}"
    if found["files"]:
        yield f"file: {'; '.join(found['files'])}"
    yield f"state: {found['state']}" + (f" by {found['claimed_by']}" if found["claimed_by"] else "")
    if changed := found["changed"]:
        yield "It rests on something else than when it was decided:"
        for name in ("then", "now"):
            yield f"  {name}: {changed[name]['evidence']}  {' '.join(map(_reading, changed[name]['figures']))}"
    for decision in found["decisions"]:
        yield _told(decision)


def _reading(figure: dict[str, Any]) -> str:
    """The machine's reading and, where there is one, the person's.

    >>> _reading({"value": 97.9, "unit": "%", "human_value": 98.1, "human_unit": None, "human_indicator": None})
    '97.9% (corrected: 98.1%)'
    """
    read = f"{figure['value']:.12g}{figure['unit']}"
    value, unit, indicator = (figure[f"human_{name}"] for name in ("value", "unit", "indicator"))
    if value is unit is indicator is None:
        return read
    said = f"{figure['value'] if value is None else value:.12g}{figure['unit'] if unit is None else unit}"
    return f"{read} (corrected: {said}{f' {indicator}' if indicator else ''})"


def _told(decision: dict[str, Any]) -> str:
    told = f"{decision['at']}  {decision['action']} by {decision['who']}"
    if source := decision["carried_from"]:
        told += f", carried from finding {source['finding']} of document {source['document']} ({source['at']})"
    before, after = (decision[name].get("figures") or [None] for name in ("before", "after"))
    if before[0] and after[0] and before[0] != after[0]:
        told += f": {_reading(before[0])} → {_reading(after[0])}"
    return told + (f"  “{decision['note']}”" if decision["note"] else "")


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(first, no_wrap=True)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _time(seconds: float | None) -> str:
    return "—" if seconds is None else str(timedelta(seconds=round(seconds)))
