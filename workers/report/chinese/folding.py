"""One spelling for the rules: each character is replaced by at most one other, so that offsets stay.

The rules of this stage look at the folded text and take what they hand on from the text itself; they are thereby blind
to half- or full-width forms and to traditional characters, whether or not an earlier stage has evened them out.
"""

from __future__ import annotations

from functools import lru_cache

from workers.report.chinese.traditional import SIMPLIFIED

_WIDTHS = ("0123456789０１２３４５６７８９", "01234567890123456789")
_MARKS = ("(),:;!?．﹒\u3000\u00a0\t\r○零", "（），：；！？..    〇〇")

# As long as the opening of a report; whole texts are folded once.
_SHORT = 700
_FOLD = SIMPLIFIED | {ord(a): b for pair in (_WIDTHS, _MARKS) for a, b in zip(*pair, strict=True) if a != b}


def fold(text: str) -> str:
    """The text with one form for each mark, digit and common traditional character; as long as the text itself.

    >>> fold("（一)二零二一年，３件:１．鎮")
    '（一）二〇二一年，3件：1.镇'
    """
    return _fold_short(text) if len(text) <= _SHORT else text.translate(_FOLD)


@lru_cache(maxsize=256)  # title, opening and names are looked at again and again
def _fold_short(text: str) -> str:
    return text.translate(_FOLD)


def squeeze(text: str) -> str:
    """The text without its white space.

    >>> squeeze(" 松坪镇 人民政府\\n")
    '松坪镇人民政府'
    """
    return "".join(text.split())
