"""The long-running processes, one `fazhi` command each: watch, work, beat; `monitor` has flower."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from typing import Any

from billiard.process import current_process
from celery import signals

from workers import heartbeat
from workers.desk.receipts import Receipts
from workers.host.consumer import give_signs
from workers.host.port import open_port
from workers.host.post import Write, begin_sending
from workers.host.signs import show_signs
from workers.intake.inbox import Inbox
from workers.intake.pressure import limits_of
from workers.intake.watcher import Watcher
from workers.report.chinese.words import tokenise
from workers.report.pipeline import read_report
from workers.services import open_ledger, require_schema
from workers.settings import Settings
from workers.stages.app import app, check_broker, ring, ring_sweep
from workers.store import Store
from workers.telling.logbook import start_logging
from workers.telling.naming import take_name, take_place

log = logging.getLogger("fazhi")

# The supervisor's process, set for its children: they end with it, also when it is killed.
SUPERVISED = "FAZHI_SUPERVISED"
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent(with_signal: signal.Signals) -> None:
    """Ask the kernel to end this process when its parent ends,
    however that happens (Linux only).
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(with_signal))


def begin(service: str, chosen: Settings, does: Sequence[str] = ()) -> str:
    """What every long-running process does first; its name.

    `does`: what it is told to be at work on from now on.
    """
    start_logging()
    name = take_name(service, chosen.broker_url or str(chosen.home))
    heartbeat.begin()
    if supervisor := os.environ.get(SUPERVISED):
        die_with_parent(signal.SIGTERM)
        if os.getppid() != int(supervisor):  # it was killed before we could ask
            sys.exit("The supervisor has ended.")
    open_port(chosen)
    if does:
        show_signs(chosen, does)
    return name


def _told_to_stop() -> threading.Event:
    """Set by SIGTERM and by Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def watch(chosen: Settings) -> None:
    """Watch the inbox until SIGTERM or Ctrl-C."""
    begin("watch", chosen, ["watch"])
    require_schema(chosen)
    stop = _told_to_stop()
    inbox = Inbox(
        chosen.inbox_dir, Store(chosen.store_dir), largest_megabytes=chosen.file_megabytes
    )
    ledger = open_ledger(chosen)
    receipts = Receipts(ledger, chosen.inbox_dir, chosen.timezone)
    watcher = Watcher(
        inbox,
        ledger,
        ring,
        settle=chosen.settle_seconds,
        pause=chosen.scan_seconds,
        events=chosen.inbox_events,
        limits=limits_of(chosen),
        **({"keep_receipts": receipts.keep_up} if chosen.receipts else {}),
    )
    logging.getLogger("fazhi").info("watching %s", chosen.inbox_dir)
    watcher.run(stop)


def work(chosen: Settings, queues: Sequence[str], concurrency: int | None) -> None:
    """Run stage tasks until SIGTERM (which lets the running ones finish) or Ctrl-C."""
    # By its one queue; a worker of several has no better name.
    name = begin(queues[0] if len(queues) == 1 else "work", chosen)
    check_broker(app.conf.broker_url)
    require_schema(chosen)
    # Before the children are forked: they share the dictionaries' memory and are quick from the
    # first task on; and a wrong catalogue entry stops the worker here, not every document.
    read_report("法治政府建设年度报告".encode(), "")
    tokenise("")
    give_signs(app)
    # Once it hears its queues.
    signals.worker_ready.connect(lambda **_: show_signs(chosen, queues), weak=False)
    app.worker_main(
        [
            "--quiet",
            "worker",
            "--loglevel=INFO",
            "--queues=" + ",".join(queues),
            f"--concurrency={concurrency or chosen.concurrency}",
            f"--hostname={name}",
            "--without-gossip",
            "--without-mingle",
        ]
    )


def beat(chosen: Settings, write: Write) -> None:
    """Ask for a sweep regularly, until SIGTERM or Ctrl-C; the ledger knows what is due and when.
    And send what others want to be told; `write` makes the letters.

    Celery's own schedule follows the wall clock, and stops for an hour when that is set back by
    one.
    """
    begin("beat", chosen, ["beat"])
    stop = _told_to_stop()
    begin_sending(chosen, write, stop)
    while not heartbeat.wait(stop, chosen.sweep_seconds):
        ring_sweep()


@signals.setup_logging.connect  # type: ignore[untyped-decorator]
def _keep_our_logging(**_: Any) -> None:
    """Celery asks whom to leave the logging to: to us."""


@signals.worker_process_init.connect  # type: ignore[untyped-decorator]
def _end_with_the_worker(**_: Any) -> None:
    """A pool child whose worker was killed would wait for ever."""
    die_with_parent(signal.SIGKILL)
    take_place(current_process().index + 1)
