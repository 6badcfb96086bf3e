"""A report in each format that a reader of the project reads, by the generators of the tests."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from email.message import EmailMessage
from html import escape
from itertools import groupby

import xlsxwriter
from reportlab.pdfgen.canvas import Canvas

from tests.formats.blocks import FORMS, Block
from tests.report import docx as word
from tests.report import odts as odf
from tests.report import ofds, pdfs
from tests.report.test_rtf import rtf, unicode

Write = Callable[[Sequence[Block]], bytes]
# Of a page of a PDF and of an OFD: lines, and characters of a line.
_LINES, _WIDTH = 28, 30


def write_docx(blocks: Sequence[Block]) -> bytes:
    patterns = [pattern.replace("{}", f"%{at}") for at, (_, pattern) in enumerate(FORMS, 1)]
    levels = "".join(
        word.level(depth, form, pattern)
        for depth, ((form, _), pattern) in enumerate(zip(FORMS, patterns, strict=True))
    )
    return word.docx("".join(_word_blocks(blocks)), numbering=word.numbering(levels))


def _word_blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for is_table, group in groupby(blocks, lambda block: bool(block.cells)):
        if is_table:
            rows = (_word_row(block) for block in group)
            yield f"<w:tbl>{''.join(rows)}</w:tbl>"
            continue
        for block in group:
            text = escape(block.text)
            yield word.paragraph(text) if block.depth is None else word.numbered(text, block.depth)


def _word_row(block: Block) -> str:
    cells = (f"<w:tc>{word.paragraph(escape(cell))}</w:tc>" for cell in block.cells)
    return f"<w:tr>{''.join(cells)}</w:tr>"


def _open_body(blocks: Iterable[Block]) -> tuple[str, str]:
    """The body and the lists; each item stands in a list that goes on with the one before."""
    levels = (
        odf.level(1, "一, 二, 三, ...", "", "、"),
        odf.level(2, "一, 二, 三, ...", "（", "）"),
        odf.level(3, "1", "", "."),
    )
    body = ""
    for is_table, group in groupby(blocks, lambda block: bool(block.cells)):
        if is_table:
            rows = ("".join(odf.cell(escape(cell)) for cell in block.cells) for block in group)
            body += odf.table(*rows)
        else:
            body += "".join(map(_open_item, group))
    return body, odf.list_style(*levels)


def _open_item(block: Block) -> str:
    inner = odf.paragraph(escape(block.text))
    if block.depth is None:
        return inner
    for _ in range(block.depth):
        inner = odf.listed(inner, more="")
    return odf.listed(inner, more='text:style-name="L" text:continue-numbering="true"')


def write_odt(blocks: Sequence[Block]) -> bytes:
    return odf.odt(*_open_body(blocks))


def write_flat_odt(blocks: Sequence[Block]) -> bytes:
    return odf.flat_odt(*_open_body(blocks))


def write_rtf(blocks: Sequence[Block]) -> bytes:
    return rtf("".join(map(_rich_block, blocks)))


def _rich_block(block: Block) -> str:
    if block.cells:
        cells = "".join(rf"{unicode(cell)}\cell " for cell in block.cells)
        return rf"\trowd\pard\intbl {cells}\row\pard "
    label = rf"{{\listtext {unicode(block.label)}\tab}}\ilvl{block.depth} " if block.label else ""
    return rf"{label}{unicode(block.text)}\par "


def write_html(blocks: Sequence[Block]) -> bytes:
    return _page(blocks, "utf-8")


def write_html_gbk(blocks: Sequence[Block]) -> bytes:
    return _page(blocks, "gb18030")


def _page(blocks: Sequence[Block], encoding: str) -> bytes:
    body = ""
    for is_table, group in groupby(blocks, lambda block: bool(block.cells)):
        if is_table:
            rows = ("".join(f"<td>{escape(c)}</td>" for c in block.cells) for block in group)
            body += f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
        else:
            body += "".join(f"<p>{escape(block.line)}</p>\n" for block in group)
    head = f"<meta charset='{encoding}'><title>{escape(blocks[0].text)}</title>"
    page = f"<!DOCTYPE html><html><head>{head}</head><body><div>{body}</div></body></html>"
    return page.encode(encoding)


def write_mhtml(blocks: Sequence[Block]) -> bytes:
    """The page as a browser saves it."""
    message = EmailMessage()
    message["MIME-Version"] = "1.0"
    message.set_content(write_html(blocks).decode(), subtype="html", cte="quoted-printable")
    message.make_related()
    return message.as_bytes()


def write_xlsx(blocks: Sequence[Block]) -> bytes:
    """A line a row, a cell a column."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, block in enumerate(blocks):
            for column, cell in enumerate(block.cells or [block.line]):
                sheet.write_string(row, column, cell)
    return written.getvalue()


def text_of(blocks: Iterable[Block]) -> str:
    return "\n".join(block.line for block in blocks)


def write_text(encoding: str) -> Write:
    return lambda blocks: text_of(blocks).encode(encoding)


def _pages(blocks: Iterable[Block]) -> list[list[str]]:
    """The lines of each page, broken where a page is as wide as it is."""
    lines = [
        line for block in blocks for line in ([block.text] if block.cells else _broken(block.line))
    ]
    return [lines[at : at + _LINES] for at in range(0, len(lines), _LINES)]


def _broken(line: str) -> Iterator[str]:
    yield from (line[at : at + _WIDTH] for at in range(0, len(line), _WIDTH))


def write_pdf(blocks: Sequence[Block]) -> bytes:
    def page(lines: Sequence[str]) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            for at, line in enumerate(lines):
                for column, cell in enumerate(line.split("\t")):
                    canvas.drawString(60 + 130 * column, 780 - 26 * at, cell)

        return draw

    return pdfs.pdf(*map(page, _pages(blocks)))


def write_ofd(blocks: Sequence[Block]) -> bytes:
    def page(lines: Sequence[str]) -> str:
        return ofds.page(
            "".join(
                ofds.text(escape(cell), 20 + 45 * column, 20 + 9 * at)
                for at, line in enumerate(lines)
                for column, cell in enumerate(line.split("\t"))
            )
        )

    return ofds.ofd(*map(page, _pages(blocks)))


WRITERS: dict[str, Write] = {
    "docx": write_docx,
    "odt": write_odt,
    "fodt": write_flat_odt,
    "rtf": write_rtf,
    "html": write_html,
    "html (GBK)": write_html_gbk,
    "mhtml": write_mhtml,
    "xlsx": write_xlsx,
    "txt": write_text("utf-8"),
    "txt (GBK)": write_text("gb18030"),
    "txt (UTF-16)": write_text("utf-16"),
    "txt (UTF-16, no mark)": write_text("utf-16-le"),
    "pdf": write_pdf,
    "ofd": write_ofd,
}
