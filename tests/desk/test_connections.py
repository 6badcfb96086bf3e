"""Requests that come slowly, half or never keep nobody else out;
what the server itself answers is shielded too.
"""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest
import requests

from tests.acceptance.services import wait
from tests.acceptance.system import answers, free_port
from tests.desk.conftest import RunningDesk

WHOLE = b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
HALF = b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
POST = (
    b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n"
)
HALF_BODY = POST + b"Content-Length: 1000\r\n\r\nname=wang"
HALF_CHUNK = POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nname=\r\n"
UNWANTED_BODY = b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nx"
# With so many descriptors the desk holds half as many connections.
FEW = 128


@pytest.fixture(scope="module")
def small_desk(desk: RunningDesk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a desk with few descriptors, over the system's database."""
    port, told = free_port(), tmp_path_factory.mktemp("small") / "desk.log"
    urls = {
        "FAZHI_DATABASE_URL": desk.system.database_url,
        "FAZHI_BROKER_URL": desk.system.broker_url,
    }
    argv = [sys.executable, "-m", "workers.cli", "desk", "--port", str(port)]
    with told.open("wb") as out:
        process = subprocess.Popen(
            argv,
            env=os.environ | {"FAZHI_HOME": str(desk.system.home)} | urls,
            stdout=out,
            stderr=out,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (FEW, FEW)),
        )
    try:
        wait(lambda: answers(port), lambda: told.read_text(errors="replace"))
        yield port
    finally:
        process.terminate()
        process.wait(30)


def connection(port: int, sent: bytes) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), 30)
    made.settimeout(60)
    made.sendall(sent)
    return made


def until_closed(one: socket.socket) -> bytes:
    """All that comes until the server closes; nothing where it just goes away."""
    found = b""
    try:
        while part := one.recv(65536):
            found += part
    except ConnectionResetError:
        pass
    return found


def asked(port: int) -> bytes:
    with closing(connection(port, WHOLE)) as one:
        return until_closed(one)


@pytest.mark.parametrize("half", [b"", b"G", HALF, HALF_BODY, HALF_CHUNK, UNWANTED_BODY])
def test_some_hundred_half_requests_keep_nobody_out(small_desk: int, half: bytes) -> None:
    with ExitStack() as held:
        for _ in range(3 * FEW):
            held.enter_context(closing(connection(small_desk, half)))
        for _ in range(5):
            assert asked(small_desk).startswith(b"HTTP/1.1 200 ")
    assert asked(small_desk).startswith(b"HTTP/1.1 200 ")


def test_half_request_is_ended_with_an_answer(small_desk: int) -> None:
    with ExitStack() as held:
        begun = [
            held.enter_context(closing(connection(small_desk, half)))
            for half in (HALF, HALF_BODY, HALF_CHUNK)
        ]
        answers_to = [until_closed(one) for one in begun]
    for answer in answers_to:
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"content-security-policy: default-src 'none'" in answer.lower()


def is_ended(one: socket.socket) -> bool:
    """Whether the server has answered or gone, with one more byte sent."""
    try:
        one.sendall(b"a")
        one.recv(1)
    except TimeoutError:
        return False
    except (ConnectionResetError, BrokenPipeError):
        return True
    return True


def test_request_that_trickles_is_ended_too(small_desk: int) -> None:
    with ExitStack() as held:
        begun = [
            held.enter_context(closing(connection(small_desk, begin)))
            for begin in (HALF, HALF_BODY)
        ]
        for one in begun:
            one.settimeout(0.5)
        for _ in range(240):
            begun = [one for one in begun if not is_ended(one)]
            if not begun:
                break
        assert begun == []


def test_body_that_comes_slowly_but_steadily_is_taken(small_desk: int) -> None:
    body = b"name=nobody&password=" + b"x" * 4000
    head = POST + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    with closing(connection(small_desk, head)) as one:
        for at in range(0, len(body), 500):
            one.sendall(body[at : at + 500])
            time.sleep(0.2)
        assert until_closed(one).startswith(b"HTTP/1.1 403 ")  # no token, so read to its end


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: " + b"x" * 200_000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused_behind_the_headers(small_desk: int, sent: bytes) -> None:
    with closing(connection(small_desk, sent)) as one:
        answer = until_closed(one)
    assert answer.startswith(b"HTTP/1.1 4")
    for header in (
        b"content-security-policy",
        b"x-content-type-options",
        b"x-frame-options",
        b"cache-control",
    ):
        assert header in answer.lower(), header
    assert b"\r\nserver:" not in answer.lower()


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "BREW"])
@pytest.mark.parametrize(
    "path", ["/", "/login", "/static/desk.css", "/static/../x", "/nowhere", "/api/v1/files"]
)
def test_every_method_is_answered_behind_the_headers(
    desk: RunningDesk, method: str, path: str
) -> None:
    answer = requests.request(method, desk.base + path, timeout=20, allow_redirects=False)
    assert answer.status_code < 500
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert (answer.headers["x-content-type-options"], answer.headers["x-frame-options"]) == (
        "nosniff",
        "DENY",
    )
