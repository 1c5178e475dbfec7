"""What is told of counts, and that none follows from it, also for who knows how it was made."""

from collections import defaultdict
from itertools import product

import pytest

from brp_signals.evaluation.telling import Page, Row, told_count, told_share
from tests.simulation.tables import leaks


@pytest.mark.parametrize(("number", "told"), [(0, 0), (1, 0), (2, 0), (3, 5), (7, 5), (8, 10), (42, 40), (43, 45)])
def test_a_count_is_told_to_the_nearest_five(number: int, told: int) -> None:
    assert told_count(number) == told


def test_none_and_all_are_told_as_few_and_nearly_all() -> None:
    assert told_share(0, 40) == told_share(2, 41) and told_share(0, 40)["share"] is None
    assert told_share(40, 40) == told_share(39, 41)
    assert 0 < told_share(0, 40)["high"] < 0.2 and 0.8 < told_share(40, 40)["low"] < 1


def test_too_few_have_no_share() -> None:
    assert told_share(2, 7) == {"n": 5, "hits": None, "share": None, "low": None, "high": None}
    assert told_share(4, 8)["low"] is not None


def page_of(counts: tuple[int, ...]) -> Page:
    """One table of counts with its total."""
    page = Page()
    total = page.count(sum(counts), "table")
    rows = {page.count(count, "table"): 1 for count in counts}
    page.hold({**rows, total: -1}, 0)
    return page


def test_a_count_that_follows_is_seen() -> None:
    # Four that are told as 0 are 8 at most, and a total that is told as 10 is 8 at least.
    assert page_of((2, 2, 2, 2)).pinned() == {"table"}
    assert page_of((1, 2, 2, 2)).pinned() == set()
    assert page_of((3, 3, 3, 3)).pinned() == {"table"}, "12 at least, 12 at most"
    assert page_of((30, 2)).pinned() == set()


def test_what_follows_from_rows_in_rows_is_seen() -> None:
    """Four rows told as 0 cover one told as 10: it is 8. So is another told as 10 that lies within it."""
    for is_within in (False, True):
        page = Page()
        whole, other = page.row("whole", Row("", 0, 8)), page.row("other", Row("", 0, 8))
        page.covered(whole, [page.row("parts", Row("", 0, 2)) for _ in range(4)])
        if is_within:
            page.within(other, whole)
        assert page.pinned() == {"whole", "parts"} | ({"other"} if is_within else set())


def test_the_old_examples_do_not_follow() -> None:
    for hits_and_n in (
        [(9, 10), (4, 20)],
        [(30, 60), (2, 40), (10, 20)],
        [(4, 30), (4, 40), (10, 20)],
        [(5, 6), (9, 9)],
    ):
        page = Page()
        rows = [Row(str(at), *each) for at, each in enumerate(hits_and_n)]
        hits, n = page.count(sum(row.hits for row in rows)), page.count(sum(row.n for row in rows))
        page.parts("table", rows, hits, n, is_whole=True, overlaps=False)
        assert page.pinned() == set()


@pytest.mark.parametrize("counts", [(2, 2, 2, 2), (0, 1, 2, 5), (7, 7, 2), (3, 3, 3, 2), (12, 2, 2, 2), (1, 1)])
def test_it_sees_what_trying_everything_sees(counts: tuple[int, ...]) -> None:
    windows = [range(max(0, told_count(each) - 2), told_count(each) + 3) for each in counts]
    possible = [each for each in product(*windows) if told_count(sum(each)) == told_count(sum(counts))]
    follows = any(len({each[at] for each in possible}) == 1 for at in range(len(counts)))
    follows = follows or len({sum(each) for each in possible}) == 1
    assert bool(page_of(counts).pinned()) is follows


@pytest.mark.parametrize(("rows", "most"), [(2, 12), (3, 9), (4, 6)])
def test_who_knows_how_it_is_made_works_out_nothing_either(rows: int, most: int) -> None:
    """Of all tables of small counts those that are told the same, the table left out or not, differ in every count."""
    looks_like: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    left_out = {}
    for counts in product(range(most + 3), repeat=rows):
        ordered = tuple(sorted(counts))
        if ordered not in left_out:
            left_out[ordered] = bool(page_of(ordered).pinned())
        shown = None if left_out[ordered] else tuple(map(told_count, counts))
        looks_like[told_count(sum(counts)), shown].append(counts)
    for same in looks_like.values():
        if max(map(max, same)) <= most:  # else there are more that look like it than were tried
            assert all(len({each[at] for each in same}) > 1 for at in range(rows)), same


def test_nothing_follows_from_random_pages() -> None:
    """`python -m tests.simulation.tables` tries 10,000."""
    assert leaks(range(30))[0] == 0
