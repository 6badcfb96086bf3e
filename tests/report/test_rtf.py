"""RTF: what Word shows is read, in any code page, and nothing that it does not show."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from workers.errors import DamagedFile, NoText
from workers.report.reading import read_source

FONTS = (
    r"{\fonttbl{\f0\fnil\fcharset134 SimSun{\*\falt x};}{\f1\fcharset0 Arial;}{\f2\fc"
    "harset2 Wingdings;}"
    r"{\f3\fcharset136 PMingLiU;}{\f4\fcharset204 Cyr;}{\f5\cpg1251 Own;}}"
)
REPORT = ("松溪镇2024年法治政府建设年度报告", "一、主要举措", "全年调解纠纷46件，成功45件。")


def rtf(body: str, *, head: str = r"\ansi\ansicpg936", fonts: str = FONTS) -> bytes:
    """A file of this body; characters that are not ASCII stand as bytes of GBK."""
    return rf"{{\rtf1{head}{fonts}\f0 {body}}}".encode("gb18030")


def escaped(text: str, encoding: str = "gb18030") -> str:
    return "".join(rf"\'{byte:02x}" for byte in text.encode(encoding))


def unicode(text: str, fallback: str = "?") -> str:
    units = text.encode("utf-16-le")
    numbers = (
        int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2)
    )
    return "".join(rf"\u{number}{fallback}" for number in numbers)


def read(data: bytes) -> list[str]:
    return read_source(data, "报告.rtf").raw_text.split("\n")


@pytest.mark.parametrize("write", [str, escaped, unicode])
def test_text_is_read_however_its_characters_are_written(write: Callable[[str], str]) -> None:
    source = read_source(rtf(r"\par ".join(map(write, REPORT)) + r"\par"), "报告.doc")
    assert source.raw_text.split("\n") == list(REPORT)
    assert source.media_type == "application/rtf"


def test_second_byte_may_be_a_sign_of_the_markup() -> None:
    """誠 is 0x9F 0x5C elsewhere; in GBK 乗 is 0x81 0x5C, 亄 0x81 0x7B, 亇 0x81 0x7D."""
    odd = "".join(bytes([0x81, low]).decode("gbk") for low in b"\\{}A")
    assert read(rtf(f"{odd}{escaped(odd)}")) == [odd * 2]
    assert read(rtf(r"\'81A" + escaped("办结"))) == [b"\x81A".decode("gbk") + "办结"]


def test_font_says_in_which_code_page_its_bytes_are() -> None:
    body = (
        rf"{{\f3 {escaped('調解', 'big5')}}}{{\f4 {escaped('Да', 'cp1251')}}}{{\f5 "
        f"{escaped('Нет', 'cp1251')}}}"
    )
    assert read(rtf(body, head=r"\ansi\ansicpg1252")) == ["調解ДаНет"]
    assert read(rtf(rf"\f1 {escaped('caf')}\'e9 bar", head=r"\ansi", fonts="")) == ["café bar"]
    assert read(rtf(rf"\f9 {escaped('办结案')}", head=r"\ansi\deflangfe2052", fonts="")) == [
        "办结案"
    ]
    assert read(rtf(rf"\f9 {escaped('办结')}46", head=r"\ansi\ansicpg99999", fonts="")) == [
        "办结46"
    ]


def test_fallback_of_a_unicode_character_is_passed_over() -> None:
    body = (
        rf"{{\uc2\u27861 {escaped('法')}\u27835{escaped('治')}"
        rf"}}\uc0\u25919\u24220 46\uc1\u20214 ?\'41"
    )
    assert read(rtf(body)) == ["法治政府46件A"]
    assert read(rtf(rf"{unicode('𠮷')}{unicode('野镇')}")) == ["𠮷野镇"]


def test_numbers_of_lists_stand_before_their_paragraphs() -> None:
    def item(label: str, text: str) -> str:
        return rf"{{\listtext\pard\plain {label}\tab}}{text}\par "

    body = item("一、", "主要举措") + item(r"\f2 1.", "46件案件") + item("2", "其他")
    body += item(r"\f2\'6c", "点") + item("o", "圈") + item(r"\'b7", "标")
    old = r"{\pntext\f0 3.\tab}{\*\pn\pnlvlbody{\pntxta .}}旧式\par"
    assert read(rtf(body + old)) == [
        "一、主要举措",
        "1. 46件案件",
        "2 其他",
        "点",
        "圈",
        "标",
        "3.旧式",
    ]


def test_hidden_deleted_and_struck_out_text_is_left_out() -> None:
    body = (
        r"办{\v 暗}{\deleted 删}{\strike 划}{\v0\deleted0\strike0 结}\v 暗\v0 46\v 暗\plain\f0 件"
    )
    assert read(rtf(body)) == ["办结46件"]


def test_raised_mark_is_no_digit_and_symbols_show_what_they_mean() -> None:
    body = r"46{\super 1}件10\super 3\nosupersub H{\sub 2}O{\f2\'fe}{\f2\u-3842?}"
    assert read(rtf(body)) == ["46¹件10³H₂O☑☑"]


def test_rows_of_a_table_are_lines_with_tabs() -> None:
    body = (
        r"前\par\trowd\cellx1\pard\intbl 项目\cell 数量\cell\row\trowd\pard\intbl 行政\par 处罚\cel"
        r"l 1,024\cell\row"
        r"\pard\intbl 一格\par 两段\cell\row\pard 后\par"
    )
    assert read(rtf(body)) == ["前", "项目\t数量", "行政 处罚\t1,024", "一格", "两段", "后"]


def test_table_within_a_cell_is_part_of_it() -> None:
    inner = (
        r"\pard\intbl\itap2 内\nestcell 表\nestcell{\*\nesttableprops\trowd\nestrow}{"
        r"\nonesttables\par}"
        r"\pard\intbl\itap1 外\cell 二\cell\row"
    )
    assert read(rtf(inner)) == ["内\t表 外\t二"]


def test_boxes_stand_behind_their_paragraph_and_notes_at_the_end() -> None:
    box = r"{\shp{\*\shpinst{\sp{\sn name}{\sv 4}}{\shptxt\pard 红头\par 文件\par}}{\shprslt 重复}}"
    old = r"{\*\do\dobxpage{\dptxbxtext\pard 旧框\par}}"
    note = r"{\super\chftn}{\footnote\pard\plain\f0 {\super\chftn} 附注一\par}"
    assert read(rtf(rf"办结46{note}件{box}{old}\par 完\par")) == [
        "办结46件",
        "红头",
        "文件",
        "旧框",
        "完",
        "附注一",
    ]


def test_fields_show_their_results_and_symbols_that_have_none() -> None:
    link = r'{\field{\*\fldinst HYPERLINK "http://x"}{\fldrslt 链接}}'
    ticked = r'{\field{\*\fldinst SYMBOL 254 \\f "Wingdings"}{\fldrslt}}'
    nested = r"{\field{\*\fldinst = {\field{\*\fldinst X}{\fldrslt 40}} + 6}{\fldrslt 46}}"
    assert read(rtf(link + ticked + nested + "件")) == ["链接☑46件"]


def test_signs_are_the_characters_that_they_stand_for() -> None:
    body = (
        r"办\-结\~46\_50\emdash\tab\ldblquote 件\rdblquote\line 下{\*\unknown 忽略}\n"
        r"osuchword7 一\{\}\\<br"
    )
    assert read(rtf(body)) == ["办结\xa046-50—  “件”", r"下一{}\<br"]


def test_tables_of_the_file_pictures_and_heads_are_no_text() -> None:
    parts = (
        r"{\stylesheet{\s0 Normal;}}{\info{\title 标题}}{\header 页眉}{\pict\bin9 {\par}}}\'x}{\*\p"
        r"ict 0}{\pict 0a0b}"
    )
    assert read(rtf(parts + "办结46件")) == ["办结46件"]


def test_file_that_is_cut_off_or_nested_without_end_is_damaged() -> None:
    whole = rtf(r"\par ".join(REPORT))
    for data in (
        whole[:-1],
        whole[: len(whole) // 2],
        rtf("{" * 5000 + "x" + "}" * 5000),
        b"{\\rtf1 \\",
    ):
        with pytest.raises(DamagedFile):
            read(data)
    assert read(whole + b"}}}\x00\x00junk") == list(REPORT)
    assert read(rtf("{" * 500 + "办结46件" + "}" * 500)) == ["办结46件"]


def test_file_with_next_to_nothing_in_it_holds_no_text() -> None:
    for body in ("", "ab", r"\par\par 一"):
        with pytest.raises(NoText, match="RTF") as refused:
            read(rtf(body))
        assert "RTF" in refused.value.detail_zh


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (rf"{escaped('办结46')}{{\super 1,2}}{escaped('件')}", "办结46¹,²件"),
        (rf"{escaped('办结46')}{{\up8\fs14 1}}{escaped('件')}", "办结46¹件"),
        (rf"{escaped('共3')}{{\field{{\*\fldinst EQ \\f(1,2)}}{{\fldrslt }}}}", "共3 1/2"),
        (rf"{escaped('新增46件')}{{\mvf {escaped('旧99件')}}}", "新增46件"),
        (rf"{{\upr{{{escaped('旧')}}}{{\*\ud {unicode('办结46件')}}}}}", "办结46件"),
        (rf"{{\listtext 1-\tab}}46{escaped('件')}", "1- 46件"),
    ],
)
def test_what_is_written_in_other_words_is_read_alike(body: str, shown: str) -> None:
    assert read(rtf(body)) == [shown]


def test_code_page_that_is_stated_wrongly_is_told_by_the_text() -> None:
    report = "\n".join(REPORT) * 3
    for head, encoding in (("", "gb18030"), ("\\ansicpg1252", "gb18030")):
        data = b"{\\rtf1\\ansi" + head.encode() + b" " + report.encode(encoding) + b"}"
        assert REPORT[2] in read_source(data, "报告.rtf").raw_text


def test_byte_order_mark_before_the_file_is_passed_over() -> None:
    assert read(b"\xef\xbb\xbf\r\n" + rtf(escaped(REPORT[0]))) == [REPORT[0]]
