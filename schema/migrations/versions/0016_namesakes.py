"""Bodies of one name in different counties, and what says which county it is

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BEFORE, AFTER = ("name", "county", "province"), ("name", "county", "province", "folder")


def upgrade() -> None:
    op.add_column("report", sa.Column("folder", sa.Text(), nullable=False, server_default=""))
    op.add_column("report", sa.Column("known_by", sa.String(32), nullable=True))
    op.create_index("ix_report_folder", "report", ["folder"])
    # The nightly run reads the reports anew by the new rules, which use it.
    op.execute("""
        UPDATE report SET
            known_by = CASE WHEN county IS NOT NULL THEN 'text' END,
            folder = COALESCE((
                SELECT arrival.folder FROM arrival
                WHERE arrival.document_id = report.document_id ORDER BY arrival.id LIMIT 1
            ), '')
    """)
    op.add_column("issuer", sa.Column("folder", sa.Text(), nullable=True))
    _unique(BEFORE, AFTER)


def downgrade() -> None:
    # Still bodies of their own, until an older program reads their reports anew.
    op.execute("""
        UPDATE issuer SET county = COALESCE(NULLIF(folder, ''), '不明') WHERE folder IS NOT NULL
    """)
    _unique(AFTER, BEFORE)
    op.drop_column("issuer", "folder")
    op.drop_index("ix_report_folder", "report")
    op.drop_column("report", "known_by")
    op.drop_column("report", "folder")


def _unique(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(f"uq_issuer_{'_'.join(before)}"), "issuer")
    op.create_unique_constraint(
        op.f(f"uq_issuer_{'_'.join(after)}"), "issuer", after, postgresql_nulls_not_distinct=True
    )
