"""The tables of what happens over the years: what reading anew changed, who reads by which rules,
what others are told.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from schema.columns import OneOf
from schema.kinds import ChangeOf, Channel, Chore, Event
from schema.tables import Base, BigKey, Json, Moment, Now


class Change(Base):
    """One thing that a report says otherwise since it was read anew: written in the transaction
    that replaced its results, and only added to.

    `before` and `after` are what the machine read, null where there was none (any more). `subject`
    is the quotation of a figure, the kind of a finding, the name of a field of the report.
    """

    __tablename__ = "change"
    id: Mapped[BigKey]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    changed_at: Mapped[Now]
    of: Mapped[ChangeOf] = mapped_column(OneOf(ChangeOf))
    subject: Mapped[str] = mapped_column(Text)
    # Of what is found now, else of what was found before.
    raw_start: Mapped[int | None]
    raw_end: Mapped[int | None]
    before: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    rules_before: Mapped[str] = mapped_column(String(32))
    rules_after: Mapped[str] = mapped_column(String(32))

    __table_args__ = (
        CheckConstraint("before IS NOT NULL OR after IS NOT NULL", name="something"),
        Index("ix_change_changed_at", "changed_at"),
    )


class RulesInForce(Base):
    """The rules by which stored reports are read anew: those of the last `fazhi migrate` or
    `fazhi run`. One row; what people taught, which every process has, is no part of it.
    """

    __tablename__ = "rules_in_force"
    one: Mapped[bool] = mapped_column(primary_key=True, server_default="true")
    rules: Mapped[str] = mapped_column(String(32))
    since: Mapped[Now]

    __table_args__ = (CheckConstraint("one", name="one"),)


class Process(Base):
    """A long-running process, what it does (its queues, or its service), the rules that it has, and
    when it was last seen. One that ends in peace takes its row away.
    """

    __tablename__ = "process"
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    does: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    rules: Mapped[str] = mapped_column(String(32))
    started_at: Mapped[Moment]
    seen_at: Mapped[Now]


class ChoreEnd(Base):
    """When a chore last ended, and what it took; how often it was done, and for how many documents
    in all.
    """

    __tablename__ = "chore"
    chore: Mapped[Chore] = mapped_column(OneOf(Chore), primary_key=True)
    ended_at: Mapped[Now]
    seconds: Mapped[float]
    times: Mapped[int] = mapped_column(BigInteger, server_default="1")
    documents: Mapped[int] = mapped_column(BigInteger)


class Wanted(Base):
    """What others want to be told of, and how: as the settings of `fazhi beat` say."""

    __tablename__ = "wanted"
    event: Mapped[Event] = mapped_column(OneOf(Event), primary_key=True)
    channel: Mapped[Channel] = mapped_column(OneOf(Channel), primary_key=True)


class Outgoing(Base):
    """One message to others: a trigger writes it in the transaction of what it tells, and
    `fazhi beat` sends it, again and again until it is taken.

    `row_id` is the id of the arrival, document, finding, decision or run; what is told of it is
    looked up when it is sent.
    """

    __tablename__ = "outgoing"
    id: Mapped[BigKey]
    event: Mapped[Event] = mapped_column(OneOf(Event))
    channel: Mapped[Channel] = mapped_column(OneOf(Channel))
    row_id: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[Now]
    due_at: Mapped[Now]
    attempts: Mapped[int] = mapped_column(server_default="0")
    sent_at: Mapped[Moment | None]
    # Why it was not taken, the last time; and when nobody tries any more.
    error: Mapped[str | None] = mapped_column(Text)
    given_up_at: Mapped[Moment | None]

    __table_args__ = (
        Index(
            "ix_outgoing_due",
            "channel",
            "id",
            postgresql_where="sent_at IS NULL AND given_up_at IS NULL",
        ),
    )


class Forgotten(Base):
    """A content that should never have been dropped, by its digest alone: nothing else is left of
    it, and it is not taken again.
    """

    __tablename__ = "forgotten"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    forgotten_at: Mapped[Now]
    who: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
