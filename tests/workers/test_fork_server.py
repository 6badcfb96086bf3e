"""The fork server and its answers: what the worker believes,
and what ends when something else does.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.workers.hostile import payload
from workers.commands.reading import read as read_command
from workers.errors import (
    EmptyFile,
    ForbiddenStep,
    ProtectedFile,
    StoppedReader,
    UnknownFormat,
    UnusableFile,
)
from workers.report.places import PlacedLine
from workers.stages.confinement import client
from workers.stages.confinement.answers import ReaderError
from workers.stages.confinement.client import ForkServer
from workers.stages.confinement.limits import Layers, missing_layers
from workers.stages.confinement.server import Setup

SOURCE = {
    "name": "x",
    "sha256": "0" * 64,
    "media_type": "text/plain",
    "encoding": "utf-8",
    "raw_text": "清溪镇",
}
LINE: dict[str, Any] = {
    "page": 0,
    "start": 0,
    "end": 3,
    "edges": [0, 10, 20, 30],
    "top": 5,
    "bottom": 15,
}
# A worker that reads a file which hangs; it says which fork server it has begun.
WORKER = """
import sys
from tests.workers.hostile import payload
from workers.stages.confinement.client import ForkServer
from workers.stages.confinement.server import Setup
server = ForkServer(Setup("tests.workers.hostile:read"))
server.layers()
print(server.process, flush=True)
server.read(payload("hang"), "", seconds=60, megabytes=512)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    with ForkServer(Setup("tests.workers.hostile:read")) as server:
        yield server


def read(server: ForkServer, data: bytes) -> str:
    return server.read(data, "报告.txt", seconds=20, megabytes=512).raw_text


def test_refusal_comes_back_as_it_was(server: ForkServer) -> None:
    with pytest.raises(EmptyFile):
        read(server, b"")


def test_refusal_says_what_to_do_in_both_languages(server: ForkServer) -> None:
    with pytest.raises(UnknownFormat) as refused:
        read(server, b"Rar!\x1a\x07\x01\x00")
    zh, en = refused.value.notice.splitlines()
    assert "这是 RAR 压缩包：请解压" in zh
    assert "It is a RAR archive: unpack it" in en


def test_name_and_digest_are_the_workers_own(server: ForkServer) -> None:
    data = payload("forge", answer=json.dumps({"source": SOURCE}))
    found = server.read(data, "报告.txt", seconds=20, megabytes=512)
    assert (found.name, found.raw_text) == ("报告.txt", "清溪镇")
    assert found.sha256 == hashlib.sha256(data).hexdigest()


def test_places_of_lines_come_back_as_they_were(server: ForkServer) -> None:
    told = json.dumps({"source": SOURCE | {"lines": [LINE]}})
    found = server.read(payload("forge", answer=told), "报告.txt", seconds=20, megabytes=512)
    assert found.lines == (PlacedLine(**LINE | {"edges": (0, 10, 20, 30)}),)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "[" * 100_000,
        '{"source": ',
        "{}",
        '{"source": {"raw_text": "清溪镇"}}',
        json.dumps({"source": SOURCE | {"raw_text": 7}}),
        json.dumps({"source": SOURCE | {"page_starts": [0, 9]}}),
        json.dumps({"source": SOURCE | {"page_starts": [2, 0]}}),
        json.dumps({"source": SOURCE | {"raw_text": "镇" * 2_000_001}}),
        json.dumps({"source": SOURCE | {"lines": [LINE | {"page": 1}]}}),
        json.dumps({"source": SOURCE | {"lines": [LINE | {"start": -1}]}}),
        json.dumps({"source": SOURCE | {"lines": [LINE | {"end": 4}]}}),
        json.dumps({"source": SOURCE | {"lines": [LINE | {"edges": [0, 20, 10, 30]}]}}),
        json.dumps({"source": SOURCE | {"lines": [LINE | {"bottom": 10_001}]}}),
        json.dumps({"source": SOURCE | {"lines": [LINE | {"confidence": 2.0}]}}),
        json.dumps({"source": SOURCE | {"lines": [LINE, LINE]}}),
        json.dumps({"source": SOURCE | {"raw_text": "\ud800"}}),
    ],
)
def test_answer_that_cannot_be_one_is_a_refusal(server: ForkServer, answer: str) -> None:
    with pytest.raises(StoppedReader):
        read(server, payload("forge", answer=answer))


@pytest.mark.parametrize("kind", ["ServiceMissing", "inspect", "annotations", "NoSuchThing"])
def test_answer_refuses_by_no_name_but_a_refusals(server: ForkServer, kind: str) -> None:
    with pytest.raises(UnusableFile) as told:
        read(
            server, payload("forge", answer=json.dumps({"refused": kind, "detail": "a\nb" * 9_000}))
        )
    assert type(told.value) is UnusableFile
    assert len(told.value.notice.splitlines()) == 2
    with pytest.raises(ProtectedFile):
        read(server, payload("forge", answer='{"refused": "ProtectedFile"}'))


def test_good_answer_before_a_forbidden_step_is_none(server: ForkServer) -> None:
    with pytest.raises(ForbiddenStep):
        read(server, payload("forge_then_connect", answer=json.dumps({"source": SOURCE})))


def test_file_of_the_largest_size_goes_both_ways(server: ForkServer) -> None:
    text = "法治政府建设报告。" * 200_000
    found = server.read(text.encode(), "报告.txt", seconds=60, megabytes=512)
    assert found.raw_text == text


def test_server_that_was_ended_is_begun_again(server: ForkServer) -> None:
    server.layers()
    assert server.process is not None
    first = server.process
    os.kill(first, signal.SIGKILL)
    with pytest.raises(ReaderError, match="ended"):
        read(server, "清溪镇".encode())
    assert read(server, "清溪镇".encode()) == "清溪镇"
    assert server.process != first


def test_server_that_does_not_start_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    with (
        ForkServer(Setup("no.such.module:read")) as broken,
        pytest.raises(ReaderError, match="did not start"),
    ):
        broken.layers()
    assert "ModuleNotFoundError" in capfd.readouterr().err


def test_two_threads_get_each_their_own_answer(server: ForkServer) -> None:
    wrong = []

    def read_many(text: str) -> None:
        wrong.extend(found for _ in range(20) if (found := read(server, text.encode())) != text)

    threads = [
        threading.Thread(target=read_many, args=(name * 5_000,)) for name in ("清溪镇", "松涧镇")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def children(pid: int) -> set[int]:
    listed = Path(f"/proc/{pid}/task").glob("*/children")
    return {int(child) for one in listed for child in one.read_text().split()}


def lives(pid: int) -> bool:
    return Path(f"/proc/{pid}/cwd").is_dir()  # one that has ended and was not waited for has none


def wait_until(seen: object, seconds: float = 20) -> None:
    assert callable(seen)
    deadline = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_reader_that_hangs_ends_with_its_killed_worker() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WORKER], stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout
        server = int(worker.stdout.readline())
        wait_until(lambda: children(server))
        (reader,) = children(server)
        worker.kill()
    wait_until(lambda: not lives(server) and not lives(reader))


def test_reader_that_hangs_ends_with_its_killed_server() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WORKER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as worker:
        assert worker.stdout
        server = int(worker.stdout.readline())
        wait_until(lambda: children(server))
        (reader,) = children(server)
        os.kill(server, signal.SIGKILL)
        wait_until(lambda: not lives(reader))
        assert worker.wait(20) == 1  # the error that says so


def test_no_child_is_left_behind(server: ForkServer) -> None:
    for _ in range(5):
        read(server, "清溪镇".encode())
    assert server.process is not None
    assert not children(server.process)


def test_closed_server_is_gone() -> None:
    with ForkServer() as server:
        server.layers()
        assert server.process is not None
        pid = server.process
        assert lives(pid)
    assert not lives(pid)


def test_read_command_is_confined_as_a_worker_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(client, "READING", Setup("tests.workers.hostile:read"))
    client._server.cache_clear()
    (tmp_path / "报告.txt").write_bytes(payload("execute", command=["/bin/true"]))
    done = CliRunner().invoke(read_command, ["--json", str(tmp_path / "报告.txt")])
    client.own_server().close()
    client._server.cache_clear()
    assert done.exit_code == 3
    assert "试图联网或运行程序" in json.loads(done.output)["refused"]


def test_missing_layers_are_named() -> None:
    weak = Layers(ordinary_user=False, no_new_privileges=False, landlock=0, seccomp=False)
    assert [
        word
        for word in ("seccomp", "Landlock", "root")
        for line in missing_layers(weak)
        if word in line
    ] == [
        "seccomp",
        "Landlock",
        "root",
    ]
    strong = Layers(ordinary_user=True, no_new_privileges=True, landlock=1, seccomp=True)
    assert not list(missing_layers(strong))


def test_worker_on_an_old_kernel_says_what_it_lacks(caplog: pytest.LogCaptureFixture) -> None:
    with ForkServer(Setup("tests.workers.hostile_old_kernel:read")) as old:
        assert read(old, "清溪镇".encode()) == "清溪镇"
    assert "seccomp" in caplog.text
    assert "Landlock" in caplog.text
