"""The reader of Chinese numerals beside two others: `python -m bench.numerals [HOW_MANY] [SEED]`.

Both ways. Numbers that cn2an writes, plain and formal, are read by us; numbers that are written
here, in the many ways of reports, are read by us, by cn2an and by Recognizers-Text. Ours must give
every number back. What the others do not read, or read otherwise, is counted beside it.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import cn2an
import emoji

from workers.report.chinese.folding import fold_narrow
from workers.report.chinese.numerals import find_numerals

OURS = "ours"
# The module reads a table of an older emoji; it only asks it whether a text holds any.
emoji.UNICODE_EMOJI = {"en": emoji.EMOJI_DATA}  # type: ignore[attr-defined]
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of its own source, when it is compiled
    from recognizers_number import Culture, NumberRecognizer

_SIZES = ((1000, "千"), (100, "百"), (10, "十"), (1, ""))
_GROUPS = ("", "万", "亿")
_TENS = {"二十": "廿", "三十": "卅", "四十": "卌"}


@dataclass(slots=True)
class Tally:
    """How a reader did in one way of writing; the first of its mistakes."""

    right: int = 0
    unread: int = 0
    wrong: int = 0
    first_wrong: str = ""

    def count(self, written: str, value: float, read: float | None) -> None:
        if read is None:
            self.unread += 1
        elif abs(read - value) <= 1e-6 * max(1, abs(value)):
            self.right += 1
        else:
            self.wrong += 1
            self.first_wrong = self.first_wrong or f"{written} = {value:g}, read {read:g}"


def draw_number(draw: random.Random) -> int:
    """Of one to twelve digits, with as many noughts as reports have."""
    digits = draw.randint(1, 12)
    noughts = draw.choice((0, 0, 0.3, 0.7))
    written = str(draw.randint(1, 9))
    for _ in range(digits - 1):
        written += "0" if draw.random() < noughts else str(draw.randint(0, 9))
    return int(written)


def write_plain(number: int) -> str:
    """A number below a million millions as a clerk writes it.

    >>> write_plain(10012), write_plain(100000500), write_plain(20)
    ('一万零一十二', '一亿零五百', '二十')
    """
    written, gap = "", False
    for place in (2, 1, 0):
        group = number // 10_000**place % 10_000
        if not group:
            gap = gap or bool(written)
            continue
        written += ("零" if written and (gap or group < 1000) else "") + _write_group(group)
        written += _GROUPS[place]
        gap = False
    return written.removeprefix("一") if written.startswith("一十") else written


def _write_group(group: int) -> str:
    written, gap = "", False
    for size, name in _SIZES:
        digit, group = divmod(group, size)
        if digit:
            written += ("零" if gap and written else "") + "一二三四五六七八九"[digit - 1] + name
        gap = not digit
    return written


def ways_to_write(draw: random.Random, number: int) -> Iterator[tuple[str, str, float]]:
    """The way, what is written, and its value."""
    plain = write_plain(number)
    yield "plain", plain, number
    yield "formal", plain.translate(_FORMAL), number
    yield "两", re.sub("二(?=[百千万亿])", "两", plain), number
    yield "零十", plain.replace("零一十", "零十"), number
    yield "〇", plain.replace("零", draw.choice("〇○")), number
    yield "廿 卅 卌", re.sub("[二三四]十", lambda ten: _TENS[ten[0]], plain), number
    if number > 9 and ("0" in str(number) or not _counts_on(str(number))):
        yield "digit by digit", _digit_by_digit(number), number
    decimals = draw.randint(1, 99)
    yield "decimals", f"{plain}点{_digit_by_digit(decimals)}", float(f"{number}.{decimals}")
    share = draw.randint(0, 100)
    yield "百分之", f"百分之{write_plain(share) or '零'}", share
    head, rest = divmod(number, 10_000)
    if head and rest >= 1000:
        yield "3万2500", f"{head}万{rest}", number
        thousands = rest // 1000 * 1000
        yield "3万五千", f"{head}万{_write_group(thousands)}", head * 10_000 + thousands
    yield "1,280", f"{number:,}", number
    yield "1 280", f"{number:,}".replace(",", draw.choice(" \u00a0\u2009\u202f")), number


_FORMAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")


def _digit_by_digit(number: int) -> str:
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))


def _counts_on(digits: str) -> bool:
    """23 and 345 written digit by digit are about something, or a list."""
    return len(digits) == 2 or all(int(b) == int(a) + 1 for a, b in pairwise(digits))


def read_ours(written: str) -> float | None:
    """None where the whole of it is not read as one number."""
    found = list(find_numerals(fold_narrow(written)))
    whole = len(found) == 1 and (found[0].start, found[0].end) == (0, len(written))
    return found[0].value if whole else None


def read_cn2an(written: str) -> float | None:
    try:
        return float(cn2an.cn2an(written, "smart"))
    except (ValueError, KeyError):  # KeyError: 一点五 and the like
        return None


_recogniser = NumberRecognizer(Culture.Chinese).get_number_model()


def read_recognizers(written: str) -> float | None:
    found = _recogniser.parse(written)
    if len(found) != 1 or found[0].text != written or not found[0].resolution["value"]:
        return None
    return float(found[0].resolution["value"])


READERS: dict[str, Callable[[str], float | None]] = {
    OURS: read_ours,
    "cn2an": read_cn2an,
    "Recognizers-Text": read_recognizers,
}


def compare_readers(how_many: int, seed: int) -> dict[tuple[str, str], Tally]:
    """By way of writing and reader; each number in the two ways of cn2an and in one of ours."""
    draw = random.Random(seed)  # noqa: S311 (to be drawn again, not to be secret)
    result: dict[tuple[str, str], Tally] = defaultdict(Tally)
    for _ in range(how_many):
        number = draw_number(draw)
        for form in ("low", "up"):
            written = cn2an.an2cn(number, form)
            result[f"cn2an wrote it, {form}", OURS].count(written, number, read_ours(written))
        way, written, value = draw.choice(list(ways_to_write(draw, number)))
        for name, read in READERS.items():
            result[way, name].count(written, value, read(written))
    return result


def main() -> None:
    """Print the comparison; exit status 1 where one number is not read as it was meant."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("how_many", nargs="?", type=int, default=100_000)
    parser.add_argument("seed", nargs="?", type=int, default=2024)
    asked = parser.parse_args()
    result = compare_readers(asked.how_many, asked.seed)
    print(f"{asked.how_many:,} numbers, seed {asked.seed}: right, not read, read otherwise")
    for (way, reader), tally in sorted(result.items()):
        counts = f"{tally.right:7} {tally.unread:7} {tally.wrong:7}"
        print(f"{way:24} {reader:18} {counts}  {tally.first_wrong}")
    ours = [tally for (_, reader), tally in result.items() if reader == OURS]
    sys.exit(any(tally.unread or tally.wrong for tally in ours))


if __name__ == "__main__":
    main()
