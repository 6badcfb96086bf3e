"""What a page shows of a stored report. Offsets are in the clean text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from schema.kinds import Action, DocumentState, FindingState
from workers.report.finding_kinds import FindingKind
from workers.report.model import Bound, Header, Section, Severity, Status
from workers.report.text import Edit, Span


@dataclass(frozen=True, slots=True)
class MachineReading:
    """What the machine read, where a person put it right."""

    value: float
    unit: str
    bound: Bound
    status: Status
    indicator: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedMetric:
    """One stated figure as it counts: a person's reading over the machine's,
    which then stands in `read`.

    `start`, `end` in the clean text. `zh` is the indicator's name; `total` the quote of the figure
    that this is a part of. `found` is false for one that the newest run no longer found, and that
    stays because a person put it right. `unsure`: it is unsure what it is about. `removed`: a
    person says that it is no figure; `added`: a person marked it. `high` is the upper end of a
    range.
    """

    key: str
    start: int
    end: int
    quote: str
    value: float
    unit: str
    bound: Bound
    status: Status
    indicator: str | None
    zh: str | None
    section: int | None
    subject: str | None
    period: str | None
    per: str | None
    total: str | None
    confidence: float
    unsure: bool
    found: bool
    read: MachineReading | None = None
    high: float | None = None
    removed: bool = False
    added: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedFinding:
    """One finding of the report; `spans` in the clean text.

    `other` is the report that it compares with.
    """

    id: int
    kind: FindingKind
    severity: Severity
    message: str
    message_en: str
    state: FindingState
    verdict: Action | None
    suggestion: str | None
    metric_keys: tuple[str, ...]
    raw_spans: tuple[Span, ...]
    spans: tuple[Span, ...] = ()
    other: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedEdit:
    """One edit and where its `after` stands in the clean text;
    `number` is its place among the report's edits.
    """

    number: int
    start: int
    end: int
    edit: Edit


@dataclass(frozen=True, slots=True)
class PastArrival:
    """One time that the file arrived; `container` is the document that it came out of."""

    folder: str
    name: str
    at: datetime
    container: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarReport:
    """Another report that a finding holds this one against; `share` of the text is the same.

    `by` is the document that has the finding: this one, or the other.
    """

    finding: int
    by: int
    kind: FindingKind
    document: int
    title: str | None
    issuer: str | None
    year: int | None
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedReport:
    """A report, opened at one part of its text.

    Figures, edits and placed findings are those of this part, which begins at `raw_start` of the
    raw text.

    `years` are (document, year) of all reports of the same issuer that stand, this one too.
    `header` is the one in force, `signed` the name that it is signed with, where that is another;
    `read_header` what the machine read where a person put the header right.
    """

    document: int
    state: DocumentState
    name: str
    header: Header
    issuer_id: int | None
    signed: str | None
    read_header: Header | None
    media_type: str
    encoding: str | None
    pages: int
    characters: int
    rules_version: str
    arrivals: tuple[PastArrival, ...]
    text: str
    parts: tuple[Span, ...]
    part: int
    raw_start: int
    sections: tuple[Section, ...]
    figures: tuple[PlacedMetric, ...]
    findings: tuple[PlacedFinding, ...]
    edits: tuple[PlacedEdit, ...]
    years: tuple[tuple[int, int], ...]
    alike: tuple[SimilarReport, ...]

    @property
    def span(self) -> Span:
        """The part that is shown."""
        return self.parts[self.part]
