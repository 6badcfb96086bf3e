"""`python -m bench.losses --gold DIR --texts DIR`:
what becomes of the damage that a person has marked.

Gold: DIR/<id>.structure.json with `damage`, a list of places {start, end, quote, kind, repair} in
code points of the raw text. Texts: the file in DIR whose name begins with <id>. Printed are the
furniture and markup that are left in the clean text; the places of losses that are repaired as the
gold says, or marked by a finding that touches them; and the characters of the body that cleaning
took away though no such place holds them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workers.report.model import Report
from workers.report.pipeline import read_report
from workers.report.text import Span, Traced

MARKS = ("lost_characters", "damaged_number", "damaged_date", "garbled_text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One damaged place of the raw text; `repair` is None where only a mark is due."""

    span: Span
    quote: str
    kind: str
    repair: str | None


@dataclass(slots=True, kw_only=True)
class Losses:
    """What became of the places, summed over the reports; `left` and `silent` in words."""

    dropped: int = 0
    repaired: int = 0
    marked: int = 0
    left: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of the losses that were repaired or marked."""
        answered = self.repaired + self.marked
        return answered / (answered + len(self.silent)) if answered or self.silent else 1.0


def measure_losses(name: str, report: Report, places: Sequence[Place], sums: Losses) -> None:
    """Add one report to the sums."""
    traced = report.cleaned.traced
    marks = [span for finding in report.findings if finding.kind in MARKS for span in finding.spans]
    for place in places:
        stands = cleaned_stretch(traced, place.span)
        if place.kind in {"furniture", "markup"}:
            sums.dropped += not stands.strip()
            sums.left += [f"{name} {place.quote!r}"] if stands.strip() else []
        elif place.kind == "loss" and place.repair is not None and stands == place.repair:
            sums.repaired += 1
        elif place.kind == "loss":
            touched = any(start < place.span.end and place.span.start < end for start, end in marks)
            sums.marked += touched
            sums.silent += [] if touched else [f"{name} {place.quote!r} → {place.repair!r}"]
    sums.lost += [
        f"{name} {what}" for what in lost_characters(traced, [place.span for place in places])
    ]


def cleaned_stretch(traced: Traced, span: Span) -> str:
    """What the clean text has of this stretch of the raw text.

    >>> from workers.report.cleaning import clean_text
    >>> cleaned_stretch(clean_text("共调解\\u200b46 件，办结").traced, Span(1, 8))
    '调解46件'
    """
    pieces, at = [], span.start
    for edit in traced.edits:
        if edit.raw_end > span.start and edit.raw_start < span.end:
            pieces += [traced.source[at : edit.raw_start], edit.after]
            at = edit.raw_end
    return "".join([*pieces, traced.source[at : span.end]])


def lost_characters(traced: Traced, damaged: Iterable[Span]) -> list[str]:
    """The edits that leave fewer visible characters than they found, places of damage not counted.

    >>> from workers.report.cleaning import clean_text
    >>> lost_characters(clean_text("全部办结。。\\n打印  关闭").traced, [])
    ['drop_doubled_marks: 1 of 。', 'drop_page_fields: 4 of 打印  关闭']
    """
    known = {at for span in damaged for at in range(*span)}
    found = []
    for edit in traced.edits:
        before = [
            at
            for at in range(edit.raw_start, edit.raw_end)
            if at not in known and _is_ink(traced.source[at])
        ]
        lost = len(before) - sum(map(_is_ink, edit.after))
        if before and lost > 0:
            found.append(f"{edit.rule}: {lost} of {edit.before.strip()}")
    return found


def _is_ink(char: str) -> bool:
    return char.isprintable() and not char.isspace()


def load_places(file: Path) -> list[Place]:
    """The damage of one gold file; SystemExit, with the file's name, where it marks none."""
    rows = json.loads(file.read_text(encoding="utf-8")).get("damage")
    if rows is None:
        raise SystemExit(f"{file}: no list `damage`; this gold does not say what is damaged")
    return [
        Place(
            span=Span(row["start"], row["end"]),
            quote=row["quote"],
            kind=row["kind"],
            repair=row["repair"],
        )
        for row in rows
    ]


def main() -> None:
    args = argparse.ArgumentParser(prog="python -m bench.losses", description=__doc__)
    args.add_argument("--gold", type=Path, required=True)
    args.add_argument("--texts", type=Path, required=True)
    options = args.parse_args()
    sums = Losses()
    for gold in sorted(options.gold.glob("*.structure.json")):
        name = gold.name.split(".")[0]
        text = next(path for path in sorted(options.texts.iterdir()) if path.name.startswith(name))
        measure_losses(name, read_report(text.read_bytes(), text.name), load_places(gold), sums)
    print(
        f"furniture and markup: {sums.dropped} places gone, {len(sums.left)} left",
        *sums.left,
        sep="\n  ",
    )
    print(
          f"losses: {sums.repaired} repaired, {sums.marked} marked, "
          f"{len(sums.silent)} silent: {sums.share:.1%}",
          *sums.silent, sep="\n  ")  # fmt: skip
    print(f"body characters lost: {len(sums.lost)} edits", *sums.lost, sep="\n  ")


if __name__ == "__main__":
    main()
