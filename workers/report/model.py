"""What is understood of a file: the values that the stages hand on.

All frozen; offsets are code points.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from workers.report.cell_rules import CellRule, Omission, Unclear
from workers.report.finding_kinds import FindingKind
from workers.report.places import PlacedLine
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.text import Span, Traced


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The file as it was read: `raw_text` is what its bytes decode to, before any repair;
    all evidence points into it.

    `page_starts` are the offsets at which its pages begin, the first 0; `encoding` is None where
    the format has none; `pictures` is how many pictures stand beside the text, as far as the reader
    counts them; `lines` are the places of the text's lines, in its order, where its pages are
    drawn. `layered` is how many pages are pictures whose text is a hidden layer, that a scanner's
    program recognised: whoever can recognise better compares them. `folder` is where the file lay,
    with / between folders.
    """

    name: str
    sha256: str
    media_type: str
    encoding: str | None
    raw_text: str
    page_starts: tuple[int, ...] = (0,)
    pictures: int = 0
    lines: tuple[PlacedLine, ...] = ()
    layered: int = 0
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside of another: its path there, with / between folders, and its bytes."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What a file holds in place of a text of its own: other files, each a document of its own.

    `media_type` is the file's own.
    """

    members: tuple[Member, ...]
    media_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What the page furniture stated about the report before it was dropped;
    None where it said nothing.
    """

    published: date | None = None
    issuer: str | None = None
    document_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """The clean text, traced to the raw text, and what the dropped furniture stated."""

    traced: Traced
    facts: PageFacts = field(default_factory=PageFacts)


class KnownBy(StrEnum):
    """What says in which county a body is, the best evidence first."""

    TEXT = "text"
    FILE = "file"
    FOLDER = "folder"
    NEIGHBOURS = "neighbours"
    """The other reports of its folder, all of one county."""
    PERSON = "person"
    """Who looked at it; no report says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the issuer is; `code` is the statistical code, 9 or 6 digits.

    `known_by` is what says the county; None where nothing does.
    """

    township: str | None = None
    county: str | None = None
    province: str | None = None
    code: str | None = None
    known_by: KnownBy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """`year` is the year reported on; `published` the date of the signature,
    else that of the page.
    """

    title: str | None = None
    issuer: str | None = None
    place: Place = field(default_factory=Place)
    year: int | None = None
    published: date | None = None


class Role(StrEnum):
    """What a section answers to (spec: structure)."""

    PREAMBLE = "preamble"
    ACHIEVEMENTS = "achievements"
    LEADER_DUTY = "leader_duty"
    SHORTCOMINGS = "shortcomings"
    PLAN = "plan"
    OTHER = "other"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A stretch of the clean text from its heading's first character to the next heading;
    they tile the body.

    `level` is 1 to 4, 0 where there is no heading (preamble, signature); `title` is the heading as
    written, with its number; `heading_end` is where the heading ends and its text begins.
    """

    level: int
    number: str | None
    title: str | None
    roles: tuple[Role, ...]
    start: int
    end: int
    heading_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Segmented:
    """Header, sections in the order of the text, and the sentences as spans of the clean text."""

    header: Header
    sections: tuple[Section, ...]
    sentences: tuple[Span, ...]


class Bound(StrEnum):
    EXACT = "exact"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOUT = "about"


class Status(StrEnum):
    DONE = "done"
    PLANNED = "planned"
    EARLIER = "earlier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One stated figure (spec: metrics).

    `start`, `end` in the clean text; `section` an index into the sections.

    `confidence` is between 0 and 1; `why` names the rule and the trigger that found it. Null in
    `subject`: the issuer's own figure; in `period`: the reporting year; `per` is what it is stated
    for each of (每村1名 → 村); all three as written. `part_of` is the index of the metric that is
    its total (relations/filling.py). `high` is the upper end of a range that a person stated in
    one; the ends that a text states are two metrics.
    """

    start: int
    end: int
    quote: str
    value: float
    unit: str
    bound: Bound
    status: Status
    indicator: str | None
    section: int | None = None
    confidence: float = 1.0
    why: str = ""
    subject: str | None = None
    period: str | None = None
    per: str | None = None
    part_of: int | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """`figures` are indexes into the report's metrics, in the order that their kind gives them.

    `said` is where it is said, in the clean text, with its figures. `entry` is the entry of the
    catalogue that it rests on, where there are several (of averages.yaml, by its name); of
    growth_of the way that it is said to have gone.
    """

    kind: RelationKind
    figures: tuple[int, ...]
    said: Span
    sure: Sure
    entry: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One thing that a panel cell is made of: a figure, or the two ends of a range (三至五次).

    `figures` are indexes into the report's metrics; `high` is the upper end of a range.
    """

    figures: tuple[int, ...]
    value: float
    unit: str
    bound: Bound
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What the report says of one indicator for its year, and the rule that made it of the figures.

    `terms` are what the value was made of; of an unclear one, among which a person chooses, and
    `why` says what is in doubt. `value` is null where it is unclear, `high` the upper end of a
    range. `omitted` are the other figures of the indicator, each with its reason.
    """

    indicator: str
    rule: CellRule
    terms: tuple[Term, ...]
    value: float | None
    unit: str
    bound: Bound
    high: float | None = None
    why: Unclear | None = None
    omitted: tuple[tuple[int, Omission], ...] = ()


class Severity(StrEnum):
    NOTE = "note"
    CHECK = "check"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing a person should look at.

    `spans` are raw; `metrics` are indexes into the report's metrics.

    The first of `metrics` is the doubtful figure, the others are what it was held against. `about`
    tells apart findings of one kind that have no place in the text (the law's item that is
    missing);
    `message` is Chinese, `message_en` the same in English. `suggestion` is what should probably
    stand there, written as a report writes it; alternatives are parted by ；, and one may show
    before a = how it comes about (46/47=97.9%). Accepting one that is an amount makes it the value
    of the doubtful figure.
    """

    kind: FindingKind
    severity: Severity
    message: str
    message_en: str
    spans: tuple[Span, ...] = ()
    metrics: tuple[int, ...] = ()
    suggestion: str | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that was understood of one file."""

    source: Source
    cleaned: Cleaned
    segmented: Segmented
    metrics: tuple[Metric, ...]
    relations: tuple[Relation, ...]
    findings: tuple[Finding, ...]
    cells: tuple[Cell, ...] = ()
