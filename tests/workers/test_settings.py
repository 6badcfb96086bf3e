"""Settings: out of files, misspelt, and on their pages."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from workers import settings as configured
from workers.cli import main
from workers.errors import SettingError
from workers.settings import Settings, unknown_settings

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FAZHI_HOME", str(tmp_path))
    return tmp_path


def read_settings() -> Settings:
    """As at the start of a process."""
    return configured.settings.__wrapped__()


def test_secret_is_read_out_of_a_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = home / "database"
    secret.write_text("postgres://fazhi:p%40ss@db/fazhi\n")
    monkeypatch.setenv("FAZHI_DATABASE_URL_FILE", str(secret))
    assert read_settings().database_url == "postgresql+psycopg://fazhi:p%40ss@db/fazhi"
    monkeypatch.setenv("FAZHI_DATABASE_URL", "postgresql://db/fazhi")
    with pytest.raises(SettingError, match="are both set"):
        read_settings()
    monkeypatch.delenv("FAZHI_DATABASE_URL")
    secret.unlink()
    with pytest.raises(SettingError, match=r"FAZHI_DATABASE_URL_FILE=.*No such file"):
        read_settings()


@pytest.mark.parametrize(
    ("name", "url", "told"),
    [
        ("broker_url", "amqp://queue", "only Redis or Valkey"),
        ("broker_url", "sentinel://a;sentinel://b", "only Redis or Valkey"),
        ("database_url", "mysql://db/fazhi", "only Postgres"),
        ("database_url", "db.example/fazhi", "only Postgres"),
    ],
)
def test_server_of_another_kind_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, url: str, told: str
) -> None:
    monkeypatch.setenv(f"FAZHI_{name.upper()}", url)
    with pytest.raises(SettingError, match=told):
        read_settings()


def test_misspelt_setting_is_named_with_the_nearest(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / ".env").write_text("FAZHI_UID=1000\nFAZHI_BATCH_DOCUMENT=3\nOTHER=1\n")
    monkeypatch.setenv("FAZHI_NIGTLY_AT", "02:00")
    assert list(unknown_settings()) == [
        "FAZHI_BATCH_DOCUMENT is no setting of this fazhi: is FAZHI_BATCH_DOCUMENTS meant?",
        "FAZHI_NIGTLY_AT is no setting of this fazhi: is FAZHI_NIGHTLY_AT meant?",
    ]


def test_pages_of_the_settings_are_those_of_the_code() -> None:
    made = CliRunner().invoke(main, ["settings", "--markdown"])
    assert made.output == (ROOT / "docs/settings.md").read_text(), "fazhi settings --markdown"
    made = CliRunner().invoke(main, ["settings", "--env"])
    assert (ROOT / ".env.example").read_text().endswith(made.output), "fazhi settings --env"


@pytest.mark.parametrize(
    "asked",
    [
        ["export", "metrics", "--output", "/nonexistent/x.csv"],
        ["backup", "/proc/nope"],
        ["statuss"],
    ],
)
def test_what_a_person_mistypes_ends_with_a_sentence(
    asked: list[str], database_url: str, home: Path
) -> None:
    env = os.environ | {"FAZHI_DATABASE_URL": database_url, "FAZHI_BROKER_URL": "redis://nowhere"}
    argv = [sys.executable, "-m", "workers.cli", *asked]
    done = subprocess.run(argv, env=env, capture_output=True, text=True)
    assert done.returncode in {1, 2}
    assert "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-2:]
    assert any(
        word in line for line in last for word in ("/nonexistent/x.csv:", "/proc/nope", " status")
    ), done.stderr
