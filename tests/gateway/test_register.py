"""The rubric CSV of the register with every trap that the real one has. Purely synthetic persons."""

from collections.abc import Callable

import pytest

from brp_signals.base.errors import DeliveryRefused
from brp_signals.gateway.formats.gbav import TAKEN_ELEMENTS
from tests.gateway.rubric import (
    HEADER,
    Workshop,
    a_number,
    bsn,
    cells,
    departed,
    residence,
    rubric,
    who,
)


def test_a_person_and_its_residences_in_the_order_delivered(workshop: Workshop) -> None:
    made = workshop.deliver(
        workshop.register(
            [
                who(1, c07_67_10="20260302", c07_67_20="E") | departed("20260302", c08_72_10="G", c08_86_10="20260304"),
                residence(c08_85_10="20200101", c08_86_10="20200105", c08_72_10="T"),
                # recorded later than the newer block: position is what counts, never a sort
                residence(c08_09_10="0518", c08_85_10="20210101", c08_86_10="20210105", c08_10_10="B"),
            ]
        )
    )
    person = made.person(made.bsn_id(1))
    assert person["birth_date"] == "20120505"
    assert (person["suspension_reason"], person["suspension_date"]) == ("E", "20260302")
    assert (person["municipality_code"], person["is_confidential"]) == ("1999", "0")
    assert (person["parent1_id"], person["parent2_id"]) == ("", "")
    rows = made.residences(made.bsn_id(1))
    assert [row["seq"] for row in rows] == ["0", "1", "2"]
    assert [row["municipality_code"] for row in rows] == ["1999", "0363", "0518"]
    assert [row["address_function"] for row in rows] == ["", "W", "B"]
    assert [row["valid_from"] for row in rows] == ["20260302", "20200101", "20210101"]
    assert [row["recorded_on"] for row in rows] == ["20260304", "20200105", "20210105"]
    assert [row["declared_by"] for row in rows] == ["G", "T", "A"]
    assert [row["departure_date"] for row in rows] == ["20260302", "", ""]
    assert [row["is_destination_unknown"] for row in rows] == ["1", "", ""]
    assert [row["address_from"] for row in rows] == ["", "20120505", "20120505"]


@pytest.mark.parametrize(
    ("block", "departure_date", "is_destination_unknown"),
    [
        ({}, "", ""),
        ({"c08_13_10": "0000", "c08_13_20": "20260302"}, "20260302", "1"),
        ({"c08_13_10": " 0000 ", "c08_13_20": "20260302"}, "20260302", "1"),
        ({"c08_13_10": "5010", "c08_13_20": "20260302"}, "20260302", "0"),
        ({"c08_13_10": "0000", "c08_13_20": "20260302", "c08_13_40": "Somestreet 1"}, "20260302", "0"),
        ({"c08_13_20": "20260302"}, "20260302", ""),
        ({"c08_13_10": "5010"}, "20260101", "0"),
        ({"c08_13_10": "0000"}, "20260101", "1"),
        ({"c08_13_30": "Somewhere"}, "20260101", "0"),
        ({"c08_13_10": "0000", "c08_13_20": "00000000"}, "00000000", "1"),
        ({"c08_13_10": "0000", "c08_13_20": "20260300"}, "20260300", "1"),
    ],
)
def test_a_departure_keeps_its_date_and_whether_the_destination_is_unknown(
    workshop: Workshop, block: dict[str, str], departure_date: str, is_destination_unknown: str
) -> None:
    made = workshop.deliver(workshop.register([who(1) | residence(c08_85_10="20260101", **block)]))
    (row,) = made.residences(made.bsn_id(1))
    assert (row["departure_date"], row["is_destination_unknown"]) == (departure_date, is_destination_unknown)


def test_cells_next_to_each_other_have_nothing_to_do_with_each_other(workshop: Workshop) -> None:
    """A history block of the numbers beside a history block of the residence: two stacks, one person."""
    made = workshop.deliver(
        workshop.register([who(1), {**residence(c08_09_10="0518"), "01.01.10": a_number(50)}, residence()], [who(2)])
    )
    assert len(made.rows("persons")) == 2
    assert len(made.residences(made.bsn_id(1))) == 3


def test_markers_of_the_residence_stack_are_not_trusted(workshop: Workshop) -> None:
    made = workshop.deliver(
        workshop.register(
            [who(1, c08_H="58") | {"07.H": "64", "01.H": "o"}, residence(c08_H="")],
            [who(2, c08_H="58")],
            [who(3, c08_H=""), residence(), residence()],
        )
    )
    assert [len(made.residences(made.bsn_id(serial))) for serial in (1, 2, 3)] == [2, 1, 3]


def test_an_incorrect_block_is_delivered_as_such(workshop: Workshop) -> None:
    made = workshop.deliver(workshop.register([who(1), residence(c08_84_10="O")]))
    assert [row["is_incorrect"] for row in made.residences(made.bsn_id(1))] == ["0", "1"]


def test_stray_cells_are_no_residence(workshop: Workshop) -> None:
    made = workshop.deliver(workshop.register([who(1), residence(), cells(c08_72_10="I")], [who(2)]))
    assert [row["seq"] for row in made.residences(made.bsn_id(1))] == ["0", "1"]
    assert made.result.findings.lines("block_without_valid_from") == [4]


def test_without_a_current_block_history_stays_history(workshop: Workshop) -> None:
    first = {name: value for name, value in who(1).items() if not name.startswith("08.")}
    made = workshop.deliver(workshop.register([first, residence()]))
    assert [row["seq"] for row in made.residences(made.bsn_id(1))] == ["1"]
    assert made.person(made.bsn_id(1))["municipality_code"] == "0000"


@pytest.mark.parametrize(
    ("block", "is_under_inquiry", "inquiry_from"),
    [
        ({}, "0", ""),
        ({"c08_83_10": "089999", "c08_83_20": "20260501"}, "1", "20260501"),
        ({"c08_83_10": "080000"}, "1", ""),
        ({"c08_83_10": "080000", "c08_83_20": "20260501", "c08_83_30": "20260601"}, "0", ""),
        ({"c08_83_10": "PK"}, "0", ""),
    ],
)
def test_an_open_inquiry(workshop: Workshop, block: dict[str, str], is_under_inquiry: str, inquiry_from: str) -> None:
    made = workshop.deliver(workshop.register([who(1) | cells(**block)]))
    (row,) = made.residences(made.bsn_id(1))
    assert (row["is_under_inquiry"], row["inquiry_from"]) == (is_under_inquiry, inquiry_from)


@pytest.mark.parametrize(
    ("given", "written", "finding"),
    [
        ("20120505", "20120505", ""),
        ("20120500", "20120500", ""),
        ("20120000", "20120000", ""),
        ("00000000", "00000000", ""),
        (" 20120505", "20120505", ""),
        ("19660013", "19660000", "date_impossible"),
        ("00002014", "00000000", "date_impossible"),
        ("20121305", "20120000", "date_impossible"),
        ("99991231", "00000000", "date_impossible"),
        ("20120001", "20120000", "date_impossible"),
        ("20120230", "20120200", "date_impossible"),
        ("2012", "00000000", "date_malformed"),
        ("2020228", "00000000", "date_malformed"),
        ("000000000", "00000000", "date_malformed"),
        ("05.05.2012", "00000000", "date_malformed"),
        ("", "00000000", "birth_date_absent"),
    ],
)
def test_a_date_that_a_run_can_read_passes_on_and_anything_else_is_unknown(
    workshop: Workshop, given: str, written: str, finding: str
) -> None:
    made = workshop.deliver(workshop.register([who(1, c01_03_10=given)]))
    assert made.person(made.bsn_id(1))["birth_date"] == written
    kinds = {"birth_date_absent", "date_impossible", "date_malformed"} & set(made.result.findings.counts())
    assert kinds == ({finding} if finding else set())


@pytest.mark.parametrize(("secrecy", "flag"), [("0", "0"), ("", "1"), ("1", "1"), ("7", "1"), ("?", "1")])
def test_secrecy_in_doubt_protects(workshop: Workshop, secrecy: str, flag: str) -> None:
    made = workshop.deliver(workshop.register([who(1, c07_70_10=secrecy)]))
    assert made.person(made.bsn_id(1))["is_confidential"] == flag


@pytest.mark.parametrize("reason", ["O", "E", "M", "R", "F", "W"])
def test_every_kind_of_suspension_is_kept(workshop: Workshop, reason: str) -> None:
    made = workshop.deliver(workshop.register([who(1, c07_67_20=reason)]))
    assert made.person(made.bsn_id(1))["suspension_reason"] == reason


@pytest.mark.parametrize(
    ("element", "column"),
    [
        ("08.09.10", "municipality_code"),
        ("08.10.10", "address_function"),
        ("08.72.10", "declared_by"),
        ("08.11.80", "address_id"),
        ("08.84.10", "is_incorrect"),
    ],
)
def test_a_shifted_cell_goes_no_further(workshop: Workshop, element: str, column: str) -> None:
    made = workshop.deliver(workshop.register([who(1) | {element: "Zwaluwstaart"}]))
    (row,) = made.residences(made.bsn_id(1))
    assert row[column] in ("", "0", "0000")
    assert not any(b"Zwaluwstaart" in content for content in made.bytes().values())
    assert (
        made.result.findings.count("code_outside_domain") + made.result.findings.count("address_number_malformed") == 1
    )


def test_addresses_are_opaque_and_never_repaired(workshop: Workshop) -> None:
    made = workshop.deliver(
        workshop.register(
            [who(1, c08_11_80="0363010000000001")],
            [who(2, c08_11_80=" 0363010000000001 ")],
            [who(3, c08_11_80="363010000000001")],
            [who(4, c08_11_80="0000000000000000")],
            [who(5)],
        )
    )
    one, two, three, four, five = (made.residences(made.bsn_id(s))[0]["address_id"] for s in range(1, 6))
    assert one == two != ""
    assert (three, four, five) == ("", "", "")
    assert made.result.findings.lines("address_number_malformed") == [4]


def test_empty_lines_are_skipped_and_counted(workshop: Workshop) -> None:
    content = rubric([[who(1), residence(), {}], [who(2)]])
    made = workshop.deliver(("gbav", workshop.file("r.csv", content)))
    (register, _) = made.result.sources
    assert (register.lines, register.empty, register.kept) == (4, 1, 2)


def test_the_id_may_stand_on_every_line_of_a_person(workshop: Workshop) -> None:
    lines = rubric([[who(1), residence()], [who(2)]]).decode("utf-8-sig").splitlines()
    lines[2] = "Lg01_001" + lines[2]
    made = workshop.deliver(("gbav", workshop.file("r.csv", "\n".join(lines).encode())))
    assert len(made.rows("persons")) == 2
    assert len(made.residences(made.bsn_id(1))) == 2


def test_several_extracts_make_one_delivery(workshop: Workshop) -> None:
    first = workshop.file("one.csv", rubric([[who(1)]]))
    second = workshop.file("two.csv", rubric([[who(2, c02_01_10=a_number(1))]]))
    made = workshop.deliver(("gbav", second), ("gbav", first))
    assert made.person(made.bsn_id(2))["parent1_id"] == made.bsn_id(1)
    assert {row["person_id"] for row in made.rows("persons")} == {made.bsn_id(1), made.bsn_id(2)}


def test_a_person_with_a_broken_line_is_set_aside_whole_and_alone(workshop: Workshop) -> None:
    lines = rubric([[who(1), residence()], [who(2)]]).decode("utf-8-sig").splitlines()
    lines[2] += ";one cell more"
    made = workshop.deliver(("gbav", workshop.file("r.csv", "\n".join(lines).encode())))
    assert [row["person_id"] for row in made.rows("persons")] == [made.bsn_id(2)]
    assert made.result.set_aside == {"person_with_broken_line": 1}


def test_a_line_before_the_first_person_is_set_aside(workshop: Workshop) -> None:
    lines = rubric([[who(1)]]).decode("utf-8-sig").splitlines()
    lines.insert(1, lines[1].removeprefix("Lg01_001"))
    made = workshop.deliver(("gbav", workshop.file("r.csv", "\n".join(lines).encode())))
    assert made.result.findings.lines("line_without_person") == [2]
    assert len(made.rows("persons")) == 1


@pytest.mark.parametrize(
    ("header", "place"),
    [
        ((*HEADER[:-1], "08.09.10", ""), "column"),
        (tuple("08.85.11" if name == "08.85.10" else name for name in HEADER), "08.85.10 is missing"),
        (tuple("" if name == "01.02.10" else name for name in HEADER), "no name"),
        (HEADER[1:], "first column"),
    ],
)
def test_a_header_that_cannot_be_trusted_is_refused(workshop: Workshop, header: tuple[str, ...], place: str) -> None:
    content = b"\xef\xbb\xbf" + (";".join(header) + "\n" + ";" * (len(header) - 1) + "\n").encode()
    with pytest.raises(DeliveryRefused, match=place):
        workshop.deliver(("gbav", workshop.file("r.csv", content)))


def test_columns_are_found_by_name_wherever_they_stand(workshop: Workshop) -> None:
    persons = [[who(1, c07_67_20="E"), residence(c08_09_10="0518")]]
    turned = ("", *reversed(HEADER[1:-1]), "")
    straight = workshop.deliver(("gbav", workshop.file("a.csv", rubric(persons))))
    reverse = workshop.deliver(("gbav", workshop.file("b.csv", rubric(persons, turned))))
    assert straight.bytes() == reverse.bytes()


def test_bsn_and_a_number_that_are_none_are_not_used(workshop: Workshop) -> None:
    wrong = str(int(bsn(1)) + 1)
    made = workshop.deliver(
        workshop.register([who(1, c01_01_20=wrong)], [who(2, c01_01_10="12345")], [who(3, c01_01_20="000000000")])
    )
    assert {row["person_id"] for row in made.rows("persons")} == {
        made.a_number_id(1),
        made.bsn_id(2),
        made.a_number_id(3),
    }
    assert made.result.findings.lines("bsn_malformed") == [2, 4]
    assert made.result.findings.lines("a_number_malformed") == [3]


def test_columns_that_nobody_asks_for_are_counted_by_what_they_are(workshop: Workshop) -> None:
    """Refused elements, unknown rubrics and columns of the exporting system's own."""
    taken = [name for name in HEADER[1:-1] if name in TAKEN_ELEMENTS]
    header = ["", *taken, "08.75.10", "01.02.40", "etniciteit", "Afdeling", "99.99.99", ""]
    source = ("gbav", workshop.file("r.csv", rubric([[who(1)]], header)))
    made = workshop.deliver(source)
    assert made.result.findings.count("forbidden_column_not_read") == 2  # 01.02.40, etniciteit
    assert made.result.findings.count("column_not_read") == 3
    assert made.bytes() == workshop.deliver(workshop.register([who(1)])).bytes()


def test_a_selection_may_leave_out_what_only_sharpens(workshop: Workshop) -> None:
    absent = ("01.20.10", "01.84.10", "08.11.80", "08.83.20", "08.13.30", "08.13.40", "08.13.50")
    left = [name for name in HEADER[1:-1] if name in TAKEN_ELEMENTS and name not in absent and name[:2] != "09"]
    persons = [[who(1) | departed("20260302"), residence()]]
    source = ("gbav", workshop.file("r.csv", rubric(persons, ["", *left, ""])))
    assert workshop.deliver(source).bytes() == workshop.deliver(workshop.register(*persons)).bytes()


@pytest.mark.parametrize("needed", ["01.01.20", "01.03.10", "07.70.10", "08.13.10", "08.84.10", "08.86.10"])
def test_a_selection_without_a_needed_element_is_refused(workshop: Workshop, needed: str) -> None:
    header = [name for name in HEADER if name != needed]
    with pytest.raises(DeliveryRefused, match=rf"^r.csv, line 1: column {needed} is missing"):
        workshop.deliver(("gbav", workshop.file("r.csv", rubric([[{"08.09.10": "0363"}]], header))))


def test_selections_of_different_columns_make_one_delivery(workshop: Workshop) -> None:
    few = ["", *reversed([name for name in HEADER[1:-1] if name in TAKEN_ELEMENTS]), ""]
    first = ("gbav", workshop.file("one.csv", rubric([[who(1), residence(c08_09_10="0518")]], few)))
    second = ("gbav", workshop.file("two.csv", rubric([[who(2, c02_01_10=a_number(1))]])))
    apart = workshop.deliver(first, second)
    together = workshop.deliver(
        workshop.register([who(1), residence(c08_09_10="0518")], [who(2, c02_01_10=a_number(1))])
    )
    assert apart.bytes() == together.bytes()


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.removeprefix(b"\xef\xbb\xbf"),
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: content.replace(b"\n", b"\r\n", 2),
        lambda content: content.removesuffix(b"\n"),
    ],
    ids=["no bom", "crlf", "mixed", "no end"],
)
def test_bom_and_line_ends_make_no_difference(workshop: Workshop, change: Callable[[bytes], bytes]) -> None:
    content = rubric([[who(1), residence()], [who(2)]])
    plain = workshop.deliver(("gbav", workshop.file("a.csv", content)))
    assert workshop.deliver(("gbav", workshop.file("b.csv", change(content)))).bytes() == plain.bytes()
