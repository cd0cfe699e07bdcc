"""What all commands share: settings and logging, the open store, stopping, progress.

The commands themselves are in the commands.py of each room and alerts/cli/; gongbao.py lists them.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from collections.abc import Callable, Collection, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import structlog
import typer

from ingest import filters
from ingest.errors import ConfigError, StoreError
from ingest.process.heap import keep_one_heap
from ingest.process.parent_exit import end_with_parent
from ingest.process.terminal import err
from ingest.settings import Settings, load_settings
from ingest.telemetry import log

if TYPE_CHECKING:  # a command that opens no store, or shows no progress, pays for neither
    from rich.progress import Progress

    from ingest.store.db import Store

T = TypeVar("T")

_TERMINATED = 128 + signal.SIGTERM  # the exit code
SAID_EVERY = 30.0  # seconds between two lines of a log about how far something is

Format = Annotated[
    str,
    typer.Option("--format", help="How it is printed.", metavar="table|json|jsonl|csv|parquet"),
]
LangOption = Annotated[
    str | None,
    typer.Option("--lang", help="The language of a table; else that of the locale.", metavar="zh|en"),
]
RegionOption = Annotated[
    str | None, typer.Option(help="Code or name of a region; a province or city stands for all below it.")
]

# The parts of a filter, for every command that takes one.
TypesOption = Annotated[
    list[str] | None, typer.Option("--type", help="report.published, target.* … (may be repeated)")
]
RegionsOption = Annotated[
    list[str] | None,
    typer.Option("--region", help="Code or name of a region: 500106, 沙坪坝区, Shapingba (may be repeated)."),
]
KindsOption = Annotated[list[str] | None, typer.Option("--kind", help="work_report … (may be repeated)")]
IndicatorsOption = Annotated[
    list[str] | None, typer.Option("--indicator", help="gdp, 地区生产总值 … (may be repeated)")
]
AllTargetsOption = Annotated[
    bool, typer.Option("--all-targets", help="Commitments too, not only headline targets.")
]
OfficialOnlyOption = Annotated[bool, typer.Option("--official-only", help="Nothing known from reposts only.")]
BackfillOption = Annotated[
    bool, typer.Option("--backfill", help="Also older reports that a first look at a source found.")
]


def now() -> datetime:
    return datetime.now(UTC)


def role_settings(**overrides: object) -> Settings:
    """Settings and logging for a role that runs for long, and its end with whoever supervises it."""
    end_with_parent()
    keep_one_heap()
    settings = load_settings(**overrides)
    log.configure(settings.log_format, settings.log_level)
    return settings


def command_settings() -> Settings:
    """Settings for a command that answers and ends; only warnings are logged."""
    settings = load_settings()
    log.configure(settings.log_format, "debug" if settings.log_level == "debug" else "warning")
    return settings


@contextmanager
def opened(settings: Settings, *, migrate: bool = False) -> Iterator[Store]:
    """The store of these settings, closed at the end; StoreError when it is not there or not migrated."""
    if not migrate:
        need_database(settings)
    elif settings.database_url is None:
        make_data_folder(settings.data_dir)
    from ingest.store.db import Store

    store = Store.open(settings.database)
    try:
        if migrate:
            store.migrate()
        else:
            store.check()
        yield store
    finally:
        store.close()


def make_data_folder(folder: Path) -> None:
    """Raises ConfigError where the embedded parts cannot be kept: the folder is not there and cannot be made,
    or nothing can be written to it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise ConfigError(
            f"data folder {folder.resolve()}: cannot be made: {exc.strerror}; GONGBAO_DATA_DIR names another"
        ) from exc
    if (trouble := write_trouble(folder)) is not None:
        raise ConfigError(
            f"data folder {folder.resolve()}: {trouble}; mount it to be written to, or name another with "
            "GONGBAO_DATA_DIR"
        )


def write_trouble(folder: Path) -> str | None:
    """Why no file can be made in a folder that is there; None: one can. One is made, for no question to the
    system covers what a mount, a quota and a security module may forbid."""
    try:
        with TemporaryFile(dir=folder):
            return None
    except OSError as exc:
        return exc.strerror or str(exc)


def no_database(settings: Settings) -> bool:
    """Whether the database is a file that was never made. Looking must not make one."""
    return settings.database_file is not None and not settings.database_file.exists()


def need_database(settings: Settings) -> None:
    """Raises StoreError when the database is a file that was never made."""
    if no_database(settings):
        variable = "GONGBAO_DATA_DIR" if settings.database_url is None else "GONGBAO_DATABASE_URL"
        raise StoreError(
            f"there is no database at {settings.database} yet; `gongbao up`, `gongbao import` and "
            f"`gongbao migrate` make one, {variable} names another"
        )


def need_port(settings: Settings) -> None:
    """Raises ConfigError where the web server cannot listen: somebody else does, or it is no address of this
    machine. In `up` his pages would be taken for ours."""
    host, port = settings.web_host, settings.web_port
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as exc:
        raise ConfigError(
            f"{host}:{port} cannot be listened on ({exc.strerror}); GONGBAO_WEB_HOST and GONGBAO_WEB_PORT "
            "name another address"
        ) from exc


def run_until_stopped(main: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    """Run `main(stop)`; SIGTERM and SIGINT set `stop`, so that what is under way is finished."""

    async def guarded() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await main(stop)

    asyncio.run(guarded())


def run_till_done(main: Coroutine[Any, Any, None]) -> None:
    """Run what has an end of its own. SIGTERM breaks it off as Ctrl-C does, by cancelling it: what was begun
    is cleared away, and the process ends with 143. An exception in its midst (cleared_on_sigterm) would be
    one more thing that went wrong to whoever makes a connection there."""
    asked = False

    async def guarded() -> None:
        task = asyncio.current_task()
        assert task is not None

        def break_off() -> None:
            nonlocal asked
            if not asked:  # a second one must not end the clearing
                asked = True
                task.cancel()

        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, break_off)
        try:
            await main
        except asyncio.CancelledError:
            if asked:
                raise SystemExit(_TERMINATED) from None
            raise

    asyncio.run(guarded())


@contextmanager
def cleared_on_sigterm() -> Iterator[None]:
    """In here SIGTERM is an exception, which ends the process with 143: what was begun is cleared away."""

    def end(*_: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one must not end the clearing
        raise SystemExit(_TERMINATED)

    former = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)


def one_of(option: str, value: str | None, known: Collection[str]) -> str | None:
    """`value`, if it was given. Raises ConfigError where it is none of `known`."""
    return None if value is None else filters.one_of(value, option, known)


def progress(items: Sequence[T], doing: str, *, when: bool = True) -> Iterator[T]:
    """The items, with a progress bar on a terminal's stderr if there are several and `when` holds."""
    if len(items) < 3 or not when or not err().is_terminal:
        yield from items
        return
    with _bar(doing) as bar:
        yield from bar.track(items)


@contextmanager
def counting(doing: str, total: int) -> Iterator[Callable[[int], None]]:
    """Call what it gives with how many more are done; a bar shows it on a terminal's stderr."""
    if not err().is_terminal:
        yield lambda more: None
        return
    with _bar(doing) as bar:
        task = bar.add_task("", total=total)
        yield lambda more: bar.advance(task, more)


@contextmanager
def counting_on(doing: str) -> Iterator[Callable[[int, int], None]]:
    """Call what it gives with how many are done, and of how many, which may grow; a terminal's stderr shows
    it as a bar, a log as an event twice a minute, both with the rate."""
    if err().is_terminal:
        with _bar(doing) as bar:
            task = bar.add_task("", total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)
        return
    began = said = time.monotonic()

    def say(done: int, total: int) -> None:
        nonlocal said
        if (now := time.monotonic()) >= said + SAID_EVERY:
            said = now
            structlog.get_logger(__name__).info(
                doing, done=done, of=total, rate=f"{done / (now - began):.1f}/s"
            )

    yield say


def _bar(doing: str) -> Progress:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeElapsedColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        """`12.5/s`"""

        def render(self, task: Task) -> Text:
            return Text("" if task.speed is None else f"{task.speed:.1f}/s")

    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), Rate(), TimeElapsedColumn())
    return Progress(*columns, console=err(), transient=True)
