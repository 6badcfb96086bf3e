"""`python -m bench.cleaning`: what cleaning repairs,
as character error rates before and after, kind by kind.

Clean reports (bench/compose.py) are damaged by one kind at a time, then by all kinds at their
shares (bench/damage), and cleaned. The error rate is the Levenshtein distance to the undamaged text
over its length; on both sides lines are stripped and empty lines left out, for the reader of a
report does not see them.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bench.compose import Composed, compose_reports, written_reports
from bench.damage import KINDS, Damage, damage_mixed
from bench.distance import distance
from bench.losses import MARKS
from workers.report.cleaning import clean_text
from workers.report.pipeline import read_report
from workers.report.text import EditKind

# The losses of which a mark is asked, and the findings that mark them.
LOSSES = (
    "lost characters",
    "lost brackets and quotes",
    "lost stops",
    "lost figures",
    "damaged dates",
    "unreadable stretch",
)


@dataclass(frozen=True, slots=True)
class Score:
    """Characters of the truth, and the distances of the damaged and the cleaned texts from it."""

    name: str
    characters: int
    before: int
    after: int
    unharmed: int = 0

    def row(self) -> str:
        share = f"{self.after / self.before:6.2f}" if self.before else "     -"
        before, after = (100 * count / self.characters for count in (self.before, self.after))
        return f"  {self.name:26} {self.before:7} {before:8.3f} {self.after:7} {after:8.3f} {share}"


def score_kind(name: str, act: Damage, reports: Iterable[Composed], seed: int) -> Score:
    """One kind of damage on all reports, each with its own seed."""
    characters = before = after = 0
    for report in reports:
        rng = random.Random(f"{seed}:{name}:{report.name}")  # noqa: S311 (not a secret)
        damaged = act(rng, report.text)
        truth = plain(report.text)
        characters += len(truth)
        before += distance(plain(damaged), truth)
        after += distance(plain(clean_text(damaged).traced.text), truth)
    return Score(name, characters, before, after)


def plain(text: str) -> str:
    """The text as its reader sees it: lines stripped, empty ones left out."""
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


def edits_of_undamaged(reports: Iterable[Composed]) -> Counter[str]:
    """The rules whose edits of undamaged reports are not style alone,
    and the texts that then differ from the truth.
    """
    count: Counter[str] = Counter()
    for report in reports:
        for text in (report.text, report.shown):
            traced = clean_text(text).traced
            count.update(edit.rule for edit in traced.edits if edit.kind is not EditKind.STYLE)
            count["(other text)"] += plain(traced.text) != plain(report.text)
    return +count


def marked_losses(
    name: str, act: Damage, reports: Iterable[Composed], seed: int
) -> tuple[int, int]:
    """The number of damaged reports, and of those where the audit marks a loss only
    because of the damage.
    """
    hurt = marked = 0
    for report in reports:
        damaged = act(random.Random(f"{seed}:{name}:{report.name}"), report.text)  # noqa: S311 (not a secret)
        if damaged != report.text:
            hurt += 1
            marked += _marks(damaged) > _marks(report.text)
    return hurt, marked


def _marks(text: str) -> int:
    return sum(finding.kind in MARKS for finding in read_report(text.encode(), "").findings)


def main() -> None:
    args = argparse.ArgumentParser(prog="python -m bench.cleaning", description=__doc__)
    args.add_argument("--seed", type=int, default=1)
    args.add_argument("--reports", type=int, default=40)
    args.add_argument("--kind", help="only the kinds whose name holds this")
    options = args.parse_args()
    composed = compose_reports(options.seed, options.reports)
    reports = [*composed, *written_reports()]
    lengths = [len(report.text) for report in composed]
    print(f"{len(composed)} composed reports of {min(lengths)} to {max(lengths)} characters, "
          f"{len(reports) - len(composed)} written ones; seed {options.seed}")  # fmt: skip
    print(f"  {'kind':26} {'before':>7} {'CER %':>8} {'after':>7} {'CER %':>8}  ratio")
    for kind in KINDS:
        if (options.kind or "") in kind.name:
            print(score_kind(kind.name, kind.act, composed, options.seed).row())
    print(score_kind("all, at their shares", damage_mixed, composed, options.seed).row())
    for kind in KINDS:
        if kind.name in LOSSES:
            hurt, marked = marked_losses(kind.name, kind.act, composed, options.seed)
            print(f"  {kind.name}: marked in {marked} of {hurt} reports")
    edits = edits_of_undamaged(reports)
    print(
        f"undamaged reports, in two typings each: {edits.total()} edits that are not "
        f"style {dict(edits) or ''}"
    )


if __name__ == "__main__":
    main()
