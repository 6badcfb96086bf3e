"""What a path or a query may hold: no number larger than Postgres takes, no text that it refuses."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from pydantic import AfterValidator

LARGEST = 2**63 - 1


def storable(text: str) -> str:
    """Without NUL, which Postgres takes nowhere.

    >>> storable("a\\0b")
    'ab'
    """
    return text.replace("\0", "")


# The number of a row, in the path.
Number = Annotated[int, Path(ge=1, le=LARGEST)]
# The row after which a page begins, for paging by key.
Before = Annotated[int | None, Query(ge=1, le=LARGEST)]
# What a person searches for.
Words = Annotated[str, Query(max_length=200), AfterValidator(storable)]
