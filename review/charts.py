"""Charts as SVG, drawn on the server: values in, markup out.

Each mark has a title, which a pointer shows and a screen reader reads, and where there is more to
see it is a link. Colours are the stylesheet's. A table of the same values stands beside each chart.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from review.naming import write_amount

WIDTH, HEIGHT = 720, 280
# On the left is room for ten digits, written out.
LEFT, RIGHT, TOP, BOTTOM = 100, 16, 12, 28
FLOOR = HEIGHT - BOTTOM
BAR, LABELS, AMOUNTS = 26, 230, 120
TINY_WIDTH, TINY_HEIGHT = 168, 28


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartMark:
    """One value: what stands beneath it, its title, where it leads;
    `chosen` is drawn as the one asked for.
    """

    label: str
    value: float
    title: str
    href: str | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartBox:
    """The spread of many values: whiskers from `least` to `high`, a box from `lower` to `upper`,
    a line at `middle`.
    """

    label: str
    least: float
    lower: float
    middle: float
    upper: float
    high: float
    title: str
    href: str | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` on the height of a chart."""

    low: float
    high: float

    def y(self, value: float) -> float:
        """What lies outside is drawn at the edge.

        >>> Scale(0, 10).y(0), Scale(0, 10).y(99)
        (252.0, 12.0)
        """
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(FLOOR - share * (FLOOR - TOP), 1)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers that span the values.

    >>> ticks(0, 87)
    [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]
    >>> ticks(5, 5)[0], ticks(5, 5)[-1]
    (5.0, 6.0)
    """
    if high <= low:
        high = low + 1
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * each for each in (1, 2, 5, 10) if power * each >= rough * 0.999)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(number * step, 10) for number in range(first, last + 1)]


def box_chart(title: str, boxes: Sequence[ChartBox], marks: Sequence[ChartMark] = ()) -> Markup:
    """Boxes from left to right, and over them the line of one issuer, joined by the labels."""
    values = [value for box in boxes for value in (box.least, box.high)] + [
        mark.value for mark in marks
    ]
    scale, axis = _draw_axis(values)
    places = _label_places([box.label for box in boxes])
    wide = min(56.0, (WIDTH - LEFT - RIGHT) / max(1, len(boxes)) * 0.5)
    drawn = [
        _link_shape(_draw_box(box, places[box.label], wide, scale), box.title, box.href)
        for box in boxes
    ]
    line = [(places[mark.label], scale.y(mark.value)) for mark in marks if mark.label in places]
    path = Markup('<polyline class="line" points="{}"/>').format(
        " ".join(f"{x},{y}" for x, y in line)
    )
    dots = [
        _link_shape(
            Markup('<circle class="dot" cx="{}" cy="{}" r="6"/>').format(x, y),
            mark.title,
            mark.href,
        )
        for mark, (x, y) in zip([mark for mark in marks if mark.label in places], line, strict=True)
    ]
    return _chart(
        title, [axis, *_draw_labels(places), *drawn, path if len(line) > 1 else "", *dots]
    )


def column_chart(title: str, columns: Sequence[ChartMark]) -> Markup:
    """Columns side by side, as of a histogram; only every so many labels,
    so that they stand apart.
    """
    scale, axis = _draw_axis([0.0, *(column.value for column in columns)])
    places = _label_places([str(number) for number in range(len(columns))])
    wide = min(60.0, (WIDTH - LEFT - RIGHT) / max(1, len(columns)) - 2)
    each = -(-len(columns) // 8)
    parts = [
        _link_shape(
            _draw_column(column, places[str(number)], wide, scale), column.title, column.href
        )
        for number, column in enumerate(columns)
    ]
    named = {
        column.label: places[str(number)]
        for number, column in enumerate(columns)
        if number % each == 0
    }
    return _chart(title, [axis, *_draw_labels(named), *parts])


def bar_chart(title: str, bars: Sequence[ChartMark]) -> Markup:
    """Bars below each other, with their names at the left and their values at the right."""
    most = max([bar.value for bar in bars if bar.value > 0], default=1.0)
    room = WIDTH - LABELS - AMOUNTS
    rows = []
    for number, bar in enumerate(bars):
        y, wide = number * BAR, round(max(0.0, bar.value) / most * room, 1)
        shape = Markup(
            '<text class="name" x="{}" y="{}">{}</text><rect class="{}" x="{}" '
            'y="{}" width="{}" height="{}"/>'
            '<text class="value" x="{}" y="{}">{}</text>'
        ).format(
            LABELS - 8, y + 18, _shorten_name(bar.label),
            _css_class("bar", bar.chosen), LABELS, y + 4,
            max(wide, 1), BAR - 8,
            LABELS + wide + 6, y + 18, write_amount(bar.value, None),
        )  # fmt: skip
        rows.append(_link_shape(shape, bar.title, bar.href))
    return _chart(title, rows, height=max(1, len(bars)) * BAR + 2)


def tiny_columns(title: str, counts: Sequence[int]) -> Markup:
    """A row of small columns within a line of a table."""
    most, wide = max([*counts, 1]), TINY_WIDTH / max(1, len(counts))
    shapes = [
        Markup('<rect class="bar" x="{}" y="{}" width="{}" height="{}"/>').format(
            round(number * wide, 1),
            round(TINY_HEIGHT - high, 1),
            round(wide - 2, 1),
            round(high, 1),
        )
        for number, high in enumerate(
            max(1.0, count / most * TINY_HEIGHT) if count else 0.0 for count in counts
        )
    ]
    return _svg(title, shapes, TINY_WIDTH, TINY_HEIGHT, kind="tiny", role="img")


def _draw_axis(values: Iterable[float]) -> tuple[Scale, Markup]:
    known = [*values] or [0.0, 1.0]
    low, high = min(known), max(known)
    # From zero where that does not press all values together, as it would for rates.
    marks = ticks(0.0 if 0 <= low < high * 0.7 else low, high)
    scale = Scale(marks[0], marks[-1])
    lines = [
        Markup(
            '<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/><text class="tick" '
            'x="{}" y="{}">{}</text>'
        ).format(
            LEFT,
            WIDTH - RIGHT,
            scale.y(mark),
            scale.y(mark),
            LEFT - 8,
            scale.y(mark) + 4,
            write_amount(mark, None),
        )
        for mark in marks
    ]
    return scale, Markup("").join(lines)


def _label_places(labels: Sequence[str]) -> dict[str, float]:
    """The middle of each label's share of the width."""
    share = (WIDTH - LEFT - RIGHT) / max(1, len(labels))
    return {label: round(LEFT + share * (number + 0.5), 1) for number, label in enumerate(labels)}


def _draw_labels(places: dict[str, float]) -> list[Markup]:
    return [
        Markup('<text class="label" x="{}" y="{}">{}</text>').format(x, HEIGHT - 8, label)
        for label, x in places.items()
    ]


def _draw_box(box: ChartBox, x: float, wide: float, scale: Scale) -> Markup:
    left, top, low = round(x - wide / 2, 1), scale.y(box.upper), scale.y(box.lower)
    return Markup(
        '<line class="whisker" x1="{x}" x2="{x}" y1="{high}" y2="{least}"/>'
        '<rect class="{kind}" x="{left}" y="{top}" width="{wide}" height="{tall}"/>'
        '<line class="middle" x1="{left}" x2="{right}" y1="{middle}" y2="{middle}"/>'
    ).format(
        x=x, high=scale.y(box.high), least=scale.y(box.least), kind=_css_class("box", box.chosen),
        left=left, top=top,
        wide=round(wide, 1), tall=round(max(low - top, 1), 1), right=round(x + wide / 2, 1),
        middle=scale.y(box.middle),
    )  # fmt: skip


def _draw_column(column: ChartMark, x: float, wide: float, scale: Scale) -> Markup:
    top = scale.y(column.value)
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        _css_class("bar", column.chosen),
        round(x - wide / 2, 1),
        top,
        round(wide, 1),
        round(FLOOR - top, 1),
    )


def _link_shape(shape: Markup, title: str, href: str | None) -> Markup:
    if href is None:
        return Markup("<g><title>{}</title>{}</g>").format(title, shape)
    return Markup('<a href="{}"><title>{}</title>{}</a>').format(href, title, shape)


def _chart(title: str, parts: Iterable[Markup | str], height: int = HEIGHT) -> Markup:
    return _svg(title, parts, WIDTH, height, kind="chart", role="group")


def _svg(
    title: str, parts: Iterable[Markup | str], width: int, height: int, *, kind: str, role: str
) -> Markup:
    return Markup(
        '<svg class="{}" role="{}" aria-label="{}" viewBox="0 0 {} {}" width="{}" '
        'height="{}">{}</svg>'
    ).format(kind, role, title, width, height, width, height, Markup("").join(parts))


def _css_class(name: str, chosen: bool) -> str:
    return f"{name} chosen" if chosen else name


def _shorten_name(name: str, most: int = 15) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
