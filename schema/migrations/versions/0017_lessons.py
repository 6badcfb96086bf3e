"""What people taught of groups of figures

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    now = sa.text("clock_timestamp()")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "lesson",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=True),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", moment, server_default=now, nullable=False),
        sa.Column("entry", sa.JSON(), nullable=True),
        sa.Column("words", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("effect", postgresql.JSONB(), nullable=True),
        sa.Column("taken_by", sa.Text(), nullable=True),
        sa.Column("taken_at", moment, nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("undone_at", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["indicator"], ["indicator.code"], name=op.f("fk_lesson_indicator_indicator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
        sa.CheckConstraint("taken_at IS NULL OR entry IS NOT NULL", name=op.f("ck_lesson_tried")),
        sa.CheckConstraint(
            "undone_at IS NULL OR taken_at IS NOT NULL", name=op.f("ck_lesson_undone")
        ),
    )
    op.create_index(
        "ix_lesson_standing",
        "lesson",
        ["unit", "noun", "verb"],
        unique=True,
        postgresql_where=sa.text("taken_at IS NOT NULL AND undone_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("lesson")
