"""The columns of the exports, a row for each: the header and the value of a column stand
together and cannot part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Float, Text, bindparam, func

from schema.tables import Document, Indicator, Issuer, Metric, Report, Section
from workers.desk.links import link_to, links
from workers.desk.numbers.coverage import MissingReport
from workers.desk.numbers.panel import PanelRow
from workers.desk.writing import Column
from workers.report.cell_rules import CellRule
from workers.report.extraction.confidence import unsure_below

Expression = TypeVar("Expression")


@dataclass(frozen=True, slots=True)
class Exported(Generic[Expression]):
    """The name that scripts know, what the cells are, where they come from;
    the heading on a Chinese page, the meaning.

    `spoken` begins the keys of a person's words for the cells,
    where these are words of the program.
    """

    name: str
    type: type
    expression: Expression
    zh: str
    meaning: str
    spoken: str = ""

    def column(self, *, is_chinese: bool = False) -> Column:
        """The column as it is written, headed for a script or for a Chinese page."""
        heading, other = (self.zh, self.name) if is_chinese else (self.name, self.zh)
        return Column(heading, self.type, f"{other}: {self.meaning}")


# Every figure: what the database selects.
METRICS: tuple[Exported[Any], ...] = (
    Exported("issuer", str, Issuer.name, "填报单位", "who reports"),
    Exported("township", str, Report.township, "乡镇", "the township or street of the issuer"),
    Exported("county", str, Report.county, "县区", "the county of the issuer"),
    Exported("province", str, Report.province, "省份", "the province of the issuer"),
    Exported("code", str, Report.code, "区划代码", "statistical code of the place, 6 or 9 digits"),
    Exported("year", int, Report.year, "年度", "the year reported on"),
    Exported(
        "indicator", str, Metric.indicator, "指标代码", "code of the catalogue; empty for none"
    ),
    Exported("indicator_zh", str, Indicator.zh, "指标", "name of the indicator"),
    Exported("value", float, Metric.value, "数值", "as the machine read it"),
    Exported("unit", str, Metric.unit, "计量单位", "as the machine read it"),
    Exported("bound", str, Metric.bound, "确数或约数", "exact, at_least, at_most or about"),
    Exported("status", str, Metric.status, "状态", "done, planned or earlier (of a year before)"),
    Exported("quote", str, Metric.quote, "原文", "the figure as the report states it"),
    Exported("subject", str, Metric.subject, "主体", "whose figure; empty for the issuer's own"),
    Exported("period", str, Metric.period, "时段", "over what time; empty for the year"),
    Exported("per", str, Metric.per, "每", "for each of what (每村2场: 村)"),
    Exported("section", str, Section.title, "章节", "heading over the figure"),
    Exported("human_value", float, Metric.human_value, "更正数值", "what a person put right"),
    Exported("human_unit", str, Metric.human_unit, "更正单位", "what a person put right"),
    Exported("human_indicator", str, Metric.human_indicator, "更正指标", "what a person put right"),
    Exported("human_bound", str, Metric.human_bound, "更正确约", "what a person put right"),
    Exported("human_high", float, Metric.human_high, "更正上限", "the upper end of a range"),
    Exported("human_status", str, Metric.human_status, "更正状态", "what a person put right"),
    Exported("human_subject", str, Metric.human_subject, "更正主体", "what a person put right"),
    Exported("human_period", str, Metric.human_period, "更正时段", "what a person put right"),
    Exported("added", bool, Metric.added, "人工标出", "whether a person marked it in the text"),
    Exported("confidence", float, Metric.confidence, "把握", "how sure the machine is, 0 to 1"),
    Exported("raw_start", int, Metric.raw_start, "原文起", "first character in the raw text"),
    Exported("raw_end", int, Metric.raw_end, "原文止", "the character after the last"),
    Exported("page", int, Metric.page, "页", "page of the file, from 1"),
    Exported("title", str, Report.title, "标题", "title of the report"),
    Exported("file", str, Report.name, "文件", "name under which the report was dropped"),
    Exported("sha256", str, Document.sha256, "文件指纹", "SHA-256 of the file"),
    Exported(
        "unsure",
        bool,
        Metric.confidence < bindparam("unsure_below", callable_=unsure_below, type_=Float),
        "把握不大",
        "whether it is unsure what the figure is about",
    ),
    Exported(
        "county_known_by",
        str,
        Report.known_by,
        "县区依据",
        "what says the county: text, file, folder (their names), neighbours, person",
    ),
    Exported(
        "link",
        str,
        func.concat(
            bindparam("links", callable_=links, type_=Text),
            func.left(Document.sha256, 16),
            "/",
            Metric.raw_start,
            "-",
            Metric.raw_end,
        ),
        "链接",
        "opens its characters",
    ),
)

# The panel: what is taken of a figure.
PANEL: tuple[Exported[Callable[[PanelRow], object]], ...] = (
    Exported("issuer", str, lambda one: one.issuer, "填报单位", "who reports"),
    Exported("county", str, lambda one: one.county, "县区", "the county of the issuer"),
    Exported("province", str, lambda one: one.province, "省份", "the province of the issuer"),
    Exported("year", int, lambda one: one.year, "年度", "the year reported on"),
    Exported("indicator", str, lambda one: one.indicator, "指标代码", "code of the catalogue"),
    Exported("indicator_zh", str, lambda one: one.zh, "指标", "name of the indicator"),
    Exported("value", float, lambda one: one.value, "数值", "empty where it is unclear; see why"),
    Exported("unit", str, lambda one: one.unit, "计量单位", "a person's before the machine's"),
    Exported(
        "bound",
        str,
        lambda one: one.bound,
        "确数或约数",
        "exact, at_least, at_most or about",
        spoken="bound.",
    ),
    Exported(
        "corrected",
        bool,
        lambda one: one.corrected,
        "人工更正",
        "whether a person put it right",
        spoken="column.is_",
    ),
    Exported(
        "stated",
        int,
        lambda one: one.stated,
        "报告中处数",
        "how many figures of the report are about the indicator",
    ),
    Exported("quote", str, lambda one: one.quote, "原文", "the figure as the report states it"),
    Exported("document", int, lambda one: one.document, "报告编号", "number of the document"),
    Exported(
        "figure", str, lambda one: one.figure, "数字编号", "key of the figure in the document"
    ),
    Exported("high", float, lambda one: one.high, "数值上限", "the upper end of a range"),
    Exported(
        "rule",
        str,
        lambda one: one.rule,
        "取数规则",
        "once, restated, whole, summed (the sum is ours), unclear, or person",
        spoken="rule.",
    ),
    Exported(
        "why",
        str,
        lambda one: one.why,
        "为空原因",
        "why there is no value",
        spoken="why.",
    ),
    Exported(
        "terms",
        str,
        lambda one: (
            " + ".join(term.quote for term in one.terms)
            if one.rule == CellRule.SUMMED
            else "；".join(term.quote for term in one.terms)
        ),
        "构成",
        "the figures that it is made of, or among which a person chooses",
    ),
    Exported(
        "unsure",
        bool,
        lambda one: one.unsure,
        "把握不大",
        "whether it is unsure what one of its figures is about",
        spoken="column.is_",
    ),
    Exported("folder", str, lambda one: one.folder, "文件夹", "where nobody knows the county"),
    Exported(
        "link", str, lambda one: link_to(one.sha256, one.figure), "链接", "opens its characters"
    ),
    Exported("issuer_id", int, lambda one: one.issuer_id, "单位编号", "number of the issuer"),
)

# The overdue reports: what is taken of one.
MISSING: tuple[Exported[Callable[[MissingReport], object]], ...] = (
    Exported("issuer", str, lambda one: one.issuer, "填报单位", "who should have reported"),
    Exported("county", str, lambda one: one.county, "县区", "the county of the issuer"),
    Exported("province", str, lambda one: one.province, "省份", "the province of the issuer"),
    Exported("year", int, lambda one: one.year, "年度", "the year to report on"),
    Exported("due", str, lambda one: one.due, "期限", "the day by which it was due"),
    Exported(
        "expected_by",
        str,
        lambda one: one.expected_by,
        "应交依据",
        "the roster, or the report of the year before",
        spoken="numbers.expected_",
    ),
)
