"""Tables and columns, each declared once: the delivery contract and what leaves the run.

Steps do not call each other; they meet in the tables named here (docs/design, contract 3.1 and 3.5).
"""

from typing import Final

DELIVERY_SCHEMA: Final = "brp-signals/delivery/1"

#: Columns of a delivery, in the order of the contract. `REQUIRED` must be in the header, `OPTIONAL` may.
PERSONS: Final = (
    "person_id",
    "birth_date",
    "suspension_reason",
    "suspension_date",
    "municipality_code",
    "parent1_id",
    "parent2_id",
    "is_confidential",
)
RESIDENCES: Final = (
    "person_id",
    "seq",
    "municipality_code",
    "address_function",
    "address_id",
    "address_from",
    "departure_date",
    "is_destination_unknown",
    "declared_by",
    "valid_from",
    "recorded_on",
    "is_under_inquiry",
    "is_incorrect",
)
ENROLMENTS: Final = (
    "person_id",
    "school_id",
    "education_type",
    "enrolled_on",
    "withdrawn_on",
    "source",
    "seen_on",
)
TRACES: Final = ("person_id", "kind", "source_code", "event_on", "ended_on")

REQUIRED: Final = {
    "persons": PERSONS,
    "residences": RESIDENCES,
    "enrolments": ENROLMENTS,
    "traces": TRACES,
}
OPTIONAL: Final = {"persons": (), "residences": ("inquiry_from",), "enrolments": (), "traces": ()}
OPTIONAL_TABLES: Final = ("traces",)

#: What the ledger measures of a delivery beside the rows of its tables: people under secrecy (a number that nobody is
#: told), children who left within the look-back, the rows of each source of school lists as `lists/<source>`, and the
#: accepted rows of each trace source as `traces/<kind>/<code>`.
CONFIDENTIAL: Final = "confidential"
DEPARTED: Final = "departed"
LISTS_OF: Final = "lists"
TRACES_OF: Final = "traces"

#: Columns of `signals.csv` and `signals.parquet`, exactly and in this order (contract 3.5).
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
#: The strata of the control sample: departures without a sign, and cases that are too weak to ask about.
NO_SIGN: Final = "no_sign"
WEAK: Final = "weak"
STRATA: Final = (NO_SIGN, WEAK)
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

#: Statuses of a case on the list, of one that waits behind a suppressor or is too weak to ask about, and of one that
#: is over.
LISTED: Final = ("new", "ongoing", "changed")
OPEN: Final = (*LISTED, "suppressed", "weak")
OVER: Final = ("resolved", "lapsed", "closed")

TRACE_KINDS: Final = (
    "absence_report",
    "school_result",
    "exemption",
    "leave",
    "tmv_report",
    "municipal_provision",
)
EDUCATION_TYPES: Final = ("PO", "SBO", "SO", "VSO", "VO", "MBO", "OTHER")
ENROLMENT_SOURCES: Final = ("duo", "school", "leerplicht")
