"""Rank: the order of work within a municipality, by points that add up to a sum anyone can check."""

from brp_signals.steps.night import Night


def run(night: Night) -> dict[str, int]:
    """Make `rank_order`: every case with its points and, when listed, its rank; absences by themselves."""
    night.create("rank_order", "rank/order.sql")
    if night.configuration.absence:
        night.create("rank_absences", "rank/absences.sql")
    ranked = night.warehouse.query("SELECT count(rank) AS n FROM rank_order WHERE NOT is_sealed", "rank/counts")
    return {"ranked": ranked[0]["n"]}
