"""Print a listing in the format that was asked for: listing/table.py or listing/parquet.py."""

from __future__ import annotations

import sys

import typer
from rich.console import Console

from alerts.listing import parquet
from alerts.listing.table import Format, Listing, shaped
from ingest.errors import ConfigError


def print_listing(listing: Listing, format_: str) -> None:
    """On stdout, as a table, JSON, CSV or Parquet. Raises ConfigError for another format."""
    if format_ == parquet.NAME:
        if sys.stdout.isatty():
            raise ConfigError("--format parquet: that is no text; send it into a file: > targets.parquet")
        typer.echo(parquet.as_parquet(listing), nl=False)
        return
    try:
        shape = Format(format_)
    except ValueError:
        raise ConfigError(f"--format {format_!r}: table, json or csv, or parquet") from None
    text = shaped(listing, shape)
    if isinstance(text, str):
        typer.echo(text)
    else:
        Console(highlight=False).print(text)
