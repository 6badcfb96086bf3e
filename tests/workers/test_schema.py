"""Models and migrations agree, and the constraints hold."""

import math

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from schema.tables import Base, Document, Indicator, Metric, Report
from workers.database import migrate
from workers.ledger import Ledger
from workers.report.catalogue import indicators


def test_migrated_database_is_what_the_models_say(ledger: Ledger) -> None:
    with ledger.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


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


def test_sequence_and_view_are_made(ledger: Ledger) -> None:
    with ledger.engine.connect() as connection:
        assert connection.scalar(text("SELECT nextval('claim_token')"))
        assert connection.scalar(text("SELECT count(*) FROM panel")) == 0


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_figure_that_is_no_number_is_refused(ledger: Ledger, value: float) -> None:
    with ledger.transaction() as session:
        document = Document(sha256="a" * 64, size=1, state="done", stage=None)
        session.add(document)
        session.flush()
        report = {"rules_version": "x", "name": "n", "media_type": "t", "page_starts": [0], "raw_text": "1"}
        session.add(Report(document_id=document.id, **report))
        session.flush()
        figure = {"key": "0-1", "ordinal": 0, "unit": "", "bound": "exact", "status": "done", "quote": "1", "start": 0}
        figure |= {"end": 1, "raw_start": 0, "raw_end": 1, "page": 1, "confidence": 1, "why": ""}
        session.add(Metric(document_id=document.id, value=value, **figure))
        with pytest.raises(IntegrityError, match="finite"):
            session.flush()
        session.rollback()
