"""Recovery: a document once done stays in the panel while it is read anew

Revision ID: 0005
Revises: 0004
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# The view's text as of this revision, and as of the one before.
PANEL, PANEL_BEFORE = (
    Path(__file__).with_name(f"{number}_panel.sql") for number in ("0005", "0001")
)

# Those that are to be read anew and whose reading has not begun still have whole results.
FINISHED_ONCE = """
    UPDATE document
    SET done_at = COALESCE(
        (SELECT max(ended_at) FROM stage_run WHERE document_id = document.id AND stage = 'audit'
          AND outcome = 'done'),
        CASE WHEN state = 'done' THEN changed_at END
    )
    WHERE state = 'done' OR (state IN ('waiting', 'running') AND stage = 'read')
"""

CHECKS = {
    "done": "state <> 'done' OR done_at IS NOT NULL",
    "gone": "state NOT IN ('refused', 'withdrawn') OR done_at IS NULL",
    "anew": "done_at IS NULL OR stage IS NULL OR stage = 'read'",
}


def upgrade() -> None:
    op.add_column("document", sa.Column("done_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(FINISHED_ONCE)
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_document_{name}"), "document", condition)
    op.execute("DROP VIEW panel")
    op.execute(PANEL.read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("DROP VIEW panel")
    op.execute(PANEL_BEFORE.read_text(encoding="utf-8"))
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_document_{name}"), "document")
    op.drop_column("document", "done_at")
