"""Who reports: the shortest official name of a body, and how names in titles,
signatures and sentences become one.
"""

from __future__ import annotations

import re

from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.chinese.clauses import HAN
from workers.report.chinese.folding import Written, fold_wide, squeeze
from workers.report.segmentation.places import Unit, read_units

_FILE = "provinces.yaml"
# Where the name in a title ends and its subject begins.
_SUBJECT = re.compile(
    r"关于|20\d\d|二〇|年度|推进|全面|深入|落实|贯彻|开展|履行|法治|依法|法制|普法|上半年|[（《“]"
)
_LEAD_IN = re.compile(r"(?:关于)?(?:印发|报送|上报|呈报|呈送|报告)?《?(?:(?:20\d\d|二〇..)年?度?)?")
# 中共X委员会 X人民政府; 中共X区委 X区人民政府; X街道党工委、X街道办事处:
# where both sign, the government reports.
_COMMITTEE = re.compile(
    r"(?:中共|中国共产党).{2,24}?(?:委员会|党委|党工委|党组|工作委员会|[市县区旗]委(?!员))"
    r"[、 和]?(?=.{3})"
    r"|[^、]{2,24}?(?:党工委|党委|[市县区旗]委(?!员))[、 和与](?=[^、]{0,24}(?:政府|办事处)$)"
)
# What a committee is called together with (松坪镇党委、政府).
_GOVERNMENT_ALONE = {
    "政府": "人民政府",
    "人民政府": "人民政府",
    "办事处": "办事处",
    "街道办事处": "办事处",
}
# The last word of a body's name; 格局 and 大局 are none.
_BODY_END = re.compile(
    r"(?:政府|办事处|委员会|管委会|(?<![格大全布结开政出])局|法院|检察院|医院|学院|厅|办公室|(?<!社)委|党组|党工委|(?<!以|为|核|重)中心|大队|支队|总队|总站|所|集团|公司|总社|联合会|协会)$"
)
_BRANCH = re.compile(rf"局(?P<place>[{HAN}]{{2,8}})分局$")
# Verbs of sentences, which no body has in its name.
_SENTENCE = re.compile(
    r"坚持|深入|认真|始终|切实|严格|紧紧|围绕|立足|积极|扎实|按照|高度|着力|聚焦|不断|持续|把握|[在以把将]"
)
_GOVERNMENT = re.compile(r"(?:人民政府|街道办事处|办事处)(?!办公|网|门户)")
_OFFICE = re.compile(r"(?<=人民政府)(?:办公室|办公厅|办)$")
_SEAL = re.compile(r"（(?:代章|盖章|公章|印章)）$")


def name_in_title(title: str) -> str | None:
    """The body or place that a title names; None where it names none.

    >>> (
    ...     name_in_title("关于松坪镇2024年法治政府建设情况的报告"),
    ...     name_in_title("2020年榆湾县法治政府建设报告"),
    ... )
    ('松坪镇', '榆湾县')
    >>> name_in_title("2024年法治政府建设报告")
    """
    folded = fold_wide(title)
    lead = _LEAD_IN.match(folded)
    start = lead.end() if lead else 0
    stop = _SUBJECT.search(folded, start)
    name = title[start : stop.start() if stop else start].strip("、，的·- ")
    return name if len(name) > 1 else None


def shortest_name(name: str) -> str:
    """The name without the larger places in front, the party committee that signs along,
    and a seal.

    A body of a county keeps the county, one of a township the township.

    >>> shortest_name("重庆市榆湾区松坪镇人民政府"), shortest_name("四川省平沙县司法局")
    ('松坪镇人民政府', '平沙县司法局')
    >>> (
    ...     shortest_name("中共松坪镇委员会 松坪镇人民政府"),
    ...     shortest_name("望溪区人民政府南河街道办事处"),
    ... )
    ('松坪镇人民政府', '南河街道办事处')
    """
    name = squeeze(name)
    committee = _COMMITTEE.match(fold_wide(name))
    both = name[: committee.end()] if committee else ""
    name = _SEAL.sub("", name[len(both) :].removesuffix("关于"))
    units = read_units(name, bounded=True)
    if not units:
        return _with_place_of(both, name) or name
    start = (_unit_below(name, units[-1]) or units[-1]).start
    return _OFFICE.sub("", name[start:])


def official_name(name: str) -> str | None:
    """The shortest name, if it is one: a body's, or a place's;
    of a place and words that are no body, the place.

    >>> official_name("松坪镇人民政府"), official_name("林业局"), official_name("松坪镇创建全国")
    ('松坪镇人民政府', '林业局', '松坪镇')
    >>> official_name("原农业部"), official_name("农业农村部门")
    ('农业部', None)
    >>> official_name("创新举措"), official_name("认真落实市"), official_name("构建新格局")
    (None, None, None)
    """
    short = shortest_name(name)
    units = read_units(short, bounded=True)
    rest = fold_wide(short[units[-1].end :] if units else short)
    if not units and (ministry := ministry_names().fullmatch(rest)):
        return short[ministry.start("name") :]
    if rest and (not _BODY_END.search(rest) or _SENTENCE.search(rest)):
        return short[: units[-1].end] if units else None
    return short or None


def branch_units(name: str) -> list[Unit]:
    """The county that a city's branch office is for.

    >>> (
    ...     [unit.name for unit in branch_units("平沙市生态环境局榆湾县分局")],
    ...     branch_units("平沙市生态环境局"),
    ... )
    (['榆湾县'], [])
    """
    found = _BRANCH.search(fold_wide(name))
    place = name[found.start("place") : found.end("place")] if found else ""
    return [unit for unit in read_units(place, bounded=True) if unit.rank == 3]


@knowledge
def ministry_names() -> re.Pattern[str]:
    """The names of ministries (group `name`), with the 原 before one that was renamed."""
    names = load_yaml(_FILE).get("ministries")
    require(names, _FILE, "ministries", "is missing")
    return re.compile(rf"原?(?P<name>{'|'.join(sorted(names or (), key=len, reverse=True))})")


def _with_place_of(committee: str, government: str) -> str | None:
    """松坪镇党委、政府 → 松坪镇人民政府."""
    known = _GOVERNMENT_ALONE.get(fold_wide(government))
    units = read_units(committee.removeprefix("中共"), bounded=True) if known else []
    return f"{units[-1].name}{known}" if units else None


def _unit_below(name: str, last: Unit) -> Unit | None:
    """The smaller place behind `人民政府` (X区人民政府Y街道办事处)."""
    if not name.startswith("人民政府", last.end):
        return None
    units = read_units(name, last.end + 4, bounded=True)
    return units[-1] if units and units[-1].rank > last.rank else None


def is_bare_place(name: str) -> bool:
    """Whether a name is a place only.

    >>> is_bare_place("松坪镇"), is_bare_place("松坪镇人民政府")
    (True, False)
    """
    units = read_units(name, bounded=True)
    return bool(units) and units[-1].end == len(name)


def government_named(place: str, lead: Written) -> str | None:
    """The government's name where the text names it directly after the place.

    >>> government_named("松坪镇", Written.of("榆湾县松坪镇人民政府坚持问题导向。"))
    '松坪镇人民政府'
    """
    at = lead.text.find(place)
    while at >= 0:
        if found := _GOVERNMENT.match(lead.folded, at + len(place)):
            return lead.text[at : found.end()]
        at = lead.text.find(place, at + 1)
    return None


def county_government(place: str, folded: str) -> str | None:
    """The government of a county that the folded text calls 县政府:
    only such bodies report for a whole county.

    >>> (
    ...     county_government("榆湾县", "县委常委会、县政府常务会研究"),
    ...     county_government("松坪镇", "镇政府"),
    ... )
    ('榆湾县人民政府', None)
    """
    units = read_units(place, bounded=True)
    if not units or units[-1].rank not in (2, 3):
        return None
    kind = fold_wide(place)[-1]
    own = re.search(rf"(?:(?<![{HAN}])|我|本){kind}(?:人民)?政府", folded)
    return f"{place}人民政府" if own else None
