"""The sheet that goes back to an issuer, and the round trip: what is mended settles itself."""

from __future__ import annotations

import io
from collections.abc import Callable

from docx import Document
from lxml import html
from playwright.sync_api import Page, expect

from schema.kinds import Action, Role
from tests.desk.conftest import PHONE, RunningDesk, picture
from tests.desk.test_pages import axe, serious  # noqa: F401 - a fixture
from tests.desk.test_review import HOSTILE, WRONG_RATE, arrive, queue, written
from workers.across.mending import MACHINE
from workers.desk import queue as findings
from workers.desk.sheets import SheetFilter, find_mending, list_sheets

Open = Callable[..., Page]
TOWN = "沙溪镇"


def document_of(desk: RunningDesk, name: str) -> int:
    ((number,),) = desk.system.wait(
        lambda: desk.system.rows(
            "SELECT document_id FROM report JOIN document ON id = document_id"
            " WHERE name = :name AND state = 'done'",
            name=name,
        )
    )
    return int(number)


def test_sheet_tells_what_to_mend_and_what_was_mended_settles_itself(
    desk: RunningDesk,
    open_browser: Open,
    axe: str,  # noqa: F811 - the fixture
) -> None:
    issuer = arrive(desk, TOWN, (WRONG_RATE[0], f"{WRONG_RATE[1]}{HOSTILE}\ufffe"))
    earlier = document_of(desk, f"{TOWN}.txt")
    (wrong,) = queue(desk, issuer, "rate_impossible")
    findings.decide(desk.ledger, wrong, Action.ACCEPT, "陈", take=0)
    assert earlier in {line.document for line in list_sheets(desk.ledger, SheetFilter())}

    page = open_browser(Role.READER, PHONE)
    page.goto(f"/sheets/{earlier}")
    expect(page.locator(".sheet tbody")).to_contain_text("97.9%")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert serious(page, axe) == []
    picture(page, "sheet-phone")
    page.goto("/sheets")
    assert serious(page, axe) == []

    client = desk.client(Role.READER)
    for path in (f"/sheets/{earlier}/docx", "/sheets/docx?year=2024"):
        file = Document(io.BytesIO(client.get(path).content))
        told = "\n".join(cell.text for table in file.tables for cell in table._cells)
        assert "97.9%" in told, path
        assert "<script>" in told, path

    again = desk.system.inbox / f"{TOWN}重报.txt"
    again.write_text(written(TOWN), encoding="utf-8")
    later = document_of(desk, again.name)
    mended = desk.system.wait(lambda: find_mending(desk.ledger, later))
    assert (mended.earlier, mended.mended) == (earlier, (wrong,))
    said = findings.show_finding(desk.ledger, wrong).decisions[-1]
    assert (said.who, said.action) == (MACHINE, Action.MEND)
    for document in (earlier, later):
        shown = html.fromstring(client.get(f"/reports/{document}").text)
        assert "已改 1" in shown.xpath("string(//p[@class='mending'])")

    findings.undo(desk.ledger, wrong, "陈")
    assert findings.find_finding(desk.ledger, wrong).verdict == Action.ACCEPT
    assert desk.client(Role.REVIEWER).post(f"/review/{wrong}/mend").status_code == 404
