"""Whatever a file does to its reader, the answer is a source or a refusal in one sentence."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from workers.errors import EmptyFile, StoppedReader, TookTooLong, TooLarge, UnknownFormat, UnusableFile
from workers.stages import sandbox
from workers.stages.sandbox import ReaderError, read_safely


def read(data: bytes = "法治政府建设".encode()) -> str:
    return read_safely(data, "报告.txt", seconds=2, megabytes=512).raw_text


def instead(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    monkeypatch.setattr(sandbox, "read_source", lambda data, name: act())


def test_text_comes_back_from_the_child() -> None:
    assert read() == "法治政府建设"


def test_refusal_comes_back_as_it_was() -> None:
    with pytest.raises(EmptyFile):
        read(b"")


def test_refusal_says_what_to_do_in_both_languages() -> None:
    with pytest.raises(UnknownFormat) as refused:
        read(b"Rar!\x1a\x07\x01\x00")
    zh, en = refused.value.notice.splitlines()
    assert "这是 RAR 压缩包：请解压" in zh
    assert "It is a RAR archive: unpack it" in en


def test_reader_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, lambda: time.sleep(60))
    begun = time.monotonic()
    with pytest.raises(TookTooLong):
        read()
    assert time.monotonic() - begun < 10


def test_reader_that_crashes_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, lambda: os.kill(os.getpid(), signal.SIGSEGV))
    with pytest.raises(StoppedReader):
        read()


def test_reader_that_eats_memory_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, lambda: bytearray(1 << 31))
    with pytest.raises(TooLarge):
        read()


def test_reader_may_not_write_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    out = tmp_path / "out"
    instead(monkeypatch, lambda: out.write_text("x" * 10))
    with pytest.raises((UnusableFile, ReaderError)):
        read()
    assert out.stat().st_size == 0


def test_fault_of_the_reader_is_no_fault_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, lambda: 1 // 0)
    with pytest.raises(ReaderError, match="ZeroDivisionError"):
        read()


def children() -> set[str]:
    """The processes that this one has begun and not yet seen ended, those of other tests among them."""
    return {pid for listed in Path("/proc/self/task").glob("*/children") for pid in listed.read_text().split()}


def test_no_child_is_left_behind() -> None:
    before = children()
    for _ in range(5):
        read()
    assert children() == before


def test_reader_that_hangs_ends_also_where_its_worker_was_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    told, tell = os.pipe()

    def hang() -> None:
        os.write(tell, f"{os.getpid()}\n".encode())
        time.sleep(60)

    instead(monkeypatch, hang)
    worker = os.fork()
    if worker == 0:
        read()
        os._exit(0)
    reader = int(os.read(told, 20))
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    deadline = time.monotonic() + 20
    while Path(f"/proc/{reader}/cwd").is_dir():  # one that has ended and was not waited for has none
        assert time.monotonic() < deadline
        time.sleep(0.1)
    os.close(told)
    os.close(tell)
