"""The tables (DESIGN 7).

Machine and human values stand in separate columns; all times are the database's own.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Sequence,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from schema.columns import OneOf
from schema.kinds import Action, DocumentState, FindingState, Level, NightStep, Outcome, Stage
from workers.report.cell_rules import CellRule, Unclear
from workers.report.finding_kinds import FindingKind
from workers.report.model import Bound, KnownBy, Severity, Status
from workers.report.relation_kinds import RelationKind, Sure

BigKey = Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]
Now = Annotated[
    datetime, mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Json = Annotated[dict[str, Any], mapped_column(JSONB)]
Rows = Annotated[list[Any], mapped_column(JSONB)]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


# Each claim of a stage takes the next number: the fencing token, and the key of the stage_run row.
claim_token = Sequence("claim_token", metadata=Base.metadata)


class Document(Base):
    """One distinct content, kept for ever in the store, and which stage of it is due."""

    __tablename__ = "document"
    id: Mapped[BigKey]
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[DocumentState] = mapped_column(OneOf(DocumentState))
    stage: Mapped[Stage | None] = mapped_column(OneOf(Stage))
    attempts: Mapped[int] = mapped_column(server_default="0")
    token: Mapped[int | None] = mapped_column(BigInteger)
    lease_until: Mapped[Moment | None]
    due_at: Mapped[Now]
    rung_at: Mapped[Moment | None]
    reason: Mapped[str | None] = mapped_column(Text)
    retryable: Mapped[bool] = mapped_column(server_default="false")
    rules_version: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[Now]
    changed_at: Mapped[Now]
    # When the results that stand were finished: they count in the panel and the exports, also while
    # the document is read anew, for they are replaced whole. None once it is refused or withdrawn.
    done_at: Mapped[Moment | None]

    __table_args__ = (
        CheckConstraint(
            "(stage IS NULL) = (state IN ('done', 'refused', 'withdrawn', 'unpacked'))",
            name="due_stage",
        ),
        CheckConstraint(
            "(state = 'running') = (token IS NOT NULL AND lease_until IS NOT NULL)", name="lease"
        ),
        CheckConstraint("state <> 'refused' OR reason IS NOT NULL", name="reason"),
        CheckConstraint("state <> 'done' OR done_at IS NOT NULL", name="done"),
        CheckConstraint(
            "state NOT IN ('refused', 'withdrawn', 'unpacked') OR done_at IS NULL", name="gone"
        ),
        # Reading anew runs all stages in one claim, a scan's in that of its recognition.
        CheckConstraint(
            "done_at IS NULL OR stage IS NULL OR stage IN ('read', 'recognise')", name="anew"
        ),
        CheckConstraint("size >= 0 AND attempts >= 0", name="positive"),
        # What a worker takes next of its stage, and for the sweeper: a handful of rows among
        # millions of finished ones.
        Index(
            "ix_document_due",
            "stage",
            text("(done_at IS NOT NULL)"),
            "due_at",
            "id",
            postgresql_where="state IN ('waiting', 'running')",
        ),
        # For the watcher: files to be given back.
        Index("ix_document_refused", "id", postgresql_where="state = 'refused'"),
        Index("ix_document_changed", "changed_at"),
        # To count those that ended without a look at the rows.
        Index("ix_document_ended", "state", postgresql_where="state NOT IN ('waiting', 'running')"),
    )


class Arrival(Base):
    """One time that a file was dropped, or came out of one that was.

    `claim` is the number under which it was taken, once. `folder` is where it lay in the inbox; of
    what came out of a container that goes on with the container's name and the folders in it.
    """

    __tablename__ = "arrival"
    id: Mapped[BigKey]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    claim: Mapped[UUID] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(Text)
    folder: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    modified_at: Mapped[Moment]
    arrived_at: Mapped[Now]
    # When the file of a refused document was put back for its owner, in inbox/refused/.
    returned_at: Mapped[Moment | None]
    # When that last failed: the others come first.
    return_tried_at: Mapped[Moment | None]
    # The file's owner and permissions, to give it back with the same.
    # None for arrivals from before these columns.
    mode: Mapped[int | None] = mapped_column(BigInteger)
    uid: Mapped[int | None] = mapped_column(BigInteger)
    gid: Mapped[int | None] = mapped_column(BigInteger)
    # The document that it came out of; None for what was dropped itself.
    container_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))

    __table_args__ = (
        Index("ix_arrival_arrived_at", "arrived_at"),
        Index("ix_arrival_container", "container_id", postgresql_where="container_id IS NOT NULL"),
    )


class StageRun(Base):
    """Who ran what, when, how long, how it ended. Its key is the fencing token of that run."""

    __tablename__ = "stage_run"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    stage: Mapped[Stage] = mapped_column(OneOf(Stage))
    worker: Mapped[str] = mapped_column(Text)
    attempt: Mapped[int]
    started_at: Mapped[Now]
    ended_at: Mapped[Moment | None]
    outcome: Mapped[Outcome | None] = mapped_column(OneOf(Outcome))
    error: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index("ix_stage_run_started", "started_at"),
        # Recent failures: a few rows among millions that ended well.
        Index("ix_stage_run_failed", "id", postgresql_where="outcome <> 'done'"),
    )


class Issuer(Base):
    """A body that signs reports, under the name and place that its reports give.

    `folder` tells apart the bodies of one name whose county nobody knows.
    """

    __tablename__ = "issuer"
    id: Mapped[BigKey]
    name: Mapped[str] = mapped_column(Text)
    county: Mapped[str | None] = mapped_column(Text)
    province: Mapped[str | None] = mapped_column(Text)
    folder: Mapped[str | None] = mapped_column(Text)
    # The body that a person says this one is; always one that is merged into no other.
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("issuer.id"), index=True)

    __table_args__ = (
        UniqueConstraint(
            "name", "county", "province", "folder", postgresql_nulls_not_distinct=True
        ),
    )


class Report(Base):
    """What was understood of a document; each stage fills its part."""

    __tablename__ = "report"
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    rules_version: Mapped[str] = mapped_column(String(32))
    # read
    name: Mapped[str] = mapped_column(Text)
    folder: Mapped[str] = mapped_column(Text, server_default="")
    media_type: Mapped[str] = mapped_column(Text)
    encoding: Mapped[str | None] = mapped_column(Text)
    page_starts: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    raw_text: Mapped[str] = mapped_column(Text)
    pictures: Mapped[int] = mapped_column(server_default="0")
    # Packed by workers.results.places; fetched only where a page is shown.
    lines: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    # clean
    text: Mapped[str | None] = mapped_column(Text)
    edits: Mapped[Rows | None]
    facts: Mapped[Json | None]
    # segment
    title: Mapped[str | None] = mapped_column(Text)
    # Whom the header names; and the body that this is, which is another where bodies were merged.
    signed_id: Mapped[int | None] = mapped_column(ForeignKey("issuer.id"), index=True)
    issuer_id: Mapped[int | None] = mapped_column(ForeignKey("issuer.id"))
    township: Mapped[str | None] = mapped_column(Text)
    county: Mapped[str | None] = mapped_column(Text)
    province: Mapped[str | None] = mapped_column(Text)
    code: Mapped[str | None] = mapped_column(String(12))
    known_by: Mapped[KnownBy | None] = mapped_column(OneOf(KnownBy))
    year: Mapped[int | None]
    published: Mapped[date | None]
    # What the machine read of the header, where a person put something of it right.
    read_header: Mapped[Json | None]
    sentences: Mapped[Rows | None]
    tokens: Mapped[str | None] = mapped_column(TSVECTOR)

    __table_args__ = (
        Index("ix_report_issuer_year", "issuer_id", "year"),
        # Who reported in a year.
        Index("ix_report_year_issuer", "year", "issuer_id"),
        Index("ix_report_folder", "folder"),
        Index("ix_report_tokens", "tokens", postgresql_using="gin"),
    )


class Section(Base):
    """A heading and its text; `level` 0 has none.

    Offsets in the clean text, `raw_` ones in the raw text.
    """

    __tablename__ = "section"
    document_id: Mapped[int] = mapped_column(
        ForeignKey("report.document_id", ondelete="CASCADE"), primary_key=True
    )
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[int]
    number: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    start: Mapped[int]
    end: Mapped[int]
    heading_end: Mapped[int]
    raw_start: Mapped[int]
    raw_end: Mapped[int]

    __table_args__ = (
        CheckConstraint("level BETWEEN 0 AND 4", name="level"),
        CheckConstraint(
            'start <= heading_end AND heading_end <= "end" AND raw_start <= raw_end', name="span"
        ),
    )


class Indicator(Base):
    """The catalogue as it stood at the last migration, for joins; the YAML is the source."""

    __tablename__ = "indicator"
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    ordinal: Mapped[int]
    pillar: Mapped[str] = mapped_column(Text)
    zh: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(Text)
    dim: Mapped[str] = mapped_column(Text)
    means: Mapped[str] = mapped_column(Text)


class Metric(Base):
    """One stated figure.

    `key` is stable across re-runs; a person's corrections are in the human columns.
    """

    __tablename__ = "metric"
    id: Mapped[BigKey]
    document_id: Mapped[int] = mapped_column(ForeignKey("report.document_id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(Text)
    ordinal: Mapped[int]
    section: Mapped[int | None]
    indicator: Mapped[str | None] = mapped_column(ForeignKey("indicator.code"))
    value: Mapped[float]
    unit: Mapped[str] = mapped_column(Text)
    bound: Mapped[Bound] = mapped_column(OneOf(Bound))
    status: Mapped[Status] = mapped_column(OneOf(Status))
    quote: Mapped[str] = mapped_column(Text)
    start: Mapped[int]
    end: Mapped[int]
    raw_start: Mapped[int]
    raw_end: Mapped[int]
    page: Mapped[int]
    # As the text has it: whose figure, over what period and per what, where that is not the
    # issuer, the year and the total.
    subject: Mapped[str | None] = mapped_column(Text)
    period: Mapped[str | None] = mapped_column(Text)
    per: Mapped[str | None] = mapped_column(Text)
    # The key of the total that this is a part of.
    part_of: Mapped[str | None] = mapped_column(Text)
    confidence: Mapped[float]
    why: Mapped[str] = mapped_column(Text)
    human_value: Mapped[float | None]
    human_unit: Mapped[str | None] = mapped_column(Text)
    # The upper end of a range, which only a person's value has.
    human_high: Mapped[float | None]
    # A code of the catalogue; empty for none. Empty in subject and period: the issuer, the year.
    human_indicator: Mapped[str | None] = mapped_column(Text)
    human_bound: Mapped[Bound | None] = mapped_column(OneOf(Bound))
    human_status: Mapped[Status | None] = mapped_column(OneOf(Status))
    human_subject: Mapped[str | None] = mapped_column(Text)
    human_period: Mapped[str | None] = mapped_column(Text)
    # True: it is no figure of the report.
    human_removed: Mapped[bool | None]
    # Marked in the text by a person; the machine's columns are what the reader makes of it.
    added: Mapped[bool] = mapped_column(server_default="false")

    __table_args__ = (
        UniqueConstraint("document_id", "key"),
        ForeignKeyConstraint(
            ["document_id", "section"], ["section.document_id", "section.ordinal"]
        ),
        # NaN sorts above Infinity
        CheckConstraint("value > '-Infinity' AND value < 'Infinity'", name="finite"),
        CheckConstraint(
            "human_value > '-Infinity' AND human_value < 'Infinity'", name="human_finite"
        ),
        CheckConstraint("human_high >= human_value AND human_high < 'Infinity'", name="human_high"),
        CheckConstraint('start < "end" AND raw_start < raw_end', name="span"),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
        Index("ix_metric_indicator", "indicator", postgresql_where="indicator IS NOT NULL"),
    )


class Relation(Base):
    """What the words say of two or more figures, which stand in the order that the kind gives them.

    `entry` is the entry of the catalogue that it rests on, where there are several.
    """

    __tablename__ = "relation"
    document_id: Mapped[int] = mapped_column(
        ForeignKey("report.document_id", ondelete="CASCADE"), primary_key=True
    )
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RelationKind] = mapped_column(OneOf(RelationKind))
    metric_keys: Mapped[list[str]] = mapped_column(ARRAY(Text))
    sure: Mapped[Sure] = mapped_column(OneOf(Sure))
    entry: Mapped[str | None] = mapped_column(Text)
    # Where it is said, with its figures.
    start: Mapped[int]
    end: Mapped[int]
    raw_start: Mapped[int]
    raw_end: Mapped[int]

    __table_args__ = (
        CheckConstraint("cardinality(metric_keys) > 0", name="figures"),
        CheckConstraint('start < "end" AND raw_start < raw_end', name="span"),
    )


class Cell(Base):
    """What a report says of one indicator for its year (workers/report/cells/); the panel takes the
    cells of an issuer's newest report.

    `terms` are what the value was made of, or what a person chooses among; `omitted` the other
    figures and why they are left out. A person's choice is in the human columns.
    """

    __tablename__ = "cell"
    document_id: Mapped[int] = mapped_column(
        ForeignKey("report.document_id", ondelete="CASCADE"), primary_key=True
    )
    indicator: Mapped[str] = mapped_column(ForeignKey("indicator.code"), primary_key=True)
    rule: Mapped[CellRule] = mapped_column(OneOf(CellRule))
    value: Mapped[float | None]
    # The upper end of a range.
    high: Mapped[float | None]
    unit: Mapped[str] = mapped_column(Text)
    bound: Mapped[Bound] = mapped_column(OneOf(Bound))
    # Why there is no value.
    why: Mapped[Unclear | None] = mapped_column(OneOf(Unclear))
    terms: Mapped[Rows]
    omitted: Mapped[Rows]
    # The figure that the cell leads to.
    metric_id: Mapped[int] = mapped_column(BigInteger)
    # Whether a person corrected a figure that it is made of.
    corrected: Mapped[bool]
    human_value: Mapped[float | None]
    human_unit: Mapped[str | None] = mapped_column(Text)
    human_bound: Mapped[Bound | None] = mapped_column(OneOf(Bound))
    human_high: Mapped[float | None]

    __table_args__ = (
        CheckConstraint("value > '-Infinity' AND value < 'Infinity'", name="finite"),
        CheckConstraint(
            "human_value > '-Infinity' AND human_value < 'Infinity'", name="human_finite"
        ),
        CheckConstraint("(value IS NULL) = (why IS NOT NULL)", name="empty"),
    )


class Finding(Base):
    """One thing a person should look at: in a document, or of an issuer and year that have none.

    `key` is stable across re-runs; `about` is the part of it that names what the finding is about.
    `evidence` is the text that it is based on. `details` is for the page that shows it: passages
    side by side, the numbers of the peers.
    """

    __tablename__ = "finding"
    id: Mapped[BigKey]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    issuer_id: Mapped[int | None] = mapped_column(ForeignKey("issuer.id"))
    year: Mapped[int | None]
    key: Mapped[str] = mapped_column(Text)
    about: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[FindingKind] = mapped_column(OneOf(FindingKind))
    # Whether it comes from comparing reports with each other, not from the audit of one.
    across: Mapped[bool]
    severity: Mapped[Severity] = mapped_column(OneOf(Severity))
    message: Mapped[str] = mapped_column(Text)
    message_en: Mapped[str] = mapped_column(Text)
    spans: Mapped[Rows]
    metric_keys: Mapped[list[str]] = mapped_column(ARRAY(Text))
    evidence: Mapped[str] = mapped_column(Text)
    suggestion: Mapped[str | None] = mapped_column(Text)
    details: Mapped[Json | None]
    # What comes first in the queue; workers.results.findings says how it is weighed.
    priority: Mapped[int]
    state: Mapped[FindingState] = mapped_column(OneOf(FindingState))
    # Who has claimed it, and until when; an expired claim is open again.
    claimed_by: Mapped[str | None] = mapped_column(Text)
    claimed_until: Mapped[Moment | None]
    # The action of the last decision, while the finding is settled by it.
    verdict: Mapped[Action | None] = mapped_column(OneOf(Action))
    # False once the newest run no longer finds it; kept for its decisions.
    present: Mapped[bool] = mapped_column(server_default="true")
    created_at: Mapped[Now]

    __table_args__ = (
        UniqueConstraint(
            "document_id", "issuer_id", "year", "key", postgresql_nulls_not_distinct=True
        ),
        CheckConstraint(
            "num_nonnulls(document_id, issuer_id) = 1 AND (issuer_id IS NULL) = (year IS NULL)",
            name="of",
        ),
        CheckConstraint(
            "(state = 'settled') = (verdict IS NOT NULL) AND verdict <> 'undo'", name="verdict"
        ),
        CheckConstraint(
            "(state = 'claimed') = (claimed_by IS NOT NULL) AND (state = 'claimed') = "
            "(claimed_until IS NOT NULL)",
            name="claim",
        ),
        # The queue and what left it, each read page by page from the key at
        # which the last page ended.
        Index(
            "ix_finding_queue",
            text("priority DESC"),
            "id",
            postgresql_where="state <> 'settled' AND present",
        ),
        Index(
            "ix_finding_settled",
            text("priority DESC"),
            "id",
            postgresql_where="state = 'settled' AND present",
        ),
        Index("ix_finding_kind", "kind", text("priority DESC"), "id", postgresql_where="present"),
        # What a person holds: a handful.
        Index("ix_finding_claimed", "claimed_by", postgresql_where="state = 'claimed'"),
        # When they were found, by month and kind, answered by the index alone.
        Index(
            "ix_finding_created",
            "created_at",
            postgresql_include=["kind", "state", "verdict"],
            postgresql_where="present",
        ),
        # The findings that are no document's, by their issuer.
        Index("ix_finding_issuer", "issuer_id", "year", postgresql_where="issuer_id IS NOT NULL"),
    )


class Decision(Base):
    """What a person said of a finding; rows are only ever added.

    An `undo` takes back the decision before it.
    """

    __tablename__ = "decision"
    id: Mapped[BigKey]
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), index=True)
    action: Mapped[Action] = mapped_column(OneOf(Action))
    who: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[Now]
    note: Mapped[str | None] = mapped_column(Text)
    before: Mapped[Json]
    after: Mapped[Json]
    # The finding's evidence when it was decided;
    # NULL in rows older than this column whose finding changed since.
    evidence: Mapped[str | None] = mapped_column(Text)
    # The decision that this one repeats automatically, because the same finding came again.
    carried_from: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))


class Correction(Base):
    """What a person put right without a question: of a report's header, of one of its figures, or
    which bodies are one. Rows are only ever added, and marked as taken back.

    `changes` are the fields that it sets, `before` what stood there. Those made together have one
    `act`, the id of the first of them.
    """

    __tablename__ = "correction"
    id: Mapped[BigKey]
    act: Mapped[int | None] = mapped_column(BigInteger, index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    # The key of the figure; None for the header.
    figure: Mapped[str | None] = mapped_column(Text)
    issuer_id: Mapped[int | None] = mapped_column(ForeignKey("issuer.id"), index=True)
    changes: Mapped[Json]
    before: Mapped[Json]
    who: Mapped[str] = mapped_column(Text)
    made_at: Mapped[Now]
    undone_by: Mapped[str | None] = mapped_column(Text)
    undone_at: Mapped[Moment | None]

    __table_args__ = (
        CheckConstraint("num_nonnulls(document_id, issuer_id) = 1", name="of"),
        CheckConstraint("figure IS NULL OR document_id IS NOT NULL", name="figure"),
        CheckConstraint("(undone_by IS NULL) = (undone_at IS NULL)", name="undone"),
    )


class Lesson(Base):
    """What a person taught: that a group of figures (workers.report.extraction.coverage) is about
    an indicator, or about none. It is tried first, then taken; an entry that is taken back stays
    for the history.
    """

    __tablename__ = "lesson"
    id: Mapped[BigKey]
    unit: Mapped[str] = mapped_column(Text)
    noun: Mapped[str] = mapped_column(Text)
    verb: Mapped[str] = mapped_column(Text)
    indicator: Mapped[str | None] = mapped_column(ForeignKey("indicator.code"))
    proposed_by: Mapped[str] = mapped_column(Text)
    proposed_at: Mapped[Now]
    # What is laid over the catalogue, its keys in the order of a file; and the words without which
    # a report is not concerned.
    entry: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    words: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    # What it would change in the stored reports, as workers.stages.teaching found.
    effect: Mapped[Json | None]
    taken_by: Mapped[str | None] = mapped_column(Text)
    taken_at: Mapped[Moment | None]
    undone_by: Mapped[str | None] = mapped_column(Text)
    undone_at: Mapped[Moment | None]

    __table_args__ = (
        CheckConstraint("taken_at IS NULL OR entry IS NOT NULL", name="tried"),
        CheckConstraint("undone_at IS NULL OR taken_at IS NOT NULL", name="undone"),
        # A group has one entry in force.
        Index(
            "ix_lesson_standing",
            "unit",
            "noun",
            "verb",
            unique=True,
            postgresql_where="taken_at IS NOT NULL AND undone_at IS NULL",
        ),
    )


class NightlyRun(Base):
    """One nightly run a day, however many schedulers there are, and each one made by hand; at most
    one at a time has not ended.
    """

    __tablename__ = "nightly_run"
    id: Mapped[BigKey]
    day: Mapped[date]
    by_hand: Mapped[bool] = mapped_column(server_default="false")
    step: Mapped[NightStep] = mapped_column(OneOf(NightStep), server_default=NightStep.GATHER)
    # Guards what is written: who takes up a run that fell silent gives it the next number.
    token: Mapped[int] = mapped_column(BigInteger, server_default="1")
    started_at: Mapped[Now]
    # Prolonged while somebody is at work on it.
    seen_at: Mapped[Now]
    ended_at: Mapped[Moment | None]
    # What is known of it so far, and at its end all of it.
    summary: Mapped[Json | None]

    __table_args__ = (
        Index("ix_nightly_run_day", "day", unique=True, postgresql_where="NOT by_hand"),
        Index(
            "ix_nightly_run_open",
            text("(ended_at IS NULL)"),
            unique=True,
            postgresql_where="ended_at IS NULL",
        ),
    )


class Fingerprint(Base):
    """The sample of a report's masked grams by which its copies are found
    (workers.report.comparison.sketches).

    Ids are given out in the order in which fingerprints become visible: of two copies, the one
    with the larger id has seen the other.
    """

    __tablename__ = "fingerprint"
    id: Mapped[BigKey]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), unique=True)
    sketch: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))


class Band(Base):
    """Which fingerprints contain a gram: only the first few, for a gram of thousands of reports
    is a set phrase.
    """

    __tablename__ = "band"
    gram: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    # In one row, which costs a lookup as much as a single one of them would.
    holders: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))


class RosterEntry(Base):
    """An issuer that must report every year, whether it ever did or not."""

    __tablename__ = "roster_entry"
    issuer_id: Mapped[int] = mapped_column(ForeignKey("issuer.id"), primary_key=True)
    level: Mapped[Level] = mapped_column(OneOf(Level))
    changed_at: Mapped[Now]


class PanelFigure(Base):
    """A materialized row of the view `panel`: triggers refresh an issuer's year when the data
    behind it changes.

    The view reads all reports for one indicator; the desk's queries use the indexes here.
    """

    __tablename__ = "panel_figure"
    issuer_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    indicator: Mapped[str] = mapped_column(Text, primary_key=True)
    # Null where the cell is empty; `why` says why.
    value: Mapped[float | None]
    high: Mapped[float | None]
    unit: Mapped[str] = mapped_column(Text)
    bound: Mapped[str] = mapped_column(Text)
    rule: Mapped[str] = mapped_column(Text)
    why: Mapped[str | None] = mapped_column(Text)
    corrected: Mapped[bool]
    # How many figures of the report are about the indicator.
    stated: Mapped[int] = mapped_column(BigInteger)
    metric_id: Mapped[int] = mapped_column(BigInteger)
    document_id: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        Index("ix_panel_figure_document", "document_id"),
        Index("ix_panel_figure_year", "year", "issuer_id", "indicator"),
        Index("ix_panel_figure_indicator", "indicator", "year", "value", "issuer_id"),
        Index("ix_panel_figure_value", "indicator", "value", "issuer_id", "year"),
    )
