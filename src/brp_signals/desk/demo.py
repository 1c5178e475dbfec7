"""The desk on the invented town of data/sample, for who wants to see it: `make desk-demo`.

It runs the sample night when there is none, invents an A-number and a BSN for each child with a case, and makes two
users with passwords that are printed once.
"""

import secrets
import sys
from pathlib import Path
from typing import Final

from brp_signals.base.config import load_configuration
from brp_signals.base.sealing import Recipients, new_identity, read_identities
from brp_signals.desk.accounts import keep_user
from brp_signals.desk.serving import log_user_changed, opened, serve
from brp_signals.gateway.way_back.key_map import KeyMapWriter, MapHeader
from brp_signals.state.ledger import last_run, read_ledger

_USERS: Final = (("Anna Balie", "clerk"), ("Coen Leiding", "coordinator"))
_PORT: Final = 8363
#: Numbers so small are nobody's.
_FIRST_NUMBER: Final = 11


def show(sample: Path, folder: Path) -> None:
    """Show the desk of the sample until it is stopped."""
    state, lists = folder / "state", folder / "output"
    configuration = sample.with_name(f"{sample.name}.brp-signals.toml")
    if last_run(state) is None:
        from brp_signals import pipeline

        print("Running the sample night; this takes half a minute.")
        pipeline.run(sample, state=state, output=lists, config=configuration)
    settings = load_configuration(configuration).desk.model_copy(update=_way_back(folder, state))
    _let_in(state)
    print(f"The desk is at http://127.0.0.1:{_PORT}; stop it with Ctrl-C.", flush=True)
    serve(settings, state, lists, "127.0.0.1", _PORT)


def _way_back(folder: Path, state: Path) -> dict[str, Path]:
    """The settings of a key map with invented numbers, which is made when there is none."""
    identity, key_map = folder / "desk.id", folder / "desk-map.age"
    if not identity.exists():
        new_identity(identity)
    own = tuple(each.to_public() for each in read_identities(identity))
    if not key_map.exists():
        _write_map(key_map, state, own)
    return {"identity": identity, "key_map": key_map}


def _write_map(key_map: Path, state: Path, recipients: Recipients) -> None:
    with read_ledger(state) as ledger:
        persons = sorted({each[-1][0] for each in ledger.subjects().values()})
    writer = KeyMapWriter(key_map, MapHeader("sample", "sample", "2026-11-20"), recipients)
    for number, person_id in enumerate(persons, start=_FIRST_NUMBER):
        writer.add(person_id, f"{number:010d}", f"{number:09d}", is_confidential=False)
    writer.close()


def _let_in(state: Path) -> None:
    with opened(state) as database:
        for name, role in _USERS:
            password = secrets.token_urlsafe(12)
            log_user_changed(state, name)
            keep_user(database, name, [role], ["0363"], password)
            print(f"{name} ({role}): {password}")


if __name__ == "__main__":
    show(Path(sys.argv[1]), Path(sys.argv[2]))
