"""Every failure a person may see: one plain sentence (what, where, what to do) and an exit code.

No message ever holds a value of a person; the place (file, line, column) stands in for it.
"""


class SignalsError(Exception):
    """A failure with a sentence for people; `exit_code` is what the command line returns."""

    exit_code = 5


class UsageProblem(SignalsError):
    """Wrong use or configuration: the person at the keyboard can mend it."""

    exit_code = 2


class DeliveryRefused(SignalsError):
    """The delivery breaks its contract: whoever made it must send it again."""

    exit_code = 3


class RunLocked(SignalsError):
    """Another run holds the lock of this state folder."""

    exit_code = 4


class InternalFailure(SignalsError):
    """Our own fault, or the machine's: the data is not to blame."""

    exit_code = 5


class Stopped(SignalsError):
    """A person stopped the work, as the sentence says how far it was."""

    exit_code = 130
