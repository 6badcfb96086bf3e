"""The language of the stock's sentences: choices, and figures that go together.

<甲|乙> one of the two {3-12} a number of that range; {n=3-12} keeps it for the sentence, {n}
repeats it, {~n=3-12} keeps it unseen {b=n*80-98} 80 to 98 % of n, in whole numbers {b=n+3-30} n and
3 to 30 more {d=n-b} a difference; {s=a+b+c} a sum {s!a+b+c} a wrong sum {%n} some k of n, nearly
all, as a rate {%b/n} b of n as a rate, rounded or cut {%!n} a rate that no k of n gives {%!b/n} a
rate that b of n does not give {%!!n} a rate that neither k of n nor n of k gives {%95} a share of
95 % and more of something unsaid {¥3-90} an amount in 万元 {¥n*300-2000} n times an amount in 元
{town} a word of the report
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence

_CHOICE = re.compile(r"<([^<>]*)>")
_SLOT = re.compile(r"\{([^{}]+)\}")
_NAMED = re.compile(r"(~?)([a-z])([=!])(.+)")
_RANGE = re.compile(r"(\d+)-(\d+)")
_GROWN = re.compile(r"([a-z])([*+])(\d+)-(\d+)")
_WRONG_BY = (1, 2, 3, 5, 9, 10)
_DIGITS = "零一二三四五六七八九"
# Rates are written so; the words for 百分之 are the rarest.
_WAYS = ("%", "%", "%", "%", "%", "%", "百分之")


def fill_slots(rng: random.Random, template: str, words: Mapping[str, str]) -> str:
    """The sentence with its choices made and its slots filled.

    >>> fill_slots(random.Random(1), "受理{n=40-40}件，办结{b=n*50-50}件，余{d=n-b}件。", {})
    '受理40件，办结20件，余20件。'
    """
    while _CHOICE.search(template):
        template = _CHOICE.sub(lambda found: rng.choice(found[1].split("|")), template)
    kept: dict[str, int] = {}
    return _SLOT.sub(lambda found: _filled(rng, found[1], kept, words), template)


def _filled(rng: random.Random, slot: str, kept: dict[str, int], words: Mapping[str, str]) -> str:
    if slot in words:
        return words[slot]
    if slot in kept:
        return str(kept[slot])
    if slot.startswith("%"):
        return _rate(rng, slot[1:], kept)
    if slot.startswith("¥"):
        return _amount(rng, slot[1:], kept)
    named = _NAMED.fullmatch(slot)
    if named is None:
        return str(_number(rng, slot, kept))
    value = _number(rng, named[4], kept)
    if named[3] == "!":
        value = _wrong_sum(rng, value, [kept[name] for name in re.findall("[a-z]", named[4])])
    kept[named[2]] = value
    return "" if named[1] else str(value)


def _wrong_sum(rng: random.Random, value: int, parts: Sequence[int]) -> int:
    """Too high or too low, but more than each of the parts:
    less than one of them would be another fault.
    """
    off = rng.choice(_WRONG_BY)
    return value - off if value - off > max(parts) and rng.random() < 0.5 else value + off


def _number(rng: random.Random, written: str, kept: Mapping[str, int]) -> int:
    if found := _RANGE.fullmatch(written):
        return rng.randint(int(found[1]), int(found[2]))
    if found := _GROWN.fullmatch(written):
        base, drawn = kept[found[1]], rng.randint(int(found[3]), int(found[4]))
        return max(1, base * drawn // 100) if found[2] == "*" else base + drawn
    first, *rest = re.findall(r"[+-]?[a-z]", written)
    return kept[first] + sum(kept[part[1]] * (-1 if part[0] == "-" else 1) for part in rest)


def _rate(rng: random.Random, written: str, kept: Mapping[str, int]) -> str:
    if written.isdecimal():
        least = int(written)
        value = (
            "100"
            if least == 100
            else f"{rng.uniform(least, min(100, least + 4)):.{rng.choice([0, 0, 1, 2])}f}"
        )
        return f"{value}%"
    names = written.strip("!").split("/")
    base = kept[names[-1]]
    if "!" not in written:
        part = kept[names[0]] if len(names) > 1 else base - rng.randint(0, max(1, base // 25))
        return _written(rng, rng.choice(sorted(rates_of(part, base))))
    part = kept[names[0]] if len(names) > 1 else None
    return _written(rng, _wrong_rate(rng, base, part, also_part=written.startswith("!!")))


def rates_of(part: int, base: int) -> set[str]:
    """part/base in per cent as officials write it: rounded or cut, with up to two decimals.

    >>> sorted(rates_of(2, 3))
    ['66', '66.6', '66.66', '66.67', '66.7', '67']
    """
    if part == base:
        return {"100"}
    found = set()
    for places in (0, 1, 2):
        scale = 100 * 10**places
        for scaled in ((2 * part * scale + base) // (2 * base), part * scale // base):
            found.add(f"{scaled / 10**places:.{places}f}")
    return found


def _wrong_rate(rng: random.Random, base: int, part: int | None, *, also_part: bool) -> str:
    """A rate of 60 to 99.99 % that the counts cannot give;
    with a part, one that differs from it to be seen.
    """
    parts = range(base + 1) if part is None else (part,)
    possible = {rate for each in parts for rate in rates_of(each, base)}
    if also_part:
        possible |= {rate for whole in range(base, 2 * base + 2) for rate in rates_of(base, whole)}
    for _ in range(1000):
        places = rng.choice([0, 1, 1, 2])
        rate = f"{rng.uniform(60 if base < 12 else 85, 99.9):.{places}f}"
        near = part is not None and abs(float(rate) - 100 * part / base) < 1
        if rate not in possible and float(rate) < 100 and not near:
            return rate
    raise ValueError(f"every rate is possible of {base}")


def _written(rng: random.Random, rate: str) -> str:
    way = rng.choice(_WAYS)
    if way != "百分之":
        return rate + way
    ones, _, decimals = rate.partition(".")
    if rate == "100":
        return "百分之百"
    return f"百分之{han(int(ones))}" + (
        "点" + "".join(_DIGITS[int(digit)] for digit in decimals) if decimals else ""
    )


def han(number: int) -> str:
    """A number below 100 in Chinese numerals.

    >>> han(98), han(10), han(7), han(60)
    ('九十八', '十', '七', '六十')
    """
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones or not tens else "")


def _amount(rng: random.Random, written: str, kept: Mapping[str, int]) -> str:
    if found := _RANGE.fullmatch(written):
        return f"{rng.uniform(int(found[1]), int(found[2])):.{rng.choice([0, 1, 2])}f}万元"
    name, _, each = written.partition("*")
    least, most = (int(end) for end in each.split("-"))
    total = kept[name] * rng.randint(least, most)
    return (
        f"{total}元"
        if total < 10_000 or rng.random() < 0.4
        else f"{total / 10_000:.{rng.choice([1, 2])}f}万元"
    )
