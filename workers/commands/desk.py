"""desk and user: the web pages, and who may use them."""

from __future__ import annotations

import getpass

import click

from schema.kinds import Role
from workers.commands import Group, as_json_option, connected, console, print_json
from workers.desk import accounts
from workers.host.address import running_address
from workers.services import serving
from workers.settings import settings


@click.command()
@click.option(
    "--host", help="Where to listen.  [default: FAZHI_DESK_HOST, else this machine alone]"
)
@click.option("--port", type=click.IntRange(1, 65535), help="[default: FAZHI_DESK_PORT, else 8600]")
def desk(host: str | None, port: int | None) -> None:
    """Serve the web pages where people look at what came in, and answer (one service).

    \b
    Example:  fazhi desk
    """
    from review.serving import serve

    with serving(settings()) as full:
        serve(
            full.model_copy(
                update={"desk_host": host or full.desk_host, "desk_port": port or full.desk_port}
            )
        )


@click.group(cls=Group)
def user() -> None:
    """Who may use the desk.

    \b
    Example:  fazhi user add wang --role reviewer
    """


role_option = click.option(
    "--role", type=click.Choice([*map(str, Role)]), default="reader", show_default=True
)


@user.command()
@as_json_option
@click.argument("name")
@role_option
def add(name: str, role: str, as_lines: bool) -> None:
    """A new account; the link that is printed lets its owner choose a password, once, within a day.

    \b
    Example:  fazhi user add wang --role reviewer
    """
    with connected() as (_, ledger):
        _tell_link(accounts.add_account(ledger, name, Role(role), by=_caller()), as_lines=as_lines)


@user.command(name="list")
@as_json_option
def list_command(as_lines: bool) -> None:
    """The accounts, their roles, and when they were last seen.

    \b
    Example:  fazhi user list
    """
    with connected() as (_, ledger):
        lines = accounts.list_accounts(ledger)
    for line in lines:
        if as_lines:
            print_json(
                {"name": line.name, "role": line.role, "ready": line.ready, "seen_at": line.seen_at}
            )
            continue
        seen = f"seen {line.seen_at:%Y-%m-%d %H:%M}" if line.seen_at else "not signed in"
        console.print(
            f"{line.name:20} {line.role:9} {seen if line.ready else 'has not used the link yet'}",
            markup=False,
        )
    if not lines and not as_lines:
        click.echo("There is no account yet: fazhi user add NAME --role admin")


@user.command(name="role")
@click.argument("name")
@click.argument("role", type=click.Choice([*map(str, Role)]))
def role_command(name: str, role: str) -> None:
    """Give an account another role, from its next request on.

    \b
    Example:  fazhi user role wang admin
    """
    with connected() as (_, ledger):
        accounts.change_role(ledger, name, Role(role), by=_caller())
    click.echo(f"{name} is {role} now.")


@user.command()
@click.argument("name")
def remove(name: str) -> None:
    """Let an account in no more, from this moment on; what it did stays in the history.

    \b
    Example:  fazhi user remove wang
    """
    with connected() as (_, ledger):
        accounts.remove_account(ledger, name, by=_caller())
    click.echo(f"{name} is removed.")


@user.command()
@as_json_option
@click.argument("name")
def link(name: str, as_lines: bool) -> None:
    """A new link for one use, for an owner who forgot the password or lost the first link.

    \b
    Example:  fazhi user link wang
    """
    with connected() as (_, ledger):
        _tell_link(accounts.make_link(ledger, name, by=_caller()), as_lines=as_lines)


@user.command()
@as_json_option
@click.argument("name")
def token(name: str, as_lines: bool) -> None:
    """A token for scripts, with the account's rights; it is shown once.

    It ends after a year, or with the password.

    \b
    Example:  TOKEN=$(fazhi user token wang)
              curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8600/api/v1/files
    """
    with connected() as (_, ledger):
        made = accounts.make_token(ledger, name, by=_caller())
    if as_lines:
        print_json({"token": made})
    else:
        click.echo(made)


def _tell_link(secret: str, *, as_lines: bool) -> None:
    address = accounts.link_address(running_address(settings()), secret)
    if as_lines:
        print_json({"link": address})
    else:
        click.echo(f"Open once, within a day, to choose a password:\n{address}")


def _caller() -> str:
    """For the audit log: whoever has this shell could change the database anyway."""
    return f"{getpass.getuser()} (shell)"
