#!/usr/bin/env python3
"""What CHANGELOG.md says of a version, for the notes of a release: `deploy/changelog.py 0.2.0`.

With --version, which version this checkout is. Exits with 1 where there is no such part, or nothing in it.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def part(wanted: str, changelog: str) -> str | None:
    """The text under `## 0.2.0 …`, up to the next version."""
    found = re.search(rf"^## {re.escape(wanted)}(?: .*)?\n((?:(?!## ).*\n?)*)", changelog, re.MULTILINE)
    return (found[1].strip() or None) if found else None


def main(asked: str) -> int:
    if asked == "--version":
        sys.stdout.write(f"{version()}\n")
        return 0
    said = part(asked, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    if said is None:
        sys.stderr.write(f"CHANGELOG.md says nothing of {asked}\n")
        return 1
    sys.stdout.write(f"{said}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
