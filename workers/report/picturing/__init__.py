"""A page of a file → its picture, small enough to be sent and large enough to be read.

    pdf.py       by PDFium
    ofd.py       text, pictures and lines, as far as a person needs to find a place again
    images.py    pictures of every kind, and their frames
    fonts.py     characters whose font is not in the file

Bytes come in and bytes go out: what opens files that nobody trusts runs confined.
"""

from __future__ import annotations

import io

from PIL import Image

from workers.errors import UnknownFormat, UnusableFile
from workers.report.picturing.fonts import Fonts
from workers.report.picturing.images import draw_image
from workers.report.picturing.ofd import draw_ofd
from workers.report.picturing.pdf import draw_pdf

# Pixels: what a screen shows of a page, and as much again for long ones.
WIDTH, HEIGHT = 1200, 2400
# A page of text comes to half of this.
MOST_BYTES = 200_000
_QUALITIES = (70, 45, 25)
_SMALLER = 0.7


def draws(media_type: str) -> bool:
    """Do files of this type have pages that can be shown?

    >>> draws("application/pdf"), draws("image/png"), draws("text/plain")
    (True, True, False)
    """
    return media_type in {"application/pdf", "application/ofd"} or media_type.startswith("image/")


def draw_page(data: bytes, media_type: str, page: int, fonts: Fonts) -> bytes:
    """The picture of a page, counted from 0, as WebP. UnusableFile where there is none."""
    if not draws(media_type):
        raise UnknownFormat
    try:
        if media_type == "application/pdf":
            drawn = draw_pdf(data, page, (WIDTH, HEIGHT), fonts)
        elif media_type == "application/ofd":
            drawn = draw_ofd(data, page, (WIDTH, HEIGHT), fonts)
        else:
            drawn = draw_image(data, page, (WIDTH, HEIGHT))
    except IndexError as error:
        raise UnusableFile(f"(no page {page + 1})", f"（没有第 {page + 1} 页）") from error
    return pack_picture(drawn)


def pack_picture(picture: Image.Image) -> bytes:
    """The picture as WebP of at most MOST_BYTES."""
    while True:
        for quality in _QUALITIES:
            packed = io.BytesIO()
            picture.save(packed, "WEBP", quality=quality, method=4)
            if packed.tell() <= MOST_BYTES:
                return packed.getvalue()
        width, height = (max(1, round(side * _SMALLER)) for side in picture.size)
        picture = picture.resize((width, height))
