"""What reading anew changed, newest first: for a page, a list of a command, a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy import ColumnElement, Row, Select, or_, select

from schema.kinds import ChangeOf
from schema.tables import Issuer, Report
from schema.upkeep import Change
from workers.desk.columns import Exported
from workers.desk.writing import Format, write_rows
from workers.ledger import Ledger
from workers.report.catalogue import indicators

Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One change, with the report that it is in. `before` and `after` are what the machine read:
    of a figure its value, unit, indicator and more, of a finding its severity and message, of a
    field of the report its value; null where there was nothing.
    """

    id: int
    changed_at: datetime
    document: int
    file: str
    issuer: str | None
    year: int | None
    of: ChangeOf
    subject: str
    raw_start: int | None
    raw_end: int | None
    before: Told | None
    after: Told | None
    rules_before: str
    rules_after: str

    @property
    def indicator(self) -> str | None:
        """What the figure is about now, or was where it is gone."""
        return (self.after or self.before or {}).get("indicator")

    @property
    def why(self) -> str:
        """By which entry or rule the figure has its indicator."""
        return str((self.after or self.before or {}).get("why") or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFilter:
    """Which changes: since a moment, of a kind, of a document, of an indicator."""

    since: datetime | None = None
    until: datetime | None = None
    of: ChangeOf | None = None
    document: int | None = None
    indicator: str | None = None


def list_changes(
    ledger: Ledger, chosen: ChangeFilter, *, before: int | None = None, limit: int = 50
) -> list[ChangeLine]:
    """The newest first; `before` a line's id gives the page after it."""
    query = _select_changes(chosen).order_by(Change.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Change.id < before)
    with ledger.transaction() as session:
        return [_line(row) for row in session.execute(query)]


def stream_changes(ledger: Ledger, chosen: ChangeFilter) -> Iterator[ChangeLine]:
    """All of them, the oldest first, a thousand at a time."""
    query = _select_changes(chosen).order_by(Change.id).execution_options(yield_per=1000)
    with ledger.reading() as session:
        yield from map(_line, session.execute(query))


def write_changes(
    out: BinaryIO, file_format: Format, found: Iterable[ChangeLine], *, is_chinese: bool = False
) -> int:
    """The changes as a file, one a row; how many."""
    columns = [one.column(is_chinese=is_chinese) for one in CHANGES]
    rows = ([one.expression(line) for one in CHANGES] for line in found)
    return write_rows(out, file_format, columns, rows)


def tell(of: ChangeOf, told: Told | None) -> str:
    """What was read, in a few words.

    >>> tell(ChangeOf.FIGURE, {"value": 40.0, "unit": "件", "indicator": "x.y", "status": "done"})
    '40件 x.y'
    >>> tell(ChangeOf.REPORT, {"value": 2024}), tell(ChangeOf.FIGURE, None)
    ('2024', '')
    """
    if told is None:
        return ""
    if of is ChangeOf.FIGURE:
        more = [told.get("bound"), told.get("status"), *map(told.get, ("subject", "period", "per"))]
        odd = [str(one) for one in more if one and one not in {"exact", "done"}]
        about = told.get("indicator") or "—"
        return " ".join([f"{told['value']:.12g}{told['unit']}", about, *odd])
    if of is ChangeOf.FINDING:
        return f"{told['severity']}: {told['message']}"
    return str(next(one for one in told.values()) or "")


def _select_changes(chosen: ChangeFilter) -> Select[*tuple[Any, ...]]:
    limits: list[ColumnElement[bool]] = []
    if chosen.since:
        limits.append(Change.changed_at >= chosen.since)
    if chosen.until:
        limits.append(Change.changed_at < chosen.until)
    if chosen.of:
        limits.append(Change.of == chosen.of)
    if chosen.document:
        limits.append(Change.document_id == chosen.document)
    if chosen.indicator:
        sides = (Change.before, Change.after)
        limits.append(or_(*(one["indicator"].as_string() == chosen.indicator for one in sides)))
    return (
        select(Change, Report.name, Issuer.name, Report.year)
        .outerjoin(Report, Report.document_id == Change.document_id)
        .outerjoin(Issuer, Issuer.id == Report.issuer_id)
        .where(*limits)
    )


def _line(row: Row[*tuple[Any, ...]]) -> ChangeLine:
    change, file, issuer, year = row
    same = ("id", "changed_at", "of", "subject", "raw_start", "raw_end", "before", "after")
    return ChangeLine(
        **{name: getattr(change, name) for name in same},
        rules_before=change.rules_before,
        rules_after=change.rules_after,
        document=change.document_id,
        file=file or "",
        issuer=issuer,
        year=year,
    )


def _zh(code: str | None) -> str | None:
    known = indicators().get(code or "")
    return known.zh if known else None


def _side(side: str, name: str) -> Callable[[ChangeLine], Any]:
    return lambda line: (
        (getattr(line, side) or {}).get(name) if line.of is ChangeOf.FIGURE else None
    )


CHANGES: tuple[Exported[Callable[[ChangeLine], object]], ...] = (
    Exported(
        "changed_at",
        str,
        lambda one: one.changed_at.isoformat(timespec="seconds"),
        "时间",
        "when the report was read anew",
    ),
    Exported("document", int, lambda one: one.document, "报告编号", "number of the document"),
    Exported("file", str, lambda one: one.file, "文件", "name under which it was dropped"),
    Exported("issuer", str, lambda one: one.issuer, "单位", "who reports"),
    Exported("year", int, lambda one: one.year, "年度", "the year reported on"),
    Exported("of", str, lambda one: one.of.value, "类别", "report, figure or finding"),
    Exported(
        "subject",
        str,
        lambda one: one.subject,
        "对象",
        "the quotation of a figure, the kind of a finding, the field of a report",
    ),
    Exported("indicator", str, lambda one: one.indicator, "指标代码", "now, or what it was"),
    Exported("indicator_zh", str, lambda one: _zh(one.indicator), "指标", "name of the indicator"),
    Exported("indicator_before", str, _side("before", "indicator"), "原指标", "code; figures only"),
    Exported("value_before", float, _side("before", "value"), "原数值", "figures only"),
    Exported("unit_before", str, _side("before", "unit"), "原单位", "figures only"),
    Exported("indicator_after", str, _side("after", "indicator"), "新指标", "code; figures only"),
    Exported("value_after", float, _side("after", "value"), "新数值", "figures only"),
    Exported("unit_after", str, _side("after", "unit"), "新单位", "figures only"),
    Exported("before", str, lambda one: tell(one.of, one.before), "原读数", "in a few words"),
    Exported("after", str, lambda one: tell(one.of, one.after), "新读数", "in a few words"),
    Exported("why", str, lambda one: one.why, "依据", "what names the figure's indicator"),
    Exported("rules_before", str, lambda one: one.rules_before, "原规则", "version of the rules"),
    Exported("rules_after", str, lambda one: one.rules_after, "新规则", "version of the rules"),
    Exported("raw_start", int, lambda one: one.raw_start, "原文起", "first character, raw text"),
    Exported("raw_end", int, lambda one: one.raw_end, "原文止", "the character after the last"),
)
