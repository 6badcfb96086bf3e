"""A report shown to be read by a person in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from workers.report.catalogue import indicators
from workers.report.chinese.folding import fold_narrow
from workers.report.extraction.quantities import Rejected, judge_numbers
from workers.report.model import Bound, Header, Metric, Report, Section, Severity, Status

BOUNDS = {Bound.EXACT: "", Bound.AT_LEAST: "≥ ", Bound.AT_MOST: "≤ ", Bound.ABOUT: "≈ "}
COLOURS = {Severity.WRONG: "bold red", Severity.CHECK: "yellow", Severity.NOTE: "dim"}


def show_report(report: Report, console: Console) -> None:
    """Header, the text by sections with its figures highlighted, the figures in a table,
    and the findings.
    """
    console.rule(Text(report.source.name))
    console.print(_header(report.segmented.header))
    for part in _body(report):
        console.print(part)
    console.print(_figures(report))
    for finding in report.findings:
        console.print(
            Text.assemble(
                (f"{finding.severity} {finding.kind}  ", COLOURS[finding.severity]), finding.message
            )
        )


def explain_report(report: Report, console: Console) -> None:
    """For each number: which rule took it and which trigger named it, or why it was not taken."""
    text = report.cleaned.traced.text
    lines = [(metric.start, metric.end, _taken(metric)) for metric in report.metrics]
    judged = judge_numbers(text, fold_narrow(text), report.segmented)
    lines += [
        (each.start, each.end, Text(each.why, style="dim"))
        for each in judged
        if isinstance(each, Rejected)
    ]
    for start, end, why in sorted(lines, key=lambda line: line[:2]):
        around = text[max(0, start - 12) : start].replace("\n", " ")
        console.print(Text.assemble((around, "dim"), (text[start:end], "bold"), "  ", why))


def _taken(metric: Metric) -> Text:
    named = metric.indicator or "no indicator"
    return Text.assemble(
        (named, "green" if metric.indicator else "yellow"),
        f" {metric.confidence:.2f}  {metric.why}",
    )


def _header(header: Header) -> Text:
    place = header.place
    where = " ".join(filter(None, (place.province, place.county, place.township, place.code)))
    fields = [
        header.title,
        header.issuer,
        where,
        header.year and f"year {header.year}",
        header.published,
    ]
    return Text("  ·  ".join(str(field) for field in fields if field), style="bold")


def _body(report: Report) -> Iterator[RenderableType]:
    text = Text(report.cleaned.traced.text)
    for metric in report.metrics:
        text.stylize("bold green" if metric.indicator else "green", metric.start, metric.end)
    for section in report.segmented.sections:
        text.stylize("bold", section.start, section.heading_end)
    at = 0
    for section in report.segmented.sections:
        if section.start > at:
            yield text[at : section.start]
        yield Padding(text[section.start : section.end], (0, 0, 0, 2 * _depth(section)))
        at = section.end
    yield text[at:]


def _depth(section: Section) -> int:
    return max(0, section.level - 1)


def _figures(report: Report) -> Table:
    table = Table(title=f"{len(report.metrics)} figures", title_justify="left")
    table.add_column("quote")
    table.add_column("value", justify="right")
    table.add_column("unit")
    table.add_column("indicator", min_width=max(map(len, indicators())))
    table.add_column("status")
    table.add_column("section", no_wrap=True, overflow="ellipsis")
    for metric in report.metrics:
        section = report.segmented.sections[metric.section] if metric.section is not None else None
        table.add_row(
            Text(metric.quote),
            f"{BOUNDS[metric.bound]}{metric.value:,.10g}",
            metric.unit,
            metric.indicator or "—",
            _said_of(metric, report.metrics),
            Text((section.title or "") if section else "")
        )  # fmt: skip
    return table


def _said_of(metric: Metric, metrics: Sequence[Metric]) -> Text:
    """What sets the figure apart from the issuer's own of the year:
    status, whose, what period, for each of what.
    """
    total = metrics[metric.part_of].quote if metric.part_of is not None else None
    said = (
        None if metric.status is Status.DONE else str(metric.status),
        metric.subject,
        metric.period,
        metric.per and f"per {metric.per}",
        total and f"of {total}",
    )
    return Text(" · ".join(filter(None, said)))
