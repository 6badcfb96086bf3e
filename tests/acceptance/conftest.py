"""One running system for the tests that only drop files and look;
a fresh one for those that kill processes.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.system import System


def running(home: Path, **settings: str) -> Iterator[System]:
    system = System(home, **settings)
    system.start()
    try:
        yield system
    finally:
        system.stop()


@pytest.fixture(scope="module")
def system(real_servers: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    yield from running(tmp_path_factory.mktemp("home"))


@pytest.fixture
def fresh(real_servers: None, tmp_path: Path) -> Iterator[System]:
    """With a short lease, so that interrupted work is taken up again soon."""
    yield from running(
        tmp_path, FAZHI_LEASE_SECONDS="3", FAZHI_RING_SECONDS="2", FAZHI_SWEEP_SECONDS="1"
    )
