"""docker-compose.yml without a container engine: each service's own command and environment,
on this machine's servers.

A container's file system is a folder with a link for each mount that the service declares, so that
a mount that is missing in the file is missing here too. Postgres and Redis listen on free ports of
the loopback address.
"""

from __future__ import annotations

import base64
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import yaml
from redis import Redis
from redis.exceptions import RedisError

from workers.embedded.home import hand_over, own_folder
from workers.embedded.identity import Account, account_for
from workers.embedded.programs import major_version, required_postgres, required_valkey

CHECKOUT = Path(__file__).parent.parent.parent
VARIABLE = re.compile(r"\$\{(\w+)(?::(-|\?)([^}]*))?\}")


def interpolate(text: str, values: Mapping[str, str]) -> str:
    """`${NAME}`, `${NAME:-default}` and `${NAME:?message}` as compose fills them in;
    ValueError for the last.

    >>> interpolate("${A}:${B:-5555}", {"A": "127.0.0.1"})
    '127.0.0.1:5555'
    """

    def fill(match: re.Match[str]) -> str:
        name, kind, rest = match.groups()
        if value := values.get(name):
            return value
        if kind == "?":
            raise ValueError(f"{name}: {rest}")
        return rest or ""

    return VARIABLE.sub(fill, text)


def compose(values: Mapping[str, str]) -> dict[str, Any]:
    """The file as Compose reads it: anchors merged, variables filled in."""

    def fill(node: Any) -> Any:
        if isinstance(node, str):
            return interpolate(node, values)
        if isinstance(node, dict):
            return {key: fill(value) for key, value in node.items()}
        return [fill(one) for one in node] if isinstance(node, list) else node

    found: dict[str, Any] = fill(raw_compose())
    return found


def raw_compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(
        (CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8")
    )
    return found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def wait(seen: Callable[[], Any], what: Callable[[], str], seconds: float = 40) -> Any:
    """The first true answer of `seen`; the test fails with `what` where none comes."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := seen():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {what()}")


class Postgres:
    """The service `postgres`: a database made as the image makes it,
    which asks for its password.
    """

    def __init__(self, folder: Path, service: dict[str, Any]) -> None:
        self.port, self.environment = free_port(), service["environment"]
        folder.mkdir()
        self.program = required_postgres(folder / "none")
        self.account: Account = account_for(folder, self.program)
        self.folder = own_folder(folder, self.account)
        self._make()
        listening = (
            f"-c listen_addresses=127.0.0.1 -c port={self.port} -c "
            "unix_socket_directories= -c fsync=off"
        )
        self._run("pg_ctl", "start", "-D", "data", "-l", "log", "-w", "-t", "30", "-o", listening)
        with self.connect("postgres") as server:
            server.execute(f"CREATE DATABASE {self.environment['POSTGRES_DB']}")

    def connect(self, database: str = "") -> psycopg.Connection[Any]:
        names = {
            "user": self.environment["POSTGRES_USER"],
            "password": self.environment["POSTGRES_PASSWORD"],
        }
        found = database or self.environment["POSTGRES_DB"]
        return psycopg.connect(
            host="127.0.0.1", port=self.port, dbname=found, autocommit=True, **names
        )

    def rows(self, query: str) -> list[Any]:
        with self.connect() as server:
            return server.execute(query).fetchall()

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-D", "data", "-m", "immediate", "-w")

    def _make(self) -> None:
        arguments = shlex.split(self.environment["POSTGRES_INITDB_ARGS"])
        # a system's server; the built-in locale came with 17
        if (major_version(self.program) or 0) < 17:
            arguments = [one for one in arguments if "locale" not in one] + ["--locale=C.UTF-8"]
        password = self.folder / "password"
        password.write_text(self.environment["POSTGRES_PASSWORD"])
        hand_over(password, self.account)
        who = ("--username", self.environment["POSTGRES_USER"], "--pwfile", "password")
        self._run(
            "initdb",
            "-D",
            "data",
            *who,
            "--auth-local=reject",
            "--auth-host=scram-sha-256",
            *arguments,
        )

    def _run(self, program: str, *arguments: str) -> None:
        done = self.account.run(self.program.with_name(program), *arguments, cwd=self.folder)
        assert done.returncode == 0, done.stdout + done.stderr


class Server:
    """The service `redis`: the image's program with the file's own arguments."""

    def __init__(self, folder: Path, service: dict[str, Any], *more: str) -> None:
        folder.mkdir()
        self.port = free_port()
        here = ("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(folder))
        argv = [str(required_valkey()), *service["command"], *here, *more]
        with (folder / "log").open("wb") as out:
            self.process = subprocess.Popen(argv, stdout=out, stderr=out, start_new_session=True)
        wait(self.answers, (folder / "log").read_text)

    def answers(self) -> bool:
        try:
            with Redis(port=self.port) as client:
                return bool(client.ping())
        except RedisError:
            return False

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


class Container:
    """One `fazhi` service: a process with the service's command, environment and mounts,
    and nothing else.
    """

    def __init__(
        self, name: str, service: dict[str, Any], base: Path, hosts: Mapping[str, int]
    ) -> None:
        port = str(free_port())
        self.name, self.root, self.hosts = name, base / "containers" / name, hosts
        self.log = base / f"{name}.log"
        for mount in service["volumes"]:
            source, target = mount.split(":")[:2]
            link = self.root / target.lstrip("/")
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(volume(base, source))
        self.argv = [self._local(one) for one in service["command"]]
        self.argv[0] = str(Path(sys.executable).with_name(self.argv[0]))
        self.env = {key: self._local(value) for key, value in service["environment"].items()}
        self.env |= {"PATH": os.environ["PATH"], "FAZHI_FLOWER_PORT": str(hosts["flower"])}
        self.env |= {"FAZHI_DESK_PORT": str(hosts["desk"])}
        self.health = [one.replace("9600", port) for one in service["healthcheck"].get("test", [])]
        self.env |= {"FAZHI_METRICS_PORT": port}
        self.env |= {"LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"}  # as in the image
        self.env["PYTHONPATH"] = os.environ.get("PYTHONPATH", "")  # of the tree under test
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.argv,
                env=self.env,
                cwd=self.log.parent,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def is_healthy(self) -> bool:
        """What the health check of the file says."""
        asked = [sys.executable, *self.health[2:]]
        return subprocess.run(asked, env=self.env, capture_output=True).returncode == 0

    def run(self, **changed: str) -> subprocess.CompletedProcess[str]:
        """Run a service that ends by itself, until it has ended."""
        return subprocess.run(
            self.argv,
            env=self.env | changed,
            cwd=self.log.parent,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def stop(self, seconds: float) -> int | None:
        """As `docker stop`: SIGTERM; if it does not end in time,
        it is killed with its children, and None given.
        """
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            self.kill()

    def kill(self) -> None:
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)

    def _local(self, text: str) -> str:
        """The text with the container's folders and hosts replaced by those of this machine."""
        text = re.sub(
            r"(?<![\w/])(file://)?/data\b", lambda match: f"{match[1] or ''}{self.root}/data", text
        )
        text = re.sub(
            r"(?<=[@/])(postgres|redis):\d+(?=/)", lambda m: f"127.0.0.1:{self.hosts[m[1]]}", text
        )
        return text.replace("0.0.0.0", "127.0.0.1")


def volume(base: Path, source: str) -> Path:
    """The folder of a named volume, or of a bind mount."""
    found = base / "volumes" / source.removeprefix("./").strip("/")
    found.mkdir(parents=True, exist_ok=True)
    return found


class Deployment:
    """All services of the file, running: servers first, then what runs once, then the rest."""

    def __init__(self, base: Path, values: Mapping[str, str]) -> None:
        self.base = base
        self.file = compose(values)["services"]
        self.fazhi = {
            name: one for name, one in self.file.items() if one.get("command", [""])[0] == "fazhi"
        }
        self.containers: dict[str, Container] = {}

    def start(self) -> None:
        self.postgres = Postgres(self.base / "postgres", self.file["postgres"])
        try:
            self.redis = Server(self.base / "redis", self.file["redis"])
        except BaseException:
            self.postgres.stop()
            raise
        hosts = {"postgres": self.postgres.port, "redis": self.redis.port, "flower": free_port()}
        hosts["desk"] = free_port()
        self.flower, self.desk = (f"http://127.0.0.1:{hosts[name]}" for name in ("flower", "desk"))
        self.containers = {
            name: Container(name, one, self.base, hosts) for name, one in self.fazhi.items()
        }

    def start_services(self) -> None:
        done = self.containers["migrate"].run()
        assert done.returncode == 0, done.stdout + done.stderr
        for container in self.running():
            container.start()

    def running(self) -> list[Container]:
        return [one for name, one in self.containers.items() if name != "migrate"]

    def logs(self) -> str:
        files = [one.log for one in self.running() if one.log.exists()]
        return "\n".join(
            f"== {path.name}\n{path.read_text(errors='replace')[-1500:]}" for path in files
        )

    def wait(self, seen: Callable[[], Any], seconds: float = 40) -> Any:
        return wait(seen, self.logs, seconds)

    def page(self, address: str, password: str = "") -> str:
        """A page of the monitor or of the desk; empty while it does not answer, or refuses."""
        asked = urllib.request.Request(address)
        if password:
            told = base64.b64encode(f"fazhi:{password}".encode()).decode()
            asked.add_header("Authorization", f"Basic {told}")
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:
                return str(answer.read().decode())
        except OSError:
            return ""

    def stop(self) -> None:
        for container in self.running():
            container.kill()
        self.redis.stop()
        self.postgres.stop()


def copied_into_the_image(folder: Path) -> None:
    """What the Dockerfile copies out of the checkout, in a folder of its own."""
    for line in (CHECKOUT / "Dockerfile").read_text().splitlines():
        if line.startswith("COPY") and "--from" not in line:
            *sources, target = line.split()[1:]
            for source in sources:
                into = folder / target if (CHECKOUT / source).is_dir() else folder / target / source
                into.parent.mkdir(parents=True, exist_ok=True)
                if (CHECKOUT / source).is_dir():
                    shutil.copytree(
                        CHECKOUT / source, into, ignore=shutil.ignore_patterns("__pycache__")
                    )
                else:
                    shutil.copy(CHECKOUT / source, into)
