"""Characters that are another one in disguise, or none: what a PDF viewer, a font or a keyboard
put in the place of the plain one. What they are is asked of Unicode.

    radicals and compatibility ideographs   ⾏政, ⺠, 立 (U+F9F7)  →  the character itself
    presentation forms                       ﹐ ︵ ﹪             →  the mark itself
    without ink                              zero-width, controls, directions, variation selectors
                                             and the like, private use  →  nothing
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import groupby

from workers.report.catalogue import knowledge, load_yaml, require
from workers.report.chinese.folding import fold_wide, simplify

RADICALS_FILE = "radicals.yaml"

# What Chinese texts are made of; whatever else stands in one is looked up.
_UNUSUAL = re.compile(
    r"[^\t-\r\x20-\x7e\x85\u2018-\u201d\u2026\u2014\u00b7\u3000-\u303f\u4e00-\u9fff\uff00-\uff5e]+"
)
# Controls that end a line, and the mark of a loss, which is a finding.
_KEPT = frozenset("\t\n\x0b\x0c\r\x85\ufffd")
# Format characters, controls, private use and surrogates; marks without ink are known by name.
_NO_INK = frozenset({"Cf", "Cc", "Co", "Cs"})
_NO_INK_NAMES = re.compile(
    "VARIATION SELECTOR|GRAPHEME JOINER|FILLER|VOWEL INHERENT|PATTERN BLANK|OBJECT REPLACEMENT"
)
NARROW_ALPHANUMERICS = {
    code: code - 0xFEE0
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
} | {ord("％"): ord("%")}
"""For `str.translate`: full-width digits and letters, with the per cent sign behind them."""

# Kangxi radicals, compatibility ideographs, vertical and small forms.
_DISGUISED = re.compile(
    r"[\u2f00-\u2fd5\u3038-\u303a\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe4f\ufe50-\ufe6f\U0002f800-\U0002fa1f]"
)


@knowledge
def _radicals() -> Mapping[str, str]:
    """CatalogueError names a row that is wrong."""
    pairs: dict[str, str] = {}
    for row in load_yaml(RADICALS_FILE)["radicals"]:
        old, new = row["radicals"], row["characters"]
        require(len(old) == len(new), RADICALS_FILE, old[:5], "both halves must be as long")
        pairs |= zip(old, new, strict=True)
    return pairs


@lru_cache(maxsize=4096)
def plain_form(character: str) -> str:
    """What the character stands for: itself, another, or nothing where it has no ink.

    >>> [plain_form(char) for char in "⾏⺠\\uf9f7﹐︵\\u2067\\U000e0100件"]
    ['行', '民', '立', '，', '（', '', '', '件']
    """
    if character in _KEPT:
        return character
    if _has_no_ink(character):
        return ""
    if not _DISGUISED.match(character):
        return _radicals().get(character, character)
    plain = unicodedata.normalize("NFKC", character)
    if unicodedata.category(character) in {"Lo", "So", "Nl"}:
        return plain
    return fold_wide(plain if len(plain) == 1 else character)


def _has_no_ink(character: str) -> bool:
    category = unicodedata.category(character)
    if category in _NO_INK:
        return True
    # A letter, a mark or a sign that Unicode calls a filler, a selector, a joiner, a blank.
    return category in {"Mn", "Lo", "So"} and bool(
        _NO_INK_NAMES.search(unicodedata.name(character, ""))
    )


def changed_runs(text: str) -> Iterator[tuple[int, int, str]]:
    """Each stretch that is not plain, with what it stands for; nothing where it has no ink.

    >>> list(changed_runs("⾏⺠\\u200b\\u2067事"))
    [(0, 2, '行民'), (2, 4, '')]
    """
    for run in _UNUSUAL.finditer(text):
        at = run.start()
        for ink, characters in groupby(run[0], _change_of):
            written = "".join(characters)
            if ink is not None:
                yield at, at + len(written), "".join(map(plain_form, written))
            at += len(written)


def _change_of(character: str) -> bool | None:
    """None where it is plain, else whether anything takes its place."""
    plain = plain_form(character)
    return None if plain == character else bool(plain)


def plain_text(text: str) -> str:
    """The text as cleaning would write it, simplified: for names of files and for questions,
    whose offsets nobody needs.

    >>> plain_text("⾏政\\u200b處罰﹐２０２４")
    '行政处罚，2024'
    """
    plain = _UNUSUAL.sub(lambda run: "".join(map(plain_form, run[0])), text)
    return simplify(plain).translate(NARROW_ALPHANUMERICS)
