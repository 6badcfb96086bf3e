"""Lists that do not add up to the total behind them or before them: `sum_mismatch`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workers.report.auditing.context import Evidence, place_of
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Severity
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.totals import adds_up


def audit_sums(evidence: Evidence) -> Iterator[Finding]:
    """sum_mismatch, one for each total.

    A note where the list may leave something out or its parts overlap.
    """
    for relation in evidence.relations_of(RelationKind.SUM_OF):
        at, *parts = relation.figures
        stated, total = [evidence.metrics[part] for part in parts], evidence.metrics[at]
        if not adds_up(stated, total):
            over = sum(part.value for part in stated) > total.value
            surely = relation.sure is Sure.SAID or (relation.sure is Sure.IMPLIED and over)
            yield _mismatch_finding(evidence, at, parts, open_ended=not surely)


def _mismatch_finding(
    evidence: Evidence, at: int, parts: Sequence[int], *, open_ended: bool
) -> Finding:
    total = evidence.metrics[at]
    listed = "、".join(evidence.metrics[part].quote for part in parts)
    added = sum(evidence.metrics[part].value for part in parts)
    in_ten_thousands = "万" in total.quote
    written = (
        f"{added / 10_000:.6g}万{total.unit}" if in_ten_thousands else f"{added:.12g}{total.unit}"
    )
    other, other_en = (
        ("如果还有其他类别，请写明。", " Is there another kind?") if open_ended else ("", "")
    )
    return evidence.finding(
        FindingKind.SUM_MISMATCH,
        Severity.NOTE if open_ended else Severity.CHECK,
        message=f"“{listed}”相加是{written}，与总数“{total.quote}”不符。请核对是哪一个数字写错了。{other}",
        message_en=(
            f"{listed} add up to {written}, but the total is stated as {total.quote}.{other_en}"
        ),
        places=[place_of(total), *(place_of(evidence.metrics[part]) for part in parts)],
        metrics=[at, *parts],
        suggestion=written,
    )
