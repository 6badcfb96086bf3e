"""What others are told: by a real mail server and a real HTTP server; a dead one loses nothing."""

from __future__ import annotations

import email
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pydantic import HttpUrl, SecretStr
from sqlalchemy import func, select, update

from review.letters import write_letter
from schema.kinds import Channel, Event
from schema.upkeep import Outgoing
from tests.acceptance.system import free_port
from tests.workers.test_ledger import new_document, taken
from workers.desk.alarms import TroubleKind, list_troubles
from workers.desk.outgoing import want
from workers.host.post import send_next, wanted_of
from workers.ledger import Ledger
from workers.report.version import rules_version
from workers.settings import Settings
from workers.stages import nightly

SECRET = "密钥"


class Receiver(ThreadingHTTPServer):
    """Keeps what it is sent; answers with the next of `answers`, then 204."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.got: list[tuple[dict[str, Any], str, bytes]] = []
        super().__init__(("127.0.0.1", 0), Answer)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class Answer(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.answers.pop(0) if self.server.answers else 204
        if status == 204:
            signed = self.headers["X-Fazhi-Signature"]
            self.server.got.append((json.loads(body), signed, body))
        self.send_response(status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


class Mailbox:
    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(  # noqa: N802 - aiosmtpd's
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        mail = email.message_from_bytes(envelope.content, policy=default)
        self.mails.append((envelope.rcpt_tos, mail))
        return "250 OK"


@pytest.fixture
def mail_server() -> Iterator[tuple[Mailbox, str]]:
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    yield box, f"smtp://127.0.0.1:{server.port}"
    server.stop()


def sent(ledger: Ledger, chosen: Settings) -> int:
    """Send all that is due; how many messages are left."""
    for channel in Channel:
        while send_next(ledger, chosen, channel, write_letter):
            pass
    with ledger.transaction() as session:
        left = select(func.count()).select_from(Outgoing).where(Outgoing.sent_at.is_(None))
        return session.scalar(left.where(Outgoing.given_up_at.is_(None))) or 0


def make_due(ledger: Ledger) -> None:
    with ledger.transaction() as session:
        session.execute(update(Outgoing).values(due_at=func.now()))


def test_events_are_signed_and_come_in_order_also_after_the_receiver_was_dead(
    ledger: Ledger, tmp_path: Path, receiver: Receiver
) -> None:
    chosen = Settings(
        home=tmp_path, webhook_url=HttpUrl(receiver.url), webhook_secret=SecretStr(SECRET),
        webhook_events="arrived,refused",
    )  # fmt: skip
    new_document(ledger, "0")  # before anybody wanted to know
    want(ledger, wanted_of(chosen))
    first, second = new_document(ledger, "a"), new_document(ledger, "b")
    ledger.refuse(taken(ledger, second), "没有文字。\nThere is no text.", rules_version())
    receiver.answers = [503, 500]
    assert sent(ledger, chosen) == 3  # the others wait behind the first
    assert "it answered 503" in list_troubles(ledger, chosen)[TroubleKind.UNSENT]
    assert sent(ledger, chosen) == 3  # nobody asks again at once
    make_due(ledger)
    assert sent(ledger, chosen) == 3
    make_due(ledger)
    assert sent(ledger, chosen) == 0
    told = [(one["event"], one["data"]["document"]) for one, _, _ in receiver.got]
    assert told == [("arrived", first), ("arrived", second), ("refused", second)]
    assert receiver.got[2][0]["data"]["reason"].startswith("没有文字")
    for _, signed, body in receiver.got:
        assert signed == "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


def test_message_that_a_receiver_will_not_have_holds_up_no_other(
    ledger: Ledger, tmp_path: Path, receiver: Receiver
) -> None:
    chosen = Settings(home=tmp_path, webhook_url=HttpUrl(receiver.url))
    want(ledger, wanted_of(chosen))
    new_document(ledger, "a")
    second = new_document(ledger, "b")
    receiver.answers = [422]
    assert sent(ledger, chosen) == 0
    assert [one["data"]["document"] for one, _, _ in receiver.got] == [second]


def test_night_is_told_by_mail_once_however_often_it_is_tried(
    ledger: Ledger, tmp_path: Path, mail_server: tuple[Mailbox, str]
) -> None:
    box, url = mail_server
    (tmp_path / "inbox").mkdir()
    asked = {"mail_to": "王芳 <wang@example.org>, li@example.org", "settle_seconds": 0.1}
    dead = Settings(home=tmp_path, smtp_url=SecretStr("smtp://127.0.0.1:1"), **asked)
    alive = dead.model_copy(update={"smtp_url": SecretStr(url)})
    want(ledger, wanted_of(alive))
    refused = new_document(ledger, "b")
    ledger.refuse(taken(ledger, refused), "没有<b>文字。\nThere is no text.", rules_version())
    assert nightly.run(ledger, alive, lambda *_: None)
    assert sent(ledger, dead) == 1
    make_due(ledger)
    assert sent(ledger, alive) == 0
    [(to, mail)] = box.mails
    assert to == ["wang@example.org", "li@example.org"]
    assert "已退回 1" in mail["Subject"]
    plain, html = (mail.get_body((form,)).get_content() for form in ("plain", "html"))
    assert "1 × 没有<b>文字" in plain
    assert "没有&lt;b&gt;文字" in html
    assert f"{alive.desk_port}/nights/1" in plain
    assert "<svg" in html


def test_nothing_is_written_where_nobody_wants_to_know(ledger: Ledger) -> None:
    want(ledger, {(Event.FINDING, Channel.WEBHOOK)})
    want(ledger, set())
    new_document(ledger, "a")
    with ledger.transaction() as session:
        assert session.scalars(select(Outgoing)).all() == []
