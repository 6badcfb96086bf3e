"""Generated reports, written and stored in the product's tables as the
stages would have left them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bench.across_reports import Made
from bench.across_words import with_numbers
from schema.kinds import DocumentState
from schema.tables import Arrival, Cell, Document, Metric, Report
from workers.report.catalogue import indicators
from workers.report.cell_rules import CellRule
from workers.report.comparison.changes import write_figure
from workers.report.model import Bound, Cleaned, Header, KnownBy, Place, Segmented, Source, Status
from workers.report.text import Traced
from workers.results.issuers import find_issuer
from workers.results.understood import Understood

_NUMBERS = "一二三四五六七八九十"
_EACH = 7  # sentences under a heading


class Stated(NamedTuple):
    """A figure where it stands in the text."""

    start: int
    end: int
    quote: str
    indicator: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Saved:
    """A report in the tables, and what its fingerprint is made of."""

    document_id: int
    report: Understood


def save_reports(session: Session, reports: Sequence[Made]) -> list[Saved]:
    """Documents, arrivals, reports and metrics as finished stages leave them;
    in bulk, for there are thousands.
    """
    now = datetime.now(UTC)
    written_out = [write_report(made) for made in reports]
    documents = [
        {"sha256": sha256(text.encode()).hexdigest(), "size": len(text.encode()),
         "state": DocumentState.DONE,
         "rules_version": "bench", "done_at": now}
        for text, _, _ in written_out
    ]  # fmt: skip
    added = insert(Document).returning(Document.id, sort_by_parameter_order=True)
    ids = list(session.scalars(added, documents))
    arrival = {"name": "报告.txt", "folder": "", "size": 1, "modified_at": now}
    session.execute(
        insert(Arrival), [arrival | {"document_id": one, "claim": uuid4()} for one in ids]
    )
    rows, figures = [], []
    for document_id, (text, segmented, metrics) in zip(ids, written_out, strict=True):
        rows.append(_report(session, document_id, text, segmented.header))
        figures += [_metric_row(document_id, at, metric) for at, metric in enumerate(metrics)]
    session.execute(insert(Report), rows)
    added_figures = insert(Metric).returning(Metric.id, sort_by_parameter_order=True)
    numbers = session.scalars(added_figures, figures) if figures else ()
    cells = [_cell_row(number, figure) for number, figure in zip(numbers, figures, strict=True)]
    if cells:
        session.execute(insert(Cell), cells)
    return [
        Saved(document_id, _understood(text, segmented))
        for document_id, (text, segmented, _) in zip(ids, written_out, strict=True)
    ]


def _understood(text: str, segmented: Segmented) -> Understood:
    source = Source(
        name="报告.txt", sha256="", media_type="text/plain", encoding=None, raw_text=text
    )
    return Understood(source=source, cleaned=Cleaned(traced=Traced(text)), segmented=segmented)


def _report(session: Session, document_id: int, text: str, header: Header) -> dict[str, Any]:
    place = header.place
    return {
        "document_id": document_id,
        "rules_version": "bench",
        "name": "报告.txt",
        "media_type": "text/plain",
        "page_starts": [0],
        "raw_text": text,
        "text": text,
        "edits": [],
        "facts": {},
        "title": header.title,
        "issuer_id": find_issuer(session, header.issuer or "", place.county, place.province),
        "township": place.township,
        "county": place.county,
        "province": place.province,
        "known_by": place.known_by,
        "year": header.year,
        "published": header.published,
    }


def _metric_row(document_id: int, ordinal: int, metric: Stated) -> dict[str, Any]:
    return {
        "document_id": document_id,
        "key": f"{metric.start}-{metric.end}",
        "ordinal": ordinal,
        "indicator": metric.indicator,
        "value": metric.value,
        "unit": metric.unit,
        "bound": Bound.EXACT,
        "status": Status.DONE,
        "quote": metric.quote,
        "start": metric.start,
        "end": metric.end,
        "raw_start": metric.start,
        "raw_end": metric.end,
        "page": 1,
        "confidence": 1.0,
        "why": "bench",
    }


def _cell_row(number: int, figure: dict[str, Any]) -> dict[str, Any]:
    """A cell of one figure: a generated report states each indicator once."""
    same = {name: figure[name] for name in ("document_id", "indicator", "value", "unit", "bound")}
    term = {name: figure[name] for name in ("quote", "value", "unit", "bound")}
    terms = [term | {"figures": [figure["key"]], "high": None}]
    made = {"rule": CellRule.ONCE, "terms": terms, "omitted": [], "corrected": False}
    return same | made | {"metric_id": number}


def write_report(made: Made) -> tuple[str, Segmented, list[Stated]]:
    """The text with its header, headings and figures; a second version has the same words."""
    body = made.body
    rng = random.Random(f"{body.county}{body.name}{made.year}")  # noqa: S311 (not a secret)
    title = f"{body.name}{made.year}年度法治政府建设情况报告"
    text, stated, figures = title, [], list(made.figures.items())
    for at, sentence in enumerate(made.sentences):
        if at % _EACH == 0:
            number = _NUMBERS[at // _EACH]
            text += f"\n{number}、{body.style.parts['v'][at]}{body.style.parts['n'][at]}\n"
        text += with_numbers(sentence.replace("本镇", body.town or body.county), rng)
        if at < len(figures):
            code, value = figures[at]
            text += rng.choice(("全年", "一年来，", "年内", "累计", "共计")) + indicators()[code].zh
            stated.append(_stated(len(text), code, value))
            text += stated[-1].quote + rng.choice(("。", "，比上年有所变化。", "，按时完成。"))
    day = date(made.year + 1, 1, rng.randint(5, 28))
    text += f"\n{body.name}\n{day.year}年{day.month}月{day.day}日\n"
    place = Place(
        township=body.town, county=body.county, province=body.province, known_by=KnownBy.TEXT
    )
    header = Header(title=title, issuer=body.name, place=place, year=made.year, published=day)
    return text, Segmented(header=header, sections=(), sentences=()), stated


def _stated(start: int, code: str, value: float) -> Stated:
    unit = indicators()[code].unit
    quote = write_figure(value, unit)
    return Stated(start, start + len(quote), quote, code, value, unit)
