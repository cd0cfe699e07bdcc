"""`gongbao token`: who may write through the API."""

from __future__ import annotations

from typing import Annotated

import typer

from alerts.web.http import api_tokens
from ingest.errors import ConfigError
from ingest.process.console import (
    command_settings,
    now,
    opened,
)
from ingest.process.terminal import err
from ingest.store import tokens as kept

app = typer.Typer(help="Tokens for the API.", no_args_is_help=True)


@app.command("add")
def token_add(name: Annotated[str, typer.Argument(help="Whose it is.")]) -> None:
    """Make a token. It is printed once, now."""
    with opened(command_settings(), migrate=True) as store:
        typer.echo(api_tokens.make(store, name, now()))
    err().print("Keep it now: it is not shown again. docs/api.md says what it opens.", style="dim")


@app.command("list")
def token_list() -> None:
    """The tokens, without themselves."""
    with opened(command_settings()) as store, store.read() as tx:
        for token in kept.all(tx):
            typer.echo(f"{token.id}  {token.created_at:%F %T}Z  {token.name}")


@app.command("remove")
def token_remove(id: Annotated[str, typer.Argument(help="The token's id.")]) -> None:
    """Forget a token; it opens nothing any more."""
    with opened(command_settings()) as store, store.begin() as tx:
        if not kept.remove(tx, id):
            raise ConfigError(f"token {id!r}: there is none; `gongbao token list` shows what there is")
    typer.echo(f"removed {id}")
