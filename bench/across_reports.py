"""Generated reports of many bodies over some years, with planted copies, resubmissions,
stale years and outliers.

A place is a county with its government and its towns. Two fifths of a body's text are its own, as
much are set phrases of the genre, the rest is what its county has all its towns write; each year it
takes over most of the last and draws its figures anew. So two unrelated reports share more here
than published ones do.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TypeAlias

from bench.across_words import Style, rewrite_sentences, rewrite_words, set_phrases
from workers.report.catalogue import indicators

LAST_YEAR = 2024
_PROVINCES = ("湖北省", "湖南省", "江西省", "安徽省", "四川省", "贵州省", "云南省", "甘肃省")
_FIRST = "云柏青石桐鹿竹溪望榆沙金松霞雁梨槐枫苍兰清岚沐泽洛星丹安银翠白玉岱朗澄秀景鸿"
_SECOND = "栖渡麓堰屏鸣汀坪关坝桥岗浦塘花荫原岭川陵河湾潭洲泉峰谷林湖港"
_SENTENCES = 40
# How far bodies of a level differ in size, and years of one body (standard
# deviation of the logarithm).
_PEERS, _YEARS = 0.5, 0.25
# Of its sentences a body takes over so many from the year before.
_TAKEN_OVER = (0.5, 0.8)
_FIGURES = 18
_YOUNG, _YOUNG_YEARS = 0.1, 2
_SILENT = 0.02  # does not report the last year
# Of the reports so many get something planted.
_COPIES, _RESUBMISSIONS, _STALE, _SLIPS, _YOUNG_SLIPS = 0.02, 0.02, 0.01, 0.02, 0.008
_TRIES = 100
# Smaller figures are not slipped: 3 for 30 is no news in a report.
_SMALLEST = 8

Key: TypeAlias = tuple[str, str, int, int]


@dataclass(frozen=True, slots=True)
class Body:
    """A body that reports: its size by indicator, relative to others, and its words."""

    name: str
    town: str | None
    county: str
    province: str
    style: Style
    bases: dict[str, float]


@dataclass(frozen=True, slots=True)
class Made:
    """One generated report; in `sentences`, # stands for a number that is drawn
    when the text is written.
    """

    body: Body
    year: int
    sentences: tuple[str, ...]
    figures: dict[str, float]
    version: int = 1

    @property
    def key(self) -> Key:
        """County, issuer, year and version."""
        return self.body.county, self.body.name, self.year, self.version


@dataclass(slots=True)
class Truth:
    """What was planted, by the keys of the reports."""

    copies: dict[Key, tuple[str, str]] = field(default_factory=dict)  # the body copied from
    resubmissions: dict[Key, frozenset[str]] = field(default_factory=dict)  # the figures changed
    stale: set[Key] = field(default_factory=set)
    in_time: set[tuple[Key, str]] = field(default_factory=set)
    among_peers: set[tuple[Key, str]] = field(default_factory=set)
    overdue: set[tuple[str, str]] = field(default_factory=set)


def make_reports(seed: int, *, reports: int, places: int, years: int) -> tuple[list[Made], Truth]:
    """About so many reports, first versions in no order, then the second ones;
    and what was planted in them.
    """
    rng = random.Random(seed)  # noqa: S311 (not a secret)
    truth = Truth()
    planting = _Planting(
        rng, {one.key: one for one in _histories(rng, reports, places, years, truth)}, truth
    )
    planting.plant()
    order = sorted(planting.made.values(), key=lambda one: (one.version, rng.random()))
    return order, truth


@dataclass(frozen=True, slots=True)
class _County:
    name: str
    province: str
    outline: tuple[str, ...]
    taken: set[str]

    @classmethod
    def draw(cls, rng: random.Random, at: int) -> _County:
        name = f"{_FIRST[at % len(_FIRST)]}{_SECOND[at // len(_FIRST) % len(_SECOND)]}县"
        style = Style.draw(rng)
        return cls(
            name,
            _PROVINCES[at % len(_PROVINCES)],
            tuple(style.sentence(rng) for _ in range(10)),
            set(),
        )

    def body(self, rng: random.Random, at: int) -> Body:
        """The county's government first, then its towns."""
        bases = {code: rng.lognormvariate(0, _PEERS) for code in indicators()}
        style = Style.draw(rng)
        if at == 0:
            return Body(f"{self.name}人民政府", None, self.name, self.province, style, bases)
        town = next(name for name in _towns(rng) if name not in self.taken)
        self.taken.add(town)
        return Body(f"{town}人民政府", town, self.name, self.province, style, bases)


def _towns(rng: random.Random) -> Iterator[str]:
    while True:
        yield f"{rng.choice(_FIRST)}{rng.choice(_SECOND)}{rng.choice('镇镇乡')}"


def _histories(
    rng: random.Random, reports: int, places: int, years: int, truth: Truth
) -> Iterator[Made]:
    """The years of each body, until there are enough reports."""
    counties = [_County.draw(rng, at) for at in range(places)]
    total = 0
    for at in count():
        for county in counties:
            if total >= reports:
                return
            body = county.body(rng, at)
            history = list(
                _history(rng, body, county, _YOUNG_YEARS if rng.random() < _YOUNG else years)
            )
            if rng.random() < _SILENT:
                del history[-1]
                truth.overdue.add((body.county, body.name))
            total += len(history)
            yield from history


def _history(rng: random.Random, body: Body, county: _County, span: int) -> Iterator[Made]:
    stated = rng.sample(sorted(indicators())[::3], _FIGURES)
    sentences: list[str] = []
    for year in range(LAST_YEAR - span + 1, LAST_YEAR + 1):
        sentences = rng.sample(sentences, int(rng.uniform(*_TAKEN_OVER) * len(sentences)))
        sentences += [_sentence(rng, body, county) for _ in range(_SENTENCES - len(sentences))]
        yield Made(
            body,
            year,
            tuple(sentences),
            {code: _drawn(rng, code, body.bases[code]) for code in stated},
        )


def _sentence(rng: random.Random, body: Body, county: _County) -> str:
    kind = rng.random()
    if kind < 0.42:
        return body.style.sentence(rng)
    return rng.choice(county.outline) if kind < 0.57 else rng.choice(set_phrases())


def _is_rate(code: str) -> bool:
    return indicators()[code].dim == "rate"


def _drawn(rng: random.Random, code: str, base: float) -> float:
    """This year's figure: rates near 100, counts and amounts around the body's own size."""
    if _is_rate(code):
        return round(min(100.0, rng.gauss(96, 2)), 1)
    usual = 8 * 100 ** (sum(map(ord, code)) % 97 / 96)  # between 8 and 800, by the indicator
    usual *= 3000 if indicators()[code].dim == "money" else 1
    return max(1.0, float(round(usual * base * rng.lognormvariate(0, _YEARS))))


@dataclass(slots=True)
class _Planting:
    """Plants things in generated reports; none touches what another one rests on."""

    rng: random.Random
    made: dict[Key, Made]
    truth: Truth
    used: set[Key] = field(default_factory=set)

    def plant(self) -> None:
        reports = [*self.made]
        spans = Counter(key[:2] for key in reports)
        young = [key for key in reports if spans[key[:2]] <= _YOUNG_YEARS]
        old = [key for key in reports if spans[key[:2]] > _YOUNG_YEARS + 1]
        for act, share, keys in (
            (self._copy, _COPIES, reports),
            (self._resubmit, _RESUBMISSIONS, reports),
            (self._stale, _STALE, reports),
            (self._slip_in_time, _SLIPS, old),
            (self._slip_among_peers, _YOUNG_SLIPS, young),
        ):
            for _ in range(math.ceil(share * len(reports)) if keys else 0):
                any(self._takes(act, self.rng.choice(keys)) for _ in range(_TRIES))

    def _takes(self, act: Callable[[Made], bool], key: Key) -> bool:
        return key not in self.used and act(self.made[key])

    def _copy(self, one: Made) -> bool:
        """Another body's text of this or an earlier year, 10 to 40 % of it rewritten,
        in sentences or words.
        """
        source = self.rng.choice([*self.made.values()])
        if source.body is one.body or source.key in self.used or source.year > one.year:
            return False
        self.used |= {one.key, source.key}
        share = self.rng.uniform(0.1, 0.4)
        text = list(source.sentences)
        if self.rng.random() < 0.5:
            text = rewrite_sentences(text, share, one.body.style, self.rng)
        else:
            text = [rewrite_words(sentence, share, self.rng) for sentence in text]
        self.made[one.key] = replace(one, sentences=tuple(text))
        self.truth.copies[one.key] = source.body.county, source.body.name
        return True

    def _resubmit(self, one: Made) -> bool:
        """The same report again with a few figures put right."""
        changed = self.rng.sample(sorted(one.figures), self.rng.randint(1, 4))
        corrected = {code: self._corrected(code, one.figures[code]) for code in changed}
        again = replace(one, figures=one.figures | corrected, version=2)
        self.used.add(one.key)
        self.made[again.key] = again
        self.truth.resubmissions[again.key] = frozenset(changed)
        return True

    def _corrected(self, code: str, value: float) -> float:
        if _is_rate(code):
            return round(value - self.rng.uniform(0.3, 3), 1)
        return value + self.rng.randint(1, max(1, round(value / 4)))

    def _stale(self, one: Made) -> bool:
        """Last year's text with a single figure brought up to date."""
        before = self.made.get((*one.key[:2], one.year - 1, 1))
        if before is None or before.key in self.used:
            return False
        self.used |= {one.key, before.key}
        fresh = self.rng.choice(sorted(before.figures))
        figures = before.figures | {fresh: self._corrected(fresh, before.figures[fresh])}
        self.made[one.key] = replace(one, sentences=before.sentences, figures=figures)
        self.truth.stale.add(one.key)
        return True

    def _slip_in_time(self, one: Made) -> bool:
        """A figure of a body with a history; one a series."""
        code = self.rng.choice([*one.figures])
        if any(key[:2] == one.key[:2] and other == code for key, other in self.truth.in_time):
            return False
        return self._slip(one, code, (10, 100, 1000), self.truth.in_time)

    def _slip_among_peers(self, one: Made) -> bool:
        """A figure of a young body, off by two digits at least:
        nobody can tell one digit from size.
        """
        return self._slip(
            one, self.rng.choice([*one.figures]), (100, 1000, 10_000), self.truth.among_peers
        )

    def _slip(
        self, one: Made, code: str, slips: tuple[int, ...], planted: set[tuple[Key, str]]
    ) -> bool:
        if one.figures[code] < _SMALLEST:
            return False
        self.used.add(one.key)
        self.made[one.key] = replace(
            one, figures=one.figures | {code: self._slipped(code, one.figures[code], slips)}
        )
        planted.add((one.key, code))
        return True

    def _slipped(self, code: str, value: float, slips: tuple[int, ...]) -> float:
        if _is_rate(code):
            return round(value - self.rng.uniform(35, 60), 1)
        slip = self.rng.choice(slips)
        return (
            float(round(value / slip))
            if value / slip >= _SMALLEST and self.rng.random() < 0.5
            else value * slip
        )
