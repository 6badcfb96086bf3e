"""Kinds and states are strings that the code checks, so that a new one needs no migration

Revision ID: 0008
Revises: 0007
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STAGES = ("read", "clean", "segment", "extract", "audit")
KINDS = (
    "law_item_missing", "published_late", "report_overdue", "issuer_unknown", "place_ambiguous",
    "title_missing", "year_conflict", "stale_year", "rate_impossible", "rate_over_100",
    "part_exceeds_whole", "sum_mismatch", "figures_conflict", "odd_bound", "lost_characters",
    "damaged_number", "damaged_date", "garbled_text", "repeated_passage", "low_ocr_confidence",
    "truncated", "near_duplicate", "conflicting_resubmission", "outlier_in_time",
    "outlier_among_peers", "average_absurd",
)  # fmt: skip
ACTIONS = ("accept", "correct", "dismiss", "undo")
DEEDS = (
    "signed_in", "sign_in_failed", "locked_out", "signed_out", "password_set", "account_added",
    "role_changed", "account_removed", "link_made", "token_made", "uploaded", "rerun", "withdrawn",
    "restored",
)  # fmt: skip

# (table, column, name of the constraint) → the values that the database allowed before.
CHECKS = {
    ("document", "state", "documentstate"): ("waiting", "running", "done", "refused", "withdrawn"),
    ("document", "stage", "stage"): STAGES,
    ("stage_run", "stage", "stage"): STAGES,
    ("stage_run", "outcome", "outcome"): ("done", "failed", "refused", "lost"),
    ("metric", "bound", "bound"): ("exact", "at_least", "at_most", "about"),
    ("metric", "status", "status"): ("done", "planned", "earlier"),
    ("finding", "kind", "findingkind"): KINDS,
    ("finding", "severity", "severity"): ("note", "check", "wrong"),
    ("finding", "state", "findingstate"): ("open", "claimed", "settled"),
    ("finding", "verdict", "action"): ACTIONS,
    ("decision", "action", "action"): ACTIONS,
    ("roster_entry", "level", "level"): ("province", "city", "county", "township", "department"),
    ("account", "role", "role"): ("reader", "reviewer", "admin"),
    ("token", "use", "tokenuse"): ("link", "api"),
    ("audit", "deed", "deed"): DEEDS,
}

FINDING = sa.table("finding", sa.column("id"), sa.column("kind"))
DECISION = sa.table("decision", sa.column("finding_id"))


def upgrade() -> None:
    for table, name, _ in _constraints():
        op.drop_constraint(name, table, type_="check")


def downgrade() -> None:
    # The version before knows no findings of kinds that came later.
    newer = sa.select(FINDING.c.id).where(FINDING.c.kind.not_in(KINDS))
    op.execute(sa.delete(DECISION).where(DECISION.c.finding_id.in_(newer)))
    op.execute(sa.delete(FINDING).where(FINDING.c.kind.not_in(KINDS)))
    # The panel follows the findings at the end of a transaction,
    # but no table is altered before it did.
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table, name, condition in _constraints():
        op.create_check_constraint(name, table, condition)


def _constraints() -> Iterator[tuple[str, str, sa.ColumnElement[bool]]]:
    """Each as table, name, condition."""
    for (table, column, of), values in CHECKS.items():
        yield table, op.f(f"ck_{table}_known_{of}"), sa.column(column).in_(values)
