"""`gongbao up`: every role as a process of its own, with the embedded parts around them.

Roles are started as commands, so that this room needs to know none of them. One that dies is started
again (supervisor.py).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import structlog

from ingest.errors import WRONG_SETTINGS, ConfigError
from ingest.ocr.tesseract import engine
from ingest.page.columns import ColumnKind
from ingest.process.console import make_data_folder, need_port
from ingest.process.supervisor import Supervisor
from ingest.queue import Queue
from ingest.redis.server import EmbeddedRedis
from ingest.regions.gazetteer import NATION, region_by_code
from ingest.roles import roles
from ingest.settings import Settings
from ingest.sources.load import enabled, load_sources
from ingest.sources.spec import Source
from ingest.store.db import Store
from ingest.watch.schedule import MANY, SHORTEST

log = structlog.get_logger(__name__)

_NAMED = 4  # provinces that are listed by name
_LAST_PORT = 65535


@contextmanager
def service(settings: Settings, extra: Mapping[str, str] | None = None) -> Iterator[Supervisor]:
    """The database migrated, a Redis at hand, and a supervisor with every role, not yet running.

    `extra` are environment variables for the roles. Raises ConfigError, StoreError, QueueError before
    anything is started.
    """
    # What is wrong is said once, here, and not by a role that dies.
    watched_sources(settings)
    monitors = _monitors(settings)
    if settings.ocr:
        engine()
    if settings.database_url is None or settings.redis_url is None:
        make_data_folder(settings.data_dir)
    store = Store.open(settings.database)
    try:
        store.migrate()
    finally:
        store.close()
    environment = {**os.environ, **(extra or {})}
    if settings.watch:
        environment["GONGBAO_WATCH"] = ",".join(settings.watch)
    with ExitStack() as stack:
        if settings.redis_url is None:
            redis = stack.enter_context(EmbeddedRedis(settings.data_dir))
            environment["GONGBAO_REDIS_URL"] = redis.url
        else:
            queue = Queue.of(settings)
            try:
                queue.ping()
            finally:
                queue.close()
        # -P: a folder of the user's that is called `workers` or `alerts` is none of ours.
        commands: dict[str, list[str]] = {
            role: [sys.executable, "-P", "-m", "gongbao", *role.command] for role in roles(ocr=settings.ocr)
        }
        yield Supervisor(commands, environment=environment, own=monitors, hopeless=WRONG_SETTINGS)


def _monitors(settings: Settings) -> dict[str, dict[str, str]]:
    """On one machine each role's monitor has a port of its own: the setting is the first of them. Raises
    ConfigError where one of them cannot be."""
    first = settings.monitor_port
    if first is None:
        return {}
    ports = {role: first + n for n, role in enumerate(roles(ocr=settings.ocr))}
    last = max(ports.values())
    if last > _LAST_PORT or first <= settings.web_port <= last:
        raise ConfigError(
            f"GONGBAO_MONITOR_PORT={first}: the roles take {first} to {last}, which must not go beyond "
            f"{_LAST_PORT}, nor be GONGBAO_WEB_PORT"
        )
    return {role: {"GONGBAO_MONITOR_PORT": str(port)} for role, port in ports.items()}


def run_up(settings: Settings) -> int:
    """Run until SIGTERM or SIGINT; the exit code."""
    need_port(settings)
    with service(settings) as supervisor:
        log.info("gongbao is up", page=settings.base_url, feed=f"{settings.base_url}/feed.atom")
        log.info("watching", **watch_summary(watched_sources(settings)))
        return supervisor.run()


def watched_sources(settings: Settings) -> tuple[Source, ...]:
    """The sources that a poller with these settings looks at. Raises ConfigError."""
    sources = load_sources(settings.sources_dir)
    return tuple(sources[slug] for slug in enabled(sources, settings.watch))


def watch_summary(sources: Sequence[Source]) -> dict[str, Any]:
    """What is watched, for people: how many sources and lists, of how many regions and which provinces, how
    many columns of work reports, and when they are looked at first."""
    regions = {region for one in sources for watched in one.lists if (region := one.region_of(watched))}
    provinces = {found.path[0] for code in regions if (found := region_by_code(code)) is not None}
    provinces -= {NATION.name}
    return {
        "sources": len(sources),
        "lists": sum(len(one.lists) for one in sources),
        "report_columns": sum(
            watched.column is ColumnKind.WORK_REPORT for one in sources for watched in one.lists
        ),
        "regions": len(regions),
        "provinces": "、".join(sorted(provinces)) if len(provinces) <= _NAMED else len(provinces),
        # Of sources that were not looked at before; the others come when they are due.
        "first_looks": "now"
        if len(sources) <= MANY
        else f"within {SHORTEST.total_seconds() / 60:.0f} minutes, one site after the other",
    }
