"""The desk's values as JSON: what the API answers, what `--json` prints,
what a night's summary keeps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# Marks on a field: its own fields stand in the object around it; it is left out where it is null.
SPREAD: Final = {"json": "spread"}
UNLESS_NULL: Final = {"json": "unless null"}


def to_json(value: Any) -> Any:
    """A dataclass is an object of its fields, a time is to the second, everything else is as it is.

    >>> from workers.desk.queue import Filters, Key
    >>> to_json({"key": Key(330, 12), "at": datetime(2025, 3, 1, 8, 30, 0, 250)})
    {'key': [330, 12], 'at': '2025-03-01T08:30:00'}
    """
    if is_dataclass(value) and not isinstance(value, type):
        return dict(_members(value))
    if isinstance(value, Mapping):
        return {str(name): to_json(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return (
        value.isoformat()
        if isinstance(value, date)
        else value.value
        if isinstance(value, Enum)
        else value
    )


def _members(value: DataclassInstance) -> Iterator[tuple[str, Any]]:
    for field in fields(value):
        mark, member = field.metadata.get("json"), to_json(getattr(value, field.name))
        if mark == "spread":
            yield from member.items()
        elif mark is None or member is not None:
            yield field.name, member
