"""The desk as a process of its own: it listens on this machine until it is stopped."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from brp_signals.base.connections import BrpApi
from brp_signals.base.dates import HERE
from brp_signals.base.desk_settings import DeskSettings
from brp_signals.base.private_files import refuse_open_folder
from brp_signals.desk.audit import AuditLog
from brp_signals.desk.database import Database


def serve(
    settings: DeskSettings, state: Path, lists: Path, host: str, port: int, brp_api: BrpApi | None = None
) -> None:
    """Show the desk until this process is stopped.

    Raises UsageProblem for a state folder that is open to others or a secret that cannot be read, InternalFailure
    when the database cannot be opened.
    """
    import uvicorn

    from brp_signals.desk.app import create_app
    from brp_signals.desk.workplace import Workplace

    app = create_app(Workplace(settings, state, lists, brp_api=brp_api))
    # Addresses hold numbers of cases, and who asked for one is in the audit log: no log of requests beside it.
    uvicorn.run(
        app, host=host, port=port, access_log=False, server_header=False, log_level="warning", timeout_keep_alive=30
    )


@contextmanager
def opened(state: Path) -> Iterator[Database]:
    """The desk's database, for a command. Raises UsageProblem for a state folder that is open to others."""
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    refuse_open_folder(state, "state")
    database = Database(state)
    try:
        yield database
    finally:
        database.close()


def log_user_changed(state: Path, name: str) -> None:
    """Write in the audit log that the operator changed a user."""
    AuditLog(state).write(datetime.now(HERE), f"operator {getpass.getuser()}", "user_changed", detail=name)
