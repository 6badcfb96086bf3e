"""The first steps: sample reports, and how far a new system is."""

from __future__ import annotations

import pytest

from tests.workers.watching import Bench
from workers.desk.beginning import (
    SAMPLE_FOLDER,
    FolderInTheWay,
    lay_samples,
    look_at_beginning,
    withdraw_samples,
)
from workers.ledger import Ledger


def test_samples_go_the_way_of_every_file_and_are_taken_out_again(
    ledger: Ledger, bench: Bench
) -> None:
    assert not look_at_beginning(ledger).arrived
    assert lay_samples(ledger, bench.folder, who="test") == 10
    assert lay_samples(ledger, bench.folder, who="test") == 0
    bench.settle()
    begun = look_at_beginning(ledger)
    assert (begun.arrived, begun.read, begun.unread, begun.samples) == (True, False, 10, 10)
    assert withdraw_samples(ledger, who="test") == 10
    assert look_at_beginning(ledger).samples == 0


def test_samples_never_go_through_a_link(ledger: Ledger, bench: Bench) -> None:
    elsewhere = bench.folder.parent / "elsewhere"
    elsewhere.mkdir()
    (bench.folder / SAMPLE_FOLDER).symlink_to(elsewhere)
    with pytest.raises(FolderInTheWay):
        lay_samples(ledger, bench.folder, who="test")
    assert list(elsewhere.iterdir()) == []
