"""Findings dismissed at once: of one issuer, not of all that bear its name."""

from __future__ import annotations

from schema.kinds import Role
from tests.desk.conftest import RunningDesk
from tests.desk.test_review import OVER_100, arrive
from workers.desk import queue
from workers.desk.queue import Filters
from workers.report.finding_kinds import FindingKind

KIND = FindingKind.RATE_OVER_100


def test_bulk_of_a_name_that_several_have_asks_which(desk: RunningDesk) -> None:
    name = arrive(desk, "西关镇", *OVER_100)
    (desk.system.inbox / "清河.txt").write_text(elsewhere(desk), encoding="utf-8")
    desk.system.wait(lambda: len(queue.issuers_of(desk.ledger, name)) == 2)
    desk.system.wait(lambda: len(waiting(desk, name)) == 4)
    first, second = queue.issuers_of(desk.ledger, name)
    client, address = desk.client(Role.REVIEWER), f"/review/dismiss?kind={KIND}&issuer="
    asked = client.get(address + name).text
    assert "请选择" in asked
    assert (first.county or "") in asked
    assert (second.county or "") in asked
    client.post(address + name)
    assert len(waiting(desk, name)) == 4
    client.post(f"{address}{first.id}")
    assert [row.county for row in waiting(desk, name)] == [second.county] * 2


def elsewhere(desk: RunningDesk) -> str:
    ((text,),) = desk.system.rows("SELECT raw_text FROM report WHERE name = '西关镇.txt'")
    return str(text).replace("洛峰县", "清河县")


def waiting(desk: RunningDesk, name: str) -> list[queue.QueuedFinding]:
    return queue.list_findings(desk.ledger, Filters(issuer=name, kind=KIND))
