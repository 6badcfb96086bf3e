"""What a section answers to, from the words of its heading (schema/catalogue/roles.yaml)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.chinese.folding import fold_wide, squeeze
from workers.report.model import Role
from workers.report.segmentation.dates import find_years

_FILE = "roles.yaml"
_KEYS = {"words", "not_in", "examples", "near_misses"}
# Years that name a programme or its term say nothing about when the section's work is done.
_NOT_PLANNED = re.compile(r"《[^《》]{0,60}》|20\d\d年?[—－\-至]+20\d\d年?")
# Roles that a subsection's own name can claim back from a section that only tells of the year.
_CLAIMS = frozenset({Role.LEADER_DUTY, Role.SHORTCOMINGS, Role.PLAN})


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleWords:
    """`words` prove the role, once the phrases `not_in`,
    which hold such words without meaning them, are taken out.
    """

    words: re.Pattern[str]
    not_in: re.Pattern[str] | None

    def found_in(self, heading: str) -> bool:
        bare = self.not_in.sub("", heading) if self.not_in else heading
        return self.words.search(bare) is not None


@knowledge
def role_words() -> Mapping[Role, RoleWords]:
    """The words of each role. CatalogueError names the entry that is wrong."""
    found: dict[Role, RoleWords] = {}
    roles: Mapping[str, Mapping[str, Any]] = load_yaml(_FILE)["roles"]
    for key, entry in roles.items():
        require(key in set(Role), _FILE, key, "no such role")
        require(not set(entry) - _KEYS, _FILE, key, "has a key that is not known")
        require(
            entry.get("words") and entry.get("examples"),
            _FILE,
            key,
            "words and examples are needed",
        )
        not_in = entry.get("not_in")
        found[Role(key)] = RoleWords(
            words=_any_of(entry["words"]), not_in=_any_of(not_in) if not_in else None
        )
    return found


def heading_roles(title: str, year: int | None) -> tuple[Role, ...]:
    """The roles that a heading's words give it; `year` is the one that is reported on,
    later ones are planned.

    >>> [role.value for role in heading_roles("二、存在的问题及下一步工作打算", 2023)]
    ['shortcomings', 'plan']
    >>> (
    ...     [role.value for role in heading_roles("二、2026年安排", 2025)],
    ...     heading_roles("一、抓学习", 2025)[0].value,
    ... )
    (['plan'], 'achievements')
    """
    heading = squeeze(fold_wide(title))
    found = _proved_roles(heading)
    if year and any(named > year for named in find_years(_NOT_PLANNED.sub("", heading))):
        found.add(Role.PLAN)
    if Role.OTHER in found and len(found) > 1:
        found.discard(Role.OTHER)
    return tuple(role for role in Role if role in found) or (Role.ACHIEVEMENTS,)


def _proved_roles(heading: str) -> set[Role]:
    return {role for role, words in role_words().items() if words.found_in(heading)}


def inherited_roles(title: str, parent: tuple[Role, ...], year: int | None) -> tuple[Role, ...]:
    """The roles of a subsection: its parent's, unless its whole heading is the
    formal name of another role.

    >>> both = (Role.SHORTCOMINGS, Role.PLAN)
    >>> [role.value for role in inherited_roles("（一）存在的问题", both, 2023)]
    ['shortcomings']
    >>> [role.value for role in inherited_roles("（一）宣传不够深入的问题", both, 2023)]
    ['shortcomings', 'plan']
    """
    if parent not in {(Role.ACHIEVEMENTS,), (Role.OTHER,)} and len(parent) < 2:
        return parent
    if not is_formal(title):
        return parent
    own = heading_roles(title, year)
    claimed = tuple(role for role in own if role in _CLAIMS or role in parent)
    return claimed or parent


def is_formal(title: str) -> bool:
    """Whether the heading, its number left out, is made of the genre's general words only."""
    bare = _NUMBER.sub("", squeeze(fold_wide(title)))
    return formal_opening(bare) == len(bare) > 0


def formal_opening(bare: str) -> int:
    """How many characters at the start of a heading are the formal name of a section: where a
    heading that was glued to the text after it ends. 0 where it does not open so.

    >>> (
    ...     formal_opening("存在的问题部分干部学得不够"),
    ...     formal_opening("打算2025年每村"),
    ...     formal_opening("推动示范创建"),
    ... )
    (5, 2, 0)
    """
    found = _general_words().match(bare)
    named = found and (found[0].endswith(_NOUNS) or _proved_roles(found[0]))
    return found.end() if found and named else 0


# General words that can close a section's name though they prove no role.
_NOUNS = ("情况", "工作")
_NUMBER = re.compile(r"^(?:（?[一二三四五六七八九十\d]{1,3}[）、.]|[①-⒛㈠-㈩])+")


@knowledge
def _general_words() -> re.Pattern[str]:
    words = sorted(load_yaml(_FILE)["general"], key=len, reverse=True)
    choice = "|".join(map(re.escape, words))
    # Nothing follows the repeated group, so the search never goes back over it.
    return re.compile(rf"(?:20\d\d年度?)?(?:{choice})+")


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """One pattern for all of them; `…` in a phrase stands for up to 40 characters
    (headings are not longer).
    """
    return re.compile(
        "|".join(".{0,40}?".join(map(re.escape, phrase.split("…"))) for phrase in phrases)
    )
