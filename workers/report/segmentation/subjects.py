"""Of whom a report without a title speaks:
现将松坪镇…报告如下, 2023年，松坪镇坚持…, 《松坪镇…工作要点》.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.report.chinese.clauses import COLONS, HAN, PHRASE_MARKS, SEMICOLONS
from workers.report.chinese.folding import Written
from workers.report.segmentation.counties import counties_named, places_cited
from workers.report.segmentation.issuers import ministry_names, name_in_title, official_name
from workers.report.segmentation.places import Unit, read_units

_ACTING = "坚持|深入|认真|全面|始终|紧紧|围绕|以|严格|切实|扎实|贯彻|持续|高度|积极|聚焦|在"
_CLAUSE_START = re.compile(rf"(?:^|[{PHRASE_MARKS} ])(?=[{HAN}])")
_ANNOUNCED = re.compile(rf"现?[将就对](?=[{HAN}])")
_BODY_AFTER_PLACE = re.compile(
    rf"人民政府(?!办)|政府(?={_ACTING})|街道办事处|办事处|(?!坚持|深入|认真|始终|切实|严格|紧|围绕|以|在|立足|积极|扎实|按照|高度|着力|全面落|各|党)"
    rf"[{HAN}]{{2,12}}?(?:(?<![格大全布结开政出])局|委员会)(?!办)"
    rf"(?:(?:(?!各|及|与|党|以|在|等|把|将|持|督|指导|组织|深入|认真|所属|下属|机关)[{HAN}]){{2,8}}?分局)?"
)
# 榆湾县委依法治县办, 榆湾县级部门: not the place as the one that acts.
_NOT_THE_ONE = re.compile(
    r"委?(?:全面)?依法治|[级域等]|办公室|人民法院|人民检察院|法治政府(?!建设工作(?:在|以|紧|坚持|始终|深入|全面))|党政主要"
)
# To whom a report goes stands before its first sentence,
# under the issuers and the date: 市委、市政府：
_ADDRESSEE = re.compile(
    rf"\n*(?:[^。{SEMICOLONS}{COLONS}\n]{{1,40}}\n{{1,4}}){{0,4}}?"
    rf"(?P<bodies> *[^。{SEMICOLONS}{COLONS}\n]{{0,60}}(?:委|政府|人大|会|委员|局"
    "|办公室|办|领导|代表|同志)：)"
)
_HANDED_IN = re.compile(
    r"[将就][^《》。\n]{0,12}《(?P<title>[^《》。\n]{6,60}(?:报告|总结|汇报|情况))》"
    r"(?=.{0,4}(?:予以|随文|呈|上报|报送|报上|公布|公开|印发|提交|汇报|附))"
)
# A ministry has no place in its name: it is the one that acts only at the very start,
# with the year at most before it.
_MINISTRY_ACTS = re.compile(r"\s{0,9}(?:20\d\d ?年(?:以来|度)?，?)?")
_ACTS = re.compile(rf"(?:党组)?(?:{_ACTING})")
# 2024年以来，平沙水务局坚持…: a body in whose name a place has lost its suffix.
_OPENS = re.compile(
    r"\s{0,9}(?:20\d\d ?年(?:以来|度)?，?|今年以来，|一年来，)?"
    rf"(?P<body>(?![我全本各县市区镇乡省州旗局])[{HAN}]{{3,20}}?(?:局|委员会|厅|办公室|中心))"
    rf"(?=(?:党组)?(?:{_ACTING}))"
)
_TOWNSHIP = re.compile(r"[我全][镇乡街]|[镇乡]党委|党工委")
_COUNTY = re.compile(rf"[我全][县区旗]|(?<![{HAN}])[县区旗](?:委、[县区旗])?(?:人民)?政府")
_OTHERS = re.compile(
    r"[我全][镇乡街市省州局]|[镇乡]党委|党工委|街道|(?:我|本|全)(?:委|办|院|厅|系统)|局党[委组]"
)
# The names a lead can open with are shorter.
_REACH = 60


def find_addressee(lead: Written) -> str:
    """The bodies that the report is sent to, with the colon behind them; empty where it names none.

    >>> find_addressee(Written.of("榆湾县委、县政府：\\n2023年，松坪镇"))
    '榆湾县委、县政府：'
    """
    found = _ADDRESSEE.match(lead.folded)
    return lead.text[found.start("bodies") : found.end()] if found else ""


def without_addressee(lead: Written) -> Written:
    """The lead with spaces in place of the bodies that it is sent to; as long as it was.

    >>> without_addressee(Written.of("榆湾县委、县政府：\\n2023年，松坪镇")).text.strip()
    '2023年，松坪镇'
    """
    found = _ADDRESSEE.match(lead.folded)
    if not found:
        return lead
    start, end = found.start("bodies"), found.end()
    blank = " " * (end - start)
    return Written(*(each[:start] + blank + each[end:] for each in (lead.text, lead.folded)))


def subject_of(lead: Written) -> str | None:
    """The body or place on which the opening announces a report,
    else the one that acts first in it; None where none is named.

    >>> subject_of(Written.of("2023年，松坪镇人民政府坚持依法行政。"))
    '松坪镇人民政府'
    >>> subject_of(Written.of("认真落实市第六次党代会，现将我县2023年度情况报告如下"))
    """
    if titled := _named_by_report(lead):
        return titled
    if acting := _acting_body(lead):
        return acting
    for pattern in (_ANNOUNCED, _CLAUSE_START):
        for found in pattern.finditer(lead.folded):
            units = read_units(lead.text[found.end() : found.end() + _REACH])
            if units and not _NOT_THE_ONE.match(lead.folded, found.end() + units[-1].end):
                return _with_body(lead, found.end(), units[-1])
    ministry = _MINISTRY_ACTS.match(lead.folded)
    named = ministry_names().match(lead.folded, ministry.end()) if ministry else None
    return named["name"] if named and _ACTS.match(lead.folded, named.end()) else None


def _acting_body(lead: Written) -> str | None:
    """The body that opens the text and acts, where its name holds no place of its own kind."""
    found = _OPENS.match(lead.folded)
    if not found or read_units(lead.text[found.start("body") : found.end("body")]):
        return None
    name = lead.text[found.start("body") : found.end("body")]
    return name if official_name(name) == name else None


def _named_by_report(lead: Written) -> str | None:
    """Whom the report names that a covering letter hands in: 现将《松坪镇2024年度…报告》呈上."""
    for found in _HANDED_IN.finditer(lead.folded):
        named = official_name(
            name_in_title(lead.text[found.start("title") : found.end("title")]) or ""
        )
        if named and read_units(named, bounded=True):
            return named
    return None


def own_place(report: Written, lead: Written) -> str | None:
    """The township that alone opens the titles of documents, or the county whose committee or
    government alone is named, in a report that says 我镇 or 县政府 of itself.

    >>> report = Written.of("我镇扎实工作。印发《松坪镇2023年普法要点》。")
    >>> own_place(report, report)
    '松坪镇'
    """
    if _TOWNSHIP.search(lead.folded):
        return only_name(places_cited(report.text, report.folded, 4))
    if _COUNTY.search(lead.folded) and not _OTHERS.search(lead.folded):
        return only_name(counties_named(report.text, report.folded, ruling=True))
    return None


def speaks_of_county(lead: Written) -> bool:
    """Whether the report is of a county or lower: it says 我县, 县政府, 我镇, 街道 of itself."""
    return bool(
        _COUNTY.search(lead.folded) or _TOWNSHIP.search(lead.folded) or "街道" in lead.folded
    )


def only_name(names: Iterator[str]) -> str | None:
    """The name, where all are the same."""
    distinct = list(dict.fromkeys(names))
    return distinct[0] if len(distinct) == 1 else None


def _with_body(lead: Written, at: int, unit: Unit) -> str:
    body = _BODY_AFTER_PLACE.match(lead.folded, at + unit.end)
    return lead.text[at + unit.start : body.end() if body else at + unit.end]
