"""Findings across reports, on a real database: copies, resubmissions, last year's text,
outliers, who is overdue.
"""

import json
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from sqlalchemy import select, update
from sqlalchemy import text as sql
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bench.across import BOUND, TODAY, Stored, compare, score, store
from bench.across_reports import make_reports
from schema.kinds import Action, DocumentState, FindingState, Outcome, Stage
from schema.tables import Band, Document, Finding, Fingerprint, Issuer, NightlyRun, Report, StageRun
from tests.workers.test_commands import Run, run  # noqa: F401 (a fixture)
from tests.workers.test_ledger import new_document
from tests.workers.test_results import recounted
from workers import across
from workers.across import nightly
from workers.across.fingerprints import BUCKET
from workers.across.nightly import compare_anew
from workers.across.overdue import list_overdue
from workers.across.roster import UnusableRoster, list_roster, read_roster, save_roster
from workers.desk import queue
from workers.ledger import Ledger
from workers.report.chinese.words import search_terms
from workers.report.finding_kinds import FindingKind
from workers.report.pipeline import read_report
from workers.report.reading import read_source
from workers.results import rows
from workers.results.issuers import find_issuer
from workers.results.understood import Understood

DAY = date(2025, 4, 2)
BODY = (
    "一、主要举措和成效\n"
    "（一）抓学习。{who}把学法排进干部夜校，请老支书讲田间地头的案例，全年组织学法{a}次，参训{b}人次，"
    "散会以后逐户核对承包合同里的条款。\n"
    "（二）抓调处。在渡口设调解亭，由船工、茶农和退休教师轮流值守，排查矛盾纠纷{c}件，调解成功{d}件，"
    "把多年争水的两个湾叫到一张桌上算清了账。\n"
    "（三）抓执法。对砂场、菜市和民宿逐一上门，先讲规矩再查问题，开展执法检查{e}次，办理行政处罚案件{f}件，"
    "处罚决定书都附上了看得懂的说明。\n"
    "（四）抓宣传。编了一出采茶戏，在{g}个屋场演过，台词里讲的是赡养、借贷和宅基地，开展法治宣传{g}场，发放资料{h}份。\n"
    "二、党政主要负责人履行推进法治建设第一责任人职责情况\n"
    "{who}主要负责人带头讲法治课{i}次，研究法治工作{j}次，凡涉法事项先听法律顾问意见再上会表决。\n"
    "三、存在的不足和原因\n执法人手少，懂网络案件的干部不多，原因是招考时没有留出岗位，培训也跟不上。\n"
    "四、下一年工作安排\n把调解亭修到山后的两个自然村，给执法队配齐记录仪，请法官每季度来坐堂一天。\n"
)
USUAL = {"a": 12, "b": 320, "c": 87, "d": 85, "e": 140, "f": 23, "g": 31, "h": 5200, "i": 3, "j": 6}

Add = Callable[..., int]


def report_text(
    town: str = "松涧镇", county: str = "洛岭县", year: int = 2024, **figures: int
) -> str:
    """A report of a town; its figures by their places in the text."""
    title = f"湖南省{county}{town}人民政府{year}年法治政府建设情况报告\n"
    signed = f"{county}{town}人民政府\n{year + 1}年1月16日\n"
    return title + BODY.format(who=town, **(USUAL | figures)) + signed


@pytest.fixture
def add(ledger: Ledger) -> Add:
    """Saves a report as the stages do, publishes it and compares it;
    `compared=False` leaves that to the test.
    """
    known: dict[str, int] = {}

    def save(text: str, *, compared: bool = True) -> int:
        report = read_report(text.encode(), "报告.txt")
        if text not in known:
            known[text] = new_document(ledger, chr(ord("a") + len(known)))
        document_id = known[text]
        with ledger.transaction() as session:
            tokens = search_terms(report.cleaned.traced.text)
            made = Understood.of(report, tokens)
            rows.save_report(session, document_id, made, "v1")
            done = {"state": DocumentState.DONE, "stage": None, "done_at": date(2025, 2, 1)}
            session.execute(update(Document).filter_by(id=document_id).values(done))
        with ledger.transaction() as session:
            across.publish(session, {document_id: across.sketch(made)})
        if compared:
            compare_one(ledger, document_id)
        return document_id

    return save


def compare_one(ledger: Ledger, document_id: int) -> None:
    with ledger.transaction() as session:
        across.compare(session, [document_id])


def found(ledger: Ledger, kind: FindingKind) -> list[Finding]:
    with ledger.transaction() as session:
        rows = (
            select(Finding)
            .where(Finding.kind == kind, Finding.across, Finding.present)
            .order_by(Finding.id)
        )
        return list(session.scalars(rows))


COPY = {
    "town": "兰汀镇",
    "county": "泽川县",
    "a": 9,
    "b": 211,
    "c": 64,
    "d": 60,
    "e": 98,
    "f": 17,
    "h": 3100,
}


@pytest.mark.parametrize("copy_first", [False, True])
def test_copy_with_changed_names_and_numbers_is_found_in_either_order(
    ledger: Ledger, add: Add, copy_first: bool
) -> None:
    texts = [report_text(), report_text(**COPY)]
    first, second = (add(text) for text in (reversed(texts) if copy_first else texts))
    (finding,) = found(ledger, FindingKind.NEAR_DUPLICATE)
    assert (finding.document_id, finding.about) == (second, str(first))
    assert finding.details["share"] > 0.95
    (passage, *_) = finding.details["passages"]
    with ledger.transaction() as session:
        mine, other = (session.get_one(Report, one).raw_text for one in (second, first))
    assert mine[slice(*passage["span"])] == passage["text"]
    assert other[slice(*passage["other_span"])] == passage["other_text"]


def test_of_two_copies_compared_at_the_same_moment_one_sees_the_other(
    ledger: Ledger, add: Add
) -> None:
    first, second = (add(text, compared=False) for text in (report_text(), report_text(**COPY)))
    with ledger.transaction() as one, ledger.transaction() as other:
        across.compare(other, [second])
        across.compare(one, [first])
    assert [finding.document_id for finding in found(ledger, FindingKind.NEAR_DUPLICATE)] == [
        second
    ]


def test_own_earlier_years_are_no_copies(ledger: Ledger, add: Add) -> None:
    for year in (2022, 2023, 2024):
        add(report_text(year=year, **{name: value + year % 7 + 1 for name, value in USUAL.items()}))
    assert found(ledger, FindingKind.NEAR_DUPLICATE) == []
    assert found(ledger, FindingKind.STALE_YEAR) == []


def test_reports_of_the_same_genre_are_no_copies(ledger: Ledger, add: Add) -> None:
    samples = Path(__file__).parent.parent / "samples" / "full"
    for path in sorted(samples.glob("*.txt")):
        add(read_source(path.read_bytes(), path.name).raw_text)
    assert found(ledger, FindingKind.NEAR_DUPLICATE) == []


def test_resubmission_says_which_figures_changed(ledger: Ledger, add: Add) -> None:
    first = add(report_text())
    second = add(report_text(c=89, h=5300))
    (finding,) = found(ledger, FindingKind.CONFLICTING_RESUBMISSION)
    assert (finding.document_id, finding.about) == (second, str(first))
    changes = {
        one["indicator"]: (one["before"]["value"], one["after"]["value"])
        for one in finding.details["changes"]
    }
    assert changes == {"disputes.found": (87, 89), "publicity.materials": (5200, 5300)}
    assert "87件→89件" in finding.message
    assert found(ledger, FindingKind.NEAR_DUPLICATE) == []


def test_first_report_that_is_audited_last_gives_the_same_finding(ledger: Ledger, add: Add) -> None:
    first, second = (add(text, compared=False) for text in (report_text(), report_text(c=89)))
    compare_one(ledger, second)
    compare_one(ledger, first)
    (finding,) = found(ledger, FindingKind.CONFLICTING_RESUBMISSION)
    assert (finding.document_id, finding.about) == (second, str(first))


def test_same_report_in_another_form_is_no_conflict(ledger: Ledger, add: Add) -> None:
    add(report_text())
    add(report_text().replace("\n", "\n\n　　").replace("，", ","))
    assert found(ledger, FindingKind.CONFLICTING_RESUBMISSION) == []


@pytest.mark.parametrize("backwards", [False, True])
def test_text_of_last_year_left_standing_is_found_in_either_order(
    ledger: Ledger, add: Add, backwards: bool
) -> None:
    texts = [report_text(year=2023), report_text(year=2024, i=4)]
    ids = {text: add(text) for text in (reversed(texts) if backwards else texts)}
    (finding,) = found(ledger, FindingKind.STALE_YEAR)
    assert (finding.document_id, finding.about) == (ids[texts[1]], str(ids[texts[0]]))
    figures = finding.details["figures"]
    assert figures["equal"] == figures["compared"] - 1
    assert finding.details["passages"]


def test_slipped_digits_stand_out_among_the_own_years(ledger: Ledger, add: Add) -> None:
    cases = {2021: 81, 2022: 94, 2023: 76, 2024: 8700}
    for year, value in cases.items():
        add(report_text(year=year, c=value, d=value - 2))
    (finding, _) = found(ledger, FindingKind.OUTLIER_IN_TIME)
    assert finding.about == "disputes.found"
    assert finding.suggestion == "87件"
    assert finding.details["years"] == {"2021": 81, "2022": 94, "2023": 76}
    assert finding.evidence == "8700件｜8700件"


def test_with_two_own_years_there_is_silence(ledger: Ledger, add: Add) -> None:
    for year, value in {2022: 94, 2023: 76, 2024: 8700}.items():
        add(report_text(year=year, c=value))
    assert found(ledger, FindingKind.OUTLIER_IN_TIME) == []


def test_decision_holds_when_the_reports_are_compared_again(ledger: Ledger, add: Add) -> None:
    add(report_text())
    second = add(report_text(**COPY))
    (finding,) = found(ledger, FindingKind.NEAR_DUPLICATE)
    queue.decide(ledger, finding.id, Action.DISMISS, "王")
    add(report_text(**COPY))
    compare_anew(ledger, DAY)
    (again,) = found(ledger, FindingKind.NEAR_DUPLICATE)
    assert (again.id, again.document_id, again.state) == (finding.id, second, FindingState.SETTLED)


def test_finding_about_a_withdrawn_report_goes_by_night(ledger: Ledger, add: Add) -> None:
    first = add(report_text())
    add(report_text(**COPY))
    ledger.withdraw(first)
    compare_anew(ledger, DAY)
    assert found(ledger, FindingKind.NEAR_DUPLICATE) == []


def test_report_that_was_never_published_is_compared_by_night(ledger: Ledger, add: Add) -> None:
    add(report_text())
    add(report_text(**COPY))
    with ledger.transaction() as session:
        for table in (Finding, Band, Fingerprint):
            session.query(table).delete()
    assert compare_anew(ledger, DAY)["compared"] == 2
    assert len(found(ledger, FindingKind.NEAR_DUPLICATE)) == 1


def test_gram_of_many_reports_takes_no_more_room(ledger: Ledger, add: Add) -> None:
    ids = [new_document(ledger, chr(ord("A") + at)) for at in range(BUCKET + 5)]
    with ledger.transaction() as session:
        for some in (ids[:20], ids[20:]):
            sketches = {document_id: [7, 1000 + document_id] for document_id in some}
            across.fingerprints.publish(session, sketches)
        assert len(session.get_one(Band, 7).holders) == BUCKET
        assert session.query(Band).filter(Band.gram > 7).count() == len(ids)


def test_planted_faults_among_generated_reports_are_found(ledger: Ledger) -> None:
    reports, truth = make_reports(12, reports=110, places=2, years=5)
    stored = Stored()
    store(ledger, reports, stored)
    compare(ledger, reports, stored)
    compare_anew(ledger, TODAY)
    scores = score(ledger, stored, truth)
    for kind, one in scores.items():
        assert one.precision >= BOUND, kind
        # two counties are too few peers for some
        assert one.recall >= BOUND or kind == "outlier_among_peers", kind
        assert one.planted or kind == "report_overdue", kind


def test_who_is_overdue_comes_of_the_roster_and_of_last_year(ledger: Ledger, add: Add) -> None:
    add(report_text(town="松涧镇", year=2023))
    add(report_text(town="竹汀镇", year=2023))
    add(report_text(town="竹汀镇", year=2024, c=99))
    roster = (
        "name,county,province,level\n云栖镇,洛岭县,湖南省,township\n竹汀镇,洛岭县,湖南,township\n"
    )
    import_roster(ledger, roster)
    # 云栖镇 for 2023: nobody is late for 2024 yet
    assert compare_anew(ledger, date(2025, 4, 1))["overdue"] == 1
    with ledger.transaction() as session:
        late = [(one.body.name, one.on_roster) for one in list_overdue(session, 2024)]
    assert late == [("云栖镇", True), ("松涧镇人民政府", False)]


def test_overdue_finding_goes_when_the_report_comes(ledger: Ledger, add: Add) -> None:
    add(report_text(year=2023))
    assert compare_anew(ledger, DAY)["overdue"] == 1
    (finding,) = found(ledger, FindingKind.REPORT_OVERDUE)
    assert (finding.document_id, finding.year) == (None, 2024)
    assert "2025年4月1日" in finding.message
    add(report_text(year=2024, c=99))
    assert found(ledger, FindingKind.REPORT_OVERDUE) == []


def import_roster(
    ledger: Ledger, text: str, *, replace: bool = False, encoding: str = "utf-8"
) -> dict[str, int]:
    with NamedTemporaryFile(suffix=".csv") as file, ledger.transaction() as session:
        path = Path(file.name)
        path.write_text(text, encoding=encoding)
        return save_roster(session, read_roster(path), replace=replace)


def test_roster_is_updated_by_a_second_import(ledger: Ledger) -> None:
    first = "单位,县区,省份,级别\n云栖镇,洛岭县,湖南,乡镇\n洛岭县水利局,洛岭县,湖南,县\n"
    assert import_roster(ledger, first, encoding="gb18030") == {
        "added": 2,
        "updated": 0,
        "removed": 0,
    }
    second = (
        "name,level,county,province\n洛岭县水利局,department,洛岭县,湖南省\n柏渡乡,"
        "township,洛岭县,湖南省\n"
    )
    assert import_roster(ledger, second) == {"added": 1, "updated": 1, "removed": 0}
    assert import_roster(ledger, second, replace=True) == {"added": 0, "updated": 0, "removed": 1}
    with ledger.transaction() as session:
        levels = {one.name: one.level for one in list_roster(session)}
    assert levels == {"洛岭县水利局": "department", "柏渡乡": "township"}


def test_roster_commands_import_list_and_tell_who_is_overdue(
    run: Run,  # noqa: F811
    ledger: Ledger,
    tmp_path: Path,
) -> None:
    file = tmp_path / "名册.csv"
    file.write_text(
        "name,county,province,level\n云栖镇,洛岭县,湖南,township\n", encoding="utf-8-sig"
    )
    assert (
        run("roster", "import", str(file)).output
        == "1 issuers read: 1 added, 0 updated, 0 removed\n"
    )
    assert json.loads(run("roster", "list", "--json").output)["province"] == "湖南省"
    told = json.loads(run("roster", "overdue", "--year", "2023", "--json").output)
    assert (told["name"], told["due"], told["expected_by"]) == ("云栖镇", "2024-04-01", "roster")
    assert "云栖镇" in run("roster", "overdue", "--year", "2023").output
    assert "due on" in run("roster", "overdue", "--year", "2099").output
    file.write_text("name,level\n,township\n", encoding="utf-8")
    wrong = run("roster", "import", str(file))
    assert (wrong.exit_code, "line 2: the name is empty" in wrong.output) == (1, True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "name,county\n云栖镇,洛岭县\n",
            "line 1: the heading must name the columns; it lacks level",
        ),
        ("name,level\n云栖镇,township\n,township\n", "line 3: the name is empty"),
        ("name,level\n云栖镇,hamlet\n", "line 2: the level 'hamlet' is none of"),
        (
            "name,level\n云栖镇,township\n柏渡乡,township\n云栖镇,township\n",
            "line 4: 云栖镇 stands on line 2 already",
        ),
        (
            "name,level\n云栖\x00镇,township\n",
            "line 2: name is longer than 80 characters or holds signs",
        ),
        ("", "line 1: the heading must name the columns"),
    ],
)
def test_wrong_line_of_a_roster_is_named_and_nothing_changes(
    ledger: Ledger, text: str, told: str
) -> None:
    with pytest.raises(UnusableRoster, match=told):
        import_roster(ledger, text)
    with ledger.transaction() as session:
        assert list_roster(session) == []


def last_night(ledger: Ledger) -> None:
    """The nights before were made; they began before anything here."""
    began = datetime(2025, 1, 1, tzinfo=UTC)
    with ledger.transaction() as session:
        session.add(NightlyRun(day=date(2025, 4, 1), started_at=began, ended_at=began))


def read_anew(ledger: Ledger, document_id: int, text: str, *, without: str | None = None) -> None:
    """As a re-run does, with rules that find all but one indicator."""
    report = read_report(text.encode(), "报告.txt")
    metrics = tuple(
        replace(one, part_of=None) for one in report.metrics if one.indicator != without
    )
    with ledger.transaction() as session:
        across.subjects.lock_names(session, [report.segmented.header.issuer])
        changed = recounted(replace(report, metrics=metrics, findings=()))
        rows.save_report(session, document_id, Understood.of(changed, ("a",)), "v2")
        across.compare(session, [document_id])


def test_reading_anew_and_the_night_wait_for_each_other_and_not_in_a_circle(
    ledger: Ledger, add: Add
) -> None:
    texts = [report_text(), report_text(c=89, h=5300)]
    ids = [add(text) for text in texts]
    with ThreadPoolExecutor(3) as pool:
        for _ in range(3):
            works = [
                pool.submit(read_anew, ledger, one, text)
                for one, text in zip(ids, texts, strict=True)
            ]
            works.append(pool.submit(compare_anew, ledger, DAY))
            for work in works:
                work.result()
    assert len(found(ledger, FindingKind.CONFLICTING_RESUBMISSION)) == 1


def test_body_that_cannot_be_compared_keeps_no_other_waiting(
    ledger: Ledger, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    for town in ("松涧镇", "银滩镇"):
        for value in (87, 89):
            add(report_text(town=town, c=value), compared=False)
    tried = []

    def meets_another(session: Session, issuer_id: int) -> Collection[int]:
        tried.append(issuer_id)
        if issuer_id == tried[0]:
            raise OperationalError("SELECT", {}, Exception("deadlock detected"))
        return across.compare_body(session, issuer_id)

    monkeypatch.setattr(nightly, "compare_body", meets_another)
    assert compare_anew(ledger, DAY)["passed_over"] == 1
    assert len(tried) == 4
    assert len(found(ledger, FindingKind.CONFLICTING_RESUBMISSION)) == 1


def test_decision_on_a_resubmission_holds_when_both_are_read_by_other_rules(
    ledger: Ledger, add: Add
) -> None:
    texts = [report_text(), report_text(c=89, h=5300)]
    ids = [add(text) for text in texts]
    (finding,) = found(ledger, FindingKind.CONFLICTING_RESUBMISSION)
    queue.decide(ledger, finding.id, Action.ACCEPT, "王")
    for document_id, text in zip(ids, texts, strict=True):
        read_anew(ledger, document_id, text, without="enforcement.inspections")
    (again,) = found(ledger, FindingKind.CONFLICTING_RESUBMISSION)
    assert (again.id, again.state, again.verdict) == (
        finding.id,
        FindingState.SETTLED,
        Action.ACCEPT,
    )


def test_corrected_outlier_stays_settled(ledger: Ledger, add: Add) -> None:
    for year in (2020, 2021, 2022, 2023):
        add(report_text(year=year, **{name: value + year % 7 + 1 for name, value in USUAL.items()}))
    latest = add(report_text(year=2024, c=9000, d=8999))
    finding = next(
        one for one in found(ledger, FindingKind.OUTLIER_IN_TIME) if one.about == "disputes.found"
    )
    queue.decide(ledger, finding.id, Action.CORRECT, "王", correction=queue.Correction(value=800.0))
    compare_one(ledger, latest)
    again = next(one for one in found(ledger, FindingKind.OUTLIER_IN_TIME) if one.id == finding.id)
    assert (again.state, again.verdict) == (FindingState.SETTLED, Action.CORRECT)


TOWNS = [
    a + b + "镇" for a, b in zip("松兰青白黄紫云石杉柳桃", "河江山溪谷岭坪塘湾港洲", strict=True)
]


def test_peers_judge_the_report_that_counts(ledger: Ledger, add: Add) -> None:
    for at, town in enumerate(TOWNS):
        add(report_text(town=town, c=80 + at, d=79 + at, e=140 + at))
    bad = add(report_text(town="银滩镇", e=14000))
    compare_anew(ledger, DAY)
    assert {one.document_id for one in found(ledger, FindingKind.OUTLIER_AMONG_PEERS)} == {bad}
    last_night(ledger)
    add(report_text(town="银滩镇", e=140))
    compare_anew(ledger, DAY)
    assert found(ledger, FindingKind.OUTLIER_AMONG_PEERS) == []


def test_report_that_lost_its_year_has_no_peers(ledger: Ledger, add: Add) -> None:
    for at, town in enumerate(TOWNS):
        add(report_text(town=town, e=140 + at))
    bad = add(report_text(town="银滩镇", e=14000))
    compare_anew(ledger, DAY)
    with ledger.transaction() as session:
        session.execute(update(Report).where(Report.document_id == bad).values(year=None))
    compare_anew(ledger, DAY)
    assert found(ledger, FindingKind.OUTLIER_AMONG_PEERS) == []


def test_bodies_of_no_known_province_are_no_peers(ledger: Ledger, add: Add) -> None:
    for at, town in enumerate(TOWNS):
        add(report_text(town=town, e=140 + at))
    add(report_text(town="银滩镇", e=14000))
    with ledger.transaction() as session:
        session.execute(update(Issuer).values(province=None))
    compare_anew(ledger, DAY)
    assert found(ledger, FindingKind.OUTLIER_AMONG_PEERS) == []


def test_body_under_two_of_its_names_is_one_in_the_panel(ledger: Ledger, add: Add) -> None:
    add(report_text())
    second = add(report_text(c=89, h=5300).replace("松涧镇人民政府", "松涧镇"))
    with ledger.transaction() as session:
        assert len(session.scalars(select(Issuer)).all()) == 1
        stated = session.execute(
            sql("SELECT document_id, value FROM panel WHERE indicator = 'disputes.found'")
        )
        assert stated.all() == [(second, 89)]


def test_withdrawn_copies_do_not_hide_the_original(
    ledger: Ledger, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(across.copies, "MOST_COMPARED", 1)
    first = add(report_text())
    gone = add(report_text(town="银滩镇", county="泽川县"))
    new = add(report_text(**COPY), compared=False)
    with ledger.transaction() as session:
        # Whichever is the likelier one is withdrawn.
        ((likelier, _), *_) = across.fingerprints.earlier_candidates(session, [new])[new]
    ledger.withdraw(likelier)
    compare_one(ledger, new)
    (finding,) = [
        one for one in found(ledger, FindingKind.NEAR_DUPLICATE) if one.document_id == new
    ]
    assert finding.about == str(({first, gone} - {likelier}).pop())


def test_copy_is_found_again_when_the_original_is_restored(ledger: Ledger, add: Add) -> None:
    first = add(report_text())
    second = add(report_text(**COPY))
    last_night(ledger)
    ledger.withdraw(first)
    compare_anew(ledger, DAY)
    assert found(ledger, FindingKind.NEAR_DUPLICATE) == []
    ledger.restore(first)
    add(report_text())
    with ledger.transaction() as session:  # the stages of both times
        for number in (1, 2):
            run = StageRun(id=number, document_id=first, stage=Stage.AUDIT, worker="w", attempt=1)
            run.outcome, run.ended_at = Outcome.DONE, datetime.now(UTC)
            session.add(run)
    compare_anew(ledger, DAY)
    (finding,) = found(ledger, FindingKind.NEAR_DUPLICATE)
    assert (finding.document_id, finding.about) == (second, str(first))


def test_finding_that_was_told_of_a_report_while_it_was_withdrawn_goes_by_night(
    ledger: Ledger, add: Add
) -> None:
    add(report_text())
    second = add(report_text(c=89))
    ledger.withdraw(second)
    with ledger.transaction() as session:
        session.execute(update(Finding).values(present=True))
    compare_anew(ledger, DAY)
    with ledger.transaction() as session:
        assert not session.scalars(
            select(Finding).filter_by(document_id=second, present=True)
        ).all()


def test_outlier_goes_when_the_years_that_it_rested_on_are_anothers(
    ledger: Ledger, add: Add
) -> None:
    own = [
        add(report_text(year=year, **{name: value + year % 7 + 1 for name, value in USUAL.items()}))
        for year in (2020, 2021, 2022, 2023)
    ]
    add(report_text(year=2024, c=9000, d=8999))
    assert found(ledger, FindingKind.OUTLIER_IN_TIME)
    last_night(ledger)
    with ledger.transaction() as session:
        other = find_issuer(session, "银滩镇人民政府", "洛岭县", "湖南省")
        session.execute(
            update(Report).where(Report.document_id.in_(own[:3])).values(issuer_id=other)
        )
        session.execute(update(Document).values(changed_at=datetime(2024, 1, 1, tzinfo=UTC)))
    compare_anew(ledger, DAY)
    assert found(ledger, FindingKind.OUTLIER_IN_TIME) == []
