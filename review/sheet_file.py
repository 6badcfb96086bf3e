"""A feedback sheet as a Word file, which a bureau stamps and sends.

Whatever a report holds becomes text of the file: no field, no markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, BinaryIO

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from review import words
from review.words import Language
from workers.desk.queue import make_visible
from workers.desk.sheets import Sheet, SheetItem

Say = Callable[..., str]

# A4 with the margins of official letters (GB/T 9704: 37, 35, 28, 26 mm), a little narrower at the
# sides for the table; the columns share what is left.
_MARGINS = {"top_margin": 30, "bottom_margin": 28, "left_margin": 22, "right_margin": 22}
_WIDTHS = (11, 66, 61, 28)
# As official letters are set; where a machine lacks the face, Word takes its own.
_BODY, _HEAD = "仿宋", "黑体"
# Not even XML that is escaped may hold these.
_NEVER = re.compile("[\ufffe\uffff]")


def write_sheets(out: BinaryIO, sheets: Iterable[Sheet], language: Language) -> int:
    """The sheets, each on pages of its own; how many."""
    say, count = partial(words.say, language), 0
    file = _new_file()
    for count, sheet in enumerate(sheets, start=1):
        if count > 1:
            file.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
        _write_sheet(file, sheet, say, language)
    if not count:
        file.add_paragraph(say("sheet.none"))
    file.save(out)
    return count


def _new_file() -> Any:
    file = Document()
    page = file.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    for name, wide in _MARGINS.items():
        setattr(page, name, Mm(wide))
    style = file.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(11)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _BODY)
    return file


def _write_sheet(file: Any, sheet: Sheet, say: Say, language: Language) -> None:
    title = file.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _add_run(title, say("sheet.heading"), bold=True, size=18)
    for name, value in facts_of(sheet, say):
        line = file.add_paragraph()
        line.paragraph_format.space_after = Pt(2)
        _add_run(line, f"{name}{say('sheet.colon')}", bold=True)
        _add_run(line, value)
    if not sheet.items:
        _add_text(file.add_paragraph(), say("sheet.none"))
        return
    _add_text(file.add_paragraph(), say("sheet.intro", count=len(sheet.items)))
    _write_table(file, sheet, say, language)
    for text in (say("sheet.from_bureau"), say("sheet.from_issuer")):
        line = file.add_paragraph()
        line.paragraph_format.space_before = Pt(16)
        _add_text(line, text)


def facts_of(sheet: Sheet, say: Say) -> list[tuple[str, str]]:
    """What the sheet is about, line by line; what is not known is left out."""
    issuer = sheet.issuer or ""
    county = "" if issuer.startswith(sheet.county or "") else f"{sheet.county} "
    facts = (
        ("reading.issuer", county + issuer),
        ("reading.year", str(sheet.year or "")),
        ("reading.report", sheet.title or ""),
        ("reading.file", sheet.name),
    )
    return [(say(key), value) for key, value in facts if value]


def _write_table(file: Any, sheet: Sheet, say: Say, language: Language) -> None:
    table = file.add_table(rows=1, cols=len(_WIDTHS), style="Table Grid")
    table.autofit = False
    heads = ("number", "where", "what", "answer")
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        _add_run(cell.paragraphs[0], say(f"sheet.{head}"), bold=True)
    _repeat_head(table.rows[0])
    for number, item in enumerate(sheet.items, start=1):
        cells = table.add_row().cells
        _add_text(cells[0].paragraphs[0], str(number))
        _write_place(cells[1], item, say)
        _write_ask(cells[2], item, say, language)
    for column, wide in zip(table.columns, _WIDTHS, strict=True):
        column.width = Mm(wide)
    for row in table.rows:
        for cell, wide in zip(row.cells, _WIDTHS, strict=True):
            cell.width = Mm(wide)


def _repeat_head(row: Any) -> None:
    """The head stands on every page; python-docx has no word for it."""
    mark = row._tr.get_or_add_trPr().makeelement(qn("w:tblHeader"), {qn("w:val"): "true"})
    row._tr.get_or_add_trPr().append(mark)


def _write_place(cell: Any, item: SheetItem, say: Say) -> None:
    line = cell.paragraphs[0]
    if item.page:
        _add_text(line, say("review.page", page=item.page))
    for sentence in item.sentences:
        line = cell.add_paragraph() if line.text else line
        for piece in sentence:
            _add_run(line, piece.text, underline=piece.marked)
    if not line.text:
        _add_text(line, say("sheet.whole"))


def _write_ask(cell: Any, item: SheetItem, say: Say, language: Language) -> None:
    message = item.message if language is Language.ZH else item.message_en
    _add_run(cell.paragraphs[0], say(f"kind.{item.kind}"), bold=True)
    _add_text(cell.add_paragraph(), message)
    if item.suggestion:
        _add_text(cell.add_paragraph(), say("sheet.suggestion", text=item.suggestion))
    _add_text(cell.add_paragraph(), say(f"sheet.do_{item.severity}"))


def _add_text(line: Any, text: str) -> None:
    _add_run(line, text)


def _add_run(
    line: Any, text: str, *, bold: bool = False, underline: bool = False, size: int | None = None
) -> None:
    run = line.add_run(_NEVER.sub("\ufffd", make_visible(text)).replace("\n", " "))
    run.bold, run.underline = bold or None, underline or None
    if size:
        run.font.size = Pt(size)
        run.font.name = _HEAD
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _HEAD)
