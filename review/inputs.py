"""What a path or a query may hold: no number larger than Postgres takes,
no text that it refuses.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from pydantic import AfterValidator, Field

from schema.kinds import Action

LARGEST = 2**63 - 1


class HalfCharacter(ValueError):
    """Half of a character, which no page sends."""

    def __init__(self) -> None:
        super().__init__(
            "文字里有不完整的字符，请重新输入。 The text holds half of a character: type it again."
        )


def storable(text: str) -> str:
    """Without NUL, which Postgres takes nowhere; HalfCharacter for a surrogate alone,
    which no encoding takes.

    >>> storable("a\\0b")
    'ab'
    """
    try:
        text.encode()
    except UnicodeEncodeError as why:
        raise HalfCharacter from why
    return text.replace("\0", "")


def _of_a_person(action: Action) -> Action:
    if action is Action.MEND:
        raise ValueError("the machine alone says so")
    return action


# What a person says of a finding, in the path.
Said = Annotated[Action, AfterValidator(_of_a_person)]
# The number of a row, in the path.
Number = Annotated[int, Path(ge=1, le=LARGEST)]
# One in what is sent, or among what is asked for.
SentNumber = Annotated[int, Field(ge=1, le=LARGEST)]
# The row after which a page begins, for paging by key.
Before = Annotated[int | None, Query(ge=1, le=LARGEST)]
# What a person searches for.
Words = Annotated[str, Query(max_length=200), AfterValidator(storable)]
# What a script sends in JSON.
Text = Annotated[str, AfterValidator(storable)]
