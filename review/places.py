"""Where the header leads."""

from __future__ import annotations

from dataclasses import dataclass

from schema.kinds import Role


@dataclass(frozen=True, slots=True)
class NavigationPlace:
    """One entry of the navigation, for people of this role; its word is `place.<key>`."""

    key: str
    path: str
    needs: Role = Role.READER


PLACES = (
    NavigationPlace("intake", "/intake"),
    NavigationPlace("collection", "/collection"),
    NavigationPlace("review", "/review"),
    NavigationPlace("reports", "/reports"),
    NavigationPlace("numbers", "/numbers"),
    NavigationPlace("teach", "/teach"),
    NavigationPlace("operations", "/operations"),
    NavigationPlace("people", "/people", Role.ADMIN),
)
