"""OpenDocument texts: what LibreOffice shows is read, with its numbers,
and nothing that it does not show.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.report.docx import package
from tests.report.odts import (
    cell,
    flat_odt,
    heading,
    level,
    list_style,
    listed,
    odt,
    paragraph,
    style,
    styles,
    table,
)
from workers.errors import DamagedFile, NoText, ProtectedFile, UnknownFormat
from workers.report.reading import read_source

OUTLINE = '<text:outline-style style:name="Outline">{}</text:outline-style>'
LEVELS = (
    level(1, "一, 二, 三, ...", "", "、"),
    level(2, "一, 二, 三, ...", "（", "）"),
    level(3, "1", "", "."),
    level(4, "1", "", "", 'text:display-levels="2"'),
)


def read(data: bytes) -> list[str]:
    return read_source(data, "报告.odt").raw_text.split("\n")


@pytest.mark.parametrize("write", [odt, flat_odt])
def test_text_is_read_zipped_and_flat(write: Callable[[str, str], bytes]) -> None:
    body = paragraph("松溪镇2024年法治政府建设年度报告") + listed("主要举措", "存在的问题")
    assert read(write(body, list_style(*LEVELS))) == [
        "松溪镇2024年法治政府建设年度报告",
        "一、主要举措",
        "二、存在的问题",
    ]


def test_lists_within_lists_are_numbered_by_their_levels() -> None:
    third = listed("46件案件", listed("细目", more=""), more="")
    body = listed(
        "主要举措", listed("组织领导", third, more=""), "依法决策", more='text:style-name="L"'
    )
    assert read(odt(body, list_style(*LEVELS))) == [
        "一、主要举措",
        "（一）组织领导",
        "1. 46件案件",
        "1.1 细目",
        "二、依法决策",
    ]


@pytest.mark.parametrize(
    ("more", "label"),
    [
        ('text:style-name="L"', "一、"),
        ('text:style-name="L" text:continue-numbering="true"', "三、"),
        ('text:style-name="L" text:continue-list="first"', "三、"),
        ('text:style-name="L" text:continue-list="none"', "一、"),
    ],
)
def test_list_goes_on_where_it_says_so(more: str, label: str) -> None:
    first = listed("甲", "乙", more='text:style-name="L" xml:id="first"')
    body = first + paragraph("之间") + listed("丙", more=more)
    assert read(odt(body, list_style(*LEVELS)))[-1] == f"{label}丙"


def test_item_and_level_that_state_their_number_have_it() -> None:
    body = (
        listed("甲")
        + listed("乙", "丙", item='text:start-value="7"')
        + listed("丁", more='text:style-name="M"')
    )
    lists = list_style(*LEVELS) + list_style(
        level(1, "1", "第", "条 ", 'text:start-value="5"'), name="M"
    )
    assert read(odt(body, lists)) == ["一、甲", "七、乙", "七、丙", "第5条 丁"]


@pytest.mark.parametrize(
    ("form", "label"),
    [
        ("壹, 贰, 叁, ...", "贰"),
        ("①, ②, ③, ...", "②"),
        ("甲, 乙, 丙, ...", "乙"),
        ("１, ２, ３, ...", "２"),
        ("I", "II"),
        ("a", "b"),
        ("01, 02, 03, ...", "02"),
        ("未知", "2"),
    ],
)
def test_number_is_written_in_the_form_of_its_level(form: str, label: str) -> None:
    assert read(odt(listed("甲", "乙"), list_style(level(1, form, "", "、"))))[1] == f"{label}、乙"


def test_pattern_of_newer_programs_goes_before_prefix_and_suffix() -> None:
    patterned = level(1, "1", "(", ")") + level(
        2, "1", "", ".", 'style:num-list-format="第%1%-%2%项 "'
    )
    assert read(odt(listed("甲", listed("乙", more="")), list_style(patterned))) == [
        "(1)甲",
        "第1-1项 乙",
    ]


def test_bullets_later_paragraphs_and_list_heads_bear_no_number() -> None:
    bullets = (
        '<text:list-style style:name="B"><text:list-level-style-bullet '
        'text:level="1"/></text:list-style>'
    )
    head = (
        '<text:list text:style-name="L"><text:list-header><text:p>列首</text:p>'
        "</text:list-header></text:list>"
    )
    body = (
        listed("点", more='text:style-name="B"')
        + listed(paragraph("甲") + paragraph("甲之二"), "乙")
        + head
    )
    assert read(odt(body, bullets + list_style(*LEVELS))) == [
        "点",
        "一、甲",
        "甲之二",
        "二、乙",
        "列首",
    ]


def test_empty_numbered_paragraph_counts() -> None:
    assert read(odt(listed("甲", "", "丙"), list_style(*LEVELS))) == ["一、甲", "", "三、丙"]


def test_headings_are_numbered_by_the_outline() -> None:
    outline = OUTLINE.format(
        "".join(one.replace("list-level-style-number", "outline-level-style") for one in LEVELS)
    )
    plain = '<style:style style:name="Plain" style:family="paragraph" style:list-style-name=""/>'
    body = (
        heading("主要举措", 1)
        + heading("组织领导", 2)
        + heading("附件", 1, 'text:style-name="Plain"')
        + heading("存在的问题", 1, 'text:start-value="4"')
        + heading("不编号", 1, 'text:is-list-header="true"')
        + listed(heading("列表中的标题", 1))
    )
    assert read(odt(body, list_style(level(1, "1", "", "）")), styles=styles(outline + plain))) == [
        "一、主要举措",
        "（一）组织领导",
        "附件",
        "四、存在的问题",
        "不编号",
        "1）列表中的标题",
    ]


def test_list_without_a_style_has_that_of_its_paragraphs() -> None:
    named = '<style:style style:name="P" style:family="paragraph" style:list-style-name="L"/>'
    assert read(odt(listed(paragraph("甲", "P"), more=""), named + list_style(*LEVELS))) == [
        "一、甲"
    ]


def test_white_space_is_that_of_the_text_not_of_the_file() -> None:
    body = paragraph(
        "\n   全年\n   办结<text:s text:c='3'/>46<text:s/>件<text:tab/>"
        "完<text:line-break/>下一行\n  "
    )
    assert read(odt(body)) == ["全年 办结   46 件  完", "下一行"]
    assert len(read(odt(paragraph("头<text:s text:c='99999999'/>尾")))[0]) < 2000


def test_rows_of_a_table_are_lines_with_tabs() -> None:
    covered = "<table:covered-table-cell/>"
    head = (
        f"<table:table-header-rows><table:table-row>{cell('项目')}{cell('数量')}</table:table-row>"
    )
    rows = (
        cell("合计", 'table:number-columns-spanned="2"') + covered,
        covered + cell("46"),
        cell(f"行政处罚</text:p>{table(cell('内') + cell('表'))}<text:p>") + cell("1,024"),
    )
    body = table(*rows).replace(
        "<table:table>", f"<table:table>{head}</table:table-header-rows>", 1
    )
    assert read(odt(body)) == ["项目\t数量", "合计", "\t46", "行政处罚 内\t表\t1,024"]


def test_notes_stand_at_the_end_and_boxes_behind_their_paragraph() -> None:
    note = (
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
        "<text:note-body><text:p>附注一</text:p></text:note-body></text:note>"
    )
    box = (
        "<draw:frame><draw:text-box><text:p>红头</text:p></draw:text-box><svg:title>"
        "图题</svg:title></draw:frame>"
    )
    shape = "<draw:g><draw:custom-shape><text:p>框中</text:p></draw:custom-shape></draw:g>"
    body = box + paragraph(f"办结46{note}件{box}{shape}") + paragraph("完")
    assert read(odt(body)) == ["红头", "办结46件", "红头", "框中", "完", "附注一"]


def test_deletions_comments_and_readings_are_no_text() -> None:
    deleted = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>删去</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
    )
    comment = "<office:annotation><text:p>批注</text:p></office:annotation>"
    ruby = (
        "<text:ruby><text:ruby-base>法治</text:ruby-base><text:ruby-text>"
        "fǎzhì</text:ruby-text></text:ruby>"
    )
    assert read(odt(deleted + comment + paragraph(f"{ruby}{comment}<text:change/>政府"))) == [
        "法治政府"
    ]


def test_hidden_and_struck_out_text_is_left_out() -> None:
    looks = (
        style("H", 'text:display="none"')
        + style("Child", 'fo:color="#ff0000"', more='style:parent-style-name="H"')
        + style("S", 'style:text-line-through-style="solid"')
        + style("No", 'style:text-line-through-style="none"')
        + style("P", 'text:display="none"', "paragraph")
    )
    spans = "".join(
        f'<text:span text:style-name="{name}">{name}</text:span>'
        for name in ("H", "Child", "S", "No")
    )
    hidden = (
        '<text:hidden-text text:is-hidden="true">暗</text:hidden-text>'
        "<text:hidden-text>明</text:hidden-text>"
    )
    section = f'<text:section text:display="none">{paragraph("暗节")}</text:section>'
    gone = paragraph('暗段<text:hidden-paragraph text:is-hidden="true"/>')
    body = paragraph(spans + hidden) + section + f"<text:section>{paragraph('明节')}</text:section>"
    assert read(odt(body + paragraph("暗", "P") + gone, looks)) == ["No明", "明节", "", ""]


def test_raised_mark_is_no_digit_and_symbols_show_what_they_mean() -> None:
    fonts = '<style:font-face style:name="W1" svg:font-family="Wingdings"/>'
    looks = (
        style("Up", 'style:text-position="super 58%"')
        + style("Raised", 'style:text-position="33% 58%"')
        + style("Down", 'style:text-position="sub 58%"')
        + style("Tick", 'style:font-name="W1"')
    )
    body = paragraph(
        '46<text:span text:style-name="Up">1</text:span>件10<text:span '
        'text:style-name="Raised">3</text:span>'
        'H<text:span text:style-name="Down">2</text:span>O<text:span '
        'text:style-name="Tick">\uf0fe</text:span>'
    )
    assert read(odt(body, fonts + looks)) == ["46¹件10³H₂O☑"]


def test_picture_in_a_flat_file_is_passed_over() -> None:
    picture = f"<office:binary-data>{'QUJD' * 3_000_000}</office:binary-data>"
    frame = f"<draw:frame><draw:image>{picture}</draw:image></draw:frame>"
    assert read(flat_odt(paragraph(f"办结46件{frame}"))) == ["办结46件"]


def test_protected_file_is_told() -> None:
    entry = '<file-entry full-path="content.xml"><encryption-data/></file-entry>'
    parts = {"META-INF/manifest": f"<manifest>{entry}</manifest>"}
    with pytest.raises(ProtectedFile):
        read(odt(paragraph("x"), "", **parts))


@pytest.mark.parametrize(
    ("kind", "says"),
    [("presentation", "演示文稿"), ("graphics", "绘图")],
)
@pytest.mark.parametrize("write", [odt, flat_odt])
def test_other_open_documents_are_told_by_their_kind(
    write: Callable[..., bytes], kind: str, says: str
) -> None:
    with pytest.raises(UnknownFormat, match="save it as") as refused:
        read(write(paragraph("x"), kind=kind))
    assert says in refused.value.notice.split("\n")[0]


def test_file_without_text_or_without_its_main_part_is_refused() -> None:
    with pytest.raises(NoText):
        read(odt(paragraph("")))
    with pytest.raises(DamagedFile):
        read(
            package({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"})
        )
    with pytest.raises(DamagedFile):
        read(flat_odt(paragraph("办结46件"))[:-60])


def test_deep_nesting_is_refused_not_followed() -> None:
    with pytest.raises(DamagedFile):
        read(odt("<text:section>" * 5000 + paragraph("x") + "</text:section>" * 5000))
    deep = "<text:section>" * 200 + paragraph("办结46件") + "</text:section>" * 200
    assert read(odt(deep)) == ["办结46件"]


def test_what_is_not_shown_of_a_table_is_left_out_and_repeated_cells_are_read() -> None:
    twice = cell("46", 'table:number-columns-repeated="2"')
    hidden = f'<table:table-row table:visibility="collapse">{cell("旧")}</table:table-row>'
    body = table(twice + cell("乙")).replace("</table:table>", f"{hidden}</table:table>")
    assert read_source(odt(body), "报告.odt").raw_text == "46\t46\t乙"


def test_prompt_and_words_struck_out_by_type_are_left_out() -> None:
    prompt = '<text:placeholder text:placeholder-type="text">单击</text:placeholder>'
    struck = '<text:span text:style-name="S">99件</text:span>'
    looks = style("S", 'style:text-line-through-type="single"')
    text = read_source(odt(paragraph(f"{prompt}46件{struck}"), looks), "报告.odt").raw_text
    assert text == "46件"
