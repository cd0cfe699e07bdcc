"""Commands of what the world sees: send, serve, reports, targets, events, evidence, doctor.

`gongbao webhooks`, `feeds` and `sources` are in modules of their own.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Annotated, NoReturn

import structlog
import typer
from rich.console import Console

from alerts.cli import channels, export, feeds, webhooks
from alerts.cli import explain as explaining
from alerts.cli import tokens as token_commands
from alerts.cli.doctor import Level, examine, examine_here, examine_role
from alerts.cli.printing import print_listing
from alerts.cli.sources import sources_app
from alerts.delivery.send import run as run_sender
from alerts.listing import captures, lists, records
from alerts.listing.table import printable
from alerts.web.http import api_tokens
from alerts.words.titles import title_of
from ingest.archive.archive import Archive
from ingest.errors import ConfigError, StoreError
from ingest.events import EventType
from ingest.evidence import behind, payload, record
from ingest.filters import asked_filter
from ingest.indicators.named import indicator_named
from ingest.indicators.vocabulary import load_vocabulary
from ingest.model import Filter, Kind
from ingest.monitor.server import monitored
from ingest.process.console import (
    LOOK,
    RUN,
    BackfillOption,
    Format,
    IndicatorsOption,
    KindsOption,
    OfficialOnlyOption,
    RegionOption,
    RegionsOption,
    TypesOption,
    command_settings,
    err,
    now,
    one_of,
    opened,
    role_settings,
    run_until_stopped,
)
from ingest.process.instance import noted
from ingest.regions.named import place_named
from ingest.store import browse, documents, leaders, outbox, outcome, relations
from ingest.store.db import Store

log = structlog.get_logger(__name__)

LOOK_EVERY = 1.0  # seconds between two looks of `events --follow`
FOLLOWED_AT_ONCE = 100  # events of one look

app = typer.Typer()
app.add_typer(export.app)
app.add_typer(webhooks.app, name="webhooks")
app.add_typer(channels.app, name="channels")
app.add_typer(feeds.app, name="feeds")
app.add_typer(token_commands.app, name="token")
app.add_typer(sources_app, name="sources")


@app.command(rich_help_panel=RUN)
def send() -> None:
    """Deliver signed webhooks that are due; any number of these may run."""
    settings = role_settings()
    with opened(settings) as store, monitored(settings, "send"):
        run_until_stopped(lambda stop: run_sender(settings, store, stop))


@app.command(rich_help_panel=RUN)
def serve() -> None:
    """Pages, feeds and the read-only API on GONGBAO_WEB_HOST:GONGBAO_WEB_PORT."""
    from alerts.web.server import run as run_server  # only this role pays for importing a web framework

    settings = role_settings()
    with opened(settings) as store, monitored(settings, "serve"):
        if settings.database_url is None and (token := api_tokens.make_first(store, now())):
            # Not through the log, and not where the error output is kept as one.
            if sys.stderr.isatty() and settings.log_format != "json":
                err.print(f"API token, shown this once: {token}", markup=False, soft_wrap=True)
            else:
                log.info("API token made; take it and delete the file", file=api_tokens.keep(settings, token))
        with noted(settings.run_dir, "serve"):
            run_server(settings, store)


# --- what is known ---------------------------------------------------------------------------


def kinds() -> list[str]:
    return [kind.value for kind in Kind]


@app.command(rich_help_panel=LOOK)
def reports(
    region: RegionOption = None,
    kind: Annotated[str | None, typer.Option(help="work_report, plan_report …")] = None,
    year: Annotated[int | None, typer.Option(help="The year that the targets are for.")] = None,
    query: Annotated[str | None, typer.Option("--query", "-q", help="Words of the title.")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 100,
    format_: Format = "table",
) -> None:
    """The reports that are known, newest first."""
    one_of("--kind", kind, kinds())
    place = place_named(region, "--region").key if region is not None else None
    with opened(command_settings()) as store, store.read() as tx:
        rows = browse.reports(tx, region=place, kind=kind, year=year, query=query, limit=limit)
    print_listing(lists.reports(rows), format_)


@app.command(rich_help_panel=LOOK)
def targets(
    region: RegionOption = None,
    indicator: Annotated[str | None, typer.Option(help="As `gongbao indicators` has it: gdp …")] = None,
    kind: Annotated[str | None, typer.Option(help="work_report, plan_report …")] = None,
    year: Annotated[int | None, typer.Option(help="The year that the target is for.")] = None,
    headline: Annotated[
        bool | None, typer.Option("--headline/--commitments", help="Only one of the two; else both.")
    ] = None,
    with_outcomes: Annotated[
        bool, typer.Option("--with-outcomes", help="Beside each: met, missed, restated or unknown.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1)] = 1000,
    format_: Format = "table",
) -> None:
    """The targets of every report's leading version.

    With --with-outcomes each is laid beside what the reports of the next years say of its year.
    """
    one_of("--kind", kind, kinds())
    place = place_named(region, "--region").key if region is not None else None
    measured = indicator_named(indicator, "--indicator") if indicator is not None else None
    with opened(command_settings()) as store, store.read() as tx:
        rows = browse.targets(
            tx, region=place, indicator=measured, year=year, headline=headline, kind=kind, limit=limit
        )
        answers = outcome.answers(tx, rows) if with_outcomes else None
    print_listing(lists.targets(rows, answers), format_)


@app.command(rich_help_panel=LOOK)
def indicators(format_: Format = "table") -> None:
    """What targets are read of: ids for filters, with their labels."""
    print_listing(lists.indicators(tuple(load_vocabulary().indicators.values())), format_)


@app.command(rich_help_panel=LOOK)
def events(
    type_: TypesOption = None,
    region: RegionsOption = None,
    kind: KindsOption = None,
    indicator: IndicatorsOption = None,
    official_only: OfficialOnlyOption = False,
    backfill: BackfillOption = False,
    after: Annotated[int, typer.Option(help="Only events with a greater sequence.", min=0)] = 0,
    limit: Annotated[int, typer.Option(min=1)] = 100,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on printing as they happen.")] = False,
    format_: Format = "table",
) -> None:
    """What was announced, newest first; with --follow one line each, as it happens."""
    filter_ = asked_filter(
        types=type_ or [t.value for t in EventType],
        regions=region,
        kinds=kind,
        indicators=indicator,
        headline_only=False,
        official_only=official_only,
        backfill=backfill,
    )
    if follow and format_ not in ("table", "json"):
        raise ConfigError(f"events --follow: lines for people or JSON lines, no {format_}")
    with opened(command_settings()) as store:
        if follow:
            _follow(store, filter_, after, as_json=format_ == "json")
        with store.read() as tx:
            rows = outbox.events(tx, filter_, after=after, limit=limit)
        print_listing(lists.events(rows), format_)


def _follow(store: Store, filter_: Filter, after: int, *, as_json: bool) -> NoReturn:
    """One line an event, till the process is stopped. A database that is away is waited for."""
    away = False
    while True:
        try:
            with store.read() as tx:
                batch = outbox.events_after(tx, filter_, after, FOLLOWED_AT_ONCE)
        except StoreError as exc:
            if not away:
                err.print(f"waiting for the database: {exc}", markup=False)
            away = True
            time.sleep(LOOK_EVERY)
            continue
        away = False
        for event in batch.events:
            if as_json:
                line = json.dumps(records.event_record(event), ensure_ascii=False)
                typer.echo(line.encode(errors="replace"))  # a lone surrogate is not to be encoded
            else:
                title = printable(title_of(event))
                typer.echo(f"{event.occurred_at:%F %T}Z  {event.type:<20} {title}")
        after = batch.reached
        if not batch.more:
            time.sleep(LOOK_EVERY)


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


# --- health ----------------------------------------------------------------------------------


@app.command(rich_help_panel=LOOK)
def doctor(
    role: Annotated[
        str | None, typer.Option(help="Only: has this role (poll, work, send) been heard of lately?")
    ] = None,
    here: Annotated[
        bool, typer.Option("--here", help="Only: are the roles that were started in this container at work?")
    ] = False,
    quiet_: Annotated[bool, typer.Option("--quiet", help="Only faults.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As a JSON array.")] = False,
) -> None:
    """What is configured, reachable, behind. Exit code 1 when there is a fault."""
    if role and here:
        raise ConfigError("doctor: --role asks of all machines, --here of this one; leave one out")
    settings = command_settings()
    if here:
        findings = list(examine_here(settings, now()))
    else:
        findings = list(examine_role(settings, role, now()) if role else examine(settings, now()))
    selected = [f for f in findings if not quiet_ or f.level is Level.FAULT]
    if as_json:
        records = [{"level": f.level.value, "about": f.about, "text": f.text} for f in selected]
        typer.echo(json.dumps(records, ensure_ascii=False, indent=2))
    else:
        out = Console(highlight=False)
        style = {Level.OK: "green", Level.NOTE: "yellow", Level.FAULT: "red"}
        for f in selected:
            out.print(f"[{style[f.level]}]{f.level.value:<6}[/]", end="")
            out.print(f"{f.about:<16} {f.text}", markup=False, soft_wrap=True)
    raise typer.Exit(1 if any(f.level is Level.FAULT for f in findings) else 0)
