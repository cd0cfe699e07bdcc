"""`--fast`: only the tests that need nothing but this process; and such a test may reach for nothing else.

Which they are is read from what their files import and which fixtures they ask for. What that cannot see (a
function that opens a database after all) is found when it happens: the interpreter tells of it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

# Whoever has one of these at hand means to go beyond the process.
_EDGES = frozenset(
    {"asyncio", "multiprocessing", "playwright.sync_api", "socket", "subprocess", "uvicorn"}
    | {"ingest.attachments.sandbox", "ingest.ocr.recognise"}
    | {"ingest.redis.server", "ingest.store.db", "ingest.archive.archive"}
    | {"tests.bench.road", "tests.bench.workers"}
    | {
        f"tests.support.{name}"
        for name in (
            *("archiving", "databases", "forked", "receiver", "redis_server", "service", "site_server"),
            *("subscribers", "watched_site", "web_server", "worker_process"),
        )
    }
)
_FIXTURES = frozenset({"bare_database", "bare_postgres", "database", "postgres", "redis_server", "shared"})
_REACHES = frozenset(
    {"os.fork", "os.posix_spawn", "os.system", "socket.bind", "socket.connect", "sqlite3.connect"}
    | {"socket.getaddrinfo", "subprocess.Popen"}
)


def add_option(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help="only tests that need nothing but this process")


def configure(config: pytest.Config) -> None:
    if config.getoption("--fast"):
        config.pluginmanager.register(_Fast(), "fast")


class _Fast:
    def __init__(self) -> None:
        self._at_hand: dict[ModuleType, bool] = {}
        self._testing: str | None = None
        sys.addaudithook(self._hear)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        fast = [item for item in items if isinstance(item, pytest.Function) and self._stays(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(fast)])
        items[:] = fast

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        self._testing = item.name
        try:
            return (yield)  # type: ignore[misc]  (pytest's own way)
        finally:
            self._testing = None

    def _stays(self, item: pytest.Function) -> bool:
        if item.module not in self._at_hand:
            self._at_hand[item.module] = any(
                (value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None))
                in _EDGES
                for value in vars(item.module).values()
            )
        return not (self._at_hand[item.module] or _FIXTURES & set(item.fixturenames))

    def _hear(self, event: str, _arguments: object) -> None:
        if self._testing is not None and event in _REACHES:
            raise AssertionError(f"{self._testing} is taken for a fast test and reaches out: {event}")
