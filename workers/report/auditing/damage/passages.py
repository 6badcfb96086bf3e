"""A passage that stands twice near itself, as when a line is pasted again: `repeated_passage`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workers.report.auditing.context import Evidence, shorten_quote
from workers.report.chinese.clauses import PHRASE_MARKS
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Role, Severity
from workers.report.text import Span

# Shorter passages recur by nature: 推进法治建设第一责任人职责 alone has 13 characters.
SHORTEST = 20
# "Near": two paragraphs. A longer passage is suspicious from farther away.
NEAR = 600
LONG = 60

_Clause = tuple[int, int]
_CLAUSE = re.compile(rf"[^{PHRASE_MARKS}]{{1,300}}")
# Names and set phrases may be repeated in full:
# what is in 《》 or in quotation marks, and the duty's long name.
_NAMES = re.compile(
    r"《[^《》\n]{1,60}》|“[^“”\n]{1,40}”|党政主要负责人|履行|推进法治建设|第一责任人|习近平新时代中国特色社会主义思想"
)


def audit_passages(evidence: Evidence) -> Iterator[Finding]:
    """repeated_passage: runs of whole clauses, for a copy begins and ends at a mark;
    headings may be taken up below.
    """
    for body in _section_bodies(evidence):
        clauses = [found.span() for found in _CLAUSE.finditer(evidence.text, *body)]
        yield from _find_repeats(evidence, clauses)


def _section_bodies(evidence: Evidence) -> Iterator[Span]:
    """The text under each heading; a copy across headings is a matter of style."""
    for section in evidence.sections:
        if Role.SIGNATURE not in section.roles:
            yield Span(section.heading_end, section.end)
    if not evidence.sections:
        yield Span(0, len(evidence.text))


def _find_repeats(evidence: Evidence, clauses: Sequence[_Clause]) -> Iterator[Finding]:
    """Clause by clause against its last occurrence, each match grown as far as it goes:
    linear in the clauses.
    """
    text = evidence.text
    words = [text[start:end].strip() for start, end in clauses]
    last: dict[str, int] = {}
    at = 0
    while at < len(clauses):
        before = last.get(words[at])
        length = _run_length(words, before, at) if before is not None else 0
        if before is not None and length and _is_repeat(evidence, clauses, before, at, length):
            yield _repeat_finding(
                evidence, _stretch_of(clauses, before, length), _stretch_of(clauses, at, length)
            )
        else:
            length = 1
        for place in range(at, at + length):
            last[words[place]] = place
        at += length


def _run_length(words: Sequence[str], before: int, at: int) -> int:
    length = 0
    while (
        at + length < len(words)
        and before + length < at
        and words[before + length] == words[at + length]
    ):
        length += 1
    return length


def _stretch_of(clauses: Sequence[_Clause], first: int, length: int) -> Span:
    return Span(clauses[first][0], clauses[first + length - 1][1])


def _is_repeat(
    evidence: Evidence, clauses: Sequence[_Clause], before: int, at: int, length: int
) -> bool:
    earlier, later = _stretch_of(clauses, before, length), _stretch_of(clauses, at, length)
    said = _NAMES.sub("", evidence.text[later.start : later.end])
    far = later.start - earlier.end
    return (
        later.end - later.start >= SHORTEST
        and len(said) >= SHORTEST - 5
        and (far <= NEAR or len(said) >= LONG)
    )


def _repeat_finding(evidence: Evidence, earlier: Span, later: Span) -> Finding:
    said = shorten_quote(evidence.text[later.start : later.end])
    return evidence.finding(
        FindingKind.REPEATED_PASSAGE,
        Severity.CHECK,
        message=f"“{said}”这段话前面已经写过一遍，像是重复粘贴。请删去一处，或改成原来要写的内容。",
        message_en=f"This passage stands twice near itself, perhaps pasted again: {said}",
        places=[later, earlier],
        metrics=(),
    )
