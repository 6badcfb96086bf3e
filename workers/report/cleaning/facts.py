"""What the page states about the report, kept before the furniture is dropped."""

from __future__ import annotations

import re
from datetime import date

from workers.report.chinese.clauses import HAN
from workers.report.chinese.folding import simplify
from workers.report.cleaning.webpage import Row, find_rows, open_page
from workers.report.model import PageFacts

_DATE = re.compile(r"(\d{4})[-/.年] ?(\d{1,2})[-/.月] ?(\d{1,2})")
# A source names the issuer where it is a full name of a body, and not 本站, 县司法局, 党政办.
_BODY = re.compile(
    rf"(?![县市区镇乡本省我])[{HAN}]{{2,20}}(?:人民政府|街道办事处|街道|镇|乡|局|委员会)"
)


def read_facts(text: str) -> PageFacts:
    """Date, issuer and document number as labels and stamps of the page state them.

    >>> read_facts(
    ...     "发布机构：清溪镇人民政府 发布日期：2024-01-09\\n清溪镇2023年度法治政府建设报告\\n"
    ... )
    PageFacts(published=datetime.date(2024, 1, 9), issuer='清溪镇人民政府', document_number=None)
    >>> read_facts(
    ...     "成文日期 2026-01-21 废止日期\\n有效性\\n清溪镇2025年度法治政府建设报告\\n"
    ... ).published
    datetime.date(2026, 1, 21)
    """
    stated: dict[str, str] = {}
    for row in find_rows(open_page(text)):
        for field in row.parts.fields:
            if field.label.fact and field.value:
                stated.setdefault(field.label.fact, _as_written(text, row, field.value))
        if row.parts.stamp:
            stated.setdefault("stamp", row.parts.stamp)
    return _as_facts(stated)


def _as_written(text: str, row: Row, value: str) -> str:
    """The value in the characters of the text; the page's lines have simplified ones, as many."""
    start, end = row.lines[0].start, row.lines[-1].end
    at = simplify(text[start:end]).find(value)
    return text[start + at : start + at + len(value)] if at >= 0 else value


def _as_facts(stated: dict[str, str]) -> PageFacts:
    days = (_as_date(stated.get(fact, "")) for fact in ("published", "stamp", "dated"))
    source = stated.get("source", "")
    return PageFacts(
        published=next((day for day in days if day), None),
        issuer=stated.get("issuer") or (source if _BODY.fullmatch(simplify(source)) else None),
        document_number=stated.get("document_number"),
    )


def _as_date(text: str) -> date | None:
    found = _DATE.search(text)
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None
