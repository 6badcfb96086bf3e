"""The desk as a process."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading

import uvicorn

from review.app import create_app
from review.connections import prompt_protocol, raise_descriptors
from workers import heartbeat
from workers.desk import accounts
from workers.errors import SettingError
from workers.host.address import keep_address
from workers.host.names import is_loopback
from workers.host.processes import begin
from workers.ledger import Ledger
from workers.report.chinese.words import tokenise
from workers.services import open_ledger, require_schema
from workers.settings import Settings, desk_address
from workers.stages.app import app as celery
from workers.stages.app import configure

log = logging.getLogger("fazhi")

# Answers that are under way when the desk is told to stop may end;
# a browser that just holds its line may not.
STOP_SECONDS = 5
# Connections that wait to be accepted; so many at most are accepted before the bound counts them.
BACKLOG = 128


def serve(chosen: Settings) -> None:
    """Until SIGTERM or Ctrl-C. SettingError for an address that cannot be had, or must not yet."""
    begin("desk", chosen, ["desk"])
    # uvicorn stops gracefully, then raises the signal once more
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    configure(celery, chosen)  # to ask the workers, and to ring
    require_schema(chosen)
    ledger = open_ledger(chosen)
    if not is_loopback(chosen.desk_host):
        _check_open_door(ledger, chosen)
    listening = _listen(chosen.desk_host, chosen.desk_port)
    log.info("the desk is at %s", desk_address(chosen))
    keep_address(chosen)
    # The first search would wait for the dictionary.
    threading.Thread(target=tokenise, args=("",), daemon=True).start()
    secure = chosen.desk_url is not None and chosen.desk_url.scheme == "https"
    config = uvicorn.Config(
        create_app(ledger, chosen),
        http=prompt_protocol(most=raise_descriptors(), secure=secure),
        ws="none",
        backlog=BACKLOG,
        log_config=None,
        access_log=False,
        server_header=False,
        # Only the proxy is believed about who asks, and only where one is said to be.
        proxy_headers=chosen.desk_url is not None,
        forwarded_allow_ips=chosen.desk_proxy,
        timeout_graceful_shutdown=STOP_SECONDS,
        callback_notify=_give_sign,
        timeout_notify=int(heartbeat.EVERY),
    )
    uvicorn.Server(config).run(sockets=[listening])


async def _give_sign() -> None:
    heartbeat.beat()


def _check_open_door(ledger: Ledger, chosen: Settings) -> None:
    """A desk that others can reach has its accounts first,
    so that no stranger could ever be asked to make one.
    """
    if not accounts.list_accounts(ledger):
        raise SettingError(
            f"The desk does not open to {chosen.desk_host} without an account: fazhi "
            "user add NAME --role admin"
        )
    if not chosen.desk_url or chosen.desk_url.scheme != "https":
        log.warning(
            "passwords cross the network readable: put a proxy with TLS before the "
            "desk, set FAZHI_DESK_URL"
        )


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
        # asyncio sets it only on sockets that name their protocol;
        # without it a page waits 40 ms for its second packet.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SettingError(
            f"The desk cannot listen on {host}:{port} ({reason}): set FAZHI_DESK_PORT."
        ) from error
