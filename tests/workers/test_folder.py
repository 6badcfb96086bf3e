"""The folder and what it does to the watcher: two at once, odd disks and rights,
writers that nobody sees.
"""

import errno
import io
import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from watchdog.observers.api import BaseObserver

from tests.workers.watching import SETTLE, Bench
from workers.database import connect
from workers.files.handles import Folder
from workers.intake.refused import WHY
from workers.intake.scanning import CLAIMED, Look, Settling
from workers.ledger import Ledger
from workers.store import Store, partial_file


def watch_until_empty(folder: Path, database_url: str, store: Store) -> None:
    """A watcher in a process of its own, for as long as there is something to take."""
    bench = Bench(folder, Ledger(connect(database_url)), store)
    bench.settle()
    while bench.watcher.step().files or list(bench.watcher.inbox.claims()):
        time.sleep(0.02)


def test_two_watchers_take_each_file_once(bench: Bench, database_url: str) -> None:
    for at in range(200):
        bench.drop(f"{at % 7}/{at}.txt", str(at).encode())
    context = multiprocessing.get_context("fork")
    target = (bench.folder, database_url, bench.store)
    watchers = [context.Process(target=watch_until_empty, args=target) for _ in range(2)]
    for watcher in watchers:
        watcher.start()
    for watcher in watchers:
        watcher.join()
    assert [watcher.exitcode for watcher in watchers] == [0, 0]
    assert sorted(bench.arrivals()) == sorted((str(at % 7), f"{at}.txt") for at in range(200))
    assert (len(bench.documents()), bench.left()) == (200, [])


def test_file_that_rests_and_cannot_be_taken_is_not_looked_at_all_the_time() -> None:
    settling, look = Settling(1), Look(size=1, modified_ns=0, inode=1, device=1)
    assert (settling.observe({"a": look}, 0), settling.waiting) == ([], True)
    assert (settling.observe({"a": look}, 1), settling.waiting) == (["a"], False)


def test_names_that_differ_in_case_or_normal_form_are_different_files(bench: Bench) -> None:
    names = ["Report.txt", "report.txt", "caf\u00e9.txt", "cafe\u0301.txt"]
    for at, name in enumerate(names):
        bench.drop(name, str(at).encode())
    bench.settle()
    assert sorted(name for _, name in bench.arrivals()) == sorted(names)
    assert len(bench.documents()) == 4


@pytest.mark.parametrize("moment", [0, 4_000_000_000, -2_000_000_000])
def test_time_of_a_file_says_nothing(bench: Bench, moment: int) -> None:
    os.utime(bench.drop("a.txt"), (moment, moment))
    bench.settle()
    assert bench.arrivals() == [("", "a.txt")]


def test_file_that_is_created_empty_and_filled_later_is_taken_full(bench: Bench) -> None:
    target = bench.drop("a.txt", b"")
    bench.watcher.step()
    target.write_bytes(b"full")
    bench.settle()
    assert bench.store.read(bench.documents()[0].sha256) == b"full"


def test_file_moved_in_from_outside_is_taken(bench: Bench, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_bytes(b"report")
    outside.rename(bench.folder / "a.txt")
    bench.settle()
    assert bench.arrivals() == [("", "a.txt")]


def test_file_rewritten_in_place_while_files_are_taken_is_never_a_mixture(bench: Bench) -> None:
    script = (
        "import sys, time\n"
        "for at in range(60):\n"
        "    f = open(sys.argv[1], 'wb', buffering=0)\n"
        "    for _ in range(50): f.write(b'%02d' % at)\n"
        "    f.close(); time.sleep(0.01 if at % 10 else 0.4)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(bench.folder / "a.txt")]) as writer:
        while writer.poll() is None:
            bench.watcher.step()
            time.sleep(0.01)
    bench.settle()
    contents = [bench.store.read(document.sha256) for document in bench.documents()]
    assert contents[-1] == b"59" * 50
    assert all(content == content[:2] * 50 for content in contents)
    assert bench.left() == []


def test_folder_of_links_and_a_socket_are_turned_away(bench: Bench, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("not yours")
    (bench.folder / "link").symlink_to(outside)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(bench.folder / "socket"))
        bench.settle()
    assert bench.documents() == []
    assert (outside / "secret.txt").exists()
    assert {f"refused/link{WHY}", f"refused/socket{WHY}"} <= set(bench.left())


def test_inbox_on_another_disk_than_the_store(ledger: Ledger, store: Store) -> None:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        bench = Bench(Path(folder), ledger, store)
        bench.drop("镇/a.txt")
        bench.settle()
        assert (bench.arrivals(), bench.left()) == ([("镇", "a.txt")], [])


@contextmanager
def without_rights() -> Iterator[None]:
    """As a user who may read and no more; root passes the modes of folders by."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def public(ledger: Ledger) -> Iterator[Bench]:
    """Outside the folders of the tests, which only their owner may pass."""
    top = Path(tempfile.mkdtemp())
    top.chmod(0o755)
    for name in ("inbox", "store"):
        (top / name).mkdir()
        (top / name).chmod(0o777)
    yield Bench(top / "inbox", ledger, Store(top / "store"))
    shutil.rmtree(top)


def test_inbox_that_cannot_be_written_to_is_told_and_taken_later(
    public: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    public.drop("a.txt")
    public.watcher.step()
    public.folder.chmod(0o555)
    with without_rights():
        public.settle()
        public.watcher.step()
    public.folder.chmod(0o755)
    assert public.documents() == []
    assert (
        caplog.messages.count(
            "file=a.txt cannot be taken, it will be tried again: Permission denied"
        )
        == 1
    )
    public.watcher.step()
    assert (public.arrivals(), public.left()) == ([("", "a.txt")], [])


def test_file_that_only_its_owner_may_read_keeps_no_other_waiting(public: Bench) -> None:
    closed = public.drop("a.txt", b"closed")
    public.drop("b.txt", b"open")
    closed.chmod(0)
    public.watcher.step()
    with without_rights():
        public.settle()
    assert public.arrivals() == [("", "b.txt")]
    closed.chmod(0o644)
    public.settle()
    assert public.arrivals() == [("", "b.txt"), ("", "a.txt")]


@contextmanager
def watching(bench: Bench) -> Iterator[None]:
    """The watcher at its work, as its process runs it."""
    stop = threading.Event()
    thread = threading.Thread(target=bench.watcher.run, args=[stop])
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def await_arrivals(bench: Bench, count: int) -> None:
    deadline = time.monotonic() + 60
    while len(bench.arrivals()) < count:
        assert time.monotonic() < deadline, bench.left()
        time.sleep(0.05)


def test_inbox_without_events_is_scanned(bench: Bench) -> None:
    bench.watcher.events = False
    bench.watcher.pause = 0.3
    with watching(bench):
        bench.drop("镇/a.txt")
        await_arrivals(bench, 1)
    assert bench.left() == []


def test_inbox_replaced_by_another_folder_is_watched_on(bench: Bench) -> None:
    with watching(bench):
        bench.drop("a.txt", b"1")
        await_arrivals(bench, 1)
        bench.folder.rename(bench.folder.with_name("aside"))
        time.sleep(0.5)
        bench.folder.mkdir()
        bench.drop("b.txt", b"2")
        await_arrivals(bench, 2)


def lay_by(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file taken where nobody can say whether a writer holds it, as on a network share."""
    for user in ("inbox", "claims"):
        monkeypatch.setattr(f"workers.intake.{user}.is_written_to", lambda file: None)
    bench.watcher.laid_by.seconds = bench.watcher.changed.seconds = SETTLE
    bench.drop("镇/a.txt", b"half ")
    bench.settle()
    assert len(bench.left()) == len(bench.arrivals()) == 1


def test_file_that_grows_after_it_was_taken_is_taken_again_whole(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_by(bench, monkeypatch)
    # who opened it before the rename writes on
    with (bench.folder / bench.left()[0]).open("ab") as writer:
        writer.write(b"whole")
    for _ in range(5):
        bench.settle()
    assert bench.arrivals() == [("镇", "a.txt"), ("镇", "a.txt")]
    assert [bench.store.read(document.sha256) for document in bench.documents()] == [
        b"half ",
        b"half whole",
    ]
    assert bench.left() == []


def test_file_that_was_laid_by_and_rests_is_let_go(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_by(bench, monkeypatch)
    bench.settle()
    assert (bench.left(), len(bench.documents())) == ([], 1)
    assert list((bench.folder / CLAIMED).iterdir()) == []


def test_folder_that_stays_empty_goes_unless_it_is_kept(bench: Bench) -> None:
    bench.watcher.empty.seconds = 2 * SETTLE
    bench.drop("2024年/镇/a.txt")
    bench.drop("乡/.keep", b"")
    bench.settle()
    assert (bench.folder / "2024年/镇").is_dir()  # somebody may be about to fill it
    for _ in range(5):
        bench.settle()
    assert sorted(path.name for path in bench.folder.iterdir()) == [CLAIMED, "乡"]
    assert bench.watcher.step().left_alone == {}


def test_folder_that_is_filled_meanwhile_stays(bench: Bench) -> None:
    (bench.folder / "镇").mkdir()
    scan = bench.watcher.inbox.scan()
    bench.drop("镇/a.txt")
    for path in scan.empty:
        bench.watcher.inbox.remove_folder(path)
    assert bench.left() == ["镇/a.txt"]


def test_partial_files_of_a_killed_run_are_swept_and_those_of_a_running_one_stay(
    bench: Bench,
) -> None:
    bench.store.put(io.BytesIO(b"known"))
    (bench.store.folder / ".partial-killed").write_bytes(b"ha")
    (bench.folder / "refused/镇").mkdir(parents=True)
    (bench.folder / "refused/镇/.partial-killed").write_bytes(b"ha")
    with Folder.at(bench.store.folder) as folder, partial_file(folder) as (_, running):
        assert bench.watcher.inbox.sweep() == 2
        assert folder.has(running)
    assert [path.name for path in bench.store.folder.rglob("*") if path.is_file()] == [
        sha256(b"known").hexdigest()
    ]


def test_standing_trouble_is_told_once_and_again_when_it_had_passed(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.watcher.pause = 0.1
    with watching(bench):
        for _ in range(2):
            bench.folder.rename(bench.folder.with_name("aside"))
            time.sleep(1)
            bench.folder.with_name("aside").rename(bench.folder)
            time.sleep(1)
    assert sum("is not there" in message for message in caplog.messages) == 2


def test_writer_that_opened_the_file_just_before_it_was_claimed_is_awaited(bench: Bench) -> None:
    bench.drop("a.txt", b"half ")
    bench.watcher.inbox.claim("a.txt")
    (path,) = bench.left()
    with (bench.folder / path).open("ab") as writer:
        bench.settle()
        assert bench.documents() == []
        writer.write(b"whole")
    bench.settle()
    assert bench.store.read(bench.documents()[0].sha256) == b"half whole"


def test_file_on_a_disk_mounted_within_the_inbox_is_told_and_keeps_no_other_waiting(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    move = Folder.move

    def across(source: Folder, name: str, to: Folder, new_name: str) -> None:
        if source.has("mounted.txt"):
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        move(source, name, to, new_name)

    monkeypatch.setattr(Folder, "move", across)
    bench.drop("mounted/mounted.txt", b"1")
    bench.drop("b.txt", b"2")
    bench.settle()
    assert (bench.arrivals(), bench.left()) == ([("", "b.txt")], ["mounted/mounted.txt"])
    assert any("mounted/mounted.txt cannot be taken" in message for message in caplog.messages)


def live_observers() -> list[BaseObserver]:
    return [
        thread
        for thread in threading.enumerate()
        if isinstance(thread, BaseObserver) and thread.is_alive()
    ]


def test_listener_that_died_is_replaced(bench: Bench) -> None:
    bench.watcher.pause = 0.2
    with watching(bench):
        bench.drop("a.txt")
        await_arrivals(bench, 1)
        (first,) = live_observers()
        first.stop()
        first.join()
        deadline = time.monotonic() + 30
        while not live_observers():
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert live_observers() == []
