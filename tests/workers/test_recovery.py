"""Retry, verify, backup, restore; and back-pressure."""

import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, insert, select, text, update

from schema.kinds import TEXT_STAGES, DocumentState, Stage
from schema.tables import Arrival, Base, Document, Finding, Metric, NightlyRun, Report
from schema.upkeep import Process
from tests.workers.conftest import new_database
from tests.workers.test_ledger import let_time_pass, new_document, row, taken
from workers.database import connect
from workers.desk.alarms import NEEDED, TroubleKind, list_troubles
from workers.desk.exports import metric_rows
from workers.desk.status import list_recent, read_overview
from workers.embedded import Servers
from workers.intake.inbox import Inbox
from workers.intake.pressure import Limits, free_megabytes, measure_room
from workers.intake.watcher import Watcher
from workers.ledger import ANEW_AT_ONCE, Drop, Ledger
from workers.recovery import backup as backing_up
from workers.recovery.backup import Backup, BackupBusy, NoBackup, backups, keep_newest, make_backup
from workers.recovery.postgres import DumpFailed, client_of, held_still
from workers.recovery.recorded import check_ledger
from workers.recovery.restoring import InUse, MadeByNewer, NotEmpty, restore
from workers.recovery.retrying import Retried, retry_all, retry_some
from workers.recovery.stored import AT_WORK_SECONDS
from workers.recovery.trouble import Fault, Scene
from workers.recovery.verifying import verify
from workers.report.chinese.words import search_terms
from workers.report.pipeline import read_report
from workers.report.version import own_rules
from workers.results import rows
from workers.results.understood import Understood
from workers.settings import Settings
from workers.store import Store

SAMPLES = Path(__file__).parent.parent / "samples"
SAMPLE = SAMPLES / "松涧镇2024.txt"
# With a figure that is in doubt.
DOUBTED = SAMPLE.read_bytes().replace(
    "312.5万元".encode(), "312.5万余元，成功率99.99%，共3件".encode()
)


@pytest.fixture
def scene(ledger: Ledger, tmp_path: Path) -> Scene:
    (tmp_path / "inbox").mkdir()
    return Scene(ledger=ledger, chosen=Settings(home=tmp_path), ring=Bell(), deep=True)


class Bell:
    def __init__(self) -> None:
        self.rung: list[tuple[int, Stage]] = []

    def __call__(self, document_ids: Sequence[int], stage: Stage) -> None:
        self.rung += [(document_id, stage) for document_id in document_ids]


def dropped(scene: Scene, content: bytes) -> int:
    sha256, size = scene.store.put(io.BytesIO(content))
    return scene.ledger.record(a_drop(sha256, size))[0]


def a_drop(sha256: str, size: int = 3) -> Drop:
    moment = datetime(2025, 1, 9, tzinfo=UTC)
    return Drop(
        claim=uuid4(), name="报告.txt", folder="", sha256=sha256, size=size, modified_at=moment
    )


def read(scene: Scene, document_id: int) -> None:
    """All stages of one document, as the workers do them."""
    report = read_report(scene.store.read(row(scene.ledger, document_id).sha256), "报告.txt")
    tokens = search_terms(report.cleaned.traced.text)
    for stage in TEXT_STAGES:
        last = stage.next is None
        save: Callable[[Any], None] = lambda session: rows.save_report(  # noqa: E731
            session, document_id, Understood.of(report, tokens), "v1"
        )
        assert scene.ledger.finish(
            taken(scene.ledger, document_id, stage), save if last else lambda _: None, "v1"
        )


def refused(scene: Scene, content: bytes, reason: str = "文件是空的\nThe file is empty.") -> int:
    document_id = dropped(scene, content)
    scene.ledger.refuse(taken(scene.ledger, document_id), reason, "v1")
    return document_id


def changed(scene: Scene, query: Any) -> None:
    with scene.ledger.transaction() as session:
        session.execute(query)


def faults(scene: Scene, *, mend: bool = False) -> list[tuple[Fault, bool]]:
    return [(verdict.trouble.fault, verdict.mended) for verdict in verify(scene, mend=mend)]


def grow_old(path: Path) -> None:
    past = datetime.now().timestamp() - AT_WORK_SECONDS - 5
    os.utime(path, (past, past))


# read anew


def test_readers_see_the_old_results_until_the_new_ones_are_whole(scene: Scene) -> None:
    document_id = dropped(scene, SAMPLE.read_bytes())
    read(scene, document_id)
    before = seen_by_readers(scene.ledger)
    newer = read_report(
        SAMPLE.read_text(encoding="utf-8").replace("226件", "300件").encode(), "报告.txt"
    )
    scene.ledger.rerun(select(Document.id))
    assert seen_by_readers(scene.ledger) == before
    claim = taken(scene.ledger, document_id)
    during = []

    def save(session: Any) -> None:
        rows.save_report(session, document_id, Understood.of(newer, ("甲",)), "v2")
        during.append(seen_by_readers(scene.ledger))

    assert scene.ledger.finish(claim, save, "v2")
    assert during == [before]
    after = seen_by_readers(scene.ledger)
    assert after != before
    assert len(after[0]) == len(before[0]) > 20


def test_document_whose_reading_anew_fails_stays_in_the_panel(scene: Scene) -> None:
    document_id = dropped(scene, SAMPLE.read_bytes())
    read(scene, document_id)
    before = seen_by_readers(scene.ledger)
    scene.ledger.rerun(select(Document.id))
    for _ in range(3):
        scene.ledger.fail(taken(scene.ledger, document_id), "a new rule stumbles")
        let_time_pass(scene.ledger, document_id)
    assert row(scene.ledger, document_id).state == DocumentState.DONE
    assert seen_by_readers(scene.ledger) == before


def seen_by_readers(ledger: Ledger) -> tuple[list[Any], list[Any]]:
    """The panel and the export, as another connection sees them now."""
    panel = text("SELECT indicator, value, metric_id FROM panel ORDER BY indicator")
    with ledger.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(panel)], [
            tuple(row) for row in metric_rows(ledger)
        ]


# retry


def test_refused_documents_are_tried_again(scene: Scene) -> None:
    empty, long = refused(scene, b""), refused(scene, b"1", "It took too long")
    done = dropped(scene, b"2")
    bell = Bell()
    assert retry_all(scene.ledger, bell, reason="TOO LONG") == Retried(due=(long,))
    assert retry_some(scene.ledger, bell, [empty, done, 99]) == Retried(
        due=(empty,), not_refused=(done,), unknown=(99,)
    )
    assert bell.rung == [(long, Stage.READ), (empty, Stage.READ)]
    assert taken(scene.ledger, long).attempt == 1
    assert retry_all(scene.ledger, bell) == Retried(due=())


def test_document_that_waits_for_its_next_attempt_need_not_wait(scene: Scene) -> None:
    document_id = dropped(scene, b"1")
    scene.ledger.finish(taken(scene.ledger, document_id), lambda _: None, "v1")
    scene.ledger.fail(taken(scene.ledger, document_id, Stage.CLEAN), "stumbled")
    assert scene.ledger.claim(document_id, Stage.CLEAN, "test") is None
    assert retry_all(scene.ledger, Bell()).due == (document_id,)
    assert taken(scene.ledger, document_id, Stage.CLEAN).attempt == 1


def test_percent_sign_in_a_reason_stands_for_itself(scene: Scene) -> None:
    refused(scene, b"1", "no figure")
    assert retry_all(scene.ledger, Bell(), reason="%") == Retried(due=())


# verify


def test_sound_system_has_no_fault(scene: Scene) -> None:
    read(scene, dropped(scene, SAMPLE.read_bytes()))
    dropped(scene, b"being read")
    assert faults(scene) == []


def test_missing_bytes_are_fetched_back_from_the_owner(scene: Scene) -> None:
    document_id = refused(scene, b"cut off")
    sha256 = row(scene.ledger, document_id).sha256
    for returned in scene.ledger.unreturned():
        scene.inbox.give_back(returned)
        scene.ledger.mark_returned(returned.arrival_id)
    changed(scene, update(Document).values(retryable=True))
    scene.store.path(sha256).unlink()
    assert faults(scene) == [(Fault.BYTES_MISSING, False)]
    assert faults(scene, mend=True) == [(Fault.BYTES_MISSING, True)]
    assert scene.store.read(sha256) == b"cut off"
    assert row(scene.ledger, document_id).state == DocumentState.WAITING
    assert faults(scene) == []


def test_lost_and_damaged_bytes_are_fetched_back_from_a_backup(
    scene: Scene, tmp_path: Path
) -> None:
    lost, damaged = (row(scene.ledger, dropped(scene, content)).sha256 for content in (b"1", b"2"))
    spare = make_backup(scene.ledger, scene.store, tmp_path / "backup").store
    scene.store.path(lost).unlink()
    scene.store.path(damaged).write_bytes(b"3")
    mended = {(Fault.BYTES_DAMAGED, True), (Fault.BYTES_MISSING, True)}
    assert set(faults(replace(scene, spare=spare), mend=True)) == mended
    assert (scene.store.read(lost), scene.store.read(damaged)) == (b"1", b"2")


def test_bytes_that_nobody_has_any_more_are_named_and_not_mended(scene: Scene) -> None:
    document_id = dropped(scene, b"1")
    scene.store.path(row(scene.ledger, document_id).sha256).unlink()
    assert faults(scene, mend=True) == [(Fault.BYTES_MISSING, False)]


@pytest.mark.parametrize(("damage", "deep"), [(b"22", False), (b"2", True)])
def test_damaged_bytes_are_found(scene: Scene, damage: bytes, deep: bool) -> None:
    document_id = dropped(scene, b"1")
    scene.store.path(row(scene.ledger, document_id).sha256).write_bytes(damage)
    quick = Scene(ledger=scene.ledger, chosen=scene.chosen, ring=scene.ring)
    assert faults(quick) == ([] if deep else [(Fault.BYTES_DAMAGED, False)])
    assert faults(scene) == [(Fault.BYTES_DAMAGED, False)]


def test_bytes_that_no_document_names_become_one(scene: Scene) -> None:
    sha256, _ = scene.store.put(io.BytesIO(SAMPLE.read_bytes()))
    assert faults(scene) == []  # may be on its way into the ledger
    grow_old(scene.store.path(sha256))
    assert faults(scene) == [(Fault.BYTES_UNKNOWN, False)]
    assert faults(scene, mend=True) == [(Fault.BYTES_UNKNOWN, True)]
    assert scene.ring.rung == [(1, Stage.READ)]  # type: ignore[attr-defined]
    assert faults(scene) == []


def test_part_of_a_copy_that_was_killed_is_removed(scene: Scene) -> None:
    dropped(scene, b"1")
    left_over = scene.store.folder / ".partial-x"
    left_over.write_bytes(b"ha")
    grow_old(left_over)
    assert faults(scene, mend=True) == [(Fault.PARTIAL_LEFT, True)]
    assert not left_over.exists()


def test_what_stands_still_is_rung_for(scene: Scene) -> None:
    held, waiting = dropped(scene, b"1"), dropped(scene, b"2")
    taken(scene.ledger, held)
    for document_id in (held, waiting):
        let_time_pass(scene.ledger, document_id)
    assert faults(scene) == [(Fault.STANDS_STILL, False)] * 2
    assert faults(scene, mend=True)[0] == (Fault.STANDS_STILL, True)
    assert sorted(scene.ring.rung) == [(held, Stage.READ), (waiting, Stage.READ)]  # type: ignore[attr-defined]
    assert faults(scene) == []


def test_report_of_a_title_alone_has_no_section_and_lacks_nothing(scene: Scene) -> None:
    document_id = dropped(scene, "松溪镇2024年法治政府建设年度报告\n".encode())
    read(scene, document_id)
    assert faults(scene, mend=True) == []
    assert row(scene.ledger, document_id).state == DocumentState.DONE


@pytest.mark.parametrize(
    ("loss", "fault"),
    [
        (update(Metric).values(section=None), None),
        (update(Report).values(tokens=None), Fault.RESULTS_MISSING),
        (text("UPDATE metric SET section = NULL; DELETE FROM section"), Fault.RESULTS_MISSING),
        (update(Metric).values(quote="别的"), Fault.EVIDENCE_ASTRAY),
        (update(Finding).values(metric_keys=["1-2"]), Fault.FINDING_ASTRAY),
    ],
)
def test_results_that_do_not_agree_are_read_anew(
    scene: Scene, loss: Any, fault: Fault | None
) -> None:
    document_id = dropped(scene, DOUBTED)
    read(scene, document_id)
    changed(scene, loss)
    assert faults(scene, mend=True) == ([(fault, True)] if fault else [])
    assert row(scene.ledger, document_id).state == (
        DocumentState.WAITING if fault else DocumentState.DONE
    )


def test_much_that_waits_for_its_turn_is_no_fault(scene: Scene) -> None:
    many = """INSERT INTO document (sha256, size, state, stage, done_at, due_at, rules_version)
        SELECT lpad(number::text, 64, '0'), 1, 'waiting', 'read', now(),
          now() - interval '5 minutes', 'old'
        FROM generate_series(1, 100) AS number"""
    changed(scene, text(many))
    (one,) = check_ledger(scene)
    assert one.mend
    assert one.mend()
    assert 0 < len(scene.ring.rung) <= ANEW_AT_ONCE  # type: ignore[attr-defined]
    assert list(check_ledger(scene)) == []


def test_kept_figures_that_are_not_the_panels_are_taken_anew(scene: Scene) -> None:
    read(scene, dropped(scene, SAMPLE.read_bytes()))
    before = seen_by_readers(scene.ledger)
    changed(scene, text("UPDATE panel_figure SET value = value + 1"))
    assert faults(scene) == [(Fault.PANEL_ASTRAY, False)]
    assert faults(scene, mend=True) == [(Fault.PANEL_ASTRAY, True)]
    assert faults(scene) == []
    assert seen_by_readers(scene.ledger) == before


def test_finding_of_a_withdrawn_document_is_asked_of_nobody(scene: Scene) -> None:
    document_id = dropped(scene, DOUBTED)
    read(scene, document_id)
    scene.ledger.withdraw(document_id)
    changed(scene, update(Finding).values(present=True))
    assert faults(scene, mend=True) == [(Fault.FINDING_ASTRAY, True)]
    assert faults(scene) == []


def test_file_that_was_not_given_back_is(scene: Scene) -> None:
    refused(scene, b"1")
    hour = text("interval '1 hour'")
    changed(scene, update(Arrival).values(arrived_at=Arrival.arrived_at - hour))
    changed(scene, update(Document).values(changed_at=Document.changed_at - hour))
    assert faults(scene, mend=True) == [(Fault.NOT_GIVEN_BACK, True)]
    assert (scene.inbox.folder / "refused" / "报告.txt").read_bytes() == b"1"
    assert faults(scene) == []


def test_older_schema_is_migrated_and_a_newer_one_is_named(scene: Scene) -> None:
    changed(scene, text("UPDATE alembic_version SET version_num = '9999'"))
    assert faults(scene, mend=True) == [(Fault.SCHEMA_OTHER, False)]


# commands


def test_commands_say_what_they_did_and_what_is_left(
    scene: Scene, database_url: str, servers: Servers
) -> None:
    env = os.environ | {"FAZHI_HOME": str(scene.chosen.home), "FAZHI_DATABASE_URL": database_url}
    env |= {"FAZHI_BROKER_URL": servers.broker_url}

    def fazhi(*args: str) -> tuple[int, str]:
        argv = [sys.executable, "-m", "workers.cli", *args]
        done = subprocess.run(
            argv, env=env, capture_output=True, text=True, encoding="utf-8", check=False
        )
        return done.returncode, done.stdout + done.stderr

    document_id = refused(scene, b"1")
    assert fazhi("retry")[0] == 2
    assert fazhi("retry", "--reason", "password") == (
        0,
        "Nothing of the kind was refused or waits for its next attempt: nothing to do.\n",
    )
    assert fazhi("retry", "--json", str(document_id), "99") == (
        1,
        f'{{"due": [{document_id}], "not_refused": [], "unknown": [99]}}\n',
    )
    scene.store.path(row(scene.ledger, document_id).sha256).unlink()
    status, told = fazhi("verify")
    assert (status, told.split()[:2]) == (1, ["WRONG", "bytes_missing"])
    assert "1 found, 0 mended, 1 left." in told


# back-pressure


def test_watcher_takes_no_more_than_the_queue_may_hold(ledger: Ledger, tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "inbox", Store(tmp_path / "store"))
    inbox.folder.mkdir()
    for at in range(5):
        (inbox.folder / f"{at}.txt").write_text(str(at))
    limits = Limits(waiting_documents=3)
    watcher = Watcher(inbox, ledger, Bell(), settle=0, pause=1, limits=limits)
    watcher.step()
    assert len(inbox.scan().files) == 2
    assert watcher._held_back
    assert "3 documents are due" in measure_room(limits, ledger, inbox.store.folder).held_back[0]
    ledger.refuse(taken(ledger, 1), "no", "v1")
    watcher.step()
    assert len(inbox.scan().files) == 1


def test_documents_that_are_read_anew_keep_no_new_one_waiting(
    ledger: Ledger, tmp_path: Path
) -> None:
    for sha in "abc":
        document_id = new_document(ledger, sha)
        for stage in TEXT_STAGES:
            ledger.finish(taken(ledger, document_id, stage), lambda _: None, "v1")
    ledger.rerun(select(Document.id))
    assert measure_room(Limits(waiting_documents=3), ledger, tmp_path).files == 3


def test_one_scan_takes_so_many_files(ledger: Ledger, tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "inbox", Store(tmp_path / "store"))
    inbox.folder.mkdir()
    for at in range(5):
        (inbox.folder / f"{at}.txt").write_text(str(at))
    watcher = Watcher(inbox, ledger, Bell(), settle=0, pause=1, limits=Limits(scan_files=2))
    assert [len(watcher.step().files) for _ in range(4)] == [5, 3, 1, 0]


def test_full_disk_leaves_the_files_in_the_inbox(
    ledger: Ledger, tmp_path: Path, small_disk: Path | None
) -> None:
    disk = small_disk or tmp_path
    inbox = Inbox(tmp_path / "inbox", Store(disk / "store"))
    inbox.folder.mkdir()
    for at in range(3):
        (inbox.folder / f"{at}.txt").write_bytes(str(at).encode() * 400_000)
    filler = disk / "filler"
    filler.write_bytes(bytes(7 << 19 if small_disk else 0))
    least = 1 if small_disk else free_megabytes(disk) + 1
    watcher = Watcher(inbox, ledger, Bell(), settle=0, pause=1, limits=Limits(free_megabytes=least))
    watcher.step()
    assert len(inbox.scan().files) == 3
    assert (
        f"less than {least} MB are free"
        in measure_room(watcher.limits, ledger, inbox.store.folder).held_back[0]
    )
    filler.unlink()
    watcher.limits = Limits(free_megabytes=1)
    watcher.step()
    assert inbox.scan().files == {}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path | None]:
    """A disk of 4 MB, which root can have."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder]
    mounted = (
        os.geteuid() == 0
        and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    )
    yield folder if mounted else None
    if mounted:
        subprocess.run(["umount", folder], check=True)


# status


def test_status_says_what_is_held_back_and_what_is_due_longest(scene: Scene) -> None:
    assert read_overview(scene.ledger, scene.chosen).oldest_due is None
    first, _ = dropped(scene, b"1"), dropped(scene, b"2")
    let_time_pass(scene.ledger, first)
    state = read_overview(scene.ledger, scene.chosen.model_copy(update={"waiting_documents": 2}))
    assert state.oldest_due
    assert (state.oldest_due.document, state.oldest_due.stage) == (first, "read")
    assert state.oldest_due.seconds == pytest.approx(3600, abs=60)
    assert ["2 documents are due" in line for line in state.held_back] == [True]


def test_status_says_which_service_does_not_work(scene: Scene) -> None:
    at_work(scene)
    document_id = dropped(scene, b"1")
    assert failing(scene) == {}
    let_time_pass(scene.ledger, document_id)
    assert "fazhi beat" in failing(scene).pop(TroubleKind.NOBODY_RINGS)
    scene.ledger.sweep()
    assert "fazhi work" in failing(scene).pop(TroubleKind.NOBODY_WORKS)
    away = scene.chosen.model_copy(update={"broker_url": "redis://:geheim@127.0.0.1:1/0"})
    told = list_troubles(scene.ledger, away)[TroubleKind.BROKER]
    assert ("Redis does not answer" in told, "geheim" in told) == (True, False)
    changed(
        scene,
        insert(NightlyRun).values(
            day=date(2025, 3, 4), ended_at=text("now()"), summary={"verify": {"wrong": 2}}
        ),
    )
    assert "2 things wrong" in failing(scene)[TroubleKind.NIGHTLY_WRONG]


def test_status_says_who_gives_no_sign_of_life(scene: Scene) -> None:
    assert "fazhi run" in failing(scene)[TroubleKind.SILENT]
    at_work(scene, "recognise")
    assert failing(scene) == {}
    changed(
        scene,
        update(Process)
        .where(Process.name == "work")
        .values(seen_at=text("now() - interval '2 min'")),
    )
    told = failing(scene)[TroubleKind.SILENT]
    assert "Nobody does read, clean" in told
    assert "fazhi work --queues read,clean" in told
    changed(scene, update(Process).values(seen_at=text("now() - interval '2 days'")))
    assert "recognise" not in failing(scene)[TroubleKind.SILENT]  # nobody does it any more


def test_status_says_that_a_nightly_run_did_not_end(scene: Scene) -> None:
    at_work(scene)
    changed(scene, insert(NightlyRun).values(day=date(2025, 3, 4)))
    assert failing(scene) == {}  # it is at work
    changed(scene, update(NightlyRun).values(seen_at=text("now() - interval '7 hours'")))
    assert "2025-03-04 did not end" in failing(scene)[TroubleKind.NIGHTLY_LATE]


def test_status_says_that_no_nightly_run_was_made(scene: Scene) -> None:
    at_work(scene)
    read(scene, dropped(scene, SAMPLE.read_bytes()))
    assert failing(scene) == {}  # the first night is still to come
    changed(scene, update(Arrival).values(arrived_at=text("now() - interval '27 hours'")))
    assert "No nightly run" in failing(scene)[TroubleKind.NIGHTLY_LATE]
    changed(scene, insert(NightlyRun).values(day=date(2025, 3, 4)))
    assert failing(scene) == {}


def failing(scene: Scene) -> dict[TroubleKind, str]:
    return dict(list_troubles(scene.ledger, scene.chosen))


def at_work(scene: Scene, *others: str) -> None:
    """As if all that is needed ran, and these too."""
    beside, queues = NEEDED[:2], [*NEEDED[2:], *others]
    ours = {"rules": own_rules(), "started_at": text("now()")}
    for name, does in (("watch", [*beside]), ("work", queues)):
        changed(scene, insert(Process).values(name=name, does=does, **ours))


def test_latest_documents_stand_with_what_is_still_asked_about_them(scene: Scene) -> None:
    document_id = dropped(scene, DOUBTED)
    read(scene, document_id)
    asked = list_recent(scene.ledger)[0].findings
    assert asked > 0
    changed(
        scene,
        text("UPDATE finding SET state = 'claimed', claimed_by = '王', claimed_until = now()"),
    )
    assert list_recent(scene.ledger)[0].findings == asked
    scene.ledger.withdraw(document_id)
    assert list_recent(scene.ledger)[0].findings == 0


# backup and restore


@pytest.fixture
def empty(servers: Servers) -> Iterator[Ledger]:
    """The ledger of another system, which holds nothing."""
    with new_database(servers) as url:
        found = Ledger(connect(url))
        yield found
        found.engine.dispose()


def every_row(source: Any) -> dict[str, list[tuple[Any, ...]]]:
    """All tables as a connection sees them, those too that the models do not name."""
    tables = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    names = [*source.execute(tables).scalars(), "panel"]
    assert {table.name for table in Base.metadata.sorted_tables} <= set(names)
    return {
        name: source.execute(text(f"SELECT t::text FROM {name} AS t ORDER BY 1")).scalars().all()
        for name in names
    }


def every_byte(store: Store) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in store.folder.glob("??/*")}


def work_on(scene: Scene, stop: threading.Event, begun: threading.Event) -> None:
    """A system at work: documents come and go through their stages until it is told to stop."""
    at = 0
    while not stop.is_set():
        at += 1
        document_id = dropped(scene, SAMPLE.read_bytes() + f"\n第{at}件。".encode())
        scene.ledger.finish(taken(scene.ledger, document_id), lambda _: None, "v1")
        if at % 2:
            taken(scene.ledger, document_id, Stage.CLEAN)
        begun.set()


def test_restored_system_is_the_one_that_was_at_work(
    scene: Scene, empty: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(scene, dropped(scene, SAMPLE.read_bytes()))
    refused(scene, b"")
    seen: dict[str, list[tuple[Any, ...]]] = {}

    def seen_by_the_dump(connection: Any) -> Any:
        seen.update(every_row(connection))
        return moment(connection)

    moment = backing_up._name_and_contents
    monkeypatch.setattr(backing_up, "_name_and_contents", seen_by_the_dump)
    stop, begun = threading.Event(), threading.Event()
    worker = threading.Thread(target=work_on, args=(scene, stop, begun))
    worker.start()
    try:
        assert begun.wait(20)
        made = make_backup(scene.ledger, scene.store, tmp_path / "backup")
    finally:
        stop.set()
        worker.join()
    other = Store(tmp_path / "other")
    restore(Backup.at(tmp_path / "backup"), empty, other)
    with empty.engine.connect() as connection:
        assert every_row(connection) == seen
    assert len(seen["metric"]) > 30
    assert any("running" in line for line in map(str, seen["document"]))
    with empty.transaction() as session:
        named = {document.sha256 for document in session.scalars(select(Document))}
    assert every_byte(other) == {sha256: scene.store.read(sha256) for sha256 in named}
    assert len(named) == made.manifest.documents < row_count(scene.ledger)
    # Another document goes on where the sequences stood.
    assert empty.record(a_drop("f" * 64))[0] > max(document_ids(empty)[:-1])


@contextmanager
def other_connection(engine: Engine) -> Iterator[None]:
    other = connect(engine.url.render_as_string(hide_password=False))
    with other.connect():
        yield
    other.dispose()


def row_count(ledger: Ledger) -> int:
    return len(document_ids(ledger))


def document_ids(ledger: Ledger) -> list[int]:
    with ledger.transaction() as session:
        return list(session.scalars(select(Document.id).order_by(Document.id)))


def test_second_backup_copies_what_is_new_and_old_ones_go(scene: Scene, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    first = dropped(scene, b"1")
    make_backup(scene.ledger, scene.store, target)
    copied = Store(target / "store").path(row(scene.ledger, first).sha256)
    before = copied.stat().st_ino
    dropped(scene, b"2")
    newest = make_backup(scene.ledger, scene.store, target)
    assert copied.stat().st_ino == before
    assert len(newest.contents()) == 2
    (target / "store/00").mkdir(exist_ok=True)
    (target / "store/00/unneeded").touch()
    assert keep_newest(target, 1) == 1
    assert backups(target) == [newest.folder]
    assert set(every_byte(Store(target / "store"))) == set(newest.contents())
    subprocess.run(
        ["sha256sum", "-c", "contents.sha256"], cwd=newest.folder, capture_output=True, check=True
    )


def test_content_that_lost_bytes_in_the_backup_is_copied_again(
    scene: Scene, tmp_path: Path
) -> None:
    sha256 = row(scene.ledger, dropped(scene, b"22")).sha256
    made = make_backup(scene.ledger, scene.store, tmp_path / "backup")
    made.store.path(sha256).write_bytes(b"2")
    make_backup(scene.ledger, scene.store, tmp_path / "backup")
    assert made.store.read(sha256) == b"22"


def test_older_backups_stay_while_a_newer_one_is_damaged(scene: Scene, tmp_path: Path) -> None:
    dropped(scene, b"1")
    older, newer = (make_backup(scene.ledger, scene.store, tmp_path / "backup") for _ in range(2))
    (newer.folder / "database.dump").write_bytes(b"x")
    with pytest.raises(NoBackup):
        keep_newest(tmp_path / "backup", 1)
    assert Backup.at(older.folder)


def test_backup_that_fails_is_none(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "backup"
    dropped(scene, b"1")
    monkeypatch.setattr(
        backing_up, "copy_content", lambda *_: (_ for _ in ()).throw(OSError("disk full"))
    )
    with pytest.raises(OSError, match="disk full"):
        make_backup(scene.ledger, scene.store, target)
    assert backups(target) == []
    with pytest.raises(NoBackup):
        Backup.at(target)


def test_half_made_backup_of_a_killed_run_is_removed_by_the_next(
    scene: Scene, tmp_path: Path
) -> None:
    half = tmp_path / "backup" / ".partial-123"
    half.mkdir(parents=True)
    (half / "manifest.json").write_text("{}")
    make_backup(scene.ledger, scene.store, tmp_path / "backup")
    assert not half.exists()


def test_two_backups_into_one_folder_do_not_meet(scene: Scene, tmp_path: Path) -> None:
    with backing_up._locked_folder(tmp_path / "backup"), pytest.raises(BackupBusy):
        make_backup(scene.ledger, scene.store, tmp_path / "backup")


def test_backup_of_a_store_that_lacks_bytes_says_so(
    scene: Scene, empty: Ledger, tmp_path: Path
) -> None:
    document_id = dropped(scene, b"1")
    sha256 = row(scene.ledger, document_id).sha256
    scene.store.path(sha256).write_bytes(b"2")
    made = make_backup(scene.ledger, scene.store, tmp_path / "backup")
    assert made.manifest.missing == (sha256,)
    other = Store(tmp_path / "other")
    assert restore(made, empty, other).damaged == ()
    assert every_byte(other) == {}


def test_damaged_backup_is_not_restored(scene: Scene, tmp_path: Path) -> None:
    made = make_backup(scene.ledger, scene.store, tmp_path / "backup")
    with (made.folder / "database.dump").open("ab") as dump:
        dump.write(b"x")
    with pytest.raises(NoBackup, match=r"database\.dump"):
        Backup.at(tmp_path / "backup")


def test_content_that_was_damaged_in_the_backup_is_named(
    scene: Scene, empty: Ledger, tmp_path: Path
) -> None:
    whole, damaged = dropped(scene, b"1"), dropped(scene, b"2")
    made = make_backup(scene.ledger, scene.store, tmp_path / "backup")
    sha256 = row(scene.ledger, damaged).sha256
    made.store.path(sha256).write_bytes(b"3")
    other = Store(tmp_path / "other")
    with empty.engine.begin() as connection:  # a database that nobody migrated
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    assert restore(made, empty, other).damaged == (sha256,)
    assert list(every_byte(other)) == [row(scene.ledger, whole).sha256]


def test_system_that_holds_documents_is_replaced_only_when_told(
    scene: Scene, empty: Ledger, tmp_path: Path
) -> None:
    dropped(scene, b"1")
    made = make_backup(scene.ledger, scene.store, tmp_path / "backup")
    empty.record(a_drop("e" * 64))
    other = Store(tmp_path / "other")
    with pytest.raises(NotEmpty):
        restore(made, empty, other)
    with other_connection(empty.engine), pytest.raises(InUse):
        restore(made, empty, other, replace=True)
    restore(made, empty, other, replace=True)
    with empty.transaction() as session:
        assert session.scalars(select(Document.size)).all() == [1]
    assert (
        restore(make_backup(empty, other, tmp_path / "again"), empty, other, replace=True).copied
        == 0
    )


def test_dump_that_does_not_load_leaves_the_database_as_it_was(
    scene: Scene, tmp_path: Path
) -> None:
    dropped(scene, b"1")
    client = client_of(scene.ledger.engine)
    with held_still(scene.ledger.engine) as (_, snapshot):
        client.dump(snapshot, tmp_path / "whole")
    cut = (tmp_path / "whole").read_bytes()
    (tmp_path / "cut").write_bytes(cut[: len(cut) - 500])
    scene.ledger.engine.dispose()
    with pytest.raises(DumpFailed):
        client.load(tmp_path / "cut")
    assert row_count(scene.ledger) == 1


def test_backup_of_a_newer_program_is_refused(scene: Scene, empty: Ledger, tmp_path: Path) -> None:
    made = make_backup(scene.ledger, scene.store, tmp_path / "backup")
    manifest = made.folder / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"revision": "9999"}))
    with pytest.raises(MadeByNewer):
        restore(Backup.at(tmp_path / "backup"), empty, Store(tmp_path / "other"))


def test_password_is_no_argument_of_a_program(ledger: Ledger) -> None:
    client = client_of(ledger.engine)
    secret = type(client)(client.folder, client.url.set(password="s3cret/@"))
    assert "s3cret" not in secret._address()
    assert secret._environment()["PGPASSWORD"] == "s3cret/@"
