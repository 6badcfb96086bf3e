"""Whose a figure is: bodies other than the one that reports,
where they head a clause (`scope.yaml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.chinese.clauses import HAN
from workers.report.chinese.units import SCOPE_FILE
from workers.report.model import Header
from workers.report.text import Span

# Before a body that heads its clause only this may stand: when, where, how many, 由 (by).
_LEAD = (
    r"其中|同时|此外|另外|另|目前|今年|全年|年内|20\d\d年(?:度|以来)?|今年以来|[一二三四五六]是|由|及|并"
    r"|辖区内?各?|辖内|驻[镇乡]|所辖|下辖|[我本全](?:镇|乡|街道|县|区|市|旗|省|州)(?:内|辖区)?|[镇乡县区市]|街道|\d{1,4}个"
)
_NUMBER = r"[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]"
# 各村（社区）, 各乡镇（街道）: a second sort in brackets; 司法所、派出所: two bodies.
_BRACKET = rf"(?:[（(][{HAN}、]{{1,8}}[）)])?"
_LEADS, _NUMBER_BEFORE = re.compile(_LEAD), re.compile(_NUMBER)
MOST_LEADS = 5
# The reporting body's own name for itself ends what another body was the subject of.
_OWN = (
    r"(?:我|本)(?:镇|乡|街道|县|区|市|局|委|办|单位|院|中心)|全(?:镇|乡|街道|局)|[镇乡县区市](?:党委|政府|委|级)"
    r"|街道办|党工?委|综治中心"
)


@dataclass(frozen=True, slots=True)
class Body:
    """Who a clause speaks of; None in `written`: the reporting body itself."""

    span: Span
    written: str | None


@dataclass(frozen=True, slots=True)
class Issuer:
    """What must be known of the reporting body: its name, its place names, whether it is a town,
    a government.
    """

    name: str
    places: tuple[str, ...]
    is_town: bool
    is_government: bool


_TOWN = re.compile(r"(?:镇|乡|街道|街道办事处|[镇乡]人民政府|办事处|[镇乡]政府)$")
_GOVERNMENT = re.compile(r"(?:人民政府|[县市区旗州省])$")


def issuer_of(header: Header) -> Issuer:
    """The reporting body as the header names it; all empty where it does not."""
    name, place = header.issuer or "", header.place
    places = tuple(filter(None, (place.township, place.county, place.province)))
    return Issuer(name, places, bool(_TOWN.search(name)), bool(_GOVERNMENT.search(name)))


@knowledge
def _read_bodies() -> tuple[str, frozenset[str]]:
    """A pattern of the bodies, each refusing what would make it an attribute;
    and those of a larger area.
    """
    patterns: dict[str, str] = {}
    regions: set[str] = set()
    for row in load_yaml(SCOPE_FILE)["bodies"]:
        require(
            row.get("of") in {"lower", "region"},
            SCOPE_FILE,
            str(row["words"]),
            "of must be lower or region",
        )
        guard = f"(?!{'|'.join(row['not_before'])})" if "not_before" in row else ""
        guard += f"(?={'|'.join(row['only_before'])})" if "only_before" in row else ""
        for word in row["words"]:
            require(word not in patterns, SCOPE_FILE, word, "stands twice")
            patterns[word] = re.escape(word) + (_BRACKET if word.startswith("各") else "") + guard
            regions |= {word} if row["of"] == "region" else set()
    longest = sorted(patterns, key=lambda word: -len(word))
    return "|".join(patterns[word] for word in longest), frozenset(regions)


@knowledge
def _head_pattern() -> tuple[re.Pattern[str], frozenset[str]]:
    """What heads a clause: other bodies or the reporting one; and the bodies of a larger area."""
    bodies, regions = _read_bodies()
    body = rf"(?P<body>(?:{bodies})(?:[、和及与](?:{bodies})){{0,3}})"
    return re.compile(rf"{body}|(?P<own>{_OWN})"), regions


def find_bodies(text: str, clauses: Iterable[int], issuer: Issuer) -> Iterator[Body]:
    """Who heads the clauses that begin at these places, in their order;
    nothing where that is not said.

    >>> town = Issuer("松坪镇人民政府", (), True, True)
    >>> said = "全镇各村（社区）宣讲6场，我镇宣讲3场，联合派出所检查"
    >>> [found.written for found in find_bodies(said, [0, 13, 20], town)]
    ['各村（社区）', None]
    """
    heads, regions = _head_pattern()
    for clause in clauses:
        found = _find_head(text, clause, issuer.places, heads)
        if found is None:
            continue
        written = found["body"]
        if written is None:
            yield Body(Span(*found.span("own")), None)
        elif _is_another(written, text[found.end() : found.end() + 1], issuer, regions):
            yield Body(Span(*found.span("body")), written)


def _find_head(
    text: str, clause: int, places: tuple[str, ...], heads: re.Pattern[str]
) -> re.Match[str] | None:
    """The head of the clause, behind what may lead up to it;
    as many leads as there are, fewer where that finds none.

    Place names differ from report to report, so they are compared and not
    compiled into the pattern.
    """
    number = _NUMBER_BEFORE.match(text, clause)
    starts = [number.end() if number else clause]
    for _ in range(MOST_LEADS):
        at = starts[-1]
        place = next((name for name in places if text.startswith(name, at)), None)
        lead = None if place else _LEADS.match(text, at)
        if not place and not lead:
            break
        starts.append(at + len(place) if place else lead.end() if lead else at)
    return next((found for at in reversed(starts) if (found := heads.match(text, at))), None)


def _is_another(written: str, following: str, issuer: Issuer, regions: frozenset[str]) -> bool:
    """Is this body not the one that reports? In doubt not."""
    if written.lstrip("各") in issuer.name:
        return False
    if written not in regions:
        # 司法所3个: the body itself is counted.
        return not (following.isdecimal() and not written.startswith("各"))
    if written == "全国" or (written == "全省" and "省" not in issuer.name):
        return bool(issuer.name)
    # Of a county all belongs to the county's government,
    # and a department may speak for its whole line.
    return issuer.is_town
