"""Commands of the trusted zone, the only ones that see identities: into a delivery, and back from a list."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from brp_signals.base.errors import DeliveryRefused, UsageProblem
from brp_signals.cli.options import (
    Day,
    Json,
    app,
)
from brp_signals.cli.saying import answer, must_be_out, print_json, say

profile_app = typer.Typer(help="How lists of schools and suppliers are read.", no_args_is_help=True)
app.add_typer(profile_app, name="profile")
source_app = typer.Typer(help="How sources would come into a delivery.", no_args_is_help=True)
app.add_typer(source_app, name="source")
key = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(key, name="key", help="Make keys and identities, or put a new key in the place of an old one.")
audit = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(audit, name="audit", help="Look after the log of reveals.")


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
        say(sentence)
    if as_json:
        print_json(result.as_dict())


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
    say(f"{done.revealed} of {done.cases} cases got their A-number; the list is {out}.")
    if done.revealed < done.cases:
        say(f"{done.cases - done.revealed} cases are not in the key map, or have no A-number, and stay empty.")
    say(f"Logged in {done.audit_log}. Keep the hash of its last line somewhere else:")
    print(done.audit_hash)


@key.command("new")
def key_new(file: Annotated[Path, typer.Argument(help="File to write the key to.", show_default=False)]) -> None:
    """Make a key for pseudonyms."""
    from brp_signals.gateway.way_back.keys import new_key

    say(f"Key {new_key(file)} is in {file}; who loses it cannot link new deliveries to old ones.")


@key.command("identity")
def key_identity(
    file: Annotated[Path, typer.Argument(help="File to write the identity to.", show_default=False)],
) -> None:
    """Make an identity that opens key maps and encrypted lists, and print its public recipient."""
    from brp_signals.base.sealing import new_identity

    recipient = new_identity(file)
    say(f"The identity is in {file}, for whoever may read; its public recipient, for whoever encrypts:")
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
    say(f"{done.rekeyed} persons are in {out} under key {done.new_key_id}.")
    if done.not_rekeyed:
        say(f"{done.not_rekeyed} persons do not follow from the old key and were left out.")
    if done.state:
        say(f"The ledger is under it too, {done.state.persons} persons; make deliveries with the new key from now on.")
        if done.state.left_as_they_were:
            say(f"{done.state.left_as_they_were} persons left too long ago to be in a key map and stay as they were.")
        if done.state.rows_forgotten:
            say(f"{done.state.rows_forgotten} remembered rows of school lists are about nobody in the map: forgotten.")


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
    say(f"The audit log is whole: {lines} lines. The hash of the last one:")
    print(head)


@profile_app.command("list")
def profile_list() -> None:
    """List the built-in profiles, and what each leaves for a profile of your own to say."""
    from brp_signals.gateway.formats import open_source

    answer("\n".join(open_source.profile_lines()))


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
        print_json(result.as_dict())
    else:
        print("\n".join(result.sentences()))
    must_be_out()
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
        print_json([result.as_dict() for result in results])
    else:
        print("\n".join(sentence for result in results for sentence in result.sentences()))
    must_be_out()
    if refusals := [*refusals, *(result.refusal for result in results if result.refusal)]:
        raise DeliveryRefused(" ".join(refusals))
