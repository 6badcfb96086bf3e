"""What is gone: characters, halves of pairs, the words of a date. A repair would be a guess; a mark is what is due."""

from __future__ import annotations

import random
import re

# Two or three losses in a report that has lost any.
LOST_CHARACTER, LOST_MARK = 0.001, 0.03


def lose_characters(rng: random.Random, text: str) -> str:
    """A character of the body is gone."""
    return re.sub(
        "(?<=[\u4e00-\u9fff])[\u4e00-\u9fff](?=[\u4e00-\u9fff])", lambda f: _kept(rng, LOST_CHARACTER, f[0]), text
    )


def lose_marks(rng: random.Random, text: str) -> str:
    """One of a pair of quotation marks, title marks or brackets is gone."""
    return re.sub(r"(?<!^)(?<!\n)[“”《》〔〕（）]", lambda found: _kept(rng, LOST_MARK, found[0]), text)


def damage_dates(_rng: random.Random, text: str) -> str:
    """The date of the signature without its words: 2024年1月30日 → 2024130."""
    return re.sub(r"(\d{4})年(\d{1,2})月(\d{1,2})日(?=\n*$)", r"\1\2\3", text)


def _kept(rng: random.Random, rate: float, char: str) -> str:
    return "" if rng.random() < rate else char
