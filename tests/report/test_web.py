"""Web pages: what a browser shows of the article is read, whole; what it hides is not."""

from __future__ import annotations

import pytest

from workers.errors import DrawnByScript
from workers.report.reading import read_source

PROSE = "<p>全镇认真落实上级部署，召开会议研究法治工作，推动各项任务落地。</p>" * 6
TITLE = "<h1>柳溪镇2024年法治政府建设年度报告</h1>"
MENU = '<div><a href="/">首页</a> <a href="/x">政务公开</a></div>'
FOOT = "<div>主办单位：柳溪县人民政府办公室　网站标识码：3300000001</div>"


def read(body: str, head: str = "") -> str:
    page = (
        f"<html><head><meta charset='utf-8'><title>政府信息公开</title>{head}</head>"
        f"<body>{body}</body></html>"
    )
    return read_source(page.encode(), "报告.html").raw_text


@pytest.mark.parametrize(
    "beside",
    [
        "<div><table><tr><td>行政处罚</td><td>46件</td></tr></table></div>",
        "<div><table><tr><td>项目</td><td>数量</td></tr><tr><td>案件</td><td>46件</td></tr></table></div>",
        "<div><p>二、行政执法</p><p>办结案件46件</p></div>",
        '<div class="TRS_Editor"><p>全年办结行政处罚案件46件，罚款3.5万元。</p></div>',
    ],
)
def test_what_stands_beside_the_densest_part_is_read(beside: str) -> None:
    text = read(f'{MENU}{TITLE}<div class="TRS_Editor">{PROSE}</div>{beside}{FOOT}')
    assert text.startswith("柳溪镇2024年法治政府建设年度报告")
    assert "46件" in text
    assert "网站标识码" not in text


def test_report_in_short_lines_is_read_beside_a_greeting() -> None:
    greeting = "<div>今天是2025年1月10日，欢迎访问柳溪镇人民政府门户网站！</div>"
    lines = "".join(
        f"<p>{line}</p>"
        for line in ("一、组织领导", "召开会议12次", "二、行政执法", "办结案件46件")
    )
    text = read(f"{greeting}{TITLE}<div>{lines}</div>")
    assert "一、组织领导\n召开会议12次\n二、行政执法\n办结案件46件" in text


@pytest.mark.parametrize(
    "hiding",
    [
        "hidden",
        "style='display:none'",
        "style='visibility: hidden'",
        "style='position:absolute; left:-9999px'",
        "style='text-decoration: line-through'",
        "style='font-size:0'",
        "class='old'",
        "id='draft'",
    ],
)
def test_what_no_browser_shows_is_left_out(hiding: str) -> None:
    rules = (
        "<style>/* x */ .a, .old { color:red; display : none } #draft{opacity:0} @media "
        "print{p{display:none}}</style>"
    )
    text = read(
        f"{TITLE}<p {hiding}>旧稿：办结案件99件，作废。</p><p>办结案件46件，无一撤销。</p>{PROSE}",
        rules,
    )
    assert "46件" in text
    assert "99件" not in text


def test_struck_out_words_are_left_out() -> None:
    assert "99" not in read(
        f"{TITLE}<p>办结案件<s>99</s><del>98</del><strike>97</strike>46件，无一撤销。</p>{PROSE}"
    )


def test_rules_that_hide_nearly_all_are_not_believed() -> None:
    """Scripts show such pages part by part."""
    assert "推动各项任务落地" in read(
        f"{TITLE}<div class='tab'>{PROSE}</div>", "<style>.tab{display:none}</style>"
    )


@pytest.mark.parametrize(
    "frame",
    [
        "<pre>{}</pre>",
        "<div style='white-space:pre-wrap'>{}</div>",
        "<div class='k'>{}</div>",
        "<textarea>{}</textarea>",
    ],
)
def test_lines_that_the_page_keeps_end_where_it_ends_them(frame: str) -> None:
    text = "一、组织领导\n召开会议，研究法治工作。\n二、行政执法\n办结案件46件，无一撤销。"
    assert text in read(TITLE + frame.format(text), "<style>.k{white-space:pre-line}</style>")


def test_raised_figure_is_a_note_mark() -> None:
    assert "办结案件46¹件" in read(f"{TITLE}<p>办结案件46<sup>1</sup>件，无一撤销。</p>{PROSE}")


def test_list_that_counts_in_chinese_has_its_numbers() -> None:
    items = "".join(
        f"<li>{item}</li>" for item in ("组织领导有力，责任落实。", "依法决策，程序完备。")
    )
    items = f"<ol style='list-style-type: cjk-ideographic'>{items}</ol>"
    assert "一、组织领导有力" in read(TITLE + items + PROSE)
    assert "二、依法决策" in read(TITLE + items + PROSE)


@pytest.mark.parametrize(
    "body", ["<script>show({'正文':'全年办结46件'})</script>", "<iframe src='a.html'></iframe>"]
)
def test_page_whose_text_its_scripts_draw_says_so(body: str) -> None:
    with pytest.raises(DrawnByScript) as refused:
        read(f"<div id='app'></div>{body}")
    assert "程序" in refused.value.notice
