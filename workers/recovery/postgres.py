"""pg_dump, pg_restore and psql of the server's own major version, and a snapshot to dump."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy import URL, Connection, Engine, text

from workers.database import is_pooled
from workers.embedded.programs import find_client
from workers.errors import FazhiError

# How long to wait for a migration that is running.
LOCK_WAIT = "60s"


class ClientMissing(FazhiError):
    """The programs pg_dump, pg_restore and psql of the server's own major version
    are not installed here.
    """


class BehindPooler(FazhiError):
    """pg_dump and pg_restore need a session of their own, which a pooler does not give them: for
    this command set FAZHI_DATABASE_URL to the address of Postgres itself.
    """


class DumpFailed(FazhiError):
    """The database could not be dumped or loaded."""


@dataclass(frozen=True, slots=True)
class Client:
    """The programs in `folder`, for the database at `url`."""

    folder: Path
    url: URL

    def dump(self, snapshot: str, to: Path) -> None:
        """The whole database as it stood at the snapshot. DumpFailed with what pg_dump said."""
        what = (
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--lock-wait-timeout={LOCK_WAIT}",
        )
        done = subprocess.run(  # noqa: S603 - a program that we found, no shell
            [
                self.folder / "pg_dump",
                *what,
                f"--snapshot={snapshot}",
                f"--file={to}",
                f"--dbname={self._address()}",
            ],
            env=self._environment(),
            umask=0o077,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise DumpFailed(done.stderr.strip())

    def load(self, dump: Path) -> None:
        """Replace everything in the database by the dump, in one transaction.

        DumpFailed leaves everything as it was.
        """
        with tempfile.TemporaryFile("w+") as errors, self._script(dump, errors) as script:
            quiet = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1")
            loading = subprocess.Popen(  # noqa: S603
                [self.folder / "psql", *quiet, f"--dbname={self._address()}"],
                env=self._environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
            assert script.stdout
            assert loading.stdin
            with suppress(BrokenPipeError), loading.stdin as commands:
                commands.write(b"BEGIN; DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n")
                shutil.copyfileobj(script.stdout, commands)
                # Without COMMIT, psql exits and the server rolls everything back.
                commands.write(b"COMMIT;\n" if script.wait() == 0 else b"")
            if loading.wait() or script.wait():
                errors.seek(0)
                raise DumpFailed(errors.read().strip())

    @contextmanager
    def _script(self, dump: Path, errors: IO[str]) -> Iterator[subprocess.Popen[bytes]]:
        """The dump as commands, on the process's standard output."""
        argv: list[str | Path] = [
            self.folder / "pg_restore",
            "--no-owner",
            "--no-privileges",
            "--file=-",
            dump,
        ]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=errors) as process:  # noqa: S603
            try:
                yield process
            finally:
                process.kill()

    def _address(self) -> str:
        # Without the password: everybody on the machine sees a process's arguments.
        return self.url.set(drivername="postgresql", password=None).render_as_string()

    def _environment(self) -> dict[str, str]:
        return os.environ | ({"PGPASSWORD": str(self.url.password)} if self.url.password else {})


def client_of(engine: Engine) -> Client:
    """The programs for this server.

    ClientMissing where there are none of its major version; BehindPooler.
    """
    if is_pooled(engine):
        raise BehindPooler
    major = server_version(engine) // 10000
    folder = find_client(major)
    if folder is None:
        raise ClientMissing(
            f"The server is PostgreSQL {major}: apt install postgresql-client-{major}, dnf install "
            f"postgresql{major},"
            f" or brew install postgresql@{major}."
        )
    return Client(folder, engine.url)


def server_version(engine: Engine) -> int:
    """180004 for PostgreSQL 18.4."""
    with engine.connect() as connection:
        return int(connection.scalar(text("SHOW server_version_num")) or 0)


@contextmanager
def held_still(engine: Engine) -> Iterator[tuple[Connection, str]]:
    """A connection with a fixed snapshot, and the snapshot's name for pg_dump."""
    with (
        engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection,
        connection.begin(),
    ):
        # pg_dump may take its time
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        yield connection, str(connection.scalar(text("SELECT pg_export_snapshot()")))
