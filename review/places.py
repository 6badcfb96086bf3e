"""Where the header leads."""

from __future__ import annotations

from dataclasses import dataclass

from schema.kinds import Role


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation, for people of this role; its word is `place.<key>`."""

    key: str
    path: str
    needs: Role = Role.READER


PLACES = (
    Place("intake", "/intake"),
    Place("review", "/review"),
    Place("reports", "/reports"),
    Place("numbers", "/numbers"),
    Place("operations", "/operations"),
)
