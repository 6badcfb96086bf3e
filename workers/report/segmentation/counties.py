"""The counties that a report names through their bodies (榆湾县委, 望溪区人民政府). Takes folded text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.report.segmentation.places import is_no_name, read_units

_BODY = re.compile(r"[县区旗](?=委|人民政府|政府|司法局|人民法院|人民检察院|公安局|依法治|行政执法)")
_HAN = re.compile("[\u4e00-\u9fff]+$")
# 中共榆湾县委, 在榆湾县委, 贯彻望溪区委: what may stand before a name without a mark between.
_LEAD_IN = re.compile(
    "(?:中共|[在和与由对向据按照绕焦经受以合循是报了将及给委]|贯彻|落实|执行|依法治|省|市)(?=[\u4e00-\u9fff]{1,12}$)"
)
# 榆湾县县委
_DOUBLED = re.compile(r"([县区旗])\1$")
_LONGEST = 14


def counties_named(text: str) -> Iterator[str]:
    """The names in the order of the text.

    >>> list(counties_named("在榆湾县委、县政府领导下，聚焦望溪区委依法治区工作，经我县司法局"))
    ['榆湾县', '望溪区']
    """
    for found in _BODY.finditer(text):
        before = _HAN.search(text[max(0, found.start() - _LONGEST) : found.end()])
        name = _DOUBLED.sub(r"\1", _after_lead_in(before[0])) if before else ""
        units = read_units(name)
        if units and units[-1].end == len(name) and units[-1].rank == 3 and not is_no_name(units[-1].name):
            yield units[-1].name


def _after_lead_in(name: str) -> str:
    leads = list(_LEAD_IN.finditer(name))
    return name[leads[-1].end() :] if leads else name
