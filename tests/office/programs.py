"""LibreOffice, Chromium and poppler, each run once and apart from whatever else runs on this machine."""

import html
import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_SECONDS = 180
#: How wide the characters of a date are in Arial and in what stands in for it, in parts of the size of its letters.
_WIDTHS = {**dict.fromkeys("0123456789", 0.556), "-": 0.333}
_WORD = re.compile(r'xMin="([0-9.]+)" yMin="[0-9.]+" xMax="([0-9.]+)" yMax="[0-9.]+">([0-9-]+)<')
NEEDED = {
    "LibreOffice": ("soffice", "libreoffice"),
    "Chromium": ("chromium", "chromium-browser", "google-chrome"),
    "poppler": ("pdftotext",),
}


def program(name: str) -> str:
    """Where the program is; a test run without it is no test run."""
    for command in NEEDED[name]:
        if found := shutil.which(command):
            return found
    raise FileNotFoundError(f"{name} is missing: none of {', '.join(NEEDED[name])} is on the path.")


def run(command: list[str], home: Path) -> subprocess.CompletedProcess[str]:
    """Run a program that may write in `home` only."""
    home.mkdir(exist_ok=True)
    return subprocess.run(
        command, capture_output=True, text=True, timeout=_SECONDS, env={**os.environ, "HOME": str(home)}
    )


def to_pdf(workbook: Path, folder: Path) -> Path:
    """The workbook as LibreOffice prints it."""
    return converted(workbook, folder, "pdf")


def converted(workbook: Path, folder: Path, form: str) -> Path:
    """The workbook as LibreOffice saves it in another form, or in its own way in the same form."""
    profile = folder / "office"
    done = run(
        [
            program("LibreOffice"),
            f"-env:UserInstallation={profile.as_uri()}",
            "--headless",
            "--convert-to",
            form,
            "--outdir",
            str(folder),
            str(workbook),
        ],
        folder / "home",
    )
    made = folder / f"{workbook.stem}.{form}"
    assert done.returncode == 0, done.stderr
    assert made.exists(), done.stderr
    return made


def python_of_office() -> str:
    """The Python that can speak to LibreOffice; it comes with it, not with this project."""
    for command in ("/usr/bin/python3", "python3"):
        if shutil.which(command) and subprocess.run([command, "-c", "import uno"], capture_output=True).returncode == 0:
            return command
    raise FileNotFoundError("No Python with uno is on the path; install the package python3-uno.")


def at_a_desk(workbook: Path, folder: Path, *steps: Sequence[Any]) -> tuple[Path, dict[str, Any]]:
    """The workbook after a clerk worked in it with LibreOffice (`over_uno`), saved; and what its list then holds."""
    saved, home = folder / f"{workbook.stem}-worked-in.xlsx", folder / "home"
    home.mkdir(exist_ok=True)
    pipe = f"brp-signals-{os.getpid()}"
    options = ["--headless", "--norestore", f"-env:UserInstallation={(folder / 'office').as_uri()}"]
    script = Path(__file__).with_name("over_uno.py")
    with subprocess.Popen(
        [program("LibreOffice"), *options, f"--accept=pipe,name={pipe};urp;"],
        env={**os.environ, "HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as office:
        try:
            done = run([python_of_office(), str(script), pipe, str(workbook), str(saved), json.dumps(steps)], home)
            office.wait(_SECONDS)
        finally:
            if office.poll() is None:
                os.killpg(office.pid, signal.SIGKILL)
    assert done.returncode == 0, done.stderr
    return saved, json.loads(done.stdout)


def pages(pdf: Path) -> list[str]:
    """The text of a PDF, page by page."""
    done = run([program("poppler"), "-layout", str(pdf), "-"], pdf.parent / "home")
    assert done.returncode == 0, done.stderr
    return done.stdout.removesuffix("\f").split("\f")


def smallest_letters(pdf: Path) -> list[float]:
    """Of each page the size of its smallest dates and numbers in points, as it is on paper."""
    told = run([program("poppler"), "-bbox", str(pdf), "-"], pdf.parent / "home").stdout
    return [
        min(
            (float(right) - float(left)) / sum(_WIDTHS[each] for each in word)
            for left, right, word in _WORD.findall(page)
        )
        for page in told.split("<page ")[1:]
    ]


def wider_than(page: Path, folder: Path, width: int) -> list[str]:
    """What a person must scroll sideways for on a screen this wide: the page, and tables by their header."""
    framed, text = folder / "framed.html", html.escape(page.read_text(encoding="utf-8"))
    framed.write_text(
        f'<iframe width="{width}" height="800" style="border:0" srcdoc="{text}"></iframe>'
        """<script>onload = () => {
        const shown = document.querySelector("iframe").contentDocument, root = shown.documentElement;
        const wide = [...shown.querySelectorAll("table")].filter(
            table => table.parentElement.scrollWidth > table.parentElement.clientWidth);
        document.body.innerHTML = JSON.stringify([
            ...(root.scrollWidth > root.clientWidth ? ["page"] : []),
            ...wide.map(table => [...table.querySelectorAll("thead th")].map(cell => cell.innerText).join("|"))]);
        }</script>""",
        encoding="utf-8",
    )
    told = re.search(r"<body>(.*)</body>", in_browser(framed, folder, "--dump-dom").stdout, re.DOTALL)
    assert told
    return list(json.loads(html.unescape(told[1])))


def in_browser(page: Path, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Open a page in Chromium, without a window."""
    done = run(
        [
            program("Chromium"),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            # The browser's own calls home find nobody; what a page asks for is logged all the same.
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={folder / 'browser'}",
            *options,
            page.as_uri(),
        ],
        folder / "home",
    )
    assert done.returncode == 0, done.stderr
    return done
