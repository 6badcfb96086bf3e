"""What two reports of one issuer state differently, figure by figure,
and which sections came or went.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from workers.report.model import Status
from workers.report.text import Span

_NOT_TITLE = re.compile(r"^[（(]?[一二三四五六七八九十\d]+[)）、.．]*|[\W_]+|20\d\d年?度?")

Subject = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A stated figure as the comparison needs it; `key` is its stable name in its report,
    `span` raw.
    """

    key: str
    indicator: str
    value: float
    unit: str
    status: Status
    subject: str | None
    period: str | None
    per: str | None
    quote: str
    span: Span

    @property
    def about(self) -> Subject:
        """What must agree for two figures to be about the same."""
        return self.indicator, self.status, self.subject or "", self.period or "", self.per or ""


class What(StrEnum):
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One figure that the two reports do not both state:
    `before` is None where it was added, `after` where removed.
    """

    what: What
    before: Figure | None
    after: Figure | None

    @property
    def stated(self) -> Figure:
        """The figure in the later report, else the one that is gone."""
        figure = self.after or self.before
        assert figure
        return figure


def compare_figures(before: Iterable[Figure], after: Iterable[Figure]) -> tuple[Change, ...]:
    """The changes in the order of the later text, what is gone at the end.

    Of several figures about the same (two lists, two halves of a year) the equal ones belong
    together, then the rest in the order of the texts.
    """
    old, new = _by_subject(before), _by_subject(after)
    found: list[Change] = []
    for about in [*new, *(about for about in old if about not in new)]:
        gone, come = _unequal_figures(old.get(about, ()), new.get(about, ()))
        pairs = min(len(gone), len(come))
        found += [Change(what=What.CHANGED, before=gone[at], after=come[at]) for at in range(pairs)]
        found += [Change(what=What.ADDED, before=None, after=figure) for figure in come[pairs:]]
        found += [Change(what=What.REMOVED, before=figure, after=None) for figure in gone[pairs:]]
    return tuple(sorted(found, key=lambda change: (change.after is None, change.stated.span)))


def count_same(before: Iterable[Figure], after: Iterable[Figure]) -> tuple[int, int]:
    """Of the figures of the later report that have a counterpart in the earlier,
    how many are equal: (equal, all).
    """
    old, new = _by_subject(before), _by_subject(after)
    equal = counted = 0
    for about in new.keys() & old.keys():
        gone, come = _unequal_figures(old[about], new[about])
        same = len(new[about]) - len(come)
        equal += same
        counted += same + min(len(gone), len(come))
    return equal, counted


def write_figure(value: float, unit: str) -> str:
    """A figure as a person writes it, without exponent.

    >>> write_figure(1_234_500.0, "元"), write_figure(97.9, "%")
    ('1234500元', '97.9%')
    """
    return f"{value:.4f}".rstrip("0").rstrip(".") + unit


def compare_titles(
    before: Sequence[str], after: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The headings that only the later report has, and those that only the earlier has,
    but for numbers and marks.

    >>> compare_titles(["一、主要成效", "二、存在问题"], ["一、主要成效：", "二、下一步打算"])
    (('二、下一步打算',), ('二、存在问题',))
    """
    old, new = (
        {_NOT_TITLE.sub("", title): title for title in titles} for titles in (before, after)
    )
    added = tuple(title for folded, title in new.items() if folded not in old)
    return added, tuple(title for folded, title in old.items() if folded not in new)


def _by_subject(figures: Iterable[Figure]) -> Mapping[Subject, list[Figure]]:
    found: dict[Subject, list[Figure]] = defaultdict(list)
    for figure in figures:
        found[figure.about].append(figure)
    return found


def _unequal_figures(
    before: Sequence[Figure], after: Sequence[Figure]
) -> tuple[list[Figure], list[Figure]]:
    """What of each is left once equal values are paired off."""
    gone, come = list(before), []
    for figure in after:
        same = next((at for at, other in enumerate(gone) if _same_value(other, figure)), None)
        if same is None:
            come.append(figure)
        else:
            del gone[same]
    return gone, come


def _same_value(one: Figure, other: Figure) -> bool:
    return one.unit == other.unit and one.value == other.value
