"""The catalogue of page furniture, read once: labels, buttons, menus
(schema/catalogue/furniture.yaml).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.chinese.clauses import COMMAS, HAN, SEMICOLONS, STOPS

FILE = "furniture.yaml"
VALUES = {"date", "code", "count", "size", "name", "text", "summary"}
FACTS = {None, "published", "dated", "issuer", "source", "document_number", "title"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A label of an index table or a source line; `value` is the kind of value,
    `fact` what it states.

    `where` is head (only there is it furniture) or footer (only beside lines of a footer),
    else None.
    """

    name: str
    value: str
    fact: str | None
    strong: bool
    where: str | None


# known by identity: what was found with it is remembered
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Phrases:
    """The catalogue, ready for use. `label` finds a label and its separator, `glued` one that opens
    a line without any but spaces, `summary` one whose value may be a sentence; the group `name` is
    the label.
    """

    labels: Mapping[str, Label]
    label: re.Pattern[str]
    glued: re.Pattern[str]
    summary: re.Pattern[str]
    controls: frozenset[str]
    weak: frozenset[str]
    standing: frozenset[str]
    menu: frozenset[str]
    sure_menu: frozenset[str]
    footer: re.Pattern[str]
    neighbour: re.Pattern[str]
    scan: re.Pattern[str]
    blocks: frozenset[str]
    site: re.Pattern[str]
    attachment: re.Pattern[str]


@knowledge
def phrases() -> Phrases:
    """The catalogue as written; CatalogueError names an entry that is wrong."""
    rows = load_yaml(FILE)
    labels = {name: _read_label(name, row) for row in rows["fields"] for name in row["labels"]}
    return Phrases(
        labels=labels,
        label=_label_pattern(labels),
        glued=re.compile(rf"(?P<name>{_any_of(list(labels))})[ \u3000]{{0,4}}(?=\S)"),
        summary=_label_pattern(
            [name for name, label in labels.items() if label.value == "summary"]
        ),
        controls=frozenset(rows["controls"]["words"]),
        weak=frozenset(rows["controls"]["weak"]),
        standing=frozenset(rows["standing"]["words"]),
        menu=frozenset(rows["menu"]["words"]),
        sure_menu=frozenset(rows["menu"]["sure"]),
        footer=re.compile(_any_of(rows["footer"]["words"])),
        neighbour=_neighbour_pattern(rows["neighbour"]["words"]),
        scan=_scan_pattern(rows["scan"]),
        blocks=frozenset(rows["block"]["words"]),
        # The name of a site has at most about twenty characters before its ending.
        site=re.compile(rf"[{HAN}·]{{0,20}}(?:{_any_of(rows['site']['endings'])})"),
        attachment=re.compile(rf"\.(?:{_any_of(rows['attachment']['endings'])})\b", re.IGNORECASE),
    )


def _read_label(name: str, row: Mapping[str, Any]) -> Label:
    require(row.get("value") in VALUES, FILE, name, f"value must be one of {sorted(VALUES)}")
    require(row.get("fact") in FACTS, FILE, name, "fact is unknown")
    where = row.get("where")
    require(where in {None, "head", "footer"}, FILE, name, "where must be head or footer")
    return Label(
        name=name,
        value=row["value"],
        fact=row.get("fact"),
        strong=bool(row.get("strong")),
        where=where,
    )


def _any_of(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _label_pattern(labels: Iterable[str]) -> re.Pattern[str]:
    """A label that no Chinese character precedes, its letters spaced or not,
    then what parts it from its value.
    """
    spaced = ("[ \u3000]{0,4}".join(name) for name in sorted(labels, key=len, reverse=True))
    opening, closing = (
        r"(?:[\[【〖「][ \t]?)?",
        r"(?:[ \t]?[\]】〗」][ \t]?[:：]?|[ \t\u3000]{0,2}[:：]|[ \t]{0,2}\||\t)",
    )
    return re.compile(rf"(?<![{HAN}]){opening}(?P<name>{'|'.join(spaced)}){closing}")


def _neighbour_pattern(words: list[str]) -> re.Pattern[str]:
    either = _any_of(words)
    return re.compile(rf"[【\[]?(?:{either})[】\]]?[ \t]?[:：]|[【\[](?:{either})[】\]]")


def _scan_pattern(row: Mapping[str, Any]) -> re.Pattern[str]:
    """A line without a sentence; the group `page` is there where the line names the page."""
    ask, act, page = (_any_of(row[name]) for name in ("ask", "act", "page"))
    some = f"[^{STOPS}{COMMAS}{SEMICOLONS}、]"
    return re.compile(
        rf"{some}{{0,10}}(?:{ask}){some}{{0,8}}(?:{act})(?P<page>{some}{{0,4}}(?:{page}))?[。]?"
    )
