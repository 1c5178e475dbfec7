"""Every row check points at exactly the rows that offend, and at none that nearly do."""

from datetime import date, timedelta

import pytest

from brp_signals import pipeline
from brp_signals.base.warehouse import resource
from brp_signals.steps import validate
from tests.intake.staged import LEFT, TODAY
from tests.reference.rows import address, departure, enrolment, person, pseudonym, trace
from tests.reference.shapes import Row, Settings, Source
from tests.support.deliveries import write_delivery
from tests.support.engine import configuration

BORN, SINCE, DAY = date(2014, 5, 1), date(2020, 1, 1), timedelta(days=1)
CHECKS = [check for check in validate.load_checks(resource("expectations")) if not check.is_register_check]


def child(name: str, born: date | str = BORN, **changes: str) -> Row:
    return person(name, born, **{"suspension_reason": "E", **changes})


def left(name: str, day: date | str = LEFT, recorded: date | str = "", **changes: str) -> list[Row]:
    return [departure(name, 0, day, recorded, **changes), address(name, 1, SINCE)]


PERSONS = [
    child("usual"),
    child("unknown birth", "00000000"),
    child("born after leaving"),
    child("born in the year of leaving", "20140000"),
    *(child(name) for name in ("leaves later", "leaves some day", "leaves in a year", "leaves in a month")),
    *(child(name) for name in ("recorded early", "recorded in time", "recorded later")),
    *(child(name) for name in ("from nowhere", "from the RNI", "from Weesp")),
    child("suspended only", suspension_date="20260302"),
    child("left only", suspension_reason=""),
    child("came back", suspension_reason=""),
    *(child(name) for name in ("all wrong", "wrong once")),
    *(child(name, suspension_reason="") for name in ("long inquiry", "short inquiry", "inquiry closed")),
    child("twin"),
    child("twin"),
]
RESIDENCES = [
    *left("usual"),
    *left("unknown birth"),
    *left("born after leaving"),
    departure("born after leaving", 2, "20140430"),
    address("born after leaving", 3, "20100101"),
    *left("born in the year of leaving"),
    departure("born in the year of leaving", 2, "20140430"),
    address("born in the year of leaving", 3, "20100101"),
    *left("leaves later", TODAY + DAY, TODAY - 3 * DAY),
    *left("leaves some day", "00000000"),
    *left("leaves in a year", "20240000"),
    *left("leaves in a month", "20260300"),
    *left("recorded early", LEFT, LEFT - 6 * DAY),
    *left("recorded in time", LEFT, LEFT - 5 * DAY),
    *left("recorded later", LEFT, TODAY + DAY),
    departure("from nowhere", 0, LEFT),
    departure("from the RNI", 0, LEFT),
    address("from the RNI", 1, SINCE, municipality_code="1999"),
    departure("from Weesp", 0, LEFT),
    address("from Weesp", 1, SINCE, municipality_code="0457"),
    address("suspended only", 0, SINCE),
    *left("left only"),
    address("came back", 0, LEFT + 60 * DAY),
    departure("came back", 1, LEFT),
    address("came back", 2, SINCE),
    *left("all wrong", is_incorrect="1"),
    departure("wrong once", 0, LEFT),
    departure("wrong once", 1, LEFT, is_incorrect="1"),
    address("wrong once", 2, SINCE),
    *(
        row
        for name, since, flag in (
            ("long inquiry", TODAY - 183 * DAY, "1"),
            ("short inquiry", TODAY - 182 * DAY, "1"),
            ("inquiry closed", TODAY - 183 * DAY, "0"),
        )
        for row in (
            address(name, 0, LEFT + DAY, is_under_inquiry=flag, inquiry_from=since.strftime("%Y%m%d")),
            departure(name, 1, LEFT),
            address(name, 2, SINCE),
        )
    ),
    *left("twin"),
]
FRESH = TODAY - 20 * DAY
ENROLMENTS = [
    enrolment("usual", SINCE, FRESH),
    enrolment("usual", SINCE, FRESH, SINCE - DAY, school_id="01BA00"),
    enrolment("usual", SINCE, TODAY + DAY, school_id="02BA00"),
    enrolment("usual", date(2017, 4, 30), FRESH, school_id="03BA00"),
    enrolment("usual", date(2017, 5, 1), FRESH, school_id="04GO00"),
    enrolment("usual", SINCE, FRESH, school_id="05BA00", education_type="MBO"),
    enrolment("unknown birth", SINCE, FRESH, school_id="06GO00", education_type="MBO"),
]
TRACES = [
    trace("usual", "absence_report", day, "absence")
    for day in (TODAY + DAY, TODAY, date(2024, 6, 15), date(2024, 6, 14))
]
#: Per check, who offends: the person, or the school or date that tells the row.
OFFENDERS = {
    "k_01_unknown_birth": {"unknown birth", "born after leaving"},
    "k_02_vague_departure": {"leaves later", "leaves some day", "leaves in a year"},
    "k_03_recorded_before_departure": {"recorded early", "recorded later"},
    "k_04_impossible_enrolment": {"01BA00", "02BA00", "03BA00", "05BA00"},
    "k_05_repeated_person": {"twin"},
    "k_06_municipality_unknown": {"from nowhere", "from the RNI"},
    "k_07_suspension_without_departure": {"suspended only", "left only"},
    "k_08_only_incorrect_rows": {"all wrong"},
    "k_09_sign_out_of_reach": {"2026-06-16", "2024-06-14"},
    "k_11_long_inquiry": {"long inquiry"},
}
TABLES = {"persons": PERSONS, "residences": RESIDENCES, "enrolments": ENROLMENTS, "traces": TRACES}
NAMES = {pseudonym(name): name for rows in OFFENDERS.values() for name in rows}


def called(file: str, line: int) -> str:
    """How OFFENDERS calls the row on this line."""
    row = TABLES[file.removesuffix(".csv")][line - 2]
    told_by = {"enrolments.csv": "school_id", "traces.csv": "event_on"}.get(file)
    return row[told_by] if told_by else NAMES.get(row["person_id"], f"line {line} of {file}")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    work = tmp_path_factory.mktemp("rows")
    write_delivery(work / "delivery", TABLES, TODAY)
    settings = Settings(sources=(Source("absence", "absence_report", 3660),))
    (work / "c.toml").write_text(configuration(settings), encoding="utf-8")
    with pipeline.open_night(
        work / "delivery", state=work / "state", output=work / "output", config=work / "c.toml"
    ) as night:
        for step in ("delivery", "recall", "stage"):
            night.run_step(step)
        offenders = {
            check.check: night.night.warehouse.fetch(check.kwargs["unexpected_rows_query"], **night.night.parameters)
            for check in CHECKS
        }
    return {check: {called(row["file"], row["line"]) for row in rows} for check, rows in offenders.items()}


@pytest.mark.parametrize("check", [check.check for check in CHECKS])
def test_it_points_at_the_rows_that_offend(check: str, found: dict[str, set[str]]) -> None:
    wanted = (
        f"give {check} rows that offend and rows that nearly do in the tables above, and name those that offend "
        "in OFFENDERS"
    )
    assert check in OFFENDERS, wanted
    assert found[check] == OFFENDERS[check]
