"""The words of RTF (specification 1.9.1) that matter to a reader of text, and its code pages."""

from __future__ import annotations

import codecs
import re

# A byte in hexadecimal, a word with its number, a mark, a brace, bytes as they stand.
_MARKUP = (
    rb"\\'(?P<hex>[0-9A-Fa-f]{2})|\\(?P<word>[A-Za-z]+)(?P<number>-?[0-9]{1,10})? ?"
    rb"|\\(?P<mark>[^A-Za-z])"
)
_TOKEN = re.compile(_MARKUP + rb"|(?P<brace>[{}])|[\r\n]+|(?P<text>[^\\{}\r\n]+)", re.DOTALL)
# The second byte of a Chinese character may be that of a backslash or a brace.
_PAIR = rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]"
_WIDE_TOKEN = re.compile(
    _MARKUP + rb"|(?P<brace>[{}])|[\r\n]+|(?P<text>(?:" + _PAIR + rb"|[^\\{}\r\n])+)", re.DOTALL
)
_CODE_PAGE = re.compile(rb"\\ansicpg(?P<number>[0-9]{1,5})")
_CHINESE = re.compile(rb"\\(?:fcharset134|(?:def)?lang(?:fe)?2052)(?![0-9])")
# So far the head of a file reaches, with its fonts.
_HEAD = 64 * 1024
# The code pages that Word and LibreOffice write, by their numbers.
_DOS = (437, 850, 852, 855, 857, 860, 861, 862, 863, 864, 865, 866, 874, 932, 949)
_NAMES = {
    **{number: f"cp{number}" for number in (*_DOS, *range(1250, 1259))},
    936: "gb18030", 950: "big5hkscs", 1361: "johab", 10000: "mac_roman", 10006: "mac_greek",
    10007: "mac_cyrillic", 10029: "mac_latin2", 54936: "gb18030", 65001: "utf-8",
}  # fmt: skip
_WIDE = frozenset({"gb18030", "big5hkscs", "cp932", "cp949"})
# \fcharset: which script a font is for. 0 and 1 say no more than the file itself does.
SYMBOLS = 2
CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5hkscs", 161: "cp1253",
    162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250",
    SYMBOLS: "latin-1",
}  # fmt: skip

# Python opens a file for each code page at its first use, which a confined reader may not.
for _page in {*_NAMES.values(), *CHARSETS.values()}:
    codecs.lookup(_page)

CHARACTERS = {
    "tab": "  ", "line": "\n", "page": "\n", "column": "\n", "emdash": "—", "endash": "–",
    "lquote": "‘",
    "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•", "enspace": " ",
    "emspace": " ",
    "qmspace": " ", "~": "\xa0", "_": "-", "\\": "\\", "{": "{", "}": "}",
}  # fmt: skip
# Tables of the file, what stands on every page, pictures and second copies:
# no text of the document.
SKIPPED = frozenset(
    {
        "colortbl", "stylesheet", "info", "pict", "nonshppict", "header", "headerl", "headerr",
        "headerf",
        "footer", "footerl", "footerr", "footerf", "ftnsep", "ftnsepc", "ftncn", "aftnsep",
        "aftnsepc",
        "aftncn", "sp", "shprslt", "nonesttables", "xe", "tc", "rxe", "filetbl", "listtable",
        "revtbl",
        "objdata", "template", "annotation",
    }
)  # fmt: skip
# What \* lets a reader pass over and this one reads.
READ = frozenset(
    {
        "shpinst",
        "do",
        "fldinst",
        "nesttableprops",
        "pntext",
        "listtext",
        "moMath",
        "moMathPara",
        "footnote",
    }
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
    """The code page of this number; that of Chinese for a number that is none.

    >>> name_of(1251), name_of(936), name_of(99999)
    ('cp1251', 'gb18030', 'gb18030')
    """
    return _NAMES.get(number, "gb18030")


def tokens_of(page: str) -> re.Pattern[bytes]:
    return _WIDE_TOKEN if page in _WIDE else _TOKEN
