"""The command line: arguments in, exit code out, one function a command.

Heavy packages are imported inside the commands that use them, so that `--help` answers at once. Messages for people
go to stderr, results to stdout; neither changes the exit code of work that is done (`streams`).
"""

import logging
import sys
from typing import Final

import typer

from brp_signals.base import streams
from brp_signals.base.errors import InternalFailure, SignalsError, Stopped, UsageProblem
from brp_signals.cli import (  # noqa: F401 -- each adds its commands to the application
    cases,
    desk,
    nights,
    papers,
    schools,
    trusted_zone,
    watching,
)
from brp_signals.cli.options import app
from brp_signals.cli.saying import say
from brp_signals.publish.in_dutch import told

#: Commands that publish at their end or not at all; another command may be stopped with part of its work done.
_PUBLISHING = {"run", "validate", "pseudonymise", "sample"}
#: Commands of clerks, coordinators and stewards; the others are for engineers, in English.
_OF_STAFF: Final = {"explain", "dossier", "review", "validate", "rules", "evaluate", "backtest", "watch", "papers"}


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
            say(_for_who_reads(sentence, words))
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
    """Return the sentence in Dutch for commands of staff and stewards, and for a mistyped day in any command."""
    is_for_staff = not _OF_STAFF.isdisjoint(words[:1])
    return told(sentence) if is_for_staff or sentence.startswith(("--reference-date:", "--before:")) else sentence


def _leave(problem: BaseException, sentence: str, exit_code: int, is_debug: bool) -> None:
    if is_debug:
        print(_trace(problem), file=sys.stderr)
    say(sentence, logging.ERROR)
    sys.exit(exit_code)


def _trace(problem: BaseException) -> str:
    """Return where a failure came from, its first cause first: files, lines and kinds, fit to be passed on.

    The text of an error is left out unless we wrote it: that of a library may quote a row.
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
