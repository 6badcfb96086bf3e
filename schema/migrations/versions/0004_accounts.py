"""Accounts, sessions and the audit log of the desk; a document may be withdrawn

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

DEEDS = (
    "signed_in", "sign_in_failed", "locked_out", "signed_out", "password_set", "account_added",
    "role_changed",
    "account_removed", "link_made", "token_made", "uploaded", "rerun", "withdrawn", "restored",
)  # fmt: skip

APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    _allow_states("waiting", "running", "done", "refused", "withdrawn")
    op.create_index(
        "ix_stage_run_failed", "stage_run", ["id"], postgresql_where="outcome <> 'done'"
    )
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", _one_of("known_role", "reader", "reviewer", "admin"), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        _now("created_at"),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "removed_at IS NULL OR password IS NULL", name=op.f("ck_account_removed")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("name", name=op.f("uq_account_name")),
    )
    _create_secrets("session", _now("begun_at"), _now("seen_at"))
    _create_secrets(
        "token",
        sa.Column("use", _one_of("known_tokenuse", "link", "api"), nullable=False),
        _now("created_at"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        _now("at"),
        sa.Column("who", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("deed", _one_of("known_deed", *DEEDS), nullable=False),
        sa.Column("about", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.execute(APPEND_ONLY)


def downgrade() -> None:
    for table in ("audit", "token", "session", "account"):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_change")
    op.drop_index("ix_stage_run_failed", table_name="stage_run")
    # What was withdrawn was finished before, and is read anew by the older rules.
    op.execute(
        "UPDATE document SET state = 'waiting', stage = 'read', attempts = 0 WHERE "
        "state = 'withdrawn'"
    )
    _allow_states("waiting", "running", "done", "refused")


def _create_secrets(name: str, *columns: sa.Column[object]) -> None:
    """A table of hashed secrets, each of an account."""
    op.create_table(
        name,
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f(f"fk_{name}_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_account_id"), name, ["account_id"])


def _allow_states(*states: str) -> None:
    finished = [state for state in states if state not in {"waiting", "running"}]
    for name, condition in (
        ("known_documentstate", f"state IN ({_listed(states)})"),
        ("due_stage", f"(stage IS NULL) = (state IN ({_listed(finished)}))"),
    ):
        op.drop_constraint(op.f(f"ck_document_{name}"), "document", type_="check")
        op.create_check_constraint(op.f(f"ck_document_{name}"), "document", condition)


def _listed(states: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"'{state}'" for state in states)


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _now(name: str) -> sa.Column[object]:
    return sa.Column(
        name,
        sa.DateTime(timezone=True),
        server_default=sa.text("clock_timestamp()"),
        nullable=False,
    )
