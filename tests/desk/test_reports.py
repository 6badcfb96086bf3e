"""The list of reports and a report's page, as people read them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
import requests
from playwright.sync_api import Page, expect
from sqlalchemy import update

from review.inside import FigureOrder, Which
from review.pages import browsing
from review.words import catalogue
from schema.kinds import Role
from schema.tables import Report
from tests.acceptance.system import SAMPLES
from tests.desk.conftest import PHONE, WIDE, RunningDesk, picture
from tests.desk.people import make_person
from tests.desk.test_numbers import own_desk
from tests.desk.test_pages import axe, serious  # noqa: F401 - a fixture
from workers.desk import accounts, arrivals
from workers.report.contract import as_json
from workers.report.model import KnownBy, Status
from workers.report.pipeline import read_report

Open = Callable[..., Page]

HOSTILE = '<script>alert(2)</script>"><b>'
SAMPLE = (SAMPLES / "松涧镇2024.txt").read_text(encoding="utf-8").replace("松涧", "泉溪")
ACHIEVED = SAMPLE[SAMPLE.index("（一）") : SAMPLE.index("二、党政")]
FILES = {
    # A rate that cannot be, figures to be mended, a page number in the text.
    "泉溪2024.txt": SAMPLE.replace("办结率100%", "办结率104%")
    .replace("来访38件", "来访３8 件")
    .replace("二、党政", "- 2 -\n二、党政"),
    "泉溪2023.txt": SAMPLE.replace("2024", "2023").replace("2025", "2024").replace("46份", "41份"),
    "杏河2024.txt": SAMPLE.replace("泉溪", "杏河").replace("46份", "44份"),
    "<i>敌意.txt": SAMPLE.replace("泉溪", "枣林")
    .replace("（一）抓实", f"（一）{HOSTILE}抓实")
    .replace("8场", f"{HOSTILE}8场")
    .replace("成功率", "成功\u202e率"),
    "长篇2024.txt": SAMPLE.replace("泉溪", "柳湾").replace(
        ACHIEVED,
        "".join(f"{ACHIEVED}第{number}组另办结事项{1000 + number}件。\n" for number in range(60)),
    ),
}


@pytest.fixture(scope="module")
def documents(desk: RunningDesk) -> dict[str, int]:
    """The documents of FILES, read to the end, one after the other:
    the later one is held against the earlier.
    """
    query = (
        "SELECT document_id FROM report JOIN document ON id = document_id AND state "
        "= 'done' WHERE name = :name"
    )
    found = {}
    for name, text in FILES.items():
        (desk.system.inbox / name).write_text(text, encoding="utf-8")
        found[name] = desk.system.wait(lambda name=name: desk.system.rows(query, name=name))[0][0]
    return found


def finding_of(desk: RunningDesk, document: int, kind: str) -> int:
    query = "SELECT id FROM finding WHERE document_id = :document AND kind = :kind AND present"
    return int(
        desk.system.wait(lambda: desk.system.rows(query, document=document, kind=kind))[0][0]
    )


def key_of(desk: RunningDesk, document: int, quoted: str) -> str:
    query = "SELECT key FROM metric WHERE document_id = :document AND quote = :quoted"
    return str(desk.system.rows(query, document=document, quoted=quoted)[0][0])


def html(desk: RunningDesk, path: str) -> str:
    answer = desk.client(Role.READER).get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_reports_are_found_by_issuer_file_and_year(
    desk: RunningDesk, open_browser: Open, documents: dict[str, int]
) -> None:
    page = open_browser(Role.READER)
    page.goto("/reports")
    page.fill("[name=words]", "洛峰县 泉溪镇")
    page.press("[name=words]", "Enter")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.fill("[name=year]", "2023")
    page.press("[name=year]", "Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.click("tbody a")
    expect(page).to_have_url(f"{desk.base}/reports/{documents['泉溪2023.txt']}")
    page.goto("/reports?words=长篇2024")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto("/reports?words=洛峰%25泉溪")  # no wildcard
    expect(page.locator(".nothing")).to_contain_text("没有符合条件")


def test_list_goes_on_from_the_last_report(desk: RunningDesk, documents: dict[str, int]) -> None:
    shown = [int(number) for number in re.findall(r'href="/reports/(\d+)"', html(desk, "/reports"))]
    assert shown == sorted(shown, reverse=True)
    rest = [
        int(number)
        for number in re.findall(
            r'href="/reports/(\d+)"', html(desk, f"/reports?before={shown[1]}")
        )
    ]
    assert rest[: len(shown) - 2] == shown[2:]


def test_words_of_the_text_are_found_and_highlighted(
    desk: RunningDesk, open_browser: Open, documents: dict[str, int]
) -> None:
    page = open_browser(Role.READER)
    page.goto("/reports?words=泉溪镇&year=2024")
    page.fill("[name=text]", "“一年来的工作报告”")
    page.press("[name=text]", "Enter")
    expect(page.locator(".hits li")).to_have_count(1)
    expect(page.locator(".hits mark")).to_have_text("一年来的工作报告")
    page.goto("/reports?text=没有任何报告写过的词组")
    expect(page.locator(".nothing")).to_contain_text("没有报告")
    page.goto("/reports?text=！")
    expect(page.locator(".nothing")).to_contain_text("没有报告")


def test_hits_that_are_not_listed_are_told_of(desk: RunningDesk, documents: dict[str, int]) -> None:
    assert "只列出" not in html(desk, "/reports?text=矛盾纠纷&words=泉溪")
    with pytest.MonkeyPatch.context() as patch, own_desk(desk) as own:
        patch.setattr(browsing, "MOST_HITS", 2)
        answer = own.client(Role.READER).get("/reports?text=矛盾纠纷").text
        assert "只列出最相关的 2 份" in answer
        assert len(re.findall(r'<a href="/reports/\d+">', answer)) == 2


def test_bound_stands_where_a_reader_expects_it(
    desk: RunningDesk, documents: dict[str, int]
) -> None:
    page = html(desk, f"/reports/{documents['泉溪2024.txt']}")
    assert "560人次以上" in page
    assert "约9,000人次" in page


def test_figure_in_the_text_leads_to_its_row_and_back(
    desk: RunningDesk, open_browser: Open, documents: dict[str, int]
) -> None:
    page = open_browser(Role.READER)
    page.goto(f"/reports/{documents['泉溪2024.txt']}")
    figure = page.locator(".text a.figure", has_text="226件")
    figure.focus()
    page.keyboard.press("Enter")
    row = page.locator("tr:target")
    expect(row).to_contain_text("排查矛盾纠纷")
    expect(row).to_be_in_viewport()
    row.get_by_role("link", name="226件").click()
    expect(page.locator(".text .chosen")).to_have_text("226件")
    expect(page.locator(".text .chosen")).to_be_in_viewport()


def test_link_with_a_figure_comes_to_its_place_without_a_fragment(
    desk: RunningDesk, open_browser: Open, documents: dict[str, int]
) -> None:
    page = open_browser(Role.READER, PHONE)
    document = documents["长篇2024.txt"]
    page.goto(f"/reports/{document}?figure={quote(key_of(desk, document, '1038件'))}")
    expect(page.locator(".text .chosen")).to_have_text("1038件")
    expect(page.locator(".text .chosen")).to_be_in_viewport()


def test_finding_is_marked_in_the_text_and_leads_to_its_review(
    desk: RunningDesk, open_browser: Open, documents: dict[str, int]
) -> None:
    document = documents["泉溪2024.txt"]
    finding = finding_of(desk, document, "rate_over_100")
    page = open_browser(Role.READER)
    page.goto(f"/reports/{document}")
    expect(page.locator(".text .finding.wrong")).to_have_text("104%")
    told = page.locator(f"#finding-{finding}")
    told.get_by_role("link", name="看正文").click()
    expect(page.locator(".text .chosen")).to_have_text("104%")
    row = page.locator(".figures tr", has_text="104%")
    assert row.locator("td a").last.get_attribute("href") == f"/review/{finding}"


def test_edits_are_shown_on_demand(
    desk: RunningDesk, open_browser: Open, documents: dict[str, int]
) -> None:
    page = open_browser(Role.READER)
    page.goto(f"/reports/{documents['泉溪2024.txt']}")
    expect(page.locator(".text del, .text ins")).to_have_count(0)
    page.click(".text-head a")
    expect(page.locator(".text del", has_text="- 2 -")).to_be_visible()
    expect(page.locator(".text ins", has_text="3")).to_have_count(1)
    page.click("#edits summary")
    line = page.locator(".edits tr", has_text="３")
    expect(line.locator("span[title]")).to_be_visible()
    line.get_by_role("link").click()
    expect(page.locator(".text del", has_text="３")).to_be_in_viewport()
    page.click(".text-head a")
    expect(page.locator(".text del")).to_have_count(0)


def test_figures_are_sorted_and_filtered_by_links(
    desk: RunningDesk, open_browser: Open, documents: dict[str, int]
) -> None:
    page = open_browser(Role.READER)
    page.goto(f"/reports/{documents['泉溪2024.txt']}?words=件")
    page.click("#figures thead a >> nth=1")
    values = page.locator("#figures .value").all_inner_texts()
    counted = [value.split()[-1] for value in values if value.endswith("件")]  # of one unit
    numbers = [float(value.rstrip("件").replace(",", "")) for value in counted]
    assert len(numbers) > 2
    assert numbers == sorted(numbers)
    page.click("#figures thead a >> nth=1")
    expect(page.locator("th[aria-sort=descending]")).to_have_count(1)
    assert page.locator("#figures .value").all_inner_texts() == values[::-1]
    page.select_option("[name=which]", Which.DOUBTFUL)
    page.fill("[name=words]", "")
    page.press("[name=words]", "Enter")
    expect(page.locator("#figures tbody tr")).to_have_count(2)
    page.select_option("[name=which]", Which.PLANNED)
    page.click("#figures button")
    expect(page.locator("#figures tbody tr")).to_have_count(3)
    expect(page.locator("#figures .said").first).to_contain_text("计划")


def test_near_duplicate_stands_beside_what_it_resembles(
    desk: RunningDesk, open_browser: Open, documents: dict[str, int]
) -> None:
    document = documents["杏河2024.txt"]
    finding = finding_of(desk, document, "near_duplicate")
    page = open_browser(Role.READER)
    page.goto(f"/reports/{document}#alike")
    page.locator(f"a[href='/reports/{document}/beside/{finding}']").click()
    mine, theirs = page.locator(".twin:not(.heads) > *").all()[:2]
    expect(mine.locator("mark", has_text="杏河").first).to_be_visible()
    assert "杏河" not in theirs.inner_text()
    other = documents["泉溪2024.txt"]
    assert desk.client(Role.READER).get(f"/reports/{other}/beside/{finding}").status_code == 404
    assert desk.client(Role.READER).get(f"/reports/{other}/beside/999999999").status_code == 404


def test_other_years_of_the_issuer_are_a_link_away(
    desk: RunningDesk, open_browser: Open, documents: dict[str, int]
) -> None:
    page = open_browser(Role.READER)
    page.goto(f"/reports/{documents['泉溪2024.txt']}")
    page.click(".years a:has-text('2023')")
    expect(page).to_have_url(f"{desk.base}/reports/{documents['泉溪2023.txt']}")
    original = desk.client(Role.READER).get(
        page.locator(".report-head a[download]").get_attribute("href") or ""
    )
    assert original.content.decode() == FILES["泉溪2023.txt"]


def test_long_report_is_shown_in_parts(
    desk: RunningDesk, open_browser: Open, documents: dict[str, int]
) -> None:
    document = documents["长篇2024.txt"]
    page = open_browser(Role.READER)
    page.goto(f"/reports/{document}")
    parts = int(re.findall(r"\d+", page.locator(".parts span").first.inner_text())[1])
    assert parts > 2
    seen = ""
    for part in range(parts):
        if part:
            page.locator(".parts").first.get_by_role("link", name="下一部分").click()
        expect(page.locator(".parts span").first).to_contain_text(f"第 {part + 1} 部分")
        assert len(page.content()) < 600_000
        # Every heading of the tree stands on this page.
        for link in page.locator(".tree a").all()[:3]:
            assert page.locator(link.get_attribute("href") or "").count() == 1
        seen += page.locator(".text").text_content() or ""
    assert re.sub(r"\s", "", seen) == re.sub(r"\s", "", FILES["长篇2024.txt"])
    assert desk.client(Role.READER).get(f"/reports/{document}?part=99999").status_code == 200


def test_hostile_text_does_nothing(
    desk: RunningDesk, open_browser: Open, documents: dict[str, int]
) -> None:
    page = open_browser(Role.READER)
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    document = documents["<i>敌意.txt"]
    words = quote(HOSTILE)
    for path in (
        f"/reports/{document}?edits=true&words={words}&figure={words}",
        f"/reports/{document}",
        f"/reports?words={words}&text={words}",
        "/reports?text=script",
    ):
        page.goto(path)
        assert page.locator("main script, main b, main i").count() == 0, path
    page.goto(f"/reports/{document}")
    expect(page.locator(".text")).to_contain_text("<script>")
    assert "\u202e" not in page.content()


def test_what_is_not_there_is_not_found(desk: RunningDesk) -> None:
    client = desk.client(Role.READER)
    for path in ("/reports/999999999", "/reports/999999999/beside/1"):
        assert client.get(path).status_code == 404
    assert client.get("/reports?year=20x4").status_code == 422


def test_county_that_a_folder_tells_is_shown_as_such(
    desk: RunningDesk, documents: dict[str, int]
) -> None:
    document = documents["杏河2024.txt"]
    for known_by, shown in ((KnownBy.TEXT, False), (KnownBy.FOLDER, True)):
        with desk.ledger.transaction() as session:
            session.execute(
                update(Report).filter_by(document_id=document).values(known_by=known_by)
            )
        assert ("按文件夹名" in html(desk, f"/reports/{document}")) is shown


def test_withdrawn_report_leaves_the_list_and_says_so_itself(
    desk: RunningDesk, documents: dict[str, int]
) -> None:
    document = documents["杏河2024.txt"]
    assert arrivals.withdraw(desk.ledger, document, who="test", address=None)
    assert f"/reports/{document}" not in html(desk, "/reports?words=杏河")
    assert "已撤回" in html(desk, f"/reports/{document}")
    assert arrivals.restore(desk.ledger, document, who="test", address=None)
    desk.system.wait(lambda: f"/reports/{document}" in html(desk, "/reports?words=杏河"))


def test_api_gives_what_the_command_prints(desk: RunningDesk, documents: dict[str, int]) -> None:
    token = accounts.make_token(desk.ledger, make_person(desk.ledger, Role.READER), by="test")
    headers = {"Authorization": f"Bearer {token}"}

    def ask(path: str) -> requests.Response:
        return requests.get(f"{desk.base}/api/v1{path}", headers=headers, timeout=20)

    name = "泉溪2024.txt"
    got = ask(f"/reports/{documents[name]}").json()
    wanted = json.loads(json.dumps(as_json(read_report(FILES[name].encode(), name))))
    for part in ("source", "header", "sections", "edits", "text"):
        assert got[part] == wanted[part], part
    read = [{name: one[name] for name in wanted["metrics"][0]} for one in got["metrics"]]
    assert read == wanted["metrics"]
    # With what a person has said of each, and the key by which it is put right.
    assert {name for one in got["metrics"] for name in one} >= {"key", "corrected", "removed"}
    assert {each["kind"] for each in wanted["findings"]} <= {
        each["kind"] for each in got["findings"]
    }
    assert ask("/reports/999999999").status_code == 404
    lines = ask("/reports?words=泉溪镇&year=2024").json()
    assert [line["document"] for line in lines] == [documents[name]]
    (hit,) = ask("/reports/search?text=一年来&words=泉溪镇&year=2023").json()
    assert (hit["document"], hit["snippets"][0]["text"].count("一年来")) == (
        documents["泉溪2023.txt"],
        1,
    )


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_pages_of_reports_fit_their_window_and_every_reader(
    desk: RunningDesk,
    open_browser: Open,
    documents: dict[str, int],
    axe: str,  # noqa: F811 - the fixture
    size: dict[str, int],
) -> None:
    page = open_browser(Role.READER, size)
    document = documents["泉溪2024.txt"]
    copy = documents["杏河2024.txt"]
    shown = {
        "reports": "/reports",
        "reports-search": "/reports?text=矛盾纠纷",
        "report": f"/reports/{document}",
        "report-edits": f"/reports/{document}?edits=true&figure={key_of(desk, document, '226件')}",
        "report-beside": f"/reports/{copy}/beside/{finding_of(desk, copy, 'near_duplicate')}",
    }
    name = "wide" if size == WIDE else "phone"
    for language in ("zh", "en"):
        for what, path in shown.items():
            page.goto(path)
            picture(page, f"{what}-{name}-{language}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            assert language == "en" or serious(page, axe) == [], path
        page.get_by_role("button", name="English").or_(
            page.get_by_role("button", name="中文")
        ).click()


@pytest.mark.parametrize(("group", "values"), [("which", Which), ("status", Status)])
def test_every_value_that_is_shown_has_its_word(group: str, values: type[Which]) -> None:
    assert {f"{group}.{each}" for each in values} == {
        key for key in catalogue() if key.startswith(f"{group}.")
    }
    assert set(FigureOrder) == {"place", "value", "indicator"}
