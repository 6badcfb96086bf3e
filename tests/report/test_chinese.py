"""The language is read once: one table of folding,
and one place that defines marks and characters.
"""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.report.private_marks import private_marks
from workers.errors import CatalogueError
from workers.report.chinese import characters, folding
from workers.report.chinese.characters import plain_form
from workers.report.chinese.folding import fold_narrow, fold_wide, simplified, simplify
from workers.report.cleaning import clean_text
from workers.report.pipeline import read_report

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


def test_every_invisible_character_is_dropped_and_every_disguise_written_plainly() -> None:
    for code in (*range(0x80, 0x20000), *range(0x2F800, 0x2FA20), *range(0xE0000, 0xE0200)):
        char = chr(code)
        category = unicodedata.category(char)
        plain = plain_form(char)
        if category in {"Cf", "Co", "Cs"} or "VARIATION SELECTOR" in unicodedata.name(char, ""):
            assert plain == "", hex(code)
        elif plain != char and plain:
            assert plain_form(plain) == plain, hex(code)
            # A Kangxi radical or compatibility ideograph is what Unicode says that it is.
            if 0x2F00 <= code < 0x2FE0 or 0xF900 <= code < 0xFB00:
                assert plain == unicodedata.normalize("NFKC", char)
        elif not plain:
            assert category in {"Cc", "Mn", "Lo", "So"}, hex(code)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("⼀、⾏政⽴案⼗⼆件", "一、行政立案十二件"),
        ("⻔⼾⽹站发布信息⻚", "门户网站发布信息页"),
        ("⼈⺠调解⻓、⻢书记", "人民调解长、马书记"),
        ("\uf9f7案6件，\uf9e4财", "立案6件，理财"),
        ("罚款1﹐234元﹔整改﹙3处﹚", "罚款1,234元；整改（3处）"),
        ("︵一︶机构︐设置︑人员︒", "（一）机构，设置、人员。"),
        ("1\ufe0f2件、3\U000e01014件", "12件、34件"),
        ("\u2066567\u2069件、\u200e5\u200f6件", "567件、56件"),
        ("1\u034f2件、1\u180b2件、1\u115f2件、1\u31642件", "12件、12件、12件、12件"),
        ("1\u20602件、1\ufeff2件、1\u061c2件、1\u28002件", "12件、12件、12件、12件"),
        ("丢失\ufffd的字", "丢失\ufffd的字"),
        ("m²、㎡、①、Ⅲ、½", "m²、㎡、①、Ⅲ、½"),
    ],
)
def test_characters_in_disguise_are_written_plainly(raw: str, clean: str) -> None:
    cleaned = clean_text(f"全镇扎实推进各项工作。\n{raw}，并持续推进。")
    assert cleaned.traced.text.splitlines()[1] == f"{clean}，并持续推进。"
    assert cleaned.traced.undo().splitlines()[1] == f"{raw}，并持续推进。"


def test_name_of_a_file_is_read_in_its_plain_characters() -> None:
    report = read_report(
        "全年调解纠纷12件。".encode(), "松涧镇⼆〇\u200b⼆四年法治政府建设⼯作报告.txt"
    )
    assert report.segmented.header.year == 2024


def test_radicals_of_unequal_number_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {"radicals": [{"radicals": "⺁⺂", "characters": "厂"}]}
    monkeypatch.setattr(characters, "load_yaml", lambda _: rows)
    with pytest.raises(CatalogueError, match=r"radicals\.yaml"):
        characters._radicals.__wrapped__()


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
