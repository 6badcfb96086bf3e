"""What pages write in many ways: each is read as a browser shows it."""

from __future__ import annotations

import pytest

from workers.report.reading import read_source

PROSE = (
    "<p>一、主要工作。2024年，松溪镇全面推进依法行政，召开会议研究法治工作。</p>"
    "<p>全年办结行政处罚案件46件，罚款3.5万元，群众满意度不断提升。</p>"
)
OTHER = f"<p>{'其他内容也很多，' * 30}</p>"
LINES = "一、组织领导\n二、依法决策\n办结案件46件\n"


def read(body: str, head: str = "") -> str:
    page = (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    )
    return read_source(page.encode(), "报告").raw_text


@pytest.mark.parametrize(
    "style",
    [
        "position:absolute;clip:rect(0 0 0 0)",
        "clip-path:inset(100%)",
        "height:0;overflow:hidden",
        "max-height:0px;overflow:hidden",
        "position:absolute;right:-9999px",
        "margin-left:-9999px",
        "transform:scale(0)",
        "transform:translateX(-9999px)",
        "color:transparent",
        "content-visibility:hidden",
        "DISPLAY:NONE !important",
    ],
)
def test_text_that_a_style_hides_is_left_out(style: str) -> None:
    text = read(f"<div>{PROSE}<p style='{style}'>又办结99件。</p></div>")
    assert "46件" in text
    assert "99件" not in text


@pytest.mark.parametrize(
    "rules",
    [
        "@media screen{.h{display:none}}",
        "@media only screen and (min-width:800px){p.h{display:none}}",
        "a:hover,.h{display:none}",
        "div > p:last-child{display:none}",
        "p:not(.y).h{display:none}",
        "<!-- .h{display:none} -->",
        ".h{display:none!important}.h{display:block}",
        "p.h{display:none} p{display:block}",
        "@supports (display:grid){.h{display:none}}",
        ".h{text-decoration:underline line-through}",
    ],
)
def test_text_that_a_rule_hides_is_left_out(rules: str) -> None:
    text = read(f"<div>{PROSE}<p class='h'>又办结99件。</p></div>", f"<style>{rules}</style>")
    assert "46件" in text
    assert "99件" not in text


@pytest.mark.parametrize(
    "style",
    [
        "<style>@media print{.x{display:none}}</style>",
        "<style media='print'>.x{display:none}</style>",
        "<style>@media screen and (max-width:600px){.x{display:none}}</style>",
        "<style>@media not screen{.x{display:none}}</style>",
        "<style>.x:hover{display:none} .x::before{display:none}</style>",
        "<style>div.x{display:block} .x{display:none}</style>",
        "<style>.x{display:block!important} .x{display:none}</style>",
    ],
)
def test_text_that_a_rule_shows_is_read(style: str) -> None:
    assert "46件" in read(f"<div class='x'>{PROSE}</div>{OTHER}", style)


@pytest.mark.parametrize(
    "shown",
    [
        "<div style='font-size:0'><span style='font-size:16px'>又调解88件。</span></div>",
        "<div style='visibility:hidden'><p style='visibility:visible'>又调解88件。</p></div>",
        "<p style='left:-9999px'>又调解88件。</p>",
        "<p style='text-indent:-28px'>又调解88件。</p>",
        "<details><summary>表</summary><p>又调解88件。</p></details>",
        "<p style='color:transparent;background-clip:text'>又调解88件。</p>",
    ],
)
def test_text_that_only_seems_hidden_is_read(shown: str) -> None:
    assert "88件" in read(f"<div>{PROSE}{shown}</div>")


@pytest.mark.parametrize("curtain", ["style='display:none'", "style='opacity:0'", "hidden"])
def test_page_behind_a_curtain_is_read(curtain: str) -> None:
    page = f"<html><body {curtain}>{PROSE}<p style='display:none'>99件</p></body></html>"
    text = read_source(page.encode(), "报告").raw_text
    assert "46件" in text
    assert "99件" not in text
    assert "46件" in read(f"<div {curtain}>{PROSE}</div><p>首页</p>")


@pytest.mark.parametrize(
    "body",
    [
        f"<pre><span>{LINES}</span></pre>",
        f"<div style='white-space-collapse:preserve'>{LINES}</div>",
        f"<table><tr><td><pre>{LINES}</pre></td></tr></table>",
    ],
)
def test_lines_that_a_style_keeps_are_kept(body: str) -> None:
    assert LINES.strip() in read(body)
    assert "丙 丁" in read("<pre>甲\n乙<span style='white-space:normal'>丙\n丁</span></pre>")


@pytest.mark.parametrize(
    "mark",
    [
        "<sup>1,2</sup>",
        "<sup> 1 </sup>",
        "<span style='vertical-align:super'>1</span>",
        "<span class='v'>1</span>",
    ],
)
def test_raised_mark_is_no_digit_of_the_figure(mark: str) -> None:
    text = read(
        f"<div>{PROSE}<p>调解88{mark}件。</p></div>", "<style>.v{vertical-align:super}</style>"
    )
    assert "88" in text
    assert "881" not in text


def test_formula_is_read_in_a_line() -> None:
    math = "<math><mfrac><mn>46</mn><mn>50</mn></mfrac></math>"
    power = "<math><msup><mn>10</mn><mn>3</mn></msup></math>"
    text = read(f"<div>{PROSE}<p>办结率{math}，面积{power}平方米，成效显著。</p></div>")
    assert "46/50" in text
    assert "10³平方米" in text


def test_number_of_an_item_does_not_go_on_in_its_text() -> None:
    label = "<![if !supportLists]><span style='mso-list:Ignore'>1.</span><![endif]>"
    assert "1. 46件" in read(f"<p class=MsoNormal>{label}46件案件，全部办结了。</p>")
    items = "<li>组织。</li><li value=7>决策。</li>"
    listed = f"<ol start='3' style='list-style-type:cjk-ideographic'>{items}</ol>"
    assert "三、组织。\n七、决策。" in read(listed)


ROWS = "<tr><td>行政处罚</td><td>88</td></tr><tr><td>调解</td><td>77</td></tr>"
TABLE = f"<div><table>{ROWS}</table></div>"


@pytest.mark.parametrize(
    "body",
    [
        f"{TABLE}<div>{PROSE * 12}</div>",
        f"<div>{PROSE * 12}</div>{TABLE}",
        f"<div><p>三年来共办结88件，其中调解77件，成效显著。</p></div><div>{PROSE * 12}</div>",
    ],
)
def test_figures_beside_the_prose_are_read(body: str) -> None:
    menu = "<div><a href='/'>首页</a> 欢迎访问松溪镇人民政府门户网站，今天是星期一！</div>"
    text = read(menu + body)
    assert "88" in text
    assert "77" in text
    assert "欢迎访问" not in text


WORDS = "<p>全年办结行政处罚案件46件，罚款三万元，群众满意。</p>"
PAGE = f"<html><head>{{}}</head><body>{WORDS}</body></html>"
LONG = "<html><script>" + "x=1;" * 3000 + "</script>"


@pytest.mark.parametrize(
    "data",
    [
        PAGE.format("<meta charset='hz-gb-2312'>").encode("hz"),
        PAGE.format("<meta charset='utf-7'>").encode("utf-7"),
        PAGE.format("<meta charset='big5'>").encode("gbk"),
        PAGE.format("").encode().replace(b"<body>", b"<body>\0\0"),
        (LONG + PAGE.format("<meta charset='gbk'>")).encode("gbk"),
        b"HTTP/1.1 200 OK\r\nDate: Mon, 20 Jan 2025 00:00:00 GMT\r\nContent-Type: text/html\r\n\r\n"
        + PAGE.format("").encode(),
        PAGE.format("<meta charset='gbk'>").encode("gbk").replace(b"46", b"\xb746", 1),
    ],
)  # fmt: skip
def test_page_is_decoded_whatever_it_states(data: bytes) -> None:
    text = read_source(data, "报告").raw_text
    assert "全年办结行政处罚案件" in text
    assert "46件，罚款三万元" in text
    assert not {"<", "HTTP"} & set(text.split())


@pytest.mark.parametrize(
    "begin",
    ["<o:p></o:p><p>", "<?xml version='1.0'?><p>", "<label>全</label><p>", "<p>", "<tr><td>",
     "<SECTION>", "<my-content><p>", "<input type=hidden><p>", "<b>", "<a name=top></a><p>"],
)  # fmt: skip
def test_piece_of_a_page_is_one(begin: str) -> None:
    text = read_source(f"{begin}全年办结46件。</b></p>".encode(), "报告").raw_text
    assert "全年办结46件。" in text
    assert "<" not in text
