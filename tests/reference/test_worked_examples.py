"""The reference does what the worked examples of the rules say: each rule's example and counter-example.

The example departure, unless said otherwise: a child born on 1 May 2014 leaves on 2 March 2026, which is
recorded on 4 March; the run is of 15 June 2026.
"""

from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from tests.reference import rows
from tests.reference.dates import UNBOUNDED, Interval, register_date
from tests.reference.model import evaluate
from tests.reference.rules import AGAINST
from tests.reference.shapes import PLAIN, PLAIN_LEVELS, Decision, Delivery, Result, Row, Settings, Source
from tests.reference.window import compulsory_window, leerplicht_until

V = date(2026, 3, 2)
T = date(2026, 6, 15)
CHILD = rows.pseudonym("child")

SETTINGS = Settings(
    sources=(
        Source("verzuim", "absence_report"),
        Source("toets", "school_result"),
        Source("vrijstelling", "exemption"),
        Source("verlof", "leave"),
        Source("tmv", "tmv_report"),
        Source("zwembad", "municipal_provision", dpia_reference="DPIA-2026-014"),
        Source("sportpas", "municipal_provision"),
    ),
    weights=PLAIN,
    levels=PLAIN_LEVELS,
    disabled_rules=frozenset({"L-06", *AGAINST}),
)


def day(text: str) -> date:
    """`2026-03-16`, or `03-16` in the year of the example."""
    return date.fromisoformat(text if len(text) == 10 else f"2026-{text}")


def trace(kind: str, source: str, event: str, name: str = "child") -> Row:
    return rows.trace(name, kind, day(event), source)


def enrolled(start: str, *seen: str, withdrawn: str = "", **changes: str) -> list[Row]:
    """One enrolment as a number of school lists held it."""
    end = day(withdrawn) if withdrawn else None
    return [rows.enrolment("child", day(start), day(on), end, **changes) for on in seen]


@dataclass
class Example:
    """The example departure with the changes that a test makes."""

    unknown: bool = False
    recorded: str = "2026-03-04"
    returned: str = ""
    born: str = "20140501"
    person: dict[str, str] = field(default_factory=dict)
    enrolments: list[Row] = field(default_factory=list)
    traces: list[Row] = field(default_factory=list)
    more: Delivery = field(default_factory=Delivery)
    at: date = T
    settings: Settings = SETTINGS
    decisions: list[Decision] = field(default_factory=list)
    history: list[Row] | None = None

    def run(self) -> Result:
        suspended = {} if self.returned else {"suspension_reason": "E", "suspension_date": "20260302"}
        history = self.history
        if history is None:
            gone = rows.departure(
                "child", 1, V, day(self.recorded), is_destination_unknown="1" if self.unknown else "0"
            )
            history = [gone, rows.address("child", 2, date(2020, 1, 6))]
            if self.returned:
                history.insert(0, rows.address("child", 0, day(self.returned)))
        delivery = Delivery(
            [rows.person("child", self.born, **(suspended | self.person))],
            history,
            list(self.enrolments),
            list(self.traces),
        )
        return evaluate(delivery + self.more, self.at, self.settings, self.decisions)

    def codes(self) -> list[str]:
        """Codes of all evidence, context included."""
        return sorted({key[2] for key in self.run().evidence})

    def level(self) -> str:
        (case,) = self.run().cases
        return str(case["level"])

    def suppressors(self) -> tuple[str, ...]:
        (case,) = self.run().cases
        return tuple(case["suppressor_codes"])


REPORT = [trace("absence_report", "verzuim", "04-20")]


# The compulsory window. ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "duty_from", "leerplicht_ends", "duty_until"),
    [
        ("20100902", "2015-10-10", "2027-07-31", "2028-09-02"),
        ("20140501", "2019-06-10", "2030-07-31", "2032-05-01"),
        ("20140430", "2019-05-14", "2030-07-31", "2032-04-30"),
        ("20120731", "2017-09-08", "2028-07-31", "2030-07-31"),
        ("20120801", "2017-09-10", "2029-07-31", "2030-08-01"),
        ("20100715", "2015-09-08", "2026-07-31", "2028-07-15"),
        ("20100815", "2015-09-10", "2027-07-31", "2028-08-15"),
        ("20091231", "2015-01-14", "2026-07-31", "2027-12-31"),
        ("20100101", "2015-02-10", "2026-07-31", "2028-01-01"),
        ("20200229", "2025-04-10", "2036-07-31", "2038-02-28"),
        ("20081124", "2013-12-10", "2025-07-31", "2026-11-24"),
        ("20101015", "2015-11-10", "2027-07-31", "2028-10-15"),
        ("20150600", "2020-07-10", "2031-07-31", "2033-06-01"),
        ("20150000", "2021-01-14", "2031-07-31", "2033-01-01"),
    ],
)
def test_compulsory_window(born: str, duty_from: str, leerplicht_ends: str, duty_until: str) -> None:
    interval = register_date(born)
    assert interval is not None
    window = compulsory_window(interval, Settings())
    assert window is not None
    assert (window.duty_from, window.duty_until) == (day(duty_from), day(duty_until))
    assert (leerplicht_until(interval.earliest).earliest - day(leerplicht_ends)).days == 1


def test_without_a_birth_date_there_is_no_window() -> None:
    assert compulsory_window(UNBOUNDED, Settings()) is None
    assert Example(born="00000000", traces=REPORT).run().cases == []


def test_leerplicht_of_an_unknown_birthday_ends_a_year_apart() -> None:
    born = register_date("20150000")
    assert born == Interval(date(2015, 1, 1), date(2015, 12, 31))
    assert leerplicht_until(born.earliest).earliest == date(2031, 8, 1)
    assert leerplicht_until(born.latest).latest == date(2032, 8, 1)


def test_a_school_calendar_goes_before_the_latest_possible_day() -> None:
    settings = Settings(first_school_days={"2015-10": date(2015, 10, 1)})
    window = compulsory_window(register_date("20100902"), settings)
    assert window is not None and window.duty_from == date(2015, 10, 1)


def test_born_18_years_before_the_run_is_no_longer_in_the_window() -> None:
    example = Example(born="20081124", at=date(2026, 11, 24), traces=REPORT)
    assert example.suppressors() == ("S-07",)
    assert replace(example, at=date(2026, 11, 23)).suppressors() == ()


# The rules. ---------------------------------------------------------------------------------------------


def test_l01() -> None:
    example = Example(enrolments=enrolled("2024-08-26", "04-08", "05-06"))
    assert (example.codes(), example.level()) == (["L-01"], "B")
    assert Example(enrolments=enrolled("2024-08-26", "03-25", "04-08")).codes() == []


def test_l01_needs_the_row_in_both_lists_and_never_rests_on_the_national_list() -> None:
    other = rows.enrolment("other", date(2024, 8, 26), date(2026, 5, 13))
    seen_before = Example(enrolments=enrolled("2024-08-26", "04-08", "05-06"), more=Delivery(enrolments=[other]))
    assert seen_before.codes() == []
    assert Example(enrolments=enrolled("2024-08-26", "04-08", "05-06", source="duo")).codes() == []


def test_l01_of_a_stale_or_shrunk_list_is_stopped() -> None:
    example = Example(enrolments=enrolled("2024-08-26", "04-08", "05-06"))
    assert replace(example, at=date(2026, 6, 20)).suppressors() == ()
    assert replace(example, at=date(2026, 6, 21)).suppressors() == ("S-08",)
    assert replace(example, at=date(2026, 7, 20)).suppressors() == ()
    assert replace(example, at=date(2026, 7, 21)).suppressors() == ("S-08",)

    def with_others(older: int, newer: int) -> Example:
        others = [
            rows.enrolment(f"other {i}", date(2024, 8, 26), day(on))
            for on, number in (("04-08", older), ("05-06", newer))
            for i in range(number - 1)
        ]
        return replace(example, more=Delivery(enrolments=others))

    assert with_others(25, 20).suppressors() == ()
    assert with_others(26, 20).suppressors() == ("S-08",)
    assert with_others(26, 19).suppressors() == ()


def test_l01_and_l02_meet_at_v_plus_30() -> None:
    assert Example(enrolments=enrolled("03-31", "04-15", "05-06")).codes() == ["L-01"]
    assert Example(enrolments=enrolled("04-01", "04-15", "05-06")).codes() == ["L-02"]


def test_l01_does_not_count_a_pupil_who_may_never_have_come() -> None:
    assert Example(enrolments=enrolled("03-30", "04-01", "04-12")).codes() == []
    assert Example(enrolments=enrolled("03-30", "04-01", "04-13")).codes() == ["L-01"]


def test_l01_of_a_stay_that_some_possible_departure_makes_new_needs_the_window() -> None:
    def left_in_march(born: str) -> Example:
        history = [rows.departure("child", 1, "20260300"), rows.address("child", 2, date(2020, 1, 6))]
        stay = enrolled("04-20", "05-06", "06-03")
        return Example(born=born, history=history, enrolments=stay)

    assert left_in_march("20201201").codes() == ["L-01"]  # window from 14 January
    assert left_in_march("20210402").codes() == []  # window from 14 May, after the start
    assert replace(left_in_march("20210402"), history=None, enrolments=enrolled("03-20", "05-06", "06-03")).codes() == [
        "L-01"
    ]


def test_l02() -> None:
    example = Example(enrolments=enrolled("04-13", "05-06"))
    assert (example.codes(), example.level()) == (["L-02"], "A")
    assert Example(enrolments=enrolled("03-23", "05-06")).codes() == []


def test_l02_no_show() -> None:
    assert Example(enrolments=enrolled("04-13", "04-26")).codes() == []
    assert Example(enrolments=enrolled("04-13", "04-27")).codes() == ["L-02"]
    assert Example(enrolments=enrolled("04-13", "05-06", withdrawn="04-27")).codes() == []
    assert Example(enrolments=enrolled("04-13", "05-06", withdrawn="04-28")).codes() == ["L-02"]


def test_l02_is_no_new_key_of_an_old_enrolment() -> None:
    new = enrolled("05-04", "05-20")
    assert Example(enrolments=[*enrolled("2024-08-26", "02-25", withdrawn="03-03"), *new]).codes() == []
    assert Example(enrolments=[*enrolled("2024-08-26", "02-25", withdrawn="03-02"), *new]).codes() == ["L-02"]
    elsewhere = enrolled("2024-08-26", "02-25", withdrawn="03-03", school_id="12AB01")
    assert Example(enrolments=[*elsewhere, *new]).codes() == ["L-02"]


def test_l03() -> None:
    example = Example(traces=[trace("absence_report", "verzuim", "03-16")])
    assert (example.codes(), example.level()) == (["L-03"], "A")
    assert Example(traces=[trace("absence_report", "verzuim", "03-13")]).codes() == []


def test_l04() -> None:
    example = Example(traces=[trace("school_result", "toets", "04-21")])
    assert (example.codes(), example.level()) == (["L-04"], "A")
    assert Example(traces=[trace("school_result", "toets", "02-24")]).codes() == []


def test_l05() -> None:
    example = Example(traces=[trace("exemption", "vrijstelling", "08-01")], at=date(2026, 9, 1))
    assert (example.codes(), example.level()) == (["L-05"], "B")
    assert Example(traces=[trace("leave", "verlof", "03-09")]).codes() == []
    assert Example(traces=[trace("exemption", "vrijstelling", "03-02")]).codes() == []
    assert Example(traces=[trace("exemption", "vrijstelling", "03-03")]).codes() == ["L-05"]


def household(mother: list[Row], **person: str) -> Delivery:
    row = rows.person("mother", date(1985, 6, 1), **person)
    return Delivery(persons=[row], residences=mother)


WITH_MOTHER = {"parent1_id": rows.pseudonym("mother")}
HERE_SINCE_2015 = rows.address("mother", 0, date(2015, 1, 5))


def test_b01() -> None:
    example = Example(traces=REPORT, person=WITH_MOTHER, more=household([HERE_SINCE_2015]))
    assert example.codes() == ["B-01", "L-03"]
    left = household(
        [rows.departure("mother", 0, date(2026, 3, 20)), rows.address("mother", 1, date(2015, 1, 5))],
        suspension_reason="E",
    )
    assert replace(example, more=left).codes() == ["L-03"]
    assert replace(example, more=household([HERE_SINCE_2015], is_confidential="1")).codes() == ["L-03"]
    assert replace(example, more=Delivery()).codes() == ["L-03"]


def test_b01_never_signals_alone() -> None:
    assert Example(person=WITH_MOTHER, more=household([HERE_SINCE_2015])).run().cases == []


def test_b02() -> None:
    def back(on: date) -> Example:
        history = [
            rows.address("mother", 0, on),
            rows.departure("mother", 1, V),
            rows.address("mother", 2, date(2015, 1, 5)),
        ]
        return Example(traces=REPORT, person=WITH_MOTHER, more=household(history))

    assert back(date(2026, 5, 4)).codes() == ["B-02", "L-03"]
    assert back(date(2026, 5, 16)).codes() == ["B-02", "L-03"]
    assert back(date(2026, 5, 17)).codes() == ["L-03"]
    assert back(date(2026, 6, 1)).codes() == ["L-03"]


BEFORE = enrolled("2024-08-26", "02-25", withdrawn="03-02")


def test_b03() -> None:
    example = Example(returned="05-20", enrolments=BEFORE)
    assert (example.codes(), example.level(), example.suppressors()) == (["B-03"], "", ())
    assert Example(returned="05-20", enrolments=enrolled("2024-08-26", "05-27")).run().cases == []
    late = Example(returned="11-09", enrolments=BEFORE, at=date(2026, 12, 1))
    assert late.codes() == []
    assert replace(late, returned="11-02").codes() == ["B-03"]
    assert Example(returned="05-20").codes() == []


def test_b03_takes_the_summer_out_and_joins_what_is_around_it() -> None:
    def gap(start: str, end: str) -> Example:
        first = enrolled("2024-08-26", "02-25", withdrawn=start)
        return Example(
            returned=end, enrolments=first + enrolled(end, "09-25", school_id="12AB01"), at=date(2026, 10, 1)
        )

    assert gap("06-15", "09-15").codes() == []  # 16 + 14 days
    assert gap("06-15", "09-16").codes() == ["B-03"]  # 16 + 15 days


def test_b04() -> None:
    history = [
        rows.departure("child", 1, V, date(2026, 3, 4)),
        rows.address("child", 2, date(2025, 1, 6)),
        rows.departure("child", 3, date(2024, 9, 2)),
        rows.address("child", 4, date(2020, 1, 6)),
    ]
    example = Example(traces=REPORT, history=history)
    assert example.codes() == ["B-04", "L-03"]
    copies = [
        rows.departure("child", 1, V, date(2026, 3, 9)),
        rows.departure("child", 2, V, date(2026, 3, 4)),
        rows.address("child", 3, date(2020, 1, 6)),
    ]
    result = replace(example, history=copies).run()
    assert [key[2] for key in result.evidence] == ["L-03"]
    assert [case["recorded_on"] for case in result.cases] == [date(2026, 3, 4)]


def test_b05() -> None:
    example = Example(unknown=True, traces=[trace("school_result", "toets", "04-21")])
    assert (example.codes(), example.level()) == (["B-05", "L-04"], "A")
    passive = Example(unknown=True, enrolments=enrolled("2024-08-26", "04-08", "05-06"))
    assert (passive.codes(), passive.level()) == (["L-01"], "B")


def test_b06() -> None:
    example = Example(recorded="05-18", traces=[trace("absence_report", "verzuim", "03-30")])
    assert example.codes() == ["B-06", "L-03"]
    assert replace(example, recorded="05-01").codes() == ["L-03"]
    assert replace(example, recorded="05-02").codes() == ["B-06", "L-03"]
    assert replace(example, traces=[trace("absence_report", "verzuim", "05-19")]).codes() == ["L-03"]


def test_m01() -> None:
    example = Example(traces=[trace("tmv_report", "tmv", "04-10")])
    assert (example.codes(), example.level()) == (["M-01"], "A")
    assert Example(traces=[trace("tmv_report", "tmv", "03-20")]).codes() == []


def test_m02() -> None:
    example = Example(traces=[trace("municipal_provision", "zwembad", "04-15")])
    assert (example.codes(), example.level()) == (["M-02"], "A")
    without_dpia = Example(traces=[trace("municipal_provision", "sportpas", "04-15")]).run()
    assert without_dpia.evidence == set()
    assert without_dpia.quarantine == {("traces", "source_not_declared"): 1}


# Levels and suppressors. --------------------------------------------------------------------------------


def test_two_passive_signs_are_a_only_from_different_sources() -> None:
    school = enrolled("2024-08-26", "04-08", "05-06", source="leerplicht")
    example = Example(enrolments=school, traces=[trace("leave", "verlof", "04-20")])
    assert example.level() == "A"
    file = "leerplicht.csv"
    one_file = Settings(sources=(Source("verlof", "leave", file=file),), enrolment_sources={"leerplicht": file})
    assert replace(example, settings=one_file).level() == "B"


def test_s01_border_pupil_for_one_school_year() -> None:
    decided = Decision(CHILD, V, "X-GRENS", date(2026, 5, 1))
    example = Example(traces=REPORT, decisions=[decided])
    assert example.suppressors() == ("S-01",)
    assert replace(example, at=date(2026, 7, 31)).suppressors() == ("S-01",)
    assert replace(example, at=date(2026, 8, 1)).suppressors() == ()


def test_s02_back_in_the_register() -> None:
    assert Example(returned="05-20", traces=REPORT).suppressors() == ("S-02",)


def test_s03_inquiry_for_half_a_year() -> None:
    def since(text: str) -> Example:
        gone = rows.departure("child", 1, V, is_under_inquiry="1", inquiry_from=text)
        return Example(traces=REPORT, history=[gone, rows.address("child", 2, date(2020, 1, 6))])

    assert since("").suppressors() == ("S-03",)
    assert since("00000000").suppressors() == ("S-03",)
    assert since("20251215").suppressors() == ("S-03",)  # 182 days
    assert since("20251214").suppressors() == ()


def test_s04_explained_until_a_new_sign_or_a_year() -> None:
    def decided(on: str) -> Example:
        return Example(traces=REPORT, decisions=[Decision(CHILD, V, "X-VERKLAARD", day(on))])

    assert decided("04-20").suppressors() == ("S-04",)
    assert decided("04-19").suppressors() == ()
    assert replace(decided("05-01"), at=date(2027, 5, 1), settings=_long_retention()).suppressors() == ("S-04",)
    assert replace(decided("05-01"), at=date(2027, 5, 2), settings=_long_retention()).suppressors() == ()


def _long_retention() -> Settings:
    return Settings(sources=(Source("verzuim", "absence_report", retention_days=1000),))


@pytest.mark.parametrize("reason", ["O", "M", "R", "F", "W"])
def test_s05_out_of_view(reason: str) -> None:
    result = Example(traces=REPORT, person={"suspension_reason": reason}).run()
    assert (result.cases, result.counts["suspended"]) == ([], 1)


def test_s09_too_soon() -> None:
    example = Example(traces=[trace("exemption", "vrijstelling", "03-05")])
    assert replace(example, at=date(2026, 3, 31)).run().cases == []
    assert replace(example, at=date(2026, 4, 1)).codes() == ["L-05"]


def test_incomplete_departure_counts_from_its_last_possible_day() -> None:
    def report(on: str) -> Example:
        gone = rows.departure("child", 1, "20260300")
        history = [gone, rows.address("child", 2, date(2020, 1, 6))]
        return Example(history=history, traces=[trace("absence_report", "verzuim", on)])

    assert report("04-13").codes() == []
    (case,) = report("04-14").run().cases
    assert case["departed_on"] == date(2026, 3, 1)
