"""An OFD package: its parts, its pages, and the objects that are drawn on them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from lxml import etree

from workers.errors import DamagedFile
from workers.report.reading.package import Package
from workers.report.reading.xmlnodes import child, children, local_name

_ENTRY = "OFD.xml"
_A4 = (210.0, 297.0)
# Blocks within blocks: no program nests them deeper.
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Part:
    """A part and where it stands, so that the names in it can be followed."""

    root: etree._Element
    folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfdPage:
    """What is drawn on a page, templates first; its size in millimetres; and what its document has
    for its pages, by their ids: drawings, and the files of pictures and fonts, each a name and the
    folder in which it holds.
    """

    layers: tuple[etree._Element, ...]
    units: Mapping[str, etree._Element]
    files: Mapping[str, tuple[str, str]]
    width: float
    height: float


class Parts:
    """The parts of the package by the names that others give them."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._names = {name.lower(): name for name in package.names()}

    def find(self, name: str, folder: str = "") -> Part | None:
        """The part of this name, which is written in a part of this folder."""
        known = self._known(name, folder)
        root = self._package.part(known) if known else None
        return None if known is None or root is None else Part(root, posixpath.dirname(known))

    def content(self, name: str, folder: str = "") -> bytes | None:
        """The bytes of a part that is no XML."""
        known = self._known(name, folder)
        return self._package.content(known) if known else None

    def _known(self, name: str, folder: str) -> str | None:
        """A name is absolute or relative to where it is written;
        programs mix the two, and cases.
        """
        plain = name.strip().replace("\\", "/").lstrip("./")
        near = posixpath.normpath(posixpath.join(folder, plain))
        return next(filter(None, (self._names.get(one.lower()) for one in (near, plain))), None)


def list_pages(parts: Parts) -> Iterator[OfdPage]:
    """The pages in the order of the document."""
    entry = parts.find(_ENTRY)
    if entry is None:
        raise DamagedFile
    for body in children(entry.root, "DocBody"):
        root = child(body, "DocRoot")
        document = parts.find(said(root), entry.folder) if root is not None else None
        if document is not None:
            yield from _document_pages(parts, document)


def _document_pages(parts: Parts, document: Part) -> Iterator[OfdPage]:
    common = children(document.root, "CommonData")
    templates = {
        node.get("ID", ""): node.get("BaseLoc", "")
        for node in chain.from_iterable(children(listed, "TemplatePage") for listed in common)
    }
    sizes = chain.from_iterable(children(listed, "PageArea") for listed in common)
    size = next(map(_page_size, sizes), _A4)
    resources = list(_resources(parts, document, common))
    units, files = dict(_units(resources)), dict(_files(resources))
    for page in chain.from_iterable(
        children(listed, "Page") for listed in children(document.root, "Pages")
    ):
        found = parts.find(page.get("BaseLoc", ""), document.folder)
        if found is None:
            raise DamagedFile("(a page is missing)", "（缺少页面）")
        drawn = [
            templates.get(node.get("TemplateID", "")) for node in children(found.root, "Template")
        ]
        under = [parts.find(name, document.folder) for name in drawn if name]
        width, height = next(map(_page_size, children(found.root, "Area")), size)
        layers = tuple(part.root for part in [*under, found] if part)
        yield OfdPage(layers=layers, units=units, files=files, width=width, height=height)


def _resources(parts: Parts, document: Part, common: Iterable[etree._Element]) -> Iterator[Part]:
    """The lists of what the document has for its pages, each with the folder of its files."""
    for listed in common:
        for named in (*children(listed, "PublicRes"), *children(listed, "DocumentRes")):
            found = parts.find(said(named), document.folder)
            if found is not None:
                folder = filter(None, (found.folder, found.root.get("BaseLoc", "")))
                yield Part(found.root, "/".join(folder))


def _units(resources: Iterable[Part]) -> Iterator[tuple[str, etree._Element]]:
    for listed in resources:
        for unit in listed.root.iter("{*}CompositeGraphicUnit"):
            yield unit.get("ID", ""), unit


def _files(resources: Iterable[Part]) -> Iterator[tuple[str, tuple[str, str]]]:
    for listed in resources:
        for named in listed.root.iter("{*}MediaFile", "{*}FontFile"):
            owner = named.getparent()
            if owner is not None:
                yield owner.get("ID", ""), (said(named), listed.folder)


def objects_of(page: etree._Element) -> Iterator[etree._Element]:
    """The objects that are shown, in the order in which they are drawn."""
    for content in children(page, "Content"):
        for layer in children(content, "Layer"):
            yield from _objects(layer)


def _objects(block: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
    for node in block:
        if local_name(node) == "PageBlock":
            if depth < _DEEPEST:
                yield from _objects(node, depth + 1)
        elif local_name(node) and node.get("Visible", "true").lower() != "false":
            yield node


def _page_size(page_area: etree._Element) -> tuple[float, float]:
    """Its width and height; the upper left corner is the origin, whatever the box says of it."""
    box = child(page_area, "PhysicalBox")
    sides = numbers_of(said(box)) if box is not None else ()
    return (max(sides[2], 1.0), max(sides[3], 1.0)) if len(sides) == 4 else _A4


def numbers_of(written: str | None) -> Sequence[float]:
    return [number_of(word, 0.0) for word in (written or "").split()]


def number_of(written: str | None, default: float) -> float:
    try:
        value = float(written) if written else default
    except ValueError:
        return default
    return value if abs(value) < 1e9 else default


def said(node: etree._Element) -> str:
    return (node.text or "").strip()


def pair_of(written: str | None) -> tuple[float, float]:
    first, second, *_ = (*numbers_of(written), 0.0, 0.0)
    return first, second
