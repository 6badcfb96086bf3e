"""Files that somebody may still be writing to, where the kernel does not say:
those of other users, and of shares.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.workers.test_folder import public as public
from tests.workers.test_folder import without_rights
from tests.workers.watching import SETTLE, Bench
from workers.files.handles import Folder
from workers.intake.writers import is_written_to

WRITER = """
import sys, time
file = open(sys.argv[1], "wb", buffering=0)
for piece in sys.stdin.buffer:
    file.write(piece)
    print(flush=True)
"""


class Writer:
    """A program that holds a file open and writes what it is told to, when it is told to."""

    def __init__(self, path: Path) -> None:
        argv = [sys.executable, "-c", WRITER, str(path)]
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def write(self, piece: bytes) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(piece + b"\n")
        self.process.stdin.flush()
        self.process.stdout.readline()

    def close(self) -> None:
        self.process.communicate()


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    writer = Writer(path)
    try:
        yield writer
    finally:
        writer.close()


@pytest.fixture
def shared(public: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """An inbox of a service that is another user than its writers,
    so that no lease on their files is given to it.
    """
    if os.geteuid() != 0:  # only root can be two users
        for module in ("inbox", "claims"):
            monkeypatch.setattr(f"workers.intake.{module}.is_written_to", lambda file: None)
    public.watcher.changed.seconds = SETTLE
    return public


def settle(bench: Bench, times: int = 1) -> None:
    for _ in range(times):
        bench.watcher.step()  # the database is asked first, as the user that it knows
        with without_rights():
            bench.settle()


def stored(bench: Bench) -> list[bytes]:
    return [bench.store.read(document.sha256) for document in bench.documents()]


@pytest.mark.parametrize("pieces", [2, 3, 4])
def test_what_another_user_writes_later_is_another_arrival(shared: Bench, pieces: int) -> None:
    with writing(shared.folder / "a.txt") as writer:
        for at in range(pieces):
            writer.write(f"piece {at}".encode())
            settle(shared, 4)
    settle(shared, 3)
    whole = b"".join(f"piece {at}\n".encode() for at in range(pieces))
    assert whole in stored(shared)
    assert all(whole.startswith(content) for content in stored(shared))
    assert len(shared.arrivals()) == len(shared.documents())


def test_file_of_another_user_is_kept_while_it_may_be_open(shared: Bench) -> None:
    with writing(shared.folder / "a.txt") as writer:
        writer.write(b"half")
        settle(shared, 3)
        (kept,) = shared.left()
        assert (shared.folder / kept).read_bytes() == b"half\n"
        assert shared.watcher.inbox.count_claims() == (0, 1)
    settle(shared, 2)
    assert shared.left() == [kept]
    shared.watcher.laid_by.seconds = SETTLE
    settle(shared, 3)
    assert (shared.left(), len(shared.arrivals())) == ([], 1)


def set_time(path: Path) -> None:
    os.utime(path, (1, 1))


def write_again(path: Path) -> None:
    path.write_bytes(path.read_bytes())


def chmod(path: Path) -> None:
    path.chmod(0o640)


@pytest.mark.parametrize("change", [set_time, write_again, chmod])
def test_change_that_leaves_the_bytes_as_they_were_is_no_second_arrival(
    shared: Bench, change: Callable[[Path], None]
) -> None:
    """A share sets the file's own time once it is copied."""
    shared.drop("a.txt")
    settle(shared, 2)
    (kept,) = shared.left()
    change(shared.folder / kept)
    settle(shared, 4)
    assert (len(shared.arrivals()), len(shared.left())) == (1, 1)


def test_file_that_was_laid_by_before_a_restart_is_still_looked_after(shared: Bench) -> None:
    with writing(shared.folder / "镇 a.txt") as writer:
        writer.write(b"half")
        settle(shared, 2)
        again = Bench(shared.folder, shared.ledger, shared.store)
        again.watcher.changed.seconds = SETTLE
        writer.write(b"whole")
        settle(again, 4)
    assert stored(shared) == [b"half\n", b"half\nwhole\n"]


def test_writer_that_can_be_seen_is_awaited_where_there_are_no_leases(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a network share that a program of this machine writes to."""
    refuse_leases(monkeypatch)
    with writing(bench.folder / "a.txt") as writer:
        writer.write(b"half")
        bench.settle()
        bench.settle()
        assert bench.arrivals() == []
        writer.write(b"whole")
        bench.settle()
    bench.settle()
    bench.settle()
    assert stored(bench) == [b"half\nwhole\n"]


def refuse_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*of: object) -> int:
        raise OSError(22, os.strerror(22))

    monkeypatch.setattr("workers.intake.writers.fcntl.fcntl", refuse)


@pytest.mark.parametrize(("mode", "seen"), [("rb", False), ("ab", True), ("r+b", True)])
def test_who_only_reads_is_no_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str, seen: bool
) -> None:
    refuse_leases(monkeypatch)
    (tmp_path / "a.txt").write_bytes(b"report")
    with (
        (tmp_path / "a.txt").open(mode),
        Folder.at(tmp_path) as folder,
        folder.open("a.txt") as file,
    ):
        assert is_written_to(file) is (True if seen else None)
