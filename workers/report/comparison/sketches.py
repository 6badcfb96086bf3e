"""A small, stable sample of a masked text's grams, by which a copy is found among all reports.

MinHash signatures estimate the Jaccard similarity; where two words in five are replaced it is about
0.1, which no banding of a signature finds. Here the grams themselves are the sample: the smallest
by a fixed hash, so that two texts that share a fifth of their grams share about a fifth of their
sketches, and each shared one can be looked up by itself.
"""

from __future__ import annotations

import heapq
from itertools import islice

# About a fifth of a text's grams of five outlive the replacement of 40 % of its words; unrelated
# reports of the genre share a twentieth (three published ones: 0.05 to 0.07). Grams of four share a
# tenth, most of it set phrases.
GRAM = 5
# A copy with 40 % of its words replaced shares about 18 of these;
# set phrases may take half of them and enough is left.
SKETCH = 96

# Rabin-Karp modulo a Mersenne prime: 61 bits fit a bigint column. Any large base does; a changed
# one orphans what is stored, so it never changes.
_PRIME = (1 << 61) - 1
_BASE = 1_469_598_103_934_665_603 % _PRIME
_FIRST = pow(_BASE, GRAM - 1, _PRIME)


def gram_hashes(text: str) -> set[int]:
    """The hashes of all grams, each at least 0 and below 2^61;
    the same in every process and version.

    >>> sorted(gram_hashes("法治政府建设"))
    [1094582038224905102, 1694869602399780635]
    """
    codes = [*map(ord, text)]
    if len(codes) < GRAM:
        return set()
    rolling = 0
    for code in islice(codes, GRAM):
        rolling = (rolling * _BASE + code) % _PRIME
    # once more by the base: else grams that differ in the last character are close
    found = {rolling * _BASE % _PRIME}
    for gone, come in zip(codes, islice(codes, GRAM, None), strict=False):
        rolling = ((rolling - gone * _FIRST) * _BASE + come) % _PRIME
        found.add(rolling * _BASE % _PRIME)
    return found


def sketch_of(text: str) -> tuple[int, ...]:
    """The smallest hashes of a masked text's grams, in order; at most `SKETCH`."""
    return tuple(heapq.nsmallest(SKETCH, gram_hashes(text)))
