"""The nightly runs and the summary of one."""

from __future__ import annotations

import json
from collections.abc import Callable

from playwright.sync_api import Page, expect

from schema.kinds import ChangeOf, Role
from schema.upkeep import Change
from tests.acceptance.system import SAMPLES
from tests.desk.conftest import RunningDesk, picture


def test_summary_of_a_run_by_hand_is_shown(
    desk: RunningDesk, open_browser: Callable[..., Page]
) -> None:
    (desk.system.inbox / "空.txt").write_text(" ")
    desk.system.drop(SAMPLES / "松涧镇2024.txt")
    done = "SELECT id FROM document WHERE done_at IS NOT NULL"
    [document, *_] = desk.system.wait(lambda: desk.system.rows(done))[0]
    desk.system.wait(lambda: desk.system.count("document", "state = 'refused'"))
    figure = dict.fromkeys(("subject", "period", "per")) | {"bound": "exact", "status": "done"}
    before = figure | {"value": 12.0, "unit": "件", "indicator": None}
    after = figure | {"value": 1.2, "unit": "万件", "indicator": "disputes.resolved"}
    desk.system.command("nightly")  # what comes after it is the next one's
    with desk.ledger.transaction() as session:
        session.add(
            Change(
                document_id=document,
                of=ChangeOf.FIGURE,
                subject="1.2万件",
                before=before,
                after=after,
                rules_before="older",
                rules_after="newer",
            )
        )
    summary = json.loads(desk.system.command("nightly", "--json"))
    page = open_browser(Role.READER)
    page.goto("/nights")
    page.click("tbody tr:first-child a")
    expect(page).to_have_url(f"{desk.base}/nights/{summary['run']}")
    changed = "1.2万件 化解矛盾纠纷"
    for part in ("已退回", "新的待核查", "变动的数字", changed, "各步耗时", "磁盘占用"):
        expect(page.locator("main")).to_contain_text(part)
    picture(page, "night")
    page.click("text=English")
    expect(page.locator("main")).to_contain_text("Changed figures")
