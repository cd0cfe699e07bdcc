"""Print a listing in the format that was asked for."""

from __future__ import annotations

import typer
from rich.console import Console

from alerts import show
from ingest.errors import ConfigError


def print_listing(listing: show.Listing, format_: str) -> None:
    """On stdout, as a table, JSON or CSV. Raises ConfigError for another format."""
    try:
        shape = show.Format(format_)
    except ValueError:
        raise ConfigError(f"--format {format_!r}: table, json or csv") from None
    shown = show.show(listing, shape)
    if isinstance(shown, str):
        typer.echo(shown)
    else:
        Console(highlight=False).print(shown)
