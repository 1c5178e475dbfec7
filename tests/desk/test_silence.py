"""No personal value in a log, an error page, a file or the database of the desk, and no file that others may read."""

import logging
from pathlib import Path

import pytest

from brp_signals.gateway.way_back import audit
from tests.desk.office import Office, a_number, bsn, persons
from tests.support.rights import open_to_others

CANARY = "Kanarie Wilhelmina"


def a_day_of_work(office: Office) -> str:
    """Somebody opens, shows, notes and decides; returns the case."""
    anna, zoe = office.browser("Anna"), office.browser("Zoë")
    number = anna.numbers()[0]
    anna.open(number)
    assert anna.reveal(number).status_code == 200
    anna.open(number)
    anna.post(f"/zaak/{number}/notitie", notitie=CANARY)
    anna.open(number)
    anna.decide(number)
    sealed = office.case_of(is_sealed=True)
    zoe.open(sealed)
    assert zoe.reveal(sealed).status_code == 200
    zoe.open(sealed)
    zoe.post(f"/zaak/{sealed}/notitie", notitie=CANARY)
    office.browser().sign_in("Anna", CANARY)
    return number


def personal_values(office: Office) -> list[bytes]:
    found = [person_id for person_id, _ in persons(office.nights)]
    found += [number for serial in range(len(found)) for number in (a_number(serial), bsn(serial))]
    return [value.encode() for value in (*found, CANARY)]


def test_what_the_desk_keeps_holds_no_child_and_no_note_in_the_clear(office: Office) -> None:
    a_day_of_work(office)
    office.place.keep_up()
    files = list(office.nights.state.glob("desk*"))
    assert {file.name for file in files} >= {"desk.sqlite", "desk-audit.jsonl"}
    content = b"".join(file.read_bytes() for file in files)
    assert [value for value in personal_values(office) if value in content] == []


def test_no_log_names_a_child(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    a_day_of_work(office)
    assert [value for value in personal_values(office) if value.decode() in caplog.text] == []


def test_a_fault_quotes_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    anna = office.browser("Anna")
    number = anna.numbers()[0]

    def fail(*words: object, **named: object) -> None:
        raise RuntimeError(f"row of {CANARY} {bsn(1)}")

    monkeypatch.setattr("brp_signals.desk.views.case_page.card_of", fail)
    answer = anna.open(number)
    assert answer.status_code == 500
    for text in (answer.text, caplog.text):
        assert CANARY not in text and bsn(1) not in text and str(office.folder) not in text
    assert "RuntimeError" in caplog.text


def test_no_page_but_one_holds_a_number_or_pseudonym(office: Office) -> None:
    anna, coen, priya, zoe = (office.browser(name) for name in ("Anna", "Coen", "Priya", "Zoë"))
    number = anna.numbers()[0]
    pages = [anna.get(path).text for path in ("/werk", f"/zaak/{number}", "/werk.csv", "/gezond")]
    pages += [coen.get("/cijfers").text, priya.get("/audit").text]
    pages += [zoe.get("/verzegeld").text, zoe.open(office.case_of(is_sealed=True)).text]
    content = "".join(pages).encode()
    assert [value for value in personal_values(office) if value in content] == []


def test_files_are_for_their_owner_alone(office: Office) -> None:
    a_day_of_work(office)
    assert open_to_others(*office.nights.state.glob("desk*")) == []


def test_the_audit_log_is_a_chain_that_the_command_reads(office: Office) -> None:
    number, priya = a_day_of_work(office), office.browser("Priya")
    lines, head = audit.verify(office.place.log.path)
    assert lines == len(office.audit)
    assert office.place.log.verify() == lines
    content = office.place.log.path.read_bytes()
    assert f'"case":"{number}"'.encode() in content and head.encode() in content
    office.place.log.path.write_bytes(content.replace(b'"revealed"', b'"case_opened"'))
    assert "Het auditlog is niet heel" in priya.get("/audit").text


def test_two_desks_write_one_chain(office: Office) -> None:
    office.browser("Anna")
    first = office.place
    office.reopen()
    office.browser("Bob")
    first.log.write(office.clock(), "Anna", "signed_out")
    office.place.log.write(office.clock(), "Bob", "signed_out")
    assert audit.verify(office.place.log.path)[0] == 4


def test_an_open_state_folder_is_refused(office: Office, tmp_path: Path) -> None:
    from brp_signals.base.errors import UsageProblem

    office.nights.state.chmod(0o755)
    with pytest.raises(UsageProblem):
        office.reopen()
