"""What each process does; when the sweep and a backup last ended; the documents that ended

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    now = sa.func.clock_timestamp()
    does: sa.Column[list[str]] = sa.Column(
        "does", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False
    )
    op.add_column("process", does)
    op.create_table(
        "chore",
        sa.Column("chore", sa.String(32), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("times", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("documents", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chore", name=op.f("pk_chore")),
    )
    op.create_index(
        "ix_document_ended",
        "document",
        ["state"],
        postgresql_where=sa.text("state NOT IN ('waiting', 'running')"),
    )


def downgrade() -> None:
    op.drop_index("ix_document_ended", "document")
    op.drop_table("chore")
    op.drop_column("process", "does")
