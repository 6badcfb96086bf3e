"""Settings: from the environment (`FAZHI_…`) or a `.env` in the home folder, checked at start.

Each may also stand in a file, which `FAZHI_…_FILE` names, as Docker's secrets do.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import Field, HttpUrl, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from schema.kinds import Event
from workers.errors import SettingError

CHECKOUT = Path(__file__).resolve().parent.parent
PREFIX, IN_A_FILE = "FAZHI_", "_FILE"
# Of docker-compose.yml, of the supervisor for its children, and of the tests.
_NOT_OURS = frozenset({"UID", "GID", "SUPERVISED", "HEARTBEAT", "FAIL_AT", "FAIL_ON", "CHROMIUM"})
_BROKERS = ("redis://", "rediss://", "redis+socket://")


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


class LogLevel(StrEnum):
    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


def home() -> Path:
    """The folder that holds `inbox/` and `var/`: FAZHI_HOME, else the checkout."""
    return Path(os.environ.get("FAZHI_HOME") or CHECKOUT).expanduser().resolve()


class Settings(BaseSettings):
    """Every setting, its unit and default.

    Where a URL is unset, the embedded server under `var/` serves.
    """

    model_config = SettingsConfigDict(env_prefix="FAZHI_", extra="ignore")

    home: Path = Field(default_factory=home, description="folder that holds inbox/ and var/")
    inbox: Path | None = Field(None, description="the shared folder, when it is not home/inbox")
    database_url: str | None = Field(
        None, repr=False, description="Postgres: postgresql://user:password@host/database"
    )
    database_pooled: bool | None = Field(
        None,
        description="whether a pooler like PgBouncer may give each transaction another session of "
        "Postgres; unset: it is found out",
    )
    broker_url: str | None = Field(
        None,
        repr=False,
        description="Redis or Valkey: redis://host:6379/0, rediss:// or redis+socket:///path",
    )
    store_url: str | None = Field(None, description="folder of the stored bytes: file:///path")

    catalogue: Path | None = Field(
        None, description="a YAML file that is laid over the built-in catalogue"
    )

    receipts: bool = Field(
        True, description="tell in 回执/ of the inbox, one CSV a day, what came of each file"
    )
    settle_seconds: float = Field(
        2.0, ge=0.1, le=3600, description="a dropped file must rest this long"
    )
    inbox_events: bool = Field(
        True, description="listen for events of the inbox; without, the scans alone find files"
    )
    scan_seconds: float = Field(
        2.0, ge=0.2, le=3600, description="pause between two scans of the inbox"
    )
    lease_seconds: float = Field(
        15.0, ge=1, le=3600, description="a stage whose worker is silent this long is due again"
    )
    ring_seconds: float = Field(
        10.0, ge=1, le=3600, description="a due stage is rung again after this long"
    )
    sweep_seconds: float = Field(5.0, ge=1, le=3600, description="pause between two sweeps")
    attempts: int = Field(
        4, ge=1, le=100, description="a stage that failed this often refuses its document"
    )
    retry_seconds: float = Field(
        5.0, ge=0, le=3600, description="first pause after a failure; it doubles"
    )
    stage_seconds: int = Field(
        300, ge=10, description="a stage that works longer is stopped; so are its next attempts"
    )
    parse_seconds: float = Field(60.0, ge=1, le=3600, description="wall time for reading one file")
    parse_megabytes: int = Field(1024, ge=128, description="memory for parsing one file")
    office: str = Field(
        "soffice",
        description="LibreOffice, which reads DOC, WPS and their like: its program by name or "
        "path; empty: none",
    )
    office_batch: int = Field(
        16,
        ge=1,
        le=100,
        description="one run of LibreOffice converts at most so many files that wait; 1: each has "
        "a process of its own",
    )
    recognise: bool | None = Field(
        None, description="hand scans to the recognise stage; unset: where `make ocr` was run"
    )
    recognise_pages: int = Field(
        200, ge=1, description="a file with more pages to recognise is refused"
    )
    recognise_seconds: float = Field(
        300.0,
        ge=5,
        le=3600,
        description="wall time for recognising one page, which yields to all else",
    )
    recognise_megabytes: int = Field(2048, ge=1024, description="memory for recognising one file")
    file_megabytes: int = Field(200, ge=1, description="a larger file is refused")
    disk_free_megabytes: int = Field(
        512, ge=0, description="with less free for the store, no file is taken"
    )
    picture_megabytes: int = Field(
        256, ge=1, description="room for pictures of pages in var/, which can be made again"
    )
    waiting_documents: int = Field(
        5000, ge=1, description="with so many new ones due, no file is taken"
    )
    scan_files: int = Field(
        1000, ge=1, description="one scan of the inbox takes at most so many files"
    )
    batch_documents: int = Field(
        20, ge=1, le=1000, description="a worker takes up to so many documents of a stage at once"
    )
    batch_kilobytes: int = Field(
        2048, ge=1, description="and none more once these have so much together"
    )
    concurrency: int = Field(2, ge=1, le=256, description="worker children of one `fazhi work`")
    nightly_at: str = Field(
        "02:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="time of the nightly run"
    )
    nightly_wait_hours: float = Field(
        4.0,
        ge=0,
        le=48,
        description="the nightly comparison waits at most so long for what is read anew",
    )
    keep_runs_days: int = Field(
        365, ge=7, description="runs of stages are kept so long; those of unfinished ones longer"
    )
    keep_changes_days: int = Field(
        1095, ge=7, description="what reading anew changed is kept so long"
    )
    keep_nights_days: int = Field(1095, ge=7, description="nightly summaries are kept so long")
    keep_sent_days: int = Field(
        30, ge=1, description="messages that were sent, or given up, are kept so long"
    )
    keep_snapshots: int = Field(
        7,
        ge=0,
        le=1000,
        description="so many nights' tables of all figures in var/snapshots; 0: none is made",
    )
    mail_to: str = Field(
        "", description="who gets the nightly summary by mail: addresses, with commas"
    )
    mail_from: str = Field("fazhi@localhost", description="the sender of that mail")
    mail_language: Literal["zh", "en"] = Field("zh", description="its language")
    smtp_url: SecretStr | None = Field(
        None, description="who takes the mail: smtp://user:password@host:587 or smtps://…"
    )
    webhook_url: HttpUrl | None = Field(None, description="where events are sent, as JSON by POST")
    webhook_secret: SecretStr | None = Field(
        None, description="signs them: HMAC-SHA256, in the header X-Fazhi-Signature"
    )
    webhook_events: str = Field(",".join(Event), description="which events are sent, with commas")
    timezone: str = Field("Asia/Shanghai", description="the time zone of nightly_at")
    flower_port: int = Field(
        5555, ge=1, le=65535, description="port of `fazhi flower` on the loopback address"
    )
    flower_password: SecretStr | None = Field(
        None, description="password of Flower; unset: one is made in var/"
    )
    desk_host: str = Field(
        "127.0.0.1", description="where the desk listens: this machine alone, unless set otherwise"
    )
    desk_port: int = Field(8600, ge=1, le=65535, description="port of the desk")
    desk_url: HttpUrl | None = Field(
        None, description="where people open the desk, when it is behind a proxy with TLS"
    )
    desk_proxy: str = Field(
        "127.0.0.1", description="addresses or networks of that proxy, which says who asks"
    )

    log_format: LogFormat = Field(
        LogFormat.TEXT, description="text for people, json for machines: one object a line"
    )
    log_level: LogLevel = Field(
        LogLevel.INFO, description="what is logged at least: DEBUG, INFO, WARNING or ERROR"
    )

    silent_seconds: float = Field(
        60.0,
        ge=1,
        le=3600,
        description="a service that gives no sign for so long, or due work that nobody does, "
        "is told as failing",
    )
    backup_hours: float | None = Field(
        None, gt=0, description="an older last backup is told as failing; unset: none is asked for"
    )
    metrics_port: int = Field(
        0,
        ge=0,
        le=65535,
        description="port of /healthz, /readyz and /metrics of each service, or of `fazhi run`; "
        "0: none",
    )
    metrics_host: str = Field("127.0.0.1", description="where that port is opened")
    metrics_token: SecretStr | None = Field(
        None,
        description="who asks for /metrics must give it (Authorization: Bearer …); with it the "
        "desk has them too",
    )

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_capitals(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _a_postgres(cls, value: str | None) -> str | None:
        scheme, mark, place = (value or "").partition("://")
        if not value or scheme == "postgresql+psycopg":
            return value or None
        if not mark or scheme not in {"postgresql", "postgres"}:
            raise ValueError("only Postgres is supported: postgresql://user:password@host/database")
        return f"postgresql+psycopg://{place}"

    @field_validator("broker_url")
    @classmethod
    def _a_redis(cls, value: str | None) -> str | None:
        if value and not value.startswith(_BROKERS):
            raise ValueError(f"only Redis or Valkey is supported: {', '.join(_BROKERS)}")
        return value or None

    @field_validator("store_url")
    @classmethod
    def _a_folder(cls, value: str | None) -> str | None:
        if value and not value.startswith("file:///"):
            raise ValueError("only file:///path is supported")
        return value

    @field_validator("timezone")
    @classmethod
    def _a_time_zone(cls, value: str) -> str:
        try:
            return ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("no such time zone; Asia/Shanghai, for one") from error

    @field_validator("webhook_events")
    @classmethod
    def _events(cls, value: str) -> str:
        asked = [one.strip() for one in value.split(",") if one.strip()]
        if unknown := sorted(set(asked) - set(Event)):
            raise ValueError(f"unknown: {', '.join(unknown)}; there are {', '.join(Event)}")
        return ",".join(asked)

    @field_validator("smtp_url")
    @classmethod
    def _a_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        parts = urlsplit(value.get_secret_value()) if value else None
        if parts and not (parts.scheme in {"smtp", "smtps"} and parts.hostname):
            raise ValueError("smtp://host:port or smtps://host:port")
        return value

    @property
    def inbox_dir(self) -> Path:
        return self.home / (self.inbox or "inbox")

    @property
    def var(self) -> Path:
        return self.home / "var"

    @property
    def taught_file(self) -> Path:
        """What is taught, as `workers/results/lessons.py` last wrote it out of the database."""
        return self.var / "taught.yaml"

    def taught_text(self) -> str:
        path = self.taught_file
        return path.read_text(encoding="utf-8") if path.exists() else ""

    @property
    def store_dir(self) -> Path:
        return (
            Path(self.store_url.removeprefix("file://")) if self.store_url else self.var / "store"
        )


def desk_address(chosen: Settings) -> str:
    """Where people open the desk: without a slash at the end."""
    if chosen.desk_url:
        return str(chosen.desk_url).rstrip("/")
    everywhere = chosen.desk_host in {"0.0.0.0", "::"}  # noqa: S104 - asked, not bound
    host = "127.0.0.1" if everywhere else chosen.desk_host
    return f"http://{f'[{host}]' if ':' in host else host}:{chosen.desk_port}"


@cache
def settings() -> Settings:
    """The settings of this process. SettingError names what is wrong."""
    try:
        return Settings(_env_file=home() / ".env", **_from_files())  # type: ignore[arg-type, call-arg]
    except ValidationError as error:
        wrong = [
            _wrong_setting("_".join(map(str, e["loc"])), e["input"], e["msg"])
            for e in error.errors()
        ]
        raise SettingError("; ".join(wrong)) from error


def unknown_settings() -> Iterator[str]:
    """A sentence for each FAZHI_… that is no setting, with the nearest that is.

    They stop nothing: a machine that goes back to an older version may have newer ones.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(_given()):
        if name.removesuffix(IN_A_FILE) in known or name.removeprefix(PREFIX) in _NOT_OURS:
            continue
        nearest = difflib.get_close_matches(name, known, 1)
        meant = f": is {nearest[0]} meant?" if nearest else "; `fazhi settings` names them."
        yield f"{name} is no setting of this fazhi{meant}"


def _given() -> Mapping[str, str]:
    """All FAZHI_… of the environment and of `.env`, before which the environment goes."""
    both = dotenv_values(home() / ".env") | os.environ
    return {
        name.upper(): value
        for name, value in both.items()
        if value and name.upper().startswith(PREFIX)
    }


def _from_files() -> Mapping[str, str]:
    """The settings that stand in files. SettingError where one cannot be read, or stands in both
    places.
    """
    given, found = _given(), {}
    for field in Settings.model_fields:
        name = PREFIX + field.upper()
        if (path := given.get(name + IN_A_FILE)) is None:
            continue
        if name in given:
            raise SettingError(f"{name} and {name}{IN_A_FILE} are both set: take one away.")
        try:
            found[field] = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingError(f"{name}{IN_A_FILE}={path}: {error.strerror}") from error
    return found


def _wrong_setting(name: str, value: object, why: str) -> str:
    """Without the value where that may hold a password."""
    shown = "…" if name.endswith(("_url", "password", "secret", "token")) else repr(value)
    return f"FAZHI_{name.upper()}={shown}: {why}"
