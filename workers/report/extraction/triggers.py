"""The catalogue's triggers: which words, in which order and beside which units,
say what a figure is about.

`schema/catalogue/triggers.<pillar>.yaml` holds them by code, `triggers.none.yaml` what has no
indicator, and `triggers.words.yaml` the word sets, the classes of units and the linking words.
docs/add-an-indicator.md tells more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from workers.report.catalogue import Indicator, indicators, knowledge, load_yaml, require
from workers.report.chinese.clauses import PAUSES
from workers.report.chinese.folding import fold_narrow
from workers.report.extraction.lexicon import Lexicon

WORDS_FILE = "triggers.words.yaml"
NONE_FILE = "triggers.none.yaml"
DEFAULT_WEIGHT = 2
# A trigger says little more than its unit at 1, and leaves no doubt at 4:
# more would outweigh any distance.
WEIGHTS = range(1, 6)
_Item = TypeVar("_Item")
# What a quantity's kind gives without a list of units;
# `count` is any unit but those of people and of measures.
_BUILT_IN = frozenset({"any", "count", "rate", "money"})
_NO_COUNT = frozenset({"people", "measures", "vehicles", "points"})
_FIELDS = ("around", "against", "subject", "beside")
_PIECE = re.compile(r"<([^<>]+)>|([^<>…]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One way to say an indicator.

    `phrase`: sets of words that stand in this order in the figure's own stretch. `around`: sets of
    which one must stand nearby, else in the heading; none: no such condition. `against`: topics
    that take the figure away where one of them stands nearer. `subject`: sets of which one must
    stand in the sentence before the number. `beside`: sets of which one must stand in the figure's
    own stretch, or follow it at once. `head`: the phrase must be the noun that the number
    counts. `counts`: the sets of kinds that it counts, of those that no code counts by itself.
    `units`: the classes of unit that it counts in. `excluded`: sets that forbid it in the
    figure's own stretch. `code` is None for what is known to have no indicator; `entry` is the
    entry's key. `label` is the phrase as written.
    """

    code: str | None
    entry: str
    phrase: tuple[int, ...]
    around: tuple[int, ...]
    against: tuple[int, ...]
    subject: tuple[int, ...]
    beside: tuple[int, ...]
    head: bool
    counts: frozenset[int]
    units: frozenset[str]
    excluded: frozenset[int]
    weight: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """One way to name what a stated zero denies: sets of words in this order;
    `code` None shields from the others.
    """

    code: str | None
    phrase: tuple[int, ...]
    unit: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class General:
    """The verbs that are said of cases of every kind (办结, 审结), the units of cases,
    and which code each of those codes becomes. `loose`: the codes whose parts may be of others;
    `people`: the code of the people of an event.
    """

    verb: re.Pattern[str]
    units: frozenset[str]
    codes: Mapping[str, str]
    loose: frozenset[str]
    people: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All triggers, compiled.

    `by_set`: the triggers whose phrase ends with that set, by its number. `kinds`: the sets of
    nouns that only the codes count whose entries say so; `unit_kinds` those that a unit means
    where no noun says it. `acts`: the words that tell a part of another act than its whole's.
    """

    lexicon: Lexicon
    by_set: Mapping[int, tuple[Trigger, ...]]
    denials: Mapping[int, tuple[Denial, ...]]
    unit_classes: Mapping[str, frozenset[str]]
    kinds: frozenset[int]
    unit_kinds: Mapping[str, frozenset[int]]
    acts: int
    links: re.Pattern[str]
    general: General


class _Sets:
    """Numbers the word sets while the files are read:
    a named set once, a plain word as a set of its own.
    """

    def __init__(self, named: Mapping[str, Sequence[str]]) -> None:
        self.words: dict[str, set[int]] = {}
        self._named = named
        self._numbers: dict[str, int] = {}

    def phrase(self, written: str, file_name: str, key: str) -> tuple[int, ...]:
        pieces = [
            self._set_number(name, word, file_name, key) for name, word in _PIECE.findall(written)
        ]
        require(pieces, file_name, key, f"an empty phrase: {written!r}")
        return tuple(pieces)

    def _set_number(self, name: str, word: str, file_name: str, key: str) -> int:
        require(
            not name or name in self._named,
            file_name,
            key,
            f"the set <{name}> is not in {WORDS_FILE}",
        )
        number = self._numbers.setdefault(f"<{name}>" if name else word, len(self._numbers))
        for item in self._named[name] if name else (word,):
            require(len(item) > 1, file_name, key, f"a word needs two characters: {item!r}")
            self.words.setdefault(fold_narrow(item), set()).add(number)
        return number


@knowledge
def catalogue() -> Catalogue:
    """The triggers of all pillars. CatalogueError names the file and the key of a wrong entry."""
    shared = load_yaml(WORDS_FILE)
    classes = {name: frozenset(units) for name, units in shared["units"].items()}
    sets = _Sets(shared["words"])
    kinds = {name: sets.phrase(f"<{name}>", WORDS_FILE, "kinds")[0] for name in shared["kinds"]}
    acts = sets.phrase("<另一行为>", WORDS_FILE, "words")[0]
    triggers: list[Trigger] = []
    denials: list[Denial] = []
    for file_name, key, entry, indicator in _catalogue_entries():
        triggers += _read_triggers(sets, classes, kinds, file_name, key, entry, indicator)
        denials += _read_denials(sets, file_name, key, entry, indicator)
    return Catalogue(
        lexicon=Lexicon(sets.words),
        by_set=_group_by_set((trigger.phrase[-1], trigger) for trigger in triggers),
        denials=_group_by_set((denial.phrase[-1], denial) for denial in denials),
        unit_classes=_by_unit(classes),
        kinds=frozenset(kinds.values()),
        unit_kinds=_kinds_by_unit(shared["kinds"], kinds),
        acts=acts,
        links=_links_pattern(shared["links"]),
        general=_read_general(shared["general"]),
    )


def entry_files() -> tuple[str, ...]:
    """The files that hold triggers: one for each pillar of the indicators,
    and the one without indicators.
    """
    return (
        *(f"triggers.{pillar}.yaml" for pillar in load_yaml("indicators.yaml")["pillars"]),
        NONE_FILE,
    )


def _catalogue_entries() -> Iterable[tuple[str, str, Mapping[str, Any], Indicator | None]]:
    known = indicators()
    for file_name in entry_files():
        for key, entry in load_yaml(file_name).items():
            require(
                file_name == NONE_FILE or key in known,
                file_name,
                key,
                "no such code in indicators.yaml",
            )
            require(isinstance(entry, dict), file_name, key, "an entry is a mapping")
            yield file_name, key, entry, known.get(key)


def _read_triggers(
    sets: _Sets,
    classes: Mapping[str, frozenset[str]],
    kinds: Mapping[str, int],
    file_name: str,
    key: str,
    entry: Mapping[str, Any],
    indicator: Indicator | None,
) -> Iterable[Trigger]:
    excluded, counts = entry.get("not", []), entry.get("counts", [])
    require(set(counts) <= set(kinds), file_name, key, f"unknown kind in {counts}")
    for row in entry.get("triggers", []):
        units = _as_list(row.get("units", indicator.dim if indicator else "any"))
        require(
            set(units) <= {*classes, *_BUILT_IN},
            file_name,
            key,
            f"unknown class of units in {units}",
        )
        weight = row.get("weight", DEFAULT_WEIGHT)
        require(weight in WEIGHTS, file_name, key, f"weight {weight} is not 1 to 5")
        around, against, subject, beside, forbidden = (
            tuple(sets.phrase(word, file_name, key)[0] for word in words)
            for words in (
                *(row.get(field, []) for field in _FIELDS),
                [*excluded, *row.get("not", [])],
            )
        )
        for written in _as_list(row["counted"] if "counted" in row else row["near"]):
            yield Trigger(
                code=indicator.code if indicator else None,
                entry=key,
                phrase=sets.phrase(written, file_name, key),
                around=around,
                against=against,
                subject=subject,
                beside=beside,
                head="counted" in row,
                counts=frozenset(kinds[name] for name in counts),
                units=frozenset(units),
                excluded=frozenset(forbidden),
                weight=weight,
                label=written,
            )


def _read_denials(
    sets: _Sets, file_name: str, key: str, entry: Mapping[str, Any], indicator: Indicator | None
) -> Iterable[Denial]:
    code = indicator.code if indicator else None
    for row in entry.get("denied", []):
        for written in _as_list(row["things"]):
            phrase = sets.phrase(written, file_name, key)
            yield Denial(code=code, phrase=phrase, unit=row.get("unit", "件"), label=written)


def _as_list(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


def _group_by_set(pairs: Iterable[tuple[int, _Item]]) -> Mapping[int, tuple[_Item, ...]]:
    groups: dict[int, list[_Item]] = {}
    for number, item in pairs:
        groups.setdefault(number, []).append(item)
    return {number: tuple(items) for number, items in groups.items()}


def _by_unit(classes: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
    units = {unit for members in classes.values() for unit in members}
    found = {
        unit: frozenset(name for name, members in classes.items() if unit in members)
        for unit in units
    }
    return {
        unit: names if names & _NO_COUNT else names | {"count"} for unit, names in found.items()
    }


def _kinds_by_unit(
    units: Mapping[str, Sequence[str]], kinds: Mapping[str, int]
) -> Mapping[str, frozenset[int]]:
    return {unit: frozenset({kinds[name]}) for name, row in units.items() for unit in row}


def _read_general(row: Mapping[str, Any]) -> General:
    known = indicators()
    for code, then in [*row["codes"].items(), *row["people"].items()]:
        require({code, then} <= set(known), WORDS_FILE, "general", f"{code}: no such code")
    verbs = "|".join(map(re.escape, sorted(row["verbs"], key=len, reverse=True)))
    softeners = "|".join(map(re.escape, sorted(row["softeners"], key=len, reverse=True)))
    return General(
        verb=re.compile(rf"[{PAUSES}\s]*(?:{softeners})*(?:{verbs})[了共计约近超达]*"),
        units=frozenset(row["units"]),
        codes=row["codes"],
        loose=frozenset(row["loose"]),
        people=row["people"],
    )


def _links_pattern(words: Sequence[str]) -> re.Pattern[str]:
    """Matches a stretch that is nothing but linking words and punctuation:
    it says nothing of its own.
    """
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(
        r"(?:(?:19|20)\d\d年度?|"
        + "|".join(map(re.escape, longest_first))
        + rf"|[\s{PAUSES}（）()“”\"])*+"
    )
