"""A group of figures and what a person says of it → the entry of the catalogue that says so.

The entry is made of what the group is made of, so that it names figures of that wording alone: the
unit's class, the noun that is counted and the verb before it. It weighs as little as it may: what
the words around a figure say for sure goes on to outrank it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from posixpath import commonprefix
from typing import Any

from workers.errors import CannotTeach
from workers.report.catalogue import indicators, load_yaml
from workers.report.chinese.clauses import HAN
from workers.report.chinese.folding import fold_narrow
from workers.report.chinese.units import Dimension, units
from workers.report.chinese.words import tokenise
from workers.report.extraction.confidence import strong_lead
from workers.report.extraction.coverage import Group
from workers.report.extraction.evidence import (
    HEAD_POINTS,
    LEAST_POINTS,
    LENGTH_POINTS,
    WEIGHT_POINTS,
)
from workers.report.extraction.naming import rank_names
from workers.report.extraction.quantities import find_quantities
from workers.report.extraction.triggers import (
    DEFAULT_WEIGHT,
    NONE_FILE,
    WEIGHTS,
    WORDS_FILE,
    catalogue,
)
from workers.report.model import Segmented

# A word of the catalogue has two characters.
_SHORTEST = 2
_GAP = "…"
_LAST_RUN = re.compile(rf"[{HAN}]{{1,8}}$")


def rival_points(text: str, segmented: Segmented, starts: Iterable[int]) -> Mapping[int, Any]:
    """For each figure that starts there the codes that its words speak for, with their points."""
    folded = fold_narrow(text)
    quantities = find_quantities(text, folded, segmented)
    wanted = set(starts)
    ranked = zip(quantities, rank_names(folded, segmented, quantities), strict=True)
    return {quantity.start: points for quantity, points in ranked if quantity.start in wanted}


def teach_group(
    group: Group, code: str | None, *, before: Sequence[str], rivals: Sequence[float]
) -> dict[str, Any]:
    """What is laid over the catalogue, by file and key, so that the group has this code;
    None: so that it is known to have none.

    `before`: what stands before the numbers of some of its figures; `rivals`: the points of the
    best other name of each. CannotTeach where its words are too short.

    >>> teach_group(Group("次", "上门服务", "提供"), "publicity.events", before=[], rivals=[])
    {'triggers.publicity.yaml': {'publicity.events': {'triggers': \
[{'counted': ['提供…上门服务'], 'units': ['times'], 'weight': 2}]}}}
    """
    phrase = _phrase_of(group, before)
    trigger = {
        "counted": [phrase],
        "units": [_unit_class(group.unit)],
        "weight": _weight_against(max(rivals, default=LEAST_POINTS), phrase),
    }
    file_name = f"triggers.{code.split('.')[0]}.yaml" if code else NONE_FILE
    return {file_name: {code or "/".join(group): {"triggers": [trigger]}}}


def with_examples(entry: Mapping[str, Any], examples: Sequence[str]) -> dict[str, Any]:
    """The entry with what it names, each figure in square brackets."""
    return {
        file_name: {key: {**body, "examples": list(examples)} for key, body in keyed.items()}
        for file_name, keyed in entry.items()
    }


def words_of(entry: Mapping[str, Any]) -> list[str]:
    """The words without any of which a text has no figure that the entry names."""
    triggers = [
        row for keyed in entry.values() for body in keyed.values() for row in body["triggers"]
    ]
    return [word for row in triggers for phrase in row["counted"] for word in phrase.split(_GAP)]


def check_unit(group: Group, code: str) -> None:
    """CannotTeach where there is no such code, or it is not counted in the group's unit."""
    indicator = indicators().get(code)
    if indicator is None:
        raise CannotTeach(f"The catalogue has no indicator {code!r}.", f"指标目录里没有“{code}”。")
    known = units().get(group.unit)
    dim = known.dimension if known else Dimension.COUNT
    if dim != indicator.dim:
        raise CannotTeach(
            f"{code} is counted in {indicator.unit} ({indicator.dim}), "
            f"not in {group.unit or 'figures without a unit'}.",
            f"“{indicator.zh}”以“{indicator.unit}”计，与单位“{group.unit or '（无）'}”对不上。",
        )


def _phrase_of(group: Group, before: Sequence[str]) -> str:
    head, verb = (group.noun, group.verb) if group.noun else (group.verb, "")
    if len(head) < _SHORTEST:
        head = _longer_head(head, before)
    if len(head) < _SHORTEST:
        raise CannotTeach(
            "Its words are too short to tell it from others: add an entry by hand.",
            "这组数字前后的词太短，与别的分不开，请手工添加条目。",
        )
    # 调解成功率: the noun says the verb.
    return f"{verb}{_GAP}{head}" if len(verb) >= _SHORTEST and verb not in head else head


def _longer_head(head: str, before: Sequence[str]) -> str:
    """推进会 for 会: with the word before it, which all figures of the group have in common; what
    the dictionary does not know falls into characters, of which two are taken.
    """
    texts = [text[: text.rindex(head) + 1] for text in before if head and head in text]
    if not texts or len(texts) < len(before):
        return ""
    shared = _LAST_RUN.search(commonprefix([text[::-1] for text in texts])[::-1])
    longer = ""
    for word in reversed(tokenise(shared[0]) if shared else ()):
        longer = word + longer
        if len(word) >= _SHORTEST or len(longer) > _SHORTEST:
            break
    return longer


def _unit_class(unit: str) -> str:
    """The narrowest class of units that has this one."""
    known = units().get(unit)
    if known and known.dimension in (Dimension.MONEY, Dimension.RATE):
        return str(known.dimension)
    members = load_yaml(WORDS_FILE)["units"]
    classes = catalogue().unit_classes.get(unit, frozenset()) - {"count"}
    return min(classes, key=lambda name: (len(members[name]), name), default="count")


def _weight_against(rival: float, phrase: str) -> int:
    """The least weight that leaves the best rival as far behind as a sure name does."""
    own = HEAD_POINTS + LENGTH_POINTS * (len(phrase) - phrase.count(_GAP))
    enough = (
        weight for weight in WEIGHTS
        if weight >= DEFAULT_WEIGHT and own + WEIGHT_POINTS * weight >= rival + strong_lead()
    )  # fmt: skip
    return next(enough, WEIGHTS[-1])
