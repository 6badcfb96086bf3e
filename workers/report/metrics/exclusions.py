"""What only looks like a figure: by its form and context, or by its name (`schema/catalogue/not_figures.yaml`)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from workers.report.catalogue import load_yaml
from workers.report.metrics.phrases import Phrase
from workers.report.metrics.units import Dimension
from workers.report.text import Span

NOT_FIGURES_FILE = "not_figures.yaml"
_HAN_NUMBER = "一二三四五六七八九十百千万亿两零〇"

# Titles and quoted names: a pair of marks on one line, not further apart than a name is long.
_QUOTED = re.compile(r"《[^》\n]{1,80}》|“[^“”\n]{1,30}[”“]|‘[^‘’\n]{1,30}’|「[^」\n]{1,30}」|『[^』\n]{1,30}』|\"[^\"\n]{1,30}\"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A phrase in its place: `before` and `after` are the rest of its clause on both sides; `quoted` the named stretches."""

    folded: str
    phrase: Phrase
    before: str
    after: str
    quoted: Sequence[Span]

    @property
    def previous(self) -> str:
        """The character before the number itself, empty at the start of the text."""
        at = self.phrase.number_start
        return self.folded[at - 1] if at else ""

    @property
    def following(self) -> str:
        return self.folded[self.phrase.number_end : self.phrase.number_end + 1]


def quoted_stretches(folded: str) -> tuple[Span, ...]:
    """The titles in 《》 and short stretches in quotation marks, in order: names, not statements."""
    return tuple(Span(*match.span()) for match in _QUOTED.finditer(folded))


def why_not(context: Context) -> str | None:
    """Why this number is no figure, or None where it is one."""
    for reason, rule in _RULES:
        if rule(context):
            return reason
    return None


def _is_quoted(context: Context) -> bool:
    at = context.phrase.number_start
    place = bisect_right(context.quoted, at, key=lambda span: span.start) - 1
    return place >= 0 and context.quoted[place].end > at


_CODE_BEFORE = re.compile(r"[A-Za-z_#№@$×+]$|[A-Za-z][-/.]$|\d:$|[·•‧・]$|[(\[〔]\d{4}[)\]〕] ?$")
_CHAINED = re.compile(r"\d[-/.]$")
_CODE_AFTER = re.compile(r"[A-Za-ln-z×]|[:·•‧・/]\d|-\d+-|\.\d|号|[)\]〕]\d|\+[\dNnXx一二三四五六七八九十]")


def _is_code(context: Context) -> bool:
    """Part of a code, a clock time, a document number: signs or Latin letters touch it."""
    phrase = context.phrase
    at = phrase.number_start
    if _CODE_BEFORE.search(context.folded, max(0, at - 7), at):
        return True
    if phrase.unit is not None:
        return False
    return bool(_CHAINED.search(context.folded, max(0, at - 2), at) or _CODE_AFTER.match(context.folded, phrase.number_end))


_SLOGAN = re.compile(r"[^,。;\n+]{0,14}\+(?=[\dNnXx一二三四五六七八九十])")


def _is_formula(context: Context) -> bool:
    """1名法律顾问+N名明白人, 1+3+N: parts of a slogan joined by plus signs."""
    return bool(_SLOGAN.match(context.folded, context.phrase.number_end)) or context.previous == "+"


_ORDINAL = re.compile(
    rf"第(?:[\d{_HAN_NUMBER}]+[、和至]?第?)*$|(?<![目此以之日当会节年提午])前$|(?:位列|位居|名列|排在|排名)[^,。;升移降进]{{0,6}}$"
)


def _is_ordinal(context: Context) -> bool:
    return bool(_ORDINAL.search(context.before[-16:]))


@cache
def _catalogue() -> Mapping[str, Any]:
    return load_yaml(NOT_FIGURES_FILE)


@cache
def _names_by_number() -> Mapping[str, tuple[tuple[str, int], ...]]:
    """For each first character of a number in a name: the names and where in them it stands."""
    found: dict[str, list[tuple[str, int]]] = {}
    for row in _catalogue()["names"]:
        for match in re.finditer(rf"\d+|[{_HAN_NUMBER}]+", row["name"]):
            found.setdefault(match[0][0], []).append((row["name"], match.start()))
    return {char: tuple(places) for char, places in found.items()}


def _is_named(context: Context) -> bool:
    folded, at = context.folded, context.phrase.number_start
    places = _names_by_number().get(folded[at], ())
    return any(at >= offset and folded.startswith(name, at - offset) for name, offset in places)


@cache
def _grouping() -> re.Pattern[str]:
    return re.compile(rf"(?:大|重点|主要|关键|具体|工作)?(?:{'|'.join(_catalogue()['groupings'])})")


def _is_grouping(context: Context) -> bool:
    """Counts the headings of a text: 三个方面, 四个意识."""
    return bool(_grouping().match(context.folded, context.phrase.unit_end))


_SESSION_BEFORE = re.compile(r"届(?:[\d" + _HAN_NUMBER + r"]+[次中](?:全会)?[、和及暨])*$")
_ASSEMBLY = re.compile(r"届(?:人大|人民代表大会|政协|人大常委会|常委会|委员会|党代会|纪委)$")
_SESSION_AFTER = re.compile(r"(?:[、和及][" + _HAN_NUMBER + r"]+[次中])*(?:全会|全体会议)")


def _is_session(context: Context) -> bool:
    if context.phrase.unit is None or context.phrase.unit.name != "次":
        return False
    before = context.before[-24:]
    if _ASSEMBLY.search(before):
        return True
    return bool(_SESSION_BEFORE.search(before) or _SESSION_AFTER.match(context.folded, context.phrase.end))


_WHO = frozenset({Dimension.PEOPLE, Dimension.MONEY, Dimension.DURATION, Dimension.MEASURE})


def _is_threshold(context: Context) -> bool:
    """3人以上群体, 50万元以上的项目: describes a group."""
    phrase = context.phrase
    if phrase.after not in {"以上", "以下", "及以上", "以内"} or phrase.unit is None or phrase.share:
        return False
    if phrase.unit.dimension is Dimension.RATE:
        return False
    following = context.folded[phrase.end : phrase.end + 1]
    if phrase.unit.dimension in _WHO:
        return "\u4e00" <= following <= "\u9fff"
    return following == "的"


_EVERY = re.compile(
    r"每(?:隔|逢)?(?:半|两|[\d一二三四五六七八九十]{1,3})?个?(?:年|月|季|周|日|天|旬|星期|学期|次|届|晚|逢)|每\d{1,5}万?(?:户|人|名|个)"
)
_ONCE_A = re.compile(r"(?:一年|一月|一季|一季度|一周|一日|一天|半年|半月)$")
_PER_TIME = re.compile(r"/(?:年|月|季|周|日|天)")


def _is_frequency(context: Context) -> bool:
    """每月学法1次, 每年5万元, 每300户: a rule, not a result. Rates stay."""
    if context.phrase.unit is not None and context.phrase.unit.dimension in {Dimension.RATE, Dimension.POINTS}:
        return False
    if _PER_TIME.match(context.folded, context.phrase.end) or context.before.endswith("每"):
        return True
    return bool(_EVERY.search(context.before) or _ONCE_A.search(context.before))


_DUTY = re.compile(r"不得$|(?:应当|必须|不得|严禁)[^,。;]{0,8}$")


def _is_duty(context: Context) -> bool:
    """不得少于两人: what a rule demands."""
    return bool(_DUTY.search(context.before[-12:]))


_DENIED = re.compile(r"(?:未(?!成年)|没有?)[\u4e00-\u9fff]{0,6}$|无$")


def _is_denied(context: Context) -> bool:
    """未发生一起: a stated zero, which is found elsewhere."""
    return context.phrase.value == 1 and bool(_DENIED.search(context.before[-8:]))


_INDEFINITE = frozenset("几数好余多")


def _is_indefinite(context: Context) -> bool:
    """数十场, 几百人, and the second half of a number that was not read."""
    if not context.phrase.han or context.folded[context.phrase.number_start] not in "十百千万亿":
        return False
    return context.previous in _INDEFINITE or context.previous.isdecimal()


_LASTED = re.compile(r"平均|压缩|缩短|缩减|压减|降|减|提速|提前|控制在|时长|用时|耗时|时限|周期|累计|节约|节省|仅需|只需|仅用|天数|办结|由|从")
_STANDING = re.compile(r"(?:[在于每满前后]|逾期|超期|为期|历时|连续)$")


_LIFE = re.compile(r"寿命|平均年龄")


def _is_standing_time(context: Context) -> bool:
    """24小时值班, 3个工作日内答复, 60岁: a time that is no result."""
    phrase = context.phrase
    if phrase.unit is not None and phrase.unit.name == "岁":
        return not _LIFE.search(context.before)
    if phrase.unit is None or phrase.unit.dimension is not Dimension.DURATION:
        return False
    if _LASTED.search(context.before):
        return False
    ends_clause = not context.after or not ("\u4e00" <= context.after[0] <= "\u9fff")
    return not ends_clause or bool(_STANDING.search(context.before)) or phrase.after == "内"


_MARKER = re.compile(r"(?:^|\n) *\(?$")


def _is_marker(context: Context) -> bool:
    """1、… 2. … at the start of a line."""
    at = context.phrase.number_start
    if not _MARKER.search(context.folded, max(0, at - 4), at):
        return False
    return context.phrase.unit is None and context.following in set("、.)．") | {""}


_DATED = frozenset("年月日号时届岁周")


def _is_dated(context: Context) -> bool:
    """A year, a date, an age, a period. 人均预期寿命78.2岁 is read as a unit before this rule is asked."""
    return context.phrase.unit is None and context.following in _DATED and context.following != ""


_FURNITURE = re.compile(r"(?:浏览|点击|阅读|访问)(?:次数|量|数)?: ?$|(?:电话|邮编|传真|编号|证号|账号|微信|群号|房间|门牌)(?:号码?)?[:为]? ?$")


def _is_furniture(context: Context) -> bool:
    return bool(_FURNITURE.search(context.before[-8:]))


_TOTAL = re.compile(r"[\u4e00-\u9fff]*[数计量额总件人户率]: ?$")
_BARE_END = re.compile(r"[,。;!?！？)]|、(?![\d])|\n|$")
_SCORED = re.compile(r"(?:得分|指数|分数|系数|率|值|评分)[为达到是]*$")


def _is_bare(context: Context) -> bool:
    """A number without a unit is a figure only at the end of what it counts: 事项156，."""
    phrase = context.phrase
    if phrase.unit is not None or phrase.inexact:
        return False
    written = context.folded[phrase.number_start : phrase.number_end]
    names_what = "\u4e00" <= context.previous <= "\u9fff" or _TOTAL.search(context.before[-6:])
    if phrase.han or not names_what or not _BARE_END.match(context.folded, phrase.end):
        return True
    if not written.isdecimal():
        return not _SCORED.search(context.before[-8:])
    return len(written) > 7 or written in _catalogue()["hotlines"] or _looks_like_year(written)


def _looks_like_year(written: str) -> bool:
    return len(written) == 4 and written[:2] in {"19", "20"}


_RULES: Sequence[tuple[str, Callable[[Context], bool]]] = (
    ("quoted name or title", _is_quoted),
    ("name", _is_named),
    ("date, age or period", _is_dated),
    ("code or chain of numbers", _is_code),
    ("formula", _is_formula),
    ("ordinal", _is_ordinal),
    ("session", _is_session),
    ("grouping", _is_grouping),
    ("threshold", _is_threshold),
    ("frequency", _is_frequency),
    ("duty", _is_duty),
    ("denied", _is_denied),
    ("indefinite", _is_indefinite),
    ("standing time", _is_standing_time),
    ("list marker", _is_marker),
    ("page furniture", _is_furniture),
    ("no unit", _is_bare),
)
