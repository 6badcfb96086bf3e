"""Words right before a figure that say what kind of figure it is
(`schema/catalogue/figure_words.yaml`).
"""

from __future__ import annotations

import re

from workers.report.catalogue import knowledge, load_yaml, require

FILE = "figure_words.yaml"


@knowledge
def change_before() -> re.Pattern[str]:
    """同比增长, 压减了: ends what stands before a figure that says by how
    much something changed.
    """
    return _ends_in("changes", r"(?:了|达到?|约?为|为|近|超过?|约|幅度|率)*")


@knowledge
def count_before() -> re.Pattern[str]:
    """出台, 共有: ends what stands before a Chinese numeral that counts."""
    return _ends_in("counted")


@knowledge
def single_before() -> re.Pattern[str]:
    """召开, 举办了: ends what stands before 一 where it counts."""
    return _ends_in("counted_one", "了?")


def _ends_in(key: str, tail: str = "") -> re.Pattern[str]:
    """One of the list's words, and `tail`, at the end.

    CatalogueError names a list or an example that is wrong.
    """
    row = load_yaml(FILE).get(key)
    require(isinstance(row, dict) and row.get("words"), FILE, key, "needs words")
    words = "|".join(map(re.escape, map(str, row["words"]))) if row else ""
    pattern = re.compile(rf"(?:{words}){tail}$")
    for field, wanted in (("examples", True), ("near_misses", False)):
        require(row and row.get(field), FILE, key, f"needs {field}")
        for text in row[field] if row else ():
            before, figure, _ = str(text).partition("[")
            require(figure, FILE, f"{key}: {text}", "needs its figure in square brackets")
            found = pattern.search(before) is not None
            require(
                found is wanted,
                FILE,
                f"{key}: {text}",
                "finds no word" if wanted else "finds a word of the list",
            )
    return pattern
