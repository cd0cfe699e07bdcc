"""How many statements a page costs its database, from the answer of its host to the commit: upper bounds.

Only the web is replaced: what is counted is all that the road asks and writes.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import event

from ingest.exchange import Fetched, Request
from ingest.model import ListItem
from ingest.pipeline import Pipeline
from ingest.settings import Settings
from ingest.source_health import source_row
from ingest.store import watchlist
from ingest.store.db import Store
from ingest.web.session import Web
from tests.bench.house import Document, make_documents
from tests.support.polling import portal_of_yubei
from tests.support.store_samples import NOW
from workers import jobs
from workers.context import Context
from workers.targets.extract import extract

pytestmark = pytest.mark.both_databases
SOURCE = portal_of_yubei("http://yubei.example")


@dataclass
class Counted:
    """A road on which statements are counted."""

    store: Store
    now: Any = NOW
    said: list[str] = field(default_factory=list)

    def take(self, path: str, html: bytes) -> tuple[str, int | None, int]:
        """What became of a page that shows this, its version, and how many statements that took."""
        url = f"http://yubei.example{path}"
        self.now += timedelta(minutes=1)
        with self.store.begin() as tx:
            watchlist.see_items(tx, SOURCE.slug, [ListItem(url, "题")], self.now)
            page = watchlist.page_of(tx, SOURCE.slug, url)
        assert page is not None
        queue: Any = _Queue()
        pipeline = Pipeline(self.store, queue, {SOURCE.slug: SOURCE}, now=lambda: self.now)
        with self.counted():
            outcome = asyncio.run(pipeline.take(page, cast(Web, _Web(html, self.now))))
        return outcome.outcome, outcome.version_id, len(self.said)

    @contextmanager
    def counted(self) -> Iterator[None]:
        def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if not statement.startswith(("PRAGMA", "BEGIN", "SET ")):  # of the transaction itself
                self.said.append(statement)

        self.said.clear()
        event.listen(self.store._engine, "before_cursor_execute", hear)
        try:
            yield
        finally:
            event.remove(self.store._engine, "before_cursor_execute", hear)


class _Queue:
    def enqueue(self, _job: str, ids: list[int]) -> int:
        return len(ids)


@dataclass
class _Web:
    """A host that shows one page, as of that moment."""

    html: bytes
    at: Any

    async def fetch(self, request: Request, **_: object) -> Fetched:
        return Fetched(
            url=request.url, final_url=request.url, status=200 if self.html else 304,
            headers=(("content-length", str(len(self.html))),), body=self.html, wire_size=len(self.html),
            sha256=hashlib.sha256(self.html).hexdigest(), content_type="text/html; charset=utf-8", etag=None,
            last_modified=None, fetched_at=self.at, warc_file="a.warc.gz", warc_offset=0,
        )  # fmt: skip


@pytest.fixture
def road(store: Store) -> Counted:
    with store.begin() as tx:
        watchlist.sync_sources(tx, [source_row(SOURCE)], NOW)
    return Counted(store)


@pytest.fixture(scope="module")
def made() -> list[Document]:
    return make_documents(3)


def test_a_page_costs_so_many_statements(
    road: Counted, made: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_dir="/nowhere", database_url="sqlite:////nowhere/none.db")
    context = Context(settings, extract)
    monkeypatch.setattr(jobs, "wake", lambda *_: None)
    for document in made[:2]:  # sentences of theirs are in the third
        _, version_id, _ = road.take(document.path, document.html)
        assert version_id is not None
        jobs.extract_all(road.store, context, [version_id])
    path, html = made[2].path, made[2].html

    became, version_id, new = road.take(path, html)
    assert became == "NewVersion", road.said
    assert new <= 14, road.said  # two of them before it is known that its text can be read in time
    assert version_id is not None
    with road.counted():
        assert jobs.extract_all(road.store, context, [version_id]) > 0
    assert len(road.said) <= 15, road.said

    became, _, unchanged = road.take(path, html)
    assert became == "Unchanged"
    assert unchanged <= 4, road.said

    became, _, not_modified = road.take(path, b"")
    assert became == "NotModified"
    assert not_modified <= 4, road.said
