"""What the fork server of pictures runs: `READER` for pages that are drawn.

The order is a line with the number of the page and the type of the file, then the file.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageFont

from workers.errors import UnusableFile
from workers.report.picturing import draw_page, pack_picture
from workers.report.picturing.fonts import Fonts

_ORDER = re.compile(rb"(\d{1,6}) ([a-z.+/-]{1,100})\n", re.IGNORECASE)
# Where systems keep fonts, and what fonts with Chinese characters are called there, the best first.
_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts")
_NAMES = (
    "NotoSerifCJK-Regular*",
    "NotoSerifSC*",
    "SourceHanSerif*",
    "NotoSansCJK-Regular*",
    "NotoSansSC*",
    "SourceHanSans*",
    "Songti*",
    "uming*",
    "wqy-*",
    "PingFang*",
    "STHeiti*",
    "*CJK*",
    "*simsun*",
)
_MOST_FACES = 10
_KINDS = ("PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP")


@dataclass(frozen=True, slots=True)
class Drawn:
    """The picture in base64, as the child's answer carries it."""

    picture: str


def order_page(data: bytes, media_type: str, page: int) -> bytes:
    return b"%d %s\n" % (page, media_type.encode()) + data


def draw_ordered(order: bytes, *_: object) -> Drawn:
    """The page that is ordered. UnusableFile where it cannot be drawn."""
    _load_all()
    found = _ORDER.match(order)
    if found is None:
        raise UnusableFile
    page, media_type = int(found[1]), found[2].decode()
    picture = draw_page(order[found.end() :], media_type, page, find_fonts())
    return Drawn(base64.b64encode(picture).decode())


@cache
def _load_all() -> None:
    """What is loaded at its first use, before the first child: a child opens no files."""
    Image.init()
    small = Image.new("RGB", (8, 8))
    for kind in _KINDS:
        written = io.BytesIO()
        small.save(written, kind)
        Image.open(io.BytesIO(written.getvalue())).load()
    pack_picture(small)
    find_fonts().lend_to_pdfium()


@cache
def find_fonts() -> Fonts:
    """A font with Chinese characters of this system; none where it has none."""
    for path in _font_files():
        with suppress(OSError):
            data = path.read_bytes()
            return Fonts(data, _simplified_face(data))
    return Fonts()


def _font_files() -> Iterator[Path]:
    for name in _NAMES:
        for folder in _FOLDERS:
            yield from sorted(one for one in Path(folder).rglob(name) if one.is_file())


def _simplified_face(data: bytes) -> int:
    """Which face of a collection has the shapes of the mainland."""
    for face in range(_MOST_FACES):
        try:
            name, _ = ImageFont.truetype(io.BytesIO(data), 8, face).getname()
        except OSError:
            return 0
        if name and name.endswith(" SC"):
            return face
    return 0
