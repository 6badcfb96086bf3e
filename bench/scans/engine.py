"""Page images to lines of text: the OCR engine."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from PIL import Image

from bench.scans.rows import Box, Row, join_boxes


def recognise(image: Image.Image) -> list[Row]:
    """The lines of a page, from top to bottom.

    Only red light is looked at: a red seal is nearly as light in it as paper is. On five last pages
    at 300 and 200 dpi the engine read 10 of 10 names so, and in colour none whole.
    """
    red = image.getchannel("R")
    found = _engine()(np.asarray(Image.merge("RGB", (red, red, red))))
    if found.boxes is None:
        return []
    boxes = [_upright(text, corners) for text, corners in zip(found.txts, found.boxes, strict=True)]
    return [_scale(row, image.size) for row in join_boxes(boxes)]


def _scale(row: Box, size: tuple[int, int]) -> Row:
    width, height = size
    return Row(row.text, row.middle / height, row.left / width, (row.bottom - row.top) / width)


def _upright(text: str, corners: Any) -> Box:
    """The box turned upright about its middle, so that the height of a slanted line is that of its
    print. The corners go round from the upper left one.
    """
    (left, top), (right, top_too), (right_too, bottom), (left_too, bottom_too) = corners.tolist()
    sides = (left + left_too, right + right_too, top + top_too, bottom + bottom_too)
    return Box(text, *(side / 2 for side in sides))


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    # One thread: with two, workers on two cores are slower than one after the other. The longer
    # side is enough at 1280 pixels to find lines; they are read at the resolution of the page.
    # Pages stand upright: no classifier.
    params = {
        "Global.use_cls": False,
        "Global.log_level": "error",
        "Det.limit_type": "max",
        "Det.limit_side_len": 1280,
    }
    threads = ("intra_op_num_threads", "inter_op_num_threads")
    return RapidOCR(params=params | {f"EngineConfig.onnxruntime.{name}": 1 for name in threads})
