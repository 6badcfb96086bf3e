"""Each nightly run has a row of its own, and one at a time is at work; what others are told

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# Which rows are told of, as which event. A trigger costs a look into an empty table where nobody
# wants to know.
TOLD = {
    "arrived": "AFTER INSERT ON arrival FOR EACH ROW",
    "refused": (
        "AFTER UPDATE OF state ON document FOR EACH ROW "
        "WHEN (NEW.state = 'refused' AND OLD.state IS DISTINCT FROM 'refused')"
    ),
    "finding": "AFTER INSERT ON finding FOR EACH ROW",
    "decision": "AFTER INSERT ON decision FOR EACH ROW",
    "night": (
        "AFTER UPDATE OF ended_at ON nightly_run FOR EACH ROW "
        "WHEN (NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL)"
    ),
}


def upgrade() -> None:
    now = sa.text("clock_timestamp()")
    moment = sa.DateTime(timezone=True)
    # One that was killed is made again, as before.
    op.execute("DELETE FROM nightly_run WHERE ended_at IS NULL")
    op.drop_constraint("pk_nightly_run", "nightly_run")
    op.add_column("nightly_run", sa.Column("id", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE nightly_run SET id = one.place FROM (SELECT day, row_number() OVER (ORDER BY day) "
        "AS place FROM nightly_run) AS one WHERE one.day = nightly_run.day"
    )
    op.alter_column("nightly_run", "id", nullable=False)
    op.execute("ALTER TABLE nightly_run ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY")
    op.execute(
        "SELECT setval(pg_get_serial_sequence('nightly_run', 'id'), "
        "(SELECT coalesce(max(id), 0) + 1 FROM nightly_run), false)"
    )
    op.create_primary_key(op.f("pk_nightly_run"), "nightly_run", ["id"])
    for column in (
        sa.Column("by_hand", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("step", sa.String(32), server_default="gather", nullable=False),
        sa.Column("token", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("seen_at", moment, server_default=now, nullable=False),
    ):
        op.add_column("nightly_run", column)
    op.create_index(
        "ix_nightly_run_day",
        "nightly_run",
        ["day"],
        unique=True,
        postgresql_where=sa.text("NOT by_hand"),
    )
    op.create_index(
        "ix_nightly_run_open",
        "nightly_run",
        [sa.text("(ended_at IS NULL)")],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "wanted",
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("event", "channel", name=op.f("pk_wanted")),
    )
    op.create_table(
        "outgoing",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("row_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", moment, server_default=now, nullable=False),
        sa.Column("due_at", moment, server_default=now, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sent_at", moment, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("given_up_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing")),
    )
    op.create_index(
        "ix_outgoing_due",
        "outgoing",
        ["channel", "id"],
        postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
    )
    op.execute(
        "CREATE FUNCTION tell_others() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "INSERT INTO outgoing (event, channel, row_id) SELECT event, channel, NEW.id FROM wanted "
        "WHERE event = TG_ARGV[0]; RETURN NULL; END $$"
    )
    for event, when in TOLD.items():
        op.execute(f"CREATE TRIGGER tell_{event} {when} EXECUTE FUNCTION tell_others('{event}')")


def downgrade() -> None:
    for event, when in TOLD.items():
        table = when.partition(" ON ")[2].split()[0]
        op.execute(f"DROP TRIGGER tell_{event} ON {table}")
    op.execute("DROP FUNCTION tell_others")
    op.drop_table("outgoing")
    op.drop_table("wanted")
    op.drop_index("ix_nightly_run_open", "nightly_run")
    op.drop_index("ix_nightly_run_day", "nightly_run")
    op.execute("DELETE FROM nightly_run WHERE by_hand OR ended_at IS NULL")
    op.drop_constraint("pk_nightly_run", "nightly_run")
    for column in ("seen_at", "token", "step", "by_hand", "id"):
        op.drop_column("nightly_run", column)
    op.create_primary_key(op.f("pk_nightly_run"), "nightly_run", ["day"])
