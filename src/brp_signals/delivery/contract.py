"""The contract of a delivery: its tables, their columns and their codes, each declared once."""

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

#: What the ledger measures of a delivery apart from the rows of its tables: people under secrecy (a number that is
#: never published), children who left within the look-back, the rows of each source of school lists as
#: `lists/<source>`, and the accepted rows of each trace source as `traces/<kind>/<code>`.
CONFIDENTIAL: Final = "confidential"
DEPARTED: Final = "departed"
LISTS_OF: Final = "lists"
TRACES_OF: Final = "traces"

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
