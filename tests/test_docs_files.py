"""Every file that a docstring, a comment or a page of the docs names is there, and found by its name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROGRAM = ("alerts", "ingest", "workers")
PACKAGES = (*PROGRAM, "deploy", "tests")
_NAMED = re.compile(r"(?<![\w./{*-])((?:\w+/)*\w+\.py)\b(?!\(|:\d)")
OTHERS = {"receive.py", "tests/test_X.py", "tomorrow.py"}  # of the reader's own; a pattern; made by a test


def texts() -> Iterator[Path]:
    yield from ROOT.glob("*.py")
    yield from (ROOT / "README.md", ROOT / "README.zh.md", ROOT / "CONTRIBUTING.md")
    yield from (ROOT / "docs").glob("*.md")
    for package in PACKAGES:
        yield from (ROOT / package).rglob("*.py")


def names() -> set[str]:
    """What each file may be called: its name, with as many folders in front of it as one likes."""
    return {
        "/".join(file.relative_to(ROOT).parts[start:])
        for file in (*ROOT.glob("*.py"), *(f for p in PACKAGES for f in (ROOT / p).rglob("*.py")))
        for start in range(len(file.relative_to(ROOT).parts))
    }


def test_every_file_that_is_named_is_there() -> None:
    there = names()
    missing = {
        f"{text.relative_to(ROOT)}: {name}"
        for text in texts()
        for name in _NAMED.findall(text.read_text(encoding="utf-8"))
        if name not in there | OTHERS
    }
    assert not missing


def test_a_module_without_its_folder_is_one_that_stands_near() -> None:
    """Beside the file that names it, in a folder around that, or in the folder named before it in the line:
    identity/ names text/normal.py with its folder, for others are called like it."""
    there, far = names(), set[str]()
    for file in (f for package in PROGRAM for f in (ROOT / package).rglob("*.py")):
        for line in file.read_text(encoding="utf-8").splitlines():
            folders = [folder.relative_to(ROOT).as_posix() for folder in file.parents[: -len(ROOT.parts)]]
            for name in _NAMED.findall(line):
                folder, _, module = name.rpartition("/")
                folders.append(folder)
                if not (
                    folder or (ROOT / name).exists() or any(f"{near}/{module}" in there for near in folders)
                ):
                    far.add(f"{file.relative_to(ROOT)}: {name}")
    assert not far
