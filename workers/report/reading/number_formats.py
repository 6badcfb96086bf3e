"""Numbers as a cell shows them: 0.979 as 97.9%, 45658 as 2025年1月1日.

The codes are those of ISO 29500-1, 18.8.31, which every spreadsheet program writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from workers.report.reading.numbering import format_number

# The codes that a file names by number alone, as a Chinese program shows them (18.8.30).
_MONTH, _DAY = 'yyyy"年"m"月"', 'm"月"d"日"'
BUILT_IN: dict[int, str] = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "# ?/?", 13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
    18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
    27: _MONTH, 28: _DAY, 29: _DAY, 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"', 34: '上午/下午h"时"mm"分"', 35: '上午/下午h"时"mm"分"ss"秒"',
    36: _MONTH, 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00", 41: "#,##0;-#,##0;-", 42: "¥#,##0;-¥#,##0;¥-",
    43: "#,##0.00;-#,##0.00;-", 44: "¥#,##0.00;-¥#,##0.00;¥-", 45: "mm:ss", 46: "[h]:mm:ss",
    47: "mm:ss.0", 48: "##0.0E+0", 49: "@", 50: _MONTH, 51: _DAY, 52: _MONTH, 53: _DAY, 54: _DAY,
    55: '上午/下午h"时"mm"分"', 56: '上午/下午h"时"mm"分"ss"秒"', 57: _MONTH, 58: _DAY,
}  # fmt: skip
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|[_*](?P<room>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>general)|(?P<half>am/pm|a/p|上午/下午)|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?|e+(?![+-])"
    r"|aaaa?)|(?P<digits>[0#?][0#?,]*(?:\.[0#?]*,*)?(?:e[+-][0#?]+)?|\.[0#?]+)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_SECTION = re.compile(r'(?:"[^"]*"|\\.|[_*].|\[[^\]]*\]|[^;"\\_*\[])*', re.DOTALL)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9.]+)\]")
_CURRENCY = re.compile(r"\$(?P<sign>[^-]*)")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_TESTS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda one, other: one < other, "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other, ">=": lambda one, other: one >= other,
    "=": lambda one, other: one == other, "<>": lambda one, other: one != other,
}  # fmt: skip
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_WEEK = "一二三四五六日"
_HAN = {"DBNUM1": "chineseCounting", "DBNUM2": "chineseLegalSimplified"}
# A larger number is no count of anything, and no number at all is none.
_MOST = 1e15
_MOST_DECIMALS = 10
_LONGEST = 255  # characters of a format
# From here on a number is no date any more: the year 10000.
_LAST_DAY = 2_958_466

Token = tuple[str, str]


def show_number(value: float, code: str, *, since_1904: bool = False) -> str:
    """The number as a cell of this format shows it; a format that is not understood shows it plain.

    >>> show_number(0.979, "0.0%"), show_number(12345.5, "#,##0.00"), show_number(46, "General")
    ('97.9%', '12,345.50', '46')
    >>> show_number(45658, 'yyyy"年"m"月"d"日"'), show_number(-3, "0_);(0)")
    ('2025年1月1日', '(3)')
    """
    if not abs(value) < _MOST or len(code) > _LONGEST:
        return show_plain(value)
    section, shown = _choose(value, code or "General")
    tokens = [
        (kind, str(found[kind])) for found in _TOKEN.finditer(section) if (kind := found.lastgroup)
    ]
    kinds = {kind for kind, _ in tokens}
    elapsed = any(kind == "bracket" and _ELAPSED.fullmatch(text) for kind, text in tokens)
    if elapsed or "date" in kinds:
        return _show_date(value, tokens, since_1904=since_1904)
    return _show_figure(shown, tokens)


def show_plain(value: float) -> str:
    """As General shows it, all digits that the number has.

    >>> show_plain(46.0), show_plain(0.1 + 0.2), show_plain(-1.5)
    ('46', '0.3', '-1.5')
    """
    return _written(Decimal(f"{value:.15g}")) if abs(value) < _MOST else f"{value:g}"


def _written(amount: Decimal) -> str:
    whole, point, rest = f"{amount:f}".partition(".")
    return (whole + point + rest.rstrip("0")).rstrip(".")


def _choose(value: float, code: str) -> tuple[str, float]:
    """The section of the format that is for this number, and the number that it shows."""
    sections = _split(code)
    stated = [_CONDITION.search(section) for section in sections[:2]]
    if any(stated):
        for section, test in zip(sections, stated, strict=False):
            if test is None or _TESTS[test[1]](value, float(test[2])):
                return section, value
        return sections[-1], value
    if value < 0 and len(sections) > 1:
        return sections[1], -value
    if value == 0 and len(sections) > 2:
        return sections[2], value
    return sections[0], value


def _split(code: str) -> Sequence[str]:
    sections, at = [], 0
    while at <= len(code):
        found = _SECTION.match(code, at)
        end = found.end() if found else len(code)
        sections.append(code[at:end])
        at = end + 1
    return sections


def _show_figure(value: float, tokens: Sequence[Token]) -> str:
    form = next((_HAN[text.upper()] for kind, text in tokens if text.upper() in _HAN), "")
    percent = ("other", "%") in tokens
    # A spreadsheet keeps fifteen digits.
    amount = Decimal(f"{value:.15g}").scaleb(2 * percent)
    pieces, is_fraction = [], ("other", "/") in tokens
    is_shown = False
    for kind, text in tokens:
        if kind == "general" or (kind == "other" and text == "@"):
            whole = form and amount == amount.to_integral_value()
            pieces.append(format_number(int(amount), form) if whole else _written(amount))
        elif kind == "digits":
            if not is_shown:
                pieces.append(_show_digits(amount, text, tokens))
            is_shown = True
        elif not (is_fraction and is_shown and text in {" ", "/"}):
            pieces.append(_show_sign(kind, text))
    return "".join(pieces).strip()


def _show_digits(amount: Decimal, places: str, tokens: Sequence[Token]) -> str:
    if ("other", "/") in tokens:
        return _show_fraction(amount, tokens)
    # Places that words part (0"元"00"分") lose nothing where the number stands in the first.
    parted = sum(kind == "digits" for kind, _ in tokens) > 1
    return _written(amount) if parted else _fill(amount, places)


def _fill(amount: Decimal, places: str) -> str:
    """The digits in their places: 0 shows each, # and ? those that are there."""
    mantissa, _, power = places.upper().partition("E")
    if power:
        digits, _, exponent = f"{amount:.{len(mantissa.partition('.')[2])}E}".partition("E")
        return f"{digits}E{int(exponent):+03d}"
    bare = mantissa.rstrip(",")
    amount = amount.scaleb(-3 * (len(mantissa) - len(bare)))
    bare, point, rest = bare.partition(".")
    rest = rest[:_MOST_DECIMALS]
    rounded = amount.quantize(Decimal(1).scaleb(-len(rest)), ROUND_HALF_UP)
    sign = "-" if rounded < 0 else ""
    integer, _, decimals = f"{abs(rounded):f}".partition(".")
    while decimals and rest[len(decimals) - 1] != "0" and decimals.endswith("0"):
        decimals = decimals[:-1]
    integer = integer.lstrip("0").rjust(bare.replace(",", "").count("0"), "0")
    if "," in bare:
        integer = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", integer)
    return sign + integer + (point if decimals or (point and "0" in rest) else "") + decimals


def _show_fraction(amount: Decimal, tokens: Sequence[Token]) -> str:
    places = [text for kind, text in tokens if kind == "digits"]
    found = Fraction(amount).limit_denominator(10 ** min(len(places[-1]), 4) - 1)
    if len(places) < 3 or not abs(found) >= 1:
        return str(found)
    whole, rest = divmod(abs(found), 1)
    return ("-" if found < 0 else "") + (f"{whole} {rest}" if rest else str(whole))


def _show_sign(kind: str, text: str) -> str:
    """What stands in a format for itself."""
    if kind == "bracket":
        found = _CURRENCY.match(text)
        return found["sign"] if found else ""
    return "" if kind == "room" else text


def _show_date(value: float, tokens: Sequence[Token], *, since_1904: bool) -> str:
    if not 0 <= value < _LAST_DAY:
        return show_plain(value)
    moment = _moment(value, since_1904=since_1904)
    halves = any(kind == "half" for kind, _ in tokens)
    form = next((_HAN[text.upper()] for kind, text in tokens if text.upper() in _HAN), "")
    pieces = []
    for at, (kind, text) in enumerate(tokens):
        if kind == "date":
            is_minute = text[:1] in "mM" and _is_of_time(tokens, at)
            pieces.append(_show_part(moment, "n" * len(text) if is_minute else text, halves, form))
        elif kind == "bracket" and _ELAPSED.fullmatch(text):
            unit = {"h": 3600, "m": 60, "s": 1}[text[0].lower()]
            pieces.append(str(round(value * 86400) // unit).rjust(len(text), "0"))
        elif kind == "half":
            names = ("上午", "下午") if "午" in text else ("AM", "PM")
            pieces.append(names[moment.hour >= 12])
        else:
            pieces.append(
                "" if kind in {"digits", "general"} or text == "@" else _show_sign(kind, text)
            )
    return "".join(pieces).strip()


def _moment(value: float, *, since_1904: bool) -> datetime:
    """The day by its number; 1900 has a 29 February there, which no calendar has."""
    first = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)
    days = value + 1 if not since_1904 and value < 60 else value
    return first + timedelta(seconds=round(days * 86400))


def _is_of_time(tokens: Sequence[Token], at: int) -> bool:
    """Does m stand for minutes: after hours, or before seconds?"""
    parts = [
        (place, text[:1].lower())
        for place, (kind, text) in enumerate(tokens)
        if kind == "date" or (kind == "bracket" and _ELAPSED.fullmatch(text))
    ]
    order = [place for place, _ in parts].index(at)
    before = parts[order - 1][1] if order else ""
    after = parts[order + 1][1] if order + 1 < len(parts) else ""
    return before == "h" or after == "s"


def _show_part(moment: datetime, code: str, halves: bool, form: str) -> str:
    letter, width = code[0].lower(), len(code)
    if letter in "ye":
        year = moment.year if letter == "e" or width > 2 else moment.year % 100
        return (
            format_number(year, "ideographDigital") if form else str(year).rjust(min(width, 2), "0")
        )
    if letter == "a":
        return ("星期" if width > 3 else "") + _WEEK[moment.weekday()]
    if letter == "m" and width > 2:
        return _MONTHS[moment.month - 1]
    if letter == "d" and width > 2:
        return f"星期{_WEEK[moment.weekday()]}"
    hour = (moment.hour - 1) % 12 + 1 if halves else moment.hour
    number = {
        "m": moment.month, "d": moment.day, "h": hour, "n": moment.minute, "s": moment.second
    }[letter]  # fmt: skip
    return format_number(number, form) if form else str(number).rjust(2 if width > 1 else 1, "0")
