"""What was recognised and cleaned against what was printed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from bench.cleaning import plain
from bench.distance import distance
from bench.scans.layout import BODY, HEIGHT
from workers.report.cleaning import clean_text
from workers.report.model import Source
from workers.report.pipeline import understand_source
from workers.report.places import PAGE, PlacedLine
from workers.report.reading.decoded import Decoded
from workers.report.reading.pages import PageText, bind_pages
from workers.report.text import EditKind, Span

_FIGURE = re.compile(r"[0-9][0-9.,]*[0-9]|[0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One report as it was recognised, and its lines in the body and those around it."""

    name: str
    truth: str
    decoded: Decoded
    furniture: tuple[Span, ...]
    body: tuple[Span, ...]

    @property
    def raw(self) -> str:
        return self.decoded.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts of one profile; distances are in characters of the truth. `found` and `stated` are
    the figures understood in the scan and in the text, `shared` those that are the same.
    """

    pages: int = 0
    seconds: float = 0.0
    characters: int = 0
    before: int = 0
    after: int = 0
    unbroken: int = 0
    figures: int = 0
    exact: int = 0
    found: int = 0
    stated: int = 0
    shared: int = 0
    furniture: int = 0
    left: int = 0
    body: int = 0
    lost: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            **{name: getattr(self, name) + getattr(other, name) for name in Tally.__slots__}
        )

    @property
    def agreement(self) -> float:
        """F1 of the figures understood in the scan against those in the text."""
        return 2 * self.shared / max(self.found + self.stated, 1)

    def row(self, name: str) -> str:
        shares = (
            100 * count / self.characters for count in (self.before, self.after, self.unbroken)
        )
        before, after, unbroken = shares
        return (
            f"  {name:10} {self.pages:5} {self.seconds / self.pages:6.1f} {before:8.3f}"
            f" {after:8.3f} {self.after / max(self.before, 1):6.2f} {unbroken:8.3f}"
            f" {f'{self.exact}/{self.figures}':>11} {self.agreement:6.3f}"
            f" {f'{self.left}/{self.furniture}':>10} {f'{self.lost}/{self.body}':>10}"
        )


HEADER = (
    f"  {'profile':10} {'pages':>5} {'s/page':>6} {'before %':>8} {'after %':>8} {'ratio':>6}"
    f" {'unbroken':>8} {'digits':>11} {'F1':>6} {'furniture':>10} {'body lost':>10}"
)


def make_reading(name: str, truth: str, pages: Sequence[PageText]) -> Reading:
    """All pages as one text; the lines outside the body are its furniture."""
    decoded = bind_pages(pages)
    inside = [BODY[0] < _middle(line) < BODY[1] for line in decoded.lines]
    spans = [Span(line.start, line.end) for line in decoded.lines]
    furniture = tuple(span for span, body in zip(spans, inside, strict=True) if not body)
    body = tuple(span for span, body in zip(spans, inside, strict=True) if body)
    return Reading(name=name, truth=truth, decoded=decoded, furniture=furniture, body=body)


def _middle(line: PlacedLine) -> float:
    """Millimetres from the head of the page."""
    return (line.top + line.bottom) / 2 / PAGE * HEIGHT


def score_reading(reading: Reading, pages: int, seconds: float = 0.0) -> Tally:
    """The error rates before and after cleaning, the figures that survive, and what was dropped."""
    traced = clean_text(reading.raw).traced
    truth, cleaned = plain(reading.truth), plain(traced.text)
    dropped = [edit for edit in traced.edits if edit.kind is EditKind.FURNITURE and not edit.after]
    gone = [span for edit in dropped for span in [Span(edit.raw_start, edit.raw_end)]]
    figures, exact = Counter(_FIGURE.findall(truth)), Counter(_FIGURE.findall(cleaned))
    stated, found = _understand(reading.name, reading.truth), _understand_scan(reading)
    return Tally(
        pages=pages,
        seconds=seconds,
        characters=len(truth),
        before=distance(plain(reading.raw), truth),
        after=distance(cleaned, truth),
        unbroken=distance(cleaned.replace("\n", ""), truth.replace("\n", "")),
        figures=figures.total(),
        exact=(figures & exact).total(),
        found=found.total(),
        stated=stated.total(),
        shared=(stated & found).total(),
        furniture=len(reading.furniture),
        left=sum(not _is_gone(span, gone) for span in reading.furniture),
        body=len(reading.body),
        lost=sum(_is_gone(span, gone) for span in reading.body),
    )


_Figures = Counter[tuple[float, str, str | None]]


def _understand_scan(reading: Reading) -> _Figures:
    return _understand(reading.name, reading.raw, reading.decoded)


def _understand(name: str, text: str, decoded: Decoded | None = None) -> _Figures:
    """The figures of a report: value, unit, and what it is about."""
    source = Source(
        name=name,
        sha256="",
        media_type="",
        encoding=None,
        raw_text=text,
        page_starts=decoded.page_starts if decoded else (0,),
        lines=decoded.lines if decoded else (),
    )
    metrics = understand_source(source).metrics
    return Counter((metric.value, metric.unit, metric.indicator) for metric in metrics)


def differences(reading: Reading) -> Iterator[str]:
    """Where the clean text still differs from the truth, with what stands around it; and which
    figures are not the same.
    """
    truth, cleaned = plain(reading.truth), plain(clean_text(reading.raw).traced.text)
    for kind, start, end, first, last in SequenceMatcher(
        None, truth, cleaned, autojunk=False
    ).get_opcodes():
        if kind != "equal":
            before, after = truth[max(0, start - 12) : start], truth[end : end + 12]
            yield f"{before}[{truth[start:end]}→{cleaned[first:last]}]{after}".replace("\n", "⏎")
    stated, found = _understand(reading.name, reading.truth), _understand_scan(reading)
    yield from (f"not found: {figure}" for figure in (stated - found).elements())
    yield from (f"not stated: {figure}" for figure in (found - stated).elements())


def _is_gone(span: Span, gone: Sequence[Span]) -> bool:
    return any(edit.start <= span.start and span.end <= edit.end for edit in gone)
