"""`gongbao poll`: the poller with its parts, opened and closed. What it does is poll.py and backfill.py."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import typer

from ingest import retention
from ingest.archive.archive import Archive
from ingest.backfill import backfill
from ingest.bounded_reading import ReaderProcesses
from ingest.errors import ConfigError
from ingest.follow import Limits
from ingest.monitor.server import monitored
from ingest.pipeline import Pipeline
from ingest.poll import Poller, summarise
from ingest.process.console import cleared_on_sigterm, opened, role_settings, run_until_stopped
from ingest.process.instance import noted
from ingest.process.panels import RUN
from ingest.process.terminal import complain
from ingest.queue import Queue, queue_url
from ingest.settings import Settings
from ingest.sources.load import enabled, load_sources
from ingest.store.db import Store
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
        serves = not once and back is None

        async def main(stop: asyncio.Event) -> None:
            with noted(settings.run_dir if serves else None, "poll") as name:
                async with poller(settings, store, slugs, name) as one:
                    if back is not None:
                        await walk_back(one, back)
                    if not serves:
                        typer.echo(json.dumps(summarise(await one.once()), ensure_ascii=False))
                        return
                    with monitored(settings, "poll"):
                        await one.run(stop)

        if serves:
            run_until_stopped(main)
        else:  # what has an end of its own is broken off; its leases are given back
            with cleared_on_sigterm():
                asyncio.run(main(asyncio.Event()))


async def walk_back(one: Poller, pages: int) -> None:
    """Remember what the first pages of the poller's lists show, and say what each held."""
    for chosen in one.pipeline.sources.values():
        async for walked in backfill(one, chosen, pages):
            if walked.fine:
                said = walked.why or f"{walked.items} items, {walked.new} new"
                typer.echo(f"{walked.url}: page {walked.number}: {said}")
            else:
                complain("poll", f"{walked.url}: page {walked.number}: {walked.why}")


@asynccontextmanager
async def poller(
    settings: Settings, store: Store, slugs: tuple[str, ...], name: str
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
    reader = ReaderProcesses(settings.reading_seconds)
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
