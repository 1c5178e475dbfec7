"""Three lists that a clerk can make with a spreadsheet, which every tool should beat."""

from collections.abc import Callable

import pandas as pd

from benchmarks.departed_on_paper.reading import Given


def newest_list(given: Given) -> set[str]:
    """Deregistered children who are pupils on the newest list of a school, sent after their departure."""
    return _on_lists(given, given.lists[given.lists["is_newest"]])


def any_list(given: Given) -> set[str]:
    """Deregistered children who are pupils on any list sent after their departure."""
    return _on_lists(given, given.lists)


def any_sign(given: Given) -> set[str]:
    """Deregistered children with a list or any other dated sign after their departure."""
    signs = given.traces.merge(given.departures, on="person_id")
    return any_list(given) | set(signs.loc[signs["event_on"] > signs["departed_on"], "person_id"])


#: Each spreadsheet under the name by which results tell of it.
SPREADSHEETS: dict[str, Callable[[Given], set[str]]] = {
    "newest list": newest_list,
    "any list": any_list,
    "any sign": any_sign,
}


def _on_lists(given: Given, lists: pd.DataFrame) -> set[str]:
    rows = lists.merge(given.departures, on="person_id")
    is_pupil = rows["withdrawn_on"].isna() | (rows["withdrawn_on"] > rows["seen_on"])
    return set(rows.loc[is_pupil & (rows["seen_on"] > rows["departed_on"]), "person_id"])
