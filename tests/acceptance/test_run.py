"""The main job, end to end: `fazhi run`, real servers and processes, files in, rows out."""

import csv
import io
import json
import os
import signal
import time
import zipfile
from pathlib import Path

from schema.kinds import Stage
from tests.acceptance.system import SAMPLES, System
from tests.formats.blocks import blocks_of
from tests.formats.office import write_docs

SHARED_SAMPLE = SAMPLES / "松涧镇2024.txt"


def figures(system: System, name: str) -> dict[str, list[tuple[float, str]]]:
    """Indicator → (value, the exact characters of the raw text that state it)."""
    query = """
        SELECT indicator, value, substr(raw_text, raw_start + 1, raw_end - raw_start)
        FROM metric JOIN report USING (document_id) WHERE name = :name ORDER BY ordinal
    """
    found: dict[str, list[tuple[float, str]]] = {}
    for indicator, value, characters in system.rows(query, name=name):
        found.setdefault(indicator, []).append((value, characters))
    return found


def test_dropped_report_is_read_within_seconds(system: System) -> None:
    begun = time.monotonic()
    system.drop(SHARED_SAMPLE)
    system.wait(
        lambda: system.count(
            "document JOIN report ON id = document_id", "state = 'done' AND name LIKE '松涧镇%'"
        )
    )
    seconds = time.monotonic() - begun
    print(f"from drop to done: {seconds:.1f} s")
    system.wait_empty_inbox()
    ((title, year, published, issuer),) = system.rows(
        "SELECT title, year, published::text, issuer.name FROM report JOIN issuer ON "
        "issuer.id = issuer_id"
        " WHERE report.name = :name",
        name=SHARED_SAMPLE.name,
    )
    assert (title, year) == ("松涧镇人民政府2024年度法治政府建设工作情况报告", 2024)
    assert (published, issuer) == ("2025-01-08", "松涧镇人民政府")
    query = (
        "SELECT roles FROM section JOIN report USING (document_id) WHERE name = :name AND level = "
        "1 ORDER BY ordinal"
    )
    sections = system.rows(query, name=SHARED_SAMPLE.name)
    assert [roles for (roles,) in sections] == [
        ["achievements"],
        ["leader_duty"],
        ["shortcomings"],
        ["plan"],
    ]
    found = figures(system, SHARED_SAMPLE.name)
    assert found["disputes.found"] == [(226, "226件")]
    assert found["disputes.amount"] == [(3_125_000, "312.5万元")]
    assert found["publicity.materials"] == [(16_000, "1.6万余份")]
    assert found["disputes.criminal_escalations"] == [(0, "未发生民转刑案件")]


def test_same_file_again_adds_an_arrival_and_nothing_else(system: System) -> None:
    system.drop(SHARED_SAMPLE)
    system.wait_empty_inbox()
    system.wait_done(system.count("document"))

    def counted() -> dict[str, int]:
        # The nightly run may come in between and find the issuer overdue: a finding of no document.
        findings = system.count("finding", "document_id IS NOT NULL")
        tables = ("document", "report", "section", "metric", "stage_run")
        return {table: system.count(table) for table in tables} | {"finding": findings}

    before, arrivals = counted(), system.count("arrival")
    system.drop(SHARED_SAMPLE, "又一份.txt")
    system.wait(lambda: system.count("arrival") == arrivals + 1)
    time.sleep(1)
    assert counted() == before
    assert system.left() == []


def test_reports_of_every_format_dropped_at_once_are_read(system: System) -> None:
    known = system.count("document")
    text = (
        (SAMPLES / "清渠街道2023.txt").read_text(encoding="utf-8").replace("清渠街道", "甘棠街道")
    )
    paragraphs = "".join(f"<p>{line}</p>" for line in text.splitlines())
    page = f"<html><head><meta charset=gb2312></head><body>{paragraphs}</body>"
    (system.inbox / "甘棠.html").write_bytes(page.encode("gb18030"))
    write_docx(system.inbox / "甘棠.docx", text.replace("甘棠街道", "海棠街道"))
    (system.inbox / "国标.txt").write_bytes(text.replace("甘棠街道", "秋棠街道").encode("gb18030"))
    system.drop(SAMPLES / "清渠街道2023.txt")
    system.wait_done(known + 4)
    for name in ("甘棠.html", "甘棠.docx", "国标.txt", "清渠街道2023.txt"):
        assert figures(system, name)["petitions.received"] == [(1856, "1,856件")], name
    assert system.left() == []


def test_old_word_documents_dropped_at_once_are_read_and_kept(system: System) -> None:
    known = system.count("document")
    text = (SAMPLES / "清渠街道2023.txt").read_text(encoding="utf-8")
    towns = [f"{town}街道" for town in ("青棠", "白棠", "紫棠", "红棠")]
    written = write_docs(*(blocks_of(text.replace("清渠街道", town)) for town in towns))
    for town, data in zip(towns, written, strict=True):
        # Whole at once, so that all of them wait together.
        (system.home / "new.doc").write_bytes(data)
        (system.home / "new.doc").rename(system.inbox / f"{town}.doc")
    system.wait_done(known + len(towns))
    kept = "SELECT sha256, media_type FROM document JOIN report ON id = document_id WHERE name = :n"
    for town, data in zip(towns, written, strict=True):
        assert figures(system, f"{town}.doc")["petitions.received"] == [(1856, "1,856件")]
        ((sha256, media_type),) = system.rows(kept, n=f"{town}.doc")
        assert media_type == "application/msword"
        assert (system.home / "var/store" / sha256[:2] / sha256).read_bytes() == data
    assert system.left() == []


def test_unusable_files_come_back_with_a_sentence_that_says_what_to_do(system: System) -> None:
    (system.inbox / "空.txt").touch()
    (system.inbox / "压缩.docx").write_bytes(b"Rar!\x1a\x07\x00" + os.urandom(500))
    whole = system.home / "whole.docx"
    write_docx(whole, SHARED_SAMPLE.read_text(encoding="utf-8"))
    (system.inbox / "半个.docx").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    refused = system.inbox / "refused"
    for name, wanted, wanted_en in (
        ("空.txt", "请从原处重新复制", "copy it again"),
        ("压缩.docx", "这是 RAR 压缩包", "a RAR archive"),
        ("半个.docx", "重新保存", "save it anew"),
    ):
        why = refused / f"{name}.why.txt"
        system.wait(why.exists)
        assert (refused / name).exists()
        chinese, english = why.read_text(encoding="utf-8").splitlines()
        assert wanted in chinese
        assert wanted_en in english
    assert system.count("document", "state = 'refused'") == 3
    assert system.left() == []


def test_file_that_grows_for_three_seconds_is_taken_once_whole(system: System) -> None:
    known = system.count("document")
    lines = (
        SHARED_SAMPLE.read_text(encoding="utf-8").replace("松涧", "长涧").splitlines(keepends=True)
    )
    with (system.inbox / "长涧.txt").open("w", encoding="utf-8") as out:
        for line in lines:
            out.write(line)
            out.flush()
            time.sleep(3 / len(lines))
    system.wait_done(known + 1)
    time.sleep(1)
    assert system.count("document") == known + 1
    assert system.rows("SELECT raw_text FROM report WHERE name = '长涧.txt'")[0][0] == "".join(
        lines
    )


def test_commands_beside_the_running_system(system: System) -> None:
    system.wait_done(system.count("document"))
    state = json.loads(system.command("status", "--json"))
    assert state["documents"]["done"] == system.count("document", "state = 'done'") > 0
    assert state["inbox"] == 0
    assert set(state["queues"]) == set(Stage)
    rows = list(csv.DictReader(io.StringIO(system.command("export", "metrics", "--format", "csv"))))
    assert len(rows) == system.count("metric")
    assert json.loads(system.command("nightly", "--json"))["verify"] == {"wrong": 0, "troubles": []}
    finding = json.loads(system.command("review", "list", "--json").splitlines()[0])
    system.command("review", "dismiss", str(finding["id"]), "--who", "检查员")
    assert system.rows("SELECT action, who FROM decision") == [("dismiss", "检查员")]


def test_killed_worker_child_is_made_good_by_itself(fresh: System) -> None:
    (fresh.inbox / "大.txt").write_text(long_report(), encoding="utf-8")
    running = "SELECT worker FROM stage_run WHERE outcome IS NULL AND stage = 'extract'"
    fresh.wait(lambda: fresh.rows(running))
    for child in fresh.pool():
        os.kill(child, signal.SIGKILL)
    fresh.wait_done(1)
    assert fresh.rows("SELECT state FROM document") == [("done",)]
    assert fresh.count("stage_run", "stage = 'extract' AND outcome = 'lost'") == 1
    assert fresh.count("stage_run", "stage = 'extract' AND outcome = 'done'") == 1


def test_stopped_and_started_again_it_goes_on(fresh: System) -> None:
    for at in range(40):
        write_numbered(fresh, at)
    fresh.wait(lambda: fresh.count("stage_run") > 10)
    fresh.stop()
    fresh.start()
    fresh.wait_done(40)
    audit(fresh, 40)


def test_everything_killed_at_once_loses_nothing(fresh: System) -> None:
    for at in range(40):
        write_numbered(fresh, at)
    fresh.wait(lambda: fresh.count("stage_run") > 10)
    assert fresh.process
    fresh.process.kill()
    fresh.process.wait()
    fresh.start()
    fresh.wait_done(40)
    audit(fresh, 40)


def test_killed_servers_come_back_and_lose_nothing(fresh: System) -> None:
    for at in range(40):
        write_numbered(fresh, at)
    fresh.wait(lambda: fresh.count("stage_run") > 10)
    postgres = int((fresh.home / "var/postgres/postmaster.pid").read_text().splitlines()[0])
    os.kill(postgres, signal.SIGKILL)
    queue = fresh.server("redis")
    assert queue
    os.kill(queue, signal.SIGKILL)
    fresh.wait(lambda: fresh.answers() and fresh.count("document", "state = 'done'") == 40, 120)
    audit(fresh, 40)


def audit(system: System, documents: int) -> None:
    """Each content once, in a final state, with one set of results; each drop an arrival;
    nothing left over.
    """
    assert system.count("document") == system.count("document", "state = 'done'") == documents
    assert system.count("arrival") == system.count("report") == documents
    doubled = (
        "SELECT document_id FROM metric GROUP BY document_id, raw_start, raw_end, "
        "indicator HAVING count(*) > 1"
    )
    assert system.rows(doubled) == []
    done = (
        "SELECT document_id, stage FROM stage_run WHERE outcome = 'done' GROUP BY 1, "
        "2 HAVING count(*) > 1"
    )
    assert system.rows(done) == []
    counts = "SELECT count(*) FROM metric GROUP BY document_id"
    assert {row[0] for row in system.rows(counts)} == {len_of_sample(system)}
    assert system.left() == []


def len_of_sample(system: System) -> int:
    lines = system.command("read", "--json", str(SHARED_SAMPLE)).splitlines()
    return len(json.loads(lines[0])["metrics"])


def write_numbered(system: System, at: int) -> None:
    text = SHARED_SAMPLE.read_text(encoding="utf-8").replace("松涧", f"{chr(0x6C5F + at)}涧")
    (system.inbox / f"{at}.txt").write_text(text, encoding="utf-8")


def long_report() -> str:
    """So long that its stages take seconds."""
    text = SHARED_SAMPLE.read_text(encoding="utf-8")
    middle = text.index("二、党政")
    return text[:middle] + "全年开展宣传活动12场次，排查矛盾纠纷35件。\n" * 8000 + text[middle:]


def write_docx(path: Path, text: str) -> None:
    """The smallest document that Word can open."""
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    paragraphs = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in text.splitlines())
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{types}"><Override PartName="/word/document.xml" '
            f'ContentType="{main}"/></Types>',
        )
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{word}"><w:body>{paragraphs}</w:body></w:document>',
        )
