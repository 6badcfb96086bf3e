"""The queue: claims, priority, findings of an issuer; decisions that are undone and carried over

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The values that the kinds may take as of this revision, and as of the one before.
KINDS_BEFORE = (
    "law_item_missing", "published_late", "report_overdue", "issuer_unknown", "place_ambiguous",
    "title_missing",
    "year_conflict", "stale_year", "rate_impossible", "rate_over_100", "part_exceeds_whole",
    "sum_mismatch",
    "figures_conflict", "odd_bound", "lost_characters", "damaged_number", "damaged_date",
    "garbled_text",
    "repeated_passage", "low_ocr_confidence", "truncated", "near_duplicate",
    "conflicting_resubmission",
    "outlier_in_time", "outlier_among_peers",
)  # fmt: skip
KINDS = (*KINDS_BEFORE, "average_absurd")
ACTIONS_BEFORE = ("accept", "correct", "dismiss")
ACTIONS = (*ACTIONS_BEFORE, "undo")

OF = "num_nonnulls(document_id, issuer_id) = 1 AND (issuer_id IS NULL) = (year IS NULL)"
VERDICT_BEFORE = "(state = 'settled') = (verdict IS NOT NULL)"
VERDICT = f"{VERDICT_BEFORE} AND verdict <> 'undo'"
CLAIM = (
    "(state = 'claimed') = (claimed_by IS NOT NULL) AND (state = 'claimed') = "
    "(claimed_until IS NOT NULL)"
)


def upgrade() -> None:
    _widen_kinds(KINDS, ACTIONS)
    _add_columns()
    # Until a report is audited again, the severity alone weighs; a key is kind:about:place.
    op.execute(
        "UPDATE finding SET priority = CASE severity WHEN 'wrong' THEN 300 WHEN "
        "'check' THEN 200 ELSE 100 END"
    )
    op.execute("UPDATE finding SET across = false")
    op.execute("UPDATE finding SET about = NULLIF(split_part(key, ':', 2), '')")
    op.execute("UPDATE finding SET state = 'open' WHERE state = 'claimed'")
    # A settled finding rests on what it rested on:
    # one whose evidence changed since was opened again.
    op.execute(
        "UPDATE decision SET evidence = finding.evidence FROM finding"
        " WHERE finding.id = decision.finding_id AND finding.state = 'settled'"
    )
    for column in ("across", "priority"):
        op.alter_column("finding", column, nullable=False)
    _exchange_constraints()
    _exchange_indexes()


def downgrade() -> None:
    _restore_indexes()
    _restore_rows()
    op.drop_constraint(op.f("ck_finding_claim"), "finding")
    op.drop_constraint(op.f("ck_finding_of"), "finding")
    op.drop_constraint(op.f("uq_finding_document_id_issuer_id_year_key"), "finding")
    op.create_unique_constraint(
        op.f("uq_finding_document_id_key"), "finding", ["document_id", "key"]
    )
    op.drop_constraint(op.f("ck_finding_verdict"), "finding")
    op.create_check_constraint(op.f("ck_finding_verdict"), "finding", VERDICT_BEFORE)
    for column in (
        "issuer_id",
        "year",
        "about",
        "across",
        "details",
        "priority",
        "claimed_by",
        "claimed_until",
    ):
        op.drop_column("finding", column)
    for column in ("evidence", "carried_from"):
        op.drop_column("decision", column)
    op.alter_column("finding", "document_id", nullable=False)
    _widen_kinds(KINDS_BEFORE, ACTIONS_BEFORE)


def _widen_kinds(kinds: tuple[str, ...], actions: tuple[str, ...]) -> None:
    _allow("finding", "kind", "known_findingkind", kinds)
    _allow("finding", "verdict", "known_action", actions)
    _allow("decision", "action", "known_action", actions)


def _allow(table: str, column: str, name: str, values: tuple[str, ...]) -> None:
    op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
    listed = ", ".join(f"'{value}'" for value in values)
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, f"{column} IN ({listed})")


def _add_columns() -> None:
    op.alter_column("finding", "document_id", nullable=True)
    for column in (
        sa.Column("issuer_id", sa.BigInteger(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("across", sa.Boolean(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("finding", column)
    op.create_foreign_key(op.f("fk_finding_issuer_id"), "finding", "issuer", ["issuer_id"], ["id"])
    op.add_column("decision", sa.Column("evidence", sa.Text(), nullable=True))
    op.add_column("decision", sa.Column("carried_from", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_decision_carried_from"), "decision", "decision", ["carried_from"], ["id"]
    )


def _exchange_constraints() -> None:
    op.drop_constraint(op.f("uq_finding_document_id_key"), "finding")
    op.create_unique_constraint(
        op.f("uq_finding_document_id_issuer_id_year_key"),
        "finding",
        ["document_id", "issuer_id", "year", "key"],
        postgresql_nulls_not_distinct=True,
    )
    op.create_check_constraint(op.f("ck_finding_of"), "finding", OF)
    op.drop_constraint(op.f("ck_finding_verdict"), "finding")
    op.create_check_constraint(op.f("ck_finding_verdict"), "finding", VERDICT)
    op.create_check_constraint(op.f("ck_finding_claim"), "finding", CLAIM)


def _exchange_indexes() -> None:
    op.drop_index("ix_finding_open", "finding")
    op.drop_index("ix_finding_kind", "finding")
    order: tuple[sa.TextClause | str, ...] = (sa.text("priority DESC"), "id")
    op.create_index(
        "ix_finding_queue", "finding", order, postgresql_where="state <> 'settled' AND present"
    )
    op.create_index(
        "ix_finding_settled", "finding", order, postgresql_where="state = 'settled' AND present"
    )
    op.create_index("ix_finding_kind", "finding", ["kind", *order], postgresql_where="present")
    op.create_index(
        "ix_finding_claimed", "finding", ["claimed_by"], postgresql_where="state = 'claimed'"
    )
    op.create_index(
        "ix_finding_issuer",
        "finding",
        ["issuer_id", "year"],
        postgresql_where="issuer_id IS NOT NULL",
    )


def _restore_indexes() -> None:
    for name in ("queue", "settled", "kind", "claimed", "issuer"):
        op.drop_index(f"ix_finding_{name}", "finding")
    op.create_index("ix_finding_kind", "finding", ["kind"])
    op.create_index(
        "ix_finding_open",
        "finding",
        ["severity", "id"],
        postgresql_where="state <> 'settled' AND present",
    )


def _restore_rows() -> None:
    """What the older schema cannot say: findings of no document, of newer kinds,
    and undone decisions, are dropped.
    """
    op.execute("UPDATE decision SET carried_from = NULL")
    op.execute(
        "DELETE FROM decision USING finding WHERE finding.id = finding_id"
        " AND (action = 'undo' OR document_id IS NULL OR kind = 'average_absurd')"
    )
    op.execute("DELETE FROM finding WHERE document_id IS NULL OR kind = 'average_absurd'")
    op.execute(
        "UPDATE finding SET state = 'open', claimed_by = NULL, claimed_until = NULL "
        "WHERE state = 'claimed'"
    )
