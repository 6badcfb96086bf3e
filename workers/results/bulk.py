"""Many rows in one statement: they go to Postgres as one JSON text, which it takes apart itself.

A statement a row costs more than the row; and one statement with a value for each column of each
row is a new text each time, which nothing can prepare.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from schema.tables import Base

Rows = Sequence[Mapping[str, Any]]


def put_rows(
    session: Session,
    table: type[Base],
    rows: Rows,
    *,
    key: Sequence[str] = (),
    keeping: Collection[str] = (),
) -> None:
    """Insert the rows, which all have the same columns.

    Where one with the same `key` is there, its other columns are replaced, but for those of
    `keeping`; where nothing is left to replace, it stays as it is.
    """
    if rows:
        columns = tuple(rows[0])
        replaced = tuple(one for one in columns if one not in {*key, *keeping})
        put = _putting(table.__tablename__, columns, tuple(key), replaced)
        session.execute(put, {"rows": _written(rows)})


def change_rows(
    session: Session,
    table: type[Base],
    rows: Rows,
    *,
    key: str,
    computed: Mapping[str, str] | None = None,
) -> None:
    """Set the columns of the rows that have these keys.

    `computed` are columns that Postgres works out of `value`, the row as JSON, where what it needs
    stands under names that begin with `_`.
    """
    if rows:
        worked_out = tuple((computed or {}).items())
        change = _changing(table.__tablename__, tuple(rows[0]), key, worked_out)
        session.execute(change, {"rows": _written(rows)})


def _written(rows: Rows) -> str:
    return json.dumps(list(rows), ensure_ascii=False, allow_nan=False, default=str)


@cache
def _putting(
    table: str, columns: tuple[str, ...], key: tuple[str, ...], replaced: tuple[str, ...]
) -> TextClause:
    there = ""
    if key and replaced:
        new = ", ".join(f'"{name}" = excluded."{name}"' for name in replaced)
        there = f"ON CONFLICT ({_listed(key)}) DO UPDATE SET {new}"
    elif key:
        there = f"ON CONFLICT ({_listed(key)}) DO NOTHING"
    return text(
        f"INSERT INTO {table} ({_listed(columns)}) SELECT {_listed(columns)} "  # noqa: S608 - names of our own tables
        f"FROM json_populate_recordset(CAST(NULL AS {table}), CAST(:rows AS json)) {there}"
    )


@cache
def _changing(
    table: str, columns: tuple[str, ...], key: str, computed: tuple[tuple[str, str], ...]
) -> TextClause:
    stated = [(name, f'new."{name}"') for name in columns if name != key and name[0] != "_"]
    new = ", ".join(f'"{name}" = {value}' for name, value in (*stated, *computed))
    return text(
        f"UPDATE {table} SET {new} "  # noqa: S608 - names of our own tables
        "FROM json_array_elements(CAST(:rows AS json)) AS one (value), "
        f"json_populate_record(CAST(NULL AS {table}), one.value) AS new "
        f'WHERE {table}."{key}" = new."{key}"'
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
