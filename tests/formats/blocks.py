"""A report as its blocks: paragraphs, items of lists without their numbers, rows of tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from workers.report.reading.numbering import format_number, put_label

# The levels of the lists: how an item of each is numbered, and how its number counts.
FORMS = (("chineseCounting", "{}、"), ("chineseCounting", "（{}）"), ("decimal", "{}."))
_LABELS = (
    re.compile(r"([一二三四五六七八九十]{1,3})、"),
    re.compile(r"（([一二三四五六七八九十]{1,3})）"),
    re.compile(r"(\d{1,2})[.．]\s?(?!\d)"),
)

REPORT = """松溪镇人民政府2024年法治政府建设年度报告

2024年，松溪镇坚持以习近平法治思想为指导，在县委、县政府的领导下，扎实推进法治政府建设。现将有关情况报告如下：

一、主要举措和成效
（一）加强组织领导，压实法治责任
全年召开党委会研究法治工作12次，组织集中学法8次，参加干部624人次。
1. 46件重点任务全部办结，办结率100%。
2. 主要负责人带头述法，接受评议3次，满意率97.7％。
（二）规范行政执法，提升执法水平
办理行政处罚案件146件，罚款3.58万元；行政许可1,024件，提前办结率82.5%。
项目	2023年	2024年	增减
行政处罚（件）	120	146	26
行政许可（件）	980	1,024	44
行政复议（件）	3	2	-1
（三）化解矛盾纠纷，维护社会稳定
受理调解申请288件，成功调解281件，涉及金额1,260.5万元。①排查隐患57处，②整改55处。
二、存在的问题和不足
（一）执法力量不足
全镇持证执法人员18人，其中法律专业毕业的只有5人。
（二）普法形式单一
开展宣传活动26场次，发放资料1.2万余份，群众知晓率有待提高。
三、下一步工作打算
1. 2025年新增持证人员4名以上。
2. 十个村（社区）实现法律顾问全覆盖。

注：本报告数据统计截至2024年12月31日。

松溪镇人民政府
2025年1月15日
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A line of the report: `depth` that of its list, None outside of any; `cells` of a row."""

    text: str
    depth: int | None = None
    label: str = ""
    cells: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The line as a reader sees it."""
        return put_label(self.label, self.text) if self.label else self.text


def blocks_of(text: str) -> list[Block]:
    """The blocks of a text, those without text left out.

    A number becomes that of a list where the list would have come to it by itself.

    >>> [(block.depth, block.text) for block in blocks_of("一、概况\\n46件\\n三、打算")]
    [(0, '概况'), (None, '46件'), (None, '三、打算')]
    """
    return list(_blocks(text))


def _blocks(text: str) -> Iterator[Block]:
    counts = [0] * len(FORMS)
    for line in filter(None, map(str.strip, text.splitlines())):
        if "\t" in line:
            yield Block(text=line, cells=tuple(line.split("\t")))
            continue
        depth = _depth_of(line, counts)
        if depth is None:
            yield Block(text=line)
            continue
        counts[depth] += 1
        counts[depth + 1 :] = [0] * (len(FORMS) - depth - 1)
        written = _LABELS[depth].match(line)
        assert written is not None
        yield Block(text=line[written.end() :].strip(), depth=depth, label=label_of(depth, counts))


def label_of(depth: int, counts: list[int]) -> str:
    form, pattern = FORMS[depth]
    return pattern.format(format_number(counts[depth], form))


def _depth_of(line: str, counts: list[int]) -> int | None:
    for depth, label in enumerate(_LABELS):
        found = label.match(line)
        if found and found[1] == format_number(counts[depth] + 1, FORMS[depth][0]):
            return depth
    return None
