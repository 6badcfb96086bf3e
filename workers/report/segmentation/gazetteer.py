"""The places of China with their statistical codes:
2 digits a province, 6 a city or county, 9 a township.

The data file says where it comes from; it is read once, when a report first names a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from workers.report.catalogue import CATALOGUE_DIR, knowledge, load_yaml
from workers.report.chinese.folding import simplify

_FILE = "gazetteer.yaml"
_DATA = "gazetteer.txt"
# Rows that only group counties: 1101 市辖区, 5002 县, 4290 省直辖县级行政区划.
_GROUP = re.compile("市辖区|县|(?:省|自治区)直辖县级行政区划")
_AUTONOMOUS = re.compile("(.{2,}?)族?自治([县旗])")
_BRACKETS = re.compile("[（）]")
_TOWNSHIP = re.compile(".{2,}(?:街道|苏木|镇|乡)")
# 开发区银杏街道: the zone that administers it stands before its name.
_ZONE_BEFORE = re.compile("^.{0,8}?(?:开发区|高新区|新区|园区)(?=.{2,}(?:街道|镇|乡)$)")


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """`names` by code; the codes that a name may mean:
    `larger` of provinces, cities and counties, and `townships`.
    """

    names: dict[str, str] = field(default_factory=dict)
    larger: dict[str, list[str]] = field(default_factory=dict)
    townships: dict[str, list[str]] = field(default_factory=dict)


def larger_named(name: str) -> Sequence[str]:
    """The codes of the provinces, cities and counties that are called so, with or without the
    peoples in their name; the short name of its city may stand before a county's.

    >>> (
    ...     larger_named("奉节县"),
    ...     larger_named("金平县"),
    ...     larger_named("榆湾县"),
    ...     larger_named("达州宣汉县"),
    ... )
    (['500236'], ['532530'], [], ['511722'])
    """
    known, simple = _read_gazetteer().larger, simplify(name)
    for at in (0, *range(2, len(simple) - 1)):
        found = known.get(simple[at:], [])
        if found := [code for code in found if at == 0 or any(_opens_larger(simple[:at], code))]:
            return found
    return []


def _opens_larger(short: str, code: str) -> Iterator[bool]:
    """Whether the name of the place's province or city begins so."""
    yield from (larger.startswith(short) for larger in names_above(code)[:2] if len(code) == 6)


def townships_named(name: str) -> Sequence[str]:
    """The codes of the townships and sub-districts that are called so;
    街 is also the short form of 街道.

    >>> townships_named("雁石坪镇"), len(townships_named("新民鎮")) > 5, townships_named("榆湾镇")
    (['540624103'], True, [])
    """
    known, simple = _read_gazetteer().townships, simplify(name)
    found = known.get(name) or known.get(simple, [])
    return [*found, *known.get(f"{simple}道", [])] if simple.endswith("街") else found


def names_above(code: str) -> tuple[str, str, str]:
    """Province, city and county of a place of 6 or 9 digits as the gazetteer has them,
    empty where there is none.

    >>> names_above("500236130"), names_above("441900121"), names_above("520600")
    (('重庆市', '', '奉节县'), ('广东省', '东莞市', ''), ('贵州省', '铜仁市', ''))
    """
    names = _read_gazetteer().names
    city = names.get(f"{code[:4]}00", "")
    county = "" if code[4:6] == "00" else names.get(code[:6], "")
    return names[code[:2]], city, county


def counties_named_so(name: str) -> Sequence[str]:
    """The codes of the counties, and cities of county rank, that are called so.

    >>> counties_named_so("奉节县"), counties_named_so("铜仁市"), counties_named_so("重庆市")
    (['500236'], [], [])
    """
    return [code for code in larger_named(name) if len(code) == 6 and not code.endswith("00")]


def has_counties(city: str) -> bool:
    """Whether this is a city that is divided into counties.

    >>> has_counties("铜仁市"), has_counties("东莞市"), has_counties("都江堰市")
    (True, False, False)
    """
    cities = {code[:4] for code in larger_named(city) if len(code) == 6 and code.endswith("00")}
    return any(
        code[:4] in cities and code[4:] not in {"", "00"} for code in _read_gazetteer().names
    )


def shorter_names(name: str) -> Iterator[str]:
    """The name without the peoples in it.

    >>> [
    ...     *shorter_names("金平苗族瑶族傣族自治县"),
    ...     *shorter_names("坪上彝族乡"),
    ...     *shorter_names("奉节县"),
    ... ]
    ['金平县', '坪上乡']
    >>> [*shorter_names("鄂伦春自治旗"), *shorter_names("东乡族自治县")]
    ['鄂伦春旗', '东乡县']
    """
    if found := _peoples_pattern().fullmatch(name) or _AUTONOMOUS.fullmatch(name):
        yield found[1] + found[2]


def is_vague(name: str) -> bool:
    """Whether the name of a county is too short or too common to be told from words.

    >>> is_vague("和县"), is_vague("新城区"), is_vague("奉节县")
    (True, True, False)
    """
    return len(name) <= 2 or name in load_yaml(_FILE)["vague"]


def is_zone(name: str) -> bool:
    """Whether this is a zone that need not be a county of the gazetteer.

    >>> is_zone("望海新区"), is_zone("奉节县")
    (True, False)
    """
    return simplify(name).endswith(tuple(load_yaml(_FILE)["zones"]))


@knowledge
def _read_gazetteer() -> Gazetteer:
    found, above = Gazetteer(), ""
    for line in (CATALOGUE_DIR / _DATA).read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            _add_townships(found, above, line)
        elif not line.startswith("#"):
            above, _, name = line.partition(" ")
            _add_larger(found, above, name)
    return found


def _add_larger(to: Gazetteer, code: str, name: str) -> None:
    if _GROUP.fullmatch(name):
        return
    code = f"{code}00" if len(code) == 4 else code
    # 东莞市 stands as city and as the county of its townships
    if to.names.get(f"{code[:4]}00") != name:
        to.names[code] = name
        for each in (name, *shorter_names(name)):
            to.larger.setdefault(each, []).append(code)


def _add_townships(to: Gazetteer, county: str, line: str) -> None:
    number = 0
    own = tuple(to.names[code] for code in (county, f"{county[:4]}00") if code in to.names)
    for token in line.split():
        numbered = token[0].isascii()
        number = int(token[:3]) if numbered else number + 1
        name = token[3:] if numbered else token
        code = f"{county}{number:03d}"
        to.townships.setdefault(name, []).append(code)
        if "族" in name or "区" in name or "（" in name or name.startswith(own):
            for other in {*_other_names(name, own)} - {name}:
                to.townships.setdefault(other, []).append(code)


def _other_names(name: str, own: tuple[str, ...]) -> Iterator[str]:
    """What else a township may be called: the parts in and outside brackets,
    without its county or zone or peoples.
    """
    parts = _BRACKETS.split(name)
    for part in parts:
        bare = _ZONE_BEFORE.sub("", part)
        bare = next((bare.removeprefix(each) for each in own if bare.startswith(each)), bare)
        if _TOWNSHIP.fullmatch(bare):
            yield bare
            yield from shorter_names(bare)


@knowledge
def _peoples_pattern() -> re.Pattern[str]:
    peoples: Mapping[str, Sequence[str]] = load_yaml(_FILE)
    return re.compile(rf"(.{{2,}}?)(?:{'|'.join(peoples['peoples'])})+(?:自治)?([州县旗乡镇])")
