"""What was taught: proposed, tried by a worker, taken by a person, taken back; who and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, func, select

from schema.kinds import Deed
from schema.tables import Document, Lesson, Report
from workers.desk.accounts.log import log_deed
from workers.desk.teaching.groups import TeachGroup
from workers.errors import NoSuchLesson, TaughtBefore, TriedBefore
from workers.ledger import PENDING, Ledger
from workers.report.extraction.coverage import Group
from workers.report.extraction.lessons import check_unit, teach_group
from workers.results.lessons import is_standing, stamp_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonLine:
    """One lesson. `code` is None where the group is about nothing; `entry` and `effect` before it
    was tried.
    """

    id: int
    group: Group
    code: str | None
    entry: dict[str, Any] | None
    effect: dict[str, Any] | None
    proposed_by: str
    proposed_at: datetime
    taken_by: str | None
    taken_at: datetime | None
    undone_by: str | None
    undone_at: datetime | None

    @property
    def stands(self) -> bool:
        return self.taken_at is not None and self.undone_at is None


def propose_lesson(ledger: Ledger, found: TeachGroup, code: str | None, *, who: str) -> int:
    """The number of a lesson that is still to be tried; an earlier proposal for the group goes.

    CannotTeach, TaughtBefore.
    """
    group = found.gap.group
    if code is not None:
        check_unit(group, code)
    teach_group(group, code, before=found.befores, rivals=())  # can it be said at all?
    same = and_(*(getattr(Lesson, name) == value for name, value in group._asdict().items()))
    with ledger.transaction() as session:
        if stands := session.scalar(select(Lesson.id).where(same, is_standing())):
            raise TaughtBefore(f"(fazhi teach --undo {stands})", f"（条目 {stands}）")
        session.execute(delete(Lesson).where(same, Lesson.taken_at.is_(None)))
        lesson = Lesson(**group._asdict(), indicator=code, proposed_by=who)
        session.add(lesson)
        session.flush()
        return lesson.id


def find_lesson(ledger: Ledger, number: int) -> LessonLine:
    """NoSuchLesson where there is none."""
    with ledger.transaction() as session:
        lesson = session.get(Lesson, number)
        if lesson is None:
            raise NoSuchLesson(f"({number})", f"（{number}）")
        return _read_lesson(lesson)


def list_lessons(ledger: Ledger) -> list[LessonLine]:
    """All that were taken, the newest first."""
    taken = select(Lesson).where(Lesson.taken_at.is_not(None)).order_by(Lesson.id.desc())
    with ledger.transaction() as session:
        return [_read_lesson(lesson) for lesson in session.scalars(taken)]


def take_lesson(ledger: Ledger, number: int, *, who: str, address: str | None = None) -> int:
    """The lesson is in force, and the reports that it concerns are read anew: how many.

    NoSuchLesson where it was not tried or is in force; TriedBefore where others changed since.
    """
    with ledger.transaction() as session:
        lesson = session.scalar(select(Lesson).filter_by(id=number).with_for_update())
        if lesson is None or lesson.taken_at is not None or lesson.effect is None:
            raise NoSuchLesson(f"({number})", f"（{number}）")
        if lesson.effect["stamp"] != list(stamp_of(session)):
            raise TriedBefore
        lesson.taken_by, lesson.taken_at = who, func.clock_timestamp()
        log_deed(session, Deed.TAUGHT, who=who, about=_about(lesson), address=address)
        words = lesson.words or []
    return ledger.rerun(concerned_reports(words))


def undo_lesson(ledger: Ledger, number: int, *, who: str, address: str | None = None) -> int:
    """The lesson is out of force, and the reports that it concerned are read anew: how many.

    NoSuchLesson where it is not in force.
    """
    with ledger.transaction() as session:
        lesson = session.scalar(
            select(Lesson).where(Lesson.id == number, is_standing()).with_for_update()
        )
        if lesson is None:
            raise NoSuchLesson(f"({number})", f"（{number}）")
        lesson.undone_by, lesson.undone_at = who, func.clock_timestamp()
        log_deed(session, Deed.UNTAUGHT, who=who, about=_about(lesson), address=address)
        words = lesson.words or []
    return ledger.rerun(concerned_reports(words))


def count_reading(ledger: Ledger) -> int:
    """How many reports are being read anew at this moment."""
    anew = select(func.count()).where(PENDING, Document.done_at.is_not(None))
    with ledger.transaction() as session:
        return session.scalar(anew) or 0


def concerned_reports(words: list[str]) -> Select[int]:
    """The reports with these words; in others the entry can change nothing, so they may wait for
    the nightly run. So may those in traditional characters, which are not looked through here.
    """
    with_words = and_(*(Report.text.contains(word, autoescape=True) for word in words))
    standing = Document.done_at.is_not(None)
    return (
        select(Document.id)
        .join(Report, Report.document_id == Document.id)
        .where(standing, with_words)
    )


def _about(lesson: Lesson) -> str:
    return f"{lesson.unit}/{lesson.noun}/{lesson.verb} → {lesson.indicator or 'nothing'}"


def _read_lesson(lesson: Lesson) -> LessonLine:
    names = ("entry", "effect", "proposed_by", "proposed_at", "taken_by", "taken_at")
    return LessonLine(
        id=lesson.id,
        group=Group(lesson.unit, lesson.noun, lesson.verb),
        code=lesson.indicator,
        undone_by=lesson.undone_by,
        undone_at=lesson.undone_at,
        **{name: getattr(lesson, name) for name in names},
    )
