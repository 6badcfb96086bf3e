"""The panel's cells follow what people decide, in the transaction of the decision."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from schema.kinds import Action
from tests.workers.test_ledger import new_document
from tests.workers.test_results import finish, save
from workers.desk import queue
from workers.desk.browsing.cells import list_cells
from workers.desk.numbers.panel import PanelRow, Selection, list_figures
from workers.desk.queue import CannotCorrect, Correction
from workers.ledger import Ledger
from workers.report.finding_kinds import FindingKind
from workers.report.model import Report as Understood
from workers.report.pipeline import conclude_report, read_report
from workers.results import rows
from workers.results.understood import Understood as Batched

REPORT = """松坪镇人民政府2024年度法治政府建设情况报告

一、主要工作
（一）行政执法。综合执法队办理行政处罚案件9件，罚款7920元。应急管理办公室办理行政处罚案件4件，罚款2050元。
（二）普法宣传。开展宪法宣传活动12场次，发放宣传资料800余份。
（三）平安建设。一年来累计开展各类普法宣传活动30场次。受理矛盾纠纷86件，其中邻里纠纷40件。

松坪镇人民政府
2025年1月10日
"""
EVENTS, FINES = "publicity.events", "enforcement.fines"


@pytest.fixture(scope="module")
def understood() -> Understood:
    return read_report(REPORT.encode(), "松坪镇.txt")


@pytest.fixture
def document(ledger: Ledger, understood: Understood) -> int:
    number = new_document(ledger)
    save(ledger, number, understood)
    finish(ledger, number)
    return number


def cell(ledger: Ledger, code: str) -> PanelRow:
    (row,) = list_figures(ledger, Selection(indicator=code))
    return row


def test_cell_of_an_unsure_figure_says_so_and_asks(ledger: Ledger, understood: Understood) -> None:
    doubted = [
        replace(one, confidence=0.5) if one.quote == "86件" else one for one in understood.metrics
    ]
    found, cells = conclude_report(
        understood.source,
        understood.cleaned,
        understood.segmented,
        tuple(doubted),
        understood.relations,
    )
    number = new_document(ledger)
    report = replace(understood, metrics=tuple(doubted), findings=found, cells=cells)
    save(ledger, number, report)
    finish(ledger, number)
    assert cell(ledger, "disputes.found").unsure
    assert not cell(ledger, FINES).unsure
    (note,) = queue.list_findings(ledger, queue.Filters(kind=FindingKind.FIGURE_UNSURE))
    right = Correction(indicator="disputes.resolved")
    queue.decide(ledger, note.id, Action.CORRECT, "王", correction=right)
    assert [one.unsure for one in list_figures(ledger, Selection())] == [False] * len(
        list_figures(ledger, Selection())
    )


def told(row: PanelRow) -> tuple[Any, ...]:
    return row.rule, row.value, row.unit, row.why


def note_on(ledger: Ledger, code: str) -> int:
    found = queue.list_findings(ledger, queue.Filters(kind=FindingKind.CELL_UNCLEAR))
    for one in found:
        if code in one.message_en:
            return one.id
    raise AssertionError(f"nothing asks about {code}")


def test_panel_shows_the_rule_and_the_terms_of_each_cell(ledger: Ledger, document: int) -> None:
    fines = cell(ledger, FINES)
    assert told(fines) == ("summed", 9970, "元", None)
    assert [term.quote for term in fines.terms] == ["7920元", "2050元"]
    found = cell(ledger, "disputes.found")
    assert told(found) == ("whole", 86, "件", None)
    assert [(one.quote, one.why) for one in found.omitted] == [("40件", "part")]
    assert told(cell(ledger, EVENTS)) == ("unclear", None, "场次", "overlap")
    assert [one.indicator for one in list_cells(ledger, document) if one.note] == [EVENTS]


def test_suggestion_that_a_person_takes_is_the_cell_at_once(ledger: Ledger, document: int) -> None:
    note = note_on(ledger, EVENTS)
    choices = [choice.text for choice in queue.show_finding(ledger, note).choices]
    assert choices == ["12场次", "30场次", "12+30=42场次"]
    queue.decide(ledger, note, Action.ACCEPT, "王", take=3)
    assert told(cell(ledger, EVENTS)) == ("person", 42, "场次", None)
    queue.decide(ledger, note, Action.CORRECT, "李", correction=Correction(value=40))
    assert told(cell(ledger, EVENTS)) == ("person", 40, "场次", None)
    queue.undo(ledger, note, "李")
    assert told(cell(ledger, EVENTS)) == ("person", 42, "场次", None)
    queue.decide(ledger, note, Action.DISMISS, "李")
    assert told(cell(ledger, EVENTS)) == ("unclear", None, "场次", "overlap")
    correction = Correction(value=3, unit="元")
    with pytest.raises(CannotCorrect):
        queue.decide(ledger, note, Action.CORRECT, "李", correction=correction)


def test_person_s_choice_holds_when_the_report_is_read_anew(
    ledger: Ledger, document: int, understood: Understood
) -> None:
    queue.decide(ledger, note_on(ledger, EVENTS), Action.ACCEPT, "王", take=2)
    save(ledger, document, understood)
    assert told(cell(ledger, EVENTS)) == ("person", 30, "场次", None)


def test_choice_is_carried_to_the_report_that_replaces_this_one(
    ledger: Ledger, document: int
) -> None:
    queue.decide(ledger, note_on(ledger, EVENTS), Action.ACCEPT, "王", take=2)
    newer = new_document(ledger, "b")
    save(ledger, newer, read_report(f"{REPORT}\n（此件公开发布）\n".encode(), "松坪镇.txt"))
    finish(ledger, newer)
    row = cell(ledger, EVENTS)
    assert (row.document, *told(row)) == (newer, "person", 30, "场次", None)


def test_corrected_figure_is_added_as_it_is_now(ledger: Ledger, document: int) -> None:
    with ledger.transaction() as session:
        session.execute(
            text("UPDATE metric SET human_value = 2150 WHERE document_id = :id AND value = 2050"),
            {"id": document},
        )
    # Any decision on a figure of the report makes all of its cells anew.
    queue.decide(ledger, note_on(ledger, EVENTS), Action.ACCEPT, "王", take=1)
    row = cell(ledger, FINES)
    assert (*told(row), row.corrected) == ("summed", 10070, "元", None, True)


def test_what_is_no_report_stays_out_of_the_panel_until_a_person_says_so(ledger: Ledger) -> None:
    news = f"本报讯（记者 李小禾）{REPORT.replace('情况报告', '见闻')}"
    number = new_document(ledger)
    told_as_news = read_report(news.encode(), "松坪镇.txt")
    with ledger.transaction() as session:
        rows.save_report(session, number, Batched.of(told_as_news), "v1")
    finish(ledger, number)
    assert list_figures(ledger, Selection(indicator="publicity.materials")) == []
    (asked,) = queue.list_findings(ledger, queue.Filters(kind=FindingKind.NOT_A_REPORT))
    queue.decide(ledger, asked.id, Action.DISMISS, "李")
    assert cell(ledger, "publicity.materials").value == 800
    queue.undo(ledger, asked.id, "李")
    assert list_figures(ledger, Selection(indicator="publicity.materials")) == []
