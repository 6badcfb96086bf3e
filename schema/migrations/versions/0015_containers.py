"""Which files came out of others

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

CHECKS = {
    "due_stage": "(stage IS NULL) = (state IN ({}))",
    "gone": "state NOT IN ({}) OR done_at IS NULL",
}
BEFORE = {"due_stage": "'done', 'refused', 'withdrawn'", "gone": "'refused', 'withdrawn'"}
AFTER = {name: f"{states}, 'unpacked'" for name, states in BEFORE.items()}


def upgrade() -> None:
    container = sa.Column("container_id", sa.BigInteger(), nullable=True)
    op.add_column("arrival", container)
    op.create_foreign_key(
        op.f("fk_arrival_container_id_document"), "arrival", "document", ["container_id"], ["id"]
    )
    op.create_index(
        "ix_arrival_container",
        "arrival",
        ["container_id"],
        postgresql_where=sa.text("container_id IS NOT NULL"),
    )
    _check(AFTER)


def downgrade() -> None:
    # An older program has no word for it: it reads them anew, and refuses them.
    op.execute("UPDATE document SET state = 'waiting', stage = 'read' WHERE state = 'unpacked'")
    _check(BEFORE)
    op.drop_index("ix_arrival_container", "arrival")
    op.drop_column("arrival", "container_id")


def _check(states: dict[str, str]) -> None:
    for name, condition in CHECKS.items():
        op.drop_constraint(op.f(f"ck_document_{name}"), "document")
        op.create_check_constraint(
            op.f(f"ck_document_{name}"), "document", condition.format(states[name])
        )
