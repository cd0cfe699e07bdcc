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
    "ingest.poll_command",
    "workers.commands",
    "workers.work_command",
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


NETWORK = {"httpx", "redis", "rq", "ingest.web.session"}
STORE = {"sqlalchemy", "alembic", "ingest.store.db"}
READER = {"selectolax", "ingest.reading", "workers.targets.lexicon"}


@pytest.mark.parametrize(
    ("command", "needless"),
    [
        (["--help"], NETWORK | STORE | READER | {"pydantic", "structlog", "rich.console"}),
        (["settings"], NETWORK | STORE | READER | {"structlog", "rich.console"}),
        (["extract", "--json", "tests/pages/columns_incontent.html"], NETWORK | STORE),
        (["work", "--help"], {"httpx", "selectolax", "ingest.pipeline", "workers.import_files"}),
    ],
    ids=lambda said: said[0] if isinstance(said, list) else "",
)
def test_a_command_imports_what_it_needs(command: list[str], needless: set[str]) -> None:
    """What a start takes is what it imports."""
    asked = f"sys.argv = ['gongbao', *{command}]\ntry: gongbao.main()\nfinally: print(*sys.modules)"
    modules = modules_of(f"import sys, gongbao\n{asked}")
    assert "gongbao" in modules
    assert needless & modules == set()


def test_a_web_server_begins_without_what_others_need() -> None:
    """It would have each in memory all day, needed or not by a feed, an e-mail or a stream."""
    needless = NETWORK | {
        "alerts.delivery.send",
        "aiosmtplib",
        "feedgen",
        "lxml",
        "opencc",
        "warcio",
        "xml.sax",
    }
    needless |= {"alerts.delivery.emails", "alerts.listing.dataset", "ingest.monitor.server"}
    modules = modules_of("import sys, alerts.cli.roles, alerts.web.server; print(*sys.modules)")
    assert "fastapi" in modules
    assert needless & modules == set()


NEEDLESS = {
    *("rich", "pygments", "attr", "fsspec", "greenlet"),
    *("selectolax", "markdown_it", "lxml", "feedgen", "opencc", "alembic"),
}


@pytest.mark.parametrize(
    ("rooms", "needed", "needless"),
    [
        (
            ["ingest.poll_command"],
            {"httpx", "redis", "warcio"},
            NEEDLESS | {"click", "fastapi", "opentelemetry"},
        ),
        (["workers.work_command"], {"rq"}, NEEDLESS | {"click", "httpx", "warcio", "opentelemetry"}),
        (["alerts.cli.roles", "alerts.delivery.send"], {"httpx"}, NEEDLESS | {"click", "opentelemetry"}),
        (
            ["alerts.cli.roles", "alerts.web.server", "alerts.web.app"],
            {"fastapi"},
            NEEDLESS | {"httpx", "rq", "pydantic.v1", "prometheus_client", "click", "uvicorn.supervisors"},
        ),
    ],
    ids=["poll", "work", "send", "serve"],
)
def test_a_role_begins_without_what_its_libraries_could_use(
    rooms: list[str], needed: set[str], needless: set[str]
) -> None:
    """rich and pygments by structlog, a command line by httpx, far file systems by warcio."""
    begun = f"import sys, gongbao; gongbao.import_lean(); import {', '.join(rooms)}; print(*sys.modules)"
    modules = modules_of(begun)
    assert needed <= modules
    assert needless & modules == set()


def test_a_worker_has_loaded_what_its_jobs_need() -> None:
    """Before there is a work-horse, which has it in common with the worker then."""
    begun = "import sys; from workers.main import TEXTS, load; load(TEXTS)"
    # The list of all places is read with the first text that may name one: a tenth of a second.
    places = "from ingest.regions.gazetteer import _gazetteer as places"
    told = modules_of(f"{begun}; modules = [*sys.modules]; {places}; print(*modules, places.cache_info())")
    assert {"workers.jobs", "workers.settling", "workers.changes", "currsize=1)"} <= told


def test_what_a_library_goes_without_is_there_for_others() -> None:
    script = "import gongbao; gongbao.import_lean(); import structlog, httpx, rich.console; print('rich')"
    assert modules_of(script) == {"rich"}


def test_a_command_line_is_there_for_who_wants_it() -> None:
    script = (
        "import gongbao; gongbao.import_lean(); import uvicorn, uvicorn.server as server; "
        "assert uvicorn.Server is server.Server; import uvicorn.main; print(uvicorn.main.main.name)"
    )
    assert modules_of(script) == {"main"}


def test_models_that_are_seldom_used_are_made_when_they_are() -> None:
    begun = "import gongbao; gongbao.import_lean(); import fastapi.openapi.models as m"
    made = "m.Info.__pydantic_complete__"
    asked = f"before = {made}; info = m.Info(title='a', version='1'); print(before, info.title, {made})"
    assert modules_of(f"{begun}; {asked}") == {"False", "a", "True"}


def test_a_library_that_cannot_go_without_has_it(tmp_path: Path) -> None:
    (tmp_path / "wanting").with_suffix(".py").write_text("import colorsys\n")
    script = (
        f"import sys; sys.path.append({str(tmp_path)!r}); from ingest.process import lean_imports as lean; "
        "lean.NEEDLESS = {'wanting': ('colorsys',)}; lean.import_lean(); import wanting; "
        "print(wanting.colorsys.__name__)"
    )
    assert modules_of(script) == {"colorsys"}


def modules_of(script: str) -> set[str]:
    """What its last line names."""
    run = [sys.executable, "-c", script]
    said = subprocess.run(run, capture_output=True, text=True, cwd=ROOT, check=False)
    return set(said.stdout.splitlines()[-1].split())


def test_a_misspelt_command_is_said_with_what_was_meant() -> None:
    told = CliRunner().invoke(gongbao.app, ["webhook", "list"])
    assert told.exit_code == 2
    assert "webhooks" in told.output
