"""The sections that the headings lay out: they tile the body, each with its roles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workers.report.model import Role, Section
from workers.report.segmentation.headings import Heading
from workers.report.segmentation.lines import trim
from workers.report.segmentation.roles import heading_roles, inherited_roles
from workers.report.text import Span


def lay_sections(
    text: str, headings: Sequence[Heading], *, body: Span, signed: bool, year: int | None
) -> tuple[Section, ...]:
    """Preamble, one section a heading, signature: `body` ends where the signature starts. Each section ends where the
    next one starts, the last one at the end of the text.

    >>> headings = [Heading(start=3, number_end=5, end=7, level=1)]
    >>> [(found.roles[0].value, found.start, found.end) for found in
    ...  lay_sections("开头。一、成效", headings, body=Span(0, 7), signed=False, year=None)]
    [('preamble', 0, 3), ('achievements', 3, 7)]
    """
    sections: list[Section] = []
    first = headings[0].start if headings else body.end
    lead = trim(text, body.start, first)
    if lead.end > lead.start:
        sections.append(_plain(Role.PREAMBLE, lead.start, first))
    ends = [*(heading.start for heading in headings[1:]), body.end]
    roles = _roles(text, headings, year)
    for heading, end, own in zip(headings, ends, roles, strict=True) if headings else ():
        sections.append(_section(text, heading, end, own))
    if signed:
        sections.append(_plain(Role.SIGNATURE, body.end, len(text)))
    return tuple(sections)


def _plain(role: Role, start: int, end: int) -> Section:
    return Section(level=0, number=None, title=None, roles=(role,), start=start, end=end, heading_end=start)


def _section(text: str, heading: Heading, end: int, roles: tuple[Role, ...]) -> Section:
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


def _roles(text: str, headings: Sequence[Heading], year: int | None) -> Iterator[tuple[Role, ...]]:
    """The roles of each heading: its own at the top, its parent's below."""
    above: list[tuple[int, tuple[Role, ...]]] = []
    for heading in headings:
        while above and above[-1][0] >= heading.level:
            above.pop()
        title = text[heading.start : heading.end]
        roles = inherited_roles(title, above[-1][1], year) if above else heading_roles(title, year)
        above.append((heading.level, roles))
        yield roles
