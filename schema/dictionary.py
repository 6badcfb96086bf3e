"""What every table, view and column is: dictionary.yaml, which also becomes the comments of the
database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.dialects import postgresql

from schema import accounts, upkeep
from schema.tables import Base

# With them, every module of tables is imported.
del accounts, upkeep
_VIEW = "view"
_FOUND = text("""
    SELECT class.relname, attribute.attname, col_description(class.oid, attribute.attnum),
           obj_description(class.oid, 'pg_class')
    FROM pg_class AS class
    JOIN pg_attribute AS attribute
        ON attribute.attrelid = class.oid AND attribute.attnum > 0 AND NOT attribute.attisdropped
    WHERE class.relnamespace = current_schema()::regnamespace AND class.relkind IN ('r', 'v')
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A table, a view, or (`column` is set) a column of one; "" where nobody described it.

    `kind` is table, view, or the type of the column, which is not known of a view's.
    """

    table: str
    column: str = ""
    kind: str
    zh: str
    en: str

    @property
    def comment(self) -> str:
        return f"{self.zh}: {self.en}" if self.zh else ""


def list_described() -> Iterator[Described]:
    """All tables with their columns, in the order in which they depend on each other, then the
    views.
    """
    told = _read()
    for table in Base.metadata.sorted_tables:
        of = told["tables"].get(table.name, {})
        yield _described(table.name, "table", of.get("is"))
        for column in table.columns:
            kind = column.type.compile(postgresql.dialect())  # type: ignore[no-untyped-call]
            yield _described(
                table.name, kind, of.get(column.name) or told["every"].get(column.name), column.name
            )
    for view, of in told["views"].items():
        yield _described(view, _VIEW, of["is"])
        for column in list(of)[1:]:
            yield _described(view, "", of[column] or told["every"][column], column)


def _described(table: str, kind: str, told: list[str] | None, column: str = "") -> Described:
    zh, en = told or ("", "")
    return Described(table=table, column=column, kind=kind, zh=zh, en=en)


def described_tables() -> MetaData:
    """The tables with their comments, as the database has them."""
    tables = Base.metadata.tables
    for one in list_described():
        if one.table in tables:
            of = tables[one.table].columns[one.column] if one.column else tables[one.table]
            of.comment = one.comment or None
    return Base.metadata


def write_comments(connection: Connection) -> None:
    """Bring the comments of the database to those of the dictionary; where all are so already,
    nothing is locked or written.
    """
    there: dict[tuple[str, str], str | None] = {}
    for table, column, of_column, of_table in connection.execute(_FOUND):
        there |= {(table, column): of_column, (table, ""): of_table}
    views = {one.table for one in list_described() if one.kind == _VIEW}
    for one in list_described():
        place = one.table, one.column
        if place in there and there[place] != (one.comment or None):
            kind = "COLUMN" if one.column else "VIEW" if one.table in views else "TABLE"
            name = ".".join(f'"{part}"' for part in place if part)
            literal = one.comment.replace("'", "''")
            connection.exec_driver_sql(f"COMMENT ON {kind} {name} IS '{literal}'")


@cache
def _read() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(
        Path(__file__).with_name("dictionary.yaml").read_text(encoding="utf-8")
    )
    return found
