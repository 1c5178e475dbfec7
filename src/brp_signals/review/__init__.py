"""Review: what staff decided in their workbooks comes back into the ledger, for the next night to respect.

Reading (`reviewed_workbook`), what each row says (`answers`), what may be taken in next to earlier decisions
(`weighing`), what goes back to the clerk (`returned`); `importing` does them in that order. Notes are free text: they
are never read.
"""

from brp_signals.review.importing import FileResult, import_reviewed

__all__ = ["FileResult", "import_reviewed"]
