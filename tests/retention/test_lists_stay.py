"""At the default terms a purge never changes the lists of a later night."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from brp_signals.upkeep.purging import purge
from tests.ledger.nights import Nights

pytestmark = pytest.mark.long

START = date(2022, 1, 10)
N_NIGHTS = 8
#: Departures move out of the look-back, and over their term, within the nights.
STEP = timedelta(days=160)


def child(random: Random, number: int) -> dict[str, str]:
    """One child who left some time before the first nights or during them, with a sign or none."""
    left = START + timedelta(days=random.randrange(-720, 700))
    cells = {"child": f"child {number}", "left": left.isoformat(), "born": "2012-05-01"}
    if random.random() < 0.8:
        seen = left + timedelta(days=random.randrange(30, 400))
        cells["trace"] = f"{random.choice(['absence_report', 'tmv_report', 'school_result'])} {seen}"
    if random.random() < 0.5:
        lists = [left + timedelta(days=days) for days in (40, 70, 300)]
        cells["enrolled"] = f"2020-08-17 at own seen {' '.join(map(str, lists))}"
    return cells


def seen_on(children: list[dict[str, str]], night: date, random: Random) -> list[dict[str, str]]:
    """The children as a night's register has them: signs of later days are not known yet, dates are corrected."""
    for cells in children:
        if random.random() < 0.15:
            shift = timedelta(days=random.randrange(-183, 184))
            cells["left"] = (date.fromisoformat(cells["left"]) + shift).isoformat()
    delivered = []
    for cells in children:
        if cells["left"] > night.isoformat():
            continue
        known = dict(cells)
        if known.get("trace", "").split(" ")[-1] > night.isoformat():
            del known["trace"]
        if "enrolled" in known:
            start, seen = known["enrolled"].split(" seen ")
            days = [day for day in seen.split() if day <= night.isoformat()]
            known["enrolled"] = f"{start} seen {' '.join(days)}"
            if not days:
                del known["enrolled"]
        delivered.append(known)
    return delivered


def lists_of(nights: Nights) -> dict[str, bytes]:
    """What was published but for the numbers of the watch, which have a term of their own and are on no list."""
    return {name: content for name, content in nights.lists().items() if not name.startswith("watch")}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_purge_between_nights_changes_no_list(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    for name in ("purged", "kept"):
        (tmp_path / name).mkdir()
    purged, kept = Nights(tmp_path / "purged"), Nights(tmp_path / "kept")
    children = [child(random, number) for number in range(30)]
    removed = 0
    for number in range(N_NIGHTS):
        night = START + number * STEP
        delivered = seen_on(children, night, random)
        for nights in (purged, kept):
            nights.deliver(night, delivered)
            nights.run()
        assert lists_of(purged) == lists_of(kept), night
        for case_id in random.sample(sorted(purged.states()), 2):
            outcome = random.choice(["X-VERKLAARD", "X-GRENS", "X-DATUM"])
            for nights in (purged, kept):
                nights.decide(case_id, f"{outcome} {night}")
        removed += purge(state=purged.state, output=purged.output, config=purged.config).removed["cases lapsed"]
        assert set(purged.states()) <= set(kept.states())
    assert removed > 3
