"""How many pictures stand beside a report's text

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pictures = sa.Column("pictures", sa.Integer(), server_default="0", nullable=False)
    op.add_column("report", pictures)


def downgrade() -> None:
    op.drop_column("report", "pictures")
