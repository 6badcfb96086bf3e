"""Whose trouble an error is: a service's is never counted against a document, and no error of ours
is told to a file's owner.
"""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from schema.columns import UnknownValue
from schema.kinds import DocumentState, Stage
from schema.tables import StageRun
from tests.workers.test_schema import move_to
from tests.workers.test_tasks import SAMPLE, rung, state, store_and_record
from workers.database import SchemaMissing, SchemaNewer, SchemaOlder, check_schema, migrate
from workers.errors import CatalogueError, GivenUp, SettingError
from workers.failing import is_of_service
from workers.ledger import Ledger
from workers.stages import tasks

__all__ = ["rung"]  # the fixture

STATEMENT = "SELECT document.secret FROM document"


def told_by_server(kind: type[psycopg.Error]) -> Exception:
    """The error as SQLAlchemy raises it."""
    found = DBAPIError.instance(
        STATEMENT, {}, kind(f"no such thing\nLINE 1: {STATEMENT}"), psycopg.Error, dialect=None
    )
    assert isinstance(found, DBAPIError)
    return found


OF_SERVICES = [
    told_by_server(kind)
    for kind in (
        errors.ConnectionFailure,  # 08
        errors.FeatureNotSupported,  # 0A
        errors.NotNullViolation,  # a column of a newer schema
        errors.ForeignKeyViolation,  # an indicator of a newer catalogue
        errors.ReadOnlySqlTransaction,  # 25
        errors.InvalidSqlStatementName,  # 26, behind a pooler
        errors.InvalidAuthorizationSpecification,  # 28
        errors.InvalidCatalogName,  # 3D
        errors.InvalidSchemaName,  # 3F
        errors.DeadlockDetected,  # 40
        errors.UndefinedTable,  # 42, of a newer schema
        errors.UndefinedColumn,
        errors.DuplicatePreparedStatement,
        errors.InsufficientPrivilege,
        errors.DiskFull,  # 53
        errors.LockNotAvailable,  # 55
        errors.AdminShutdown,  # 57
        errors.IoError,  # 58
        errors.IndexCorrupted,  # XX
        psycopg.OperationalError,
    )
] + [
    NoConnectionFree("QueuePool limit"),
    UnknownValue("(Stage: weigh)"),
    SettingError("FAZHI_DATABASE_URL"),
    CatalogueError("a key"),
    OSError(28, "No space left on device", "/store"),
]
OF_DOCUMENTS = [
    told_by_server(kind)
    for kind in (
        errors.NumericValueOutOfRange,
        errors.UniqueViolation,
        errors.CheckViolation,
        errors.ProgramLimitExceeded,
        psycopg.DataError,
    )
] + [ZeroDivisionError(STATEMENT), FileNotFoundError(2, "none", "/store/a")]


@pytest.mark.parametrize("error", OF_SERVICES, ids=repr)
def test_error_of_a_service_is_known(error: Exception) -> None:
    assert is_of_service(error)


def test_trouble_of_services_is_never_counted_against_a_document(
    tmp_path: Path, rung: list[tuple[int, Stage]], monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id = store_and_record(tmp_path, SAMPLE.read_bytes())
    for error in OF_SERVICES:

        def fail(*_: object, error: Exception = error, **__: object) -> None:
            raise error

        monkeypatch.setattr(tasks, "read_file", fail)
        assert not tasks.run_stage(Stage.READ, document_id)
        found = state(document_id)
        assert (found.state, found.attempts) == (DocumentState.WAITING, 0), error
        assert STATEMENT not in (found.reason or "")


@pytest.mark.parametrize("error", OF_DOCUMENTS, ids=lambda error: repr(error)[:40])
def test_owner_of_a_file_is_told_no_error_of_ours(
    tmp_path: Path,
    rung: list[tuple[int, Stage]],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    document_id = store_and_record(tmp_path, SAMPLE.read_bytes())

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(tasks, "read_file", fail)
    for _ in range(2):
        tasks.run_stage(Stage.READ, document_id)
    assert [one.reason for one in tasks.ledger().unreturned()] == [GivenUp().notice]
    with tasks.ledger().transaction() as session:
        told = [run.error or "" for run in session.query(StageRun)]
    assert len(told) == 2
    assert all(told)


def test_old_worker_under_a_newer_schema_hands_back_and_goes_on_when_it_is_its_own_again(
    tmp_path: Path, rung: list[tuple[int, Stage]]
) -> None:
    document_id = store_and_record(tmp_path, SAMPLE.read_bytes())
    assert tasks.run_stage(Stage.READ, document_id)

    def change(statement: str) -> None:
        with tasks.ledger().engine.begin() as connection:
            connection.execute(text(statement))

    for table, old, new in (
        ("report", "COLUMN edits", "repairs"),
        ("report", "COLUMN text", "clean_text"),
        ("document", "COLUMN due_at", "due"),
        ("stage_run", "COLUMN worker", "who"),
    ):
        change(f"ALTER TABLE {table} RENAME {old} TO {new}")
        assert not tasks.run_stage(Stage.CLEAN, document_id)
        change(f"ALTER TABLE {table} RENAME {new} TO {old.split()[1]}")
        found = state(document_id)
        assert (found.state, found.attempts) == (DocumentState.WAITING, 0), old
    change("ALTER TABLE report ADD more int NOT NULL DEFAULT 1")  # is no trouble
    assert tasks.run_stage(Stage.CLEAN, document_id)


def test_schema_that_is_not_the_programs_own_is_a_sentence(
    ledger: Ledger, database_url: str, tmp_path: Path
) -> None:
    check_schema(ledger.engine)
    move_to(ledger, "0017", down=True)
    with pytest.raises(SchemaOlder, match=r"0017.*fazhi migrate|fazhi migrate.*0017"):
        check_schema(ledger.engine)
    with ledger.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for act in (check_schema, migrate):
        with pytest.raises(SchemaNewer, match="update fazhi"):
            act(ledger.engine)
    with ledger.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    env = {"FAZHI_HOME": str(tmp_path), "FAZHI_DATABASE_URL": database_url}
    done = subprocess.run(
        [sys.executable, "-m", "workers.cli", "watch"], env=env, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (1, f"Error: {SchemaMissing()}\n")
