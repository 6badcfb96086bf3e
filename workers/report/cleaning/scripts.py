"""Traditional characters in a simplified text: lines recognised or pasted so
(schema/catalogue/traditional.yaml).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from workers.report.catalogue import knowledge
from workers.report.chinese.folding import simplified, simplify
from workers.report.text import Change


@dataclass(frozen=True, slots=True)
class Scripts:
    """What finds runs of traditional characters, and the characters that only
    simplified texts have.
    """

    traditional: re.Pattern[str]
    simplified: re.Pattern[str]


@knowledge
def script_patterns() -> Scripts:
    """The two patterns, from the catalogue's pairs."""
    pairs = simplified()
    only = (char for char in {*pairs.values()} if not char.encode("big5", "ignore"))
    return Scripts(re.compile(f"[{''.join(pairs)}]+"), re.compile(f"[{''.join(only)}]"))


def simplify_stray_characters(text: str) -> Iterator[Change]:
    """Simplify the traditional characters of a simplified text;
    a text in traditional characters is left as it is.

    >>> text = "全镇调处纠纷、办结信访、开展宣传，調處糾紛46件"
    >>> [change.after for change in simplify_stray_characters(text)]
    ['调处纠纷']
    >>> list(simplify_stray_characters("街道圍繞基層治理，調處糾紛204件"))
    []
    """
    if text.isascii():
        return
    known = script_patterns()
    found = list(known.traditional.finditer(text))
    enough = sum(len(run[0]) for run in found) + 1
    if found and sum(1 for _ in islice(known.simplified.finditer(text), enough)) == enough:
        yield from (Change(*run.span(), simplify(run[0])) for run in found)
