"""The front door: the `gongbao` command. The only file that wires ingest, workers and alerts together.

What a command does is in its room; here are arguments, help, and how it ends:

    0  done
    1  something that was asked for could not be done: a document unread, a fault found by doctor
    2  wrong usage or configuration; nothing was done
    3  a part that is needed cannot be reached: the database, Redis, a host
    130  interrupted
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

import alerts.cli.commands
import workers.commands
from alerts.cli.demo import run_demo
from alerts.cli.document import show_document
from ingest import retention
from ingest.archive.archive import Archive
from ingest.attachments.names import has_file_ending
from ingest.backfill import backfill
from ingest.errors import (
    ConfigError,
    FetchError,
    GongbaoError,
    ParseError,
    QueueError,
    StoreError,
)
from ingest.exchange import Request
from ingest.follow import Limits, is_file, read_answer
from ingest.model import Reading
from ingest.monitor.server import monitored
from ingest.pipeline import Pipeline, import_file
from ingest.poll import Poller, summarise
from ingest.process.console import (
    READ,
    RUN,
    at_work,
    complain,
    err,
    now,
    opened,
    progress,
    quiet,
    run_until_stopped,
)
from ingest.process.instance import noted
from ingest.process.parent_exit import orphaned
from ingest.process.up import run_up
from ingest.queue import Queue, queue_url
from ingest.reading import ReadingHints, read_document
from ingest.redis.server import retire, socket_url
from ingest.settings import Settings
from ingest.sources.load import enabled, load_sources
from ingest.store import browse, documents
from ingest.store.db import Store
from ingest.web.session import Web
from ingest.web.shared_pace import SharedPace
from workers import jobs
from workers.document_html import document_html
from workers.document_json import document_json
from workers.main import run as run_worker
from workers.targets.extract import extract as extract_targets

app = typer.Typer(
    name="gongbao",
    help="Watch Chinese government portals; announce work reports, plan reports and their targets.\n\n"
    "Try `gongbao demo`; read one document with `gongbao extract FILE`; run it with `gongbao up`.\n\n"
    "Settings are GONGBAO_* variables (deploy/env.example); `gongbao doctor` shows what is in force.",
    epilog="Exit codes: 0 done, 1 something asked for could not be done, 2 wrong usage or configuration, "
    "3 a part cannot be reached.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

PAGE_ENDINGS = frozenset({".html", ".htm", ".shtml", ".xhtml", ".txt"})


def main() -> None:
    """Run the command; a GongbaoError becomes one line on stderr and an exit code."""
    try:
        app(prog_name="gongbao")
    except GongbaoError as exc:
        err.print(f"gongbao: {exc}", style="red", markup=False, soft_wrap=True)
        sys.exit(_exit_code(exc))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # `gongbao targets | head` closes our output early; there is nobody left to tell.
        sys.stderr.close()
        sys.exit(0)


def _exit_code(exc: GongbaoError) -> int:
    if isinstance(exc, ConfigError):
        return 2
    if isinstance(exc, StoreError | QueueError | FetchError):
        return 3
    return 1


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"gongbao {version_of('gongbao')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Which gongbao this is.")
    ] = False,
) -> None:
    """What stands before any command."""


# --- roles -----------------------------------------------------------------------------------


@app.command(rich_help_panel=RUN)
def demo(
    once: Annotated[bool, typer.Option("--once", help="End when all is processed, with a summary.")] = False,
    change_after: Annotated[
        float, typer.Option(help="Seconds until one page changes a figure.", min=0.0)
    ] = 30.0,
) -> None:
    """Bundled sample sites on loopback and the whole service watching them.

    Four sites: two portals (one in GBK), a repost site that cuts reports off, a forum. One page changes a
    figure after half a minute. Nothing outside this machine is asked, nothing is left behind.
    """
    raise typer.Exit(run_demo(once=once, change_after=change_after))


@app.command(rich_help_panel=RUN)
def up() -> None:
    """Everything, embedded: database, queue, poller, worker, sender, web server. Ctrl-C stops it.

    SQLite and a private redis-server live in GONGBAO_DATA_DIR; with GONGBAO_DATABASE_URL and
    GONGBAO_REDIS_URL the shared ones are used instead.
    """
    settings = at_work()
    raise typer.Exit(run_up(settings))


@app.command(rich_help_panel=RUN)
def migrate() -> None:
    """Bring the database to the shape that this version needs. Safe to run twice, or at once."""
    settings = at_work()
    with opened(settings, migrate=True) as store:
        typer.echo(f"{store.name}: up to date")


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
    settings = at_work()
    with opened(settings) as store:

        async def main(stop: asyncio.Event) -> None:
            async with poller(settings, store, slugs) as one:
                if back is not None:
                    await walk_back(one, back)
                if once or back is not None:
                    typer.echo(json.dumps(summarise(await one.once()), ensure_ascii=False))
                    return
                with monitored(settings, "poll"), noted(settings.run_dir, "poll") as one.owner:
                    await one.run(stop)

        run_until_stopped(main)


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
async def poller(settings: Settings, store: Store, slugs: tuple[str, ...] = ()) -> AsyncIterator[Poller]:
    """A poller of the given sources (none: all that are enabled) with its web, queue and archive."""
    sources = load_sources(settings.sources_dir)
    for slug in slugs:
        if slug not in sources:
            raise ConfigError(f"source {slug!r}: there is none; `gongbao sources list` shows what there is")
    chosen = {slug: sources[slug] for slug in slugs or enabled(sources)}
    queue = Queue.of(settings)
    archive = Archive.from_settings(settings)
    pace = SharedPace.connect(queue_url(settings), settings.host_delay)
    old = frozenset(host for source in chosen.values() for host in source.legacy_hosts)
    try:
        async with Web.from_settings(settings, archive=archive, pace=pace, legacy_hosts=old) as web:
            limits = Limits.from_settings(settings)
            async with retention.at_work(settings, store, archive):
                yield Poller(Pipeline(store, queue, chosen, limits=limits), web, complete=not slugs)
    finally:
        await pace.aclose()
        archive.close()
        queue.close()


@app.command(rich_help_panel=RUN)
def work() -> None:
    """Run extraction jobs from the one queue; any number of these may run."""
    settings = at_work()
    run_worker(settings)
    if orphaned() and queue_url(settings) == socket_url(settings.data_dir):
        retire(settings.data_dir)  # `gongbao up` was killed and left its Redis behind


# --- documents -------------------------------------------------------------------------------


@app.command("import", rich_help_panel=READ)
def import_(
    paths: Annotated[
        list[Path], typer.Argument(help="Files (html, txt, docx, pdf) or folders of them.", exists=True)
    ],
    official: Annotated[
        bool, typer.Option("--official", help="You vouch that these are the official texts.")
    ] = False,
) -> None:
    """Send local files down the whole road: store, extract, announce.

    A second import of the same files announces nothing. A report known from files only is announced as
    provisional, as one from a repost site is, unless you vouch for it with --official.
    """
    settings = quiet()
    files = [file for path in paths for file in files_of(path)]
    failed = 0
    with opened(settings, migrate=True) as store, Archive.from_settings(settings) as archive:
        context = jobs.configure(settings)
        before = store_counts(store)
        pipeline = Pipeline(store, None, {})
        for path in progress(files, "importing"):
            try:
                outcome = import_file(
                    pipeline, path, official=official, limit=file_limit(settings, path), archive=archive
                )
                finish(store, context)
            except (FetchError, ParseError, OSError) as exc:
                failed += 1
                complain("import", exc)
                continue
            typer.echo(f"{path}: {outcome.outcome}")
        after = store_counts(store)
    told = sum(after.events.values()) - sum(before.events.values())
    typer.echo(
        f"{len(files) - failed} of {len(files)} read; {after.reports - before.reports} new reports, "
        f"{after.targets - before.targets} new targets, {told} events"
    )
    raise typer.Exit(1 if failed else 0)


def files_of(path: Path) -> list[Path]:
    """The file itself, whatever it is called; of a folder, what is called like a page or a document.

    That takes in kinds which cannot be read (.doc, .wps): each is said in one line, not passed over.
    """
    if not path.is_dir():
        return [path]
    found = (f for f in path.rglob("*") if f.is_file() and not f.name.startswith("."))
    return sorted(f for f in found if f.suffix.lower() in PAGE_ENDINGS or has_file_ending(f.name))


def finish(store: Store, context: jobs.Context) -> None:
    """Do what waits for a worker here and now, so that an import needs no service."""
    while versions := waiting(store):
        # A document that the extractor cannot take is tried as often as by a worker, then put aside as dead.
        try:
            jobs.extract_all(store, context, versions)
        except Exception as exc:
            complain("import", f"extraction failed, trying again: {exc!r}")
    with store.read() as tx:
        reports = documents.unsettled(tx, now(), timedelta(0))
    jobs.settle_all(store, context, reports)


def waiting(store: Store) -> list[int]:
    with store.read() as tx:
        return documents.waiting(tx, now(), timedelta(0))


def store_counts(store: Store) -> browse.Counts:
    with store.read() as tx:
        return browse.counts(tx)


@app.command(rich_help_panel=READ)
def extract(
    inputs: Annotated[list[str], typer.Argument(metavar="PATH|URL…", help="Files or addresses.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line (docs/extract.md).")
    ] = False,
    body: Annotated[bool, typer.Option("--body", help="With --json: the main text too.")] = False,
    as_html: Annotated[
        bool, typer.Option("--html", help="One HTML page with every figure marked in the text.")
    ] = False,
    region: Annotated[
        str | None, typer.Option(help="What 本区 means: a code such as 500106.", metavar="CODE")
    ] = None,
) -> None:
    """Read one document and print what it says: no services, no database.

    Try:  gongbao extract report.txt      gongbao extract --json *.html | jq .targets
          gongbao extract --html report.txt > report.html
    """
    if as_html and (as_json or len(inputs) != 1):
        raise ConfigError("gongbao extract --html: makes one page of one document; leave out the others")
    settings = quiet()
    failed = 0
    for item in progress(inputs, "reading", when=as_json):
        try:
            reading = read_input(settings, item, region)
        except (FetchError, ParseError, OSError) as exc:
            failed += 1
            message = str(exc) if item in str(exc) else f"{item}: {exc}"
            err.print(f"gongbao extract: {message}", style="red", markup=False, soft_wrap=True)
            continue
        who = reading.identity
        found = extract_targets(reading.article.body, year=who.year, kind=who.kind, region=who.region)
        document = document_json(item, reading, found, body=body)
        if as_html:
            typer.echo(document_html(reading, found))
        elif as_json:
            typer.echo(json.dumps(document, ensure_ascii=False))
        else:
            show_document(document, Console(highlight=False))
    raise typer.Exit(1 if failed else 0)


def read_input(settings: Settings, item: str, region: str | None) -> Reading:
    """Read a file, or an address with the attachment that its report may be."""
    hints = ReadingHints(region=region, least=0)
    if not item.startswith(("http://", "https://")):
        path = Path(item)
        if path.is_dir():
            raise IsADirectoryError(f"{item}: is a folder; name the files, or use `gongbao import`")
        if path.stat().st_size > (limit := file_limit(settings, path)):
            raise ParseError(f"{item}: larger than {limit} bytes (GONGBAO_PAGE_LIMIT, _ATTACHMENT_LIMIT)")
        return read_document(path.read_bytes(), item, hints)

    async def get() -> Reading:
        limits = Limits.from_settings(settings)
        async with Web.from_settings(settings) as web:
            limit, deadline = limits.of(item)
            fetched = await web.fetch(Request(item, limit=limit, deadline=deadline))
            read = await read_answer(web, fetched, hints, limits=limits)
            assert read is not None  # nothing was known before
            return read.reading

    return asyncio.run(get())


def file_limit(settings: Settings, path: Path) -> int:
    return settings.attachment_limit if is_file(path.name) else settings.page_limit


app.add_typer(workers.commands.app)
app.add_typer(alerts.cli.commands.app)

if __name__ == "__main__":
    main()
