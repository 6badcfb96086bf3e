"""Documents of Word that wait are converted together, each for its own turn."""

from __future__ import annotations

import fcntl
import hashlib
import os
import random
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from schema.kinds import DocumentState, Stage
from schema.tables import Arrival, Metric
from tests.chaos.reports import report_text
from tests.formats.blocks import blocks_of
from tests.formats.office import write_docs
from tests.formats.programs import WRITES, WRITTEN, a_program
from tests.workers.test_containers import System
from workers.intake.pressure import spare_conversions
from workers.ledger import Ledger
from workers.report.reading.compound import COMPOUND_MARK
from workers.settings import Settings
from workers.stages import tasks
from workers.stages.conversions import ALONE, convert_with_others


@pytest.fixture
def folder() -> Iterator[Path]:
    """One in which everybody may do anything."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


WORD = "WordDocument".encode("utf-16-le")
WAITING = {name: COMPOUND_MARK + WORD + name.encode() for name in ("a", "b", "c")}
OTHERS = {"text": "柳溪镇".encode(), "workbook": COMPOUND_MARK}


@pytest.mark.parametrize(
    ("writes", "kept"),
    [
        ("a b c d", {"a": WRITTEN, "b": WRITTEN, "c": WRITTEN}),
        ("a b d", {"a": WRITTEN, "b": ALONE, "c": WRITTEN}),
        ("a b", {"a": WRITTEN, "b": ALONE}),  # it may have ended the run
        ("b", {"a": WRITTEN}),
        ("", {}),
    ],
)
def test_files_that_wait_are_converted_before_their_turn(
    folder: Path, tmp_path: Path, writes: str, kept: dict[str, bytes]
) -> None:
    """A file that was lost in the run, be it the first, is tried alone."""
    script = f"for at in {writes}; do {WRITES} > $at.docx; done; [ -e b ] || {WRITES} > a.docx"
    office, chosen = a_program(folder, script), Settings(home=tmp_path)
    waiting = [*OTHERS.items(), *WAITING.items()]

    def convert(data: bytes) -> bytes:
        return convert_with_others(office, data, chosen, time.monotonic() + 60, lambda: waiting)

    assert convert(b"x") == WRITTEN
    folder_kept = spare_conversions(chosen)
    found = {name: folder_kept.read(name) for name in (*OTHERS, *WAITING)}
    assert {name: one for name, one in found.items() if one is not None} == kept


def test_file_that_was_converted_before_its_turn_is_taken_once(
    folder: Path, tmp_path: Path
) -> None:
    office, chosen = a_program(folder, f"{WRITES} > a.docx"), Settings(home=tmp_path)
    kept, name = spare_conversions(chosen), hashlib.sha256(b"x").hexdigest()
    kept.keep(name, b"before")
    for expected in (b"before", WRITTEN):
        assert convert_with_others(office, b"x", chosen, time.monotonic() + 60, list) == expected
    kept.keep(name, b"long ago")
    os.utime(kept.folder / name, (0, 0))
    assert convert_with_others(office, b"x", chosen, time.monotonic() + 60, list) == WRITTEN


def test_each_has_a_process_of_its_own_where_the_settings_say_so(
    folder: Path, tmp_path: Path
) -> None:
    office = a_program(folder, f"{WRITES} > a.docx")
    chosen = Settings(home=tmp_path, office_batch=1)
    waiting = WAITING.items()
    assert convert_with_others(office, b"x", chosen, time.monotonic() + 60, lambda: waiting)
    assert not chosen.var.exists()


def test_where_nothing_can_be_kept_each_is_converted_alone(folder: Path, tmp_path: Path) -> None:
    office = a_program(folder, f"[ ! -e b ] && {WRITES} > a.docx")
    chosen = Settings(home=tmp_path)
    chosen.var.write_bytes(b"no folder")
    waiting = WAITING.items()
    assert convert_with_others(office, b"x", chosen, time.monotonic() + 60, lambda: waiting)


def test_worker_waits_for_what_another_has_in_hand(folder: Path, tmp_path: Path) -> None:
    office, chosen = a_program(folder, "exit 1"), Settings(home=tmp_path)
    kept = spare_conversions(chosen)
    kept.keep("other", b"")
    lock, deadline = os.open(kept.folder, os.O_RDONLY), time.monotonic() + 120
    with ThreadPoolExecutor() as pool:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = pool.submit(convert_with_others, office, b"x", chosen, deadline, list)
        kept.keep(hashlib.sha256(b"x").hexdigest(), b"by another")
        os.close(lock)
        assert found.result() == b"by another"


@pytest.fixture
def system(
    tmp_path: Path, ledger: Ledger, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> System:
    chosen = Settings(home=tmp_path, database_url=database_url, retry_seconds=0)
    found = System(tmp_path, ledger, chosen)
    monkeypatch.setattr(tasks, "settings", lambda: found.chosen)
    monkeypatch.setattr(tasks, "ledger", lambda: ledger)
    monkeypatch.setattr(tasks, "ring", lambda *heard, **_: found.rung.append(heard))
    return found


def test_documents_that_wait_are_read_each_in_its_turn(system: System) -> None:
    texts = [report_text(at, random.Random(at)) for at in range(3)]
    for at, data in enumerate(write_docs(*map(blocks_of, texts))):
        system.bench.drop(f"{at}.doc", data)
    system.bench.drop("年报.txt", texts[0].encode())
    system.bench.settle()
    with system.ledger.transaction() as session:
        first = session.scalars(select(Arrival.document_id).filter_by(name="0.doc")).one()
    tasks.run_stage(Stage.READ, first)
    kept = spare_conversions(system.chosen)
    assert len([*kept.folder.iterdir()]) == 2
    system.work_off()
    assert {*system.states().values()} == {DocumentState.DONE}
    assert [*kept.folder.iterdir()] == []
    with system.ledger.transaction() as session:
        counts = select(Arrival.name, func.count(Metric.id)).join(
            Metric, Metric.document_id == Arrival.document_id
        )
        found = dict(session.execute(counts.group_by(Arrival.name)).all())
    assert found["0.doc"] == found["年报.txt"] > 0


def test_without_libreoffice_the_sender_reads_what_to_do(system: System) -> None:
    system.chosen = Settings(**system.chosen.model_dump() | {"office": ""})
    system.drop("报告.uot", b'<uof:UOF xmlns:uof="http://schemas.uof.org/cn/2003/uof"/>')
    chinese, english = (
        (system.bench.folder / "refused/报告.uot.why.txt").read_text("utf-8").splitlines()
    )
    assert "请打开文件，另存为 .docx，再放入一次；或请管理员安装 LibreOffice" in chinese
    assert "open the file and save it as .docx, then drop that" in english
    assert (system.bench.folder / "refused/报告.uot").exists()
