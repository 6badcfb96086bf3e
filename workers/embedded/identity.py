"""The account that the servers run as.

An ordinary user runs the servers as himself. Postgres refuses to run as root, so root hands both to
an account without rights: the owner of `var` if that is not root, else `fazhi` or `postgres` if the
machine has them, else a new system account `fazhi`. Where that account may not enter the folders
above (a checkout under /root), it is given the single capability to pass them; permissions of
folders that are not ours are changed only where that is impossible.
"""

from __future__ import annotations

import logging
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from workers.errors import ServiceMissing

log = logging.getLogger(__name__)

KNOWN_ACCOUNTS = ("fazhi", "postgres")


@dataclass(frozen=True, slots=True)
class Account:
    """Who the servers run as, and how a command is started as them."""

    uid: int
    gid: int
    launcher: tuple[str, ...] = ()
    """What stands before a command: empty, or `setpriv …` where folders above are
    closed to the account.
    """

    def run(
        self, *command: str | Path, cwd: Path | str = "/", told: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end in a session of its own,
        out of reach of a Ctrl-C at the terminal.
        """
        switch = os.geteuid() != self.uid and not self.launcher
        return subprocess.run(  # noqa: S603 - programs that we found, no shell
            [*self.launcher, *command],
            cwd=cwd,
            env=_environment(os.environ),
            user=self.uid if switch else None,
            group=self.gid if switch else None,
            extra_groups=[] if switch else None,
            umask=0o077,
            start_new_session=True,
            input=told,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )


def account_for(var: Path, *programs: Path) -> Account:
    """The account for the servers of `var`, able to reach `var` and the programs.

    Raises `ServiceMissing` where root can make no such account.
    """
    account = _account(var)
    return account if account.uid == os.geteuid() else _with_way_in(account, var, *programs)


def _account(var: Path) -> Account:
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    owner = _user_entry(var.stat().st_uid)
    if owner is not None and owner.pw_uid != 0:
        return Account(owner.pw_uid, owner.pw_gid)
    for name in KNOWN_ACCOUNTS:
        if (entry := _user_entry(name)) is not None:
            return Account(entry.pw_uid, entry.pw_gid)
    return _new_account()


def _new_account() -> Account:
    # No password, no shell, no home: it owns the data and runs the servers, nothing else.
    options = (
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        "/",
        "--shell",
        "/usr/sbin/nologin",
    )
    program = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is not None:
        subprocess.run([program, *options, KNOWN_ACCOUNTS[0]], capture_output=True, check=False)  # noqa: S603
    entry = _user_entry(KNOWN_ACCOUNTS[0])
    if entry is None:
        raise ServiceMissing(
            "Postgres does not run as root: start fazhi as an ordinary user, or add "
            "the account `fazhi`."
        )
    log.info("made the system account %s for the servers", entry.pw_name)
    return Account(entry.pw_uid, entry.pw_gid)


def _with_way_in(account: Account, var: Path, *programs: Path) -> Account:
    """The account, with what it needs to reach its folders and programs from the
    root of the file system.
    """
    passing = replace(account, launcher=_passing_launcher(account))
    for attempt in (account, passing):
        if _can_run(attempt, var, *programs):
            return attempt
    _open_parents(account, var, *programs)
    return account


def _passing_launcher(account: Account) -> tuple[str, ...]:
    """`setpriv` with the capability to pass closed folders (and to read; not to write)
    kept over the change of user.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return ()
    one = "-all,+dac_read_search"
    return (
        *(setpriv, f"--reuid={account.uid}", f"--regid={account.gid}", "--clear-groups"),
        *(f"--inh-caps={one}", f"--ambient-caps={one}"),
        # else access(2), which initdb asks, leaves capabilities out of account
        "--securebits=+no_setuid_fixup",
        "--",
    )


def _can_run(account: Account, var: Path, *programs: Path) -> bool:
    try:
        trials = (("test", "-x", var / "."), *((program, "--version") for program in programs))
        return all(account.run(*trial).returncode == 0 for trial in trials)
    except OSError:  # the program cannot be entered, or the kernel refuses the change of user
        return False


def _open_parents(account: Account, *paths: Path) -> None:
    """The last resort (no setpriv, or no such capability here):
    let others pass, not list, these folders.
    """
    for folder in sorted(
        {parent for path in paths for parent in (path / "x").resolve().parents if parent.is_dir()}
    ):
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH and folder.stat().st_uid != account.uid:
            log.warning(
                "letting the account %s pass through %s (chmod o+x)", name_of(account.uid), folder
            )
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _user_entry(who: int | str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(who) if isinstance(who, int) else pwd.getpwnam(who)
    except KeyError:
        return None


def name_of(uid: int) -> str:
    entry = _user_entry(uid)
    return entry.pw_name if entry else f"user {uid}"


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """The environment without what would steer the servers:
    PGPORT, PGDATA, a locale that does not exist.

    >>> _environment({"PATH": "/bin", "PGPORT": "6000", "LANG": "zh_CN.UTF-8"})
    {'PATH': '/bin', 'LC_ALL': 'C'}
    """
    steering = ("PG", "LC_", "LANG", "REDIS")
    return {key: value for key, value in given.items() if not key.startswith(steering)} | {
        "LC_ALL": "C"
    }
