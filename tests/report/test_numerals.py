"""Numerals of every kind that reports write: read whole, or not at all."""

from __future__ import annotations

import pytest

from bench.numerals import OURS, compare_readers
from tests.report.test_quantities import quantities, segmented
from workers.report.chinese.folding import fold_narrow
from workers.report.extraction.quantities import CUT, UNREAD, Rejected, judge_numbers
from workers.report.extraction.quantity import Quantity
from workers.report.model import Bound

EXACT, MORE, LESS, ABOUT = Bound.EXACT, Bound.AT_LEAST, Bound.AT_MOST, Bound.ABOUT

READ: dict[str, list[tuple[str, list[tuple[float, str, Bound]]]]] = {
    "groups of three": [
        ("受理信访2 406件", [(2406, "件", EXACT)]),
        ("发放手册15 800册", [(15800, "册", EXACT)]),
        ("罚没款3 105.6万元", [(31056000, "元", EXACT)]),
        ("惠及群众1 020 300人次", [(1020300, "人次", EXACT)]),
        ("巡查3\u2009412次", [(3412, "次", EXACT)]),
        ("巡查3\u202f412次", [(3412, "次", EXACT)]),
        ("走访农户4\u2007008户", [(4008, "户", EXACT)]),
        ("走访农户4\u00a0008户", [(4008, "户", EXACT)]),
        ("走访农户4\u3000008户", [(4008, "户", EXACT)]),
        ("罚款6'500元", [(6500, "元", EXACT)]),
        ("罚款6’500元", [(6500, "元", EXACT)]),
        ("约1 500余人次，近2 000份", [(1500, "人次", ABOUT), (2000, "份", LESS)]),
        ("1 200至1 300件", [(1200, "件", MORE), (1300, "件", LESS)]),
        ("满意率12 98%", [(98, "%", EXACT)]),
    ],
    "tens and digits": [
        ("调处纠纷廿九件", [(29, "件", EXACT)]),
        ("调处纠纷卅件", [(30, "件", EXACT)]),
        ("调处纠纷卌二件", [(42, "件", EXACT)]),
        ("参训二百卅人", [(230, "人", EXACT)]),
        ("参训三百廿五人", [(325, "人", EXACT)]),
        ("化解千廿件", [(1020, "件", EXACT)]),
        ("办结二〇六件", [(206, "件", EXACT)]),
        ("办结三○件", [(30, "件", EXACT)]),
        ("办结一二八件", [(128, "件", EXACT)]),
        ("办结一一〇〇件", [(1100, "件", EXACT)]),
        ("化解百五十六件", [(156, "件", EXACT)]),
        ("化解六十有二件", [(62, "件", EXACT)]),
    ],
    "long": [
        ("发放八百零七万六千五百零三份", [(8076503, "份", EXACT)]),
        ("发放三千二百一十九万零四十份", [(32190040, "份", EXACT)]),
        ("罚款二百三十四万五千六百七十八元", [(2345678, "元", EXACT)]),
        (
            "投入一亿二千三百四十五万六千七百八十九元",
            [(123456789, "元", EXACT)],
        ),
        ("发放一千一百一十一万一千一百一十一份", [(11111111, "份", EXACT)]),
        ("投入三千万亿元", [(3e15, "元", EXACT)]),
    ],
    "zeros": [
        ("发放二万零十五份", [(20015, "份", EXACT)]),
        ("发放二万零一十五份", [(20015, "份", EXACT)]),
        ("受理三千零十件", [(3010, "件", EXACT)]),
        ("受理三千零二件", [(3002, "件", EXACT)]),
        ("受理一百零九件", [(109, "件", EXACT)]),
        ("受理六万零三百件", [(60300, "件", EXACT)]),
        ("受理一万零百件", [(10100, "件", EXACT)]),
        ("走访五千〇四十户", [(5040, "户", EXACT)]),
        ("走访十万零八十户", [(100080, "户", EXACT)]),
        ("走访一百万零五户", [(1000005, "户", EXACT)]),
    ],
    "formal": [
        ("罚款人民币贰仟伍佰元整", [(2500, "元", EXACT)]),
        ("罚款人民币叁万陆仟柒佰捌拾玖元整", [(36789, "元", EXACT)]),
        ("罚款壹拾万元", [(100000, "元", EXACT)]),
        ("罚款壹佰零伍圆整", [(105, "元", EXACT)]),
        ("罚款玖佰捌拾元伍角整", [(980.5, "元", EXACT)]),
        ("退赔肆拾贰元叁角陆分", [(42.36, "元", EXACT)]),
        ("调处纠纷叁拾件", [(30, "件", EXACT)]),
        ("调处纠纷柒拾余件", [(70, "件", MORE)]),
        ("罰款壹萬貳仟元整", [(12000, "元", EXACT)]),
        ("罚款拾万元", [(100000, "元", EXACT)]),
        ("组建队伍三支", [(3, "支", EXACT)]),
        ("收拾2处，大陆3人", [(2, "处", EXACT), (3, "人", EXACT)]),
    ],
    "said twice": [
        ("罚款叁万元整（¥30,000.00）", [(30000, "元", EXACT)]),
        ("罚款叁万元整（小写：30000元）", [(30000, "元", EXACT)]),
        ("罚款30000元（大写：叁万元整）", [(30000, "元", EXACT)]),
        ("罚款3万元（叁万元整）", [(30000, "元", EXACT)]),
        ("罚款叁万元（3万元）", [(30000, "元", EXACT)]),
        ("调处纠纷六十四（64）件", [(64, "件", EXACT)]),
        ("调处纠纷64（六十四）件", [(64, "件", EXACT)]),
        ("调处纠纷六十四件（64件）", [(64, "件", EXACT)]),
        ("调处纠纷六十(60)余件", [(60, "件", MORE)]),
        ("发放一千二百（1,200）份", [(1200, "份", EXACT)]),
        ("罚款人民币（大写）叁万元整（小写）¥30000.00元", [(30000, "元", EXACT)]),
    ],
    "mixed": [
        ("投入2亿3000万元", [(230000000, "元", EXACT)]),
        ("投入2亿3千万元", [(230000000, "元", EXACT)]),
        ("投入1.5万3千元", [(18000, "元", EXACT)]),
        ("投入4千5百万元", [(45000000, "元", EXACT)]),
        ("发放3万2500份", [(32500, "份", EXACT)]),
        ("发放3万零500份", [(30500, "份", EXACT)]),
        ("发放3万五千余份", [(35000, "份", MORE)]),
        ("发放二万3000份", [(23000, "份", EXACT)]),
        ("投入1亿零五百万元", [(105000000, "元", EXACT)]),
        ("受众2万6千多人次", [(26000, "人次", MORE)]),
        ("投入近6亿8000万元", [(680000000, "元", LESS)]),
    ],
    "decimals and shares": [
        ("满意率百分之九十六点八", [(96.8, "%", EXACT)]),
        ("占比百分之零点三", [(0.3, "%", EXACT)]),
        ("占比千分之五", [(0.5, "%", EXACT)]),
        ("满意率百分之98.6", [(98.6, "%", EXACT)]),
        ("满意率百分之百", [(100, "%", EXACT)]),
        ("完成目标的百分之一百二十", [(120, "%", EXACT)]),
        ("满意率达九成八", [(98, "%", EXACT)]),
        ("满意率达八成半", [(85, "%", EXACT)]),
        ("满意率达九成五以上", [(95, "%", MORE)]),
        ("七八成纠纷当天化解", [(75, "%", ABOUT)]),
        ("受众四点二万人次", [(42000, "人次", EXACT)]),
        ("投入一点零五亿元", [(105000000, "元", EXACT)]),
        ("满意率≥95%", [(95, "%", MORE)]),
    ],
    "ranges": [
        ("开展巡查四至六次", [(4, "次", MORE), (6, "次", LESS)]),
        ("开展巡查四到六次", [(4, "次", MORE), (6, "次", LESS)]),
        ("开展巡查四—六次", [(4, "次", MORE), (6, "次", LESS)]),
        ("开展巡查4〜6次", [(4, "次", MORE), (6, "次", LESS)]),
        ("开展巡查4∼6次", [(4, "次", MORE), (6, "次", LESS)]),
        ("开展巡查4～6次", [(4, "次", MORE), (6, "次", LESS)]),
        ("开展巡查4至六次", [(4, "次", MORE), (6, "次", LESS)]),
        ("开展巡查4次至6次", [(4, "次", MORE), (6, "次", LESS)]),
        ("开展巡查一至两次", [(1, "次", MORE), (2, "次", LESS)]),
        ("受理廿至卅件", [(20, "件", MORE), (30, "件", LESS)]),
        ("罚款3至5万元", [(30000, "元", MORE), (50000, "元", LESS)]),
        ("罚款三至五万元", [(30000, "元", MORE), (50000, "元", LESS)]),
        ("罚款5000至1万元", [(5000, "元", MORE), (10000, "元", LESS)]),
        ("受众三百到五百人次", [(300, "人次", MORE), (500, "人次", LESS)]),
        ("受众三到五百人次", [(300, "人次", MORE), (500, "人次", LESS)]),
        ("占百分之十至十五", [(10, "%", MORE), (15, "%", LESS)]),
        ("占10%—15%", [(10, "%", MORE), (15, "%", LESS)]),
        ("占10—15%", [(10, "%", MORE), (15, "%", LESS)]),
    ],
    "pairs": [
        ("走访三四次", [(3.5, "次", ABOUT)]),
        ("走访一两次", [(1.5, "次", ABOUT)]),
        ("走访三五次", [(4, "次", ABOUT)]),
        ("调处四五十件", [(45, "件", ABOUT)]),
        ("调处十五六件", [(15.5, "件", ABOUT)]),
        ("调处二十七八件", [(27.5, "件", ABOUT)]),
        ("调处一百二三十件", [(125, "件", ABOUT)]),
        ("受众两三千人次", [(2500, "人次", ABOUT)]),
        ("受众七八百人次", [(750, "人次", ABOUT)]),
        ("投入六七万元", [(65000, "元", ABOUT)]),
        ("帮扶八九个村", [(8.5, "个", ABOUT)]),
        ("近四五十件", [(45, "件", LESS)]),
    ],
    "qualifiers": [
        ("调处38件以上", [(38, "件", MORE)]),
        ("调处百件左右", [(100, "件", ABOUT)]),
        ("调处百余件", [(100, "件", MORE)]),
        ("调处上百件", [(100, "件", MORE)]),
        ("调处50件出头", [(50, "件", MORE)]),
        ("调处五十件开外", [(50, "件", MORE)]),
        ("调处五十来件", [(50, "件", MORE)]),
        ("受众3000人次余", [(3000, "人次", MORE)]),
        ("受众三千人次有余", [(3000, "人次", MORE)]),
        ("调处五十件不到", [(50, "件", LESS)]),
        ("调处50件上下", [(50, "件", ABOUT)]),
        ("调处50件以内", [(50, "件", LESS)]),
        ("调处十几件", [(10, "件", MORE)]),
        ("调处百二十六件", [(126, "件", EXACT)]),
    ],
    "noughts": [
        ("群体性事件0起", [(0, "起", EXACT)]),
        ("群体性事件零起", [(0, "起", EXACT)]),
        ("信访案件零件", [(0, "件", EXACT)]),
        ("行政复议0件，行政诉讼0件", [(0, "件", EXACT), (0, "件", EXACT)]),
        ("投诉零次", [(0, "次", EXACT)]),
        ("更换零件，采购零件三件", [(3, "件", EXACT)]),
        ("实现零距离服务，零售商户6户", [(6, "户", EXACT)]),
        ("落实零门槛", []),
        ("败诉案件为0", [(0, "", EXACT)]),
        ("投诉率0%", [(0, "%", EXACT)]),
    ],
}


@pytest.mark.parametrize(
    ("text", "stated"),
    [pytest.param(*case, id=case[0]) for cases in READ.values() for case in cases],
)
def test_numeral_is_read_whole(text: str, stated: list[tuple[float, str, Bound]]) -> None:
    for sentence in (f"全年{text}。", f"{text}，其余正常。"):
        found = [(q.value, q.unit, q.bound) for q in quantities(sentence)]
        assert [(pytest.approx(value), unit, bound) for value, unit, bound in stated] == found


UNREADABLE = [
    "受理1 28件",
    "受理12 34 567件",
    "受理1 2345件",
    "罚款1 23.5万元",
    "受理1'28件",
    "受理12,34件",
    "受理1,2345件",
    "受理一万二件",
    "受理三百五件",
    "受理3万2件",
    "投入15万12元",
    "受理二八件",
    "受理百八十件",
    "受理零五件",
    "受理二百三百件",
    "受理六十四（46）件",
    "罚款叁万元（¥3,000.00）",
    "罚款30000元（大写：叁仟元整）",
]


@pytest.mark.parametrize("text", UNREADABLE)
def test_number_that_cannot_be_read_whole_is_no_figure(text: str) -> None:
    sentence = f"全年{text}。"
    judged = list(judge_numbers(sentence, fold_narrow(sentence), segmented(sentence)))
    assert not [number for number in judged if isinstance(number, Quantity)]
    assert [number.why for number in judged if isinstance(number, Rejected)][-1] in {UNREAD, CUT}


@pytest.mark.parametrize(
    "text",
    [
        "唯一一件也不放过",
        "统一一个标准",
        "三三两两前来",
        "三八节走访",
        "举办“五四”活动",
        "八五普法",
        "九一八事变",
        "一五一十地说",
        "十之八九",
        "一二三产业融合",
        "三五成群",
        "早上八点三十分",
        "二〇二四年",
        "联系电话0712 8222 123",
    ],
)
def test_word_with_numerals_is_neither_figure_nor_damage(text: str) -> None:
    judged = list(judge_numbers(text, fold_narrow(text), segmented(text)))
    assert not [number for number in judged if isinstance(number, Quantity)]
    assert UNREAD not in {number.why for number in judged if isinstance(number, Rejected)}


def test_generated_numbers_are_read_as_they_were_meant_and_as_other_readers_read_them() -> None:
    """`python -m bench.numerals` asks 100,000."""
    for (way, reader), tally in compare_readers(2_000, seed=7).items():
        assert tally.wrong == 0, (way, reader, tally.first_wrong)
        assert tally.unread == 0 or reader != OURS, way
