"""A whole `fazhi run` in a home of its own, driven as a user drives it:
files, signals, commands.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from workers.intake.scanning import RECEIPTS, REFUSED

# A `fazhi` command whose clock on the wall is wrong;
# what measures how long something lasts is as ever.
WRONG_CLOCK = (
    "import sys, time; real, off = time.time, float(sys.argv.pop(1)); time.time = "
    "lambda: real() + off;"
    "from workers.cli import main; main()"
)
SAMPLES = Path(__file__).parent.parent / "samples"


class System:
    """`start`, drop files, look, `stop`. A test that fails finds the log in `log`."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home, self.inbox, self.log = home, home / "inbox", home / "run.log"
        self.env = os.environ | {"FAZHI_HOME": str(home)} | settings
        self.process: subprocess.Popen[bytes] | None = None
        self._engine: Engine | None = None

    def start(self) -> None:
        """Start, and wait for the line `ready` and a worker that answers."""
        self._let_go()
        begun = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as out:
            argv = [sys.executable, "-m", "workers.cli", "run", "--plain"]
            self.process = subprocess.Popen(
                argv, env=self.env, stdout=out, stderr=out, start_new_session=True
            )
        told = self.wait(lambda: re.search(r"ready inbox=\S+ database=(\S+)", self.told(begun)))
        address = told[1].replace("postgresql://", "postgresql+psycopg://")
        self._engine = create_engine(address, pool_pre_ping=True)
        self.wait(lambda: re.search(r"work@\S+ ready", self.told(begun)))

    def told(self, begun: int = 0) -> str:
        """The log from this byte onwards."""
        return self.log.read_bytes()[begun:].decode(errors="replace")

    def _let_go(self) -> None:
        """Close the connections to servers that are about to stop, or have stopped."""
        if self._engine:
            self._engine.dispose()

    def drop(self, source: Path, name: str = "") -> None:
        shutil.copy(source, self.inbox / (name or source.name))

    def rows(self, query: str, **values: object) -> list[Any]:
        assert self._engine
        with self._engine.connect() as connection:
            return list(connection.execute(text(query), values))

    def answers(self) -> bool:
        """Whether Postgres is up."""
        try:
            return self.rows("SELECT 1") == [(1,)]
        except OperationalError:
            return False

    def count(self, table: str, where: str = "true") -> int:
        return int(self.rows(f"SELECT count(*) FROM {table} WHERE {where}")[0][0])

    def wait(self, seen: Callable[[], Any], seconds: float = 60) -> Any:
        """The first true answer of `seen`; fails with the end of the log where none comes."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            if answer := seen():
                return answer
            time.sleep(0.05)
        raise AssertionError(
            f"not within {seconds} s; the log ends:\n{self.log.read_text()[-3000:]}"
        )

    def wait_done(self, documents: int, seconds: float = 60) -> None:
        ended = "state IN ('done', 'refused', 'unpacked')"
        self.wait(lambda: self.count("document", ended) == documents, seconds)

    def wait_empty_inbox(self) -> None:
        self.wait(lambda: not self.left())

    def left(self) -> list[str]:
        """Files that are still in the inbox, also claimed ones; not refused ones and receipts."""
        files = [path for path in self.inbox.rglob("*") if path.is_file()]
        told = {REFUSED, RECEIPTS}
        return [str(path.relative_to(self.inbox)) for path in files if not told & {*path.parts}]

    def child(self, command: str) -> int | None:
        """The process of a supervised command; None while it is being restarted."""
        assert self.process
        for pid in children_of(self.process.pid):
            with suppress(OSError):
                if (
                    Path(f"/proc/{pid}/cmdline")
                    .read_bytes()
                    .rstrip(b"\0")
                    .endswith(f"\0{command}".encode())
                ):
                    return pid
        return None

    def pool(self) -> list[int]:
        """The worker's children, which run the stages."""
        worker = self.child("work")
        return children_of(worker) if worker else []

    def server(self, name: str) -> int | None:
        """The process of `postgres` or `redis`; None where it is not running."""
        return next(iter(working_in(self.home / "var" / name)), None)

    @property
    def broker_url(self) -> str:
        return f"redis+socket://{self.home}/var/sockets/redis.sock"

    @property
    def database_url(self) -> str:
        assert self._engine
        return self._engine.url.render_as_string(hide_password=False)

    def beside(self, *args: str, clock: float = 0, **env: str) -> subprocess.Popen[bytes]:
        """Another long-running `fazhi` command beside the supervised ones,
        its clock off by `clock` seconds.
        """
        argv = [sys.executable, "-c", WRONG_CLOCK, str(clock), *args]
        full = (
            self.env
            | {"FAZHI_DATABASE_URL": self.database_url, "FAZHI_BROKER_URL": self.broker_url}
            | env
        )
        with self.log.open("ab") as out:
            return subprocess.Popen(argv, env=full, stdout=out, stderr=out, start_new_session=True)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """As Ctrl-C does; returns when the process has ended."""
        self._let_go()
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(120)

    def command(self, *args: str, check: bool = True) -> str:
        """The output of another `fazhi` command, run beside the system."""
        argv = [sys.executable, "-m", "workers.cli", *args]
        done = subprocess.run(
            argv, env=self.env, capture_output=True, text=True, encoding="utf-8", check=check
        )
        return done.stdout


def working_in(folder: Path) -> set[int]:
    """Who has the folder as its working directory,
    without those that another of them has forked.
    """
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (entry / "cwd").samefile(folder):
                parents[int(entry.name)] = int(
                    (entry / "stat").read_text().rpartition(")")[2].split()[1]
                )
    return {pid for pid, parent in parents.items() if parent not in parents}


def children_of(pid: int) -> list[int]:
    """The living children of a process."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, task.read_text().split())
    return sorted(found)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
