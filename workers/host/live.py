"""What `fazhi run` shows: a live view of files, stages and queues in the terminal,
or one line when there is none.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live as RichLive
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from schema.kinds import DocumentState, Stage
from workers.desk.status import Overview, RecentDocument, list_recent, read_overview
from workers.failing import told
from workers.ledger import Ledger
from workers.settings import Settings, desk_address
from workers.telling.logbook import tell
from workers.telling.masking import masked

STAGES = list(Stage)

log = logging.getLogger("fazhi")


class PlainView:
    """No terminal: one line `ready` with the addresses; the processes' own lines follow."""

    def __init__(self, full: Settings) -> None:
        # In the form that psql takes too.
        urls = (full.database_url or "").replace("+psycopg", "", 1), full.broker_url or ""
        shown = [masked(url) for url in urls]
        addresses = f"database={shown[0]} broker={shown[1]} desk={desk_address(full)}"
        self.line = f"ready inbox={full.inbox_dir} {addresses}"

    def __enter__(self) -> Self:
        return self

    def show(self, restarts: Mapping[str, int]) -> None:
        """The line, once: after the processes were started."""
        del restarts
        if self.line:
            tell(self.line)
        self.line = ""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
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
            self._show_trouble(f"the database fails: {told(error)}")
        except Exception as error:  # what cannot be drawn must not stop what is at work
            log.exception("the view cannot be drawn")
            self._show_trouble(f"the view cannot be drawn: {type(error).__name__}: {error}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.display.stop()
        self.console.print("stopping …")

    def _show_trouble(self, trouble: str) -> None:
        self.display.update(Text(trouble, style="red"), refresh=True)

    def draw(self, restarts: Mapping[str, int]) -> Group:
        """The whole view."""
        state = read_overview(self.ledger, self.full)
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
            _files(list_recent(self.ledger)),
        )


def _counts(state: Overview, restarts: Mapping[str, int]) -> Text:
    pending = "  ".join(f"{stage} {due}" for stage, due in state.queues.items() if due) or "none"
    parts = [
        f"inbox {state.folder.inbox}",
        f"done {state.documents[DocumentState.DONE]}",
        f"unpacked {state.documents[DocumentState.UNPACKED]}",
        f"refused {state.documents[DocumentState.REFUSED]}",
        f"due: {pending}",
        f"findings {state.findings.open} open, {state.findings.settled} settled",
        *state.held_back,
    ]
    if state.folder.inbox_error:
        parts.append(f"the inbox cannot be read: {state.folder.inbox_error}")
    if started := [f"{name} {count}×" for name, count in restarts.items() if count]:
        parts.append(f"started again: {', '.join(started)} (see var/log)")
    return Text("   ".join(parts))


def _files(documents: Sequence[RecentDocument]) -> Table:
    table = Table(expand=True, pad_edge=False)
    table.add_column("file", ratio=3, no_wrap=True, overflow="ellipsis")
    table.add_column("stages", width=len(STAGES) + 1)
    table.add_column("result", ratio=4, no_wrap=True, overflow="ellipsis")
    for one in documents:
        table.add_row(Text(one.name or ""), _bar(one), _result(one))
    return table


def _bar(one: RecentDocument) -> Text:
    """One mark a stage: done, running or due, still to come."""
    if one.state is DocumentState.DONE:
        return Text("■" * len(STAGES), style="green")
    if one.state is DocumentState.REFUSED:
        return Text("✗", style="red")
    if one.state is DocumentState.UNPACKED:
        return Text("▤", style="green")
    if one.stage is None:  # withdrawn
        return Text("–", style="dim")
    done = STAGES.index(one.stage)
    return Text.assemble(
        ("■" * done, "green"), ("▣", "yellow"), ("□" * (len(STAGES) - done - 1), "dim")
    )


def _result(one: RecentDocument) -> Text:
    if one.state is DocumentState.REFUSED:
        return Text((one.reason or " ").splitlines()[-1], style="red")
    found = f"  {one.findings} to review" if one.findings else ""
    return Text((one.title or one.stage or "") + found)
