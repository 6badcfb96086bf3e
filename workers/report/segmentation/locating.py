"""Which place of the gazetteer the issuer's is: decided only where its name and the
text together leave one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from workers.report.chinese.folding import fold_wide
from workers.report.model import Header, PageFacts
from workers.report.segmentation.gazetteer import (
    is_vague,
    is_zone,
    larger_named,
    names_above,
    shorter_names,
    townships_named,
)
from workers.report.segmentation.places import read_units

# Title, salutation and first paragraphs; the lines of the signature.
# Farther on, other places are merely mentioned.
_OPENING = 1000
_CLOSING = 150
# 在区委、区政府领导下: of what kind the county above is.
_RULED_BY = re.compile(r"([县区旗])委[、，和及 ]?\1(?:人民)?政府")


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """`code` where one candidate is left, else None;
    `candidates` are the codes that are left, in their order.
    """

    code: str | None = None
    candidates: tuple[str, ...] = ()


def locate_issuer(header: Header, text: str, *, name: str, facts: PageFacts) -> Location:
    """The place of the header's issuer: 9 digits for a township, 6 for a county's or city's body.
    `text` is the folded clean text, `name` the file's. A name that the gazetteer does not have, or
    has elsewhere than the header says, has no candidates.

    >>> from workers.report.model import Place
    >>> text = "新民镇2024年法治政府建设情况报告\\n在奉节县委、县政府领导下，新民镇扎实工作。"
    >>> locate_issuer(
    ...     Header(place=Place(township="新民镇")), text, name="a.txt", facts=PageFacts()
    ... ).code
    '500236130'
    """
    left = _consistent_codes(header)
    if len(left) > 1:
        near = fold_wide(
            "\n".join(
                (header.title or "", facts.issuer or "", name, text[:_OPENING], text[-_CLOSING:])
            )
        )
        for evidence in (near, text):
            left = _codes_named(left, evidence)
        left = _of_the_kind(left, near) if header.place.township else left
    return Location(code=left[0] if len(left) == 1 else None, candidates=tuple(sorted(left)))


def full_name(code: str, township: str | None) -> str:
    """The place with those above it; the gazetteer's code tells these, the report the township.

    >>> full_name("500236130", "新民镇"), full_name("520600", None)
    ('重庆市奉节县新民镇', '贵州省铜仁市')
    """
    return "".join(names_above(code)) + (township or "")


def named_county(location: Location, text: str) -> str | None:
    """The county of the township that was found, or the city of county rank that was; where the
    folded text names it anywhere: no place is taken from the gazetteer alone.
    """
    county = names_above(location.code)[2] if location.code else ""
    return county if county and not is_vague(county) and county in text else None


def _consistent_codes(header: Header) -> Sequence[str]:
    """The candidates that lie in the county and the province that the header names."""
    place = header.place
    if place.township:
        left = _codes_within(townships_named(place.township), place.county)
    else:
        left = [
            code
            for code in larger_named(place.county or _city_of(header.issuer or ""))
            if len(code) == 6
        ]
    return _codes_within(left, place.province)


def _city_of(issuer: str) -> str:
    """The city whose body this is.

    >>> _city_of("铜仁市水务局"), _city_of("贵州省水利厅")
    ('铜仁市', '')
    """
    units = read_units(issuer, bounded=True)
    return units[-1].name if units and units[-1].rank == 2 else ""


def _codes_within(codes: Sequence[str], larger: str | None) -> Sequence[str]:
    """Those in the larger place, else those in a zone of the same city: a zone has codes of its own
    (410571, 7 in the fifth place), while reports name the county in which it lies.
    """
    if not larger:
        return codes
    named = larger_named(larger)
    if not named and is_zone(larger):
        return codes
    above, cities = tuple(code.removesuffix("00") for code in named), {code[:4] for code in named}
    inside = [code for code in codes if code.startswith(above)]
    return inside or [code for code in codes if code[:4] in cities and code[4:5] == "7"]


def _codes_named(codes: Sequence[str], text: str) -> Sequence[str]:
    """Those whose province, then city, then county the text names;
    a larger place of which none is named says nothing.
    """

    @cache
    def stands(name: str) -> bool:
        return any(each in text for each in (name, *shorter_names(name)))

    def county_stands(code: str) -> bool:
        province, city, county = names_above(code)
        if not county or not is_vague(county):
            return bool(county) and stands(county)
        return any(larger and stands(larger + county) for larger in (city, province))

    def city_stands(code: str) -> bool:
        return (city := names_above(code)[1]) != "" and stands(city)

    for test in (lambda code: stands(names_above(code)[0]), city_stands, county_stands):
        codes = _filter_if_any(codes, test)
    return codes


def _of_the_kind(codes: Sequence[str], text: str) -> Sequence[str]:
    """Those in a county of the kind (县, 区 or 旗) whose committee and government the
    text names as its own.
    """
    kinds = set(_RULED_BY.findall(text))
    return (
        _filter_if_any(codes, lambda code: names_above(code)[2].endswith(*kinds))
        if len(kinds) == 1
        else codes
    )


def _filter_if_any(codes: Iterable[str], test: Callable[[str], bool]) -> Sequence[str]:
    codes = list(codes)
    return [code for code in codes if test(code)] or codes
