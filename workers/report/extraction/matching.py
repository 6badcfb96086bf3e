"""Do the words at hand say a phrase of the catalogue?"""

from __future__ import annotations

from collections.abc import Sequence

from workers.report.extraction.lexicon import Hit


def matched_length(hits: Sequence[Hit], phrase: Sequence[int], last: int) -> int | None:
    """The characters that the phrase matches where its last set is the hit at `last`;
    None where it does not match.

    `phrase` is a sequence of word sets; the hits that match stand in its order,
    others may stand between.
    """
    if phrase[-1] not in hits[last].sets:
        return None
    length = hits[last].end - hits[last].start
    if len(phrase) == 1:
        return length
    at = last
    for wanted in reversed(phrase[:-1]):
        at -= 1
        while at >= 0 and wanted not in hits[at].sets:
            at -= 1
        if at < 0:
            return None
        length += hits[at].end - hits[at].start
    return length
