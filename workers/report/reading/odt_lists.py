"""The lists of an OpenDocument text: which list a paragraph stands in, how deep, and its label."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from lxml import etree

from workers.report.reading.numbering import Numbering
from workers.report.reading.odt_styles import OUTLINE, Styles
from workers.report.reading.xmlnodes import as_int, attribute, local_name


@dataclass(slots=True)
class Place:
    """Where in the lists the reader is: the list as `Numbering` knows it, its style, the level.

    `due` while the item has begun and its first paragraph, which bears its label, has not come.
    """

    number: str = ""
    style: str = ""
    depth: int = -1
    due: bool = False


@dataclass(slots=True)
class Lists:
    """Follows the lists in the order of the text; each that begins anew counts by itself."""

    styles: Styles
    numbering: Numbering = field(default_factory=Numbering)
    place: Place = field(default_factory=Place)
    latest: dict[str, str] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.numbering.lists[OUTLINE] = self.styles.lists.get(OUTLINE, {})

    @contextmanager
    def within(self, node: etree._Element) -> Iterator[None]:
        """While the reader is in this list, which may stand in another."""
        outer = self.place
        style = attribute(node, "style-name") or outer.style or self._style_within(node)
        same = outer.depth >= 0 and style == outer.style
        number = outer.number if same else self._begin(node, style)
        self.place = Place(number, style, outer.depth + 1)
        try:
            yield
        finally:
            # The label of an item is gone with the list that it begins with.
            self.place = replace(outer, due=False)

    @contextmanager
    def apart(self) -> Iterator[None]:
        """While the reader is in what stands in no list: a cell, a box, a note."""
        outer, self.place = self.place, Place()
        try:
            yield
        finally:
            self.place = outer

    def begin_item(self, item: etree._Element) -> None:
        """An item of the list, or a paragraph that is one by itself."""
        start = attribute(item, "start-value")
        if start:
            self.numbering.start_at(self.place.number, self.place.depth, as_int(start, 1))
        self.place.due = True

    def next_label(self, paragraph: etree._Element) -> str:
        """The label of this paragraph; empty where it bears none."""
        if self.place.depth < 0:
            return self._outline_label(paragraph)
        if not self.place.due:
            return ""
        self.place.due = False
        return self.numbering.next_label(self.place.number, self.place.depth)

    def _outline_label(self, heading: etree._Element) -> str:
        """Headings that stand in no list are numbered by their levels,
        unless their style forbids.
        """
        style = self.styles.find("paragraph", attribute(heading, "style-name"))
        if (
            local_name(heading) != "h"
            or attribute(heading, "is-list-header") == "true"
            or style.numbers == ""
        ):
            return ""
        depth = as_int(attribute(heading, "outline-level"), 1) - 1
        start = attribute(heading, "start-value") or (
            "1" if attribute(heading, "restart-numbering") == "true" else ""
        )
        if start:
            self.numbering.start_at(OUTLINE, depth, as_int(start, 1))
        return self.numbering.next_label(OUTLINE, depth)

    def _style_within(self, node: etree._Element) -> str:
        """The list style that the first paragraph's style names,
        where the list itself names none.
        """
        first = next(node.iter("{*}p", "{*}h"), None)
        named = "" if first is None else attribute(first, "style-name")
        return self.styles.find("paragraph", named).numbers or ""

    def _begin(self, node: etree._Element, style: str) -> str:
        """A list by itself, or the one that this one continues."""
        number = f"{style} {len(self.numbering.lists)}"
        continued = self._continued(node, style)
        self.numbering.lists[number] = self.styles.lists.get(style, {})
        self.numbering.families[number] = self.numbering.families.get(continued, number)
        self.latest[style] = self.named[attribute(node, "id")] = number
        return number

    def _continued(self, node: etree._Element, style: str) -> str:
        earlier = attribute(node, "continue-list")
        if earlier:
            return self.named.get(earlier, "")
        goes_on = attribute(node, "continue-numbering") == "true"
        return self.latest.get(style, "") if goes_on else ""
