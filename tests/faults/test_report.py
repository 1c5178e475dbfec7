"""The page that `make faults` writes."""

from collections import Counter
from pathlib import Path

from tests.faults.kills import Killed
from tests.faults.processes import Outcome
from tests.faults.report import BEGIN, END, PAGE, write_page
from tests.faults.trial import Fault, Observed


def observed(done: str, code: int, said: str) -> Observed:
    return Observed(Fault("disk full", done, frozenset({code})), Outcome(code, said, ()), "those before", "succeeded")


def test_one_row_tells_all_places_at_which_the_same_came_of_a_fault(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"Above.\n{BEGIN}\nold\n{END}\nBelow.\n", encoding="utf-8")
    killed = Killed(n_kills=7, n_recorded=2, n_shown=1, steps=Counter(publish=5, stage=2))
    told = [
        observed("write 1", 5, "No space in /tmp/some/where/file.\n"),
        observed("write 2", 5, "No space in /x/file."),
    ]
    write_page([*told, observed("write 3", -9, "")], killed, 4, page=page)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("Above.\n") and text.endswith("Below.\n") and "old" not in text
    assert "| disk full | write 1; write 2 | 5 | No space in …/file. | those before | succeeded |" in text
    assert "| disk full | write 3 | SIGKILL | nothing | those before | succeeded |" in text
    assert "7 kills at random instants over 4 nights" in text and "publish 5, stage 2" in text


def test_the_page_has_its_marks() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1
