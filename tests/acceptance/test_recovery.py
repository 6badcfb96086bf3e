"""Backup of a system at work, restored into an empty home by the commands that a person types."""

import json
from pathlib import Path
from typing import Any

from tests.acceptance.system import SAMPLES, System

# More than are done before the backup has begun.
REPORTS = 64
RESULTS = """
    SELECT document.sha256, report.raw_text, report.text, report.title, report.year,
      metric.indicator, metric.value,
           metric.quote, metric.raw_start, section.title
    FROM document
    JOIN report ON report.document_id = document.id
    JOIN metric ON metric.document_id = document.id
    LEFT JOIN section ON section.document_id = document.id AND section.ordinal = metric.section
    ORDER BY document.sha256, metric.ordinal
"""


def test_system_at_work_is_backed_up_and_restored_into_an_empty_home(
    fresh: System, tmp_path: Path
) -> None:
    text = (SAMPLES / "松涧镇2024.txt").read_text(encoding="utf-8")
    for at in range(REPORTS):
        (fresh.inbox / f"{at}.txt").write_text(f"{text}\n第{at}号。", encoding="utf-8")
    (fresh.inbox / "空.txt").touch()
    fresh.wait(lambda: fresh.count("document") >= REPORTS / 2)
    made = json.loads(fresh.command("backup", "--json", str(tmp_path / "backup")))
    other = System(tmp_path / "other")
    assert json.loads(other.command("restore", "--json", made["folder"]))["wrong"] == 0
    restored = json.loads(other.command("status", "--json", check=False))["documents"]
    assert sum(restored.values()) == made["documents"]
    assert restored["waiting"] > 0
    fresh.wait_done(REPORTS + 1)
    other.start()
    try:
        other.wait_done(made["documents"])
        assert json.loads(other.command("verify", "--deep", "--json"))["wrong"] == 0
        named = {sha256 for (sha256,) in other.rows("SELECT sha256 FROM document")}
        assert results(other) == [row for row in results(fresh) if row[0] in named]
        for sha256 in named:
            assert stored(other, sha256) == stored(fresh, sha256)
    finally:
        other.stop()


def results(system: System) -> list[Any]:
    return [tuple(row) for row in system.rows(RESULTS)]


def stored(system: System, sha256: str) -> bytes:
    return (system.home / "var/store" / sha256[:2] / sha256).read_bytes()
