"""The sections that the headings lay out: they tile the body, each with its roles."""

from __future__ import annotations

from collections.abc import Sequence

from workers.report.chinese.lines import trim
from workers.report.model import Role, Section
from workers.report.segmentation.enumerations import Heading
from workers.report.segmentation.roles import heading_roles, inherited_roles
from workers.report.text import Span


def lay_sections(
    text: str, headings: Sequence[Heading], *, body: Span, signed: bool, year: int | None
) -> tuple[Section, ...]:
    """Preamble, one section a heading, signature: `body` ends where the signature starts. Each
    section ends where the next one starts, the last one at the end of the text.

    >>> headings = [Heading(start=3, number_end=5, end=7, level=1)]
    >>> [(found.roles[0].value, found.start, found.end) for found in
    ...  lay_sections("开头。一、成效", headings, body=Span(0, 7), signed=False, year=None)]
    [('preamble', 0, 3), ('achievements', 3, 7)]
    """
    sections: list[Section] = []
    first = headings[0].start if headings else body.end
    lead = trim(text, body.start, first)
    if lead.end > lead.start:
        sections.append(_bare_section(Role.PREAMBLE, lead.start, first))
    ends = [*(heading.start for heading in headings[1:]), body.end]
    roles = _roles_of(text, headings, year)
    for heading, end, own in zip(headings, ends, roles, strict=True) if headings else ():
        sections.append(_headed_section(text, heading, end, own))
    if signed:
        sections.append(_bare_section(Role.SIGNATURE, body.end, len(text)))
    return tuple(sections)


def _bare_section(role: Role, start: int, end: int) -> Section:
    return Section(
        level=0, number=None, title=None, roles=(role,), start=start, end=end, heading_end=start
    )


def _headed_section(text: str, heading: Heading, end: int, roles: tuple[Role, ...]) -> Section:
    number = text[heading.start : heading.number_end].strip()
    return Section(
        level=heading.level,
        number=number or None,
        title=text[heading.start : heading.end],
        roles=roles,
        start=heading.start,
        end=end,
        heading_end=heading.end,
    )


def _roles_of(text: str, headings: Sequence[Heading], year: int | None) -> list[tuple[Role, ...]]:
    """The roles of each heading: its own at the top, its parent's below.

    A subsection on the leaders' duty is one of the law's items only where the others are
    subsections, too; else it is one of the year's measures, like `压实第一责任人职责`.
    """
    found, claimed = _roles_below(text, headings, year, duty=True)
    if Role.LEADER_DUTY in claimed and not claimed & {Role.SHORTCOMINGS, Role.PLAN}:
        found, _ = _roles_below(text, headings, year, duty=False)
    return found


def _roles_below(
    text: str, headings: Sequence[Heading], year: int | None, *, duty: bool
) -> tuple[list[tuple[Role, ...]], set[Role]]:
    """The roles, and those that subsections claim for themselves;
    that of the leaders' duty only where `duty`.
    """
    above: list[tuple[int, tuple[Role, ...]]] = []
    found: list[tuple[Role, ...]] = []
    claimed: set[Role] = set()
    for heading in headings:
        while above and above[-1][0] >= heading.level:
            above.pop()
        title = text[heading.start : heading.end]
        parent = above[-1][1] if above else None
        own = inherited_roles(title, parent, year) if parent else heading_roles(title, year)
        if parent and not duty and Role.LEADER_DUTY in own:
            own = parent
        claimed |= set(own) - set(parent or own)
        above.append((heading.level, own))
        found.append(own)
    return found, claimed
