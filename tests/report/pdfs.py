"""PDF files for tests, drawn word by word with a Chinese font that no file embeds."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

SONG = "STSong-Light"
SIZE = 14
LEFT, TOP = 80, 760


def pdf(*pages: Callable[[Canvas], None], **options: object) -> bytes:
    """A file of these pages, each drawn by a function; `options` are the canvas's."""
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=True, **options)
    for draw in pages:
        canvas.setFont(SONG, SIZE)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def lines(*texts: str, left: float = LEFT, top: float = TOP) -> Callable[[Canvas], None]:
    """These lines, one below the other."""

    def draw(canvas: Canvas) -> None:
        for at, text in enumerate(texts):
            canvas.drawString(left, top - at * 1.5 * SIZE, text)

    return draw


def together(*drawings: Callable[[Canvas], None]) -> Callable[[Canvas], None]:
    """What is drawn one after the other on one page."""

    def draw(canvas: Canvas) -> None:
        for drawing in drawings:
            drawing(canvas)

    return draw


def upright_column(text: str, left: float, top: float = TOP) -> Callable[[Canvas], None]:
    """A column of vertical text, from top to bottom."""

    def draw(canvas: Canvas) -> None:
        for at, character in enumerate(text):
            canvas.drawString(left, top - at * 1.2 * SIZE, character)

    return draw


def picture(canvas: Canvas) -> None:
    """A grey picture that fills the page, as a scan does."""
    image = ImageReader(Image.new("L", (40, 56), 200))
    canvas.drawImage(image, 0, 0, *A4)
