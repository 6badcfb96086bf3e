"""A whole system behind a real PgBouncer in transaction mode, which gives each transaction another
session of Postgres.
"""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from tests.acceptance.services import Postgres, free_port, wait
from tests.acceptance.system import SAMPLES, System, answers

PASSWORD = "p@ss/w:rd"
POSTGRES = {
    "environment": {
        "POSTGRES_USER": "fazhi",
        "POSTGRES_DB": "fazhi",
        "POSTGRES_PASSWORD": PASSWORD,
        "POSTGRES_INITDB_ARGS": "--data-checksums --encoding=UTF8",
    }
}


@pytest.fixture(scope="module")
def pgbouncer() -> str:
    found = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail("no pgbouncer")
    pytest.skip("no pgbouncer here: apt install pgbouncer")


@contextmanager
def pooling(pgbouncer: str, folder: Path, postgres: Postgres) -> Iterator[int]:
    """The port of a pooler with three sessions of the server for all clients."""
    port = free_port()
    settings = folder / "pgbouncer.ini"
    behind = f"host=127.0.0.1 port={postgres.port} user=fazhi password={PASSWORD}"
    settings.write_text(
        f"[databases]\nfazhi = {behind}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
        f"listen_port = {port}\nauth_type = any\npool_mode = transaction\n"
        "default_pool_size = 3\nunix_socket_dir =\n"
    )
    argv = [pgbouncer, str(settings)]
    if os.geteuid() == 0:  # it refuses to be root
        argv[1:1] = ["-u", "nobody"]
        os.chown(settings, pwd.getpwnam("nobody").pw_uid, -1)
    with (folder / "pgbouncer.log").open("wb") as out:
        process = subprocess.Popen(argv, stdout=out, stderr=out)
    try:
        wait(lambda: answers(port), (folder / "pgbouncer.log").read_text)
        yield port
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def system_behind_a_pooler(pgbouncer: str, folder: Path) -> Iterator[System]:
    postgres = Postgres(folder / "postgres", POSTGRES)
    direct = f"127.0.0.1:{postgres.port}/fazhi"
    (folder / "home").mkdir()
    with pooling(pgbouncer, folder, postgres) as port:
        pooled = f"postgresql+psycopg://fazhi@127.0.0.1:{port}/fazhi"
        system = System(folder / "home", FAZHI_DATABASE_URL=pooled)
        try:
            system.start()
            # What the test asks, it asks Postgres itself.
            system._engine = create_engine(
                f"postgresql+psycopg://fazhi@{direct}", connect_args={"password": PASSWORD}
            )
            yield system
        finally:
            system.stop()
            postgres.stop()


def test_system_behind_a_pooler_reads_all_and_leaves_nothing_in_its_sessions(
    pgbouncer: str, tmp_path: Path
) -> None:
    samples = [*SAMPLES.glob("*.txt"), *(SAMPLES / "full").glob("*.txt")]
    with system_behind_a_pooler(pgbouncer, tmp_path) as system:
        for sample in samples:
            system.drop(sample)
        system.wait_done(len(samples))
        assert system.count("stage_run", "outcome <> 'done'") == 0
        assert system.command("verify") == "Store, ledger and tables agree.\n"
        told = subprocess.run(
            [sys.executable, "-m", "workers.cli", "doctor"],
            env=system.env,
            capture_output=True,
            text=True,
        )
        assert "A pooler stands before Postgres" in told.stdout
        assert system.rows("SELECT FROM pg_locks WHERE locktype = 'advisory'") == []
