"""Half a character, wherever it is sent, is refused in a sentence and never an error of ours."""

from __future__ import annotations

import pytest
import requests

from schema.kinds import Role
from tests.desk.conftest import RunningDesk
from tests.desk.people import make_person
from tests.desk.test_review import OVER_100, arrive, queue
from workers.desk import accounts

# As an escape, and as the bytes that a careless encoder writes.
HALVES = (rb"\ud800", rb"\udfff", rb"x\udc00y", b"\xed\xa0\x80")


@pytest.fixture(scope="module")
def number(desk: RunningDesk) -> int:
    return queue(desk, arrive(desk, "半字镇", *OVER_100), "rate_over_100")[0]


def told(answer: requests.Response) -> str:
    assert answer.status_code in {400, 409, 422}, answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    return answer.text


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("field", ["value", "unit", "indicator", "note", "seen", "take", "unknown"])
def test_half_a_character_in_json(desk: RunningDesk, number: int, field: str, half: bytes) -> None:
    token = accounts.make_token(desk.ledger, make_person(desk.ledger, Role.REVIEWER), by="test")
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    body = b'{"value": "", "%s": "%s"}' % (field.encode(), half)
    answer = requests.post(
        f"{desk.base}/api/v1/findings/{number}/correct", data=body, headers=headers, timeout=20
    )
    assert told(answer)
    if field in {"value", "unit", "indicator", "note", "seen"} and answer.status_code == 422:
        assert "half of a character" in answer.text


@pytest.mark.parametrize("name", ["note", "value", "indicator", "take", "seen"])
@pytest.mark.parametrize("charset", ["unicode_escape", "raw_unicode_escape", "utf-7"])
def test_half_a_character_in_a_form_of_an_odd_charset(
    desk: RunningDesk, number: int, name: str, charset: str
) -> None:
    client = desk.client(Role.REVIEWER)
    parts = {"form_token": client.form_token(), name: {"utf-7": "+2AA-"}.get(charset, r"\ud800")}
    body = "".join(
        f'--cut\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in parts.items()
    )
    answer = client.http.post(
        f"{desk.base}/review/{number}/correct",
        data=(body + "--cut--\r\n").encode(),
        headers={
            "Content-Type": f"multipart/form-data; boundary=cut; charset={charset}",
            "Sec-Fetch-Site": "same-origin",
        },
        allow_redirects=False,
        timeout=20,
    )
    assert told(answer)


@pytest.mark.parametrize("half", ["%ED%A0%80", "%ED%BF%BF", "a%ED%B0%80"])
@pytest.mark.parametrize(
    "path",
    ["/review?words={}", "/review?issuer={}", "/numbers?words={}", "/intake?words={}",
     "/reports?text={}", "/{}",
     "/api/v1/findings?issuer={}", "/api/v1/files?words={}", "/login?next=/{}", "/join?link={}",
     "/review/{}", "/static/{}"],
)  # fmt: skip
def test_half_a_character_in_an_address(desk: RunningDesk, path: str, half: str) -> None:
    token = accounts.make_token(desk.ledger, make_person(desk.ledger, Role.READER), by="test")
    headers = {"Authorization": f"Bearer {token}"} if path.startswith("/api") else {}
    answer = desk.client(Role.READER).get(path.format(half), **headers)
    assert answer.status_code < 500
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    ("charset", "named"),
    [
        ("unicode_escape", rb".upload-\\ud800"),
        ("utf-8", b".upload-\xed\xa0\x80"),
        ("utf-7", b".upload-+2AA-"),
    ],
)
def test_half_a_character_in_the_name_of_an_upload(
    desk: RunningDesk, charset: str, named: bytes
) -> None:
    client = desk.client(Role.REVIEWER)
    body = (
        b'--cut\r\nContent-Disposition: form-data; name="files"; filename="%s.partial"\r\n'
        b"Content-Type: text/plain\r\n\r\nx\r\n--cut--\r\n" % named
    )
    answer = client.http.post(
        f"{desk.base}/intake/files",
        data=body,
        headers={
            "Content-Type": f"multipart/form-data; boundary=cut; charset={charset}",
            "Sec-Fetch-Site": "same-origin",
            "X-Form-Token": client.form_token(),
        },
        timeout=20,
    )
    assert answer.status_code == 200
    assert "文件名不合适" in answer.text
