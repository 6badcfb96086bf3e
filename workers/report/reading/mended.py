"""Texts that went through a wrong door: seven-bit codes,
and bytes that were once read in another encoding.

Mended only where that is certain: the bytes decode without an error, and what comes out is Chinese
where there was none, or nothing but words of no language.
"""

from __future__ import annotations

import codecs
import re

from workers.report.chinese.clauses import is_han
from workers.report.reading.frequent import frequent_share

_HZ = re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e]){1,400}~\}")
_UTF7 = re.compile(rb"\+[A-Za-z0-9+/]{3,}-?")
# The escape that shifts to Chinese in ISO-2022-CN.
_ISO_2022 = re.compile(rb"\x1b\$[()*]?[A-G]")
# Bytes as mails, links and programs spell them; letters of base64 without a blank.
_SPELT = re.compile(rb"(?:=[0-9A-F]{2}|%[0-9A-F]{2}|\\u[0-9a-fA-F]{4}){6}")
_BASE64 = re.compile(rb"(?s)(?=.{180})(?:[A-Za-z0-9+/]{60,}+\r?\n)*+[A-Za-z0-9+/]++={0,2}")
# The encodings in which other bytes were wrongly read, and what they were.
_MISREADINGS = (
    ("latin-1", "gb18030"),
    ("cp1252", "gb18030"),
    ("gb18030", "utf-8"),
    ("latin-1", "utf-8"),
)
_SEVEN_BITS = ((_HZ, "hz"), (_UTF7, "utf-7"))
# Python loads a codec from its file at the first use, and a confined reader opens no files.
for _encoding in ("latin-1", "cp1252", *(name for _, name in _SEVEN_BITS)):
    codecs.lookup(_encoding)
_GOOD, _BAD = 0.4, 0.15
# Shorter texts tell nothing by the frequency of their characters.
_FEWEST = 10
# What a text is written in shows on its first page.
_SAMPLE = 2_000


def decode_seven_bits(data: bytes) -> tuple[str, str] | None:
    """HZ and UTF-7, which are ASCII to the eye; None where the file is neither.

    >>> decode_seven_bits("2024年办结46件".encode("hz"))
    ('2024年办结46件', 'hz')
    >>> (
    ...     decode_seven_bits("松涧镇2024年办结案件46件".encode("utf-7"))[1],
    ...     decode_seven_bits(b"1+1-2"),
    ... )
    ('utf-7', None)
    """
    if not data.isascii():
        return None
    for mark, encoding in _SEVEN_BITS:
        if not mark.search(data):
            continue
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if sum(map(is_han, text)) >= 4 and frequent_share(text) > _GOOD:
            return text, encoding
    return None


def is_shifted(data: bytes) -> bool:
    """ISO-2022-CN, for which there is no decoder."""
    return _ISO_2022.search(data) is not None


def is_escaped(data: bytes) -> bool:
    """Characters that are spelt in ASCII (as mails, links and programs do), and nothing but them.

    >>> is_escaped(b"=E6=9D=BE=E6=B6=A7=E9=95=87 46"), is_escaped(b"Annual report, 46 cases")
    (True, False)
    """
    return data.isascii() and bool(_SPELT.search(data) or _BASE64.fullmatch(data.strip()))


def mend_misread(text: str) -> str | None:
    """The text, or what it was before its bytes were read in another encoding; None where that
    cannot be told.

    >>> mend_misread("松涧镇人民政府年度报告".encode("gb18030").decode("latin-1"))
    '松涧镇人民政府年度报告'
    >>> mend_misread("松涧镇人民政府年度报告")
    '松涧镇人民政府年度报告'
    """
    if not is_misread(text[:_SAMPLE]):
        return text
    for wrong, right in _MISREADINGS:
        try:
            mended = text.encode(wrong).decode(right)
        except UnicodeError:
            continue
        if frequent_share(mended[:_SAMPLE]) > _GOOD:
            return mended
    return None


def is_misread(text: str) -> bool:
    """Are these characters of no language: Latin letters with marks in rows,
    or Chinese ones that nobody uses?

    >>> (
    ...     is_misread("ËÉ½§ÕòÈËÃñÕþ¸®Äê¶È±¨¸æ"),
    ...     is_misread("松涧镇人民政府"),
    ...     is_misread("Annual report 2024"),
    ... )
    (True, False, False)
    """
    telling = len(text) - len(text.encode("ascii", "ignore"))
    return telling >= _FEWEST and frequent_share(text) < _BAD
