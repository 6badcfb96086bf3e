"""One report in each format that keeps its numbers apart from its text:
the same lines come back.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.report import docx as word
from tests.report import odts as odf
from tests.report.test_rtf import rtf, unicode
from workers.report.reading import read_source

TITLE = "松溪镇2024年法治政府建设年度报告"
# Depth, label, text: the label is what the program that shows the file makes of the depth.
ITEMS = (
    (0, "一、", "主要举措和成效"),
    (1, "（一）", "健全组织领导机制"),
    (2, "1. ", "46件案件全部办结"),
    (2, "2.", "调解纠纷88件，成功率97.7％"),
    (1, "（二）", "规范重大行政决策"),
    (0, "二、", "存在的问题"),
    (1, "（一）", "执法力量不足"),
)
ROWS = (("项目", "数量"), ("行政处罚", "46"), ("行政许可", "1,024"))
LAST = "二〇二五年一月十五日 松溪镇人民政府"
LINES = [
    TITLE,
    *(label + text for _, label, text in ITEMS),
    *("\t".join(row) for row in ROWS),
    LAST,
]


def write_docx() -> bytes:
    forms = (("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."))
    levels = "".join(word.level(depth, form, text) for depth, (form, text) in enumerate(forms))
    cells = ("".join(f"<w:tc>{word.paragraph(cell)}</w:tc>" for cell in row) for row in ROWS)
    body = word.paragraph(TITLE) + "".join(word.numbered(text, depth) for depth, _, text in ITEMS)
    body += f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>" + word.paragraph(
        LAST
    )
    return word.docx(body, numbering=word.numbering(levels))


def open_body() -> tuple[str, str]:
    """The body and the lists; each item stands in a list of its own that goes
    on with the one before.
    """
    levels = (
        odf.level(1, "一, 二, 三, ...", "", "、"),
        odf.level(2, "一, 二, 三, ...", "（", "）"),
        odf.level(3, "1", "", "."),
    )
    body = odf.paragraph(TITLE)
    for depth, _, text in ITEMS:
        inner = odf.paragraph(text)
        for _ in range(depth):
            inner = odf.listed(inner, more="")
        body += odf.listed(inner, more='text:style-name="L" text:continue-numbering="true"')
    body += odf.table(*("".join(map(odf.cell, row)) for row in ROWS)) + odf.paragraph(LAST)
    return body, odf.list_style(*levels)


def write_odt() -> bytes:
    return odf.odt(*open_body())


def write_flat_odt() -> bytes:
    return odf.flat_odt(*open_body())


def write_rtf() -> bytes:
    items = "".join(
        rf"{{\listtext {unicode(label.strip())}\tab}}\ilvl{depth} {text}\par "
        for depth, label, text in ITEMS
    )
    cells = ("".join(rf"{cell}\cell " for cell in row) for row in ROWS)
    rows = "".join(rf"\trowd\pard\intbl {row}\row" for row in cells)
    return rtf(rf"{TITLE}\par {items}{rows}\pard {unicode(LAST)}\par")


@pytest.mark.parametrize("write", [write_docx, write_odt, write_flat_odt, write_rtf])
def test_same_lines_come_back(write: Callable[[], bytes]) -> None:
    assert read_source(write(), "报告").raw_text.split("\n") == LINES
