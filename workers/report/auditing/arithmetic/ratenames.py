"""What a stated rate is called: its own clause, or its place in 办结率、满意率分别为97.5%、96.1%."""

from __future__ import annotations

import re

# The longest row of names with its figures that was met has 40 characters.
_REACH = 60
_NAME = r"[\u4e00-\u9fff]{1,12}(?:率|度|比例|占比)"
_FIGURE = r"\d{1,3}(?:\.\d{1,4})?[%％]"
_IN_ORDER = re.compile(
    rf"(?P<names>{_NAME}(?:[、和及与]{_NAME}){{1,4}})(?:分别|各)?(?:为|达到?|是)?(?P<told>(?:{_FIGURE}[、和及与，,]){{0,4}})$"
)
_JOINED = re.compile(r"[、和及与](?=[\u4e00-\u9fff])")


def name_in_order(before: str) -> str | None:
    """The name that belongs to the figure right behind these words, where several names stand before several figures.

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
