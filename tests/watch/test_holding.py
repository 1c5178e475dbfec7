"""What the watch holds changes no case, the list says why, and it counts again once a person or the numbers say so."""

from datetime import timedelta

import pytest

from brp_signals.base.dates import dutch
from tests.watch.conftest import ORDINARY
from tests.watch.town import FIRST, N_PUPILS, ON_THE_LIST, REPORTED, SCHOOL, Town

pytestmark = pytest.mark.long

CHANGED = FIRST + timedelta(ORDINARY)
OF_THE_SCHOOL = (
    f"De lijst van school {SCHOOL} is sinds {dutch(CHANGED)} opvallend anders dan gewoonlijk en wordt niet gebruikt; "
    "dit signaal blijft zoals het was."
)
OF_THE_SOURCE = (
    f"De bron verzuim is sinds {dutch(CHANGED)} opvallend anders dan gewoonlijk en wordt niet gebruikt; dit signaal "
    "blijft zoals het was."
)


def told(town: Town, sentence: str) -> list[str]:
    """The published files in which a sentence stands, without those that are packed."""
    return [name for name, content in town.nights.lists().items() if sentence.encode() in content]


def test_an_ordinary_night_holds_nothing(town: Town) -> None:
    assert town.statuses() == {ON_THE_LIST: "ongoing", REPORTED: "ongoing"}
    assert town.alarms() == []
    assert told(town, "opvallend anders") == []


def test_half_a_list_leaves_its_cases_until_a_person_says_that_it_is_right(town: Town) -> None:
    before = town.evidence()
    account = town.night(ORDINARY, n_pupils=N_PUPILS // 2 + 2)
    assert (town.statuses(), town.evidence()) == ({ON_THE_LIST: "ongoing", REPORTED: "ongoing"}, before)
    assert account["cases"]["flow"]["after"]["resolved"] == 0
    (alarm,) = town.alarms()
    assert (alarm["subject"], alarm["consequence"], alarm["is_new"]) == (SCHOOL, "hold", True)
    assert alarm["n_cases"] == 1
    day = CHANGED.isoformat()
    assert told(town, OF_THE_SCHOOL) == [f"0363/signalen-0363-{day}.html", "0363/signals.csv", "signals.csv"]

    town.night(ORDINARY + 1, n_pupils=N_PUPILS // 2 + 2)
    (standing,) = town.alarms()
    assert (standing["id"], standing["is_new"], town.evidence()) == (alarm["id"], False, before)
    assert told(town, OF_THE_SCHOOL)

    town.acknowledge(alarm["id"])
    assert town.alarms() == []
    town.night(ORDINARY + 2, n_pupils=N_PUPILS // 2 + 2)
    assert town.statuses() == {ON_THE_LIST: "resolved", REPORTED: "ongoing"}
    assert town.alarms(everything=True) == []
    town.night(ORDINARY + 3, n_pupils=N_PUPILS // 2 + 2)
    assert town.alarms(everything=True) == []


def test_a_list_that_is_whole_again_ends_the_alarm(town: Town) -> None:
    before = town.statuses()
    town.night(ORDINARY, n_pupils=N_PUPILS // 2 + 2)
    (alarm,) = town.alarms()
    town.night(ORDINARY + 1)
    assert town.alarms() == []
    assert town.statuses() == before
    assert told(town, "opvallend anders") == []
    town.night(ORDINARY + 2)
    assert town.statuses() == before
    with pytest.raises(Exception, match=f"Alarm {alarm['id']} is over"):
        town.acknowledge(alarm["id"])


def test_a_source_with_other_dates_is_as_if_it_were_silent(town: Town) -> None:
    before = town.evidence()
    account = town.night(ORDINARY, shift=62)
    assert town.evidence() == before
    assert account["silent_sources"] == []
    (alarm,) = town.alarms()
    assert (alarm["subject"], alarm["consequence"]) == ("verzuim", "hold")
    assert told(town, OF_THE_SOURCE)
    assert told(town, "levert sinds") == []
    town.acknowledge(alarm["id"])
    town.night(ORDINARY + 1, shift=62)
    assert town.statuses() == {ON_THE_LIST: "ongoing", REPORTED: "resolved"}


def test_a_source_with_its_own_dates_again_speaks_again(town: Town) -> None:
    before = town.evidence()
    town.night(ORDINARY, shift=62)
    town.night(ORDINARY + 1)
    assert town.alarms() == []
    assert (town.statuses(), town.evidence()) == ({ON_THE_LIST: "ongoing", REPORTED: "ongoing"}, before)
    assert told(town, "dit signaal blijft") == []


def test_what_is_warned_of_only_is_used(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from brp_signals.steps import watch

    checks = watch.load_checks()
    for check in checks.values():
        check["meta"]["severity"] = "warn"
    monkeypatch.setattr(watch, "load_checks", lambda: checks)
    town.night(ORDINARY, n_pupils=N_PUPILS // 2 + 2)
    assert [alarm["consequence"] for alarm in town.alarms()] == ["warn"]
    assert town.statuses()[ON_THE_LIST] == "resolved"
