"""The folders of one `var`: data of Postgres, data of Valkey, and where both are reached.

Each server makes its socket in its own data folder. `var/sockets` holds a link to each, so that a
path is short enough for a socket's address, and so that what somebody cleans away there is laid
again beside the running server.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from workers.embedded.identity import Account, account_for, name_of
from workers.errors import SettingError

LONGEST_FOLDER = 89  # bytes: 103 in a socket's path (macOS; Linux has 107) less "/.s.PGSQL.5432"
# needs no quoting in postgresql.conf, valkey.conf or a URL
PLAIN_PATH = re.compile(r"/[A-Za-z0-9._/-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where the servers of one `var` live, as whom they run, and out of which programs."""

    var: Path
    sockets: Path
    account: Account
    postgres_program: Path
    valkey_program: Path

    @property
    def postgres(self) -> Path:
        """The data folder of Postgres."""
        return self.var / "postgres"

    @property
    def valkey(self) -> Path:
        """The data folder of Valkey; with the name of its forerunner,
        so that an older home goes on.
        """
        return self.var / "redis"

    def link_socket(self, socket: Path) -> None:
        """Let `sockets` lead to the socket that a server makes in its data folder,
        unless one of its own is there.

        A server that an older fazhi started has made it there itself.
        """
        link = self.sockets / socket.name
        if link.is_socket() and not link.is_symlink():
            return
        if not link.is_symlink() or link.readlink() != socket:
            self.clear_socket(socket)
            link.symlink_to(socket)

    def clear_socket(self, socket: Path) -> None:
        """Take away what leads to no server any more."""
        (self.sockets / socket.name).unlink(missing_ok=True)

    def write(self, path: Path, text: str) -> None:
        """Replace a small file of the servers, whoever wrote it last."""
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        fresh.write_text(text, encoding="utf-8")
        hand_over(fresh, self.account)
        fresh.replace(path)


def home_of(var: Path, postgres_program: Path, valkey_program: Path) -> Home:
    """The folders, made if need be. Raises `SettingError` where they belong to another user."""
    account = account_for(var, postgres_program, valkey_program)
    return Home(
        var=var,
        sockets=_socket_folder(var, account),
        account=account,
        postgres_program=postgres_program,
        valkey_program=valkey_program,
    )


def hand_over(path: Path, account: Account) -> None:
    """Hand a file or a folder, with all in it, to the account.

    Only root can, and only root need.
    """
    if os.geteuid() != 0 or path.lstat().st_uid == account.uid:
        return
    for one in (path, *path.rglob("*")):
        os.chown(one, account.uid, account.gid, follow_symlinks=False)


def own_folder(path: Path, account: Account) -> Path:
    """A folder that only the account can enter. Raises `SettingError` where it is another's."""
    path.mkdir(mode=0o700, exist_ok=True)
    hand_over(path, account)
    seen = path.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != account.uid:
        raise SettingError(
            f"{path} belongs to {name_of(seen.st_uid)}: start fazhi as that user, or "
            "set another FAZHI_HOME."
        )
    path.chmod(0o700)
    return path


def _socket_folder(var: Path, account: Account) -> Path:
    """`var/sockets`; where its path is too long or needs quoting,
    a link to a short folder of this user.
    """
    link = var / "sockets"
    if len(os.fsencode(link)) <= LONGEST_FOLDER and PLAIN_PATH.fullmatch(str(link)):
        if link.is_symlink():  # copied here from a place with a long path
            link.unlink()
        return own_folder(link, account)
    # The link keeps the place where every later process finds it, whatever its TMPDIR says.
    name = f"fazhi-{account.uid}-{hashlib.sha256(os.fsencode(var)).hexdigest()[:16]}"
    if link.is_symlink() and link.readlink().name == name and link.readlink().parent.is_dir():
        return _private_folder(link.readlink(), account)
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)
    link.unlink(missing_ok=True)
    temporary = Path(tempfile.gettempdir()).resolve()
    short = temporary if len(os.fsencode(temporary / name)) <= LONGEST_FOLDER else Path("/tmp")  # noqa: S108 - checked below
    link.symlink_to(short / name)
    return _private_folder(short / name, account)


def _private_folder(path: Path, account: Account) -> Path:
    """As `own_folder`, in a place where any user may have made that name first:
    one that stands is never taken over.
    """
    if not path.is_symlink() and not path.exists():
        path.mkdir(mode=0o700)
    # root's own, perhaps of a start that was cut off here
    if path.lstat().st_uid == os.geteuid() != account.uid:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)
    seen = path.lstat()
    if (
        not stat.S_ISDIR(seen.st_mode)
        or seen.st_uid != account.uid
        or stat.S_IMODE(seen.st_mode) != 0o700
    ):
        raise SettingError(
            f"{path} is not a private folder of {name_of(account.uid)}: remove it, "
            "or set a shorter FAZHI_HOME."
        )
    return path
