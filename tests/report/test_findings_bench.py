"""The bench of findings in small: planted faults are found where they stand,
reports without a fault are left alone.
"""

import random

import pytest

from bench.compose import compose_reports, written_reports
from bench.findings.__main__ import KINDS, false_findings, false_on_agreeing, score_kind
from bench.slots import fill_slots, rates_of
from workers.report.auditing.arithmetic.shares import Share
from workers.report.finding_kinds import FindingKind

PLANTINGS = 10
REPORTS = compose_reports(seed=5, count=40)


@pytest.mark.parametrize("kind", KINDS)
def test_planted_fault_is_found(kind: FindingKind) -> None:
    score = score_kind(kind, REPORTS[:PLANTINGS], seed=5)
    assert score.count == PLANTINGS
    assert score.found >= PLANTINGS - 1, [fault.wording for fault in score.missed]


def test_reports_without_a_fault_are_left_alone() -> None:
    reports = [*REPORTS, *written_reports()]
    assert len(false_findings(reports)) * 20 <= len(reports)


def test_sentences_worded_like_a_fault_that_agree_are_left_alone() -> None:
    assert false_on_agreeing(REPORTS[:20], seed=5) == []


def test_rates_of_the_bench_are_those_of_the_audit() -> None:
    """Two ways to the same truth: by writing all of them, and by whole numbers."""
    for base in range(1, 40):
        possible = {rate for part in range(base + 1) for rate in rates_of(part, base)}
        for scaled in range(1, 1000):
            assert (f"{scaled / 10:.1f}" in possible) == Share(scaled, 1).of(base), (scaled, base)


def test_sentence_is_the_same_for_the_same_seed() -> None:
    template = "受理{n=20-90}件，办结{b=n*50-90}件，<办结率|结案率>{%b/n}。"
    assert fill_slots(random.Random(3), template, {}) == fill_slots(random.Random(3), template, {})
