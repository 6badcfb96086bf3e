"""Findings as the queue hands them to pages, scripts and the terminal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from schema.kinds import Action, FindingState
from schema.tables import Json
from workers.desk.jsonable import SPREAD
from workers.report.finding_kinds import FindingKind
from workers.report.model import Bound, Severity, Status
from workers.results.human import FigureReading


class Key(NamedTuple):
    """The place of a finding in the queue; the next page begins after the key
    of this page's last row.
    """

    priority: int
    id: int


# Ahead of and behind all findings of the queue.
FRONT, BACK = Key(2**31 - 1, 0), Key(-1, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedFinding:
    """A finding as a list shows it; `report` is the report's title, or else its file's name.

    `verdict` is what settled it. `present` is false where the newest reading no longer finds it.
    """

    id: int
    document: int | None
    kind: FindingKind
    severity: Severity
    key: Key
    state: FindingState
    claimed_by: str | None
    claimed_until: datetime | None
    verdict: Action | None
    message: str
    message_en: str
    suggestion: str | None
    report: str | None
    issuer: str | None
    issuer_id: int | None
    county: str | None
    year: int | None
    present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingMetric(FigureReading):
    """A metric that a finding is about, with what else the machine read of it."""

    bound: Bound
    status: Status
    subject: str | None
    period: str | None
    per: str | None
    page: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceQuote:
    """A span of the raw text with the text around it, each on one line."""

    start: int
    end: int
    before: str
    quote: str
    after: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the suggestions; `value` and `unit` are null where it is no amount."""

    text: str
    value: float | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a finding and its metrics stood before or after a decision."""

    verdict: Action | None
    figures: tuple[FigureReading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedFrom:
    """The finding on which a person made a decision that was carried over to another."""

    finding: int
    document: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDecision:
    """One decision of a finding's history; `evidence` is what the finding rested on then."""

    action: Action
    who: str
    at: datetime
    note: str | None
    before: Standing
    after: Standing
    evidence: str | None
    carried_from: CarriedFrom | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedOn:
    """What the last decision that stands was made on, and who made it."""

    evidence: str | None
    figures: tuple[FigureReading, ...]
    action: Action
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RestsOn:
    """What a finding rests on now."""

    evidence: str
    figures: tuple[FindingMetric, ...]


@dataclass(frozen=True, slots=True)
class ChangedEvidence:
    """The evidence is another than when the finding was decided."""

    then: DecidedOn
    now: RestsOn


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingInFull:
    """A finding with all that a person needs to decide it.

    `figures` are its metrics, the doubtful one first. `details` is what the comparison across
    reports kept, for scripts; `read_comparison` makes values of it.
    `seen` is what a decision names to say what it knew of.
    """

    finding: QueuedFinding = field(metadata=SPREAD)
    files: tuple[str, ...]
    evidence: tuple[EvidenceQuote, ...]
    figures: tuple[FindingMetric, ...]
    choices: tuple[Choice, ...]
    details: Json | None
    changed: ChangedEvidence | None
    seen: str
    decisions: tuple[PastDecision, ...]


@dataclass(frozen=True, slots=True)
class DecidedFinding:
    """A finding after a decision, and its metrics as they stand now."""

    finding: QueuedFinding = field(metadata=SPREAD)
    figures: tuple[FigureReading, ...]
