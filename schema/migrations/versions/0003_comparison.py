"""Comparison across reports: fingerprints and the roster

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LEVELS = ("province", "city", "county", "township", "department")


def upgrade() -> None:
    op.create_table(
        "fingerprint",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("sketch", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_fingerprint_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fingerprint")),
        sa.UniqueConstraint("document_id", name=op.f("uq_fingerprint_document_id")),
    )
    op.create_table(
        "band",
        sa.Column("gram", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fingerprint_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("gram", "fingerprint_id", name=op.f("pk_band")),
    )
    level = sa.Enum(
        *LEVELS, name="known_level", native_enum=False, create_constraint=True, length=32
    )
    op.create_table(
        "roster_entry",
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("level", level, nullable=False),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["issuer_id"], ["issuer.id"], name=op.f("fk_roster_entry_issuer_id")
        ),
        sa.PrimaryKeyConstraint("issuer_id", name=op.f("pk_roster_entry")),
    )
    op.create_index("ix_report_year_issuer", "report", ["year", "issuer_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_report_year_issuer", table_name="report")
    op.drop_table("roster_entry")
    op.drop_table("band")
    op.drop_table("fingerprint")
