"""PDF files: the text of their pages as a reader sees it, and the ones that cannot be read so."""

from __future__ import annotations

from contextlib import suppress

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from tests.report.pdfs import LEFT, SIZE, SONG, TOP, lines, pdf, picture, together, upright_column
from workers.errors import DamagedFile, NoText, PagesWithoutText, ProtectedFile
from workers.report.reading import read_source

REPORT = ("松溪镇2024年法治政府建设年度报告", "一、主要举措", "全年调解纠纷46件，成功45件。")


def read(data: bytes) -> list[str]:
    return read_source(data, "报告.pdf").raw_text.split("\n")


def test_pages_are_read_line_by_line_and_know_where_they_begin() -> None:
    source = read_source(pdf(lines(*REPORT), lines("二、存在的问题", "力量不足。")), "报告.pdf")
    assert source.raw_text.split("\n") == [*REPORT, "二、存在的问题", "力量不足。"]
    assert source.media_type == "application/pdf"
    first, second = source.page_starts
    assert (first, source.raw_text[second:]) == (0, "二、存在的问题\n力量不足。")


@pytest.mark.parametrize("before", [b"\n", b"\xef\xbb\xbf", b"HTTP/1.1 200 OK\r\n\r\n", b" " * 900])
def test_bytes_before_the_mark_are_passed_over(before: bytes) -> None:
    assert read(before + pdf(lines(*REPORT))) == list(REPORT)


def test_columns_are_read_one_after_the_other() -> None:
    left = lines("左栏第一行文字", "左栏第二行文字")
    right = lines("右栏第一行文字", "右栏第二行文字", left=320)
    wanted = ["左栏第一行文字", "左栏第二行文字", "右栏第一行文字", "右栏第二行文字"]
    assert read(pdf(together(left, right))) == wanted


def test_cells_of_a_row_stand_in_one_line() -> None:
    rows = [("行政处罚", "146件"), ("行政许可", "88件"), ("行政检查", "9件")]

    def draw(canvas: Canvas) -> None:
        for at, (name, count) in enumerate(rows):
            canvas.drawString(LEFT, TOP - at * 30, name)
            canvas.drawString(LEFT + 200, TOP - at * 30, count)

    assert read(pdf(draw)) == [f"{name}\t{count}" for name, count in rows]


def test_vertical_text_is_read_column_by_column() -> None:
    columns = [upright_column("全年办理案件四十六件", 400), upright_column("调解成功四十五件", 370)]
    assert read(pdf(together(*columns))) == ["全年办理案件四十六件", "调解成功四十五件"]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_page_that_lies_on_its_side_is_read_upright(turn: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)
        canvas.translate(297, 297)
        canvas.rotate(turn)
        canvas.setFont(SONG, SIZE)
        for at, text in enumerate(REPORT):
            canvas.drawString(-200, 100 - at * 25, text)

    assert read(pdf(draw)) == list(REPORT)


def test_words_drawn_from_the_foot_up_are_read_from_the_top() -> None:
    texts = [f"第{at}行的文字在这里。" for at in range(9)]

    def draw(canvas: Canvas) -> None:
        for at in reversed(range(9)):
            canvas.drawString(LEFT, TOP - at * 30, texts[at])

    assert read(pdf(draw)) == texts


def test_raised_note_mark_is_no_digit_of_the_figure() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(LEFT, TOP, "办结案件46")
        canvas.setFont(SONG, 7)
        canvas.drawString(LEFT + 4 * SIZE + SIZE + 2, TOP + 8, "1")
        canvas.setFont(SONG, SIZE)
        canvas.drawString(LEFT + 6 * SIZE + 2, TOP, "件")

    assert "461" not in read(pdf(draw))[0]


def test_blanks_between_words_are_kept_and_none_are_made() -> None:
    assert read(pdf(lines("来源：法治办 时间：2025-01-09", "Rule of Law 2024"))) == [
        "来源：法治办 时间：2025-01-09",
        "Rule of Law 2024",
    ]


def test_password_is_asked_for() -> None:
    with pytest.raises(ProtectedFile):
        read(pdf(lines(*REPORT), encrypt=StandardEncryption("geheim", canPrint=0)))


def test_file_that_opens_without_a_password_is_read() -> None:
    owned = StandardEncryption("", ownerPassword="owner", canPrint=0, canCopy=0)
    assert read(pdf(lines(*REPORT), encrypt=owned)) == list(REPORT)


@pytest.mark.parametrize(
    "pages", [(picture,), (lines(*REPORT), picture), (together(picture, lines("— 1 —")),)]
)
def test_page_that_is_a_picture_is_named(pages: tuple[object, ...]) -> None:
    with pytest.raises(PagesWithoutText) as refused:
        read(pdf(*pages))  # type: ignore[arg-type]
    assert str(len(pages)) in str(refused.value)
    assert "图片" in refused.value.notice


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.9])
def test_file_that_was_cut_off_is_refused_or_read(keep: float) -> None:
    whole = pdf(lines(*REPORT))
    with suppress(DamagedFile, NoText):
        assert read(whole[: int(len(whole) * keep)]) == list(REPORT)
