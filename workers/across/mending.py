"""A report that comes again is held against what its issuer was to mend: a finding of the earlier
report that the later one no longer has is settled as mended, by the machine; a person can undo it.

A finding stands again in the later report if that has one of its kind about the same indicator, or,
without one, about the same words. Only what the audit of one report finds is looked at.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.kinds import Action, FindingState
from schema.tables import Decision, Finding, Metric
from workers.report.finding_kinds import FindingKind
from workers.results.human import as_figure, mark_changed, metrics_of

# Who says it, and what: a name that no account can have, for it has a space.
MACHINE = "fazhi (机器)"
# What the desk must answer and no issuer can mend.
FOR_THE_DESK = frozenset(
    {
        FindingKind.REPORT_OVERDUE,
        FindingKind.PLACE_AMBIGUOUS,
        FindingKind.CELL_UNCLEAR,
        FindingKind.FIGURE_UNSURE,
        FindingKind.LOW_OCR_CONFIDENCE,
        FindingKind.CONFLICTING_RESUBMISSION,
    }
)

_Name = tuple[str, str]


def settle_mended(
    session: Session, documents: Collection[tuple[int, int]], came: Collection[int]
) -> None:
    """Settle what the reports that `came` mended of those of the same body and year before them.

    `documents` are the (document, year) of one body, in order of arrival.
    """
    by_year: Mapping[int, list[int]] = defaultdict(list)
    for document_id, year in documents:
        by_year[year].append(document_id)
    for of_year in by_year.values():
        last = of_year[-1]
        if last in came and len(of_year) > 1:
            _settle(session, of_year[:-1], last)


def _settle(session: Session, earlier: Collection[int], later: int) -> None:
    stands = Counter(name for name, _ in _name_findings(session, [later]))
    for document_id in earlier:
        left = stands.copy()
        for name, finding in _name_findings(session, [document_id]):
            if left[name]:
                left[name] -= 1
            elif _waits(session, finding):
                _mend(session, finding, later)


def _waits(session: Session, finding: Finding) -> bool:
    """Whether it is not judged yet, or judged to be right; and nobody has undone this before."""
    if finding.state == FindingState.SETTLED and finding.verdict is not Action.ACCEPT:
        return False
    said = select(Decision.id).filter_by(finding_id=finding.id, action=Action.MEND)
    return session.scalar(said.limit(1)) is None


def _name_findings(session: Session, documents: Collection[int]) -> Iterable[tuple[_Name, Finding]]:
    """The findings of the audits, each with its kind and what it is about; locked."""
    found = session.scalars(
        select(Finding)
        .where(
            Finding.document_id.in_(documents),
            Finding.present,
            ~Finding.across,
            Finding.kind.not_in(FOR_THE_DESK),
        )
        .order_by(Finding.id)
        .with_for_update()
    ).all()
    indicators = _indicators(session, found)
    for one in found:
        about = indicators.get(one.id) or one.about or one.evidence
        yield (str(one.kind), about), one


def _indicators(session: Session, found: Collection[Finding]) -> dict[int, str | None]:
    """What the doubtful figure of each finding is about."""
    doubtful = {(one.document_id, one.metric_keys[0]): one.id for one in found if one.metric_keys}
    rows = session.execute(
        select(Metric.document_id, Metric.key, Metric.indicator).where(
            Metric.document_id.in_({document for document, _ in doubtful}),
            Metric.key.in_({key for _, key in doubtful}),
        )
    )
    return {
        doubtful[document_id, key]: indicator
        for document_id, key, indicator in rows
        if (document_id, key) in doubtful
    }


def _mend(session: Session, finding: Finding, later: int) -> None:
    figures = [as_figure(metric) for metric in metrics_of(session, finding)]
    before = {"verdict": finding.verdict, "figures": figures}
    finding.state, finding.verdict = FindingState.SETTLED, Action.MEND
    finding.claimed_by = finding.claimed_until = None
    session.add(
        Decision(
            finding_id=finding.id,
            action=Action.MEND,
            who=MACHINE,
            note=f"重新报送的报告 #{later} 不再有这个问题。 Report #{later}, which came later, "
            "no longer has it.",
            before=before,
            after={"verdict": Action.MEND, "figures": figures},
            evidence=finding.evidence,
        )
    )
    mark_changed(session, finding.document_id)
    session.flush()
