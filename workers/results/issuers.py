"""Who a body is: its name and county; where nobody knows the county, its name and folder."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from schema.tables import Issuer
from workers.report import model
from workers.report.comparison.bodies import folder_of_body, names_of
from workers.report.segmentation.paths import is_placed


def issuer_of(session: Session, header: model.Header, folder: str) -> int | None:
    """The id of the body that a report out of this folder is of; None where it names none."""
    if header.issuer is None:
        return None
    place: dict[str, str | None] = {
        "county": header.place.county,
        "province": header.place.province,
        "folder": None,
    }
    if header.place.county is None and not is_placed(header.issuer):
        place["folder"] = folder_of_body(folder, header.issuer)
    return find_issuer(session, _known_name(session, header.issuer, place), **place)


def find_issuer(
    session: Session,
    name: str,
    county: str | None,
    province: str | None,
    folder: str | None = None,
) -> int:
    """The id of the issuer of exactly this name and place; created if new."""
    same = {"name": name, "county": county, "province": province, "folder": folder}
    session.execute(insert(Issuer).values(**same).on_conflict_do_nothing())
    return session.scalars(select(Issuer.id).where(*_are(same))).one()


def _known_name(session: Session, name: str, place: Mapping[str, str | None]) -> str:
    """The name under which this issuer is already stored: 松涧镇 and 松涧镇人民政府 are one."""
    known = select(Issuer.name).where(Issuer.name.in_(names_of(name)), *_are(place))
    return session.scalar(known.order_by(Issuer.id).limit(1)) or name


def _are(values: Mapping[str, str | None]) -> list[ColumnElement[bool]]:
    return [getattr(Issuer, column).is_not_distinct_from(value) for column, value in values.items()]
