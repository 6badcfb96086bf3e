"""Word documents: what Word shows is read, and nothing that it does not show."""

from __future__ import annotations

import pytest

from tests.report.docx import MC, W, document, docx, level, numbered, numbering, package, paragraph
from workers.report.finding_kinds import FindingKind
from workers.report.pipeline import read_report
from workers.report.reading import read_source

M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWN = (
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:x="http://example.org/unknown" xmlns:v="urn:schemas-microsoft-com:vml"'
)


def read(data: bytes) -> str:
    return read_source(data, "报告.docx").raw_text


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def line(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def mark(kind: str, data: str = "") -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}">{data}</w:fldChar></w:r>'


def code(written: str) -> str:
    return f"<w:r><w:instrText>{written}</w:instrText></w:r>"


def related(main: str, parts: dict[str, str], *relations: str) -> bytes:
    """A file whose main part has any name, and its parts by relationships: `id type target`."""
    folder, _, name = main.rpartition("/")
    rows = "".join(
        f'<Relationship Id="{key}" Type="{RELATED}/{kind}" Target="{target}"/>'
        for key, kind, target in (relation.split() for relation in relations)
    )
    first = f'<Relationship Id="r" Type="{RELATED}/officeDocument" Target="/{main}"/>'
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return package(
        {
            "[Content_Types].xml": (
                f'<Types><Override PartName="/{main}" ContentType="{kind}"/></Types>'
            ),
            "_rels/.rels": f"<Relationships>{first}</Relationships>",
            f"{folder}/_rels/{name}.rels".lstrip("/"): f"<Relationships>{rows}</Relationships>",
            **parts,
        }
    )


def test_parts_are_found_by_their_relationships() -> None:
    levels = level(0, "chineseCounting", "%1、")
    parts = {
        "word/main2.xml": document(numbered("组织领导") + numbered("依法决策")),
        "word/lists7.xml": numbering(levels),
        "notes/foot.xml": (
            f"<w:footnotes {W}><w:footnote>{paragraph('附注一')}</w:footnote></w:footnotes>"
        ),
    }
    relations = ("a numbering lists7.xml", "b footnotes ../notes/foot.xml")
    text = read(related("word/main2.xml", parts, *relations))
    assert text.split("\n") == ["一、组织领导", "二、依法决策", "附注一"]


def test_page_put_in_as_a_part_is_read_in_its_place() -> None:
    body = paragraph("报告") + f'<w:altChunk {R} r:id="c"/>' + paragraph("完")
    page = "<html><body><p>全年办结行政处罚案件46件。</p></body></html>"
    text = read(
        related(
            "word/document.xml",
            {"word/document.xml": document(body), "word/c.htm": page},
            "c aFChunk c.htm",
        )
    )
    assert text.split("\n") == ["报告", "全年办结行政处罚案件46件。", "完"]


def test_part_outside_of_the_file_is_not_looked_for() -> None:
    body = paragraph("报告") + f'<w:altChunk {R} r:id="c"/><w:altChunk {R} r:id="none"/>'
    data = related(
        "word/document.xml", {"word/document.xml": document(body)}, "c aFChunk ../../etc/passwd"
    )
    assert read(data) == "报告"


def test_result_of_a_field_within_the_code_of_another_is_not_shown() -> None:
    inner = mark("begin") + code("DOCPROPERTY x") + mark("separate") + run("40") + mark("end")
    outer = (
        mark("begin")
        + code("= ")
        + inner
        + code("+ 6")
        + mark("separate")
        + run("46")
        + mark("end")
    )
    assert read(docx(line(run("办结案件"), outer, run("件")))) == "办结案件46件"


def test_field_that_does_not_end_hides_no_later_paragraph() -> None:
    assert (
        read(docx(line(mark("begin"), code("PAGE")) + paragraph("办结46件"))).strip() == "办结46件"
    )


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (r" EQ \o\ac(○,11) ", "（11）"),
        (r" EQ \f(46,50) ", "46/50"),
        (' SYMBOL 254 \\f "Wingdings" ', "☑"),
        (" PAGE ", ""),
    ],
)
def test_field_without_a_result_shows_its_code(written: str, shown: str) -> None:
    assert (
        read(docx(line(run("甲"), mark("begin"), code(written), mark("end"), run("乙"))))
        == f"甲{shown}乙"
    )


def test_chosen_entry_and_ticked_box_of_a_form_are_shown() -> None:
    entries = '<w:listEntry w:val="合格"/><w:listEntry w:val="优秀"/>'
    drop = f'<w:ffData><w:ddList><w:result w:val="1"/>{entries}</w:ddList></w:ffData>'
    tick = '<w:ffData><w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox></w:ffData>'
    empty = "<w:ffData><w:checkBox/></w:ffData>"
    runs = [
        mark("begin", data) + code(kind) + mark("end")
        for data, kind in ((drop, "FORMDROPDOWN"), (tick, "FORMCHECKBOX"), (empty, "FORMCHECKBOX"))
    ]
    assert read(docx(line(*runs))) == "优秀☑□"


def test_symbols_show_what_their_font_draws() -> None:
    signs = '<w:r><w:sym w:font="Wingdings 2" w:char="F052"/><w:t>是</w:t></w:r>'
    signs += '<w:r><w:sym w:font="Wingdings 2" w:char="F0A3"/><w:t>否</w:t></w:r>'
    zero = '<w:r><w:t>二</w:t><w:sym w:font="仿宋" w:char="3007"/><w:t>二五年</w:t></w:r>'
    typed = run("\uf081\uf082", '<w:rFonts w:ascii="Wingdings"/>')
    assert read(docx(line(signs, zero, typed))) == "☑是□否二〇二五年①②"


def test_formulas_are_read_as_one_would_say_them() -> None:
    def math(inner: str) -> str:
        return f"<m:oMath {M}>{inner}</m:oMath>"

    def term(text: str) -> str:
        return f"<m:r><m:t>{text}</m:t></m:r>"

    over = math(f"<m:f><m:num>{term('46')}</m:num><m:den>{term('50')}</m:den></m:f>")
    power = math(f"<m:sSup><m:e>{term('10')}</m:e><m:sup>{term('3')}</m:sup></m:sSup>")
    assert (
        read(docx(line(run("出庭"), over, run("，共"), power, run("平方米"))))
        == "出庭46/50，共10³平方米"
    )
    assert read(docx(line(run("3"), over))) == "3 46/50"


def test_raised_figure_is_a_note_mark_and_no_digit() -> None:
    high = run("1", '<w:vertAlign w:val="superscript"/>')
    assert read(docx(line(run("46"), high, run("件")))) == "46¹件"
    low = run("2", '<w:vertAlign w:val="subscript"/>')
    assert read(docx(line(run("CO"), low))) == "CO₂"


@pytest.mark.parametrize("hiding", ["<w:vanish/>", "<w:strike/>", "<w:dstrike/>"])
def test_hidden_and_struck_out_text_is_left_out(hiding: str) -> None:
    assert read(docx(line(run("办结46件"), run("99件", hiding)))) == "办结46件"
    shown = run("办结46件", hiding.replace("/>", ' w:val="0"/>'))
    assert read(docx(line(shown))) == "办结46件"


def test_style_of_a_paragraph_can_hide_it() -> None:
    styles = f'<w:styles {W}><w:style w:styleId="H"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
    body = paragraph("批注99件", '<w:pStyle w:val="H"/>') + paragraph("办结46件")
    assert read(docx(body, styles=styles)).strip() == "办结46件"


def test_known_choice_is_read_else_the_fallback() -> None:
    def alternate(choice: str) -> str:
        fallback = f"<mc:Fallback>{run('后备')}</mc:Fallback>"
        return (
            f"<w:p><mc:AlternateContent {MC} {DRAWN}>{choice}{fallback}</mc:AlternateContent></w:p>"
        )

    assert read(docx(alternate(f'<mc:Choice Requires="wps">{run("首选")}</mc:Choice>'))) == "首选"
    assert read(docx(alternate(f'<mc:Choice Requires="x">{run("首选")}</mc:Choice>'))) == "后备"
    assert read(docx(alternate(""))) == "后备"


def test_letters_drawn_as_a_picture_are_read() -> None:
    art = f'<w:pict><v:shape {DRAWN}><v:textpath string="松溪镇人民政府文件"/></v:shape></w:pict>'
    assert (
        read(docx(f"<w:p><w:r>{art}</w:r></w:p>" + paragraph("报告"))).split("\n")[0]
        == "松溪镇人民政府文件"
    )


def test_deleted_cell_and_prompt_of_an_empty_control_are_left_out() -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"

    row = f"<w:tbl><w:tr>{cell('案件')}{cell('99件', '<w:cellDel/>')}{cell('46件')}</w:tr></w:tbl>"
    assert read(docx(row)) == "案件\t46件"
    prompt = (
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
        f"{run('单击此处')}</w:sdtContent></w:sdt>"
    )
    assert read(docx(line(run("甲"), prompt))) == "甲"


def test_shapes_of_a_diagram_are_lines() -> None:
    ids = f'<dgm:relIds xmlns:dgm="d" {R} r:dm="d1"/>'
    points = "".join(f"<dgm:pt><a:t>{text}</a:t></dgm:pt>" for text in ("受理50件", "化解46件"))
    shapes = f'<dgm:dataModel xmlns:dgm="d" xmlns:a="a">{points}</dgm:dataModel>'
    parts = {
        "word/document.xml": document(line(f"<w:r><w:drawing>{ids}</w:drawing></w:r>")),
        "word/d.xml": shapes,
    }
    assert read(related("word/document.xml", parts, "d1 diagramData d.xml")).split("\n")[-2:] == [
        "受理50件",
        "化解46件",
    ]


@pytest.mark.parametrize("mark_of_list", ["%1.", "%1．"])
def test_number_of_a_list_is_no_part_of_the_figure_behind_it(mark_of_list: str) -> None:
    text = read(
        docx(numbered("46件行政处罚案件"), numbering=numbering(level(0, "decimal", mark_of_list)))
    )
    assert text == f"{mark_of_list.replace('%1', '1')} 46件行政处罚案件"


def test_empty_paragraph_counts_and_shows_no_number() -> None:
    body = numbered("组织领导") + numbered("") + numbered("依法决策")
    text = read(docx(body, numbering=numbering(level(0, "chineseCounting", "%1、"))))
    assert text.split("\n") == ["一、组织领导", "", "三、依法决策"]


def test_level_that_was_passed_over_counts_once() -> None:
    levels = level(0, "chineseCounting", "（%1）") + level(1, "decimal", "%2、")
    body = numbered("先写细项", 1) + numbered("再写大项")
    assert read(docx(body, numbering=numbering(levels))).split("\n") == [
        "1、先写细项",
        "（二）再写大项",
    ]


def test_level_without_a_start_begins_at_nought_and_one_of_no_form_prints_nothing() -> None:
    bare = level(0, "decimal", "%1、").replace('<w:start w:val="1"/>', "")
    assert read(docx(numbered("甲"), numbering=numbering(bare))) == "0、甲"
    levels = level(0, "none", "%1") + level(1, "decimal", "%1%2、")
    assert (
        read(docx(numbered("甲") + numbered("乙", 1), numbering=numbering(levels))) == "甲\n1、乙"
    )


def test_title_over_scanned_pages_is_told() -> None:
    picture = '<w:drawing><a:blip xmlns:a="a" r:embed="x" xmlns:r="r"/></w:drawing>'
    body = paragraph("松溪镇2024年法治政府建设年度报告") + f"<w:p><w:r>{picture}</w:r></w:p>" * 2
    report = read_report(docx(body), "报告.docx")
    assert report.source.pictures == 2
    assert FindingKind.PICTURES_WITHOUT_TEXT in {finding.kind for finding in report.findings}
    told = read_report(docx(body + paragraph("全镇调解矛盾纠纷46件，成功45件。" * 20)), "报告.docx")
    assert FindingKind.PICTURES_WITHOUT_TEXT not in {finding.kind for finding in told.findings}
