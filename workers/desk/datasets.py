"""What can be exported as the database has it: a table for each, its columns and its rows.

Types are those of the file; what the database has as a time or as JSON is text in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, Text, cast, column, func, select
from sqlalchemy.dialects.postgresql import JSONB

from schema.kinds import FindingState
from schema.tables import (
    Arrival,
    Decision,
    Document,
    Finding,
    Indicator,
    Issuer,
    Metric,
    Report,
    RosterEntry,
    Section,
)
from workers.desk.columns import METRICS, Exported

Query = Select[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One table that can be exported; `joined` says where its rows come from and their order."""

    name: str
    zh: str
    columns: tuple[Exported[Any], ...]
    joined: Callable[[Query], Query]

    def select(self) -> Query:
        return self.joined(select(*(one.expression for one in self.columns)))


def _of_report(query: Query) -> Query:
    """With the report's issuer and document; of finished documents alone."""
    return (
        query.join(Document, Document.id == Report.document_id)
        .outerjoin(Issuer, Issuer.id == Report.issuer_id)
        .where(Document.done_at.is_not(None))
    )


def _metrics(query: Query) -> Query:
    query = query.select_from(Metric).join(Report, Report.document_id == Metric.document_id)
    return (
        _of_report(query)
        .where(Metric.human_removed.is_not(True))
        .outerjoin(Indicator, Indicator.code == Metric.indicator)
        .outerjoin(
            Section,
            (Section.document_id == Metric.document_id) & (Section.ordinal == Metric.section),
        )
        .order_by(Issuer.name, Report.year, Metric.document_id, Metric.ordinal)
    )


# One repair: [raw_start, raw_end, before, after, kind, rule].
_EDIT = (
    func.jsonb_array_elements(Report.edits)
    .table_valued(column("value", JSONB), with_ordinality="ordinal", joins_implicitly=True)
    .render_derived()
)


def _edits(query: Query) -> Query:
    return _of_report(query.select_from(Report)).order_by(Report.document_id, _EDIT.c.ordinal)


def _reports(query: Query) -> Query:
    return _of_report(query.select_from(Report)).order_by(Report.document_id)


def _findings(query: Query) -> Query:
    return (
        query.select_from(Finding)
        .outerjoin(Report, Report.document_id == Finding.document_id)
        .outerjoin(Document, Document.id == Finding.document_id)
        .outerjoin(Issuer, Issuer.id == func.coalesce(Finding.issuer_id, Report.issuer_id))
        .where(Finding.present)
        .order_by(Finding.priority.desc(), Finding.id)
    )


def _decisions(query: Query) -> Query:
    return (
        query.select_from(Decision)
        .join(Finding, Finding.id == Decision.finding_id)
        .outerjoin(Report, Report.document_id == Finding.document_id)
        .outerjoin(Document, Document.id == Finding.document_id)
        .outerjoin(Issuer, Issuer.id == func.coalesce(Finding.issuer_id, Report.issuer_id))
        .order_by(Decision.id)
    )


_COUNTED = (
    select(
        Report.issuer_id,
        func.count().label("reports"),
        func.min(Report.year).label("first"),
        func.max(Report.year).label("last"),
    )
    .join(Document, Document.id == Report.document_id)
    .where(Document.done_at.is_not(None))
    .group_by(Report.issuer_id)
    .subquery()
)


def _issuers(query: Query) -> Query:
    return (
        query.select_from(Issuer)
        .outerjoin(RosterEntry, RosterEntry.issuer_id == Issuer.id)
        .outerjoin(_COUNTED, _COUNTED.c.issuer_id == Issuer.id)
        .order_by(Issuer.id)
    )


def _count(of: Any, *which: Any) -> Any:
    return select(func.count()).where(of == Report.document_id, *which).scalar_subquery()


_ISSUER = Exported("issuer", str, Issuer.name, "单位", "who reports")
_PLACE = (
    Exported("county", str, Issuer.county, "县区", "the county of the issuer"),
    Exported("province", str, Issuer.province, "省份", "the province of the issuer"),
)
_ISSUER_ID = Exported("issuer_id", int, Issuer.id, "单位编号", "number of the issuer")
_YEAR = Exported("year", int, Report.year, "年度", "the year reported on")
_ANY_YEAR = Exported(
    "year", int, func.coalesce(Finding.year, Report.year), "年度", "the year reported on"
)
_FILE = (
    Exported("file", str, Report.name, "文件", "name under which the report was dropped"),
    Exported("sha256", str, Document.sha256, "文件指纹", "SHA-256 of the file"),
)
_DOCUMENT = Exported("document", int, Report.document_id, "报告编号", "number of the document")
_FOUND_IN = Exported("document", int, Finding.document_id, "报告编号", "number of the document")


def _edit(place: int) -> Any:
    return _EDIT.c.value[place].astext


METRICS_TABLE = Dataset(name="metrics", zh="数字", columns=METRICS, joined=_metrics)
REPORTS = Dataset(
    name="reports",
    zh="报告",
    joined=_reports,
    columns=(
        _DOCUMENT,
        _ISSUER,
        Exported("township", str, Report.township, "乡镇", "the township or street of the issuer"),
        Exported("county", str, Report.county, "县区", "the county of the issuer"),
        Exported("province", str, Report.province, "省份", "the province of the issuer"),
        Exported("code", str, Report.code, "区划代码", "statistical code of the place"),
        _YEAR,
        Exported("published", str, cast(Report.published, Text), "发布日期", "day of publication"),
        Exported("title", str, Report.title, "标题", "title of the report"),
        Exported("media_type", str, Report.media_type, "格式", "media type of the file"),
        Exported("size", int, Document.size, "大小", "bytes of the file"),
        Exported("pages", int, func.cardinality(Report.page_starts), "页数", "pages of the file"),
        Exported("characters", int, func.length(Report.raw_text), "字数", "of the raw text"),
        Exported("figures", int, _count(Metric.document_id), "数字数", "figures that it states"),
        Exported(
            "open_findings",
            int,
            _count(Finding.document_id, Finding.present, Finding.state != FindingState.SETTLED),
            "待核查数",
            "findings that wait for a person",
        ),
        Exported(
            "arrived_at",
            str,
            select(cast(func.min(Arrival.arrived_at), Text))
            .where(Arrival.document_id == Report.document_id)
            .scalar_subquery(),
            "收到时间",
            "when it was dropped first",
        ),
        Exported("done_at", str, cast(Document.done_at, Text), "完成时间", "when it was read"),
        Exported("rules_version", str, Report.rules_version, "规则版本", "that read it"),
        *_FILE,
        _ISSUER_ID,
    ),
)
FINDINGS = Dataset(
    name="findings",
    zh="核查项",
    joined=_findings,
    columns=(
        Exported("finding", int, Finding.id, "核查项编号", "number of the finding"),
        _FOUND_IN,
        _ISSUER,
        *_PLACE,
        _ANY_YEAR,
        Exported("kind", str, cast(Finding.kind, Text), "种类", "the kind"),
        Exported("severity", str, cast(Finding.severity, Text), "程度", "note, check or wrong"),
        Exported("message", str, Finding.message, "说明", "what a person should look at"),
        Exported("message_en", str, Finding.message_en, "英文说明", "the same in English"),
        Exported("evidence", str, Finding.evidence, "依据文字", "the text that it is based on"),
        Exported("suggestion", str, Finding.suggestion, "建议", "what can be accepted"),
        Exported("state", str, cast(Finding.state, Text), "状态", "open, claimed or settled"),
        Exported("verdict", str, cast(Finding.verdict, Text), "结论", "what it was settled by"),
        Exported("across", bool, Finding.across, "跨报告", "whether it compares reports"),
        Exported("priority", int, Finding.priority, "优先级", "what comes first in the queue"),
        Exported(
            "raw_start",
            int,
            cast(Finding.spans[0][0].astext, Integer),
            "原文起",
            "first character of its first place in the raw text",
        ),
        Exported(
            "raw_end",
            int,
            cast(Finding.spans[0][1].astext, Integer),
            "原文止",
            "the character after the last",
        ),
        Exported("found_at", str, cast(Finding.created_at, Text), "发现时间", "when"),
        *_FILE,
        _ISSUER_ID,
    ),
)
DECISIONS = Dataset(
    name="decisions",
    zh="核查决定",
    joined=_decisions,
    columns=(
        Exported("decision", int, Decision.id, "决定编号", "number of the decision"),
        Exported("finding", int, Decision.finding_id, "核查项编号", "number of the finding"),
        _FOUND_IN,
        _ISSUER,
        *_PLACE,
        _ANY_YEAR,
        Exported("kind", str, cast(Finding.kind, Text), "种类", "the kind of the finding"),
        Exported(
            "action", str, cast(Decision.action, Text), "动作", "accept, correct, dismiss or undo"
        ),
        Exported("who", str, Decision.who, "决定人", "name of the account"),
        Exported("decided_at", str, cast(Decision.decided_at, Text), "决定时间", "when"),
        Exported("note", str, Decision.note, "备注", "what the person wrote"),
        Exported("before", str, cast(Decision.before, Text), "之前", "what stood before, as JSON"),
        Exported("after", str, cast(Decision.after, Text), "之后", "what stands since, as JSON"),
        Exported("evidence", str, Decision.evidence, "当时依据", "the finding's, when decided"),
        Exported(
            "repeated",
            bool,
            Decision.carried_from.is_not(None),
            "沿用",
            "whether it repeats an older one of the same finding",
        ),
        *_FILE,
        _ISSUER_ID,
    ),
)
EDITS = Dataset(
    name="edits",
    zh="清洗记录",
    joined=_edits,
    columns=(
        _DOCUMENT,
        _ISSUER,
        _YEAR,
        Exported("raw_start", int, cast(_edit(0), Integer), "原文起", "first character"),
        Exported("raw_end", int, cast(_edit(1), Integer), "原文止", "the character after the last"),
        Exported("before", str, _edit(2), "原为", "what stood there"),
        Exported("after", str, _edit(3), "改为", "what stands there now"),
        Exported("kind", str, _edit(4), "种类", "furniture, markup, ocr, loss or style"),
        Exported("rule", str, _edit(5), "规则", "the rule that did it"),
        *_FILE,
        _ISSUER_ID,
    ),
)
ISSUERS = Dataset(
    name="issuers",
    zh="单位",
    joined=_issuers,
    columns=(
        _ISSUER_ID,
        _ISSUER,
        *_PLACE,
        Exported("folder", str, Issuer.folder, "文件夹", "where nobody knows the county"),
        Exported("level", str, cast(RosterEntry.level, Text), "级别", "as the roster has it"),
        Exported(
            "on_roster", bool, RosterEntry.issuer_id.is_not(None), "在册", "must report each year"
        ),
        Exported("reports", int, func.coalesce(_COUNTED.c.reports, 0), "报告数", "that it sent"),
        Exported("first_year", int, _COUNTED.c.first, "最早年度", "of its reports"),
        Exported("last_year", int, _COUNTED.c.last, "最近年度", "of its reports"),
    ),
)
DATASETS = {one.name: one for one in (METRICS_TABLE, REPORTS, FINDINGS, DECISIONS, EDITS, ISSUERS)}
