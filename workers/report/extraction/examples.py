"""The catalogue's own examples: does each entry name what it says it names,
and leave alone what it does not?
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from workers.report.catalogue import load_yaml
from workers.report.chinese.folding import fold_narrow
from workers.report.extraction.naming import Name, name_quantities
from workers.report.extraction.quantities import find_quantities
from workers.report.extraction.triggers import entry_files
from workers.report.model import Header, Section, Segmented
from workers.report.text import Span

# The year that the examples are read in: what they say of other years is earlier or planned.
_YEAR = 2024


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """`text` with its figures in square brackets; `expected` whether the entry `key` must
    name them or must not.
    """

    file_name: str
    key: str
    text: str
    expected: bool


def examples() -> Iterator[Example]:
    """All examples and near misses of the catalogue's triggers, in the order of the files."""
    for file_name in entry_files():
        for key, entry in load_yaml(file_name).items():
            for field, expected in (("examples", True), ("near_misses", False)):
                for text in entry.get(field, ()):
                    yield Example(file_name=file_name, key=key, text=text, expected=expected)


def names_in(bracketed: str) -> list[tuple[str | None, ...]]:
    """The codes of each bracketed figure; none where no figure was found.

    A heading may stand before ` // `.

    >>> names_in("行政复议 // 受理[5件]，调解纠纷[3件]")
    [('oversight.reconsiderations',), ('disputes.resolved',)]
    """
    return [tuple(name.indicator for name in names) for names in _figures_in(bracketed)]


def entries_in(bracketed: str) -> list[tuple[str, ...]]:
    """The entries that name each bracketed figure: its codes, or what says that it has none."""
    return [
        tuple(name.indicator or name.entry for name in names) for names in _figures_in(bracketed)
    ]


def _figures_in(bracketed: str) -> list[tuple[Name, ...]]:
    heading, _, body = bracketed.rpartition(" // ")
    marked = f"{heading}\n{body}" if heading else body
    text = re.sub(r"[\[\]]", "", marked)
    brackets = [
        at - order
        for order, at in enumerate(match.start() for match in re.finditer(r"[\[\]]", marked))
    ]
    spans = [Span(*pair) for pair in zip(brackets[::2], brackets[1::2], strict=True)]
    segmented = _segment_example(text, len(heading))
    folded = fold_narrow(text)
    quantities = find_quantities(text, folded, segmented)
    named = list(zip(quantities, name_quantities(folded, segmented, quantities), strict=True))
    return [
        tuple(
            name
            for found, names in named
            if found.start < end and start < found.end
            for name in names
        )
        for start, end in spans
    ]


def wrong_examples() -> list[str]:
    """One line for each example that the catalogue does not bear out:
    file, entry, text, what was found.
    """
    wrong = []
    for example in examples():
        found = entries_in(example.text)
        hits = [example.key in codes for codes in found]
        if not hits or (example.expected and not all(hits)) or (not example.expected and any(hits)):
            wrong.append(f"{example.file_name}: {example.key}: {example.text} → {found}")
    return wrong


def _segment_example(text: str, heading: int) -> Segmented:
    section = Section(
        level=1, number=None, title=None, roles=(), start=0, end=len(text), heading_end=heading
    )
    return Segmented(
        header=Header(year=_YEAR), sections=(section,) if heading else (), sentences=()
    )
