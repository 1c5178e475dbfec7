"""A municipality with a desk: one night, its key map, and browsers of people in every role."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from brp_signals.base.dates import HERE
from brp_signals.base.desk_settings import DeskSettings
from brp_signals.base.sealing import new_identity, parse_recipients
from brp_signals.desk.accounts import keep_user
from brp_signals.desk.app import create_app
from brp_signals.desk.database import Database
from brp_signals.desk.workplace import Workplace
from brp_signals.gateway.way_back.key_map import KeyMapWriter, MapHeader
from brp_signals.state.ledger import Decision, open_ledger
from tests.ledger.nights import Nights, child

LISTED_ON = date(2026, 6, 15)
CHILDREN = [
    child(child="eldest", mother="mother"),
    child(child="youngest", mother="mother"),
    *[child(child=f"ordinary {number}") for number in range(4)],
    child(child="secret", confidential="yes"),
    child(child="elsewhere", municipality="0518"),
]
SCOPE = ("0363", "0518")
PASSWORD = "een lang wachtwoord"  # noqa: S105 -- of nobody
#: Users by name, with their roles.
PEOPLE = {
    "Anna": ("clerk",),
    "Bob": ("clerk",),
    "Lea": ("leerplicht",),
    "Coen": ("coordinator",),
    "Zoë": ("sealed-list-officer",),
    "Stef": ("steward",),
    "Priya": ("privacy-officer",),
}
ELSEWHERE = "Haagse Harry"


def open_office(folder: Path) -> Nights:
    """Run the night and make everything else that a desk needs."""
    nights = Nights(folder)
    run_night(nights, LISTED_ON, CHILDREN)
    furnish(nights)
    return nights


def furnish(nights: Nights) -> None:
    """Make identities and a key map of the persons of the last night, and let people in."""
    folder = nights.folder
    nights.state.chmod(0o700)
    ordinary = parse_recipients([new_identity(folder / "clerk.id")], "identity")
    sealed = parse_recipients([new_identity(folder / "officer.id")], "identity")
    writer = KeyMapWriter(folder / "map.age", MapHeader("2026a", "d", LISTED_ON.isoformat()), ordinary, sealed)
    for number, (person_id, is_sealed) in enumerate(persons(nights)):
        writer.add(person_id, a_number(number), bsn(number), is_sealed)
    writer.close()
    database = Database(nights.state)
    for name, roles in PEOPLE.items():
        keep_user(database, name, roles, ["0363"], PASSWORD)
    keep_user(database, ELSEWHERE, ["clerk"], ["0518"], PASSWORD)
    database.close()


def run_night(nights: Nights, day: date, children: list[dict[str, str]]) -> None:
    """Run the delivery of a day, early on that day."""
    nights.deliver(day, children, SCOPE)
    with early_on(day):
        nights.run()


@contextmanager
def early_on(day: date) -> Iterator[None]:
    """Let a night take place early on a day: what people decide later on that day comes after it."""

    class Early(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Early":
            return cls(day.year, day.month, day.day, 4, 15, tzinfo=tz)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("brp_signals.pipeline.datetime", Early)
        yield


def persons(nights: Nights) -> list[tuple[str, bool]]:
    """Everybody of whom there is a case, and whether under secrecy."""
    with open_ledger(nights.state) as ledger:
        sealed = {case_id: position.is_sealed for case_id, position in ledger.positions().items()}
        found = [(subjects[-1][0], sealed[case_id]) for case_id, subjects in ledger.subjects().items()]
    return sorted(found)


def a_number(number: int) -> str:
    return f"{7_000_000_101 + number}"


def bsn(number: int) -> str:
    return f"{900_000_201 + number}"


@dataclass
class Clock:
    """A clock that a test can put forward."""

    now: datetime = datetime(2026, 6, 20, 9, 0, tzinfo=HERE)

    def __call__(self) -> datetime:
        return self.now

    def later(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@dataclass
class Browser:
    """Somebody at the desk; forms get the token of the page that was seen last."""

    client: TestClient
    text: str = ""

    def get(self, path: str, **query: str) -> Any:
        answer = self.client.get(f"{path}?{urlencode(query)}" if query else path)
        if "text/html" in answer.headers.get("content-type", ""):
            self.text = answer.text
        return answer

    def post(self, path: str, headers: Any = None, **form: str) -> Any:
        answer = self.client.post(path, data={"csrf": self.token, **form}, headers=headers)
        if "text/html" in answer.headers.get("content-type", ""):
            self.text = answer.text
        return answer

    @property
    def token(self) -> str:
        found = re.search(r'name="csrf" value="([^"]*)"', self.text)
        return found[1] if found else ""

    @property
    def seen(self) -> str:
        """What the form for a decision says of the decisions that the page showed."""
        found = re.search(r'name="gezien" value="([^"]*)"', self.text)
        assert found, self.text
        return found[1]

    @property
    def cookie(self) -> str:
        return str(self.client.cookies.get("brp_desk"))

    def sign_in(self, name: str, password: str = PASSWORD, to: str = "/") -> Any:
        self.get("/aanmelden")
        return self.post("/aanmelden", naam=name, wachtwoord=password, naar=to)

    def open(self, case_id: str) -> Any:
        return self.get(f"/zaak/{case_id}")

    def decide(self, case_id: str, outcome: str = "X-VERTREK-OK", reason: str = "", **more: Any) -> Any:
        form = {"besluit": outcome, "reden": reason, "datum": "2026-06-20", "gezien": more.pop("seen", "") or self.seen}
        form |= more
        return self.post(f"/zaak/{case_id}/besluit", **form)

    def reveal(self, case_id: str, reason: str = "look") -> Any:
        return self.post(f"/zaak/{case_id}/persoon", reden=reason)

    def numbers(self, path: str = "/werk", **query: str) -> list[str]:
        """The cases on a page, in its order."""
        return re.findall(r'<th scope="row"><a href="/zaak/(S-[0-9A-Z]{4}-[0-9A-Z]{4})"', self.get(path, **query).text)


class Office:
    """A desk that is open, in a copy of the municipality."""

    def __init__(self, nights: Nights, **settings: Any) -> None:
        self.nights, self.folder = nights, nights.folder
        self.clock = Clock()
        known: dict[str, Any] = {
            "hosts": ("testserver",),
            "key_map": self.folder / "map.age",
            "identity": self.folder / "clerk.id",
        }
        known |= {"sealed_identity": self.folder / "officer.id"}
        self.brp_api = settings.pop("brp_api", None)
        self.settings = DeskSettings(**(known | settings))
        self.app: FastAPI
        self.reopen()

    def reopen(self) -> None:
        """Start the desk, as after a restart of its machine."""
        self.place = Workplace(self.settings, self.nights.state, self.nights.output, self.clock, self.brp_api)
        self.app = create_app(self.place)

    def browser(self, name: str = "") -> Browser:
        """A browser, in which somebody has signed in if a name is given."""
        made = Browser(TestClient(self.app, follow_redirects=False, raise_server_exceptions=True))
        if name:
            assert made.sign_in(name).status_code == 303
        return made

    @property
    def addresses(self) -> list[Any]:
        """Every address of the desk."""
        return list(self.app.routes)

    @property
    def audit(self) -> list[tuple[str, str, str]]:
        """Who did what about which case, in the order of the log."""
        return [(line.name, line.action, line.case_id) for line in self.place.log.newest(10_000)][::-1]

    def decisions(self, case_id: str) -> list[Decision]:
        """What the ledger holds."""
        with open_ledger(self.nights.state) as ledger:
            return ledger.decisions(case_id)

    def case_of(self, is_sealed: bool = False, municipality: str = "0363") -> str:
        """The number of a case that was listed."""
        with open_ledger(self.nights.state) as ledger:
            found = ledger.positions()
        return next(
            case_id
            for case_id, each in sorted(found.items())
            if each.is_sealed == is_sealed and each.municipality_code == municipality
        )

    def next_night(self, today: date, children: list[dict[str, str]] | None = None) -> None:
        """Run the next delivery."""
        run_night(self.nights, today, CHILDREN if children is None else children)


def copy_office(nights: Nights, folder: Path) -> Nights:
    """The same municipality in another folder."""
    copied = nights.copy(folder)
    for name in ("map.age", "map.age.sealed", "clerk.id", "officer.id"):
        shutil.copy(nights.folder / name, folder / name)
    return copied
