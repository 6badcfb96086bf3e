"""Files that arrived together are one batch."""

from __future__ import annotations

from sqlalchemy import text

from tests.workers.watching import Bench
from workers.desk.arrivals import list_arrivals
from workers.desk.batches import list_batches
from workers.ledger import Ledger


def test_batch_is_what_came_into_one_folder_without_a_pause(ledger: Ledger, bench: Bench) -> None:
    for number in range(5):
        bench.drop(f"2024/丰都县/镇{number}.txt", f"第{number}份".encode())
    bench.drop("单独.txt", b"alone")
    bench.settle()
    alone, folder = sorted(list_batches(ledger), key=lambda batch: batch.files)
    assert (alone.folder, alone.name) == ("", "单独.txt")
    assert (folder.folder, folder.files, folder.waiting) == ("2024", 5, 5)
    assert folder.minutes_left is None  # nothing has ended yet
    found = list_arrivals(ledger, batch=(folder.first, folder.last))
    assert {line.folder for line in found} == {"2024/丰都县"}
    assert len(found) == 5


def test_batch_after_a_pause_is_another_and_knows_how_long_it_takes(
    ledger: Ledger, bench: Bench
) -> None:
    bench.drop("早.txt", b"early")
    bench.settle()
    with ledger.transaction() as session:
        session.execute(text("UPDATE arrival SET arrived_at = arrived_at - interval '10 minutes'"))
    for number in range(4):
        bench.drop(f"晚{number}.txt", f"第{number}份".encode())
    bench.settle()
    with ledger.transaction() as session:
        session.execute(
            text(
                "UPDATE document SET state = 'refused', stage = NULL, reason = 'why',"
                " changed_at = now() WHERE id = (SELECT max(id) FROM document)"
            )
        )
        session.execute(text("UPDATE arrival SET arrived_at = arrived_at - interval '60 seconds'"))
    late, early = list_batches(ledger)
    assert (early.files, late.files) == (1, 4)
    assert (late.refused, late.waiting, late.is_over) == (1, 3, False)
    assert (late.per_minute, late.minutes_left) == (1, 3)
