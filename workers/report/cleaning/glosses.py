"""What readers' helpers put after a word: its reading, its English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.report.chinese.clauses import HAN
from workers.report.text import Change

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ"
_INITIAL = "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
_FINAL = f"[aeiouü{_TONED}]{{1,3}}(?:ng|n|r(?![aeiouü{_TONED}]))?"
_SYLLABLE = f"{_INITIAL}{_FINAL}"
# The longest word that is explained so has some four characters.
_READING = re.compile(
    rf"(?<=[{HAN}])(?:[(（\[][ ]?(?:{_SYLLABLE}[ '’]?){{1,4}}[)）\]]"
    f"|(?:{_SYLLABLE}){{1,4}}(?![A-Za-z{_TONED}]))"
)
_TONE = re.compile(f"[{_TONED}]")
_GLOSS = re.compile(
    rf"[(（](?<=[{HAN}].)(?P<words>[a-z]{{5,16}}|[a-z]{{2,16}}(?: [a-z]{{2,16}}){{1,3}})[)）]"
)
# One such bracket, however often, may be the writer's own; three different ones in a Chinese report
# are a machine's. Shorter words (app, web, pos) are abbreviations that writers do add.
_FEWEST_DIFFERENT = 3


def drop_readings(text: str) -> Iterator[Change]:
    """Drop pinyin with tones after its character; in a text that has such,
    pinyin in brackets without tones, too.

    >>> text = "枫(fēng)桥经验，纠jiū纷调解(tiao jie)46件，推广app，学（xue）习"
    >>> [text[change.start : change.end] for change in drop_readings(text)]
    ['(fēng)', 'jiū', '(tiao jie)', '（xue）']
    >>> list(drop_readings("推广门店pos机（can）"))
    []
    """
    if not _TONE.search(text):
        return
    found = list(_READING.finditer(text))
    if any(_TONE.search(reading[0]) for reading in found):
        yield from (
            Change(*reading.span(), "")
            for reading in found
            if reading[0][0] in "(（[" or _TONE.search(reading[0])
        )


def drop_glosses(text: str) -> Iterator[Change]:
    """Drop the English in brackets after a word where a dictionary put it after many; one or two,
    and abbreviations, are the writer's.

    >>> text = "调解(mediation)纠纷(disputes)，法治(rule of law)建设，推广应用（app）"
    >>> [text[change.start : change.end] for change in drop_glosses(text)]
    ['(mediation)', '(disputes)', '(rule of law)']
    >>> list(drop_glosses("网页（web）、小程序（mini program）、手机应用（app）和点单机（pos）"))
    []
    """
    found = list(_GLOSS.finditer(text))
    if len({gloss["words"] for gloss in found}) >= _FEWEST_DIFFERENT:
        yield from (Change(*gloss.span(), "") for gloss in found)
