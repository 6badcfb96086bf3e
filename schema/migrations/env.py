"""Alembic's entry: migrates the connection that `workers.database.migrate` hands over."""

from alembic import context

import schema.upkeep
from schema.accounts import Account

assert schema.upkeep  # with both, every module of tables is imported

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Account.metadata
)
with context.begin_transaction():
    context.run_migrations()
