"""The pages in a real Chromium, as people use them."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from review.app import STATIC
from schema.kinds import Role
from tests.acceptance.system import SAMPLES
from tests.desk.conftest import PASSWORD, PHONE, WIDE, RunningDesk, picture, sign_in
from workers.desk import accounts

Open = Callable[..., Page]

HOSTILE = "<img src=x onerror=alert(1)>'\";\u202egnp.txt"


def test_first_admin_comes_in_once_by_the_link_in_a_file(
    desk: RunningDesk, open_browser: Open
) -> None:
    told = desk.system.home / "var" / "first-admin"
    link = told.read_text().strip()
    assert stat.S_IMODE(told.stat().st_mode) == 0o600
    log = desk.system.log.read_text()
    assert (str(told) in log, link.partition("=")[2] in log) == (True, False)
    page = open_browser()
    page.goto(link)
    picture(page, "join")
    page.fill("#password", "short")
    page.fill("#again", PASSWORD)
    page.click("button.main")
    expect(page.locator("#password")).to_be_focused()  # the browser itself asks for ten characters
    page.fill("#password", PASSWORD)
    page.press("#again", "Enter")
    page.wait_for_url("**/intake")
    expect(page.locator(".person")).to_contain_text("admin")
    again = open_browser()
    again.goto(link)
    expect(again.get_by_role("alert")).to_contain_text("已经用过")
    sign_in(again, "admin")


def test_page_that_needs_a_person_leads_to_the_sign_in_and_back(
    desk: RunningDesk, open_browser: Open
) -> None:
    page = open_browser(Role.READER)
    stranger = open_browser()
    stranger.goto("/intake?show=refused")
    expect(stranger).to_have_title("登录 · 法治报告核查台")
    picture(stranger, "login")
    stranger.fill("#name", "the-reader")
    stranger.fill("#password", PASSWORD)
    stranger.press("#password", "Enter")
    stranger.wait_for_url("**/intake?show=refused")
    page.click("text=退出")
    page.goto("/intake")
    expect(page).to_have_url(f"{desk.base}/login?next=/intake")


def test_file_uploaded_on_the_page_is_read_and_shown(desk: RunningDesk, open_browser: Open) -> None:
    page = open_browser(Role.REVIEWER)
    page.set_input_files("#files", [SAMPLES / "松涧镇2024.txt", SAMPLES / "清渠街道2023.txt"])
    expect(page.locator("[data-uploaded] li")).to_have_count(2)
    # The newest: other tests dropped the same.
    line = page.locator("tr", has_text="松涧镇2024.txt").first
    # by itself, the page is not loaded again
    expect(line.locator(".mark.done")).to_be_visible(timeout=30_000)
    expect(line).to_contain_text("松涧镇人民政府2024年度法治政府建设工作情况报告")
    expect(
        page.locator("tr", has_text="清渠街道2023.txt").first.locator(".mark.done")
    ).to_be_visible(timeout=30_000)


def test_line_leads_to_its_report_and_its_findings(desk: RunningDesk, open_browser: Open) -> None:
    page = open_browser(Role.REVIEWER)
    page.set_input_files("#files", [SAMPLES / "清渠街道2023.txt"])
    line = page.locator("tr", has_text="清渠街道2023.txt").first
    line.get_by_role("link", name="个问题待处理").click(timeout=30_000)
    expect(page.locator("#findings")).to_be_in_viewport()
    expect(page.locator("h1")).to_contain_text("清渠街道")


def test_file_that_is_too_large_is_not_sent(desk: RunningDesk, open_browser: Open) -> None:
    page = open_browser(Role.REVIEWER)
    page.locator("[data-upload]").evaluate("(form) => { form.dataset.megabytes = '0'; }")
    page.set_input_files("#files", [SAMPLES / "松涧镇2024.txt"])
    expect(page.locator("[data-uploaded] .trouble")).to_contain_text("文件超过大小限制")


def test_file_that_its_first_bytes_tell_is_refused_at_once(
    desk: RunningDesk, open_browser: Open
) -> None:
    page = open_browser(Role.REVIEWER)
    archive = {"name": "全县.rar", "mimeType": "", "buffer": b"Rar!\x1a\x07\0" + bytes(90)}
    empty = {"name": "空.docx", "mimeType": "", "buffer": b""}
    page.set_input_files("#files", [archive, empty])
    told = page.locator("[data-uploaded] .trouble")
    expect(told).to_have_count(2)
    expect(told.filter(has_text="全县.rar")).to_contain_text("这是 RAR 压缩包：请解压")
    expect(told.filter(has_text="空.docx")).to_contain_text("文件是空的")
    expect(page.locator("tr", has_text="全县.rar")).to_have_count(0)


def test_original_is_saved_and_never_shown(desk: RunningDesk, open_browser: Open) -> None:
    page = open_browser(Role.REVIEWER)
    content = b"<script>alert(3)</script>" * 9
    page.set_input_files(
        "#files", [{"name": "脚本.html", "mimeType": "text/html", "buffer": content}]
    )
    link = page.locator("tr", has_text="脚本.html").locator("th").get_by_role("link")
    answer = desk.client(Role.READER).get(link.get_attribute("href", timeout=30_000) or "")
    assert answer.content == content
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith(
        "attachment; filename*=utf-8''%E8%84%9A"
    )
    with page.expect_download() as saved:
        link.click()
    assert saved.value.suggested_filename == "脚本.html"


def test_dropped_file_goes_into_the_inbox(desk: RunningDesk, open_browser: Open) -> None:
    page = open_browser(Role.REVIEWER)
    page.evaluate(
        """(text) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([text], "拖放.txt"));
            const about = { dataTransfer: transfer, bubbles: true, cancelable: true };
            dispatchEvent(new DragEvent("drop", about));
        }""",
        (SAMPLES / "青禾县水利局2024.txt").read_text(encoding="utf-8"),
    )
    expect(page.locator("tr", has_text="拖放.txt")).to_be_visible(timeout=30_000)


def test_refused_file_stands_with_its_reason_in_the_language_of_the_page(
    desk: RunningDesk, open_browser: Open
) -> None:
    page = open_browser(Role.REVIEWER)
    page.set_input_files(
        "#files", [{"name": "乱.doc", "mimeType": "text/plain", "buffer": bytes(range(256)) * 9}]
    )
    line = page.locator("tr", has_text="乱.doc")
    expect(line.locator(".reason")).to_contain_text("读不了", timeout=30_000)
    page.click("text=English")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(line.locator(".reason")).to_contain_text("no format that can be read")


def test_hostile_file_name_does_nothing(desk: RunningDesk, open_browser: Open) -> None:
    page = open_browser(Role.REVIEWER)
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    text = f"<script>alert(2)</script>{HOSTILE}镇2024年法治政府建设年度报告\n一、全年调解纠纷53件。"
    page.set_input_files(
        "#files", [{"name": HOSTILE, "mimeType": "text/plain", "buffer": text.encode()}]
    )
    line = page.locator("tr", has_text="onerror")
    expect(line.locator(".mark")).to_be_visible(timeout=30_000)
    assert page.locator("main img, main script").count() == 0


def test_file_with_a_temporary_name_is_refused_at_once(
    desk: RunningDesk, open_browser: Open
) -> None:
    page = open_browser(Role.REVIEWER)
    page.set_input_files(
        "#files", [{"name": "~$报告.docx", "mimeType": "text/plain", "buffer": b"x"}]
    )
    expect(page.locator("[data-uploaded] .trouble")).to_contain_text("文件名不合适")


def test_withdrawn_report_leaves_the_panel_and_comes_back(
    desk: RunningDesk, open_browser: Open
) -> None:
    page = open_browser(Role.REVIEWER)
    source = (SAMPLES / "松涧镇2024.txt").read_text(encoding="utf-8").replace("松涧镇", "白鹭洲镇")
    page.set_input_files(
        "#files", [{"name": "白鹭洲.txt", "mimeType": "text/plain", "buffer": source.encode()}]
    )
    line = page.locator("tr", has_text="白鹭洲.txt")
    expect(line.locator(".mark.done")).to_be_visible(timeout=30_000)
    in_panel = "issuer LIKE '白鹭洲镇%'"
    open_findings = (
        "present AND document_id IN (SELECT document_id FROM report WHERE name = '白鹭洲.txt')"
    )
    assert desk.system.count("panel", in_panel) > 10
    page.once("dialog", lambda dialog: dialog.accept())
    line.get_by_role("button", name="撤回").click()
    expect(line.locator(".mark.withdrawn")).to_be_visible()
    assert desk.system.count("panel", in_panel) == 0
    assert desk.system.count("finding", open_findings) == 0
    line.get_by_role("button", name="恢复").click()
    expect(line.locator(".mark.done")).to_be_visible(timeout=30_000)
    assert desk.system.count("panel", in_panel) > 10


def test_lines_are_found_by_name_issuer_and_state(desk: RunningDesk, open_browser: Open) -> None:
    page = open_browser(Role.REVIEWER)
    page.set_input_files("#files", [SAMPLES / "松涧镇2024.txt"])
    expect(page.locator("tr", has_text="松涧镇").locator(".mark.done").first).to_be_visible(
        timeout=30_000
    )
    page.fill("[name=words]", "松涧镇人民政府")
    page.press("[name=words]", "Enter")
    expect(page.locator("tbody tr", has_text="松涧镇").first).to_be_visible()
    assert page.locator("tbody tr", has_text="清渠").count() == 0
    page.goto("/intake?show=refused&words=%25")
    expect(page.locator("tbody")).to_contain_text("没有")
    expect(page.locator(".nothing")).to_contain_text("没有符合条件")


def test_reader_sees_no_way_to_change(desk: RunningDesk, open_browser: Open) -> None:
    page = open_browser(Role.READER)
    assert page.locator("main form:not([role=search])").count() == 0


def test_everything_is_reached_by_keyboard(desk: RunningDesk, open_browser: Open) -> None:
    page = open_browser(Role.REVIEWER)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    for _ in range(4):  # before it stand, in a new system, the first steps
        page.keyboard.press("Tab")
        if page.locator("#files:focus").count():
            break
    expect(page.locator("#files")).to_be_focused()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_pages_fit_their_window(
    desk: RunningDesk, open_browser: Open, size: dict[str, int]
) -> None:
    page = open_browser(Role.ADMIN, size)
    name = "wide" if size == WIDE else "phone"
    page.set_input_files("#files", [SAMPLES / "松涧镇2024.txt", SAMPLES / "清渠街道2023.txt"])
    expect(page.locator(".mark.done").first).to_be_visible(timeout=30_000)
    for language in ("zh", "en"):
        for path in ("/intake", "/operations", "/operations/audit", "/review", "/nowhere"):
            page.goto(path)
            if path == "/operations":
                expect(
                    page.locator(
                        "[data-live*=services] .mark, [data-live*=services] .trouble"
                    ).first
                ).to_be_visible()
            picture(page, f"{path.strip('/').replace('/', '-')}-{name}-{language}")
            # Nothing is wider than the window, but for what scrolls by itself.
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        page.get_by_role("button", name="English").or_(
            page.get_by_role("button", name="中文")
        ).click()


def test_signed_in_person_who_was_removed_is_out_at_once(
    desk: RunningDesk, open_browser: Open
) -> None:
    page = open_browser(Role.READER, name="gone")
    accounts.remove_account(desk.ledger, "gone", by="test")
    page.goto("/intake")
    expect(page).to_have_url(f"{desk.base}/login?next=/intake")


def test_no_page_has_a_serious_trouble_for_a_screen_reader(
    desk: RunningDesk, open_browser: Open, axe: str
) -> None:
    page = open_browser(Role.ADMIN)
    for path in ("/intake", "/operations", "/operations/audit", "/review", "/nowhere"):
        page.goto(path)
        assert serious(page, axe) == [], path
    stranger = open_browser()
    stranger.goto("/login")
    assert serious(stranger, axe) == []


def serious(page: Page, axe: str) -> list[str]:
    """What axe finds in the light theme and in the dark one."""
    page.evaluate(axe)
    troubles = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        found = page.evaluate("axe.run().then((found) => JSON.stringify(found.violations))")
        troubles += [
            f"{theme}: {each['id']}: {each['nodes'][0]['html']}"
            for each in json.loads(found)
            if each["impact"] in {"serious", "critical"}
        ]
    page.emulate_media(color_scheme="light")
    return troubles


def test_colours_stand_in_the_palette_alone() -> None:
    """So that each of them has its fellow in the dark theme."""
    named = re.compile(r"^  --[\w-]+: ")
    loose = [
        f"{sheet.name}: {line}"
        for sheet in STATIC.glob("*.css")
        for line in sheet.read_text(encoding="utf-8").splitlines()
        if re.search(r"#[0-9a-f]{3,8}\b|rgba?\(", line) and not named.match(line)
    ]
    assert loose == []


def test_theme_that_is_chosen_is_kept_and_paper_stays_white(
    desk: RunningDesk, open_browser: Open
) -> None:
    page = open_browser(Role.READER)
    ground = "getComputedStyle(document.documentElement).getPropertyValue('--ground').trim()"
    light = page.evaluate(ground)
    page.get_by_role("button", name="深色").click()
    expect(page.get_by_role("button", name="浅色")).to_be_visible()
    page.goto("/reports")
    assert page.evaluate(ground) != light
    page.emulate_media(media="print")
    assert page.evaluate(ground) == light


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    from tests.desk.axe import fetch

    return Path(fetch()).read_text(encoding="utf-8")


def test_upload_is_counted_refuses_by_name_and_asks_before_the_page_is_left(
    desk: RunningDesk, open_browser: Open
) -> None:
    page = open_browser(Role.REVIEWER)
    slides = {"name": "汇报.PPTX", "mimeType": "", "buffer": b"PK\3\4"}
    page.set_input_files("#files", [slides])
    expect(page.locator("[data-uploaded] .trouble")).to_contain_text("这是 PowerPoint 演示文稿")
    asked: list[str] = []
    held: list[Route] = []
    page.click("h1")  # a page that nobody touched asks nothing
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    let_through: list[bool] = []
    page.route(
        "**/intake/files",
        lambda route: route.continue_() if let_through else held.append(route),
    )
    page.set_input_files(
        "#files",
        [
            {
                "name": f"整批{number}.txt",
                "mimeType": "",
                "buffer": f"第{number}份年度报告".encode(),
            }
            for number in range(5)
        ],
    )
    expect(page.locator(".drop output")).to_have_text("已传 0，共 5")
    page.evaluate("setTimeout(() => { location.href = '/review' })")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    let_through.append(True)
    for route in held:
        route.continue_()
    expect(page.locator("[data-uploaded] li")).to_have_count(6)
    expect(page.locator(".batches .batch").first).to_contain_text(re.compile("读完|排队|等待接收"))
    page.goto("/review")
    assert asked == ["beforeunload"]
