"""The collection board and the roster, as people change it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from schema.kinds import Deed
from tests.workers.test_across import Add, add, found, report_text  # noqa: F401
from workers.across.roster import UnusableRoster, make_entry, parse_roster
from workers.desk import roster
from workers.desk.collection import Progress, count_collection, list_collection
from workers.desk.operations import list_audit
from workers.ledger import Ledger
from workers.report.finding_kinds import FindingKind

TODAY = date(2025, 6, 1)
EDITOR = roster.Editor(who="王芳", today=TODAY)


def test_board_shows_who_is_overdue_at_once_and_whose_report_came(
    ledger: Ledger,
    add: Add,  # noqa: F811
) -> None:
    add(report_text(year=2024))
    with ledger.transaction() as session:
        signed = session.execute(text("SELECT name, county, province FROM issuer")).one()
    mine = ",".join(cell or "" for cell in signed)
    rows = f"单位,县区,省份,级别\n{mine},乡镇\n云栖镇,洛岭县,湖南,乡镇\n"
    entries = parse_roster(rows.encode("gb18030"))
    expected = {"added": 2, "updated": 0, "removed": 0}
    assert roster.try_import(ledger, entries, replace=False) == expected
    assert roster.list_lines(ledger) == []
    assert roster.import_entries(ledger, entries, EDITOR) == expected
    lines = {line.issuer: line for line in list_collection(ledger, 2024, TODAY)}
    assert lines["云栖镇"].progress is Progress.OVERDUE
    came = lines[signed.name]
    assert came.progress in {Progress.OPEN, Progress.DONE}
    assert came.received
    total = count_collection(lines.values())[0]
    assert (total.expected, total.came, total.overdue) == (2, 1, 1)
    assert list_collection(ledger, 2025, TODAY)[0].progress is Progress.AWAITED
    # The queue and the list of the overdue do not wait for the night.
    (overdue,) = found(ledger, FindingKind.REPORT_OVERDUE)
    assert overdue.year == 2024
    (line,) = roster.list_lines(ledger, words="云栖")
    assert roster.remove_entry(ledger, line.issuer_id, EDITOR)
    assert found(ledger, FindingKind.REPORT_OVERDUE) == []
    deeds = [(one.deed, one.who) for one in list_audit(ledger)]
    assert deeds == [(Deed.ROSTER_REMOVED, "王芳"), (Deed.ROSTER_IMPORTED, "王芳")]


def test_changed_entry_takes_the_place_of_the_old_one(ledger: Ledger) -> None:
    roster.save_entry(ledger, make_entry(name="云栖镇", level="乡镇", county="洛岭县"), EDITOR)
    (line,) = roster.list_lines(ledger)
    renamed = make_entry(name="云栖街道", level="街道", county="洛岭县")
    roster.save_entry(ledger, renamed, EDITOR, instead_of=line.issuer_id)
    assert [one.name for one in roster.list_lines(ledger)] == ["云栖街道"]
    with pytest.raises(UnusableRoster) as told:
        make_entry(name="云栖镇", level="村")
    assert told.value.wrong[0].zh == "级别“村”不是省、市、县、乡镇、部门之一"
