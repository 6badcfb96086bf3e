"""Headers, figures and bodies can be put right by a person, with the history of it

Revision ID: 0023
Revises: 0022
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

HERE = Path(__file__)
OF_FIGURES = (
    ("human_high", sa.Float()),
    ("human_bound", sa.String(32)),
    ("human_status", sa.String(32)),
    ("human_subject", sa.Text()),
    ("human_period", sa.Text()),
    ("human_removed", sa.Boolean()),
)
OF_CELLS = (("human_bound", sa.String(32)), ("human_high", sa.Float()))


def upgrade() -> None:
    _add_corrections()
    op.add_column("report", sa.Column("read_header", postgresql.JSONB(), nullable=True))
    _add_link("report", "signed_id")
    op.execute("UPDATE report SET signed_id = issuer_id")
    _add_link("issuer", "merged_into")
    for name, kind in OF_FIGURES:
        op.add_column("metric", sa.Column(name, kind, nullable=True))
    op.add_column(
        "metric", sa.Column("added", sa.Boolean(), nullable=False, server_default="false")
    )
    op.create_check_constraint(
        op.f("ck_metric_human_high"),
        "metric",
        "human_high >= human_value AND human_high < 'Infinity'",
    )
    op.drop_constraint(op.f("fk_metric_human_indicator"), "metric")
    for name, kind in OF_CELLS:
        op.add_column("cell", sa.Column(name, kind, nullable=True))
    op.execute(_read("0024_panel.sql"))


def downgrade() -> None:
    op.execute(_read("0013_panel.sql").replace("CREATE VIEW", "CREATE OR REPLACE VIEW"))
    for name, _ in OF_CELLS:
        op.drop_column("cell", name)
    op.execute("DELETE FROM metric WHERE added AND ordinal < 0")
    op.execute("UPDATE metric SET human_indicator = NULL WHERE human_indicator = ''")
    op.create_foreign_key(
        op.f("fk_metric_human_indicator"), "metric", "indicator", ["human_indicator"], ["code"]
    )
    op.drop_constraint(op.f("ck_metric_human_high"), "metric")
    op.drop_column("metric", "added")
    for name, _ in OF_FIGURES:
        op.drop_column("metric", name)
    op.execute("UPDATE report SET issuer_id = signed_id")
    op.drop_column("issuer", "merged_into")
    op.drop_column("report", "signed_id")
    op.drop_column("report", "read_header")
    op.drop_table("correction")


def _add_corrections() -> None:
    op.create_table(
        "correction",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("act", sa.BigInteger(), nullable=True),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("figure", sa.Text(), nullable=True),
        sa.Column("issuer_id", sa.BigInteger(), nullable=True),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column(
            "made_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(document_id, issuer_id) = 1", name=op.f("ck_correction_of")
        ),
        sa.CheckConstraint(
            "figure IS NULL OR document_id IS NOT NULL", name=op.f("ck_correction_figure")
        ),
        sa.CheckConstraint(
            "(undone_by IS NULL) = (undone_at IS NULL)", name=op.f("ck_correction_undone")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_correction_document_id")
        ),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuer.id"], name=op.f("fk_correction_issuer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    for name in ("act", "document_id", "issuer_id"):
        op.create_index(op.f(f"ix_correction_{name}"), "correction", [name])


def _add_link(table: str, column: str) -> None:
    """To an issuer."""
    op.add_column(table, sa.Column(column, sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f(f"fk_{table}_{column}"), table, "issuer", [column], ["id"])
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _read(name: str) -> str:
    return HERE.with_name(name).read_text(encoding="utf-8")
