"""Who comes in, what a stranger or another site can do, what every answer carries."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Scope

import review
from review.access import NotAllowed, Visitor, guard
from review.app import create_app
from review.light import Packed
from review.words import Language, catalogue
from schema.kinds import Deed, DocumentState, Outcome, Role, Stage
from tests.desk.conftest import PASSWORD, RunningDesk
from tests.desk.people import Client, cookie_name, make_person
from workers.database import connect
from workers.desk import accounts
from workers.desk.alarms import TroubleKind
from workers.desk.arrivals import Show
from workers.desk.operations import AuditLine, list_audit
from workers.ledger import Ledger
from workers.report.model import KnownBy
from workers.settings import Settings

REVIEW = Path(review.__file__).parent

# One value for each parameter of a path.
EXAMPLES = {
    "action": "dismiss",
    "change": "rerun",
    "chart": "years",
    "code": "disputes.resolved",
    "correction": "999999999",
    "deed": "correct",
    "document": "999999999",
    "end": "2",
    "file_format": "csv",
    "finding": "999999999",
    "issuer": "999999999",
    "key": "1-2",
    "lesson": "999999999",
    "name": "x.txt",
    "night": "999999999",
    "page": "1",
    "sha256": "0" * 16,
    "start": "1",
}


def routes(desk: RunningDesk) -> list[tuple[str, str, Role | None]]:
    """Method, path and declared role of every route; KeyError for one that declares nothing."""
    chosen = Settings(broker_url=desk.system.broker_url)
    found = []
    for route in flattened(create_app(desk.ledger, chosen).routes):
        path = re.sub(r"{(\w+)}", lambda match: EXAMPLES[match[1]], route.path)
        found += [
            (method, path, route.endpoint.__dict__["needs"]) for method in sorted(route.methods)
        ]
    assert len(found) > 15
    return found


def flattened(listed: list[BaseRoute], prefix: str = "") -> Iterator[APIRoute]:
    for route in listed:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from flattened(route.original_router.routes)
        else:
            assert route.name == "static"


def ask(client: Client, method: str, path: str, token: str = "") -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.http.request(
        method, client.base + path, headers=headers, allow_redirects=False, timeout=20
    )


def test_strangers_come_to_no_page_but_the_sign_in(desk: RunningDesk) -> None:
    for method, path, role in routes(desk):
        answer = ask(desk.client(), method, path)
        if role is None:
            found = {503} if path == "/readyz" else set()
            assert method != "GET" or answer.status_code in {200, 404} | found, path
        elif path.startswith("/api/"):
            assert answer.status_code == 401, path
        else:
            assert (answer.status_code, answer.headers["location"].split("?")[0]) == (
                303,
                "/login",
            ), path


@pytest.mark.parametrize("own", Role)
def test_everybody_may_what_the_role_says_and_no_more(desk: RunningDesk, own: Role) -> None:
    client = desk.client(own)
    token = accounts.make_token(desk.ledger, f"the-{own}", by="test")
    for method, path, role in routes(desk):
        answer = ask(client, method, path, token)
        if path == "/readyz":  # of the whole system: as it happens to stand
            assert answer.status_code in {200, 503}
        elif role and not own.includes(role):
            assert answer.status_code == 403, (method, path)
        elif method == "GET" or path.startswith("/api/"):
            # 422: an empty file is refused
            assert answer.status_code in {200, 201, 303, 404, 409, 422}, (method, path)
        else:  # whoever may still needs the form
            assert answer.status_code == 403, (method, path)


def test_route_that_declares_nothing_is_refused_to_everybody() -> None:
    def forgotten() -> None: ...

    admin = accounts.Person(1, "admin", Role.ADMIN)
    visitor = Visitor(person=admin, secret="x", language=Language.EN, address=None)
    request = Request(
        {"type": "http", "method": "GET", "path": "/", "headers": [], "endpoint": forgotten}
    )
    with pytest.raises(NotAllowed):
        asyncio.run(guard(request, visitor))


@pytest.mark.parametrize(
    ("headers", "token", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True, 303),
        ({"Origin": "{base}"}, True, 303),  # a browser on an address without TLS says no more
        ({"Sec-Fetch-Site": "same-origin"}, False, 403),
        ({"Sec-Fetch-Site": "cross-site"}, True, 403),
        ({"Sec-Fetch-Site": "same-site"}, True, 403),
        ({"Origin": "http://evil.example"}, True, 403),
        ({"Origin": "null"}, True, 403),
        ({}, True, 403),
    ],
)
def test_change_is_taken_from_our_own_pages_only(
    desk: RunningDesk, headers: dict[str, str], token: bool, status: int
) -> None:
    client = desk.client(Role.REVIEWER)
    fields = {"next": "/intake", "form_token": client.form_token() if token else "0" * 64}
    headers = {name: value.format(base=desk.base) for name, value in headers.items()}
    assert client.send("/intake/999999999/rerun", fields, **headers).status_code == status


def test_form_token_of_one_browser_is_worth_nothing_in_another(desk: RunningDesk) -> None:
    one, other = desk.client(Role.REVIEWER), desk.client(Role.REVIEWER)
    stolen = {"form_token": one.form_token(), "next": "/"}
    assert other.post("/intake/999999999/rerun", stolen).status_code == 403


def test_signing_in_needs_the_form_too(desk: RunningDesk) -> None:
    reader = make_person(desk.ledger, Role.READER)
    fields = {"name": reader, "password": PASSWORD}
    assert (
        desk.client().send("/login", fields, **{"Sec-Fetch-Site": "same-origin"}).status_code == 403
    )


def test_api_takes_no_cookie_and_pages_take_no_token(desk: RunningDesk) -> None:
    client = desk.client(Role.READER)
    assert client.get("/api/v1/files").status_code == 401
    token = accounts.make_token(desk.ledger, "the-reader", by="test")
    assert desk.client().get("/intake", Authorization=f"Bearer {token}").status_code == 303
    assert desk.client().get("/api/v1/files", Authorization=f"Bearer {token}").status_code == 200
    assert desk.client().get("/api/v1/files", Authorization=f"Bearer {token}x").status_code == 401


def test_guessing_is_stopped_and_the_right_password_too_until_later(desk: RunningDesk) -> None:
    make_person(desk.ledger, Role.READER, "guessed")
    client = desk.client()
    wrong = [client.sign_in("guessed", f"wrong number {number}").status_code for number in range(7)]
    assert wrong == [401] * 5 + [429] * 2
    locked = client.sign_in("guessed", PASSWORD)
    assert locked.status_code == 429
    assert "尝试次数过多" in locked.text
    assert desk.client(Role.READER).get("/intake").status_code == 200  # others come in
    assert {line.deed for line in audit_of(desk, "guessed")} >= {
        Deed.SIGN_IN_FAILED,
        Deed.LOCKED_OUT,
    }


def test_unknown_name_and_wrong_password_get_the_same_answer(desk: RunningDesk) -> None:
    make_person(desk.ledger, Role.READER, "known")
    answers = [desk.client().sign_in(name, "wrong password") for name in ("known", "nobody")]
    assert [answer.status_code for answer in answers] == [401, 401]
    # But for the token, which is each browser's, and the name, which is what was typed.
    bodies = [
        re.sub(r'value="\w{64}"', "", answer.text).replace(name, "")
        for answer, name in zip(answers, ("known", "nobody"), strict=True)
    ]
    assert bodies[0] == bodies[1]


def test_session_ends_with_the_sign_out_also_for_a_copy_of_the_cookie(desk: RunningDesk) -> None:
    client = desk.client(Role.READER)
    copy = Client(desk.base)
    copy.http.cookies.update(client.http.cookies)
    assert copy.get("/intake").status_code == 200
    client.post("/logout")
    assert copy.get("/intake").status_code == 303


def test_idle_and_old_sessions_end(desk: RunningDesk) -> None:
    for column, age in (("seen_at", "61 minutes"), ("begun_at", "12 hours 1 minute")):
        client = desk.client(Role.READER)
        with desk.ledger.transaction() as session:
            session.connection().exec_driver_sql(
                f"UPDATE session SET {column} = now() - interval '{age}'"
            )
        assert client.get("/intake").status_code == 303, column


def test_cookie_is_out_of_reach_of_scripts_and_new_at_each_sign_in(desk: RunningDesk) -> None:
    client = desk.client()
    reader = make_person(desk.ledger, Role.READER)
    planted = "planted-by-somebody-else"
    name = cookie_name(desk.base)
    client.http.cookies.set(name, planted)
    header = client.sign_in(reader).headers["set-cookie"]
    assert re.search(rf"{name}=[\w-]{{43}}; HttpOnly; Path=/; SameSite=lax", header)
    assert planted not in header


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.5", "", "[::2]"]
)
def test_other_host_names_are_refused(desk: RunningDesk, host: str) -> None:
    assert desk.client().get("/login", Host=host).status_code == 421


def test_every_answer_carries_the_security_headers(desk: RunningDesk) -> None:
    paths = [path for method, path, _ in routes(desk) if method == "GET"]
    for client in (desk.client(), desk.client(Role.ADMIN)):
        for path in (
            *paths,
            "/static/desk.css",
            "/static/nothing",
            "/nowhere",
            "/login?next=" + "x" * 9000,
        ):
            headers = client.get(path).headers
            assert headers["content-security-policy"].startswith(
                "default-src 'none'; script-src 'self'; "
            ), path
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert headers["cache-control"] == (
                "no-cache" if path.startswith("/static/") else "no-store"
            )
            assert "server" not in headers


def test_large_bodies_are_refused_before_they_are_read(desk: RunningDesk) -> None:
    client = desk.client(Role.REVIEWER)
    assert (
        client.send(
            "/login", {"name": "x" * 100_000}, **{"Sec-Fetch-Site": "same-origin"}
        ).status_code
        == 413
    )
    stated = client.http.request(
        "POST", desk.base + "/intake/files", headers={"Content-Length": str(1 << 40)}, timeout=5
    )
    assert stated.status_code == 413


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example"]
)
def test_sign_in_leads_to_no_other_host(desk: RunningDesk, wanted: str) -> None:
    reader = make_person(desk.ledger, Role.READER)
    answer = desk.client().post("/login", {"name": reader, "password": PASSWORD, "next": wanted})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_link_is_good_once_and_signs_out_whoever_was_in(desk: RunningDesk) -> None:
    client = desk.client(Role.READER)
    token = accounts.make_token(desk.ledger, "the-reader", by="test")
    link = accounts.make_link(desk.ledger, "the-reader", by="test")
    stranger = desk.client()
    fields = {"link": link, "password": PASSWORD, "again": PASSWORD}
    assert stranger.post("/join", fields).status_code == 303
    assert client.get("/intake").status_code == 303
    assert stranger.get("/intake").status_code == 200
    assert desk.client().post("/join", fields).status_code == 404
    assert desk.client().get("/api/v1/files", Authorization=f"Bearer {token}").status_code == 401


def test_own_password_is_changed_by_whoever_knows_it(desk: RunningDesk) -> None:
    name, client = make_person(desk.ledger, Role.READER, "changer"), desk.client()
    assert client.sign_in(name).status_code == 303
    assert client.post("/password", {"password": "a guess of a stranger"}).status_code == 403
    link = client.post("/password", {"password": PASSWORD}).headers["location"]
    fields = {
        "link": link.partition("=")[2],
        "password": "another long password",
        "again": "another long password",
    }
    assert client.post("/join", fields).status_code == 303
    assert desk.client().sign_in(name).status_code == 401
    assert desk.client().sign_in(name, "another long password").status_code == 303


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/numbers/overdue?year=1234", 422, "网址里的条件不对"),
        ("/numbers?least=abc", 422, "网址里的条件不对"),
        ("/review/abc", 404, "没有这个页面"),
        ("/reports/0", 404, "没有这个页面"),
    ],
)
def test_wrong_value_in_an_address_gets_a_page(
    desk: RunningDesk, path: str, status: int, told: str
) -> None:
    answer = desk.client(Role.READER).get(path)
    assert (answer.status_code, told in answer.text) == (status, True)


def test_desk_without_its_database_says_so_behind_its_headers() -> None:
    chosen = Settings(broker_url="redis+socket:///nowhere")
    ledger = Ledger(connect("postgresql+psycopg://fazhi@/fazhi?host=/nowhere"))
    headers = [(b"host", b"127.0.0.1"), (b"cookie", f"fazhi_session_{chosen.desk_port}=a".encode())]
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/intake",
        "query_string": b"",
        "headers": headers,
    }
    start, body = asyncio.run(asked(create_app(ledger, chosen), scope))
    assert (start["status"], "数据库暂时没有响应" in body["body"].decode()) == (503, True)
    assert dict(start["headers"])[b"content-security-policy"].startswith(b"default-src 'none'")


async def asked(app: ASGIApp, scope: Scope) -> list[Message]:
    """What the application answers to a request without a body."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


def test_what_is_typed_for_a_name_is_logged_only_where_it_is_one(desk: RunningDesk) -> None:
    desk.client().sign_in("my secret in the wrong field", "x")
    assert "my secret" not in str(list_audit(desk.ledger, limit=50))


def test_last_admin_stays(desk: RunningDesk) -> None:
    for line in accounts.list_accounts(desk.ledger):
        if line.role == Role.ADMIN and line.name != "admin":
            accounts.remove_account(desk.ledger, line.name, by="test")
    with pytest.raises(accounts.LastAdmin):
        accounts.remove_account(desk.ledger, "admin", by="test")
    with pytest.raises(accounts.LastAdmin):
        accounts.change_role(desk.ledger, "admin", Role.READER, by="test")


def test_audit_log_cannot_be_changed(desk: RunningDesk) -> None:
    for statement in ("UPDATE audit SET who = 'nobody'", "DELETE FROM audit", "TRUNCATE audit"):
        with (
            pytest.raises(Exception, match="only ever added"),
            desk.ledger.transaction() as session,
        ):
            session.connection().exec_driver_sql(statement)


def test_every_word_of_the_pages_exists_in_both_languages() -> None:
    known = catalogue()
    for key, pair in known.items():
        assert all(isinstance(text, str) and text for text in pair.values()), key
        zh, en = (sorted(re.findall(r"{\w*}", pair[one])) for one in (Language.ZH, Language.EN))
        assert zh == en, key
    used = set()
    for path in REVIEW.rglob("*.*"):
        if path.suffix in {".html", ".py"}:
            used |= set(
                re.findall(r"""["']([a-z_]+\.[a-z_0-9]+)["']""", path.read_text(encoding="utf-8"))
            )
    groups = {key.split(".")[0] for key in known}
    asked = {key for key in used if key.split(".")[0] in groups and not key.endswith(".html")}
    # One that ends in _ is the beginning of several.
    unknown = {
        key
        for key in asked - set(known)
        if not (key.endswith("_") and any(one.startswith(key) for one in known))
    }
    assert unknown == set()


@pytest.mark.parametrize(
    ("group", "values"),
    [
        ("state", DocumentState),
        ("stage", Stage),
        ("outcome", Outcome),
        ("role", Role),
        ("deed", Deed),
        ("show", Show),
        ("trouble", TroubleKind),
        ("known_by", KnownBy),
    ],
)
def test_every_value_of_an_enum_has_its_word(group: str, values: type[Role]) -> None:
    assert {f"{group}.{value.value}" for value in values} == {
        key for key in catalogue() if key.startswith(f"{group}.")
    }


def audit_of(desk: RunningDesk, who: str) -> list[AuditLine]:
    return [line for line in list_audit(desk.ledger, limit=500) if line.who == who]


def test_live_part_is_sent_once_and_packed_only_for_pages_of_ours(desk: RunningDesk) -> None:
    client = desk.client(Role.READER)
    first = client.get("/operations/stages/live")
    assert first.headers["Content-Encoding"] == "gzip"  # plain HTTP has nothing to hide
    again = client.get("/operations/stages/live", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert sum(len(f"{name}: {value}\r\n") for name, value in again.headers.items()) < 2048


@pytest.mark.parametrize(
    ("site", "packed"),
    [("cross-site", False), ("same-site", False), ("same-origin", True), ("none", True)],
)
def test_page_that_another_site_leads_to_over_tls_is_not_packed(site: str, packed: bool) -> None:
    headers = [(b"sec-fetch-site", site.encode()), (b"accept-encoding", b"gzip")]
    scope: Scope = {"type": "http", "method": "GET", "path": "/reports", "headers": headers}
    start, _ = asyncio.run(asked(Packed(PlainTextResponse("secret " * 200), secure=True), scope))
    assert (b"content-encoding" in dict(start["headers"])) is packed
