"""Real servers, once for all tests; each test has a database of its own,
copied from a migrated one.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from tests.superuser import rule_alone
from tests.workers.watching import Bench
from workers.database import connect, migrate
from workers.embedded import Servers, running_servers
from workers.ledger import Ledger
from workers.store import Store


@pytest.fixture(scope="session")
def servers(real_servers: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    var = tmp_path_factory.mktemp("servers")
    rule_alone(var, "ALTER ROLE fazhi CREATEDB CREATEROLE")
    with running_servers(var) as found:
        engine = connect(found.database_url)
        migrate(engine)
        engine.dispose()
        yield found


@contextmanager
def new_database(servers: Servers) -> Iterator[str]:
    """The address of a database of its own."""
    name = f"test_{uuid4().hex[:12]}"
    template = make_url(servers.database_url)
    beside = template.set(database="postgres")
    admin = create_engine(beside, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template.database}"))
    yield template.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        _drop_database(connection, name)


def _drop_database(connection: Connection, name: str) -> None:
    """Whoever still holds it; but Postgres itself may be cleaning it, and lets nobody end that:
    it is done soon.
    """
    deadline = time.monotonic() + 60
    while True:
        try:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        except ProgrammingError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


@pytest.fixture
def database_url(servers: Servers) -> Iterator[str]:
    with new_database(servers) as url:
        yield url


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    found = Ledger(connect(database_url), lease=15, ring=10, attempts=3, retry=5)
    yield found
    found.engine.dispose()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def bench(tmp_path: Path, ledger: Ledger, store: Store) -> Bench:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return Bench(folder, ledger, store)
