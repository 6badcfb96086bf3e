"""What recognition was not sure of: `low_ocr_confidence`."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from workers.report.auditing.context import MOST_OF_ONE_KIND, Evidence, shorten_quote
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Severity
from workers.report.places import PlacedLine
from workers.report.text import Span

# Of 890 lines of scans at 200 dpi, clean, noisy and slanted, which were all read rightly, 11 lie
# below it, none with a figure; of 279 at 65 to 90 dpi 27, among them 18 of the 29 misread ones.
_UNSURE = 0.92
# A page of which so many lines, and this share, are unsure is badly scanned as a whole.
_FEWEST, _SHARE = 4, 0.25


def audit_recognition(evidence: Evidence) -> Iterator[Finding]:
    """low_ocr_confidence: a line with a figure, and a page with many lines, that were recognised
    with doubt.
    """
    unsure = [line for line in evidence.source.lines if line.confidence < _UNSURE]
    if unsure:
        yield from islice(_figures(evidence, unsure), MOST_OF_ONE_KIND + 1)
        yield from _pages(evidence, unsure)


def _figures(evidence: Evidence, unsure: Sequence[PlacedLine]) -> Iterator[Finding]:
    raw = evidence.cleaned.traced.raw
    begun = sorted(
        (raw(metric.start, metric.end).start, at) for at, metric in enumerate(evidence.metrics)
    )
    for line in unsure:
        inside = begun[bisect_left(begun, (line.start, 0)) : bisect_left(begun, (line.end, 0))]
        if not inside:
            continue
        stands = shorten_quote(evidence.source.raw_text[line.start : line.end])
        yield Finding(
            kind=FindingKind.LOW_OCR_CONFIDENCE,
            severity=Severity.CHECK,
            message=f"“{stands}”：这一行是从图片识别的，把握不大，请对照原件核对其中的数字。",
            message_en=(
                f"{stands}: this line was recognised from a picture with doubt. Compare its "
                "figures with the original."
            ),
            spans=(Span(line.start, line.end),),
            metrics=tuple(at for _, at in inside),
        )


def _pages(evidence: Evidence, unsure: Sequence[PlacedLine]) -> Iterator[Finding]:
    lines: defaultdict[int, int] = defaultdict(int)
    for line in evidence.source.lines:
        lines[line.page] += 1
    doubtful: defaultdict[int, list[PlacedLine]] = defaultdict(list)
    for line in unsure:
        doubtful[line.page].append(line)
    for page, found in doubtful.items():
        if len(found) < max(_FEWEST, _SHARE * lines[page]):
            continue
        count = f"{len(found)}/{lines[page]}"
        yield Finding(
            kind=FindingKind.LOW_OCR_CONFIDENCE,
            severity=Severity.NOTE,
            message=(
                f"第{page + 1}页是从图片识别的，有{count}行把握不大："
                "请对照原件核对，或换清晰的扫描件。"
            ),
            message_en=(
                f"Page {page + 1} was recognised from a picture, {count} of its lines with doubt. "
                "Compare it with the original, or drop a clearer scan."
            ),
            spans=tuple(Span(line.start, line.end) for line in found),
            about=f"page {page + 1}",
        )
