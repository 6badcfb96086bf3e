"""Tools that tests need: a missing one fails the test in CI,
and skips it with the reason on a user's machine.
"""

import os

import pytest

from workers.embedded import find_postgres, find_valkey


@pytest.fixture(scope="session")
def real_servers() -> None:
    """Postgres and Valkey can be started here, out of their wheels or the system's."""
    missing = [
        name
        for name, found in (("Postgres", find_postgres()), ("Valkey", find_valkey()))
        if not found
    ]
    if not missing:
        return
    reason = f"{' and '.join(missing)} cannot be started here: `fazhi doctor` says what to install"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
