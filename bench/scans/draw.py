"""A page in ink: fonts, lines, the red seal."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont

from bench.scans.layout import HEIGHT, POINT, WIDTH, Face, Page, Seal

# Where Debian's fonts-noto-cjk and fonts-arphic-ukai put them,
# and the simplified face in each collection.
_NOTO, _ARPHIC = Path("/usr/share/fonts/opentype/noto"), Path("/usr/share/fonts/truetype/arphic")
FONTS = {
    Face.TITLE: (_NOTO / "NotoSerifCJK-Bold.ttc", 2),
    Face.TEXT: (_NOTO / "NotoSerifCJK-Regular.ttc", 2),
    Face.FIRST: (_NOTO / "NotoSansCJK-Bold.ttc", 2),
    Face.SECOND: (_ARPHIC / "ukai.ttc", 0),
}
INK, PAPER, RED = (25, 25, 28), (250, 249, 246), (222, 60, 56)
# A seal of a township or county is 42 mm wide (国发〔1999〕25号), its ring 1.2 mm thick.
_SEAL, _RING = 42.0, 1.2
_RULE = 0.35
_MEASURED_AT = 200


def missing_fonts() -> list[str]:
    """The font files that are missing."""
    return sorted({str(path) for path, _ in FONTS.values() if not path.is_file()})


def measure(text: str, face: Face, points: float) -> float:
    """Millimetres that a text takes in a face of this size."""
    return _font(face, _MEASURED_AT).getlength(text) / _MEASURED_AT * points * POINT


def draw_page(page: Page, dpi: int) -> Image.Image:
    """The page as a colour image."""
    image = Image.new("RGB", (_pixels(WIDTH, dpi), _pixels(HEIGHT, dpi)), PAPER)
    pen = ImageDraw.Draw(image)
    for line in page.lines:
        font = _font(line.face, _pixels(line.points * POINT, dpi))
        # The faces differ in their ascent: the ink's middle stands on one line, whatever the face.
        pen.text(
            (_pixels(line.x, dpi), _pixels(line.y + line.points * POINT / 2, dpi)),
            line.text,
            INK,
            font,
            anchor="lm",
        )
    for rule in page.rules:
        pen.line([_pixels(at, dpi) for at in rule], INK, _pixels(_RULE, dpi))
    return (
        ImageChops.multiply(image, _draw_seal(page.seal, image.size, dpi)) if page.seal else image
    )


def _draw_seal(seal: Seal, size: tuple[int, int], dpi: int) -> Image.Image:
    """A white page with the seal: ring, star, the name along the upper arc."""
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    x, y, radius = _pixels(seal.x, dpi), _pixels(seal.y, dpi), _pixels(_SEAL / 2, dpi)
    pen.ellipse(
        (x - radius, y - radius, x + radius, y + radius), outline=RED, width=_pixels(_RING, dpi)
    )
    star = [_polar(x, y, radius * (0.3 if at % 2 == 0 else 0.12), at * 36) for at in range(10)]
    pen.polygon(star, fill=RED)
    # Characters as large as the arc of 240 degrees leaves room for.
    step = 240 / len(seal.name)
    font = _font(
        Face.TEXT, max(8, min(round(radius * 0.28), round(radius * 0.75 * math.radians(step))))
    )
    for at, char in enumerate(seal.name):
        turn = (at - (len(seal.name) - 1) / 2) * step
        _stamp_character(image, char, font, _polar(x, y, radius * 0.76, turn), turn)
    return image


def _stamp_character(
    image: Image.Image,
    char: str,
    font: ImageFont.FreeTypeFont,
    place: tuple[float, float],
    turn: float,
) -> None:
    side = round(font.size * 1.6)
    mask = Image.new("L", (side, side), 0)
    ImageDraw.Draw(mask).text((side / 2, side / 2), char, 255, font, anchor="mm")
    mask = mask.rotate(-turn, Image.Resampling.BICUBIC)
    image.paste(RED, (round(place[0] - side / 2), round(place[1] - side / 2)), mask)


def _polar(x: float, y: float, radius: float, degrees: float) -> tuple[float, float]:
    """The point at this angle, clockwise from the top."""
    turn = math.radians(degrees)
    return x + radius * math.sin(turn), y - radius * math.cos(turn)


@cache
def _font(face: Face, pixels: int) -> ImageFont.FreeTypeFont:
    path, index = FONTS[face]
    return ImageFont.truetype(str(path), pixels, index=index)


def _pixels(millimetres: float, dpi: int) -> int:
    return round(millimetres / 25.4 * dpi)
