"""What the fork server of pictures runs: `draw_ordered` for pages that are drawn.

The order is a line with the number of the page and the type of the file, then the file.
"""

from __future__ import annotations

import base64
import io
import re
from dataclasses import dataclass
from functools import cache

from PIL import Image

from workers.errors import UnusableFile
from workers.report.picturing import draw_page, pack_picture
from workers.stages.confinement.system_fonts import find_fonts

_ORDER = re.compile(rb"(\d{1,6}) ([a-z.+/-]{1,100})\n", re.IGNORECASE)
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
