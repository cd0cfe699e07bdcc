"""Every file that a docstring, a comment or a page of the docs names is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("alerts", "deploy", "ingest", "tests", "workers")
_NAMED = re.compile(r"(?<![\w./{*-])((?:\w+/)*\w+\.py)\b(?!\()")
OTHERS = {"receive.py", "tests/test_X.py", "tomorrow.py"}  # of the reader's own; a pattern; made by a test


def texts() -> Iterator[Path]:
    yield from ROOT.glob("*.py")
    yield from (ROOT / "README.md", ROOT / "README.zh.md", ROOT / "CONTRIBUTING.md")
    yield from (ROOT / "docs").glob("*.md")
    for package in PACKAGES:
        yield from (ROOT / package).rglob("*.py")


def test_every_file_that_is_named_is_there() -> None:
    there = {
        "/".join(file.relative_to(ROOT).parts[start:])
        for file in (*ROOT.glob("*.py"), *(f for p in PACKAGES for f in (ROOT / p).rglob("*.py")))
        for start in range(len(file.relative_to(ROOT).parts))
    }
    missing = {
        f"{text.relative_to(ROOT)}: {name}"
        for text in texts()
        for name in _NAMED.findall(text.read_text(encoding="utf-8"))
        if name not in there | OTHERS
    }
    assert not missing
