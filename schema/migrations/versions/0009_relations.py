"""Relations: what the words of a report say of two or more of its figures

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Empty at first: a report that older rules read is read anew by the nightly run.
    op.create_table(
        "relation",
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("metric_keys", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("sure", sa.String(32), nullable=False),
        sa.Column("entry", sa.Text(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("raw_start", sa.Integer(), nullable=False),
        sa.Column("raw_end", sa.Integer(), nullable=False),
        sa.CheckConstraint("cardinality(metric_keys) > 0", name=op.f("ck_relation_figures")),
        sa.CheckConstraint('start < "end" AND raw_start < raw_end', name=op.f("ck_relation_span")),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["report.document_id"],
            name=op.f("fk_relation_document_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", "ordinal", name=op.f("pk_relation")),
    )


def downgrade() -> None:
    op.drop_table("relation")
