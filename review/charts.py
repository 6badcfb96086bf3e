"""Charts as SVG, drawn on the server: values in, markup out.

Each mark has a title, which a pointer shows and a screen reader reads, and where there is more to
see it is a link. Colours are the stylesheet's. A table of the same values stands beside each chart.
`as_file` makes a file of a chart, which needs no stylesheet.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from markupsafe import Markup

from review.naming import write_amount

STATIC = Path(__file__).with_name("static")
# In pixels where the page is wide enough; a narrower one scrolls, so that text keeps its size.
WIDTH, HEIGHT = 560, 300
# On the left is room for ten digits, written out; above for the unit, below for years and counts.
LEFT, RIGHT, TOP, BOTTOM = 92, 12, 30, 56
FLOOR = HEIGHT - BOTTOM
BAR, LABELS, AMOUNTS = 28, 200, 110
TINY_WIDTH, TINY_HEIGHT = 168, 28
# So many labels stand beside each other.
MOST_LABELS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartMark:
    """One value: what stands beneath it, its title, where it leads;
    `chosen` is drawn as the one asked for, `written` is the value in words.
    """

    label: str
    value: float
    title: str
    href: str | None = None
    chosen: bool = False
    written: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartBox:
    """The spread of a year's values: whiskers from `least` to `high`, a box from `lower` to
    `upper`, a line at `middle`; `count` says of how many.
    """

    year: int
    count: str
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
        (244.0, 30.0)
        """
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(FLOOR - share * (FLOOR - TOP), 1)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers that span the values: whole ones where the values are whole.

    >>> ticks(0, 87)
    [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]
    >>> ticks(0, 2), ticks(0.5, 1.5)
    ([0.0, 1.0, 2.0], [0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6])
    """
    whole = float(low).is_integer() and float(high).is_integer()
    if high <= low:
        high = low + 1
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * each for each in (1, 2, 5, 10) if power * each >= rough * 0.999)
    step = max(1.0, step) if whole else step
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(number * step, 10) for number in range(first, last + 1)]


def box_chart(
    title: str, boxes: Sequence[ChartBox], marks: Sequence[ChartMark] = (), *, unit: str = ""
) -> Markup:
    """Boxes from left to right, years to scale, and over them the line of one issuer, whose marks
    have years for labels; over years that it has not the line is dashed.
    """
    years = [box.year for box in boxes] + [int(mark.label) for mark in marks]
    places = _year_places(min(years), max(years)) if years else {}
    values = [value for box in boxes for value in (box.least, box.high)]
    scale, axis = _draw_axis([*values, *(mark.value for mark in marks)], unit)
    wide = min(48.0, (WIDTH - LEFT - RIGHT) / max(1, len(places)) * 0.5)
    drawn = [
        _link_shape(_draw_box(box, places[box.year], wide, scale), box.title, box.href)
        for box in boxes
    ]
    counts = [_text("count", places[box.year], HEIGHT - 12, box.count) for box in boxes]
    each = -(-len(places) // MOST_LABELS)
    named = [
        _text("label", x, HEIGHT - 32, str(year))
        for at, (year, x) in enumerate(places.items())
        if at % each == 0
    ]
    return _chart(title, [axis, *named, *counts, *drawn, *_draw_line(marks, places, scale)])


def _year_places(first: int, last: int) -> dict[int, float]:
    """The middle of each year's share of the width; years without values have theirs too."""
    share = (WIDTH - LEFT - RIGHT) / (last - first + 1)
    return {year: round(LEFT + share * (year - first + 0.5), 1) for year in range(first, last + 1)}


def _draw_line(
    marks: Sequence[ChartMark], places: dict[int, float], scale: Scale
) -> Iterator[Markup]:
    """The stretches between the marks, then their dots."""
    stands = sorted(((int(mark.label), mark) for mark in marks), key=lambda one: one[0])
    for (year, mark), (later, other) in pairwise(stands):
        yield Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
            "line" if later == year + 1 else "line gap",
            places[year], scale.y(mark.value), places[later], scale.y(other.value),
        )  # fmt: skip
    for year, mark in stands:
        dot = Markup('<circle class="dot" cx="{}" cy="{}" r="6"/>').format(
            places[year], scale.y(mark.value)
        )
        yield _link_shape(dot, mark.title, mark.href)


def column_chart(
    title: str, columns: Sequence[ChartMark], *, unit: str = "", across: str = ""
) -> Markup:
    """Columns side by side, as of a histogram; only every so many labels,
    so that they stand apart. `unit` is what the columns count, `across` what stands beneath.
    """
    scale, axis = _draw_axis([0.0, *(column.value for column in columns)], unit)
    share = (WIDTH - LEFT - RIGHT) / max(1, len(columns))
    places = [round(LEFT + share * (number + 0.5), 1) for number in range(len(columns))]
    each = -(-len(columns) // 7)
    parts = [
        _link_shape(_draw_column(column, x, min(60.0, share - 2), scale), column.title, column.href)
        for column, x in zip(columns, places, strict=True)
    ]
    named = [
        _text("label", x, HEIGHT - 32, column.label)
        for number, (column, x) in enumerate(zip(columns, places, strict=True))
        if number % each == 0
    ]
    return _chart(title, [axis, *named, _text("tick", WIDTH - RIGHT, HEIGHT - 10, across), *parts])


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
            LABELS - 8, y + 19, _shorten_name(bar.label),
            _css_class("bar", bar.chosen), LABELS, y + 4,
            max(wide, 1), BAR - 8,
            LABELS + wide + 6, y + 19, bar.written,
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


def _draw_axis(values: Iterable[float], unit: str) -> tuple[Scale, Markup]:
    """The lines of the grid with their values, and above them what these count."""
    known = [*values] or [0.0, 1.0]
    low, high = min(known), max(known)
    # From zero where that does not press all values together, as it would for rates.
    marks = ticks(0.0 if 0 <= low < high * 0.7 else low, high)
    scale = Scale(marks[0], marks[-1])
    lines = [
        Markup('<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(
            LEFT, WIDTH - RIGHT, scale.y(mark), scale.y(mark)
        )
        + _text("tick", LEFT - 8, scale.y(mark) + 4, write_amount(mark, None))
        for mark in marks
    ]
    return scale, Markup("").join([_text("unit", 4, 14, unit), *lines])


def _text(kind: str, x: float, y: float, words: str) -> Markup:
    return Markup('<text class="{}" x="{}" y="{}">{}</text>').format(kind, x, y, words)


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


def _shorten_name(name: str, most: int = 13) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"


def as_file(chart: Markup, title: str) -> str:
    """The chart as an SVG of its own: under its title, in the colours of the light theme, each
    written out, for many programs know no variables.
    """
    inner = _LINK.sub("<g>", chart[chart.index(">") + 1 : chart.rindex("</svg>")])
    wide, tall = WIDTH + 16, _height_of(chart) + 44
    head = Markup(
        '<rect class="ground" x="-8" y="-36" width="{}" height="{}"/>'
        '<text class="title" x="0" y="-14">{}</text>'
    ).format(wide, tall, title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{tall}" '
        f'viewBox="-8 -36 {wide} {tall}"><style>{_style()}</style><g class="chart">{head}'
        f"{inner.replace('</a>', '</g>')}</g></svg>"
    )


def _height_of(chart: Markup) -> int:
    found = _HEIGHT.search(chart)
    assert found
    return int(found[1])


_HEIGHT = re.compile(r'height="(\d+)">')
_FONT = (
    '.chart { font-family: system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", '
    "sans-serif; }"
)
_LINK = re.compile(r'<a href="[^"]*">')
_COLOUR = re.compile(r"--([\w-]+): ([^;]+);")


@cache
def _style() -> str:
    """The rules of charts with the colours in the place of their names."""
    palette = (STATIC / "desk.css").read_text(encoding="utf-8").partition("}")[0]
    rules = (STATIC / "chart.css").read_text(encoding="utf-8")
    for name, colour in _COLOUR.findall(palette):
        rules = rules.replace(f"var(--{name})", colour)
    return rules + _FONT
