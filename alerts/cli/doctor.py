"""`gongbao doctor` and what it finds: what is configured, reachable, behind. It asks; it never mends.

The status page (web/) shows the same figures to people who have no shell.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from alerts.delivery.notices import host_only
from alerts.delivery.vault import Vault
from alerts.words.health import Language, reason_text
from ingest.archive.archive import Archive
from ingest.errors import ArchiveError, ConfigError, QueueError, StoreError, UnexpectedError
from ingest.model import Channel, Subscription
from ingest.process import healthcheck
from ingest.process.console import (
    command_settings,
    need_database,
    now,
    write_trouble,
)
from ingest.process.healthcheck import SILENT_AFTER
from ingest.process.panels import LOOK
from ingest.process.terminal import counted
from ingest.queue import Queue
from ingest.redis.server import find_server, running
from ingest.roles import Role
from ingest.settings import Settings, unknown_variables
from ingest.sources.load import enabled, load_sources
from ingest.store import overview, presence, retention, subscriptions
from ingest.store.db import Store

app = typer.Typer()
FREE_LEAST = 512 * 2**20  # bytes on the disk of the data folder
SHOWN = 50  # problems listed one by one
ALIKE = 3  # of one source with the same error


_LOOK = "`gongbao sources check {slug}` shows what it yields now"
# What to do about a broken source, by its state (ingest/watch/health.py).
REMEDIES: Mapping[str, str] = {
    "broken": _LOOK,
    "layout_changed": f"The site was made anew: {_LOOK}; correct `list` in its file, or its family",
    "empty_list": f"The column moved, or is filled by a script: {_LOOK}; correct `lists`",
    "too_few_items": f"{_LOOK}; if that is all there is, say so with `items` under [expect]",
    "dates_back": f'{_LOOK}; if the list is not in the order of time, say `dates = "any"` under [expect]',
    "fields_missing": f"The template changed: {_LOOK}; correct `article`, or say so under [expect]",
    "block_page": "A firewall keeps us out: open the site in a browser, lengthen `delay`, or ask the site",
    "cookie_wall": "The site wants a browser: look for its list as JSON or RSS, or watch a repost of it",
    "certificate": "Open the site in a browser: to renew its certificate is the site's business",
    "tls": 'The server speaks old TLS: say `tls = "legacy"` in its file',
    "dns": "The site has moved or merged: find its new name and correct `lists` and `home`",
    "unreachable": "It has not answered for a day: try another network; some answer only inside China",
    "robots": "robots.txt forbids the list: take it out of the file, or ask the site",
    "gone": f"The column has another address now: {_LOOK}; correct `lists`",
    "refused_address": "Its name leads to an address that is not public; GONGBAO_ALLOW_HOSTS if it is yours",
    "bad_answer": f"What came is no page: {_LOOK}",
    "articles": f"Its list is well, its articles are not: {_LOOK}; correct `lists` or `url_pattern`",
    "internal_error": "A fault of gongbao's own: report it, with its traceback from the poller's log",
}


class Level(StrEnum):
    OK = "ok"
    NOTE = "note"  # worth knowing, nothing to do
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    about: str
    text: str


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
    for finding in _roles([Role(role)], _beats(settings), now):
        fine = finding.level is Level.OK
        yield Finding(Level.OK if fine else Level.FAULT, role, finding.text)


def _beats(settings: Settings) -> list[presence.Beat]:
    need_database(settings)
    store = Store.open(settings.database)
    try:
        store.check()
        with store.read() as tx:
            return presence.beats(tx)
    finally:
        store.close()


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


def _database(settings: Settings, now: datetime) -> Iterator[Finding]:
    try:
        need_database(settings)
    except StoreError as exc:  # nothing was started here yet: that is no fault
        yield Finding(Level.NOTE, "database", str(exc))
        return
    try:
        store = Store.open(settings.database)
    except StoreError as exc:
        yield Finding(Level.FAULT, "database", str(exc))
        return
    try:
        store.check()
        with store.begin() as tx:
            presence.leave(tx, "doctor", "")  # changes nothing, and says whether anything can be written
        with store.read() as tx:
            counts = overview.counts(tx)
            beats = presence.beats(tx)
            problems = overview.problems(tx, SHOWN, each=ALIKE)
            sources = overview.source_rows(tx)
            endpoints = subscriptions.all(tx)
    except StoreError as exc:
        yield Finding(Level.FAULT, "database", str(exc))
        return
    finally:
        store.close()
    yield Finding(
        Level.OK,
        "database",
        f"{store.name}: {counted(counts.reports, 'report')}, {counted(counts.versions, 'version')}, "
        f"{counted(counts.targets, 'target')}, {counted(counts.events, 'event')}",
    )
    yield from _roles(presence.expected(ocr=settings.ocr), beats, now)
    scans = counts.scans if settings.ocr else 0
    behind = counts.waiting + counts.unsettled + scans
    yield Finding(
        Level.NOTE if behind else Level.OK,
        "to do",
        f"{counted(counts.waiting, 'version')} to extract, {counted(counts.unsettled, 'report')} to compare, "
        f"{counted(counts.deliveries.get('due', 0), 'delivery')} due"
        + (f", {counted(scans, 'scan')} to read" if scans else ""),
    )
    if counts.dead:
        yield Finding(
            Level.FAULT,
            "dead documents",
            f"{counts.dead} stopped their worker again and again; see /status; `gongbao revive`",
        )
    if counts.internal:
        yield Finding(
            Level.FAULT,
            "faults of gongbao",
            f"{counts.internal} pages or lists cannot be read ({UnexpectedError.__name__}); "
            "report them, with their tracebacks from the poller's log",
        )
    if counts.aside:
        yield Finding(
            Level.FAULT, "pages put aside", f"{counts.aside} could not be read to their end; see /status"
        )
    for endpoint in endpoints:
        if endpoint.disabled_at is not None:
            yield Finding(
                Level.NOTE,
                endpoint.channel.value,
                f"{endpoint.id} ({host_only(endpoint)}) disabled since {endpoint.disabled_at:%F %R}Z: "
                f"{endpoint.disabled_reason}; "
                "`gongbao webhooks enable` switches it on",
            )
        elif endpoint.failing_since is not None:
            yield Finding(
                Level.NOTE,
                endpoint.channel.value,
                f"{endpoint.id} ({host_only(endpoint)}) failing since {endpoint.failing_since:%F %R}Z; "
                f"`gongbao webhooks log {endpoint.id}` shows the answers",
            )
    yield from _secrets(settings, endpoints)
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
    if dead := counts.deliveries.get("dead", 0):
        yield Finding(
            Level.NOTE, "deliveries", f"{dead} given up; `gongbao webhooks list` shows the endpoints"
        )
    for source in sources:
        if source.broken_at is not None and source.lists:  # without lists it is not watched any more
            yield Finding(
                Level.FAULT,
                f"source {source.slug}",
                f"since {source.broken_at:%F %R}Z: {reason_text(source.broken_reason, Language.ENGLISH)}. "
                + REMEDIES[source.state].format(slug=source.slug),
            )
        for watched in source.lists:
            if watched.warning:
                yield Finding(Level.NOTE, f"list of {source.slug}", f"{watched.url}: {watched.warning}")
    for page in problems:
        yield Finding(Level.NOTE, f"page of {page.source}", f"{page.url}: {page.error}: {page.error_message}")
    if counts.problems > len(problems):
        yield Finding(Level.NOTE, "pages", f"{counts.problems - len(problems)} more with errors; see /status")


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


def _roles(roles: Sequence[Role], beats: list[presence.Beat], now: datetime) -> Iterator[Finding]:
    for role in roles:
        alive = [beat for beat in beats if beat.role == role and now - beat.beat_at <= SILENT_AFTER]
        if alive:
            yield Finding(
                Level.OK, role, f"{len(alive)} at work, last heard of {max(b.beat_at for b in alive):%T}Z"
            )
        else:
            command = " ".join(role.command)
            yield Finding(Level.NOTE, role, f"nobody at work; `gongbao up` or `gongbao {command}` starts one")


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
        need_database(settings)
        store = Store.open(settings.database)
    except StoreError:
        return  # said already
    try:
        with Archive.from_settings(settings) as archive, store.read() as tx:
            files, counts = archive.names(), retention.kept(tx)
    except (ArchiveError, ConfigError) as exc:
        yield Finding(Level.FAULT, "kept", str(exc))
        return
    except StoreError:
        return  # said already
    finally:
        store.close()
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
    """Of the data folder, and of the archive where that lies on another disk."""
    disks: dict[int, Path] = {}
    for folder in (settings.data_dir.resolve(), settings.archive.resolve()):
        while not folder.exists():
            folder = folder.parent
        disks.setdefault(folder.stat().st_dev, folder)
    for number, folder in enumerate(disks.values()):
        free = shutil.disk_usage(folder).free
        trouble = write_trouble(folder) if number else None  # of the data folder it was said
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
