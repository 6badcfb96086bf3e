"""Flower shows nothing without its password, nor under another name."""

from __future__ import annotations

import stat
from collections.abc import Iterator

import pytest
import requests

from tests.acceptance.system import answers, free_port
from tests.desk.conftest import RunningDesk


@pytest.fixture(scope="module")
def flower(desk: RunningDesk) -> Iterator[str]:
    port = free_port()
    process = desk.system.beside("flower", FAZHI_FLOWER_PORT=str(port))
    try:
        desk.system.wait(lambda: answers(port))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def password(desk: RunningDesk) -> str:
    return (desk.system.home / "var" / "flower-password").read_text().strip()


PATHS = [
    "/",
    "/workers",
    "/workers?json=1",
    "/tasks",
    "/broker",
    "/metrics",
    "/api/workers",
    "/static/css/flower.css",
    "/x",
]


@pytest.mark.parametrize("path", PATHS)
def test_monitor_asks_for_its_password(desk: RunningDesk, flower: str, path: str) -> None:
    right = ("fazhi", password(desk))
    for given in (
        None,
        ("fazhi", ""),
        ("fazhi", "guess"),
        ("admin", right[1]),
        (right[1], "fazhi"),
    ):
        answer = requests.get(flower + path, auth=given, timeout=20)
        assert answer.status_code == 401, given
        assert "password" in answer.text
    assert requests.get(
        flower + path, auth=right, timeout=20
    ).status_code != 401 or path.startswith("/api")
    for odd in ("Basic", "Basic x", "Basic ÿ", "Bearer " + right[1], "Basic " + "A" * 9000):
        headers = {"Authorization": odd.encode("latin-1")}
        assert requests.get(flower + path, headers=headers, timeout=20).status_code == 401, odd


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.5", "localhost.evil", ""]
)
def test_monitor_is_found_under_no_other_name(desk: RunningDesk, flower: str, host: str) -> None:
    for path in ("/", "/workers", "/healthcheck", "/static/css/flower.css"):
        answer = requests.get(
            flower + path, headers={"Host": host}, auth=("fazhi", password(desk)), timeout=20
        )
        assert answer.status_code == 421, path


def test_monitor_acts_on_nobody_s_word(desk: RunningDesk, flower: str) -> None:
    for path in ("/api/worker/shutdown/x", "/api/task/revoke/x", "/api/worker/pool/grow/x"):
        assert requests.post(
            flower + path, auth=("fazhi", password(desk)), timeout=20
        ).status_code in {401, 403}


def test_health_of_the_monitor_is_no_secret(flower: str) -> None:
    assert requests.get(flower + "/healthcheck", timeout=20).text == "OK"


def test_password_of_the_monitor_stands_in_a_file_of_its_own(
    desk: RunningDesk, flower: str
) -> None:
    path = desk.system.home / "var" / "flower-password"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    log = desk.system.log.read_text()
    assert (str(path) in log, password(desk) in log) == (True, False)


def test_monitor_does_not_open_to_others_without_a_password(desk: RunningDesk) -> None:
    begun = desk.system.log.stat().st_size
    process = desk.system.beside(
        "flower", "--address", "0.0.0.0", FAZHI_FLOWER_PORT=str(free_port())
    )
    assert process.wait(60) != 0
    assert "set FAZHI_FLOWER_PASSWORD" in desk.system.told(begun)
