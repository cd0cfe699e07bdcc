"""The map and the house agree: pure modules are held to it, every room is named in CONTRIBUTING.md."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ("ingest", "workers", "alerts")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def modules() -> Iterator[tuple[str, str]]:
    """Each module of the program, by its dotted name, and what it says of itself."""
    for floor in FLOORS:
        for path in (ROOT / floor).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            yield name, ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


def says_pure(docstring: str) -> bool:
    return re.search(r"(?<![\w`])Pure\b", docstring.partition("\n\n")[0]) is not None


def within(name: str, rooms: list[str]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def pure_by_contract() -> list[str]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts: list[Any] = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    pure = [contract["source_modules"] for contract in contracts if contract["name"].startswith("Pure rooms")]
    return [room for rooms in pure for room in rooms]


def test_what_calls_itself_pure_is_held_to_it() -> None:
    rooms = pure_by_contract()
    assert [name for name, said in modules() if says_pure(said) and not within(name, rooms)] == []


def test_what_is_held_to_it_says_so() -> None:
    said = dict(modules())
    assert [room for room in pure_by_contract() if not says_pure(said[room])] == []


# --- the table of rooms ----------------------------------------------------------------------


def named_in_table() -> set[str]:
    """Paths in the first column of the table; one without a folder is in that of the path before it."""
    found = set()
    house = CONTRIBUTING.partition("## The house")[2].partition("\n## ")[0]
    for line in house.splitlines():
        if line.startswith("| `"):
            folder = ""
            for path in re.findall(r"`([^`]+)`", line.split("|")[1]):
                folder = path[: path.rfind("/") + 1] or folder
                found.add(path if "/" in path or path == "gongbao.py" else folder + path)
    return found


def rooms() -> set[str]:
    """Folders of the program with Python in them, and the modules that stand beside folders."""
    found = {"gongbao.py"}
    for floor in FLOORS:
        for path in (ROOT / floor).iterdir():
            if path.is_dir() and (path / "__init__.py").exists():
                found.add(f"{floor}/{path.name}/")
            elif path.suffix == ".py" and path.name != "__init__.py":
                found.add(f"{floor}/{path.name}")
    return found


def test_every_room_is_in_the_table_and_every_line_is_a_room() -> None:
    assert rooms() - named_in_table() == set()
    assert [path for path in named_in_table() if not (ROOT / path).exists()] == []


# --- the map ---------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [CONTRIBUTING, ARCHITECTURE], ids=["CONTRIBUTING.md", "architecture.md"])
def test_what_the_map_names_is_there(text: str) -> None:
    paths = re.findall(r"`((?:ingest|workers|alerts|tests|docs|deploy)/[\w./-]*|gongbao\.py)`", text)
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


# --- what is promised ------------------------------------------------------------------------


def promises() -> list[tuple[str, list[tuple[str, str]]]]:
    """Each promise of docs/reliability.md, and the tests that hold it: (file, test)."""
    found = []
    for line in (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8").splitlines():
        _, promise, held, *_ = [*(cell.strip() for cell in line.split("|")), "", "", ""]
        if promise and promise != "promise" and not promise.startswith("-"):
            files = [re.findall(r"`([^`]+)`", part) for part in held.split("<br>")]
            found.append((promise, [(file, test) for file, *tests in files for test in tests]))
    return found


def test_every_promise_is_held_by_tests_that_are_there() -> None:
    assert len(promises()) >= 60
    for promise, tests in promises():
        assert tests, promise
        for file, test in tests:
            text = (ROOT / "tests" / f"test_{file}.py").read_text(encoding="utf-8")
            assert f"def test_{test}(" in text, (promise, file, test)
