"""The language read once: folding keeps every offset and is settled after one pass."""

from collections.abc import Callable

import pytest

from workers.errors import CatalogueError
from workers.report.chinese import folding
from workers.report.chinese.folding import fold_narrow, fold_wide, simplified, simplify

MIXED = "舉辦講座１４場（３０％），🏛發放手冊6500冊;為群衆﹒二零二一年\u3000"


@pytest.mark.parametrize("fold", [simplify, fold_narrow, fold_wide])
def test_folded_text_keeps_every_offset_and_folds_no_further(fold: Callable[[str], str]) -> None:
    for text in (MIXED, "".join(simplified()), "".join(map(chr, range(0x20, 0x10000)))):
        folded = fold(text)
        assert len(folded) == len(text)
        assert fold(folded) == folded


def test_marks_take_the_width_of_numbers_or_of_sentences() -> None:
    assert fold_narrow("（２），：") == "(2),:"
    assert fold_wide("(２),:") == "（2），："
    assert simplify("（２）,：") == "（２）,："


def test_pair_of_unequal_halves_is_refused_with_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {"rows": [{"traditional": "調處糾紛", "simplified": "调处"}]}
    monkeypatch.setattr(folding, "load_yaml", lambda _: rows)
    with pytest.raises(CatalogueError, match=r"traditional\.yaml"):
        simplified.__wrapped__()
