"""People of the tests: made as `fazhi user` makes them, signed in over HTTP as a browser does."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import requests

from schema.kinds import Role
from workers.desk import accounts
from workers.ledger import Ledger

PASSWORD = "correct horse battery"


def make_person(ledger: Ledger, role: Role, name: str = "") -> str:
    """An account with PASSWORD; its name. The same twice is the same account."""
    name = name or f"the-{role}"
    if name not in {line.name for line in accounts.list_accounts(ledger)}:
        link = accounts.add_account(ledger, name, role, by="test")
        accounts.choose_password(ledger, link, PASSWORD, address=None)
    return name


def make_cookie(ledger: Ledger, name: str) -> str:
    """What a browser has after the sign-in, without one:
    signing in is counted and takes its time.
    """
    person = accounts.check_password(ledger, name, PASSWORD)
    assert person
    return accounts.begin_visit(ledger, person, address=None)


def cookie_name(base: str) -> str:
    return f"fazhi_session_{base.rsplit(':', 1)[1]}"


@dataclass(slots=True)
class Client:
    """A browser without a screen: cookies, the headers that browsers send,
    the token of the last page's forms.
    """

    base: str
    http: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, **headers: str) -> requests.Response:
        return self.http.get(self.base + path, headers=headers, allow_redirects=False, timeout=20)

    def post(
        self, path: str, fields: dict[str, str] | None = None, **headers: str
    ) -> requests.Response:
        """As the form of a page of the desk would be sent."""
        sent = {"form_token": self.form_token()} | (fields or {})
        return self.send(path, sent, **({"Sec-Fetch-Site": "same-origin"} | headers))

    def send(self, path: str, fields: dict[str, str], **headers: str) -> requests.Response:
        """Just these fields and headers."""
        return self.http.post(
            self.base + path, data=fields, headers=headers, allow_redirects=False, timeout=20
        )

    def form_token(self) -> str:
        page = self.http.get(self.base + "/operations", timeout=20).text
        found = re.search(r'name="form_token" value="(\w+)"', page)
        assert found, page
        return found[1]

    def sign_in(self, name: str, password: str = PASSWORD) -> requests.Response:
        return self.post("/login", {"name": name, "password": password})
