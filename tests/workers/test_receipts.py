"""Receipts: what came of each dropped file, in a folder of the inbox."""

from __future__ import annotations

import csv
from pathlib import Path

from sqlalchemy import text

from tests.workers.watching import Bench
from workers.desk.receipts import Receipts
from workers.intake.scanning import RECEIPTS
from workers.ledger import Ledger


def rows_of(bench: Bench) -> list[dict[str, str]]:
    (path,) = (bench.folder / RECEIPTS).iterdir()
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            {key.partition(" ")[0]: cell for key, cell in row.items()}
            for row in csv.DictReader(file)
        ]


def new_receipts(ledger: Ledger, bench: Bench) -> Receipts:
    return Receipts(ledger, bench.folder, "Asia/Shanghai")


def test_receipt_tells_what_came_of_each_file_and_is_never_taken_for_one(
    ledger: Ledger, bench: Bench
) -> None:
    bench.drop("2024/=1+1.txt", b"report")
    bench.drop("空.txt", b"nothing")
    bench.settle()
    with ledger.transaction() as session:
        session.execute(
            text(
                "UPDATE document SET state = 'refused', stage = NULL,"
                " reason = E'读不了。\\nUnreadable.' WHERE size = 7"
            )
        )
    assert new_receipts(ledger, bench).keep_up() == 1
    told = {row["文件"]: row for row in rows_of(bench)}
    assert told["'=1+1.txt"]["结果"] == "处理中 in work"  # and no formula
    assert told["'=1+1.txt"]["文件夹"] == "2024"
    assert told["空.txt"]["结果"] == "已退回 refused"
    assert told["空.txt"]["说明"] == "读不了。 Unreadable."
    assert new_receipts(ledger, bench).keep_up() == 1
    bench.drop(f"{RECEIPTS}/年报.txt", b"dropped in the wrong place")
    bench.settle()
    assert len(bench.arrivals()) == 2
    left = bench.watcher.step().left_alone
    assert left == {f"{RECEIPTS}/年报.txt": "this folder is for receipts: drop files elsewhere"}


def test_receipt_never_goes_through_a_link(ledger: Ledger, bench: Bench, tmp_path: Path) -> None:
    bench.drop("a.txt")
    bench.settle()
    precious = tmp_path / "precious"
    precious.write_text("kept")
    assert new_receipts(ledger, bench).keep_up() == 1
    (receipt,) = (bench.folder / RECEIPTS).iterdir()
    receipt.unlink()
    receipt.symlink_to(precious)
    assert new_receipts(ledger, bench).keep_up() == 1
    assert (precious.read_text(), receipt.is_symlink()) == ("kept", False)


def test_receipt_is_left_as_it_is_while_nothing_changes(ledger: Ledger, bench: Bench) -> None:
    bench.drop("a.txt")
    bench.settle()
    receipts = new_receipts(ledger, bench)
    assert receipts.keep_up() == 1
    receipts._next = 0.0
    assert receipts.keep_up() == 0
