"""What was read and cleaned against what was printed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from bench.cleaning import plain
from bench.distance import distance
from bench.scans.layout import BODY, HEIGHT
from bench.scans.rows import Row, join_pages
from workers.report.cleaning import clean_text
from workers.report.text import EditKind, Span

_FIGURE = re.compile(r"[0-9][0-9.,]*[0-9]|[0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One report as the engine read it: the text of all pages,
    and its lines in the body and those around it.
    """

    name: str
    truth: str
    raw: str
    furniture: tuple[Span, ...]
    body: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts of one profile; distances are in characters of the truth."""

    pages: int = 0
    characters: int = 0
    before: int = 0
    after: int = 0
    unbroken: int = 0
    figures: int = 0
    exact: int = 0
    furniture: int = 0
    left: int = 0
    body: int = 0
    lost: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            **{name: getattr(self, name) + getattr(other, name) for name in Tally.__slots__}
        )

    def row(self, name: str) -> str:
        shares = (
            100 * count / self.characters for count in (self.before, self.after, self.unbroken)
        )
        before, after, unbroken = shares
        return (
            f"  {name:10} {self.pages:5} {before:8.3f} {after:8.3f} "
            f"{self.after / self.before:6.2f} {unbroken:8.3f}"
            f" {f'{self.exact}/{self.figures}':>11} {f'{self.left}/{self.furniture}':>10}"
            f" {f'{self.lost}/{self.body}':>10}"
        )


HEADER = (
    f"  {'profile':10} {'pages':>5} {'before %':>8} {'after %':>8} {'ratio':>6} {'unbroken':>8}"
    f" {'figures':>11} {'furniture':>10} {'body lost':>10}"
)


def make_reading(name: str, truth: str, pages: Sequence[Sequence[Row]]) -> Reading:
    """One raw text of all pages, a line a row; the rows outside the body are its furniture."""
    lines = join_pages(pages)
    spans, at = [], 0
    for line in lines:
        spans.append(Span(at, at + len(line)))
        at += len(line) + 1
    heights = [row.middle * HEIGHT for page in pages for row in page]
    inside = [BODY[0] < height < BODY[1] for height in heights]
    furniture = tuple(span for span, body in zip(spans, inside, strict=True) if not body)
    body = tuple(span for span, body in zip(spans, inside, strict=True) if body)
    return Reading(
        name=name, truth=truth, raw="\n".join(lines) + "\n", furniture=furniture, body=body
    )


def score_reading(reading: Reading, pages: int) -> Tally:
    """The error rates before and after cleaning, the figures that survive, and what was dropped."""
    traced = clean_text(reading.raw).traced
    truth, cleaned = plain(reading.truth), plain(traced.text)
    dropped = [edit for edit in traced.edits if edit.kind is EditKind.FURNITURE and not edit.after]
    gone = [span for edit in dropped for span in [Span(edit.raw_start, edit.raw_end)]]
    figures, found = Counter(_FIGURE.findall(truth)), Counter(_FIGURE.findall(cleaned))
    return Tally(
        pages=pages,
        characters=len(truth),
        before=distance(plain(reading.raw), truth),
        after=distance(cleaned, truth),
        unbroken=distance(cleaned.replace("\n", ""), truth.replace("\n", "")),
        figures=figures.total(),
        exact=(figures & found).total(),
        furniture=len(reading.furniture),
        left=sum(not _is_gone(span, gone) for span in reading.furniture),
        body=len(reading.body),
        lost=sum(_is_gone(span, gone) for span in reading.body),
    )


def differences(reading: Reading) -> Iterator[str]:
    """Where the clean text still differs from the truth, with what stands around it."""
    truth, cleaned = plain(reading.truth), plain(clean_text(reading.raw).traced.text)
    for kind, start, end, first, last in SequenceMatcher(
        None, truth, cleaned, autojunk=False
    ).get_opcodes():
        if kind != "equal":
            before, after = truth[max(0, start - 12) : start], truth[end : end + 12]
            yield f"{before}[{truth[start:end]}→{cleaned[first:last]}]{after}".replace("\n", "⏎")


def _is_gone(span: Span, gone: Sequence[Span]) -> bool:
    return any(edit.start <= span.start and span.end <= edit.end for edit in gone)
