"""`gongbao demo`: the whole service watching the bundled sample sites, and what it announces, printed.

The sites are ingest/demo/; the service is the one of `gongbao up`, in a temporary folder.
"""

from __future__ import annotations

import math
import socket
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from alerts.delivery import endpoints
from alerts.delivery.vault import Vault
from alerts.listing.records import report_ref
from alerts.words.chinese import figure_text
from alerts.words.titles import title_of
from ingest.demo.receiver import Received, receive
from ingest.demo.sites import COPIES, Change, serve, sites
from ingest.events import EventType
from ingest.model import Event, Filter, Kind
from ingest.process.panels import RUN
from ingest.process.terminal import counted
from ingest.process.up import service
from ingest.settings import Settings, load_settings
from ingest.store import browse, outbox, overview
from ingest.store.db import Store
from ingest.telemetry import log

LOOK = 0.25  # seconds between two looks at what is new
LONGEST = 90.0  # seconds that --once waits after the figure changed
EVERYTHING = Filter(types=tuple(t.value for t in EventType), headline_only=False)
ANNOUNCED = (EventType.REPORT_PUBLISHED, EventType.REPORT_PROVISIONAL)


app = typer.Typer()


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


def run_demo(*, once: bool, change_after: float) -> int:
    """Run until Ctrl-C, or with `once` until all is processed; 1 if that takes too long."""
    out = Console(highlight=False, soft_wrap=True)
    log.configure("console", "warning")
    with tempfile.TemporaryDirectory(prefix="gongbao-demo-") as folder:
        data = Path(folder)
        change = Change(math.inf)
        settings = load_settings(
            data_dir=data,
            database_url=None,
            redis_url=None,
            archive_dir=None,
            sources_dir=data / "sources",
            allow_hosts=("127.0.0.1",),
            host_delay=0.0,
            web_host="127.0.0.1",
            web_port=_free_port(load_settings().web_port),
            public_url=None,
        )
        with (
            serve(sites(change), data / "sources") as bases,
            receive() as received,
            service(settings, _environment(settings)) as supervisor,
        ):
            store = Store.open(settings.database)
            now = datetime.now(UTC)
            hook = endpoints.add(store, Vault(settings), received.url, EVERYTHING, now)
            received.secret = hook.secret
            _welcome(out, settings, bases, change_after)
            watch = _Watch(out, store, received, change, change_after)
            stopped = threading.Event()

            def follow() -> None:
                watch.follow(stopped, till_done=once)
                if not stopped.is_set():
                    supervisor.stop()

            follower = threading.Thread(target=follow, name="demo-follow")
            follower.start()
            try:
                supervisor.run()
            finally:
                stopped.set()
                follower.join()
                watch.summary()
                store.close()
    if once and watch.missing():
        out.print(f"[red]not done in time:[/] {', '.join(watch.missing())}")
        return 1
    return 0


@dataclass(slots=True)
class _Watch:
    """Follows the events as they are stored, prints them, and knows when all has happened."""

    out: Console
    store: Store
    received: Received
    change: Change
    change_after: float
    told: list[Event] = field(default_factory=list)
    counts: overview.Counts | None = None

    def follow(self, stopped: threading.Event, *, till_done: bool) -> None:
        deadline = time.monotonic() + self.change_after + LONGEST
        while not stopped.wait(LOOK):
            after = self.told[-1].sequence if self.told else 0
            with self.store.read() as tx:
                new = outbox.events(tx, EVERYTHING, after=after, limit=200, newest_first=False)
                self.counts = overview.counts(tx)
            for event in new:
                self.told.append(event)
                if event.type in ANNOUNCED and event.subject.startswith(Kind.PLAN_REPORT):
                    self.change.after = self.change_after  # only what was told of can be revised
                if event.type != EventType.TARGET_PUBLISHED:
                    self.out.print(
                        f"{event.occurred_at.astimezone():%T}  {event.type:<20} {title_of(event)}",
                        markup=False,
                    )
            if till_done and (not self.missing() or time.monotonic() > deadline):
                return

    def missing(self) -> list[str]:
        """What has not happened yet; empty when all is processed."""
        counts = self.counts
        if counts is None:
            return ["the first look"]
        left = {
            f"{COPIES} pages that show a report": counts.copies < COPIES,
            "a report announced": not self.of(*ANNOUNCED),
            "the figure that changes": not self.change.happened.is_set(),
            "a target revised": not self.of(EventType.TARGET_REVISED),
            f"{counted(counts.waiting, 'version')} to extract": counts.waiting > 0,
            f"{counted(counts.unsettled, 'report')} to compare": counts.unsettled > 0,
            "webhooks to deliver": len(self.received.verified) < len(self.told),
        }
        return [what for what, missing in left.items() if missing]

    def of(self, *types: EventType) -> list[Event]:
        return [event for event in self.told if event.type in types]

    def summary(self) -> None:
        reports, targets = self.of(*ANNOUNCED), self.of(EventType.TARGET_PUBLISHED)
        with self.store.read() as tx:
            twice = [row for row in browse.reports(tx) if row.copies > 1]
        line = self.out.print
        line("\n[bold]Summary[/]")
        line(f"  reports announced       {len(reports)}")
        line(f"  targets announced       {len(targets)}")
        line(f"  on two sites, told once {len(twice)}")
        for row in twice:
            line(f"      {report_ref(row.report)['name']}: {row.copies} pages", markup=False)
        revised = self.of(EventType.TARGET_REVISED)
        line(f"  targets revised         {len(revised)}")
        for event in revised:
            line(f"      {_revision(event.data)}", markup=False)
        line(
            f"  webhooks delivered      {len(self.received.verified)} of {len(self.told)}, "
            f"signatures verified; {len(self.received.refused)} refused"
        )


def _revision(data: Mapping[str, object]) -> str:
    target, previous = data.get("target"), data.get("previous")
    if not isinstance(target, Mapping) or not isinstance(previous, Mapping):
        return str(data.get("url"))
    return f"{target['label']}: {figure_text(previous)} → {figure_text(target)}"


def _welcome(out: Console, settings: Settings, bases: Mapping[str, str], change_after: float) -> None:
    out.print("[bold]gongbao demo[/]: the whole service, watching four sample sites on this machine")
    for slug, base in bases.items():
        out.print(f"  {slug:<16} {base}/", markup=False)
    out.print(f"  page    {settings.base_url}/")
    out.print(f"  feed    {settings.base_url}/feed.atom")
    out.print(f"  status  {settings.base_url}/status")
    out.print(f"One page changes a figure after {change_after:g} s.\n")


def _environment(settings: Settings) -> dict[str, str]:
    """The settings of the demo, for the roles."""
    return {
        "GONGBAO_DATA_DIR": str(settings.data_dir),
        "GONGBAO_DATABASE_URL": settings.database,
        "GONGBAO_SOURCES_DIR": str(settings.sources_dir),
        "GONGBAO_ARCHIVE_DIR": str(settings.archive),
        "GONGBAO_ALLOW_HOSTS": ",".join(settings.allow_hosts),
        "GONGBAO_HOST_DELAY": "0",
        "GONGBAO_WEB_HOST": settings.web_host,
        "GONGBAO_WEB_PORT": str(settings.web_port),
        "GONGBAO_PUBLIC_URL": settings.base_url,
        "GONGBAO_LOG_LEVEL": "warning",
    }


def _free_port(wish: int) -> int:
    """`wish` if nobody listens there, else any free one."""
    for port in (wish, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")
