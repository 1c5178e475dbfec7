"""The ledger: the small SQLite database in the state folder that remembers runs, cases and decisions.

Only this package speaks to SQLite, in the statements of `sql/ledger/`. A run reads what was known before it (`recall`)
and, when its output is ready, writes everything it adds in one transaction (`record`). A rerun of the newest run first
takes that run back.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, fields
from datetime import date
from pathlib import Path
from typing import Any, Final

from brp_signals.base.dates import case_date
from brp_signals.base.errors import UsageProblem
from brp_signals.base.statuses import OVER
from brp_signals.state.ledger.file import (
    FILE,
    SCHEMA,
    check,
    create_private,
    explained,
    migrate,
    sql,
    statements,
    transaction,
)
from brp_signals.state.ledger.records import (
    Additions,
    Decision,
    DecisionPair,
    Draw,
    Entry,
    Evaluated,
    Held,
    HeldSign,
    Memory,
    Position,
    Run,
    WatchedValue,
)

_NOTHING: Final[Mapping[str, Any]] = {}
_AFTER_EVERY_RUN: Final = 1 << 40


class Ledger:
    """An open ledger; make one with `open_ledger`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def runs(self) -> list[Run]:
        """Every run that was published, oldest first."""
        return [_run(row) for row in self._connection.execute(sql("runs")).fetchall()[::-1]]

    def last_run(self) -> Run | None:
        """The newest run, the lists of which must be in the output."""
        row = self._connection.execute(sql("runs")).fetchone()
        return _run(row) if row else None

    def recall(self, run_no: int, days_back: int = 0) -> Memory:
        """What was known before run `run_no`: the same whether or not that run itself has been recorded; of what the
        watch remembers, numbers of so many days.
        """
        return Memory(**self._all("recall", Memory, {"run_no": run_no, "days_back": days_back}))

    def record(self, run: Run, additions: Additions) -> None:
        """Write all that a run adds, or nothing; an earlier record with the same run number is taken back first."""
        number = {"run_no": run.run_no}
        with explained("written"), transaction(self._connection):
            self._take_back(number)
            self._connection.execute(
                sql("record_run"),
                (
                    *(run.run_no, run.run_id, run.delivery_id, run.manifest_sha256, run.reference_date.isoformat()),
                    *(json.dumps(run.scope), run.pseudonym_key_id, run.configuration),
                    *(json.dumps(run.measures, sort_keys=True), run.accepted_drift, _names(run.enrolment_memory)),
                    self._rule_set(json.dumps(run.rules, sort_keys=True)),
                ),
            )
            for name, figure in (("record_listed", run.listed), ("record_seconds", run.seconds)):
                if figure is not None:
                    self._connection.execute(sql(name), (run.run_no, figure))
            for kind in fields(Additions):
                statement = sql(f"record_{kind.name}").replace(":run_no", str(int(run.run_no)))
                self._connection.executemany(statement, map(_texts, getattr(additions, kind.name)))

    def _take_back(self, number: dict[str, int]) -> None:
        for statement in (*statements("take_back"), sql("remove_rule_sets")):
            self._connection.execute(statement, number)

    def _all(self, prefix: str, record: type, parameters: Mapping[str, Any] = _NOTHING) -> dict[str, list[Any]]:
        """The rows of the statement `<prefix>_<field>` for each field of a record."""
        return {
            each.name: self._connection.execute(sql(f"{prefix}_{each.name}"), parameters).fetchall()
            for each in fields(record)
        }

    def undo(self, run: Run, taken_back_at: str, reason: str) -> None:
        """Take the newest run back and remember that it was taken back; decisions of people stay.

        A case that only this run knew is kept under the run before it when people decided on it.
        """
        number = {"run_no": run.run_no}
        with explained("written"), transaction(self._connection):
            self._take_back(number)
            for name in ("keep_decided", "remove_acknowledged"):
                self._connection.execute(sql(name), number)
            self._connection.execute(
                sql("record_taken_back"),
                (run.run_id, run.delivery_id, run.reference_date.isoformat(), taken_back_at, reason),
            )

    def taken_back(self) -> set[str]:
        """The ids of runs that people took back."""
        return {run_id for (run_id,) in self._connection.execute(sql("taken_back"))}

    def is_decided_on(self, run_no: int) -> bool:
        """Whether people decided on a case that this run was the first to know."""
        return self._connection.execute(sql("decided_on"), (run_no,)).fetchone() is not None

    def _rule_set(self, rules: str) -> int:
        """Return the number of these rules, a new number when no earlier run had them."""
        known = self._connection.execute(sql("rule_set"), (rules,)).fetchone()
        if known:
            return int(known[0])
        return self._connection.execute(sql("record_rule_set"), (rules,)).lastrowid or 0

    def add_decisions(self, decisions: Iterable[Decision]) -> None:
        """Remember what people decided, all of it or nothing; earlier decisions stay, and the last one of a case
        counts.
        """
        with explained("written"), transaction(self._connection):
            for decision in decisions:
                *cells, decided_by = _texts(astuple(decision))
                number = self._connection.execute(sql("record_decision"), cells).lastrowid
                if decided_by:
                    self._connection.execute(sql("record_decided_by"), (number, decided_by))

    def persons(self) -> list[tuple[str, str, bool]]:
        """Return persons with each departure date of their cases, as delivered, or with an empty one, and whether a
        later delivery may still speak of them.
        """
        return [(person, day, bool(is_needed)) for person, day, is_needed in self._connection.execute(sql("persons"))]

    def rekey(self, renamed: Mapping[str, str], key_id: str, enrolment_memory: Sequence[str]) -> None:
        """Replace the pseudonyms of persons, given by old pseudonym, and the key id of every run, all of it or nothing.

        `enrolment_memory` names the files under the new key; memories of earlier runs no longer count.
        """
        self._connection.execute("PRAGMA temp_store = MEMORY")
        with explained("written"), transaction(self._connection):
            self._connection.execute(sql("rekey_names"))
            self._connection.executemany(sql("rekey_name"), renamed.items())
            for statement in statements("rekey"):
                self._connection.execute(statement, {"key_id": key_id, "memory": _names(enrolment_memory)})

    def add_pairs(self, pairs: Iterable[DecisionPair]) -> None:
        """Remember what workbooks that were handed in together said of the same cases; a known pair stays as it is."""
        with explained("written"), transaction(self._connection):
            self._connection.executemany(sql("record_pair"), [astuple(pair) for pair in pairs])

    def evaluated(self) -> Evaluated:
        """Everything that an evaluation reads, without any person."""
        return Evaluated(**self._all("evaluated", Evaluated))

    def positions(self) -> dict[str, Position]:
        """Every case by its number, children under secrecy too."""
        return {
            case_id: Position(kind, municipality_code, bool(is_sealed), date.fromisoformat(day))
            for case_id, kind, municipality_code, is_sealed, day in self._connection.execute(sql("positions"))
        }

    def subjects(self) -> dict[str, list[tuple[str, str]]]:
        """Return for each case number the persons that the case is about, each with its day as delivered, the newest
        last; children under secrecy too.
        """
        found: dict[str, list[tuple[str, str]]] = {}
        for case_id, person_id, day in self._connection.execute(sql("subjects")):
            found.setdefault(case_id, []).append((person_id, day))
        return found

    def lists_of_sealed(self) -> list[tuple[str, str]]:
        """Run (by id) and municipality of every ordinary list that may name a child who is under secrecy now."""
        return self._connection.execute(sql("lists_of_sealed")).fetchall()

    def decisions(self, case_id: str) -> list[Decision]:
        """What people decided about one case, in the order of import."""
        rows = self._connection.execute(sql("case_decisions"), (case_id,))
        return [_decision(case_id, *row) for row in rows]

    def standing(self) -> dict[str, Decision]:
        """The decision that holds now, by the number of its case; of children under secrecy too."""
        return {case_id: _decision(case_id, *row) for case_id, *row in self._connection.execute(sql("standing"))}

    def remove_decision(self, case_id: str, file_sha256: str) -> None:
        """Forget one decision that its own taker took back; one that is not there is no error."""
        with explained("written"), transaction(self._connection):
            self._connection.execute(sql("remove_decision"), (case_id, file_sha256))

    def families(self) -> list[tuple[str, str]]:
        """The number of each ordinary case with a mark of each of its parents, by mark."""
        return self._connection.execute(sql("families")).fetchall()

    def draws(self) -> list[Draw]:
        """The departures that were drawn by chance and still stand on the list; children under secrecy too."""
        rows = self._connection.execute(sql("recall_draws"), {"run_no": _AFTER_EVERY_RUN}).fetchall()
        return [
            Draw(case_id, person_id, day, municipality_code, bool(is_sealed), stratum, date.fromisoformat(drawn_on))
            for case_id, person_id, day, municipality_code, is_sealed, _, _, stratum, drawn_on, is_left in rows
            if not is_left
        ]

    def told_alarms(self) -> list[dict[str, Any]]:
        """The changes that stand after the newest run of each scope, as it told them, each with its scope."""
        return [
            {**alarm, "scope": json.loads(scope)}
            for scope, told in self._connection.execute(sql("told_alarms"))
            for alarm in json.loads(told)
        ]

    def acknowledged(self) -> dict[str, tuple[str, str]]:
        """By the id of an alarm when a person acknowledged it and why."""
        return {alarm_id: (at, reason) for alarm_id, at, reason in self._connection.execute(sql("acknowledged"))}

    def knows_alarm(self, alarm_id: str) -> bool:
        """Whether some run found this alarm, standing or over."""
        return self._connection.execute(sql("known_alarm"), (alarm_id,)).fetchone() is not None

    def acknowledge(self, alarm_ids: Iterable[str], acknowledged_at: str, reason: str) -> None:
        """Remember that a person said of these alarms that they are as it should be, all of them or none."""
        rows = [(alarm_id, acknowledged_at, reason) for alarm_id in alarm_ids]
        with explained("written"), transaction(self._connection):
            self._connection.executemany(sql("record_acknowledged"), rows)

    def watched(self) -> list[WatchedValue]:
        """The numbers that the watch remembers, those of one series in their order."""
        return [
            WatchedValue(tuple(json.loads(scope)), kind, subject, source, measure, date.fromisoformat(day), value, n)
            for scope, kind, subject, source, measure, day, value, n in self._connection.execute(sql("watched"))
        ]

    def handled(self, since: date) -> list[tuple[date, str, str]]:
        """Day, municipality and number of the ordinary cases that people decided on since a day."""
        found = self._connection.execute(sql("handled"), (since.isoformat(),))
        return [(date.fromisoformat(day), municipality_code, case_id) for day, municipality_code, case_id in found]

    def drawn(self, case_id: str) -> tuple[date, str] | None:
        """The day an ordinary case was drawn for the control sample, and its stratum; None when it was not, or is under
        secrecy."""
        found = self._connection.execute(sql("case_drawn"), (case_id,)).fetchone()
        return (date.fromisoformat(found[0]), found[1]) if found else None

    def purge(
        self,
        *,
        departed_before: date,
        decided_before: date,
        runs_before: date,
        named_before: date,
        watched_before: date,
    ) -> dict[str, int]:
        """Remove cases with departure and decisions before these days, with everything that belongs to them, and old
        runs; of decisions from before `named_before` that are kept longer, remove who took them; of what the watch
        remembers, numbers that stood no more on `watched_before` and changes that were over.

        An incomplete departure date counts as its last possible day; of several dates of a case the last one counts.
        All of it or nothing. Returns how many went, per kind; cases by the status they had.
        """
        days = {
            "departed_before": departed_before.isoformat(),
            "decided_before": decided_before.isoformat(),
            "runs_before": runs_before.isoformat(),
            "named_before": named_before.isoformat(),
            "watched_before": watched_before.isoformat(),
        }
        with explained("written"), transaction(self._connection):
            over = self._cases_over(departed_before, days)
            for statement in statements("remove_case"):
                self._connection.executemany(statement, [(case_id,) for case_id in over])
            names = self._connection.execute(sql("remove_names"), days).rowcount
            inquiries = self._connection.execute(sql("remove_inquiries"), days).rowcount
            self._connection.execute(sql("remove_secrecy"), days)
            self._connection.execute(sql("remove_facts"))
            watched = self._remove_watched(days)
            runs = self._connection.execute(sql("remove_runs"), days).rowcount
            self._connection.execute(sql("remove_taken_back"), days)
            self._connection.execute(sql("remove_rule_sets"))
        statuses = Counter(over.values())
        closed = {f"cases {status}": statuses.pop(status, 0) for status in (*OVER, "drawn")}
        return {
            **closed,
            "cases undecided": statuses.total(),
            "names of staff": names,
            "inquiries": inquiries,
            "numbers of the watch": watched,
            "runs": runs,
        }

    def _remove_watched(self, days: dict[str, str]) -> int:
        """Remove what is over its term of what the watch remembers; returns how many numbers went."""
        removed, *_ = [self._connection.execute(statement, days).rowcount for statement in statements("remove_watch")]
        self._connection.execute(sql("remove_acknowledged"))
        return removed

    def compact(self) -> None:
        """Leave nothing of what was removed in the file or in its write-ahead log.

        Raises InternalFailure when another program is reading the ledger.
        """
        with explained("compacted"):
            # Otherwise the copy that VACUUM makes would be in the system's folder for temporary files.
            self._connection.execute("PRAGMA temp_store = MEMORY")
            self._connection.execute("VACUUM")
            if self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                raise sqlite3.OperationalError

    def _cases_over(self, departed_before: date, days: dict[str, str]) -> dict[str, str]:
        """Return the status of every case with decisions and departure, on its last possible day, before these days."""
        latest: dict[str, date] = {}
        statuses: dict[str, str] = {}
        for case_id, departure_date, first_seen_on, status in self._connection.execute(sql("departures"), days):
            departed = case_date(departure_date) if departure_date else None
            day = departed.latest if departed else date.fromisoformat(first_seen_on)
            latest[case_id] = max(day, latest.get(case_id, day))
            statuses[case_id] = status
        return {case_id: statuses[case_id] for case_id, day in latest.items() if day < departed_before}

    def history(self, case_id: str) -> list[Entry]:
        """The life of one case, oldest line first; empty for an unknown one and for a child under secrecy."""
        rows = self._connection.execute(sql("case_history"), (case_id,)).fetchall()
        if rows and rows[-1][5]:
            return []
        return [
            Entry(
                date.fromisoformat(day), status, level or "", suppressor or "", tuple(filter(None, reason.split("|")))
            )
            for day, status, level, suppressor, reason, _ in rows
        ]

    def held(self, case_id: str) -> Held:
        """What is kept of one case apart from its history and decisions."""
        drawn = self.drawn(case_id)
        if not self.history(case_id) and not drawn:
            return Held()
        dates = self._connection.execute(sql("case_dates"), (case_id,)).fetchall()
        return Held(
            tuple((delivered, date.fromisoformat(day)) for delivered, day in dates),
            self.signs(case_id),
            *(drawn or ()),
        )

    def signs(self, case_id: str) -> tuple[HeldSign, ...]:
        """The signs that one case rests or rested on, by their day; of a child under secrecy too."""
        return tuple(
            HeldSign(
                rule_code,
                source,
                date.fromisoformat(event_on),
                bool(is_context),
                date.fromisoformat(first_seen_on),
                date.fromisoformat(gone_on) if gone_on else None,
            )
            for rule_code, source, event_on, is_context, first_seen_on, gone_on in self._connection.execute(
                sql("case_signs"), (case_id,)
            )
        )


@contextmanager
def open_ledger(state: Path, schema: Path = SCHEMA) -> Iterator[Ledger]:
    """Open the ledger of a state folder: make it when there is none, bring it to the newest version, and check it for
    damage.

    Raises InternalFailure, with what to do, when the file is damaged, locked, or of a newer version.
    """
    path = state / FILE
    create_private(path)
    with explained("opened"), closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as connection:
        check(connection, path)
        migrate(connection, path, schema)
        yield Ledger(connection)


@contextmanager
def read_ledger(state: Path) -> Iterator[Ledger]:
    """Open the ledger for reading alone, beside a run that may be writing it.

    Raises UsageProblem when there is none, InternalFailure when it cannot be read.
    """
    if not (state / FILE).is_file():
        raise nothing_published(state)
    place = f"{(state / FILE).resolve().as_uri()}?mode=ro"
    with explained("read"), closing(sqlite3.connect(place, uri=True, timeout=10, isolation_level=None)) as connection:
        yield Ledger(connection)


def last_run(state: Path) -> Run | None:
    """The newest run of a state folder; None when there is no ledger yet."""
    if not (state / FILE).is_file():
        return None
    with open_ledger(state) as ledger:
        return ledger.last_run()


def nothing_published(state: Path) -> UsageProblem:
    """The sentence about a state folder of which no run is known."""
    return UsageProblem(
        f"No run has been published from the state folder {state.name} yet; name the right one with --state."
    )


def _decision(case_id: str, outcome: str, reason: str | None, day: str, at: str, file: str, by: str | None) -> Decision:
    return Decision(case_id, outcome, reason or "", date.fromisoformat(day), at, file, by or "")


def _texts(row: Sequence[Any]) -> tuple[Any, ...]:
    """Dates as ISO text, booleans as 0 and 1."""
    return tuple(
        cell.isoformat() if isinstance(cell, date) else int(cell) if isinstance(cell, bool) else cell for cell in row
    )


def _names(files: Sequence[str]) -> str | None:
    """The names of files in one cell."""
    return " ".join(files) or None


def _run(row: Iterable[Any]) -> Run:
    number, run_id, delivery_id, manifest, day, scope, key, configuration, rules, measures, drift, memory, *figures = (
        row
    )
    listed, seconds = figures
    return Run(
        run_no=number,
        run_id=run_id,
        delivery_id=delivery_id,
        manifest_sha256=manifest,
        reference_date=date.fromisoformat(day),
        scope=tuple(json.loads(scope)),
        pseudonym_key_id=key,
        configuration=configuration,
        rules=json.loads(rules),
        measures=json.loads(measures),
        accepted_drift=drift,
        enrolment_memory=tuple((memory or "").split()),
        listed=listed,
        seconds=seconds,
    )
