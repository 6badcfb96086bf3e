"""Whose a dropped file was, and when it could not be given back

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NUMBERS = ("mode", "uid", "gid")
TRIED = "return_tried_at"


def upgrade() -> None:
    for name in NUMBERS:
        op.add_column("arrival", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("arrival", sa.Column(TRIED, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in (*NUMBERS, TRIED):
        op.drop_column("arrival", name)
