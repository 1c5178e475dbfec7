"""The columns of everything that is published as a table, each declared once and in its order."""

from typing import Final

#: Columns of `signals.csv` and `signals.parquet`, exactly and in this order: other systems read them.
SIGNALS: Final = (
    "case_id",
    "municipality_code",
    "person_id",
    "departed_on",
    "recorded_on",
    "is_destination_unknown",
    "level",
    "status",
    "rule_codes",
    "first_sign_on",
    "last_sign_on",
    "rank",
    "score",
    "reason_nl",
    "next_step_nl",
    "organisation_nl",
    "chance_pct",
)
#: `cases.parquet` adds why a case is not on the list.
CASES: Final = (*SIGNALS, "suppressor_code")

#: Columns of `absences.csv` and `absences.parquet`, the lists of children on no school list (docs/absence.md).
ABSENCES: Final = (
    "case_id",
    "municipality_code",
    "person_id",
    "since_on",
    "withdrawn_on",
    "is_leerplicht",
    "status",
    "rule_codes",
    "rank",
    "reason_nl",
    "next_step_nl",
    "organisation_nl",
)
#: `absence_cases.parquet` adds why a case is not on the list.
ABSENCE_CASES: Final = (*ABSENCES, "suppressor_code")

#: Columns of `sample.parquet`: departures that were drawn by chance, from how many, and of which stratum.
SAMPLE: Final = (
    "case_id",
    "municipality_code",
    "person_id",
    "departed_on",
    "recorded_on",
    "is_destination_unknown",
    "label",
    "drawn_on",
    "n_drawn",
    "n_frame",
    "stratum",
)
