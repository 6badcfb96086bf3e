"""Words: jieba with the genre's own terms (schema/catalogue/words.txt)."""

from __future__ import annotations

import logging
from functools import cache

import jieba

from workers.errors import CatalogueError
from workers.report.catalogue import CATALOGUE_DIR, require
from workers.report.chinese.folding import simplify

_FILE = "words.txt"
# jieba tells its loading at DEBUG through a handler of its own,
# past the settings of whoever uses it.
jieba.setLogLevel(logging.WARNING)


def tokenise(text: str) -> tuple[str, ...]:
    """The words of the text in its order, simplified, without punctuation and white space.

    Terms of the genre stay whole.

    Unknown names fall into characters rather than into guesses that change with their context, so
    that a name is cut alike wherever it stands. The first call loads the dictionary (about a
    second, 100 MB).

    >>> tokenise("开展矛盾纠纷调解12次，法律明白人3名。")
    ('开展', '矛盾纠纷', '调解', '12', '次', '法律明白人', '3', '名')
    """
    return tuple(
        word for word in _genre_tokeniser().cut(simplify(text), HMM=False) if _is_word(word)
    )


def search_terms(text: str) -> tuple[str, ...]:
    """The words, and before each the shorter words within it:
    what a search should find the text by.

    >>> search_terms("合法性审查")
    ('合法', '审查', '合法性', '合法性审查')
    """
    return tuple(
        word
        for word in _genre_tokeniser().cut_for_search(simplify(text), HMM=False)
        if _is_word(word)
    )


def tagged_words(text: str) -> tuple[tuple[str, str], ...]:
    """The words and marks of the text, each with jieba's tag of its part of speech (n, v, d, …);
    a term of the genre has `n`.

    >>> tagged_words("开展执法检查")
    (('开展', 'v'), ('执法检查', 'n'))
    """
    terms = genre_words()
    found = _tagger().lcut(text, HMM=False)
    return tuple((pair.word, "n" if pair.word in terms else pair.flag) for pair in found)


@cache
def _tagger() -> jieba.posseg.POSTokenizer:
    import jieba.posseg  # its tables of tags take time that readers of reports need not spend

    return jieba.posseg.POSTokenizer(_genre_tokeniser())


def _is_word(word: str) -> bool:
    return any(character.isalnum() for character in word)


@cache  # nothing can be laid over its words, and to load them takes a second
def _genre_tokeniser() -> jieba.Tokenizer:
    """A tokeniser of our own: others could change jieba's,
    and jieba keeps a cache in the shared temporary folder.
    """
    tokeniser = jieba.Tokenizer()
    tokeniser.FREQ, tokeniser.total = tokeniser.gen_pfdict(tokeniser.get_dict_file())
    tokeniser.initialized = True
    for word in genre_words():
        tokeniser.add_word(word)
    return tokeniser


@cache
def genre_words() -> tuple[str, ...]:
    """The terms of the catalogue; `#` opens a comment.

    CatalogueError where one stands twice or is no word.
    """
    try:
        lines = (CATALOGUE_DIR / _FILE).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise CatalogueError(f"{_FILE}: {error}") from error
    words = [word for line in lines for word in line.partition("#")[0].split()]
    for word in words:
        require(len(word) > 1, _FILE, word, "a term has two characters or more")
    require(
        len(set(words)) == len(words),
        _FILE,
        ",".join(sorted({w for w in words if words.count(w) > 1})),
        "twice",
    )
    return tuple(words)
