"""Writes the papers into a folder, says which of them changed and where, and never writes over what people filled in.

What was written last is kept beside them in `papers.json`: of each paper its sections, of each file what it was then.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from brp_signals.base.errors import UsageProblem
from brp_signals.base.private_files import read_small, refuse_special, replace_private
from brp_signals.papers import register
from brp_signals.papers.documents import docx
from brp_signals.papers.facts import Facts
from brp_signals.papers.rendering import fingerprint, markdown, sections

SCHEMA: Final = "brp-signals/papers/1"
REMEMBERED: Final = "papers.json"
PAPERS: Final = ("dpia", "iama", "verwerkingsregister", "kinderrechtentoets")
ENTRY: Final = "algoritmeregister"
_LARGEST: Final = 16 * 1024 * 1024
_MOST_BESIDE: Final = 100


class Paper(NamedTuple):
    """One paper: its name, its text in Markdown, and the files that it is written as."""

    name: str
    text: str
    files: Mapping[str, bytes]

    @property
    def fingerprint(self) -> str:
        """What the paper was made from, in twelve letters; they stand at its end too."""
        return fingerprint(self.text)


class Told(NamedTuple):
    """What happened to one paper: sections that changed, and files of people that stand beside a newer one."""

    name: str
    is_new: bool
    changed: tuple[str, ...]
    beside: tuple[tuple[str, str], ...]


def papers(facts: Facts) -> tuple[Paper, ...]:
    """Make every paper, without writing anything."""
    entry = register.entry(facts)
    forms = {
        f"{ENTRY}.csv": register.as_csv(entry),
        f"{ENTRY}.xlsx": register.as_workbook(entry),
        f"{ENTRY}.json": register.as_json(entry).encode(),
    }
    return _paper(ENTRY, entry_text(facts), forms), *(
        _paper(name, markdown(f"{name}.md", facts), {}) for name in PAPERS
    )


def entry_text(facts: Facts) -> str:
    """Write the entry for the Algoritmeregister for people: each field under its title, then every rule."""
    entry = register.entry(facts)
    cells = [(field, register.cell(entry[field.key])) for field in register.fields()]
    return markdown(f"{ENTRY}.md", facts, cells=cells, version=register.VERSION)


def write(folder: Path, made: tuple[Paper, ...]) -> tuple[Told, ...]:
    """Write the papers into `folder` and say of each what changed since the last time.

    A file that people changed stays; the newer text is written beside it. Raises UsageProblem when the folder cannot
    be written or what was remembered there cannot be read.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise UsageProblem(f"{folder} cannot be written ({problem.strerror}); choose another place.") from None
    before = _remembered(folder)
    files: dict[str, dict[str, str]] = dict(before["files"])
    told = tuple(_write(folder, paper, before["papers"].get(paper.name), files) for paper in made)
    known = {paper.name: {"fingerprint": paper.fingerprint, "sections": sections(paper.text)} for paper in made}
    content = json.dumps({"schema": SCHEMA, "papers": known, "files": files}, ensure_ascii=False, indent=2) + "\n"
    replace_private(folder / REMEMBERED, lambda stream: stream.write(content.encode()))
    return told


def _paper(name: str, text: str, forms: Mapping[str, bytes]) -> Paper:
    whole = f"{text}\nVingerafdruk van dit stuk: {fingerprint(text)}.\n"
    return Paper(name, text, {f"{name}.md": whole.encode(), f"{name}.docx": docx(whole), **forms})


def _remembered(folder: Path) -> dict[str, Any]:
    try:
        known: dict[str, Any] = json.loads(read_small(folder / REMEMBERED, _LARGEST))
        if known["schema"] == SCHEMA and {"papers", "files"} <= known.keys():
            return known
    except FileNotFoundError:
        return {"papers": {}, "files": {}}
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise UsageProblem(f"{REMEMBERED} in {folder.name} cannot be read; name another --output, or move this file away.")


def _write(folder: Path, paper: Paper, before: Mapping[str, Any] | None, files: dict[str, dict[str, str]]) -> Told:
    beside = []
    for name, content in paper.files.items():
        written = _write_file(folder, name, content, paper.fingerprint, files)
        if written != name:
            beside.append((name, written))
    changed = _changed(before["sections"], sections(paper.text)) if before else ()
    return Told(paper.name, before is None, changed, tuple(beside))


def _changed(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[str, ...]:
    """The headings that are new, gone or about something else, in the order of the paper."""
    return tuple(heading for heading in {**new, **old} if old.get(heading) != new.get(heading))


def _write_file(folder: Path, name: str, content: bytes, made_from: str, files: dict[str, dict[str, str]]) -> str:
    """Write the content under the first name that is free or still as we wrote it; returns the name that holds it.

    What people changed in a file of the same fingerprint is this content already, with their words in it; what they
    took away beside their own file they have dealt with.
    """
    for at in _names(name):
        path, known = folder / at, files.get(at)
        refuse_special(path)
        is_ours = not path.exists() or (known is not None and _hash(path.read_bytes()) == known["sha256"])
        is_current = known is not None and known["made_from"] == made_from
        if is_current and (not is_ours or (at != name and not path.exists())):
            return name
        if is_ours:
            replace_private(path, lambda stream: stream.write(content))
            files[at] = {"sha256": _hash(content), "made_from": made_from}
            return at
    raise UsageProblem(f"{name} has too many versions beside it; move the old ones away.")


def _names(name: str) -> Iterator[str]:
    """`dpia.docx`, then `dpia-nieuw.docx`, `dpia-nieuw-2.docx` and so on."""
    path = Path(name)
    yield name
    yield f"{path.stem}-nieuw{path.suffix}"
    yield from (f"{path.stem}-nieuw-{number}{path.suffix}" for number in range(2, _MOST_BESIDE))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
