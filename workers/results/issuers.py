"""The bodies that sign reports ↔ rows of `issuer`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from schema.columns import is_among
from schema.tables import Issuer
from workers.report.comparison.bodies import folder_of_body, names_of
from workers.report.model import Header
from workers.report.segmentation.paths import is_placed
from workers.results.bulk import put_rows

# Name, county, province, and the folder that stands for a county that nobody knows.
Key = tuple[str, str | None, str | None, str | None]
_KEY = ("name", "county", "province", "folder")


class Stored(NamedTuple):
    """An issuer's row: its id, and the name that it has there. `signed_id` is the row that the
    report names, which a person may have said to be another body (`id`).
    """

    id: int
    name: str
    signed_id: int


def key_of(header: Header, folder: str) -> Key | None:
    """Who signed a report out of this folder, and where that is; None where nobody is named.

    A body whose county nobody knows is told from others of its name by its folder.
    """
    if header.issuer is None:
        return None
    place, instead = header.place, None
    if place.county is None and not is_placed(header.issuer):
        instead = folder_of_body(folder, header.issuer)
    return header.issuer, place.county, place.province, instead


def find_issuers(session: Session, keys: Iterable[Key | None]) -> dict[Key | None, Stored]:
    """Those who signed, as they are stored; the new ones are created.

    An issuer that is stored under another of its names is that one: 松涧镇 and 松涧镇人民政府.
    """
    signed = [key for key in dict.fromkeys(keys) if key]
    known = _load(session, (other for key in signed for other in names_of(key[0])))
    meant: dict[Key, Key] = {}
    for key in signed:
        same: list[Key] = [(name, *key[1:]) for name in names_of(key[0])]
        there = min((one for one in same if one in known), key=known.__getitem__, default=None)
        new = next((one for one in same if one in meant.values()), None)
        meant[key] = there or new or key
    known |= _create(session, {key for key in meant.values() if key not in known})
    bodies = _bodies_of(session, {known[one] for one in meant.values()})
    return {key: _stored(known[one], one[0], bodies) for key, one in meant.items()}


def issuer_of(session: Session, header: Header, folder: str) -> Stored | None:
    """The body that a report out of this folder is of; None where it names none."""
    key = key_of(header, folder)
    return find_issuers(session, [key])[key] if key else None


def _bodies_of(session: Session, ids: Collection[int]) -> Mapping[int, Issuer]:
    """The bodies that a person said these are, where they are not their own."""
    member, body = aliased(Issuer), aliased(Issuer)
    merged = select(member.id, body).join(body, body.id == member.merged_into)
    return dict(session.execute(merged.where(member.id.in_(ids))).all())


def _stored(signed_id: int, name: str, bodies: Mapping[int, Issuer]) -> Stored:
    body = bodies.get(signed_id)
    return Stored(body.id, body.name, signed_id) if body else Stored(signed_id, name, signed_id)


def find_issuer(
    session: Session,
    name: str,
    county: str | None,
    province: str | None,
    folder: str | None = None,
) -> int:
    """The id of the issuer of exactly this name and place; created if new."""
    key = (name, county, province, folder)
    return _create(session, {key})[key]


def _create(session: Session, keys: set[Key]) -> dict[Key, int]:
    """Always in one order, so that two transactions with the same new ones do not wait for each
    other.
    """
    if not keys:
        return {}
    ordered = sorted(keys, key=lambda key: tuple(part or "" for part in key))
    put_rows(session, Issuer, [dict(zip(_KEY, key, strict=True)) for key in ordered], key=_KEY)
    return _load(session, (key[0] for key in keys))


def _load(session: Session, names: Iterable[str]) -> dict[Key, int]:
    """The ids of all issuers of these names."""
    columns = select(*(getattr(Issuer, name) for name in _KEY), Issuer.id)
    rows = session.execute(columns.where(is_among(Issuer.name, names)))
    return {(row.name, row.county, row.province, row.folder): row.id for row in rows}
