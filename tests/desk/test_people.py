"""Accounts and the roster in the page, as an admin uses them."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from schema.kinds import Deed, Role
from tests.desk.conftest import PASSWORD, RunningDesk, picture
from tests.desk.test_pages import Open
from workers.desk.operations import list_audit


def test_colleague_is_invited_comes_in_and_is_shut_out_again(
    desk: RunningDesk, open_browser: Open
) -> None:
    admin = open_browser(Role.ADMIN)
    admin.on("dialog", lambda dialog: dialog.accept())
    admin.goto("/people")
    admin.fill(".filter [name=name]", "王芳")
    admin.get_by_role("button", name="邀请").click()
    link = admin.locator("#secret").input_value()
    assert link.startswith(desk.base)
    picture(admin, "people")
    admin.goto("/people")
    assert admin.locator("#secret").count() == 0  # it was shown once
    colleague = open_browser()
    colleague.goto(link)
    colleague.fill("#password", PASSWORD)
    colleague.fill("#again", PASSWORD)
    colleague.press("#again", "Enter")
    colleague.wait_for_url("**/intake")
    admin.reload()
    admin.get_by_role("button", name="停用 王芳").click()
    expect(admin.locator("tbody")).not_to_contain_text("王芳")
    colleague.goto("/intake")
    expect(colleague).to_have_url(re.compile("/login"))
    deeds = {line.deed for line in list_audit(desk.ledger) if line.about and "王芳" in line.about}
    assert deeds == {Deed.ACCOUNT_ADDED, Deed.ACCOUNT_REMOVED}


def test_roster_is_looked_at_before_it_is_taken(desk: RunningDesk, open_browser: Open) -> None:
    admin = open_browser(Role.ADMIN)
    admin.goto("/roster")
    wrong = "单位,县区,级别\n苇荡镇,洛岭县,村\n".encode()
    admin.set_input_files("[name=file]", {"name": "册.csv", "mimeType": "", "buffer": wrong})
    admin.get_by_role("button", name="先看一看").click()
    expect(admin.get_by_role("alert")).to_contain_text("第 2 行：级别“村”不是")
    right = "单位,县区,级别\n苇荡镇,洛岭县,乡镇\n".encode("gb18030")
    admin.set_input_files("[name=file]", {"name": "册.csv", "mimeType": "", "buffer": right})
    admin.get_by_role("button", name="先看一看").click()
    expect(admin.locator(".shown-once")).to_contain_text("新增 1")
    admin.get_by_role("button", name="导入", exact=True).click()
    admin.goto("/collection?year=2020")
    expect(admin.locator(".board tr", has_text="苇荡镇")).to_contain_text("逾期未交")
    admin.get_by_role("link", name="催报文字").click()
    expect(admin.locator("#for-all")).to_have_value(re.compile("洛岭县 苇荡镇"))
