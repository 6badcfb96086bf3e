"""One spelling for the rules: every character is replaced by at most one other,
so that offsets hold.

Rules look at folded text and take what they hand on from the text itself. They are thereby blind
to half- and full-width forms and to traditional characters, whether or not an earlier stage has
evened them out. There is one table in two strengths, for marks have two widths: `fold_narrow`
writes them as numbers do, `fold_wide` as sentences do; `simplify` leaves them alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from workers.report.catalogue import knowledge, load_yaml, require

TRADITIONAL_FILE = "traditional.yaml"

# Written forms, the one that stands for all beside figures, and the one in sentences;
# empty where the form stays.
_FORMS = (
    ("（(﹙", "(", "（"),
    ("）)﹚", ")", "）"),
    ("，,", ",", "，"),
    ("；;", ";", "；"),
    ("：:︰∶", ":", "："),
    ("！!", "", "！"),
    ("？?", "", "？"),
    ("．﹒", ".", "."),
    ("％﹪", "%", "%"),
    ("＋", "+", ""),
    ("－", "-", ""),
    ("～", "~", ""),
    ("／", "/", ""),
    ("｜", "|", ""),
    (
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
        "\u202f\u205f\u3000\t\r",
        " ",
        " ",
    ),
    # The zeros of a year written in Chinese; beside figures 零 is a word of its own (零投诉).
    ("○◯", "〇", "〇"),
    ("零", "", "〇"),
    *(
        (wide, narrow, narrow)
        for wide, narrow in zip("０１２３４５６７８９", "0123456789", strict=True)
    ),
)
# As long as the opening of a report; whole texts are folded once.
_SHORT = 700


@dataclass(frozen=True, slots=True, eq=False)
class Folding:
    """What each form is written as; `forms` finds them.

    Few characters of a text are such forms: to look for them is many times quicker than
    `str.translate`, which asks for every character.
    """

    written: Mapping[str, str]
    forms: re.Pattern[str]

    def fold(self, text: str) -> str:
        for form in set(self.forms.findall(text)):
            text = text.replace(form, self.written[form])
        return text


@knowledge
def simplified() -> Mapping[str, str]:
    """The traditional characters that only traditional texts have.

    CatalogueError names a row that is wrong.
    """
    return _read_pairs(load_yaml(TRADITIONAL_FILE)["rows"])


@knowledge
def _simple_folding() -> Folding:
    return _read_folding({})


@knowledge
def _narrow_folding() -> Folding:
    return _read_folding({form: narrow for forms, narrow, _ in _FORMS for form in forms if narrow})


@knowledge
def _wide_folding() -> Folding:
    return _read_folding({form: wide for forms, _, wide in _FORMS for form in forms if wide})


def _read_folding(marks: Mapping[str, str]) -> Folding:
    words = _read_pairs([load_yaml(TRADITIONAL_FILE)["words"]])
    written = {
        form: plain for form, plain in {**simplified(), **words, **marks}.items() if form != plain
    }
    twice = written.keys() & set(written.values())
    require(not twice, TRADITIONAL_FILE, "".join(twice), "is simplified, and traditional too")
    return Folding(written, re.compile(f"[{re.escape(''.join(written))}]"))


def _read_pairs(rows: Sequence[Mapping[str, str]]) -> Mapping[str, str]:
    pairs: dict[str, str] = {}
    for row in rows:
        old, new = row["traditional"], row["simplified"]
        require(
            len(old) == len(new),
            TRADITIONAL_FILE,
            old[:5],
            "both halves must have as many characters",
        )
        pairs |= zip(old, new, strict=True)
    return pairs


def simplify(text: str) -> str:
    """The text with simplified characters for traditional ones; as long as the text itself.

    >>> simplify("調處糾紛204件，為群衆")
    '调处纠纷204件，为群众'
    """
    return _simple_folding().fold(text)


def fold_narrow(text: str) -> str:
    """The text as numbers are written: simplified, its digits and marks half width.

    >>> fold_narrow("舉辦１４場，受眾２．３萬人次（９８％）")
    '举办14场,受众2.3万人次(98%)'
    """
    return _fold_whole(text, _narrow_folding())


def fold_wide(text: str) -> str:
    """The text as sentences are written: simplified,
    its marks full width and its digits half width.

    >>> fold_wide("（一)二零二一年，３件:１．鎮")
    '（一）二〇二一年，3件：1.镇'
    """
    folding = _wide_folding()
    return _fold_short(text, folding) if len(text) <= _SHORT else _fold_whole(text, folding)


@lru_cache(maxsize=8)  # each stage folds the text that it is given
def _fold_whole(text: str, folding: Folding) -> str:
    return folding.fold(text)


@lru_cache(maxsize=256)  # title, opening and names are looked at again and again
def _fold_short(text: str, folding: Folding) -> str:
    return folding.fold(text)


@dataclass(frozen=True, slots=True)
class Written:
    """A stretch and its wide folded form, character for character:
    rules look at `folded`, `text` is handed on.

    >>> lead = Written.of("松坪鎮(代章)")
    >>> lead.folded, lead.text[2:3]
    ('松坪镇（代章）', '鎮')
    """

    text: str
    folded: str

    @classmethod
    def of(cls, text: str) -> Written:
        return cls(text, fold_wide(text))


def squeeze(text: str) -> str:
    """The text without its white space.

    >>> squeeze(" 松坪镇 人民政府\\n")
    '松坪镇人民政府'
    """
    return "".join(text.split())
