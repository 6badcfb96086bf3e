"""Sentences for generated reports: set phrases of the genre,
and sentences that only one body writes.
"""

from __future__ import annotations

import random
import re
from contextlib import closing
from dataclasses import dataclass
from functools import cache

import jieba

from bench.compose import compose_reports
from workers.report.chinese.clauses import HAN

# Words of two characters that occur at least so often in jieba's corpus: some 17,000.
_LEAST_FREQUENT = 100
_HAN = re.compile(rf"[{HAN}]+")
# Places of a sentence: d adverb, v verb, n noun, a adjective, # a number.
_FRAMES = (
    "d v a n ， v n 和 n ， v n v n #项 。",
    "v a n 与 n ， d v n ， v n a n 。",
    "n v n #个 ， d v a n ， n n 更加 a 。",
    "针对 n n a 的 问题 ， d v n ， v n n #次 ， v a n 。",
    "v n 、 v n 、 v n ， d v a n ， 使 n n d v 。",
    "把 n 同 n v 起来 ， v #处 n ， v n 的 a n 。",
    "依托 n n ， v a n #场 ， d v n ， n v 率 明显 a 。",
)


@cache
def words() -> dict[str, tuple[str, ...]]:
    """Words by their part in a sentence."""
    found: dict[str, list[str]] = {"n": [], "v": [], "a": [], "d": []}
    with closing(jieba.get_dict_file()) as file:
        lines: list[str] = file.read().decode().splitlines()
    for word, frequency, part in map(str.split, lines):
        if part in found and len(word) == 2 and int(frequency) >= _LEAST_FREQUENT:
            found[part].append(word)
    return {part: tuple(some) for part, some in found.items()}


@cache
def set_phrases() -> tuple[str, ...]:
    """Sentences that the whole genre shares, from composed reports,
    with names of places that do not exist.
    """
    texts = [composed.text for composed in compose_reports(7, 150)]
    sentences = {line for text in texts for line in re.findall(r"[^\n。]{15,90}。", text)}
    return tuple(sorted(sentences))


@dataclass(frozen=True, slots=True)
class Style:
    """The words that one body uses: a part of the language, so that its sentences are its own."""

    parts: dict[str, list[str]]

    @classmethod
    def draw(cls, rng: random.Random) -> Style:
        sizes = {"n": 160, "v": 110, "a": 40, "d": 20}
        return cls({part: rng.sample(words()[part], size) for part, size in sizes.items()})

    def sentence(self, rng: random.Random) -> str:
        """One sentence; numbers in it are drawn anew each time that it is shown (`#`)."""
        shown = [
            rng.choice(self.parts[one]) if one in self.parts else one
            for one in rng.choice(_FRAMES).split()
        ]
        return "".join(shown)


def with_numbers(sentence: str, rng: random.Random) -> str:
    """The sentence with a number in each of its places."""
    return re.sub("#", lambda _: str(rng.randint(2, 90)), sentence)


def rewrite_words(text: str, share: float, rng: random.Random) -> str:
    """Replace each word, with this probability, by any other word of the language."""
    stock = words()["n"] + words()["v"]
    cut: list[str] = jieba.lcut(text)
    return "".join(
        rng.choice(stock) if _HAN.fullmatch(word) and rng.random() < share else word for word in cut
    )


def rewrite_sentences(
    sentences: list[str], share: float, style: Style, rng: random.Random
) -> list[str]:
    """Replace this share of the text by whole sentences of another style
    and by other set phrases.
    """
    left = share * sum(map(len, sentences))
    rewritten = list(sentences)
    for at in rng.sample(range(len(sentences)), len(sentences)):
        if left <= 0:
            break
        left -= len(sentences[at])
        other = style.sentence(rng) if rng.random() < 0.7 else rng.choice(set_phrases())
        rewritten[at] = with_numbers(other, rng)
    return rewritten
