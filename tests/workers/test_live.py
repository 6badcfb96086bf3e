"""The live view of `fazhi run`: it draws every state, and never stops what is at work."""

import io

import pytest
from rich.console import Console

from tests.workers.test_ledger import new_document
from workers.host import live
from workers.host.live import Live
from workers.ledger import Ledger
from workers.settings import Settings


@pytest.fixture
def view(ledger: Ledger, tmp_path: object) -> Live:
    return Live(Settings(home=str(tmp_path)), ledger, Console(file=io.StringIO()))


def test_withdrawn_document_is_drawn(view: Live) -> None:
    view.ledger.withdraw(new_document(view.ledger))
    view.draw({})


def test_what_cannot_be_drawn_is_said_and_stops_nothing(
    view: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise ValueError("none of the list")

    monkeypatch.setattr(live, "list_recent", stumble)
    with view:
        view.show({})
    assert isinstance(view.console.file, io.StringIO)
    assert "none of the list" in view.console.file.getvalue()
