"""Numbers: from the panel to the sentence, one indicator among peers, coverage,
findings, export.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from threading import Thread
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
import requests
import uvicorn
from lxml import html
from playwright.sync_api import Page, expect
from pyarrow.parquet import read_table
from sqlalchemy import text, update

from review.app import create_app
from review.asked import sentence_of
from schema.kinds import Action, Role
from schema.tables import Issuer
from tests.acceptance.system import SAMPLES
from tests.desk.conftest import PHONE, WIDE, RunningDesk, answers, free_port, picture
from tests.desk.people import make_person
from tests.desk.test_pages import axe, serious  # noqa: F401 - a fixture
from workers.desk import accounts, exports, queue, writing
from workers.desk.numbers import coverage
from workers.desk.numbers.panel import Selection, count_figures, list_figures
from workers.desk.queue import Correction
from workers.desk.writing import Format, TooManyRows
from workers.report.catalogue import pillars
from workers.results.remaking import remake_cells
from workers.settings import Settings

Open = Callable[..., Page]
TOWN = "苇泊镇人民政府"
CODE = "disputes.resolved"
PATHS = ("", "/indicators", f"/indicators/{CODE}", "/coverage", "/overdue", "/findings")


@pytest.fixture(scope="module")
def town(desk: RunningDesk) -> int:
    """A town with reports of three years; the issuer's number."""
    source = (SAMPLES / "松涧镇2024.txt").read_text(encoding="utf-8").replace("松涧镇", "苇泊镇")
    for year in (2022, 2023, 2024):
        (desk.system.inbox / f"苇泊镇{year}.txt").write_text(
            source.replace("2024", str(year)), encoding="utf-8"
        )
    desk.system.drop(SAMPLES / "清渠街道2023.txt")
    kept = (
        "SELECT issuer_id FROM panel_figure JOIN issuer ON issuer.id = issuer_id WHERE name = :name"
    )
    found = desk.system.wait(
        lambda: desk.system.rows(f"{kept} GROUP BY 1 HAVING count(DISTINCT year) = 3", name=TOWN)
    )
    return int(found[0][0])


def shown(desk: RunningDesk, path: str) -> html.HtmlElement:
    answer = desk.client(Role.READER).get(path)
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def token(desk: RunningDesk) -> str:
    return accounts.make_token(desk.ledger, make_person(desk.ledger, Role.READER), by="test")


@contextmanager
def own_desk(desk: RunningDesk) -> Iterator[RunningDesk]:
    """A desk within this process, which a test can patch."""
    port = free_port()
    app = create_app(desk.ledger, Settings(broker_url=desk.system.broker_url, desk_port=port))
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        desk.system.wait(lambda: answers(port))
        yield RunningDesk(desk.system, f"http://127.0.0.1:{port}", desk.ledger)
    finally:
        server.should_exit = True
        thread.join(20)


def column(page: html.HtmlElement, at: int) -> list[str]:
    return [" ".join(cell.text_content().split()) for cell in page.xpath(f"//tbody/tr/*[{at}]")]


def test_panel_is_filtered_by_indicator_year_place_and_issuer(desk: RunningDesk, town: int) -> None:
    page = shown(desk, f"/numbers?indicator={CODE}&words=苇泊")
    assert column(page, 1) == [TOWN] * 3
    assert column(page, 3) == ["2022", "2023", "2024"]
    page = shown(desk, "/numbers?year=2023&county=&province=&words=苇泊 镇")
    assert set(column(page, 3)) == {"2023"}
    assert shown(desk, "/numbers?province=乌有省").xpath("//p[@class='nothing']")


def test_rows_stand_by_value_once_an_indicator_is_chosen(desk: RunningDesk, town: int) -> None:
    rows = list_figures(desk.ledger, Selection(indicator=CODE))
    page = shown(desk, f"/numbers?indicator={CODE}&order=largest")
    values = [float(re.sub(r"[^\d.]", "", cell)) for cell in column(page, 5)]
    assert values == sorted((row.value for row in rows), reverse=True)
    assert shown(desk, "/numbers?order=largest").xpath("//tbody/tr")  # of several: as ever


def test_every_figure_and_mark_leads_to_its_sentence(desk: RunningDesk, town: int) -> None:
    figure = list_figures(desk.ledger, Selection(indicator=CODE, issuer=town, year=2024))[0]
    sentence = f"/reports/{figure.document}?figure={figure.figure}#chosen"
    for path in (f"/numbers?words=苇泊&indicator={CODE}&year=2024", f"/numbers/issuers/{town}"):
        assert sentence in shown(desk, path).xpath("//td/a/@href"), path
    drawn = shown(desk, f"/numbers/indicators/{CODE}?issuer={town}&year=2024")
    assert drawn.xpath("//svg//a/@href").count(sentence) == 2  # the line's dot, and the bar
    assert all(link.xpath("title/text()") for link in drawn.xpath("//svg//a"))
    assert desk.client(Role.READER).get(sentence.partition("#")[0]).status_code == 200


def test_correction_is_in_the_panel_at_once(desk: RunningDesk, town: int) -> None:
    figure = list_figures(desk.ledger, Selection(indicator=CODE, issuer=town, year=2022))[0]
    insert = text(
        "INSERT INTO finding (document_id, key, kind, across, severity, message, "
        "message_en, spans, metric_keys,"
        " evidence, priority, state) VALUES (:document, 'sum_mismatch::by-hand', 'sum_mismatch', "
        "false, 'wrong', '错',"
        " 'no', '[]', ARRAY[:figure], '', 300, 'open') RETURNING id"
    )
    with desk.ledger.transaction() as session:
        finding = session.execute(
            insert, {"document": figure.document, "figure": figure.figure}
        ).scalar_one()
        remake_cells(session, figure.document)
    path = f"/numbers?indicator={CODE}&year=2022&words=苇泊"
    assert column(shown(desk, path), 5)[0].startswith("—")
    assert "数值有争议" in column(shown(desk, path), 6)[0]
    queue.decide(desk.ledger, finding, Action.CORRECT, "王", correction=Correction(value=4321))
    assert column(shown(desk, path), 5)[0].startswith("4,321")
    assert "人工更正" in column(shown(desk, path), 5)[0]


def test_panel_shows_how_a_cell_is_made_and_leads_to_what_asks_about_it(
    desk: RunningDesk, open_browser: Open
) -> None:
    name = "荻花镇人民政府"
    said = (
        "综合执法队办理行政处罚案件9件，罚款7920元。应急管理办公室办理行政处罚案件4件，罚款2050元。\n"
        "二、普法宣传\n开展宪法宣传活动12场次。一年来累计开展各类普法宣传活动30场次。\n"
    )
    text = f"{name}2024年度法治政府建设情况报告\n\n一、行政执法\n{said}\n{name}\n2025年1月10日\n"
    (desk.system.inbox / "荻花镇2024.txt").write_text(text, encoding="utf-8")
    query = "SELECT document_id FROM panel WHERE issuer = :issuer"
    ((document, *_), *_) = desk.system.wait(lambda: desk.system.rows(query, issuer=name))
    page = open_browser(Role.REVIEWER)
    page.goto("/numbers?words=荻花")
    expect(page.locator("tr", has_text="罚没金额")).to_contain_text("9,970元")
    expect(page.locator("tr", has_text="罚没金额")).to_contain_text("7920元 + 2050元")
    unclear = page.locator("tr", has_text="普法活动")
    expect(unclear).to_contain_text("可能互相包含")
    picture(page, "numbers-cells")
    page.goto(f"/reports/{document}")
    expect(page.locator("#cells tr", has_text="罚没金额")).to_contain_text("相加")
    picture(page, "report-cells")
    page.locator("#cells tr", has_text="普法活动").get_by_role("link").click()
    expect(page.locator("article[data-number]")).to_contain_text("12+30=42场次")
    page.wait_for_load_state()  # the keys are the script's
    page.keyboard.press("2")
    page.keyboard.press("a")
    expect(page.get_by_role("status")).to_contain_text("属实")
    page.goto("/numbers?words=荻花")
    expect(page.locator("tr", has_text="普法活动")).to_contain_text("人工确定")


def test_export_holds_what_is_shown_in_every_format(desk: RunningDesk, town: int) -> None:
    client, chosen = desk.client(Role.READER), f"?words=苇泊&indicator={CODE}&year=2023"
    expected = column(shown(desk, f"/numbers{chosen}"), 1)
    answer = client.get(f"/numbers/export/csv{chosen}")
    assert (
        answer.headers["content-disposition"]
        == f"attachment; filename*=UTF-8''{quote('数据总表.csv')}"
    )
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert [row["填报单位"]] == expected == [TOWN]
    assert (row["确数或约数"], row["人工更正"], row["指标"]) == ("确数", "否", "化解矛盾纠纷")
    table = read_table(
        io.BytesIO(client.get(f"/numbers/export/parquet{chosen}").content)
    ).to_pylist()
    assert [(one["issuer"], one["value"], one["bound"]) for one in table] == [
        (TOWN, float(row["数值"]), "exact")
    ]
    with zipfile.ZipFile(io.BytesIO(client.get(f"/numbers/export/xlsx{chosen}").content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert all(
        word in sheet for word in (TOWN, "计量单位", "<autoFilter", "<cols>", 'state="frozen"')
    )
    assert client.get("/numbers/export/exe").status_code == 404


def test_export_of_an_english_page_is_as_scripts_get_it(desk: RunningDesk, town: int) -> None:
    client = desk.client(Role.READER)
    client.http.cookies.set("fazhi_language", "en")
    answer = client.get(f"/numbers/export/csv?indicator={CODE}")
    assert answer.headers["content-disposition"] == 'attachment; filename="panel.csv"'
    told = requests.get(
        f"{desk.base}/api/v1/export/csv?indicator={CODE}",
        headers={"Authorization": f"Bearer {token(desk)}"},
        timeout=20,
    )
    assert answer.content.decode("utf-8-sig") == told.content.decode()
    assert told.text.startswith("issuer,county,")


def test_more_rows_than_a_sheet_holds_are_refused_in_words(desk: RunningDesk, town: int) -> None:
    chosen = Selection(issuer=town)
    count = count_figures(desk.ledger, chosen, 1000)
    assert count == len(list_figures(desk.ledger, chosen, limit=1000))
    assert count_figures(desk.ledger, chosen, 3) == 3
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "MOST_ROWS", count)
        with pytest.raises(TooManyRows):
            exports.write_panel(desk.ledger, io.BytesIO(), Format.XLSX, chosen)
        with own_desk(desk) as own:
            answer = own.client(Role.READER).get(f"/numbers/export/xlsx?issuer={town}")
            assert answer.status_code == 422
            assert "超过 Excel 的行数上限" in answer.text
            assert (
                own.client(Role.READER).get(f"/numbers/export/csv?issuer={town}").status_code == 200
            )
            told = own.client().get(
                f"/api/v1/export/xlsx?issuer={town}", Authorization=f"Bearer {token(desk)}"
            )
            assert (told.status_code, "1,048,575 rows" in told.json()["detail"]) == (409, True)


def test_scripts_fetch_the_originals(desk: RunningDesk, town: int) -> None:
    figure = list_figures(desk.ledger, Selection(issuer=town, year=2023))[0]
    headers = {"Authorization": f"Bearer {token(desk)}"}
    path = f"{desk.base}/api/v1/documents/{figure.document}/original"
    answer = requests.get(path, headers=headers, timeout=20)
    assert (
        answer.content
        == (desk.client(Role.READER).get(f"/documents/{figure.document}/original")).content
    )
    assert "苇泊镇2023" in unquote(answer.headers["content-disposition"])
    assert requests.get(path, timeout=20).status_code == 401


@pytest.fixture
def peers(desk: RunningDesk, town: int) -> Iterator[int]:
    """Forty towns with a value each in a year of their own; the year."""
    year = 2150
    values = [
        *range(1, 33),
        1.5,
        97.9,
        97.9,
        123456.78,
        123456.78,
        12345678.0,
        12345678.0,
        12345678.0,
    ]
    new = text(
        "INSERT INTO issuer (name, province, county) VALUES (:name, '直方省', '图县') RETURNING id"
    )
    kept = text(
        "INSERT INTO panel_figure (issuer_id, year, indicator, value, unit, bound, rule, corrected,"
        " stated, metric_id, document_id) SELECT :issuer, :year, indicator, :value, unit, "
        "'at_least', rule, corrected, stated,"
        " metric_id, document_id FROM panel_figure WHERE issuer_id = :town AND year "
        "= 2023 AND indicator = :code"
    )
    with desk.ledger.transaction() as session:
        for number, value in enumerate(values):
            issuer = session.execute(new, {"name": f"直方第{number}镇"}).scalar_one()
            given = {"issuer": issuer, "year": year, "value": value, "town": town, "code": CODE}
            session.execute(kept, given)
    yield year
    with desk.ledger.transaction() as session:
        session.execute(text("DELETE FROM panel_figure WHERE year = :year"), {"year": year})
        session.execute(text("DELETE FROM issuer WHERE province = '直方省'"))


def test_every_column_leads_to_as_many_rows_as_it_counts(desk: RunningDesk, peers: int) -> None:
    seen = 0
    for words in ("", "&most=32", "&words=直方第3"):
        page = shown(desk, f"/numbers/indicators/{CODE}?year={peers}{words}")
        for link in page.xpath("//section[@aria-labelledby='distribution-title']//svg/a"):
            count = int(re.findall(r"：(\d+)", link.xpath("title/text()")[0])[0])
            assert len(column(shown(desk, link.get("href")), 1)) == count, link.xpath(
                "title/text()"
            )
            seen += count
    assert seen == 40 + 33 + 11


def test_every_digit_of_a_value_is_shown(desk: RunningDesk, peers: int) -> None:
    listed = column(shown(desk, f"/numbers?indicator={CODE}&year={peers}"), 5)
    unit = list_figures(desk.ledger, Selection(indicator=CODE, year=peers), limit=1)[0].unit
    for value in ("97.9", "123,456.78", "12,345,678", "1.5", "32"):
        assert f"{value}{unit}以上" in listed
    rows = list_figures(desk.ledger, Selection(indicator=CODE, year=peers), limit=100)
    for written, value in (("97.9", 97.9), ("123,456.78", 123456.78), ("12,345,678", 12345678.0)):
        issuer = next(row.issuer_id for row in rows if row.value == value)
        assert f"{written}以上" in column(shown(desk, f"/numbers/issuers/{issuer}"), 2)
        page = shown(desk, f"/numbers/indicators/{CODE}?year={peers}&issuer={issuer}")
        assert f"为 {written}{unit}，" in page.text_content()
        assert written in page.xpath("//td/a/text()")
        assert f"{written}{unit}以上" in page.xpath("//text[@class='value']/text()")


def test_exported_cell_leads_to_its_characters(desk: RunningDesk, town: int) -> None:
    client = desk.client(Role.READER)
    sent = client.get(f"/numbers/export/csv?words=苇泊&indicator={CODE}&year=2023").content
    (row,) = csv.DictReader(io.StringIO(sent.decode("utf-8-sig")))
    out = io.BytesIO()
    exports.write_metrics(desk.ledger, out)
    links = {one["link"] for one in csv.DictReader(io.StringIO(out.getvalue().decode()))}
    assert urlsplit(row["链接"]).path in {urlsplit(link).path for link in links}
    answer = client.get(urlsplit(row["链接"]).path)
    assert answer.status_code == 303
    (figure,) = list_figures(desk.ledger, Selection(indicator=CODE, issuer=town, year=2023))
    assert answer.headers["Location"] == sentence_of(figure)
    assert client.get(f"/at/{'0' * 16}/1-2").status_code == 404


def test_chart_is_saved_as_a_file_of_its_own(
    desk: RunningDesk, town: int, open_browser: Open
) -> None:
    answer = desk.client(Role.READER).get(f"/numbers/indicators/{CODE}/years.svg?issuer={town}")
    drawn = answer.content.decode()
    assert "n=1" in drawn
    assert re.search(r"var\(|href|class=.line gap", drawn) is None
    html.fromstring(answer.content)
    page = open_browser(Role.READER)
    page.goto(f"/numbers/indicators/{CODE}?issuer={town}")
    with page.expect_download() as saving:
        page.locator("[data-png]").first.click()
    assert saving.value.suggested_filename.endswith(".png")


def test_two_issuers_stand_side_by_side(desk: RunningDesk, town: int, peers: int) -> None:
    (other, *_) = list_figures(desk.ledger, Selection(indicator=CODE, year=peers), limit=1)
    page = shown(desk, f"/numbers/compare?issuer={town}&other={other.issuer_id}")
    heads = [cell.text_content() for cell in page.xpath("//thead/tr[2]/th")]
    assert heads[:2] == [TOWN, other.issuer]
    assert "以上" in " ".join(page.xpath("//td/a/text()"))
    assert (
        desk.client(Role.READER).get("/numbers/compare?issuer=1&other=999999999").status_code == 404
    )


def test_indicator_opens_on_a_year_that_the_issuer_has(
    desk: RunningDesk, town: int, peers: int
) -> None:
    page = shown(desk, f"/numbers/indicators/{CODE}?issuer={town}")
    assert page.xpath("//select[@name='year']/option[@selected]/text()") == ["2024"]
    english = desk.client(Role.READER)
    english.http.cookies.set("fazhi_language", "en")
    title = html.fromstring(english.get(f"/numbers/indicators/{CODE}").text).xpath("string(//h1)")
    assert " ".join(title.split()) == "Disputes resolved cases"


def test_scripts_get_the_same_numbers(desk: RunningDesk, town: int) -> None:
    headers = {"Authorization": f"Bearer {token(desk)}"}

    def asked(path: str) -> Any:
        answer = requests.get(f"{desk.base}/api/v1/{path}", headers=headers, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    lines = asked(f"figures?indicator={CODE}&issuer={town}")
    rows = list_figures(desk.ledger, Selection(indicator=CODE, issuer=town))
    assert [(line["year"], line["value"]) for line in lines] == [
        (row.year, row.value) for row in rows
    ]
    behind = asked(f"figures?indicator={CODE}&issuer={town}&after={lines[0]['key']}")
    assert behind == lines[1:]
    (known,) = [one for one in asked("indicators") if one["code"] == CODE]
    assert known["unit"] == lines[0]["unit"]
    (covered,) = asked("coverage?words=苇泊&year=2023")
    assert (covered["issuer_id"], covered["reported"]) == (town, True)
    codes = {line["indicator"] for line in asked(f"figures?issuer={town}&year=2023")}
    assert covered["counts"]["disputes"] == len(
        [code for code in codes if code.startswith("disputes.")]
    )
    # Whether the nightly run has told of one by now is a matter of the hour.
    missing = coverage.list_missing(desk.ledger, Selection(words="苇泊"))
    assert asked("overdue?words=苇泊&last=0-0") == [asdict(one) for one in missing]


def test_hostile_name_does_nothing_on_the_page_and_in_the_export(
    desk: RunningDesk, town: int, open_browser: Open
) -> None:
    hostile = '=HYPERLINK("http://evil.example")<script>alert(1)</script>\''
    with desk.ledger.transaction() as session:
        session.execute(update(Issuer).where(Issuer.id == town).values(name=hostile))
    try:
        page = open_browser(Role.READER)
        page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
        for path in (
            f"/numbers?indicator={CODE}",
            f"/numbers/indicators/{CODE}?issuer={town}",
            "/numbers/coverage",
        ):
            page.goto(path)
            expect(page.get_by_text("<script>alert(1)</script>").first).to_be_attached()
            assert page.locator("main script").count() == 0
        sent = (
            desk.client(Role.READER)
            .get(f"/numbers/export/csv?indicator={CODE}")
            .content.decode("utf-8-sig")
        )
        assert f"'{hostile}" in {row["填报单位"] for row in csv.DictReader(io.StringIO(sent))}
    finally:
        with desk.ledger.transaction() as session:
            session.execute(update(Issuer).where(Issuer.id == town).values(name=TOWN))


def test_coverage_counts_the_indicators_of_each_pillar(desk: RunningDesk, town: int) -> None:
    figures = list_figures(desk.ledger, Selection(issuer=town, year=2024), limit=1000)
    page = shown(desk, "/numbers/coverage?year=2024&words=苇泊")
    assert column(page, 1)[0].startswith(TOWN)
    row = page.xpath("//tbody/tr[1]/td")
    assert int(row[-1].text_content()) == len(figures)
    assert int(row[list(pillars()).index("disputes")].text_content()) == sum(
        figure.indicator.startswith("disputes.") for figure in figures
    )
    assert page.xpath("//ul[@class='shares']/li")
    (link,) = row[list(pillars()).index("disputes")].xpath("a/@href")
    behind = shown(desk, link)
    assert len(column(behind, 4)) == len(
        [one for one in figures if one.indicator.startswith("disputes.")]
    )
    assert behind.xpath("//input[@name='issuer'][@checked]/@value") == [str(town)]
    assert behind.xpath("//select[@name='pillar']/option[@selected]/@value") == ["disputes"]
    assert len(column(shown(desk, row[-1].xpath("a/@href")[0]), 4)) == len(figures)
    assert column(shown(desk, "/numbers/coverage?year=2019&words=苇泊"), 2) == ["没有报告"]
    before = shown(desk, "/numbers/coverage?year=1999")
    assert "1999" in before.xpath("//h1")[0].text_content()
    assert before.xpath("//select[@name='year']/option[@selected]/text()") == ["1999"]


def test_overdue_reports_are_listed_by_place(desk: RunningDesk, town: int) -> None:
    insert = text(
        "INSERT INTO finding (issuer_id, year, key, kind, across, severity, message, message_en, "
        "spans, metric_keys,"
        " evidence, details, priority, state) VALUES (:town, 2021, 'report_overdue::', "
        "'report_overdue', true, 'check',"
        " '缺', 'no', '[]', '{}', '', '{\"due\": \"2022-04-01\", \"expected_by\": "
        "\"last_year\"}', 240, 'open')"
    )
    with desk.ledger.transaction() as session:
        session.execute(insert, {"town": town})
    page = shown(desk, "/numbers/overdue?year=2021&words=苇泊")
    assert [column(page, at)[0] for at in (1, 3, 4, 5)] == [
        TOWN,
        "2021",
        "2022-04-01",
        "上一年度交过",
    ]
    assert shown(desk, "/numbers/overdue?year=1999").xpath("//p[@class='nothing']")
    (link,) = [one for one in page.xpath("//p[@class='tools']//a/@href") if "csv" in one]
    answer = desk.client(Role.READER).get(link)
    assert quote("未交报告.csv") in answer.headers["content-disposition"]
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert [row[name] for name in ("填报单位", "年度", "期限", "应交依据")] == [
        TOWN,
        "2021",
        "'2022-04-01",
        "上一年度交过",
    ]
    assert desk.client(Role.READER).get(link.replace("csv", "xlsx")).content.startswith(b"PK")


def test_findings_of_this_month_stand_in_the_last_column(desk: RunningDesk, town: int) -> None:
    page = shown(desk, "/numbers/findings")
    assert page.xpath("//tbody/tr")
    for title in page.xpath("//tbody//svg/@aria-label"):
        assert int(title.rsplit(" ", 1)[1]) > 0, title
    for total, waiting, settled in zip(
        column(page, 3), column(page, 4), column(page, 5), strict=True
    ):
        assert int(total) == int(waiting) + int(settled)
    for link in page.xpath("//tbody//td/a/@href"):
        shown(desk, link)


@pytest.mark.parametrize(
    "query",
    [
        "after=~~",
        "after=1~2",
        "after=a~b~c",
        "least=1e308&most=-1",
        "province=%00",
        "order=&year=&issuer=",
    ],
)
def test_odd_address_is_still_a_page(desk: RunningDesk, town: int, query: str) -> None:
    shown(desk, f"/numbers?{query}")


def test_address_that_means_nothing_is_refused(desk: RunningDesk, town: int) -> None:
    client = desk.client(Role.READER)
    assert client.get("/numbers/indicators/no.such").status_code == 404
    assert client.get("/numbers/issuers/999999999").status_code == 404
    assert client.get("/numbers?least=nan").status_code == 422


def test_sentence_of_a_dot_is_reached_by_keyboard(
    desk: RunningDesk, town: int, open_browser: Open
) -> None:
    page = open_browser(Role.READER)
    page.goto(f"/numbers/indicators/{CODE}?issuer={town}&year=2024")
    dots = page.locator("svg a:has(.dot)")
    expect(dots).to_have_count(3)
    dots.last.focus()
    expect(dots.last).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/*?figure=*")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_pages_of_numbers_fit_their_window(
    desk: RunningDesk, town: int, open_browser: Open, size: dict[str, int]
) -> None:
    page = open_browser(Role.READER, size)
    name = "wide" if size == WIDE else "phone"
    for language in ("zh", "en"):
        for path in (*PATHS, f"/issuers/{town}"):
            page.goto(f"/numbers{path}" + (f"?issuer={town}" if CODE in path else ""))
            picture(page, f"numbers{path.replace('/', '-').replace('.', '-')}-{name}-{language}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        page.get_by_role("button", name="English").or_(
            page.get_by_role("button", name="中文")
        ).click()


def test_no_page_of_numbers_has_a_serious_trouble_for_a_screen_reader(
    desk: RunningDesk,
    town: int,
    open_browser: Open,
    axe: str,  # noqa: F811
) -> None:
    page = open_browser(Role.READER)
    for path in (*PATHS, f"/issuers/{town}"):
        page.goto(f"/numbers{path}" + (f"?issuer={town}" if CODE in path else ""))
        assert serious(page, axe) == [], path
