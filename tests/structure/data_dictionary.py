"""Writes docs/data_dictionary.md: every table, column and code of a delivery, every check, and what the watch measures.

`python -m tests.structure.data_dictionary`, which is a part of `make docs`. What a column or measure means stands here;
all else is read from the contract, sql/stage/forms.sql, sql/watch/measures.sql and expectations/.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from brp_signals.base.warehouse import Warehouse, resource
from brp_signals.delivery.contract import OPTIONAL, OPTIONAL_TABLES, REQUIRED
from brp_signals.publish.steward_words import REASON_CODES
from brp_signals.steps import validate, watch
from brp_signals.steps.stage import MACROS
from brp_signals.watch.detectors import DETECTORS

PAGE: Final = Path(__file__).parents[2] / "docs/data_dictionary.md"
#: A row of each table of a delivery.
GRAINS: Final = {
    "persons": "a person in the register",
    "residences": "a residence or departure of a person, newest first by `seq` (category 08 and 58)",
    "enrolments": "a pupil on one school list",
    "traces": "a dated event that a declared source tells of a person",
}
MEANINGS: Final = {
    "persons": {
        "person_id": "pseudonym of the person",
        "birth_date": "birth date (01.03.10)",
        "suspension_reason": "why the list of the person is kept no more (07.67.20)",
        "suspension_date": "since when (07.67.10)",
        "municipality_code": "municipality of registration (08.09.10); 1999 is the register of non-residents",
        "parent1_id": "pseudonym of the first parent",
        "parent2_id": "pseudonym of the second parent",
        "is_confidential": "secrecy indication (07.70.10); anything but 0 protects",
    },
    "residences": {
        "person_id": "pseudonym of the person",
        "seq": "place in the history; 0 is the newest",
        "municipality_code": "municipality (08.09.10); 0000 is unknown",
        "address_function": "function of the address (08.10.10)",
        "address_id": "pseudonym of the address",
        "address_from": "first day at the address (08.10.30)",
        "departure_date": "day of departure from the Netherlands (08.13.20); only in a row of a departure",
        "is_destination_unknown": "1 when the register holds no country of destination",
        "declared_by": "who declared the change (08.72.10)",
        "valid_from": "first day on which the row holds (85.10)",
        "recorded_on": "day on which the municipality recorded it (86.10)",
        "is_under_inquiry": "1 when the address is under inquiry (83.10)",
        "is_incorrect": "1 when the row was marked as incorrect (84.10)",
        "inquiry_from": "first day of the inquiry (83.20)",
    },
    "enrolments": {
        "person_id": "pseudonym of the pupil",
        "school_id": "BRIN and location of the school",
        "education_type": "type of education",
        "enrolled_on": "first day of the enrolment",
        "withdrawn_on": "first day on which it held no more",
        "source": "who delivered the list",
        "seen_on": "day of the list",
    },
    "traces": {
        "person_id": "pseudonym of the person",
        "kind": "kind of event",
        "source_code": "the source, as the configuration declares it",
        "event_on": "day of the event, or its first day",
        "ended_on": "last day, of an event that lasts",
    },
}
CODES: Final = {
    "persons.suspension_reason": {
        "E": "emigration",
        "F": "error",
        "M": "decree of the minister",
        "O": "death",
        "R": "list of the register of non-residents",
        "W": "removed",
    },
    "residences.address_function": {"B": "postal address", "W": "residence"},
    "residences.declared_by": {
        "A": "ex officio",
        "B": "technical change of an address (BAG)",
        "G": "who has custody",
        "H": "head of an institution",
        "I": "the person",
        "K": "adult child who lives with a parent",
        "M": "decree of the minister",
        "O": "parent who lives with an adult child",
        "P": "spouse or partner",
        "T": "technical change",
        "W": "change of the infrastructure",
        ".": "unknown",
    },
    "enrolments.education_type": {
        "PO": "primary",
        "SBO": "special primary",
        "SO": "special",
        "VSO": "special secondary",
        "VO": "secondary",
        "MBO": "vocational",
        "OTHER": "any other",
    },
    "enrolments.source": {
        "duo": "the national register of enrolments (DUO)",
        "school": "a list of the school itself",
        "leerplicht": "the administration of the school attendance officer",
    },
    "traces.kind": {
        "absence_report": "a school reports absence",
        "school_result": "a test or result",
        "exemption": "exemption from the duty to attend school",
        "leave": "leave granted",
        "tmv_report": "a body doubts what the register holds",
        "municipal_provision": "a provision of the municipality",
    },
}
#: What each measure of the watch counts, by the kind of its subject; departures are of a municipality or of a table.
MEASURES: Final = {
    ("school", "pupils"): "pupils on the newest list",
    ("school", "ended"): "of the pupils those who were withdrawn",
    ("school", "newcomers"): "of the pupils those who enrolled in the 30 days before the list",
    ("school", "in_august"): "of the pupils those who enrolled in an August, when school years begin",
    ("school", "type_po"): "of the pupils those in primary education",
    ("school", "type_vo"): "of the pupils those in secondary education",
    ("school", "type_mbo"): "of the pupils those in vocational education",
    ("school", "departed"): "pupils who left the Netherlands according to the register",
    ("school", "sum_of_days"): "sum over the days of enrolment: the same for the same list",
    ("school", "list_day"): "day of the newest list",
    ("school", "silent"): "the school delivered before and has no row now",
    ("school", "overdue"): "the newest list is older than three times the usual time between lists, and a week",
    ("school", "renumbered"): "the school is silent, and a new one has about as many pupils",
    ("source", "rows"): "rows of a source in which something comes in all year",
    ("source", "kept"): "rows of months of two to eight months ago, over those of the same months four weeks before",
    **{
        ("source", f"month_{month:02}"): f"rows of month {month} of the year, when that was two to eight months ago"
        for month in range(1, 13)
    },
    ("source", "uneven_rows"): "rows of another source",
    ("source", "with_end"): "of the rows those with an end",
    ("source", "late_day"): "day up to which 98 % of the rows go",
    ("source", "late_age"): "days from the day up to which 98 % of the rows go to the reference date",
    ("source", "pupils"): "pupils on the newest lists of a source of lists",
    ("source", "ended"): "of those pupils those who were withdrawn",
    ("source", "newcomers"): "of those pupils those who enrolled in the 30 days before the list",
    ("source", "in_august"): "of those pupils those who enrolled in an August",
    ("source", "list_age"): "days from the newest list of a school to the reference date, mean over the schools",
    ("source", "newest_age"): "days from the newest row to the reference date",
    ("source", "mean_age"): "mean of the days from a row to the reference date",
    ("source", "ahead"): "rows dated after the reference date",
    ("source", "recent"): "rows of the last 28 days",
    ("source", "weekend"): "of the rows those on a Saturday or Sunday",
    ("source", "busiest_weekday"): "of the rows those on the day of the week that has most",
    ("source", "first_of_month"): "of the rows those on the 1st of a month",
    ("source", "busiest_day"): "of the rows those on the day that has most",
    ("source", "silent"): "the source delivered before and has no row now",
    ("municipality", "residents"): "persons delivered of the municipality",
    ("municipality", "unknown_births"): "of the persons those without any birth date",
    ("municipality", "incomplete_births"): "of the persons those with a birth date of which a part is unknown",
    ("municipality", "emigrated"): "of the persons those suspended for emigration",
    ("municipality", "suspended_otherwise"): "of the persons those suspended for another reason",
    ("departures", "departures"): "departures within the look-back",
    ("departures", "recent"): "departures recorded in the last 28 days",
    ("departures", "busiest_day"): "departures on the day that has most",
    (
        "departures",
        "stopped",
    ): "no departure was recorded for half as long again as ever within the look-back, and a week",
    ("departures", "recording_lag"): "median of the days from departure to recording",
    ("departures", "same_day"): "of the departures those recorded on the day itself",
    ("departures", "new_late"): "of the declared departures of the last 90 days those recorded after two weeks",
    ("departures", "incomplete"): "of the departures those with a date of which a part is unknown",
    ("departures", "ex_officio"): "of the departures those ex officio",
    ("departures", "unknown_destination"): "of the departures those to an unknown destination",
    ("departures", "new_ex_officio"): "of the departures recorded in the last 90 days those ex officio",
    ("departures", "new_unknown_destination"): "of the departures recorded in the last 90 days those to an unknown "
    "destination",
    ("table", "rows"): "rows of the table",
    ("table", "newest_day"): "newest day of recording",
    ("table", "orphans"): "rows of nobody in persons",
    ("table", "duplicates"): "persons who occur more than once",
    ("table", "newest_age"): "days from the newest recording to the reference date",
    ("table", "under_inquiry"): "of the rows those under inquiry",
    ("table", "incorrect"): "of the rows those marked as incorrect",
    ("table", "parents_known"): "of the children who left those with a known parent",
    ("table", "both_parents"): "of the children who left those with two known parents",
    ("table", "births_by_default"): "of the children who left those whose birth date is the 1st of January",
    ("table", "left_with_parent"): "of the children of whom a parent left too those who left on the same day",
    ("table", "lived_with_parent"): "of the children who left those who had an address that a parent had",
    ("table", "secrecy"): "persons under secrecy",
    ("code", "share"): "of the rows with a value in a column those with this code",
    ("code", "kinds"): "of the pupils on the newest lists of a source those in this kind of education",
    ("code", "rows"): "rows that a check names, or that were set aside for a reason",
}
#: The columns of watch_series.parquet.
SERIES: Final = {
    "subject_kind": "`school`, `source`, `municipality`, `table` or `code`",
    "subject": "code of the subject",
    "source": "source of a school list, kind of a source of traces, table of a check, code of a column, or empty",
    "measure": "what is measured",
    "unit": "unit of the measure",
    "on_day": "day of the school list, or reference date of the night, from which the value holds until the next one",
    "value": "the value; empty where it was not delivered any more, and where it tells of 1 to 4 people",
    "lower": "lower bound of the usual band, of the last night only",
    "upper": "upper bound",
}
_OPENING: Final = """\
<!-- Written by `python -m tests.structure.data_dictionary` from the contract, sql/ and expectations/; change those. -->

# Data dictionary

What a delivery holds, what is demanded of it, and what the watch measures. Words are explained in the
[glossary](glossary.md), how real files become a delivery in [gateway](gateway.md), rules in [rules](rules/README.md).
A column that is not here never passes the reader: it is counted and not read, or the delivery is refused.
"""
_FORMS: Final = {
    "register": "`YYYYMMDD`, unknown parts `00`",
    "iso": "`YYYY-MM-DD`",
    "[0-9a-f]{32}": "32 hexadecimal digits",
}


def page() -> str:
    """The whole page. Raises KeyError when a column, a code or a measure has no meaning here, or has one too many."""
    forms, measures = _read()
    lines = [_OPENING, *_tables(forms), *_codes(forms), *_checks(), *_reasons(), *_watch(measures)]
    return "\n".join(lines).rstrip() + "\n"


def _read() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The form of every column, and every measure of the watch, as the SQL of a night has them."""
    with tempfile.TemporaryDirectory() as folder, Warehouse(Path(folder)) as warehouse:
        for macro in MACROS:
            warehouse.execute(warehouse.sql(f"stage/macros/{macro}.sql"), macro)
        forms = warehouse.fetch("stage/forms.sql")
        dates = warehouse.query("SELECT register_date_form() AS register, iso_date_form() AS iso", "forms")[0]
        measures = warehouse.fetch("watch/measures.sql")
    named = {pattern: _FORMS[name] for name, pattern in dates.items()}
    for form in forms:
        form["form"] = named.get(form["pattern"]) or _FORMS.get(form["pattern"]) or f"`{_cell(form['pattern'])}`"
    return forms, measures


def _tables(forms: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield from ("## Tables and columns", "")
    for table, columns in REQUIRED.items():
        _hold(MEANINGS[table], (*columns, *OPTIONAL[table]))
        may = " may be left out; it" if table in OPTIONAL_TABLES else ""
        yield from (f"### {table}", "", f"A row is {GRAINS[table]}. The file{may} has these columns:", "")
        yield from _head("column", "form", "may be empty", "meaning")
        for form in sorted((each for each in forms if each["table_name"] == table), key=lambda each: each["position"]):
            name = form["column_name"]
            optional = " (the column may be left out)" if name in OPTIONAL[table] else ""
            empty = "no" if form["when_missing"] else "yes"
            yield _row(f"`{name}`", form["form"], empty, MEANINGS[table][name] + optional)
        yield ""


def _codes(forms: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield from ("## Codes", "", *_head("column", "code", "meaning"))
    patterns = {f"{form['table_name']}.{form['column_name']}": form["pattern"] for form in forms}
    for column, meanings in CODES.items():
        pattern = patterns[column]
        _hold(meanings, pattern.split("|") if "|" in pattern else pattern.strip("[]"))
        for code, meaning in meanings.items():
            yield _row(f"`{column}`", f"`{code}`", meaning)
    yield ""


def _checks() -> Iterator[str]:
    yield from (
        "## Checks of one night",
        "",
        "`block` refuses the delivery, `quarantine` sets the rows aside, `warn` only tells. `findings.csv` holds the "
        "rows that a check names: filter column `check` by the code. Checks live in [expectations](../expectations).",
        "",
        *_head("code", "table", "check", "fails when", "in Dutch: what is demanded", "limit", "severity", "owner"),
    )
    checks = validate.load_checks(resource("expectations"))
    for check in sorted(checks, key=lambda each: (each.reason_code, each.check)):
        named = (f"`{check.reason_code}`", check.suite.rpartition("_")[0], f"`{check.check}`")
        fails_when = check.description.partition(": ")[2] or check.description
        yield _row(*named, fails_when, check.meaning_nl, check.limit, check.severity, check.owner)
    yield ""


def _reasons() -> Iterator[str]:
    yield from ("## Reasons", "", "What the data steward reads of a code of `quarantine.csv` or `findings.csv`.", "")
    yield from _head("code", "in Dutch")
    yield from (_row(f"`{code}`", words) for code, words in REASON_CODES.items())
    yield ""


def _watch(measures: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield from (
        "## What the watch measures",
        "",
        "[The watch](watch.md) says how it judges. Measures of departures are of the municipality, or of the table "
        "`residences` when a delivery is of several.",
        "",
    )
    yield from _head("of", "measure", "unit", "check", "meaning", "shown")
    of_departures = {name for kind, name in MEASURES if kind == "departures"}
    declared: dict[tuple[str, str], dict[str, Any]] = {}
    for row in measures:
        is_departure = row["measure"] in of_departures and (row["subject_kind"], row["measure"]) not in MEASURES
        declared[("departures" if is_departure else row["subject_kind"], row["measure"])] = row
    _hold(MEASURES, declared)
    for (kind, name), row in declared.items():
        is_shown = "yes" if row["is_told"] else "never"
        yield _row(kind, f"`{name}`", row["unit"], f"`{row['check_name']}`", MEASURES[(kind, name)], is_shown)
    yield from ("", "### Checks against earlier nights", "")
    yield from _head("check", "what is demanded", "limit of the score", "consequence", "owner")
    for name, check in watch.load_checks().items():
        meta = check["meta"]
        yield _row(f"`{name}`", meta["meaning_nl"], check["kwargs"]["max_value"], meta["severity"], meta["owner"])
    yield from ("", "### Detectors", "", *_head("detector", "units", "what it asks"))
    for name, detector in DETECTORS.items():
        asked = " ".join((detector.chance.__doc__ or "").partition("\n\n")[0].split())
        yield _row(f"`{name}`", ", ".join(detector.units), asked)
    yield from ("", "### watch_series.parquet", "", *_head("column", "meaning"))
    yield from (_row(f"`{name}`", meaning) for name, meaning in SERIES.items())


def _hold(meanings: Any, wanted: Any) -> None:
    """Raise KeyError unless there is a meaning for everything that is wanted, and for nothing else."""
    if wrong := sorted(map(str, set(meanings) ^ set(wanted))):
        raise KeyError(
            f"Say in tests/structure/data_dictionary.py what is meant by {', '.join(wrong)}, or leave it out."
        )


def _head(*names: str) -> Iterator[str]:
    yield from (_row(*names), "|" + " --- |" * len(names))


def _row(*cells: Any) -> str:
    return f"| {' | '.join(_cell(str(cell)) for cell in cells)} |"


def _cell(text: str) -> str:
    """A text as a cell of a table has it."""
    return text.replace("\\|", "|").replace("|", "\\|")


def main() -> int:
    """Bring docs/data_dictionary.md of this checkout up to date."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
