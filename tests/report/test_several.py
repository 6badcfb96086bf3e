"""Reports bound together in one file are told; titles that are quoted or repeated are not."""

from __future__ import annotations

from workers.report.finding_kinds import FindingKind
from workers.report.model import Report
from workers.report.pipeline import read_report

SAID = "全年第{}批办结行政处罚案件，排查调处各类矛盾纠纷，开展法治宣传。\n"
PARTS = (
    f"一、工作开展情况\n{''.join(map(SAID.format, '甲乙丙丁戊己庚'))}"
    "二、存在的不足\n普法形式不够丰富，执法力量有待充实，法律顾问作用发挥不够充分。\n"
    "三、下一步打算\n继续推进依法行政，完善决策程序，提高执法水平。\n"
)


def report_of(name: str, year: int = 2024) -> str:
    signed = f"{name}人民政府\n{year + 1}年1月20日\n"
    return f"{name}{year}年度法治政府建设情况报告\n{PARTS}{PARTS}{signed}"


def told(text: str) -> tuple[Report, list[str]]:
    report = read_report(text.encode(), "报告.txt")
    kinds = (finding.kind for finding in report.findings)
    return report, [kind for kind in kinds if kind is FindingKind.TWO_REPORTS]


def test_reports_of_two_townships_in_one_file_are_told_with_their_titles() -> None:
    report, found = told("望溪区各镇年度报告汇编\n" + report_of("苇塘镇") + report_of("松岗镇"))
    assert len(found) == 1
    finding = next(one for one in report.findings if one.kind is FindingKind.TWO_REPORTS)
    titles = [report.source.raw_text[span.start : span.end] for span in finding.spans]
    assert titles == ["苇塘镇2024年度法治政府建设情况报告", "松岗镇2024年度法治政府建设情况报告"]
    assert "苇塘镇、松岗镇" in finding.message


def test_titles_that_are_quoted_repeated_or_listed_are_no_second_report() -> None:
    own, title = report_of("苇塘镇"), "松岗镇2024年度法治政府建设情况报告"
    for text in (
        own,
        f"{own.splitlines()[0]}\n{own}",
        f"{own}附件：\n{title}\n",
        f"{own}相关阅读\n{title}\n柳溪镇2024年度法治政府建设情况报告\n",
        own + report_of("苇塘镇", 2023),
        own.replace("一、工作", f"《{title}》\n一、工作", 1),
    ):
        assert told(text)[1] == []
