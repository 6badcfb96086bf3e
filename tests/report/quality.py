"""How well the core reads the annotated samples.

`python -m tests.report.quality` prints the measures and every disagreement. The annotations are
made by hand, before the core has read the texts: what a report states, each item by its words
(`quote`) and, where these words stand more than once in the text, by which time it is (`nth`). They
are mended only where they are wrong by their own rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from workers.report.finding_kinds import FindingKind
from workers.report.model import Metric, Report, Severity
from workers.report.pipeline import read_report
from workers.report.text import Span

SAMPLES = Path(__file__).parent.parent / "samples"
GOLD = SAMPLES / "gold"
PLACE_FIELDS = ("township", "county", "province")
HEADER_FIELDS = ("title", "issuer", "year", "published")
READING_FIELDS = ("unit", "bound", "status", "indicator")
MEASURES = (
    "detection F1",
    "span",
    *READING_FIELDS,
    "meaning F1",
    "headings F1",
    "roles",
    "header",
    "findings",
    "spurious findings",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedMetric:
    """One stated figure as a person reads it; `span` in the raw text."""

    span: Span
    quote: str
    value: float
    unit: str
    bound: str
    status: str
    indicator: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedHeading:
    """A heading as a person sees it; `start` in the raw text."""

    start: int
    text: str
    level: int
    roles: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A sample as the core reads it, and as a person does; `damaged`:
    its words cannot all be read as they stand.
    """

    name: str
    damaged: bool
    report: Report
    header: dict[str, Any]
    headings: tuple[WantedHeading, ...]
    metrics: tuple[WantedMetric, ...]
    findings: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was hit of what was wanted and found, by measure;
    and where core and person disagree, in words.
    """

    hit: Counter[str] = field(default_factory=Counter)
    wanted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)

    def count(self, measure: str, *, hit: int, wanted: int, found: int) -> None:
        self.hit[measure] += hit
        self.wanted[measure] += wanted
        self.found[measure] += found

    def compare(self, measure: str, place: str, wanted: object, found: object) -> None:
        """One question that has one right answer."""
        self.count(measure, hit=int(wanted == found), wanted=1, found=1)
        if wanted != found:
            self.disagreements.append(f"{place}: {measure} should be {wanted}, is {found}")

    def score(self, measure: str) -> float:
        """F1, which is the share of right answers where every question has one answer.

        >>> tally = Tally()
        >>> tally.count("unit", hit=3, wanted=4, found=4)
        >>> tally.score("unit")
        0.75
        """
        if measure == "spurious findings":
            return self.found[measure]
        if measure == "findings":
            return self.hit[measure] / self.wanted[measure]
        return 2 * self.hit[measure] / (self.wanted[measure] + self.found[measure])


def find_quote(text: str, quote: str, nth: int = 1) -> Span:
    """Where these words stand for the `nth` time; ValueError where they do not.

    >>> find_quote("学法2次，讲课2次", "2次", 2)
    Span(start=7, end=9)
    """
    at = -1
    for _ in range(nth):
        at = text.find(quote, at + 1)
        if at < 0:
            raise ValueError(f"{quote!r} does not stand {nth} times in the text")
    return Span(at, at + len(quote))


def gold_files() -> list[Path]:
    return sorted(GOLD.glob("*.yaml"))


@cache
def load_sample(gold_file: Path) -> Sample:
    """The annotation and the report of its file; ValueError where a quote is not
    found in the raw text.
    """
    gold = yaml.safe_load(gold_file.read_text(encoding="utf-8"))
    file = SAMPLES / gold["file"]
    report = read_report(file.read_bytes(), file.name)
    raw = report.source.raw_text
    return Sample(
        name=gold_file.stem,
        damaged=gold.get("damaged", False),
        report=report,
        header=gold["header"],
        headings=tuple(_heading(raw, row) for row in gold["headings"]),
        metrics=tuple(_metric(raw, row) for row in gold["metrics"]),
        findings=tuple(FindingKind(kind) for kind in gold["findings"]),
    )


def _heading(raw: str, row: dict[str, Any]) -> WantedHeading:
    start = find_quote(raw, row["text"], row.get("nth", 1)).start
    return WantedHeading(
        start=start, text=row["text"], level=row["level"], roles=frozenset(row["roles"])
    )


def _metric(raw: str, row: dict[str, Any]) -> WantedMetric:
    fields = {key: row[key] for key in ("quote", "value", *READING_FIELDS)}
    return WantedMetric(span=find_quote(raw, row["quote"], row.get("nth", 1)), **fields)


def measure_samples(samples: Iterable[Sample]) -> Tally:
    """All measures over all samples; shares and F1 are over mentions, not means over documents."""
    tally = Tally()
    for sample in samples:
        _measure_metrics(sample, tally)
        _measure_meaning(sample, tally)
        _measure_headings(sample, tally)
        _measure_header(sample, tally)
        _measure_findings(sample, tally)
    return tally


def words(sample: Sample, span: Span) -> str:
    return sample.report.source.raw_text[span.start : span.end]


def raw_span(report: Report, metric: Metric) -> Span:
    return report.cleaned.traced.raw(metric.start, metric.end)


def _measure_metrics(sample: Sample, tally: Tally) -> None:
    found = sample.report.metrics
    spans = [raw_span(sample.report, metric) for metric in found]
    pairs = dict(_pair_up(sample.metrics, found, spans))
    tally.count("detection F1", hit=len(pairs), wanted=len(sample.metrics), found=len(found))
    for at, wanted in enumerate(sample.metrics):
        place = f"{sample.name} {_around(sample, wanted.span)}"
        if at not in pairs:
            tally.disagreements.append(f"{place}: missed, {wanted.value:g} {wanted.indicator}")
            continue
        # A denied clause has no crisp edge.
        if wanted.value:
            tally.compare("span", place, wanted.quote, words(sample, spans[pairs[at]]))
        for measure in READING_FIELDS:
            tally.compare(
                measure, place, getattr(wanted, measure), getattr(found[pairs[at]], measure)
            )
    for at in sorted(set(range(len(found))) - set(pairs.values())):
        what = f"{found[at].value:g} {found[at].indicator}"
        tally.disagreements.append(f"{sample.name} {_around(sample, spans[at])}: spurious, {what}")


def _pair_up(
    wanted: Sequence[WantedMetric], found: Sequence[Metric], spans: Sequence[Span]
) -> Iterator[tuple[int, int]]:
    """One to one, those of the same indicator first, then the larger overlap,
    then the order of the text.
    """
    candidates = sorted(
        (one.indicator != other.indicator, -overlap(one.span, spans[j]), i, j)
        for i, one in enumerate(wanted)
        for j, other in enumerate(found)
        if _same_figure(one, other, spans[j])
    )
    taken: set[tuple[str, int]] = set()
    for _, _, i, j in candidates:
        if not {("wanted", i), ("found", j)} & taken:
            taken |= {("wanted", i), ("found", j)}
            yield i, j


def overlap(one: Span, other: Span) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _same_figure(wanted: WantedMetric, found: Metric, span: Span) -> bool:
    """Equal values, and half of the longer span in common; for a stated zero of the shorter:
    it has no crisp edge.
    """
    # Fractions are annotated with two decimals: 66.67.
    if abs(wanted.value - found.value) > max(0.011, 1e-6 * abs(wanted.value)):
        return False
    lengths = (wanted.span.end - wanted.span.start, span.end - span.start)
    return overlap(wanted.span, span) * 2 >= (max(lengths) if wanted.value else min(lengths))


def _measure_meaning(sample: Sample, tally: Tally) -> None:
    """Pairs of indicator and value in this document: what the tables and charts are made of."""
    wanted = {(m.indicator, round(m.value, 2)) for m in sample.metrics if m.indicator}
    found = {(m.indicator, round(m.value, 2)) for m in sample.report.metrics if m.indicator}
    tally.count("meaning F1", hit=len(wanted & found), wanted=len(wanted), found=len(found))


def _measure_headings(sample: Sample, tally: Tally) -> None:
    wanted = {(heading.start, heading.level): heading for heading in sample.headings}
    found = {
        (
            sample.report.cleaned.traced.raw(section.start, section.heading_end).start,
            section.level,
        ): section
        for section in sample.report.segmented.sections
        if section.level
    }
    both = wanted.keys() & found.keys()
    tally.count("headings F1", hit=len(both), wanted=len(wanted), found=len(found))
    for key in sorted(both):
        place = f"{sample.name} {wanted[key].text}"
        tally.compare("roles", place, wanted[key].roles, frozenset(map(str, found[key].roles)))
    missed = [
        f"{sample.name} {wanted[key].text}: heading missed" for key in sorted(wanted.keys() - both)
    ]
    spurious = [
        f"{sample.name} {found[key].title}: heading spurious" for key in sorted(found.keys() - both)
    ]
    tally.disagreements += missed + spurious


def _measure_header(sample: Sample, tally: Tally) -> None:
    header = sample.report.segmented.header
    for key in HEADER_FIELDS:
        found = getattr(header, key)
        found = found.isoformat() if key == "published" and found else found
        tally.compare("header", f"{sample.name} {key}", sample.header[key], found)
    for key in PLACE_FIELDS:
        tally.compare(
            "header",
            f"{sample.name} {key}",
            sample.header["place"][key],
            getattr(header.place, key),
        )


def _measure_findings(sample: Sample, tally: Tally) -> None:
    """By kind; a finding of severity note is no question to anybody, so it is never spurious."""
    wanted = Counter(sample.findings)
    found = Counter(str(finding.kind) for finding in sample.report.findings)
    asked = Counter(
        str(finding.kind) for finding in sample.report.findings if finding.severity != Severity.NOTE
    )
    tally.count(
        "findings", hit=(wanted & found).total(), wanted=wanted.total(), found=found.total()
    )
    tally.count("spurious findings", hit=0, wanted=0, found=(asked - wanted).total())
    tally.disagreements += [
        f"{sample.name}: finding missed, {kind}" for kind in (wanted - found).elements()
    ]
    for kind in asked - wanted:
        said = next(finding.message for finding in sample.report.findings if finding.kind == kind)
        tally.disagreements.append(f"{sample.name}: finding spurious, {kind}: {said}")


def _around(sample: Sample, span: Span) -> str:
    """The words of this place with some of what stands before and after them."""
    raw = sample.report.source.raw_text
    before, after = raw[max(0, span.start - 12) : span.start], raw[span.end : span.end + 6]
    return f"{before}[{words(sample, span)}]{after}".replace("\n", "/")


def main() -> None:
    tally = measure_samples(map(load_sample, gold_files()))
    for line in tally.disagreements:
        print(line)
    for measure in MEASURES:
        counts = f"{tally.hit[measure]} of {tally.wanted[measure]}, found {tally.found[measure]}"
        print(f"{measure:18} {tally.score(measure):7.4f}   {counts}")


if __name__ == "__main__":
    main()
