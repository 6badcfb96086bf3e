"""LibreOffice: files → .docx, several in one run.

A process and a folder for each run, and a copy of one profile that no file has ever met: nothing
that one run leaves behind meets the next. It is held as `confinement` says; what it wrote is looked
for, for its exit status says nothing.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from workers.errors import DamagedFile, TookTooLong, TooLarge, UnusableFile
from workers.report.reading import MAX_BYTES
from workers.stages.confinement.limits import NOBODY

# Files of a profile by their paths in it.
Profile = Mapping[str, bytes]

# Of addresses; it works in 200 MB.
MEGABYTES = 2048
# "Begin me anew": how its first run with a profile ends.
RESTART, MOST_STARTS = 81, 3
SHORTEST = 1.0  # seconds
# For the run that makes a profile, on a machine that is busy.
PROFILE_SECONDS = 20.0
SAMPLE = b"{\\rtf1 fazhi}"
# No macro runs, no link is followed, nothing from another file is loaded. And no version is newer
# than the one that had the profile before: the first run of a newer one, which here is every run,
# draws two dozen large pictures to try the screen, three quarters of a second.
OPTIONS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"
 ><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"
 ><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"
 ><prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"
 ><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"
 ><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Setup/Product"
 ><prop oor:name="ooSetupLastVersion" oor:op="fuse"><value>999.0</value></prop></item>
</oor:items>
"""
BARE: Profile = {"user/registrymodifications.xcu": OPTIONS.encode()}


@dataclass(frozen=True, slots=True)
class Office:
    """LibreOffice on this machine."""

    program: Path

    def convert(self, data: bytes, *, seconds: float) -> bytes:
        """The file as a .docx. DamagedFile where it cannot be opened, TookTooLong, TooLarge."""
        deadline = time.monotonic() + seconds
        with _laid_out([data], own_profile(os.getpid(), self.program)) as folder:
            _run(self.program, folder, 1, left(deadline))
            return _take(folder, 0)

    def convert_several(self, files: Sequence[bytes], *, seconds: float) -> list[bytes | None]:
        """The same in one run, each as a .docx; None where one has to be tried alone."""
        deadline = time.monotonic() + seconds
        with _laid_out(files, own_profile(os.getpid(), self.program)) as folder:
            with suppress(TookTooLong):  # what was written before stands
                _run(self.program, folder, len(files), left(deadline))
            return [_take_if_whole(folder, at) for at in range(len(files))]


def find_office(name: str) -> Office | None:
    """LibreOffice by the name or path of its program; None where there is none."""
    found = shutil.which(name) if name else None
    if found is None:
        return None
    program = Path(found).resolve()
    # `soffice` is a script around this one, which asks for other programs.
    inner = program.with_name("soffice.bin")
    return Office(inner if inner.exists() else program)


def left(deadline: float) -> float:
    """The seconds up to then, but a few at least."""
    return max(SHORTEST, deadline - time.monotonic())


@cache
def own_profile(process: int, program: Path) -> Profile:
    """What each run of this process begins with, made with a file of ours: half of the time of a
    run goes into making one.
    """
    del process  # a child that was forked off makes its own
    with _laid_out([SAMPLE], BARE) as folder:
        try:
            _run(program, folder, 1, PROFILE_SECONDS)
            _take(folder, 0)
        except UnusableFile:
            return BARE
        profile = folder / "profile"
        files = (path for path in profile.rglob("*") if stat.S_ISREG(path.lstat().st_mode))
        made = {str(path.relative_to(profile)): path.read_bytes() for path in files}
    return {**made, **BARE}  # the options are ours, also those that this version does not know


@contextmanager
def _laid_out(files: Sequence[bytes], profile: Profile) -> Iterator[Path]:
    """The files, by letters, and a profile in a folder that the confined program may use."""
    with tempfile.TemporaryDirectory(prefix="fazhi-office-") as name:
        # What the program writes lies in a folder within, which it cannot change for another.
        folder = Path(name).resolve() / "work"
        folder.mkdir()
        for at, data in enumerate(files):
            (folder / _name(at)).write_bytes(data)
        for path, data in profile.items():
            place = folder / "profile" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        if os.geteuid() == 0:
            folder.parent.chmod(0o711)
            for place in (folder, *folder.rglob("*")):
                os.chown(place, NOBODY, NOBODY)
        yield folder


def _name(at: int) -> str:
    """Without a digit, for documents may show the name of their file.

    >>> _name(0), _name(12)
    ('a', 'bc')
    """
    return "".join(chr(ord("a") + int(digit)) for digit in str(at))


def _run(program: Path, folder: Path, count: int, seconds: float) -> None:
    """Have the program convert so many files. TookTooLong."""
    deadline = time.monotonic() + seconds
    command = [
        str(program),
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        f"-env:OSL_SOCKET_PATH={folder}",
        *("--headless", "--norestore", "--nologo"),
        *("--convert-to", "docx:Office Open XML Text"),
        *("--outdir", str(folder)),
        *(str(folder / _name(at)) for at in range(count)),
    ]
    for _ in range(MOST_STARTS):
        if _run_confined(command, folder, left(deadline)) != RESTART:
            return


def _run_confined(command: list[str], folder: Path, seconds: float) -> int:
    """Its exit status; its whole group is gone then. TookTooLong."""
    held = [str(os.getpid()), str(seconds), str(MEGABYTES), str(folder)]
    process = subprocess.Popen(  # noqa: S603 - this Python
        [sys.executable, "-P", "-m", "workers.stages.confinement.office", *held, *command],
        cwd="/",
        env={"PYTHONPATH": os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise TookTooLong from error
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _take_if_whole(folder: Path, at: int) -> bytes | None:
    with suppress(UnusableFile):
        return _take(folder, at)
    return None


def _take(folder: Path, at: int) -> bytes:
    """What was written of a file. DamagedFile where nothing was, or half of it, or where a link, a
    pipe or a device stands in its place; TooLarge.
    """
    try:
        handle = os.open(folder / f"{_name(at)}.docx", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise _unopened() from error
    with os.fdopen(handle, "rb") as written:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise _unopened()
        if found.st_size > MAX_BYTES:
            raise TooLarge()
        data = written.read(MAX_BYTES)
    if not zipfile.is_zipfile(io.BytesIO(data)):  # what makes it one stands at its end
        raise _unopened()
    return data


def _unopened() -> DamagedFile:
    return DamagedFile("(LibreOffice cannot open it)", "（LibreOffice 打不开）")
