"""Arrivals by time, for the batches that the desk follows

Revision ID: 0022
Revises: 0021
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_arrival_arrived_at", "arrival", ["arrived_at"])


def downgrade() -> None:
    op.drop_index("ix_arrival_arrived_at", table_name="arrival")
