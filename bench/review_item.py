"""`python -m bench.review_item`: how soon the review shows a finding,
and how soon the next one after a decision.

A whole `fazhi run` of its own, generated reports (bench/across_reports.py) lengthened to 30,000
characters with one finding each, and a real Chromium on the loopback: the first paint of a page
that is opened, and the time from a key to the next finding painted.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright
from sqlalchemy import text

from bench.across_reports import make_reports
from bench.across_store import save_reports
from schema.kinds import Role
from schema.tables import Metric
from tests.acceptance.system import System, answers, free_port
from tests.desk.people import cookie_name, make_cookie, make_person
from workers.database import connect
from workers.ledger import Ledger
from workers.report.finding_kinds import FindingKind
from workers.report.model import Severity
from workers.report.text import Span
from workers.results.findings import Row, save_rows

FIRST_PAINT, NEXT_ITEM = 500, 100
_KIND = FindingKind.ODD_BOUND
_LENGTHEN = text(
    "UPDATE report SET raw_text = raw_text || repeat('全年开展法治宣传，"
    "受到群众欢迎。' || chr(10), 1800)"
)
_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
# From the key to the frame after the one in which the new finding stands.
_WATCH = """() => {
    window.taken = [];
    let pressed = 0;
    addEventListener("keydown", () => { pressed = performance.now(); }, true);
    new MutationObserver(() => requestAnimationFrame(() => setTimeout(
        () => window.taken.push(performance.now() - pressed)
    ))).observe(document.querySelector("[data-part]"), { childList: true });
}"""


def fill(ledger: Ledger, count: int) -> None:
    """Reports, and one finding on the first figure of each."""
    made = iter(make_reports(1, reports=count, places=max(1, count // 50), years=5)[0])
    while batch := list(islice(made, 200)):
        with ledger.transaction() as session:
            for saved in save_reports(session, batch):
                metric = (
                    session.query(Metric).filter_by(document_id=saved.document_id, ordinal=0).one()
                )
                row = Row(
                    kind=_KIND,
                    about=None,
                    severity=Severity.CHECK,
                    message=f"“{metric.quote}”请核对。",
                    message_en="Check it.",
                    evidence=metric.quote,
                    spans=(Span(metric.raw_start, metric.raw_end),),
                    metric_keys=(metric.key,),
                )
                save_rows(session, [row], kinds={_KIND}, document_id=saved.document_id)
    with ledger.transaction() as session:
        session.execute(_LENGTHEN)
    with ledger.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def first_paints(page: Page, rounds: int) -> list[float]:
    """Milliseconds from the request to the first paint of a finding's page."""
    found = []
    for _ in range(rounds):
        page.goto("/review/next")
        found.append(until(page, _PAINTED))
    return found


def next_items(page: Page, rounds: int) -> list[float]:
    """Milliseconds from the key `d` to the next finding."""
    page.evaluate(_WATCH)
    for number in range(rounds):
        page.keyboard.press("d")
        until(page, f"window.taken.length > {number}")
    found: list[float] = page.evaluate("window.taken")
    return found


def until(page: Page, expression: str) -> Any:
    """The first true answer; asked from here, for the pages forbid evaluating code in them."""
    while not (found := page.evaluate(expression)):
        time.sleep(0.01)
    return found


def tell(what: str, found: Sequence[float], bound: int) -> None:
    middle, high = statistics.median(found), statistics.quantiles(found, n=20)[-1]
    print(
        f"{what:<12} median {middle:6.1f} ms   p95 {high:6.1f} ms   of "
        f"{len(found)}   (wanted: {bound} ms)"
    )


def measure(home: Path, count: int, rounds: int) -> None:
    port = free_port()
    system = System(home, FAZHI_DESK_PORT=str(port))
    system.start()
    ledger = Ledger(connect(system.database_url))
    try:
        fill(ledger, count)
        system.wait(lambda: answers(port))
        with sync_playwright() as playwright:
            program = os.environ.get("FAZHI_CHROMIUM", "/usr/bin/chromium")
            flags = ["--no-sandbox"] if os.geteuid() == 0 else []
            browser = playwright.chromium.launch(
                executable_path=program, args=[*flags, "--disable-dev-shm-usage"]
            )
            base = f"http://127.0.0.1:{port}"
            context = browser.new_context(base_url=base, viewport={"width": 1280, "height": 800})
            secret = make_cookie(ledger, make_person(ledger, Role.REVIEWER))
            context.add_cookies([{"name": cookie_name(base), "value": secret, "url": base}])
            page = context.new_page()
            first_paints(page, 3)  # warm
            tell("first paint", first_paints(page, rounds), FIRST_PAINT)
            tell("next item", next_items(page, rounds), NEXT_ITEM)
            browser.close()
    finally:
        ledger.engine.dispose()
        system.stop()


def main() -> None:
    args = argparse.ArgumentParser(prog="python -m bench.review_item", description=__doc__)
    args.add_argument("--reports", type=int, default=2_000)
    args.add_argument("--rounds", type=int, default=40)
    asked = args.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), asked.reports, asked.rounds)


if __name__ == "__main__":
    main()
