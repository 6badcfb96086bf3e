"""Places in a name: 重庆市榆湾区松坪镇人民政府 → 重庆市, 榆湾区, 松坪镇.

Names come back as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.chinese.clauses import HAN, is_han
from workers.report.chinese.folding import fold_wide
from workers.report.model import Place
from workers.report.segmentation.place_names import is_name

_FILE = "provinces.yaml"
# The longest names of counties have about a dozen characters before their suffix
# (自治县 of several peoples).
_LONGEST_STEM = 14
_HAN = re.compile(f"[{HAN}]+")
# Ranks: 1 province, 2 prefecture, 3 county, 4 township. What must not follow or precede keeps
# suffixes apart from the same characters inside a longer name (景德镇市, 宁乡市, 县底镇,
# 城乡建设局, 红旗街道).
_SUFFIXES = (
    (2, r"(?:自治州|地区|盟(?![镇乡])|州(?=委|人民政府|政府|20\d\d|法治|$))"),
    (2, r"市(?![市区县镇乡场街管容民]|政(?!府))"),
    (
        3,
        r"(?:自治县|自治旗|新区|林区|特区|县(?![镇乡级]|城(?![市管乡建区]))|旗(?![镇乡街县区])|(?<![社园辖片小校景灾])区(?![街镇乡域划块县]))",
    ),
    (
        4,
        r"(?:街道|苏木|乡(?![市县镇村区建规振居环统])|镇(?![市县江海乡镇企村街平雄])|街(?![街道办镇区巷坊面头路乡上口居]))",
    ),
)
_SUFFIX = re.compile("|".join(f"(?P<r{at}>{suffix})" for at, (_, suffix) in enumerate(_SUFFIXES)))
# 我县, 全市, 各镇: words that look like a unit.
_NOT_A_NAME = re.compile(
    r"(?:我|全|各|本|该|某|辖|两|上级|城|乡|省|市|县|区|州|此)(?:省|市|县|区|旗|镇|乡|街道?|苏木)"
)
_LONGEST_CHAIN = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One place in a name: `[start, end)` of it, rank 1 (province) to 4 (township)."""

    rank: int
    start: int
    end: int
    name: str


def read_units(name: str, start: int = 0, *, bounded: bool = False) -> list[Unit]:
    """The places that open a name, from the larger to the smaller;
    `bounded` where the name is all that stands there.

    >>> [(unit.rank, unit.name) for unit in read_units("重庆市榆湾区松坪镇人民政府")]
    [(1, '重庆市'), (3, '榆湾区'), (4, '松坪镇')]
    >>> [unit.name for unit in read_units("榆湾县城市管理局")]
    ['榆湾县']
    """
    folded = fold_wide(name)
    units: list[Unit] = []
    province = _province_names().match(folded, start)
    if province:
        units.append(
            Unit(rank=1, start=start, end=province.end(), name=name[start : province.end()])
        )
        start = province.end()
    rank = 1
    while rank < 4 and (unit := _next_unit(name, folded, start, rank, bounded)):
        units.append(unit)
        start, rank = unit.end, unit.rank
    return units


def read_place(units: list[Unit]) -> Place:
    """What the units prove. A city counts as the county only where a township follows it directly.

    >>> (
    ...     read_place(read_units("浙江省滨湖新区南河街道")).county,
    ...     read_place(read_units("平沙市水务局")).county,
    ... )
    ('滨湖新区', None)
    """
    by_rank = {unit.rank: unit.name for unit in units}
    county = by_rank.get(3) or (by_rank.get(2) if 4 in by_rank else None)
    province = full_province(by_rank[1]) if 1 in by_rank else None
    return Place(township=by_rank.get(4), county=county, province=province)


def units_before(text: str, end: int, *, bounded: bool = False) -> list[Unit]:
    """The places that stand directly before `end`, larger ones first;
    none where `end` is not in the text (-1).

    >>> text = "2024年，云南省梨园乡"
    >>> [unit.name for unit in units_before(text, text.index("梨园乡"))]
    ['云南省']
    """
    first = max(0, end - _LONGEST_CHAIN)
    window = text[first:end] if end > 0 else ""
    starts = [
        at
        for at in range(len(window) - 1)
        if (not at and not first) or not _is_inside_word(window, at)
    ]
    provinces = [found.start() for found in _province_names().finditer(fold_wide(window))]
    for start in (*provinces, *starts):
        units = read_units(window, start, bounded=bounded)
        if units and units[-1].end == len(window):
            return units
    return []


def full_province(name: str) -> str:
    """The official name of a province that is written short.

    >>> full_province("湖南"), full_province("重庆市")
    ('湖南省', '重庆市')
    """
    return _full_names().get(fold_wide(name), name)


def is_no_name(name: str) -> bool:
    """Whether it only points at a place (我县, 全市).

    >>> is_no_name("我县"), is_no_name("安县")
    (True, False)
    """
    return _NOT_A_NAME.fullmatch(name) is not None


def _next_unit(name: str, folded: str, start: int, above: int, bounded: bool) -> Unit | None:
    run = _HAN.match(folded, start, start + _LONGEST_STEM + 3)
    for found in _SUFFIX.finditer(folded, start + 1, run.end() if run else start):
        place = folded[start : found.end()]
        if is_no_name(place) or not is_name(place, bounded=bounded):
            continue
        rank = _SUFFIXES[int((found.lastgroup or "r0")[1])][0]
        # A city below a city is of county rank; below a county there is none.
        rank = 3 if rank == above == 2 else rank
        return (
            Unit(rank=rank, start=start, end=found.end(), name=name[start : found.end()])
            if rank > above
            else None
        )
    return None


def _is_inside_word(text: str, at: int) -> bool:
    """Whether `at` cannot be where a name starts: a character that is no function
    word stands before it.
    """
    before = text[at - 1] if at else "中"
    return is_han(before) and before not in "在和与由对向据按照绕焦共年日于经受以将是"


@knowledge
def _province_names() -> re.Pattern[str]:
    """Full names, and short ones where a smaller place follows."""
    names: Mapping[str, str] = load_yaml(_FILE)["provinces"]
    for full, short in names.items():
        require(full.startswith(short), _FILE, full, "its short form must open it")
    shorts = "|".join(names.values())
    place_follows = rf"(?=[{HAN}]{{1,8}}[州市县区旗盟镇乡])(?![市州县省区藏蒙东西南北])"
    return re.compile(rf"{'|'.join(names)}|(?:{shorts}){place_follows}")


@knowledge
def _full_names() -> Mapping[str, str]:
    names: Mapping[str, str] = load_yaml(_FILE)["provinces"]
    return {short: full for full, short in names.items()}
