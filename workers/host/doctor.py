"""`fazhi doctor`: what is missing or misconfigured on this machine, and how to mend it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from workers.database import check_schema, connect, is_pooled
from workers.embedded.health import Health, postgres_health, programs_health, redis_health
from workers.embedded.programs import find_client
from workers.errors import CatalogueError, FazhiError, UnusableFile
from workers.failing import told
from workers.intake.pressure import free_megabytes
from workers.recovery.postgres import server_version
from workers.report.pipeline import read_report
from workers.settings import Settings, unknown_settings
from workers.stages.confinement.answers import ReaderError
from workers.stages.confinement.client import ForkServer
from workers.stages.confinement.limits import missing_layers
from workers.stages.office import find_office
from workers.stages.recognition import is_installed


def examine(chosen: Settings) -> Iterator[Health]:
    """All questions, in the order in which they matter."""
    version = ".".join(map(str, sys.version_info[:3]))
    good = (3, 11) <= sys.version_info[:2] <= (3, 13)
    yield Health(
        good, f"Python {version}." if good else f"Python {version}: use 3.11, 3.12 or 3.13."
    )
    yield from (Health(False, sentence) for sentence in unknown_settings())
    yield _folder_health("inbox", chosen.inbox_dir)
    yield _folder_health("var", chosen.var)
    yield _folder_health("store", chosen.store_dir)
    yield _disk_health(chosen)
    if chosen.database_url is None or chosen.broker_url is None:
        yield from programs_health()
    if chosen.database_url:
        yield from _database(chosen)
    if chosen.broker_url:
        yield from redis_health(chosen.broker_url)
    yield from _confinement()
    yield _office_health(chosen)
    yield _recognition_health()
    yield _knowledge()


def _folder_health(what: str, folder: Path) -> Health:
    place = folder
    while not place.exists():
        place = place.parent
    good = place.is_dir() and os.access(place, os.W_OK | os.X_OK)
    return Health(
        good,
        f"{what}: {folder}" + ("" if good else f": give this user the right to write in {place}."),
    )


def _database(chosen: Settings) -> Iterator[Health]:
    """Asked over a connection like those of the program."""
    engine = connect(chosen.database_url or "", pooled=chosen.database_pooled)
    try:
        with engine.connect() as server:
            yield from postgres_health(server)
        yield _schema(engine)
        yield _backup(engine)
    except DBAPIError as error:
        yield Health(
            False,
            f"Postgres does not answer ({told(error)}): start it, or mend FAZHI_DATABASE_URL.",
        )
    finally:
        engine.dispose()


def _schema(engine: Engine) -> Health:
    try:
        check_schema(engine)
    except FazhiError as why:
        return Health(False, str(why))
    return Health(True, "The schema is that of this fazhi.")


def _backup(engine: Engine) -> Health:
    if is_pooled(engine):
        return Health(
            True,
            "A pooler stands before Postgres, and nothing is left in its sessions; `fazhi backup` "
            "and `restore` need the address of Postgres itself.",
        )
    major = server_version(engine) // 10000
    good = find_client(major) is not None
    missing = (
        f"`fazhi backup` needs pg_dump of PostgreSQL {major}, e.g. apt install "
        f"postgresql-client-{major}."
    )
    return Health(
        good, f"pg_dump of PostgreSQL {major} is there, for `fazhi backup`." if good else missing
    )


def _disk_health(chosen: Settings) -> Health:
    free, least = free_megabytes(chosen.store_dir), chosen.disk_free_megabytes
    told = f"{free} MB are free for the store"
    return Health(
        free >= least,
        f"{told}." if free >= least else f"{told}: make room, at {least} no file is taken.",
    )


def _confinement() -> Iterator[Health]:
    """What holds the child that parses a file, as one found that tried it."""
    try:
        with ForkServer() as server:
            layers = server.layers()
    except ReaderError as error:
        yield Health(False, str(error))
        return
    names = {
        "limits": True,
        "no new privileges": layers.no_new_privileges,
        "seccomp": layers.seccomp,
        f"Landlock {layers.landlock}": layers.landlock > 0,
        "a user without rights": layers.ordinary_user,
    }
    yield Health(
        True,
        "Files are parsed in a child held by "
        f"{', '.join(name for name, held in names.items() if held)}.",
    )
    yield from (Health(layers.seccomp, sentence) for sentence in missing_layers(layers))


def _recognition_health() -> Health:
    told = (
        "Scans and pictures are recognised."
        if is_installed()
        else (
            "Text recognition is not there: scans and pictures are sent back. `make ocr` adds it."
        )
    )
    return Health(True, told)


def _office_health(chosen: Settings) -> Health:
    """Whether LibreOffice is there, and lives with how it is held."""
    office = find_office(chosen.office)
    if office is None:
        return Health(
            True,
            "LibreOffice is not there: files of Microsoft Works, UOF and their like are sent back, "
            "and .doc and .wps are read less well; e.g. apt install libreoffice-writer-nogui.",
        )
    try:
        office.convert(b"{\\rtf1 fazhi}", seconds=chosen.parse_seconds)
    except UnusableFile:
        return Health(
            False,
            f"LibreOffice ({office.program}) converts nothing: run it by hand, or set "
            "FAZHI_OFFICE to nothing.",
        )
    return Health(True, f"LibreOffice converts files: {office.program}.")


def _knowledge() -> Health:
    try:
        read_report("法治政府建设年度报告".encode(), "")
    except CatalogueError as error:
        return Health(False, str(error))
    return Health(True, "The catalogue is right.")
