"""A parser that its file has taken over gets nowhere.

Each act is done unconfined, too, where it must succeed.
"""

from __future__ import annotations

import os
import platform
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.report.odts import flat_odt, odt
from tests.report.odts import paragraph as open_paragraph
from tests.report.ofds import ofd, page, text
from tests.report.pdfs import lines, pdf
from tests.report.test_rtf import rtf
from tests.workers.hostile import payload
from workers.errors import ForbiddenStep, StoppedReader, TookTooLong, TooLarge, UnusableFile
from workers.report.reading import read_source
from workers.report.reading.rtf_words import CHARSETS
from workers.stages.confinement.answers import ReaderError
from workers.stages.confinement.client import ForkServer
from workers.stages.confinement.server import ONE_THREAD, Setup
from workers.stages.confinement.syscalls import DEADLY, numbers_of

SAMPLES = Path(__file__).parent.parent / "samples" / "full"
SECRET = "青禾县的密码"
# One to be traced, read and killed: it lets anybody trace it (PR_SET_PTRACER),
# says where a secret lies, and waits.
VICTIM = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1))
secret = ctypes.create_string_buffer(sys.argv[1].encode())
print(ctypes.addressof(secret), flush=True)
sys.stdin.readline()
"""


@pytest.fixture(
    scope="module", params=["tests.workers.hostile:read", "tests.workers.hostile_old_kernel:read"]
)
def any_kernel(request: pytest.FixtureRequest) -> Iterator[ForkServer]:
    """Also one without seccomp and Landlock, where limits and the change of user alone hold."""
    with ForkServer(Setup(request.param)) as server:
        yield server


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    with ForkServer(Setup("tests.workers.hostile:read")) as server:
        yield server


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder in which everybody may do anything: what keeps a reader out of it is
    its confinement alone.
    """
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


def read(server: ForkServer, data: bytes, *, seconds: float = 20, megabytes: int = 512) -> str:
    return server.read(data, "报告.txt", seconds=seconds, megabytes=megabytes).raw_text


def unconfined(data: bytes, **more: object) -> str:
    """What the same file does where nothing holds it: all that it prints."""
    command = [sys.executable, "-m", "tests.workers.hostile"]
    return (
        subprocess.run(command, input=data, capture_output=True, check=False, **more)
        .stdout.decode()
        .strip()
    )  # type: ignore[call-overload]


@contextmanager
def a_victim() -> Iterator[tuple[subprocess.Popen[str], int]]:
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", VICTIM, SECRET], stdin=pipe, stdout=pipe, text=True
    ) as victim:
        assert victim.stdout
        yield victim, int(victim.stdout.readline())
        victim.kill()


def was_reached(listener: socket.socket) -> bool:
    listener.settimeout(0.2)
    try:
        listener.accept()[0].close()
    except TimeoutError:
        return False
    return True


def test_all_walls_stand_here(server: ForkServer) -> None:
    layers = server.layers()
    assert layers.ordinary_user
    assert layers.no_new_privileges
    assert layers.seccomp


FONTS = "".join(rf"{{\f{at}\fcharset{at} Font;}}" for at in CHARSETS)
FONTS_OF_ALL = rf"{{\fonttbl{FONTS}}}"


def files() -> Iterator[bytes]:
    """Of every format; the PDF has a font that is not in it,
    which its reader looks for on the system.
    """
    yield from (path.read_bytes() for path in SAMPLES.iterdir())
    yield pdf(lines("法治政府建设年度报告", "全镇调解46件"), lines("第二页"))
    yield ofd(page(text("法治政府建设年度报告", 20, 20)))
    yield odt(open_paragraph("法治政府建设年度报告"))
    yield flat_odt(open_paragraph("法治政府建设年度报告"))
    yield rtf("".join(rf"{{\f{at}\'41}}" for at in CHARSETS), fonts=FONTS_OF_ALL)
    yield from (
        "法治政府建设年度报告".encode(encoding) for encoding in ("gb18030", "utf-16", "utf-32")
    )


def test_files_are_read_as_they_are_unconfined(any_kernel: ForkServer) -> None:
    for data in files():
        found = any_kernel.read(data, "报告", seconds=20, megabytes=512)
        assert found == read_source(data, "报告")


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_UNIX])
def test_listening_port_is_not_reached(
    any_kernel: ForkServer, family: int, open_folder: Path
) -> None:
    with socket.socket(family) as listener:
        listener.bind(str(open_folder / "s") if family == socket.AF_UNIX else ("localhost", 0))
        if family == socket.AF_UNIX:
            (open_folder / "s").chmod(0o777)
        listener.listen()
        data = payload("connect", family=family, address=listener.getsockname())
        assert unconfined(data) == "reached"
        assert was_reached(listener)
        with pytest.raises((ForbiddenStep, ReaderError)):
            read(any_kernel, data)
        assert not was_reached(listener)


def test_nothing_listens(any_kernel: ForkServer, open_folder: Path) -> None:
    with pytest.raises((ForbiddenStep, ReaderError)):
        read(any_kernel, payload("listen", path=str(open_folder / "confined")))
    assert unconfined(payload("listen", path=str(open_folder / "free"))) == "listening"
    assert [path.name for path in open_folder.iterdir()] == ["free"]


def test_file_is_not_opened(any_kernel: ForkServer, open_folder: Path) -> None:
    (open_folder / "secret").write_text(SECRET)
    (open_folder / "secret").chmod(0o666)
    data = payload("open_file", path=str(open_folder / "secret"))
    assert unconfined(data) == SECRET
    with pytest.raises(ReaderError, match=r"Permission denied|Too many open files"):
        read(any_kernel, data)


def test_file_is_not_written(any_kernel: ForkServer, open_folder: Path) -> None:
    with pytest.raises(ReaderError):
        read(any_kernel, payload("write_file", path=str(open_folder / "confined")))
    assert unconfined(payload("write_file", path=str(open_folder / "free"))) == "written"
    assert [path.name for path in open_folder.iterdir()] == ["free"]


def test_folder_is_not_listed(any_kernel: ForkServer, open_folder: Path) -> None:
    (open_folder / SECRET).touch()
    data = payload("list_folder", path=str(open_folder))
    assert SECRET in unconfined(data)
    with pytest.raises(ReaderError):
        read(any_kernel, data)


def test_limits_are_not_widened(any_kernel: ForkServer) -> None:
    data = payload("widen_limits")
    assert unconfined(data).isdigit()
    with pytest.raises(ReaderError):
        read(any_kernel, data)


def test_environment_says_the_number_of_threads_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FAZHI_DATABASE_URL", SECRET)
    assert SECRET in unconfined(payload("environment"))
    with ForkServer(Setup("tests.workers.hostile:read")) as fresh:
        assert read(fresh, payload("environment")) == str(ONE_THREAD)


def test_no_program_is_begun(any_kernel: ForkServer, open_folder: Path) -> None:
    with pytest.raises((ForbiddenStep, StoppedReader, ReaderError)):
        read(any_kernel, payload("execute", command=["/bin/touch", str(open_folder / "confined")]))
    unconfined(payload("execute", command=["/bin/touch", str(open_folder / "free")]))
    assert [path.name for path in open_folder.iterdir()] == ["free"]


def sleepers() -> set[str]:
    """Processes of the hostile reader, whoever their parent is by now."""
    found = set()
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if b"tests.workers.hostile" in line.read_bytes():
                found.add(line.parent.name)
        except OSError:  # ended meanwhile
            continue
    return found


def test_no_process_is_left_behind(any_kernel: ForkServer) -> None:
    read(any_kernel, payload("environment"))
    before = sleepers()
    with pytest.raises((ForbiddenStep, ReaderError)):
        read(any_kernel, payload("fork_away"))
    assert sleepers() == before
    assert unconfined(payload("fork_away"), close_fds=True) == "left behind"
    left = sleepers() - before
    assert len(left) == 1
    os.kill(int(left.pop()), 9)


def test_thread_begins_only_where_it_may_and_no_process_with_it(server: ForkServer) -> None:
    with pytest.raises((ForbiddenStep, ReaderError)):
        read(server, payload("begin_thread"))
    with ForkServer(Setup("tests.workers.hostile:read", threads=64)) as threaded:
        assert read(threaded, payload("begin_thread")) == "begun"
        with pytest.raises(ForbiddenStep):
            read(threaded, payload("fork_away"))


def test_other_process_is_not_traced(server: ForkServer) -> None:
    with a_victim() as (victim, _):
        assert unconfined(payload("trace", pid=victim.pid)) == os.strerror(0)
        with pytest.raises(ForbiddenStep):
            read(server, payload("trace", pid=victim.pid))


def test_memory_of_another_process_is_not_read(server: ForkServer) -> None:
    with a_victim() as (victim, address):
        data = payload("peek", pid=victim.pid, address=address, length=len(SECRET.encode()))
        assert unconfined(data) == SECRET
        with pytest.raises(ForbiddenStep):
            read(server, data)


def test_other_process_is_not_killed(server: ForkServer) -> None:
    with a_victim() as (victim, _):
        for pid in (victim.pid, 0, -1):
            with pytest.raises(ForbiddenStep):
                read(server, payload("kill", pid=pid))
        assert victim.poll() is None
        assert unconfined(payload("kill", pid=victim.pid)) == "killed"
        assert victim.wait(10) == -9


def test_call_that_no_reader_needs_ends_it(server: ForkServer) -> None:
    for number in numbers_of(DEADLY, platform.machine()):
        with pytest.raises(ForbiddenStep):
            read(server, payload("call", numbers=[number]))
    harmless = {
        name: call for name, call in DEADLY.items() if name not in {"fork", "vfork", "clone"}
    }
    assert unconfined(payload("call", numbers=numbers_of(harmless, platform.machine()))) == "{-1}"


def test_call_of_another_numbering_ends_it(server: ForkServer) -> None:
    data = payload("call", numbers=[0x40000000])  # x32
    assert unconfined(data) == "{-1}"
    with pytest.raises(ForbiddenStep):
        read(server, data)


def test_nothing_open_is_inherited(server: ForkServer) -> None:
    ours, theirs = os.pipe()
    os.set_inheritable(theirs, True)
    with ForkServer(Setup("tests.workers.hostile:read")) as fresh:
        assert len(read(fresh, payload("descriptors")).split(",")) == 1
    assert str(theirs) in unconfined(payload("descriptors"), pass_fds=[theirs])
    os.close(ours)
    os.close(theirs)


def memory_holds(pid: int, word: bytes) -> bool:
    found = False
    with (
        Path(f"/proc/{pid}/maps").open() as maps,
        Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory,
    ):
        for line in maps:
            begin, end = (int(part, 16) for part in line.split()[0].split("-"))
            if " rw" in line:
                memory.seek(begin)
                found = found or word in memory.read(end - begin)
    return found


def test_fork_server_holds_no_secret_and_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAZHI_DATABASE_URL", "postgresql://" + SECRET)
    file = "此前一份报告的原文".encode()
    with ForkServer() as fresh:
        read(fresh, file)
        assert fresh.process is not None
        for word in (SECRET.encode(), file):
            assert memory_holds(os.getpid(), word)
            assert not memory_holds(fresh.process, word)


@pytest.mark.parametrize(
    ("act", "why", "seconds"),
    [
        ("hang", TookTooLong, 1),
        ("spin", TookTooLong, 1),
        ("flood", TooLarge, 30),
        ("eat_memory", TooLarge, 30),
        ("crash", StoppedReader, 30),
        ("abort", StoppedReader, 30),
    ],
)
def test_reader_that_goes_wrong_is_a_refusal(
    any_kernel: ForkServer, act: str, why: type[UnusableFile], seconds: int
) -> None:
    with pytest.raises(why) as told:
        read(any_kernel, payload(act), seconds=seconds)
    assert len(told.value.notice.splitlines()) == 2
    assert read(any_kernel, "法治政府建设".encode()) == "法治政府建设"


def test_fault_of_the_reader_is_no_fault_of_the_file(any_kernel: ForkServer) -> None:
    with pytest.raises(ReaderError, match="ZeroDivisionError"):
        read(any_kernel, payload("divide"))
