"""What `fazhi run` shows: a live view of files, stages and queues in the terminal, or one line when there is none."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from rich.console import Console, Group
from rich.live import Live as RichLive
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from schema.kinds import DocumentState, Stage
from workers.desk.status import overview, recent
from workers.ledger import Ledger
from workers.settings import Settings, desk_address

STAGES = list(Stage)

log = logging.getLogger("fazhi")


class PlainView:
    """No terminal: one line `ready` with the addresses; the processes' own lines follow."""

    def __init__(self, full: Settings) -> None:
        addresses = f"database={full.database_url} broker={full.broker_url} desk={desk_address(full)}"
        self.line = f"ready inbox={full.inbox_dir} {addresses}"

    def __enter__(self) -> Self:
        return self

    def show(self, restarts: Mapping[str, int]) -> None:
        """The line, once: after the processes were started."""
        del restarts
        if self.line:
            print(self.line, flush=True)
        self.line = ""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


class Live:
    """The live view: how many, the latest files one line each, and what waits in which stage."""

    def __init__(self, full: Settings, ledger: Ledger, console: Console | None = None) -> None:
        self.full, self.ledger = full, ledger
        self.console = console or Console()
        self.display = RichLive(console=self.console, screen=False, auto_refresh=False)

    def __enter__(self) -> Self:
        self.display.start()
        return self

    def show(self, restarts: Mapping[str, int]) -> None:
        """Draw how things stand now; where that cannot be done, say so and go on."""
        try:
            self.display.update(self.draw(restarts), refresh=True)
        except SQLAlchemyError as error:
            self._say(f"the database is away: {error}")
        except Exception as error:  # what cannot be drawn must not stop what is at work
            log.exception("the view cannot be drawn")
            self._say(f"the view cannot be drawn: {type(error).__name__}: {error}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.display.stop()
        self.console.print("stopping …")

    def _say(self, trouble: str) -> None:
        self.display.update(Text(trouble, style="red"), refresh=True)

    def draw(self, restarts: Mapping[str, int]) -> Group:
        """The whole view."""
        state = overview(self.ledger, self.full)
        return Group(
            Text.assemble(
                "fazhi  ",
                ("drop reports into ", "dim"),
                str(self.full.inbox_dir),
                ("   open ", "dim"),
                desk_address(self.full),
                ("   Ctrl-C stops", "dim"),
            ),
            _counts(state, restarts),
            _files(recent(self.ledger)),
        )


def _counts(state: Mapping[str, Any], restarts: Mapping[str, int]) -> Text:
    documents, findings, queues = state["documents"], state["findings"], state["queues"]
    pending = "  ".join(f"{stage} {due}" for stage, due in queues.items() if due) or "none"
    parts = [
        f"inbox {state['inbox']}",
        f"done {documents[DocumentState.DONE]}",
        f"refused {documents[DocumentState.REFUSED]}",
        f"due: {pending}",
        f"findings {findings['open']} open, {findings['settled']} settled",
    ]
    parts += state["held_back"]
    if "inbox_error" in state:
        parts.append(f"the inbox cannot be read: {state['inbox_error']}")
    if any(restarts.values()):
        parts.append(
            "started again: "
            + ", ".join(f"{name} {count}×" for name, count in restarts.items() if count)
            + " (see var/log)"
        )
    return Text("   ".join(parts))


def _files(rows: list[dict[str, Any]]) -> Table:
    table = Table(expand=True, pad_edge=False)
    table.add_column("file", ratio=3, no_wrap=True, overflow="ellipsis")
    table.add_column("stages", width=len(STAGES) + 1)
    table.add_column("result", ratio=4, no_wrap=True, overflow="ellipsis")
    for row in rows:
        table.add_row(Text(row["name"]), _bar(row), _result(row))
    return table


def _bar(row: Mapping[str, Any]) -> Text:
    """One mark a stage: done, running or due, still to come."""
    if row["state"] == DocumentState.DONE:
        return Text("■" * len(STAGES), style="green")
    if row["state"] == DocumentState.REFUSED:
        return Text("✗", style="red")
    if row["stage"] is None:  # withdrawn
        return Text("–", style="dim")
    done = STAGES.index(row["stage"])
    return Text.assemble(("■" * done, "green"), ("▣", "yellow"), ("□" * (len(STAGES) - done - 1), "dim"))


def _result(row: Mapping[str, Any]) -> Text:
    if row["state"] == DocumentState.REFUSED:
        return Text(row["reason"].splitlines()[-1], style="red")
    found = f"  {row['findings']} to review" if row["findings"] else ""
    return Text((row["title"] or str(row["stage"] or "")) + found)
