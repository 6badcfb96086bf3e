"""A real process is killed at each fail point; the next one ends where an undisturbed run ends."""

import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from schema.kinds import Stage
from tests.chaos.reports import archive, report_text
from tests.workers.conftest import new_database
from workers import failpoints
from workers.database import connect
from workers.embedded import Servers
from workers.failpoints import Point
from workers.intake import claims, inbox
from workers.intake.inbox import Inbox
from workers.intake.watcher import Watcher
from workers.intake.writers import is_written_to
from workers.report.chinese.words import search_terms
from workers.report.pipeline import read_report
from workers.settings import Settings
from workers.stages import tasks
from workers.store import Store

SETTLE = 0.05
# The time of a file whose writers nobody can see.
ANOTHERS = 1_000_000_000
ENDS = (
    # An attempt that was killed counts, and stays counted where the end is a refusal.
    (
        "SELECT sha256, state, reason, CASE WHEN state <> 'refused' THEN attempts END, token, "
        "stage FROM document"
    ),
    (
        "SELECT d.sha256, folder, name, a.size, returned_at IS NULL, container.sha256 "
        "FROM arrival a JOIN document d ON d.id = document_id "
        "LEFT JOIN document container ON container.id = container_id"
    ),
    "SELECT sha256, title, year, text FROM report JOIN document d ON d.id = document_id",
    "SELECT sha256, ordinal, title, roles FROM section JOIN document d ON d.id = document_id",
    "SELECT sha256, key, indicator, value FROM metric JOIN document d ON d.id = document_id",
    "SELECT sha256, key, message FROM finding JOIN document d ON d.id = document_id",
    (
        "SELECT sha256, r.stage FROM stage_run r JOIN document d ON d.id = "
        "document_id WHERE outcome = 'done'"
    ),
    "SELECT id FROM stage_run WHERE outcome IS NULL",
)


class Run:
    """A watcher and a worker in one process, over a home and a database of their own;
    the bell is a list.
    """

    def __init__(self, home: Path, database_url: str) -> None:
        self.home, self.inbox = home, home / "inbox"
        self.chosen = Settings(
            home=home,
            database_url=database_url,
            lease_seconds=1,
            ring_seconds=1,
            retry_seconds=0,
            nightly_at="23:59",
        )

    def drop_all(self) -> None:
        """Files, a repeat, unreadable ones, two of one name, no files, a deep folder,
        odd names, another's, an archive.
        """
        texts = [report_text(at, random.Random(at)).encode() for at in range(5)]
        packed = {"镇/a.txt": texts[0], "镇/c.txt": texts[4], "图.exe": b"MZ\0\0 of an archive"}
        dropped = {
            "a.txt": texts[0],
            "再.txt": texts[0],
            "镇/村/b.txt": texts[1],
            os.fsdecode("é.txt".encode("latin-1")): texts[2],
            "年\n报.txt": texts[3],
            "图.docx": b"Rar!\x1a\x07 archive",
            "空.txt": b"",
            "留.txt.part": b"not finished",
            "全县.zip": archive(packed),
        }
        for path, content in dropped.items():
            (self.inbox / path).parent.mkdir(parents=True, exist_ok=True)
            (self.inbox / path).write_bytes(content)
        (self.inbox / "refused").mkdir()
        (self.inbox / "refused/图.docx").write_bytes(b"another picture, of last week")
        grows = self.inbox / os.fsdecode(b"\xff" * 70)  # each of its bytes is spelt out as four
        grows.mkdir()
        (grows / "图.docx").write_bytes(b"Rar!\x1a\x07 of a folder that grows")
        (self.inbox / "图.docx").chmod(0o600)
        with (self.inbox / "大.txt").open("wb") as large:
            large.truncate(2 << 20)
        os.utime(self.inbox / "镇/村/b.txt", (ANOTHERS, ANOTHERS))
        (self.inbox / "双.txt").write_bytes(b"two names")
        os.link(self.inbox / "双.txt", self.inbox / "镇/双.txt")
        (self.inbox / "link.txt").symlink_to("/etc/hostname")
        (self.inbox / "loop").symlink_to(".")
        os.mkfifo(self.inbox / "pipe")

    def work_off(self) -> None:
        """Everything that is due, as the processes do it; in this process."""
        signal.signal(signal.SIGIO, signal.SIG_IGN)
        tasks.settings = lambda: self.chosen
        tasks.ledger.cache_clear()
        tasks.ledger().lease = tasks.ledger().ring = 0.3
        bell: list[tuple[Sequence[int], Stage]] = []
        tasks.ring = lambda *heard, **_: bell.append(heard) or True  # type: ignore[func-returns-value]
        tasks.rung_for = lambda stage: set()
        for module in (inbox, claims):
            module.is_written_to = is_written_to_by_another
        folder = Inbox(self.inbox, Store(self.chosen.store_dir), largest_megabytes=1)
        watcher = Watcher(folder, tasks.ledger(), tasks.ring, settle=SETTLE, pause=1)
        watcher.changed.seconds = watcher.laid_by.seconds = SETTLE
        watcher.inbox.sweep()
        while True:
            watcher.step()
            tasks.sweep()
            while bell:
                numbers, stage = bell.pop(0)
                tasks.run_stage(stage, *numbers)
            if not watcher.step().files and not self.unfinished() and not folder.laid_by():
                return
            time.sleep(SETTLE)

    def unfinished(self) -> int:
        with tasks.ledger().transaction() as session:
            due = "SELECT count(*) FROM document WHERE stage IS NOT NULL"
            back = (
                "SELECT count(*) FROM arrival JOIN document d ON d.id = document_id "
                "WHERE d.state = 'refused'"
            )
            return scalar(session, due) + scalar(session, f"{back} AND returned_at IS NULL")

    def end_state(self) -> dict[str, Any]:
        """All that a person can see of it afterwards."""
        engine = connect(self.chosen.database_url or "")
        with Session(engine) as session:
            rows = {query: sorted(map(repr, session.execute(text(query)))) for query in ENDS}
        engine.dispose()
        files = {
            str(p.relative_to(self.home)): read(p) for p in self.home.rglob("*") if not p.is_dir()
        }
        return rows | {"files": files}


def is_written_to_by_another(file: BinaryIO) -> bool | None:
    """Of files with this time nobody can say it, as of files of other users."""
    return None if os.fstat(file.fileno()).st_mtime == ANOTHERS else is_written_to(file)


def scalar(session: Session, query: str) -> int:
    return int(session.scalars(text(query)).one())


def read(path: Path) -> tuple[bytes, str]:
    """Content and mode."""
    is_file = path.is_file() and not path.is_symlink()
    return path.read_bytes() if is_file else b"(no file)", oct(path.lstat().st_mode)


def in_a_process(work: Callable[[], None], point: Point | None = None, passes: int = 1) -> int:
    """How a process ended that was forked for the work: 0, or the signal that killed it."""
    child = os.fork()
    if child == 0:
        try:
            if point:
                failpoints.reached = failpoints.killing_at(f"{point}:{passes}")
            work()
            os._exit(0)
        finally:
            os._exit(99)
    status = os.waitpid(child, 0)[1]
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.waitstatus_to_exitcode(status)


def prepared(home: Path, database_url: str) -> Run:
    (home / "inbox").mkdir()
    run = Run(home, database_url)
    run.drop_all()
    return run


def count_passes(run: Run) -> None:
    """The undisturbed run; how often it passes each point is left in a file."""
    passed: Counter[str] = Counter()
    failpoints.reached = lambda point: passed.update([point])
    run.work_off()
    (run.home.parent / "passes.json").write_text(json.dumps(passed))


@pytest.fixture(scope="module")
def undisturbed(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], dict[str, int]]:
    """How it ends where nothing happens, and how often each point is passed."""
    # once, so that every forked process has it
    read_report(report_text(0, random.Random(0)).encode(), "")
    search_terms("法治")
    home = tmp_path_factory.mktemp("undisturbed") / "home"
    home.mkdir()
    with new_database(servers) as database_url:
        run = prepared(home, database_url)
        assert in_a_process(lambda: count_passes(run)) == 0
        return run.end_state(), json.loads((home.parent / "passes.json").read_text())


@pytest.mark.parametrize("point", Point)
def test_process_killed_at_a_point_changes_nothing_in_the_end(
    point: Point,
    tmp_path: Path,
    database_url: str,
    undisturbed: tuple[dict[str, Any], dict[str, int]],
) -> None:
    """Killed at its first pass; the next process killed in the middle of its passes;
    the third goes through.
    """
    end, passes = undisturbed
    run = prepared(tmp_path, database_url)
    assert in_a_process(run.work_off, point) == signal.SIGKILL
    assert in_a_process(run.work_off, point, max(1, passes[point] // 2)) in {0, signal.SIGKILL}
    assert in_a_process(run.work_off) == 0
    for what, rows in run.end_state().items():
        assert rows == end[what], what
