"""Cells: what the figures of a report come to, made by one rule that is shown

Revision ID: 0013
Revises: 0012
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

HERE = Path(__file__)
KEPT = (
    "issuer_id, year, indicator, value, high, unit, bound, rule, why, corrected, stated, "
    "metric_id, document_id"
)
KEPT_BEFORE = (
    "issuer_id, year, indicator, value, unit, bound, corrected, stated, metric_id, document_id"
)

# Until a report is read anew, which the nightly run does: where it stated one figure, that; where
# it stated several, a person must be asked which.
FROM_THE_VIEW_BEFORE = """
    INSERT INTO cell (document_id, indicator, rule, value, unit, bound, why, terms, omitted,
                      metric_id, corrected)
    SELECT panel.document_id, panel.indicator,
           CASE WHEN panel.stated = 1 THEN 'once' ELSE 'unclear' END,
           CASE WHEN panel.stated = 1 THEN panel.value END, panel.unit, panel.bound,
           CASE WHEN panel.stated > 1 THEN 'overlap' END,
           jsonb_build_array(jsonb_build_object(
               'figures', jsonb_build_array(metric.key), 'quotes', jsonb_build_array(metric.quote),
               'value', panel.value, 'high', NULL, 'unit', panel.unit, 'bound', panel.bound)),
           '[]', panel.metric_id, panel.corrected
    FROM panel
    JOIN metric ON metric.id = panel.metric_id
"""


def upgrade() -> None:
    op.create_table(
        "cell",
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("rule", sa.String(32), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("high", sa.Float(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("bound", sa.String(32), nullable=False),
        sa.Column("why", sa.String(32), nullable=True),
        sa.Column("terms", postgresql.JSONB(), nullable=False),
        sa.Column("omitted", postgresql.JSONB(), nullable=False),
        sa.Column("metric_id", sa.BigInteger(), nullable=False),
        sa.Column("corrected", sa.Boolean(), nullable=False),
        sa.Column("human_value", sa.Float(), nullable=True),
        sa.Column("human_unit", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "value > '-Infinity' AND value < 'Infinity'", name=op.f("ck_cell_finite")
        ),
        sa.CheckConstraint(
            "human_value > '-Infinity' AND human_value < 'Infinity'",
            name=op.f("ck_cell_human_finite"),
        ),
        sa.CheckConstraint("(value IS NULL) = (why IS NOT NULL)", name=op.f("ck_cell_empty")),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["report.document_id"],
            name=op.f("fk_cell_document_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["indicator"], ["indicator.code"], name=op.f("fk_cell_indicator")),
        sa.PrimaryKeyConstraint("document_id", "indicator", name=op.f("pk_cell")),
    )
    op.execute(FROM_THE_VIEW_BEFORE)
    for table in ("metric", "finding"):
        op.execute(f"DROP TRIGGER keep_figures ON {table}")
    op.execute("DROP VIEW panel")
    op.execute("TRUNCATE panel_figure")
    op.alter_column("panel_figure", "value", nullable=True)
    op.add_column("panel_figure", sa.Column("high", sa.Float(), nullable=True))
    op.add_column("panel_figure", sa.Column("rule", sa.Text(), nullable=False))
    op.add_column("panel_figure", sa.Column("why", sa.Text(), nullable=True))
    op.execute(_read("0013_panel.sql"))
    op.execute(_read("0013_panel_figure.sql"))
    op.execute("""
        CREATE CONSTRAINT TRIGGER keep_figures AFTER INSERT OR UPDATE OR DELETE ON cell
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keep_figures()
    """)
    _refill(KEPT)


def downgrade() -> None:
    op.execute("DROP TRIGGER keep_figures ON cell")
    op.execute("DROP VIEW panel")
    op.execute("TRUNCATE panel_figure")
    for column in ("why", "rule", "high"):
        op.drop_column("panel_figure", column)
    op.alter_column("panel_figure", "value", nullable=False)
    op.drop_table("cell")
    op.execute(_read("0007_panel.sql"))
    op.execute(_read("0007_panel_figure.sql"))
    watched = _read("0006_panel_figure.sql").split("CREATE CONSTRAINT TRIGGER")
    for trigger in watched[1:]:
        if " ON metric\n" in trigger or " ON finding\n" in trigger:
            statement = trigger.partition(";")[0]
            op.execute(f"CREATE CONSTRAINT TRIGGER{statement}")
    _refill(KEPT_BEFORE)


def _read(name: str) -> str:
    return HERE.with_name(name).read_text(encoding="utf-8")


def _refill(columns: str) -> None:
    op.execute(f"INSERT INTO panel_figure ({columns}) SELECT {columns} FROM panel")  # noqa: S608 - our own columns
    op.execute("ANALYZE panel_figure")
