"""What reading anew changed, as a page and as a table."""

from __future__ import annotations

import csv
import io

from schema.kinds import ChangeOf, Role
from schema.upkeep import Change
from tests.acceptance.system import SAMPLES
from tests.desk.conftest import RunningDesk


def test_changes_stand_on_a_page_and_in_a_file(desk: RunningDesk) -> None:
    desk.system.drop(SAMPLES / "青禾县水利局2024.txt")
    done = "SELECT id FROM document WHERE done_at IS NOT NULL ORDER BY id DESC"
    [document, *_] = desk.system.wait(lambda: desk.system.rows(done))[0]
    figure = {"unit": "件", "bound": "about", "status": "planned", "why": "=cmd"} | dict.fromkeys(
        ("subject", "period", "per")
    )
    rules = {"document_id": document, "rules_before": "older", "rules_after": "newer"}
    before = figure | {"value": 3.0, "indicator": None}
    after = figure | {"value": 4.5, "indicator": "disputes.resolved", "subject": "<b>"}
    with desk.ledger.transaction() as session:
        session.add(
            Change(of=ChangeOf.FIGURE, subject="=4.5件", before=before, after=after, **rules)
        )
        session.add(
            Change(
                of=ChangeOf.FINDING,
                subject="lost_characters",
                after={"severity": "check", "message": "缺字", "message_en": "lost"},
                **rules,
            )
        )
        session.add(
            Change(
                of=ChangeOf.REPORT,
                subject="year",
                before={"value": 2023},
                after={"value": 2024},
                **rules,
            )
        )
    reader = desk.client(Role.READER)
    shown = reader.get(f"/changes?document={document}&of=&since=").text
    for part in ("4.5件", "约数", "计划", "&lt;b&gt;", "缺字", "没有", "2023", "older → newer"):
        assert part in shown, part
    sent = reader.get(f"/changes/file?document={document}&of=figure").content
    assert sent.startswith(b"\xef\xbb\xbf")
    rows = {row["对象"]: row for row in csv.DictReader(io.StringIO(sent.decode("utf-8-sig")))}
    row = rows["'=4.5件"]
    assert (row["原数值"], row["新数值"], row["依据"]) == ("3", "4.5", "'=cmd")
