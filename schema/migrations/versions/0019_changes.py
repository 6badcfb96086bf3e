"""What reading anew changed; the rules in force, and who has which

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    now = sa.text("clock_timestamp()")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", moment, server_default=now, nullable=False),
        sa.Column("of", sa.String(32), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("raw_start", sa.Integer(), nullable=True),
        sa.Column("raw_end", sa.Integer(), nullable=True),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.Column("rules_before", sa.String(32), nullable=False),
        sa.Column("rules_after", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_change_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sa.CheckConstraint(
            "before IS NOT NULL OR after IS NOT NULL", name=op.f("ck_change_something")
        ),
    )
    op.create_index(op.f("ix_change_document_id"), "change", ["document_id"])
    op.create_index("ix_change_changed_at", "change", ["changed_at"])
    op.create_table(
        "rules_in_force",
        sa.Column("one", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("rules", sa.String(32), nullable=False),
        sa.Column("since", moment, server_default=now, nullable=False),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_rules_in_force")),
        sa.CheckConstraint("one", name=op.f("ck_rules_in_force_one")),
    )
    op.create_table(
        "process",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rules", sa.String(32), nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("seen_at", moment, server_default=now, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_process")),
    )


def downgrade() -> None:
    for table in ("process", "rules_in_force", "change"):
        op.drop_table(table)
