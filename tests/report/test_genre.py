"""Papers that are no annual report, and reports that look odd."""

from __future__ import annotations

from typing import Any

import pytest

from workers.report.auditing.genre import other_genres, report_signs
from workers.report.catalogue import load_yaml
from workers.report.finding_kinds import FindingKind, Group
from workers.report.pipeline import read_report

GENRES = load_yaml("genres.yaml")["others"]
STORY = (
    "近日，松坪镇司法所走进柳林村，为村民讲解法律知识。活动现场，工作人员摆放展板12块，发放资料300余份，"
    "解答群众咨询45人次。村民纷纷表示，这样的活动办到了家门口，学到了不少法律知识。下一步，司法所将"
    "继续组织志愿者深入各村，把法律送到群众身边，让遇事找法成为大家的习惯，为乡村振兴添砖加瓦。"
)
WORK = (
    "一、主要举措和成效\n全年召开专题会议4次，开展法治宣传12场次，发放资料3000余份，化解矛盾纠纷86件。\n"
    "二、存在的不足和原因\n执法力量偏弱，主要原因是人员不足。\n"
    "三、下一年度主要安排\n加强培训，充实执法队伍，持续推进依法行政。\n"
)
NO_REPORTS = {
    "news_with_its_paper": f"送法进村暖民心\n来源：青禾日报 发布时间：2024-05-06\n{STORY}",
    "news_of_a_reporter": f"送法进村暖民心\n本报讯（记者 李小禾）{STORY}",
    "notice": "关于报送2024年法治政府建设情况报告的通知\n各村（居）、镇属各部门：\n"
    + "请各单位按照要求，于12月20日前将本单位2024年法治政府建设情况报告报送至镇司法所，"
    "逾期未报的将予以通报。材料应当包括工作成效、存在问题和下一步打算，字数不超过三千字。" * 2,
    "plan": "松坪镇2024年普法工作实施方案\n一、工作目标\n全年开展宣传12场次。\n二、工作安排\n"
    + STORY,
    "report_on_other_matters": "青禾县水利局2024年政府信息公开工作年度报告\n一、总体情况\n"
    + "2024年，本局主动公开政府信息212条，收到政府信息公开申请3件，均已按时答复。" * 4,
    "article": f"论乡镇执法的法治化\n摘要：本文讨论乡镇执法。\n关键词：乡镇；执法；法治\n{STORY}",
    "list": "2024年行政执法人员名单\n" + "李禾　综合执法大队　执法证号在册\n" * 20,
    "story_without_a_form": STORY,
    "explanation_of_a_report": "《2024年法治政府建设情况报告》解读\n"
    f"现将有关情况报告如下：\n{WORK}",
    "event": "松坪镇开展宪法宣传周活动\n12月4日，松坪镇司法所在集市发放宣传资料800余份。",
    "another_title": "松坪镇司法所的一天\n清晨，司法所的门口已经排起了队，调解员忙着倒水、登记。",
    "sections_of_another_matter": "松坪镇茶产业发展报告\n一、茶园面积稳步扩大\n"
    "二、存在的不足和原因\n品牌不响。\n三、下一年度主要安排\n扩大种植。",
    "traditional_script": "松坪鎮開展憲法宣傳活動\n12月4日，松坪鎮司法所在市集發放資料800餘份。",
    "nothing_of_law": "春耕时节，田间地头一派繁忙景象。" * 12,
}
REPORTS = {
    "titled": f"松坪镇人民政府2024年法治政府建设情况报告\n{WORK}松坪镇人民政府\n2025年1月10日",
    "without_title": "2024年，松坪镇坚持以习近平法治思想为指导，扎实推进法治政府建设。\n"
    f"现将有关情况报告如下：\n{WORK}",
    "with_notice_form": f"松坪镇2024年法治政府建设情况报告公示\n{WORK}",
    "work_summary": f"青禾县林业局2024年法治工作总结\n{WORK}",
    "with_paper_as_source": f"松坪镇2024年法治政府建设年度报告\n来源：青禾日报\n{WORK}",
    "traditional_script": f"松坪鎮2024年法治政府建設情況報告\n{WORK}",
    "without_title_under_its_issuer": "松坪镇人民政府\n2024年，松坪镇扎实推进法治政府建设。\n",
    "sections_alone": f"松坪镇\n{WORK}",
}


def told_of(text: str) -> list[FindingKind]:
    return [finding.kind for finding in read_report(text.encode(), "来文.txt").findings]


@pytest.mark.parametrize("text", NO_REPORTS.values(), ids=NO_REPORTS.keys())
def test_what_is_no_report_is_told_once(text: str) -> None:
    told = told_of(text)
    assert told.count(FindingKind.NOT_A_REPORT) == 1
    assert not [kind for kind in told if kind.group in {Group.LAW, Group.HEADER}][1:]


@pytest.mark.parametrize("text", REPORTS.values(), ids=REPORTS.keys())
def test_report_in_an_odd_form_is_one(text: str) -> None:
    assert FindingKind.NOT_A_REPORT not in told_of(text)


@pytest.mark.parametrize("row", GENRES, ids=lambda row: row["name"])
def test_near_miss_of_a_genre_is_a_report(row: dict[str, Any]) -> None:
    for title in row.get("near_misses", []):
        is_report = report_signs().shown_by([title], "")
        assert not any(
            genre.shown_by([title], "")
            for genre in other_genres()
            if genre.overrules or not is_report
        )


def test_excerpt_is_said_to_break_off_and_no_more() -> None:
    told = told_of(f"松坪镇人民政府2024年法治政府建设情况报告\n{WORK[:60]}，随后又")
    assert FindingKind.TRUNCATED in told
    assert FindingKind.LAW_ITEM_MISSING not in told
