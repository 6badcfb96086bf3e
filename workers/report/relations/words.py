"""The word lists of totals.yaml and rates.yaml as patterns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workers.report.catalogue import indicators, knowledge, load_yaml, require
from workers.report.chinese.clauses import COMMAS, HAN, LIST_COMMA, SEMICOLONS

_TOTALS, _RATES = "totals.yaml", "rates.yaml"
# 包案领导已化解: who did it, of the body's own.
_WHO = (
    f"[{HAN}]{{0,4}}(?:领导|责任单位|承办单位|负责人|律师|我局|我镇|我乡|我街道"
    "|我单位)|法院|人民法院"
)
# What may follow a word of what was done: 化解并回访, 整改完成.
# 按是否初次来访区分: all kinds of what was counted follow.
SORTED_BY = f"按[{HAN}]{{1,10}}(?:分|划分|区分|来分|统计|来看|看)"
_SO_FAR = f"并[{HAN}]{{2,4}}|完成|成功|到位|完毕|的|了|率"


@knowledge
def total_words(key: str) -> tuple[str, ...]:
    """A word list of totals.yaml."""
    return _load_words(_TOTALS, key)


@knowledge
def rate_words(key: str) -> tuple[str, ...]:
    """A word list of rates.yaml."""
    return _load_words(_RATES, key)


def _load_words(file: str, key: str) -> tuple[str, ...]:
    listed = load_yaml(file).get(key)
    require(isinstance(listed, list) and listed, file, key, "must be a list of words")
    return tuple(str(word) for word in listed or ())


def any_of(words: Sequence[str]) -> str:
    """An alternative for each of the words."""
    return "|".join(map(re.escape, words))


def holds_any(said: str, words: Sequence[str]) -> bool:
    return any(map(said.__contains__, words))


# Totals, their parts, and what was done of them.


@dataclass(frozen=True, slots=True)
class DoneWords:
    """Words of what came in; the opening of a clause that says how much of it was done.

    Any word of that; a clause that ends in one; words of earlier years.
    """

    taken: re.Pattern[str]
    done: re.Pattern[str]
    any_done: re.Pattern[str]
    ending: re.Pattern[str]
    carried_over: re.Pattern[str]


@knowledge
def done_words() -> DoneWords:
    """The words of what came in and what was done."""
    done, before = any_of(total_words("done")), any_of(total_words("before_done"))
    marks = f"{COMMAS}{SEMICOLONS}"
    opening = (
        rf"[。{marks}{LIST_COMMA}]?(?:{_WHO})?(?:{before}){{0,3}}(?:{done})(?:{_SO_FAR})?(?:有|共)?"
    )
    ending = rf"[{marks}][{HAN}]{{0,8}}(?:{done})(?:{_SO_FAR})?(?:有|共|仅)?"
    return DoneWords(
        re.compile(any_of(total_words("taken"))),
        re.compile(opening),
        re.compile(done),
        re.compile(ending),
        re.compile(any_of(total_words("carried_over"))),
    )


@knowledge
def goes_on() -> re.Pattern[str]:
    """The beginning of a sentence that continues the figures of the one before."""
    listed, done = any_of(total_words("continues")), any_of(total_words("continues_done"))
    return re.compile(
        rf"[ \u3000]*(?:(?:已|已经)?(?:{listed})|(?:已|均已|目前已?)(?:{done})|{SORTED_BY})"
    )


@knowledge
def _change_words() -> re.Pattern[str]:
    return re.compile(rf"(?<!新)(?:{any_of(total_words('changes'))})了?$")


def is_changed(before: str) -> bool:
    """Do the words right before a figure say that it is how much something changed?

    >>> is_changed("同比增加"), is_changed("减少了"), is_changed("新增")
    (True, True, False)
    """
    return _change_words().search(before) is not None


@dataclass(frozen=True, slots=True)
class Closed:
    """Signs of a complete list: a word of each of two sides, or a word for the rest."""

    sides: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    rest: re.Pattern[str]


@knowledge
def closed_lists() -> Closed:
    """Both sides of each pair, and the words for the rest."""
    pairs = load_yaml(_TOTALS)["complements"]
    for row in pairs:
        require(row.get("one") and row.get("other"), _TOTALS, str(row), "has two sides")
    sides = ((re.compile(any_of(row["one"])), re.compile(any_of(row["other"]))) for row in pairs)
    return Closed(tuple(sides), re.compile(any_of(total_words("rest"))))


@knowledge
def kind_families() -> tuple[tuple[str, ...], ...]:
    """Kinds of one sort, a tuple each, the longest words first."""
    listed = load_yaml(_TOTALS)["families"]
    sound = all(isinstance(row, list) and len(row) > 1 for row in listed)
    require(sound, _TOTALS, "families", "must be lists of words")
    return tuple(tuple(sorted(map(str, row), key=len, reverse=True)) for row in listed)


@knowledge
def overlapping_words() -> re.Pattern[str]:
    """Words of what may be said of a thing beside its kind."""
    return re.compile(any_of(total_words("overlapping")))


# Rates and what they are shares of.


@knowledge
def act_words() -> tuple[tuple[str, ...], ...]:
    """Words of one act, each group in one tuple."""
    listed = load_yaml(_RATES)["acts"]
    sound = all(isinstance(group, list) and group for group in listed)
    require(sound, _RATES, "acts", "must be lists of words")
    return tuple(tuple(map(str, group)) for group in listed)


def acts_in(words: str) -> list[tuple[str, ...]]:
    """The groups of which a word is said."""
    return [group for group in act_words() if holds_any(words, group)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRule:
    """What a rate can be a share of: a count is its base (`of`), its part (`done`), or either."""

    of: frozenset[str]
    done: frozenset[str]


# A rate of no rule is only held against what its words tie it to.
NO_RULE = RateRule(of=frozenset(), done=frozenset())


@knowledge
def rate_rules() -> Mapping[str, RateRule]:
    """The rules by the rate's indicator; what can be the part can be the base as well."""
    rules: dict[str, RateRule] = {}
    for row in load_yaml(_RATES)["rates"]:
        code = str(row.get("rate"))
        for named in (code, *row["of"], *row["done"]):
            require(named in indicators(), _RATES, code, f"{named} is not in the catalogue")
        require(code not in rules, _RATES, code, "stands twice")
        require(set(row["done"]) <= set(row["of"]), _RATES, code, "done is not among of")
        rules[code] = RateRule(of=frozenset(row["of"]), done=frozenset(row["done"]))
    return rules
