"""Turns the cases of a spec into the rows of a delivery, and the expectations into something to compare."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from tests.reference.rules import AGAINST
from tests.reference.shapes import (
    DEFAULT_GRACE,
    PLAIN,
    PLAIN_LEVELS,
    AbsenceSettings,
    Decision,
    Delivery,
    Levels,
    Result,
    Row,
    Settings,
    Source,
    Weights,
)
from tests.spec.notation import NONE, Case, Table, digits, iso_date

#: Sources as the specs declare them. `lpa` and `lpa-verlof` come out of the same file as the leerplicht
#: school list; `sportclub` lacks its data protection impact assessment; everything else is undeclared.
SOURCES = (
    Source("verzuim", "absence_report", 3660),
    Source("verzuim-extra", "absence_report", 3660),
    Source("verzuim-kort", "absence_report", 60),
    Source("toets", "school_result", 3660),
    Source("vrijstelling", "exemption", 3660),
    Source("verlof", "leave", 3660),
    Source("lpa", "exemption", 3660, file="leerplicht.csv"),
    Source("lpa", "leave", 3660, file="leerplicht.csv"),
    Source("lpa-verlof", "leave", 3660, file="leerplicht.csv"),
    Source("tmv", "tmv_report", 3660),
    Source("zwemles", "municipal_provision", 3660, dpia_reference="DPIA-2026-014"),
    Source("sportclub", "municipal_provision", 3660),
)
ENROLMENT_SOURCES = {"leerplicht": "leerplicht.csv"}
USUAL_SOURCE = {source.kind: source.code for source in reversed(SOURCES)}
USUAL_SOURCE["exemption"] = "vrijstelling"
USUAL_SOURCE["municipal_provision"] = "zwemles"

_ENROLLED = re.compile(
    r"(?P<enrolled>[\d-]{10})(?:\.\.(?P<withdrawn>[\d-]{10}))?"
    r"(?: at (?P<school>\w+))?(?: by (?P<source>\w+))? seen (?P<seen>[\d -]+)"
)
_TRACE = re.compile(
    r"(?P<kind>\w+) (?P<event_on>[\d-]{10})(?:\.\.(?P<ended_on>[\d-]{10}))?(?: from (?P<source>[\w-]+))?"
)
_EVIDENCE = re.compile(r"(?P<rule>[LBMRC]-\d\d) (?P<event_on>[\d-]{10})(?: by (?P<source>[\w-]+))?")


# Settings. ----------------------------------------------------------------------------------------------


def settings_of(case: Case) -> Settings:
    """The settings of the specs, with what the case changes."""
    off = frozenset() if case.has_all_rules else frozenset({"L-06", *AGAINST})
    changes: dict[str, Any] = {
        "sources": SOURCES,
        "enrolment_sources": ENROLMENT_SOURCES,
        "disabled_rules": off,
        "weights": PLAIN,
        "levels": PLAIN_LEVELS,
    }
    for key, value in case.settings.items():
        if key == "grace_days":
            changes[key] = {**DEFAULT_GRACE, **value}
        elif key in ("thresholds", "calendars"):
            changes.update(value)
        elif key == "absence":
            schools = tuple(school_of(case, school) for school in value.get("declared_schools", ()))
            changes[key] = AbsenceSettings(**{**value, "declared_schools": schools})
        elif key == "disabled_rules":
            changes[key] = off | frozenset(value)
        elif key == "scope":
            changes[key] = frozenset(value)
        elif key == "weights":
            pieces = {piece: Decimal(str(points)) for piece, points in value["pieces"].items()}
            nothing = dict.fromkeys(PLAIN.pieces, Decimal(0))
            changes[key] = Weights(Decimal(str(value["base"])), nothing | pieces)
        elif key == "levels":
            changes[key] = Levels(**{level: Decimal(str(chance)) for level, chance in value.items()})
        elif key == "sources":
            changes[key] = tuple(value)
        else:
            changes[key] = value
    return replace(Settings(), **changes)


# Rows. --------------------------------------------------------------------------------------------------


def key_of(case: Case, name: str) -> str:
    """The pseudonym of somebody in a case: 32 hexadecimal characters, the same on every run."""
    return hashlib.sha256(f"{case.name}|{name}".encode()).hexdigest()[:32]


def school_of(case: Case, school: str) -> str:
    """The school of a case: another one in each case; schools that differ in location only keep doing so."""
    is_brin = re.fullmatch(r"\d\d[A-Z]{2}\d\d", school) is not None
    institution = school[:4] if is_brin else school
    number = int(hashlib.sha256(f"{case.name}|{institution}".encode()).hexdigest()[:8], 16)
    digits, letters = divmod(number % (100 * 26 * 26), 26 * 26)
    return f"{digits:02d}{chr(65 + letters // 26)}{chr(65 + letters % 26)}{school[4:] if is_brin else '00'}"


def delivery_of(case: Case) -> Delivery:
    """All rows that a case stands for."""
    delivery = Delivery()
    for child in case.tables["children"]:
        delivery += _person(case, child["child"], child, is_child=True)
        delivery.enrolments += _inline_enrolments(case, child)
        delivery.traces += _inline_traces(case, child)
    for parent in case.tables["parents"]:
        delivery += _person(case, parent["parent"], parent, is_child=False)
    for row in case.tables["enrolments"]:
        delivery.enrolments += _enrolments(
            case,
            row["child"],
            row.get("school") or f"own {row['child']}",
            row["enrolled"],
            row.get("withdrawn", ""),
            row.get("source", ""),
            row["seen"],
        )
    return delivery + _other_children(case)


def _person(case: Case, name: str, cells: dict[str, str], *, is_child: bool) -> Delivery:
    rows = [row for row in case.tables["residences"] if row["person"] == name] or _usual_rows(cells, is_child)
    if cells.get("addresses") == "no":
        rows = []
    residences = [_residence(case, name, seq, row) for seq, row in enumerate(rows)]
    if inquiry := _filled(cells, "inquiry"):
        residences[0]["is_under_inquiry"] = "0" if inquiry == "no" else "1"
        residences[0]["inquiry_from"] = digits(inquiry) if inquiry not in ("yes", "no") else ""
    left = rows[0].get("left", "") if rows else ""
    reason = cells.get("suspended") or ("E" if left else NONE)
    since = cells.get("suspended_on") or left or "2026-04-01"
    person = {
        "person_id": key_of(case, name),
        "birth_date": digits(cells.get("born") or ("2014-05-01" if is_child else "1985-03-01")),
        "suspension_reason": "" if reason == NONE else reason,
        "suspension_date": "" if reason == NONE else digits(since),
        "municipality_code": "1999" if left else "0363",
        "parent1_id": key_of(case, cells["mother"]) if cells.get("mother") else "",
        "parent2_id": key_of(case, cells["father"]) if cells.get("father") else "",
        "is_confidential": "1" if cells.get("confidential") == "yes" else "0",
    }
    return Delivery(persons=[] if cells.get("record") == "no" else [person], residences=residences)


def _usual_rows(cells: dict[str, str], is_child: bool) -> Table:
    """Newest first: the return if any, the departure if any, the address before it."""
    left = cells.get("left") or ("2026-03-02" if is_child else NONE)
    rows = []
    if returned := _filled(cells, "returned"):
        rows.append({"municipality": "0363", "function": "W", "from": returned})
    if left != NONE:
        recorded = cells.get("recorded") or ("2026-03-04" if left == "2026-03-02" else "")
        shared = {name: cells.get(name, "") for name in ("unknown", "declared")}
        rows.append({"municipality": "1999", "left": left, "recorded": recorded, **shared})
    from_day = cells.get("from") or ("2019-01-01" if is_child else "2010-01-01")
    rows.append({"municipality": cells.get("municipality") or "0363", "function": "W", "from": from_day})
    return rows


def _residence(case: Case, name: str, seq: int, cells: dict[str, str]) -> Row:
    left, address_from = cells.get("left", ""), cells.get("from", "")
    valid_from = cells.get("valid_from") or left or address_from
    recorded = cells.get("recorded") or _earliest(left or valid_from)
    inquiry = cells.get("inquiry", "")
    return {
        "person_id": key_of(case, name),
        "seq": str(seq),
        "municipality_code": cells["municipality"],
        "address_function": cells.get("function", ""),
        "address_id": key_of(case, f"address of {name} {seq}") if cells.get("function") else "",
        "address_from": digits(address_from) if address_from else "",
        "departure_date": digits(left) if left else "",
        "is_destination_unknown": _destination(cells.get("unknown", "")) if left else "",
        "declared_by": (cells.get("declared") or ("G" if left else "I")).removeprefix(NONE),
        "valid_from": digits(valid_from) if valid_from else "",
        "recorded_on": digits(recorded) if recorded else "",
        "is_under_inquiry": "1" if inquiry else "0",
        "is_incorrect": "1" if cells.get("incorrect") == "yes" else "0",
        "inquiry_from": "",
    }


def _earliest(text: str) -> str:
    """The first day of an incomplete date, as the day on which somebody recorded it."""
    if text in ("", NONE, "unknown"):
        return ""
    return text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text


def _destination(cell: str) -> str:
    return {"yes": "1", "no": "0", "": "0", NONE: ""}[cell]


def _filled(cells: dict[str, str], column: str) -> str:
    return "" if cells.get(column, "") in ("", NONE) else cells[column]


def _inline_enrolments(case: Case, child: dict[str, str]) -> list[Row]:
    rows: list[Row] = []
    for part in filter(None, (part.strip() for part in child.get("enrolled", "").split(";"))):
        match = _ENROLLED.fullmatch(part)
        if match is None:
            raise ValueError(f"{case.name}: not an enrolment: {part}")
        found = match.groupdict(default="")
        school = found["school"] or f"own {child['child']}"
        rows += _enrolments(
            case,
            child["child"],
            school,
            found["enrolled"],
            found["withdrawn"],
            found["source"],
            found["seen"],
        )
    return rows


def _enrolments(case: Case, name: str, school: str, enrolled: str, withdrawn: str, source: str, seen: str) -> list[Row]:
    """One row for each school delivery that held the enrolment."""
    return [
        {
            "person_id": key_of(case, name),
            "school_id": school_of(case, school),
            "education_type": "OTHER",
            "enrolled_on": enrolled,
            "withdrawn_on": withdrawn,
            "source": source or "school",
            "seen_on": seen_on,
        }
        for seen_on in seen.split()
    ]


def _inline_traces(case: Case, child: dict[str, str]) -> list[Row]:
    rows = []
    for part in filter(None, (part.strip() for part in child.get("trace", "").split(";"))):
        match = _TRACE.fullmatch(part)
        if match is None:
            raise ValueError(f"{case.name}: not a trace: {part}")
        rows.append(
            {
                "person_id": key_of(case, child["child"]),
                "kind": match["kind"],
                "source_code": match["source"] or USUAL_SOURCE[match["kind"]],
                "event_on": match["event_on"],
                "ended_on": match["ended_on"] or "",
            }
        )
    return rows


def _other_children(case: Case) -> Delivery:
    """Children who never left, only there to fill the lists of a school."""
    delivery = Delivery()
    known: set[str] = set()
    for row in case.tables["deliveries"]:
        for number in range(int(row.get("others") or 1)):
            name = f"other {number}"
            if name not in known:
                known.add(name)
                delivery += _person(case, name, {"left": NONE}, is_child=True)
            source = row.get("source", "")
            delivery.enrolments += _enrolments(case, name, row["school"], "2020-08-17", "", source, row["seen"])
    return delivery


def decisions_of(case: Case) -> list[Decision]:
    """What staff decided about the children of a case."""
    return [
        Decision(
            key_of(case, row["child"]),
            None if row.get("departed_on") == NONE else iso_date(row.get("departed_on") or "2026-03-02"),
            row["outcome"],
            iso_date(row["decided"]),
        )
        for row in case.tables["decisions"]
    ]


# Expectations. ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Expected:
    """What must come of one child: the evidence of one case, and what else the table names."""

    child: str
    person_id: str
    evidence: tuple[tuple[str, date, str], ...]
    """Rule, day, and the source when the spec names it."""
    against: tuple[tuple[str, date, str], ...] | None
    """The same of what speaks against it; None when the table does not say."""
    cells: dict[str, str]


def expectations_of(case: Case) -> list[Expected]:
    """One expectation a child, or those of the `expect` table for children with several departures."""
    rows = [
        {name.removeprefix("→ "): cell for name, cell in child.items() if name == "child" or name.startswith("→ ")}
        for child in case.tables["children"]
        if "→ evidence" in child
    ] + case.tables["expect"]
    if missing := {child["child"] for child in case.tables["children"]} - {row["child"] for row in rows}:
        raise ValueError(f"{case.name}: nothing is expected of {sorted(missing)}")
    return [
        Expected(
            child=row["child"],
            person_id=key_of(case, row["child"]),
            evidence=tuple(_evidence(case, row["evidence"])),
            against=tuple(_evidence(case, row["against"])) if "against" in row else None,
            cells={name: cell for name, cell in row.items() if name not in ("child", "evidence", "against", "why")},
        )
        for row in rows
    ]


def _evidence(case: Case, cell: str) -> list[tuple[str, date, str]]:
    found = []
    for part in filter(None, (part.strip() for part in cell.split(","))):
        match = _EVIDENCE.fullmatch(part)
        if match is None:
            raise ValueError(f"{case.name}: not evidence: {part}")
        found.append((match["rule"], iso_date(match["event_on"]), match["source"] or ""))
    return found


class Outcome:
    """A result, ordered by child."""

    def __init__(self, result: Result) -> None:
        self.counts = result.counts
        self.evidence: dict[str, list[tuple[date | None, str, date, str]]] = {}
        self.against: dict[str, list[tuple[date | None, str, date, str]]] = {}
        for keys, lines in ((result.evidence, self.evidence), (result.against, self.against)):
            for person_id, departed_on, rule, source, event_on in keys:
                lines.setdefault(person_id, []).append((departed_on, rule, event_on, source))
        self.cases: dict[str, list[dict[str, Any]]] = {}
        for found in result.cases:
            self.cases.setdefault(found["person_id"], []).append(found)
        for found in result.absences:
            line = (None, found["rule_codes"][0], found["event_on"], found["source"])
            self.evidence.setdefault(found["person_id"], []).append(line)
            self.cases.setdefault(found["person_id"], []).append(found)
        self.withheld = result.withheld

    def differences(self, expected: list[Expected]) -> list[str]:
        """Where a case did not come out as its table says, in words."""
        found: list[str] = []
        by_child: dict[str, list[Expected]] = {}
        for one in expected:
            by_child.setdefault(one.person_id, []).append(one)
        for person_id, ones in by_child.items():
            n_cases = len([one for one in ones if one.evidence])
            if len(self.cases.get(person_id, [])) != n_cases:
                lines = [line[1:] for line in self.evidence.get(person_id, [])]
                found.append(
                    f"child {ones[0].child}: expected {n_cases} cases, found {len(self.cases.get(person_id, []))}, "
                    f"with the evidence {_in_notation(lines)}"
                )
                continue
            for one in ones:
                found += self._differences(one, is_only=len(ones) == 1)
            wanted, actual = ones[0].cells.get("withheld"), self.withheld.get(person_id, "")
            if wanted is not None and wanted != actual:
                found.append(f"child {ones[0].child}: expected withheld by {wanted!r}, found {actual!r}")
        return found

    def _differences(self, expected: Expected, *, is_only: bool) -> list[str]:
        departed_on = None if is_only else iso_date(expected.cells["departed_on"])
        found = []
        for name, told, wanted in (
            ("evidence", self.evidence, expected.evidence),
            ("against", self.against, expected.against),
        ):
            lines = [
                (rule, event_on, source)
                for departure, rule, event_on, source in told.get(expected.person_id, [])
                if departed_on in (None, departure)
            ]
            if wanted is not None and not _same_evidence(list(wanted), lines):
                found.append(
                    f"child {expected.child}: expected {name} {_in_notation(wanted)}, found {_in_notation(lines)}"
                )
        cases = [
            case for case in self.cases.get(expected.person_id, []) if departed_on in (None, case.get("departed_on"))
        ]
        if cases:
            for name, (wanted, actual) in _fields(expected, cases[0]).items():
                if wanted != actual:
                    found.append(f"child {expected.child}: expected {name} {wanted!r}, found {actual!r}")
        return found


def _in_notation(lines: Iterable[tuple[str, date, str]]) -> str:
    """Evidence as a spec writes it: `L-03 2026-03-16 by verzuim`."""
    texts = [f"{rule} {event_on}" + (f" by {source}" if source else "") for rule, event_on, source in lines]
    return ", ".join(sorted(texts)) or "none"


def _same_evidence(expected: list[tuple[str, date, str]], actual: list[tuple[str, date, str]]) -> bool:
    if Counter(line[:2] for line in expected) != Counter(line[:2] for line in actual):
        return False
    return all(line in actual for line in expected if line[2])


def _fields(expected: Expected, case: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Wanted and actual value of everything that the table names."""
    cells = expected.cells
    wanted_suppressor = cells.get("suppressor", "")
    checks: dict[str, tuple[Any, Any]] = {
        "suppressor": (wanted_suppressor, case["suppressor_code"] or ""),
        "status": (_status(wanted_suppressor, cells.get("level", "")), case["status"]),
    }
    if cells.get("all"):
        checks["all suppressors"] = (cells["all"].split(), list(case["suppressor_codes"]))
    if "level" in cells:
        wanted_level = {"weak": "B", "apart": ""}.get(cells["level"], cells["level"])
        checks["level"] = (wanted_level, case["level"] or "")
        if "points" in case:
            checks["is weighed"] = (wanted_level != "", case["points"] is not None)
    if cells.get("points"):
        checks["points"] = (Decimal(cells["points"].replace("−", "-")), case["points"])
    if cells.get("chance"):
        checks["chance"] = (int(cells["chance"].removesuffix(" %")), case["chance_pct"])
    if "pieces" in cells:
        checks["pieces"] = (sorted(cells["pieces"].split()), sorted(case["pieces"]))
    if cells.get("since"):
        checks["since"] = (iso_date(cells["since"]), case["since_on"])
    if cells.get("duty"):
        checks["duty"] = (cells["duty"] == "leerplicht", case["is_leerplicht"])
    if cells.get("rank"):
        checks["rank"] = (None if cells["rank"] == NONE else int(cells["rank"]), case["rank"])
    if cells.get("shown"):
        codes = case["rule_codes"]  # one text from the engine
        checks["shown rules"] = (
            cells["shown"].split(),
            codes.split("|") if isinstance(codes, str) else list(codes),
        )
    if cells.get("said") and "facts" in case:
        checks["what is said"] = (True, _says(case["facts"], cells["said"]) or case["facts"])
    dates = {
        "first": "first_sign_on",
        "last": "last_sign_on",
        "recorded_on": "recorded_on",
        "departed_on": "departed_on",
        "departed_latest": "departed_latest_on",
    }
    for name, key in dates.items():
        if cells.get(name) and (key in case or "facts" in case):  # the reference has no latest day
            wanted = None if cells[name] == NONE else iso_date(cells[name])
            checks[name] = (wanted, case.get(key))
    if cells.get("municipality"):
        checks["municipality"] = (cells["municipality"], case["municipality_code"])
    if cells.get("destination_unknown"):
        checks["destination unknown"] = (
            {"yes": True, "no": False, NONE: None}[cells["destination_unknown"]],
            case["is_destination_unknown"],
        )
    if cells.get("sealed"):
        checks["sealed"] = (cells["sealed"] == "yes", case["is_confidential"])
    return checks


def _status(suppressor: str, level: str) -> str:
    """What stands in the way comes first; else a weak case is on no list."""
    return "suppressed" if suppressor else "weak" if level == "weak" else "new"


def _says(facts: dict[str, dict[str, Any]], cell: str) -> bool:
    """Whether the named values of the evidence are those of the cell: `B-06 lag_days 77; …`."""
    parts = [(*part.strip().split(" ", 2), "")[:3] for part in cell.split(";")]
    return all(str(facts.get(rule, {}).get(name)).strip() == value.strip() for rule, name, value in parts)
