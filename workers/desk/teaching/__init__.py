"""Teach it: the figures without a sure name, in groups by wording, and what people say of them.

figures.py    the figures of the stored reports, each with its group
groups.py     the groups, the largest first; one with its figures and what it may be
lessons.py    what was taught: proposed, taken, taken back; its history
"""

from workers.desk.teaching.candidates import Candidate, fits_group, list_candidates
from workers.desk.teaching.figures import GroupFigure
from workers.desk.teaching.groups import (
    Scope,
    TeachGroup,
    count_named,
    find_group,
    group_name,
    list_groups,
    read_group,
)
from workers.desk.teaching.lessons import (
    LessonLine,
    count_reading,
    find_lesson,
    list_lessons,
    propose_lesson,
    take_lesson,
    undo_lesson,
)

__all__ = [
    "Candidate",
    "GroupFigure",
    "LessonLine",
    "Scope",
    "TeachGroup",
    "count_named",
    "count_reading",
    "find_group",
    "find_lesson",
    "fits_group",
    "group_name",
    "list_candidates",
    "list_groups",
    "list_lessons",
    "propose_lesson",
    "read_group",
    "take_lesson",
    "undo_lesson",
]
