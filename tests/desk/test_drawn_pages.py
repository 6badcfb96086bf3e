"""The page of the original beside the text: its picture, and the box of what is looked at."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
import requests
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect
from reportlab.lib.colors import black, blue
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from schema.kinds import Role
from tests.desk.conftest import PHONE, WIDE, RunningDesk, picture
from tests.desk.people import cookie_name, make_cookie, make_person
from tests.desk.test_pages import axe, serious  # noqa: F401 - a fixture
from tests.report.ofds import ofd, text
from tests.report.ofds import page as ofd_page
from tests.report.pdfs import LEFT, SIZE, SONG, TOP, lines, pdf, together

Open = Callable[..., Page]

RATE = "97.4%"
FIRST = (
    "石泉镇人民政府2024年度法治政府建设工作情况报告",
    "一、推进法治政府建设的主要举措和成效",
    "全年开展执法检查139次，办理行政处罚案件11件，罚款2.8万元。",
)
SECOND = ("二、存在的不足和原因", "执法力量不足，普法形式单一，全年开展法治宣传活动18场次。")


def stated_rate(canvas: Canvas) -> None:
    """A line with the only blue figure of the file, low on its page."""
    x = LEFT
    written = (("全年排查矛盾纠纷155件，化解152件，化解率", black), (RATE, blue), ("。", black))
    for words, colour in written:
        canvas.setFillColor(colour)
        canvas.drawString(x, 120, words)
        x += stringWidth(words, SONG, SIZE)
    canvas.setFillColor(black)


FILES = {
    "石泉2024.pdf": pdf(
        together(lines(*FIRST), stated_rate),
        together(lines(*SECOND), lines("石泉镇人民政府", "2025年1月15日", top=TOP - 120)),
    ),
    "云台2024.ofd": ofd(
        ofd_page(
            "".join(
                text(words.replace("石泉", "云台"), 20, 40 + 10 * at)
                for at, words in enumerate((*FIRST, *SECOND))
            )
        )
    ),
    "河湾2024.txt": "\n".join((*FIRST, *SECOND)).replace("石泉", "河湾").encode(),
}


@pytest.fixture(scope="module")
def documents(desk: RunningDesk) -> dict[str, int]:
    for name, data in FILES.items():
        (desk.system.inbox / name).write_bytes(data)
    query = (
        "SELECT document_id FROM report JOIN document ON id = document_id AND state = 'done'"
        " WHERE name = :name"
    )
    return {
        name: desk.system.wait(lambda name=name: desk.system.rows(query, name=name))[0][0]
        for name in FILES
    }


def key_of(desk: RunningDesk, document: int, quoted: str) -> str:
    query = "SELECT key FROM metric WHERE document_id = :document AND quote = :quoted"
    return str(desk.system.rows(query, document=document, quoted=quoted)[0][0])


def finding_of(desk: RunningDesk, document: int) -> int:
    query = "SELECT id FROM finding WHERE document_id = :document AND kind = 'rate_impossible'"
    return int(desk.system.rows(query, document=document)[0][0])


def blue_ink(page: Page) -> tuple[float, float, float, float]:
    """Where the picture on the screen is blue, in pixels of the page; without the boxes over it."""
    frame = page.locator(".page-frame")
    page.evaluate("document.querySelector('.page-picture svg').style.visibility = 'hidden'")
    shown = Image.open(io.BytesIO(frame.screenshot())).convert("RGB")
    page.evaluate("document.querySelector('.page-picture svg').style.visibility = ''")
    reds, _, blues = shown.split()
    dark = reds.point(lambda value: 255 * (value < 120))
    strong = blues.point(lambda value: 255 * (value > 180))
    found = Image.composite(dark, Image.new("L", shown.size), strong).getbbox()
    around = frame.bounding_box()
    assert found is not None, "the figure is not in view"
    assert around is not None
    x, y = around["x"], around["y"]
    return x + found[0], y + found[1], x + found[2], y + found[3]


def covers(box: Locator, ink: tuple[float, float, float, float]) -> bool:
    """Does it hold the ink and little else?"""
    found = box.bounding_box()
    assert found is not None
    left, top = found["x"], found["y"]
    right, bottom = left + found["width"], top + found["height"]
    holds = left <= ink[0] + 1 and top <= ink[1] + 1 and right >= ink[2] - 1
    width, height = ink[2] - ink[0], ink[3] - ink[1]
    close = found["width"] < width * 1.5 + 8 and found["height"] < height * 2.5 + 8
    return holds and bottom >= ink[3] - 1 and close


def drawn(page: Page) -> Page:
    """The page once its picture has come."""
    picture_of_page = page.locator(".page-picture img").first
    expect(picture_of_page).to_be_visible()
    page.wait_for_function(
        "[...document.querySelectorAll('.page-picture img')].every(one => one.naturalWidth > 0)"
    )
    page.wait_for_timeout(100)
    return page


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_box_of_the_chosen_figure_covers_it_on_the_page_of_the_report(
    desk: RunningDesk, open_browser: Open, documents: dict[str, int], size: dict[str, int]
) -> None:
    document = documents["石泉2024.pdf"]
    page = open_browser(Role.READER, size)
    page.goto(f"/reports/{document}?figure={key_of(desk, document, RATE)}")
    drawn(page).locator(".page-frame").scroll_into_view_if_needed()
    chosen = page.locator(".page-picture .chosen")
    expect(chosen).to_have_count(1)
    assert covers(chosen, blue_ink(page))
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    picture(page, f"drawn-page-{size['width']}")


def test_page_follows_the_figure_that_is_clicked_in_the_text(
    desk: RunningDesk, open_browser: Open, documents: dict[str, int]
) -> None:
    document = documents["石泉2024.pdf"]
    page = open_browser(Role.READER)
    page.goto(f"/reports/{document}")
    expect(drawn(page).locator(".page-picture .chosen")).to_have_count(0)
    page.click(f".text a.figure:text-is('{RATE}')")
    expect(page.locator(".page-picture .chosen")).to_have_count(1)
    assert covers(drawn(page).locator(".page-picture .chosen"), blue_ink(page))
    page.click(".text a.figure:text-is('18场次')")
    expect(page.locator(".drawn-page figcaption")).to_contain_text("第 2 页，共 2 页")
    expect(page.locator(".text a.chosen")).to_have_text("18场次")
    expect(page).to_have_url(
        f"{desk.base}/reports/{document}?figure={key_of(desk, document, '18场次')}"
    )
    # The other way: from the page to the text.
    page.goto(f"/reports/{document}")
    drawn(page).locator(f".page-picture a[aria-label='{RATE}']").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".text a.chosen")).to_have_text(RATE)


def test_pages_are_turned_and_put_away(
    desk: RunningDesk, open_browser: Open, documents: dict[str, int]
) -> None:
    page = open_browser(Role.READER)
    page.goto(f"/reports/{documents['石泉2024.pdf']}")
    page.click("text=下一页")
    expect(page.locator(".drawn-page figcaption")).to_contain_text("第 2 页")
    page.click("text=收起原件")
    expect(page.locator(".drawn-page")).to_have_count(0)
    page.click("text=看原件页面")
    expect(page.locator(".drawn-page")).to_have_count(1)


def test_reviewer_sees_the_boxes_of_a_finding_and_puts_them_away_by_a_key(
    desk: RunningDesk,
    open_browser: Open,
    documents: dict[str, int],
    axe: str,  # noqa: F811
) -> None:
    page = open_browser(Role.REVIEWER)
    page.goto(f"/review/{finding_of(desk, documents['石泉2024.pdf'])}")
    boxes = drawn(page).locator(".page-picture .chosen")
    expect(boxes).to_have_count(3)
    ink = blue_ink(page)
    assert any(covers(boxes.nth(at), ink) for at in range(3))
    picture(page, "drawn-page-review")
    assert serious(page, axe) == []
    page.keyboard.press("p")
    expect(page.locator(".drawn-page")).to_be_hidden()
    page.reload()
    expect(page.locator(".passage").first).to_be_visible()
    expect(page.locator(".drawn-page")).to_be_hidden()
    page.keyboard.press("p")
    expect(page.locator(".drawn-page")).to_be_visible()


def test_without_script_the_page_is_there_with_its_boxes_and_a_link(
    desk: RunningDesk, chromium: Browser, documents: dict[str, int]
) -> None:
    context = chromium.new_context(base_url=desk.base, java_script_enabled=False, locale="zh-CN")
    secret = make_cookie(desk.ledger, make_person(desk.ledger, Role.REVIEWER))
    context.add_cookies([{"name": cookie_name(desk.base), "value": secret, "url": desk.base}])
    page = context.new_page()
    page.goto(f"/review/{finding_of(desk, documents['石泉2024.pdf'])}")
    expect(page.locator(".page-picture img")).to_be_visible()
    expect(page.locator(".page-picture .chosen")).to_have_count(3)
    link = page.locator(".drawn-page figcaption a")
    expect(link).to_have_attribute("href", f"/documents/{documents['石泉2024.pdf']}/pages/1")
    context.close()


def test_page_of_an_ofd_is_shown_and_a_text_has_none(
    desk: RunningDesk, open_browser: Open, documents: dict[str, int]
) -> None:
    page = open_browser(Role.READER)
    page.goto(f"/reports/{documents['云台2024.ofd']}")
    expect(drawn(page).locator(".page-picture a[aria-label='139次'] rect")).to_have_count(1)
    page.goto(f"/reports/{documents['河湾2024.txt']}")
    expect(page.locator(".text")).to_be_visible()
    expect(page.locator(".drawn-page")).to_have_count(0)
    assert page.get_by_text("原件页面").count() == 0


def test_picture_is_sent_once_and_only_to_readers(
    desk: RunningDesk, documents: dict[str, int]
) -> None:
    path = f"/documents/{documents['石泉2024.pdf']}/pages/1"
    reader = desk.client(Role.READER)
    first = reader.get(path)
    assert first.status_code == 200
    assert first.headers["content-type"] == "image/webp"
    assert first.headers["cache-control"] == "private, no-cache"
    assert Image.open(io.BytesIO(first.content)).width == 1200
    again = reader.get(path, **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    stranger = requests.get(
        desk.base + path,
        headers={"If-None-Match": first.headers["etag"]},
        allow_redirects=False,
        timeout=20,
    )
    assert stranger.status_code == 303
    for wrong in (
        f"/documents/{documents['石泉2024.pdf']}/pages/3",
        f"/documents/{documents['石泉2024.pdf']}/pages/0",
        f"/documents/{documents['河湾2024.txt']}/pages/1",
        "/documents/999999/pages/1",
    ):
        assert reader.get(wrong).status_code == 404


def test_page_that_cannot_be_drawn_says_so_in_its_place(
    desk: RunningDesk, documents: dict[str, int]
) -> None:
    """The stored bytes are damaged: what was read of them stays, and the page is a sentence."""
    document = documents["云台2024.ofd"]
    ((sha256,),) = desk.system.rows("SELECT sha256 FROM document WHERE id = :id", id=document)
    stored = next((desk.system.home / "var" / "store").rglob(sha256))
    whole = stored.read_bytes()
    for kept in (desk.system.home / "var" / "pictures").glob(f"{sha256}*"):
        kept.unlink()
    stored.chmod(0o600)
    stored.write_bytes(whole[: len(whole) // 2])
    try:
        answer = desk.client(Role.READER).get(f"/documents/{document}/pages/1")
    finally:
        stored.write_bytes(whole)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "这一页无法显示图像" in answer.text
