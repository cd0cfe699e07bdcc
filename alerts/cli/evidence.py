"""What stands behind a report: its captures, and why its texts belong to it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from alerts.cli import explain as explaining
from alerts.cli.printing import print_listing
from alerts.listing import captures
from ingest.archive.archive import Archive
from ingest.errors import ConfigError
from ingest.evidence import behind, payload, record
from ingest.process.console import (
    Format,
    command_settings,
    opened,
)
from ingest.process.terminal import LOOK, err
from ingest.store import documents, leaders, relations

app = typer.Typer()


@app.command(rich_help_panel=LOOK)
def evidence(
    report: Annotated[str, typer.Argument(help="Its key or how that begins, or a content hash.")],
    version: Annotated[str | None, typer.Option(help="Only this content hash (or its beginning).")] = None,
    capture: Annotated[int | None, typer.Option(help="The number of one capture of the list.")] = None,
    out: Annotated[str | None, typer.Option(metavar="FILE|-", help="Write the archived bytes there.")] = None,
    warc: Annotated[bool, typer.Option("--warc", help="With --out: the WARC record, headers too.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="List only (so it is without --out).")] = False,
    format_: Format = "table",
) -> None:
    """The captures behind a report; with --out the bytes of one, as they were received.

    Without --capture that is the capture to show first: of the leading version, official, the earliest.
    """
    settings = command_settings()
    with opened(settings) as store, store.read() as tx:
        trail = behind(tx, report, version)
    if capture is not None:
        trail = trail.only(capture)
    if out is None or list_:
        print_listing(captures.listing(trail.exhibits), format_)
        return
    archive = Archive.from_settings(settings)
    data = record(archive, trail.best) if warc else payload(archive, trail.best)
    if out == "-":
        sys.stdout.buffer.write(data)
    else:
        Path(out).write_bytes(data)
    err.print(
        f"capture {trail.best.id} of {trail.best.page_url}: {len(data)} bytes", style="dim", markup=False
    )


@app.command(rich_help_panel=LOOK)
def explain(
    what: Annotated[
        str,
        typer.Argument(metavar="VERSION|HASH|URL", help="A version's number or hash, or a page's address."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="As a JSON object.")] = False,
) -> None:
    """Why a text belongs to its report, and what it is to the other texts: the evidence."""
    with opened(command_settings()) as store, store.read() as tx:
        version_id = relations.find(tx, what)
        version = documents.version(tx, version_id) if version_id is not None else None
        report = documents.report(tx, version.report_id) if version else None
        if version is None or report is None:
            raise ConfigError(
                f"explain {what!r}: no such version. Give its number, the beginning of its content hash, or "
                "the address of a page; `gongbao reports --format json` shows hashes."
            )
        leader = leaders.leading_versions(tx, [report.id])[report.id]
        related = relations.of_version(tx, version.id)
        if as_json:
            record_ = explaining.explanation_record(version, report, leader, related)
            typer.echo(json.dumps(record_, ensure_ascii=False, indent=2))
            return
        ids = {i for r in related for i in (r.version_id, r.other_version_id)}
        others = {i: v for i in ids if (v := documents.version(tx, i))}
        for line in explaining.explain(
            version, report, leader, related, documents.copies_of(tx, report.id), others
        ):
            typer.echo(line)
