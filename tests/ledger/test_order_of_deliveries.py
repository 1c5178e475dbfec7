"""What may follow what: reruns, corrected deliveries, dates, keys, and deliveries that shrink."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from brp_signals.base.errors import DeliveryRefused
from tests.ledger.nights import AfterOneNight, Nights, child
from tests.support.deliveries import write_manifest

TODAY = date(2026, 6, 15)
TOMORROW = date(2026, 6, 16)


@pytest.fixture
def nights(after_one_night: AfterOneNight, tmp_path: Path) -> Nights:
    """A first night with one case."""
    return after_one_night(tmp_path, TODAY, [child()])


def test_the_same_delivery_again_gives_the_same_bytes_and_the_same_ledger(nights: Nights) -> None:
    lists, states, dump = nights.lists(), nights.states(), logical_dump(nights)
    nights.run()
    assert nights.lists() == lists
    assert nights.states() == states
    assert logical_dump(nights) == dump


def test_a_rerun_of_the_second_night_leaves_the_first(nights: Nights) -> None:
    nights.deliver(TOMORROW, [child(trace="tmv_report 2026-05-04")])
    nights.run()
    lists, dump = nights.lists(), logical_dump(nights)
    nights.run()
    assert nights.lists() == lists
    assert logical_dump(nights) == dump


def test_a_rerun_after_a_decision_keeps_the_decision(nights: Nights) -> None:
    (case_id,) = nights.states()
    nights.decide(case_id, "X-VERTREK-OK 2026-06-15")
    nights.run()
    assert nights.states() == {case_id: ("closed", ["X-VERTREK-OK"])}


def test_another_content_under_the_same_id_is_refused(nights: Nights) -> None:
    nights.deliver(TODAY, [child(trace="tmv_report 2026-05-04")])
    with pytest.raises(DeliveryRefused, match="accepted before with another content"):
        nights.run()


def test_an_older_date_is_refused_and_says_how_to_look_back(nights: Nights) -> None:
    with pytest.raises(DeliveryRefused, match="--state"):
        nights.run(reference_date=date(2026, 6, 14))
    assert nights.run(reference_date=TOMORROW)["cases"]["ongoing"] == 1


def test_another_key_is_refused(nights: Nights) -> None:
    nights.deliver(TOMORROW, [child()])
    entries = json.loads((nights.delivery / "manifest.json").read_text())["tables"]
    write_manifest(nights.delivery, entries, TOMORROW, delivery_id="other-key", pseudonym_key_id="2027a")
    with pytest.raises(DeliveryRefused, match="pseudonym_key_id"):
        nights.run()


def test_a_refused_delivery_leaves_ledger_and_lists_alone(nights: Nights) -> None:
    lists, dump = nights.lists(), logical_dump(nights)
    nights.deliver(TODAY, [])
    with pytest.raises(DeliveryRefused):
        nights.run()
    assert nights.lists() == lists
    assert logical_dump(nights) == dump


def test_half_the_rows_are_blocked_until_a_person_says_why(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.deliver(TODAY, [child() for _ in range(24)])
    nights.run()
    nights.deliver(TOMORROW, [child() for _ in range(12)])
    with pytest.raises(DeliveryRefused, match="--accept-drift"):
        nights.run(is_judged=True)
    account = nights.run(is_judged=True, accept_drift="Twee wijken gingen over naar een andere gemeente.")
    assert account["accepted_drift"]["checks"] == [
        "persons_shrunk_share",
        "residences_shrunk_share",
        "residences_departures_lost",
    ]
    report = (nights.output / "latest/report.html").read_text(encoding="utf-8")
    assert "Twee wijken gingen over" in report
    assert "−50,0 %" in report or "-50,0 %" in report
    nights.deliver(date(2026, 6, 17), [child() for _ in range(12)])
    assert "accepted_drift" not in nights.run(is_judged=True)


def test_a_smaller_scope_is_not_a_smaller_delivery(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.deliver(TODAY, [child() for _ in range(24)], scope=("0363", "0518"))
    nights.run()
    nights.deliver(TOMORROW, [child() for _ in range(6)], scope=("0363",))
    nights.run(is_judged=True)


def test_the_first_sheet_counts_what_changed_and_names_who_left(nights: Nights) -> None:
    nights.deliver(TOMORROW, [child(returned="2026-06-01"), child()])
    nights.run()
    page = nights.lists()[f"0363/signalen-0363-{TOMORROW}.html"].decode()
    left = next(case_id for case_id, (status, _) in nights.states().items() if status == "resolved")
    assert "(15-06-2026): 1 nieuw, 0 gewijzigd, 1 niet meer op deze lijst." in page
    assert f"{left}: niet meer op deze lijst." in page


def test_a_changed_case_says_what_changed(nights: Nights) -> None:
    nights.deliver(TOMORROW, [child(trace="exemption 2026-04-01"), child(left="–", trace="absence_report 2026-05-04")])
    nights.run()
    page = nights.lists()[f"0363/signalen-0363-{TOMORROW}.html"].decode()
    assert "teken vervallen: verzuimmelding na vertrek (16-03-2026)" in page
    assert "niveau was A, is B" in page


def test_a_rule_that_changed_is_named_as_the_reason(nights: Nights) -> None:
    rule = "rules/l_03_absence_report.sql"
    text = (Path("sql") / rule).read_text(encoding="utf-8")
    changed = text.replace("signs.event_on >= signs.counts_from", "signs.event_on >= signs.counts_from + 9999")
    assert changed != text
    nights.run(sql_overrides={rule: changed})
    assert list(nights.states().values()) == [("resolved", ["sign_gone", "rule_changed"])]


def test_a_rule_that_was_switched_off_is_named_as_the_reason(nights: Nights) -> None:
    text = nights.config.read_text(encoding="utf-8")
    nights.config.write_text(text.replace("disabled_rules = [", 'disabled_rules = ["L-03", '), encoding="utf-8")
    nights.run()
    assert list(nights.states().values()) == [("resolved", ["sign_gone", "rule_changed"])]


def test_a_departure_of_an_unknown_municipality_is_out_of_view(nights: Nights) -> None:
    nights.deliver(TOMORROW, [child(municipality="1999")])
    nights.run()
    assert list(nights.states().values()) == [("resolved", ["out_of_view"])]


def test_a_child_that_comes_under_secrecy_moves_to_the_sealed_list(nights: Nights) -> None:
    nights.deliver(TOMORROW, [child(confidential="yes")])
    account = nights.run()
    assert account["cases"]["flow"]["listed_before"] == 0
    lists = nights.lists()
    assert lists["signals.csv"].count(b"\n") == 1
    assert lists["sealed/signals.csv"].count(b"\n") == 2


def logical_dump(nights: Nights) -> list[str]:
    """Everything in the ledger but the random part of a run's id, as a person would compare it."""
    import sqlite3

    copy = nights.folder / "copy.sqlite3"
    shutil.copy(nights.state / "ledger.sqlite3", copy)
    with sqlite3.connect(copy) as connection:
        run_ids = [row[0] for row in connection.execute("SELECT run_id FROM runs")]
        lines = [line for line in connection.iterdump() if not line.startswith('INSERT INTO "run_durations"')]
    copy.unlink()
    for run_id in run_ids:
        lines = [line.replace(run_id, "RUN") for line in lines]
    return sorted(lines)
