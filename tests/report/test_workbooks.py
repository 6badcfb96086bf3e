"""A report that is kept as a table: each cell reads as its sheet shows it."""

from __future__ import annotations

import pytest

from tests.report.docx import package
from tests.report.workbooks import fods, open_row, xls, xlsx
from workers.errors import DamagedFile, NoText, ProtectedFile
from workers.report.reading import read_source
from workers.report.reading.number_formats import show_number

ROWS = [
    ["柳溪镇2024年法治政府建设年度报告"],
    [],
    ["", "事项", "件数", "办结率", "", "日期"],
    ["", "行政复议", (46.0, "General"), (0.979, "0.0%"), "", (45658.0, 'yyyy"年"m"月"d"日"')],
    ["", "调解纠纷", (12345.0, "#,##0"), (1.0, "0%"), "", (45659.0, "yyyy/m/d")],
    ["", "罚没款（万元）", (1234.5, "#,##0.00_ ")],
    ["说明：以上为全年数据。"],
]
SHOWN = (
    "柳溪镇2024年法治政府建设年度报告\n"
    "事项\t件数\t办结率\t日期\n"
    "行政复议\t46\t97.9%\t2025年1月1日\n"
    "调解纠纷\t12,345\t100%\t2025/1/2\n"
    "罚没款（万元）\t1,234.50\n"
    "说明：以上为全年数据。"
)


@pytest.mark.parametrize("write", [xlsx, xls])
def test_cells_read_as_they_are_shown(write: type) -> None:
    assert read_source(write(ROWS), "报告.doc").raw_text == SHOWN


def test_hidden_sheets_are_left_out() -> None:
    found = read_source(xlsx(ROWS, hidden={"旧数据": "办结12件"}), "报告.xlsx")
    assert found.raw_text == SHOWN


def test_open_spreadsheet_shows_what_its_cells_state() -> None:
    hidden = 'table:visibility="collapse"'
    rows = [
        open_row("事项", "件数", "办结率"),
        open_row("行政复议", "46", "97.9%"),
        open_row("旧数据", "9", "9%", more=hidden),
        open_row("调解纠纷", "", "100%"),
        open_row("", more='table:number-rows-repeated="1048000"'),
    ]
    off = f'<table:table table:style-name="off">{open_row("不看")}</table:table>'
    found = read_source(fods(rows, more=off), "报告.ods")
    assert found.raw_text == "事项\t件数\t办结率\n行政复议\t46\t97.9%\n调解纠纷\t\t100%"


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.979, "0.0%", "97.9%"),
        (0.9785, "0.0%", "97.9%"),
        (0.97, "#.##%", "97%"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (1234567, '#,##0,"千元"', "1,235千元"),
        (-3, "0_);(0)", "(3)"),
        (0, "0.0;-0.0;无", "无"),
        (0.5, "0", "1"),
        (46, "", "46"),
        (0.1 + 0.2, "General", "0.3"),
        (7, "000", "007"),
        (46, '"共"0"件"', "共46件"),
        (12.5, "[$¥-804]#,##0.00", "¥12.50"),
        (2.5, "# ?/?", "2 1/2"),
        (198356388, "0.00E+00", "1.98E+08"),
        (1500, '[>=1000]0.0,"千";0', "1.5千"),
        (19.99, '0"元"00"分"', "19.99元分"),
        (15, "[DBNum1]General", "十五"),
        (45658, "yyyy-mm-dd", "2025-01-01"),
        (45658, '[DBNum1]yyyy"年"m"月"d"日"', "二〇二五年一月一日"),
        (45658.75, "yyyy/m/d h:mm", "2025/1/1 18:00"),
        (45658.75, "上午/下午h:mm", "下午6:00"),
        (1.5, "[h]:mm:ss", "36:00:00"),
        (45658, "aaaa", "星期三"),
        (-1, "yyyy-mm-dd", "-1"),
        (1e300, "0.00", "1e+300"),
        (float("nan"), "0.00", "nan"),
    ],
)
def test_number_is_shown_by_its_format(value: float, code: str, shown: str) -> None:
    assert show_number(value, code) == shown


def test_days_of_a_mac_are_counted_from_1904() -> None:
    assert show_number(44196, "yyyy-m-d", since_1904=True) == "2025-1-1"


def test_damaged_protected_and_empty_workbooks_are_told_apart() -> None:
    data = xls(ROWS)
    with pytest.raises(DamagedFile, match="Excel"):
        read_source(data[:540] + bytes(600) + data[1140:], "报告.xls")
    with pytest.raises(ProtectedFile):
        read_source(xls(ROWS, encrypted=True), "报告.xls")
    with pytest.raises(NoText):
        read_source(xlsx([]), "报告.xlsx")
    with pytest.raises(DamagedFile):
        read_source(package({"[Content_Types].xml": "spreadsheetml.sheet"}), "报告.xlsx")
