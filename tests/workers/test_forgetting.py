"""What was forgotten is gone everywhere, is not taken again, and no restore brings it back."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, text

from schema.accounts import Audit
from schema.kinds import TEXT_STAGES, Deed, Stage
from schema.tables import Arrival, Base, Document, Report
from tests.workers.conftest import new_database
from tests.workers.test_recovery import SAMPLES
from tests.workers.test_tasks import rung, store_and_record
from tests.workers.watching import Bench
from workers.cli import main
from workers.database import connect
from workers.embedded import Servers
from workers.ledger import Drop, Ledger
from workers.recovery.backup import Backup, make_backup
from workers.recovery.forgetting import (
    HeldByAnother,
    NoSuchDocument,
    allow_again,
    backups_with,
    forget,
)
from workers.recovery.forgotten import list_forgotten, write_list
from workers.recovery.restoring import restore
from workers.recovery.trouble import Scene
from workers.recovery.verifying import verify
from workers.settings import Settings
from workers.stages import tasks
from workers.store import Store

__all__ = ["rung"]

WORD = "松涧镇"


def read(tmp_path: Path, content: bytes, name: str) -> int:
    document_id = store_and_record(tmp_path, content, name)
    for stage in TEXT_STAGES:
        assert tasks.run_stage(stage, document_id)
    return document_id


def told_of(ledger: Ledger, word: str) -> list[str]:
    """The tables in which the word stands."""
    found = []
    with ledger.transaction() as session:
        for table in Base.metadata.sorted_tables:
            rows = session.execute(text(f'SELECT to_jsonb(one)::text FROM "{table.name}" AS one'))
            found += [table.name for (row,) in rows if word in row]
    return found


def test_forgotten_report_leaves_nothing_but_its_digest(
    tmp_path: Path, rung: list[tuple[int, Stage]]
) -> None:
    ledger, chosen = tasks.ledger(), tasks.settings()
    content = (SAMPLES / "松涧镇2024.txt").read_bytes()
    document = read(tmp_path, content, "松涧镇2024.txt")
    # A copy of it, whose findings name it and quote it.
    copied = content.decode().replace(WORD, "清渠镇").encode()
    beside = read(tmp_path, copied, "清渠镇2024.txt")
    sha256 = tasks.ledger().container(document).sha256
    pictures = chosen.var / "pictures"
    pictures.mkdir(parents=True)
    (pictures / f"{sha256}-0-1").write_bytes(b"x")
    with ledger.transaction() as session:
        copies = session.scalar(text("SELECT count(*) FROM finding WHERE kind = 'near_duplicate'"))
    assert copies
    assert forget(ledger, chosen, document, who="王芳", why="个人信息").contents == (sha256,)
    # Its issuer's name stays in the list of issuers.
    assert set(told_of(ledger, WORD)) <= {"issuer"}
    assert not Store(chosen.store_dir).path(sha256).exists()
    assert list(pictures.iterdir()) == []
    with ledger.transaction() as session:
        audit = session.scalars(select(Audit)).one()
        assert (audit.deed, audit.who, audit.about) == (
            Deed.FORGOTTEN,
            "王芳",
            f"{sha256} 个人信息",
        )
        assert session.scalars(select(Report.document_id)).all() == [beside]
        figures = session.scalar(
            text("SELECT count(*) FROM panel_figure WHERE document_id = :d"), {"d": document}
        )
        assert figures == 0
    assert list(verify(Scene(ledger=ledger, chosen=chosen, ring=lambda *_: None, deep=True))) == []
    with pytest.raises(NoSuchDocument):
        forget(ledger, chosen, document, who="王芳", why="x")


def test_forgotten_file_goes_back_until_it_is_allowed_again(bench: Bench, tmp_path: Path) -> None:
    bench.drop("报告.txt", b"one")
    bench.settle()
    [document] = bench.documents()
    chosen = Settings(home=tmp_path)
    forget(bench.ledger, chosen, document.id, who="王芳", why="x")
    bench.store.remove(document.sha256)
    bench.drop("又来.txt", b"one")
    bench.settle()
    assert bench.documents() == []
    assert bench.left() == ["refused/又来.txt", "refused/又来.txt.why.txt"]
    assert "彻底删除" in (bench.folder / "refused/又来.txt.why.txt").read_text(encoding="utf-8")
    assert not bench.store.path(document.sha256).exists()
    assert allow_again(bench.ledger, document.sha256, who="王芳")
    assert not allow_again(bench.ledger, document.sha256, who="王芳")
    bench.drop("报告.txt", b"one")
    bench.settle()
    assert len(bench.documents()) == 1


def test_what_came_out_of_an_archive_goes_with_it_and_not_without(
    bench: Bench, tmp_path: Path
) -> None:
    bench.drop("年报.zip", b"archive")
    bench.drop("另存.txt", b"both")
    bench.settle()
    archive, both = sorted(bench.documents(), key=lambda one: one.size, reverse=True)
    inside = [(b"only", "a.txt"), (b"both", "另存.txt")]
    with bench.ledger.transaction() as session:
        first = session.scalars(select(Arrival)).first()
        assert first
        moment = first.modified_at
    from io import BytesIO
    from uuid import uuid4

    drops = []
    for content, name in inside:
        sha256, size = bench.store.put(BytesIO(content))
        drops.append(
            Drop(
                claim=uuid4(), name=name, folder="年报.zip", sha256=sha256, size=size,
                modified_at=moment, container_id=archive.id,
            )
        )  # fmt: skip
    claim = bench.ledger.claim(archive.id, Stage.READ, "test")
    assert claim
    due = bench.ledger.unpack(claim, drops, "v1")
    assert due
    chosen = Settings(home=tmp_path)
    with pytest.raises(HeldByAnother, match=f"document {archive.id}"):
        forget(bench.ledger, chosen, due[0], who="王芳", why="x")
    done = forget(bench.ledger, chosen, archive.id, who="王芳", why="x")
    assert set(done.documents) == {archive.id, due[0]}
    assert [one.id for one in bench.documents()] == [both.id]


def test_restored_backup_forgets_it_again(
    tmp_path: Path, rung: list[tuple[int, Stage]], servers: Servers
) -> None:
    ledger, chosen = tasks.ledger(), tasks.settings()
    document = read(tmp_path, (SAMPLES / "松涧镇2024.txt").read_bytes(), "松涧镇2024.txt")
    kept = read(tmp_path, (SAMPLES / "清渠街道2023.txt").read_bytes(), "清渠街道2023.txt")
    sha256 = ledger.container(document).sha256
    folder = tmp_path / "backup"
    made = make_backup(ledger, Store(chosen.store_dir), folder)
    forget(ledger, chosen, document, who="王芳", why="x")
    write_list(folder, list_forgotten(ledger))
    assert not Store(folder / "store").path(sha256).exists()
    assert backups_with(folder, [sha256]) == [made.folder]
    with new_database(servers) as url:
        empty = Ledger(connect(url))
        other = Store(tmp_path / "other")
        done = restore(Backup.at(folder), empty, other)
        assert (done.damaged, done.forgotten) == ((), 1)
        with empty.transaction() as session:
            assert session.scalars(select(Document.id)).all() == [kept]
            assert session.scalar(select(func.count()).select_from(Report)) == 1
        assert empty.forgotten([sha256]) == {sha256}
        assert not other.path(sha256).exists()
        empty.engine.dispose()


def test_command_wants_a_reason_and_a_number() -> None:
    for arguments in (["forget"], ["forget", "1", "--allow-again", "a" * 64]):
        assert CliRunner().invoke(main, arguments).exit_code == 2
