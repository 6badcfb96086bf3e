"""Scans for tests: pages drawn with a font of the machine, as a scanner gives them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

# Debian's fonts-noto-cjk; the third face of the collection is the simplified one.
FONT, FACE = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"), 2
INK, BLUE, PAPER = (25, 25, 28), (25, 25, 220), (250, 249, 246)
# An A4 page with lines of 16 points, as official documents are set (GB/T 9704).
WIDTH, HEIGHT, LEFT, TOP, PITCH, POINTS = 210.0, 297.0, 28.0, 37.0, 10.2, 16
REPORT = (
    "松涧镇2024年法治政府建设年度报告",
    "　　一、主要工作",
    "　　全年办结行政处罚案件46件，罚没款3.5万元，调解矛盾",
    "纠纷128起，成功率98.4%。",
    "　　二、存在问题",
    "　　执法力量不足，全镇持证执法人员仅9名。",
)


def scan(
    lines: Sequence[str] = REPORT, *, dpi: int = 200, slant: float = 0.0, blue: str = ""
) -> Image.Image:
    """A page with these lines, slanted by so many degrees; the words `blue` are written so."""
    page = Image.new("RGB", (_pixels(WIDTH, dpi), _pixels(HEIGHT, dpi)), PAPER)
    pen, font = ImageDraw.Draw(page), ImageFont.truetype(FONT, POINTS * dpi / 72, index=FACE)
    for row, line in enumerate(lines):
        at = _pixels(LEFT, dpi), _pixels(TOP + row * PITCH, dpi)
        pen.text(at, line, INK, font)
        before, marked, _ = line.partition(blue) if blue else ("", "", "")
        pen.text((at[0] + font.getlength(before), at[1]), marked, BLUE, font)
    return page.rotate(slant, Image.Resampling.BICUBIC, fillcolor=PAPER) if slant else page


def saved(*pages: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """The pages as a file of this kind."""
    buffer = io.BytesIO()
    more = {"save_all": True, "append_images": pages[1:]} if len(pages) > 1 else {}
    pages[0].save(buffer, kind, **more, **options)
    return buffer.getvalue()


def _pixels(millimetres: float, dpi: int) -> int:
    return round(millimetres / 25.4 * dpi)
