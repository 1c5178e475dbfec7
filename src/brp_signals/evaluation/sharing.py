"""What a municipality shares of its decisions so that others can learn from them: counts of pieces, and no persons.

A file is made of blocks. A block counts cases that were decided one after the other. Once shared it never changes, and
every decision is counted in one block only. So two files of one municipality differ by whole blocks, and nothing
follows from their difference. Every number is to the nearest five and checked against all tables that would be shared
the same (`telling`).
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from brp_signals.base.config import LARGEST_FILE, Municipality, Weights, default_points
from brp_signals.base.errors import UsageProblem
from brp_signals.base.private_files import read_small, replace_private
from brp_signals.base.warehouse import resource
from brp_signals.evaluation.additive import Numbers, additive
from brp_signals.evaluation.examples import Example
from brp_signals.evaluation.learned import EARLIER_SHARE
from brp_signals.evaluation.pooling import expected_hits
from brp_signals.evaluation.telling import FEWEST_IN_SHARE, Page, Row, left_out, told_count

SCHEMA: Final = "brp-signals/share/1"
FILE: Final = "shared.json"
#: Fewer decided cases make no first block, and no later one: they wait. A smaller block says less of pieces.
FEWEST_AT_FIRST: Final = 10
FEWEST_LATER: Final = 25

Told = Annotated[int, Field(ge=0, le=1_000_000, multiple_of=5)]
Quarter = Annotated[str, Field(pattern=r"^[0-9]{4}-Q[1-4]$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Counts(_Strict):
    """Decided signals, the hits among them, how many hits the fixed points expect, and signals not decided on yet; hits
    are shared from ten decided signals on.
    """

    decided: Told
    hits: Told | None
    expected: Told | None
    undecided: Told

    @model_validator(mode="after")
    def _hits_are_decided(self) -> "Counts":
        if (self.hits is None) != (self.decided < FEWEST_IN_SHARE) or (self.hits is None) != (self.expected is None):
            raise ValueError("hits are told of ten and more")
        if max(self.hits or 0, self.expected or 0) > self.decided:
            raise ValueError("more hits than cases")
        return self


class Block(_Strict):
    """Signals decided one after the other: from which quarter to which, of all of them and of those with each piece.

    `undecided` is counted on the day when the block was made, and is in the newest block of that day.
    """

    from_quarter: Quarter
    to_quarter: Quarter
    all: Counts
    pieces: dict[str, Counts]

    @model_validator(mode="after")
    def _knows_its_pieces(self) -> "Block":
        if list(self.pieces) != list(default_points()[1]):
            raise ValueError("other pieces of evidence")
        if self.all.decided < FEWEST_IN_SHARE or any(each.decided > self.all.decided for each in self.pieces.values()):
            raise ValueError("counts that cannot be")
        return self

    @property
    def table(self) -> Numbers:
        """A row for all and for each piece: decided, hits, expected; a count that was not shared is not a number."""
        rows = (self.all, *self.pieces.values())
        return np.array([(each.decided, each.hits, each.expected) for each in rows], dtype=np.float64)


class Share(_Strict):
    """A shared file. `sharer` is drawn by chance, so that who shares twice is known again; `municipality` stands there
    only when somebody named it; `basis` says by which rules and points the pieces were found.
    """

    model_config = ConfigDict(populate_by_name=True)

    form: Annotated[Literal["brp-signals/share/1"], Field(alias="schema")]
    sharer: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    municipality: Municipality | None
    basis: str
    blocks: Annotated[tuple[Block, ...], Field(strict=False, min_length=1)]

    @property
    def name(self) -> str:
        """The name of the file for people."""
        return self.municipality or self.sharer

    @property
    def n_decided(self) -> int:
        """About how many decided signals the file counts."""
        return sum(block.all.decided for block in self.blocks)

    @property
    def coverage(self) -> float:
        """The lowest share of signals that was decided, of all and of each piece of which there are enough."""
        last = self.blocks[-1]
        found = [1.0]
        for piece in (None, *last.pieces):
            decided = sum((block.pieces[piece] if piece else block.all).decided for block in self.blocks)
            undecided = (last.pieces[piece] if piece else last.all).undecided
            if decided + undecided >= 2 * FEWEST_IN_SHARE:
                found.append(decided / (decided + undecided))
        return min(found)

    def parts(self) -> tuple[list[Block], list[Block]]:
        """The blocks to learn from, and the later blocks to try the points on."""
        earlier: list[Block] = []
        later: list[Block] = []
        before = 0.0
        for block in self.blocks:
            middle = before + block.all.decided / 2
            (earlier if middle < EARLIER_SHARE * self.n_decided else later).append(block)
            before += block.all.decided
        return earlier, later

    def text(self) -> str:
        """The file."""
        return json.dumps(self.model_dump(mode="json", by_alias=True), indent=1) + "\n"


class _Kept(_Strict):
    """What a state folder remembers of what it shared: the file, and until which day decisions were counted in it."""

    share: Share
    until: Annotated[date, Field(strict=False)]


def basis() -> str:
    """Return a fingerprint of the rules and default points in force: with others a piece would mean something else."""
    digest = hashlib.sha256()
    for folder in ("rules", "weigh"):
        for path in sorted((resource("sql") / folder).rglob("*")):
            if path.is_file():
                digest.update(f"{folder}/{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def shared(examples: Sequence[Example], state: Path, municipality: str | None = None) -> Share:
    """Return what may be shared now: everything that was shared before, and a block of later decisions if there are
    enough.

    It is remembered in the state folder. Blocks made with other rules or points are no longer shared. Raises
    UsageProblem when there is nothing to share yet.
    """
    kept = _stored_share(state)
    sharer, until = (kept.share.sharer, kept.until) if kept else (secrets.token_hex(8), date.min)
    blocks = kept.share.blocks if kept and kept.share.basis == basis() else ()
    made, until = _blocks(examples, until, is_first=not blocks)
    if not (blocks or made):
        raise UsageProblem(
            f"There is nothing to share yet: fewer than {FEWEST_AT_FIRST} signals were decided on, or a count would "
            "follow from what is told; wait for more decisions."
        )
    found = Share(form=SCHEMA, sharer=sharer, municipality=municipality, basis=basis(), blocks=(*blocks, *made))
    text = _Kept(share=found, until=until).model_dump_json(by_alias=True)
    replace_private(state / FILE, lambda stream: stream.write(text.encode()))
    return found


def own_sharer(state: Path) -> str | None:
    """The mark of what this state folder shared itself."""
    kept = _stored_share(state)
    return kept.share.sharer if kept else None


def _stored_share(state: Path) -> _Kept | None:
    try:
        return _Kept.model_validate_json(read_small(state / FILE, LARGEST_FILE), strict=False)
    except FileNotFoundError:
        return None
    except (OSError, ValidationError):
        raise UsageProblem(
            f"{FILE} in the state folder is damaged, so what was shared before is not known; put back a copy."
        ) from None


def _blocks(examples: Sequence[Example], until: date, *, is_first: bool) -> tuple[list[Block], date]:
    """Blocks of what was decided after a day, and until which day that is: two at first, an earlier and a later one."""
    decided = [(each.decided_on, each) for each in examples if each.decided_on and each.is_hit is not None]
    fresh = sorted((each for each in decided if each[0] > until), key=lambda each: (each[0], each[1].case_id))
    undecided = [each for each in examples if each.is_hit is None or each.decided_on is None]
    if len(fresh) < (FEWEST_AT_FIRST if is_first else FEWEST_LATER):
        return [], until
    cut = fresh[int(len(fresh) * EARLIER_SHARE)][0]
    halves = [[each for each in fresh if each[0] < cut], [each for each in fresh if each[0] >= cut]]
    groups = halves if is_first and min(map(len, halves)) >= FEWEST_LATER else [fresh]
    made = []
    for place, group in enumerate(groups):
        block = _block(group, undecided if place == len(groups) - 1 else [])
        if block is None:
            return [], until
        made.append(block)
    return made, fresh[-1][0]


def _block(fresh: Sequence[tuple[date, Example]], undecided: Sequence[Example]) -> Block | None:
    """Make one block as it may be shared; None when an exact count would follow from it."""
    fixed = Weights()
    pieces = list(fixed.pieces)
    has_piece = np.array([[piece in each.pieces for piece in pieces] for _, each in fresh], dtype=np.float64)
    is_hit = np.array([each.is_hit is True for _, each in fresh])
    columns = [np.ones(len(fresh), dtype=bool), *(has_piece.T > 0)]
    rows = [
        Row(name, int(is_hit[column].sum()), int(column.sum()))
        for name, column in zip(("", *pieces), columns, strict=True)
    ]
    open_ = [len(undecided), *(sum(piece in each.pieces for each in undecided) for piece in pieces)]
    if left_out({"block": rows}, lambda _: _page(rows, open_)):
        return None
    # This is made of rounded hits, so it says nothing more about outcomes than they do.
    expected = expected_hits(has_piece, additive(fixed), told_count(rows[0].hits))
    told = [
        _counts(row, round(hits), waiting) for row, hits, waiting in zip(rows, expected.tolist(), open_, strict=True)
    ]
    return Block(
        from_quarter=_quarter(fresh[0][0]),
        to_quarter=_quarter(fresh[-1][0]),
        all=told[0],
        pieces=dict(zip(pieces, told[1:], strict=True)),
    )


def _counts(row: Row, expected: int, undecided: int) -> Counts:
    decided = told_count(row.n)
    is_told = decided >= FEWEST_IN_SHARE
    return Counts(
        decided=decided,
        hits=told_count(row.hits) if is_told else None,
        expected=min(told_count(expected), decided) if is_told else None,
        undecided=told_count(undecided),
    )


def _page(rows: Sequence[Row], undecided: Sequence[int]) -> Page:
    page = Page()
    hits, n = page.count(rows[0].hits, "block"), page.count(rows[0].n, "block")
    page.hold({hits: 1, n: -1})
    page.parts("block", rows[1:], hits, n, is_whole=False, overlaps=True)
    waiting = [page.count(number, "block") for number in undecided]
    for each in waiting[1:]:
        page.hold({each: 1, waiting[0]: -1})
    return page


def _quarter(day: date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


# ---- files of others


def read_shares(paths: Sequence[Path], own: str | None) -> list[Share]:
    """Read the files of other municipalities; for a folder, every `.json` in it.

    Raises UsageProblem for a file that cannot be used, for two of one municipality, and for one of this state folder
    itself (`own`).
    """
    files = [file for path in paths for file in (sorted(path.glob("*.json")) if path.is_dir() else [path])]
    found: dict[str, Path] = {}
    shares = []
    for file in files:
        share = _read(file)
        if share.sharer == own:
            raise UsageProblem(
                f"{file.name} was shared from this state folder; its decisions count already, leave it out."
            )
        for mark in {share.sharer, share.name}:
            if mark in found:
                raise UsageProblem(f"{file.name} and {found[mark].name} are of one municipality; keep the newest.")
            found[mark] = file
        shares.append(share)
    if not shares:
        raise UsageProblem("--pool names a folder without shared files (.json); check the path.")
    return shares


def _read(file: Path) -> Share:
    try:
        content = json.loads(read_small(file, LARGEST_FILE))
        schema, of = (content["schema"], content["basis"]) if isinstance(content, dict) else (None, None)
    except OSError:
        raise UsageProblem(f"{file.name} is no shared file that can be read; check the path.") from None
    except (ValueError, KeyError, RecursionError):
        raise _changed_or_foreign(file) from None
    if schema != SCHEMA:
        raise UsageProblem(f"{file.name} is not of form {SCHEMA}; have it made by the same version of brp-signals.")
    if of != basis():
        raise UsageProblem(
            f"{file.name} was made with other rules or default points; have it made by the same version of brp-signals."
        )
    try:
        return Share.model_validate_json(json.dumps(content))
    except ValidationError:
        raise _changed_or_foreign(file) from None


def _changed_or_foreign(file: Path) -> UsageProblem:
    return UsageProblem(f"{file.name} is not what evaluate --share writes, or it was changed; ask for it again.")
