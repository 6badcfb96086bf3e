"""Marks that are lost: the stop before an item and at a paragraph's end,
the comma between names and between clauses.

What a writer never leaves out is found wherever it lacks. The comma between two clauses is left out
by whole writers, too: it is looked for only in a text that has lost characters elsewhere, and all
its places are one finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from workers.report.auditing.context import MOST_OF_ONE_KIND, Evidence, shorten_quote
from workers.report.catalogue import knowledge, load_yaml
from workers.report.chinese.clauses import HAN, STOPS
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding, Role, Severity
from workers.report.text import Span

_FILE = "clauses.yaml"
_ITEM = re.compile(rf"([二三四五六七八九])(?<=[{HAN}0-9%％”》）].)是(?=[{HAN}])")
_BEFORE = dict(zip("二三四五六七八九", "一二三四五六七八", strict=True))
# 第二是, 十二是; 一件二是: what precedes is part of the number.
_NUMBERED = re.compile(r"[第之十百其和或一二三四五六七八九]$")
# A share ends its clause; these words begin the next one.
_AFTER_SHARE = re.compile(
    rf"[%％](?:同时|此外|另外|其中|一是|二是|三是|并且|积极|深入|切实|[{HAN}]{{2}}方面)"
)
_DATED_DAY = re.compile(
    rf"[{HAN}]{{2}}(?:宣传[周月日]|教育[周月日]|宪法日|纪念日)\d{{1,2}}[.·]\d{{1,2}}(?=[{HAN}]{{2}})"
)
_DAY = "(?:宣传|教育|普法|服务)[周月日]"
_EACH_DAY = re.compile(_DAY)
_TWO_DAYS = re.compile(rf"[{HAN}]{{2}}{_DAY}(?:(?![和与及暨或等至以为])[{HAN}]){{2,6}}{_DAY}")
_LEAD = 5  # what stands in the one before its number
_BODY = re.compile(f"法院|检察|公安|司法|政法|普法|发布|融媒|交警|网信|应急|税务|平安|微[{HAN}]")
_BODY_LENGTH, _MOST_BETWEEN = 2, 4
_ALL_HAN = re.compile(f"[{HAN}]*")
_USED = re.compile("活动|期间|开展|组织|举办|利用|结合|抓住|当天|集中|现场|启动")
# 互联网+法治宣传互联网+公共服务: a list of names that begin alike.
_ALIKE = re.compile(rf"(?P<head>[{HAN}]{{2,4}}\+)[{HAN}]{{2,8}}(?P=head)[{HAN}]{{2}}")
_PARAGRAPH = re.compile(r"[^\n]{30,}")
_STOPPED = re.compile(rf"[{STOPS}；][^{STOPS}；]{{4,}}")
_OPEN_END = re.compile(rf"[{HAN}0-9%％]$")
_BEGINS = re.compile(
    r"\s{0,40}(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十]{1,3}[）)]|[一二三四五六七八九]是)"
)
_CLAUSE = re.compile(rf"[{HAN}0-9%“”《》（）〔〕、+.]{{9,160}}")
_NAME = re.compile(r"《[^《》]{0,60}》?|“[^“”]{0,40}”?|（[^（）]{0,40}）?")
# A clause may begin with its item, its time, its subject.
_BEGINNING, _SHORTEST_OBJECT, _SHORTEST_REST = 16, 3, 6
# A count that lacks its measure word (21个村支部), or most of itself.
_ODD_COUNT = re.compile(r"(?<![\d.])(?:\d{1,3}[村镇](?=支部|干部)|1人次)")
# So many losses in so many characters, and the file as a whole is damaged.
FEWEST_PROOFS, CHARACTERS_A_PROOF = 3, 2_000


class Clauses(NamedTuple):
    """The catalogue as patterns: where a clause begins, what begins the next one,
    what needs no mark before it.
    """

    begins: re.Pattern[str]
    opens: re.Pattern[str]
    causes: re.Pattern[str]


@knowledge
def clause_patterns() -> Clauses:
    """The catalogue, ready for use."""
    rows = load_yaml(_FILE)
    adverb, opener = _any_of(rows["adverbs"]), _any_of(rows["openers"])
    begins = _any_of([*rows["verbs"], *rows["prepositions"]])
    return Clauses(
        begins=re.compile(begins),
        opens=re.compile(
            rf"(?<![{rows['joined']}])(?:(?:{adverb})(?!依法治|从严)|{opener}|以(?=.{{3,20}}为))[{HAN}]{{2}}"
        ),
        # 文件要求 is a noun, 会议要求 may be one.
        causes=re.compile(rf"(?<!文件)(?<!工作)(?<!会议)(?:{_any_of(rows['causing'])})"),
    )


def _any_of(words: Sequence[str]) -> str:
    return "|".join(sorted(map(str, words), key=len, reverse=True))


def audit_marks(evidence: Evidence) -> Iterator[Finding]:
    """lost_characters: the marks that no writer leaves out."""
    found: Mapping[str, Iterator[Span]] = {
        "这里另起一项，前面少了句号或分号": _glued_items(evidence.text),
        "前一句在这里结束，少了标点": _spans_of(_AFTER_SHARE, evidence.text),
        "并列的名称之间少了顿号": _glued_names(evidence),
        "段末少了句号": _open_paragraphs(evidence),
    }
    for why, places in found.items():
        for place in islice(places, MOST_OF_ONE_KIND + 1):
            yield _lost_mark(evidence, why, place)


def audit_clauses(evidence: Evidence, known: Sequence[Finding]) -> Iterator[Finding]:
    """lost_characters: where the text has lost characters (`known`),
    the places where a comma seems to be lost too.
    """
    if len(known) < max(FEWEST_PROOFS, len(evidence.text) / CHARACTERS_A_PROOF):
        return
    taken = [span for finding in known for span in finding.spans]
    raw = evidence.cleaned.traced.raw
    places = [
        place
        for place in islice(
            sorted((*find_glued_clauses(evidence.text), *_spans_of(_ODD_COUNT, evidence.text))),
            MOST_OF_ONE_KIND,
        )
        if not any(start < raw(*place).end and raw(*place).start < end for start, end in taken)
    ]
    if places:
        words = "、".join(
            f"“{shorten_quote(evidence.text[place.start : place.end])}”" for place in places[:5]
        )
        yield evidence.finding(
            FindingKind.LOST_CHARACTERS,
            Severity.NOTE,
            message=f"这份文件多处丢字，这些地方的前面也像是丢了标点或文字：{words}等{len(places)}处。请对照原件核对。",
            message_en=(
                f"The file lost characters in many places; at {len(places)} more a "
                "mark seems to be lost."
            ),
            places=places,
            metrics=(),
        )


def find_glued_clauses(text: str) -> Iterator[Span]:
    """Where a clause begins right behind the object of the one before:
    from the object's end into the new clause.

    >>> text = "强化窗口服务本领扎实推动事项落地，推动普法工作深入开展。"
    >>> [text[start:end] for start, end in find_glued_clauses(text)]
    ['本领扎实推动']
    """
    known = clause_patterns()
    for clause in _CLAUSE.finditer(text):
        # What stands in names and brackets begins no clause;
        # its length is kept, so that places hold.
        said = _NAME.sub(lambda name: "〇" * len(name[0]), clause[0])
        first = known.begins.search(said, 0, _BEGINNING)
        since = first.end() + _SHORTEST_OBJECT if first else len(said)
        for found in known.opens.finditer(said, since):
            if len(said) - found.start() >= _SHORTEST_REST and not known.causes.search(
                said, 0, found.start()
            ):
                yield Span(clause.start() + found.start() - 2, clause.start() + found.end())


def _spans_of(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    return (Span(*found.span()) for found in pattern.finditer(text))


def _glued_items(text: str) -> Iterator[Span]:
    """三是 right behind a word, where 二是 precedes it in the same paragraph."""
    for found in _ITEM.finditer(text):
        start = text.rfind("\n", 0, found.start()) + 1
        before = text[max(start, found.start() - 1_000) : found.start()]
        if f"{_BEFORE[found[1]]}是" in before and not _NUMBERED.search(before):
            yield Span(found.start() - 1, found.end())


def _glued_names(evidence: Evidence) -> Iterator[Span]:
    yield from (Span(*found.span()) for found in evidence.at_numbers(_DATED_DAY, _LEAD))
    if "+" in evidence.text:
        yield from _spans_of(_ALIKE, evidence.text)
    if _EACH_DAY.search(evidence.text):
        yield from (
            span
            for span in _spans_of(_TWO_DAYS, evidence.text)
            if not _USED.search(evidence.text, *span)
        )
    yield from _glued_bodies(evidence)


def _glued_bodies(evidence: Evidence) -> Iterator[Span]:
    """溪山法院溪山政法: the place's own name twice in a row of names,
    villages and streets not meant.
    """
    place = evidence.segmented.header.place
    for name in (place.county, place.township):
        if name and len(name) > 2:
            yield from _glued_to(evidence.text, name[:-1])


def _glued_to(text: str, stem: str) -> Iterator[Span]:
    """Two bodies of this name with at most a short word between them."""
    size, until = len(stem) + _BODY_LENGTH, 0
    bodies = [at for at in _places_of(stem, text) if _BODY.match(text, at + len(stem))]
    known = set(bodies) if len(bodies) > 1 else ()
    for at in bodies if known else ():
        after = at + size
        for other in range(after + _MOST_BETWEEN, after - 1, -1):
            if at >= until and other in known and _ALL_HAN.fullmatch(text, after, other):
                until = other + size
                yield Span(at, until)


def _places_of(word: str, text: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _open_paragraphs(evidence: Evidence) -> Iterator[Span]:
    """The last word of a paragraph of several sentences that ends in no mark though a
    heading or item follows.
    """
    for section in evidence.sections:
        if Role.SIGNATURE in section.roles:
            continue
        for line in _PARAGRAPH.finditer(evidence.text, section.heading_end, section.end):
            ended = not evidence.text[line.end() : section.end].strip() or _BEGINS.match(
                evidence.text, line.end()
            )
            if (
                ended
                and "\t" not in line[0]
                and _STOPPED.search(line[0])
                and _OPEN_END.search(line[0].rstrip())
            ):
                end = line.start() + len(line[0].rstrip())
                yield Span(end - 1, end)


def _lost_mark(evidence: Evidence, why: str, place: Span) -> Finding:
    stands = shorten_quote(evidence.text[place.start : place.end])
    return evidence.finding(
        FindingKind.LOST_CHARACTERS,
        Severity.NOTE,
        message=f"“{stands}”：{why}。请对照原文补上。",
        message_en=f"{stands}: a mark is lost here.",
        places=[place],
        metrics=(),
    )
