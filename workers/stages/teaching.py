"""What a person says of a group of figures, tried on the stored reports before it is taken."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby, islice
from typing import Any

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.orm import Session

from schema.tables import Lesson, Metric
from workers.desk import teaching
from workers.desk.teaching import GroupFigure, TeachGroup
from workers.desk.teaching.figures import newest_reports
from workers.desk.teaching.lessons import concerned_reports
from workers.errors import NoSuchGroup
from workers.ledger import Ledger
from workers.report.catalogue import as_yaml, join_entries, overlay_path
from workers.report.chinese.clauses import CLAUSE_END, clause_after, clause_before
from workers.report.extraction.coverage import Group
from workers.report.extraction.evidence import LEAST_POINTS
from workers.report.extraction.examples import entries_in
from workers.report.extraction.lessons import rival_points, teach_group, with_examples, words_of
from workers.results.lessons import stamp_of, standing_entries
from workers.stages.trial import (
    Difference,
    Reading,
    compare_again,
    laid_over,
    load_report,
    read_stored,
)

# So many figures of a group are weighed; so many changes of the trial are kept to be shown.
MOST_WEIGHED, MOST_SHOWN, MOST_EXAMPLES = 40, 60, 6
_REACH = 40
_DIGITS = re.compile(r"[\d.,]+")


def try_lesson(ledger: Ledger, number: int) -> None:
    """Make the lesson's entry and find what it would change; nothing else is written.

    A proposal that was replaced meanwhile is left alone; one whose figures are gone goes too.
    CannotTeach.
    """
    with ledger.transaction() as session:
        lesson = session.get(Lesson, number)
        if lesson is None or lesson.taken_at is not None:
            return
        group, code = Group(lesson.unit, lesson.noun, lesson.verb), lesson.indicator
        stamp, standing = stamp_of(session), standing_entries(session)
    mine = (Lesson.id == number, Lesson.taken_at.is_(None))
    try:
        found = teaching.find_group(ledger, group)
    except NoSuchGroup:
        with ledger.transaction() as session:
            session.execute(delete(Lesson).where(*mine))
        return
    rivals = [*_rivals(ledger, found.figures[:MOST_WEIGHED], code)]
    entry = teach_group(group, code, before=found.befores, rivals=rivals)
    words = words_of(entry)
    readings = read_stored(ledger, _concerned(ledger, words))
    with laid_over(overlay_path(), as_yaml(join_entries(standing, entry))):
        changes = [*compare_again(readings)]
        examples = _examples(found.figures, code or teaching.group_name(group))
    effect = _counts(found, changes, code) | _tell(ledger, readings, changes) | {"stamp": stamp}
    made = {"entry": with_examples(entry, examples), "words": words, "effect": effect}
    with ledger.transaction() as session:
        session.execute(update(Lesson).where(*mine).values(made))


def _rivals(ledger: Ledger, figures: Sequence[GroupFigure], code: str | None) -> Iterable[float]:
    """For each figure the points of the best name but this one."""
    for document, members in groupby(figures, key=lambda figure: figure.document):
        stored = load_report(ledger, document)
        starts = [figure.start for figure in members]
        for points in rival_points(stored.text, stored.segmented, starts).values():
            others = (value for other, value in points.items() if other != code)
            yield max(others, default=LEAST_POINTS)


def _examples(figures: Sequence[GroupFigure], key: str) -> list[str]:
    """Clauses of different wording that the entry names by themselves, for `catalogue check`."""
    # Those that differ in their digits only are one.
    clauses = {_DIGITS.sub("", each): each for each in map(_example, figures) if each}
    right = (each for each in clauses.values() if entries_in(each) == [(key,)])
    return [*islice(right, MOST_EXAMPLES)]


def _example(figure: GroupFigure) -> str:
    text = f"{figure.before}{figure.quote}{figure.after}"
    start = len(figure.before)
    before = clause_before(text, start, _REACH, CLAUSE_END)
    after = clause_after(text, start + len(figure.quote), _REACH, CLAUSE_END)
    marked = f"{before}[{figure.quote}]{after}。"
    return marked if marked.count("[") == marked.count("]") == 1 and "//" not in marked else ""


def _concerned(ledger: Ledger, words: list[str]) -> list[int]:
    with ledger.transaction() as session:
        concerned = concerned_reports(words).intersect(newest_reports())
        return sorted(session.scalars(concerned), reverse=True)


def _counts(found: TeachGroup, changes: Sequence[Difference], code: str | None) -> dict[str, Any]:
    """`taken`: figures of other codes that are not of the group, by their code: the warning."""
    members = {(one.document, one.start): one.machine for one in found.figures}
    after = members | {(one.document, one.start): one.after for one in changes}
    outside = [one for one in changes if (one.document, one.start) not in members]
    return {
        "group": len(members),
        "reached": sum(after[place] == code for place in members),
        "named": sum(one.before is None for one in changes),
        "renamed": sum(None not in (one.before, one.after) for one in changes),
        "unnamed": sum(one.after is None for one in changes),
        "taken": dict(Counter(one.before for one in outside if one.before).most_common()),
    }


def _tell(
    ledger: Ledger, readings: Sequence[Reading], changes: Sequence[Difference]
) -> dict[str, Any]:
    """How many reports and figures were looked at, and the first changes."""
    figures = sum(codes.total() for one in readings for codes in one.figures.values())
    with ledger.transaction() as session:
        lines = _lines(session, changes[:MOST_SHOWN])
    return {"reports": len(readings), "unchanged": figures - len(changes), "lines": lines}


def _lines(session: Session, changes: Sequence[Difference]) -> list[dict[str, Any]]:
    """The changes, each with the key of its figure, which a link needs."""
    places = [(one.document, one.start) for one in changes]
    query = select(Metric.document_id, Metric.start, Metric.key).where(
        tuple_(Metric.document_id, Metric.start).in_(places)
    )
    keys = {(document, start): key for document, start, key in session.execute(query)}
    return [{**one.as_json(), "key": keys.get((one.document, one.start))} for one in changes]
