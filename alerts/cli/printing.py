"""Print a listing in the format that was asked for: listing/table.py or listing/parquet.py."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from itertools import chain

import typer
from rich.console import Console

from alerts.listing import parquet
from alerts.listing.table import Format, Listing, as_table, pieces
from alerts.words.language import CHINESE, LANGUAGES, Words
from ingest.errors import ConfigError
from ingest.process.console import one_of


def print_listing(listing: Listing, format_: str, lang: str | None = None) -> None:
    """On stdout, as a table, JSON, JSON lines, CSV or Parquet. Raises ConfigError for another format.

    `lang`: that of the table; what programs read is the same in all.
    """
    print_pages([listing], format_, lang)


def words_for(lang: str | None, surroundings: Mapping[str, str] = os.environ) -> Words:
    """The language that is asked for, else that of the locale (POSIX: the first of three variables)."""
    if lang is None:
        locale = next(filter(None, map(surroundings.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
        return LANGUAGES.get(locale[:2].lower(), CHINESE)
    one_of("--lang", lang, tuple(LANGUAGES))
    return LANGUAGES[lang]


def print_pages(pages: Iterable[Listing], format_: str, lang: str | None = None) -> None:
    """As print_listing, page after page, so that no long list is in memory; a table is one whole."""
    words = words_for(lang)
    if format_ == parquet.NAME:
        if sys.stdout.isatty():
            raise ConfigError("--format parquet: that is no text; send it into a file: > targets.parquet")
        for data in parquet.pieces(pages):
            typer.echo(data, nl=False)
        return
    try:
        shape = Format(format_)
    except ValueError:
        raise ConfigError(f"--format {format_!r}: table, json, jsonl, csv or parquet") from None
    if shape is Format.TABLE:
        first, *others = pages
        records = chain(first.records, *(page.records for page in others))
        console = Console(highlight=False)
        listing = Listing(first.columns, first.fields, tuple(records))
        console.print(as_table(listing, words, console.width))
        return
    for text in pieces(pages, shape):
        typer.echo(text, nl=False)
