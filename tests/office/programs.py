"""LibreOffice, Chromium and poppler, each run once and apart from whatever else runs on this machine."""

import os
import shutil
import subprocess
from pathlib import Path

_SECONDS = 120
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


def pages(pdf: Path) -> list[str]:
    """The text of a PDF, page by page."""
    done = run([program("poppler"), "-layout", str(pdf), "-"], pdf.parent / "home")
    assert done.returncode == 0, done.stderr
    return done.stdout.removesuffix("\f").split("\f")


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
