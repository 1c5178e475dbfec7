"""The list of the last run, taken into memory when a run was published, so that a new list shows without a restart.

Ordinary cases come from what the run kept for `explain`, children under secrecy from the sealed tables, departures that
were drawn by chance and decisions since the run from the ledger. Nothing of it is written to the disk once more.
"""

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any, Final, NamedTuple

from brp_signals.base.dates import case_date
from brp_signals.base.outcomes import DEPARTURE, WAITING
from brp_signals.base.private_files import open_ordinary
from brp_signals.base.sealing import AGE_SUFFIX, Identities, unseal
from brp_signals.base.statuses import LISTED
from brp_signals.desk.database import Database
from brp_signals.publish import wording
from brp_signals.publish.commit import LATEST, SEALED
from brp_signals.publish.explanations import LastRun, recall_all
from brp_signals.publish.kinds import KINDS, Kind
from brp_signals.state.ledger import FILE, Decision, Draw, Ledger, Run, read_ledger

_SCHOOL: Final = re.compile(r"\b[0-9]{2}[A-Z]{2}[0-9]{2}\b")
_RUN_BEGAN: Final = "%Y%m%dT%H%M%S"


class Line(NamedTuple):
    """One case as the inbox needs it; the names are those of `night.listed`."""

    case_id: str
    kind: str
    municipality_code: str
    is_sealed: bool
    is_drawn: bool
    is_listed: bool
    person_id: str
    status: str
    level: str
    rank: int
    left_on: str
    due_on: str | None
    reason_nl: str
    rule_codes: str
    schools: str
    block_no: int = 0
    block_size: int = 1
    block_rank: int = 0
    facts: str | None = None


@dataclass(frozen=True)
class Keys:
    """The identities that open what an encrypting run wrote."""

    ordinary: Identities = ()
    sealed: Identities = ()


class NightList:
    """Holds the list in the desk's database up to date with the state folder and the published lists."""

    def __init__(self, database: Database, state: Path, lists: Path, keys: Keys) -> None:
        self._database, self._state, self._lists, self._keys = database, state, lists, keys
        self._lock = Lock()
        self._changed: tuple[int, ...] | None = None
        self._run_id = ""
        self.run: Run | None = None
        self.look_back_months = 0

    def refresh(self) -> None:
        """Take in what changed since the last request. Raises SignalsError when there is no list that can be read."""
        changed = _changed(self._state)
        if changed == self._changed:
            return
        with self._lock, read_ledger(self._state) as ledger:
            run = ledger.last_run()
            if run and run.run_id != self._run_id:
                self._take_in(ledger, run)
            if run:
                self._take_in_decisions(ledger, run)
            self._changed = changed

    def _take_in(self, ledger: Ledger, run: Run) -> None:
        kept = recall_all(self._state, self._keys.ordinary)
        sealed = self._lists / LATEST / SEALED
        lines = [*_ordinary(kept), *_sealed(sealed, self._keys.sealed), *_drawn(ledger.draws(), run.reference_date)]
        with_signs = {line.case_id: line for line in lines if not line.is_drawn}
        lines = [*({line.case_id: _as_drawn(line, with_signs) for line in lines}).values()]
        with self._database.transaction():
            self._database.change("forget_listed")
            self._database.change("forget_whole")
            self._database.change_all("add_listed", (line._asdict() for line in _in_blocks(lines, ledger.families())))
            self._database.change_all("add_whole", (line._asdict() for line in lines if line.facts))
            self._forget_cases_gone(ledger)
        self.run, self._run_id, self.look_back_months = run, run.run_id, kept.look_back_months

    def _forget_cases_gone(self, ledger: Ledger) -> None:
        """Remove what the desk has of cases that the ledger knows no more."""
        self._database.change("forget_known")
        self._database.change_all("add_known", ((case_id,) for case_id in ledger.positions()))
        for statement in ("remove_assignments", "remove_contacts", "remove_notes_of_gone"):
            self._database.change(statement)

    def _take_in_decisions(self, ledger: Ledger, run: Run) -> None:
        began = datetime.strptime(run.run_id[:15], _RUN_BEGAN).replace(tzinfo=UTC)
        standing = ledger.standing().values()
        since = [decision for decision in standing if datetime.fromisoformat(decision.imported_at) > began]
        with self._database.transaction():
            self._database.change("forget_decided")
            self._database.change_all("add_decided", map(_decided, since))


def _changed(state: Path) -> tuple[int, ...]:
    """What is another thing whenever the ledger was written."""
    files = (state / FILE, state / f"{FILE}-wal")
    found = [file.stat() for file in files if file.exists()]
    return tuple(number for each in found for number in (each.st_mtime_ns, each.st_size, each.st_ino))


def _ordinary(kept: LastRun) -> Iterator[Line]:
    for kind, values in kept.rows:
        yield Line(
            case_id=values["case_id"],
            kind=kind.code,
            municipality_code=values["municipality_code"],
            is_sealed=False,
            is_drawn=False,
            is_listed=values["status"] in LISTED,
            person_id=values["person_id"],
            status=values["status"],
            level=values.get("level", "") if values["status"] in LISTED else "",
            rank=values["rank"] if values["status"] in LISTED else _LAST,
            left_on=values.get("departed_on") or values["since_on"],
            due_on=values.get("due_on"),
            reason_nl=values["reason_nl"],
            rule_codes="|".join(values["rule_codes"]),
            schools=_schools(sign["sentence_nl"] for sign in values["signs"]),
            facts=json.dumps(values, ensure_ascii=False),
        )


def _sealed(folder: Path, identities: Identities) -> Iterator[Line]:
    """The cases of children under secrecy, if the sealed lists can be opened here."""
    for kind in KINDS:
        for row in _table(folder / f"{kind.table}.csv", identities):
            yield _sealed_line(kind, row)


def _sealed_line(kind: Kind, row: Mapping[str, str]) -> Line:
    return Line(
        case_id=row["case_id"],
        kind=kind.code,
        municipality_code=row["municipality_code"],
        is_sealed=True,
        is_drawn=False,
        is_listed=True,
        person_id=row["person_id"],
        status=row["status"],
        level=row.get("level", ""),
        rank=int(row["rank"]),
        left_on=row.get("departed_on") or row.get("since_on", ""),
        due_on=None,
        reason_nl=row["reason_nl"],
        rule_codes=row["rule_codes"],
        schools=_schools([row["reason_nl"]]),
        facts=json.dumps({"next_step_nl": row["next_step_nl"], "organisation_nl": row["organisation_nl"]}),
    )


def _table(path: Path, identities: Identities) -> list[dict[str, str]]:
    """The rows of a published table; none when this run has no such table, or nothing here opens it."""
    encrypted = path.with_name(path.name + AGE_SUFFIX)
    if path.is_file():
        content = _content(path)
    elif encrypted.is_file() and identities:
        content = unseal(_content(encrypted), identities, encrypted.name)
    else:
        return []
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def _content(path: Path) -> bytes:
    with open_ordinary(path) as stream:
        return stream.read()


def _drawn(draws: Iterable[Draw], today: date) -> Iterator[Line]:
    for draw in draws:
        left = case_date(draw.departure_date)
        yield Line(
            case_id=draw.case_id,
            kind=DEPARTURE,
            municipality_code=draw.municipality_code,
            is_sealed=draw.is_sealed,
            is_drawn=True,
            is_listed=True,
            person_id=draw.person_id,
            status="ongoing" if draw.drawn_on < today else "new",
            level="",
            rank=_LAST,
            left_on=left.earliest.isoformat() if left else "",
            due_on=None,
            reason_nl=wording.why_drawn(draw.stratum),
            rule_codes="",
            schools="",
        )


def _as_drawn(line: Line, with_signs: Mapping[str, Line]) -> Line:
    """A drawn departure with the sign that it has, if any: one that is on the list by itself is told as the others."""
    known = with_signs.get(line.case_id)
    if not line.is_drawn or known is None or known.is_listed:
        return known or line
    return known._replace(is_drawn=True, is_listed=True, status=line.status)


#: Departures without a sign come after all signals.
_LAST: Final = 1_000_000


def _schools(texts: Iterable[str]) -> str:
    """The codes of the schools that these sentences name."""
    return "|".join(sorted({code for text in texts for code in _SCHOOL.findall(text)}))


def _in_blocks(lines: list[Line], families: Iterable[tuple[str, str]]) -> Iterator[Line]:
    """The lines with their blocks: listed children with a parent in common who left on one day."""
    block_of = _blocks([line for line in lines if line.is_listed and not line.is_sealed], families)
    blocks: dict[int, list[Line]] = defaultdict(list)
    for number, line in enumerate(lines):
        blocks[block_of.get(line.case_id, len(lines) + number)].append(line)
    for number, block in blocks.items():
        first = min(line.rank for line in block)
        for line in block:
            yield line._replace(block_no=number, block_size=len(block), block_rank=first)


def _blocks(lines: list[Line], families: Iterable[tuple[str, str]]) -> dict[str, int]:
    """The number of the block of each case; who shares a parent with one of a block is of that block."""
    left = {line.case_id: (line.municipality_code, line.kind, line.left_on) for line in lines}
    block_of = {case_id: number for number, case_id in enumerate(left)}
    members = {number: [case_id] for case_id, number in block_of.items()}
    together: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for case_id, mark in families:
        if case_id in left:
            together[mark, *left[case_id]].append(case_id)
    for siblings in together.values():
        first, *others = sorted({block_of[case_id] for case_id in siblings})
        for other in others:
            block_of |= dict.fromkeys(members[other], first)
            members[first] += members.pop(other)
    return block_of


def _decided(decision: Decision) -> dict[str, Any]:
    """What a decision since the run means for the work: over, or waiting until a day."""
    term = WAITING.get(decision.outcome_code)
    return {
        "case_id": decision.case_id,
        "outcome_code": decision.outcome_code,
        "decided_on": decision.decided_on.isoformat(),
        "is_over": term is None,
        "due_on": (decision.decided_on + timedelta(days=term.days)).isoformat() if term else None,
    }
