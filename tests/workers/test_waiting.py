"""One file that cannot be taken or given back keeps no other waiting, and is named once."""

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update

from schema.kinds import Stage
from schema.tables import Arrival
from tests.workers.watching import Bench
from workers.files.handles import Folder
from workers.intake.refused import WHY

BAD = b"\x7fELF "


def refuse_all(bench: Bench) -> None:
    """What the read stage does with files that cannot be read; then the watcher gives them back."""
    for document in bench.documents():
        if claim := bench.ledger.claim(document.id, Stage.READ, "test"):
            bench.ledger.refuse(claim, "读不了。\nIt cannot be read.", "v1")
    for _ in range(3):
        bench.watcher.step()


def returned(bench: Bench) -> list[bytes]:
    """What lies in `refused/` with its reason beside it."""
    files = [path for path in (bench.folder / "refused").rglob("*") if path.is_file()]
    given = [path for path in files if not path.name.endswith(WHY)]
    assert all(path.with_name(path.name + WHY) in files for path in given)
    return sorted(path.read_bytes() for path in given)


@pytest.mark.parametrize(
    "folder",
    [
        b"\xff" * 70,  # spelt out, four times as long
        b"\xff" * 255,
        b"/".join([b"\xb1\xa8" * 60] * 20),
        "\u202e".encode() * 80,  # of control characters, six times
        b"\x01" * 200,
        "年".encode() * 85,
        b"/".join([b"x" * 255] * 8),
    ],
)
def test_names_that_grow_when_they_are_spelt_out_come_back(bench: Bench, folder: bytes) -> None:
    place = bench.folder / os.fsdecode(folder)
    place.mkdir(parents=True)
    for at in range(3):
        (place / f"bad{at}.bin").write_bytes(BAD + str(at).encode())
    bench.drop("innocent.bin", BAD)
    bench.settle()
    refuse_all(bench)
    assert returned(bench) == sorted([BAD, *(BAD + str(at).encode() for at in range(3))])
    assert bench.ledger.unreturned(again=0) == []


@pytest.mark.parametrize(
    "name", [b"\xff" * 255, "年".encode() * 83 + b".txt", b"\x1b" * 250 + b".docx", b".." * 100]
)
def test_files_whose_own_names_grow_come_back(bench: Bench, name: bytes) -> None:
    (bench.folder / os.fsdecode(b"x" + name[1:])).write_bytes(BAD)
    bench.settle()
    refuse_all(bench)
    assert returned(bench) == [BAD]


def lay_file(place: Path) -> None:
    place.write_bytes(b"in the way")


def lay_link(place: Path) -> None:
    place.symlink_to("/")


def lay_pipe(place: Path) -> None:
    os.mkfifo(place)


def lay_deaf_folder(place: Path) -> None:
    """Its files have the names that the reasons would have."""
    (place / f"a.docx{WHY}").mkdir(parents=True)


@pytest.mark.parametrize("lay", [lay_file, lay_link, lay_pipe, lay_deaf_folder])
def test_what_is_in_the_way_is_gone_round(bench: Bench, lay: Callable[[Path], None]) -> None:
    (bench.folder / "refused").mkdir()
    lay(bench.folder / "refused/镇")
    bench.drop("镇/a.docx", BAD)
    bench.drop("乡/b.docx", BAD + b"b")
    bench.settle()
    refuse_all(bench)
    assert {BAD, BAD + b"b"} <= set(returned_any(bench))
    assert bench.ledger.unreturned(again=0) == []


@pytest.mark.parametrize("why", [errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, errno.EACCES])
@pytest.mark.parametrize("what", ["make", "create", "move"])
def test_disk_that_does_not_take_a_name_gets_another(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, why: int, what: str
) -> None:
    """Network shares know other names than we: no backslashes, no colons, fewer bytes."""
    act = getattr(Folder, what)

    def picky(folder: Folder, *names: Any, **more: Any) -> Any:
        if any("镇" in str(name) for name in names) or folder_is_of_town(folder):
            raise OSError(why, os.strerror(why))
        return act(folder, *names, **more)

    bench.drop("镇/镇a.docx", BAD)
    bench.settle()
    monkeypatch.setattr(Folder, what, picky)
    refuse_all(bench)
    assert returned(bench) == [BAD]
    assert bench.ledger.unreturned(again=0) == []


def folder_is_of_town(folder: Folder) -> bool:
    return "镇" in str(Path(f"/proc/self/fd/{folder.handle}").readlink())


def returned_any(bench: Bench) -> list[bytes]:
    found = (bench.folder / "refused").rglob("*")
    return [path.read_bytes() for path in found if path.is_file() and not path.is_symlink()]


@contextmanager
def without_place(monkeypatch: pytest.MonkeyPatch, why: int) -> Iterator[None]:
    """A disk that takes no new file, under whatever name."""
    create = Folder.create

    def refuse(folder: Folder, name: str) -> object:
        raise OSError(why, os.strerror(why), name)

    monkeypatch.setattr(Folder, "create", refuse)
    try:
        yield
    finally:
        monkeypatch.setattr(Folder, "create", create)


@pytest.mark.parametrize("why", [errno.EROFS, errno.ENOSPC, errno.EACCES])
def test_hundreds_that_cannot_be_given_back_keep_no_other_waiting(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, why: int
) -> None:
    for at in range(130):
        bench.drop(f"bad{at}.bin", BAD)
    bench.settle()
    with without_place(monkeypatch, why):
        refuse_all(bench)
        assert returned(bench) == []
    bench.drop("innocent.bin", BAD + b"innocent")
    bench.settle()
    refuse_all(bench)
    assert returned(bench) == [BAD + b"innocent"]
    told = [message for message in caplog.messages if "bad7.bin cannot be given back" in message]
    assert len(told) == 1
    rest_over(bench)
    refuse_all(bench)
    assert len(returned(bench)) == 131
    assert bench.ledger.unreturned(again=0) == []


def rest_over(bench: Bench) -> None:
    """The time after which what was set aside is tried again."""
    with bench.ledger.transaction() as session:
        earlier = Arrival.return_tried_at - text("interval '1 hour'")
        session.execute(update(Arrival).values(return_tried_at=earlier))


def test_refused_file_whose_bytes_are_lost_is_named_and_keeps_no_other_waiting(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.drop("lost.bin", BAD)
    bench.settle()
    bench.store.path(sha256(BAD).hexdigest()).unlink()
    bench.drop("innocent.bin", BAD + b"innocent")
    bench.settle()
    refuse_all(bench)
    refuse_all(bench)
    assert returned(bench) == [BAD + b"innocent"]
    assert sum("lost.bin cannot be given back" in message for message in caplog.messages) == 1


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444, 0o400, 0o755, 0o4711, 0])
def test_refused_file_comes_back_with_its_mode(bench: Bench, mode: int) -> None:
    bench.drop("镇/a.docx", BAD).chmod(mode)
    bench.settle()
    refuse_all(bench)
    back = (bench.folder / "refused/镇/a.docx").lstat()
    assert stat.S_IMODE(back.st_mode) == mode & 0o777


def test_refused_file_comes_back_to_its_owner(bench: Bench) -> None:
    # only root gives files away
    owner = (4711, 4712) if os.geteuid() == 0 else (os.getuid(), os.getgid())
    os.chown(bench.drop("a.docx", BAD), *owner)
    bench.settle()
    refuse_all(bench)
    back = (bench.folder / "refused/a.docx").lstat()
    assert (back.st_uid, back.st_gid) == owner


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444])
def test_file_that_is_too_large_keeps_its_mode(bench: Bench, mode: int) -> None:
    bench.drop("large.txt", b"x" * (2 << 20)).chmod(mode)
    bench.settle()
    assert stat.S_IMODE((bench.folder / "refused/large.txt").lstat().st_mode) == mode


def test_files_that_cannot_be_moved_come_last(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More of them than one scan takes, and older than the others."""
    move = Folder.move

    def stuck(folder: Folder, name: str, to: Folder, new_name: str) -> None:
        if name.startswith("stuck"):
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), name)
        move(folder, name, to, new_name)

    monkeypatch.setattr(Folder, "move", stuck)
    bench.watcher.limits = type(bench.watcher.limits)(scan_files=10)
    for at in range(30):
        bench.drop(f"stuck{at}.txt", str(at).encode())
    bench.settle()
    bench.drop("innocent.txt")
    for _ in range(4):
        bench.settle()
    assert bench.arrivals() == [("", "innocent.txt")]


def test_file_that_is_held_open_comes_last(bench: Bench) -> None:
    bench.watcher.limits = type(bench.watcher.limits)(scan_files=5)
    held = [bench.drop(f"held{at}.txt", str(at).encode()).open("ab") for at in range(10)]
    try:
        bench.settle()
        bench.drop("innocent.txt")
        for _ in range(3):
            bench.settle()
        assert bench.arrivals() == [("", "innocent.txt")]
    finally:
        for file in held:
            file.close()


@pytest.mark.parametrize("size", [(1 << 20) + 1, 10 << 30])
def test_sparse_file_beyond_the_limit_is_turned_away_unread(bench: Bench, size: int) -> None:
    with (bench.folder / "sparse.txt").open("wb") as file:
        file.truncate(size)
    bench.drop("innocent.txt")
    bench.settle()
    assert bench.arrivals() == [("", "innocent.txt")]
    assert "limit is 1 MB" in (bench.folder / f"refused/sparse.txt{WHY}").read_text()


def test_file_that_never_ends_is_not_read_to_its_end(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says that it holds 6 bytes, as files of /proc and of some network shares do,
    and gives more and more.
    """
    target = bench.drop("endless.txt", b"report")
    read = 0
    original = Folder.open

    class Endless:
        def __init__(self, file: object) -> None:
            self.file = file

        def __getattr__(self, name: str) -> object:
            return getattr(self.file, name)

        def __enter__(self) -> "Endless":
            return self

        def __exit__(self, *of: object) -> None:
            self.file.close()  # type: ignore[attr-defined]

        def read(self, size: int) -> bytes:
            nonlocal read
            read += size
            return b"x" * size

    def open_endless(folder: Folder, name: str) -> object:
        file = original(folder, name)
        return Endless(file) if name == "endless.txt" else file

    monkeypatch.setattr(Folder, "open", open_endless)
    bench.drop("innocent.txt")
    bench.settle()
    assert bench.arrivals() == [("", "innocent.txt")]
    assert read <= 2 << 20
    monkeypatch.undo()
    bench.settle()
    assert ("", "endless.txt") in bench.arrivals()
    assert not target.exists()
