"""An article on two pages down the whole road: a site on loopback, its archive, both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update
from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord

from ingest import follow
from ingest.archive.archive import Archive
from ingest.keeping import Outcome
from ingest.pipeline import Pipeline
from ingest.poll import Poller
from ingest.settings import Settings
from ingest.sources.spec import Source
from ingest.store import evidence
from ingest.store.db import Store
from ingest.store.tables import captures, copies, pages, versions
from ingest.web.session import Web
from tests.support.web_server import WebServer, Wire

FIRST = "我们先把去年的账一笔一笔说清楚，修了几条路、补了几座桥、添了几张病床，都写在附表里。" * 6
SECOND = "今年经济社会发展的主要预期目标是：地区生产总值增长6%左右，一般公共预算收入增长3%。"


class Site:
    """One repost site whose report is `/baogao/xn/7.html` and `7_2.html`, both with an ETag."""

    def __init__(self, server: WebServer, store: Store, archive: Archive) -> None:
        self.server, self.store, self.archive = server, store, archive
        source = Source.model_validate(
            {
                "slug": "site",
                "name": "某站",
                "family": "repost",
                "delay": 0,
                "lists": [server.url("/baogao/xn/")],
            }
        )
        self.pipeline = Pipeline(store, None, {"site": source})
        server.page("/robots.txt", status=404)
        item = '<li><a href="/baogao/xn/7.html">(重庆市)城口县人民政府工作报告(2026年1月12日)</a></li>'
        server.page("/baogao/xn/", f"<html><body><ul>{item}</ul></body></html>")
        self.show("/baogao/xn/7.html", FIRST)
        self.show("/baogao/xn/7_2.html", SECOND)

    def show(self, path: str, text: str) -> None:
        links = '<p><a href="/baogao/xn/7.html">1</a> <a href="/baogao/xn/7_2.html">2</a></p>'
        title = "(重庆市)城口县人民政府工作报告(2026年1月12日)"
        body = f"<h1>{title}</h1><div class='content'><p>{text}</p>{links}</div>"
        page = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
        etag = f'"{hash(page)}"'

        def answer(wire: Wire) -> None:
            same = wire.seen.headers.get("if-none-match") == etag
            wire.answer(b"" if same else page.encode(), 304 if same else 200, {"ETag": etag})

        self.server.script(path, answer)

    def look(self) -> list[Outcome]:
        with self.store.begin() as tx:
            tx.execute(update(pages).values(next_fetch_at=self.pipeline.now()))

        async def go() -> list[Outcome]:
            settings = Settings(allow_hosts=("127.0.0.1",), host_delay=0)
            async with Web.from_settings(settings, self.archive) as web:
                rounds = await Poller(self.pipeline, web).once()
            return [outcome for one in rounds for outcome in one.outcomes]

        return asyncio.run(go())

    def bodies(self) -> list[str]:
        query = select(versions.c.body).join(copies, copies.c.version_id == versions.c.id)
        with self.store.read() as tx:
            return list(tx.scalars(query.where(copies.c.ended_at.is_(None))))


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Iterator[Site]:
    with WebServer() as server, Archive(tmp_path / "warc") as archive:
        yield Site(server, store, archive)


@pytest.mark.both_databases
def test_its_pages_are_one_text(site: Site) -> None:
    assert [one.outcome for one in site.look()] == ["NewVersion"]
    assert site.bodies() == [f"{FIRST}\n{SECOND}"]
    assert site.server.paths().count("/baogao/xn/7_2.html") == 1


def test_the_first_page_alone_does_not_prove_that_nothing_changed(site: Site) -> None:
    site.look()
    assert [one.outcome for one in site.look()] == ["SameVersion"]
    site.show("/baogao/xn/7_2.html", SECOND.replace("6%左右", "5%左右"))
    assert [one.outcome for one in site.look()] == ["NewVersion"]
    assert "5%左右" in site.bodies()[0]


def test_a_page_that_is_missing_is_said_and_costs_nothing_that_is_known(site: Site) -> None:
    site.look()
    site.server.page("/baogao/xn/7_2.html", status=404)
    [outcome] = site.look()
    assert outcome.outcome == "BadAnswer"
    assert "7_2.html" in (outcome.message or "")
    assert site.bodies() == [f"{FIRST}\n{SECOND}"]


def test_each_page_is_archived_and_no_payload_twice(site: Site, tmp_path: Path) -> None:
    for _ in range(3):
        site.look()
    with site.store.read() as tx:
        rows = tx.execute(select(captures.c.part, captures.c.warc_file).order_by(captures.c.id)).all()
        page_id = tx.scalar(select(pages.c.id)) or 0
        parts = evidence.last_time(tx, page_id).parts
    assert sorted(row.part or 1 for row in rows) == [1, 2]
    assert all(row.warc_file for row in rows)
    assert [url.rpartition("/")[2] for url in parts] == ["7_2.html"]
    site.archive.close()
    kinds = [
        record.rec_type
        for file in sorted((tmp_path / "warc").glob("*.warc.gz"))
        for record in _records(file)
        if (record.rec_headers.get_header("WARC-Target-URI") or "").endswith("7_2.html")
        and record.rec_type != "request"
    ]
    assert kinds == ["response", "revisit", "revisit"]


def _records(file: Path) -> list[ArcWarcRecord]:
    with file.open("rb") as stream:
        return list(ArchiveIterator(stream))  # type: ignore[no-untyped-call]


def test_a_page_that_leads_back_to_the_first_ends_the_article(site: Site) -> None:
    site.server.page("/baogao/xn/7_2.html", status=302, location="/baogao/xn/7.html")
    assert [one.outcome for one in site.look()] == ["NewVersion"]
    assert site.bodies() == [FIRST]


def test_the_pages_of_an_article_are_bounded_together(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "MOST_BYTES", 1000)
    [outcome] = site.look()
    assert outcome.outcome == "TooLarge"
    assert site.bodies() == []


def test_a_page_that_leads_to_the_whole_text_is_read_with_it(site: Site) -> None:
    title = "(重庆市)城口县人民政府工作报告(2026年1月12日)"
    whole = '<p><a href="/baogao/whole/9.html">[查看全文]</a></p>'
    stub = f"<h1>{title}</h1><div class='content'><p>{FIRST[:41]}……</p>{whole}</div>"
    site.server.page("/baogao/xn/7.html", f"<html><body>{stub}</body></html>")
    text = f"<h1>{title}</h1><div class='content'><p>{FIRST}</p><p>{SECOND}</p></div>"
    site.server.page("/baogao/whole/9.html", f"<html><body>{text}</body></html>")
    assert [one.outcome for one in site.look()] == ["NewVersion"]
    assert site.bodies() == [f"{FIRST}\n{SECOND}"]
    site.server.page("/baogao/whole/9.html", status=404)
    assert [one.outcome for one in site.look()] == ["BadAnswer"]
    assert site.bodies() == [f"{FIRST}\n{SECOND}"]


def test_where_the_whole_text_was_never_there_its_beginning_is_read(site: Site) -> None:
    link = "<a href='/none.html'>阅读全文&gt;&gt;</a>"
    stub = f"<h1>城口县政府工作报告</h1><div class='content'><p>{FIRST[:41]}。</p>{link}</div>"
    site.server.page("/baogao/xn/7.html", f"<html><body>{stub}</body></html>")
    assert [one.outcome for one in site.look()] == ["NewVersion"]
    assert site.bodies()[0].startswith(FIRST[:41])
