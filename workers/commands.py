"""Commands of the workers: import, and those of the operator who knows better: merge, split, settle, undo.

What they do is import_files.py and operate.py; `gongbao work` is work_command.py.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from ingest.errors import QueueError
from ingest.events import as_object, report_json
from ingest.file_import import file_name
from ingest.identity.doubts import doubts
from ingest.identity.kinds import REPORTS
from ingest.local_files import files_of
from ingest.model import Event, Kind, Report
from ingest.process.console import (
    command_settings,
    now,
    one_of,
    opened,
    progress,
    role_settings,
)
from ingest.process.panels import DECIDE, READ
from ingest.process.terminal import complain, counted
from ingest.regions.named import place_named
from ingest.settings import Settings
from workers import jobs, operate
from workers.context import configure
from workers.import_files import import_files
from workers.operate import OWN, Done

app = typer.Typer()

DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Only show what would be told; nothing is changed.")
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first, as a terminal is asked.")]
_REPORT = "Its key, how that begins, or a content hash."


@app.command("import", rich_help_panel=READ)
def import_(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="Pages or documents (docs/extract.md has which), or folders of them.", exists=True
        ),
    ],
    official: Annotated[
        bool, typer.Option("--official", help="You vouch that these are the official texts.")
    ] = False,
    cores: Annotated[
        int | None, typer.Option(min=1, max=64, help="Files that are read at once; else one a core.")
    ] = None,
) -> None:
    """Send local files down the whole road: store, extract, announce.

    A second import of unchanged files, with --official or without as before, tells nothing, and one that was
    stopped goes on where it was. A report known from files only is announced as provisional, as one from a
    repost site is, unless you vouch for it with --official.
    """
    settings = command_settings()
    files: list[Path] = []
    for path in paths:
        files += (found := files_of(path))
        if not found:
            complain("import", f"{path}: nothing in it is called like a page or a document")
    with opened(settings, migrate=True) as store:
        done = import_files(
            settings,
            store,
            progress(files, "importing"),
            official=official,
            cores=cores,
            report=_say_imported,
            complain=lambda what: complain("import", what),
        )
    typer.echo(
        f"{done.files - done.failed} of {done.files} read; {counted(done.reports, 'new report')}, "
        f"{counted(done.targets, 'new target')}, {counted(done.events, 'event')}"
    )
    raise typer.Exit(1 if done.failed else 0)


def _say_imported(path: Path, outcome: str, report: Report | None, unclear: bool) -> None:
    """`2026.txt: new_version: work_report/500151/2026  铜梁区 2026 政府工作报告`"""
    said = f"{path.with_name(file_name(path))}: {outcome}"
    if report is not None:
        said += f": {report.key}  {report_json(report)['name']}"
        if unclear:
            left = ", ".join(doubts(report.kind, report.region, report.year))
            said += f"  (not clear: {left}; `gongbao settle`)"
    typer.echo(said)


@app.command(rich_help_panel=DECIDE)
def merge(
    report: Annotated[str, typer.Argument(metavar="A", help=_REPORT)],
    other: Annotated[str, typer.Argument(metavar="B", help="Likewise; all its texts become A's.")],
    dry_run: DryRunOption = False,
    yes: YesOption = False,
) -> None:
    """Two reports are one: the texts and copies of B go to A, now and in future.

    Who was told of B is told that it is A now (report.withdrawn with moved_to), and of A what has changed.
    """
    settings = role_settings()
    with opened(settings) as store:
        if _asked_first(dry_run, yes):
            done = operate.merge(store, report, other, now(), dry_run=True)
            _foretell(done, f"{done.report.key} would be {done.into.key}", dry_run)
        done = operate.merge(store, report, other, now())
    _say(settings, done, f"decision {done.decision.id}: {done.report.key} is {done.into.key} now")


@app.command(rich_help_panel=DECIDE)
def split(
    version: Annotated[
        list[str],
        typer.Argument(metavar="VERSION…", help="Texts of one report: numbers, hashes, addresses of pages."),
    ],
    into: Annotated[str, typer.Option(help="The report that they are; `new`: one of their own.")] = OWN,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
) -> None:
    """These texts are another report: they leave theirs, with their copies.

    Both reports are compared anew with what subscribers were told of them.
    """
    settings = role_settings()
    with opened(settings) as store:
        if _asked_first(dry_run, yes):
            done = operate.split(store, version, into, now(), dry_run=True)
            texts = counted(len(done.decision.versions), "text")
            _foretell(done, f"{texts} of {done.report.key} would go to {done.into.key}", dry_run)
        done = operate.split(store, version, into, now())
    texts = counted(len(done.decision.versions), "text")
    _say(settings, done, f"decision {done.decision.id}: {texts} of {done.report.key} went to {done.into.key}")


@app.command(rich_help_panel=DECIDE)
def settle(
    report: Annotated[str, typer.Argument(metavar="KEY", help=_REPORT)],
    region: Annotated[str | None, typer.Option(help="Whose it is: a code, or a name.")] = None,
    kind: Annotated[str | None, typer.Option(help=f"Of which kind: {', '.join(sorted(REPORTS))}.")] = None,
    year: Annotated[
        int | None, typer.Option(min=1949, max=2100, help="For which year its targets are.")
    ] = None,
) -> None:
    """Say which report a document is that does not say so itself; then it is announced.

    `gongbao reports --unclear` has those that wait for this. `gongbao undo` takes it back.
    """
    one_of("--kind", kind, sorted(REPORTS))
    settings = role_settings()
    place = None if region is None else place_named(region, "--region")
    with opened(settings) as store:
        done = operate.settle(
            store, report, kind=Kind(kind) if kind else None, region=place, year=year, now=now()
        )
        _say(settings, done, f"decision {done.decision.id}: {done.report.key} is {done.into.key}")
        _enqueue(settings, "settle", done.decision.versions)


@app.command(rich_help_panel=DECIDE)
def undo(
    decision: Annotated[
        int, typer.Argument(help="Its number, as `gongbao events` has it.", min=1, max=2**62)
    ],
) -> None:
    """Take a merge, a split or a settlement back, and tell subscribers what follows from it.

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
    typer.echo(f"{counted(len(revived), 'document')} to be read again")


def _enqueue(settings: Settings, command: str, version_ids: Sequence[int]) -> None:
    try:
        jobs.enqueue(settings, version_ids)
    except QueueError as exc:
        complain(command, f"a worker finds them within a minute ({exc})")


def _asked_first(dry_run: bool, yes: bool) -> bool:
    return dry_run or (not yes and sys.stdin.isatty())


def _foretell(done: Done, what: str, dry_run: bool) -> None:
    """Show what a decision would tell. With `dry_run` that is all; else a person is asked."""
    _show(done, f"{what}; {counted(len(done.told), 'event')} would be told")
    if dry_run:
        raise typer.Exit
    typer.confirm("Do it?", abort=True, err=True)


def _say(settings: Settings, done: Done, what: str) -> None:
    jobs.wake(configure(settings), len(done.told))
    _show(done, f"{what}; {counted(len(done.told), 'event')}")


def _show(done: Done, what: str) -> None:
    typer.echo(what)
    for event in done.told:
        typer.echo(f"  {event.type:<20} {event.subject}{_figure_of(event)}")
    if done.waits:
        typer.echo("a text is not extracted yet: a worker tells the rest")


def _figure_of(event: Event) -> str:
    now, before = (as_object(event.data.get(name)).get("quote") for name in ("target", "previous"))
    if now and before and now != before:
        return f": {now} (was {before})"
    return f": {now or before}" if now or before else ""
