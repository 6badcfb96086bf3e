"""What is said of a rate that its counts cannot give: `rate_impossible`."""

from __future__ import annotations

from collections.abc import Sequence

from workers.report.auditing.arithmetic.shares import Share
from workers.report.auditing.context import Evidence, place_of
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Severity
from workers.report.text import Span


def impossible_rate(
    evidence: Evidence, at: int, counts: Sequence[int], share: Share, base: int, severity: Severity
) -> Finding:
    """No whole number of these counts gives the rate; the nearest that do are suggested."""
    rate = evidence.metrics[at]
    figures = "、".join(dict.fromkeys(evidence.metrics[other].quote for other in counts))
    nearest = share.nearest(base)
    return evidence.finding(
        FindingKind.RATE_IMPOSSIBLE,
        severity,
        message=f"“{rate.quote}”与“{figures}”对不上：总数是{base}时，没有哪个整数能算出这个比例，"
        f"最接近的是{'、'.join(nearest)}。请核对件数和比例。",
        message_en=(
            f"{rate.quote} is no share of {figures}: of {base}, the nearest are "
            f"{' and '.join(nearest)}."
        ),
        places=[place_of(rate), *(place_of(evidence.metrics[other]) for other in counts)],
        metrics=[at, *counts],
        suggestion="；".join(nearest),
    )


def other_ratio(evidence: Evidence, at: int, pair: tuple[int, int], share: Share) -> Finding:
    """Part and base stand right before the rate and give another one."""
    rate, part, base = (evidence.metrics[index] for index in (at, *pair))
    ratio = share.written(int(part.value), int(base.value))
    return evidence.finding(
        FindingKind.RATE_IMPOSSIBLE,
        Severity.CHECK,
        message=f"“{rate.quote}”与前面的“{base.quote}”“{part.quote}”对不上："
        f"{part.value:.0f}÷{base.value:.0f}应为{ratio}。请核对件数和比例。",
        message_en=(
            f"{rate.quote} does not follow from {base.quote} and {part.quote}, which give {ratio}."
        ),
        places=[place_of(rate), place_of(part), place_of(base)],
        metrics=[at, *pair],
        suggestion=ratio,
    )


def none_of_grades(
    evidence: Evidence,
    at: int,
    counts: Sequence[int],
    share: Share,
    sums: Sequence[tuple[int, int]],
) -> Finding:
    """No grade, and no sum of some of them, is that share of the whole."""
    rate = evidence.metrics[at]
    figures = "、".join(evidence.metrics[other].quote for other in counts)
    part, whole = min(sums, key=lambda one: abs(one[0] * share.whole - share.scaled * one[1]))
    nearest = f"{part}/{whole}={share.written(part, whole)}"
    return evidence.finding(
        FindingKind.RATE_IMPOSSIBLE,
        Severity.CHECK,
        message=f"“{rate.quote}”与“{figures}”对不上：各等次不论怎样相加，都算不出这个比例，"
        f"最接近的是{nearest}。请核对各项数字和比例。",
        message_en=f"{rate.quote} is no sum of the grades in {figures}; the nearest is {nearest}.",
        places=[place_of(rate), *(place_of(evidence.metrics[other]) for other in counts)],
        metrics=[at, *counts],
        suggestion=nearest,
    )


def not_all(evidence: Evidence, at: int, all_done: Span) -> Finding:
    """The text says that all were done, the rate that some were not."""
    rate, said = evidence.metrics[at], evidence.text[all_done.start : all_done.end]
    return evidence.finding(
        FindingKind.RATE_IMPOSSIBLE,
        Severity.CHECK,
        message=f"前面说“{said}”，后面的比例却是“{rate.quote}”：全部完成时应是100%。请核对。",
        message_en=(
            f"All are said to be done ({said}), but the rate is {rate.quote}: of all "
            "it would be 100 %."
        ),
        places=[place_of(rate), all_done],
        metrics=[at],
        suggestion="100%",
    )
