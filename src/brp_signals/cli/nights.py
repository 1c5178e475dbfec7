"""Commands about nights: make a delivery up, judge it, run it, keep the schedule, and look after what is kept."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brp_signals.base.errors import UsageProblem
from brp_signals.base.logs import is_json, listen
from brp_signals.base.private_files import refuse_special
from brp_signals.base.reason_text import checked_reason
from brp_signals.cli.options import Config, Day, Delivery, Json, Output, State, app, configuration, day
from brp_signals.cli.saying import print_json, say, tell, write_result

if TYPE_CHECKING:
    from brp_signals.base.sealing import Handover


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
        say(f"{nights} deliveries of one town are in {out}; run them in the order of their dates.")
    say(f"Delivery {summary.delivery_id} with {summary.departures} departures of children is in {summary.delivery}.")
    say(f"What really happened is in {summary.truth}; no run reads it.")


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
        account, refusal = pipeline.check(delivery, config=configuration(config), state=state, findings=beside)
    if report:
        write_result(report, lambda path: write_report(path, account))
        tell(f"The report is in {report}.")
    if refusal:
        raise refusal
    failed = [check for check in account["checks"] if check["outcome"] == "failed"]
    tell(f"Delivery {account['delivery_id']} is accepted; {len(failed)} of {len(account['checks'])} checks warn.")
    if as_json:
        print_json(account)


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

    config = configuration(config)
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
    say(f"{signals}; the lists are in {folder}, the report for data stewards is report.html there.")
    if encrypt_to:
        say("The lists are encrypted" + ("." if encrypt_sealed_to else ", those in sealed/ for the same recipients."))
    if as_json:
        print_json(result["account"])


def _handover(encrypt_to: list[str], encrypt_sealed_to: list[str]) -> "Handover":
    """For whom the lists are encrypted; sealed lists never stay plain beside encrypted ones."""
    from brp_signals.base.sealing import Handover, parse_recipients

    if encrypt_sealed_to and not encrypt_to:
        raise UsageProblem("--encrypt-sealed-to needs --encrypt-to as well, for the ordinary lists.")
    recipients = parse_recipients(encrypt_to, "--encrypt-to")
    return Handover(recipients, parse_recipients(encrypt_sealed_to, "--encrypt-sealed-to") or recipients)


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
    say(f"Run {done.run_id} of delivery {done.delivery_id} was taken back; the lists of the run before show again.")


@app.command()
def purge(
    state: State = Path("state"),
    output: Output = Path("output"),
    before: Annotated[
        date | None,
        typer.Option(
            parser=day("--before"),
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

    done = purging.purge(state=state, output=output, config=configuration(config), before=before)
    for sentence in done.sentences():
        say(sentence)
    if as_json:
        print_json(done.as_dict())


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
        config=configuration(config),
        port=port,
        time_limit_minutes=time_limit,
    )


@app.command()
def doctor(state: State = Path("state"), output: Output = Path("output"), config: Config = None) -> None:
    """Say what is missing on this machine, and how ledger, last run, alerts and desk are."""
    from brp_signals.desk.condition import examine as examine_desk
    from brp_signals.upkeep.doctor import Finding, examine

    findings = examine(state, output, configuration(config))
    findings += [Finding(what, is_fine) for what, is_fine in examine_desk(state)]
    for finding in findings:
        print(f"{'ok     ' if finding.is_fine else 'MISSING'}  {finding.what}")
    if not all(finding.is_fine for finding in findings):
        raise UsageProblem("Something is missing; see the lines above.")
