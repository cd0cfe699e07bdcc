"""`gongbao doctor`: what is configured, reachable, behind. It asks; it never mends.

The status page (web/) shows the same figures to people who have no shell.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from alerts.cli import findings
from alerts.cli.findings import Finding, Level
from alerts.delivery.vault import Vault
from ingest.archive.archive import Archive
from ingest.errors import ArchiveError, ConfigError, QueueError, StoreError
from ingest.model import Channel, Page, Subscription
from ingest.process import healthcheck
from ingest.process.console import command_settings, need_database, now, opened, write_trouble
from ingest.process.panels import LOOK
from ingest.process.terminal import counted
from ingest.queue import Queue
from ingest.redis.server import find_server, running
from ingest.roles import Role
from ingest.settings import Settings, unknown_variables
from ingest.sources.load import enabled, load_sources
from ingest.store import overview, presence, retention, subscriptions

app = typer.Typer()
FREE_LEAST = 512 * 2**20  # bytes on the disk of the data folder
SHOWN = 50  # problems listed one by one
ALIKE = 3  # of one source with the same error


def examine(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Look at every part; one finding each, faults with what to do about them."""
    yield from _configuration(settings)
    yield from _database(settings, now)
    yield from _queue(settings)
    yield from _retention(settings)
    yield from _disk(settings)


def examine_role(settings: Settings, role: str, now: datetime) -> Iterator[Finding]:
    """Only whether a role has been heard of lately: what a container's health check asks."""
    if role not in (known := presence.expected(ocr=True)):
        raise ConfigError(f"--role {role!r}: one of {', '.join(known)}")
    for finding in findings.at_work([Role(role)], _beats(settings), now):
        fine = finding.level is Level.OK
        yield Finding(Level.OK if fine else Level.FAULT, role, finding.text)


def _beats(settings: Settings) -> list[presence.Beat]:
    with opened(settings) as store, store.read() as tx:
        return presence.beats(tx)


def examine_here(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Only how the roles fare that were started beside this process (ingest/process/healthcheck.py)."""
    for state in healthcheck.look(settings, now):
        yield Finding(Level.OK if state.well else Level.FAULT, state.role, state.text)


def _configuration(settings: Settings) -> Iterator[Finding]:
    yield _data_folder(settings)
    for name in unknown_variables(os.environ):
        yield Finding(Level.NOTE, "settings", f"{name}: there is no such setting; `gongbao settings` has all")
    try:
        sources = load_sources(settings.sources_dir)
        watched = enabled(sources, settings.watch)
    except ConfigError as exc:
        yield Finding(Level.FAULT, "sources", str(exc))
        return
    lists = sum(len(sources[slug].lists) for slug in watched)
    where = settings.sources_dir or "bundled"
    yield Finding(
        Level.OK,
        "sources",
        f"{len(watched)} of {len(sources)} watched, with {counted(lists, 'list')} ({where})",
    )


def _data_folder(settings: Settings) -> Finding:
    folder = settings.data_dir.resolve()
    trouble = write_trouble(folder) if folder.exists() else None
    if trouble is None:
        return Finding(Level.OK, "data folder", str(folder))
    text = f"{folder}: {trouble}: nothing can be written to it"
    if settings.database_url is None or settings.redis_url is None:
        return Finding(Level.FAULT, "data folder", f"{text}; mount it so, or set GONGBAO_DATA_DIR")
    return Finding(Level.NOTE, "data folder", f"{text}, so no poller can keep its archive here")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database says of everything but what was fetched."""

    name: str
    counts: overview.Counts
    beats: Sequence[presence.Beat]
    problems: Sequence[Page]
    sources: Sequence[overview.SourceHealth]
    endpoints: Sequence[Subscription]


def _ask_database(settings: Settings) -> _Known:
    """Raises StoreError, also where nothing can be written."""
    with opened(settings) as store:
        with store.begin() as tx:
            presence.leave(tx, "doctor", "")  # changes nothing, and says whether anything can be written
        with store.read() as tx:
            return _Known(
                store.name,
                overview.counts(tx),
                presence.beats(tx),
                overview.problems(tx, SHOWN, each=ALIKE),
                overview.source_rows(tx),
                subscriptions.all(tx),
            )


def _database(settings: Settings, now: datetime) -> Iterator[Finding]:
    try:
        need_database(settings)
    except StoreError as exc:  # nothing was started here yet: that is no fault where none was named
        yield Finding(Level.NOTE if settings.database_url is None else Level.FAULT, "database", str(exc))
        return
    try:
        known = _ask_database(settings)
    except StoreError as exc:
        yield Finding(Level.FAULT, "database", str(exc))
        return
    yield findings.stored(known.name, known.counts)
    yield from findings.at_work(presence.expected(ocr=settings.ocr), known.beats, now)
    yield findings.to_do(known.counts, ocr=settings.ocr)
    yield from findings.put_aside(known.counts)
    yield from findings.ailing_endpoints(known.endpoints)
    yield from _secrets(settings, known.endpoints)
    yield from _mail(settings, known.endpoints)
    yield from findings.given_up(known.counts)
    yield from findings.ailing_sources(known.sources)
    yield from findings.unread_pages(known.problems, known.counts)


def _mail(settings: Settings, endpoints: Sequence[Subscription]) -> Iterator[Finding]:
    boxes = sum(endpoint.channel is Channel.MAIL for endpoint in endpoints)
    if boxes and settings.mail_host is None:
        yield Finding(
            Level.FAULT,
            "mail",
            f"{counted(boxes, 'mailbox')} told nothing: no GONGBAO_MAIL_HOST is set; what is due is kept",
        )
    elif settings.mail_host is not None:
        server = f"{settings.mail_host}:{settings.mail_port} ({settings.mail_tls})"
        yield Finding(Level.OK, "mail", f"{counted(boxes, 'mailbox')}, through {server}")


def _secrets(settings: Settings, endpoints: Sequence[Subscription]) -> Iterator[Finding]:
    """Whether what was sealed can be opened: without its key nothing is sent."""
    vault, sealed, trouble = Vault(settings), 0, ""
    for endpoint in endpoints:
        try:
            vault.open(endpoint.secret)
        except ConfigError as exc:
            sealed, trouble = sealed + 1, str(exc)
    if sealed:
        yield Finding(Level.FAULT, "secrets", f"{counted(sealed, 'endpoint')} told nothing: {trouble}")


def _queue(settings: Settings) -> Iterator[Finding]:
    if settings.redis_url is None and not running(settings.data_dir):
        try:
            binary = find_server()
        except ConfigError as exc:
            yield Finding(Level.FAULT, "queue", str(exc))
            return
        version = ".".join(map(str, binary.version))
        yield Finding(Level.NOTE, "queue", f"not running; `gongbao up` starts {binary.path} ({version})")
        return
    queue = Queue.of(settings)
    try:
        queue.ping()
        queue.take_note()
        depth, failed = queue.depth(), queue.failed()
        policy = queue.evicting()
    except QueueError as exc:
        yield Finding(Level.FAULT, "queue", str(exc))
        return
    finally:
        queue.close()
    yield Finding(Level.OK, "queue", f"{counted(depth, 'job')} waiting, {failed} failed within the hour")
    if policy is not None:
        yield Finding(
            Level.NOTE,
            "queue",
            f"Redis drops jobs when its memory is full (maxmemory-policy {policy}), till the next sweep; set"
            " noeviction",
        )


def _retention(settings: Settings) -> Iterator[Finding]:
    """How long what was fetched is kept, and how much of it there is."""
    try:
        with opened(settings) as store, Archive.from_settings(settings) as archive, store.read() as tx:
            files, counts = archive.names(), retention.kept(tx)
    except (ArchiveError, ConfigError) as exc:
        yield Finding(Level.FAULT, "kept", str(exc))
        return
    except StoreError:
        return  # said already
    since = f" since {counts.since:%F}" if counts.since else ""
    yield Finding(
        Level.OK,
        "kept",
        f"{counted(counts.captures, 'capture')}{since} ({_days(settings.capture_days)}), "
        f"{counted(len(files), 'WARC file')} ({_days(settings.warc_days)}), "
        f"deliveries {_days(settings.delivery_log_days)}",
    )


def _days(days: float) -> str:
    return f"{days:g} day{'' if days == 1 else 's'}" if days else "for ever"


def _disk(settings: Settings) -> Iterator[Finding]:
    """Of the data folder, and of the archive where that lies on another disk or takes nothing."""
    seen: set[int] = set()
    for named in filter(None, (settings.data_dir, settings.archive_dir)):
        folder = named.resolve()
        while not folder.exists():
            folder = folder.parent
        trouble = write_trouble(folder) if seen else None  # of the data folder it was said
        if folder.stat().st_dev in seen and trouble is None:
            continue
        seen.add(folder.stat().st_dev)
        free = shutil.disk_usage(folder).free
        said = f"; nothing can be written to it: {trouble}" if trouble else ""
        level = Level.OK if free >= FREE_LEAST and not trouble else Level.FAULT
        yield Finding(level, "disk", f"{free / 2**30:.1f} GiB free at {folder}{said}")


@app.command(rich_help_panel=LOOK)
def doctor(
    role: Annotated[
        str | None,
        typer.Option(
            help=f"Only: has this role ({', '.join(presence.expected(ocr=True))}) been heard of lately?"
        ),
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
        found = list(examine_here(settings, now()))
    else:
        found = list(examine_role(settings, role, now()) if role else examine(settings, now()))
    selected = [f for f in found if not quiet_ or f.level is Level.FAULT]
    if as_json:
        records = [{"level": f.level.value, "about": f.about, "text": f.text} for f in selected]
        typer.echo(json.dumps(records, ensure_ascii=False, indent=2))
    else:
        out = Console(highlight=False)
        style = {Level.OK: "green", Level.NOTE: "yellow", Level.FAULT: "red"}
        for f in selected:
            out.print(f"[{style[f.level]}]{f.level.value:<6}[/]", end="")
            out.print(f"{f.about:<16} {f.text}", markup=False, soft_wrap=True)
    raise typer.Exit(1 if any(f.level is Level.FAULT for f in found) else 0)
