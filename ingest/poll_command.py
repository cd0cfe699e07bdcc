"""`gongbao poll`: the poller with its parts, opened and closed. What it does is poll.py and backfill.py."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated

import typer

from ingest import retention
from ingest.archive.archive import Archive
from ingest.backfill import Walked, fill
from ingest.bounded_reading import READERS, ReaderProcesses
from ingest.errors import ConfigError
from ingest.follow import Limits
from ingest.monitor.monitored import monitored
from ingest.pipeline import Pipeline
from ingest.poll import Poller, summarise
from ingest.process.console import counting_on, opened, role_settings, run_till_done, run_until_stopped
from ingest.process.instance import instance_name, noted
from ingest.process.panels import RUN
from ingest.process.terminal import complain, counted, err
from ingest.queue import Queue, queue_url
from ingest.roles import Role
from ingest.settings import Settings
from ingest.sources.load import enabled, load_sources
from ingest.store.db import Store
from ingest.telemetry import log
from ingest.web.session import Web
from ingest.web.shared_pace import SharedPace

app = typer.Typer()


@app.command(rich_help_panel=RUN)
def poll(
    once: Annotated[bool, typer.Option("--once", help="Look at everything that is due, then end.")] = False,
    source: Annotated[list[str] | None, typer.Option(help="Only this source (may be repeated).")] = None,
    back: Annotated[
        int | None,
        typer.Option("--backfill", metavar="N", min=1, help="With --source: N pages of its lists, then end."),
    ] = None,
) -> None:
    """Look at the lists that are due, fetch what is new, read it and put it on the queue.

    A list shows its newest page only; --backfill goes on to the older ones, at the host's pace.
    """
    slugs = tuple(source or ())
    if back is not None and not slugs:
        raise ConfigError("poll --backfill: say with --source whose lists")
    settings = role_settings()
    with opened(settings, migrate=True) as store:
        if once or back is not None:  # what has an end of its own is broken off; its leases are given back
            run_till_done(_till_done(settings, store, slugs, back))
        else:
            run_until_stopped(partial(_serve, settings, store, slugs))


async def _serve(settings: Settings, store: Store, slugs: tuple[str, ...], stop: asyncio.Event) -> None:
    with noted(settings.run_dir, Role.POLL) as name:
        async with poller(settings, store, slugs, name) as one:
            with monitored(settings, Role.POLL):
                await one.run(stop)


async def _till_done(settings: Settings, store: Store, slugs: tuple[str, ...], back: int | None) -> None:
    """Look at everything that is due, or at so many pages of each list and all that they show."""
    readers = READERS if back is None else max(READERS, os.cpu_count() or 1)
    async with poller(settings, store, slugs, instance_name(), readers) as one:
        if back is None:
            done: Mapping[str, int] = summarise(await one.once())
        else:
            with counting_on("filling") as count:
                if err().is_terminal:  # the bar says the rest; warnings stand above it
                    log.configure(settings.log_format, "warning")
                done = await fill(one, back, _say, count)
        typer.echo(json.dumps(done, ensure_ascii=False))


def _say(walked: Walked) -> None:
    """What a page of a list held."""
    if walked.fine:
        said = walked.why or f"{counted(walked.items, 'item')}, {walked.new} new"
        typer.echo(f"{walked.url}: page {walked.number}: {said}")
    else:
        complain("poll", f"{walked.url}: page {walked.number}: {walked.why}")


@asynccontextmanager
async def poller(
    settings: Settings, store: Store, slugs: tuple[str, ...], name: str, readers: int = READERS
) -> AsyncIterator[Poller]:
    """A poller of this name and of the given sources (none: all that are enabled) with its web, queue and
    archive."""
    sources = load_sources(settings.sources_dir)
    for slug in slugs:
        if slug not in sources:
            raise ConfigError(f"source {slug!r}: there is none; `gongbao sources list` shows what there is")
    chosen = {slug: sources[slug] for slug in slugs or enabled(sources, settings.watch)}
    queue, scans = Queue.of(settings), Queue.of_scans(settings)
    archive = Archive.from_settings(settings)
    pace = SharedPace.connect(queue_url(settings), settings.host_delay)
    reader = ReaderProcesses(settings.reading_seconds, readers)
    old = frozenset(host for source in chosen.values() for host in source.legacy_hosts)
    try:
        async with Web.from_settings(
            settings, archive=archive, pace=pace, legacy_hosts=old, reader=reader
        ) as web:
            limits = Limits.from_settings(settings)
            async with retention.at_work(settings, store, archive):
                pipeline = Pipeline(
                    store, queue, chosen, limits=limits, reader=reader, scans=scans if settings.ocr else None
                )
                yield Poller(pipeline, web, complete=not slugs, catalogue=sources, owner=name)
    finally:
        reader.close()
        await pace.aclose()
        archive.close()
        scans.close()
        queue.close()
