"""Commands about cases: what is known of one, what staff decided, and how right the lists are."""

import re
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from brp_signals.base.errors import UsageProblem
from brp_signals.base.private_files import refuse_special
from brp_signals.cli.options import (
    CaseNumber,
    Config,
    Delivery,
    Groups,
    Identity,
    Json,
    State,
    app,
    configuration,
)
from brp_signals.cli.saying import answer, must_be_out, print_json, say, tell, write_result

review = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(review, name="review", help="Take in what staff decided.")


@app.command()
def explain(
    case_id: CaseNumber,
    state: State = Path("state"),
    identity: Identity = None,
) -> None:
    """Give a full account, in Dutch, of one case of the last run."""
    from brp_signals.base.sealing import read_identities
    from brp_signals.publish.explain import explanation

    answer(explanation(state, case_id, read_identities(identity) if identity else ()))


@app.command()
def dossier(
    case_id: CaseNumber,
    state: State = Path("state"),
    out: Annotated[
        Path | None,
        typer.Option(help="Write it here; without it dossier-S-XXXX-XXXX.html in this folder.", show_default=False),
    ] = None,
    identity: Identity = None,
) -> None:
    """Write the dossier of one case, in Dutch: a page without names that prints well, for a request of access."""
    from brp_signals.base.private_files import replace_private
    from brp_signals.base.sealing import read_identities
    from brp_signals.publish import explain
    from brp_signals.publish.dossier import WEIGH_FIRST

    page = explain.dossier(state, case_id, read_identities(identity) if identity else ())
    path = out or Path(f"dossier-{case_id.upper()}.html")
    replace_private(path, lambda stream: stream.write(page))
    say(WEIGH_FIRST)
    tell(f"The dossier is in {path}, for you alone; its first page stays with you. Print it from a browser.")


@review.command("import")
def review_import(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Workbooks with decisions filled in.", show_default=False)
    ],
    state: State = Path("state"),
    by: Annotated[
        str | None,
        typer.Option(help="Name or role of who took the decisions that name nobody.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Take in the decisions of reviewed workbooks; rows that cannot be go back in a workbook beside each."""
    from brp_signals.review import import_reviewed

    done = import_reviewed(files, state, by=by)
    for file in done:
        say(file.sentence())
    if as_json:
        print_json({"files": [file.as_dict() for file in done]})


@review.command("who")
def review_who(case_id: CaseNumber, state: State = Path("state")) -> None:
    """Say in Dutch who took the decisions about one case, for an auditor; it stands on no list and no page."""
    from brp_signals.base.private_files import refuse_open_folder
    from brp_signals.publish.explain import who_decided

    refuse_open_folder(state, "state")
    answer(who_decided(state, case_id))


@app.command()
def weights(
    state: State = Path("state"),
    config: Config = None,
    groups: Groups = None,
    pool: Annotated[
        list[Path] | None,
        typer.Option(
            help="File that another municipality shared (evaluate --share), or a folder of them; may be repeated.",
            show_default=False,
        ),
    ] = None,
    use: Annotated[bool, typer.Option("--use", help="Let later runs use them, if they may be used.")] = False,
    default: Annotated[bool, typer.Option("--default", help="Go back to the weights of the configuration.")] = False,
    as_json: Json = False,
) -> None:
    """Say whether weights learned from decisions may order the work; only --use changes anything."""
    from dataclasses import asdict

    from brp_signals.base.config import load_configuration
    from brp_signals.base.private_files import refuse_open_folder
    from brp_signals.evaluation import learned
    from brp_signals.evaluation.decided import looked_at
    from brp_signals.evaluation.examples import controls_of, examples_of
    from brp_signals.evaluation.groups import read_groups
    from brp_signals.evaluation.sharing import own_sharer, read_shares
    from brp_signals.state.learned_weights import keep
    from brp_signals.state.ledger import last_run, open_ledger

    if use and default:
        raise UsageProblem("--use and --default exclude each other; choose one.")
    refuse_open_folder(state, "state")
    if default:
        keep(state, None)
        say("The next run uses the weights of the configuration.")
        return
    configured = load_configuration(configuration(config)).weights
    if last_run(state) is None:
        raise UsageProblem("No run has been published from this state folder yet; run first, or name another --state.")
    with open_ledger(state) as ledger:
        cases = looked_at(ledger)
    examples = examples_of(cases)
    shares = read_shares(pool, own_sharer(state)) if pool else []
    found = learned.judge(examples, controls_of(cases), read_groups(groups) if groups else {}, configured, shares)
    if use and found.weights:
        keep(state, found.weights)
        say("The next run uses the learned weights; brp-signals weights --default goes back.")
    if as_json:
        print_json(
            {
                **asdict(found),
                "weights": found.weights.model_dump(mode="json") if found.weights else None,
                "challengers": learned.challengers(examples, configured),
            }
        )
    else:
        print(found.sentence_nl)
    if not use:
        must_be_out()


@app.command()
def evaluate(
    state: State = Path("state"),
    report: Annotated[Path, typer.Option(help="Write the report here.")] = Path("evaluate.html"),
    config: Config = None,
    groups: Groups = None,
    departures: Annotated[
        Path | None,
        typer.Option(help="CSV with kind, group and departures, for how often each is listed.", show_default=False),
    ] = None,
    share: Annotated[
        Path | None,
        typer.Option(help="Write what others may learn from here: rounded counts, no persons.", show_default=False),
    ] = None,
    municipality: Annotated[
        str | None,
        typer.Option(help="Code to name in the shared file; without it nobody is named.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say how right the lists were and what they missed, from what staff decided; counts only, no persons."""
    from brp_signals.evaluation.account import evaluation
    from brp_signals.evaluation.page import write_page

    refuse_special(report)
    if share:
        refuse_special(share)
    if municipality is not None and not (share and re.fullmatch("[0-9]{4}", municipality)):
        raise UsageProblem("--municipality: write a code of four digits, beside --share FILE.")
    found = evaluation(state, configuration(config), groups, departures)
    write_result(report, lambda path: write_page(path, found))
    tell(f"The report is in {report}.")
    if share:
        _share(state, share, municipality)
    if as_json:
        print_json(found)


def _share(state: Path, path: Path, municipality: str | None) -> None:
    """Write what may be shared of the decisions in this state folder."""
    from brp_signals.base.private_files import refuse_open_folder
    from brp_signals.evaluation.decided import looked_at
    from brp_signals.evaluation.examples import examples_of
    from brp_signals.evaluation.sharing import shared
    from brp_signals.state.ledger import open_ledger

    refuse_open_folder(state, "state")
    with open_ledger(state) as ledger:
        found = shared(examples_of(looked_at(ledger)), state, municipality)
    write_result(path, lambda place: place.write_text(found.text(), encoding="utf-8"))
    tell(f"What others may learn from is in {path}; read it before you hand it over.")


@app.command()
def backtest(
    delivery: Delivery,
    months: Annotated[int, typer.Option(help="How many months to look back, from the delivery's date.")] = 24,
    config: Config = None,
    report: Annotated[Path, typer.Option(help="Write the page here.")] = Path("backtest.html"),
    table: Annotated[
        Path, typer.Option("--csv", help="Write the counts here, a row for each month and rule or level.")
    ] = Path("backtest.csv"),
    as_json: Json = False,
) -> None:
    """Say what the rules would have listed in earlier months, and what the register said later; changes nothing."""
    from tqdm import tqdm

    from brp_signals.evaluation import backtest as looking_back
    from brp_signals.evaluation.backtest_page import write_page
    from brp_signals.evaluation.backtest_told import told as as_told
    from brp_signals.evaluation.backtest_told import write_csv

    for path in (report, table):
        refuse_special(path)
    with tqdm(total=months, file=sys.stderr, disable=not sys.stderr.isatty(), leave=False) as bar:

        def show(month: date) -> None:
            bar.set_description(month.isoformat())
            bar.update()

        found = as_told(looking_back.backtest(delivery, months, configuration(config), on_month=show))
    write_result(report, lambda path: write_page(path, found))
    write_result(table, lambda path: write_csv(path, found))
    tell(f"The report is in {report}.")
    tell(f"The counts are in {table}.")
    if as_json:
        print_json(found)


@app.command()
def rules(
    code: Annotated[str | None, typer.Argument(help="Code of one rule.", show_default=False)] = None,
    as_json: Json = False,
) -> None:
    """List the rules, or show one with its reasons, sources and innocent explanations."""
    from brp_signals.base.rule_files import load_rules
    from brp_signals.base.warehouse import resource
    from brp_signals.publish.explain import rule_text

    found = load_rules(resource("sql") / "rules")
    if code is not None:
        found = tuple(rule for rule in found if rule.code == code.upper())
        if not found:
            raise UsageProblem("There is no rule with that code; brp-signals rules lists them all.")
    if as_json:
        print_json([{"code": rule.code, "level": rule.level, "title_nl": rule.title_nl} for rule in found])
        must_be_out()
    elif code is not None:
        answer(rule_text(found[0]))
    else:
        answer("\n".join(f"{rule.code}  {rule.level:8}  {rule.title_nl}" for rule in found))
