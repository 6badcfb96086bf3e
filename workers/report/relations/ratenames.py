"""What a rate is called: its own clause, or its place in 办结率、满意率分别为97.5%、96.1%."""

from __future__ import annotations

import re

from workers.report.chinese.clauses import HAN
from workers.report.relations.view import ITEM_END, VERB_REACH, View

# The longest row of names with its figures that was met has 40 characters.
_REACH = 60
_ROW_NAME = rf"[{HAN}]{{1,12}}(?:率|度|比例|占比)"
_FIGURE = r"\d{1,3}(?:\.\d{1,4})?[%％]"
_IN_ORDER = re.compile(
    rf"(?P<names>{_ROW_NAME}(?:[、和及与]{_ROW_NAME}){{1,4}})(?:分别|各)?(?:为|达到?|是)?"
    rf"(?P<told>(?:{_FIGURE}[、和及与，,]){{0,4}})$"
)
_JOINED = re.compile(rf"[、和及与](?=[{HAN}])")
_NAME = re.compile(rf"([{HAN}]{{2,16}}?)率")


def name_in_order(before: str) -> str | None:
    """The name of the figure right behind these words, where names stand in a row before figures.

    >>> name_in_order("办结率、满意率分别为"), name_in_order("办结率、满意率分别为97.5%、")
    ('办结率', '满意率')

    None where the row has one figure for all its names, or the rate stands alone.

    >>> name_in_order("办结率、满意率均达到"), name_in_order("办结率为")
    (None, None)
    """
    found = _IN_ORDER.search(before[-_REACH:])
    if found is None:
        return None
    names = _JOINED.split(found["names"])
    place = len(re.findall("[%％]", found["told"]))
    return names[place] if place < len(names) else None


def rate_name(view: View, at: int) -> str:
    """The clause before the figure: the rate's name and its verb, 调解成功率达."""
    return name_in_order(view.before(at, _REACH)) or view.clause(at, VERB_REACH, ITEM_END)


def act_name(view: View, at: int) -> str | None:
    """What stands before 率 in the rate's own clause; of several names the one of this figure."""
    found = _NAME.search(rate_name(view, at))
    return found[1] if found else None
