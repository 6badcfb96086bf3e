"""One line an event, in one shape for all that logs here: ours, Celery's, uvicorn's.

Each line has its time with the zone, its level and who speaks, and what it is about where that is
known: `run` (the key of `stage_run`), `document`, `stage`, `file`. By the document's number a file
is followed from its arrival to its rows.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from workers.files.private import touch_private
from workers.settings import LogFormat, settings
from workers.telling.masking import masked
from workers.telling.naming import own_name

# What a line may be about, in this order.
FIELDS = ("run", "document", "stage", "file")
CHATTY = ("alembic", "watchdog", "jieba", "celery.worker.strategy", "celery.app.trace")
_ODD = re.compile(r"[\s\"=\x00-\x1f\x7f]")

_about: ContextVar[Mapping[str, object]] = ContextVar("about")


@contextmanager
def about(**fields: object) -> Iterator[None]:
    """What is logged within is about these: `document`, `stage`, `run`, `file`."""
    known = {**_about.get({}), **fields}
    token = _about.set({name: known[name] for name in FIELDS if name in known})
    try:
        yield
    finally:
        _about.reset(token)


class LogLine(logging.Formatter):
    """A line as text: time, level, who speaks, what it is about, and what happened."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self.zone = zone

    def format(self, record: logging.LogRecord) -> str:
        known = " ".join(f"{name}={_word(value)}" for name, value in _about.get({}).items())
        parts = (self._time(record), f"{record.levelname:7}", own_name(), known, self._told(record))
        return " ".join(part for part in parts if part)

    def _time(self, record: logging.LogRecord) -> str:
        return datetime.fromtimestamp(record.created, self.zone).isoformat(timespec="milliseconds")

    def _told(self, record: logging.LogRecord) -> str:
        trace = self.formatException(record.exc_info) if record.exc_info else record.exc_text
        return masked("\n".join(filter(None, (record.getMessage(), trace))))


class JsonLine(LogLine):
    """The same as an object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        told, _, trace = self._told(record).partition("\nTraceback ")
        line = {
            "time": self._time(record),
            "level": record.levelname,
            "worker": own_name(),
            **_about.get({}),
            "message": told,
            "logger": record.name,
        }
        if trace:
            line["trace"] = f"Traceback {trace}"
        return json.dumps(line, ensure_ascii=False, default=str)


def start_logging(to: Path | None = None) -> None:
    """For this process and its children: on standard output, or in a file."""
    chosen = settings()
    if to:
        touch_private(to)
    handler = logging.FileHandler(to, encoding="utf-8") if to else logging.StreamHandler(sys.stdout)
    line = JsonLine if chosen.log_format is LogFormat.JSON else LogLine
    handler.setFormatter(line(ZoneInfo(chosen.timezone)))
    logging.basicConfig(level=chosen.log_level, handlers=[handler], force=True)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)


def tell(line: str) -> None:
    """A line for whoever started this, as it is; where a machine reads along, as one of the log."""
    if settings().log_format is LogFormat.JSON:
        logging.getLogger("fazhi").info("%s", line)
    else:
        print(line, flush=True)


def _word(value: object) -> str:
    """A value as one word: a name of a file may hold anything."""
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if _ODD.search(text) else text
