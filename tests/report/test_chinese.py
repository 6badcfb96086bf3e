"""The language is read once: one table of folding,
and one place that defines marks and characters.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.report.private_marks import private_marks
from workers.errors import CatalogueError
from workers.report.chinese import folding
from workers.report.chinese.folding import fold_narrow, fold_wide, simplified, simplify

ROOT = Path(__file__).resolve().parents[2]

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


def test_no_module_outside_chinese_defines_marks_of_its_own() -> None:
    assert list(private_marks(ROOT)) == []


@pytest.mark.parametrize(
    ("line", "marks"),
    [
        ('_STOP = re.compile(r"[。！？\\n]")', True),
        ('_CLAUSE = re.compile(r"[^，,；;]{2,8}")', True),
        ('ends = text[-1] in "。！？"', True),
        ('_HAN = "\\u4e00-\\u9fff"', True),
        ('_WORDS = re.compile(r"[\\u4e00-\\u9fff]{2,9}")', True),
        ('_LABEL = re.compile(rf"{name}[，；]")', True),
        ('"""What stands between [，；] in a sentence."""', False),
        ('_AFTER = re.compile(r"[，,]其中")', False),
        ('_VALUE = re.compile(r"left:([^;,!]{1,80})")', False),
        ('_AFTER = re.compile(rf"[{CLAUSE_MARKS}、”]其中")', False),
        ('message = f"“{said}”：前面丢了标点。请核对，或者删去。"', False),
    ],
)
def test_planted_definition_is_found(tmp_path: Path, line: str, marks: bool) -> None:
    module = tmp_path / "workers" / "report" / "planted.py"
    module.parent.mkdir(parents=True)
    module.write_text(f"{line}\n", encoding="utf-8")
    assert bool(list(private_marks(tmp_path))) is marks
