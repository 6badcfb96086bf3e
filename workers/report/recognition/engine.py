"""The engine: where lines stand on a page, and what is written in them.

Its models come in the wheel and differ between its versions, which is why it is pinned. It is
loaded once, before any file is read, and opens nothing after that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias, cast

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont
from rapidocr import RapidOCR
from rapidocr.ch_ppocr_rec.typings import WordInfo

Pixels: TypeAlias = npt.NDArray[np.uint8]
"""A picture: rows, columns, and the three colours red, green and blue."""
Corners: TypeAlias = npt.NDArray[np.float32]
"""Four points (x to the right, y down), round from the upper left one of a line."""

# The longer side is enough at so many pixels to find lines (CER 0.15 % of 25 pages at 960 and at
# 1,280 alike; the smaller one loses small print); they are read at the page's own resolution.
_FIND_AT = 1280
_ENGINE = {
    "Global.log_level": "error",
    "Global.use_preprocess_img": False,
    "Global.use_vertical_padding": False,
    "Global.return_word_box": True,
    "Det.limit_type": "max",
    "Det.limit_side_len": _FIND_AT,
    # With two, workers on two cores are slower than one after the other.
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What is written in a line, how sure that is, 0 to 1, and where in its length, 0 to 1, each
    character was seen that is no blank.
    """

    text: str
    confidence: float
    places: tuple[float, ...]


class Engine:
    """rapidocr with the models of its wheel."""

    def __init__(self) -> None:
        self._engine = RapidOCR(params=_ENGINE)
        # Now, not at the first page: then nothing can be opened any more, and no thread begun.
        cv2.setNumThreads(0)
        self.read_lines(self.cut_lines(_SAMPLE, self.find_lines(_SAMPLE)))

    def find_lines(self, page: Pixels) -> list[Corners]:
        """The boxes of the lines, from top to bottom."""
        found = self._engine(page, use_det=True, use_cls=False, use_rec=False)
        boxes: Sequence[Corners] | None = getattr(found, "boxes", None)
        return [] if boxes is None else list(boxes)

    def cut_lines(self, page: Pixels, boxes: Sequence[Corners]) -> list[Pixels]:
        """The lines' pictures, levelled; one that is much higher than wide is laid on its left
        side.
        """
        return list(self._engine.crop_text_regions(page, np.asarray(boxes))) if boxes else []

    def read_lines(self, cut: Sequence[Pixels]) -> list[Reading]:
        """What is written in each."""
        if not cut:
            return []
        read = self._engine.recognize_txt(list(cut))
        found = zip(read.txts or (), read.scores or (), read.word_results, strict=True)
        return [
            Reading(text, float(score), _places(cast(WordInfo, seen)))
            for text, score, seen in found
        ]


@cache
def load_engine() -> Engine:
    """The engine of this process."""
    return Engine()


def _places(seen: WordInfo) -> tuple[float, ...]:
    """The engine looks through a line column by column, and notes in which it saw a character."""
    columns = (column for word in seen.word_cols for column in word)
    return tuple(min((column + 0.5) / seen.line_txt_len, 1.0) for column in columns)


def _draw_sample() -> Pixels:
    """A page with a line, as good as any to load all that reading needs."""
    page = Image.new("RGB", (640, 320), "white")
    ImageDraw.Draw(page).text((80, 80), "2025  46/50", "black", ImageFont.load_default(size=60))
    return np.asarray(page)


_SAMPLE = _draw_sample()
