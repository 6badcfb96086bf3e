"""The inbox: what is taken, when, and what is given back."""

import errno
import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from io import BufferedReader
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from schema.kinds import Stage
from tests.workers.watching import SETTLE, Bench
from workers import store as stored
from workers.database import connect
from workers.intake.refused import WHY
from workers.intake.scanning import CLAIMED
from workers.ledger import Ledger


def test_file_at_rest_is_stored_recorded_rung_for_and_removed(bench: Bench) -> None:
    bench.drop("报告.txt", "法治".encode())
    bench.watcher.step()
    assert bench.documents() == []  # seen once: it may still grow
    bench.settle()
    (document,) = bench.documents()
    assert bench.store.read(document.sha256) == "法治".encode()
    assert (bench.arrivals(), bench.rung, bench.left()) == ([("", "报告.txt")], [document.id], [])


def test_same_content_under_another_name_is_an_arrival(bench: Bench) -> None:
    bench.drop("a.txt")
    bench.settle()
    bench.drop("乡镇/b.txt")
    bench.settle()
    assert len(bench.documents()) == 1
    assert bench.arrivals() == [("", "a.txt"), ("乡镇", "b.txt")]
    assert len(bench.rung) == 1


def test_same_name_with_other_content_is_another_document(bench: Bench) -> None:
    bench.drop("a.txt", b"one")
    bench.settle()
    bench.drop("a.txt", b"two")
    bench.settle()
    assert len(bench.documents()) == 2


def test_folder_dropped_whole_keeps_its_folders(bench: Bench) -> None:
    for at in range(20):
        bench.drop(f"2024年/第{at}镇/报告.txt", str(at).encode())
    bench.settle()
    assert len(bench.documents()) == 20
    assert ("2024年/第7镇", "报告.txt") in bench.arrivals()


@pytest.mark.parametrize(
    "name",
    [
        "a b.txt",
        "-rf",
        "年\n报.txt",
        "'; drop table t;--.txt",
        "é".encode("latin-1"),
        "x" * 255,
        "..hidden.txt"[2:],
        "CON",
    ],
)
def test_odd_names_are_taken(bench: Bench, name: str | bytes) -> None:
    (bench.folder / os.fsdecode(name)).write_bytes(b"odd")
    bench.settle()
    assert len(bench.documents()) == 1
    assert bench.left() == []


@pytest.mark.parametrize(
    "name", ["~$报告.docx", "报告.docx.part", ".报告.txt.swp", "Thumbs.db", "x.crdownload"]
)
def test_temporary_name_is_left_alone_and_told(bench: Bench, name: str) -> None:
    bench.drop(name)
    bench.settle()
    assert bench.left() == [name]
    assert bench.watcher.step().left_alone.keys() == {name}


def test_file_renamed_from_its_temporary_name_is_taken(bench: Bench) -> None:
    bench.drop("报告.txt.part").rename(bench.folder / "报告.txt")
    bench.settle()
    assert bench.arrivals() == [("", "报告.txt")]


def test_growing_file_is_taken_once_whole(bench: Bench) -> None:
    target = bench.drop("a.txt", b"")
    for at in range(6):
        with target.open("ab") as out:
            out.write(f"line {at}\n".encode())
        bench.watcher.step()
        time.sleep(SETTLE / 2)
    assert bench.documents() == []
    bench.settle()
    (document,) = bench.documents()
    assert bench.store.read(document.sha256).count(b"\n") == 6


@contextmanager
def writer_in_another_process(target: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Somebody who has written half, pauses, and holds the file until told to go on."""
    script = (
        "import sys; f = open(sys.argv[1], 'ab', buffering=0); f.write(b'half '); "
        "print('ok', flush=True);"
        "sys.stdin.readline(); f.write(b'whole'); f.close(); print('done', "
        "flush=True); sys.stdin.readline()"
    )
    argv = [sys.executable, "-c", script, str(target)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        assert writer.stdin
        writer.stdout.readline()
        yield writer
        writer.stdin.close()


def test_writer_that_pauses_longer_than_the_settle_time_is_awaited(bench: Bench) -> None:
    with writer_in_another_process(bench.folder / "a.txt") as writer:
        bench.settle()
        bench.settle()
        assert bench.documents() == []
        assert writer.stdin
        assert writer.stdout
        writer.stdin.write(b"\n")
        writer.stdin.flush()
        writer.stdout.readline()
        bench.settle()
    assert bench.store.read(bench.documents()[0].sha256) == b"half whole"


def test_link_pipe_and_device_are_turned_away_and_never_followed(
    bench: Bench, tmp_path: Path
) -> None:
    names, secret = ["link.txt", "hard.txt", "pipe"], tmp_path / "secret.txt"
    secret.write_text("not yours")
    (bench.folder / "link.txt").symlink_to(secret)
    os.link(secret, bench.folder / "hard.txt")
    os.mkfifo(bench.folder / "pipe")
    with suppress(PermissionError):  # only root makes devices
        os.mknod(bench.folder / "zero", stat.S_IFCHR | 0o600, os.makedev(1, 5))
        names.append("zero")
    bench.settle()
    assert bench.documents() == []
    assert secret.read_text() == "not yours"
    for name in names:
        assert "not a file" in (bench.folder / "refused" / (name + WHY)).read_text()
    # A second name of a file is kept: the first may have gone the same way.
    assert bench.left() == sorted(["refused/hard.txt", *(f"refused/{name}{WHY}" for name in names)])


def test_file_that_is_too_large_is_turned_away(bench: Bench) -> None:
    bench.drop("large.txt", b"x" * (2 << 20))
    bench.settle()
    assert bench.documents() == []
    assert (bench.folder / "refused/large.txt").stat().st_size == 2 << 20
    assert "limit is 1 MB" in (bench.folder / f"refused/large.txt{WHY}").read_text()


def test_run_that_was_killed_after_the_claim_is_gone_on_with(bench: Bench) -> None:
    bench.drop("镇/a.txt")
    bench.watcher.inbox.claim("镇/a.txt")
    assert bench.left()[0].startswith(CLAIMED)
    bench.watcher.step()
    assert (bench.arrivals(), bench.left()) == ([("镇", "a.txt")], [])


def test_run_that_was_killed_after_the_commit_adds_no_second_arrival(bench: Bench) -> None:
    bench.drop("a.txt")
    bench.watcher.inbox.claim("a.txt")
    (claimed,) = bench.watcher.inbox.claims()
    kept = bench.watcher.inbox.keep(claimed)
    assert kept
    bench.ledger.record(kept.drop)
    bench.watcher.step()
    assert (bench.arrivals(), bench.left()) == ([("", "a.txt")], [])


def test_database_that_is_away_loses_no_file(bench: Bench, tmp_path: Path) -> None:
    bench.drop("a.txt")
    bench.watcher.step()
    time.sleep(SETTLE + 0.05)
    away, bench.watcher.ledger = (
        bench.watcher.ledger,
        Ledger(connect(f"postgresql+psycopg://f@/f?host={tmp_path}")),
    )
    with pytest.raises(OperationalError):
        bench.watcher.step()
    assert bench.left()
    bench.watcher.ledger = away
    bench.watcher.step()
    assert (bench.arrivals(), bench.left()) == ([("", "a.txt")], [])


def test_refused_document_goes_back_with_its_reason(bench: Bench) -> None:
    bench.drop("镇/空.txt", b"")
    bench.settle()
    (document,) = bench.documents()
    claim = bench.ledger.claim(document.id, Stage.READ, "test")
    assert claim
    bench.ledger.refuse(claim, "The file is empty.", "v1")
    bench.watcher.step()
    bench.watcher.step()
    assert bench.left() == ["refused/镇/空.txt", f"refused/镇/空.txt{WHY}"]
    assert (bench.folder / f"refused/镇/空.txt{WHY}").read_text() == "The file is empty.\n"


def test_refused_content_dropped_again_goes_back_again(bench: Bench) -> None:
    for name in ("a.txt", "a.txt", "b.txt"):
        bench.drop(name, b"\x89PNG")
        bench.settle()
        (document,) = bench.documents()
        claim = bench.ledger.claim(document.id, Stage.READ, "test")
        if claim:
            bench.ledger.refuse(claim, "This is a picture.", "v1")
        bench.watcher.step()
    assert bench.left() == [
        "refused/a.txt",
        f"refused/a.txt{WHY}",
        "refused/b.txt",
        f"refused/b.txt{WHY}",
    ]


def test_missing_inbox_is_no_end_of_the_watcher(bench: Bench) -> None:
    bench.folder.rename(bench.folder.with_name("away"))
    with pytest.raises(FileNotFoundError):
        bench.watcher.step()
    bench.folder.mkdir()
    bench.drop("a.txt")
    bench.settle()
    assert len(bench.documents()) == 1


def test_full_disk_keeps_no_other_file_waiting_and_loses_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = bench.store.put

    def full(source: BufferedReader, *of: Any, **more: Any) -> tuple[str, int]:
        if b"large" in source.peek(5):
            raise OSError(errno.ENOSPC, "No space left on device")
        return put(source, *of, **more)

    monkeypatch.setattr(bench.store, "put", full)
    bench.drop("1.txt", b"large")
    bench.drop("2.txt", b"small")
    bench.settle()
    assert bench.arrivals() == [("", "2.txt")]
    monkeypatch.undo()
    bench.watcher.step()
    assert bench.arrivals() == [("", "2.txt"), ("", "1.txt")]


def test_file_that_grows_while_it_is_copied_leaves_no_half_of_it_in_the_store(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.drop("报告.txt", b"half")
    inbox = bench.watcher.inbox
    inbox.claim("报告.txt")
    (claimed,) = inbox.claims()
    copy = stored._copy

    def interrupted(*of: Any) -> Any:
        copied = copy(*of)
        with (bench.folder / bench.left()[0]).open("ab") as more:
            more.write(b" and whole")
        return copied

    monkeypatch.setattr(stored, "_copy", interrupted)
    assert inbox.keep(claimed) is None
    assert [path for path in bench.store.folder.rglob("*") if path.is_file()] == []
    monkeypatch.undo()
    kept = inbox.keep(claimed)
    assert kept
    assert bench.store.read(kept.drop.sha256) == b"half and whole"


def refuse(bench: Bench, sha_of: bytes) -> None:
    """What the read stage does with the document of this content."""
    for document in bench.documents():
        if document.sha256 == sha256(sha_of).hexdigest() and (
            claim := bench.ledger.claim(document.id, Stage.READ, "test")
        ):
            bench.ledger.refuse(claim, "读不了。\nIt cannot be read.", "v1")
    bench.watcher.step()


def test_pipe_among_the_refused_is_never_opened(bench: Bench) -> None:
    (bench.folder / "refused").mkdir()
    os.mkfifo(bench.folder / "refused/报告")
    bench.drop("报告", b"")
    bench.settle()
    refuse(bench, b"")
    assert (bench.folder / "refused" / "报告 (2)").read_bytes() == b""


def test_file_that_cannot_be_given_back_under_its_name_keeps_no_other_waiting(bench: Bench) -> None:
    long = "年" * 83 + ".txt"
    for path, content in ((long, b"1"), ("甲镇", b"2"), ("乙.txt", b"4")):
        bench.drop(path, content)
    bench.settle()
    for content in (b"1", b"2", b"4"):
        refuse(bench, content)
    bench.drop("甲镇/丙.docx", b"3")
    bench.settle()
    refuse(bench, b"3")
    returned = {
        path.read_bytes()
        for path in (bench.folder / "refused").rglob("*")
        if not path.name.endswith(WHY)
    }
    assert returned == {b"1", b"2", b"3", b"4"}
    assert bench.ledger.unreturned() == []


def test_link_laid_among_the_refused_is_not_written_through(bench: Bench, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("not yours")
    (bench.folder / "refused").mkdir()
    for name in ("坏.docx", f"坏.docx{WHY}", ".坏.docx.partial"):
        (bench.folder / "refused" / name).symlink_to(victim)
    bench.drop("坏.docx", b"bad")
    bench.settle()
    refuse(bench, b"bad")
    assert victim.read_text() == "not yours"


@pytest.mark.parametrize("own", ["refused", CLAIMED])
def test_link_in_place_of_a_folder_of_the_inbox_is_removed_and_keeps_nobody_waiting(
    bench: Bench, tmp_path: Path, own: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (bench.folder / own).symlink_to(outside)
    bench.drop("a.txt", b"")
    bench.settle()
    bench.settle()
    refuse(bench, b"")
    assert (bench.arrivals(), list(outside.iterdir())) == ([("", "a.txt")], [])
    assert (bench.folder / "refused/a.txt").read_bytes() == b""
    assert str(outside) in (bench.folder / f"refused/{own}{WHY}").read_text()


def test_folder_that_is_too_deep_is_told_and_keeps_no_other_waiting(bench: Bench) -> None:
    deep = "/".join(["深"] * 40)
    bench.drop(f"{deep}/a.txt")
    bench.drop("b.txt", b"other")
    bench.settle()
    assert bench.arrivals() == [("", "b.txt")]
    assert len(bench.watcher.step().left_alone) == 1


def test_link_that_is_delivered_and_let_go_is_a_file(bench: Bench, tmp_path: Path) -> None:
    partial = tmp_path / "partial"
    partial.write_bytes(b"whole")
    os.link(partial, bench.folder / "a.txt")
    bench.watcher.step()
    partial.unlink()
    bench.settle()
    bench.settle()
    assert bench.arrivals() == [("", "a.txt")]
