"""Sends what others want to be told: the nightly summary by mail, events to a webhook.

A thread of `fazhi beat`, where no document waits for it; what is not taken stays in the table.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import smtplib
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
from sqlalchemy.exc import SQLAlchemyError

from schema.kinds import Channel, Event
from workers.desk.jsonable import to_json
from workers.desk.outgoing import Message, note_failed, note_sent, take_message, want
from workers.errors import FazhiError
from workers.ledger import Ledger
from workers.services import open_ledger
from workers.settings import Settings, desk_address

log = logging.getLogger("fazhi")

# Seconds: between two looks, and for which one is waited for.
EVERY, PATIENCE = 3.0, 15.0
# What a webhook answers where the message itself is at fault, and not the moment.
_FOR_GOOD = range(400, 500)
_NOT_NOW = frozenset({401, 403, 404, 408, 425, 429})
_HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail's subject and its two forms."""

    subject: str
    text: str
    html: str


# The letter of a nightly run, made of its data.
Write = Callable[[Mapping[str, Any], Settings], Letter]


class NotTaken(FazhiError):
    """Whoever was asked did not take the message. `for_good`: and never will."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


def wanted_of(chosen: Settings) -> set[tuple[Event, Channel]]:
    """What the settings ask for."""
    wanted: set[tuple[Event, Channel]] = set()
    if chosen.mail_to and chosen.smtp_url:
        wanted.add((Event.NIGHT, Channel.MAIL))
    if chosen.webhook_url:
        asked = chosen.webhook_events.split(",") if chosen.webhook_events else []
        wanted |= {(Event(one), Channel.WEBHOOK) for one in asked}
    return wanted


def begin_sending(chosen: Settings, write: Write, stop: threading.Event) -> None:
    """In a thread, until `stop`. What is wanted is told to the database first."""
    arguments = (chosen, write, stop)
    threading.Thread(target=_go_on, args=arguments, name="post", daemon=True).start()


def _go_on(chosen: Settings, write: Write, stop: threading.Event) -> None:
    ledger, told = open_ledger(chosen), False
    while True:
        try:
            if not told:
                want(ledger, wanted_of(chosen))
                told = True
            for channel in Channel:
                while not stop.is_set() and send_next(ledger, chosen, channel, write):
                    pass
        except (SQLAlchemyError, FazhiError, OSError) as error:
            log.warning("nothing is sent for now: %s", getattr(error, "orig", error))
        if stop.wait(EVERY):
            return


def send_next(ledger: Ledger, chosen: Settings, channel: Channel, write: Write) -> bool:
    """Send the oldest message of a channel, where it is due; whether the next may follow."""
    message = take_message(ledger, channel)
    if message is None:
        return False
    try:
        if message.data is not None:  # what was forgotten meanwhile is told nobody
            _SENDERS[channel](message, chosen, write)
    except NotTaken as error:
        log.warning("%s %d is not taken: %s", message.event, message.id, error)
        note_failed(ledger, message, str(error), for_good=error.for_good)
        return error.for_good
    note_sent(ledger, message)
    return True


def signature(secret: str, body: bytes) -> str:
    """As a receiver computes it to know that the message is ours.

    >>> signature("key", b"{}")[:20]
    'sha256=a777724d943eb'
    """
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _send_event(message: Message, chosen: Settings, write: Write) -> None:
    """POST it as JSON; `id` is the same however often it is sent, so that a receiver knows it."""
    del write
    told = {
        "id": message.id,
        "event": message.event,
        "at": message.created_at,
        "desk": desk_address(chosen),
        "data": message.data,
    }
    body = json.dumps(to_json(told), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "X-Fazhi-Event": message.event.value}
    if chosen.webhook_secret:
        headers["X-Fazhi-Signature"] = signature(chosen.webhook_secret.get_secret_value(), body)
    try:
        # No redirect is followed, and no proxy of the environment: it goes where it was said.
        with httpx.Client(timeout=PATIENCE, trust_env=False) as client:
            answer = client.post(str(chosen.webhook_url), content=body, headers=headers)
    except httpx.HTTPError as error:
        raise NotTaken(f"{type(error).__name__}: {error}") from error
    if not answer.is_success:
        status = answer.status_code
        raise NotTaken(
            f"it answered {status}", for_good=status in _FOR_GOOD and status not in _NOT_NOW
        )


def _send_mail(message: Message, chosen: Settings, write: Write) -> None:
    assert message.data
    letter = write(message.data, chosen)
    mail = EmailMessage()
    mail["Subject"] = " ".join(letter.subject.split())
    mail["From"] = _address(chosen.mail_from)
    mail["To"] = [_address(one) for one in chosen.mail_to.split(",") if one.strip()]
    domain = mail["From"].addresses[0].domain
    # The same however often it is sent.
    mail["Message-ID"] = f"<fazhi-{message.id}-{message.created_at:%Y%m%d%H%M%S}@{domain}>"
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    try:
        _deliver(mail, chosen)
    except smtplib.SMTPRecipientsRefused as error:
        raise NotTaken(str(error)) from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotTaken(f"{type(error).__name__}: {error}") from error


def _deliver(mail: EmailMessage, chosen: Settings) -> None:
    """Over TLS where the server offers it; a password goes nowhere without."""
    assert chosen.smtp_url
    to = urlsplit(chosen.smtp_url.get_secret_value())
    host, safe = to.hostname or "", ssl.create_default_context()
    if to.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, to.port or 465, timeout=PATIENCE, context=safe
        )
    else:
        server = smtplib.SMTP(host, to.port or 25, timeout=PATIENCE)
    with server:
        server.ehlo()
        if to.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=safe)
            server.ehlo()
        elif to.scheme == "smtp" and to.username and host not in _HERE:
            raise NotTaken(f"{host} offers no TLS, and a password would be sent in clear")
        if to.username:
            server.login(unquote(to.username), unquote(to.password or ""))
        server.send_message(mail)


def _address(text: str) -> Address:
    name, _, address = text.strip().rpartition("<")
    return Address(name.strip(' "'), addr_spec=address.rstrip("> "))


Send = Callable[[Message, Settings, Write], None]
_SENDERS: Mapping[Channel, Send] = {Channel.MAIL: _send_mail, Channel.WEBHOOK: _send_event}
