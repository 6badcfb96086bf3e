"""The panel's kept rows are what the view says, after whatever changes it and
whoever does it at once.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import text, update

from schema.kinds import Action, FindingState
from schema.tables import Cell, Finding, Report
from tests.workers.test_findings import TOWN
from tests.workers.test_ledger import new_document
from tests.workers.test_results import finish, make_finding, save
from workers.desk import queue
from workers.desk.numbers.panel import Order, Selection, key_of, list_figures
from workers.desk.queue import Correction
from workers.ledger import Drop, Ledger
from workers.report.model import Report as Understood
from workers.report.pipeline import read_report

RATE = "disputes.resolution_rate"
COLUMNS = (
    "issuer_id, year, indicator, value, high, unit, bound, rule, why, corrected, stated, "
    "metric_id, document_id"
)


@pytest.fixture(scope="module")
def understood() -> Understood:
    return replace(read_report(TOWN.encode(), "a.txt"), findings=())


def kept(ledger: Ledger) -> dict[str, float | None]:
    """Indicator → value as kept, having held it against the view."""
    with ledger.transaction() as session:
        rows = {tuple(row) for row in session.execute(text(f"SELECT {COLUMNS} FROM panel_figure"))}
        assert rows == {tuple(row) for row in session.execute(text(f"SELECT {COLUMNS} FROM panel"))}
        return {row[2]: row[3] for row in rows}


def finished(ledger: Ledger, report: Understood) -> int:
    document_id = new_document(ledger)
    save(ledger, document_id, report)
    assert kept(ledger) == {}  # not finished yet
    finish(ledger, document_id)
    return document_id


def save_finding(ledger: Ledger, report: Understood) -> int:
    at = next(at for at, metric in enumerate(report.metrics) if metric.indicator == RATE)
    finished(ledger, replace(report, findings=(make_finding(report, at),)))
    return int(queue.list_findings(ledger)[0].id)


def test_figures_are_kept_from_the_moment_at_which_the_report_is_done(
    ledger: Ledger, understood: Understood
) -> None:
    finished(ledger, understood)
    assert kept(ledger)[RATE] == 98.5


def test_every_decision_and_its_undoing_is_kept(ledger: Ledger, understood: Understood) -> None:
    finding = save_finding(ledger, understood)
    assert kept(ledger)[RATE] is None  # in doubt
    queue.decide(ledger, finding, Action.CORRECT, "王", correction=Correction(value=98.1))
    assert kept(ledger)[RATE] == 98.1
    queue.undo(ledger, finding, "王")
    assert kept(ledger)[RATE] is None
    queue.decide(ledger, finding, Action.DISMISS, "王")
    assert kept(ledger)[RATE] == 98.5


def test_withdrawn_report_takes_its_figures_along(ledger: Ledger, understood: Understood) -> None:
    document_id = finished(ledger, understood)
    ledger.withdraw(document_id)
    assert kept(ledger) == {}


def test_report_that_moves_to_another_year_leaves_none_behind(
    ledger: Ledger, understood: Understood
) -> None:
    document_id = finished(ledger, understood)
    with ledger.transaction() as session:
        session.execute(update(Report).where(Report.document_id == document_id).values(year=1999))
    assert kept(ledger)
    assert {figure.year for figure in list_figures(ledger, Selection())} == {1999}


def test_content_that_is_dropped_again_is_the_newest(
    ledger: Ledger, understood: Understood
) -> None:
    first = finished(ledger, understood)
    other = replace(understood, metrics=understood.metrics[:1], relations=())
    second = new_document(ledger, "b")
    with ledger.transaction() as session:
        session.execute(
            text(
                "UPDATE arrival SET arrived_at = now() + interval '1 hour' WHERE document_id = :id"
            ),
            {"id": second},
        )
    save(ledger, second, other)
    finish(ledger, second)
    assert {figure.document for figure in list_figures(ledger, Selection())} == {second}
    with ledger.transaction() as session:
        sha256 = session.execute(
            text("SELECT sha256 FROM document WHERE id = :id"), {"id": first}
        ).scalar_one()
        session.execute(text("UPDATE arrival SET arrived_at = now() - interval '1 hour'"))
    ledger.record(
        Drop(
            claim=uuid4(),
            name="又.txt",
            folder="",
            sha256=sha256,
            size=1,
            modified_at=datetime.now(UTC),
        )
    )
    kept(ledger)
    assert {figure.document for figure in list_figures(ledger, Selection())} == {first}


def test_rows_changed_by_hand_are_kept_too(ledger: Ledger, understood: Understood) -> None:
    finished(ledger, understood)
    with ledger.transaction() as session:
        session.execute(update(Cell).where(Cell.indicator == RATE).values(value=50))
    assert kept(ledger)[RATE] == 50
    with ledger.transaction() as session:
        session.execute(text("DELETE FROM cell WHERE indicator = :code"), {"code": RATE})
    assert RATE not in kept(ledger)


def test_reports_of_one_body_that_end_at_once_leave_one_set_of_figures(
    ledger: Ledger, understood: Understood
) -> None:
    documents = [new_document(ledger, sha) for sha in "abcdefgh"]
    for document_id in documents:
        save(ledger, document_id, understood)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda document_id: finish(ledger, document_id), documents))
    assert kept(ledger)[RATE] == 98.5


def test_claimed_finding_changes_no_figure(ledger: Ledger, understood: Understood) -> None:
    save_finding(ledger, understood)
    marks = "SELECT xmin::text FROM panel_figure ORDER BY metric_id"
    with ledger.transaction() as session:
        before = session.execute(text(marks)).all()
        session.execute(update(Finding).values(state=FindingState.OPEN, priority=1))
    with ledger.transaction() as session:
        assert session.execute(text(marks)).all() == before


@pytest.mark.parametrize("order", [Order.ISSUER, Order.LARGEST, Order.SMALLEST])
def test_pages_by_key_hold_every_figure_once(
    ledger: Ledger, understood: Understood, order: Order
) -> None:
    finished(ledger, understood)
    with ledger.transaction() as session:  # equal values too
        session.execute(update(Cell).where(Cell.indicator != RATE).values(value=7, why=None))
    chosen = Selection(indicator=RATE) if order.by_value else Selection()
    whole = list_figures(ledger, chosen, order=order, limit=1000)
    found, after = [], ""
    while page := list_figures(ledger, chosen, order=order, after=after, limit=2):
        found += page
        after = key_of(page[-1], order)
    assert found == whole
    assert list_figures(ledger, chosen, order=order, after="nonsense~x", limit=1000) == whole


def test_withdrawn_report_without_figures_gives_the_panel_back_to_the_one_before_it(
    ledger: Ledger, understood: Understood
) -> None:
    first = finished(ledger, understood)
    second = new_document(ledger, "b")
    save(ledger, second, replace(understood, metrics=(), relations=()))
    finish(ledger, second)
    assert kept(ledger) == {}
    ledger.withdraw(second)
    assert kept(ledger)[RATE] == 98.5
    assert {figure.document for figure in list_figures(ledger, Selection())} == {first}


def test_reading_of_a_figure_that_is_found_no_more_goes_with_the_person_s(
    ledger: Ledger, understood: Understood
) -> None:
    finding = save_finding(ledger, understood)
    queue.decide(ledger, finding, Action.CORRECT, "王", correction=Correction(value=97.9))
    with ledger.transaction() as session:
        document_id = session.get_one(Finding, finding).document_id
    without = [
        replace(metric, part_of=None) for metric in understood.metrics if metric.indicator != RATE
    ]
    save(ledger, document_id, replace(understood, metrics=tuple(without), relations=()))
    assert kept(ledger)[RATE] == 97.9
    queue.undo(ledger, finding, "王")
    assert RATE not in kept(ledger)
