"""watch.html: what changed on top, a part for each subject with its series drawn, nothing that tells of a person."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from brp_signals.publish.watch_drawing import BOTTOM, LEFT, RIGHT, TOP, Frame
from brp_signals.publish.watch_page import MOST_PARTS, SHOWN_DAYS, Point, Subject, drawn_subjects, write_watch
from tests.support.html_tree import Element, tree

TODAY = date(2026, 11, 20)
NAME = "School 12AB00 (bron schoollijst)"
SCHOOL = Subject("school", "12AB00", "school")
UNITS = {
    "pupils": "stock",
    "share": "code",
    "recording_lag": "days",
    "residents": "count",
    "departed": "count",
    "rows": "faults",
    "secrecy": "count",
    "sum_of_days": "mark",
}
ACCOUNT = {
    "delivery_id": "2026-11-20-0363",
    "reference_date": "2026-11-20",
    "municipalities": ["0363"],
    "last_accepted": {"delivery_id": "2026-11-13-0363", "reference_date": "2026-11-13"},
}


def alarm(number: str, subject: Subject = SCHOOL, **changes: Any) -> dict[str, Any]:
    """An alarm as run.json has it."""
    return {
        "id": f"W-{number}",
        "detector": "level",
        "subject_kind": subject.subject_kind,
        "subject": subject.subject,
        "source": subject.source,
        "measure": "pupils",
        "first_on": "2026-11-20",
        "is_new": True,
        "weight": 3.0,
        "consequence": "warn",
        "value": 100.0,
        "expected": 200.0,
        "n_cases": 0,
        "acknowledged": False,
        "sentence_nl": f"Zin {number}.",
    } | changes


def nights(
    values: Sequence[float | None],
    measure: str = "pupils",
    subject: Subject = SCHOOL,
    band: tuple[float, float] | None = None,
    n: float | None = None,
) -> list[Point]:
    """A series of which the last night is today; the band is that of every night."""
    lower, upper = band or (None, None)
    first = TODAY - timedelta(days=len(values) - 1)
    days = [first + timedelta(days=number) for number in range(len(values))]
    unit = UNITS.get(measure, "share")
    return [
        Point(*subject, measure, unit, day, value, lower, upper, n) for day, value in zip(days, values, strict=True)
    ]


def page(
    folder: Path,
    points: Iterable[Point] = (),
    alarms: Iterable[Mapping[str, Any]] = (),
    cases: Mapping[Subject, int] | None = None,
    **account: Any,
) -> Element:
    """watch.html of these points and alarms."""
    write_watch(folder / "watch.html", {**ACCOUNT, "watch": list(alarms), **account}, points, cases or {SCHOOL: 0})
    return tree((folder / "watch.html").read_text(encoding="utf-8"))


def part(html: Element, title: str) -> Element:
    """The part of one subject."""
    return next(each for each in html.all() if "part" in each.attributes.get("class", "") and title in each.text)


def drawn(element: Element) -> list[tuple[int, int]]:
    """The places of a polyline or polygon."""
    return [(int(x), int(y)) for x, y in (place.split(",") for place in element.attributes["points"].split())]


# --- what changed


def test_new_alarms_are_on_top_each_with_its_consequence_since_when_and_what_rests_on_it(tmp_path: Path) -> None:
    code = Subject("code", "K-04", "enrolments")
    alarms = [
        alarm("1", consequence="hold", n_cases=12, first_on="2026-11-16"),
        alarm("2", code, measure="rows", consequence="block"),
    ]
    html = page(tmp_path, nights([200, 100]), alarms, {SCHOOL: 12, code: 0})
    heard = html.one("ol", class_="alarms").all("li")
    assert [item.all("p")[0].text for item in heard] == ["Zin 1.", "Zin 2."]
    assert [item.one("span").text for item in heard] == ["houdt zaken vast", "houdt de levering tegen"]
    assert "Sinds 16-11-2026. 12 zaken rusten op deze lijst." in heard[0].text
    assert "rusten" not in heard[1].text
    assert (
        html.one("p", class_="notice bad").text == "2 nieuwe meldingen: 1 houdt zaken vast, 1 houdt de levering tegen."
    )
    assert "2026-11-13-0363 (peildatum 13-11-2026)" in html.text
    for item, title in zip(heard, (NAME, "Inschrijvingen op school, K-04 "), strict=True):
        (target,) = html.all(id=item.one("a").attributes["href"].removeprefix("#"))
        assert target.one("h3").text.startswith(title)


def test_several_of_a_kind_are_told_in_the_plural(tmp_path: Path) -> None:
    html = page(tmp_path, alarms=[alarm("1"), alarm("2"), alarm("3", consequence="hold")])
    assert html.one("p", class_="notice warn").text == "3 nieuwe meldingen: 2 waarschuwen, 1 houdt zaken vast."


def test_what_was_told_before_or_put_away_is_folded(tmp_path: Path) -> None:
    alarms = [
        alarm("1", is_new=False),
        alarm("2", acknowledged=True),
        alarm("3", acknowledged=True, is_new=False),
        alarm("4"),
    ]
    html = page(tmp_path, nights([200, 100]), alarms)
    folds = {fold.one("summary").text: fold for fold in html.all("details") if fold.all("ol")}
    told = {name: [item.all("p")[0].text for item in fold.all("li")] for name, fold in folds.items()}
    assert told == {"Blijft staan: 1": ["Zin 1."], "Gezien en weggezet: 2": ["Zin 2.", "Zin 3."]}
    assert html.one("p", class_="notice warn").text == "1 nieuwe melding: 1 waarschuwt."
    assert all("open" not in fold.attributes for fold in html.all("details"))


def test_a_quiet_night_and_a_first_one_say_so(tmp_path: Path) -> None:
    html = page(tmp_path, nights([200]), last_accepted=None)
    assert html.one("p", class_="notice good").text == "Er is vannacht niets nieuws opgevallen."
    assert "Er is nog geen eerdere levering om mee te vergelijken." in html.text
    assert "Gemeten: Aantal leerlingen op de lijst: 200." in part(html, "12AB00").text


def test_how_the_work_goes(tmp_path: Path) -> None:
    weeks = [{"from_on": "2026-11-09", "n_cases": 9}, {"from_on": "2026-11-16", "n_cases": 7}]
    html = page(tmp_path, work={"open": 38, "overdue": 3, "handled": weeks})
    told = [item.text for item in html.one("ul", class_="figures").all("li")]
    assert told == [
        "38 open",
        "minder dan 5 over hun termijn",
        "7 deze week afgehandeld",
        "9 vorige week afgehandeld",
    ]
    assert [row.text for row in html.all("tr")[1:]] == ["09-11-20269", "16-11-20267"]
    assert "Hoe het werk loopt" not in page(tmp_path).text


# --- a part for each subject


def test_a_series_is_drawn_with_its_band_and_told_in_words(tmp_path: Path) -> None:
    html = page(tmp_path, nights([210, 214, 150], band=(205.2, 221.7)), cases={SCHOOL: 12})
    own = part(html, "12AB00")
    figure = own.one("figure")
    drawing = figure.one("svg", role="img")
    (caption,) = html.all(id=drawing.attributes["aria-labelledby"])
    assert caption.text == "Aantal leerlingen op de lijst: 150 (lager dan gebruikelijk: 205 tot 222)"
    line = drawn(drawing.one("polyline"))
    middle = round((LEFT + RIGHT) / 2)
    assert [x for x, _ in line] == [LEFT, middle, middle, RIGHT, RIGHT]
    assert line[2][1] < line[0][1] < line[4][1]
    band = drawn(drawing.one("polygon"))
    assert all(LEFT <= x <= RIGHT and TOP <= y <= BOTTOM for x, y in (*line, *band))
    assert min(y for _, y in band) < line[0][1] < max(y for _, y in band) < line[4][1]
    assert "12 zaken rusten op deze lijst." in own.text
    assert "Nieuwste lijst: 20-11-2026." in own.text


def test_the_drawing_marks_the_begin_of_an_alarm_the_summer_and_the_new_school_year(tmp_path: Path) -> None:
    frame = Frame(TODAY - timedelta(days=364), TODAY)
    html = page(tmp_path, nights([200.0 + day % 3 for day in range(365)]), [alarm("1", first_on="2026-10-01")])
    times = html.one("g", id="tijd")
    assert [rect.attributes["x"] for rect in times.all("rect")] == [str(frame.across(date(2026, 7, 1)))]
    assert [line.attributes["x1"] for line in times.all("line", class_="year")] == [str(frame.across(date(2026, 8, 1)))]
    drawing = part(html, "12AB00").one("svg")
    assert drawing.one("use").attributes["href"] == "#tijd"
    assert drawing.one("path").attributes["d"].startswith(f"M{frame.across(date(2026, 10, 1))} ")
    assert "melding sinds 01-10-2026" in part(html, "12AB00").one("figcaption").text


def test_a_silent_source_is_marked_in_every_series_since_the_oldest_alarm(tmp_path: Path) -> None:
    points = [*nights([20.0, 21.0] * 20), *nights([0.5, 0.4] * 20, "ended", n=200)]
    alarms = [alarm("1", measure="silent", first_on=day) for day in ("2026-11-01", "2026-10-30")]
    captions = part(page(tmp_path, points, alarms), "12AB00").all("figcaption")
    assert [caption.text.endswith("melding sinds 30-10-2026") for caption in captions] == [True, True]


def test_a_list_of_before_the_first_night_does_not_stretch_the_drawings(tmp_path: Path) -> None:
    old, new = (
        point._replace(on_day=day) for point, day in zip(nights([20, 30]), (date(2026, 2, 1), TODAY), strict=True)
    )
    town = Subject("municipality", "0363")
    html = page(tmp_path, [old, new, *nights([200, 201, 202], "residents", town)], cases={SCHOOL: 0, town: 0})
    assert "Elke grafiek loopt van 18-11-2026 tot en met 20-11-2026." in html.text
    assert [x for x, _ in drawn(part(html, "12AB00").one("polyline"))] == [LEFT, RIGHT, RIGHT]


def test_with_an_alarm_a_part_is_open_and_its_series_comes_first(tmp_path: Path) -> None:
    other = Subject("school", "01AB00", "duo")
    points = [
        *nights([200, 210]),
        *nights([0.1, 0.2], "ended", n=200),
        *nights([0.5, 0.5], "type_po", n=200),
        *nights([9, 11], subject=other),
    ]
    html = page(tmp_path, points, [alarm("1", measure="ended")], {SCHOOL: 0, other: 0})
    assert [each.tag for each in html.all() if "part" in each.attributes.get("class", "")] == ["div", "details"]
    own = part(html, "12AB00")
    assert [name.text for name in own.all("b")] == ["Aandeel uitgeschreven leerlingen", "Aantal leerlingen op de lijst"]
    assert "Bleef gelijk: Aandeel leerlingen in het basisonderwijs: 50 %." in own.text
    assert part(html, "01AB00").one("summary").text == "School 01AB00 (bron DUO) Aantal leerlingen op de lijst: 11."


def test_what_is_not_delivered_any_more_is_told_as_old(tmp_path: Path) -> None:
    gone = Subject("source", "verzuim", "absence_report")
    html = page(tmp_path, nights([30, 33, None], "rows", gone), cases={gone: 0})
    own = part(html, "Bron verzuim")
    assert own.one("figcaption").text == "Aantal regels: 33, niet meer geleverd sinds 20-11-2026"
    assert drawn(own.one("polyline"))[-1][0] == RIGHT


def test_a_band_does_not_go_below_what_nothing_can_be_below(tmp_path: Path) -> None:
    html = page(tmp_path, nights([2, 30], "recording_lag", band=(-3.0, 9.0)))
    drawing = part(html, "12AB00").one("svg")
    assert [text.text for text in drawing.all("text")] == ["30", "0"]
    assert max(y for _, y in drawn(drawing.one("polygon"))) == BOTTOM
    html = page(tmp_path, nights([-2, 30], "recording_lag", band=(-3.0, 9.0)))
    assert [text.text for text in part(html, "12AB00").one("svg").all("text")] == ["30", "-3"]


def test_a_value_stands_until_the_next_one(tmp_path: Path) -> None:
    first, _, _, last = nights([200, 0, 0, 100])
    line = drawn(part(page(tmp_path, [first, last]), "12AB00").one("polyline"))
    assert [x for x, _ in line] == [LEFT, RIGHT, RIGHT]
    assert line[0][1] == line[1][1] < line[2][1]


def test_a_line_does_not_bridge_a_night_without_a_value(tmp_path: Path) -> None:
    html = page(tmp_path, nights([20, 21, None, 23, 24]))
    assert [len(drawn(line)) for line in html.all("polyline") if "fill" not in line.attributes] == [4, 3]


def test_a_jump_of_one_night_in_a_year_is_drawn_and_older_nights_are_not(tmp_path: Path) -> None:
    values: list[float | None] = [200.0 + day % 7 for day in range(SHOWN_DAYS + 100)]
    values[-150] = 20
    values[10] = 9000
    line = drawn(part(page(tmp_path, nights(values)), "12AB00").one("polyline"))
    assert len(line) < 180
    heights = sorted({y for _, y in line})
    assert heights[-1] - heights[-2] > 40
    assert heights[1] - heights[0] < 5


@pytest.mark.parametrize("code", ["K-04", "code_unknown"])
def test_a_code_says_which_rows_it_names(tmp_path: Path, code: str) -> None:
    subject = Subject("code", code, "enrolments")
    own = part(
        page(tmp_path, nights([9, 12], "rows", subject), cases={subject: 0}), f"Inschrijvingen op school, {code}"
    )
    assert own.one("a").attributes["href"] == "findings.csv"
    assert f"filter de kolom check op {code}." in own.text


def test_the_codes_of_a_column_are_drawn_together(tmp_path: Path) -> None:
    codes = [Subject("code", "residences.declared_by", code) for code in ("A", "I")]
    points = [*nights([0.2, 0.3], "share", codes[0], n=100), *nights([0.8, 0.7], "share", codes[1], n=100)]
    html = page(tmp_path, points, [alarm("1", codes[1], measure="share")], dict.fromkeys(codes, 0))
    own = part(html, "Kolom residences.declared_by")
    captions = ["Code I: 70 %, melding sinds 20-11-2026", "Code A: 30 %"]
    assert [caption.text for caption in own.all("figcaption")] == captions
    assert not own.all("a")
    assert html.one("ol", class_="alarms").one("a").attributes["href"] == f"#{own.attributes['id']}"


# --- of the whole country


def test_a_page_of_forty_schools_is_small(tmp_path: Path) -> None:
    points: list[Point] = []
    for number in range(40):
        school = Subject("school", f"{number:02d}AB00", "school")
        for measure in ("pupils", "departed", "newcomers", "ended"):
            values = [(day * 7919 + number * 104729) % 300 / (300 if measure in ("newcomers", "ended") else 1)
                      for day in range(365)]  # fmt: skip
            points += nights(values, measure, school, (0.0, 300.0), 300.0)
    cases = {Subject(*point[:3]): 7 for point in points}
    html = page(tmp_path, points, cases=cases)
    assert len(html.all("figure")) == 160
    assert (tmp_path / "watch.html").stat().st_size < 300_000


def test_of_a_country_only_what_has_an_alarm_gets_a_part(tmp_path: Path) -> None:
    schools = [Subject("school", f"{number:04d}0", "duo") for number in range(MOST_PARTS + 1)]
    cases = dict.fromkeys(schools, 0)
    account = {"watch": [alarm("1", schools[7])]}
    assert drawn_subjects(account, cases) == [schools[7]]
    html = page(tmp_path, nights([200, 100], subject=schools[7]), account["watch"], cases)
    assert [heading.text for heading in html.all("h3")] == [f"School {schools[7].subject} (bron DUO)"]
    assert f"Zonder melding, en daarom hier niet getekend: {MOST_PARTS}." in html.text
    assert len(drawn_subjects({}, dict(list(cases.items())[1:]))) == MOST_PARTS


# --- nothing of a person


def written(folder: Path, *arguments: Any, **named: Any) -> str:
    page(folder, *arguments, **named)
    return (folder / "watch.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("scale", [1, 1 / 50])
def test_counts_of_one_to_four_cannot_be_told_apart(tmp_path: Path, scale: float) -> None:
    """The pages are the same to the byte: neither words nor drawing know which of the four it is."""
    measure = "departed" if scale == 1 else "ended"
    texts = {
        written(
            tmp_path,
            nights(
                [10 * scale, few * scale, few * scale],
                measure,
                band=((few - 9) * scale, (few + 9.01 + few / 50) * scale),
                n=50,
            ),
            [alarm("1", measure=measure, n_cases=few)],
            {SCHOOL: few},
            work={"open": few, "overdue": few, "handled": [{"from_on": "2026-11-16", "n_cases": few}]},
        )
        for few in (1, 2, 3, 4)
    }
    assert len(texts) == 1
    own = part(tree(texts.pop()), "12AB00")
    assert ": minder dan 5 (gebruikelijk: 0" in own.one("figcaption").text
    assert "Minder dan 5 zaken rusten op deze lijst." in own.text


def test_all_but_a_few_cannot_be_told_apart_either(tmp_path: Path) -> None:
    texts = {written(tmp_path, nights([0.5, 1 - few / 50], "type_po", n=50)) for few in (1, 2, 3, 4)}
    assert len(texts) == 1
    assert "alle op minder dan 5 na" in texts.pop()


def test_a_share_of_nobody_knows_how_many_is_not_shown(tmp_path: Path) -> None:
    html = page(tmp_path, [*nights([0.123, 0.456], "ended"), *nights([20, 21])])
    assert [name.text for name in part(html, "12AB00").all("b")] == ["Aantal leerlingen op de lijst"]


def test_secrecy_checksums_and_what_is_not_declared_never_reach_the_page(tmp_path: Path) -> None:
    town = Subject("municipality", "0363")
    canary = 987654.0
    points = [
        *nights([canary - 1, canary], "secrecy", town),
        *nights([canary - 1, canary], "sum_of_days"),
        *nights([canary - 1, canary], "a_measure_of_tomorrow"),
        *nights([canary - 1, canary], "pupils", Subject("person", "a1b2")),
        *nights([20, 21]),
    ]
    alarms = [
        alarm("1", town, measure="secrecy", value=canary, expected=canary),
        alarm("2", Subject("person", "a1b2"), measure="pupils"),
    ]
    html = page(tmp_path, points, alarms, {SCHOOL: 0, town: 0, Subject("person", "a1b2"): 0})
    text = (tmp_path / "watch.html").read_text(encoding="utf-8")
    for never in ("987654", "987.654", "a_measure_of_tomorrow", "a1b2"):
        assert never not in text
    assert len(html.all("figure")) == 1


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    hostile = Subject("source", '"><script>alert(1)</script>', "x")
    html = page(
        tmp_path,
        nights([20, 21], "rows", hostile),
        [alarm("1", hostile, measure="rows", sentence_nl="<img src=x>")],
        {hostile: 0},
    )
    assert not html.all("script")
    assert not html.all("img")
    assert "alert(1)" in html.text
