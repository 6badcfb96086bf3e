"""Lists of parts that 其中, 包括, 分别为 open; their total may stand farther back."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence

from workers.report.catalogue import knowledge
from workers.report.chinese.clauses import COLONS, COMMAS, SEMICOLONS, STOP
from workers.report.model import Relation
from workers.report.relation_kinds import RelationKind, Sure
from workers.report.relations.lists import ALL_SORTS, AMONG, GAP, is_joined
from workers.report.relations.view import MOST_FIGURES, View
from workers.report.relations.words import any_of, total_words
from workers.report.text import Span

_FARTHEST = 160
_TOUCHING = 2
# The most characters between a part and its opener or the part before it.
_REACH = 40
_MARK = re.compile(rf"[{COMMAS}{COLONS}{SEMICOLONS}](?!(?<=\d,)\d{{3}})")
# Words that begin a new statement, not the next part of a list.
_ANEW = re.compile(
    rf"[{COMMAS}{SEMICOLONS}]\s*"
    "(?:共|累计|合计|总计|全年|另|此外|同时|还|并|已|目前|分别|其中|包括)"
)


@knowledge
def _opener_pattern() -> re.Pattern[str]:
    """Each alternative begins with a plain character, so that a text is passed over quickly."""
    among = "|".join(f"{word}(?<![尤不]{word})" for word in total_words("among"))
    contains = rf"含(?<=[（({COMMAS}{COLONS}{SEMICOLONS}]含)(?![有量])"
    return re.compile(rf"(?:{among})(?!但不)|{any_of(total_words('each'))}|{contains}")


def find_opened(view: View, place: Span, stated: Sequence[int]) -> Iterator[Relation]:
    """part_of: the figures of one statement that such a word calls parts."""
    starts = [view.metrics[at].start for at in stated]
    for opener in _opener_pattern().finditer(view.text, place.start, place.end):
        first = bisect_left(starts, opener.end())
        wholes = _possible_wholes(view, opener, stated[max(0, first - MOST_FIGURES) : first])
        if not wholes:
            continue
        listed = _listed_figures(view, opener, stated[first : first + MOST_FIGURES])
        # A sentence that begins with 其中 may be of any figure of the one before; else the nearest
        # has precedence.
        anew = STOP.search(view.text, view.metrics[wholes[0]].end, opener.start())
        yield from _relate_parts(
            view,
            opener[0],
            wholes,
            listed,
            _find_sum(view, wholes if anew else wholes[:1], listed),
        )


def _possible_wholes(view: View, opener: re.Match[str], before: Sequence[int]) -> list[int]:
    """The figures before the opener in its statement that may be its total, the nearest first."""
    found: list[int] = []
    for at in reversed(before):
        between = view.text[view.metrics[at].end : opener.start()].rstrip("。 \u3000")
        if len(between) > _FARTHEST or STOP.search(between) or _is_too_far(opener[0], between):
            break
        if view.kind(at) is not None and view.metrics[at].value:
            found.append(at)
    return found


def _is_too_far(opener: str, between: str) -> bool:
    """其中 may look back over other statements.

    The others stand right behind their total, 分别 without a word between.
    """
    if opener == "其中":
        return False
    touching = not opener.startswith("分别") or len(between) <= _TOUCHING
    return not touching or len(between) > GAP or len(_MARK.findall(between)) > 1


def _listed_figures(view: View, opener: re.Match[str], behind: Sequence[int]) -> list[int]:
    """The figures behind the opener, up to the stop, the next opener, the bracket or a gap."""
    found: list[int] = []
    end = opener.end()
    bracketed = view.text[max(0, opener.start() - 1) : opener.start()] in {"（", "("}
    for at in behind:
        between = view.text[end : view.metrics[at].start]
        if bracketed and ("）" in between or ")" in between):
            break
        if len(between) > _REACH or STOP.search(between) or _opener_pattern().search(between):
            break
        if not found and _MARK.search(between.lstrip(f"{COMMAS}{COLONS} ")):
            break
        found.append(at)
        end = view.metrics[at].end
    return found


def _relate_parts(
    view: View,
    opener: str,
    wholes: Sequence[int],
    listed: Sequence[int],
    summing: tuple[int | None, frozenset[int]],
) -> Iterator[Relation]:
    summed, complete = summing
    previous: int | None = None
    for at in listed:
        whole = summed if at in complete else _whole_of(view, at, wholes)
        if previous is not None and not _goes_on(view, previous, at, whole, complete):
            break
        if whole is not None and not view.is_change(at):
            # 39人，其中未成年人2人、女性4人: there is one total that it can be of.
            sole = opener == "其中" and len(wholes) == 1 and view.kind(at) not in ALL_SORTS
            entry = AMONG if sole else None
            yield view.relation(RelationKind.PART_OF, (at, whole), Sure.IMPLIED, entry)
        previous = at


def _find_sum(
    view: View, wholes: Sequence[int], listed: Sequence[int]
) -> tuple[int | None, frozenset[int]]:
    """The nearest total that the beginning of the list adds up to, and that beginning.

    The marks in it part nothing.
    """
    for whole in wholes:
        alike = [
            at
            for at in listed
            if view.kind(at) == view.kind(whole) and _fits_whole(view, at, whole)
        ]
        added = 0.0
        for count, at in enumerate(alike, 1):
            added += view.metrics[at].value
            if count > 1 and abs(added - view.metrics[whole].value) < 0.5:
                return whole, frozenset(alike[:count])
    return None, frozenset()


def _whole_of(view: View, at: int, wholes: Sequence[int]) -> int | None:
    """The nearest of its sort.

    Where the part exceeds that one, a farther one of the same indicator.
    """
    alike = [whole for whole in wholes if view.kind(whole) == view.kind(at)]
    if not alike or not view.metrics[at].value:
        return None
    named = view.metrics[at].indicator
    same = [whole for whole in alike[1:] if view.metrics[whole].indicator == named is not None]
    return next((whole for whole in [alike[0], *same] if _fits_whole(view, at, whole)), alike[0])


def _fits_whole(view: View, at: int, whole: int) -> bool:
    part, total = view.metrics[at], view.metrics[whole]
    return part.value <= total.value or part.status is not total.status


def _goes_on(
    view: View, previous: int, at: int, whole: int | None, complete: Collection[int]
) -> bool:
    """A list with commas goes on while it counts the same thing; with semicolons too where it adds
    up.
    """
    between = view.between(previous, at)
    marks = _MARK.findall(between)
    if (len(between) <= 1 and not marks) or is_joined(between, commas=False):
        return True  # 2场300人 are two numbers of one thing
    one, other = view.metrics[previous], view.metrics[at]
    if whole is None or one.status is not other.status or _ANEW.match(between):
        return False
    same = one.indicator == other.indicator
    if at in complete:
        # Of two that add up the second may be what was done of the total (其中重大3件，化解88件);
        # three are a list.
        return len(complete) > 2 or same or None in (one.indicator, other.indicator)
    single = len(marks) == 1 and between[0] not in SEMICOLONS
    return single and same and one.indicator is not None and one.unit == other.unit
