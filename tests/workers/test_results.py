"""Values ↔ rows: what was saved is loaded the same; re-runs update;
decisions hold while their evidence holds.
"""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select, text
from sqlalchemy import text as sql

from schema.kinds import TEXT_STAGES, Action, FindingState
from schema.tables import Decision, Finding, Metric, Relation, Report, Section
from tests.report.pdfs import lines, pdf
from tests.workers.test_ledger import new_document
from workers.desk import queue
from workers.ledger import Ledger
from workers.report.cells import disputed_figures, make_cells
from workers.report.chinese.words import search_terms
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding as FoundFinding
from workers.report.model import Report as Understood
from workers.report.model import Severity
from workers.report.pipeline import conclude_report, read_report
from workers.report.reading import read_source
from workers.results import relations, rows
from workers.results.places import load_lines
from workers.results.remaking import follow_decisions
from workers.results.understood import Understood as Batched

SETTLED = queue.Filters(state=FindingState.SETTLED)
TITLE = "松涧镇2023年度法治政府建设情况报告"
ARITHMETIC = Path(__file__).parent.parent / "report" / "auditing" / "arithmetic.yaml"
SAMPLE = Path(__file__).parent.parent / "samples" / "清渠街道2023.txt"


@pytest.fixture(scope="module")
def understood() -> Understood:
    return read_report(SAMPLE.read_bytes(), SAMPLE.name)


def recounted(report: Understood) -> Understood:
    """The report with the cells of its figures and findings as they are now."""
    text, disputed = report.cleaned.traced.text, disputed_figures(report.findings)
    cells = make_cells(text, report.segmented, report.metrics, report.relations, disputed)
    return replace(report, cells=cells)


def save(ledger: Ledger, document_id: int, report: Understood) -> None:
    words = search_terms(report.cleaned.traced.text)
    made = {document_id: Batched.of(recounted(report), words)}
    with ledger.transaction() as session:
        rows.save_sources(session, made, "v1")
        rows.save_cleaned(session, made)
        rows.save_segmented(session, made)
        rows.save_metrics(session, made)
        rows.save_concluded(session, made)
        follow_decisions(session, [document_id])


def make_finding(report: Understood, at: int = 0, message: str = "数字对不上") -> FoundFinding:
    """A finding about one figure of the report."""
    metric = report.metrics[at]
    span = report.cleaned.traced.raw(metric.start, metric.end)
    return FoundFinding(
        kind=FindingKind.RATE_IMPOSSIBLE,
        severity=Severity.WRONG,
        message=message,
        message_en="no",
        spans=(span,),
        metrics=(at,),
    )


def finish(ledger: Ledger, document_id: int) -> None:
    for stage in TEXT_STAGES:
        claim = ledger.claim(document_id, stage, "test")
        assert claim
        ledger.finish(claim, lambda _: None, "v1")


def test_what_was_saved_is_loaded_the_same(ledger: Ledger, understood: Understood) -> None:
    document_id = new_document(ledger)
    save(ledger, document_id, understood)
    with ledger.transaction() as session:
        assert rows.load_cleaned(session, document_id) == understood.cleaned
        assert rows.load_segmented(session, document_id) == understood.segmented
        assert rows.load_metrics(session, document_id) == understood.metrics
        assert understood.relations
        assert relations.load_relations(session, document_id) == understood.relations
        assert rows.load_source(session, document_id).raw_text == understood.source.raw_text
        assert load_lines(session, document_id) == ()


def test_places_of_lines_come_back_as_they_were_read(ledger: Ledger) -> None:
    source = read_source(
        pdf(lines("一、概况", "全年办结案件46件。"), lines("二、成效")), "报告.pdf"
    )
    document_id = new_document(ledger)
    with ledger.transaction() as session:
        rows.save_sources(session, {document_id: Batched(source=source)}, "v1")
        assert load_lines(session, document_id) == source.lines
        assert [line.page for line in source.lines] == [0, 0, 1]


def test_audit_of_what_was_stored_finds_what_the_core_finds(ledger: Ledger) -> None:
    cases = yaml.safe_load(ARITHMETIC.read_text(encoding="utf-8"))["cases"]
    said = "\n".join(case["text"] for case in cases if case.get("expect"))
    report = read_report(f"{TITLE}\n一、工作开展情况\n{said}\n".encode(), "a.txt")
    document_id = new_document(ledger)
    save(ledger, document_id, report)
    with ledger.transaction() as session:
        stored = relations.load_relations(session, document_id)
        metrics = rows.load_metrics(session, document_id)
        segmented = rows.load_segmented(session, document_id)
    assert stored == report.relations
    assert {relation.kind for relation in stored} >= {"part_of", "sum_of", "share_of", "done_of"}
    found, cells = conclude_report(report.source, report.cleaned, segmented, metrics, stored)
    assert (found, cells) == (report.findings, report.cells)


def test_whole_and_not_its_part_is_in_the_panel(ledger: Ledger) -> None:
    said = "全年受理纠纷86件。其中，邻里纠纷72件。"
    report = read_report(f"{TITLE}\n一、工作开展情况\n{said}\n".encode(), "a.txt")
    whole, part = report.metrics
    assert whole.indicator == part.indicator is not None
    document_id = new_document(ledger)
    save(ledger, document_id, replace(report, findings=()))
    finish(ledger, document_id)
    with ledger.transaction() as session:
        keys = session.scalars(select(Metric.key).order_by(Metric.ordinal)).all()
        row = session.scalars(select(Relation)).one()
        assert (row.kind, row.metric_keys, row.sure) == ("part_of", [keys[1], keys[0]], "said")
        query = text("SELECT value, stated FROM panel WHERE indicator = :indicator")
        assert session.execute(query, {"indicator": whole.indicator}).all() == [(86.0, 2)]


def test_relations_are_replaced_by_the_next_run(ledger: Ledger, understood: Understood) -> None:
    document_id = new_document(ledger)
    save(ledger, document_id, understood)
    save(ledger, document_id, replace(understood, relations=understood.relations[:1]))
    with ledger.transaction() as session:
        assert relations.load_relations(session, document_id) == understood.relations[:1]


def test_figures_stand_with_the_exact_characters_that_state_them(
    ledger: Ledger, understood: Understood
) -> None:
    save(ledger, new_document(ledger), understood)
    with ledger.transaction() as session:
        raw_text = session.scalars(select(Report.raw_text)).one()
        found = {
            m.quote: raw_text[m.raw_start : m.raw_end] for m in session.scalars(select(Metric))
        }
    assert found["8.2万元"] == "8.2万元"
    assert found["未收到依申请公开"] == "未收到依申请公开"


def test_reading_anew_updates_and_doubles_nothing(ledger: Ledger, understood: Understood) -> None:
    document_id = new_document(ledger)
    report = replace(understood, findings=(*understood.findings, make_finding(understood)))
    save(ledger, document_id, report)
    with ledger.transaction() as session:
        before = [
            session.scalars(select(table.id).order_by(table.id)).all()
            for table in (Metric, Finding)
        ]
        sections = len(session.scalars(select(Section)).all())
    save(ledger, document_id, report)
    with ledger.transaction() as session:
        assert before == [
            session.scalars(select(table.id).order_by(table.id)).all()
            for table in (Metric, Finding)
        ]
        assert len(session.scalars(select(Section)).all()) == sections


def test_figure_that_is_found_no_more_goes_unless_a_person_set_it(
    ledger: Ledger, understood: Understood
) -> None:
    document_id = new_document(ledger)
    save(ledger, document_id, understood)
    with ledger.transaction() as session:
        first, second = session.scalars(select(Metric).order_by(Metric.ordinal).limit(2))
        first.human_value = 5
    save(
        ledger,
        document_id,
        replace(understood, metrics=understood.metrics[2:], relations=(), findings=()),
    )
    with ledger.transaction() as session:
        kept = session.scalars(select(Metric.id)).all()
        assert rows.load_metrics(session, document_id) == understood.metrics[2:]
    assert first.id in kept
    assert second.id not in kept


def test_report_is_found_by_its_words(ledger: Ledger, understood: Understood) -> None:
    save(ledger, new_document(ledger), understood)
    query = text("SELECT count(*) FROM report WHERE tokens @@ to_tsquery('simple', :words)")
    with ledger.transaction() as session:
        assert session.scalar(query, {"words": "矛盾 & 调解员"}) == 1
        assert session.scalar(query, {"words": "渔业"}) == 0


def test_correction_is_kept_beside_the_reading_and_taken_by_the_panel(
    ledger: Ledger, understood: Understood
) -> None:
    document_id = new_document(ledger)
    rate = next(
        at for at, m in enumerate(understood.metrics) if m.indicator == "disputes.resolution_rate"
    )
    save(ledger, document_id, replace(understood, findings=(make_finding(understood, rate),)))
    finish(ledger, document_id)
    panel = text("SELECT value, corrected FROM panel WHERE indicator = 'disputes.resolution_rate'")
    with ledger.transaction() as session:
        assert session.execute(panel).all() == [(None, False)]  # disputed: an empty cell
        finding_id = session.scalars(select(Finding.id)).one()
    correction = queue.Correction(value=98.0)
    queue.decide(ledger, finding_id, Action.CORRECT, "王", note="镇里已确认", correction=correction)
    with ledger.transaction() as session:
        assert session.execute(panel).all() == [(98.0, True)]
        metric = session.scalars(
            select(Metric).filter_by(indicator="disputes.resolution_rate")
        ).one()
        assert (metric.value, metric.human_value) == (97.9, 98.0)
        decision = session.scalars(select(Decision)).one()
    assert (decision.who, decision.note, decision.action) == ("王", "镇里已确认", Action.CORRECT)
    assert decision.before["figures"][0]["human_value"] is None
    assert decision.after["figures"][0]["human_value"] == 98.0


def test_dismissed_finding_gives_the_figure_back_to_the_panel(
    ledger: Ledger, understood: Understood
) -> None:
    document_id = new_document(ledger)
    rate = next(
        at for at, m in enumerate(understood.metrics) if m.indicator == "disputes.resolution_rate"
    )
    save(ledger, document_id, replace(understood, findings=(make_finding(understood, rate),)))
    finish(ledger, document_id)
    (row,) = queue.list_findings(ledger)
    queue.decide(ledger, row.id, Action.DISMISS, "王")
    with ledger.transaction() as session:
        query = text(
            "SELECT value, corrected FROM panel WHERE indicator = 'disputes.resolution_rate'"
        )
        assert session.execute(query).all() == [(97.9, False)]
    assert queue.list_findings(ledger) == []
    assert [found.id for found in queue.list_findings(ledger, SETTLED)] == [row.id]


def test_panel_takes_the_whole_of_several_counts(ledger: Ledger, understood: Understood) -> None:
    document_id = new_document(ledger)
    save(ledger, document_id, understood)
    finish(ledger, document_id)
    with ledger.transaction() as session:
        query = text(
            "SELECT value, stated FROM panel WHERE indicator = 'enforcement.penalty_cases'"
        )
        assert session.execute(query).all() == [(31, 2)]


def test_decision_holds_when_the_file_is_read_anew(ledger: Ledger, understood: Understood) -> None:
    document_id = new_document(ledger)
    report = replace(understood, findings=(make_finding(understood),))
    save(ledger, document_id, report)
    (row,) = queue.list_findings(ledger)
    queue.decide(ledger, row.id, Action.ACCEPT, "王")
    save(
        ledger,
        document_id,
        replace(report, findings=(make_finding(understood, message="换了说法"),)),
    )
    with ledger.transaction() as session:
        finding = session.scalars(select(Finding)).one()
    assert (finding.state, finding.verdict, finding.message) == (
        FindingState.SETTLED,
        Action.ACCEPT,
        "换了说法",
    )


def test_decision_opens_again_when_its_evidence_changed(
    ledger: Ledger, understood: Understood
) -> None:
    document_id = new_document(ledger)
    save(ledger, document_id, replace(understood, findings=(make_finding(understood),)))
    (row,) = queue.list_findings(ledger)
    queue.decide(ledger, row.id, Action.ACCEPT, "王")
    read_otherwise = replace(understood.metrics[0], value=44.0)
    metrics = (read_otherwise, *understood.metrics[1:])
    save(
        ledger,
        document_id,
        replace(understood, metrics=metrics, relations=(), findings=(make_finding(understood),)),
    )
    with ledger.transaction() as session:
        finding = session.scalars(select(Finding)).one()
        assert (finding.state, finding.verdict) == (FindingState.OPEN, None)
        assert len(session.scalars(select(Decision)).all()) == 1


def test_finding_that_is_found_no_more_leaves_the_queue_and_keeps_its_decision(
    ledger: Ledger, understood: Understood
) -> None:
    document_id = new_document(ledger)
    save(
        ledger,
        document_id,
        replace(understood, findings=(make_finding(understood), make_finding(understood, 1))),
    )
    decided, _ = queue.list_findings(ledger)
    queue.decide(ledger, decided.id, Action.ACCEPT, "王")
    save(ledger, document_id, replace(understood, findings=()))
    assert queue.list_findings(ledger) == queue.list_findings(ledger, SETTLED) == []
    with ledger.transaction() as session:
        assert session.scalars(select(Finding.id)).all() == [decided.id]


def test_figure_of_no_finding_cannot_be_corrected(ledger: Ledger, understood: Understood) -> None:
    document_id = new_document(ledger)
    missing = FoundFinding(
        kind=FindingKind.LAW_ITEM_MISSING,
        severity=Severity.CHECK,
        message="缺",
        message_en="no",
        about="plan",
    )
    save(ledger, document_id, replace(understood, findings=(missing,)))
    (row,) = queue.list_findings(ledger)
    with pytest.raises(queue.CannotCorrect, match="not about a figure"):
        queue.decide(ledger, row.id, Action.CORRECT, "王", correction=queue.Correction(value=1))
    assert queue.show_finding(ledger, row.id).decisions == ()
    with pytest.raises(queue.NoSuchFinding):
        queue.show_finding(ledger, 999_999)


def test_part_of_a_total_and_figure_for_each_stay_out_of_the_panel(ledger: Ledger) -> None:
    text = (
        "松涧镇人民政府2024年法治政府建设情况报告\n一、工作开展情况\n调解员52人，其中专职调解员12人。"
        "各村开展法治讲座30场。全镇举办法治讲座8场。每村举办法治讲座40场。\n"
    )
    report = read_report(text.encode(), "a.txt")
    document_id = new_document(ledger)
    save(ledger, document_id, report)
    finish(ledger, document_id)
    with ledger.transaction() as session:
        assert rows.load_metrics(session, document_id) == report.metrics
        panel = dict(session.execute(sql("SELECT indicator, value FROM panel")).all())
    assert panel == {"disputes.mediators": 52, "publicity.lectures": 8}


def test_panel_follows_each_decision_on_a_doubtful_figure(
    ledger: Ledger, understood: Understood
) -> None:
    rate = next(
        at for at, m in enumerate(understood.metrics) if m.indicator == "disputes.resolution_rate"
    )
    count = next(
        at for at, m in enumerate(understood.metrics) if m.indicator == "disputes.resolved"
    )
    document_id = new_document(ledger)
    save(
        ledger,
        document_id,
        replace(
            understood, findings=(replace(make_finding(understood, rate), metrics=(rate, count)),)
        ),
    )
    finish(ledger, document_id)
    (row,) = queue.list_findings(ledger)

    def panel() -> dict[str, float | None]:
        query = "SELECT indicator, value FROM panel WHERE indicator LIKE 'disputes.resol%'"
        with ledger.transaction() as session:
            return dict(session.execute(sql(query)).all())

    stated = {m.indicator: m.value for m in (understood.metrics[rate], understood.metrics[count])}
    only_count = stated | {"disputes.resolution_rate": None}
    assert panel() == only_count  # what the rate was held against is not in doubt
    queue.decide(ledger, row.id, Action.CORRECT, "王", correction=queue.Correction(value=98))
    assert panel() == stated | {"disputes.resolution_rate": 98}
    queue.decide(ledger, row.id, Action.ACCEPT, "王")
    assert panel() == only_count
    queue.decide(ledger, row.id, Action.DISMISS, "王")
    assert panel() == stated


def test_value_that_is_no_number_is_no_correction(ledger: Ledger, understood: Understood) -> None:
    save(ledger, new_document(ledger), replace(understood, findings=(make_finding(understood),)))
    (row,) = queue.list_findings(ledger)
    with pytest.raises(queue.CannotCorrect, match="must be a number"):
        queue.decide(
            ledger, row.id, Action.CORRECT, "王", correction=queue.Correction(value=float("nan"))
        )
