"""What stands behind a report: its captures, and why its texts belong to it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from alerts.cli import explain as explaining
from alerts.cli.printing import print_listing
from alerts.listing import captures
from ingest.archive.archive import Archive
from ingest.errors import ConfigError, ExportError
from ingest.evidence import behind, payload, record
from ingest.model import Version
from ingest.process.console import (
    Format,
    LangOption,
    command_settings,
    opened,
)
from ingest.process.panels import LOOK
from ingest.process.terminal import err
from ingest.store import decisions, documents, leaders, relations
from ingest.store.evidence import named

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
    lang: LangOption = None,
) -> None:
    """The captures behind a report; with --out the bytes of one, as they were received.

    Without --capture that is the capture to show first: of the leading version, official, the earliest.
    """
    if warc and out is None:
        raise ConfigError("evidence --warc: say with --out where the record is written")
    settings = command_settings()
    with opened(settings) as store, store.read() as tx:
        trail = behind(tx, report, version)
    if capture is not None:
        trail = trail.only(capture)
    if out is None or list_:
        print_listing(captures.listing(trail.exhibits), format_, lang)
        return
    with Archive.from_settings(settings) as archive:
        data = record(archive, trail.best) if warc else payload(archive, trail.best)
    if out == "-":
        sys.stdout.buffer.write(data)
    else:
        _write(Path(out), data)
    err().print(
        f"capture {trail.best.id} of {trail.best.page_url}: {len(data)} bytes", style="dim", markup=False
    )


def _write(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as exc:
        raise ExportError(f"evidence --out {file}: could not be written: {exc.strerror or exc}") from exc


@app.command(rich_help_panel=LOOK)
def explain(
    what: Annotated[
        str,
        typer.Argument(
            metavar="KEY|VERSION|HASH|URL",
            help="A report's key, a version's number or hash, or a page's address.",
        ),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="As a JSON object; of a report, as an array of them.")
    ] = False,
) -> None:
    """Why a text belongs to its report, and what it is to the other texts: the evidence.

    Of a report all its texts are explained, the leading one first.
    """
    with opened(command_settings()) as store, store.read() as tx:
        versions, whole = _versions(tx, what)
        report = documents.report(tx, versions[0].report_id)
        assert report is not None  # each version has one
        leader = leaders.leading_versions(tx, [report.id])[report.id]
        versions.sort(key=lambda version: version.id != leader)
        of_each = [relations.of_version(tx, version.id) for version in versions]
        if as_json:
            told = [
                explaining.explanation_record(version, report, leader, related)
                for version, related in zip(versions, of_each, strict=True)
            ]
            typer.echo(json.dumps(told if whole else told[0], ensure_ascii=False, indent=2))
            return
        ids = {i for related in of_each for r in related for i in (r.version_id, r.other_version_id)}
        others = {i: v for i in ids if (v := documents.version(tx, i))}
        copies = documents.copies_of(tx, report.id)
        shown: set[frozenset[int]] = set()
        for number, (version, related) in enumerate(zip(versions, of_each, strict=True)):
            once = explaining.once(version.id, leader, related, shown)
            for line in (
                *([""] if number else []),
                *explaining.explain(version, report, leader, once, copies, others),
            ):
                typer.echo(line)


def _versions(tx: Connection, what: str) -> tuple[list[Version], bool]:
    """The texts that are meant, and whether they are those of a report that was named."""
    version_id = relations.find(tx, what)
    version = documents.version(tx, version_id) if version_id is not None else None
    if version is not None:
        return [version], False
    reports = {report_id: key for report_id, key, _ in named(tx, what)}
    if len(reports) > 1:
        raise ConfigError(f"explain {what!r}: not only one begins so: {', '.join(sorted(reports.values()))}")
    for report_id, key in reports.items():
        if texts := documents.versions_of(tx, decisions.survivor(tx, report_id)):
            return texts, True
        raise ConfigError(f"explain {what!r}: {key} has no texts")
    raise ConfigError(
        f"explain {what!r}: no such report or version. Give a report's key, as `gongbao reports` has it, "
        "the number of a version, the beginning of its content hash, or the address of a page."
    )
