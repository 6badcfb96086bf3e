"""What lies on the disk is its own account's alone, and no line shows a password."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from workers.database import connect
from workers.errors import SettingError
from workers.files.private import make_folder, open_private, touch_private, write_secret
from workers.host.live import PlainView
from workers.ledger import Ledger
from workers.recovery.backup import make_backup
from workers.settings import Settings, settings
from workers.store import Store
from workers.telling.logbook import start_logging


@contextmanager
def generous_mask() -> Iterator[None]:
    before = os.umask(0)
    try:
        yield
    finally:
        os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode)
        for path in folder.rglob("*")
    }


def open_to_others(folder: Path) -> list[str]:
    return [name for name, mode in modes(folder).items() if mode & 0o077]


def test_backup_is_closed_to_others(ledger: Ledger, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    with Path(__file__).open("rb") as content:
        store.put(content)
    target = tmp_path / "backup"
    with generous_mask():
        target.mkdir()  # as somebody made it
        make_backup(ledger, store, target)
        make_backup(ledger, store, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o700
    assert open_to_others(target) == []
    assert any(name.endswith(".dump") for name in modes(target))


def test_log_is_closed_to_others_also_where_it_was_open(tmp_path: Path) -> None:
    path = make_folder(tmp_path / "log") / "run.log"
    with generous_mask():
        path.touch(0o644)
        start_logging(path)
        touch_private(tmp_path / "log" / "desk.log")
    start_logging()
    assert open_to_others(tmp_path) == []


@pytest.mark.parametrize("there", ["nothing", "file", "link", "folder"])
def test_secret_is_written_into_a_file_of_its_own(tmp_path: Path, there: str) -> None:
    folder, victim = tmp_path / "var", tmp_path / "victim"
    victim.write_text("kept")
    with generous_mask():
        if there != "nothing":
            folder.mkdir()
        if there == "file":
            (folder / "first-admin").write_text("older and longer than the new one")
        if there == "link":
            (folder / "first-admin").symlink_to(victim)
        write_secret(folder / "first-admin", "link\n")
    assert (folder / "first-admin").read_text() == "link\n"
    assert stat.S_IMODE((folder / "first-admin").stat().st_mode) == 0o600
    assert victim.read_text() == "kept"


def test_export_is_closed_to_others(tmp_path: Path) -> None:
    with generous_mask():
        (tmp_path / "panel.csv").touch(0o666)
        with open(tmp_path / "panel.csv", "wb", opener=open_private) as out:
            out.write(b"x")
        with open(tmp_path / "new.csv", "wb", opener=open_private) as out:
            out.write(b"x")
    assert open_to_others(tmp_path) == []


def test_line_of_addresses_shows_no_password(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    full = Settings(
        home=tmp_path,
        database_url="postgresql+psycopg://fazhi:s3cret%40@db.example:5432/fazhi?password=s3cret&sslmode=require",
        broker_url="rediss://:s3cret@queue.example:6379/0",
    )
    PlainView(full).show({})
    line = capsys.readouterr().out
    assert "s3cret" not in line
    assert "database=postgresql://fazhi@db.example:5432/fazhi?sslmode=require" in line
    assert "broker=rediss://queue.example:6379/0" in line


def test_wrong_setting_is_named_without_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAZHI_STORE_URL", "s3://name:s3cret@bucket")
    monkeypatch.setenv("FAZHI_CONCURRENCY", "many")
    settings.cache_clear()
    with pytest.raises(SettingError, match="FAZHI_CONCURRENCY='many'") as refused:
        settings()
    settings.cache_clear()
    assert "FAZHI_STORE_URL" in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_database_that_refuses_is_told_of_without_a_password() -> None:
    with (
        pytest.raises(Exception, match="connection") as refused,
        connect("postgresql+psycopg://fazhi:s3cret@127.0.0.1:1/fazhi").connect(),
    ):
        pass
    assert "s3cret" not in str(refused.value)
