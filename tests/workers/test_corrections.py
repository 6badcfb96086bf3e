"""What a person puts right counts at once, holds when the report is read anew, and can be taken
back: figures, headers, and which bodies are one.
"""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy import text as sql

from schema.accounts import Audit
from schema.kinds import Action, Deed, Stage
from schema.tables import Correction, Finding, Issuer, Metric, Report
from tests.workers.test_containers import System, system  # noqa: F401 (a fixture)
from tests.workers.test_findings import TOWN, Pipeline, pipeline  # noqa: F401 (a fixture)
from tests.workers.test_namesakes import report
from workers.across.nightly import compare_anew
from workers.desk import queue
from workers.desk.browsing import stored_json
from workers.desk.corrections import CannotCorrect, Who, list_corrections, read_correction
from workers.desk.corrections.bodies import list_others, merge_bodies, split_body
from workers.desk.corrections.candidates import list_choices
from workers.desk.corrections.figures import add_figure, correct_figure, find_words, remove_figure
from workers.desk.corrections.header import correct_header
from workers.desk.corrections.trying import try_correction
from workers.desk.corrections.undoing import undo_correction
from workers.desk.exports import metric_rows
from workers.ledger import Ledger
from workers.report.finding_kinds import FindingKind
from workers.report.model import KnownBy

LI = Who("李")
LECTURES = "publicity.lectures"
# With a figure that is missed as it is written.
MORE = TOWN.replace("举办法治讲座12场。", "举办法治讲座12场。另行讲座若干场次。")


def panel(ledger: Ledger) -> dict[tuple[str, str | None, int, str], tuple[Any, ...]]:
    query = "SELECT issuer, county, year, indicator, value, high, bound, unit FROM panel"
    kept = (
        "SELECT issuer.name, county, year, indicator, value, high, bound, unit FROM panel_figure"
        " JOIN issuer ON issuer.id = issuer_id"
    )
    with ledger.transaction() as session:
        found, fast = (session.execute(sql(one)).all() for one in (query, kept))
        assert sorted(map(str, found)) == sorted(map(str, fast))
        return {tuple(row[:4]): tuple(row[4:]) for row in found}


def value(ledger: Ledger, indicator: str) -> tuple[Any, ...] | None:
    """Value, upper end, bound and unit of the one cell of the indicator."""
    cells = [cell for key, cell in panel(ledger).items() if key[3] == indicator]
    return cells[0] if cells else None


def figure_of(ledger: Ledger, document: int, quote: str) -> str:
    with ledger.transaction() as session:
        query = select(Metric.key).filter_by(document_id=document, quote=quote)
        return session.scalars(query.order_by(Metric.id)).first() or ""


def exported(ledger: Ledger, document: int) -> list[str]:
    with ledger.transaction() as session:
        name = session.get_one(Report, document).title
    return [str(row[12]) for row in metric_rows(ledger) if name in row]


def test_figure_is_corrected_with_its_bound_and_stays_so(pipeline: Pipeline) -> None:  # noqa: F811
    document, ledger = pipeline.take(TOWN), pipeline.ledger
    key = figure_of(ledger, document, "12场")
    assert value(ledger, LECTURES) == (12, None, "exact", "场")
    for typed, cell in (
        ({"value": "100以上"}, (100, None, "at_least", "场")),
        ({"value": "三至五次"}, (3, 5, "exact", "次")),
        ({"value": "约九", "unit": "场"}, (9, None, "about", "场")),
    ):
        correct_figure(ledger, document, key, read_correction(**typed), LI)
        assert value(ledger, LECTURES) == cell, typed
    pipeline.read_anew(document)
    assert value(ledger, LECTURES) == (9, None, "about", "场")
    [last, before, first] = list_corrections(ledger, document=document)
    undo_correction(ledger, before.id, LI)
    assert value(ledger, LECTURES) == (9, None, "about", "场")
    undo_correction(ledger, last.id, LI)
    assert value(ledger, LECTURES) == (100, None, "at_least", "场")
    undo_correction(ledger, first.id, LI)
    assert value(ledger, LECTURES) == (12, None, "exact", "场")
    assert [one.undone_by for one in list_corrections(ledger, document=document)] == ["李"] * 3
    with ledger.transaction() as session:
        deeds = list(session.scalars(select(Audit.deed).where(Audit.who == "李")))
    assert (deeds.count(Deed.CORRECTED), deeds.count(Deed.CORRECTION_UNDONE)) == (3, 3)


def test_decision_and_correction_of_one_figure_undo_each_other_in_any_order(
    pipeline: Pipeline,  # noqa: F811
) -> None:
    document, ledger = pipeline.take(TOWN), pipeline.ledger
    finding = pipeline.finding(document)
    key = finding.metric_keys[0]
    said = read_correction(value="97.9%")
    queue.decide(ledger, finding.id, Action.CORRECT, "王", correction=said)
    act = correct_figure(ledger, document, key, read_correction(value="约98%"), LI)
    assert value(ledger, "disputes.resolution_rate") == (98, None, "about", "%")
    queue.undo(ledger, finding.id, "王")
    assert value(ledger, "disputes.resolution_rate") == (98, None, "about", "%")
    queue.decide(ledger, finding.id, Action.CORRECT, "王", correction=said)
    undo_correction(ledger, act, LI)
    assert value(ledger, "disputes.resolution_rate") == (97.9, None, "exact", "%")


def test_wrong_figure_is_taken_out_and_a_missed_one_added(pipeline: Pipeline) -> None:  # noqa: F811
    document, ledger = pipeline.take(MORE), pipeline.ledger
    out = remove_figure(ledger, document, figure_of(ledger, document, "12场"), LI)
    assert value(ledger, LECTURES) is None
    assert "12场" not in exported(ledger, document)
    [place] = find_words(ledger, document, "若干")
    said = read_correction(indicator=LECTURES, unit="场次", value="九十余")
    added, _ = add_figure(ledger, document, place.span, place.quote, said, LI)
    assert value(ledger, LECTURES) == (90, None, "at_least", "场次")
    pipeline.read_anew(document)
    assert value(ledger, LECTURES) == (90, None, "at_least", "场次")
    assert "若干" in exported(ledger, document)
    stated = {one["quote"]: one for one in (stored_json(ledger, document) or {})["metrics"]}
    assert (stated["若干"]["added"], stated["12场"]["removed"]) == (True, True)
    undo_correction(ledger, out, LI)
    undo_correction(ledger, added, LI)
    assert value(ledger, LECTURES) == (12, None, "exact", "场")
    assert figure_of(ledger, document, "若干") == ""
    for words, typed in (("若干\n", {"value": "9"}), ("不在", {"value": "9"})):
        with pytest.raises(queue.ReviewError):
            add_figure(ledger, document, place.span, words, read_correction(**typed), LI)
    assert not find_words(ledger, document, "没有这几个字")


def test_figure_that_moves_in_the_text_is_found_by_the_words_around_it(
    pipeline: Pipeline,  # noqa: F811
) -> None:
    document, ledger = pipeline.take(MORE), pipeline.ledger
    [place] = find_words(ledger, document, "若干")
    said = read_correction(indicator=LECTURES, value="90", unit="场次")
    _, key = add_figure(ledger, document, place.span, place.quote, said, LI)
    start = int(key.partition("-")[0])
    with ledger.transaction() as session:
        # As if an older reader had decoded the file two characters further on.
        session.execute(
            sql("UPDATE metric SET key = :new, raw_start = raw_start + 2, raw_end = raw_end + 2"
            " WHERE key = :old"), {"old": key, "new": "moved"},
        )  # fmt: skip
        session.execute(sql("UPDATE correction SET figure = 'moved'"))
    pipeline.read_anew(document)
    with ledger.transaction() as session:
        moved = session.scalars(select(Metric).filter_by(quote="若干")).one()
        assert (moved.key, moved.raw_start) == (key, start)
        assert session.scalars(select(Correction.figure)).one() == key


def test_typed_value_is_held_against_the_rest_before_it_is_saved(
    pipeline: Pipeline,  # noqa: F811
) -> None:
    document, ledger = pipeline.take(TOWN), pipeline.ledger
    key = pipeline.finding(document).metric_keys[0]
    tried = try_correction(ledger, document, key, read_correction(value="97.9"))
    assert ([one.kind for one in tried.settled], tried.raised) == (["rate_impossible"], ())
    worse = figure_of(ledger, document, "46件")
    tried = try_correction(ledger, document, worse, read_correction(value="约48"))
    assert (tried.value, tried.bound, tried.unit) == (48, "about", "件")
    tried = try_correction(ledger, document, worse, read_correction(value="48"))
    assert "part_exceeds_whole" in [one.kind for one in tried.raised]
    with ledger.transaction() as session:
        assert set(session.scalars(select(Metric.human_value))) == {None}


def test_county_put_right_parts_namesakes_at_once_and_for_good(
    system: System,  # noqa: F811
) -> None:
    ledger = system.ledger
    for at, name in enumerate(("松坪镇.txt", "松坪镇年报.txt")):
        system.drop(f"收到/{name}", report("松坪镇", 2024, at))
    with ledger.transaction() as session:
        documents = sorted(session.scalars(select(Report.document_id)))
        question = session.scalars(
            select(Finding).filter_by(kind=FindingKind.CONFLICTING_RESUBMISSION)
        ).one()
    assert len({key[:3] for key in panel(ledger)}) == 1
    decided = queue.correct_header(
        ledger, question.id, {"county": "榆湾区", "province": "重庆"}, "李"
    )
    assert (decided.finding.verdict, decided.finding.present) == ("correct", False)
    bodies = {("松坪镇人民政府", None, 2024), ("松坪镇人民政府", "榆湾区", 2024)}
    assert {key[:3] for key in panel(ledger)} == bodies
    assert ledger.rerun(select(Report.document_id)) == 2
    system.rung += [([one], Stage.READ) for one in documents]
    system.work_off()
    assert {key[:3] for key in panel(ledger)} == bodies
    with ledger.transaction() as session:
        place = session.execute(
            select(Report.county, Report.province, Report.known_by).filter_by(
                document_id=question.document_id
            )
        ).one()
        assert place == ("榆湾区", "重庆市", KnownBy.PERSON)
    [made] = list_corrections(ledger, document=question.document_id)
    with pytest.raises(CannotCorrect, match="take it back there"):
        undo_correction(ledger, made.id, LI)
    queue.undo(ledger, question.id, "李")
    assert len({key[:3] for key in panel(ledger)}) == 1
    assert queue.find_finding(ledger, question.id).state == "open"
    assert system.wrong() == []


def test_year_title_and_day_are_put_right_and_what_asked_for_them_goes(
    pipeline: Pipeline,  # noqa: F811
) -> None:
    ledger = pipeline.ledger
    bare = TOWN.replace("松涧镇人民政府2024年法治政府建设情况报告\n", "").replace(
        "2025年1月15日\n", ""
    )
    document = pipeline.take(bare, "重庆市榆湾区松涧镇2023.txt")
    choices = list_choices(ledger, document)
    assert choices
    assert "2023" in [one.label for one in choices.of("year")] + [choices.stands["year"]]
    fields = {
        "title": "2024年报告",
        "year": "2024年",
        "published": "2025年1月8日",
        "county": "榆湾区",
    }
    act = correct_header(ledger, document, fields, LI)
    assert {key[2] for key in panel(ledger)} == {2024}
    kinds = select(Finding.kind).filter_by(document_id=document, present=True)
    with ledger.transaction() as session:
        assert FindingKind.TITLE_MISSING not in set(session.scalars(kinds))
    pipeline.read_anew(document)
    stored = (stored_json(ledger, document) or {})["header"]
    assert (stored["title"], stored["year"], stored["published"]) == (
        "2024年报告", 2024, "2025-01-08",
    )  # fmt: skip
    assert act
    undo_correction(ledger, act, LI)
    with ledger.transaction() as session:
        assert FindingKind.TITLE_MISSING in set(session.scalars(kinds))
        assert session.get_one(Report, document).read_header is None
    for field, typed in (("year", "去年"), ("published", "不详"), ("county", "甲" * 50)):
        with pytest.raises(CannotCorrect):
            correct_header(ledger, document, {field: typed}, LI)


def test_two_bodies_are_one_until_that_is_taken_back(system: System) -> None:  # noqa: F811
    ledger = system.ledger
    system.drop("甲/2023/松坪镇.txt", report("松坪镇", 2023, 1))
    system.drop("乙/松坪镇.txt", report("松坪镇", 2024, 2))
    with ledger.transaction() as session:
        issuers = {one.folder: one.id for one in session.scalars(select(Issuer))}
    one, other = issuers["甲"], issuers["乙"]
    assert [body.id for body in list_others(ledger, one)] == [other]
    act = merge_bodies(ledger, other, one, LI)
    years = "SELECT issuer_id, year FROM panel_figure GROUP BY 1, 2 ORDER BY 2"

    def standing() -> list[tuple[int, int]]:
        with ledger.transaction() as session:
            return [tuple(row) for row in session.execute(sql(years))]

    assert standing() == [(one, 2023), (one, 2024)]
    system.drop("乙/松坪镇2022.txt", report("松坪镇", 2022, 3))
    assert ledger.rerun(select(Report.document_id)) == 3
    system.rung += [([number], Stage.READ) for number in (1, 2, 3)]
    system.work_off()
    assert standing() == [(one, 2022), (one, 2023), (one, 2024)]
    with pytest.raises(CannotCorrect):
        merge_bodies(ledger, other, one, LI)
    undo_correction(ledger, act, LI)
    assert standing() == [(other, 2022), (one, 2023), (other, 2024)]
    compare_anew(ledger, date(2025, 1, 1))
    assert system.wrong() == []


def test_one_body_is_two_by_county_until_that_is_taken_back(system: System) -> None:  # noqa: F811
    ledger = system.ledger
    for at, year in enumerate((2022, 2023, 2024)):
        system.drop(f"收到/松坪镇{year}.txt", report("松坪镇", year, at))
    with ledger.transaction() as session:
        documents = sorted(session.scalars(select(Report.document_id)))
    act = split_body(ledger, documents[:2], {"county": "榆湾区", "province": "", "issuer": ""}, LI)
    counties = {key[2]: key[1] for key in panel(ledger)}
    assert counties == {2022: "榆湾区", 2023: "榆湾区", 2024: None}
    undo_correction(ledger, act, LI)
    assert {key[1] for key in panel(ledger)} == {None}
