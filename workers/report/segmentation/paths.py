"""Where a body is by the names of the folders and of the file that its report came in: evidence of
the second rank, for reports that do not say it themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workers.report.chinese.characters import plain_text
from workers.report.chinese.clauses import HAN
from workers.report.chinese.folding import fold_wide
from workers.report.model import KnownBy, Place
from workers.report.segmentation.gazetteer import (
    counties_named_so,
    has_counties,
    larger_named,
    names_above,
)
from workers.report.segmentation.issuers import ministry_names
from workers.report.segmentation.places import (
    Unit,
    full_province,
    is_no_name,
    read_place,
    read_units,
)

# 丰都县.zip, 年报.tar.gz: what kind of file it is.
_ENDING = re.compile(r"(?:\.[A-Za-z0-9]{1,5})+$")
_RUN = re.compile(f"[{HAN}]+")
# What stands before a place in the name of a folder, and behind one whose suffix is left out.
_LEAD_IN = re.compile(r"^(?:年度?|附件|关于|来自|报送|上报|收到|汇总)+")
_AND = ("和", "与", "及")
_WORDS = re.compile(
    r"(?:各|所有|全部)?(?:乡镇|镇乡|镇街|街镇|区县|县区|街道|部门|单位)*"
    r"(?:年度?)?(?:法治政府建设|法治建设|依法行政)?(?:年度)?(?:工作)?(?:情况)?的?"
    r"(?:年报|报告|总结|材料|资料|汇总|上报|报送|文件|收集|附件|压缩包?)*$"
)
_SUFFIXES = ("县", "区", "市", "旗", "自治县", "自治旗")
# A folder's name holds no more places.
_MOST_RUNS = 20


def is_placed(issuer: str) -> bool:
    """Whether the name itself says where the body is, or that it is the nation's.

    >>> [is_placed(name) for name in ("榆湾县司法局", "平沙市水务局", "松坪镇人民政府", "农业部")]
    [True, True, False, True]
    """
    units = read_units(issuer.removeprefix("中共"), bounded=True)
    return any(unit.rank < 4 for unit in units) or ministry_names().fullmatch(issuer) is not None


def place_by_path(folder: str, name: str, township: str | None) -> Place:
    """County and province as the file's name tells, or the innermost folder whose name has one.

    A name that names several counties tells none, and a file that names another township is about
    another body.

    >>> place_by_path("2024/重庆市/丰都县", "高家镇2024.docx", "高家镇").county
    '丰都县'
    >>> place_by_path("", "重庆市丰都县高家镇年报.docx", "高家镇").province
    '重庆市'
    >>> place_by_path("丰都、忠县", "年报.docx", "高家镇").county
    """
    folders = [*reversed([part for part in folder.split("/") if part])]
    for at, part in enumerate((name, *folders)):
        chains = list(_chains(part))
        named = {unit.name for chain in chains for unit in chain if unit.rank == 4}
        if at == 0 and township and named and township not in named:
            continue
        counties = {county for chain in chains if (county := _county(chain, township))}
        if len(counties) == 1:
            county = counties.pop()
            return Place(
                county=county,
                province=_province_of(county, [name, *folders][at:]),
                known_by=KnownBy.FOLDER if at else KnownBy.FILE,
            )
    return Place()


def _chains(part: str) -> Iterator[Sequence[Unit]]:
    """The places that open each stretch of a name, the larger before the smaller."""
    plain = fold_wide(plain_text(_ENDING.sub("", part)))
    for run in [found[0] for found in _RUN.finditer(plain)][:_MOST_RUNS]:
        rest = _LEAD_IN.sub("", run)
        while units := read_units(rest) or _known_units(rest):
            yield units
            rest = rest[units[-1].end :]
            if not rest.startswith(_AND):
                break
            rest = rest[1:]
        else:
            if unit := _without_suffix(_WORDS.sub("", rest)):
                yield [unit]


def _known_units(name: str) -> Sequence[Unit]:
    """Places whose names look like words, where the gazetteer has them."""
    units = read_units(name, bounded=True)
    return units if units and counties_named_so(units[-1].name) else ()


def _without_suffix(stem: str) -> Unit | None:
    """丰都 is 丰都县 where the gazetteer has one such county."""
    if len(stem) < 2 or is_no_name(stem):
        return None
    if (province := full_province(stem)) != stem:
        return Unit(rank=1, start=0, end=len(stem), name=province)
    found = [stem + suffix for suffix in _SUFFIXES for _ in counties_named_so(stem + suffix)]
    return Unit(rank=3, start=0, end=len(stem), name=found[0]) if len(found) == 1 else None


def _county(chain: Sequence[Unit], township: str | None) -> str | None:
    """A city is a township's county where it has no counties itself, as far as is known."""
    by_rank = {unit.rank: unit.name for unit in chain}
    if county := by_rank.get(3):
        return _own_name(county)
    city = by_rank.get(2) if township or 4 in by_rank else None
    return city if city and not has_counties(city) else None


def _own_name(county: str) -> str:
    """Without the city's short name before it: 达州宣汉县 is 宣汉县."""
    names = {names_above(code)[2] for code in counties_named_so(county)}
    return next((name for name in names if name and county.endswith(name)), county)


def _province_of(county: str, parts: Sequence[str]) -> str | None:
    """The first province among these names that may hold the county."""
    known = {names_above(code)[0] for code in larger_named(county)}
    for part in parts:
        for chain in _chains(part):
            province = read_place(list(chain)).province
            if province and (not known or province in known):
                return province
    return None
