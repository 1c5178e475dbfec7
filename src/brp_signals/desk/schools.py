"""Schools by name on the pages of the desk, as the newest tables in the state folder have them."""

from pathlib import Path

from brp_signals.state.schools import NO_SCHOOLS, Schools, read_schools, table_files


class KnownSchools:
    """The schools of one state folder; a table that was imported meanwhile counts without a restart."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._changed: tuple[tuple[str, int], ...] = ()
        self._schools = NO_SCHOOLS

    def now(self) -> Schools:
        """The schools that are known by name at this moment."""
        changed = tuple((path.name, path.stat().st_mtime_ns) for path in table_files(self._state))
        if changed != self._changed:
            self._schools, self._changed = read_schools(self._state), changed
        return self._schools
