"""What was looked at is swapped for something else before it is acted on, at each step."""

import os
import shutil
import socket
import stat
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from schema.kinds import Stage
from tests.workers.watching import Bench
from workers import failpoints
from workers.failpoints import Point
from workers.files import handles
from workers.files.handles import Folder
from workers.intake import claims
from workers.intake.refused import WHY
from workers.intake.scanning import CLAIMED

Swap = Callable[[Path, Path], None]
SECRET = b"not yours"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder that is none of the inbox's business, with a file in it."""
    place = tmp_path / "outside"
    place.mkdir()
    (place / "a.txt").write_bytes(SECRET)
    return place


def link_to_folder(path: Path, outside: Path) -> None:
    path.symlink_to(outside)


def link_to_file(path: Path, outside: Path) -> None:
    path.symlink_to(outside / "a.txt")


def link_to_nothing(path: Path, outside: Path) -> None:
    path.symlink_to("nowhere")


def link_to_itself(path: Path, outside: Path) -> None:
    path.symlink_to(path.name)


def pipe(path: Path, outside: Path) -> None:
    os.mkfifo(path)


def listener(path: Path, outside: Path) -> None:
    with socket.socket(socket.AF_UNIX) as sock:
        here = Path.cwd()
        os.chdir(path.parent)  # a socket's path may be 108 bytes long
        try:
            sock.bind(path.name)
        finally:
            os.chdir(here)


def second_name(path: Path, outside: Path) -> None:
    os.link(outside / "a.txt", path)


THINGS: list[Swap] = [
    link_to_folder,
    link_to_file,
    link_to_nothing,
    link_to_itself,
    pipe,
    listener,
    second_name,
]


def everything(folder: Path) -> dict[str, object]:
    """Every entry with its kind and content, without following anything."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        if stat.S_ISREG(path.lstat().st_mode)
        else path.lstat().st_mode
        for path in folder.rglob("*")
    }


def at(monkeypatch: pytest.MonkeyPatch, point: Point, act: Callable[[], None]) -> None:
    """Do something once, when the watcher passes this point."""
    left = [act]

    def reached(passed: Point) -> None:
        if passed == point and left:
            left.pop()()

    monkeypatch.setattr(failpoints, "reached", reached)


def refuse_all(bench: Bench) -> None:
    """What the read stage does with files that cannot be read."""
    for document in bench.documents():
        if claim := bench.ledger.claim(document.id, Stage.READ, "test"):
            bench.ledger.refuse(claim, "读不了。\nIt cannot be read.", "v1")
    bench.watcher.step()


def secrets_read(bench: Bench) -> bool:
    return sha256(SECRET).hexdigest() in {document.sha256 for document in bench.documents()}


# --- dropped as they are ---


@pytest.mark.parametrize("lay", THINGS)
def test_what_is_no_file_leaves_its_reason_and_nothing_to_go_through(
    bench: Bench, outside: Path, lay: Swap
) -> None:
    before = everything(outside)
    lay(bench.drop("镇/b.txt").with_name("x.txt"), outside)
    bench.settle()
    assert (bench.arrivals(), secrets_read(bench)) == ([("镇", "b.txt")], False)
    assert f"refused/镇/x.txt{WHY}" in bench.left()
    assert everything(outside) == before
    assert [path for path in bench.folder.rglob("*") if path.is_symlink()] == []
    assert ("refused/镇/x.txt" in bench.left()) == (lay is second_name)


@pytest.mark.parametrize("depth", ["jump", "镇/jump", "镇/村/组/jump"])
def test_folder_named_as_a_dropped_link_gives_nothing_back_through_it(
    bench: Bench, outside: Path, depth: str
) -> None:
    before = everything(outside)
    link = bench.folder / depth
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(outside)
    bench.settle()
    bench.drop(f"{depth}/x.pth", b"%PDF import os")
    bench.settle()
    refuse_all(bench)
    assert everything(outside) == before
    assert (bench.folder / f"refused/{depth}/x.pth").read_bytes() == b"%PDF import os"


def test_second_names_of_one_file_lose_nothing(bench: Bench) -> None:
    """As rsync -H and archives lay them: were both removed, the content would be gone."""
    os.link(bench.drop("a.txt", b"once"), bench.folder / "b.txt")
    bench.settle()
    assert bench.documents() == []
    assert (
        (bench.folder / "refused/a.txt").read_bytes()
        == (bench.folder / "refused/b.txt").read_bytes()
        == b"once"
    )


# --- swapped after the look, before the claim ---


@pytest.mark.parametrize("lay", THINGS)
def test_file_swapped_after_the_look_is_not_followed(
    bench: Bench, outside: Path, lay: Swap
) -> None:
    before = everything(outside)
    target = bench.drop("a.txt")
    scan = bench.watcher.inbox.scan()
    target.unlink()
    lay(target, outside)
    for path in scan.files:
        bench.watcher.inbox.claim(path)
    bench.watcher.step()
    assert (bench.documents(), everything(outside)) == ([], before)
    assert f"refused/a.txt{WHY}" in bench.left()


@pytest.mark.parametrize("lay", [link_to_folder, link_to_file, link_to_nothing, pipe])
@pytest.mark.parametrize("which", ["镇", "镇/村", "镇/村/组"])
def test_folder_swapped_after_the_look_gives_away_nothing(
    bench: Bench, outside: Path, lay: Swap, which: str, tmp_path: Path
) -> None:
    bench.drop("镇/村/组/a.txt")
    inside = outside / "村/组"
    inside.mkdir(parents=True)
    (outside / "组").mkdir()
    for place in (inside, outside / "组"):
        (place / "a.txt").write_bytes(SECRET)
    before = everything(outside)
    scan = bench.watcher.inbox.scan()
    (bench.folder / which).rename(tmp_path / "aside")
    lay(bench.folder / which, outside)
    for path in scan.files:
        with pytest.raises(OSError, match=r"Not a directory|Too many levels"):
            bench.watcher.inbox.claim(path)
    bench.settle()
    bench.settle()
    assert (bench.documents(), everything(outside)) == ([], before)


def fill(folder: Path) -> dict[str, bytes]:
    contents = {f"{at}/{at}.txt": str(at).encode() for at in range(3)}
    for path, content in contents.items():
        (folder / path).parent.mkdir(parents=True)
        (folder / path).write_bytes(content)
    return contents


@pytest.mark.parametrize("killed", [False, True])
def test_folder_swapped_for_a_file_loses_and_hides_none_of_its_files(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, killed: bool
) -> None:
    target = bench.drop("镇/a.txt")
    scan = bench.watcher.inbox.scan()
    target.unlink()
    target.mkdir()
    contents = fill(target)
    if killed:  # right after the rename
        monkeypatch.setattr(claims, "_put_down", lambda *of: None)
    for path in scan.files:
        assert killed or not bench.watcher.inbox.claim(path)
        if killed:
            bench.watcher.inbox.claim(path)
    monkeypatch.undo()
    for _ in range(3):
        bench.settle()
    assert sorted(bench.arrivals()) == sorted((f"镇/a.txt/{at}", f"{at}.txt") for at in range(3))
    stored = {bench.store.read(document.sha256) for document in bench.documents()}
    assert stored == set(contents.values())
    refuse_all(bench)
    assert {path for path in bench.left() if not path.endswith(WHY)} == {
        f"refused/镇/a.txt/{path}" for path in contents
    }


@pytest.mark.parametrize("lay", THINGS)
def test_file_swapped_between_the_question_for_writers_and_the_rename_is_not_followed(
    bench: Bench, outside: Path, lay: Swap, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(outside)
    target = bench.drop("镇/a.txt")

    def swap() -> None:
        target.unlink()
        lay(target, outside)

    at(monkeypatch, Point.CLAIM_FOLDER_MADE, swap)
    bench.settle()
    bench.settle()
    assert (secrets_read(bench), everything(outside)) == (False, before)
    assert f"refused/镇/a.txt{WHY}" in bench.left()


def test_folder_that_is_swapped_while_its_file_is_claimed_gives_its_own_file(
    bench: Bench, outside: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bench.drop("镇/a.txt", b"mine")

    def swap() -> None:
        (bench.folder / "镇").rename(tmp_path / "aside")
        (bench.folder / "镇").symlink_to(outside)

    at(monkeypatch, Point.CLAIM_FOLDER_MADE, swap)
    bench.settle()
    assert [bench.store.read(document.sha256) for document in bench.documents()] == [b"mine"]
    assert (outside / "a.txt").read_bytes() == SECRET


# --- swapped in the claim ---


@pytest.mark.parametrize(
    "point", [Point.CLAIMED, Point.COPY_BEGUN, Point.COPIED, Point.KEPT, Point.RECORDED]
)
@pytest.mark.parametrize("lay", [link_to_file, link_to_folder, pipe, second_name])
def test_claimed_file_that_is_swapped_is_not_followed(
    bench: Bench, outside: Path, lay: Swap, point: Point, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(outside)
    bench.drop("镇/a.txt", b"mine")

    def swap() -> None:
        (path,) = (bench.folder / CLAIMED).rglob("a.txt")
        path.unlink()
        lay(path, outside)

    at(monkeypatch, point, swap)
    bench.settle()
    bench.settle()
    assert (secrets_read(bench), everything(outside)) == (False, before)
    assert f"refused/镇/a.txt{WHY}" in bench.left()


def test_other_file_in_place_of_a_recorded_one_is_a_drop_of_its_own(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.drop("a.txt", b"one")

    def swap() -> None:
        (path,) = (bench.folder / CLAIMED).rglob("a.txt")
        path.unlink()
        path.write_bytes(b"two")

    at(monkeypatch, Point.RECORDED, swap)
    bench.settle()
    bench.settle()
    assert [bench.store.read(document.sha256) for document in bench.documents()] == [b"one", b"two"]
    assert (len(bench.arrivals()), bench.left()) == (2, [])


# --- swapped on the way back ---


@pytest.mark.parametrize("lay", [link_to_folder, link_to_file, link_to_nothing, pipe])
@pytest.mark.parametrize("which", ["refused/镇", "refused/镇/村", "refused"])
def test_folder_of_the_refused_that_is_swapped_is_not_written_through(
    bench: Bench, outside: Path, lay: Swap, which: str
) -> None:
    before = everything(outside)
    bench.drop("镇/村/a.docx", b"bad")
    bench.settle()
    (bench.folder / which).parent.mkdir(parents=True, exist_ok=True)
    lay(bench.folder / which, outside)
    refuse_all(bench)
    for _ in range(2):  # a link in place of `refused` itself has to go first
        bench.ledger.engine.connect().close()
        bench.settle()
    again(bench)
    returned = [
        path for path in bench.left() if not path.endswith(WHY) and (bench.folder / path).is_file()
    ]
    assert [(bench.folder / path).read_bytes() for path in returned if path.endswith("a.docx")] == [
        b"bad"
    ]
    assert everything(outside) == before


def again(bench: Bench) -> None:
    """What could not be given back is tried again."""
    for returned in bench.ledger.unreturned(again=0):
        bench.watcher.inbox.give_back(returned)
        bench.ledger.mark_returned(returned.arrival_id)


@pytest.mark.parametrize("lay", THINGS)
@pytest.mark.parametrize("name", ["a.docx", f"a.docx{WHY}"])
def test_what_lies_under_the_name_of_a_refused_file_is_not_written_through(
    bench: Bench, outside: Path, lay: Swap, name: str
) -> None:
    before = everything(outside)
    (bench.folder / "refused").mkdir()
    lay(bench.folder / "refused" / name, outside)
    bench.drop("a.docx", b"bad")
    bench.settle()
    refuse_all(bench)
    assert everything(outside) == before
    assert b"bad" in [
        (bench.folder / path).read_bytes()
        for path in bench.left()
        if path.endswith(".docx") and (bench.folder / path).is_file()
    ]
    assert bench.ledger.unreturned(again=0) == []


def test_file_laid_under_the_free_name_while_a_file_is_given_back_is_not_overwritten(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.drop("a.docx", b"bad")
    bench.settle()
    move = Folder.move

    def late(source: Folder, name: str, to: Folder, new_name: str) -> None:
        if new_name == "a.docx":
            (bench.folder / "refused/a.docx").write_bytes(b"another's")
        move(source, name, to, new_name)

    monkeypatch.setattr(Folder, "move", late)
    refuse_all(bench)
    assert (bench.folder / "refused/a.docx").read_bytes() == b"another's"
    assert (bench.folder / "refused/a (2).docx").read_bytes() == b"bad"


def test_disk_that_cannot_rename_without_overwriting_is_asked_first(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handles, "_renameat2", None)
    (bench.folder / "refused").mkdir()
    (bench.folder / "refused/a.docx").write_bytes(b"another's")
    bench.drop("a.docx", b"bad")
    bench.settle()
    refuse_all(bench)
    assert (bench.folder / "refused/a.docx").read_bytes() == b"another's"
    assert (bench.folder / "refused/a (2).docx").read_bytes() == b"bad"


def test_empty_folder_swapped_for_a_link_is_not_removed_through_it(
    bench: Bench, outside: Path
) -> None:
    (outside / "empty").mkdir()
    (bench.folder / "镇/empty").mkdir(parents=True)
    scan = bench.watcher.inbox.scan()
    shutil.rmtree(bench.folder / "镇")
    (bench.folder / "镇").symlink_to(outside)
    for path in scan.empty:
        bench.watcher.inbox.remove_folder(path)
    assert (outside / "empty").is_dir()


def test_parts_of_killed_runs_are_not_swept_through_a_link(bench: Bench, outside: Path) -> None:
    (outside / ".partial-mine").write_bytes(SECRET)
    (bench.folder / "refused").mkdir()
    (bench.folder / "refused/link").symlink_to(outside)
    assert bench.watcher.inbox.sweep() == 0
    assert (outside / ".partial-mine").exists()


@pytest.mark.parametrize("lay", [pipe, listener, second_name])
@pytest.mark.parametrize("own", ["refused", CLAIMED])
def test_thing_under_a_name_of_the_inbox_itself_keeps_nobody_waiting(
    bench: Bench, outside: Path, lay: Swap, own: str
) -> None:
    before = everything(outside)
    lay(bench.folder / own, outside)
    bench.drop("a.txt")
    bench.settle()
    bench.settle()
    assert (bench.arrivals(), everything(outside)) == ([("", "a.txt")], before)
    assert f"refused/{own}{WHY}" in bench.left()


def test_report_that_is_named_as_the_folder_of_the_refused_is_a_report(bench: Bench) -> None:
    bench.drop("refused", b"report")
    bench.settle()
    bench.drop("a.docx", b"bad")
    bench.settle()
    assert bench.arrivals() == [("", "refused"), ("", "a.docx")]
    refuse_all(bench)
    assert (bench.folder / "refused/a.docx").read_bytes() == b"bad"
