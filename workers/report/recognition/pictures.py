"""A picture file → its pages, by Pillow, each of a size that can be held.

Sizes are looked at before anything is decoded: a few bytes can say 50,000 × 50,000.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import numpy as np
import pi_heif
from PIL import Image, ImageCms, ImageOps

from workers.errors import DamagedFile, TooLarge
from workers.report.reading.pages import MAX_PIXELS
from workers.report.recognition.engine import Pixels

# The shorter side of an A4 page at 300 dpi. More shows no more of its letters and takes longer.
_WIDEST = 2480
# The formats of which a file has pages; in others further pictures are films and previews.
_PAGED = {"TIFF"}
# A book; a file of more is a lie.
_MOST_PAGES = 3000
# What Pillow and its decoders raise for what they cannot read.
_BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, ArithmeticError,
    RuntimeError, AttributeError, struct.error, Image.DecompressionBombError,
)  # fmt: skip

pi_heif.register_heif_opener()
# All now, and what converts between colours: whoever reads a file opens none any more.
Image.init()
assert ImageCms
Image.MAX_IMAGE_PIXELS = None  # looked at here


def open_pictures(data: bytes) -> Iterator[Pixels]:
    """The pages, upright as the camera noted them, on white. DamagedFile, TooLarge."""
    try:
        picture = Image.open(io.BytesIO(data))
    except _BROKEN as error:
        raise DamagedFile from error
    for number in range(1, _MOST_PAGES + 1):
        yield _decode(picture, number)
        if not _turn_over(picture):
            return
    raise TooLarge(f"(more than {_MOST_PAGES} pages)", f"（超过 {_MOST_PAGES} 页）")


def check_size(width: float, height: float) -> None:
    """TooLarge for a picture that is not to be decoded."""
    if width * height > MAX_PIXELS:
        size = f"{width:.0f} × {height:.0f}"
        raise TooLarge(f"({size} pixels)", f"（{size} 像素）")


def _turn_over(picture: Image.Image) -> bool:
    if picture.format not in _PAGED:
        return False
    try:
        picture.seek(picture.tell() + 1)
    except EOFError:
        return False
    except _BROKEN as error:
        raise DamagedFile from error
    return True


def _decode(picture: Image.Image, number: int) -> Pixels:
    check_size(*picture.size)
    try:
        page = _on_white(ImageOps.exif_transpose(picture))
    except _BROKEN as error:
        raise DamagedFile(f"(page {number})", f"（第 {number} 页）") from error
    scale = min(1.0, _WIDEST / min(page.size))
    if scale < 1.0:
        page = page.resize([round(side * scale) for side in page.size], reducing_gap=2.0)
    return np.asarray(page.convert("RGB"))


def _on_white(picture: Image.Image) -> Image.Image:
    """In grey or colours, without what shines through."""
    if picture.mode.startswith(("I", "F")):
        return _in_eight_bits(picture)
    if "transparency" in picture.info or picture.mode in {"LA", "PA", "RGBA", "La", "RGBa"}:
        seen = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")
    return picture.convert("L" if picture.mode in {"1", "L"} else "RGB")


def _in_eight_bits(picture: Image.Image) -> Image.Image:
    """Of more bits a pixel, from the darkest to the lightest."""
    values = np.asarray(picture, dtype=np.float32)
    darkest, lightest = float(values.min()), float(values.max())
    share = (values - darkest) / max(lightest - darkest, 1e-6)
    return Image.fromarray((share * 255).astype(np.uint8))
