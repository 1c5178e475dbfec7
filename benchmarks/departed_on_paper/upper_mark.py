"""How much the deliveries hold: a free model that was told the truth of other towns.

No tool can use it, for it needs the truth. It shows how far a list is from what the same files allow.
"""

from typing import Any

import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import GroupKFold, cross_val_predict

from benchmarks.departed_on_paper.reading import Given

_KINDS = ("absence_report", "school_result", "exemption", "leave", "tmv_report")
_FOLDS = 5
_NOTHING_SAID = -10_000.0


def order(given: Given, is_wrong: pd.Series) -> pd.Series:
    """The chance that each departure is wrong, told by a model that never saw the truth of its town.

    `is_wrong` and the result are indexed by `person_id`; only departures of `is_wrong` are told.
    """
    features = features_of(given).loc[is_wrong.index]
    towns = given.departures.set_index("person_id").loc[is_wrong.index, "town"]
    model = HistGradientBoostingClassifier(max_iter=120, learning_rate=0.06, min_samples_leaf=15, random_state=0)
    told = cross_val_predict(
        model,
        features,
        is_wrong,
        groups=towns,
        cv=GroupKFold(min(_FOLDS, towns.nunique())),
        method="predict_proba",
        n_jobs=1,
    )
    return pd.Series(told[:, 1], index=is_wrong.index)


def features_of(given: Given) -> pd.DataFrame:
    """What the files say of each departure, as numbers; far below all others where nothing is said."""
    departures = given.departures.set_index("person_id")
    frame = pd.DataFrame(index=departures.index)
    frame["is_unknown"] = departures["is_unknown"].astype(int)
    frame["age"] = (departures["departed_on"] - departures["born"]).dt.days
    frame["days_since"] = (given.last_night - departures["departed_on"]).dt.days
    frame["recorded_after"] = (departures["recorded_on"] - departures["departed_on"]).dt.days
    return frame.join(_of_lists(given)).join(_of_traces(given)).astype(float).fillna(_NOTHING_SAID)


def _of_lists(given: Given) -> pd.DataFrame:
    rows = given.lists.merge(given.departures, on="person_id")
    rows["after"] = (rows["seen_on"] - rows["departed_on"]).dt.days
    rows["begun"] = (rows["enrolled_on"] - rows["departed_on"]).dt.days
    rows["ended"] = (rows["withdrawn_on"] - rows["departed_on"]).dt.days
    rows["is_pupil"] = rows["withdrawn_on"].isna() | (rows["withdrawn_on"] > rows["seen_on"])
    pupil_after = rows[rows["is_pupil"] & (rows["after"] > 0)]
    by_child = pupil_after.groupby("person_id")
    new_year = pd.Timestamp(given.last_night.year - 1, 10, 1)
    return pd.concat(
        {
            "lists_after": by_child.size(),
            "last_list_after": by_child["after"].max(),
            "first_list_after": by_child["after"].min(),
            "on_newest": by_child["is_newest"].max().astype(int),
            "schools_after": by_child["school_id"].nunique(),
            "newest_begun": by_child["begun"].max(),
            "past_new_year": (by_child["seen_on"].max() >= new_year).astype(int),
            "ended": rows.groupby("person_id")["ended"].max(),
            "told_ended": rows[rows["ended"].notna()].groupby("person_id")["after"].min(),
            "lists": rows.groupby("person_id").size(),
        },
        axis=1,
    )


def _of_traces(given: Given) -> pd.DataFrame:
    rows = given.traces.merge(given.departures, on="person_id")
    rows["after"] = (rows["event_on"] - rows["departed_on"]).dt.days
    columns: dict[str, pd.Series[Any]] = {}
    for kind in _KINDS:
        of_kind = rows[(rows["kind"] == kind) & (rows["after"] > 0)].groupby("person_id")["after"]
        columns |= {f"{kind}_count": of_kind.size(), f"{kind}_first": of_kind.min(), f"{kind}_last": of_kind.max()}
    return pd.concat(columns, axis=1)
