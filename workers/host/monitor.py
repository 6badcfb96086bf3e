"""Flower, the queue's monitor, behind a password and under names of this machine alone.

It has no accounts of its own that would be worth it:
whoever looks at a queue sees names of workers and tasks.
"""

from __future__ import annotations

import atexit
import base64
import binascii
import hmac
import logging
import os
import secrets
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from flower.app import Flower
from flower.command import apply_env_options, extract_settings, setup_logging
from flower.urls import settings as flower_settings
from tornado.httputil import HTTPServerRequest
from tornado.ioloop import PeriodicCallback
from tornado.options import options
from tornado.web import RequestHandler

from workers import heartbeat
from workers.errors import SettingError
from workers.files.private import write_secret
from workers.host.names import Hosts, is_loopback
from workers.host.processes import begin
from workers.settings import Settings
from workers.stages.app import app

log = logging.getLogger("fazhi")

USER = "fazhi"
# Says nothing but OK, to who looks after the process.
OPEN = "/healthcheck"
# A worker that is silent for so long is not shown any more.
GONE_SECONDS = 300
REASONS = {401: "Unauthorized", 421: "Misdirected Request"}
SENTENCES = {
    401: "Flower asks for its password: `fazhi flower` says where it is.",
    421: "This is not a name of this machine.",
}


class GuardedFlower(Flower):  # type: ignore[misc]
    """Flower, to which nothing comes that has no password or asks for another name."""

    def __init__(self, *, password: str, hosts: Hosts, **others: Any) -> None:
        super().__init__(**others)
        self.password, self.hosts = password, hosts

    def find_handler(self, request: HTTPServerRequest, **others: Any) -> Any:
        """What answers a request, whatever its path."""
        if not self.hosts.knows(request.host):
            return self.get_handler_delegate(request, Refusal, {"status": 421})
        if request.path != OPEN and not self._is_let_in(request.headers.get("Authorization", "")):
            return self.get_handler_delegate(request, Refusal, {"status": 401})
        return super().find_handler(request, **others)

    def _is_let_in(self, authorization: str) -> bool:
        scheme, _, encoded = authorization.partition(" ")
        given = b""
        with suppress(binascii.Error, UnicodeEncodeError):
            given = base64.b64decode(encoded.encode("ascii"), validate=True)
        wanted = f"{USER}:{self.password}".encode()
        return scheme.lower() == "basic" and hmac.compare_digest(given, wanted)


class Refusal(RequestHandler):
    """Why nothing is shown, in one sentence."""

    def initialize(self, status: int) -> None:
        self.status = status

    def prepare(self) -> None:
        self.set_status(self.status, REASONS[self.status])
        self.clear_header("Server")
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        if self.status == 401:
            self.set_header("WWW-Authenticate", 'Basic realm="fazhi", charset="UTF-8"')
        self.finish(f"{SENTENCES[self.status]}\n")


def run_flower(chosen: Settings, address: str) -> None:
    """Until SIGTERM or Ctrl-C.

    SettingError where it cannot listen, or others could reach it without a password.
    """
    begin("flower", chosen, ["flower"])
    given = chosen.flower_password
    password = given.get_secret_value() if given else _own_password(chosen, address)
    _check_port(chosen, address)
    where = "FAZHI_FLOWER_PASSWORD" if given else password_file(chosen)
    log.info(
        "flower is at http://%s:%s/, name %s, password in %s",
        address,
        chosen.flower_port,
        USER,
        where,
    )
    apply_env_options()
    options.address, options.port = address, chosen.flower_port
    options.purge_offline_workers = GONE_SECONDS
    # Its API, for scripts, is open to those who pass our guard; and what looks on changes nothing.
    os.environ["FLOWER_UNAUTHENTICATED_API"], options.read_only = "true", True
    extract_settings()
    setup_logging()
    monitor = GuardedFlower(
        password=password, hosts=Hosts.at(address), capp=app, options=options, **flower_settings
    )
    atexit.register(monitor.stop)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    monitor.start_http_server()
    PeriodicCallback(heartbeat.beat, 1000 * heartbeat.EVERY).start()
    with suppress(KeyboardInterrupt, SystemExit):
        monitor.start()


def _check_port(chosen: Settings, address: str) -> None:
    try:
        socket.create_server((address, chosen.flower_port)).close()
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise SettingError(
            f"Flower cannot listen on {address}:{chosen.flower_port} ({reason}): set "
            "FAZHI_FLOWER_PORT."
        ) from error


def password_file(chosen: Settings) -> Path:
    return chosen.var / "flower-password"


def _own_password(chosen: Settings, address: str) -> str:
    """That of `var/flower-password`, made where there is none;
    others reach Flower only by one that was set.
    """
    if not is_loopback(address):
        raise SettingError(
            f"Flower does not listen on {address} without a password: set FAZHI_FLOWER_PASSWORD."
        )
    path = password_file(chosen)
    with suppress(OSError):
        if password := path.read_text(encoding="utf-8").strip():
            return password
    password = secrets.token_urlsafe(24)
    write_secret(path, f"{password}\n")
    return password
