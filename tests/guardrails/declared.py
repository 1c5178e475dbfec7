"""Every guardrail with what enforces it, the tests that notice when it is broken, and ways to break it on purpose.

docs/guardrails.md is written from this table (`make docs`); `make guardrails` carries out every break.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Break:
    """One way to break a guardrail: in `file` of a copy of the checkout `old`, which stands there once, becomes `new`.

    `test` is the node id that must fail then.
    """

    file: str
    old: str
    new: str
    test: str


@dataclass(frozen=True)
class Guardrail:
    """One guardrail: what is required, what enforces it, the tests (node ids) that hold it, and what people must do.

    `tests` is empty only where nothing in the software can hold it; `people` then says who does.
    """

    code: str
    requirement: str
    enforced_by: str
    breaks: tuple[Break, ...] = ()
    more_tests: tuple[str, ...] = ()
    people: str = ""

    @property
    def tests(self) -> tuple[str, ...]:
        """Every test that holds it; first those that are seen to fail when it is broken."""
        return tuple(dict.fromkeys((*(each.test for each in self.breaks), *self.more_tests)))


_WORDING: Final = "tests/publish/test_wording.py"
_DIRECTION: Final = "tests/structure/test_sql_direction.py"
_LEARNED: Final = "tests/evaluation/test_learned.py"
_DISPARITIES: Final = "tests/evaluation/test_disparities.py"
_BLINDNESS: Final = "tests/gateway/test_blindness.py"

GUARDRAILS: Final = (
    Guardrail(
        "G-1",
        "What tells of origin is refused at the door: nationality, names, birth place and country, denomination, "
        "destination country, grounds of exemption, free text.",
        "`forbidden.py`, in code so that nobody can switch it off; `steps/delivery.py` refuses the whole delivery; the "
        "gateway takes named elements only",
        (
            Break(
                "src/brp_signals/steps/delivery.py",
                "if column not in known and is_forbidden(column):",
                "if False:",
                "tests/intake/test_malformed_files.py::test_refused_with_one_sentence_that_holds_no_value",
            ),
            Break(
                "src/brp_signals/delivery/forbidden.py",
                'parts=r"nationalit|staatsburger',
                'parts=r"staatsburger',
                "tests/test_forbidden.py::test_a_forbidden_column_is_recognised_with_its_meaning",
            ),
        ),
        (
            "tests/properties/test_i02_blindness.py::test_a_forbidden_column_refuses_the_delivery",
            f"{_BLINDNESS}::test_what_is_refused_includes_everything_that_tells_of_origin",
        ),
        "The municipality leaves these columns out of its exports.",
    ),
    Guardrail(
        "G-2",
        "Adding, changing or removing what is not asked for leaves delivery and lists byte-identical.",
        "The gateway takes elements by name; the country of departure becomes known or unknown in one function; steps "
        "read the columns of the contract",
        (
            Break(
                "src/brp_signals/gateway/formats/register_person.py",
                'if text in ("", _NO_COUNTRY):\n        return text',
                'if text in ("", _NO_COUNTRY, "9089"):\n        return text and _NO_COUNTRY',
                f"{_BLINDNESS}::test_the_country_of_departure_makes_no_difference_beyond_known_or_unknown",
            ),
        ),
        (
            f"{_BLINDNESS}::test_permuting_adding_and_removing_refused_columns_changes_nothing",
            "tests/gateway/test_lists_blindness.py::test_permuting_and_adding_refused_columns_changes_nothing",
            "tests/properties/test_i02_blindness.py::test_columns_that_nobody_asked_for_change_no_byte_of_the_lists",
        ),
    ),
    Guardrail(
        "G-3",
        "The kind of number (BSN or education number) and an incomplete birth date are no feature, weight or sort key.",
        "Both kinds of number become one kind of pseudonym; a birth date becomes the compulsory window and goes no "
        "further; a sum of points reads three columns (`sql/cases/weighed.sql`)",
        (
            Break(
                "sql/cases/weighed.sql",
                "sum(weights.points)",
                "sum(weights.points + length(person_id) % 2)",
                f"{_DIRECTION}::test_the_order_of_work_knows_points_and_days_alone",
            ),
        ),
        (
            f"{_DIRECTION}::test_no_rule_looks_at_place_school_or_household_beyond_its_own",
            "tests/gateway/test_identities.py::test_the_pseudonym_is_the_documented_function_of_key_and_number",
        ),
    ),
    Guardrail(
        "G-4",
        "The same rules for every child: none by school, neighbourhood, municipality or household.",
        "Every rule file declares the columns that it reads",
        (
            Break(
                "sql/rules/l_03_absence_report.sql",
                "signs.kind = 'absence_report' AND",
                "signs.kind = 'absence_report' AND signs.school_id IS NULL AND",
                f"{_DIRECTION}::test_a_rule_reads_what_it_declares",
            ),
            Break(
                "sql/rules/l_03_absence_report.sql",
                "[reads]\n",
                '[reads]\nfacts_departures_in_view = ["municipality_code"]\n',
                f"{_DIRECTION}::test_no_rule_looks_at_place_school_or_household_beyond_its_own",
            ),
        ),
        people="Who proposes a rule or a weight explains why it treats children alike.",
    ),
    Guardrail(
        "G-5",
        "Context (B-01, B-02, B-04) makes no case, raises no level and no place.",
        "`sql/cases/levels.sql`, `sql/cases/weighable.sql` and `sql/rank/` leave it out",
        (
            Break(
                "sql/cases/levels.sql",
                "WHERE evidence.level <> 'context'\nGROUP BY best.departure_id",
                "GROUP BY best.departure_id",
                "tests/properties/test_i05_context_never_signals_alone.py"
                "::test_without_the_context_rules_the_cases_are_the_same",
            ),
        ),
        (
            f"{_DIRECTION}::test_the_order_of_work_knows_points_and_days_alone",
            "tests/reference/test_worked_examples.py::test_b01_never_signals_alone",
        ),
    ),
    Guardrail(
        "G-6",
        "The software takes no decision: nothing is filled in beforehand, no letter, no message to the register.",
        "Decisions come in by `review import` only; a run writes lists and nothing else",
        (
            Break(
                "src/brp_signals/publish/sheet_columns.py",
                'Column(DECISION_HEADER, 14, "choice", lambda case: None)',
                'Column(DECISION_HEADER, 14, "choice", lambda case: "Vertrek klopt")',
                "tests/publish/test_workbook.py::test_no_decision_is_filled_in",
            ),
        ),
        ("tests/review/test_round_trip.py::test_a_list_without_any_decision",),
        "A clerk looks, asks and decides; nobody is judged by a list alone.",
    ),
    Guardrail(
        "G-7",
        "Every line shows evidence, source, date, two innocent explanations or more, what disproves it, the next step "
        "and who takes it.",
        "A rule file without them does not load",
        (
            Break(
                "src/brp_signals/base/rule_files.py",
                "MINIMUM_INNOCENT: Final = 2",
                "MINIMUM_INNOCENT: Final = 1",
                "tests/unit/test_rule_files.py::test_a_wrong_file_is_refused_by_name",
            ),
            Break(
                "src/brp_signals/publish/templates/case.html",
                "<h4>Gewone verklaringen: kijk hier eerst naar</h4>",
                "",
                "tests/publish/golden/test_golden.py::test_what_people_see_is_what_was_reviewed",
            ),
        ),
        (
            f"{_WORDING}::test_every_rule_gives_its_reasons",
            "tests/unit/test_rule_files.py::test_a_missing_field_is_refused",
        ),
    ),
    Guardrail(
        "G-8",
        "Words for staff never accuse and name no group of people.",
        "A list of refused words over every text, label and template",
        (
            Break(
                "src/brp_signals/publish/kinds.py",
                '"Burgerzaken kijkt het eerst."',
                '"Burgerzaken kijkt het eerst of het verdacht is."',
                f"{_WORDING}::test_no_word_that_accuses_or_names_a_group",
            ),
            Break(
                "src/brp_signals/publish/templates/dossier.html",
                "Wat er bekend is",
                "Vermoeden van fraude",
                f"{_WORDING}::test_no_such_word_in_a_template",
            ),
        ),
        people="Staff write no words of their own about a family; notes are never taken in.",
    ),
    Guardrail(
        "G-9",
        "A child under secrecy stands on the sealed list only, and in no count below five.",
        "`sql/cases/found.sql` marks it; `publish/output.py` writes it under `sealed/` (0700); `steps/cases.py` hides "
        "small counts",
        (
            Break(
                "sql/cases/found.sql",
                "departures.is_confidential AS is_sealed",
                "false AS is_sealed",
                "tests/ledger/test_order_of_deliveries.py::test_a_child_that_comes_under_secrecy_moves_to_the_sealed_list",
            ),
            Break(
                "src/brp_signals/state/ledger/ledger.py",
                "if rows and rows[-1][5]:",
                "if False:",
                "tests/publish/test_dossier.py::test_a_child_under_secrecy_is_refused_as_if_it_never_was",
            ),
            Break(
                "src/brp_signals/review/importing.py",
                "if not self.is_sealed or number >= SMALLEST_SEALED_COUNT",
                "if True",
                "tests/review/test_next_night.py::test_a_sealed_list_decides_sealed_cases_only",
            ),
        ),
        ("tests/security/test_rights.py::test_readers_may_be_let_in_to_the_output_but_never_to_sealed",),
        "Few, named officers may read `sealed/`.",
    ),
    Guardrail(
        "G-10",
        "Doubt protects: an incomplete date never makes a case that some possible date would not make.",
        "Dates are intervals from stage on; every condition holds for each day that may be meant",
        (
            Break(
                "sql/facts/signs.sql",
                "departures.departed_latest_on + kinds.grace_days",
                "departures.departed_earliest_on + kinds.grace_days",
                "tests/properties/test_i08_doubt_protects.py"
                "::test_every_possible_date_makes_the_same_case_or_a_stronger_one",
            ),
        ),
        ("tests/reference/test_worked_examples.py::test_incomplete_departure_counts_from_its_last_possible_day",),
    ),
    Guardrail(
        "G-11",
        "Besides the signals a random sample of departures without any, seeded, recorded and openly labelled.",
        "`steps/control.py` draws by chance from all departures without a sign, and apart from these from all cases "
        "too weak to ask about; the sample has a sheet of its own",
        (
            Break(
                "src/brp_signals/publish/wording.py",
                'SAMPLE_WHY: Final = "Steekproef: ',
                'SAMPLE_WHY: Final = "',
                "tests/ledger/test_control_sample.py::test_decisions_come_back_and_what_is_decided_leaves_the_sheet",
            ),
        ),
        (
            "tests/ledger/test_control_sample.py::test_two_departures_without_a_sign_are_drawn_and_openly_labelled",
            "tests/ledger/test_control_sample.py::test_the_draw_hangs_on_nothing_but_child_month_and_municipality",
            "tests/ledger/test_control_sample.py::test_weak_cases_are_a_stratum_of_their_own",
        ),
        "Staff look at the sample as they look at a signal.",
    ),
    Guardrail(
        "G-12",
        "No weight is learned from past investigations alone; they repeat who was looked at before.",
        "The order of work is a sum of configured points, which cannot read what was decided; learned weights need the "
        "control sample, decisions on every kind of signal, a gain out of time and a person who says so "
        "(docs/learned_weights.md)",
        (
            Break(
                "sql/cases/weighed.sql",
                "sum(weights.points)",
                "sum(CASE WHEN outcome_code IS NULL THEN weights.points ELSE 0 END)",
                f"{_DIRECTION}::test_the_order_of_work_knows_points_and_days_alone",
            ),
            Break(
                "src/brp_signals/evaluation/learned.py",
                "    if n_controls < FEWEST_CONTROLS:",
                "    if False:",
                f"{_LEARNED}::test_refused_without_decisions_about_the_control_sample",
            ),
            Break(
                "src/brp_signals/evaluation/learned.py",
                "LEAST_COVERAGE: Final = 0.5",
                "LEAST_COVERAGE: Final = 0.0",
                f"{_LEARNED}::test_refused_on_biased_past_selection",
            ),
            Break(
                "src/brp_signals/cli/cases.py",
                "    if use and found.weights:",
                "    if found.weights:",
                "tests/evaluation/test_weights.py::test_only_use_changes_anything",
            ),
        ),
        (f"{_LEARNED}::test_no_coefficient_is_negative_though_the_truth_is",),
        "A municipality decides to use learned weights, and judges them anew when rules, sources or staff change.",
    ),
    Guardrail(
        "G-13",
        "Differences between groups are judged outside the pipeline: neighbourhood, age band, school type; small "
        "numbers stay hidden.",
        "`evaluate --groups` reads a file that no run reads; no rule can read a neighbourhood or a school type",
        (
            Break(
                "src/brp_signals/evaluation/account.py",
                "group_of = read_groups(groups) if groups else {}",
                "group_of: dict[str, dict[str, str]] = {}",
                f"{_DISPARITIES}::test_the_report_has_the_table_or_says_why_not",
            ),
            Break(
                "src/brp_signals/evaluation/telling.py",
                "BASE: Final = 5",
                "BASE: Final = 1",
                f"{_DISPARITIES}::test_a_small_group_is_not_told_and_does_not_follow_from_the_others",
            ),
            Break(
                "src/brp_signals/evaluation/telling.py",
                "while told and (pinned := page_of(told).pinned()):",
                "while not told and (pinned := page_of(told).pinned()):",
                "tests/evaluation/test_figures.py::test_a_table_from_which_a_count_follows_is_left_out",
            ),
            Break(
                "sql/rules/l_02_new_enrolment.sql",
                "[reads]\n",
                '[reads]\nvalid_enrolments = ["education_type"]\n',
                f"{_DIRECTION}::test_no_rule_looks_at_place_school_or_household_beyond_its_own",
            ),
        ),
        (f"{_DISPARITIES}::test_noise_alone_lists_a_group_more_and_finds_less_and_mostly_below",),
        "The privacy officer judges the differences and says what follows (docs/fairness.md).",
    ),
    Guardrail(
        "G-14",
        "A new source of traces needs a legal basis, a term, and for provisions a DPIA; else its rows are refused.",
        "The configuration demands them; `sql/stage/not_allowed_cells.sql` sets undeclared rows aside",
        (
            Break(
                "sql/stage/not_allowed_cells.sql",
                "WHERE sources.source_code IS NULL OR traces.event_on",
                "WHERE traces.event_on",
                "tests/intake/test_hostile_files.py::test_traces_are_judged_by_column_source_and_retention",
            ),
        ),
        ("tests/unit/test_config.py::test_whatever_is_wrong_has_its_place",),
        "The municipality decides on each source and keeps the DPIA.",
    ),
    Guardrail(
        "G-15",
        "Register data live during a run only; what is kept has a term; after it no person is left in any file.",
        "`purge`, after every published night; `retention.py` holds every term with its ground",
        (
            Break(
                "src/brp_signals/upkeep/purging.py",
                "departed_before=add_months(day, -(look_back_months + retention.case_months)),",
                "departed_before=add_months(day, -(look_back_months + retention.case_months + 120)),",
                "tests/retention/test_gone.py::test_no_byte_is_left_of_what_is_over_its_term",
            ),
        ),
        ("tests/retention/test_table.py::test_every_table_of_the_ledger_has_a_term",),
        "Lists that were handed out, backups and snapshots follow the terms of the municipality.",
    ),
    Guardrail(
        "G-16",
        "No pseudonym, birth date or address in a log, message, report or account of a run.",
        "Messages are our own sentences; words of libraries, which may quote a row, stay inside",
        (
            Break(
                "src/brp_signals/base/warehouse.py",
                'f"The database could not carry out {what} ({kind}); nothing was published and the "',
                'f"The database could not carry out {what} ({problem}); nothing was published and the "',
                "tests/unit/test_warehouse.py::test_a_failure_names_the_file_and_no_value",
            ),
        ),
        (
            "tests/properties/test_i12_silence.py::test_a_run_says_nothing_of_persons",
            "tests/properties/test_i12_silence.py::test_a_wrong_value_is_never_repeated",
            "tests/security/test_silence.py::test_only_files_that_are_meant_to_hold_persons_do",
            "tests/flows/test_nightly.py::test_nothing_a_delivery_holds_reaches_the_database_or_the_log",
        ),
    ),
    Guardrail(
        "G-17",
        "A citizen can ask what is known, in full and in Dutch, and have it corrected at the source.",
        "`explain` and `dossier`",
        (
            Break(
                "src/brp_signals/publish/templates/dossier.html",
                '<h2 id="rechten">Uw rechten</h2>',
                "",
                "tests/publish/test_dossier.py::test_facts_have_dates_and_sources",
            ),
            Break(
                "src/brp_signals/publish/explain.py",
                "return ledger.history(case_id), ledger.decisions(case_id), ledger.held(case_id)",
                "return ledger.history(case_id), [], ledger.held(case_id)",
                "tests/publish/test_dossier.py::test_decisions_and_what_changed_are_told_in_order",
            ),
        ),
        ("tests/ledger/test_ledger_file.py::test_explain_tells_the_life_of_a_case_also_when_no_sign_is_left",),
        "Somebody answers within a month and corrects in the source.",
    ),
    Guardrail(
        "G-18",
        "The entry for the Algoritmeregister is made from the rule files and kept in the repository.",
        "`papers/register.py` fills it in from the rules that run; `rule_docs.py` keeps it in docs/rules/",
        (
            Break(
                "sql/rules/l_04_school_result.sql",
                'why_nl = "',
                'why_nl = "Anders. ',
                "tests/spec/test_rule_docs.py::test_the_pages_in_the_repository_are_up_to_date",
            ),
        ),
        ("tests/spec/test_rule_docs.py::test_the_entry_for_the_register_names_every_rule_and_what_it_reads",),
        "The municipality adds its own data and publishes the entry.",
    ),
    Guardrail(
        "G-19",
        "A municipality may switch a rule off; M-02 works only with a DPIA.",
        "`disabled_rules`; `TraceSource.is_usable`",
        (
            Break(
                "src/brp_signals/base/config.py",
                'return self.kind != "municipal_provision" or bool(self.dpia_reference.strip())',
                "return True",
                "tests/unit/test_config.py::test_a_provision_without_its_assessment_is_declared_but_not_usable",
            ),
        ),
        ("tests/ledger/test_order_of_deliveries.py::test_a_rule_that_was_switched_off_is_named_as_the_reason",),
    ),
    Guardrail(
        "G-20",
        "Staff are never told to ask why a family left.",
        "A refused sentence over the next steps of all rules",
        (
            Break(
                "sql/rules/l_03_absence_report.sql",
                'next_step_nl = "',
                'next_step_nl = "Vragen naar de reden van het vertrek. ',
                f"{_WORDING}::test_every_rule_gives_its_reasons",
            ),
        ),
    ),
    Guardrail(
        "G-21",
        "B-05 protects: its texts name the way back, never enforcement.",
        "The text of the rule file",
        (
            Break(
                "sql/rules/b_05_unknown_destination.sql",
                "(herinschrijven, briefadres)",
                "en zo nodig handhaven",
                f"{_WORDING}::test_the_protective_rule_names_the_way_back",
            ),
        ),
    ),
    Guardrail(
        "G-22",
        "How often signals prove right is told per rule; below one in ten of 30 decided lines a rule is flagged, but "
        "not when it may well be one in five.",
        "`evaluate`",
        (
            Break(
                "src/brp_signals/evaluation/figures.py",
                "POOR_RULE_SHARE, POOR_RULE_DECIDED = 0.10, 30",
                "POOR_RULE_SHARE, POOR_RULE_DECIDED = 0.00, 30",
                "tests/evaluation/test_figures.py::test_a_rule_is_looked_at_again_when_it_is_clearly_poor",
            ),
            Break(
                "src/brp_signals/evaluation/figures.py",
                "FAIR_RULE_SHARE: Final = 0.20",
                "FAIR_RULE_SHARE: Final = 1.00",
                "tests/evaluation/test_figures.py::test_a_rule_is_looked_at_again_when_it_is_clearly_poor",
            ),
        ),
        people="Who keeps the rules looks at a flagged rule again, and makes a backtest (docs/backtest.md) before a "
        "rule or threshold is switched on.",
    ),
    Guardrail(
        "G-23",
        "Nobody can be counted in what the watch shows: no count of one to four, no share behind which there are so "
        "few, and never how many are under secrecy.",
        "`watch/telling.py` for the page and run.json, `sql/watch/protected.sql` for the series, "
        "`sql/watch/points.sql` for shares that add up to a whole",
        (
            Break(
                "src/brp_signals/watch/telling.py",
                "return 0.5 <= people < SMALLEST_TOLD - 0.5",
                "return False",
                "tests/publish/test_watch_page.py::test_counts_of_one_to_four_cannot_be_told_apart",
            ),
            Break(
                "src/brp_signals/publish/watch_page.py",
                " or name == _NEVER",
                "",
                "tests/publish/test_watch_page.py::test_secrecy_checksums_and_what_is_not_declared_never_reach_the_page",
            ),
            Break(
                "sql/watch/protected.sql",
                "WHEN value * whole >= 0.5 AND value * whole < 4.5 THEN NULL",
                "WHEN false THEN NULL",
                "tests/publish/test_watched.py::test_the_table_hides_what_the_page_hides",
            ),
            Break(
                "sql/watch/points.sql",
                "THEN round(points.value * points.n / 5) * 5 / points.n",
                "THEN points.value",
                "tests/publish/test_watched.py::test_a_few_do_not_follow_from_what_the_others_are",
            ),
        ),
    ),
)
