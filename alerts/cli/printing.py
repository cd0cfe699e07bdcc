"""Print a listing in the format that was asked for: listing/table.py or listing/parquet.py."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import chain

import typer
from rich.console import Console

from alerts.listing import parquet
from alerts.listing.table import Format, Listing, as_table, pieces
from ingest.errors import ConfigError


def print_listing(listing: Listing, format_: str) -> None:
    """On stdout, as a table, JSON, JSON lines, CSV or Parquet. Raises ConfigError for another format."""
    print_pages([listing], format_)


def print_pages(pages: Iterable[Listing], format_: str) -> None:
    """As print_listing, page after page, so that no long list is in memory; a table is one whole."""
    if format_ == parquet.NAME:
        if sys.stdout.isatty():
            raise ConfigError("--format parquet: that is no text; send it into a file: > targets.parquet")
        for data in parquet.pieces(pages):
            typer.echo(data, nl=False)
        return
    try:
        shape = Format(format_)
    except ValueError:
        raise ConfigError(f"--format {format_!r}: table, json, jsonl or csv, or parquet") from None
    if shape is Format.TABLE:
        first, *others = pages
        records = chain(first.records, *(page.records for page in others))
        Console(highlight=False).print(as_table(Listing(first.columns, first.fields, tuple(records))))
        return
    for text in pieces(pages, shape):
        typer.echo(text, nl=False)
