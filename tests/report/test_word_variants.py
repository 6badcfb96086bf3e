"""What Word files write in many ways: each way shows the same, and nothing that Word does not show.

A case is a body, what must stand in its text and what must not; further parts by their names.
"""

from __future__ import annotations

import pytest

from tests.report.docx import MC, W, level, numbering, package
from workers.report.reading import read_source

NAMES = (
    f'{W} {MC} xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:zz="http://example.org/unknown"'
)
RAISED = '<w:vertAlign w:val="superscript"/>'
HIDDEN = "<w:vanish/>"
FIRST = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'


def word(body: str, **parts: str) -> bytes:
    main = f"<w:document {NAMES}><w:body>{body}</w:body></w:document>"
    named = {f"word/{name}.xml": xml for name, xml in parts.items()}
    return package({"word/document.xml": main, **named})


def r(text: str, looks: str = "") -> str:
    return f'<w:r><w:rPr>{looks}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*runs: str, has: str = "") -> str:
    return f"<w:p><w:pPr>{has}</w:pPr>{''.join(runs)}</w:p>"


def field(code: str, result: str | None = None, form: str = "") -> str:
    """A field; without a result it has none, with an empty one it begins a result of nothing."""

    def mark(kind: str, inner: str = "") -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}">{inner}</w:fldChar></w:r>'

    shown = "" if result is None else mark("separate") + (r(result) if result else "")
    data = f"<w:ffData>{form}</w:ffData>" if form else ""
    inner = f"<w:r><w:instrText>{code}</w:instrText></w:r>"
    return mark("begin", data) + inner + shown + mark("end")


def row(*cells: str, has: str = "") -> str:
    inner = "".join(f"<w:tc>{cell}</w:tc>" for cell in cells)
    return f"<w:tr><w:trPr>{has}</w:trPr>{inner}</w:tr>"


def choose(choice: str, fallback: str, needs: str = "w14") -> str:
    return (
        f'<mc:AlternateContent><mc:Choice Requires="{needs}">{choice}</mc:Choice>'
        f"<mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>"
    )


def style(
    name: str, kind: str = "paragraph", looks: str = "", has: str = "", more: str = ""
) -> str:
    return (
        f'<w:style w:type="{kind}" w:styleId="{name}" {more}><w:pPr>{has}</w:pPr>'
        f"<w:rPr>{looks}</w:rPr></w:style>"
    )


def styles(*listed: str) -> str:
    return f"<w:styles {W}>{''.join(listed)}</w:styles>"


def m(written: str) -> str:
    return f"<m:r><m:t>{written}</m:t></m:r>"


def formula(written: str) -> str:
    return f"<m:oMath>{written}</m:oMath>"


def prompt(inner: str) -> str:
    return (
        f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"
    )


COUNTED = numbering(level(0, "chineseCounting", "%1、"))
CODED = 'w:ascii="Wingdings" w:hAnsi="Wingdings"'
CASES: dict[str, tuple[bytes, tuple[str, ...], tuple[str, ...]]] = {
    # Fields.
    "equation raised": (word(p(r("46"), field(r"EQ \s\up5(1)"), r("件"))), ("46¹件",), ()),
    "equation behind a number": (word(p(r("共3"), field(r"EQ \F(1,2)"))), ("3 1/2",), ()),
    "equation in a box": (word(p(r("共"), field(r"EQ \x(46)"), r("件"))), ("共46件",), ()),
    "symbol with an empty result": (
        word(p(field(r'SYMBOL 0xFE \f "Wingdings"', ""), r("是"))), ("☑是",), (),
    ),
    "text of a form": (
        word(p(field("FORMTEXT", None, '<w:textInput><w:default w:val="46件"/></w:textInput>'))),
        ("46件",), (),
    ),
    "box of a form with an empty result": (
        word(p(field("FORMCHECKBOX", "", "<w:checkBox><w:checked/></w:checkBox>"), r("是"))),
        ("☑是",), (),
    ),
    # Choices.
    "choice among blocks": (word(choose(p(r("46件")), p(r("旧版")))), ("46件",), ("旧版",)),
    "unknown choice among blocks": (
        word(choose(p(r("新版")), p(r("46件")), "zz")), ("46件",), ("新版",),
    ),
    "choice in a cell": (
        word(f"<w:tbl>{row(choose(p(r('46件')), p(r('旧版'))), p(r('乙')))}</w:tbl>"),
        ("46件\t乙",), ("旧版",),
    ),
    "choice among rows": (
        word(f"<w:tbl>{choose(row(p(r('46件'))), row(p(r('旧版'))))}</w:tbl>"),
        ("46件",), ("旧版",),
    ),
    "choice of a number's form": (
        word(
            p(r("组织"), has=FIRST),
            numbering=COUNTED.replace(W, NAMES).replace(
                '<w:numFmt w:val="chineseCounting"/>',
                choose('<w:numFmt w:val="custom"/>', '<w:numFmt w:val="chineseCounting"/>', "zz"),
            ),
        ),
        ("一、组织",), (),
    ),
    "prompt of a block": (word(prompt(p(r("单击此处"))) + p(r("46件"))), ("46件",), ("单击",)),
    "prompt of a cell": (
        word(f"<w:tbl><w:tr>{prompt('<w:tc>' + p(r('单击')) + '</w:tc>')}"
             f"<w:tc>{p(r('46件'))}</w:tc></w:tr></w:tbl>"),
        ("\t46件",), ("单击",),
    ),
    # Drawn words, hidden ones, deleted ones.
    "drawn words beside text": (
        word(p(r("共46"), '<w:r><w:pict><v:textpath string="2024年"/></w:pict></w:r>', r("件"))),
        ("2024年\n共46件",), (),
    ),
    "hidden by the default style": (
        word(p(r("99件")) + p(r("46件"), has='<w:pStyle w:val="s"/>'),
             styles=styles(style("d", looks=HIDDEN, more='w:default="1"'), style("s"))),
        ("46件",), ("99件",),
    ),
    "hidden box": (
        word(p(f"<w:r><w:rPr>{HIDDEN}</w:rPr><w:pict><w:txbxContent>{p(r('99件'))}"
               "</w:txbxContent></w:pict></w:r>", r("46件"))),
        ("46件",), ("99件",),
    ),
    "hidden row": (
        word(f"<w:tbl>{row(p(r('99件')), has='<w:hidden/>')}{row(p(r('46件')))}</w:tbl>"),
        ("46件",), ("99件",),
    ),
    "hidden end of a paragraph": (
        word(p(r("（一）组织。"), has=f"<w:rPr>{HIDDEN}<w:specVanish/></w:rPr>") + p(r("共46件"))),
        ("（一）组织。共46件",), (),
    ),
    "hidden item of a list": (
        word(p(r("组织"), has=FIRST) + p(r("隐", HIDDEN), has=f"{FIRST}<w:rPr>{HIDDEN}</w:rPr>")
             + p(r("决策"), has=FIRST), numbering=COUNTED),
        ("一、组织\n二、决策",), (),
    ),
    "item that was moved": (
        word(p(r("组织"), has=FIRST)
             + p(f"<w:moveFrom>{r('监督')}</w:moveFrom>",
                 has=f"{FIRST}<w:rPr><w:moveFrom/></w:rPr>")
             + p(r("决策"), has=FIRST)
             + p(f"<w:moveTo>{r('监督')}</w:moveTo>", has=f"{FIRST}<w:rPr><w:moveTo/></w:rPr>"),
             numbering=COUNTED),
        ("一、组织\n二、决策\n三、监督",), (),
    ),
    "items that were joined": (
        word(p(r("组织"), has=f"{FIRST}<w:rPr><w:del/></w:rPr>") + p(r("领导"), has=FIRST)
             + p(r("决策"), has=FIRST), numbering=COUNTED),
        ("一、组织领导\n二、决策",), (),
    ),
    "last end deleted": (word(p(r("46件"), has="<w:rPr><w:del/></w:rPr>")), ("46件",), ()),
    "row that was moved": (
        word(f"<w:tbl>{row(p(r('99件')), has='<w:moveFrom/>')}{row(p(r('46件')))}</w:tbl>"),
        ("46件",), ("99件",),
    ),
    "deleted in a formula": (
        word(p(formula(f"<w:del>{m('99')}</w:del>{m('46')}"), r("件"))), ("46件",), ("99",),
    ),
    # Numbers of lists and of styles.
    "number of the default style": (
        word(p(r("组织")), numbering=COUNTED,
             styles=styles(style("d", has='<w:numPr><w:numId w:val="1"/></w:numPr>',
                                 more='w:default="1"'))),
        ("一、组织",), (),
    ),
    "level that belongs to a style": (
        word(p(r("组织"), has='<w:pStyle w:val="a"/>') + p(r("领导"), has='<w:pStyle w:val="b"/>'),
             styles=styles(*(style(name, has='<w:numPr><w:numId w:val="1"/></w:numPr>')
                             for name in "ab")),
             numbering=numbering(
                 level(0, "chineseCounting", "%1、", '<w:pStyle w:val="a"/>')
                 + level(1, "chineseCounting", "（%2）", '<w:pStyle w:val="b"/>'))),
        ("一、组织\n（一）领导",), (),
    ),
    # Raised marks.
    "several marks": (word(p(r("46"), r("1,2", RAISED), r("件"))), ("46¹,²件",), ()),
    "mark with a blank": (word(p(r("46"), r("1 ", RAISED), r("件"))), ("46¹ 件",), ()),
    "mark by a style": (
        word(p(r("46"), r("1", '<w:rStyle w:val="s"/>'), r("件")),
             styles=styles(style("s", "character", RAISED))),
        ("46¹件",), (),
    ),
    "mark set by hand": (
        word(p(r("46"), r("1", '<w:position w:val="10"/><w:sz w:val="14"/>'), r("件"))),
        ("46¹件",), (),
    ),
    "mark switched off": (
        word(p(r("4"), r("6", '<w:rStyle w:val="s"/><w:vertAlign w:val="baseline"/>'), r("件")),
             styles=styles(style("s", "character", RAISED))),
        ("46件",), (),
    ),
    # Formulas.
    "sum": (
        word(p(r("共"), formula(f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{m("1")}'
                                f'</m:sub><m:sup>{m("10")}</m:sup><m:e>{m("46")}</m:e></m:nary>'))),
        ("∑₁¹⁰46",), (),
    ),
    "lines of a formula": (
        word(p(formula(f"<m:eqArr><m:e>{m('46')}</m:e><m:e>{m('50')}</m:e></m:eqArr>"))),
        ("46; 50",), (),
    ),
    "formula before a number": (
        word(p(formula(f"<m:f><m:num>{m('46')}</m:num><m:den>{m('50')}</m:den></m:f>"), r("3件"))),
        ("46/50 3件",), (),
    ),
    # Symbols and parts.
    "symbol by a style": (
        word(p(r("&#xF0FE;", '<w:rStyle w:val="s"/>'), r("是")),
             styles=styles(style("s", "character", f"<w:rFonts {CODED}/>"))),
        ("☑是",), (),
    ),
    "blank line before the file": (b"\r\n" + word(p(r("46件"))), ("46件",), ()),
    "names with backslashes": (
        package({"word\\document.xml": f"<w:document {W}><w:body>{p(r('46件'))}</w:body>"
                                       "</w:document>"}),
        ("46件",), (),
    ),
    "names in another case": (
        package({"Word/Document.xml": f"<w:document {W}><w:body>{p(r('46件'))}</w:body>"
                                      "</w:document>",
                 "_rels/.rels": '<Relationships><Relationship Type="x/officeDocument" '
                                'Target="./word/document.xml"/></Relationships>',
                 "[Content_Types].xml": '<Types><Override ContentType="x/wordprocessingml.x"/>'
                                        "</Types>"}),
        ("46件",), (),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_word_shows_the_same_in_each_way(case: str) -> None:
    data, shown, never = CASES[case]
    text = read_source(data, "报告.docx").raw_text
    assert all(words in text for words in shown), text
    assert not any(words in text for words in never), text


@pytest.mark.parametrize(
    ("form", "written", "text"),
    [
        *(("decimal", f"%1{sign}", "46件") for sign in ("-", ":", ",", "/", "～", "．", "")),
        ("decimalFullWidth", "%1", "46件"),
        ("chineseCounting", "%1", "四十六件"),
        ("chineseCounting", "第%1", "百件"),
    ],
)
def test_number_of_an_item_does_not_go_on_in_its_text(form: str, written: str, text: str) -> None:
    data = word(p(r(text), has=FIRST), numbering=numbering(level(0, form, written)))
    assert f" {text}" in read_source(data, "报告.docx").raw_text
