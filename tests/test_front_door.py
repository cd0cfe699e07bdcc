"""`gongbao --help`: it lists every command as the command describes itself, and imports none of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from pkgutil import resolve_name

import pytest
import typer
from typer.testing import CliRunner

import gongbao

ROOT = Path(__file__).resolve().parents[1]
ROOMS = (
    "alerts.cli.demo",
    "alerts.cli.doctor",
    "alerts.cli.evidence",
    "alerts.cli.export",
    "alerts.cli.lists",
    "alerts.cli.roles",
    "ingest.commands",
    "workers.commands",
)


@pytest.mark.parametrize("name", list(gongbao.COMMANDS))
def test_a_command_is_listed_as_it_describes_itself(name: str) -> None:
    command = gongbao.load(name)
    first = (command.help or "").partition("\n\n")[0].replace("\n", " ")
    assert (command.rich_help_panel, first) == gongbao.COMMANDS[name][1:]


def test_every_command_of_the_rooms_is_listed() -> None:
    rooms = [typer.main.get_group(resolve_name(f"{room}:app")) for room in ROOMS]
    assert {name for room in rooms for name in room.commands} <= set(gongbao.COMMANDS)
    assert set(ROOMS) <= {listed.where.partition(":")[0] for listed in gongbao.COMMANDS.values()}


def test_help_imports_neither_the_store_nor_the_reader() -> None:
    asked = "sys.argv = ['gongbao', '--help']\ntry: gongbao.main()\nfinally: print(*sys.modules)"
    command = [sys.executable, "-c", f"import sys, gongbao\n{asked}"]
    said = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    modules = said.stdout.splitlines()[-1].split()
    assert "gongbao" in modules
    assert not {"sqlalchemy", "httpx", "pydantic", "redis", "selectolax", "structlog"} & set(modules)


def test_a_misspelt_command_is_said_with_what_was_meant() -> None:
    told = CliRunner().invoke(gongbao.app, ["webhook", "list"])
    assert told.exit_code == 2
    assert "webhooks" in told.output
