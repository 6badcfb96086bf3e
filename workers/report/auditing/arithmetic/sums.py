"""Lists that do not add up to the total behind them or before them: `sum_mismatch`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from workers.report.auditing.arithmetic.shares import stated_share
from workers.report.auditing.context import Evidence, place_of
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Severity
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.totals import adds_up, rounded_to

_LEAST = 0.001


def audit_sums(evidence: Evidence) -> Iterator[Finding]:
    """sum_mismatch, one for each total.

    A note where the list may leave something out or its parts overlap.
    """
    yield from audit_balances(evidence)
    yield from audit_portions(evidence)
    yield from audit_products(evidence)
    for relation in evidence.relations_of(RelationKind.SUM_OF):
        at, *parts = relation.figures
        stated, total = [evidence.metrics[part] for part in parts], evidence.metrics[at]
        if not adds_up(stated, total):
            over = sum(part.value for part in stated) > total.value
            surely = relation.sure is Sure.SAID or (relation.sure is Sure.IMPLIED and over)
            yield _mismatch_finding(evidence, at, parts, open_ended=not surely)


def audit_balances(evidence: Evidence) -> Iterator[Finding]:
    """sum_mismatch: carried over + new = done + left."""
    for relation in evidence.relations_of(RelationKind.BALANCE_OF):
        carried, came, done, left = (evidence.metrics[at] for at in relation.figures)
        if not adds_up([carried, came], replace(done, value=done.value + left.value)):
            yield _balance_finding(evidence, relation.figures)


def _balance_finding(evidence: Evidence, figures: Sequence[int]) -> Finding:
    carried, came, done, left = (evidence.metrics[at] for at in figures)
    total, out = carried.value + came.value, done.value + left.value
    return evidence.finding(
        FindingKind.SUM_MISMATCH,
        Severity.CHECK,
        message=f"结转“{carried.quote}”加新收“{came.quote}”是{total:.12g}，"
        f"办结“{done.quote}”加未结“{left.quote}”却是{out:.12g}，收支不平。"
        "请核对；如果另有撤回、移送等去向，请写明。",
        message_en=(
            f"{carried.quote} carried over and {came.quote} new are {total:.12g}; "
            f"{done.quote} done and {left.quote} left are {out:.12g}."
        ),
        places=[place_of(evidence.metrics[at]) for at in figures],
        metrics=figures,
    )


def audit_products(evidence: Evidence) -> Iterator[Finding]:
    """sum_mismatch: so many, so much for each, and another total; for what each is rounded to."""
    for relation in evidence.relations_of(RelationKind.PRODUCT_OF):
        total, count, each = (evidence.metrics[at] for at in relation.figures)
        slack = rounded_to(total) + count.value * rounded_to(each) + each.value * rounded_to(count)
        product = count.value * each.value
        if abs(product - total.value) > slack + _LEAST:
            yield evidence.finding(
                FindingKind.SUM_MISMATCH,
                Severity.CHECK,
                message=f"“{count.quote}”每个“{each.quote}”，应为{product:.12g}{total.unit}，"
                f"文中合计却是“{total.quote}”。请核对是哪一个数字写错了。",
                message_en=(
                    f"{count.quote} with {each.quote} each make {product:.12g}{total.unit}, "
                    f"not {total.quote}."
                ),
                places=[place_of(evidence.metrics[at]) for at in relation.figures],
                metrics=relation.figures,
                suggestion=f"{product:.12g}{total.unit}",
            )


def audit_portions(evidence: Evidence) -> Iterator[Finding]:
    """sum_mismatch: all shares of one whole make 100 %, but for what each is rounded or cut to."""
    for relation in evidence.relations_of(RelationKind.ALL_SHARES):
        shares = [stated_share(evidence.metrics[at]) for at in relation.figures]
        written = [share for share in shares if share]
        if len(written) < len(shares):
            continue
        step = sum(100 / share.whole for share in written)
        added = sum(evidence.metrics[at].value for at in relation.figures)
        least = 0 if relation.sure is Sure.IMPLIED else 100 - step
        if not least - 0.001 <= added <= 100 + step / 2 + 0.001:
            yield _portions_finding(evidence, relation.figures, added)


def _portions_finding(evidence: Evidence, figures: Sequence[int], added: float) -> Finding:
    listed = "、".join(evidence.metrics[at].quote for at in figures)
    return evidence.finding(
        FindingKind.SUM_MISMATCH,
        Severity.CHECK,
        message=f"“{listed}”是同一总数的各部分，相加是{added:.6g}%，应为100%。"
        "请核对是哪一个比例写错了。",
        message_en=f"{listed} are the shares of one whole and add up to {added:.6g} %, not 100 %.",
        places=[place_of(evidence.metrics[at]) for at in figures],
        metrics=figures,
    )


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
