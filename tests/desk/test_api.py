"""The API for scripts: the same rights, no request that makes it fail."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import requests

from schema.kinds import Role
from tests.acceptance.system import SAMPLES
from tests.desk.conftest import RunningDesk
from tests.desk.people import make_person
from workers.desk import accounts


def token_of(desk: RunningDesk, role: Role) -> str:
    return accounts.make_token(desk.ledger, make_person(desk.ledger, role), by="test")


def test_file_put_by_a_script_is_read_and_listed(desk: RunningDesk) -> None:
    headers = {"Authorization": f"Bearer {token_of(desk, Role.REVIEWER)}"}
    content = (SAMPLES / "清渠街道2023.txt").read_bytes().replace("清渠".encode(), "芦荻".encode())
    put = requests.put(
        f"{desk.base}/api/v1/files/芦荻.txt", data=content, headers=headers, timeout=20
    )
    assert (put.status_code, put.json()) == (201, {"name": "芦荻.txt"})
    again = requests.put(
        f"{desk.base}/api/v1/files/芦荻.txt", data=content, headers=headers, timeout=20
    )
    # the first may have been taken already
    assert again.json()["name"] in {"芦荻.txt", "芦荻 (2).txt"}

    def done() -> bool:
        lines = requests.get(
            f"{desk.base}/api/v1/files?words=芦荻", headers=headers, timeout=20
        ).json()
        return len(lines) == 2 and {line["state"] for line in lines} == {"done"}

    desk.system.wait(done)
    lines = requests.get(f"{desk.base}/api/v1/files?words=芦荻", headers=headers, timeout=20).json()
    assert [line["again"] for line in lines] == [True, False]
    assert lines[0]["issuer"].startswith("芦荻街道")


def test_unfit_name_is_refused_with_its_reason(desk: RunningDesk) -> None:
    headers = {"Authorization": f"Bearer {token_of(desk, Role.REVIEWER)}"}
    put = requests.put(f"{desk.base}/api/v1/files/.hidden", data=b"x", headers=headers, timeout=20)
    assert put.status_code == 422
    assert "文件名不合适" in put.json()["detail"]


def test_pages_are_keyed_by_the_last_line(desk: RunningDesk) -> None:
    headers = {"Authorization": f"Bearer {token_of(desk, Role.READER)}"}
    lines = requests.get(f"{desk.base}/api/v1/files?limit=500", headers=headers, timeout=20).json()
    ids = [line["id"] for line in lines]
    assert ids == sorted(ids, reverse=True)
    rest = requests.get(
        f"{desk.base}/api/v1/files?limit=500&before={ids[0]}", headers=headers, timeout=20
    ).json()
    assert [line["id"] for line in rest] == ids[1:]


def test_description_has_one_name_for_each_thing_and_a_type_for_each_answer(
    desk: RunningDesk,
) -> None:
    found = requests.get(f"{desk.base}/api/v1/openapi.json", timeout=20).json()
    assert found["info"]["version"] == version("fazhi")
    assert found["servers"] == [{"url": desk.base}]
    operations = [one for path in found["paths"].values() for one in path.values()]
    names = [one["operationId"] for one in operations]
    assert len(names) == len({*names}) > 15
    titles = [one["title"] for one in found["components"]["schemas"].values() if "title" in one]
    assert len(titles) == len({*titles})
    assert not [name for name in found["components"]["schemas"] if "__" in name]
    assert {path.split("/")[2] for path in found["paths"]} == {"v1"}
    answers = [
        (name, content["schema"])
        for name, one in zip(names, operations, strict=True)
        for code, answer in one["responses"].items()
        if code.startswith("2")
        for content in answer.get("content", {}).values()
    ]
    assert [name for name, schema in answers if not {"$ref", "type"} & {*schema}] == []


def test_addresses_without_a_version_still_lead_there(desk: RunningDesk) -> None:
    headers = {"Authorization": f"Bearer {token_of(desk, Role.READER)}"}
    for path, code in (("stages", 200), ("figures?order=", 422), ("v2/stages", 404)):
        answer = requests.get(f"{desk.base}/api/{path}", headers=headers, timeout=20)
        assert answer.status_code == code, path
    answer = requests.post(f"{desk.base}/api/v1/documents/1/original", headers=headers, timeout=20)
    assert answer.status_code == 405


def test_no_request_makes_the_api_fail(desk: RunningDesk, tmp_path: Path) -> None:
    """Whatever the description allows, and what it does not."""
    argv = [
        Path(sys.executable).with_name("schemathesis"), "run", f"{desk.base}/api/v1/openapi.json",
        "--header", f"Authorization: Bearer {token_of(desk, Role.REVIEWER)}",
        "--checks", "not_a_server_error,response_schema_conformance,content_type_conformance",
        "--phases", "coverage,fuzzing", "--max-examples", "10", "--seed", "1", "--no-color",
    ]  # fmt: skip
    done = subprocess.run(argv, capture_output=True, text=True, cwd=tmp_path, timeout=180)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
