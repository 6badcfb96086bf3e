"""What stands behind the labels of a page: dates, numbers of documents, names."""

from __future__ import annotations

import re

from workers.report.chinese.clauses import COLONS, HAN, SEMICOLONS, STOP_MARKS
from workers.report.cleaning.phrases import Label, phrases

DATE = r"\d{4}[-/.年] ?\d{1,2}[-/.月] ?\d{1,2}日?"
CLOCK = r"\d{1,2}[:：] ?\d{2}(?:[:：] ?\d{2})?"
_VALUES = {
    "date": re.compile(rf"{DATE}(?:[ \tT]{{0,3}}{CLOCK})?"),
    "code": re.compile(rf"[0-9A-Za-z{HAN}/_\-.—〔〕\[\]【】()（） #]{{1,60}}"),
    "count": re.compile(r"[\d,]{1,10}次?|(?:加载|统计)中[.…。]{0,6}|-{1,2}"),
    "size": re.compile(r"[大中小特超号默认AaT+\-\s\d.]{1,12}"),
    "name": re.compile(rf"[^{STOP_MARKS}{SEMICOLONS}{COLONS}，]{{1,40}}"),
    "text": re.compile(rf"[^{STOP_MARKS}{SEMICOLONS}，]{{1,80}}"),
    "summary": re.compile(r".{1,300}"),
}
_DATE_AND_MORE = re.compile(
    rf"{_VALUES['date'].pattern}[ \t\u3000|]{{1,4}}[^{STOP_MARKS}{SEMICOLONS}{COLONS}，]{{1,10}}"
)
# What proves a value where nothing parts it from its label.
_PLAIN_VALUES = {
    "date": _VALUES["date"],
    "code": re.compile(
        rf"(?=[^\n]{{0,40}}\d)[0-9A-Za-z][0-9A-Za-z/_.-]{{5,50}}|[{HAN}]{{2,16}}[〔\[]\d{{4}}[〕\]]\d{{1,5}}号"
    ),
    "name": re.compile(rf"[{HAN}]{{2,24}}(?:政府|街道|镇|乡|局|委员会|办公室|办事处|厅)"),
    "text": re.compile(
        r"有效|失效|废止|主动公开|依申请公开|长期|其他|面向全社会|面向社会|工作报告|报告|法制|司法"
    ),
}
_NEVER = re.compile(r"(?!)")


def fits_label(label: Label, value: str) -> bool:
    """Whether the value is of the label's kind, or empty."""
    if not value or _VALUES[label.value].fullmatch(value):
        return True
    # 发布时间：2024-03-20 AI脑图: a button that nobody knows, behind a date.
    return label.value == "date" and bool(_DATE_AND_MORE.fullmatch(value))


def is_plain(kind: str, value: str) -> bool:
    """Whether a value of this kind proves itself, where no mark parts it from its label.

    >>> (
    ...     is_plain("date", "2024-01-09"),
    ...     is_plain("name", "清溪县司法局"),
    ...     is_plain("name", "全年调解"),
    ... )
    (True, True, False)
    """
    return _PLAIN_VALUES.get(kind, _NEVER).fullmatch(value) is not None


def is_sure(label: Label, value: str) -> bool:
    """Whether a cell's value is one of an index beyond doubt:
    plain, and no word that heads a column of a table.
    """
    if label.value == "text":
        return value in phrases().standing or value == "其他"
    return is_plain(label.value, value)
