"""Figures again: a report without figures that is withdrawn gives the panel
back to the one before it

Revision ID: 0007
Revises: 0006
"""

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

HERE = Path(__file__)
# The functions' and the view's text as of this revision, and as of those before.
FUNCTIONS, FUNCTIONS_BEFORE = (
    HERE.with_name("0007_panel_figure.sql"),
    HERE.with_name("0006_panel_figure.sql"),
)
PANEL, PANEL_BEFORE = HERE.with_name("0007_panel.sql"), HERE.with_name("0005_panel.sql")

REFILL = """
    TRUNCATE panel_figure;
    INSERT INTO panel_figure
    SELECT issuer_id, year, indicator, value, unit, bound, corrected, stated, metric_id, document_id
      FROM panel;
    ANALYZE panel_figure;
"""


def upgrade() -> None:
    _put(PANEL, FUNCTIONS.read_text(encoding="utf-8"))


def downgrade() -> None:
    before = FUNCTIONS_BEFORE.read_text(encoding="utf-8").replace(
        "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
    )
    _put(PANEL_BEFORE, before[: before.index("CREATE CONSTRAINT TRIGGER")])


def _put(panel: Path, functions: str) -> None:
    op.execute("DROP VIEW panel")
    op.execute(panel.read_text(encoding="utf-8"))
    op.execute(functions)
    op.execute(REFILL)
