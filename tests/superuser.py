"""The superuser's statements on an embedded Postgres, by the only way there is:
a server of one process.
"""

from pathlib import Path

from workers.embedded import postgres, running_servers
from workers.embedded.home import Home, home_of
from workers.embedded.programs import required_postgres, required_valkey


def embedded_home(var: Path) -> Home:
    return home_of(var.resolve(), required_postgres(var / "postgres"), required_valkey())


def rule_alone(var: Path, *statements: str) -> None:
    """The statements, where no server runs on `var`; its data are made first if need be."""
    if not (var / "postgres").exists():
        with running_servers(var):
            pass
    home = embedded_home(var)
    postgres.run_alone(home, home.postgres, *statements)
