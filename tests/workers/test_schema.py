"""Models and migrations agree, and the constraints hold."""

import math
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from click.testing import CliRunner
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from schema.columns import UnknownValue
from schema.dictionary import described_tables, list_described
from schema.kinds import FindingState
from schema.tables import Base, Decision, Document, Finding, Indicator, Metric, Report
from workers.cli import main
from workers.database import migrate
from workers.granting import PRIVATE, BadRoleName, grant_reading
from workers.ledger import Ledger
from workers.report.catalogue import indicators

MIGRATIONS = Path(__file__).parents[2] / "schema/migrations"


def test_migrated_database_is_what_the_models_say(ledger: Ledger) -> None:
    with ledger.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, described_tables()) == []


def test_every_table_view_and_column_is_described(ledger: Ledger) -> None:
    lacking = [(one.table, one.column) for one in list_described() if not one.comment]
    assert lacking == [], "add it to schema/dictionary.yaml"
    uncommented = text("""
        SELECT class.relname, attribute.attname FROM pg_class AS class
        JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid AND attribute.attnum > 0
        WHERE class.relkind IN ('r', 'v') AND class.relnamespace = 'public'::regnamespace
          AND class.relname <> 'alembic_version' AND NOT attribute.attisdropped
          AND (col_description(class.oid, attribute.attnum) IS NULL
               OR obj_description(class.oid, 'pg_class') IS NULL)
    """)
    with ledger.engine.connect() as connection:
        assert connection.execute(uncommented).all() == []
    told = {(one.table, one.column) for one in list_described() if one.column}
    found = inspect(ledger.engine)
    tables = {table for table, _ in told}
    assert told == {(table, one["name"]) for table in tables for one in found.get_columns(table)}
    made = CliRunner().invoke(main, ["dictionary", "--markdown"]).output
    page = Path(__file__).parents[2] / "docs/dictionary.md"
    assert page.read_text() == made, "fazhi dictionary --markdown > docs/dictionary.md"


def test_reader_may_read_figures_and_no_accounts(ledger: Ledger) -> None:
    name = f"reader_{uuid4().hex[:8]}"
    assert grant_reading(ledger.engine, name)
    assert grant_reading(ledger.engine, name) is None
    with pytest.raises(BadRoleName):
        grant_reading(ledger.engine, "x; DROP TABLE metric")
    may = text("SELECT has_table_privilege(:role, :table, :right)")
    with ledger.engine.begin() as connection:

        def has(table: str, right: str = "SELECT") -> bool:
            return bool(connection.scalar(may, {"role": name, "table": table, "right": right}))

        assert has("panel")
        assert has("metric")
        assert not has("metric", "UPDATE")
        assert not any(has(table) for table in PRIVATE)


def test_constraints_of_the_models_are_in_the_database(ledger: Ledger) -> None:
    found = inspect(ledger.engine)
    for table in Base.metadata.sorted_tables:
        declared = {str(c.name) for c in table.constraints if type(c).__name__ == "CheckConstraint"}
        migrated = {str(c["name"]) for c in found.get_check_constraints(table.name)}
        assert declared == migrated, table.name


def test_migrating_twice_changes_nothing(ledger: Ledger) -> None:
    migrate(ledger.engine)
    with ledger.transaction() as session:
        assert session.query(Indicator).count() == len(indicators())


def test_indicator_that_stands_otherwise_than_in_the_catalogue_is_mended(ledger: Ledger) -> None:
    with ledger.transaction() as session:
        session.execute(text("UPDATE indicator SET zh = '旧名' WHERE code = 'disputes.resolved'"))
    migrate(ledger.engine)
    with ledger.transaction() as session:
        assert (
            session.get_one(Indicator, "disputes.resolved").zh
            == indicators()["disputes.resolved"].zh
        )


def test_sequence_and_view_are_made(ledger: Ledger) -> None:
    with ledger.engine.connect() as connection:
        assert connection.scalar(text("SELECT nextval('claim_token')"))
        assert connection.scalar(text("SELECT count(*) FROM panel")) == 0


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_figure_that_is_no_number_is_refused(ledger: Ledger, value: float) -> None:
    with ledger.transaction() as session:
        document = Document(sha256="a" * 64, size=1, state="waiting", stage="read")
        session.add(document)
        session.flush()
        report = {
            "rules_version": "x",
            "name": "n",
            "media_type": "t",
            "page_starts": [0],
            "raw_text": "1",
        }
        session.add(Report(document_id=document.id, **report))
        session.flush()
        figure = {
            "key": "0-1",
            "ordinal": 0,
            "unit": "",
            "bound": "exact",
            "status": "done",
            "quote": "1",
            "start": 0,
        }
        figure |= {"end": 1, "raw_start": 0, "raw_end": 1, "page": 1, "confidence": 1, "why": ""}
        session.add(Metric(document_id=document.id, value=value, **figure))
        with pytest.raises(IntegrityError, match="finite"):
            session.flush()
        session.rollback()


def move_to(ledger: Ledger, revision: str, *, down: bool = False) -> None:
    with ledger.engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)


OLD_ROWS = """
INSERT INTO document (sha256, size, state, stage) VALUES ('a', 1, 'done', NULL);
INSERT INTO finding
    (document_id, key, kind, severity, message, message_en, spans, metric_keys, evidence, state,
      verdict)
VALUES (1, 'law_item_missing:plan:', 'law_item_missing', 'check', '缺', 'no', '[]', '{}', '',
  'settled', 'dismiss'),
       (1, 'rate_impossible::8-11', 'rate_impossible', 'wrong', '错', 'no', '[[8, 11]]', '{8-11}',
         '98%', 'open', NULL);
INSERT INTO decision (finding_id, action, who, before, after)
VALUES (1, 'dismiss', '王', '{}', '{}'), (2, 'accept', '王', '{}', '{}');
"""

NEW_ROWS = """
UPDATE finding SET state = 'claimed', claimed_by = '李', claimed_until = now() WHERE id = 2;
INSERT INTO issuer (name) VALUES ('松涧镇人民政府');
INSERT INTO finding
    (issuer_id, year, key, kind, across, severity, message, message_en, spans, metric_keys,
      evidence, state, priority)
VALUES (1, 2024, 'report_overdue::', 'report_overdue', true, 'check', '缺', 'no', '[]', '{}', '',
  'open', 240);
INSERT INTO decision (finding_id, action, who, before, after)
  VALUES (3, 'dismiss', '王', '{}', '{}');
INSERT INTO decision (finding_id, action, who, before, after, carried_from)
  VALUES (1, 'undo', '王', '{}', '{}', 3);
"""


def test_findings_of_the_first_schema_are_carried_up_and_down(ledger: Ledger) -> None:
    with ledger.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    move_to(ledger, "0001")
    with ledger.engine.begin() as connection:
        connection.execute(text(OLD_ROWS))
    move_to(ledger, "0002")
    with ledger.engine.begin() as connection:
        rows = connection.execute(
            text("SELECT about, priority, state, verdict, claimed_by FROM finding ORDER BY id")
        )
        assert rows.all() == [
            ("plan", 200, "settled", "dismiss", None),
            (None, 300, "open", None, None),
        ]
        rows = connection.execute(text("SELECT evidence, carried_from FROM decision ORDER BY id"))
        # what the second rested on then is not known any more
        assert rows.all() == [("", None), (None, None)]
        connection.execute(text(NEW_ROWS))
    move_to(ledger, "0001", down=True)
    with ledger.engine.begin() as connection:
        rows = connection.execute(text("SELECT document_id, kind, state FROM finding ORDER BY id"))
        assert rows.all() == [(1, "law_item_missing", "settled"), (1, "rate_impossible", "open")]
    move_to(ledger, "0002")


READ_ROWS = """
INSERT INTO document (sha256, size, state, stage, reason, changed_at)
VALUES ('a', 1, 'done', NULL, NULL, '2025-01-09'), ('b', 1, 'waiting', 'read', NULL, '2025-01-09'),
       ('c', 1, 'waiting', 'clean', NULL, '2025-01-09'),
         ('d', 1, 'waiting', 'read', NULL, '2025-01-09'),
       ('e', 1, 'refused', NULL, 'no', '2025-01-09');
INSERT INTO stage_run (id, document_id, stage, worker, attempt, outcome, ended_at)
SELECT number, number, 'audit', 'w', 1, 'done', '2025-01-08' FROM (VALUES (2), (3),
  (5)) AS finished(number);
"""


def test_documents_that_wait_to_be_read_anew_stay_in_the_panel_when_migrated(
    ledger: Ledger,
) -> None:
    move_to(ledger, "0004", down=True)
    with ledger.engine.begin() as connection:
        connection.execute(text(READ_ROWS))
    move_to(ledger, "0005")
    with ledger.engine.begin() as connection:
        rows = connection.execute(
            text("SELECT sha256, done_at::date::text FROM document ORDER BY id")
        )
        assert rows.all() == [
            ("a", "2025-01-09"),
            ("b", "2025-01-08"),
            ("c", None),
            ("d", None),
            ("e", None),
        ]


def test_kept_figures_are_made_anew_and_the_functions_before_come_back(ledger: Ledger) -> None:
    where = text("SELECT proname FROM pg_proc WHERE prosrc LIKE '%never finished%'")
    move_to(ledger, "0006", down=True)
    with ledger.engine.begin() as connection:
        assert connection.execute(where).scalars().all() == ["keep_figures_of"]
        connection.execute(
            text("INSERT INTO panel_figure VALUES (1, 2024, 'x', 1, '', 'exact', false, 1, 1, 1)")
        )
    move_to(ledger, "0007")
    with ledger.engine.begin() as connection:
        assert connection.execute(where).scalars().all() == ["keep_figures"]
        assert connection.execute(text("SELECT FROM panel_figure")).all() == []


DECIDED_ROWS = """
INSERT INTO document (sha256, size, state, stage, done_at) VALUES ('a', 1, 'done', NULL, now());
INSERT INTO finding
    (document_id, key, about, kind, across, severity, message, message_en, spans, metric_keys,
      evidence, state, verdict,
     priority)
VALUES (1, 'law_item_missing:plan:', 'plan', 'law_item_missing', false, 'check', '缺', 'no', '[]',
  '{}', '', 'settled',
        'dismiss', 240),
       (1, 'rate_impossible::8-11', NULL, 'rate_impossible', false, 'wrong', '错', 'no',
         '[[8, 11]]', '{8-11}', '98%',
        'open', NULL, 310);
INSERT INTO decision (finding_id, action, who, before, after)
  VALUES (1, 'dismiss', '王', '{}', '{}');
INSERT INTO account (name, role) VALUES ('王', 'reviewer');
INSERT INTO audit (deed, who) VALUES ('signed_in', '王');
"""
KEPT = {
    "document": "state",
    "finding": "array[kind, severity, state, verdict, evidence, key]",
    "decision": "array[action, who]",
    "account": "array[name, role]",
    "audit": "array[deed, who]",
}


def kept_rows(ledger: Ledger) -> dict[str, list[object]]:
    with ledger.engine.connect() as connection:
        queries = {
            table: text(f"SELECT {columns} FROM {table} ORDER BY id")
            for table, columns in KEPT.items()
        }
        return {table: list(connection.scalars(query)) for table, query in queries.items()}


def test_findings_and_decisions_stay_when_the_code_checks_the_values(ledger: Ledger) -> None:
    move_to(ledger, "0007", down=True)
    with ledger.engine.begin() as connection:
        connection.execute(text(DECIDED_ROWS))
    before = kept_rows(ledger)
    move_to(ledger, "0008")
    assert kept_rows(ledger) == before
    with ledger.transaction() as session:
        settled = session.scalars(select(Finding).filter_by(state=FindingState.SETTLED)).one()
        assert session.scalars(select(Decision.finding_id)).all() == [settled.id]
    move_to(ledger, "0007", down=True)
    assert kept_rows(ledger) == before
    with (
        pytest.raises(IntegrityError, match="known_findingkind"),
        ledger.engine.begin() as connection,
    ):
        connection.execute(text("UPDATE finding SET kind = 'unheard_of'"))


def test_findings_of_kinds_that_came_later_go_with_their_decisions_when_migrated_down(
    ledger: Ledger,
) -> None:
    with ledger.engine.begin() as connection:
        connection.execute(text(DECIDED_ROWS))
        connection.execute(text("UPDATE finding SET kind = 'unheard_of' WHERE id = 1"))
    move_to(ledger, "0007", down=True)
    kept = kept_rows(ledger)
    assert [row[0] for row in kept["finding"]] == ["rate_impossible"]
    assert kept["decision"] == []


def test_kind_that_only_a_newer_version_knows_is_told(ledger: Ledger) -> None:
    with ledger.engine.begin() as connection:
        connection.execute(text(DECIDED_ROWS))
        connection.execute(text("UPDATE finding SET kind = 'unheard_of' WHERE id = 1"))
    with ledger.transaction() as session, pytest.raises(UnknownValue, match="unheard_of"):
        session.scalars(select(Finding)).all()


def test_kind_that_there_is_not_is_never_stored(ledger: Ledger) -> None:
    with ledger.engine.begin() as connection:
        connection.execute(text(DECIDED_ROWS))
    with ledger.transaction() as session:
        session.scalars(select(Finding)).first().kind = "unheard_of"
        with pytest.raises(StatementError, match="unheard_of"):
            session.flush()
        session.rollback()
