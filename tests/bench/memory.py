"""The most memory that each role has had after so many documents.

`make bench-memory`, or with ARGS="--documents 1000". The real commands, SQLite, the private Redis, HTTP on
loopback; documents are put where a poller finds them due, each is told to a webhook, and meanwhile pages and
feeds are asked for. All is compiled before, as installed: a process that compiles what it imports needs 15 MB
more. RSS counts what processes have in common once for each of them; PSS shares it out.
"""

from __future__ import annotations

import argparse
import compileall
import os
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx
import structlog
from sqlalchemy import func, select

from ingest.model import Filter, ListItem, SourceKind, Subscription
from ingest.roles import roles
from ingest.store import presence, subscriptions, watchlist
from ingest.store import tables as t
from ingest.store.db import Store
from tests.bench.house import House, house, make_documents
from tests.support.subscribers import SECRET

ROLES = roles(ocr=False)
SOURCE = "county"
PAGES = (
    "/",
    "/feed.atom",
    "/feed.json?headline=false",
    "/api/v1/reports",
    "/indicators/gdp",
    "/api/v1/events",
    "/matrix",
    "/search?q=地区生产总值",
)


def family(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in _proc(pid, f"task/{thread.name}/children").split():
            yield from family(int(child))


def memory(pid: int) -> tuple[float, float]:
    """Megabytes: the most resident ever, and its share now."""
    said = dict(
        line.split(":", 1)
        for line in (_proc(pid, "status") + _proc(pid, "smaps_rollup")).splitlines()
        if ":" in line
    )
    return int(said["VmHWM"].split()[0]) / 1024, int(said["Pss"].split()[0]) / 1024


def _proc(pid: int, what: str) -> str:
    return Path(f"/proc/{pid}/{what}").read_text(encoding="utf-8", errors="replace")


def environment(house_: House, url: str, port: int) -> dict[str, str]:
    sources = house_.folder / "sources"
    sources.mkdir()
    home = f"http://127.0.0.1:{house_.port}"
    told = (
        f'name = "某县人民政府"\nkind = "portal"\nhome = "{home}/"\ndelay = 0\n\n[expect]\noverdue = false\n'
    )
    (sources / f"{SOURCE}.toml").write_text(f'{told}\n[[lists]]\nurl = "{home}/list/"\n', encoding="utf-8")
    return {k: v for k, v in os.environ.items() if not k.startswith("GONGBAO_")} | {
        "GONGBAO_DATA_DIR": str(house_.folder),
        "GONGBAO_DATABASE_URL": url,
        "GONGBAO_REDIS_URL": house_.redis.url,
        "GONGBAO_SOURCES_DIR": str(sources),
        "GONGBAO_ALLOW_HOSTS": "127.0.0.1",
        "GONGBAO_HOST_DELAY": "0",
        "GONGBAO_WEB_PORT": str(port),
        "GONGBAO_PAGE_RATE": "0",
        "GONGBAO_API_RATE": "0",
        "GONGBAO_LOG_LEVEL": "error",
    }


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def live(store: Store, port: int, documents: int) -> None:
    """Let all of these be fetched, read, extracted and told, while somebody reads the pages."""

    def count(column: object, *wanted: object) -> int:
        with store.read() as tx:
            query = select(func.count(column)).where(*wanted)  # type: ignore[arg-type]
            return int(tx.execute(query).scalar_one())

    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client:
        while (done := count(t.versions.c.extracted_at)) < documents or count(
            t.deliveries.c.id, t.deliveries.c.state == "due"
        ):
            sys.stderr.write(f"\r{done} documents")
            for page in PAGES:
                with suppress(httpx.TransportError):  # it is starting yet
                    client.get(page)
            time.sleep(2)


def prepare(store: Store, home: str, urls: list[str]) -> None:
    now = datetime.now(UTC)
    with store.begin() as tx:
        row = watchlist.SourceRow(SOURCE, "某县人民政府", SourceKind.PORTAL, True, f"{home}/", ())
        watchlist.ensure_source(tx, row)
        watchlist.see_items(tx, SOURCE, [ListItem(url, url) for url in urls], now)
        everything = Filter(types=("*",), headline_only=False)
        subscriptions.add(tx, Subscription("sub_all", f"{home}/hook", SECRET, everything, now))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    asked = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    for folder in (sysconfig.get_path("purelib"), "ingest", "workers", "alerts"):
        compileall.compile_dir(folder, quiet=2, workers=0)
    made = make_documents(asked.documents)
    with house(made) as house_:
        url, port = house_.file(), free_port()
        store = Store.open(url)
        home = f"http://127.0.0.1:{house_.port}"
        theirs = environment(house_, url, port)
        prepare(store, home, [f"{home}{document.path}" for document in made])
        running = {
            role: subprocess.Popen([sys.executable, "-m", "gongbao", role], env=theirs) for role in ROLES
        }
        try:
            live(store, port, len(made))
            print(f"\n| after {len(made):,} documents | peak RSS, MB | PSS at the end, MB |\n|---|---:|---:|")
            with store.read() as tx:
                assert {beat.role for beat in presence.beats(tx)} >= set(presence.expected(ocr=False))
            for role, process in running.items():
                for pid in family(process.pid):
                    peak, share = memory(pid)
                    name = role if pid == process.pid else f"{role}: its child"
                    print(f"| {name} | {peak:.0f} | {share:.0f} |")
        finally:
            for process in running.values():
                process.terminate()
            for process in running.values():
                process.wait(60)
            store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
