"""Commands of the ground floor that need little of it; `gongbao poll` is poll_command.py."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated

import typer

from ingest.process.panels import LOOK, RUN

app = typer.Typer()


@app.command(rich_help_panel=RUN)
def up(
    region: Annotated[
        list[str] | None, typer.Option(help="Watch only sources there: a code or a name (may be repeated).")
    ] = None,
) -> None:
    """Everything, embedded: database, queue, poller, worker, sender, web server. Ctrl-C stops it.

    SQLite and a private redis-server live in GONGBAO_DATA_DIR; with GONGBAO_DATABASE_URL and
    GONGBAO_REDIS_URL the shared ones are used instead.
    """
    from ingest.process.console import role_settings
    from ingest.process.up import run_up

    settings = role_settings()
    if region:
        settings = settings.model_copy(update={"watch": tuple(region)})
    raise typer.Exit(run_up(settings))


@app.command(rich_help_panel=RUN)
def migrate() -> None:
    """Bring the database to the shape that this version needs. Safe to run twice, or at once."""
    from ingest.process.console import opened, role_settings

    settings = role_settings()
    with opened(settings, migrate=True) as store:
        typer.echo(f"{store.name}: up to date")


@app.command("settings", rich_help_panel=LOOK)
def show_settings() -> None:
    """Every setting with what it means and its default, as a file to start from.

    Try:  gongbao settings > gongbao.env      then      set -a; . ./gongbao.env; set +a; gongbao up
    """
    typer.echo((files("ingest") / "env.example").read_text(encoding="utf-8"), nl=False)
