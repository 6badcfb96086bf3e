"""The words of RTF (specification 1.9.1) that matter to a reader of text, and its code pages."""

from __future__ import annotations

import codecs
import re

# A byte in hexadecimal, a word with its number, a mark, a brace, bytes as they stand.
_MARKUP = rb"\\'(?P<hex>[0-9A-Fa-f]{2})|\\(?P<word>[A-Za-z]+)(?P<number>-?[0-9]{1,10})? ?|\\(?P<mark>[^A-Za-z])"
_TOKEN = re.compile(_MARKUP + rb"|(?P<brace>[{}])|[\r\n]+|(?P<text>[^\\{}\r\n]+)", re.DOTALL)
# The second byte of a Chinese character may be that of a backslash or a brace.
_PAIR = rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]"
_WIDE_TOKEN = re.compile(_MARKUP + rb"|(?P<brace>[{}])|[\r\n]+|(?P<text>(?:" + _PAIR + rb"|[^\\{}\r\n])+)", re.DOTALL)
_CODE_PAGE = re.compile(rb"\\ansicpg(?P<number>[0-9]{1,5})")
_CHINESE = re.compile(rb"\\(?:fcharset134|(?:def)?lang(?:fe)?2052)(?![0-9])")
# So far the head of a file reaches, with its fonts.
_HEAD = 64 * 1024
_NAMES = {936: "gb18030", 54936: "gb18030", 950: "big5hkscs", 65001: "utf-8", 10000: "mac_roman"}
_WIDE = frozenset({"gb18030", "big5hkscs", "cp932", "cp949"})
# \fcharset: which script a font is for. 0 and 1 say no more than the file itself does.
SYMBOLS = 2
CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5hkscs", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
    SYMBOLS: "latin-1",
}  # fmt: skip

CHARACTERS = {
    "tab": "  ", "line": "\n", "page": "\n", "column": "\n", "emdash": "—", "endash": "–", "lquote": "‘",
    "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•", "enspace": " ", "emspace": " ",
    "qmspace": " ", "~": "\xa0", "_": "-", "\\": "\\", "{": "{", "}": "}",
}  # fmt: skip
# Tables of the file, what stands on every page, pictures and second copies: no text of the document.
SKIPPED = frozenset(
    {
        "colortbl", "stylesheet", "info", "pict", "nonshppict", "header", "headerl", "headerr", "headerf",
        "footer", "footerl", "footerr", "footerf", "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc",
        "aftncn", "sp", "shprslt", "nonesttables", "xe", "tc", "rxe", "upr", "filetbl", "listtable", "revtbl",
        "objdata", "template", "annotation",
    }
)  # fmt: skip
# What \* lets a reader pass over and this one reads.
READ = frozenset(
    {"shpinst", "do", "fldinst", "nesttableprops", "pntext", "listtext", "moMath", "moMathPara", "footnote"}
)


def page_of(data: bytes) -> str:
    """The code page of the bytes that belong to no font of their own script.

    >>> page_of(b"{\\\\rtf1\\\\ansi\\\\ansicpg936"), page_of(b"{\\\\rtf1\\\\ansi")
    ('gb18030', 'cp1252')
    """
    head = data[:_HEAD]
    stated = _CODE_PAGE.search(head)
    if stated is None:
        return "gb18030" if _CHINESE.search(head) else "cp1252"
    return name_of(int(stated["number"]))


def name_of(number: int) -> str:
    """The code page of this number; that of Chinese for a number that is none."""
    name = _NAMES.get(number, f"cp{number}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "gb18030"
    return name


def tokens_of(page: str) -> re.Pattern[bytes]:
    return _WIDE_TOKEN if page in _WIDE else _TOKEN
