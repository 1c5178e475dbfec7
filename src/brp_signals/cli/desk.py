"""Commands of the desk (trusted zone): show it, and say who may work there."""

from pathlib import Path
from typing import Annotated

import typer

from brp_signals.base.errors import UsageProblem
from brp_signals.cli.options import Config, State, app, configuration
from brp_signals.cli.saying import answer, say

desk = typer.Typer(rich_markup_mode=None)
user = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(desk, name="desk", help="Show the desk where staff work on cases (trusted zone).")
desk.add_typer(user, name="user", help="Say who may work at the desk.")

Lists = Annotated[Path, typer.Option("--lists", help="Folder that shows the lists.")]
Host = Annotated[str, typer.Option(help="Address to listen at; others than this machine's need a proxy with TLS.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port to listen at.")]
Name = Annotated[str, typer.Argument(help="Name or role of staff.", show_default=False)]


@desk.callback(invoke_without_command=True)
def show(
    context: typer.Context,
    state: State = Path("state"),
    lists: Lists = Path("output"),
    config: Config = None,
    host: Host = "127.0.0.1",
    port: Port = 8363,
) -> None:
    """Show the desk until it is stopped."""
    if context.invoked_subcommand is None:
        serve(state, lists, config, host, port)


@desk.command()
def serve(
    state: State = Path("state"),
    lists: Lists = Path("output"),
    config: Config = None,
    host: Host = "127.0.0.1",
    port: Port = 8363,
) -> None:
    """Show the desk until it is stopped."""
    from brp_signals.base.config import load_configuration
    from brp_signals.desk.serving import serve as serve_desk

    say(f"The desk is at http://{host}:{port}; stop it with Ctrl-C.")
    wanted = load_configuration(configuration(config))
    serve_desk(wanted.desk, state, lists, host, port, wanted.brp_api)


@user.command("add")
def user_add(
    name: Name,
    role: Annotated[list[str], typer.Option(help="Role; may be repeated.", show_default=False)],
    municipality: Annotated[
        list[str], typer.Option(help="Code of a municipality; may be repeated.", show_default=False)
    ],
    state: State = Path("state"),
) -> None:
    """Make a user, or change one; the password is asked for, or read from standard input."""
    from brp_signals.desk.accounts import keep_user
    from brp_signals.desk.serving import log_user_changed, opened

    with opened(state) as database:
        log_user_changed(state, name)
        keep_user(database, name, role, municipality, _asked_password())
    say(f"{name} can sign in; who was signed in with that name must sign in again.")


@user.command("list")
def user_list(state: State = Path("state")) -> None:
    """List who may work at the desk."""
    from brp_signals.desk.accounts import users
    from brp_signals.desk.serving import opened

    with opened(state) as database:
        answer(
            "\n".join(
                f"{each.name}  {', '.join(each.roles)}  {', '.join(each.municipalities)}" for each in users(database)
            )
        )


@user.command("remove")
def user_remove(name: Name, state: State = Path("state")) -> None:
    """Take somebody's access away, at once."""
    from brp_signals.desk.accounts import remove_user
    from brp_signals.desk.serving import log_user_changed, opened

    with opened(state) as database:
        log_user_changed(state, name)
        remove_user(database, name)
    say(f"{name} can sign in no more.")


def _asked_password() -> str:
    """The password, asked twice at a terminal; one line of standard input elsewhere. It is never an argument."""
    import getpass
    import sys

    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        raise UsageProblem("The two passwords differ; try again.")
    return password
