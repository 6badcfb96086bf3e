"""Sentences: the spans between 。！？； and line breaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from workers.report.chinese.lines import trim
from workers.report.text import Span

_TURN = re.compile("[。！？；\n“”（）《》「」]")
_OPENERS = "“（《「"
_CLOSERS = "”）》」"
# A quotation or bracket of the genre is shorter; an opener whose closer was lost must not
# swallow the paragraph.
_LONGEST_QUOTE = 80


def find_sentences(folded: str, breaks: Iterable[int] = ()) -> tuple[Span, ...]:
    """The sentences without the white space around them;
    `breaks` are offsets that end one in any case (headings).

    >>> [(start, end) for start, end in find_sentences("共3件。提出“谁执法；谁普法”。\\n完")]
    [(0, 4), (4, 16), (17, 18)]
    """
    cuts = sorted({*_sentence_ends(folded), *breaks, len(folded)})
    spans = (trim(folded, start, end) for start, end in zip([0, *cuts], cuts, strict=False))
    return tuple(span for span in spans if span.end > span.start)


def _sentence_ends(folded: str) -> Iterator[int]:
    quote_until = pending = -1
    for turn in _TURN.finditer(folded):
        mark, at = turn[0], turn.start()
        if mark in _OPENERS:
            closer = _CLOSERS[_OPENERS.index(mark)]
            quote_until = max(quote_until, folded.find(closer, at, at + _LONGEST_QUOTE))
        elif mark == "\n":
            quote_until = -1
            yield at + 1
        elif mark in _CLOSERS:
            # “……。” at the end of a quotation ends the sentence around it too.
            if pending == at:
                yield at + 1
        elif at > quote_until:
            yield at + 1
        elif mark in "。！？":
            pending = at + 1
