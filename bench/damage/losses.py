"""What is gone: characters, figures, marks, the words of a date, a stretch that nobody can read any
more. A repair would be a guess; a mark is what is due.
"""

from __future__ import annotations

import random
import re

from workers.report.chinese.clauses import HAN

# Two or three losses in a report that has lost any.
LOST_CHARACTER, LOST_MARK, LOST_FIGURE, LOST_STOP = 0.001, 0.03, 0.03, 0.01
# The length of a paste that came through a wrong encoding and lost bytes on the way.
UNREADABLE = (8, 24)


def lose_characters(rng: random.Random, text: str) -> str:
    """A character of the body is lost."""
    return re.sub(
        rf"(?<=[{HAN}])[{HAN}](?=[{HAN}])", lambda f: _kept(rng, LOST_CHARACTER, f[0]), text
    )


def lose_marks(rng: random.Random, text: str) -> str:
    """One of a pair of quotation marks, title marks or brackets is lost."""
    return re.sub(
        r"(?<!^)(?<!\n)[“”《》〔〕（）]", lambda found: _kept(rng, LOST_MARK, found[0]), text
    )


def lose_stops(rng: random.Random, text: str) -> str:
    """A comma or full stop inside a paragraph, or the stop at its end, is gone."""
    return re.sub(rf"(?<=[{HAN}0-9%])[，。]", lambda found: _kept(rng, LOST_STOP, found[0]), text)


def lose_figures(rng: random.Random, text: str) -> str:
    """The digits of a count are gone, or its unit: 排查46起 → 排查起, 排查46."""
    counts = re.compile(
        rf"(?<=[{HAN}])(\d+(?:\.\d+)?)(余?(?:[件起次场份户名条个项%]|人次|万元))(?=[，。；])"
    )

    def act(found: re.Match[str]) -> str:
        return found[0] if rng.random() >= LOST_FIGURE else found[rng.choice([1, 2])]

    return counts.sub(act, text)


def damage_dates(rng: random.Random, text: str) -> str:
    """The date of the signature without its words, or without its digits:
    2024年1月30日 → 2024130, 2024年月日.
    """
    after = r"\1\2\3" if rng.random() < 0.7 else r"\1年月日"
    return re.sub(r"(\d{4})年(\d{1,2})月(\d{1,2})日(?=\n*$)", after, text)


def make_unreadable(rng: random.Random, text: str) -> str:
    """A stretch of UTF-8 read as GBK whose odd bytes were thrown away,
    or whose characters became question marks.
    """
    place = rng.choice(list(re.finditer(f"[{HAN}]{{{UNREADABLE[0]},}}", text)))
    length = min(rng.randint(*UNREADABLE), place.end() - place.start())
    start = rng.randint(place.start(), place.end() - length)
    stretch = text[start : start + length]
    bytes_left = bytes(byte for at, byte in enumerate(stretch.encode()) if at % 7 != 2)
    wrong = rng.choice(
        [
            bytes_left.decode("gb18030", "replace"),
            bytes_left.decode("utf-8", "replace"),
            "?" * length,
        ]
    )
    return text[:start] + wrong + text[start + length :]


def _kept(rng: random.Random, rate: float, char: str) -> str:
    return "" if rng.random() < rate else char
