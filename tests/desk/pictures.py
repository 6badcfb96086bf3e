"""`python -m tests.desk.pictures`: the pictures of the README, taken anew into docs/.

A whole `fazhi run` reads the reports of some invented towns over four years;
one of them states a rate that cannot be.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from schema.kinds import Role
from tests.acceptance.system import System, answers, free_port
from tests.desk.conftest import WIDE
from tests.desk.people import cookie_name, make_cookie, make_person
from workers.database import connect
from workers.ledger import Ledger

DOCS = Path(__file__).parent.parent.parent / "docs"
TOWNS = [
    "松涧", "柳汀", "青禾", "芦荻", "苇泊", "石渡", "云坪", "竹溪", "枫林",
    "梅岭", "桐岗", "杏坪", "榆湾", "槐荫", "棠浦", "荷塘", "兰桥", "菊坞",
]  # fmt: skip
YEARS = range(2021, 2025)
TEXT = """{town}镇人民政府{year}年度法治政府建设工作情况报告

{year}年，{town}镇坚持依法行政，现将有关情况报告如下。

一、推进法治政府建设的主要举措和成效
（一）严格规范执法。开展执法检查{checks}次，办理行政处罚案件{fines}件，罚款{money}万元。
（二）化解矛盾纠纷。全年排查矛盾纠纷{found}件，化解{resolved}件，化解率{rate:.1f}%。
（三）深化法治宣传。开展法治宣传活动{shows}场次，发放宣传资料{papers}份，解答法律咨询{asked}人次。

二、推进法治政府建设存在的不足和原因
执法力量不足，普法形式较为单一。

三、党政主要负责人履行推进法治建设第一责任人职责情况
党政主要负责人听取法治工作汇报{heard}次，带头讲法治课{heard}次。

四、下一年度工作安排
继续加强执法队伍建设，丰富普法形式。

{town}镇人民政府
{after}年1月15日
"""


def write_reports(folder: Path) -> int:
    """One file a town and year; how many."""
    rng = random.Random(7)
    for town in TOWNS:
        size = rng.uniform(0.5, 2)
        for year in YEARS:
            found = round(size * rng.randint(140, 240))
            resolved = found - rng.randint(1, 6)
            slip = 0.7 if (town, year) == (TOWNS[0], YEARS[-1]) else 0
            text = TEXT.format(
                town=town, year=year, after=year + 1, found=found, resolved=resolved,
                rate=100 * resolved / found - slip, checks=rng.randint(60, 160),
                fines=rng.randint(8, 30),
                money=rng.randint(20, 90) / 10, shows=rng.randint(12, 60),
                papers=rng.randint(20, 90) * 100,
                asked=rng.randint(100, 400), heard=rng.randint(2, 6),
            )  # fmt: skip
            (folder / f"{town}镇{year}.txt").write_text(text, encoding="utf-8")
    return len(TOWNS) * len(YEARS)


def take_pictures(page: Page, issuer: int) -> None:
    """The item that comes first in the queue, and the indicator of the
    disputes for the same town.
    """
    page.goto("/review/next")
    page.screenshot(path=DOCS / "desk-review.png")
    page.goto(f"/numbers/indicators/disputes.resolved?year={YEARS[-1]}&issuer={issuer}")
    page.screenshot(path=DOCS / "desk-numbers.png")


def main() -> None:
    with (
        tempfile.TemporaryDirectory(prefix="fazhi-pictures-") as home,
        sync_playwright() as playwright,
    ):
        port = free_port()
        system = System(Path(home), FAZHI_DESK_PORT=str(port), FAZHI_SETTLE_SECONDS="0.5")
        system.start()
        ledger = Ledger(connect(system.database_url))
        try:
            system.wait(lambda: answers(port))
            system.wait_done(write_reports(system.inbox), seconds=300)
            base = f"http://127.0.0.1:{port}"
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            context = browser.new_context(viewport=WIDE, base_url=base, locale="zh-CN")
            secret = make_cookie(ledger, make_person(ledger, Role.REVIEWER, "王芳"))
            context.add_cookies([{"name": cookie_name(base), "value": secret, "url": base}])
            ((issuer,),) = system.rows(
                "SELECT id FROM issuer WHERE name = :name", name=f"{TOWNS[0]}镇人民政府"
            )
            take_pictures(context.new_page(), issuer)
            browser.close()
        finally:
            ledger.engine.dispose()
            system.stop()


if __name__ == "__main__":
    main()
