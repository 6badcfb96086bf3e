"""A group of figures is taught on the page: chosen, tried, taken, read anew, taken back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from schema.kinds import Role
from tests.desk.conftest import PHONE, RunningDesk, picture
from tests.desk.test_pages import axe, serious  # noqa: F401 - a fixture

Open = Callable[..., Page]

NAMES = ("石桥镇", "石门镇")
REPORT = "{name}人民政府2024年法治政府建设情况报告\n全年修整山塘{count}处，修缮村道两侧的护栏。\n"
NAME = "处/山塘/修整"


@pytest.fixture(scope="module")
def reports(desk: RunningDesk) -> None:
    for count, name in enumerate(NAMES, start=61):
        text = REPORT.format(name=name, count=count)
        (desk.system.inbox / f"{name}山塘.txt").write_text(text, encoding="utf-8")
    desk.system.wait(lambda: indicators_of(desk) == [None, None])


def indicators_of(desk: RunningDesk) -> list[str | None]:
    query = """SELECT indicator FROM metric JOIN document ON document.id = document_id
               WHERE quote IN ('61处', '62处') AND state = 'done'"""
    return [row[0] for row in desk.system.rows(query)]


def test_group_is_taught_and_taken_back_by_keys_alone(
    desk: RunningDesk,
    open_browser: Open,
    reports: None,
    axe: str,  # noqa: F811 - the fixture
) -> None:
    page = open_browser(Role.ADMIN)
    page.goto("/teach")
    row = page.locator("tr", has_text="山塘").first
    expect(row).to_contain_text("2 处，2 份报告")
    assert serious(page, axe) == []
    row.locator("[data-row]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/teach/group?*")
    expect(page.locator(".samples mark").first).to_have_text(re.compile("6[12]处"))
    assert serious(page, axe) == []
    page.keyboard.press("/")
    page.keyboard.type("leadership.tasks")
    page.keyboard.press("Enter")
    page.wait_for_url("**/teach/entries/*")
    expect(page.locator("#yaml")).to_contain_text("counted: [修整…山塘]", timeout=60_000)
    expect(page.locator("#effect")).to_contain_text("2 处（共 2 处）")
    expect(page.locator("#lines tbody tr")).to_have_count(2)
    assert serious(page, axe) == []
    picture(page, "teach-entry")
    page.keyboard.press("a")
    expect(page.locator("#state")).to_contain_text("已生效")
    desk.system.wait(lambda: indicators_of(desk) == ["leadership.tasks"] * 2)
    expect(page.locator("#state progress")).to_have_count(0)
    page.click("#lines a >> nth=0")
    expect(page).to_have_url(re.compile(r"/reports/\d+\?figure="))
    page.go_back()
    page.keyboard.press("u")
    expect(page.locator("#state")).to_contain_text("已撤回")
    desk.system.wait(lambda: indicators_of(desk) == [None, None])
    page.goto("/teach")
    expect(page.locator("section tbody tr").first).to_contain_text("已撤回")


def test_reviewer_proposes_and_only_an_admin_takes(
    desk: RunningDesk, open_browser: Open, reports: None
) -> None:
    reader, reviewer = desk.client(Role.READER), desk.client(Role.REVIEWER)
    fields = {"name": NAME, "chosen": "nothing"}
    assert reader.post("/teach/group", fields).status_code == 403
    wrong = reviewer.post("/teach/group", fields | {"typed": "capacity.trainees"})
    assert (wrong.status_code, "对不上" in wrong.text) == (422, True)
    proposed = reviewer.post("/teach/group", fields).headers["location"]
    for deed in ("take", "undo"):
        assert reviewer.post(f"{proposed}/{deed}").status_code == 403
    desk.system.wait(lambda: desk.system.rows("SELECT 1 FROM lesson WHERE effect IS NOT NULL"))
    page = open_browser(Role.REVIEWER, PHONE)
    page.goto(proposed)
    page.click("text=English")
    expect(page.locator("#yaml")).to_contain_text(f"{NAME}:")
    expect(page.locator("#deeds")).to_have_text("Taking and taking back is for admins.")
    assert reviewer.get("/teach/group?name=no").status_code == 404
