"""A font of this system with Chinese characters, for what is drawn of files that have none."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from PIL import ImageFont

from workers.report.picturing.fonts import Fonts

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
