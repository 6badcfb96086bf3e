"""Numbers: the panel's rows are kept, so that an index answers for one indicator, one body,
one year

Revision ID: 0006
Revises: 0005
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TRIGGERS = Path(__file__).with_name("0006_panel_figure.sql")
WATCHED = ("document", "arrival", "report", "metric", "finding")


def upgrade() -> None:
    op.create_table(
        "panel_figure",
        sa.Column("issuer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("bound", sa.Text(), nullable=False),
        sa.Column("corrected", sa.Boolean(), nullable=False),
        sa.Column("stated", sa.BigInteger(), nullable=False),
        sa.Column("metric_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("issuer_id", "year", "indicator", name=op.f("pk_panel_figure")),
    )
    op.create_index("ix_panel_figure_document", "panel_figure", ["document_id"])
    op.create_index("ix_panel_figure_year", "panel_figure", ["year", "issuer_id", "indicator"])
    op.create_index(
        "ix_panel_figure_indicator", "panel_figure", ["indicator", "year", "value", "issuer_id"]
    )
    op.create_index(
        "ix_panel_figure_value", "panel_figure", ["indicator", "value", "issuer_id", "year"]
    )
    op.create_index(
        "ix_finding_created",
        "finding",
        ["created_at"],
        postgresql_include=["kind", "state", "verdict"],
        postgresql_where="present",
    )
    op.execute(TRIGGERS.read_text(encoding="utf-8"))


def downgrade() -> None:
    for table in WATCHED:
        op.execute(f"DROP TRIGGER keep_figures ON {table}")
    op.execute("DROP FUNCTION keep_figures")
    op.execute("DROP FUNCTION keep_figures_of")
    op.drop_index("ix_finding_created", "finding")
    op.drop_table("panel_figure")
