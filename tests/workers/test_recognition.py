"""A scan goes through its own stage; what lies about its size ends as a refusal."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from sqlalchemy import select

from schema.kinds import TEXT_STAGES, DocumentState, Stage
from schema.tables import Document, Metric
from tests.report.ofd_fonts import in_glyphs, part_font
from tests.report.pdfs import lines, pdf
from tests.scans import REPORT, saved, scan
from tests.workers.test_tasks import rung, state, store_and_record
from workers.errors import DamagedFile, DrawnLetters, TooLarge, UnusableFile
from workers.settings import Settings
from workers.stages import tasks
from workers.stages.recognition import recognise_file

__all__ = ["rung"]  # a fixture
# Pillow writes no HEIC: the page of `scan` as libheif's own encoder writes it.
SAMPLES = Path(__file__).parent.parent / "samples"


def pdf_with_scan() -> bytes:
    """A page of text, then a scanned one."""
    return pdf(
        lines("2024年度法治政府建设年度报告", "一、组织领导", "召开会议3次。"),
        lambda canvas: canvas.drawInlineImage(scan(), 0, 0, *canvas._pagesize),
    )


def test_scan_is_recognised_by_its_own_stage_also_when_it_is_read_anew(
    tmp_path: Path, rung: list[tuple[int, Stage]]
) -> None:
    document_id = store_and_record(tmp_path, pdf_with_scan(), "报告.pdf")
    assert tasks.run_stage(Stage.READ, document_id)
    assert rung == [(document_id, Stage.RECOGNISE)]
    for stage in (Stage.RECOGNISE, *TEXT_STAGES[1:]):
        assert tasks.run_stage(stage, document_id)
    assert state(document_id).state == DocumentState.DONE
    with tasks.ledger().transaction() as session:
        values = {metric.value for metric in session.scalars(select(Metric))}
    assert {3, 46, 35000, 128, 98.4, 9} <= values
    tasks.ledger().rerun(select(Document.id))
    assert tasks.run_stage(Stage.READ, document_id)
    assert state(document_id).done_at
    assert tasks.run_stage(Stage.RECOGNISE, document_id)
    assert state(document_id).state == DocumentState.DONE


def test_scan_is_told_how_to_add_recognition_where_there_is_none(
    tmp_path: Path, rung: list[tuple[int, Stage]], monkeypatch: pytest.MonkeyPatch
) -> None:
    without = tasks.settings().model_copy(update={"recognise": False})
    monkeypatch.setattr(tasks, "settings", lambda: without)
    document_id = store_and_record(tmp_path, saved(scan(REPORT[:1], dpi=20)))
    assert not tasks.run_stage(Stage.READ, document_id)
    refused = state(document_id)
    assert (refused.state, refused.retryable) == (DocumentState.REFUSED, True)
    assert "make ocr" in (refused.reason or "").splitlines()[0]
    assert "make ocr" in (refused.reason or "").splitlines()[1]
    assert rung == []


# What lies or is too much


def huge_png(side: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content))
            + kind
            + content
            + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def huge_pdf(side: int) -> bytes:
    """A page filled by a picture that says to be as large."""
    small = saved(scan(REPORT[:1], dpi=20), kind="PDF")
    return small.replace(b"/Width 165", b"/Width %d" % side).replace(
        b"/Height 234", b"/Height %d" % side
    )


def endless_tiff(pages: int) -> bytes:
    """Directories of one pixel each, one after the other."""
    directory = struct.pack("<H", 3) + b"".join(
        struct.pack("<HHII", tag, 3, 1, value) for tag, value in ((256, 1), (257, 1), (262, 1))
    )
    step = len(directory) + 4
    chain = b"".join(
        directory + struct.pack("<I", 8 + step * at if at < pages else 0)
        for at in range(1, pages + 1)
    )
    return b"II*\0" + struct.pack("<I", 8) + chain


def damaged_font() -> bytes:
    """An OFD file that shows its text by a font whose outlines are nonsense."""
    whole = part_font("松涧镇").data
    return in_glyphs(["松涧镇"], data=whole[:200] + b"\xff" * (len(whole) - 200))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (huge_png(50_000), TooLarge),
        (huge_png(5_000), DamagedFile),
        (huge_pdf(50_000), TooLarge),
        (endless_tiff(5_000), TooLarge),
        (endless_tiff(3), DamagedFile),
        (saved(scan(REPORT[:1], dpi=20), kind="JPEG")[:400], DamagedFile),
        (damaged_font(), DrawnLetters),
    ],
    ids=["png", "lying png", "pdf", "tiff", "broken tiff", "cut jpeg", "damaged font"],
)
def test_picture_that_lies_or_is_too_large_is_refused(
    data: bytes, told: type[UnusableFile], tmp_path: Path
) -> None:
    with pytest.raises(told):
        recognise_file(data, "", Settings(home=tmp_path))


def test_picture_of_a_phone_is_read_though_its_decoder_begins_threads() -> None:
    photo = (SAMPLES / "扫描.heic").read_bytes()
    assert "行政处罚案件46件" in recognise_file(photo, "扫描.heic", tasks.settings()).raw_text
