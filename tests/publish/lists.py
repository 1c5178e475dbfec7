"""A list with every kind of case on it, for the tests of what people see."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from brp_signals.base.config import piece_texts
from brp_signals.base.rule_files import Rule, load_rules
from brp_signals.base.warehouse import resource
from brp_signals.publish.dossier import Dossier
from brp_signals.publish.explanations import Recalled
from brp_signals.publish.list_content import Absence, Case, Circumstance, MunicipalList, Piece, Sign
from brp_signals.state.ledger import Decision, Entry, Held, HeldSign

TODAY = date(2026, 6, 15)
HOSTILE = '=HYPERLINK("http://example.org","x")<script>alert(1)</script>'

RULES: tuple[Rule, ...] = load_rules(resource("sql") / "rules")


def sign(code: str = "L-03", on: date = date(2026, 4, 20), **changes: Any) -> Sign:
    """One sign of the rule `code`."""
    rule = next(rule for rule in RULES if rule.code == code)
    beside = rule.level in ("context", "against")
    made = Sign(
        code, rule.title_nl, on, "verzuim", "Een school meldde verzuim.", beside, is_against=rule.level == "against"
    )
    return replace(made, **changes)


def piece(code: str, points: str) -> Piece:
    """One piece of evidence that weighs so much."""
    return Piece(code, piece_texts()[code], Decimal(points))


def case(rank: int = 1, **changes: Any) -> Case:
    """One case of level A on an absence report."""
    made = Case(
        case_id=f"S-ABCD-{rank + 1000}",
        municipality_code="0363",
        person_id="a" * 31 + str(rank % 10),
        departed_on=date(2026, 3, 2),
        departed_latest_on=date(2026, 3, 2),
        recorded_on=date(2026, 3, 4),
        is_destination_unknown=False,
        is_ex_officio=False,
        level="A",
        status="new",
        rule_codes=("L-03",),
        first_sign_on=date(2026, 4, 20),
        last_sign_on=date(2026, 4, 20),
        rank=rank,
        score=Decimal("6.50"),
        chance_pct=66,
        pieces=(piece("L-03", "16.50"),),
        reason_nl="Een school meldde verzuim.",
        next_step_nl="Navragen bij de school of het kind na de vertrekdatum nog op school is geweest.",
        organisation_nl="leerplicht, terugkoppeling aan burgerzaken",
        duty_from=date(2019, 6, 10),
        duty_until=date(2032, 5, 1),
        notes_nl=(),
        signs=(sign(),),
    )
    return replace(made, **changes)


def municipal_list(*cases: Case, **changes: Any) -> MunicipalList:
    """The list of one municipality."""
    made = MunicipalList(
        municipality_code="0363",
        reference_date=TODAY,
        look_back_months=24,
        cases=cases,
        suppressed=(("S-02", 3),),
        n_departures=40,
        is_sealed=False,
    )
    return replace(made, **changes)


#: A child that came back, who is asked how school went.
RETURNED = case(9, level="", rule_codes=("B-03",), signs=(sign("B-03"),), score=None, chance_pct=None, pieces=())
#: A sign of which two further rules say more.
UNKNOWN = sign(
    circumstances=(
        Circumstance("B-05", "bestemming onbekend", "De bestemming is onbekend."),
        Circumstance("B-06", "vóór de verwerking", "Het vertrek is later verwerkt."),
    )
)
EVERYTHING = municipal_list(
    case(1, is_destination_unknown=True, is_ex_officio=True, rule_codes=("B-05", "L-03"), signs=(UNKNOWN,)),
    case(2, departed_latest_on=date(2026, 3, 31), notes_nl=("De vertrekdatum is onvolledig.",)),
    case(3, recorded_on=None, level="B", rule_codes=("B-01", "L-05"), signs=(sign("L-05"), sign("B-01"))),
    case(4, reason_nl=HOSTILE, next_step_nl=HOSTILE, signs=(sign(sentence_nl=HOSTILE, source="=1+1"),)),
)

#: A child on no school list, of which the golden files hold the dossier.
ABSENCE = Absence(
    case_id="S-ABCD-2001",
    municipality_code="0363",
    person_id="a" * 32,
    since_on=date(2026, 4, 30),
    withdrawn_on=date(2026, 4, 30),
    is_leerplicht=False,
    status="ongoing",
    rule_codes=("R-01",),
    rank=1,
    reason_nl="De laatste bekende inschrijving (school 12AB00) eindigde op 30-04-2026.",
    next_step_nl="Bij burgerzaken navragen wat de uitkomst is en die als besluit invullen.",
    organisation_nl="leerplicht",
    duty_until=date(2027, 5, 1),
    notes_nl=("Mogelijk al een startkwalificatie.",),
    signs=(Sign("R-01", "Uitgeschreven van school", date(2026, 4, 30), "school", "Eindigde op 30-04-2026.", False),),
    due_on=date(2026, 7, 13),
)
ABSENCE_DOSSIER = Dossier(
    ABSENCE.case_id,
    Recalled(ABSENCE, "2026-06-15-0363", TODAY, 24, {"school": "Leerplichtwet 1969, artikel 18"}),
    [Entry(date(2026, 6, 14), "new", "", "", ())],
    [Decision(ABSENCE.case_id, "X-BURGERZAKEN", "", TODAY, "2026-06-15T12:00:00+00:00", "0" * 64)],
    Held(
        (("2026-04-30", date(2026, 6, 14)),),
        (HeldSign("R-01", "school", date(2026, 4, 30), False, date(2026, 6, 14), None),),
    ),
)

#: Every part of a dossier, with hostile text wherever a delivery or the configuration could put it.
DOSSIER = Dossier(
    EVERYTHING.cases[3].case_id,
    Recalled(EVERYTHING.cases[3], "2026-06-15-0363", TODAY, 24, {"=1+1": HOSTILE}),
    [
        Entry(date(2026, 6, 14), "new", "A", "", ()),
        Entry(TODAY, "suppressed", "A", "S-04", ("sign_added", "X-VERKLAARD")),
    ],
    [Decision(EVERYTHING.cases[3].case_id, "X-VERKLAARD", "R-TERUG", TODAY, "2026-06-15T12:00:00+00:00", "0" * 64)],
    Held(
        (("20260302", date(2026, 6, 14)), ("20260300", TODAY)),
        (HeldSign("L-03", HOSTILE, date(2026, 4, 20), False, date(2026, 6, 14), TODAY),),
    ),
)
