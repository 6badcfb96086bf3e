"""The services of this process: the servers that the settings name, or the embedded ones;
and the ledger over them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import InterfaceError, OperationalError

from workers.database import check_schema, connect, migrate
from workers.embedded import running_servers
from workers.errors import SettingError
from workers.ledger import Ledger
from workers.settings import Settings


@contextmanager
def serving(chosen: Settings) -> Iterator[Settings]:
    """The settings with both URLs filled in; embedded servers run for as long as they are
    needed, and are migrated.
    """
    if chosen.database_url and chosen.broker_url:
        yield chosen
        return
    with running_servers(chosen.var) as servers:
        urls = {
            "database_url": chosen.database_url or servers.database_url,
            "broker_url": chosen.broker_url or servers.broker_url,
        }
        full = chosen.model_copy(update=urls)
        engine = connect(urls["database_url"], pooled=chosen.database_pooled)
        migrate(engine)
        engine.dispose()
        yield full


def require_schema(chosen: Settings) -> None:
    """A service does not start on a schema that it does not know; on a database that is away it
    does, and waits.
    """
    ledger = open_ledger(chosen)
    try:
        check_schema(ledger.engine)
    except (OperationalError, InterfaceError):
        return
    finally:
        ledger.engine.dispose()


def open_ledger(chosen: Settings) -> Ledger:
    """The ledger of these settings. SettingError where no database is named."""
    if not chosen.database_url:
        raise SettingError(
            "FAZHI_DATABASE_URL is not set; `fazhi run` sets it for the processes that it starts."
        )
    return Ledger(
        connect(chosen.database_url, pooled=chosen.database_pooled),
        lease=chosen.lease_seconds,
        ring=chosen.ring_seconds,
        attempts=chosen.attempts,
        retry=chosen.retry_seconds,
    )
