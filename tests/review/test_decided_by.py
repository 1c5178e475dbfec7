"""Who decided is kept with a decision for a term of its own, and shown on no list and no page."""

from datetime import date
from typing import Any

import pytest

from brp_signals.base.errors import UsageProblem
from brp_signals.evaluation.decided import pairs_of_verdicts
from brp_signals.publish.explain import dossier, explanation, who_decided
from brp_signals.review import import_reviewed
from brp_signals.state.ledger import open_ledger
from brp_signals.upkeep.purging import purge
from tests.review.desk import NOW, Desk, decided, headers

NAME = "A. van der Canarie"


def names(desk: Desk, number: str) -> list[str]:
    with open_ledger(desk.nights.state) as ledger:
        return [each.decided_by for each in ledger.decisions(number)]


def test_who_decided_is_kept_and_on_no_list_or_page(desk: Desk) -> None:
    one = desk.numbers()[0]
    (result,) = desk.hand_in(desk.fill("list", {one: decided(Door=f" {NAME} ")}))
    assert names(desk, one) == [NAME]
    assert NAME not in explanation(desk.nights.state, one) + dossier(desk.nights.state, one).decode()
    assert NAME not in result.sentence() + str(result.as_dict())
    desk.next_night(date(2026, 6, 21))
    published = [path for path in desk.nights.output.rglob("*") if path.is_file()]
    assert [path.name for path in published if NAME.encode() in path.read_bytes()] == []


def test_an_auditor_can_ask_who_decided(desk: Desk) -> None:
    one, two, three, *_ = desk.numbers()
    meldcode = "Zorg om het kind: meldcode gevolgd"
    desk.hand_in(desk.fill("first", {one: decided(Door=NAME), two: decided(meldcode, Door=NAME)}))
    desk.hand_in(desk.fill("later", {three: decided(Door=None)}))
    told = who_decided(desk.nights.state, one.lower())
    assert told.startswith(f"Besluiten over signaal {one}\n- Vertrek klopt (17-06-2026)\n  door: {NAME}; ingelezen op")
    assert "20-06-2026 uit het bestand met kenmerk " in told
    told = who_decided(desk.nights.state, two)
    assert ("- Afgesloten (17-06-2026)" in told, NAME in told, "meldcode" in told) == (True, True, False)
    assert "door: onbekend (niet ingevuld" in who_decided(desk.nights.state, three)
    assert "geen besluit" in who_decided(desk.nights.state, desk.numbers()[5])


def test_of_a_child_under_secrecy_it_says_what_it_says_of_a_number_that_never_was(desk: Desk) -> None:
    (secret,) = desk.numbers(desk.sealed)
    desk.hand_in(desk.fill("sealed", {secret: decided(Door=NAME)}, desk.sealed))
    answers = set()
    for number in (secret, "S-2222-2222"):
        with pytest.raises(UsageProblem) as caught:
            who_decided(desk.nights.state, number)
        answers.add(str(caught.value).replace(number, ""))
    assert len(answers) == 1


def test_a_list_of_before_this_was_asked_is_taken_in_as_unknown(desk: Desk) -> None:
    def without(book: Any) -> None:
        book["Signalen"].delete_cols(headers(book["Signalen"])["Door"])

    one = desk.numbers()[0]
    (result,) = desk.hand_in(desk.fill("old", {one: decided()}, change=without))
    assert (result.accepted, names(desk, one)) == (1, [""])


def test_a_decision_without_a_name_is_taken_in_as_unknown(desk: Desk) -> None:
    one = desk.numbers()[0]
    (result,) = desk.hand_in(desk.fill("list", {one: decided(Door=None)}))
    assert (result.accepted, names(desk, one)) == (1, [""])


def test_who_hands_it_in_may_say_who_decided_where_a_list_does_not(desk: Desk) -> None:
    one, two, *_ = desk.numbers()
    path = desk.fill("list", {one: decided(Door=None), two: decided(Door=NAME)})
    import_reviewed([path], desk.nights.state, NOW, by=" Coördinator  leerplicht ")
    assert (names(desk, one), names(desk, two)) == (["Coördinator leerplicht"], [NAME])


@pytest.mark.parametrize("by", ["", "x", "999990019", "=1+1", "A. Jansen\x00"])
def test_what_is_no_name_or_role_is_refused_before_anything_is_taken_in(desk: Desk, by: str) -> None:
    one = desk.numbers()[0]
    with pytest.raises(UsageProblem, match="--by: write a name or role"):
        import_reviewed([desk.fill("list", {one: decided()})], desk.nights.state, NOW, by=by)
    assert desk.decisions() == {}


@pytest.mark.parametrize(
    ("anna", "bert", "told"),
    [
        ("Anna", "Bert", True),
        (" ANNA ", "anna", False),
        ("Anna", None, None),
        (None, None, None),
    ],
)
def test_two_lists_are_of_two_people_as_far_as_their_names_tell(
    desk: Desk, anna: str | None, bert: str | None, told: bool | None
) -> None:
    one = desk.numbers()[0]
    desk.hand_in(
        desk.fill("anna", {one: decided(Door=anna)}),
        desk.fill("bert", {one: decided("Grensleerling", "Woont over de grens", Door=bert)}),
    )
    with open_ledger(desk.nights.state) as ledger:
        (pair,) = pairs_of_verdicts(ledger.evaluated())
    assert pair.are_two_people is told


def test_a_name_alone_is_no_decision(desk: Desk) -> None:
    (result,) = desk.hand_in(desk.fill("names", {number: {"Door": NAME} for number in desk.numbers()}))
    assert (result.accepted, result.undecided, result.returned) == (0, 6, {})


def test_a_name_goes_before_its_decision_does(desk: Desk) -> None:
    one = desk.numbers()[0]
    desk.hand_in(desk.fill("list", {one: decided(Door=NAME)}))
    for before, left in ((date(2028, 6, 17), [NAME]), (date(2028, 6, 18), [""])):
        purge(state=desk.nights.state, output=desk.nights.output, config=desk.nights.config, before=before)
        assert names(desk, one) == left
