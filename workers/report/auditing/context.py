"""What a rule of the audit looks at, and the ways to point at it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from workers.report.chinese.clauses import is_han
from workers.report.finding_kinds import FindingKind
from workers.report.model import (
    Cleaned,
    Finding,
    Metric,
    Relation,
    Section,
    Segmented,
    Severity,
    Source,
)
from workers.report.relation_kinds import RelationKind
from workers.report.text import Span

# A report with more findings of one kind is broken as a whole;
# a person settles it once, not a thousand times.
MOST_OF_ONE_KIND = 40

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that the stages before handed on.

    Offsets are of the clean text until `finding` turns them to raw ones.
    """

    source: Source
    cleaned: Cleaned
    segmented: Segmented
    metrics: tuple[Metric, ...]
    relations: tuple[Relation, ...] = ()
    _order: Sequence[int] = field(init=False, repr=False)
    _starts: Sequence[int] = field(init=False, repr=False)
    _numbers: Sequence[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        order = sorted(range(len(self.metrics)), key=lambda at: self.metrics[at].start)
        object.__setattr__(self, "_order", order)
        object.__setattr__(self, "_starts", [self.metrics[at].start for at in order])
        numbers = [found.start() for found in _NUMBER.finditer(self.text)]
        object.__setattr__(self, "_numbers", numbers)

    @property
    def text(self) -> str:
        return self.cleaned.traced.text

    @property
    def sections(self) -> tuple[Section, ...]:
        return self.segmented.sections

    def metrics_in(self, span: Span) -> tuple[int, ...]:
        """Indexes of the metrics that begin in the span, in the order of the text."""
        first, last = bisect_left(self._starts, span.start), bisect_left(self._starts, span.end)
        return tuple(self._order[first:last])

    def at_numbers(self, pattern: re.Pattern[str], lead: int = 0) -> Iterator[re.Match[str]]:
        """What `pattern.finditer` gives, for a pattern that begins where a run of digits does, or
        `lead` characters before it: it is asked nowhere else.
        """
        text, until = self.text, 0
        for at in self._numbers:
            if at - lead >= until and (found := pattern.match(text, at - lead)):
                until = found.end()
                yield found

    def relations_of(self, *kinds: RelationKind) -> Iterator[Relation]:
        return (relation for relation in self.relations if relation.kind in kinds)

    def sentence_at(self, at: int) -> int | None:
        """Index of the sentence that holds this character;
        None between sentences and where there are none.
        """
        place = bisect_right(self.segmented.sentences, at, key=lambda span: span.start) - 1
        held = place >= 0 and at < self.segmented.sentences[place].end
        return place if held else None

    def sentence_from(self, at: int) -> int:
        """Index of the first sentence that does not end before this character."""
        return bisect_right(self.segmented.sentences, at, key=lambda span: span.end)

    def finding(
        self,
        kind: FindingKind,
        severity: Severity,
        *,
        message: str,
        message_en: str,
        places: Iterable[Span] = (),
        metrics: Iterable[int] | None = None,
        suggestion: str | None = None,
        about: str | None = None,
    ) -> Finding:
        """A finding on these stretches of the clean text;
        without `metrics` it takes those that begin in them.
        """
        places = tuple(places)
        if metrics is None:
            metrics = (at for place in places for at in self.metrics_in(place))
        return Finding(
            kind=kind,
            severity=severity,
            message=message,
            message_en=message_en,
            spans=tuple(self.cleaned.traced.raw(place.start, place.end) for place in places),
            metrics=tuple(dict.fromkeys(metrics)),
            suggestion=suggestion,
            about=about,
        )


def place_of(metric: Metric) -> Span:
    """The span of the figure in the clean text."""
    return Span(metric.start, metric.end)


def shorten_quote(text: str, most: int = 40) -> str:
    """The text on one line, shortened in its middle, for a message.

    >>> shorten_quote("共调解\\n纠纷53件")
    '共调解纠纷53件'
    """
    line = "".join(text.split())
    return line if len(line) <= most else f"{line[: most // 2]}……{line[-most // 2 :]}"


def count_han(text: str, enough: int) -> int:
    """How many Chinese characters or digits the text holds, counted up to `enough`."""
    count = 0
    for character in text:
        count += is_han(character) or character.isdigit()
        if count == enough:
            break
    return count
