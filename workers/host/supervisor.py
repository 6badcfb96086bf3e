"""`fazhi run`: everything on one machine, each process supervised and
started again when it ends.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from schema.kinds import Stage
from workers import heartbeat
from workers.database import migrate
from workers.desk import accounts
from workers.embedded import mend_servers
from workers.embedded.identity import Account
from workers.embedded.process import turn_log
from workers.errors import FazhiError
from workers.files.private import make_folder, touch_private, write_secret
from workers.heartbeat import Pulse
from workers.host.live import Live, PlainView
from workers.host.port import open_port
from workers.host.processes import SUPERVISED
from workers.ledger import Ledger
from workers.results.in_force import put_in_force
from workers.services import open_ledger, serving
from workers.settings import Settings, desk_address
from workers.stages.app import app, configure
from workers.stages.recognition import is_installed
from workers.telling.logbook import start_logging, tell
from workers.telling.naming import take_name

log = logging.getLogger("fazhi")

Given = TypeVar("Given")

# What runs, by its name, as a command of fazhi; scans have a worker of their own, where they are
# recognised on this machine.
SERVICES = {
    "watch": ("watch",),
    "work": ("work",),
    "recognise": ("work", "--queues", str(Stage.RECOGNISE), "--concurrency", "1"),
    "beat": ("beat",),
    "desk": ("desk",),
}
# A process that ends at once is started again after 1, 2, 4 … seconds;
# one that ran a minute was well.
LONGEST_PAUSE, WELL_AFTER = 30.0, 60.0
STOP_SECONDS = 20.0
# What was killed and does not end, in a call to a disk that does not answer, is left to itself:
# once another works in its place, the ledger lets it write nothing.
LEFT_AFTER = 5.0
# How often the embedded servers are looked after.
MEND_SECONDS = 5.0


@dataclass(slots=True)
class Child:
    """One supervised service: its process, its signs of life, and when it may be started again."""

    name: str
    env: dict[str, str]
    log_file: Path | None
    process: subprocess.Popen[bytes] | None = None
    pulse: Pulse | None = None
    killed: float | None = None
    started: float = 0.0
    failures: int = 0
    not_before: float = 0.0
    restarts: int = field(default=0)

    def keep_running(self, now: float) -> None:
        """Start the process, or start it again when it has ended, or hangs,
        and its pause is over.
        """
        if self.process and self.process.poll() is None:
            self._end_silent(now)
        if self.process and (
            self.process.poll() is not None or (self.killed or now) < now - LEFT_AFTER
        ):
            self._note_end(now)
        if self.process is None and now >= self.not_before:
            self._start(now)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def await_end(self, deadline: float) -> None:
        """Until it has ended; at the deadline it is killed, with its children."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("%s does not stop, it is killed", self.name)
            os.killpg(self.process.pid, signal.SIGKILL)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(LEFT_AFTER)

    def _end_silent(self, now: float) -> None:
        """What gives no sign of life is killed: a process of the pool alone,
        the main one with all that it started.
        """
        assert self.process
        assert self.pulse
        for pid in self.pulse.silent():
            self.pulse.forget(pid)
            with suppress(ProcessLookupError):  # it has ended
                if pid == self.process.pid:
                    log.warning("%s hangs, it is killed with all that it started", self.name)
                    os.killpg(pid, signal.SIGKILL)
                    self.killed = now
                elif os.getpgid(pid) == self.process.pid:
                    log.warning("a process of %s hangs, it is killed", self.name)
                    os.kill(pid, signal.SIGKILL)

    def _start(self, now: float) -> None:
        out = None
        if self.log_file:
            touch_private(self.log_file)
            out = self.log_file.open("ab")
        # Its own session: Ctrl-C at the terminal reaches the supervisor alone,
        # which stops the others in order.
        argv = [sys.executable, "-m", "workers.cli", *SERVICES[self.name]]
        self.pulse = pulse = Pulse()
        self.process = subprocess.Popen(  # noqa: S603 - our own command line
            argv,
            env=self.env | {heartbeat.PIPE: str(pulse.writing)},
            stdout=out,
            stderr=out and subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(pulse.writing,),
        )
        pulse.expect(self.process.pid)
        self.started, self.killed = now, None
        if out:
            out.close()

    def _note_end(self, now: float) -> None:
        assert self.process
        assert self.pulse
        self.pulse.close()
        self.failures = 0 if now - self.started > WELL_AFTER else self.failures + 1
        pause = min(LONGEST_PAUSE, 2.0 ** (self.failures - 1)) if self.failures else 0.0
        log.warning(
            "%s ended (%s), it is started again in %.0f s",
            self.name,
            self.process.returncode,
            pause,
        )
        self.process, self.not_before = None, now + pause
        self.restarts += 1


def run(chosen: Settings, *, plain: bool) -> None:
    """Until Ctrl-C or SIGTERM: servers, watcher, workers, schedule, and a view of them."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        # `nohup fazhi run` goes on when its terminal goes;
        # the other two always stop it, also in a shell's background.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda *_: stop.set())
    plain = plain or not sys.stdout.isatty()
    chosen = chosen.model_copy(update={"desk_port": _free_port(chosen.desk_host, chosen.desk_port)})
    chosen.inbox_dir.mkdir(parents=True, exist_ok=True)
    log_dir = chosen.var / "log"
    make_folder(log_dir)
    start_logging(None if plain else log_dir / "run.log")
    take_name("run", str(chosen.home))
    with serving(chosen) as full:
        children = [
            Child(name, _environment(full), None if plain else log_dir / f"{name}.log")
            for name in SERVICES
            if name != Stage.RECOGNISE or is_installed()
        ]
        ledger = open_ledger(full)
        if full is chosen:  # servers of one's own may be empty still
            migrate(ledger.engine)
        with ledger.transaction() as session:
            put_in_force(session)
        _tell_first_link(ledger, full)
        configure(app, full)  # to ask its queues
        open_port(full)
        try:
            _supervise(
                children,
                stop,
                PlainView(full) if plain else Live(full, ledger),
                embedded=full is not chosen,
            )
        finally:
            _stop_all(children)
            ledger.engine.dispose()


def _tell_first_link(ledger: Ledger, full: Settings) -> None:
    """While no admin can sign in, say where the first one chooses a password.

    Only a reader of that file can do so.
    """
    path = full.var / "first-admin"
    secret = accounts.first_link(ledger, by="fazhi run")
    if secret is None:
        path.unlink(missing_ok=True)
        return
    write_secret(path, f"{accounts.link_address(desk_address(full), secret)}\n")
    tell(
        f"The desk has no admin yet. Open once, within a day, the address in {path} "
        "to choose a password."
    )


def _free_port(host: str, wanted: int) -> int:
    """The wanted port, or the next free one: several systems may run on one machine."""
    for port in range(wanted, min(wanted + 100, 65536)):
        with suppress(OSError):
            socket.create_server((host, port)).close()
            return port
    return wanted  # its process says what is wrong


def _environment(full: Settings) -> dict[str, str]:
    return os.environ | {
        "FAZHI_HOME": str(full.home),
        "FAZHI_DATABASE_URL": full.database_url or "",
        "FAZHI_BROKER_URL": full.broker_url or "",
        "FAZHI_DESK_PORT": str(full.desk_port),
        "FAZHI_METRICS_PORT": "0",  # one is enough, and it is ours
        SUPERVISED: str(os.getpid()),
        "PYTHONUNBUFFERED": "1",
    }


def _supervise(
    children: list[Child], stop: threading.Event, view: PlainView | Live, *, embedded: bool
) -> None:
    mend_at = time.monotonic() + MEND_SECONDS
    with view:
        while not stop.is_set():
            if time.monotonic() > mend_at:
                var = Path(children[0].env["FAZHI_HOME"]) / "var"
                if embedded:
                    _try_once(mend_servers, var)
                _try_once(_turn_logs, var / "log")
                mend_at = time.monotonic() + MEND_SECONDS
            heartbeat.beat()
            for child in children:
                _try_once(child.keep_running, time.monotonic())
            view.show({child.name: child.restarts for child in children})
            stop.wait(0.5)


def _try_once(act: Callable[[Given], None], given: Given) -> None:
    """Run a step; one that fails, on a full disk say, is tried again in the next round.

    The supervisor must be the last to give up.
    """
    try:
        act(given)
    except (FazhiError, OSError, subprocess.SubprocessError) as error:
        log.warning("%s: it is tried again", error)


def _turn_logs(log_dir: Path) -> None:
    for log_file in log_dir.glob("*.log"):
        turn_log(log_file, Account(os.geteuid(), os.getegid()))


def _stop_all(children: list[Child]) -> None:
    for child in children:
        child.stop()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        child.await_end(deadline)
