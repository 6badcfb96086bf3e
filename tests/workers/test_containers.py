"""A file that holds others: each becomes a document of its own, once, with its container in its
history.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from schema.kinds import DocumentState, Stage
from schema.tables import Arrival, Document, Finding, Report, StageRun
from tests.chaos.reports import archive, report_text
from tests.report import test_containers as kinds
from tests.workers.watching import Bench
from workers.desk.arrivals import Show, list_arrivals
from workers.desk.status import read_overview
from workers.ledger import Ledger
from workers.recovery.trouble import Scene
from workers.recovery.verifying import verify
from workers.settings import Settings
from workers.stages import tasks
from workers.store import Store

TEXTS = [report_text(at, random.Random(at)).encode() for at in range(9)]
PICTURE = b"\x89PNG\r\n\x1a\n a picture"
PROGRAM = b"MZ\0\0 a program"


class System:
    """An inbox, its watcher, and the tasks over the same ledger and store."""

    def __init__(self, home: Path, ledger: Ledger, chosen: Settings) -> None:
        self.chosen, self.ledger, self.rung = chosen, ledger, list[tuple[Sequence[int], Stage]]()
        (home / "inbox").mkdir()
        self.bench = Bench(home / "inbox", ledger, Store(chosen.store_dir))

    def drop(self, path: str, content: bytes) -> None:
        """Drop a file and work off all that follows."""
        self.bench.drop(path, content)
        self.work_off()

    def work_off(self) -> None:
        self.bench.settle()
        self.rung += [([number], Stage.READ) for number in self.bench.rung]
        self.bench.rung.clear()
        while self.rung:
            numbers, stage = self.rung.pop(0)
            tasks.run_stage(stage, *numbers)
        self.bench.watcher.step()

    def states(self) -> dict[str, DocumentState]:
        """The path of each arrival → how its document stands."""
        with self.ledger.transaction() as session:
            lines = select(Arrival.folder, Arrival.name, Document.state).join(
                Document, Document.id == Arrival.document_id
            )
            return {
                "/".join(filter(None, (folder, name))): state
                for folder, name, state in session.execute(lines)
            }

    def reason(self, name: str) -> str:
        with self.ledger.transaction() as session:
            of_it = select(Document.reason).join(Arrival, Arrival.document_id == Document.id)
            return session.scalars(of_it.where(Arrival.name == name)).first() or ""

    def wrong(self, *, deep: bool = True) -> list[str]:
        scene = Scene(ledger=self.ledger, chosen=self.chosen, ring=lambda *_: True, deep=deep)
        return [verdict.trouble.sentence for verdict in verify(scene)]


@pytest.fixture
def system(
    tmp_path: Path, ledger: Ledger, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[System]:
    chosen = Settings(home=tmp_path, database_url=database_url, retry_seconds=0)
    found = System(tmp_path, ledger, chosen)
    monkeypatch.setattr(tasks, "settings", lambda: chosen)
    monkeypatch.setattr(tasks, "ledger", lambda: ledger)
    monkeypatch.setattr(tasks, "ring", lambda *heard, **_: found.rung.append(heard))
    yield found
    assert found.wrong() == []


def test_members_of_an_archive_are_documents_with_it_in_their_history(system: System) -> None:
    files = {"甲镇/年报.txt": TEXTS[0], "乙镇/年报.txt": TEXTS[1], "__MACOSX/._年报.txt": b"1"}
    system.drop("2024/全县.zip", archive(files))
    done, unpacked = DocumentState.DONE, DocumentState.UNPACKED
    assert system.states() == {
        "2024/全县.zip": unpacked,
        "2024/全县.zip/甲镇/年报.txt": done,
        "2024/全县.zip/乙镇/年报.txt": done,
    }
    assert system.bench.left() == []
    with system.ledger.transaction() as session:
        zipped = select(Arrival.document_id).where(Arrival.name == "全县.zip").scalar_subquery()
        of_it = session.scalars(select(Arrival).where(Arrival.container_id == zipped)).all()
        assert {arrival.name for arrival in of_it} == {"年报.txt"}
        assert session.scalar(select(func.count()).select_from(Report)) == 2
    overview = read_overview(system.ledger, system.chosen)
    assert (overview.documents[unpacked], overview.documents[done]) == (1, 2)
    assert [line.members for line in list_arrivals(system.ledger, show=Show.UNPACKED)] == [2]


def test_refused_member_comes_back_alone_with_its_reason(system: System) -> None:
    files = {"甲镇/年报.txt": TEXTS[0], "乙镇/装.exe": PROGRAM, "空.txt": b""}
    system.drop("全县.zip", archive(files))
    assert system.states()["全县.zip"] == DocumentState.UNPACKED
    assert system.states()["全县.zip/乙镇/装.exe"] == DocumentState.REFUSED
    assert system.bench.left() == [
        "refused/全县.zip/乙镇/装.exe",
        "refused/全县.zip/乙镇/装.exe.why.txt",
        "refused/全县.zip/空.txt",
        "refused/全县.zip/空.txt.why.txt",
    ]
    why = (system.bench.folder / "refused/全县.zip/乙镇/装.exe.why.txt").read_text()
    assert "Windows 程序" in why
    assert (system.bench.folder / "refused/全县.zip/乙镇/装.exe").read_bytes() == PROGRAM


def test_archive_of_nothing_that_is_read_comes_back_whole(system: System) -> None:
    data = archive({"装.exe": PROGRAM, "空.txt": b""})
    system.drop("全县.zip", data)
    assert system.states() == {"全县.zip": DocumentState.REFUSED}
    assert (system.bench.folder / "refused/全县.zip").read_bytes() == data
    assert "装.exe：这是 Windows 程序" in system.reason("全县.zip")


def test_known_member_adds_an_arrival_and_no_document(system: System) -> None:
    system.drop("年报.txt", TEXTS[0])
    known = archive({"一.txt": TEXTS[0], "二.txt": TEXTS[1]})
    system.drop("甲.zip", known)
    system.drop("乙.zip", archive({"三.txt": TEXTS[1], "四.txt": TEXTS[1]}))
    assert len(system.states()) == 7
    assert len(system.bench.documents()) == 4
    system.drop("再.zip", known)
    assert len(system.states()) == 8
    assert {*system.states().values()} == {DocumentState.DONE, DocumentState.UNPACKED}


def test_archives_in_archives_are_unpacked_three_deep(system: System) -> None:
    data = archive({"年报.txt": TEXTS[0]})
    for depth in range(1, 4):
        data = archive({f"{depth}.zip": data, f"{depth}.txt": TEXTS[depth]})
    system.drop("外.zip", data)
    states = system.states()
    assert states["外.zip/3.zip/2.zip/1.txt"] == DocumentState.DONE
    assert states["外.zip/3.zip/2.zip"] == DocumentState.UNPACKED
    assert states["外.zip/3.zip/2.zip/1.zip"] == DocumentState.REFUSED
    assert "嵌套" in system.reason("1.zip")
    assert "外.zip/3.zip/2.zip/1.zip/年报.txt" not in states


def test_archive_that_came_to_be_within_itself_ends(system: System) -> None:
    system.drop("外.zip", archive({"内.txt": TEXTS[0]}))
    number = system.bench.documents()[0].id
    with system.ledger.transaction() as session:
        of_itself = {"document_id": number, "container_id": number, "claim": uuid4()}
        when = {"modified_at": datetime.now(UTC)}
        session.add(Arrival(**of_itself, **when, name="内.zip", folder="外.zip", size=1))
    assert system.ledger.container(number).depth == 0
    assert system.ledger.container(system.bench.documents()[1].id).depth == 1


def test_names_out_of_an_archive_lead_nowhere_else(system: System, tmp_path: Path) -> None:
    names = ("../../上.exe", "/etc/绝对.exe", "换\n行.exe", f"{'长' * 300}.exe", "a/" * 99 + "深")
    files = {name: PROGRAM + str(at).encode() for at, name in enumerate(names)}
    system.drop("全县.zip", archive({"年报.txt": TEXTS[0], **files}))
    left = [path for path in system.bench.left() if not path.endswith(".why.txt")]
    assert len(left) == len(names)
    assert all(path.startswith("refused/") for path in left)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["inbox", "var"]


def test_private_archive_gives_private_files_back(system: System) -> None:
    path = system.bench.drop("全县.zip", archive({"年报.txt": TEXTS[0], "装.exe": PROGRAM}))
    path.chmod(0o600)
    system.work_off()
    assert (system.bench.folder / "refused/全县.zip/装.exe").stat().st_mode & 0o777 == 0o600


def test_archive_dropped_again_after_an_update_tries_its_refused_members(system: System) -> None:
    data = archive({"年报.txt": TEXTS[0], "装.exe": PROGRAM})
    system.drop("全县.zip", data)

    def attempts() -> int:
        with system.ledger.transaction() as session:
            runs = select(func.count()).where(Document.state == DocumentState.REFUSED)
            assert session.scalar(runs) == 1
            number = session.scalars(select(Arrival.document_id).filter_by(name="装.exe")).one()
            return session.scalar(select(func.count()).where(StageRun.document_id == number)) or 0

    before = attempts()
    system.drop("再.zip", data)
    assert attempts() == before
    with system.ledger.transaction() as session:
        session.execute(update(Document).values(rules_version="older"))
    system.drop("又.zip", data)
    assert attempts() == before + 1
    assert len(system.bench.documents()) == 3


def test_container_that_was_read_as_a_report_by_older_rules_is_none_any_more(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = archive({"年报.txt": TEXTS[0]})
    with monkeypatch.context() as older:
        read = tasks.read_file
        older.setattr(
            tasks, "read_file", lambda data, name, chosen, *_, **__: read(TEXTS[5], name, chosen)
        )
        system.drop("邮件.eml", data)
    number = system.bench.documents()[0].id
    with system.ledger.transaction() as session:
        assert session.get_one(Document, number).done_at
    system.ledger.rerun(select(Document.id))
    system.rung.append(([number], Stage.READ))
    system.work_off()
    with system.ledger.transaction() as session:
        found = session.get_one(Document, number)
        assert (found.state, found.done_at) == (DocumentState.UNPACKED, None)
        shown = select(Finding).where(Finding.document_id == number, Finding.present)
        assert session.scalars(shown).all() == []


def test_container_without_its_members_is_told_and_mended(system: System) -> None:
    system.drop("全县.zip", archive({"年报.txt": TEXTS[0]}))
    with system.ledger.transaction() as session:
        session.execute(update(Arrival).values(container_id=None))
    assert ["members" in sentence for sentence in system.wrong()] == [True]
    with system.ledger.transaction() as session:
        zipped = session.scalars(select(Arrival.document_id).filter_by(name="全县.zip")).one()
        inner = update(Arrival).where(Arrival.name == "年报.txt")
        session.execute(inner.values(container_id=zipped))


def test_one_of_each_kind_leaves_the_system_clean(system: System) -> None:
    message = kinds.mail()
    kinds.attach(message, "青山镇年报.txt", TEXTS[1])
    dropped = {
        "一.zip": archive({"年报.txt": TEXTS[0]}),
        "一.eml": message.as_bytes(),
        "一.msg": kinds.outlook(("年报.txt", TEXTS[2])),
        "一.mht": kinds.web_archive(kinds.PAGE),
        "一.tar": kinds.tar_of({"年报.txt": TEXTS[3]}),
        "一.pdf": kinds.portfolio("请打开此 PDF 包"),
        "空.zip": archive({}),
        "坏.zip": archive({"年报.txt": TEXTS[4]})[:-9],
        "一.rar": b"Rar!\x1a\x07\0" + bytes(60),
        "一.exe": PROGRAM,
        "空.txt": b"",
        "页码.txt": "— 1 —\n\n— 2 —\n".encode(),
        "一.txt": TEXTS[5],
        "图.png": PICTURE,
    }
    for path, content in dropped.items():
        system.bench.drop(path, content)
    system.work_off()
    states = system.states()
    assert {states[path] for path in ("一.zip", "一.eml", "一.msg", "一.tar", "一.pdf")} == {
        DocumentState.UNPACKED
    }
    assert states["一.mht"] == states["一.txt"] == DocumentState.DONE
    refused = {path for path in dropped if states[path] == DocumentState.REFUSED}
    assert refused >= {"空.zip", "坏.zip", "一.rar", "一.exe", "空.txt", "页码.txt"}
    for path in refused:
        assert (system.bench.folder / "refused" / path).read_bytes() == dropped[path]
        zh, en = (system.bench.folder / f"refused/{path}.why.txt").read_text().splitlines()
        assert "请" in zh, path
        assert en[0].isascii(), path
    assert {path.split("/")[0] for path in system.bench.left()} == {"refused"}
