"""Commands of the workers: work, import, and those of the operator who knows better: merge, split,
settle, undo.

What they do is main.py, import_files.py and operate.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from ingest.errors import QueueError
from ingest.local_files import files_of
from ingest.model import Kind
from ingest.pipeline import file_name
from ingest.process.console import (
    command_settings,
    now,
    opened,
    progress,
    role_settings,
)
from ingest.process.parent_exit import orphaned
from ingest.process.terminal import DECIDE, READ, RUN, complain
from ingest.queue import queue_url
from ingest.redis.server import retire, socket_url
from ingest.regions.named import place_named
from ingest.settings import Settings
from workers import jobs, operate
from workers.import_files import import_files
from workers.main import run as run_worker
from workers.operate import OWN, Done

app = typer.Typer()

_REPORT = "Its key, how that begins, or a content hash."


@app.command(rich_help_panel=RUN)
def work() -> None:
    """Run extraction jobs from the one queue; any number of these may run."""
    settings = role_settings()
    run_worker(settings)
    if orphaned() and queue_url(settings) == socket_url(settings.data_dir):
        retire(settings.data_dir)  # `gongbao up` was killed and left its Redis behind


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
    settings = command_settings()
    files = [file for path in paths for file in files_of(path)]
    with opened(settings, migrate=True) as store:
        done = import_files(
            settings,
            store,
            progress(files, "importing"),
            official=official,
            report=lambda path, outcome: typer.echo(f"{path.with_name(file_name(path))}: {outcome}"),
            complain=lambda what: complain("import", what),
        )
    typer.echo(
        f"{done.files - done.failed} of {done.files} read; {done.reports} new reports, "
        f"{done.targets} new targets, {done.events} events"
    )
    raise typer.Exit(1 if done.failed else 0)


@app.command(rich_help_panel=DECIDE)
def merge(
    report: Annotated[str, typer.Argument(metavar="A", help=_REPORT)],
    other: Annotated[str, typer.Argument(metavar="B", help="Likewise; all its texts become A's.")],
) -> None:
    """Two reports are one: the texts and copies of B go to A, now and in future.

    Who was told of B is told that it is A now (report.withdrawn with moved_to), and of A what has changed.
    """
    settings = role_settings()
    with opened(settings) as store:
        done = operate.merge(store, report, other, now())
    _say(settings, done, f"decision {done.decision.id}: {done.report.key} is {done.into.key} now")


@app.command(rich_help_panel=DECIDE)
def split(
    version: Annotated[
        list[str],
        typer.Argument(metavar="VERSION…", help="Texts of one report: numbers, hashes, addresses of pages."),
    ],
    into: Annotated[str, typer.Option(help="The report that they are; `new`: one of their own.")] = OWN,
) -> None:
    """These texts are another report: they leave theirs, with their copies.

    Both reports are compared anew with what subscribers were told of them.
    """
    settings = role_settings()
    with opened(settings) as store:
        done = operate.split(store, version, into, now())
    texts = _count(len(done.decision.versions), "text")
    _say(settings, done, f"decision {done.decision.id}: {texts} of {done.report.key} went to {done.into.key}")


@app.command(rich_help_panel=DECIDE)
def settle(
    report: Annotated[str, typer.Argument(metavar="KEY", help=_REPORT)],
    region: Annotated[str | None, typer.Option(help="Whose it is: a code, or a name.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="Of which kind.")] = None,
    year: Annotated[
        int | None, typer.Option(min=1949, max=2100, help="For which year its targets are.")
    ] = None,
) -> None:
    """Say which report a document is that does not say so itself; then it is announced.

    `gongbao reports --unclear` has those that wait for this. `gongbao undo` takes it back.
    """
    settings = role_settings()
    place = None if region is None else place_named(region, "--region")
    with opened(settings) as store:
        done = operate.settle(store, report, kind=kind, region=place, year=year, now=now())
        _say(settings, done, f"decision {done.decision.id}: {done.report.key} is {done.into.key}")
        _enqueue(settings, "settle", done.decision.versions)


@app.command(rich_help_panel=DECIDE)
def undo(
    decision: Annotated[int, typer.Argument(help="Its number, as `gongbao events` has it.")],
) -> None:
    """Take a merge or a split back, and tell subscribers what follows from it.

    A decision that a later one builds on is undone after that one.
    """
    settings = role_settings()
    with opened(settings) as store:
        done = operate.undo(store, decision, now())
    _say(settings, done, f"decision {decision} undone: {done.report.key} has its texts back")


@app.command(rich_help_panel=DECIDE)
def revive(
    version: Annotated[
        list[str] | None, typer.Argument(metavar="[VERSION…]", help="As in split; none: all that are dead.")
    ] = None,
) -> None:
    """Read documents again that were put aside because they stopped their worker: after an update, say.

    Their reports were announced without targets; what is found now is told then.
    """
    settings = role_settings()
    with opened(settings) as store:
        revived = operate.revive(store, version or ())
        for one in revived:
            typer.echo(f"version {one.id} of {one.identity.report_key}: {one.dead_reason}")
        _enqueue(settings, "revive", [one.id for one in revived])
    typer.echo(f"{_count(len(revived), 'document')} to be read again")


def _enqueue(settings: Settings, command: str, version_ids: Sequence[int]) -> None:
    try:
        jobs.enqueue(settings, version_ids)
    except QueueError as exc:
        complain(command, f"a worker finds them within a minute ({exc})")


def _say(settings: Settings, done: Done, what: str) -> None:
    jobs.wake(jobs.configure(settings), len(done.told))
    typer.echo(f"{what}; {_count(len(done.told), 'event')}")
    for event in done.told:
        typer.echo(f"  {event.type:<20} {event.subject}")
    if done.waits:
        typer.echo("a text is not extracted yet: a worker tells the rest")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
