"""First tables

Revision ID: 0001
Revises:
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# The view's text as of this revision; a later change of it is a later revision
# with a text of its own.
PANEL = Path(__file__).with_name("0001_panel.sql")


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("claim_token")))
    op.create_table(
        "document",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "refused",
                name="known_documentstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "read",
                "clean",
                "segment",
                "extract",
                "audit",
                name="known_stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "due_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("rung_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("retryable", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("rules_version", sa.String(length=32), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(stage IS NULL) = (state IN ('done', 'refused'))", name=op.f("ck_document_due_stage")
        ),
        sa.CheckConstraint(
            "(state = 'running') = (token IS NOT NULL AND lease_until IS NOT NULL)",
            name=op.f("ck_document_lease"),
        ),
        sa.CheckConstraint(
            "state <> 'refused' OR reason IS NOT NULL", name=op.f("ck_document_reason")
        ),
        sa.CheckConstraint("size >= 0 AND attempts >= 0", name=op.f("ck_document_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("sha256", name=op.f("uq_document_sha256")),
    )
    op.create_index("ix_document_changed", "document", ["changed_at"], unique=False)
    op.create_index(
        "ix_document_due",
        "document",
        ["due_at"],
        unique=False,
        postgresql_where="state IN ('waiting', 'running')",
    )
    op.create_index(
        "ix_document_refused",
        "document",
        ["id"],
        unique=False,
        postgresql_where="state = 'refused'",
    )
    op.create_table(
        "indicator",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("pillar", sa.Text(), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("dim", sa.Text(), nullable=False),
        sa.Column("means", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_indicator")),
    )
    op.create_table(
        "issuer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("province", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issuer")),
        sa.UniqueConstraint(
            "name",
            "county",
            "province",
            name=op.f("uq_issuer_name_county_province"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "nightly_run",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summary", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_nightly_run")),
    )
    op.create_table(
        "arrival",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("claim", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "arrived_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_arrival_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrival")),
        sa.UniqueConstraint("claim", name=op.f("uq_arrival_claim")),
    )
    op.create_index(op.f("ix_arrival_document_id"), "arrival", ["document_id"], unique=False)
    op.create_table(
        "finding",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "law_item_missing",
                "published_late",
                "report_overdue",
                "issuer_unknown",
                "place_ambiguous",
                "title_missing",
                "year_conflict",
                "stale_year",
                "rate_impossible",
                "rate_over_100",
                "part_exceeds_whole",
                "sum_mismatch",
                "figures_conflict",
                "odd_bound",
                "lost_characters",
                "damaged_number",
                "damaged_date",
                "garbled_text",
                "repeated_passage",
                "low_ocr_confidence",
                "truncated",
                "near_duplicate",
                "conflicting_resubmission",
                "outlier_in_time",
                "outlier_among_peers",
                name="known_findingkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "severity",
            sa.Enum(
                "note",
                "check",
                "wrong",
                name="known_severity",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("message_en", sa.Text(), nullable=False),
        sa.Column("spans", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("metric_keys", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("suggestion", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "claimed",
                "settled",
                name="known_findingstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "verdict",
            sa.Enum(
                "accept",
                "correct",
                "dismiss",
                name="known_action",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("present", sa.Boolean(), server_default="true", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(state = 'settled') = (verdict IS NOT NULL)", name=op.f("ck_finding_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_finding_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("document_id", "key", name=op.f("uq_finding_document_id_key")),
    )
    op.create_index("ix_finding_kind", "finding", ["kind"], unique=False)
    op.create_index(
        "ix_finding_open",
        "finding",
        ["severity", "id"],
        unique=False,
        postgresql_where="state <> 'settled' AND present",
    )
    op.create_table(
        "report",
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("rules_version", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=True),
        sa.Column("page_starts", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("raw_text", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("edits", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("issuer_id", sa.BigInteger(), nullable=True),
        sa.Column("township", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("province", sa.Text(), nullable=True),
        sa.Column("code", sa.String(length=12), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("published", sa.Date(), nullable=True),
        sa.Column("sentences", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("tokens", postgresql.TSVECTOR(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_report_document_id")
        ),
        sa.ForeignKeyConstraint(["issuer_id"], ["issuer.id"], name=op.f("fk_report_issuer_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_report")),
    )
    op.create_index("ix_report_issuer_year", "report", ["issuer_id", "year"], unique=False)
    op.create_index("ix_report_tokens", "report", ["tokens"], unique=False, postgresql_using="gin")
    op.create_table(
        "stage_run",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "read",
                "clean",
                "segment",
                "extract",
                "audit",
                name="known_stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "done",
                "failed",
                "refused",
                "lost",
                name="known_outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_stage_run_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_run")),
    )
    op.create_index(op.f("ix_stage_run_document_id"), "stage_run", ["document_id"], unique=False)
    op.create_index("ix_stage_run_started", "stage_run", ["started_at"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("finding_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "accept",
                "correct",
                "dismiss",
                name="known_action",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column(
            "decided_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_decision_finding_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_finding_id"), "decision", ["finding_id"], unique=False)
    op.create_table(
        "section",
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("heading_end", sa.Integer(), nullable=False),
        sa.Column("raw_start", sa.Integer(), nullable=False),
        sa.Column("raw_end", sa.Integer(), nullable=False),
        sa.CheckConstraint("level BETWEEN 0 AND 4", name=op.f("ck_section_level")),
        sa.CheckConstraint(
            'start <= heading_end AND heading_end <= "end" AND raw_start <= raw_end',
            name=op.f("ck_section_span"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["report.document_id"],
            name=op.f("fk_section_document_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", "ordinal", name=op.f("pk_section")),
    )
    op.create_table(
        "metric",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("section", sa.Integer(), nullable=True),
        sa.Column("indicator", sa.Text(), nullable=True),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column(
            "bound",
            sa.Enum(
                "exact",
                "at_least",
                "at_most",
                "about",
                name="known_bound",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "done",
                "planned",
                "earlier",
                name="known_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("raw_start", sa.Integer(), nullable=False),
        sa.Column("raw_end", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("period", sa.Text(), nullable=True),
        sa.Column("per", sa.Text(), nullable=True),
        sa.Column("part_of", sa.Text(), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("human_value", sa.Double(), nullable=True),
        sa.Column("human_unit", sa.Text(), nullable=True),
        sa.Column("human_indicator", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "human_value > '-Infinity' AND human_value < 'Infinity'",
            name=op.f("ck_metric_human_finite"),
        ),
        sa.CheckConstraint(
            "value > '-Infinity' AND value < 'Infinity'", name=op.f("ck_metric_finite")
        ),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("ck_metric_confidence")),
        sa.CheckConstraint('start < "end" AND raw_start < raw_end', name=op.f("ck_metric_span")),
        sa.ForeignKeyConstraint(
            ["document_id", "section"],
            ["section.document_id", "section.ordinal"],
            name=op.f("fk_metric_document_id_section"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["report.document_id"],
            name=op.f("fk_metric_document_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["human_indicator"], ["indicator.code"], name=op.f("fk_metric_human_indicator")
        ),
        sa.ForeignKeyConstraint(
            ["indicator"], ["indicator.code"], name=op.f("fk_metric_indicator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric")),
        sa.UniqueConstraint("document_id", "key", name=op.f("uq_metric_document_id_key")),
    )
    op.create_index(
        "ix_metric_indicator",
        "metric",
        ["indicator"],
        unique=False,
        postgresql_where="indicator IS NOT NULL",
    )
    op.execute(PANEL.read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute("DROP VIEW panel")
    op.drop_index(
        "ix_metric_indicator", table_name="metric", postgresql_where="indicator IS NOT NULL"
    )
    op.drop_table("metric")
    op.drop_table("section")
    op.drop_index(op.f("ix_decision_finding_id"), table_name="decision")
    op.drop_table("decision")
    op.drop_index("ix_stage_run_started", table_name="stage_run")
    op.drop_index(op.f("ix_stage_run_document_id"), table_name="stage_run")
    op.drop_table("stage_run")
    op.drop_index("ix_report_tokens", table_name="report", postgresql_using="gin")
    op.drop_index("ix_report_issuer_year", table_name="report")
    op.drop_table("report")
    op.drop_index(
        "ix_finding_open", table_name="finding", postgresql_where="state <> 'settled' AND present"
    )
    op.drop_index("ix_finding_kind", table_name="finding")
    op.drop_table("finding")
    op.drop_index(op.f("ix_arrival_document_id"), table_name="arrival")
    op.drop_table("arrival")
    op.drop_table("nightly_run")
    op.drop_table("issuer")
    op.drop_table("indicator")
    op.drop_index(
        "ix_document_refused", table_name="document", postgresql_where="state = 'refused'"
    )
    op.drop_index(
        "ix_document_due", table_name="document", postgresql_where="state IN ('waiting', 'running')"
    )
    op.drop_index("ix_document_changed", table_name="document")
    op.drop_table("document")
    op.execute(sa.schema.DropSequence(sa.Sequence("claim_token")))
