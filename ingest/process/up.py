"""`gongbao up`: every role as a process of its own, with the embedded parts around them.

Roles are started as commands, so that this room needs to know none of them. One that dies is started
again (supervisor.py).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

import structlog

from ingest.process.console import make_data_folder
from ingest.process.supervisor import Supervisor
from ingest.queue import Queue
from ingest.redis.server import EmbeddedRedis
from ingest.settings import Settings
from ingest.sources.load import enabled, load_sources
from ingest.store.db import Store

log = structlog.get_logger(__name__)

ROLES = ("poll", "work", "send", "serve")


@contextmanager
def service(settings: Settings, extra: Mapping[str, str] | None = None) -> Iterator[Supervisor]:
    """The database migrated, a Redis at hand, and a supervisor with every role, not yet running.

    `extra` are environment variables for the roles. Raises ConfigError, StoreError, QueueError before
    anything is started.
    """
    enabled(
        load_sources(settings.sources_dir)
    )  # a bad source file is said once, here, and not by a role that dies
    if settings.database_url is None or settings.redis_url is None:
        make_data_folder(settings.data_dir)
    store = Store.open(settings.database)
    try:
        store.migrate()
    finally:
        store.close()
    environment = {**os.environ, **(extra or {})}
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
        commands = {role: [sys.executable, "-m", "gongbao", role] for role in ROLES}
        yield Supervisor(commands, environment=environment, own=_monitors(settings))


def _monitors(settings: Settings) -> dict[str, dict[str, str]]:
    """On one machine each role's monitor has a port of its own: the setting is the first of them."""
    first = settings.monitor_port
    if first is None:
        return {}
    return {role: {"GONGBAO_MONITOR_PORT": str(first + n)} for n, role in enumerate(ROLES)}


def run_up(settings: Settings) -> int:
    """Run until SIGTERM or SIGINT; the exit code."""
    with service(settings) as supervisor:
        log.info("gongbao is up", page=settings.base_url, feed=f"{settings.base_url}/feed.atom")
        return supervisor.run()
