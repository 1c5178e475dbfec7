"""The invented town at its desk: a night on the sample, with every kind of case, one of which has been worked on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from socket import create_server
from threading import Thread
from typing import Final

import uvicorn
from fastapi import FastAPI

from brp_signals.base.dates import HERE
from tests.desk.office import Clock, Office, early_on, furnish
from tests.ledger.nights import Nights
from tests.publish.golden.night import run_sample

TODAY: Final = date(2026, 11, 20)
#: The sample asks after no absences by itself, and draws too few departures to be sure of one.
_MORE: Final = "\n[absence]\n\n[control_sample]\nleast = 2\n"


def open_town(folder: Path) -> Nights:
    """Run the night of the sample and make what a desk needs."""
    nights = Nights(folder)
    with early_on(TODAY):
        run_sample(folder, _MORE)
    furnish(nights)
    return nights


def office_of(nights: Nights, today: date) -> Office:
    """The desk of these nights, on the morning of a day."""
    office = Office(nights, hosts=("127.0.0.1", "testserver"), reveals_an_hour=1000)
    office.place.clock = Clock(datetime(today.year, today.month, today.day, 9, 0, tzinfo=HERE))
    return office


def cases_by_kind(office: Office) -> dict[str, str]:
    """One case of every kind that there is a page for."""
    anna = office.browser("Anna")
    numbers = anna.numbers()
    return {
        "ordinary": numbers[0],
        "of a family": next(number for number in numbers if "één gezin" in anna.open(number).text),
        "drawn": next(number for number in numbers if "door toeval gekozen" in anna.open(number).text),
        "absence": office.browser("Lea").numbers()[0],
        "sealed": office.browser("Zoë").numbers("/verzegeld")[0],
        "worked on": work_on(office, numbers[2]),
    }


def work_on(office: Office, number: str) -> str:
    """Do everything that can be done with a case of Anna; returns its number."""
    anna = office.browser("Anna")
    anna.open(number)
    today = office.place.today().isoformat()
    anna.post(f"/zaak/{number}/toewijzen", naam="Anna")
    anna.post(f"/zaak/{number}/contact", hoe="school", uitkomst="answered", dag=today)
    anna.post(f"/zaak/{number}/notitie", notitie="De school belt morgen terug.\nDaarna beslissen.")
    anna.open(number)
    anna.decide(number, datum=today)
    return number


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of a desk that listens until the block ends."""
    with create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, access_log=False, log_level="warning"))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
