"""How often a sign-in may be tried, over HTTP from several addresses of this machine;
and over a clock of ours.
"""

from __future__ import annotations

import itertools
import time

import pytest
import requests
from requests.adapters import HTTPAdapter

from review.attempts import Attempts
from schema.kinds import Deed, Role
from tests.desk.conftest import RunningDesk
from tests.desk.people import PASSWORD, Client, make_person
from workers.desk.operations import list_audit

_numbers = itertools.count(2)


class FromAddress(HTTPAdapter):
    """Connections that come from an address of 127.0.0.0/8."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, *args: object, **others: object) -> None:
        super().init_poolmanager(*args, **others, source_address=(self.address, 0))


def stranger(desk: RunningDesk, address: str = "") -> Client:
    """A browser that was never here, at an address of its own."""
    client = Client(desk.base)
    client.http.mount("http://", FromAddress(address or f"127.0.7.{next(_numbers)}"))
    return client


def guess(client: Client, name: str, times: int) -> list[int]:
    return [client.sign_in(name, f"wrong password {number}").status_code for number in range(times)]


@pytest.mark.parametrize(
    "spelt",
    ["ｈａｍｍｅｒｅｄ", "𝐡𝐚𝐦𝐦𝐞𝐫𝐞𝐝", "HAMMERED", "  hammered ", "ⓗⓐⓜⓜⓔⓡⓔⓓ", "ʰᵃᵐᵐᵉʳᵉᵈ"],
)
def test_name_has_one_limit_however_it_is_spelt(desk: RunningDesk, spelt: str) -> None:
    make_person(desk.ledger, Role.READER, "hammered")
    client = stranger(desk)
    assert guess(client, "hammered", 3) == [401] * 3
    assert guess(client, spelt, 4) == [401, 401, 429, 429]


def test_owner_comes_in_by_a_known_browser_while_his_name_is_hammered_at_his_address(
    desk: RunningDesk,
) -> None:
    make_person(desk.ledger, Role.READER, "neighbour")
    owner, address = stranger(desk), "127.0.8.1"
    owner.http.mount("http://", FromAddress(address))
    assert owner.sign_in("neighbour").status_code == 303
    owner.post("/logout")
    assert 429 in guess(stranger(desk, address), "neighbour", 8)
    assert stranger(desk, address).sign_in("neighbour").status_code == 429
    assert owner.sign_in("neighbour").status_code == 303


def test_owner_comes_in_from_elsewhere_while_many_addresses_hammer_his_name(
    desk: RunningDesk,
) -> None:
    make_person(desk.ledger, Role.READER, "famous")
    codes = [guess(stranger(desk), "famous", 6) for _ in range(24)]
    assert codes[0] == [401] * 5 + [429]
    # the account's own limit is reached: each address has its first try
    assert codes[-1].count(401) == 1
    assert stranger(desk).sign_in("famous").status_code == 303


def test_browser_known_to_one_account_is_a_stranger_to_another(desk: RunningDesk) -> None:
    for name in ("insider", "target"):
        make_person(desk.ledger, Role.READER, name)
    client = stranger(desk)
    assert client.sign_in("insider").status_code == 303
    client.post("/logout")
    assert guess(client, "target", 7) == [401] * 5 + [429] * 2


def test_known_browser_cannot_guess_without_end(desk: RunningDesk) -> None:
    make_person(desk.ledger, Role.READER, "forgetful")
    client = stranger(desk)
    assert client.sign_in("forgetful").status_code == 303
    client.post("/logout")
    assert guess(client, "forgetful", 12)[-1] == 429


@pytest.mark.parametrize("name", ["recorded", "nobody at all", "ｒｅｃｏｒｄｅｄ"])
def test_audit_log_tells_of_refused_sign_ins_within_bounds(desk: RunningDesk, name: str) -> None:
    make_person(desk.ledger, Role.READER, "recorded")
    client, address = stranger(desk), f"127.0.9.{next(_numbers)}"
    client.http.mount("http://", FromAddress(address))
    token = {"form_token": client.form_token(), "name": name, "password": "wrong password"}
    codes = [
        client.send("/login", token, **{"Sec-Fetch-Site": "same-origin"}).status_code
        for _ in range(60)
    ]
    assert codes.count(429) == 55
    deeds = [line.deed for line in list_audit(desk.ledger, limit=500) if line.address == address]
    assert deeds.count(Deed.SIGN_IN_FAILED) == 5
    assert deeds.count(Deed.LOCKED_OUT) == 1


@pytest.mark.parametrize("pause", [60, 61, 75, 179])
def test_one_guess_a_while_keeps_nobody_out(
    desk: RunningDesk, monkeypatch: pytest.MonkeyPatch, pause: int
) -> None:
    attempts, clock, name = Attempts.of(desk.system.broker_url), [time.time()], f"patient-{pause}"
    monkeypatch.setattr(time, "time", lambda: clock[0])
    guessed = 0
    for _ in range(300):
        clock[0] += pause
        guessed += attempts.take(name, "192.0.2.1")
    assert guessed < 300
    assert attempts.take(name, "198.51.100.7")
    assert attempts.take(name, "2001:db8::7")


def test_house_of_addresses_counts_as_one(desk: RunningDesk) -> None:
    attempts = Attempts.of(desk.system.broker_url)
    taken = [attempts.take("housed", f"2001:db8:1:2::{number:x}") for number in range(8)]
    assert taken == [True] * 5 + [False] * 3
    assert attempts.take("housed", "2001:db8:1:3::1")


def test_wrong_form_is_no_attempt(desk: RunningDesk) -> None:
    answer = requests.post(
        desk.base + "/login", data={"name": "x", "password": PASSWORD}, timeout=20
    )
    assert answer.status_code == 403
