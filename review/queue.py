"""Which findings a person goes through, as the address of each page of the review says it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query
from pydantic import BeforeValidator
from starlette.datastructures import FormData

from review.access import field
from review.inputs import LARGEST, Words
from schema.kinds import FindingState
from workers.desk.queue import Filters, Key
from workers.report.finding_kinds import FindingKind
from workers.report.model import Severity

LONGEST_NOTE = 2_000

# A form sends what is not chosen as an empty field.
_chosen = BeforeValidator(lambda given: given or None)
KindAsked = Annotated[FindingKind | None, _chosen, Query()]
SeverityAsked = Annotated[Severity | None, _chosen, Query()]
StateAsked = Annotated[FindingState | None, _chosen, Query()]
# The priority and the number of a finding: 330-12.
KeyAsked = Annotated[str | None, Query(pattern=r"^[0-9]{1,9}-[0-9]{1,18}$")]


@dataclass(frozen=True, slots=True)
class Queue:
    """What is asked for: the filters, and a key behind or ahead of which to go on.

    `last` is the number of the finding that was decided just now:
    no page beyond the answer to that tells of it.
    """

    kind: KindAsked = None
    severity: SeverityAsked = None
    issuer: Words = ""
    words: Words = ""
    state: StateAsked = None
    after: KeyAsked = None
    before: KeyAsked = None
    last: Annotated[int | None, Query(ge=1, le=LARGEST)] = None

    @property
    def filters(self) -> Filters:
        return Filters(
            kind=self.kind,
            severity=self.severity,
            issuer=self.issuer.strip() or None,
            state=self.state,
            text=self.words.strip() or None,
        )

    @property
    def waiting(self) -> Filters:
        """What of it can be taken: a filter by who holds it says nothing of that."""
        return replace(self.filters, state=None)

    @property
    def is_filtered(self) -> bool:
        return self.filters != Filters()

    @property
    def after_key(self) -> Key | None:
        return read_key(self.after)

    @property
    def before_key(self) -> Key | None:
        return read_key(self.before)

    def link(
        self,
        path: str = "/review",
        *,
        after: Key | None = None,
        before: Key | None = None,
        last: int | None = None,
    ) -> str:
        """An address within this queue; without a key its beginning.

        >>> Queue(issuer="松涧镇", last=7).link("/review/next", after=Key(330, 12))
        '/review/next?issuer=%E6%9D%BE%E6%B6%A7%E9%95%87&after=330-12'
        """
        asked = {
            "kind": self.kind,
            "severity": self.severity,
            "issuer": self.issuer,
            "words": self.words,
            "state": self.state,
            "after": write_key(after),
            "before": write_key(before),
            "last": last,
        }
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{path}?{query}" if query else path


QueueHere = Annotated[Queue, Depends()]


def read_key(written: str | None) -> Key | None:
    """The key out of an address.

    >>> read_key("330-12"), read_key(None)
    (Key(priority=330, id=12), None)
    """
    if not written:
        return None
    priority, _, number = written.partition("-")
    return Key(int(priority), int(number))


def write_key(key: Key | None) -> str:
    return f"{key.priority}-{key.id}" if key else ""


def note_of(form: FormData) -> str | None:
    """What a person wrote beside a decision."""
    return field(form, "note").strip()[:LONGEST_NOTE] or None
