"""School lists and traces: bad rows are set aside with line and reason. Purely synthetic rows."""

import pytest

from brp_signals.base.errors import DeliveryRefused
from tests.gateway.rubric import SCHOOL_HEADER, TRACE_HEADER, Workshop, bsn, school_row, table, who

_TRACE = (bsn(1), "absence_report", "verzuim", "2026-05-06", "")


def test_a_school_row_as_the_delivery_wants_it(workshop: Workshop) -> None:
    made = workshop.deliver(
        workshop.register([who(1)]),
        workshop.school(school_row(1, school_id="12ab01", education_type="vo", withdrawn_on="2026-04-01")),
    )
    assert made.rows("enrolments") == [
        {
            "person_id": made.bsn_id(1),
            "school_id": "12AB01",
            "education_type": "VO",
            "enrolled_on": "2018-08-01",
            "withdrawn_on": "2026-04-01",
            "source": "school",
            "seen_on": "2026-05-06",
        }
    ]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"bsn": ""}, "row_without_number"),
        ({"bsn": bsn(1)[1:]}, "row_without_number"),
        ({"bsn": str(int(bsn(1)) + 1)}, "row_without_number"),
        ({"school_id": "12AB"}, "school_id_malformed"),
        ({"school_id": "De Zwaluw"}, "school_id_malformed"),
        ({"education_type": "basisschool"}, "education_type_unknown"),
        ({"education_type": ""}, "education_type_unknown"),
        ({"enrolled_on": ""}, "row_date_malformed"),
        ({"enrolled_on": "2018-00-00"}, "row_date_malformed"),
        ({"enrolled_on": "01-08-2018"}, "row_date_malformed"),
        ({"withdrawn_on": "2018-02-30"}, "row_date_malformed"),
        ({"seen_on": ""}, "row_date_malformed"),
    ],
)
def test_a_bad_school_row_is_set_aside_with_its_line(workshop: Workshop, change: dict[str, str], kind: str) -> None:
    made = workshop.deliver(
        workshop.register([who(1)]), workshop.school(school_row(1), school_row(1, **change), school_row(2))
    )
    assert made.result.set_aside == {kind: 1}
    assert made.result.findings.lines(kind) == [3]
    assert len(made.rows("enrolments")) == 2


@pytest.mark.parametrize(
    ("position", "value", "kind"),
    [
        (0, "123", "row_without_number"),
        (1, "absence", "kind_unknown"),
        (2, "", "source_code_malformed"),
        (2, "de buurman zegt", "source_code_malformed"),
        (2, bsn(1), "source_code_malformed"),
        (3, "", "row_date_malformed"),
        (4, "gisteren", "row_date_malformed"),
    ],
)
def test_a_bad_trace_is_set_aside_with_its_line(workshop: Workshop, position: int, value: str, kind: str) -> None:
    bad = [*_TRACE[:position], value, *_TRACE[position + 1 :]]
    made = workshop.deliver(workshop.register([who(1)]), workshop.traces(bad, _TRACE))
    assert made.result.set_aside == {kind: 1}
    assert made.result.findings.lines(kind) == [2]
    assert made.rows("traces") == [
        {
            "person_id": made.bsn_id(1),
            "kind": "absence_report",
            "source_code": "verzuim",
            "event_on": "2026-05-06",
            "ended_on": "",
        }
    ]


def test_a_delivery_without_a_usable_trace_has_no_table_of_traces(workshop: Workshop) -> None:
    made = workshop.deliver(workshop.register([who(1)]), workshop.traces([*_TRACE[:3], "", ""]))
    assert set(made.bytes()) == {"manifest.json", "persons.csv", "residences.csv", "enrolments.csv"}
    assert "traces" not in made.result.rows


def test_without_a_usable_school_row_there_is_no_delivery(workshop: Workshop) -> None:
    with pytest.raises(DeliveryRefused, match="no usable school row"):
        workshop.deliver(workshop.register([who(1)]), workshop.school(school_row(1, bsn="")))
    assert not (workshop.folder / "delivery-1").exists()


def test_equal_rows_are_written_once_and_the_account_closes(workshop: Workshop) -> None:
    content = table(SCHOOL_HEADER, [school_row(2), school_row(1), school_row(2), school_row(1, bsn="")])
    content += b"\n   ;;;;;\nA;B\n"
    made = workshop.deliver(workshop.register([who(1)]), ("school-csv", workshop.file("s.csv", content)))
    (_, school) = made.result.sources
    assert (school.lines, school.empty, school.kept) == (7, 2, 3)
    assert made.result.findings.count("row_twice") == 1
    assert made.result.set_aside == {"row_without_number": 1, "cells_wrong": 1}
    assert made.result.rows["enrolments"] == school.kept - 1 == 2
    assert school.lines == school.empty + school.kept + sum(made.result.set_aside.values())


def test_columns_stand_in_any_order_and_others_are_not_read(workshop: Workshop) -> None:
    plain = workshop.deliver(workshop.register([who(1)]), workshop.school(school_row(1), school_row(2)))
    header = ("naam", *reversed(SCHOOL_HEADER), "klas")
    rows = [("Jansen", *reversed(school_row(serial)), "4b") for serial in (2, 1)]
    other = workshop.deliver(workshop.register([who(1)]), ("school-csv", workshop.file("o.csv", table(header, rows))))
    assert plain.bytes() == other.bytes()
    assert other.result.findings.count("forbidden_column_not_read") == 1 + plain.result.findings.count(
        "forbidden_column_not_read"
    )


@pytest.mark.parametrize(
    ("profile", "header", "missing"),
    [
        ("school-csv", SCHOOL_HEADER, "seen_on"),
        ("trace-csv", TRACE_HEADER, "kind"),
        ("school-csv", SCHOOL_HEADER, "bsn"),
    ],
)
def test_a_missing_column_is_named(workshop: Workshop, profile: str, header: tuple[str, ...], missing: str) -> None:
    left = [name for name in header if name != missing]
    source = (profile, workshop.file("short.csv", table(left, [["x"] * len(left)])))
    with pytest.raises(DeliveryRefused, match=rf"^short.csv, line 1: column {missing} is missing"):
        workshop.deliver(workshop.register([who(1)]), source)


def test_a_column_that_stands_twice_is_refused(workshop: Workshop) -> None:
    header = (*SCHOOL_HEADER, "klas", "klas")
    source = ("school-csv", workshop.file("s.csv", table(header, [(*school_row(1), "4b", "5a")])))
    with pytest.raises(DeliveryRefused, match=r"^s.csv, line 1: column 8 has the same name"):
        workshop.deliver(workshop.register([who(1)]), source)
