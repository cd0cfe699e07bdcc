"""Commands to keep and move what the store holds: export, import-archive. The work is ingest/export.py.

Here because secrets are sealed here (delivery/vault.py), and nobody should move them without their key
unawares.
"""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from alerts.delivery.vault import Vault, seal_plain
from ingest import export as moves
from ingest.archive.archive import Archive
from ingest.errors import ConfigError
from ingest.process.console import (
    cleared_on_sigterm,
    command_settings,
    now,
    opened,
)
from ingest.process.panels import KEEP
from ingest.process.terminal import complain, counted
from ingest.store import subscriptions
from ingest.store.db import Store

app = typer.Typer()


@app.command(rich_help_panel=KEEP)
def export(
    file: Annotated[Path, typer.Argument(help="The file to write, for instance gongbao.zip.")],
    with_warc: Annotated[
        bool, typer.Option("--with-warc", help="The archive's WARC files too; they may be large.")
    ] = False,
) -> None:
    """Write all that the database holds into one file, as it is now; the service may be at work.

    `gongbao import-archive` reads it into a database of either kind. Webhook secrets in it are sealed: keep
    GONGBAO_SECRET_KEY (or secret.key of the data folder) as well, elsewhere. docs/backup.md says more.
    """
    settings = command_settings()
    with cleared_on_sigterm(), opened(settings) as store:
        seal_plain(store, Vault(settings))
        with Archive.from_settings(settings) if with_warc else nullcontext() as archive:
            manifest = moves.export(store, file, now(), archive=archive)
        typer.echo(f"{file}: {summary(manifest)}; {file.stat().st_size / 2**20:.1f} MiB")
        if has_sealed_secrets(store):
            typer.echo("The webhook secrets in it are sealed: keep their key too (docs/backup.md).")
        if not with_warc:
            typer.echo("The WARC files are not in it: copy their folder too, or use --with-warc.")


@app.command("import-archive", rich_help_panel=KEEP)
def import_archive(
    file: Annotated[Path, typer.Argument(help="A file that `gongbao export` wrote.")],
    check: Annotated[bool, typer.Option("--check", help="Only read it through; no database.")] = False,
    skip: Annotated[
        int,
        typer.Option(
            min=0,
            max=10**12,
            help="Leave out so many event numbers: for a back-up that is older than what was told last.",
        ),
    ] = 0,
) -> None:
    """Fill a new database from a file of `gongbao export`, of this version or older: all or nothing.

    The database must be migrated (`gongbao migrate`) and empty. WARC files in the file go into the archive.
    """
    settings = command_settings()
    if check:
        typer.echo(f"{file}: whole; {summary(moves.examine(file))}")
        return
    with cleared_on_sigterm(), opened(settings) as store:
        with Archive.from_settings(settings) as archive:
            manifest = moves.take_in(store, file, archive, skip=skip)
        typer.echo(f"{store.name}: {summary(manifest)}")
        locked = unreadable(store, Vault(settings))
    if locked:
        complain(
            "import-archive",
            f"the secrets of {counted(locked, 'subscription')} cannot be opened: before you start the "
            "sender, bring GONGBAO_SECRET_KEY (or secret.key of the data folder) from where the file was "
            "made",
        )


def summary(manifest: moves.Manifest) -> str:
    files = f", {counted(len(manifest.warc), 'WARC file')}" if manifest.warc else ""
    tables = f"{counted(manifest.rows, 'row')} in {counted(len(manifest.tables), 'table')}"
    return f"{tables}{files}, revision {manifest.revision} of {manifest.made_at}"


def has_sealed_secrets(store: Store) -> bool:
    with store.read() as tx:
        return bool(subscriptions.all(tx))


def unreadable(store: Store, vault: Vault) -> int:
    """How many subscriptions have a secret that the key which is here does not open."""
    with store.read() as tx:
        rows = subscriptions.all(tx)
    locked = 0
    for subscription in rows:
        try:
            vault.open(subscription.secret)
        except ConfigError:
            locked += 1
    return locked
