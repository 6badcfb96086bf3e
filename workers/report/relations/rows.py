"""Lines of a table in plain text: a label and a figure each, one of them the total of the others.

行政处罚　132件
行政许可　214件
合计　346件
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workers.report.chinese.clauses import CLAUSE_MARKS, COLONS
from workers.report.model import Relation
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.totals import matching_end
from workers.report.relations.view import View

_LONGEST_LABEL = 20
# What may stand between a figure and the end of its line.
_REST = re.compile(r"[。；;，,|\t \u3000]{0,3}(?:\n|\Z)")
_LABEL = re.compile(rf"[|\t \u3000]*(?P<name>[^{CLAUSE_MARKS}]{{1,{_LONGEST_LABEL}}})\Z")
_SPACE = re.compile(rf"[|\s\u3000{COLONS}]")
_TOTAL = re.compile(
    "(?:合计|总计|共计|累计|总数|总量|合计数|总件数|总数量|总人数)(?:为|共)?"
    "|全[县市区镇乡州旗局]|全街道|全系统|总[件人户场]?数"
)
_NO_PART = re.compile("其中|包括|含|#|小计|去年|上年")


def find_rows(view: View) -> Iterator[Relation]:
    """sum_of: the total of each run of such lines, above or below its parts."""
    for run in _runs(view):
        yield from _rates(view, run)
        for place, (at, label) in enumerate(run):
            if not _TOTAL.fullmatch(label):
                continue
            above = _parts(view, at, run[:place][::-1])[::-1]
            parts = above if place else _parts(view, at, run[1:])
            if len(parts) > 1:
                found = matching_end(view, at, parts)
                yield view.relation(RelationKind.SUM_OF, (at, *found), Sure.SAID)


def _rates(view: View, run: Sequence[tuple[int, str]]) -> Iterator[Relation]:
    """案卷：45卷 / 评为优秀：28卷 / 优秀率：62.2%: the lines above it are its base and its part."""
    for place, (at, label) in enumerate(run):
        if view.metrics[at].unit != "%" or not label.endswith("率") or place < 2:
            continue
        (base, whole), (part, name) = run[place - 2 : place]
        act = label.removesuffix("率")[-2:]
        if view.is_alike(base, part) and act in name and act not in whole:
            yield view.relation(RelationKind.SHARE_OF, (at, part, base), Sure.SAID)


def _parts(view: View, total: int, rows: Sequence[tuple[int, str]]) -> list[int]:
    """The rows from the total on that count the same, up to another total."""
    found: list[int] = []
    for at, label in rows:
        if _TOTAL.fullmatch(label) or not view.is_alike(total, at):
            break
        if _NO_PART.match(label):
            continue
        found.append(at)
    return found


def _runs(view: View) -> Iterator[Sequence[tuple[int, str]]]:
    """Figures with their labels, of lines right below each other that hold nothing else."""
    run: list[tuple[int, str]] = []
    end = -1
    for at in view.in_order():
        label = _label(view, at)
        if label is None:
            continue
        start, rest = label
        if start != end:
            yield run
            run = []
        run.append((at, _SPACE.sub("", view.text[start : view.metrics[at].start])))
        end = rest
    yield run


def _label(view: View, at: int) -> tuple[int, int] | None:
    """Where the line of a label and this figure begins and where it ends."""
    metric = view.metrics[at]
    rest = _REST.match(view.text, metric.end)
    if rest is None:
        return None
    first = max(0, metric.start - _LONGEST_LABEL - 2)
    start = view.text.rfind("\n", first, metric.start) + 1
    named = (start > 0 or not first) and _LABEL.match(view.text[start : metric.start])
    return (start, rest.end()) if named else None
