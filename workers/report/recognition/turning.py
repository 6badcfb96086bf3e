"""A page that lies on its side or stands on its head, and vertical text, which does neither.

The engine lays tall boxes on their side before it reads them. So a page that lies on its right side
is read letter for letter, with its lines in the wrong order, and one that stands on its head or
lies on its left side is read as rubbish (measured mean confidence 0.65 and 0.71; upright 0.99).
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

import numpy as np

from workers.report.recognition.engine import Corners, Engine, Pixels, Reading

# Where the engine lays a box on its side.
_TALL = 1.5
# Below this mean confidence a page may not stand upright; bad scans that do reach 0.9.
_DOUBTFUL = 0.85
# So many of the longest lines tell.
_PROBES = 4


def is_tall(box: Corners) -> bool:
    return _height(box) >= _TALL * _width(box)


def are_mostly_tall(boxes: Sequence[Corners]) -> bool:
    """Of those that are long enough to say so."""
    long = [box for box in boxes if max(_height(box), _width(box)) > 3 * min(_size(box))]
    return sum(map(is_tall, long)) > len(long) / 2


def is_doubtful(confidences: Sequence[float]) -> bool:
    """Is so little sure that the page may stand on its head?"""
    return bool(confidences) and fmean(confidences) < _DOUBTFUL


def find_turn(engine: Engine, page: Pixels, boxes: Sequence[Corners]) -> int:
    """By how many degrees clockwise the page must be turned to stand upright: 0, 90, 180 or 270.

    0, too, where its text is vertical.
    """
    tall = are_mostly_tall(boxes)
    longest = sorted((box for box in boxes if is_tall(box) == tall), key=_length)[-_PROBES:]
    cut = engine.cut_lines(page, longest)
    as_cut = engine.read_lines(cut)
    if tall and _stand_upright(engine, cut, as_cut):
        return 0
    on_its_head = engine.read_lines([np.ascontiguousarray(one[::-1, ::-1]) for one in cut])
    if _sureness(as_cut) >= _sureness(on_its_head):
        return 270 if tall else 0
    return 90 if tall else 180


def turn_page(page: Pixels, degrees: int) -> Pixels:
    """The page turned clockwise."""
    return np.ascontiguousarray(np.rot90(page, -degrees // 90))


def _stand_upright(engine: Engine, cut: Sequence[Pixels], read: Sequence[Reading]) -> bool:
    """Are the tall lines vertical text? Then their characters stand upright: set side by side they
    can be read.
    """
    raised = [_side_by_side(one, len(reading.text)) for one, reading in zip(cut, read, strict=True)]
    return _sureness(engine.read_lines(raised)) >= _DOUBTFUL


def _side_by_side(column: Pixels, characters: int) -> Pixels:
    """The characters of a column that was laid on its left side, each raised again."""
    pieces = np.array_split(column, max(characters, 1), axis=1)
    narrowest = min(piece.shape[1] for piece in pieces)
    raised = [np.rot90(piece[:, :narrowest], -1) for piece in pieces]
    return np.ascontiguousarray(np.concatenate(raised, axis=1))


def _sureness(readings: Sequence[Reading]) -> float:
    return fmean(one.confidence for one in readings) if readings else 0.0


def _width(box: Corners) -> float:
    return float(np.linalg.norm(box[1] - box[0]))


def _height(box: Corners) -> float:
    return float(np.linalg.norm(box[3] - box[0]))


def _size(box: Corners) -> tuple[float, float]:
    return _width(box), _height(box)


def _length(box: Corners) -> float:
    return max(_size(box))
