"""Numbers that lost or gained characters: `damaged_number`.

Each rule a pattern, its reason, and what it should be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from workers.report.auditing.context import MOST_OF_ONE_KIND, Evidence, shorten_quote
from workers.report.chinese.clauses import COLONS, COMMAS, HAN, SEMICOLONS
from workers.report.chinese.seeking import either
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Severity
from workers.report.text import Span

# What is counted in this genre; after a number these can be nothing else.
_UNIT = (
    "(?:人次|场次|件次|台次|户次|批次|家次"
    "|[件起次场份名户条个宗册人家批项处期本幅篇辆]|万元|亿元|元)"
)
# Verbs that a count follows, at the end of a clause with its unit alone.
_COUNTING = (
    "开展|召开|举办|组织|排查|化解|调解|调处|处理|受理|办理|发放|张贴|悬挂|制作|接待|查处|立案|审查|出动|检查|培训"
    "|走访|评查|整改|办结|接受咨询|解答|出具|印发|推送|播放|处罚|巡查|宣讲|学习|研究"
)
# Where a clause of prose ends; headings and cells, which end in a line break,
# may name a unit alone.
_ENDS = f"。{COMMAS}{SEMICOLONS}"
# What is counted, and the units that then lack their number; each word begins a pattern.
_THINGS = ("纠纷", "资料", "手册", "宣传单")
_UNCOUNTED = (
    (
        (
            *(f"{kind}{thing}" for kind in ("", "矛盾", "各类", "宣传") for thing in _THINGS),
            *("各类案件", "信访案件", "工单", "提案", "诉求", "投诉", "举报"),
        ),
        "余?多?(?:[件起份册条]|人次)",
    ),
    (("活动", "讲座", "会议", "培训", "宣讲", "演练"), "(?:场次|[场次])"),
    (("合同", "协议", "意见书", "案卷"), "份"),
    (("群众", "人员", "干部", "师生", "党员", "学员", "咨询"), "(?:人次|名)"),
)
# Chinese brackets of a document number, in all the shapes that keyboards give them.
_OPEN, _CLOSE = r"[〔\[［【(（]", r"[〕\]］】)）]"
_ISSUES = "发办函文字令规政委法"  # the last character of a document's series: 府发, 政办, 委法


def _no_repair(_: re.Match[str]) -> str | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """A pattern (bounded repeats only), why what it finds cannot be,
    what certainly stood there (if anything).

    Nearly all find nothing, and two things spare the search: `lead`, how many characters stand
    before the run of digits that it has near its beginning, and `sign`, what each find holds and
    is quickly looked for.
    """

    pattern: re.Pattern[str]
    why: str
    why_en: str
    lead: int | None = None
    sign: re.Pattern[str] | None = None
    repair: Callable[[re.Match[str]], str | None] = _no_repair
    severity: Severity = Severity.CHECK

    def places(self, evidence: Evidence) -> Iterator[re.Match[str]]:
        """Where the pattern stands in the text."""
        if self.sign and not self.sign.search(evidence.text):
            return iter(())
        if self.lead is not None:
            return evidence.at_numbers(self.pattern, self.lead)
        return self.pattern.finditer(evidence.text)


def _in_brackets(found: re.Match[str]) -> str:
    return f"〔{found['year']}〕{found['number']}号"


def _with_one_point(found: re.Match[str]) -> str:
    return re.sub(r"[.．]{2,}", ".", found.group())


def _letters_read(found: re.Match[str]) -> str:
    return found.group().translate(str.maketrans("OoIl|", "00111"))


def _without_comma(found: re.Match[str]) -> str | None:
    head, tail = found["head"], found["tail"]
    return f"{head}{tail}" if len(tail) == 3 and not head.startswith("0") else None


RULES: tuple[Damage, ...] = (
    Damage(
        pattern=re.compile(rf"{_OPEN}(?P<year>20\d\d)(?P<number>\d{{1,4}})号"),
        why="文号丢了后半个括号，年份和编号连在了一起",
        why_en="a document number lost its closing bracket",
        repair=_in_brackets,
    ),
    Damage(
        pattern=re.compile(rf"(?<=[{HAN}])(?P<year>20\d\d){_CLOSE}(?P<number>\d{{1,4}})号"),
        why="文号丢了前半个括号",
        why_en="a document number lost its opening bracket",
        lead=0,
        repair=_in_brackets,
    ),
    Damage(
        pattern=re.compile(rf"(?<=[{_ISSUES}])(?P<year>20\d\d)(?P<number>\d{{1,3}})号"),
        why="文号丢了括号，年份和编号连在了一起",
        why_en="a document number lost its brackets",
        lead=0,
        repair=_in_brackets,
    ),
    # （开委法20239）: in brackets after the title that it belongs to,
    # without its own bracket and 号.
    Damage(
        pattern=re.compile(rf"(?<=[{_ISSUES}])(?P<year>20\d\d)(?P<number>\d{{1,3}})(?=[）)])"),
        why="文号丢了括号和“号”，年份和编号连在了一起",
        why_en="a document number lost its brackets and 号",
        lead=0,
        repair=_in_brackets,
    ),
    Damage(
        pattern=re.compile(r"〔(?:20\d\d〕号|20\d\d号|\d{1,3}〕\d{1,4}号|20\d{3,6}〕\d{1,4}号)"),
        why="文号里的年份或编号不完整",
        why_en="the year or the number of a document number is incomplete",
    ),
    # Not 2024.1.3次: a date may run into what follows it.
    Damage(
        pattern=re.compile(
            rf"(?<![\d.])(?!(?:19|20)\d\d\.)\d{{1,6}}\.\d{{1,6}}\.\d{{1,6}}(?=余?多?{_UNIT}|%|％)"
        ),
        why="一个数字里有两个小数点",
        why_en="a number with two decimal points",
        lead=0,
    ),
    Damage(
        pattern=re.compile(rf"(?<![\d.．])\d{{1,6}}[.．]{{2,3}}\d{{1,6}}(?=[%％{HAN}])"),
        why="小数点重复了",
        why_en="a doubled decimal point",
        lead=0,
        repair=_with_one_point,
    ),
    Damage(
        pattern=re.compile(rf"(?<![\d.])\d{{1,6}}[ ]{{0,2}}[.．][ ]{{0,2}}(?=[%％]|{_UNIT})"),
        why="小数点后面的数字丢了",
        why_en="the decimals are lost",
        lead=0,
    ),
    # A thousands separator has three digits behind it; 分别为3，14件 is a list and is left alone.
    Damage(
        pattern=re.compile(
            rf"(?<![\d{COMMAS}.{COLONS}])(?P<head>\d{{1,3}})，(?P<tail>[1-9]\d{{0,2}}|0\d\d)(?=余?多?{_UNIT})"
        ),
        why="一个数字中间有逗号，像是少了字或者多了逗号",
        why_en="a comma inside a number",
        lead=0,
        repair=_without_comma,
    ),
    Damage(
        pattern=re.compile(rf"(?<![\d,，.])\d{{1,4}},(?:\d{{1,2}}|\d{{4,5}})(?=余?多?{_UNIT})"),
        why="数字的千位分隔符位置不对，可能少了或多了一位",
        why_en="a thousands separator at a wrong place",
        lead=0,
    ),
    # 3,0,00份: groups of other than three digits; 分别为3,14,20件 is a list.
    Damage(
        pattern=re.compile(
            rf"(?<![\d,，.])\d{{1,4}}(?!(?:,\d{{3}})+(?!\d))(?:,\d{{1,5}}){{1,2}}(?P<tail>,\d{{1,5}})(?=余?多?{_UNIT})"
        ),
        why="数字的千位分隔符位置不对，可能少了或多了一位",
        why_en="thousands separators at wrong places",
        lead=0,
    ),
    # 3□场次, 12?0人次, 9□.5%, □65件: a digit that could not be read.
    Damage(
        pattern=re.compile(
            r"(?<![\d.□■◻▢])(?:\d{1,6}[.．]?[□■◻▢?？]{1,3}[\d.．]{0,6}"
            r"|\d{1,3}[.．]?[*＊][\d.．]{0,4}(?=[%％])|[□■◻▢]{1,3}[\d.．]{0,6}\d)"
            rf"(?:[%％]|(?=余?多?{_UNIT}))"
        ),
        why="数字里有一位没有读出来",
        why_en="a digit of the number could not be read",
        sign=re.compile("[□■◻▢?？*＊]"),
    ),
    # Not 零 before a decimal point, and not the numbers of villages or roads (06号).
    Damage(
        pattern=re.compile(rf"(?<![\d.,，:：A-Za-z/第编-])0\d{{1,6}}(?=余?多?{_UNIT})"),
        why="数字以0开头，前面可能丢了数字",
        why_en="a count that begins with 0: digits before it may be lost",
        lead=0,
    ),
    Damage(
        pattern=re.compile(
            rf"(?<![A-Za-z\d.])(?:\d{{1,6}}[OoIl|]\d{{0,6}}|[OoIl|]\d{{1,6}})(?=余?多?{_UNIT}|%|％|年)"
        ),
        why="数字里混进了字母",
        why_en="a letter inside a number",
        sign=re.compile("[OoIl|]"),
        repair=_letters_read,
    ),
    # 合格率达%, 同比下降%: nothing but a number stands before the sign.
    Damage(
        pattern=re.compile(
            rf"(?:(?<=[{HAN}])[{HAN}])?[{HAN}]"
            r"(?<![〇零一二三四五六七八九十百千万亿两几点半分])[ ]?[%％]"
        ),
        why="百分号前面的数字丢了",
        why_en="the number before the per cent sign is lost",
        sign=re.compile(r"[%％](?<!\d.)(?<!\d .)"),
    ),
    # 排查矛盾纠纷件， 发放宣传资料余份，: a unit with no number,
    # at a clause's end (纠纷起因 is another word).
    Damage(
        pattern=re.compile(
            "|".join(f"{word}{units}" for words, units in _UNCOUNTED for word in words).join(
                ("(?:", f")(?=[{_ENDS}、])")
            )
        ),
        why="量词前面的数字丢了",
        why_en="the number before the unit is lost",
    ),
    # 共开展次， 发放宣传单份。: a verb that counts and a unit at the clause's end. Not 次数.
    Damage(
        pattern=re.compile(
            rf"(?:{_COUNTING})(?:了)?(?:余?(?:次|场|起|份|户|万元|亿元|元)|余(?:件|名|人次|场次))(?=[{_ENDS}])"
        ),
        why="量词前面的数字丢了",
        why_en="the number before the unit is lost",
    ),
    Damage(
        pattern=re.compile(
            r"(?:罚款|罚没款|罚没金额|涉案金额|涉及金额|经济损失|补偿款|共计|合计|资金|经费)(?:约|近|达|为|人民币|共)?"
            rf"(?:万元|亿元|元)(?=[{_ENDS}、）)])"
        ),
        why="金额的数字丢了",
        why_en="an amount of money lost its number",
    ),
    Damage(
        pattern=re.compile(
            rf"余(?<=[动座训受众询查解议班料传达费金]余)(?:万?元|人次|场次|[场次份件起人条册])(?=[{_ENDS}、])"
        ),
        why="“余”前面的数字丢了",
        why_en="the number before 余 (and more) is lost",
    ),
    # 共排查矛盾纠纷46，: what is counted, its number, and the clause ends.
    # Not 热线12348, 得分95, 第3, 2024, 2.0.
    Damage(
        pattern=re.compile(
            rf"[{HAN}]{{2}}(?<![热专]线)(?<!电话|拨打|得分|评分|编号|排名|名列|位列|邮编|代码|平台|指数|版本|活动|附件|问题|试行|系列|国道|省道|县道|乡道|编码|标准|型号|桩号|车牌)"
            rf"(?<![第至到为和与及比分约占以版年月])(?!(?:19|20)\d\d|1[12][0-29]|12\d{{3}}|9\d{{4}}|0)\d{{1,5}}(?=[{_ENDS}])(?!,\d)"
        ),
        why="数字后面的量词丢了",
        why_en="the unit after the number is lost",
        lead=2,
        severity=Severity.NOTE,
    ),
    # 《行政处罚法》第 条: 第 with nothing to count.
    Damage(
        pattern=re.compile(
            r"第(?<!次第)[ \u3000]{0,3}(?:条(?![件理文例目])|款(?!项)|届|批(?![评示准]))"
        ),
        why="“第”后面的序号丢了",
        why_en="the ordinal after 第 is lost",
    ),
)

# 分别为3，14件; 第3，14条; 各: lists whose comma is meant.
_LISTS = re.compile(r"分别|各|第|其中|依次|条款|《")


_OF_NUMBERS = either(rule.pattern for rule in RULES if rule.lead == 0)


def audit_numbers(evidence: Evidence) -> Iterator[Finding]:
    """damaged_number, by each rule."""
    sound = not any(evidence.at_numbers(_OF_NUMBERS))
    for rule in RULES:
        if sound and rule.lead == 0:
            continue
        yield from islice(_apply_rule(evidence, rule), MOST_OF_ONE_KIND + 1)


def _apply_rule(evidence: Evidence, rule: Damage) -> Iterator[Finding]:
    for found in rule.places(evidence):
        if "tail" not in found.groupdict() or not _is_list(evidence.text, found.start()):
            yield _damaged_number(evidence, rule, found)


def _is_list(text: str, at: int) -> bool:
    return bool(_LISTS.search(text, max(0, at - 12), at))


def _damaged_number(evidence: Evidence, rule: Damage, found: re.Match[str]) -> Finding:
    repair = rule.repair(found)
    should = f"应该是“{repair}”，请核对。" if repair else "请对照原文补上。"
    return evidence.finding(
        FindingKind.DAMAGED_NUMBER,
        rule.severity,
        message=f"“{shorten_quote(found.group())}”：{rule.why}。{should}",
        message_en=f"{shorten_quote(found.group())}: {rule.why_en}."
        + (f" Probably {repair}." if repair else ""),
        places=[Span(found.start(), found.end())],
        suggestion=repair,
    )
