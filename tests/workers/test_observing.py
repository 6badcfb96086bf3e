"""What the tools of an operator are told: figures, logs, names."""

import json
import logging
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from subprocess import PIPE
from urllib.error import HTTPError

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from sqlalchemy import event, text

from schema.kinds import Chore
from tests.acceptance.system import free_port
from tests.workers.test_ledger import new_document, taken
from workers import heartbeat, settings
from workers.database import connect
from workers.errors import EmptyFile
from workers.host.observing import Observer
from workers.host.port import open_port
from workers.ledger import Ledger
from workers.results.chores import note_end
from workers.settings import Settings
from workers.telling.logbook import about, start_logging


def figures(told: str) -> Mapping[str, float]:
    """Name and labels → value."""
    return {
        " ".join((one.name, *one.labels.values())): one.value
        for family in text_string_to_metric_families(told)
        for one in family.samples
    }


def here(tmp_path: Path, ledger: Ledger, **changed: object) -> Settings:
    url = ledger.engine.url.render_as_string(hide_password=False)
    return Settings(home=tmp_path, database_url=url, **changed)


def test_figures_are_those_of_the_ledger(tmp_path: Path, ledger: Ledger) -> None:
    refused = new_document(ledger)
    ledger.refuse(taken(ledger, refused), EmptyFile().notice, "v1")
    new_document(ledger, "b")
    note_end(ledger, Chore.SWEEP, seconds=0.5, documents=3)
    note_end(ledger, Chore.SWEEP, seconds=0.5, documents=4)
    told = Observer(ledger, here(tmp_path, ledger)).answer("/metrics").body.decode()
    found = figures(told)
    assert found["fazhi_documents refused"] == found["fazhi_refused empty_file"] == 1
    assert found["fazhi_documents_due read"] == found["fazhi_documents waiting"] == 1
    assert found["fazhi_sweep_rung_total"] == 7
    assert found["fazhi_trouble silent"] == 1
    assert (found["fazhi_trouble database"], found["fazhi_trouble disk_full"]) == (0, 0)
    assert found["process_open_fds"] > 3


def test_counting_looks_through_no_table(tmp_path: Path, ledger: Ledger) -> None:
    """Of 10,000 documents and as many arrivals, runs and findings, each plan takes an index."""
    with ledger.transaction() as session:
        session.execute(text(MANY))
    with ledger.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE document, arrival, finding, stage_run"))
    asked: list[tuple[str, object]] = []

    def note(_: object, __: object, statement: str, values: object, *___: object) -> None:
        asked.append((statement, values))

    event.listen(ledger.engine, "before_cursor_execute", note)
    Observer(ledger, here(tmp_path, ledger)).answer("/metrics")
    event.remove(ledger.engine, "before_cursor_execute", note)
    large = ("on document", "on arrival", "on finding", "on stage_run")
    with ledger.engine.connect() as connection:
        for statement, values in {repr(one): one for one in asked}.values():
            plan = connection.exec_driver_sql(f"EXPLAIN {statement}", values).scalars().all()
            scans = [line for line in plan if "Seq Scan" in line]
            assert not [line for line in scans if any(one in line for one in large)], statement


MANY = """
    INSERT INTO document (sha256, size, state, rules_version, done_at)
    SELECT lpad(n::text, 64, '0'), 1, 'done', 'v1', now() FROM generate_series(1, 10000) AS n;
    INSERT INTO arrival (document_id, claim, name, folder, size, modified_at)
    SELECT id, gen_random_uuid(), 'x.txt', '', 1, now() FROM document;
    INSERT INTO stage_run (id, document_id, stage, worker, attempt, ended_at, outcome)
    SELECT id, id, 'read', 'read@x', 1, now(), 'done' FROM document;
    INSERT INTO finding (document_id, key, kind, across, severity, message, message_en, spans,
                         metric_keys, evidence, priority, state)
    SELECT id, 'k', 'sum_mismatch', false, 'check', repeat('字', 60), repeat('a word ', 30),
           '[[1, 2], [3, 4]]', '{key}', repeat('据', 60), 1, 'open'
    FROM document
"""


def test_database_that_is_away_is_a_trouble_and_no_error(tmp_path: Path) -> None:
    url = "postgresql+psycopg://fazhi:geheim@127.0.0.1:1/fazhi"
    observer = Observer(Ledger(connect(url)), Settings(home=tmp_path, database_url=url))
    ready = observer.answer("/readyz")
    assert (ready.status, json.loads(ready.body)["troubles"]) == (503, ["database"])
    told = figures(observer.answer("/metrics").body.decode())
    assert told["fazhi_trouble database"] == 1
    assert not [one for one in told if one.startswith("fazhi_documents")]


def test_port_tells_whether_the_process_hangs_and_asks_for_its_token(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    open_port(here(tmp_path, ledger, metrics_port=port, metrics_token=SecretStr("t")))
    heartbeat.beat()
    assert asked(port, "/healthz") == 200
    assert [asked(port, "/metrics"), asked(port, "/metrics", "x"), asked(port, "/nothing")] == [
        401,
        401,
        404,
    ]
    assert asked(port, "/metrics", "t") == 200
    monkeypatch.setattr(heartbeat, "_last", (0.0, 0.0))
    assert asked(port, "/healthz") == 503


def asked(port: int, path: str, token: str = "") -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
    request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def test_name_is_the_same_again_after_a_kill() -> None:
    argv = [sys.executable, "-c", TAKING]
    first, second = (subprocess.Popen(argv, stdin=PIPE, stdout=PIPE, text=True) for _ in range(2))
    named = {told(first).split("@")[0], told(second).split("@")[0]}
    assert named == {"read", "read-2"}
    for one in (first, second):
        one.kill()
        one.communicate()
    again = subprocess.run(argv, stdout=PIPE, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert again.stdout.startswith("read@")


TAKING = """
import sys
from workers.telling.naming import take_name
print(take_name('read', 'a'), flush=True)
sys.stdin.read()
"""


def told(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline()


@pytest.mark.parametrize("shape", ["text", "json"])
def test_line_of_the_log_says_when_who_and_of_what(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    monkeypatch.setenv("FAZHI_LOG_FORMAT", shape)
    monkeypatch.setenv("FAZHI_LOG_LEVEL", "warning")
    settings.settings.cache_clear()
    path = tmp_path / "x.log"
    try:
        start_logging(path)
        log = logging.getLogger("celery.worker")
        log.info("not told")
        with about(document=7, stage="read"), about(file="一 份\n.txt"):
            log.warning("Connected to redis://:geheim@queue/0")
        try:
            raise OSError("postgresql://a:geheim@db is away")
        except OSError:
            log.exception("failed")
    finally:
        monkeypatch.undo()
        settings.settings.cache_clear()
        start_logging()
    told = path.read_text()
    assert ("geheim" in told, "not told" in told, "Traceback" in told) == (False, False, True)
    line = told.splitlines()[0]
    if shape == "text":
        assert "+08:00 WARNING" in line
        assert line.endswith(
            'document=7 stage=read file="一 份\\n.txt" Connected to redis://queue/0'
        )
        return
    first, second = map(json.loads, told.splitlines())
    assert (first["document"], first["stage"], first["level"]) == (7, "read", "WARNING")
    assert first["time"].endswith("+08:00")
    assert (second["message"], "document" in second) == ("failed", False)
