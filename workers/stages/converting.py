"""Any file → its text: what LibreOffice reads best is converted by it where it is installed.

A process, a profile and a folder for each file: nothing that one leaves behind meets the next. It
is held as `confinement` says; what it wrote is looked for, for its exit status says nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from workers.errors import DamagedFile, NeedsOffice, TookTooLong, TooLarge
from workers.report.model import Source, Unpacked
from workers.report.reading import MAX_BYTES
from workers.settings import Settings
from workers.stages.confinement.client import open_safely
from workers.stages.confinement.limits import NOBODY

# Of addresses; it works in 200 MB.
MEGABYTES = 2048
# "Begin me anew": how its first run with a profile ends.
RESTART, MOST_STARTS = 81, 3
SHORTEST = 1.0  # seconds
# No macro runs, no link is followed, nothing from another file is loaded.
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
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
</oor:items>
"""


def read_file(data: bytes, name: str, chosen: Settings) -> Source | Unpacked:
    """The text of a file, read and where need be converted within the limits of the settings; or
    the files that it holds.

    UnusableFile; ReaderError where the fault is ours.
    """
    office, deadline = find_office(chosen.office), time.monotonic() + chosen.parse_seconds

    def read(content: bytes, *, convertible: bool) -> Source | Unpacked:
        return open_safely(
            content,
            name,
            seconds=_left(deadline),
            megabytes=chosen.parse_megabytes,
            office=convertible,
        )

    try:
        return read(data, convertible=office is not None)
    except NeedsOffice as error:
        if office is None:
            raise
        wanted = error
    try:
        converted = office.convert(data, seconds=_left(deadline))
    except DamagedFile as cannot:
        try:  # our own reader may
            return read(data, convertible=False)
        except NeedsOffice:
            raise cannot from None
    opened = read(converted, convertible=False)
    if isinstance(opened, Unpacked):
        return opened
    sha256 = hashlib.sha256(data).hexdigest()
    return replace(opened, media_type=wanted.media_type, sha256=sha256)


def _left(deadline: float) -> float:
    return max(SHORTEST, deadline - time.monotonic())


@dataclass(frozen=True, slots=True)
class Office:
    """LibreOffice on this machine."""

    program: Path

    def convert(self, data: bytes, *, seconds: float) -> bytes:
        """The file as a .docx. DamagedFile where it cannot be opened, TookTooLong, TooLarge."""
        with tempfile.TemporaryDirectory(prefix="fazhi-office-") as name:
            # What the program writes lies in a folder within, which it cannot change for another.
            folder = Path(name).resolve() / "work"
            _lay_out(folder, data)
            self._run(folder, time.monotonic() + seconds)
            return _take(folder / "report.docx")

    def _run(self, folder: Path, deadline: float) -> None:
        for _ in range(MOST_STARTS):
            if _run_confined(self._command(folder), folder, _left(deadline)) != RESTART:
                return

    def _command(self, folder: Path) -> list[str]:
        return [
            str(self.program),
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            f"-env:OSL_SOCKET_PATH={folder}",
            "--headless",
            "--norestore",
            "--nologo",
            "--convert-to",
            "docx:Office Open XML Text",
            "--outdir",
            str(folder),
            str(folder / "report"),
        ]


def find_office(name: str) -> Office | None:
    """LibreOffice by the name or path of its program; None where there is none."""
    found = shutil.which(name) if name else None
    if found is None:
        return None
    program = Path(found).resolve()
    # `soffice` is a script around this one, which asks for other programs.
    inner = program.with_name("soffice.bin")
    return Office(inner if inner.exists() else program)


def _lay_out(folder: Path, data: bytes) -> None:
    """The file and a new profile in a folder that the confined program may use."""
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
    (folder / "report").write_bytes(data)
    if os.geteuid() == 0:
        folder.parent.chmod(0o711)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY)


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


def _take(path: Path) -> bytes:
    """What was written; a link, a pipe or a device that stands in its place is nothing."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise DamagedFile("(LibreOffice cannot open it)", "（LibreOffice 打不开）") from error
    with os.fdopen(handle, "rb") as written:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or not found.st_size:
            raise DamagedFile("(LibreOffice cannot open it)", "（LibreOffice 打不开）")
        if found.st_size > MAX_BYTES:
            raise TooLarge()
        return written.read(MAX_BYTES)
