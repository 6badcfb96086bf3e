"""The review in a real Chromium: a finding beside its evidence, settled by keyboard,
never held by two.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from review.words import catalogue
from schema.kinds import Action, FindingState, Role
from tests.acceptance.system import SAMPLES
from tests.desk.conftest import PHONE, WIDE, RunningDesk, picture
from tests.desk.people import make_person
from tests.desk.test_pages import axe, serious  # noqa: F401 - a fixture
from workers.desk import accounts
from workers.desk import queue as findings
from workers.desk.queue import Filters
from workers.report.finding_kinds import FindingKind, Group
from workers.report.model import Bound, Severity
from workers.report.text import EditKind, Span
from workers.results.findings import Row, save_rows

Open = Callable[..., Page]

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>'\";"
TOWN = (SAMPLES / "松涧镇2024.txt").read_text(encoding="utf-8")
# A rate that no whole number of 226 cases gives; the nearest are 221 (97.8 %) and 222 (98.2 %).
WRONG_RATE = ("96.9%", "97.9%")
OVER_100 = (("持证上岗率100%", "持证上岗率103%"), ("合格率100%", "合格率104%"))
RATE = "disputes.resolution_rate"


def written(town: str, *changes: tuple[str, str]) -> str:
    text = TOWN.replace("松涧镇", town)
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return text


def arrive(desk: RunningDesk, town: str, *changes: tuple[str, str]) -> str:
    """The issuer of this town's report with these changes, once it is read."""
    (desk.system.inbox / f"{town}.txt").write_text(written(town, *changes), encoding="utf-8")
    in_report = (
        f"state = 'done' AND id IN (SELECT document_id FROM report WHERE name = '{town}.txt')"
    )
    desk.system.wait(lambda: desk.system.count("document", in_report))
    return f"{town}人民政府"


def queue(desk: RunningDesk, issuer: str, kind: str) -> list[int]:
    """The numbers of what waits."""
    filters = Filters(issuer=issuer, kind=FindingKind(kind))
    return [row.id for row in findings.list_findings(desk.ledger, filters)]


def panel(desk: RunningDesk, issuer: str) -> list[tuple[float, bool]]:
    query = (
        "SELECT value, corrected FROM panel"
        " WHERE issuer = :issuer AND indicator = :indicator AND value IS NOT NULL"
    )
    return [tuple(row) for row in desk.system.rows(query, issuer=issuer, indicator=RATE)]


def drop(page: Page, name: str, text: str) -> None:
    page.evaluate(
        """([name, text]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([text], name));
            const about = { dataTransfer: transfer, bubbles: true, cancelable: true };
            dispatchEvent(new DragEvent("drop", about));
        }""",
        [name, text],
    )


def shown(page: Page) -> int:
    return int(page.locator("article").get_attribute("data-number") or 0)


def test_dropped_file_is_settled_by_keyboard_and_the_export_holds_the_correction(
    desk: RunningDesk, open_browser: Open, tmp_path: Path
) -> None:
    page, issuer = open_browser(Role.REVIEWER), "鹿鸣镇人民政府"
    drop(page, "鹿鸣镇.txt", written("鹿鸣镇", WRONG_RATE))
    expect(page.locator("tr", has_text="鹿鸣镇.txt").locator(".mark.done")).to_be_visible(
        timeout=30_000
    )
    assert panel(desk, issuer) == []  # in doubt: no figure to use
    page.goto(f"/review/next?issuer={issuer}&kind=rate_impossible")
    expect(page.locator(".passages mark")).to_have_text(["226件", "219件", "97.9%"])
    expect(page.locator(".figure .quote")).to_have_text("97.9%")
    page.keyboard.press("c")
    page.keyboard.type("98.1%")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("已更正")
    expect(page.locator("h1")).to_have_text("这个范围内没有待处理的问题。")
    expect(page.locator("tr", has_text="the-reviewer")).to_be_visible()  # of what was settled today
    assert panel(desk, issuer) == [(98.1, True)]
    desk.system.command("export", "metrics", "--output", str(tmp_path / "all.csv"))
    with (tmp_path / "all.csv").open(encoding="utf-8-sig") as file:
        assert [row["quote"] for row in csv.DictReader(file) if "98.1" in row.values()] == ["97.9%"]


def test_suggestion_is_chosen_accepted_and_taken_back_by_keys(
    desk: RunningDesk, open_browser: Open
) -> None:
    page, issuer = open_browser(Role.REVIEWER), arrive(desk, "白沙镇", WRONG_RATE)
    page.goto(f"/review/next?issuer={issuer}&kind=rate_impossible")
    number = shown(page)
    page.keyboard.press("2")
    page.keyboard.press("a")
    expect(page.get_by_role("status")).to_contain_text("属实")
    assert panel(desk, issuer) == [(98.2, True)]
    page.keyboard.press("u")
    expect(page.get_by_role("status")).to_contain_text("已撤销")
    assert shown(page) == number
    expect(page).to_have_url(re.compile(rf"/review/{number}\?"))
    expect(page.locator(".history li")).to_contain_text(["已撤销", "98.2%"])
    assert panel(desk, issuer) == []


def go(page: Page, key: str, number: int) -> None:
    """To that finding."""
    page.keyboard.press(key)
    expect(page.locator(f"article[data-number='{number}']")).to_be_visible()


def test_keys_go_through_the_queue_and_do_nothing_while_typing(
    desk: RunningDesk, open_browser: Open
) -> None:
    page, issuer = open_browser(Role.REVIEWER), arrive(desk, "枫桥镇", *OVER_100)
    first, second = queue(desk, issuer, "rate_over_100")
    page.goto(f"/review/next?issuer={issuer}&kind=rate_over_100")
    assert shown(page) == first
    # round and round
    for key, number in (("j", second), ("k", first), ("k", second), ("j", first)):
        go(page, key, number)
    page.keyboard.press("c")
    page.keyboard.type("a d j k u ?")
    expect(page.locator("[name=value]")).to_have_value("a d j k u ?")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    picture(page, "review-keys")
    page.keyboard.press("d")  # under the list of keys nothing is decided
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert queue(desk, issuer, "rate_over_100") == [first, second]
    page.keyboard.press("d")
    expect(page.locator(f"article[data-number='{second}']")).to_be_visible()
    assert queue(desk, issuer, "rate_over_100") == [second]


def holder(desk: RunningDesk, number: int) -> str | None:
    return findings.find_finding(desk.ledger, number).claimed_by


@pytest.mark.parametrize(
    "path",
    [
        "/review/{n}",
        "/review/{n}/live",
        "/review/next",
        "/review/next?after=1-1",
        "/review?state=open",
    ],
)
@pytest.mark.parametrize("role", [Role.READER, Role.REVIEWER, Role.ADMIN])
def test_looking_holds_nothing(desk: RunningDesk, path: str, role: Role) -> None:
    issuer = arrive(desk, "望山镇", *OVER_100)
    numbers = queue(desk, issuer, "rate_over_100")
    ids = ", ".join(map(str, numbers))
    held = (
        f"SELECT id, state, claimed_by, claimed_until FROM finding WHERE id IN ({ids}) ORDER BY id"
    )
    before = desk.system.rows(held)
    client = desk.client(role)
    for number in numbers:
        for headers in ({}, {"Sec-Fetch-Mode": "cors"}):
            assert client.get(path.format(n=number), **headers).status_code in {200, 303}
    assert desk.system.rows(held) == before


@pytest.mark.parametrize("begin", ["key", "field", "note"])
def test_finding_is_held_from_the_first_key_until_the_page_is_left(
    desk: RunningDesk, open_browser: Open, begin: str
) -> None:
    issuer = arrive(desk, "柳溪镇", WRONG_RATE)
    (number,) = queue(desk, issuer, "rate_impossible")
    page = open_browser(Role.REVIEWER, name="陈")
    page.goto(f"/review/{number}")
    page.mouse.wheel(0, 400)
    assert holder(desk, number) is None
    if begin == "key":
        page.keyboard.press("c")
    elif begin == "field":
        page.fill("[name=unit]", "件")
    else:
        page.click(".noting summary")
        page.fill("[name=note]", "再看")
    desk.system.wait(lambda: holder(desk, number) == "陈")
    expect(page.locator("[data-holding=mine]")).to_have_count(1)
    page.goto("/intake")
    desk.system.wait(lambda: holder(desk, number) is None)


def test_two_people_never_hold_the_same_finding(desk: RunningDesk, open_browser: Open) -> None:
    issuer = arrive(desk, "杨柳镇", *OVER_100)
    address = f"/review/next?issuer={issuer}&kind=rate_over_100"
    one, other = (open_browser(Role.REVIEWER, name=name) for name in ("陈", "林"))
    one.goto(address)
    other.goto(address)
    first, second = queue(desk, issuer, "rate_over_100")
    assert (shown(one), shown(other)) == (first, first)
    one.keyboard.press("c")
    desk.system.wait(lambda: holder(desk, first) == "陈")
    other.reload()
    expect(other.locator(".holder")).to_contain_text("陈 正在处理")
    expect(other.locator(".verdicts button").first).to_be_disabled()
    other.keyboard.press("d")
    assert queue(desk, issuer, "rate_over_100") == [first, second]
    other.goto(address)
    assert shown(other) == second
    other.keyboard.press("j")  # nothing else is free
    expect(other.get_by_role("status")).to_contain_text("没有别的")
    one.goto("/intake")  # leaving gives it back
    desk.system.wait(lambda: holder(desk, first) is None)
    go(other, "j", first)
    expect(other.locator(".holder")).to_have_count(0)
    other.keyboard.press("d")
    expect(other.get_by_role("status")).to_contain_text("误报")


def test_whoever_goes_on_deciding_holds_the_next(desk: RunningDesk, open_browser: Open) -> None:
    issuer = arrive(desk, "槐荫镇", *OVER_100)
    first, second = queue(desk, issuer, "rate_over_100")
    page = open_browser(Role.REVIEWER, name="陈")
    page.goto(f"/review/next?issuer={issuer}&kind=rate_over_100")
    page.keyboard.press("d")
    expect(page.locator(f"article[data-number='{second}']")).to_be_visible()
    assert (holder(desk, first), holder(desk, second)) == (None, "陈")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="中文")).to_be_visible()
    assert shown(page) == second
    expect(page).to_have_title(re.compile(rf"#{second} · "))
    expect(page.locator("header [name=next]")).to_have_value(re.compile(rf"^/review/{second}\?"))


def test_page_that_another_decided_meanwhile_does_not_decide_over_it(
    desk: RunningDesk, open_browser: Open
) -> None:
    page, issuer = open_browser(Role.REVIEWER), arrive(desk, "桃源镇", WRONG_RATE)
    page.goto(f"/review/next?issuer={issuer}&kind=rate_impossible")
    number = shown(page)
    findings.release(desk.ledger, "the-reviewer", number)  # as if its time had run out
    findings.decide(desk.ledger, number, Action.DISMISS, "陈")
    page.fill("[name=value]", "98.1%")
    page.press("[name=value]", "Enter")
    expect(page.get_by_role("status")).to_contain_text("您打开之后，陈已经处理过（误报）")
    assert findings.find_finding(desk.ledger, number).verdict == "dismiss"
    expect(page.locator("[name=value]")).to_have_value("98.1%")
    page.press("[name=value]", "Enter")  # now he knows
    expect(page.get_by_role("status")).to_contain_text("已更正")


def test_settled_finding_takes_back_its_own_decision(desk: RunningDesk, open_browser: Open) -> None:
    page, issuer = open_browser(Role.REVIEWER), arrive(desk, "荷塘镇", *OVER_100)
    first, second = queue(desk, issuer, "rate_over_100")
    for number in (first, second):
        findings.decide(desk.ledger, number, Action.DISMISS, "陈")
    page.goto(f"/review/{first}?last={second}")
    expect(page.get_by_role("status")).to_contain_text(f"#{second}")
    assert page.locator("a[href*='last=']").count() == 0
    page.keyboard.press("u")
    expect(page.get_by_role("status")).to_contain_text("已撤销")
    assert queue(desk, issuer, "rate_over_100") == [first]


def test_page_of_an_ended_session_says_what_to_do(desk: RunningDesk, open_browser: Open) -> None:
    page, issuer = open_browser(Role.REVIEWER), arrive(desk, "苇塘镇", *OVER_100)
    first, second = queue(desk, issuer, "rate_over_100")
    page.goto(f"/review/{first}?issuer={issuer}")
    page.context.set_offline(True)
    page.keyboard.press("d")
    expect(page.get_by_role("status")).to_contain_text("网络或服务中断")
    page.context.set_offline(False)
    page.evaluate(
        "document.querySelectorAll('[name=form_token]').forEach((field) => (field.value = 'older'))"
    )
    page.keyboard.press("d")
    expect(page.get_by_role("status")).to_contain_text("页面已过期")
    with page.expect_navigation():
        page.get_by_role("button", name="重新载入").click()
    page.keyboard.press("d")
    expect(page.locator(f"article[data-number='{second}']")).to_be_visible()
    page.context.clear_cookies()
    page.keyboard.press("d")
    page.wait_for_url(re.compile(rf"/login\?expired=1&next=%2Freview%2F{second}"))


def test_open_page_follows_who_holds_the_finding(desk: RunningDesk, open_browser: Open) -> None:
    page, issuer = open_browser(Role.REVIEWER), arrive(desk, "芦洲镇", WRONG_RATE)
    (number, *_) = queue(desk, issuer, "rate_impossible")
    assert findings.claim(desk.ledger, number, "陈")
    page.clock.install()
    page.goto(f"/review/{number}")
    expect(page.locator(".verdicts button").first).to_be_disabled()
    page.keyboard.press("c")  # goes nowhere
    findings.release(desk.ledger, "陈", number)
    page.clock.run_for(61_000)
    expect(page.locator(".verdicts button").first).to_be_enabled()
    page.fill("[name=value]", "98.1%")
    desk.system.wait(lambda: holder(desk, number) == "the-reviewer")
    findings.release(desk.ledger, "the-reviewer", number)
    assert findings.claim(desk.ledger, number, "陈")
    page.clock.run_for(61_000)
    expect(page.locator(".holder")).to_contain_text("陈 正在处理")
    expect(page.locator("[name=value]")).to_have_value("98.1%")


def test_enter_on_a_suggestion_takes_it_and_wide_keys_count(
    desk: RunningDesk, open_browser: Open
) -> None:
    page, issuer = open_browser(Role.REVIEWER), arrive(desk, "菱湖镇", WRONG_RATE)
    page.goto(f"/review/next?issuer={issuer}&kind=rate_impossible")
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '？', bubbles: true }))"
    )
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ｃ', bubbles: true }))"
    )
    expect(page.locator("[name=value]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("请填写正确的数值")
    expect(page.locator("[name=value]")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.locator("[name=take]:checked").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("属实")
    assert panel(desk, issuer) == [(98.2, True)]


def test_finding_without_a_place_shows_where_it_would_stand(
    desk: RunningDesk, open_browser: Open
) -> None:
    issuer = arrive(desk, "芝山镇")
    row = Row(
        kind=FindingKind.ISSUER_UNKNOWN,
        about=None,
        severity=Severity.CHECK,
        message="看不出\u202e单位。",
        message_en="Nobody knows.",
        evidence="",
    )
    (document, issuer_id) = desk.system.rows(
        "SELECT document_id, issuer_id FROM report WHERE name = '芝山镇.txt'"
    )[0]
    late = replace(
        row, kind=FindingKind.REPORT_OVERDUE, details={"due": "2020-04-01", "expected_by": "roster"}
    )
    with desk.ledger.transaction() as session:
        save_rows(session, [row], kinds={row.kind}, document_id=document)
        save_rows(session, [late], kinds={late.kind}, issuer_id=issuer_id, year=2019)
    page = open_browser(Role.REVIEWER)
    page.goto(f"/review/next?issuer={issuer}&kind={row.kind}")
    expect(page.locator(".evidence .message")).to_have_text("看不出�单位。")
    expect(page.locator(".passage")).to_have_count(2)
    expect(page.locator(".passage").first).to_contain_text("芝山镇")
    page.keyboard.press("c")
    expect(page.get_by_role("status")).to_contain_text("没有数字可更正")
    page.goto(f"/review/next?issuer={issuer}&kind={late.kind}")
    expect(page.locator(".answer")).to_contain_text("属实：确实未交")
    expect(page.locator(".answer")).not_to_contain_text("来源文件")
    expect(page.locator(".item-head .of a")).to_have_attribute(
        "href", f"/numbers/issuers/{issuer_id}"
    )


def test_decision_of_one_who_came_too_late_is_refused(
    desk: RunningDesk, open_browser: Open
) -> None:
    issuer = arrive(desk, "石桥镇", WRONG_RATE)
    page = open_browser(Role.REVIEWER)
    page.goto(f"/review/next?issuer={issuer}&kind=rate_impossible")
    number = shown(page)
    assert findings.claim(desk.ledger, number, "陈")
    page.keyboard.press("a")
    expect(page.get_by_role("status")).to_contain_text("正由别人处理")
    assert findings.find_finding(desk.ledger, number).claimed_by == "陈"


def test_all_of_one_kind_and_issuer_are_dismissed_after_a_question(
    desk: RunningDesk, open_browser: Open
) -> None:
    issuer, bystander = arrive(desk, "梅岭镇", *OVER_100), arrive(desk, "桂湖镇", *OVER_100)
    page = open_browser(Role.REVIEWER)
    page.goto(f"/review/next?issuer={issuer}&kind=rate_over_100")
    page.get_by_role("link", name="该填报单位的此类问题全部判为误报").click()
    expect(page.locator("main")).to_contain_text("将把 2 个待处理的问题判为误报")
    picture(page, "review-dismiss")
    page.fill("#note", HOSTILE)
    page.get_by_role("button", name="判为误报（2 个）").click()
    expect(page.get_by_role("status")).to_contain_text("已判为误报 2 个")
    assert queue(desk, issuer, "rate_over_100") == []
    assert len(queue(desk, bystander, "rate_over_100")) == 2
    settled = Filters(issuer=issuer, kind=FindingKind.RATE_OVER_100, state=FindingState.SETTLED)
    for row in findings.list_findings(desk.ledger, settled):
        (decision,) = findings.show_finding(desk.ledger, row.id).decisions
        assert (decision.who, decision.note) == ("the-reviewer", HOSTILE)


def test_hostile_text_correction_and_note_do_nothing(desk: RunningDesk, open_browser: Open) -> None:
    issuer = arrive(
        desk, "竹林镇", WRONG_RATE, ("13个调解委员会", f"{HOSTILE}\u202e13个调解委员会")
    )
    page = open_browser(Role.REVIEWER)
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    page.goto(f"/review/next?issuer={issuer}&kind=rate_impossible")
    expect(page.locator(".passage .raw").first).to_contain_text(f"{HOSTILE}�13个调解委员会")
    page.fill("[name=value]", HOSTILE)
    page.press("[name=value]", "Enter")
    expect(page.get_by_role("status")).to_contain_text(f"“{HOSTILE}”读不出数值")
    expect(page.locator("[name=value]")).to_have_value(HOSTILE)
    page.fill("[name=value]", "")
    page.fill("[name=indicator]", HOSTILE)
    page.press("[name=indicator]", "Enter")
    expect(page.get_by_role("status")).to_contain_text(f"指标目录里没有“{HOSTILE}”")
    page.click(".noting summary")
    page.fill("[name=note]", HOSTILE)
    number = shown(page)
    page.click("button:has-text('误报')")
    expect(page.get_by_role("status")).to_contain_text("误报")
    page.goto(f"/review/{number}")
    expect(page.locator(".history q")).to_have_text(HOSTILE)
    page.goto(f"/review?words={HOSTILE}&issuer={HOSTILE}")
    assert page.locator("main img, main script").count() == 0


def test_indicator_is_corrected_by_its_name(desk: RunningDesk, open_browser: Open) -> None:
    page, issuer = open_browser(Role.REVIEWER), arrive(desk, "莲塘镇", WRONG_RATE)
    page.goto(f"/review/next?issuer={issuer}&kind=rate_impossible")
    number = shown(page)
    assert page.locator("datalist option[value='信访办结率']").count() == 1
    page.fill("[name=indicator]", "信访办结率")
    page.press("[name=indicator]", "Enter")
    expect(page.get_by_role("status")).to_contain_text("已更正")
    (figure, *_) = findings.show_finding(desk.ledger, number).figures
    assert figure.human_indicator == "petitions.resolution_rate"


def test_finding_that_opened_again_shows_both_versions(
    desk: RunningDesk, open_browser: Open
) -> None:
    issuer = arrive(desk, "雁荡镇")
    row = Row(
        kind=FindingKind.LOW_OCR_CONFIDENCE,
        about=None,
        severity=Severity.CHECK,
        message="这一段识别得不准。",
        message_en="This was not recognised for certain.",
        evidence="旧的文字",
        spans=(Span(30, 40),),
    )
    (document,) = desk.system.rows("SELECT document_id FROM report WHERE name = '雁荡镇.txt'")[0]
    for evidence in (row.evidence, "新的文字"):
        with desk.ledger.transaction() as session:
            save_rows(
                session, [replace(row, evidence=evidence)], kinds={row.kind}, document_id=document
            )
        (number,) = queue(desk, issuer, row.kind)
        if evidence == row.evidence:
            findings.decide(desk.ledger, number, Action.DISMISS, "陈")
    page = open_browser(Role.REVIEWER)
    page.goto(f"/review/{number}")
    expect(page.locator(".changed .raw")).to_have_text(["旧的文字", "新的文字"])
    expect(page.locator(".changed")).to_contain_text("误报 陈")


def test_copied_report_is_shown_beside_the_other(desk: RunningDesk, open_browser: Open) -> None:
    arrive(desk, "云台镇")
    issuer = arrive(desk, "雾溪镇")
    page = open_browser(Role.READER)
    page.goto(f"/review?issuer={issuer}&kind=near_duplicate")
    page.click(".findings a")
    expect(page.locator(".twin blockquote").first).to_contain_text("雾溪镇人民政府")
    assert "雾溪" in page.locator(".twin blockquote").first.locator("mark").all_inner_texts()
    expect(page.get_by_role("button", name="属实")).to_have_count(0)
    expect(page.locator(".answer")).to_contain_text("只能查看")
    page.keyboard.press("j")
    expect(page.get_by_role("status")).to_contain_text("没有别的")
    assert findings.find_finding(desk.ledger, shown(page)).state == "open"  # readers hold nothing


def test_decision_is_made_without_a_script_too(desk: RunningDesk) -> None:
    issuer = arrive(desk, "松风镇", *OVER_100)
    first, second = queue(desk, issuer, "rate_over_100")
    client = desk.client(Role.REVIEWER)
    answer = client.post(f"/review/{first}/dismiss?issuer={issuer}&kind=rate_over_100")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/review/{second}?")
    page = client.get(answer.headers["location"]).text
    assert "误报" in page
    assert f'action="/review/{first}/undo?' in page
    assert client.post("/review/999999999/dismiss").status_code == 404
    refused = client.post(f"/review/{second}/correct", {"value": "many", "note": "核对过"})
    assert refused.status_code == 422
    assert 'value="many"' in refused.text
    assert "核对过</textarea>" in refused.text
    seen = findings.show_finding(desk.ledger, second).seen
    assert client.post(f"/review/{second}/accept", {"seen": seen}).status_code == 303
    assert client.post(f"/review/{second}/dismiss", {"seen": seen}).status_code == 409


def test_scripts_list_show_and_decide_with_the_same_rights(desk: RunningDesk) -> None:
    issuer = arrive(desk, "清塘镇", *OVER_100)

    def ask(role: Role, method: str, path: str, **body: object) -> requests.Response:
        token = accounts.make_token(desk.ledger, make_person(desk.ledger, role), by="test")
        headers = {"Authorization": f"Bearer {token}"}
        return requests.request(
            method, f"{desk.base}/api/v1/findings{path}", headers=headers, json=body, timeout=20
        )

    here = f"?issuer={issuer}&kind=rate_over_100"
    first, second = ask(Role.READER, "GET", here).json()
    assert ask(Role.READER, "GET", f"{here}&after={first['key'][0]}-{first['key'][1]}").json() == [
        second
    ]
    assert ask(Role.READER, "GET", f"/{first['id']}").json()["evidence"][0]["quote"].endswith("%")
    assert ask(Role.READER, "POST", f"/{first['id']}/dismiss").status_code == 403
    assert ask(Role.REVIEWER, "POST", f"/{first['id']}/correct", value="很多").status_code == 409
    corrected = ask(Role.REVIEWER, "POST", f"/{first['id']}/correct", value="100%", note="核对过")
    assert (corrected.status_code, corrected.json()["verdict"]) == (200, "correct")
    (decision,) = findings.show_finding(desk.ledger, first["id"]).decisions
    assert (decision.who, decision.note) == ("the-reviewer", "核对过")
    assert ask(Role.REVIEWER, "POST", f"/{first['id']}/dismiss", seen="0-").status_code == 409
    seen = ask(Role.READER, "GET", f"/{first['id']}").json()["seen"]
    assert ask(Role.REVIEWER, "POST", f"/{first['id']}/undo", seen=seen).json()["state"] == "open"
    assert ask(Role.REVIEWER, "POST", f"/{first['id']}/undo").status_code == 409
    assert ask(Role.REVIEWER, "GET", "/999999999").status_code == 404
    assert findings.claim(desk.ledger, second["id"], "陈")
    assert ask(Role.REVIEWER, "POST", f"/{second['id']}/dismiss").status_code == 409


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_review_fits_its_window_and_is_fit_for_a_screen_reader(
    desk: RunningDesk,
    open_browser: Open,
    axe: str,  # noqa: F811 - the fixture
    size: dict[str, int],
) -> None:
    town = "灵溪镇" if size == WIDE else "兰溪镇"
    issuer = arrive(desk, town, WRONG_RATE, ("受众约9000人次", "受众\n\n- 3 -\n\n约9000人 次"))
    name = "wide" if size == WIDE else "phone"
    page = open_browser(Role.REVIEWER, size)
    addresses = {
        "list": f"/review?issuer={issuer}",
        "item": f"/review/next?issuer={issuer}&kind=rate_impossible",
        "copy": f"/review/next?issuer={issuer}&kind=near_duplicate",
        "nothing": "/review/next?issuer=nobody",
    }
    for language in ("zh", "en"):
        for what, address in addresses.items():
            page.goto(address)
            for closed in page.locator(".passage details").all():
                closed.locator("summary").click()
            picture(page, f"review-{what}-{name}-{language}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), what
            assert serious(page, axe) == [], what
        page.get_by_role("button", name="English").or_(
            page.get_by_role("button", name="中文")
        ).click()


@pytest.mark.parametrize(
    ("group", "values"),
    [
        ("kind", FindingKind),
        ("kind_group", Group),
        ("severity", Severity),
        ("waits", FindingState),
        ("said", Action),
        ("bound", Bound),
        ("edit", EditKind),
    ],
)
def test_every_kind_and_state_of_a_finding_has_its_word(group: str, values: type[StrEnum]) -> None:
    assert {f"{group}.{value}" for value in values} == {
        key for key in catalogue() if key.startswith(f"{group}.")
    }


def test_one_of_two_versions_is_withdrawn_where_they_stand_side_by_side(
    desk: RunningDesk, open_browser: Open
) -> None:
    issuer = arrive(desk, "梨洲镇")
    (desk.system.inbox / "更正.txt").write_text(
        written("梨洲镇", ("46份", "64份")), encoding="utf-8"
    )
    kind = FindingKind.CONFLICTING_RESUBMISSION
    (row,) = desk.system.wait(
        lambda: findings.list_findings(desk.ledger, Filters(issuer=issuer, kind=kind))
    )
    page = open_browser(Role.REVIEWER)
    page.goto(f"/review/{row.id}")
    expect(page.locator("main")).to_contain_text("以哪一份为准")
    picture(page, "review-resubmission")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="撤回这一份").click()
    state = f"SELECT state FROM document WHERE id = {row.document}"
    desk.system.wait(lambda: desk.system.rows(state) == [("withdrawn",)])
