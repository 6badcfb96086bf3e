"""The places that a report names beside its issuer: through their bodies (榆湾县委,
望溪区人民政府), and in the titles of its own documents (《榆湾县…工作要点》). Names come back as
they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.report.chinese.clauses import HAN
from workers.report.segmentation.places import Unit, is_no_name, read_units

_BODY = re.compile(
    r"[县区旗](?=委|人民政府|政府|司法局|人民法院|人民检察院|公安局|依法治|行政执法)"
)
_RULED = re.compile(r"[县区旗](?=[县区旗]?委|人民政府)")
_HAN = re.compile(f"[{HAN}]+$")
# 中共榆湾县委, 在榆湾县委, 贯彻望溪区委: what may stand before a name without a mark between.
# Names hold none of these.
_LEAD_IN = re.compile(
    "中共|中国共产党|贯彻|落实|执行|依法治|围绕|聚焦|按照|依照|遵照|依据|根据|遵循|对照|对标|紧扣|结合|配合|联合|会同|协同|协调|协助"
    "|邀请|组织|组建|成立|印发|制定|转发|出台|通过|参加|接受|报请|提请|现将|现就|关于|以及|推动|推进|助力|荣获"
    "|[在对由据被把从受及给与了是的按经依报请送年月日]"
)
# After these a name stands without doubt; after the others, or at the start of a clause,
# it may be a verb (召开县委).
_SURE = re.compile(
    "(?:中共|中国共产党|[在照据省市州]|贯彻|落实|执行|围绕|聚焦|紧扣|对标|邀请|接受|协助|配合)$"
)
# What follows a county's own 县委 and 县政府 too; a name is also followed by other words.
_OWN = frozenset("委政人司公依行常级直纪监检法组宣统办各局")
# Some names hold these (和平区, 将乐县, 市中区): two characters of the name must be left.
_WEAK_LEAD_IN = re.compile("[和向将以于绕焦照循省市州区盟]")
# 榆湾县县委
_DOUBLED = re.compile(r"([县区旗])\1$")
_LONGEST = 16
# No report speaks of more counties.
_MOST_NAMES = 50
_LONGEST_CITED = 40
_CITED = re.compile(rf"《(?:关于|印发)?(?:20\d\d年度?)?(?=[{HAN}])")


def counties_named(
    text: str, folded: str, *, ruling: bool = False, sure: bool = False, within: str | None = None
) -> Iterator[str]:
    """The names in the order of the text; only those of a committee or government where `ruling`.

    A verb can stand before 县委 as a name does. Unless it is `sure` that only names are meant (as
    in a salutation), what no word announces as a name must stand elsewhere, too: in `within`, the
    whole folded text.

    >>> text = (
    ...     "在榆湾县委、县政府领导下，聚焦望溪区委依法治区工作，经我县司法局，并邀请平沙县人民法院"
    ... )
    >>> list(counties_named(text, text)), list(counties_named(text, text, ruling=True))
    (['榆湾县', '望溪区', '平沙县'], ['榆湾县', '望溪区'])
    """
    confirmed: dict[str, bool] = {}
    for start, name, announced in _before_bodies(folded, _RULED if ruling else _BODY):
        if not (sure or announced) and name not in confirmed:
            confirmed[name] = len(confirmed) < _MOST_NAMES and _is_confirmed(within or folded, name)
        if sure or announced or confirmed[name]:
            yield text[start : start + len(name)]


def _before_bodies(folded: str, body: re.Pattern[str]) -> Iterator[tuple[int, str, bool]]:
    """Where a county's name stands before a body, the name,
    and whether the word before it announces a name.
    """
    for found in body.finditer(folded):
        first = max(0, found.end() - _LONGEST)
        run = _HAN.search(folded[first : found.end()])
        if not run:
            continue
        unit = _unit_at_end(_DOUBLED.sub(r"\1", run[0]), opens=run.start() > 0 or not first)
        if unit:
            start = first + run.start() + unit.start
            yield start, unit.name, _SURE.search(folded[max(0, start - 4) : start]) is not None


def places_cited(text: str, folded: str, rank: int) -> Iterator[str]:
    """The places of this rank (3 county, 4 township) that open the titles of documents.

    >>> text = "印发《2023年榆湾县普法要点》《松坪镇工作方案》《法治政府建设实施纲要》"
    >>> list(places_cited(text, text, 3)), list(places_cited(text, text, 4))
    (['榆湾县'], ['松坪镇'])
    """
    for found in _CITED.finditer(folded):
        opening = text[found.end() : found.end() + _LONGEST_CITED]
        yield from (unit.name for unit in read_units(opening) if unit.rank == rank)


def _is_confirmed(folded: str, name: str) -> bool:
    """Whether the name also stands before something other than the county's organs."""
    at = folded.find(name)
    while at >= 0 and folded[at + len(name) : at + len(name) + 1] in _OWN:
        at = folded.find(name, at + 1)
    return at >= 0


def _unit_at_end(run: str, *, opens: bool) -> Unit | None:
    """The county whose suffix ends the run: the shortest name that a word before it,
    or the run's start, bounds.
    """
    strong = {found.end() for found in _LEAD_IN.finditer(run)} | ({0} if opens else set())
    weak = {found.end() for found in _WEAK_LEAD_IN.finditer(run)} - strong
    for start in sorted(strong | weak, reverse=True):
        units = read_units(run, start)
        last = units[-1] if units else None
        if not last or last.end != len(run) or last.rank != 3 or is_no_name(last.name):
            continue
        if start in strong or len(last.name) > 2:
            return last
    return None
