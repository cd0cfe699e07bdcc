"""`gongbao dump`: all that is known, as Parquet files. The work is alerts/listing/dataset_files.py."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alerts.listing.dataset_files import Written
from alerts.listing.dataset_files import dump as write
from ingest.process.console import cleared_on_sigterm, command_settings, now, opened
from ingest.process.panels import KEEP
from ingest.process.terminal import counted

app = typer.Typer()


@app.command(rich_help_panel=KEEP)
def dump(
    folder: Annotated[Path, typer.Argument(help="The folder to make; it must not be there, or be empty.")],
    texts: Annotated[
        bool, typer.Option("--texts", help="The texts of all versions too; they are most of it.")
    ] = False,
) -> None:
    """Write reports, versions, copies, targets, outcomes, verdicts and events as Parquet, of one moment.

    The folder holds a file for each table, their schemas (datapackage.json) and what each column means
    (DICTIONARY.md). A new folder is there whole or not at all; in an empty one datapackage.json comes last.
    docs/dataset.md shows what to do with it.
    """
    with cleared_on_sigterm(), opened(command_settings()) as store:
        write(store, folder, now(), texts=texts, told=_say)
    typer.echo(f"{folder}: written")


def _say(written: Written) -> None:
    typer.echo(f"{written.table}: {counted(written.rows, 'row')}, {written.size / 2**20:.1f} MiB")
