"""Production: what docker-compose.yml promises, and a report that passes through the
commands of its services.
"""

import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from tests.acceptance.services import (
    CHECKOUT,
    Deployment,
    Server,
    compose,
    copied_into_the_image,
    free_port,
    raw_compose,
)
from workers.cli import main
from workers.embedded import find_valkey
from workers.embedded.health import redis_health
from workers.embedded.programs import VALKEY_NAMES
from workers.intake.scanning import RECEIPTS
from workers.settings import Settings
from workers.stages.transport import QUEUES

PASSWORD = "p@ss/w:rd %é'"  # every character that a URL or a shell would take for its own
VALUES = {"POSTGRES_PASSWORD": PASSWORD, "FAZHI_FLOWER_PASSWORD": PASSWORD}
SERVICES: dict[str, Any] = compose(VALUES)["services"]
FAZHI = {name: one for name, one in SERVICES.items() if one.get("command", [""])[0] == "fazhi"}

REPORT = """\
柳汀镇人民政府2024年度法治政府建设年度报告
一、主要工作
2024年，柳汀镇排查矛盾纠纷86件，成功化解83件，开展普法宣传活动17场次。
二、党政主要负责人履行推进法治建设第一责任人职责情况
镇长全年主持召开法治工作专题会议3次。
三、存在的不足
个别村普法形式较为单一。
四、下一步工作安排
持续充实村级法律顾问力量。
"""


@pytest.fixture(scope="module")
def deployment(
    real_servers: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    up = Deployment(tmp_path_factory.mktemp("compose"), VALUES)
    up.start()
    try:
        up.start_services()
        yield up
    finally:
        up.stop()


def seconds(duration: str) -> float:
    return sum(int(n) * {"m": 60, "s": 1}[unit] for n, unit in re.findall(r"(\d+)([ms])", duration))


def published(service: dict[str, Any]) -> list[str]:
    ports: list[str] = service.get("ports", [])
    return ports


# What the file says


def test_ports_are_published_on_the_loopback_address_only() -> None:
    ports = {port: name for name, service in SERVICES.items() for port in published(service)}
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []
    assert not {"postgres", "redis"} & set(ports.values())


def test_no_password_stands_in_the_file() -> None:
    asked = re.compile(r"\$\{(POSTGRES|FAZHI_FLOWER)_PASSWORD:\?.+\}")
    for service in raw_compose()["services"].values():
        for name, value in service.get("environment", {}).items():
            assert "PASSWORD" not in name or asked.fullmatch(value), name
            assert not re.search(r"://[^/@]*:[^/@]*@", value), name
    for name in VALUES:
        assert f"\n{name}=\n" in (CHECKOUT / ".env.example").read_text()


def test_start_without_a_password_is_refused() -> None:
    for name in VALUES:
        with pytest.raises(ValueError, match=rf"set {name} in \.env"):
            compose(VALUES | {name: ""})


def test_every_command_and_option_exists() -> None:
    for service in FAZHI.values():
        _, name, *arguments = service["command"]
        assert isinstance(main, click.Group)
        command = main.get_command(click.Context(main), name)
        assert command
        command.make_context(name, arguments)


def test_every_queue_has_a_worker_and_reading_has_its_own() -> None:
    served = [
        one["command"][one["command"].index("--queues") + 1]
        for one in FAZHI.values()
        if "work" in one["command"]
    ]
    assert "read" in served
    queues = [queue for names in served for queue in (names.split(",") if names else QUEUES)]
    assert sorted(queues) == sorted(QUEUES)


def test_a_stage_that_runs_may_end_before_its_worker_is_killed() -> None:
    longest = Settings.model_fields["parse_seconds"].default
    assert {
        name for name, one in FAZHI.items() if seconds(one["stop_grace_period"]) < longest + 15
    } == set()


def test_what_ends_is_started_again_but_for_what_runs_once() -> None:
    policies = {name: service["restart"] for name, service in SERVICES.items()}
    assert policies.pop("migrate") == "no"
    assert set(policies.values()) == {"unless-stopped"}


def test_services_wait_for_what_they_need() -> None:
    for name, service in FAZHI.items():
        needs = {other: how["condition"] for other, how in service["depends_on"].items()}
        assert needs["postgres"] == "service_healthy"
        assert name == "migrate" or needs["migrate"] == "service_completed_successfully"
        for other, condition in needs.items():
            assert condition != "service_healthy" or "healthcheck" in SERVICES[other]


def test_services_give_up_what_they_do_not_need() -> None:
    for name, service in SERVICES.items():
        assert service["cap_drop"] == ["ALL"]
        assert service["read_only"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["logging"]["options"]["max-size"]
        out = name == "beat" or published(service)  # it sends mail and events
        assert service["networks"] == (["inner", "outer"] if out else ["inner"])


def test_images_are_pinned_and_the_redis_loses_nothing() -> None:
    for name in ("postgres", "redis"):
        assert re.search(r":\d+\.\d+$", SERVICES[name]["image"])
    told = " ".join(SERVICES["redis"]["command"])
    for option in ("--appendonly yes", "--appendfsync everysec", "--maxmemory-policy noeviction"):
        assert option in told


def test_valkey_in_place_of_redis_changes_the_program_alone() -> None:
    other = yaml.safe_load((CHECKOUT / "docker-compose.valkey.yml").read_text(encoding="utf-8"))[
        "services"
    ]
    assert list(other) == ["redis"]
    assert set(other["redis"]) == {"image", "user", "entrypoint", "healthcheck"}
    assert re.search(r"^valkey/valkey:\d+\.\d+$", other["redis"]["image"])
    told, usual = other["redis"]["healthcheck"]["test"], SERVICES["redis"]["healthcheck"]["test"]
    assert [one.replace("valkey", "redis") for one in told] == usual


def test_each_server_that_is_installed_takes_the_options_of_the_file(
    real_servers: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for program in installed_servers():
        monkeypatch.setattr(
            "tests.acceptance.services.required_valkey", lambda found=program: found
        )
        server = Server(tmp_path / program.name, SERVICES["redis"])
        try:
            assert all(health.good for health in redis_health(f"redis://127.0.0.1:{server.port}/0"))
        finally:
            server.stop()


def installed_servers() -> list[Path]:
    found = [find_valkey(), *(shutil.which(name) for name in VALKEY_NAMES)]
    return list({one.name: one for one in map(Path, filter(None, found))}.values())


def test_every_setting_that_is_named_exists() -> None:
    text = "".join(
        (CHECKOUT / name).read_text()
        for name in ("docker-compose.yml", ".env.example", "Dockerfile")
    )
    settings = {f"FAZHI_{name}".upper() for name in Settings.model_fields}
    assert set(re.findall(r"FAZHI_[A-Z_]+", text)) <= settings | {"FAZHI_UID", "FAZHI_GID"}


# What is in the image


def test_image_runs_a_python_that_the_project_supports() -> None:
    wanted = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["requires-python"]
    versions = re.findall(
        r"^FROM python:3\.(\d+)-", (CHECKOUT / "Dockerfile").read_text(), re.MULTILINE
    )
    low, high = map(int, re.fullmatch(r">=3\.(\d+),<3\.(\d+)", wanted).groups())  # type: ignore[union-attr]
    assert versions
    assert all(low <= int(version) < high for version in versions)


def test_image_gets_the_catalogue_and_the_migrations(tmp_path: Path) -> None:
    context = tmp_path / "src"
    copied_into_the_image(context)
    argv = [
        sys.executable,
        "-m",
        "pip",
        "--quiet",
        "wheel",
        "--no-index",
        "--no-deps",
        "--no-build-isolation",
    ]
    subprocess.run(
        [*argv, ".", "--wheel-dir", str(tmp_path)], cwd=context, check=True, capture_output=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    needed = {
        str(path.relative_to(CHECKOUT))
        for folder in ("review", "schema", "workers")
        for path in files(CHECKOUT / folder)
    }
    assert needed - packed == set()


def files(folder: Path) -> list[Path]:
    return [
        path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]


def test_build_context_holds_what_is_copied_and_no_data() -> None:
    allowed = (CHECKOUT / ".dockerignore").read_text().split("\n")
    assert "*" in allowed
    lines = re.findall(
        r"^COPY (?!--from)(.+) \S+$", (CHECKOUT / "Dockerfile").read_text(), re.MULTILINE
    )
    copied = {source for line in lines for source in line.split()}
    assert copied == {line.removeprefix("!") for line in allowed if line.startswith("!")}
    assert {source for source in copied if not (CHECKOUT / source).exists()} == set()


# What the services do, together


def test_every_service_is_found_healthy(
    deployment: Deployment,
) -> None:
    for container in deployment.running():
        deployment.wait(container.is_healthy)
    assert all("healthcheck" in one for one in SERVICES.values())
    seen = "SELECT unnest(does) FROM process"
    wanted = {"watch", "beat", "desk", "flower", *QUEUES}
    deployment.wait(lambda: {one for (one,) in deployment.postgres.rows(seen)} == wanted)


def test_dropped_report_goes_through_the_services(deployment: Deployment) -> None:
    inbox = deployment.base / "volumes" / "inbox"
    (inbox / "柳汀镇2024.txt").write_text(REPORT, encoding="utf-8")
    deployment.wait(lambda: deployment.postgres.rows("SELECT 1 FROM document WHERE state = 'done'"))
    ((title, year),) = deployment.postgres.rows("SELECT title, year FROM report")
    assert (title, year) == ("柳汀镇人民政府2024年度法治政府建设年度报告", 2024)
    figures = deployment.postgres.rows("SELECT substr(raw_text, raw_start + 1, raw_end - raw_start)"
                                       " FROM metric JOIN report USING (document_id)")  # fmt: skip
    assert {"86件", "83件", "17场次", "3次"} <= {characters for (characters,) in figures}
    deployment.wait(
        lambda: (
            not [path for path in inbox.rglob("*") if path.is_file() and RECEIPTS not in path.parts]
        )
    )


def test_each_stage_ran_where_the_file_says(deployment: Deployment) -> None:
    deployment.wait(lambda: deployment.postgres.rows("SELECT 1 FROM document WHERE state = 'done'"))
    done = {name: deployment.containers[name].log.read_text() for name in ("work-read", "work")}
    where = {name: set(re.findall(r"stage=(\w+) done", log)) for name, log in done.items()}
    assert where == {"work-read": {"read"}, "work": {"clean", "segment", "extract", "audit"}}


def test_damaged_file_is_given_back_with_a_reason(deployment: Deployment) -> None:
    inbox = deployment.base / "volumes" / "inbox"
    (inbox / "空.txt").touch()
    why = inbox / "refused" / "空.txt.why.txt"
    deployment.wait(why.exists)
    assert "empty" in why.read_text()


def test_monitor_counts_a_refused_document_among_the_failed(deployment: Deployment) -> None:
    deployment.wait(lambda: monitored(deployment, "/workers?json=1"))
    (deployment.base / "volumes/inbox/坏.docx").write_bytes(b"Rar!\x1a\x07\x00" + bytes(500))
    refused = "SELECT id FROM document WHERE state = 'refused'"
    ((document,),) = deployment.wait(lambda: deployment.postgres.rows(refused))
    tasks = deployment.wait(lambda: listed(deployment, "FAILURE"))
    (told,) = (task for task in tasks.values() if f"{document}: refused" in task["exception"])
    assert (told["name"], str(document) in told["args"]) == ("fazhi.read", True)
    assert told["worker"].startswith("read@")


def listed(deployment: Deployment, state: str) -> Any:
    """The tasks in this state, by the monitor's own API."""
    return json.loads(monitored(deployment, f"/api/tasks?state={state}") or "{}")


def monitored(deployment: Deployment, path: str) -> str:
    return deployment.page(deployment.flower + path, PASSWORD)


def test_monitor_shows_the_workers_and_their_queues(deployment: Deployment) -> None:
    assert deployment.wait(lambda: deployment.page(deployment.flower + "/healthcheck")) == "OK"
    assert deployment.page(deployment.flower + "/workers?json=1") == ""
    deployment.wait(
        lambda: (
            set(re.findall(r'"([\w-]+)@', monitored(deployment, "/workers?json=1")))
            == {"read", "recognise", "work"}
        )
    )
    row = re.compile(r"<td>\s*(\w+)\s*</td>")
    deployment.wait(lambda: set(QUEUES) <= set(row.findall(monitored(deployment, "/broker"))))


def test_desk_asks_who_is_there(deployment: Deployment) -> None:
    asked = deployment.wait(lambda: deployment.page(deployment.desk + "/intake"))
    assert 'name="password"' in asked


def test_what_nobody_rang_for_is_rung_by_the_sweep(deployment: Deployment) -> None:
    """From beat through the queue to a worker; the monitor is not told of each sweep."""
    due = (
        "UPDATE document SET state = 'waiting', stage = 'read', rung_at = NULL, due_at = now()"
        " WHERE id = (SELECT min(id) FROM document WHERE state = 'done') RETURNING id"
    )
    ((document,),) = deployment.postgres.rows(due)
    anew = f"SELECT 1 FROM document WHERE id = {document} AND state = 'done'"
    deployment.wait(lambda: deployment.postgres.rows(anew))
    told = monitored(deployment, "/metrics")
    assert ("fazhi.read" in told, "fazhi.sweep" in told) == (True, False)


def test_redis_that_throws_messages_away_is_refused(deployment: Deployment, tmp_path: Path) -> None:
    forgetful = Server(tmp_path / "redis", SERVICES["redis"], "--maxmemory-policy", "allkeys-lru")
    try:
        done = deployment.containers["work"].run(
            FAZHI_BROKER_URL=f"redis://127.0.0.1:{forgetful.port}/0",
            FAZHI_METRICS_PORT=str(free_port()),
        )
    finally:
        forgetful.stop()
    assert done.returncode == 1
    assert "maxmemory-policy allkeys-lru: set it to noeviction" in done.stderr
    assert "Traceback" not in done.stderr


def test_stop_ends_every_service_cleanly(deployment: Deployment) -> None:
    """Runs last: as `docker compose stop`."""
    ended = {container.name: container.stop(20) for container in deployment.running()}
    assert ended == dict.fromkeys(ended, 0)
    assert deployment.postgres.rows("SELECT name FROM process") == []
