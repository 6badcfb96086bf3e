"""A column whose values are those of an enum; and what many statements ask of columns."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import ARRAY, ColumnElement, Dialect, String, any_, literal
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeDecorator

from workers.errors import FazhiError

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


class UnknownValue(FazhiError):
    """The database holds a value that only a newer version knows: update fazhi on this machine."""


class OneOf(TypeDecorator[E]):
    """A string that is checked here and not by the database,
    so that a new value needs no migration.
    """

    impl = String(32)
    cache_ok = True

    def __init__(self, of: type[E]) -> None:
        super().__init__()
        self.of = of

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else self.of(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:  # noqa: ARG002
        if value is None:
            return None
        try:
            return self.of(value)
        except ValueError:
            raise UnknownValue(f"({self.of.__name__}: {value})") from None


def is_among(column: InstrumentedAttribute[T], values: Iterable[T]) -> ColumnElement[bool]:
    """Whether the column has one of the values: one parameter however many there are, so that it is
    one statement, which can be prepared.
    """
    return column == any_(literal(list(values), ARRAY(column.type)))
