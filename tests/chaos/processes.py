"""Faults of our own processes: killed, frozen, doubled, stopped."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterable
from contextlib import suppress

from tests.acceptance.system import children_of
from tests.chaos.field import Field
from workers.failpoints import FAIL_AT, Point

LEASE = 3  # as in the settings of the field
# The points that a watcher passes.
WATCHING = (
    Point.CLAIM_FOLDER_MADE, Point.CLAIMED, Point.COPY_BEGUN, Point.COPIED, Point.STORED,
    Point.KEPT,
    Point.DOCUMENT_ADDED, Point.RECORDED, Point.REMOVED, Point.LET_GO, Point.RUNG,
)  # fmt: skip
# Those of a worker that takes an archive or a mail apart.
UNPACKING = (Point.MEMBERS_STORED, Point.MEMBERS_ADDED)


def send(pids: Iterable[int | None], kind: signal.Signals) -> None:
    """Send a signal to those that are still alive."""
    for pid in pids:
        if pid:
            with suppress(ProcessLookupError):
                os.kill(pid, kind)


def kill_child(field: Field) -> None:
    pool = field.system.pool()
    send([field.chance.choice(pool)] if pool else [], signal.SIGKILL)


def kill_pool(field: Field) -> None:
    send(field.system.pool(), signal.SIGKILL)


def kill_worker(field: Field) -> None:
    send([field.system.child("work")], signal.SIGKILL)


def kill_watcher(field: Field) -> None:
    send([field.system.child("watch")], signal.SIGKILL)


def kill_beat(field: Field) -> None:
    send([field.system.child("beat")], signal.SIGKILL)


def kill_watcher_at_a_point(field: Field) -> None:
    """Freeze the supervised watcher, and let another one die at the chosen step in its place."""
    send([field.system.child("watch")], signal.SIGSTOP)
    try:
        place = f"{field.chance.choice(WATCHING)}:{field.chance.randint(1, 5)}"
        other = field.system.beside("watch", **{FAIL_AT: place})
        field.drop(8)
        with suppress(subprocess.TimeoutExpired):
            other.wait(20)
        other.kill()
        other.wait()
    finally:
        send([field.system.child("watch")], signal.SIGCONT)


def kill_worker_at_unpacking(field: Field) -> None:
    """Freeze the supervised worker, and let another one, whose child dies between two steps of
    unpacking, work in its place until then.
    """
    frozen = [field.system.child("work"), *field.system.pool()]
    send(frozen, signal.SIGSTOP)
    try:
        place = f"{field.chance.choice(UNPACKING)}:{field.chance.randint(1, 2)}"
        other = field.system.beside("work", **{FAIL_AT: place})
        field.until(lambda: len(children_of(other.pid)) == len(frozen) - 1)
        pool = {*children_of(other.pid)}
        for _ in range(3):
            field.dropper.drop_packed()
        field.until(lambda: pool - {*children_of(other.pid)}, 30)
        other.kill()
        other.wait()
    finally:
        send(frozen, signal.SIGCONT)


def deploy_worker(field: Field) -> None:
    """A worker that is told to stop finishes what it works on, so no stage is lost."""
    lost = field.system.count("stage_run", "outcome = 'lost'")
    worker = field.system.child("work")
    send([worker], signal.SIGTERM)
    field.until(lambda: field.system.child("work") not in {None, worker})
    field.sleep(LEASE + 2)
    assert field.system.count("stage_run", "outcome = 'lost'") == lost, (
        "a drained worker left a stage behind"
    )


def freeze_pool(field: Field) -> None:
    _freeze(field, field.system.pool(), LEASE * 2)


def freeze_worker(field: Field) -> None:
    _freeze(field, [field.system.child("work"), *field.system.pool()], LEASE * 2)


def freeze_watcher(field: Field) -> None:
    _freeze(field, [field.system.child("watch")], LEASE)


def double_all(field: Field) -> None:
    others = [field.system.beside(command) for command in ("watch", "work", "beat")]
    try:
        field.sleep(3)
        for _ in range(6):
            field.drop(6)
            field.sleep(0.5)
        for other in others:
            other.terminate()
        for other in others:
            other.wait(60)
    finally:
        for other in others:
            other.kill()


def set_clock_back(field: Field) -> None:
    _work_by_another_clock(field, -3600)


def set_clock_forward(field: Field) -> None:
    _work_by_another_clock(field, 3600)


def _work_by_another_clock(field: Field, seconds: float) -> None:
    """Freeze the supervised processes; others, whose clock is wrong, do the work,
    the frozen stages included.
    """
    frozen = [
        *(field.system.child(command) for command in ("watch", "work", "beat")),
        *field.system.pool(),
    ]
    send(frozen, signal.SIGSTOP)
    others = [field.system.beside(command, clock=seconds) for command in ("watch", "work", "beat")]
    try:
        field.drop(10)
        field.await_quiet()
    finally:
        send(frozen, signal.SIGCONT)
        for other in others:
            other.terminate()
        for other in others:
            other.wait(60)


def hang_worker(field: Field) -> None:
    _hang(field, "work")


def hang_watcher(field: Field) -> None:
    _hang(field, "watch")


def hang_beat(field: Field) -> None:
    _hang(field, "beat")


def hang_pool(field: Field) -> None:
    """Members of the pool alone: they hold bells that they never hear."""
    hung = field.system.pool()
    send(hung, signal.SIGSTOP)
    field.drop(10)
    field.until(lambda: not {*hung} & {*field.system.pool()})


def _hang(field: Field, command: str) -> None:
    """Frozen, and never let go on: its supervisor must see that by itself."""
    hung = field.system.child(command)
    send([hung], signal.SIGSTOP)
    field.drop(10)
    field.until(lambda: field.system.child(command) not in (None, hung))


def restart(field: Field) -> None:
    field.system.stop(signal.SIGTERM)
    field.system.start()


def kill_everything(field: Field) -> None:
    assert field.system.process
    field.system.process.kill()
    field.system.process.wait()
    field.system.start()


def drop_poison(field: Field) -> None:
    field.dropper.drop_poison()


def drop_unreadable(field: Field) -> None:
    for _ in range(3):
        field.dropper.drop_unreadable()


def _freeze(field: Field, pids: list[int | None], seconds: float) -> None:
    send(pids, signal.SIGSTOP)
    field.sleep(seconds)
    send(pids, signal.SIGCONT)
