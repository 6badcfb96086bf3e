"""What a person puts right in the pages: a county by one click, figures in the report's text, what
was typed before anything is saved.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
import requests
from playwright.sync_api import Page, expect

from schema.kinds import Role
from tests.desk.conftest import PHONE, RunningDesk, picture
from tests.desk.pictures import TEXT
from tests.desk.test_api import token_of
from tests.desk.test_pages import axe, serious  # noqa: F401 - a fixture
from tests.desk.test_reports import finding_of, key_of

Open = Callable[..., Page]
CELL = "SELECT value, bound FROM panel_figure WHERE document_id = :document AND indicator = :code"
SHOWS, RATE = "publicity.events", "disputes.resolution_rate"


def written(town: str, slip: float = 0) -> str:
    return TEXT.format(
        town=town, year=2024, after=2025, found=188, resolved=184, rate=97.9 - slip, checks=70,
        fines=12, money=5.5, shows=31, papers=3000, asked=210, heard=4,
    )  # fmt: skip


def take(desk: RunningDesk, path: str, text: str) -> int:
    target = desk.system.inbox / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    query = (
        "SELECT document_id FROM report JOIN document ON id = document_id AND state = 'done'"
        " WHERE name = :name AND folder = :folder"
    )
    folder, _, name = path.rpartition("/")
    return int(desk.system.wait(lambda: desk.system.rows(query, name=name, folder=folder))[0][0])


@pytest.fixture(scope="module")
def document(desk: RunningDesk) -> int:
    """Of a town of which there are eleven, with a rate that cannot be."""
    return take(desk, "奉节/新民镇.txt", written("新民", slip=0.7))


def county(desk: RunningDesk, document: int) -> str | None:
    query = (
        "SELECT issuer.county FROM issuer JOIN report ON issuer_id = issuer.id"
        " WHERE document_id = :it"
    )
    found: str | None = desk.system.rows(query, it=document)[0][0]
    return found


def cell(desk: RunningDesk, document: int, code: str) -> list[tuple[float, str]]:
    return [tuple(row) for row in desk.system.rows(CELL, document=document, code=code)]


def test_county_is_put_right_by_one_click_and_taken_back_by_one_key(
    desk: RunningDesk, open_browser: Open
) -> None:
    document = take(desk, "待查/新民镇.txt", written("新民").replace("31场次", "33场次"))
    number = finding_of(desk, document, "place_ambiguous")
    assert county(desk, document) is None
    page = open_browser(Role.REVIEWER)
    page.goto(f"/review/{number}?kind=place_ambiguous&issuer=新民镇人民政府")
    page.get_by_role("button", name="重庆市奉节县").click()
    expect(page.get_by_role("status").first).to_contain_text("已更正")
    assert county(desk, document) == "奉节县"
    page.goto(f"/reports?words={quote('奉节县 新民镇')}")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto(f"/review/{number}")
    expect(page.locator(".history")).to_contain_text("→ 奉节县")
    page.keyboard.press("u")
    expect(page.locator(".history li")).to_contain_text(["已撤销", "已更正"])
    assert county(desk, document) is None


def test_what_is_typed_is_tried_beside_its_field_and_not_lost_by_accepting(
    desk: RunningDesk, open_browser: Open, document: int
) -> None:
    number = finding_of(desk, document, "rate_impossible")
    page = open_browser(Role.REVIEWER)
    page.goto(f"/review/{number}")
    page.fill("[name=value]", "约97.9")
    expect(page.locator(".trial")).to_contain_text("读作 约97.9%")
    expect(page.locator(".trial .settles")).to_contain_text("比率不可能")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.get_by_role("status").first).to_contain_text("已更正")
    assert cell(desk, document, RATE) == [(97.9, "about")]
    # The same without the script.
    client = desk.client(Role.REVIEWER)
    client.get(f"/review/{number}")
    tried = client.post(f"/review/{number}/try", {"value": "98.1%"})
    assert "读作" in tried.text
    assert "98.1" in tried.text
    assert client.post(f"/review/{number}/accept", {"value": "98%"}).status_code == 303
    assert cell(desk, document, RATE) == [(98, "exact")]


def test_missed_figure_is_marked_with_the_mouse_and_a_wrong_one_taken_out(
    desk: RunningDesk,
    open_browser: Open,
    document: int,
    axe: str,  # noqa: F811
) -> None:
    page = open_browser(Role.REVIEWER)
    page.goto(f"/reports/{document}")
    page.evaluate("""() => {
        const lines = [...document.querySelectorAll(".text p")];
        const line = lines.find((p) => p.textContent.includes("执法力量不足"));
        const text = document.createTreeWalker(line, NodeFilter.SHOW_TEXT).nextNode();
        const at = text.data.indexOf("不足");
        getSelection().setBaseAndExtent(text, at, text, at + 2);
    }""")
    page.locator("a.mark-it").click()
    expect(page.locator("[name=place]:checked")).to_have_count(1)
    page.fill("[name=value]", "二十余场")
    page.fill("[name=indicator]", "普法活动")
    assert serious(page, axe) == []
    picture(page, "correcting-add")
    page.get_by_role("button", name="标出").click()
    expect(page.locator("tr.chosen")).to_contain_text("人工标出")
    expect(page.locator("#corrections")).to_contain_text("普法活动")
    stated = key_of(desk, document, "31场次")
    page.goto(f"/reports/{document}/figures/{stated}")
    assert serious(page, axe) == []
    picture(page, "correcting-figure")
    page.get_by_role("button", name="删去这个数字").click()
    expect(page.locator("tr.gone")).to_contain_text("31场次")
    assert cell(desk, document, SHOWS) == [(20, "at_least")]
    for _ in range(2):
        page.locator("#corrections").get_by_role("button", name="撤销").first.click()
        page.wait_for_url("**#corrections")
    assert cell(desk, document, SHOWS) == [(31, "exact")]


def test_header_and_bodies_are_put_right_without_a_finding(
    desk: RunningDesk,
    open_browser: Open,
    axe: str,  # noqa: F811
) -> None:
    first = take(desk, "甲乡/棠浦镇.txt", written("棠浦"))
    other = take(desk, "乙乡/棠浦镇.txt", written("棠浦").replace("31场次", "35场次"))
    page = open_browser(Role.REVIEWER, PHONE)
    page.goto(f"/reports/{first}")
    page.locator("#header summary").click()
    page.fill("#header [name=year]", "去年")
    page.locator("#header .header-fields button").click()
    expect(page.get_by_role("alert")).to_contain_text("“去年”不是年份")
    page.go_back()
    page.locator("#header summary").click()
    page.fill("#header [name=year]", "2023")
    page.locator("#header .header-fields button").click()
    expect(page.locator("#corrections")).to_contain_text("年度 2024 → 2023")
    page.get_by_role("link", name="合并或拆分").click()
    expect(page.locator(".others li")).to_have_count(1)
    assert serious(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    picture(page, "correcting-body-phone")
    page.get_by_role("button", name="是同一个").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    bodies = "SELECT count(DISTINCT issuer_id) FROM report WHERE document_id IN (:first, :other)"
    assert desk.system.rows(bodies, first=first, other=other)[0][0] == 1
    page.locator(".corrections").get_by_role("button", name="撤销").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    assert desk.system.rows(bodies, first=first, other=other)[0][0] == 2


def test_scripts_put_right_what_people_can(desk: RunningDesk, document: int) -> None:
    headers = {"Authorization": f"Bearer {token_of(desk, Role.REVIEWER)}"}

    def post(path: str, said: dict[str, object] | None = None) -> requests.Response:
        return requests.post(f"{desk.base}/api{path}", json=said, headers=headers, timeout=20)

    key = key_of(desk, document, "12件")
    trial = f"{desk.base}/api/reports/{document}/figures/{key}/trial?value=约13"
    assert requests.get(trial, headers=headers, timeout=20).json()["bound"] == "about"
    made = post(f"/reports/{document}/figures/{key}", {"value": "13以上"}).json()["correction"]
    report = requests.get(f"{desk.base}/api/reports/{document}", headers=headers, timeout=20).json()
    [stated] = [one for one in report["metrics"] if one["key"] == key]
    assert (stated["value"], stated["bound"], stated["corrected"]) == (13, "at_least", True)
    assert post(f"/corrections/{made}/undo").status_code == 204
    assert post(f"/corrections/{made}/undo").status_code == 404
    marked = post(f"/reports/{document}/figures", {"quote": "不足", "place": 2, "value": "3"})
    assert (marked.status_code, "correction" in marked.json()) == (201, True)
    assert post(f"/corrections/{marked.json()['correction']}/undo").status_code == 204
    refused = post(f"/reports/{document}/header", {"year": "明年"})
    assert (refused.status_code, "不是年份" in refused.json()["detail"]) == (409, True)
    assert post(f"/reports/{document}/header", {"year": 2024}).json()["correction"] is None
    past = f"{desk.base}/api/reports/{document}/corrections"
    listed = requests.get(past, headers=headers, timeout=20).json()
    assert {one["undone_by"] for one in listed if one["id"] == made} == {"the-reviewer"}
