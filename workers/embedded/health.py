"""What `fazhi doctor` asks of a Postgres and a Valkey or Redis, embedded or not:
do they answer, and lose nothing?
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError, ResponseError
from sqlalchemy import Connection, text

from workers.broker import redis_client
from workers.embedded.programs import (
    POSTGRES_SOURCES,
    VALKEY_SOURCES,
    find_postgres,
    find_valkey,
    from_wheel,
    reported_version,
)


@dataclass(frozen=True, slots=True)
class Health:
    """One question's answer."""

    good: bool
    sentence: str
    """What was found; where it is not good, also what to do."""


# Setting, the value it should have, and what is at stake.
POSTGRES_WISHES = (
    ("fsync", "on", "what was committed may be lost when the power fails: set fsync = on"),
    (
        "full_page_writes",
        "on",
        "a page half written when the power fails stays damaged: set full_page_writes = on",
    ),
    (
        "data_checksums",
        "on",
        "damage by the disk goes unseen: turn it on with pg_checksums while the server is stopped",
    ),
    (
        "server_encoding",
        "UTF8",
        "Chinese text may not fit: make the database anew with ENCODING 'UTF8'",
    ),
)
REDIS_WISHES = (
    (
        "maxmemory-policy",
        "noeviction",
        "entries of the queue vanish when memory is short: set maxmemory-policy noeviction",
    ),
    (
        "appendonly",
        "yes",
        "the queue is empty after a restart and fills again only by the sweep: set appendonly yes",
    ),
)


def programs_health() -> list[Health]:
    """Which programs the embedded servers would come out of."""
    return [
        _program_health(find_postgres(), POSTGRES_SOURCES),
        _program_health(find_valkey(), VALKEY_SOURCES),
    ]


def postgres_health(server: Connection) -> Iterator[Health]:
    """Whether Postgres keeps what it is given."""
    number = int(server.scalar(text("SHOW server_version_num")) or 0)
    version = f"Postgres {number // 10000}.{number % 10000}"
    yield Health(True, f"{version} answers.")
    for name, wish, stake in POSTGRES_WISHES:
        value = server.scalar(text("SELECT current_setting(:name, true)"), {"name": name})
        yield _setting_health(version, name, value, wish, stake)


def redis_health(broker_url: str) -> list[Health]:
    """Ask the Valkey or Redis behind a Celery address whether it answers and
    keeps what it is given.
    """
    try:
        with redis_client(broker_url) as server:
            version = _broker_version(server)
            answers = [Health(True, f"{version} answers.")]
            return answers + [
                _setting_health(version, name, _config_value(server, name), wish, stake)
                for name, wish, stake in REDIS_WISHES
            ]
    except (RedisError, ValueError) as error:  # ValueError: not an address
        return [
            Health(False, f"Redis does not answer ({error}): start it, or mend FAZHI_BROKER_URL.")
        ]


def _broker_version(server: Redis) -> str:
    told = server.info("server")
    # `redis_version` is there too: the Redis that it is compatible with
    valkey = told.get("valkey_version")
    return f"Valkey {valkey}" if valkey else f"Redis {told['redis_version']}"


def _config_value(server: Redis, name: str) -> str | None:
    try:
        return server.config_get(name).get(name)
    except ResponseError:  # hosted servers do not let it be asked
        return None


def _setting_health(server: str, name: str, value: str | None, wish: str, stake: str) -> Health:
    if value is None:
        return Health(True, f"{server} does not tell {name}.")
    if value == wish:
        return Health(True, f"{server}: {name} is {value}.")
    return Health(False, f"{server}: {name} is {value}: {stake}.")


def _program_health(program: Path | None, how_to_get: str) -> Health:
    if program is None:
        return Health(False, how_to_get)
    origin = "the wheel" if from_wheel(program) else "the system"
    version = re.search(r"\d+(?:\.\d+)+", reported_version(program))
    return Health(
        True, f"{program.name} {version[0] if version else ''} out of {origin} ({program})."
    )
