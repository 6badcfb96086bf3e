"""Mojibake: a stretch that was read in another encoding than it was written in,
turned back where the bytes prove it.

Whole files in a wrong encoding are the reader's part; here a paragraph was pasted from one. A
stretch is turned back only where that is proven: its bytes decode without an error and without a
rest into nothing but Chinese, and what they give is made of words
(workers/report/chinese/words.py), for bytes of one encoding may be characters of another. What
cannot be proven stays as it stands, and the audit marks it as garbled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from workers.report.chinese.clauses import HAN, POINTS
from workers.report.chinese.words import tokenise
from workers.report.text import Change

# What Chinese text is made of, to judge what a stretch decodes to.
_CHINESE = re.compile(rf"[{HAN}{POINTS}〈-】〔〕“”‘’—…·（）％〇]{{3,}}")


def _gbk_pairs(first: range, second: range) -> str:
    """The class of the characters that GB18030 makes of such pairs of bytes;
    7F is no second byte.
    """
    pairs = (bytes([one, two]) for one in first for two in second)
    return "".join(
        re.escape(pair.decode("gb18030"))
        for pair in pairs
        if len(pair.decode("gb18030", "ignore")) == 1
    )


def _latin_characters(first: int, last: int) -> str:
    """What Latin-1, and Windows' variant of it, make of these bytes."""
    both = (
        bytes([byte]).decode(name, "ignore")
        for byte in range(first, last + 1)
        for name in ("latin-1", "cp1252")
    )
    return "".join(re.escape(char) for char in both)


# GBK seen as Latin-1: pairs of bytes of GB 2312, which has all characters of the genre.
_GBK_AS_LATIN = re.compile("(?:[\xa1-\xf7][\xa1-\xfe]){3,}")
# UTF-8 seen as Latin-1: three bytes a character.
_UTF8_AS_LATIN = re.compile(f"(?:[\xe2-\xef][{_latin_characters(0x80, 0xBF)}]{{2}}){{3,}}")
# UTF-8 seen as Latin-1, saved as UTF-8 and seen as Latin-1 again:
# each of the three is now two or three characters.
_UTF8_TWICE = re.compile(f"(?:[\xc2-\xef][{_latin_characters(0x80, 0xBF)}]{{1,2}}){{6,}}")
# UTF-8 seen as GBK: two characters are three pairs (lead and second, third and lead, second and
# third). A byte 80 begins no pair and was replaced by �; the pairs after it are shifted. At the end
# � may stand for any byte.
_LEAD, _TAIL, _LOST = range(0xE2, 0xF0), range(0x80, 0xC0), "\ufffd"
_OPENING_PAIR = _gbk_pairs(_LEAD, _TAIL)
_MIDDLE_PAIR, _CLOSING_PAIR = (_gbk_pairs(range(0x81, 0xC0), second) for second in (_LEAD, _TAIL))
_UTF8_AS_GBK = re.compile(
    f"(?:[{_OPENING_PAIR}](?:[{_MIDDLE_PAIR}]{_LOST})*"
    f"(?:{_LOST}(?=[{_OPENING_PAIR}])|[{_MIDDLE_PAIR}][{_CLOSING_PAIR}]))+"
)
# A Chinese mark behind such a stretch looks like two of its bytes:
# where one stands in it nothing is proven.
_MARK = re.compile(f"[{POINTS}）》”]")

# How each of these begins; nearly all texts have none.
_SUSPECT = re.compile(
    f"[\xa1-\xff{_OPENING_PAIR}](?:[\xa1-\xff{_latin_characters(0x80, 0xBF)}]{{2}}"
    f"|{_LOST}|[{_MIDDLE_PAIR}][{_CLOSING_PAIR}{_LOST}])"
)


def decode_mojibake(text: str) -> Iterator[Change]:
    """Turn a stretch read in a wrong encoding back into what was written;
    accented words of other languages stay.

    >>> [
    ...     change.after
    ...     for change in decode_mojibake("开展µ÷½â¾À·×46件，鐭涚浘绾犵悍，æ³•æ²»å»ºè®¾ naïve Café")
    ... ]
    ['调解纠纷', '矛盾纠纷', '法治建设']
    """
    if not _SUSPECT.search(text):
        return
    until = 0
    for start, end, after in sorted(_decode_stretches(text)):
        if start >= until:
            until = end
            yield Change(start, end, after)


def _decode_stretches(text: str) -> Iterator[tuple[int, int, str]]:
    """What each reading finds. UTF-8 is the stronger proof, so what it explains GBK need not."""
    utf8 = [
        *_decode_each(text, _UTF8_TWICE, _from_latin_twice, "utf-8"),
        *_decode_each(text, _UTF8_AS_LATIN, _from_latin, "utf-8"),
    ]
    yield from utf8
    spans = [(start, end) for start, end, _ in utf8]
    for found in _decode_each(text, _GBK_AS_LATIN, _from_latin, "gb18030"):
        if not any(start < found[1] and found[0] < end for start, end in spans):
            yield found
    yield from _decode_each(text, _UTF8_AS_GBK, _from_gbk, "utf-8")


def _decode_each(
    text: str, stretch: re.Pattern[str], decode: Callable[[str], bytes], encoding: str
) -> Iterator[tuple[int, int, str]]:
    for found in stretch.finditer(text):
        after = decode(found[0]).decode(encoding, "replace")
        if _CHINESE.fullmatch(after) and not _MARK.search(found[0]) and _is_of_words(after):
            yield *found.span(), after


def _is_of_words(text: str) -> bool:
    """Do words of two characters and more make up half of it?

    What a wrong reading gives falls into characters.

    >>> _is_of_words("矛盾纠纷调解"), _is_of_words("氓路楼盲陆")
    (True, False)
    """
    words = tokenise(text)
    return 2 * sum(len(word) for word in words if len(word) > 1) >= sum(map(len, words)) > 0


def _from_latin(stretch: str) -> bytes:
    return b"".join(
        bytes([ord(char)]) if ord(char) < 0x100 else char.encode("cp1252", "replace")
        for char in stretch
    )


def _from_latin_twice(stretch: str) -> bytes:
    return _from_latin(_from_latin(stretch).decode("utf-8", "replace"))


def _from_gbk(stretch: str) -> bytes:
    return b"".join(b"\x80" if char == "\ufffd" else char.encode("gb18030") for char in stretch)
