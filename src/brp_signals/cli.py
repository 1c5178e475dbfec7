"""The command line: arguments in, exit code out, one function a command.

Heavy packages are imported inside the commands that use them, so that `--help` answers at once. Messages for people
go to stderr, results to stdout; neither changes the exit code of work that is done (`streams`).
"""

import json
import logging
import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from brp_signals.base import streams
from brp_signals.base.errors import DeliveryRefused, InternalFailure, SignalsError, Stopped, UsageProblem
from brp_signals.base.logs import is_json, listen
from brp_signals.base.private_files import refuse_special
from brp_signals.base.reason_text import checked_reason
from brp_signals.publish.in_dutch import told

if TYPE_CHECKING:
    from brp_signals.base.sealing import Handover

app = typer.Typer(
    name="brp-signals",
    help="Find children who left the population register but not the school list.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)

#: Commands that publish at their end or not at all; others may be stopped with a part of their work done.
_PUBLISHING = {"run", "validate", "pseudonymise", "sample"}
#: Commands that clerks, coordinators and stewards give; the others are for engineers, in English.
_OF_STAFF: Final = {"explain", "dossier", "review", "validate", "rules", "evaluate", "backtest"}
profile_app = typer.Typer(help="How lists of schools and suppliers are read.", no_args_is_help=True)
app.add_typer(profile_app, name="profile")
source_app = typer.Typer(help="How sources would come into a delivery.", no_args_is_help=True)
app.add_typer(source_app, name="source")
key = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(key, name="key", help="Make keys and identities, or put a new key in the place of an old one.")
audit = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(audit, name="audit", help="Look after the log of reveals.")
review = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(review, name="review", help="Take in what staff decided.")

Delivery = Annotated[Path, typer.Argument(help="Folder of the delivery.", show_default=False)]


def _day(option: str) -> Callable[[str], date]:
    """What reads the day of an option."""

    def read(text: str) -> date:
        found = re.fullmatch("([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", text)
        try:
            return date(*map(int, found.groups() if found else ()))
        except (TypeError, ValueError):
            raise UsageProblem(f"{option}: write a day that exists, as 2026-11-20.") from None

    return read


Day = Annotated[
    date | None,
    typer.Option(
        "--reference-date",
        parser=_day("--reference-date"),
        metavar="YYYY-MM-DD",
        help="Look from this date instead of the delivery's.",
    ),
]
State = Annotated[Path, typer.Option("--state", help="Folder that remembers between runs.")]
Output = Annotated[Path, typer.Option("--output", help="Folder that shows the lists.")]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        help="Configuration; without it brp-signals.toml here, or the defaults.",
        show_default=False,
    ),
]
Groups = Annotated[
    Path | None,
    typer.Option(help="CSV with case_id and a column for each kind of group; no run reads it.", show_default=False),
]
CaseNumber = Annotated[str, typer.Argument(help="Number of a case, as S-XXXX-XXXX.", show_default=False)]
Identity = Annotated[
    Path | None, typer.Option(help="Identity file, when the last run encrypted its lists.", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help="Print a machine-readable result.")]


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback when something fails.")] = False,
) -> None:
    """Find children who left the population register but not the school list."""


@app.command()
def sample(
    out: Annotated[Path, typer.Argument(help="Folder to write the delivery to.", show_default=False)],
    persons: Annotated[int, typer.Option(help="Size of the town.")] = 6000,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 1,
    reference_date: Day = None,
    departure_factor: Annotated[int, typer.Option(help="How many times the usual number of children leave.")] = 20,
    nights: Annotated[int, typer.Option(help="Deliveries of so many days, each in a folder of its own in OUT.")] = 1,
) -> None:
    """Write a synthetic delivery, or those of some nights, with its truth file and its configuration beside it."""
    from brp_signals.sample import SAMPLE_DATE, write_sample

    summary = write_sample(
        out,
        persons=persons,
        seed=seed,
        reference_date=reference_date or SAMPLE_DATE,
        departure_factor=departure_factor,
        nights=nights,
    )
    if nights > 1:
        _say(f"{nights} deliveries of one town are in {out}; run them in the order of their dates.")
    _say(f"Delivery {summary.delivery_id} with {summary.departures} departures of children is in {summary.delivery}.")
    _say(f"What really happened is in {summary.truth}; no run reads it.")


@app.command()
def pseudonymise(
    source: Annotated[
        list[str], typer.Option(help="PROFILE=FILE or PROFILE=FILE@DATE, once per file.", show_default=False)
    ],
    key_file: Annotated[Path, typer.Option(help="File with the key: 64 hex characters, readable by you alone.")],
    out: Annotated[Path, typer.Option(help="Folder to write the delivery to.", show_default=False)],
    reference_date: Day = None,
    delivery_id: Annotated[str | None, typer.Option(help="Name of the delivery.", show_default=False)] = None,
    scope: Annotated[
        str | None,
        typer.Option(help="Municipality codes, with commas; without it the whole country.", show_default=False),
    ] = None,
    file_format: Annotated[Literal["parquet", "csv"], typer.Option("--format", help="Form of the files.")] = "parquet",
    key_map: Annotated[
        Path | None,
        typer.Option(help="Write the way back here, encrypted for --recipient.", show_default=False),
    ] = None,
    recipient: Annotated[
        list[str] | None,
        typer.Option(help="Public key (age1…) that may read the key map; may be repeated.", show_default=False),
    ] = None,
    sealed_recipient: Annotated[
        list[str] | None,
        typer.Option(help="The same, for its part with children under secrecy.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a delivery from real formats (trusted zone: the only command that sees identities)."""
    import signal

    from brp_signals import gateway
    from brp_signals.base.sealing import parse_recipients

    # Being ended is being interrupted: what is half done goes away.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if key_map is None and (recipient or sealed_recipient):
        raise UsageProblem("--recipient and --sealed-recipient belong to a key map; add --key-map FILE.")
    recipients = parse_recipients(recipient or [], "--recipient")
    sealed_recipients = parse_recipients(sealed_recipient or [], "--sealed-recipient")
    result = gateway.pseudonymise(
        sources=[gateway.parse_source(text) for text in source],
        key_file=key_file,
        out=out,
        reference_date=reference_date,
        delivery_id=delivery_id,
        scope=[code.strip() for code in scope.split(",")] if scope else None,
        file_format=file_format,
        key_map=gateway.KeyMapPlace(key_map, recipients, sealed_recipients) if key_map else None,
    )
    for sentence in result.sentences():
        _say(sentence)
    if as_json:
        _print_json(result.as_dict())


@app.command()
def validate(
    delivery: Delivery,
    report: Annotated[Path | None, typer.Option(help="Write the report here.", show_default=False)] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Judge a delivery without running the rules; nothing is published. findings.csv is written beside the report."""
    import tempfile

    from brp_signals import pipeline
    from brp_signals.base import unfinished
    from brp_signals.publish.report import write_report

    if report:
        refuse_special(report)
    beside = report.parent if report else None
    with unfinished.folder(Path(tempfile.gettempdir()), "brp-signals-validate") as state:
        account, refusal = pipeline.check(delivery, config=_configuration(config), state=state, findings=beside)
    if report:
        _write(report, lambda path: write_report(path, account))
        _tell(f"The report is in {report}.")
    if refusal:
        raise refusal
    failed = [check for check in account["checks"] if check["outcome"] == "failed"]
    _tell(f"Delivery {account['delivery_id']} is accepted; {len(failed)} of {len(account['checks'])} checks warn.")
    if as_json:
        _print_json(account)


@app.command()
def run(
    delivery: Delivery,
    reference_date: Day = None,
    state: State = Path("state"),
    output: Output = Path("output"),
    config: Config = None,
    encrypt_to: Annotated[
        list[str] | None,
        typer.Option(help="Encrypt the lists for this public key (age1…); may be repeated.", show_default=False),
    ] = None,
    encrypt_sealed_to: Annotated[
        list[str] | None,
        typer.Option(help="Who may read sealed/; without it those of --encrypt-to.", show_default=False),
    ] = None,
    accept_drift: Annotated[
        str | None,
        typer.Option(
            help="Accept a delivery less than half as large as the last; give the reason, which is kept.",
            show_default=False,
        ),
    ] = None,
    accept_rollback: Annotated[
        str | None,
        typer.Option(
            help="Go on with a ledger that is older than the lists in the output; give the reason, which is kept.",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Run the night on one delivery and publish its lists."""
    from tqdm import tqdm

    from brp_signals import pipeline
    from brp_signals.base.config import load_configuration

    config = _configuration(config)
    load_configuration(config, is_starting=True)
    if is_json():
        listen()
    if accept_drift is not None:
        accept_drift = checked_reason(accept_drift, "--accept-drift")
    if accept_rollback is not None:
        accept_rollback = checked_reason(accept_rollback, "--accept-rollback")
    handover = _handover(encrypt_to or [], encrypt_sealed_to or [])
    with tqdm(total=len(pipeline.STEPS), file=sys.stderr, disable=not sys.stderr.isatty(), leave=False) as bar:

        def show(step: str) -> None:
            bar.set_description(step)
            bar.update()

        result = pipeline.run(
            delivery,
            reference_date=reference_date,
            state=state,
            output=output,
            config=config,
            handover=handover,
            accept_drift=accept_drift,
            accept_rollback=accept_rollback,
            on_step=show,
        )
    folder, cases = Path(result["output"]), result["account"]["cases"]
    signals = "1 signal" if cases["listed"] == 1 else f"{cases['listed']} signals"
    _say(f"{signals}; the lists are in {folder}, the report for data stewards is report.html there.")
    if encrypt_to:
        _say("The lists are encrypted" + ("." if encrypt_sealed_to else ", those in sealed/ for the same recipients."))
    if as_json:
        _print_json(result["account"])


@app.command()
def undo(
    run: Annotated[str, typer.Argument(help="The newest run, by its id or that of its delivery.", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why; kept in the ledger.", show_default=False)],
    state: State = Path("state"),
    output: Output = Path("output"),
) -> None:
    """Take the last run back: ledger and lists are as before it, and what staff decided stays."""
    from brp_signals import pipeline

    done = pipeline.undo(run, reason, state=state, output=output)
    _say(f"Run {done.run_id} of delivery {done.delivery_id} was taken back; the lists of the run before show again.")


@app.command()
def explain(
    case_id: CaseNumber,
    state: State = Path("state"),
    identity: Identity = None,
) -> None:
    """Give a full account, in Dutch, of one case of the last run."""
    from brp_signals.base.sealing import read_identities
    from brp_signals.publish.explain import explanation

    _answer(explanation(state, case_id, read_identities(identity) if identity else ()))


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
    _say(WEIGH_FIRST)
    _tell(f"The dossier is in {path}, for you alone; its first page stays with you. Print it from a browser.")


@app.command()
def reveal(
    signal_list: Annotated[
        Path, typer.Argument(metavar="LIST", help="Workbook or signals.csv, plain or as .age.", show_default=False)
    ],
    key_map: Annotated[Path, typer.Option(help="Key map that pseudonymise wrote.", show_default=False)],
    identity: Annotated[Path, typer.Option(help="Identity file that opens it.", show_default=False)],
    out: Annotated[Path, typer.Option(help="Write the list with A-numbers here.", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why; kept in the audit log.", show_default=False)],
    audit_log: Annotated[
        Path | None,
        typer.Option(help="Audit log; without it reveal-audit.jsonl beside the key map.", show_default=False),
    ] = None,
    sealed_identity: Annotated[
        Path | None, typer.Option(help="Second identity file, for a sealed list.", show_default=False)
    ] = None,
) -> None:
    """Add the A-number to the cases of one list (trusted zone); every use is logged."""
    from brp_signals.gateway.way_back.reveal import reveal as reveal_list

    done = reveal_list(signal_list, key_map, identity, out, reason, audit_log, sealed_identity)
    _say(f"{done.revealed} of {done.cases} cases got their A-number; the list is {out}.")
    if done.revealed < done.cases:
        _say(f"{done.cases - done.revealed} cases are not in the key map, or have no A-number, and stay empty.")
    _say(f"Logged in {done.audit_log}. Keep the hash of its last line somewhere else:")
    print(done.audit_hash)


@key.command("new")
def key_new(file: Annotated[Path, typer.Argument(help="File to write the key to.", show_default=False)]) -> None:
    """Make a key for pseudonyms."""
    from brp_signals.gateway.way_back.keys import new_key

    _say(f"Key {new_key(file)} is in {file}; who loses it cannot link new deliveries to old ones.")


@key.command("identity")
def key_identity(
    file: Annotated[Path, typer.Argument(help="File to write the identity to.", show_default=False)],
) -> None:
    """Make an identity that opens key maps and encrypted lists, and print its public recipient."""
    from brp_signals.base.sealing import new_identity

    recipient = new_identity(file)
    _say(f"The identity is in {file}, for whoever may read; its public recipient, for whoever encrypts:")
    print(recipient)


@key.command("rotate")
def key_rotate(
    key_file: Annotated[Path, typer.Option(help="The old key.", show_default=False)],
    new_key_file: Annotated[Path, typer.Option(help="The new key.", show_default=False)],
    key_map: Annotated[Path, typer.Option(help="Key map made under the old key.", show_default=False)],
    identity: Annotated[Path, typer.Option(help="Identity file that opens it.", show_default=False)],
    recipient: Annotated[list[str], typer.Option(help="Public key for the new map.", show_default=False)],
    out: Annotated[Path, typer.Option(help="Write the new key map here.", show_default=False)],
    sealed_identity: Annotated[
        Path | None, typer.Option(help="Identity file that opens the sealed part.", show_default=False)
    ] = None,
    sealed_recipient: Annotated[
        list[str] | None, typer.Option(help="Public key for the new sealed part.", show_default=False)
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(help="State folder whose ledger goes along, all or nothing.", show_default=False),
    ] = None,
) -> None:
    """Make the key map over under a new key, and the ledger with it; the old map stays as it is."""
    from brp_signals.base.sealing import parse_recipients, read_identities
    from brp_signals.gateway.way_back.keys import rotate

    done = rotate(
        key_file,
        new_key_file,
        key_map,
        read_identities(identity),
        parse_recipients(recipient, "--recipient"),
        out,
        read_identities(sealed_identity) if sealed_identity else (),
        parse_recipients(sealed_recipient or [], "--sealed-recipient"),
        state,
    )
    _say(f"{done.rekeyed} persons are in {out} under key {done.new_key_id}.")
    if done.not_rekeyed:
        _say(f"{done.not_rekeyed} persons do not follow from the old key and were left out.")
    if done.state:
        _say(f"The ledger is under it too, {done.state.persons} persons; make deliveries with the new key from now on.")
        if done.state.left_as_they_were:
            _say(f"{done.state.left_as_they_were} persons left too long ago to be in a key map and stay as they were.")
        if done.state.rows_forgotten:
            _say(f"{done.state.rows_forgotten} remembered rows of school lists are about nobody in the map: forgotten.")


@audit.command("verify")
def audit_verify(
    file: Annotated[Path, typer.Argument(help="The audit log.", show_default=False)],
    expect: Annotated[
        str | None,
        typer.Option(metavar="HASH", help="A hash that reveal printed and that was kept elsewhere."),
    ] = None,
) -> None:
    """Say whether the audit log is whole."""
    from brp_signals.gateway.way_back.audit import verify

    lines, head = verify(file, expect)
    _say(f"The audit log is whole: {lines} lines. The hash of the last one:")
    print(head)


@review.command("import")
def review_import(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Workbooks with decisions filled in.", show_default=False)
    ],
    state: State = Path("state"),
    as_json: Json = False,
) -> None:
    """Take in the decisions of reviewed workbooks; rows that cannot be go back in a workbook beside each."""
    from brp_signals.review import import_reviewed

    done = import_reviewed(files, state)
    for file in done:
        _say(file.sentence())
    if as_json:
        _print_json({"files": [file.as_dict() for file in done]})


@review.command("who")
def review_who(case_id: CaseNumber, state: State = Path("state")) -> None:
    """Say in Dutch who took the decisions about one case, for an auditor; it stands on no list and no page."""
    from brp_signals.base.private_files import refuse_open_folder
    from brp_signals.publish.explain import who_decided

    refuse_open_folder(state, "state")
    _answer(who_decided(state, case_id))


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
    from brp_signals.evaluation.groups import read_groups
    from brp_signals.evaluation.sharing import own_sharer, read_shares
    from brp_signals.state.learned_weights import keep
    from brp_signals.state.ledger import last_run, open_ledger

    if use and default:
        raise UsageProblem("--use and --default exclude each other; choose one.")
    refuse_open_folder(state, "state")
    if default:
        keep(state, None)
        _say("The next run uses the weights of the configuration.")
        return
    configured = load_configuration(_configuration(config)).weights
    if last_run(state) is None:
        raise UsageProblem("No run has been published from this state folder yet; run first, or name another --state.")
    with open_ledger(state) as ledger:
        cases = looked_at(ledger)
    examples = learned.examples(cases)
    shares = read_shares(pool, own_sharer(state)) if pool else []
    found = learned.judge(examples, learned.controls(cases), read_groups(groups) if groups else {}, configured, shares)
    if use and found.weights:
        keep(state, found.weights)
        _say("The next run uses the learned weights; brp-signals weights --default goes back.")
    if as_json:
        _print_json(
            {
                **asdict(found),
                "weights": found.weights.model_dump(mode="json") if found.weights else None,
                "challengers": learned.challengers(examples, configured),
            }
        )
    else:
        print(found.sentence_nl)
    if not use:
        _must_be_out()


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
    found = evaluation(state, _configuration(config), groups, departures)
    _write(report, lambda path: write_page(path, found))
    _tell(f"The report is in {report}.")
    if share:
        _share(state, share, municipality)
    if as_json:
        _print_json(found)


def _share(state: Path, path: Path, municipality: str | None) -> None:
    """Write what may be shared of the decisions in this state folder."""
    from brp_signals.base.private_files import refuse_open_folder
    from brp_signals.evaluation.decided import looked_at
    from brp_signals.evaluation.learned import examples
    from brp_signals.evaluation.sharing import shared
    from brp_signals.state.ledger import open_ledger

    refuse_open_folder(state, "state")
    with open_ledger(state) as ledger:
        found = shared(examples(looked_at(ledger)), state, municipality)
    _write(path, lambda place: place.write_text(found.text(), encoding="utf-8"))
    _tell(f"What others may learn from is in {path}; read it before you hand it over.")


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

        found = as_told(looking_back.backtest(delivery, months, _configuration(config), on_month=show))
    _write(report, lambda path: write_page(path, found))
    _write(table, lambda path: write_csv(path, found))
    _tell(f"The report is in {report}.")
    _tell(f"The counts are in {table}.")
    if as_json:
        _print_json(found)


@app.command()
def purge(
    state: State = Path("state"),
    output: Output = Path("output"),
    before: Annotated[
        date | None,
        typer.Option(
            parser=_day("--before"),
            metavar="YYYY-MM-DD",
            help="Remove what is over its term on this day; without it on the date of the newest run, or today if that "
            "is earlier.",
            show_default=False,
        ),
    ] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Remove what is over its term from the state and output folders; docs/retention.md says which and why."""
    from brp_signals.upkeep import purging

    done = purging.purge(state=state, output=output, config=_configuration(config), before=before)
    for sentence in done.sentences():
        _say(sentence)
    if as_json:
        _print_json(done.as_dict())


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
        _print_json([{"code": rule.code, "level": rule.level, "title_nl": rule.title_nl} for rule in found])
        _must_be_out()
    elif code is not None:
        _answer(rule_text(found[0]))
    else:
        _answer("\n".join(f"{rule.code}  {rule.level:8}  {rule.title_nl}" for rule in found))


@app.command()
def serve(
    inbox: Annotated[Path, typer.Option(help="Folder in which each delivery is a folder.")] = Path("inbox"),
    state: State = Path("state"),
    output: Output = Path("output"),
    config: Config = None,
    port: Annotated[int, typer.Option(help="Port of the scheduler, on this machine only.")] = 4200,
    time_limit: Annotated[
        float | None, typer.Option(help="Minutes after which a night is ended.", show_default=False)
    ] = None,
) -> None:
    """Keep the nightly schedule: 04:15, and once more at 04:45 when that failed."""
    from brp_signals.schedule import serving

    serving.serve(
        inbox=inbox,
        state=state,
        output=output,
        config=_configuration(config),
        port=port,
        time_limit_minutes=time_limit,
    )


@app.command()
def doctor(state: State = Path("state"), output: Output = Path("output"), config: Config = None) -> None:
    """Say what is missing on this machine, and how ledger, last run and alerts are."""
    from brp_signals.upkeep.doctor import examine

    findings = examine(state, output, _configuration(config))
    for finding in findings:
        print(f"{'ok     ' if finding.is_fine else 'MISSING'}  {finding.what}")
    if not all(finding.is_fine for finding in findings):
        raise UsageProblem("Something is missing; see the lines above.")


@profile_app.command("list")
def profile_list() -> None:
    """List the built-in profiles, and what each leaves for a profile of your own to say."""
    from brp_signals.gateway.formats import open_source

    _answer("\n".join(open_source.profile_lines()))


@profile_app.command("check")
def profile_check(
    file: Annotated[Path, typer.Argument(help="File of a register, school or supplier.", show_default=False)],
    profile: Annotated[
        str | None,
        typer.Option(help="Built-in profile or TOML file; without it every one is tried.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show how a file would be read: columns and counts, no values (trusted zone)."""
    from brp_signals.gateway.profiles.check import check_file

    result = check_file(file, profile)
    if as_json:
        _print_json(result.as_dict())
    else:
        print("\n".join(result.sentences()))
    _must_be_out()
    if result.to_write or not result.profile:
        raise UsageProblem(f"No built-in profile reads {file.name} as it is; write one (docs/gateway.md, Profiles).")
    if result.refusal:
        raise DeliveryRefused(result.refusal)


@source_app.command("check")
def source_check(
    source: Annotated[
        list[str],
        typer.Argument(help="PROFILE=FILE, as for pseudonymise: a register or a list.", show_default=False),
    ],
    as_json: Json = False,
) -> None:
    """Read sources as pseudonymise would, without a key and without writing: counts, reasons, places (trusted zone)."""
    from brp_signals import gateway
    from brp_signals.gateway.profiles.check import check_file

    results, refusals = [], []
    for each in [gateway.parse_source(text) for text in source]:
        try:
            results.append(check_file(each.path, each.profile))
        except DeliveryRefused as problem:
            refusals.append(str(problem))
    if as_json:
        _print_json([result.as_dict() for result in results])
    else:
        print("\n".join(sentence for result in results for sentence in result.sentences()))
    _must_be_out()
    if refusals := [*refusals, *(result.refusal for result in results if result.refusal)]:
        raise DeliveryRefused(" ".join(refusals))


def main() -> None:
    """Entry point: run a command and leave with its exit code; failures are one sentence on stderr."""
    streams.make_patient()
    words = [word for word in sys.argv[1:] if word != "--debug"]
    is_debug = len(words) < len(sys.argv) - 1
    is_publishing = not _PUBLISHING.isdisjoint(words[:1])
    try:
        code = typer.main.get_command(app).main(words, prog_name="brp-signals", standalone_mode=False) or 0
        if code == Stopped.exit_code:
            raise KeyboardInterrupt  # what Typer makes of one
        if problem := streams.lost():
            sentence = f"The result could not be printed ({problem.strerror}); what the command did stands."
            _say(_for_who_reads(sentence, words))
        sys.exit(code)
    except SignalsError as problem:
        _leave(problem, _for_who_reads(str(problem), words), problem.exit_code, is_debug)
    except KeyboardInterrupt as stop:
        sentence = "Stopped; nothing was published." if is_publishing else "Stopped."
        _leave(stop, _for_who_reads(sentence, words), Stopped.exit_code, is_debug)
    except Exception as fault:
        # Typer carries its own copy of Click; all errors of use have this method.
        if hasattr(fault, "format_message"):
            sentence = f"{fault.format_message()} See brp-signals --help."
            _leave(fault, _for_who_reads(sentence, words), UsageProblem.exit_code, is_debug)
        nothing = "nothing was published and " if is_publishing else ""
        sentence = (
            f"Internal failure ({type(fault).__name__}); {nothing}the data is not to blame: run again with --debug and "
            "pass the result to the maintainers."
        )
        _leave(fault, _for_who_reads(sentence, words), InternalFailure.exit_code, is_debug)


def _for_who_reads(sentence: str, words: list[str]) -> str:
    """The sentence in Dutch for commands of staff and stewards, and about a day, which anybody may mistype."""
    is_for_staff = not _OF_STAFF.isdisjoint(words[:1])
    return told(sentence) if is_for_staff or sentence.startswith(("--reference-date:", "--before:")) else sentence


def _leave(problem: BaseException, sentence: str, exit_code: int, is_debug: bool) -> None:
    if is_debug:
        print(_trace(problem), file=sys.stderr)
    _say(sentence, logging.ERROR)
    sys.exit(exit_code)


def _trace(problem: BaseException) -> str:
    """Where a failure came from, what stood behind it first: files, lines and kinds, fit to be passed on.

    The words of an error are left out unless we wrote them: those of a library may quote a row.
    """
    import traceback

    told: list[str] = []
    behind: BaseException | None = problem
    while behind is not None:
        lines = ["Traceback (most recent call last):\n", *traceback.format_tb(behind.__traceback__)]
        words = f": {behind}" if isinstance(behind, SignalsError) else ""
        told.insert(0, "".join(lines) + f"{type(behind).__qualname__}{words}\n")
        behind = behind.__cause__ or behind.__context__
    return "\n".join(told)


def _configuration(path: Path | None) -> Path | None:
    """The named configuration, or the one that lies in this folder."""
    here = Path("brp-signals.toml")
    return path or (here if here.is_file() else None)


def _handover(encrypt_to: list[str], encrypt_sealed_to: list[str]) -> "Handover":
    """For whom the lists are encrypted; sealed lists never stay plain beside encrypted ones."""
    from brp_signals.base.sealing import Handover, parse_recipients

    if encrypt_sealed_to and not encrypt_to:
        raise UsageProblem("--encrypt-sealed-to needs --encrypt-to as well, for the ordinary lists.")
    recipients = parse_recipients(encrypt_to, "--encrypt-to")
    return Handover(recipients, parse_recipients(encrypt_sealed_to, "--encrypt-sealed-to") or recipients)


def _write(path: Path, write: Any) -> None:
    refuse_special(path)
    try:
        write(path)
    except OSError as problem:
        raise UsageProblem(f"{path.name} cannot be written ({problem.strerror}); choose another place.") from None


def _say(sentence: str, level: int = logging.INFO) -> None:
    """One line for people on stderr, whatever stands in a name that it quotes; a log line where JSON is asked for."""
    line = "".join(letter if letter.isprintable() else " " for letter in sentence)
    if is_json():
        listen()
        logging.getLogger("brp_signals.command").log(level, "%s", line)
    else:
        print(line, file=sys.stderr)


def _tell(sentence: str) -> None:
    """One line for staff or stewards, in Dutch unless somebody asks for English."""
    _say(told(sentence))


def _answer(text: str) -> None:
    """Print what a command gives and nothing else."""
    print(text)
    _must_be_out()


def _must_be_out() -> None:
    """Fail a command that only answers when its answer did not come out whole; who stopped reading wants no more."""
    if problem := streams.lost():
        raise InternalFailure(
            f"The answer could not be printed whole ({problem.strerror}); free space or print it elsewhere, then ask "
            "again."
        )


def _print_json(content: Any) -> None:
    print(json.dumps(content, ensure_ascii=False, indent=2, default=str))
