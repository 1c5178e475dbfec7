"""What `brp-signals doctor` says of the desk."""

from pathlib import Path

from brp_signals.desk.audit import FILE as AUDIT
from brp_signals.desk.condition import examine
from brp_signals.desk.database import FILE
from tests.desk.office import Office


def test_nothing_is_said_where_no_desk_was(tmp_path: Path) -> None:
    assert examine(tmp_path) == []


def test_a_desk_in_use_is_whole(office: Office) -> None:
    office.browser("Anna").numbers()
    database, log = examine(office.nights.state)
    assert database == ("desk: database whole", True)
    assert log == (f"desk: audit log whole, {len(office.audit)} lines", True)


def test_a_changed_audit_log_and_a_damaged_database_are_told(office: Office) -> None:
    office.browser("Anna").numbers()
    state = office.nights.state
    (state / AUDIT).write_text((state / AUDIT).read_text(encoding="utf-8").replace("Anna", "Bob"), encoding="utf-8")
    office.place.database.close()
    for file in state.glob(f"{FILE}*"):
        file.write_bytes(b"no database")
    database, log = examine(state)
    assert "damaged" in database[0] and not database[1]
    assert not log[1]
