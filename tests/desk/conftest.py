"""One running system with its desk for all tests of the desk, and a real Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from schema.kinds import Role
from tests.acceptance.system import System, answers, free_port
from tests.desk.people import PASSWORD, Client, cookie_name, make_cookie, make_person
from workers.database import connect
from workers.ledger import Ledger

SCREENSHOTS = Path(__file__).parent.parent.parent / "screenshots"
# Milliseconds until a page shows what it should: machines that run tests are busy.
expect.set_options(timeout=20_000)
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@dataclass(frozen=True, slots=True)
class RunningDesk:
    """A whole `fazhi run`, and its desk's address."""

    system: System
    base: str
    ledger: Ledger

    def client(self, role: Role | None = None) -> Client:
        """Somebody without a screen; with a role, signed in."""
        client = Client(self.base)
        if role:
            name = make_person(self.ledger, role)
            client.http.cookies.set(cookie_name(self.base), make_cookie(self.ledger, name))
        return client


@pytest.fixture(scope="session")
def desk(real_servers: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    home = tmp_path_factory.mktemp("desk")
    port = free_port()
    system = System(home, FAZHI_DESK_PORT=str(port), FAZHI_SETTLE_SECONDS="0.5")
    system.start()
    ledger = Ledger(connect(system.database_url))
    try:
        system.wait(lambda: answers(port))
        yield RunningDesk(system, f"http://127.0.0.1:{port}", ledger)
    finally:
        ledger.engine.dispose()
        system.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = (
        os.environ.get("FAZHI_CHROMIUM")
        or shutil.which("chromium")
        or shutil.which("chromium-browser")
    )
    if not program:
        reason = "no Chromium: apt-get install chromium, or set FAZHI_CHROMIUM to the program"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with sync_playwright() as playwright:
        # A container's root cannot have Chromium's sandbox; the pages that it opens are our own.
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(
            executable_path=program, args=[*flags, "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture
def open_browser(chromium: Browser, desk: RunningDesk) -> Iterator[Callable[..., Page]]:
    """`open_browser(Role.REVIEWER, PHONE)`: a page of a fresh browser,
    signed in where a role is given.

    At the end no page has asked another host for anything,
    and none has met a script error or a refused style.
    """
    contexts: list[BrowserContext] = []
    asked: list[str] = []
    troubles: list[str] = []

    def open_one(role: Role | None = None, size: dict[str, int] = WIDE, name: str = "") -> Page:
        context = chromium.new_context(viewport=size, base_url=desk.base, locale="zh-CN")
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "console",
            lambda line: troubles.append(line.text) if "Content Security" in line.text else None,
        )
        if role:
            secret = make_cookie(desk.ledger, make_person(desk.ledger, role, name))
            context.add_cookies(
                [{"name": cookie_name(desk.base), "value": secret, "url": desk.base}]
            )
            page.goto("/intake")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert [url for url in asked if not url.startswith((desk.base, "data:"))] == []
    assert troubles == []


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.goto("/login")
    page.fill("#name", name)
    page.fill("#password", password)
    page.press("#password", "Enter")
    page.wait_for_url("**/intake")


def picture(page: Page, name: str) -> None:
    """Kept for people to look at: `screenshots/` of the checkout, an artefact of CI."""
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
