"""Runs facts, rules and cases on the populations of the specs, again and again with one SQL file changed.

The tables that stage and validate leave (`valid_*`) are made once per population, straight from the rows of
the specs: the mutants are of later steps. For each mutant only the table of its file is made first; if it is
the same as ever, the mutant changes nothing there and the population is done.
"""

import json
import random
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from brp_signals.base.config import Configuration
from brp_signals.base.dates import parse_register_date
from brp_signals.base.rule_files import AGAINST, parse_rule
from brp_signals.base.warehouse import Warehouse, resource
from brp_signals.delivery.files import Delivery as NightDelivery
from brp_signals.pipeline import open_night
from brp_signals.steps import absence, cases, facts, rank, recall, rules, stage, validate, watch
from brp_signals.steps.night import Night
from tests.mutation.mutants import is_of_absences
from tests.reference.absent_populations import absent_decisions, absent_population, with_schools
from tests.reference.model import evaluate
from tests.reference.populations import REFERENCE_DATES, SETTINGS, decisions, population
from tests.reference.quarantine import keep_usable_rows
from tests.reference.shapes import AbsenceSettings, Decision, Delivery, Result, Settings
from tests.spec.builders import Outcome, decisions_of, delivery_of, expectations_of, settings_of
from tests.spec.notation import NONE, REFERENCE_DATE, Case, digits, read_specs
from tests.support.deliveries import write_delivery
from tests.support.engine import (
    against_of,
    configuration,
    pieces_of,
    points_of,
    read_result,
    recall_decisions,
)
from tests.support.unreadable import damaged, situation

SCHOOL_DELIVERIES = "stage/school_deliveries.sql"
PATIENCE_SECONDS = 30.0
"""A mutant that runs longer is noticed by that alone."""

INTERVAL = {"earliest_on": "DATE", "latest_on": "DATE"}
PERSONS = {
    "person_id": "VARCHAR",
    **{f"birth_{end}": kind for end, kind in INTERVAL.items()},
    "suspension_reason": "VARCHAR",
    **{f"suspension_{end}": kind for end, kind in INTERVAL.items()},
    "municipality_code": "VARCHAR",
    "parent1_id": "VARCHAR",
    "parent2_id": "VARCHAR",
    "is_confidential": "BOOLEAN",
}
RESIDENCES = {
    "person_id": "VARCHAR",
    "seq": "INTEGER",
    "municipality_code": "VARCHAR",
    "address_function": "VARCHAR",
    "address_id": "VARCHAR",
    **{f"address_from_{end}": kind for end, kind in INTERVAL.items()},
    "departure_date": "VARCHAR",
    **{f"departure_{end}": kind for end, kind in INTERVAL.items()},
    "is_destination_unknown": "BOOLEAN",
    "declared_by": "VARCHAR",
    **{f"valid_from_{end}": kind for end, kind in INTERVAL.items()},
    **{f"recorded_{end}": kind for end, kind in INTERVAL.items()},
    "is_under_inquiry": "BOOLEAN",
    **{f"inquiry_from_{end}": kind for end, kind in INTERVAL.items()},
    "is_incorrect": "BOOLEAN",
}
_MARKS: Final = {"older": "20010101", "newer": "20020101"}
ENROLMENTS = {
    "person_id": "VARCHAR",
    "school_id": "VARCHAR",
    "education_type": "VARCHAR",
    "enrolled_on": "DATE",
    "withdrawn_on": "DATE",
    "source": "VARCHAR",
    "seen_on": "DATE",
}
TRACES = {
    "person_id": "VARCHAR",
    "kind": "VARCHAR",
    "source_code": "VARCHAR",
    "event_on": "DATE",
    "ended_on": "DATE",
}
SCHOOL_ROWS = {"source": "VARCHAR", "school_id": "VARCHAR", "seen_on": "DATE", "n_rows": "BIGINT"}


@dataclass(frozen=True)
class Population:
    """Rows, a date, settings and decisions, and what must come of them: spec cases, or the reference."""

    name: str
    delivery: Delivery
    reference_date: date
    settings: Settings
    decisions: list[Decision]
    cases: tuple[Case, ...]


def spec_populations() -> list[Population]:
    """The cases of all specs; those that share reference date and settings together, the largest first."""
    groups: dict[str, list[Case]] = {}
    for spec in read_specs():
        for case in spec.cases:
            groups.setdefault(case.group, []).append(case)
    found = []
    for name, members in sorted(groups.items(), key=lambda group: -len(group[1])):
        delivery = Delivery()
        for case in members:
            delivery += delivery_of(case)
        decided = [decision for case in members for decision in decisions_of(case)]
        first = members[0]
        found.append(Population(name, delivery, first.reference_date, settings_of(first), decided, tuple(members)))
    return found


def absent_populations(children: int = 150) -> list[Population]:
    """Children on no school list: of whom rows cannot be read, and generated ones with and without declared schools."""
    case = situation()
    found = [Population(case.spec, damaged(case), case.reference_date, settings_of(case), [], (case,))]
    for seed, today in enumerate(REFERENCE_DATES[:3], start=2000):
        delivery = absent_population(seed, children, today)
        settings = replace(SETTINGS, absence=AbsenceSettings())
        if seed % 2:
            settings = with_schools(settings, delivery, today)
        decided = absent_decisions(delivery, seed, today)
        found.append(Population(f"absent, seed {seed}", delivery, today, settings, decided, ()))
    return found


def random_populations(children: int = 100) -> list[Population]:
    """A generated population for some reference dates of the reference's own tests, always the same ones."""
    found = []
    for seed, today in enumerate(REFERENCE_DATES[:3], start=1000):
        delivery = population(seed, children, today)
        random.Random(seed).shuffle(delivery.enrolments)
        found.append(Population(f"seed {seed}", delivery, today, SETTINGS, decisions(delivery, seed, today), ()))
    return found


def configuration_of(settings: Settings) -> Configuration:
    """The product's configuration for the settings of a spec."""
    return Configuration.model_validate(
        {
            "look_back_months": settings.look_back_months,
            "disabled_rules": sorted(settings.disabled_rules),
            "grace_days": settings.grace_days,
            "thresholds": {
                name: getattr(settings, name)
                for name in (
                    "inquiry_days",
                    "explained_months",
                    "stale_days",
                    "stale_days_summer",
                    "slow_recording_days",
                    "school_gap_days",
                    "early_return_months",
                )
            },
            "levels": {"a": settings.levels.a, "b": settings.levels.b},
            "weights": {"base": settings.weights.base, "pieces": settings.weights.pieces},
            "calendars": {"first_school_days": settings.first_school_days},
            "sources": [
                {
                    "code": source.code,
                    "kind": source.kind,
                    "legal_basis": "a test",
                    "retention_days": source.retention_days,
                    "dpia_reference": source.dpia_reference,
                    "file": source.file,
                }
                for source in settings.sources
            ],
            "enrolment_sources": {
                name: {"legal_basis": "a test", "file": file} for name, file in settings.enrolment_sources.items()
            },
            "municipality_successors": settings.municipality_successors,
        }
    )


class Bench:
    """One population, ready for any number of mutants."""

    def __init__(self, population: Population, folder: Path) -> None:
        self.population = population
        self.warehouse = Warehouse(folder, threads=1)
        scope = population.settings.scope
        self.night = Night(
            folder,
            folder,
            folder,
            folder,
            configuration_of(population.settings),
            self.warehouse,
            delivery=NightDelivery(
                "specs", population.reference_date, scope is None, tuple(sorted(scope or ())), "key", "", ()
            ),
        )
        self._load_rows()
        self._run()
        self.wanted = evaluate(
            population.delivery, population.reference_date, population.settings, population.decisions
        )
        self.counts = self._counts_for_others()
        self.faults = self.differences()
        """What is wrong with the unchanged SQL; a mutant is noticed when something else is."""

    def _counts_for_others(self) -> Counter[str]:
        """What the reference counts when children under a secrecy indication are left out."""
        population = self.population
        secret = {row["person_id"] for row in population.delivery.persons if row["is_confidential"] == "1"}
        shown = [row for row in population.delivery.persons if row["person_id"] not in secret]
        delivery = replace(population.delivery, persons=shown)
        return evaluate(delivery, population.reference_date, population.settings, population.decisions).counts

    # What stage, validate and recall would leave. -------------------------------------------------------

    def _load_rows(self) -> None:
        population = self.population
        usable, _ = keep_usable_rows(population.delivery, population.reference_date, population.settings)
        load = self.warehouse.load
        load("valid_persons", PERSONS, [_typed(row, PERSONS) for row in usable.persons])
        load("valid_residences", RESIDENCES, [_typed(row, RESIDENCES) for row in usable.residences])
        load("valid_enrolments", ENROLMENTS, [_typed(row, ENROLMENTS) for row in usable.enrolments])
        load("valid_traces", TRACES, [_typed(row, TRACES) for row in usable.traces])
        load("valid_set_aside", dict.fromkeys(("person_id", "table_name", "kind"), "VARCHAR"), [])
        lists = Counter((row["source"], row["school_id"], row["seen_on"]) for row in population.delivery.enrolments)
        load("_stage_enrolments_counts", SCHOOL_ROWS, [(*key, n_rows) for key, n_rows in lists.items()])
        stage.prepare(self.night)
        stage.load_sources(self.night)
        self.warehouse.execute(
            "CREATE OR REPLACE TABLE valid_sign_days AS SELECT kind, source_code, event_on, count(*) AS n_rows "
            "FROM valid_traces GROUP BY ALL",
            "sign days",
        )
        recall.run(self.night)
        load(
            "recall_decisions",
            recall.DECISIONS,
            [(None, one.person_id, one.departed_on, one.code, one.decided_on) for one in population.decisions],
        )

    # Runs. ----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        self.night.create("_stage_school_lists", "stage/school_lists.sql")
        self.night.create("valid_school_deliveries", SCHOOL_DELIVERIES)
        watch.hold(self.night, [])
        facts.run(self.night)
        self._run_rules()

    def _run_rules(self) -> None:
        vars(self.night).pop("rules", None)  # read once in a run; here the files change
        rules.run(self.night)
        self._run_cases()

    def _run_cases(self) -> None:
        cases.run(self.night)
        rank.run(self.night)

    def result(self) -> Result:
        """Evidence, cases and counts as the tables hold them, in the shape of the reference."""
        found = Result(against=against_of(self.warehouse))
        pieces = pieces_of(self.warehouse)
        current = self.warehouse.query("SELECT * FROM rank_order", "cases")
        known = {case["departure_id"]: case for case in current}
        for line in self.warehouse.query(
            "SELECT * FROM cases_evidence ORDER BY facts ->> 'seen_before_on'", "evidence"
        ):
            if case := known.get(line["departure_id"]):
                key = (
                    case["person_id"],
                    case["departed_on"],
                    line["rule_code"],
                    line["source"],
                    line["event_on"],
                )
                found.evidence.add(key)
                case.setdefault("facts", {}).setdefault(line["rule_code"], json.loads(line["facts"]))
        for case in current:
            case["rule_codes"] = tuple(case["rule_codes"].split("|"))
            case["suppressor_codes"] = tuple(filter(None, (case["suppressor_codes"] or "").split("|")))
            case["suppressor_code"] = case["suppressor_code"] or ""
            case["level"] = case["level"] or ""
            case["is_confidential"] = case["is_sealed"]
            case["points"] = points_of(case)
            case["pieces"] = pieces.get(case["departure_id"], ())
            found.cases.append(case)
        counted = self.night.account["departures"]
        found.counts.update(
            {name: counted[name] for name in ("in_view", "out_of_scope", "municipality_unknown")},
            suspended=counted["out_of_view"]["S-05"],
        )
        return found

    # Mutants. -------------------------------------------------------------------------------------------

    def notices(self, file: str, text: str) -> str:
        """What is wrong when `file` reads `text`; empty when nothing is.

        Raises InternalFailure when the statement does not run.
        """
        self.warehouse.execute("BEGIN TRANSACTION", "begin")
        timer = threading.Timer(PATIENCE_SECONDS, self.warehouse.connection.interrupt)
        timer.start()
        try:
            with Overridden(self.warehouse, file, text):
                if not self._differs(file, text):
                    return ""
                self._rerun(file)
            found = self.differences()
            return "" if found == self.faults else "; ".join(sorted(set(found) ^ set(self.faults))) or "order"
        finally:
            timer.cancel()
            self.warehouse.execute("ROLLBACK", "rollback")

    def differences(self) -> list[str]:
        """Where the tables do not hold what the specs ask for, or the reference of a generated population."""
        result = self.result()
        found = [
            f"{name}: {result.counts[name]} instead of {self.counts[name]}"
            for name in ("in_view", "suspended", "out_of_scope", "municipality_unknown")
            if result.counts[name] != self.counts[name]
        ]
        if self.population.cases:
            outcome = Outcome(result)
            for case in self.population.cases:
                found += [f"{case.name}: {text}" for text in outcome.differences(expectations_of(case))]
        else:
            found += _unlike(result, self.wanted)
        return found

    def _differs(self, file: str, text: str) -> bool:
        """Whether the changed statement yields other rows than the unchanged one did."""
        if file == "facts/counts.sql":
            return True
        present, mutant = f"FROM {_table_of(file)}", "FROM _mutant"
        statement = text
        if file.startswith("rules/"):
            rule = parse_rule(Path(file).name, text)
            table = "rules_against" if rule.level == AGAINST else "rules_evidence"
            present = f"FROM {table} WHERE rule_code = '{rule.code}'"
            mutant = f"FROM (FROM {table} LIMIT 0) UNION ALL BY NAME FROM _mutant"
            statement = rule.sql
        self.warehouse.execute(f"CREATE TABLE _mutant AS\n{statement}", file, **self.night.parameters)
        gone, new = f"(({present}) EXCEPT ALL ({mutant}))", f"(({mutant}) EXCEPT ALL ({present}))"
        return bool(self.warehouse.execute(f"{gone} UNION ALL {new} LIMIT 1", "comparison"))

    def _rerun(self, file: str) -> None:
        if file.startswith("cases/"):
            self._run_cases()
        elif file.startswith("rank/"):
            rank.run(self.night)
        elif file.startswith("rules/"):
            self._run_rules()
        else:
            self._run()

    def close(self) -> None:
        """Close the database."""
        self.warehouse.close()


class AbsenceBench(Bench):
    """A population of children on no school list: a real delivery, since the step that finds them reads its files."""

    def __init__(self, population: Population, folder: Path) -> None:
        self.population = population
        write_delivery(
            folder / "delivery", vars(population.delivery), population.reference_date, population.settings.scope
        )
        config = folder / "brp-signals.toml"
        config.write_text(configuration(population.settings), encoding="utf-8")
        self._opened = open_night(
            folder / "delivery", state=folder / "state", output=folder / "output", config=config, threads=1
        )
        self.night = self._opened.night
        self.warehouse = self.night.warehouse
        for step in ("delivery", "recall", "stage"):
            self._opened.run_step(step)
        recall_decisions(self._opened, population.decisions)
        for table in ADDED_TO:
            self.warehouse.execute(f"CREATE TABLE before_{table} AS FROM {table}", "before")
        self._absence()
        for table in MADE:
            self.warehouse.execute(f"CREATE TABLE after_{table} AS FROM {table}", "after")
        self._rerun("absence/")
        if not population.cases:
            decided = population.decisions
            self.wanted = evaluate(population.delivery, population.reference_date, population.settings, decided)
        self.faults = self.differences()

    def _absence(self) -> None:
        """The step itself, on the tables as stage left them."""
        for table in ADDED_TO:
            self.warehouse.execute(f"CREATE OR REPLACE TABLE {table} AS FROM before_{table}", "before")
        absence.run(self.night)

    def differences(self) -> list[str]:
        """Where absences are not what the specs ask for, or the reference of a generated population."""
        result = read_result(self._opened)
        if self.population.cases:
            outcome = Outcome(result)
            expected = [(case.name, expectations_of(case)) for case in self.population.cases]
            return [f"{name}: {text}" for name, children in expected for text in outcome.differences(children)]
        ours, theirs = ({case["person_id"]: case for case in one.absences} for one in (result, self.wanted))
        return ["absences"] * (ours != theirs) + ["withheld"] * (result.withheld != self.wanted.withheld)

    def _differs(self, file: str, text: str) -> bool:
        if file.startswith("rules/"):
            return True
        if not file.startswith("absence/"):
            return super()._differs(file, text)
        self._absence()
        unlike = (
            f"(FROM {table} EXCEPT ALL FROM after_{table}) UNION ALL BY NAME "
            f"(FROM after_{table} EXCEPT ALL FROM {table})"
            for table in MADE
        )
        return any(self.warehouse.execute(f"{statement} LIMIT 1", "comparison") for statement in unlike)

    def _rerun(self, file: str) -> None:
        first = STEPS_OF_ABSENCE.index(file.partition("/")[0])
        if first == 0:
            validate.set_aside(self.night, validate.load_checks(resource("expectations")))
            validate.make_valid(self.night)
            watch.hold(self.night, [])
        vars(self.night).pop("rules", None)
        for step in STEPS_OF_ABSENCE[max(first, 1) :]:
            self._opened.run_step(step)

    def close(self) -> None:
        """Close the night."""
        self._opened.close()


#: What the step absence adds rows to, and the steps that may read them.
ADDED_TO = (*(f"stage_{table}" for table in ("persons", "residences", "enrolments", "traces")), "stage_quarantine")
MADE = ("stage_absent", *ADDED_TO)
STEPS_OF_ABSENCE = ("absence", "facts", "rules", "cases", "rank", "control")


class Overridden:
    """One SQL file with another text, for the length of a `with`."""

    def __init__(self, warehouse: Warehouse, file: str, text: str) -> None:
        self.overrides: dict[str, str] = warehouse._sql_overrides
        self.file, self.text = file, text

    def __enter__(self) -> None:
        self.overrides[self.file] = self.text

    def __exit__(self, *_: object) -> None:
        del self.overrides[self.file]


def _table_of(file: str) -> str:
    if file == SCHOOL_DELIVERIES:
        return "valid_school_deliveries"
    step, name = file.removesuffix(".sql").split("/")
    return f"{step}_{name}"


def _typed(row: Mapping[str, str], columns: Mapping[str, str]) -> tuple[Any, ...]:
    """One row of a delivery as a typed table holds it."""
    return tuple(_cell(row, column) for column in columns)


def _cell(row: Mapping[str, str], column: str) -> Any:
    name = column.removesuffix("_earliest_on").removesuffix("_latest_on")
    if name != column:
        text = row.get(
            {
                "birth": "birth_date",
                "suspension": "suspension_date",
                "departure": "departure_date",
                "recorded": "recorded_on",
            }.get(name, name),
            "",
        )
        interval = parse_register_date(text)
        day = interval and (interval.earliest if column.endswith("_earliest_on") else interval.latest)
        return day.isoformat() if day else None
    text = row.get(column, "")
    if column.startswith("is_"):
        return None if text == "" else text == "1"
    return text or None


def _unlike(result: Result, wanted: Result) -> list[str]:
    """Where a result is not the one of the reference."""
    found = []
    if result.evidence != wanted.evidence:
        found.append(f"evidence {sorted(result.evidence ^ wanted.evidence, key=str)[:2]}")
    if result.against != wanted.against:
        found.append(f"against {sorted(result.against ^ wanted.against, key=str)[:2]}")
    fields: tuple[str, ...] = ("municipality_code", "recorded_on", "is_destination_unknown", "level", "status")
    fields += ("rule_codes", "suppressor_codes", "first_sign_on", "last_sign_on", "is_confidential")
    fields += ("pieces", "points", "chance_pct", "rank")
    ours, theirs = (
        {(case["person_id"], case["departed_on"]): tuple(case[name] for name in fields) for case in one.cases}
        for one in (result, wanted)
    )
    if ours != theirs:
        odd = sorted((key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)), key=str)
        found.append(f"cases {[(ours.get(key), theirs.get(key)) for key in odd[:2]]}")
    return found


class Laboratory:
    """All populations, each prepared when it is first needed."""

    def __init__(self, populations: Sequence[Population]) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._populations = list(populations)
        self._benches: dict[int, Bench] = {}

    def benches(self, file: str) -> Iterator[Bench]:
        """Every population of the file's kind, the one where most of its own spec stands first."""
        of_absences = is_of_absences(file)
        own = Path(file).name[:4].upper().replace("_", "-")

        def relevance(index: int) -> tuple[int, int]:
            members = self._populations[index].cases
            return -sum(case.spec == own for case in members), index

        places = [
            index for index, one in enumerate(self._populations) if (one.settings.absence is not None) == of_absences
        ]
        for index in sorted(places, key=relevance):
            yield self._bench(index)

    def _bench(self, index: int) -> Bench:
        if index not in self._benches:
            folder = Path(self._folder.name) / str(index)
            folder.mkdir()
            population = self._populations[index]
            self._benches[index] = (AbsenceBench if population.settings.absence else Bench)(population, folder)
        return self._benches[index]

    def notices(self, file: str, text: str) -> str:
        """What the first population that notices says of the mutant; empty when it survives all.

        Raises InternalFailure when the changed statement does not run at all.
        """
        for bench in self.benches(file):
            if said := bench.notices(file, text):
                return f"{bench.population.name}: {said}"
        return ""

    def faults(self) -> list[str]:
        """What is wrong with the unchanged SQL; should be nothing before mutants mean much."""
        return [text for file in ("", "absence/") for bench in self.benches(file) for text in bench.faults]

    def close(self) -> None:
        """Close and remove every database."""
        for bench in self._benches.values():
            bench.close()
        self._folder.cleanup()


def windows_notice(text: str) -> str:
    """Which row of the table of windows comes out otherwise when `facts/windows.sql` reads `text`."""
    rows = [row for spec in read_specs() for row in spec.windows]
    born = {"person_id": "VARCHAR", "birth_earliest_on": "DATE", "birth_latest_on": "DATE"}
    persons = []
    for row in rows:
        interval = parse_register_date(digits(row["born"]))
        assert interval is not None
        persons.append((row["#"], interval.earliest.isoformat(), interval.latest.isoformat()))
    with tempfile.TemporaryDirectory() as folder, Warehouse(Path(folder), threads=1) as warehouse:
        warehouse.load("facts_persons", born, persons)
        warehouse.load("settings_first_school_days", {"start_month_on": "DATE", "first_day_on": "DATE"}, [])
        with Overridden(warehouse, "facts/windows.sql", text):
            found = {row["person_id"]: row for row in warehouse.fetch("facts/windows.sql")}
    for row in rows:
        for bound in ("duty_from", "leerplicht_until", "duty_until"):
            actual = found.get(row["#"], {}).get(bound)
            if (NONE if actual is None else str(actual)) != row[bound]:
                return f"windows, row {row['#']}: {bound} is {actual} instead of {row[bound]}"
    return ""


def orders_notice(text: str | None = None) -> str:
    """Which pair of rows with the same `seq` comes out in another order when `facts/residences.sql` reads `text`."""
    orders = [row for spec in read_specs() for row in spec.orders]
    rows = []
    for number, order in enumerate(orders):
        for age in ("older", "newer"):
            column, cell = order["column"], order[age]
            is_date = column.endswith(("_on", "_from", "_date"))
            # By a column that orders nothing it is seen afterwards which row is which.
            row = {"person_id": str(number), "seq": "0", "is_incorrect": "0", "inquiry_from": _MARKS[age]}
            rows.append(row | {column: digits(cell) if is_date else cell})
    with tempfile.TemporaryDirectory() as folder, Warehouse(Path(folder), threads=1) as warehouse:
        warehouse.load("valid_residences", RESIDENCES, [_typed(row, RESIDENCES) for row in rows])
        with Overridden(warehouse, "facts/residences.sql", text or warehouse.sql("facts/residences.sql")):
            found = warehouse.fetch("facts/residences.sql", reference_date=REFERENCE_DATE)
    newest = {int(row["person_id"]): row["inquiry_from_earliest_on"] for row in found if row["position"] == 0}
    for number, order in enumerate(orders):
        if number not in newest or f"{newest[number]:%Y%m%d}" != _MARKS["newer"]:
            return f"order {number + 1} ({order['column']}): {order['newer']} is not the newer row"
    return ""
