"""`python -m bench.findings`: what the audit finds of one planted fault at a time,
and what it says of reports without.

Composed reports (bench/compose.py) state what can be true. Into each one fault is put; its kind and
place are the truth. Found: a finding of that kind that touches the place, and is about the same
item where the kind has no place.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bench.compose import Composed, compose_reports, written_reports
from bench.findings.faults import agreeing, planted
from bench.findings.places import Planted
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Severity
from workers.report.pipeline import read_report

KINDS = (
    FindingKind.LAW_ITEM_MISSING,
    FindingKind.PUBLISHED_LATE,
    FindingKind.ISSUER_UNKNOWN,
    FindingKind.PLACE_AMBIGUOUS,
    FindingKind.TITLE_MISSING,
    FindingKind.YEAR_CONFLICT,
    FindingKind.STALE_YEAR,
    FindingKind.WRONG_WORD,
    FindingKind.RATE_IMPOSSIBLE,
    FindingKind.RATE_OVER_100,
    FindingKind.PART_EXCEEDS_WHOLE,
    FindingKind.SUM_MISMATCH,
    FindingKind.FIGURES_CONFLICT,
    FindingKind.ODD_BOUND,
    FindingKind.AVERAGE_ABSURD,
    FindingKind.LOST_CHARACTERS,
    FindingKind.DAMAGED_NUMBER,
    FindingKind.DAMAGED_DATE,
    FindingKind.GARBLED_TEXT,
    FindingKind.REPEATED_PASSAGE,
    FindingKind.TRUNCATED,
)
# Reports without a fault that the false findings are counted on.
CLEAN = 200


@dataclass(slots=True)
class Score:
    """How many faults of one kind were planted and found, and which were missed."""

    kind: FindingKind
    count: int = 0
    found: int = 0
    missed: list[Planted] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.found / self.count if self.count else 0.0

    def row(self) -> str:
        return f"  {self.kind:20} {self.count:8} {self.found:6} {self.recall:7.3f}"


def score_kind(kind: FindingKind, reports: Sequence[Composed], seed: int) -> Score:
    """Plant one fault of this kind in each of the reports."""
    score = Score(kind)
    for at, report in enumerate(reports):
        fault = planted(kind, report, at, seed)
        score.count += 1
        found = read_report(fault.text.encode(), fault.name).findings
        if any(is_of(fault, finding) for finding in found):
            score.found += 1
        else:
            score.missed.append(fault)
    return score


def is_of(fault: Planted, finding: Finding) -> bool:
    """Whether the finding reports this fault; its spans are of the raw text,
    in which the fault was planted.
    """
    if finding.kind != fault.kind or (fault.about is not None and finding.about != fault.about):
        return False
    if fault.place is None:
        return True
    return any(
        span.start < fault.place.end and fault.place.start < span.end for span in finding.spans
    )


PANEL_NOTES = {FindingKind.CELL_UNCLEAR, FindingKind.FIGURE_UNSURE}


def false_findings(reports: Iterable[Composed]) -> list[tuple[str, Finding]]:
    """The findings on reports without a fault, except for items that
    hand-written ones lack on purpose; a note for the panel blames no report.
    """
    read = ((report, read_report(report.text.encode(), "")) for report in reports)
    said = [(report, finding) for report, found in read for finding in found.findings]
    lacking, notes = {FindingKind.LAW_ITEM_MISSING}, PANEL_NOTES
    return [
        (report.name, finding)
        for report, finding in said
        if (report.words or finding.kind not in lacking) and finding.kind not in notes
    ]


def false_on_agreeing(reports: Sequence[Composed], seed: int) -> list[tuple[str, Finding]]:
    """The findings, notes aside, on sentences that are worded like a fault and agree."""
    said = []
    for at, report in enumerate(reports):
        agrees = agreeing(report, at, seed)
        assert agrees.place is not None
        for finding in read_report(agrees.text.encode(), "").findings:
            touched = any(
                span.start < agrees.place.end and agrees.place.start < span.end
                for span in finding.spans
            )
            if touched and finding.severity is not Severity.NOTE:
                said.append((agrees.wording, finding))
    return said


def main() -> None:
    args = argparse.ArgumentParser(prog="python -m bench.findings", description=__doc__)
    args.add_argument("--seed", type=int, default=1)
    args.add_argument("--plantings", type=int, default=60, help="how many of each kind")
    args.add_argument("--kind", default="", help="only the kinds whose name holds this")
    args.add_argument("--missed", action="store_true", help="show what was not found")
    options = args.parse_args()
    reports = compose_reports(options.seed, max(CLEAN, options.plantings))
    print(f"{options.plantings} plantings of each kind, seed {options.seed}")
    print(f"  {'kind':20} {'planted':>8} {'found':>6} {'recall':>7}")
    for kind in KINDS:
        if options.kind in kind:
            score = score_kind(kind, reports[: options.plantings], options.seed)
            print(score.row())
            for fault in score.missed if options.missed else ():
                print(f"      missed: {fault.wording}")
    wrongly = false_on_agreeing(reports[: options.plantings], options.seed)
    print(f"{options.plantings} sentences worded alike that agree: {len(wrongly)} findings")
    for wording, finding in wrongly:
        print(f"      {wording}: {finding.kind} {finding.message}")
    print_false([*reports[:CLEAN], *written_reports()])


def print_false(reports: Sequence[Composed]) -> None:
    """The false findings on reports without a fault."""
    said = false_findings(reports)
    count = Counter(finding.kind.value for _, finding in said)
    share = len(said) / len(reports)
    print(
        f"{len(reports)} reports without a fault: {len(said)} findings, {share:.3f} "
        f"a report {dict(count)}"
    )
    for name, finding in said:
        print(f"      {name}: {finding.kind} {finding.message}")


if __name__ == "__main__":
    main()
