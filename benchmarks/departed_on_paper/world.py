"""One world: twenty towns, each of a seed of its own, with their lives, their offices' records and the truth."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from benchmarks.departed_on_paper.assumptions import Assumptions
from benchmarks.departed_on_paper.life import Child, Family, families
from benchmarks.departed_on_paper.register import Departure, departure_of
from benchmarks.departed_on_paper.schools import Spell, TownSchools, attendances, schools_of, spells
from benchmarks.departed_on_paper.traces import Trace, traces

#: The seeds that anybody may make things with, and those on which results are told; nobody tunes on the latter.
PUBLIC_SEEDS, TELLING_SEEDS = range(1, 21), range(101, 121)
#: The towns of a world carry codes of municipalities that exist, so that a tool accepts them; nothing else is real.
_CODES = [
    "0014",
    "0034",
    "0080",
    "0106",
    "0114",
    "0141",
    "0150",
    "0153",
    "0160",
    "0193",
    "0200",
    "0202",
    "0228",
    "0268",
    "0307",
    "0310",
    "0344",
    "0361",
    "0363",
    "0392",
]
#: The days on which the deliveries of a year are made.
NIGHTS = [date(2025 + (8 + nth) // 12, (8 + nth) % 12 + 1, 20) for nth in range(12)]


@dataclass(frozen=True, slots=True)
class Town:
    """A municipality of the world: families, schools, and what offices know of each."""

    code: str
    families: list[Family]
    departures: dict[str, Departure | None]
    schools: TownSchools
    spells: dict[str, list[Spell]]
    traces: list[Trace]

    def children(self) -> Iterator[tuple[Family, Child]]:
        """Every child with its family."""
        return ((family, child) for family in self.families for child in family.children)


def build(seeds: Sequence[int], level: str, factors: Mapping[str, float] | None = None) -> list[Town]:
    """The towns of `seeds` at a level of noise; the n-th seed lives under the n-th code.

    `factors` multiply single assumptions. Raises KeyError for an unknown level or assumption and ValueError for more
    seeds than there are codes.
    """
    assumed = Assumptions(level, factors or {})
    return [_town(seed, code, assumed) for seed, code in zip(seeds, _CODES[: len(seeds)], strict=True)]


def _town(seed: int, code: str, assumed: Assumptions) -> Town:
    lived = families(seed, code, assumed)
    schools = schools_of(seed, code, assumed)
    town = Town(code, lived, {family.number: departure_of(family, assumed) for family in lived}, schools, {}, [])
    for family, child in town.children():
        departure = town.departures[family.number]
        attended = attendances(child, family, schools, assumed)
        kept = spells(child, departure, attended, schools, assumed)
        town.spells[child.person_id] = kept
        town.traces.extend(traces(child, departure, attended, kept, assumed))
    return town
