"""The queue for people: claims that two never share, decisions that can be taken back,
pages by key, bulk, shares.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy import text as sql

from schema.kinds import Action, FindingState
from schema.tables import Decision, Finding, Metric
from tests.workers.test_findings import TOWN, lost, save_rows
from tests.workers.test_ledger import new_document
from tests.workers.test_results import SETTLED, finish, make_finding, save
from workers.desk import queue
from workers.desk.queue import Correction, Filters
from workers.desk.queue.errors import DecidedMeanwhile
from workers.ledger import Ledger
from workers.report.finding_kinds import FindingKind
from workers.report.model import Report as Understood
from workers.report.model import Severity
from workers.report.pipeline import read_report

RATE = "disputes.resolution_rate"
Panel = Callable[[], dict[str, float]]


@pytest.fixture(scope="module")
def understood() -> Understood:
    return replace(read_report(TOWN.encode(), "a.txt"), findings=())


@pytest.fixture
def panel(ledger: Ledger) -> Panel:
    def read() -> dict[str, float]:
        with ledger.transaction() as session:
            return {
                row.indicator: row.value
                for row in session.execute(sql("SELECT indicator, value FROM panel"))
            }

    return read


def at(report: Understood, indicator: str) -> int:
    return next(at for at, metric in enumerate(report.metrics) if metric.indicator == indicator)


def save_finding(ledger: Ledger, report: Understood, indicator: str = RATE, **changes: Any) -> int:
    """A finished report with one finding, about this figure; the finding's number."""
    found = replace(make_finding(report, at(report, indicator)), **changes)
    document_id = new_document(ledger)
    save(ledger, document_id, replace(report, findings=(found,)))
    finish(ledger, document_id)
    return next(row.id for row in queue.list_findings(ledger) if row.document == document_id)


def queued(
    ledger: Ledger, count: int, *, kind: FindingKind = FindingKind.LOST_CHARACTERS
) -> list[int]:
    """So many findings of a document, their numbers in the order of the queue."""
    rows = [replace(lost(10 * number, evidence=str(number)), kind=kind) for number in range(count)]
    save_rows(ledger, *rows, document_id=new_document(ledger, str(kind)[0]))
    return [row.id for row in queue.list_findings(ledger, Filters(kind=kind), limit=count)]


def let_claims_run_out(ledger: Ledger) -> None:
    with ledger.transaction() as session:
        ended = Finding.claimed_until - text("interval '1 hour'")
        session.execute(
            update(Finding).where(Finding.claimed_by.is_not(None)).values(claimed_until=ended)
        )


# --- claims


def test_reviewers_who_ask_at_once_get_different_findings(ledger: Ledger) -> None:
    ids = queued(ledger, 12)
    with ThreadPoolExecutor(4) as pool:
        claimed = list(
            pool.map(lambda number: queue.claim_next(ledger, f"审核{number}"), range(13))
        )
    assert sorted(row.id for row in claimed if row) == ids
    assert claimed.count(None) == 1


def test_finding_that_is_being_decided_at_this_moment_is_passed_over(ledger: Ledger) -> None:
    first, second = queued(ledger, 2)
    with ledger.transaction() as session:
        session.get_one(Finding, first, with_for_update=True)
        taken = queue.claim_next(ledger, "李")
    assert taken
    assert taken.id == second


def test_reviewer_who_asks_again_gets_what_he_holds(ledger: Ledger) -> None:
    first, second = queued(ledger, 2)
    for who, number in (("王", first), ("李", second), ("王", first)):
        taken = queue.claim_next(ledger, who)
        assert taken
        held = queue.find_finding(ledger, taken.id)
        assert (held.id, held.state, held.claimed_by) == (number, "claimed", who)


def test_claim_that_ran_out_is_open_again(ledger: Ledger) -> None:
    (number,) = queued(ledger, 1)
    assert queue.claim_next(ledger, "王")
    assert queue.claim_next(ledger, "李") is None
    let_claims_run_out(ledger)
    assert [row.state for row in queue.list_findings(ledger)] == ["open"]
    assert [row.id for row in queue.list_findings(ledger, Filters(state=FindingState.OPEN))] == [
        number
    ]
    taken = queue.claim_next(ledger, "李")
    assert taken
    assert taken.id == number


def test_claim_that_is_taken_again_lasts_longer(ledger: Ledger) -> None:
    (number,) = queued(ledger, 1)
    assert queue.claim(ledger, number, "王", lease=timedelta(seconds=0))
    assert queue.claim(ledger, number, "李")
    assert not queue.claim(ledger, number, "王")
    with ledger.transaction() as session:
        before = session.get_one(Finding, number).claimed_until
    assert queue.claim(ledger, number, "李")
    with ledger.transaction() as session:
        after = session.get_one(Finding, number).claimed_until
    assert before is not None
    assert after is not None
    assert after > before


def test_finding_that_is_given_back_is_the_next_ones(ledger: Ledger) -> None:
    first, second = queued(ledger, 2)
    taken = queue.claim_next(ledger, "王")
    assert taken
    assert queue.release(ledger, "王") == 1
    skipped = queue.claim_next(ledger, "王", after=taken)
    assert skipped
    assert (taken.id, skipped.id) == (first, second)
    given = queue.claim_next(ledger, "李")
    assert given
    assert given.id == first


def test_late_release_leaves_the_claim_that_was_taken_since(ledger: Ledger) -> None:
    (number,) = queued(ledger, 1)
    left = queue.claim(ledger, number, "王")
    kept = queue.claim(ledger, number, "王")
    assert left
    assert kept
    assert queue.release(ledger, "王", number, until=left) == 0
    assert queue.claim_next(ledger, "李") is None
    assert queue.release(ledger, "王", number, until=datetime.fromisoformat(kept.isoformat())) == 1


def test_finding_that_another_holds_cannot_be_decided(ledger: Ledger) -> None:
    (number,) = queued(ledger, 1)
    queue.claim_next(ledger, "王")
    with pytest.raises(queue.HeldByAnother, match="王"):
        queue.decide(ledger, number, Action.DISMISS, "李")
    queue.decide(ledger, number, Action.DISMISS, "王")
    assert queue.claim_next(ledger, "王") is None
    assert not queue.claim(ledger, number, "李")


# --- the list


def test_what_a_person_holds_of_another_queue_is_not_what_this_one_begins_with(
    ledger: Ledger,
) -> None:
    held, other = (
        queued(ledger, 2, kind=FindingKind.LOST_CHARACTERS),
        queued(ledger, 1, kind=FindingKind.ODD_BOUND),
    )
    assert queue.claim(ledger, held[1], "王")
    taken = queue.claim_next(ledger, "王", Filters(kind=FindingKind.ODD_BOUND))
    assert taken
    assert [taken.id] == other


def test_queue_goes_from_what_matters_most_to_what_matters_least(
    ledger: Ledger, understood: Understood
) -> None:
    whole = replace(
        make_finding(understood, 0), kind=FindingKind.YEAR_CONFLICT, spans=(), metrics=()
    )
    found = [
        replace(make_finding(understood, at(understood, RATE)), severity=Severity.NOTE),
        replace(
            make_finding(understood, at(understood, "disputes.resolved")), severity=Severity.CHECK
        ),
        replace(whole, severity=Severity.CHECK),
        make_finding(understood, at(understood, RATE)),
    ]
    found[0] = replace(found[0], kind=FindingKind.ODD_BOUND)
    save(ledger, new_document(ledger), replace(understood, findings=tuple(found)))
    listed = [(row.severity, row.kind) for row in queue.list_findings(ledger)]
    assert listed == [
        ("wrong", "rate_impossible"),
        ("check", "year_conflict"),
        ("check", "rate_impossible"),
        ("note", "odd_bound"),
    ]


def test_pages_hold_every_finding_once_also_when_some_are_settled_between(ledger: Ledger) -> None:
    ids = queued(ledger, 7)
    seen: list[int] = []
    after = None
    while page := queue.list_findings(ledger, after=after, limit=3):
        seen += [row.id for row in page]
        after = page[-1].key
        queue.decide(ledger, page[-1].id, Action.DISMISS, "王")
    assert seen == ids


def test_filters_narrow_the_list(ledger: Ledger, understood: Understood) -> None:
    number = save_finding(ledger, understood)
    queued(ledger, 2)
    for filters in (
        Filters(kind=FindingKind.RATE_IMPOSSIBLE),
        Filters(severity=Severity.WRONG),
        Filters(issuer="松涧镇人民政府"),
        Filters(text="98.5%"),
        Filters(text="法治政府建设情况报告"),
        Filters(text="松涧镇人民"),
    ):
        assert [row.id for row in queue.list_findings(ledger, filters)] == [number], filters
    for filters in (
        Filters(issuer="松涧"),
        Filters(text="9_.5%"),
        Filters(state=FindingState.CLAIMED),
        SETTLED,
    ):
        assert queue.list_findings(ledger, filters) == [], filters


# --- decisions


def test_accepted_suggestion_is_the_figure_from_now_on(
    ledger: Ledger, understood: Understood, panel: Panel
) -> None:
    number = save_finding(ledger, understood, suggestion="46/47=97.9%")
    queue.decide(ledger, number, Action.ACCEPT, "王")
    assert panel()[RATE] == 97.9
    with ledger.transaction() as session:
        metric = session.scalars(select(Metric).filter_by(indicator=RATE)).one()
    assert (metric.value, metric.human_value, metric.human_unit) == (98.5, 97.9, "%")


def test_one_of_several_suggestions_is_taken_when_it_is_named(
    ledger: Ledger, understood: Understood, panel: Panel
) -> None:
    number = save_finding(ledger, understood, suggestion="46/47=97.9%；47/47=100%")
    queue.decide(ledger, number, Action.ACCEPT, "王")
    assert panel()[RATE] is None  # right or wrong, nobody knows which
    queue.decide(ledger, number, Action.ACCEPT, "王", take=2)
    assert panel()[RATE] == 100
    with pytest.raises(queue.CannotCorrect, match="no suggestion 3"):
        queue.decide(ledger, number, Action.ACCEPT, "王", take=3)
    queue.decide(ledger, number, Action.ACCEPT, "王", take=0)
    assert panel()[RATE] is None


def test_suggestion_that_is_no_value_of_the_figure_changes_none(
    ledger: Ledger, understood: Understood
) -> None:
    number = save_finding(ledger, understood)
    for suggestion in ("党的二十大精神", "2024年1月5日", "46件", "3.2万美元"):
        with ledger.transaction() as session:
            session.execute(update(Finding).values(suggestion=suggestion))
        decided = queue.decide(ledger, number, Action.ACCEPT, "王")
        assert (decided.finding.verdict, decided.figures[0].human_value) == ("accept", None), (
            suggestion
        )


def test_correction_that_does_not_fit_is_refused_in_a_sentence(
    ledger: Ledger, understood: Understood
) -> None:
    number = save_finding(ledger, understood)
    for typed, told, told_zh in (
        ({"value": "12", "unit": "人"}, "counted in %", "以“%”计"),
        ({"value": "12件"}, "counted in %", "对不上"),
        ({"value": "98", "unit": "尺"}, "no unit '尺'", "单位目录里没有“尺”"),
        ({"unit": "万"}, "no unit '万'", "单位目录里没有“万”"),
        ({"indicator": "disputes.none"}, "no indicator", "指标目录里没有"),
        ({"indicator": "disputes.amount"}, "counted in 元", "以“元”计"),
        ({"value": "很多"}, "no amount", "读不出数值"),
        ({"value": "nan"}, "no amount", "读不出数值"),
        ({"value": "-1件"}, "counted in %", "对不上"),
        ({"value": "1,234"}, "cannot exceed 100 %", "不能超过100%"),
        ({}, "Say what is right", "请填写"),
    ):
        with pytest.raises(queue.CannotCorrect, match=told) as refused:
            queue.decide(
                ledger, number, Action.CORRECT, "王", correction=queue.read_correction(**typed)
            )
        assert told_zh in refused.value.notice
    with ledger.transaction() as session:
        assert session.scalars(select(Metric.human_value).filter_by(indicator=RATE)).one() is None
        assert session.scalars(select(Decision)).all() == []


def test_value_in_ten_thousands_is_converted(ledger: Ledger) -> None:
    town = TOWN.replace("举办法治讲座12场", "涉及金额3.2万元")
    number = save_finding(ledger, read_report(town.encode(), "a.txt"), "disputes.amount")
    for typed in (
        {"value": "4.5万元"},
        {"value": "4.5", "unit": "万元"},
        {"value": "45000", "unit": "元"},
    ):
        correction = queue.read_correction(**typed)
        figure = queue.decide(ledger, number, Action.CORRECT, "王", correction=correction).figures[
            0
        ]
        assert (figure.value, figure.human_value, figure.human_unit) == (32000, 45000, "元")


def test_undone_decision_leaves_all_as_it_was_and_is_kept(
    ledger: Ledger, understood: Understood, panel: Panel
) -> None:
    number = save_finding(ledger, understood)
    queue.decide(ledger, number, Action.DISMISS, "王")
    queue.decide(ledger, number, Action.CORRECT, "李", correction=Correction(value=97.9))
    assert panel()[RATE] == 97.9
    undone = queue.undo(ledger, number, "李", note="看错了")
    assert (undone.finding.state, undone.finding.verdict, panel()[RATE]) == (
        "settled",
        "dismiss",
        98.5,
    )
    undone = queue.undo(ledger, number, "李")
    assert (undone.finding.state, undone.finding.verdict) == ("open", None)
    assert panel()[RATE] is None
    with pytest.raises(queue.NothingToUndo):
        queue.undo(ledger, number, "李")
    shown = queue.show_finding(ledger, number).decisions
    assert [decision.action for decision in shown] == ["dismiss", "correct", "undo", "undo"]
    assert shown[2].note == "看错了"


def test_decision_on_a_suggestion_that_is_another_by_now_is_refused(
    ledger: Ledger, understood: Understood
) -> None:
    number = save_finding(ledger, understood, suggestion="97.9%；98.2%")
    seen = queue.show_finding(ledger, number).seen
    with ledger.transaction() as session:
        session.execute(update(Finding).values(suggestion="85.1%；97.9%"))
    with pytest.raises(queue.ReadAnew):
        queue.decide(ledger, number, Action.ACCEPT, "王", take=1, seen=seen)


def test_decision_of_one_who_saw_an_older_one_is_refused(
    ledger: Ledger, understood: Understood
) -> None:
    number = save_finding(ledger, understood)
    first = queue.show_finding(ledger, number).seen
    queue.decide(ledger, number, Action.DISMISS, "王", seen=first)
    with pytest.raises(DecidedMeanwhile, match="王: dismiss") as refused:
        queue.decide(ledger, number, Action.ACCEPT, "李", seen=first)
    assert refused.value.notice.startswith("您打开之后，王已经处理过（误报），请看过再决定。\n")
    with pytest.raises(DecidedMeanwhile):
        queue.undo(ledger, number, "李", seen=first)
    undone = queue.undo(ledger, number, "李", seen=queue.show_finding(ledger, number).seen)
    assert undone.finding.state == "open"
    with pytest.raises(DecidedMeanwhile, match="李: undo"):
        queue.decide(ledger, number, Action.ACCEPT, "王", seen=first)
    assert queue.decide(ledger, number, Action.ACCEPT, "王").finding.verdict == "accept"


def test_decision_on_one_finding_leaves_what_another_set_on_the_figure(
    ledger: Ledger, understood: Understood, panel: Panel
) -> None:
    rate = make_finding(understood, at(understood, RATE))
    other = replace(rate, kind=FindingKind.FIGURES_CONFLICT)
    document_id = new_document(ledger)
    save(ledger, document_id, replace(understood, findings=(rate, other)))
    finish(ledger, document_id)
    first, second = [row.id for row in queue.list_findings(ledger)]
    queue.decide(ledger, first, Action.CORRECT, "王", correction=Correction(value=97.9))
    queue.decide(ledger, second, Action.DISMISS, "王")
    assert panel()[RATE] == 97.9
    queue.decide(ledger, second, Action.CORRECT, "李", correction=Correction(value=97.8))
    queue.undo(ledger, first, "王")
    assert panel()[RATE] == 97.8
    queue.undo(ledger, second, "李")
    assert panel()[RATE] is None  # 97.9 was taken back before it


def test_finding_whose_evidence_changed_is_open_and_shows_both_versions(
    ledger: Ledger, understood: Understood
) -> None:
    number = save_finding(ledger, understood)
    queue.decide(ledger, number, Action.DISMISS, "李")
    queue.decide(ledger, number, Action.CORRECT, "王", correction=Correction(value=97.9))
    assert queue.show_finding(ledger, number).changed is None
    rate = at(understood, RATE)
    read_otherwise = [*understood.metrics]
    read_otherwise[rate] = replace(read_otherwise[rate], value=9.85)
    with ledger.transaction() as session:
        document_id = session.scalars(select(Finding.document_id)).one()
    assert document_id
    save(
        ledger,
        document_id,
        replace(
            understood, metrics=tuple(read_otherwise), findings=(make_finding(understood, rate),)
        ),
    )
    shown = queue.show_finding(ledger, number)
    assert (shown.finding.state, shown.finding.verdict) == ("open", None)
    then, now = shown.changed.then, shown.changed.now
    assert (then.who, then.action, then.evidence, now.evidence) == (
        "王", "correct", "98.5%｜98.5%", "98.5%｜9.85%",
    )  # fmt: skip
    assert (then.figures[0].value, now.figures[0].value) == (98.5, 9.85)
    # the dismissal before it was of the older evidence too
    undone = queue.undo(ledger, number, "王")
    assert (undone.finding.state, undone.figures[0].human_value) == ("open", None)


# --- many at once, and how it goes


def test_bulk_dismissal_is_of_one_kind_and_passes_over_what_is_held(ledger: Ledger) -> None:
    first, *_ = queued(ledger, 5)
    others = queued(ledger, 2, kind=FindingKind.ODD_BOUND)
    assert queue.claim(ledger, first, "李")
    done = queue.decide_all(
        ledger, FindingKind.LOST_CHARACTERS, Action.DISMISS, "王", note="规则太严"
    )
    assert done == queue.Bulk(decided=4, held=1)
    assert {row.id for row in queue.list_findings(ledger)} == {first, *others}
    with ledger.transaction() as session:
        decisions = session.scalars(select(Decision)).all()
    assert {(decision.who, decision.note, decision.action) for decision in decisions} == {
        ("王", "规则太严", Action.DISMISS)
    }
    assert {decision.evidence for decision in decisions} == {"1", "2", "3", "4"}


def test_bulk_dismissal_of_one_issuer_leaves_the_others(
    ledger: Ledger, understood: Understood
) -> None:
    number = save_finding(ledger, understood)
    save_rows(
        ledger,
        replace(lost(0), kind=FindingKind.RATE_IMPOSSIBLE),
        document_id=new_document(ledger, "b"),
    )
    assert queue.count_waiting(ledger, FindingKind.RATE_IMPOSSIBLE) == 2
    kind, issuer = FindingKind.RATE_IMPOSSIBLE, "松涧镇人民政府"
    assert queue.decide_all(ledger, kind, Action.DISMISS, "王", issuer=issuer) == queue.Bulk(
        decided=1, held=0
    )
    assert [row.id for row in queue.list_findings(ledger, SETTLED)] == [number]


def test_bulk_decision_of_many_batches_settles_all(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.desk.queue.decisions.BATCH", 3)
    queued(ledger, 9)
    done = queue.decide_all(ledger, FindingKind.LOST_CHARACTERS, Action.ACCEPT, "王")
    assert done == queue.Bulk(decided=9, held=0)


def test_shares_are_of_what_people_judged(ledger: Ledger, understood: Understood) -> None:
    number = save_finding(ledger, understood)
    queue.decide(ledger, number, Action.CORRECT, "王", correction=Correction(value=97.9))
    first, second, third, _ = queued(ledger, 4)
    for finding_id, action in (
        (first, Action.DISMISS),
        (second, Action.DISMISS),
        (third, Action.ACCEPT),
    ):
        queue.decide(ledger, finding_id, action, "李")
    queue.undo(ledger, second, "李")
    kinds = {row.kind: row for row in queue.measure_kinds(ledger)}
    damaged, rate = kinds["lost_characters"], kinds["rate_impossible"]
    assert (damaged.open, damaged.settled, damaged.accepted, damaged.dismissed) == (2, 2, 1, 1)
    assert (damaged.precision, rate.precision, rate.corrected) == (0.5, 1.0, 1)
    assert damaged.median_seconds is not None
    assert damaged.median_seconds > 0
    wang, li = sorted(queue.measure_reviewers(ledger), key=lambda row: row.corrected, reverse=True)
    assert (wang.who, wang.corrected) == ("王", 1)
    assert (li.who, li.accepted, li.dismissed, li.undone) == ("李", 1, 2, 1)


def test_carried_decision_is_nobodys_judgement(ledger: Ledger) -> None:
    document_id = new_document(ledger)
    save_rows(ledger, lost(10), document_id=document_id)
    (row,) = queue.list_findings(ledger)
    queue.decide(ledger, row.id, Action.DISMISS, "王")
    save_rows(ledger, lost(13), document_id=document_id)
    (kind,) = queue.measure_kinds(ledger)
    assert (kind.settled, kind.dismissed) == (1, 1)
    (who,) = queue.measure_reviewers(ledger)
    assert who.dismissed == 1


def test_what_a_form_can_send_and_postgres_cannot_keep_is_left_out(
    ledger: Ledger, understood: Understood
) -> None:
    number = save_finding(ledger, understood)
    assert queue.list_findings(ledger, Filters(text="98\0.5%"))
    queue.decide(ledger, number, Action.DISMISS, "王", note="不\0是")
    assert queue.show_finding(ledger, number).decisions[0].note == "不是"


def test_finding_of_no_such_number_is_said_so(ledger: Ledger) -> None:
    for ask in (
        lambda: queue.undo(ledger, 9, "王"),
        lambda: queue.decide(ledger, 9, Action.DISMISS, "王"),
    ):
        with pytest.raises(queue.NoSuchFinding, match="number 9"):
            ask()
    assert not queue.claim(ledger, 9, "王")


# --- for the page


def test_reviewer_goes_back_to_the_free_one_ahead(ledger: Ledger) -> None:
    first, second, third = queued(ledger, 3)
    rows = queue.list_findings(ledger)
    assert queue.claim(ledger, second, "李")
    back = queue.claim_next(ledger, "王", before=rows[2].key)
    assert back
    assert back.id == first
    last = queue.claim_next(ledger, "陈", before=queue.BACK)
    assert last
    assert last.id == third
    assert queue.claim_next(ledger, "赵", before=rows[0].key) is None


def test_page_in_front_of_a_page_ends_where_that_one_begins(ledger: Ledger) -> None:
    ids = queued(ledger, 5)
    rows = queue.list_findings(ledger, after=queue.FRONT)
    assert [row.id for row in rows] == ids
    ahead = queue.list_findings(ledger, before=rows[4].key, limit=2)
    assert [row.id for row in ahead] == ids[2:4]
    assert queue.list_findings(ledger, before=rows[0].key) == []


def test_what_was_settled_since_is_counted_by_who_and_how(ledger: Ledger) -> None:
    first, second, third = queued(ledger, 3)
    queue.decide(ledger, first, Action.DISMISS, "王")
    with ledger.transaction() as session:
        since = session.scalars(select(Decision.decided_at)).one() + timedelta(microseconds=1)
    queue.decide(ledger, second, Action.DISMISS, "王")
    queue.decide(ledger, third, Action.ACCEPT, "李")
    queue.undo(ledger, third, "李")
    assert queue.count_since(ledger, since) == {
        "李": {Action.ACCEPT: 1, Action.UNDO: 1},
        "王": {Action.DISMISS: 1},
    }
