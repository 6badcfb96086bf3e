"""Findings as rows: replaced kind by kind, weighed,
and their decisions carried to where they come again.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy import text as sql

from schema.kinds import TEXT_STAGES, Action, FindingState
from schema.tables import Cell, Document, Finding, Issuer, Metric, Report
from tests.workers.test_ledger import new_document
from tests.workers.test_results import finish, make_finding, save
from workers.desk import queue
from workers.ledger import Drop, Ledger
from workers.report.catalogue import lay_over
from workers.report.finding_kinds import FindingKind
from workers.report.model import Finding as FoundFinding
from workers.report.model import Severity
from workers.report.pipeline import read_report
from workers.report.text import Span
from workers.results import findings
from workers.settings import Settings
from workers.stages import tasks
from workers.store import Store

SAMPLES = Path(__file__).parent.parent / "samples"
TOWN = """松涧镇人民政府2024年法治政府建设情况报告
一、主要工作
全年受理矛盾纠纷47件，成功化解46件，化解率98.5%。举办法治讲座12场。
二、第一责任人履职
镇长带头学法，专题研究法治工作4次。
三、存在的不足
普法的针对性不强，部分干部运用法治思维的能力还要提高。
四、下一步打算
明年继续加强法治宣传，办好群众身边的事。
松涧镇人民政府
2025年1月15日
"""
RATE = "disputes.resolution_rate"


class Pipeline:
    """The five stages over this test's database, run one after the other."""

    def __init__(self, ledger: Ledger, store: Store) -> None:
        self.ledger, self.store = ledger, store

    def take(self, content: str, name: str = "报告.txt") -> int:
        """Drop a file and let every stage run that is due."""
        sha256, size = self.store.put(BytesIO(content.encode()))
        moment = datetime(2025, 2, 1, tzinfo=UTC)
        drop = Drop(
            claim=uuid4(), name=name, folder="", sha256=sha256, size=size, modified_at=moment
        )
        document_id, _ = self.ledger.record(drop)
        self.run(document_id)
        return document_id

    def run(self, document_id: int) -> None:
        for stage in TEXT_STAGES:
            tasks.run_stage(stage, document_id)
        with self.ledger.transaction() as session:
            assert session.get_one(Document, document_id).state == "done"

    def read_anew(self, document_id: int) -> None:
        assert self.ledger.rerun(select(Document.id).filter_by(id=document_id)) == 1
        self.run(document_id)

    def panel(self, indicator: str = RATE) -> list[tuple[float, bool]]:
        query = sql(
            "SELECT value, corrected FROM panel WHERE indicator = :indicator AND value IS NOT NULL"
        )
        with self.ledger.transaction() as session:
            return [
                (value, corrected)
                for value, corrected in session.execute(query, {"indicator": indicator})
            ]

    def finding(self, document_id: int, kind: str = "rate_impossible") -> Finding:
        with self.ledger.transaction() as session:
            query = select(Finding).filter_by(
                document_id=document_id, kind=FindingKind(kind), present=True
            )
            return session.scalars(query).one()


@pytest.fixture
def pipeline(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Pipeline]:
    chosen = Settings(home=tmp_path, database_url=database_url)
    monkeypatch.setattr(tasks, "settings", lambda: chosen)
    monkeypatch.setattr(tasks, "ring", lambda *_: None)
    tasks.ledger.cache_clear()
    yield Pipeline(tasks.ledger(), Store(chosen.store_dir))
    tasks.ledger().engine.dispose()
    tasks.ledger.cache_clear()


@pytest.fixture
def other_rules(tmp_path: Path) -> Iterator[Path]:
    """A file that makes another version of the rules once it is laid over the catalogue."""
    overlay = tmp_path / "本地.yaml"
    overlay.write_text("not_figures.yaml: {}\n", encoding="utf-8")
    yield overlay
    lay_over(None)


def corrected(pipeline: Pipeline, document_id: int, value: float = 97.9) -> Finding:
    finding = pipeline.finding(document_id)
    correction = queue.Correction(value=value)
    queue.decide(
        pipeline.ledger, finding.id, Action.CORRECT, "王", note="已核实", correction=correction
    )
    return finding


def resubmitted(text: str) -> str:
    """The corrected report of the same town and year:
    another lecture, and a paragraph before the figures.
    """
    return text.replace("12场", "13场").replace(
        "一、主要工作\n", "一、主要工作\n镇党委、政府坚持依法行政，层层压实责任。\n"
    )


def test_correction_outlives_another_version_of_the_rules(
    pipeline: Pipeline, other_rules: Path
) -> None:
    document_id = pipeline.take(TOWN)
    assert pipeline.panel() == []  # no whole number of 47 gives 98.5 %
    finding = corrected(pipeline, document_id)
    assert pipeline.panel() == [(97.9, True)]
    with pipeline.ledger.transaction() as session:
        older = session.get_one(Report, document_id).rules_version
    lay_over(other_rules)
    pipeline.read_anew(document_id)
    with pipeline.ledger.transaction() as session:
        assert session.get_one(Report, document_id).rules_version != older
    again = pipeline.finding(document_id)
    assert (again.id, again.state, again.verdict) == (
        finding.id,
        FindingState.SETTLED,
        Action.CORRECT,
    )
    assert pipeline.panel() == [(97.9, True)]


def test_correction_outlives_the_same_file_dropped_again(pipeline: Pipeline) -> None:
    document_id = pipeline.take(TOWN)
    finding = corrected(pipeline, document_id)
    assert pipeline.take(TOWN, "又一次.txt") == document_id
    pipeline.read_anew(document_id)
    assert pipeline.finding(document_id).id == finding.id
    assert pipeline.panel() == [(97.9, True)]
    assert len(queue.show_finding(pipeline.ledger, finding.id).decisions) == 1


def test_correction_is_carried_to_a_corrected_resubmission(pipeline: Pipeline) -> None:
    finding = corrected(pipeline, pipeline.take(TOWN))
    newer = pipeline.take(resubmitted(TOWN), "更正.txt")
    # the newer report is the one that counts
    assert pipeline.panel("publicity.lectures") == [(13, False)]
    assert pipeline.panel() == [(97.9, True)]
    carried = queue.show_finding(pipeline.ledger, pipeline.finding(newer).id)
    assert (carried.finding.state, carried.finding.verdict) == ("settled", "correct")
    (decision,) = carried.decisions
    assert (decision.who, decision.note, decision.carried_from.finding) == (
        "王",
        "已核实",
        finding.id,
    )
    figure = carried.figures[0]
    # what the machine read is not changed
    assert (figure.value, figure.human_value) == (98.5, 97.9)


def test_dismissal_is_carried_to_a_corrected_resubmission(pipeline: Pipeline) -> None:
    queue.decide(pipeline.ledger, pipeline.finding(pipeline.take(TOWN)).id, Action.DISMISS, "王")
    newer = pipeline.take(resubmitted(TOWN), "更正.txt")
    assert pipeline.finding(newer).verdict == Action.DISMISS
    assert pipeline.panel() == [(98.5, False)]


def test_resubmission_that_changed_the_doubtful_figure_is_looked_at_anew(
    pipeline: Pipeline,
) -> None:
    corrected(pipeline, pipeline.take(TOWN))
    newer = pipeline.take(TOWN.replace("98.5%", "98.6%"), "更正.txt")
    assert pipeline.finding(newer).state == FindingState.OPEN
    assert pipeline.panel() == []


def test_correction_is_not_carried_to_a_figure_of_another_indicator(ledger: Ledger) -> None:
    for sha, words in (("a", "举办法治讲座12场"), ("b", "召开法治专题会议12场")):
        report = read_report(TOWN.replace("举办法治讲座12场", words).encode(), "a.txt")
        figure = next(at for at, metric in enumerate(report.metrics) if metric.quote == "12场")
        save(
            ledger,
            new_document(ledger, sha),
            replace(report, findings=(make_finding(report, figure),)),
        )
        older = next(iter(queue.list_findings(ledger)))
        if sha == "a":
            queue.decide(
                ledger, older.id, Action.CORRECT, "王", correction=queue.Correction(value=13)
            )
    assert verdicts(ledger) == [Action.CORRECT, None]


def test_report_of_another_year_or_town_takes_no_decision_over(pipeline: Pipeline) -> None:
    corrected(pipeline, pipeline.take(TOWN))
    for other in (
        TOWN.replace("松涧镇", "柳溪镇"),
        TOWN.replace("2024年", "2023年").replace("2025年", "2024年"),
    ):
        assert pipeline.finding(pipeline.take(other, "另一份.txt")).state == FindingState.OPEN


def test_carried_decision_that_was_taken_back_is_not_carried_again(pipeline: Pipeline) -> None:
    corrected(pipeline, pipeline.take(TOWN))
    newer = pipeline.take(resubmitted(TOWN), "更正.txt")
    queue.undo(pipeline.ledger, pipeline.finding(newer).id, "李")
    assert pipeline.panel() == []
    pipeline.read_anew(newer)
    assert pipeline.finding(newer).state == FindingState.OPEN
    assert pipeline.panel() == []


def test_correction_follows_its_figure_when_the_text_before_it_is_read_otherwise(
    ledger: Ledger,
) -> None:
    document_id = new_document(ledger)
    save(ledger, document_id, read_report(TOWN.encode(), "a.txt"))
    finish(ledger, document_id)
    with ledger.transaction() as session:
        older = session.scalars(select(Finding).filter_by(kind=FindingKind.RATE_IMPOSSIBLE)).one()
    queue.decide(ledger, older.id, Action.CORRECT, "王", correction=queue.Correction(value=97.9))
    save(ledger, document_id, read_report(f"网页导航\n\n{TOWN}".encode(), "a.txt"))
    with ledger.transaction() as session:
        newer = session.scalars(
            select(Finding).filter_by(kind=FindingKind.RATE_IMPOSSIBLE, present=True)
        ).one()
        rates = session.scalars(select(Metric).filter_by(indicator=RATE)).all()
        panel = session.execute(
            sql("SELECT value, corrected, stated FROM panel WHERE indicator = :i"), {"i": RATE}
        )
        assert panel.all() == [(97.9, True, 1)]
    assert newer.id != older.id
    assert newer.verdict == Action.CORRECT
    assert [(rate.value, rate.human_value) for rate in rates] == [(98.5, 97.9)]
    save(ledger, document_id, read_report(TOWN.encode(), "a.txt"))  # and back
    with ledger.transaction() as session:
        rates = session.scalars(
            select(Metric).filter_by(indicator=RATE, ordinal=rates[0].ordinal)
        ).all()
        assert (
            session.scalars(
                select(Finding.id).filter_by(verdict=Action.CORRECT, present=True)
            ).one()
            == older.id
        )
    assert [rate.human_value for rate in rates] == [97.9]


def lost(start: int, evidence: str = "党的二十精神") -> findings.Row:
    return findings.Row(
        kind=FindingKind.LOST_CHARACTERS,
        about=None,
        severity=Severity.CHECK,
        message="像是丢了字",
        message_en="seems to lack a character",
        spans=(Span(start, start + 6),),
        evidence=evidence,
    )


def save_rows(ledger: Ledger, *rows: findings.Row, **of: int | None) -> None:
    kinds = {row.kind for row in rows} or {FindingKind.LOST_CHARACTERS}
    with ledger.transaction() as session:
        findings.save_rows(session, rows, kinds=kinds, **of)


def verdicts(ledger: Ledger) -> list[Action | None]:
    with ledger.transaction() as session:
        found = session.scalars(select(Finding).where(Finding.present)).all()
        return [finding.verdict for finding in sorted(found, key=lambda finding: finding.spans)]


def test_several_alike_keep_their_decisions_in_their_order(ledger: Ledger) -> None:
    document_id = new_document(ledger)
    save_rows(ledger, lost(10), lost(50), lost(90), document_id=document_id)
    with ledger.transaction() as session:
        ids = session.scalars(select(Finding.id).order_by(Finding.id)).all()
    queue.decide(ledger, ids[1], Action.DISMISS, "王")
    save_rows(ledger, lost(13), lost(53), lost(93), document_id=document_id)
    assert verdicts(ledger) == [None, Action.DISMISS, None]


def test_finding_that_was_lost_for_one_run_takes_its_decision_over_from_before(
    ledger: Ledger,
) -> None:
    document_id = new_document(ledger)
    save_rows(ledger, lost(10), document_id=document_id)
    with ledger.transaction() as session:
        finding_id = session.scalars(select(Finding.id)).one()
    queue.decide(ledger, finding_id, Action.ACCEPT, "王")
    save_rows(ledger, document_id=document_id)
    assert verdicts(ledger) == []
    save_rows(ledger, lost(13), document_id=document_id)
    assert verdicts(ledger) == [Action.ACCEPT]


def test_finding_that_rests_on_no_text_is_not_carried(ledger: Ledger) -> None:
    document_id = new_document(ledger)
    save_rows(ledger, lost(10, evidence=""), document_id=document_id)
    with ledger.transaction() as session:
        finding_id = session.scalars(select(Finding.id)).one()
    queue.decide(ledger, finding_id, Action.ACCEPT, "王")
    save_rows(ledger, lost(13, evidence=""), document_id=document_id)
    assert verdicts(ledger) == [None]


def overdue(evidence: str = "2024") -> findings.Row:
    text = {"message": "没有报送", "message_en": "has sent none"}
    return findings.Row(
        kind=FindingKind.REPORT_OVERDUE,
        about=None,
        severity=Severity.CHECK,
        evidence=evidence,
        **text,
    )


def test_finding_of_an_issuer_needs_no_document(ledger: Ledger) -> None:
    with ledger.transaction() as session:
        issuer = Issuer(name="松涧镇人民政府")
        session.add(issuer)
    for _ in range(2):
        save_rows(ledger, overdue(), issuer_id=issuer.id, year=2024)
    save_rows(ledger, overdue(), issuer_id=issuer.id, year=2023)
    rows = queue.list_findings(ledger, queue.Filters(issuer="松涧镇人民政府"))
    assert [(row.issuer, row.year, row.document) for row in rows] == [
        ("松涧镇人民政府", 2024, None),
        ("松涧镇人民政府", 2023, None),
    ]
    queue.decide(ledger, rows[0].id, Action.DISMISS, "王")
    save_rows(ledger, overdue(), issuer_id=issuer.id, year=2024)
    shown = queue.show_finding(ledger, rows[0].id)
    assert (shown.finding.verdict, shown.evidence, shown.figures) == ("dismiss", (), ())


def test_audit_and_comparison_replace_only_their_own(ledger: Ledger) -> None:
    report = read_report(TOWN.encode(), "a.txt")
    document_id = new_document(ledger)
    save(ledger, document_id, report)
    repeated = replace(
        lost(0),
        kind=FindingKind.STALE_YEAR,
        about="7",
        spans=(),
        details={"passages": [["甲", "乙"]]},
    )
    save_rows(ledger, repeated, across=True, document_id=document_id)
    said = FoundFinding(
        kind=FindingKind.STALE_YEAR,
        severity=Severity.CHECK,
        message="去年的话",
        message_en="last year's",
        spans=(),
    )
    for _ in range(2):
        save(ledger, document_id, replace(report, findings=(*report.findings, said)))
    with ledger.transaction() as session:
        stale = session.scalars(
            select(Finding).filter_by(kind=FindingKind.STALE_YEAR).order_by(Finding.across)
        ).all()
        kinds = set(session.scalars(select(Finding.kind)))
    assert [(finding.across, finding.details) for finding in stale] == [
        (False, None),
        (True, repeated.details),
    ]
    assert FindingKind.RATE_IMPOSSIBLE in kinds
    save(ledger, document_id, report)
    with ledger.transaction() as session:
        assert session.scalars(
            select(Finding.across).filter_by(kind=FindingKind.STALE_YEAR)
        ).all() == [True]


PARTS = """松涧镇人民政府2024年法治政府建设情况报告
一、工作开展情况
调解员52人，其中专职调解员12人。各村开展法治讲座30场。全镇举办法治讲座8场。每村举办法治讲座40场。
"""


def test_figures_that_weigh_as_the_panels_are_those_that_the_panel_takes(ledger: Ledger) -> None:
    texts = [PARTS.encode(), *(path.read_bytes() for path in sorted(SAMPLES.glob("*.txt")))]
    for sha, content in zip("abcdef", texts, strict=False):
        document_id = new_document(ledger, sha)
        save(ledger, document_id, replace(read_report(content, "a.txt"), findings=()))
        finish(ledger, document_id)
        with ledger.transaction() as session:
            cells = session.scalars(select(Cell).filter_by(document_id=document_id)).all()
            weighed = findings.panel_keys(session, document_id)
        used = {key for cell in cells for term in cell.terms for key in term["figures"]}
        left = {one["figure"] for cell in cells for one in cell.omitted}
        assert used
        assert all(weighed[key] for key in used)
        assert not any(weighed[key] for key in left)


def two_on_one_figure(ledger: Ledger) -> tuple[int, Report, int, int]:
    """A document, what was read in it, and two findings on its rate."""
    report = replace(read_report(TOWN.encode(), "a.txt"), findings=())
    at = next(at for at, metric in enumerate(report.metrics) if metric.indicator == RATE)
    one = make_finding(report, at)
    report = replace(report, findings=(one, replace(one, kind=FindingKind.FIGURES_CONFLICT)))
    document_id = new_document(ledger)
    save(ledger, document_id, report)
    finish(ledger, document_id)
    first, second = (row.id for row in queue.list_findings(ledger))
    return document_id, report, first, second


def human_value(ledger: Ledger) -> float | None:
    with ledger.transaction() as session:
        return session.scalars(select(Metric.human_value).filter_by(indicator=RATE)).one()


def test_correction_that_was_taken_back_does_not_return_with_another_run(ledger: Ledger) -> None:
    document_id, report, first, second = two_on_one_figure(ledger)
    queue.decide(ledger, first, Action.CORRECT, "王", correction=queue.Correction(value=97.0))
    queue.decide(ledger, second, Action.DISMISS, "李")
    queue.undo(ledger, first, "王")
    save(ledger, document_id, report)
    assert human_value(ledger) is None


def test_two_corrections_of_one_figure_are_taken_back_in_either_order(ledger: Ledger) -> None:
    _, _, first, second = two_on_one_figure(ledger)
    for order in ((first, second), (second, first)):
        queue.decide(ledger, first, Action.CORRECT, "王", correction=queue.Correction(value=98.0))
        queue.decide(ledger, second, Action.CORRECT, "李", correction=queue.Correction(value=97.0))
        queue.undo(ledger, order[0], "王")
        assert human_value(ledger) == (97.0 if order[0] == first else 98.0)
        queue.undo(ledger, order[1], "李")
        assert human_value(ledger) is None
