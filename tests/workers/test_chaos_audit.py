"""The audit of the fault rounds sees what it is there to see."""

from pathlib import Path
from random import Random

from sqlalchemy import text

from tests.chaos.audit import audit
from tests.chaos.reports import Dropper
from tests.workers.test_crash_points import Run, in_a_process
from workers.database import connect
from workers.store import Store

DAMAGE = (
    "DELETE FROM metric WHERE document_id = (SELECT min(document_id) FROM metric) AND ordinal = 0",
    (
        "DELETE FROM relation WHERE document_id = (SELECT max(document_id) FROM "
        "relation) AND ordinal = 0"
    ),
    (
        "UPDATE section SET title = 'another' WHERE document_id = (SELECT "
        "min(document_id) FROM section)"
    ),
    (
        "UPDATE report SET text = text || '.' WHERE document_id = (SELECT "
        "max(document_id) FROM report)"
    ),
    "INSERT INTO arrival (document_id, claim, name, folder, size, modified_at)"
    " SELECT document_id, gen_random_uuid(), name, folder, size, modified_at FROM arrival LIMIT 1",
    "DELETE FROM arrival WHERE id = (SELECT max(id) FROM arrival WHERE container_id IS NOT NULL)",
    (
        "UPDATE arrival SET container_id = NULL WHERE id = (SELECT min(id) FROM arrival WHERE "
        "container_id IS NOT NULL)"
    ),
    "UPDATE document SET state = 'refused', reason = 'x' WHERE state = 'unpacked'",
    "INSERT INTO stage_run (id, document_id, stage, worker, attempt, outcome)"
    " SELECT 10000 + id, document_id, stage, worker, attempt, outcome FROM stage_run WHERE outcome "
    "= 'done' LIMIT 1",
    "INSERT INTO stage_run (id, document_id, stage, worker, attempt)"
    " SELECT 20000, id, 'read', 'x', 1 FROM document LIMIT 1",
)


def test_audit_sees_every_kind_of_damage(tmp_path: Path, database_url: str) -> None:
    (tmp_path / "inbox").mkdir()
    run, store = Run(tmp_path, database_url), Store(tmp_path / "var/store")
    dropper = Dropper(run.inbox, Random(1))
    dropper.drop_some(3)
    dropper.drop_packed()
    dropper.drop_unreadable()
    assert in_a_process(run.work_off) == 0

    def count() -> int:
        return len(audit(database_url, store, run.inbox, dropper))

    assert count() == 0
    engine, seen = connect(database_url), 0
    for statement in DAMAGE:
        with engine.begin() as connection:
            connection.execute(text(statement))
        assert count() > seen, statement
        seen = count()
    engine.dispose()
    stored = next(path for path in store.folder.rglob("*") if path.is_file())
    stored.write_bytes(stored.read_bytes()[:-1])
    (run.inbox / "left.txt").touch()
    dropper.drops.append(("lost.txt", b"never arrived"))
    assert count() >= seen + 3
