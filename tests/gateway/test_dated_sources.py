"""Sources with reference dates of their own: read, written down, refused, warned about. Synthetic persons."""

from datetime import date
from pathlib import Path

import pytest

from brp_signals.base.errors import UsageProblem
from brp_signals.gateway import Source, parse_source
from tests.gateway.rubric import SCHOOL_HEADER, Workshop, rubric, school_row, table, who


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gbav=a.csv", Source("gbav", Path("a.csv"))),
        ("gbav=a.csv@2026-05-01", Source("gbav", Path("a.csv"), date(2026, 5, 1))),
        ("gbav=jan@school.csv", Source("gbav", Path("jan@school.csv"))),
        ("gbav=a@2026-05-01/b.csv", Source("gbav", Path("a@2026-05-01/b.csv"))),
        ("gbav=a@2026-05-01@2026-05-02", Source("gbav", Path("a@2026-05-01"), date(2026, 5, 2))),
        ("p.toml=a=b.csv@2026-05-01", Source("p.toml", Path("a=b.csv"), date(2026, 5, 1))),
        ("gbav=@2026-05-01", Source("gbav", Path("@2026-05-01"))),
    ],
)
def test_only_a_date_at_the_end_is_a_date(text: str, expected: Source) -> None:
    assert parse_source(text) == expected


@pytest.mark.parametrize("text", ["gbav", "gbav=", "gbav=a.csv@2026-02-30"])
def test_a_source_of_another_form_is_wrong_use(text: str) -> None:
    with pytest.raises(UsageProblem):
        parse_source(text)


def _sources(workshop: Workshop, register_day: date | None, school_day: date | None) -> list[Source]:
    (_, register), (_, school) = workshop.register([who(1)]), workshop.school(school_row(1))
    return [Source("gbav", register, register_day), Source("school-csv", school, school_day)]


def test_the_newest_source_dates_the_delivery(workshop: Workshop) -> None:
    made = workshop.deliver(*_sources(workshop, date(2026, 5, 20), date(2026, 6, 1)), reference_date=None)
    manifest = made.manifest()
    assert manifest["reference_date"] == "2026-06-01"
    assert manifest["sources"] == [
        {"profile": "gbav", "file": "register.csv", "reference_date": "2026-05-20", "rows": 1},
        {"profile": "school-csv", "file": "school.csv", "reference_date": "2026-06-01", "rows": 1},
    ]
    assert made.result.warnings == ()


@pytest.mark.parametrize(("day", "is_stale"), [(date(2026, 5, 16), False), (date(2026, 5, 15), True)])
def test_a_stale_source_is_told_in_one_sentence(workshop: Workshop, day: date, is_stale: bool) -> None:
    made = workshop.deliver(*_sources(workshop, None, day))
    stale = [sentence for sentence in made.result.sentences() if "days older" in sentence]
    assert len(stale) == is_stale
    assert all(sentence.startswith("school.csv is 31 days older") for sentence in stale)


def test_a_source_from_the_future_is_refused(workshop: Workshop) -> None:
    with pytest.raises(UsageProblem, match=r"^school\.csv is of 2026-06-16, after the reference date 2026-06-15"):
        workshop.deliver(*_sources(workshop, None, date(2026, 6, 16)))
    assert not list(workshop.folder.glob("*delivery*"))


def test_registers_that_overlap_are_told_and_the_newest_counts(workshop: Workshop) -> None:
    old = workshop.file("old.csv", rubric([[who(1, c08_09_10="0518")], [who(2)], [who(3)]]))
    new = workshop.file("new.csv", rubric([[who(1, c08_09_10="0599")], [who(2)], [who(2)]]))
    school = workshop.file("school.csv", table(SCHOOL_HEADER, [school_row(1)]))
    sources = [
        Source("gbav", old, date(2026, 6, 1)),
        Source("gbav", new, date(2026, 6, 15)),
        Source("school-csv", school),
    ]
    made = workshop.deliver(*sources)
    assert made.person(made.bsn_id(1))["municipality_code"] == "0599"
    assert [sentence for sentence in made.result.warnings if "overlap: 2 persons" in sentence]
    assert made.result.findings.count("person_twice") == 3
    assert [(source.file, source.kept) for source in made.result.sources][:2] == [("new.csv", 2), ("old.csv", 1)]
