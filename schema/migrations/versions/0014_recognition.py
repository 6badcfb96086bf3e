"""A scan that is read anew waits for its recognition

Revision ID: 0014
Revises: 0013
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NAME = "ck_document_anew"
BEFORE = "done_at IS NULL OR stage IS NULL OR stage = 'read'"
NOW = "done_at IS NULL OR stage IS NULL OR stage IN ('read', 'recognise')"


def upgrade() -> None:
    op.drop_constraint(op.f(NAME), "document", type_="check")
    op.create_check_constraint(op.f(NAME), "document", NOW)


def downgrade() -> None:
    # The version before knows no such stage: its reader refuses a scan.
    op.execute("UPDATE document SET stage = 'read' WHERE stage = 'recognise'")
    op.execute("DELETE FROM stage_run WHERE stage = 'recognise'")
    op.drop_constraint(op.f(NAME), "document", type_="check")
    op.create_check_constraint(op.f(NAME), "document", BEFORE)
