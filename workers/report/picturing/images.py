"""A picture file, or one of its frames (a TIFF of many pages)."""

from __future__ import annotations

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from workers.errors import DamagedFile, TooLarge

# A page at 600 dots per inch has 35 million pixels.
MOST_PIXELS = 100_000_000
_DAMAGED = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError)


def draw_image(data: bytes, frame: int, size: tuple[int, int]) -> Image.Image:
    """The frame, no larger than `size` and turned as the file says.

    IndexError where there is no such frame; DamagedFile, TooLarge.
    """
    image = open_image(data)
    try:
        image.seek(frame)
    except EOFError as error:
        raise IndexError(frame) from error
    try:
        image.draft("RGB", size)
        image.thumbnail(size)
        return ImageOps.exif_transpose(image).convert("RGB")
    except _DAMAGED as error:
        raise DamagedFile from error


def open_image(data: bytes) -> Image.Image:
    """The picture, of which nothing but its size is read yet."""
    try:
        image = Image.open(io.BytesIO(data))
    except Image.DecompressionBombError as error:
        raise TooLarge from error
    except _DAMAGED as error:
        raise DamagedFile from error
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise TooLarge(f"({width:,} × {height:,} pixels)", f"（{width:,} × {height:,} 像素）")
    return image
