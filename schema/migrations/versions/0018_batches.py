"""What is due of a stage in its order; the holders of a gram in one row

Revision ID: 0018
Revises: 0017
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('waiting', 'running')")
DUE: list[str | sa.TextClause] = [
    "stage",
    sa.text("(done_at IS NOT NULL)"),
    "due_at",
    "id",
]
HELD: sa.Column[Any] = sa.Column("holders", postgresql.ARRAY(sa.BigInteger()), nullable=False)
EACH: sa.Column[Any] = sa.Column("fingerprint_id", sa.BigInteger(), nullable=False)


def upgrade() -> None:
    _index(DUE)
    _store(
        HELD,
        "SELECT gram, array_agg(fingerprint_id ORDER BY fingerprint_id) FROM band GROUP BY gram",
        key=["gram"],
    )


def downgrade() -> None:
    _store(
        EACH,
        "SELECT gram, unnest(holders) FROM band",
        key=["gram", "fingerprint_id"],
    )
    _index(["due_at"])


def _index(columns: Sequence[str | sa.TextClause]) -> None:
    op.drop_index("ix_document_due", "document")
    op.create_index("ix_document_due", "document", columns, postgresql_where=OPEN)


def _store(column: sa.Column[Any], rows: str, *, key: list[str]) -> None:
    """The same grams in another form; the key is made when all are there."""
    gram = sa.Column("gram", sa.BigInteger(), nullable=False)
    op.create_table("band_anew", gram, column)
    op.execute(f"INSERT INTO band_anew {rows}")
    op.drop_table("band")
    op.rename_table("band_anew", "band")
    op.create_primary_key(op.f("pk_band"), "band", key)
