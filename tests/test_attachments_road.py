"""Reports that are only attachments, down the whole road: a site on loopback, WARC, both databases."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from warcio.archiveiterator import ArchiveIterator

from ingest.archive.archive import Archive
from ingest.attachments.links import Link
from ingest.follow import Limits
from ingest.keeping import Outcome
from ingest.model import Event, Filter, SourceKind
from ingest.pipeline import Pipeline
from ingest.poll import Poller
from ingest.settings import Settings
from ingest.sources.spec import Source
from ingest.store import (
    attachments,
    documents,
    dump,
    evidence,
    extraction,
    outbox,
    settlement,
    tables,
    watchlist,
)
from ingest.store.db import Store
from ingest.store.tables import pages
from ingest.web.session import Web
from tests.support.attached import REPORT, TARGETS, TITLE, container, pdf, word
from tests.support.sheet_files import xlsx
from tests.support.web_server import WebServer, Wire
from workers import jobs
from workers.context import Context
from workers.targets.extract import extract

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ARTICLE = """<html><head><meta charset="utf-8"><title>{title}_某区人民政府</title>
<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="2026-01-25 09:00"></head><body>
<div class="nav"><a href="/">首页</a><a href="/help.pdf">使用帮助.pdf</a></div>
<table class="zwxl-table"><tr><td>[ 索引号 ]</td><td>009333012/2026-00052</td></tr>
<tr><td>[ 发布机构 ]</td><td>荣昌区人民政府办公室</td><td>[ 成文日期 ]</td><td>2026-01-24</td></tr></table>
<h1>{title}</h1><div class="trs_editor_view">{body}</div>
<div class="footer">主办：某区人民政府办公室</div></body></html>"""


class Site:
    """One portal that lists `/t/1.html` or a file, and how to look at it."""

    def __init__(self, server: WebServer, store: Store, archive: Archive, folder: Path) -> None:
        self.server, self.store, self.archive, self.folder = server, store, archive, folder
        source = Source.model_validate(
            {
                "slug": "site",
                "name": "荣昌区人民政府",
                "kind": SourceKind.PORTAL,
                "home": server.url("/"),
                "delay": 0,
                "lists": [{"url": server.url("/list/")}],
            }
        )
        self.pipeline = Pipeline(store, None, {"site": source})
        self.settings = Settings(allow_hosts=("127.0.0.1",), host_delay=0)
        server.page("/robots.txt", status=404)

    def lists(self, href: str, title: str = f"{TITLE}（2026年）") -> None:
        item = f'<li><a href="{href}" title="{title}">{title[:8]}…</a><span>2026-01-25</span></li>'
        self.server.page("/list/", f'<html><body><ul class="list">{item}</ul></body></html>')

    def article(self, body: str, title: str = "政府工作报告") -> None:
        self.server.page("/t/1.html", ARTICLE.format(title=title, body=body))

    def look(self) -> list[Outcome]:
        """One round of polling; pages known already are looked at again."""

        async def with_web(do: Callable[[Web], Awaitable[Any]]) -> Any:
            async with Web.from_settings(self.settings, self.archive) as web:
                return await do(web)

        with self.store.begin() as tx:
            tx.execute(update(pages).values(next_fetch_at=self.pipeline.now()))
        rounds = asyncio.run(with_web(lambda web: Poller(self.pipeline, web).once()))
        return [outcome for one in rounds for outcome in one.outcomes]

    def told(self) -> list[Event]:
        """What subscribers are told after the workers had their turn."""
        context = Context(self.settings, extract)
        with self.store.read() as tx:
            versions = extraction.waiting(tx, self.pipeline.now(), timedelta(0))
            reports = settlement.unsettled(tx, self.pipeline.now(), timedelta(0))
        jobs.extract_all(self.store, context, versions)
        jobs.settle_all(self.store, context, reports)
        with self.store.read() as tx:
            return list(outbox.events(tx, Filter(headline_only=False), limit=1000))

    def page_id(self) -> int:
        with self.store.read() as tx:
            return int(tx.execute(select(pages.c.id)).scalar_one())

    def file(self) -> attachments.Attachment | None:
        with self.store.read() as tx:
            return attachments.read_from_now(tx, self.page_id())


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Iterator[Site]:
    with WebServer() as server, Archive(tmp_path / "warc") as archive:
        yield Site(server, store, archive, tmp_path / "warc")


def figures(events: list[Event]) -> set[tuple[str, float | None]]:
    return {
        (e.data["target"]["indicator"], e.data["target"]["low"])
        for e in events
        if e.type == "target.published"
    }


EXPECTED = {("gdp", 5.5), ("retail_sales", 5.0), ("general_budget_revenue", 3.0), ("new_urban_jobs", 12000.0)}


def test_a_page_that_holds_only_a_link_to_a_word_file(site: Site) -> None:
    raw = word()
    site.lists("/t/1.html")
    site.article('<p>（见附件）</p><p>附件：<a href="./P020260125.docx">2026年政府工作报告.docx</a></p>')
    disposition = "attachment; filename*=UTF-8''..%2F..%2F%E6%8A%A5%E5%91%8A.docx"
    site.server.page(
        "/t/P020260125.docx", raw, headers={"Content-Type": WORD, "Content-Disposition": disposition}
    )
    [outcome] = site.look()
    assert outcome.outcome == "NewVersion"

    events = site.told()
    [published] = [e for e in events if e.type == "report.published"]
    assert published.subject == "work_report/500153/2026"
    assert published.data["report"]["title"] == "政府工作报告"
    assert figures(events) == EXPECTED
    assert site.server.paths() == ["/list/", "/t/1.html", "/t/P020260125.docx"]

    with site.store.read() as tx:
        version = documents.version(tx, outcome.version_id or 0)
    assert version is not None
    assert version.header.index_number == "009333012/2026-00052"  # the page's own
    assert str(version.header.written_on) == "2026-01-24"
    assert TARGETS in version.body
    assert "见附件" not in version.body

    file = site.file()
    assert file is not None
    assert (file.name, file.version_id) == ("报告.docx", outcome.version_id)
    assert file.capture.sha256 == hashlib.sha256(raw).hexdigest()
    assert file.capture.warc_file is not None
    assert site.archive.read(file.capture.warc_file, file.capture.warc_offset or 0) == raw


def test_a_list_that_links_straight_to_a_pdf(site: Site) -> None:
    raw = pdf(title="政府工作报告")
    site.lists("/files/P020260125.pdf", f"{TITLE}（2026年）")
    site.server.page("/files/P020260125.pdf", raw, headers={"Content-Type": "application/octet-stream"})
    [outcome] = site.look()
    assert outcome.outcome == "NewVersion"
    events = site.told()
    [published] = [e for e in events if e.type == "report.published"]
    assert published.subject == "work_report/500153/2026"
    assert published.data["report"]["title"] == f"{TITLE}（2026年）"
    assert figures(events) == EXPECTED
    assert site.look()[0].outcome == "Unchanged"
    assert len(site.told()) == len(events)


def test_the_text_of_the_page_wins(site: Site) -> None:
    body = "".join(
        f"<p>{line}</p>" for line in (*REPORT, *(f"第{n}件小事，一件一件抓到底。" for n in range(20)))
    )
    site.lists("/t/1.html")
    site.article(body + '<p><a href="a.docx">政府工作报告.docx</a></p>', TITLE)
    [outcome] = site.look()
    assert outcome.outcome == "NewVersion"
    assert figures(site.told()) == EXPECTED
    assert site.server.paths() == ["/list/", "/t/1.html"]
    assert site.file() is None


def conditional(raw: bytes) -> Callable[[Wire], None]:
    etag = f'"{hashlib.sha256(raw).hexdigest()[:8]}"'

    def answer(wire: Wire) -> None:
        if wire.seen.headers.get("if-none-match") == etag:
            wire.answer(b"", 304, {"ETag": etag})
        else:
            wire.answer(raw, 200, {"Content-Type": WORD, "ETag": etag})

    return answer


def test_a_page_with_a_counter_does_not_archive_its_file_twice(site: Site) -> None:
    raw = word(extra=[f"<w:p><w:r><w:t>{'字' * 200}</w:t></w:r></w:p>"])
    site.lists("/t/1.html")
    site.server.page("/t/a.docx", raw, headers={"Content-Type": WORD})
    for visits in range(3):
        site.article(f'<p><a href="a.docx">政府工作报告.docx</a></p><!-- {visits} -->', TITLE)
        assert [o.outcome for o in site.look()] == ["SameVersion" if visits else "NewVersion"]
    with site.store.read() as tx:
        file = attachments.read_from_now(tx, site.page_id())
        assert dump.count(tx, tables.attachments) == 1
    assert file is not None
    with (site.folder / str(file.capture.warc_file)).open("rb") as stream:
        kinds = [
            record.rec_type
            for record in ArchiveIterator(stream)
            if record.rec_headers.get_header("WARC-Target-URI", "").endswith("a.docx")
        ]
    assert [kind for kind in kinds if kind != "request"] == ["response", "revisit", "revisit"]


@pytest.mark.both_databases
def test_a_file_replaced_under_its_page_is_a_revision(site: Site) -> None:
    site.lists("/t/1.html")
    site.article('<p><a href="a.docx">政府工作报告.docx</a></p>', TITLE)
    site.server.script("/t/a.docx", conditional(word()))
    assert [o.outcome for o in site.look()] == ["NewVersion"]
    first = site.told()
    assert [o.outcome for o in site.look()] == ["NotModified"]  # asked with a condition, answered 304
    assert site.server.paths().count("/t/a.docx") == 2
    assert site.told() == first

    changed = [line.replace("生产总值增长5.5%左右", "生产总值增长5%左右") for line in REPORT]
    site.server.script("/t/a.docx", conditional(word(changed)))
    assert [o.outcome for o in site.look()] == ["NewVersion"]
    [revised] = [e for e in site.told() if e.type == "target.revised"]
    assert (revised.data["previous"]["low"], revised.data["target"]["low"]) == (5.5, 5.0)
    with site.store.read() as tx:
        assert dump.count(tx, tables.attachments) == 2
    assert [o.outcome for o in site.look()] == ["NotModified"]

    site.article(
        "".join(f"<p>{line}</p>" for line in (*changed, *["又一件小事，一件一件抓到底。"] * 20)), TITLE
    )
    assert [o.outcome for o in site.look()] == ["NewVersion"]
    assert site.file() is None


@pytest.mark.parametrize(
    ("raw", "status", "code", "said"),
    [
        (b"Founder CEB 3.0", 200, "NotADocument", "a .ceb file (Founder Apabi); it is archived"),
        (container("OFD.xml"), 200, "NotADocument", "it is damaged (not an OFD file: OFD.xml has root <x>)"),
        (pdf()[:900], 200, "NotADocument", "damaged"),
        (b"<html>404</html>", 200, "NotADocument", "a page or plain text came instead"),
        (b"", 404, "BadAnswer", "an attachment that is not there"),
        (b"", 403, "Blocked", "403"),
        (word() + bytes(3 * 2**20), 200, "TooLarge", "announced"),
    ],
)
def test_what_cannot_be_read_stands_on_its_page(
    site: Site, raw: bytes, status: int, code: str, said: str
) -> None:
    site.pipeline.limits = Limits(size=2 * 2**20)
    site.lists("/t/1.html")
    site.article('<p>附件：<a href="P020260125.doc">2026年政府工作报告</a></p>', TITLE)
    site.server.page("/t/P020260125.doc", raw, status=status)
    [outcome] = site.look()
    assert outcome.outcome == code
    assert said in (outcome.message or "")
    assert site.told() == []
    with site.store.read() as tx:
        page = watchlist.page_of(tx, "site", site.server.url("/t/1.html"))
    assert page is not None
    assert (page.error, page.gone_at) == (code, None)


def test_several_reports_on_one_page_are_not_guessed_at(site: Site) -> None:
    site.lists("/t/1.html")
    links = "".join(f'<p><a href="{n}.docx">{n}镇政府工作报告.docx</a></p>' for n in "甲乙丙")
    site.article(links, "各镇工作报告")
    [outcome] = site.look()
    assert outcome.outcome in ("ShapeChanged", "NotADocument")
    assert len(site.server.paths()) == 2


def test_of_files_whose_names_say_nothing_the_text_chooses(site: Site) -> None:
    site.lists("/t/1.html")
    links = '<a href="1.docx">附件1.docx</a> <a href="2.docx">附件2.docx</a>'
    site.article(f'<div class="fj">{links}</div>', TITLE)
    site.server.page("/t/1.docx", word(["绿色发展：一种发展。"] * 40, "名词解释"))
    site.server.script("/t/2.docx", conditional(word()))
    assert [o.outcome for o in site.look()] == ["NewVersion"]
    assert figures(site.told()) == EXPECTED
    file = site.file()
    assert file is not None
    assert file.name == "2.docx"
    before = len(site.server.paths())
    assert [o.outcome for o in site.look()] == ["NotModified"]
    assert site.server.paths()[before:] == ["/t/1.html", "/t/2.docx"]


def test_the_table_of_targets_that_hangs_on_a_plan_report_is_part_of_it(site: Site) -> None:
    title = "关于荣昌区2025年国民经济和社会发展计划执行情况及2026年计划草案的报告"
    text = "".join(f"<p>第{n}件小事，一件一件抓到底，一年一年往前走。</p>" for n in range(30))
    table = '<a href="t.xlsx">附件：2026年主要指标计划表.xlsx</a><a href="p.xls">重点项目表.xls</a>'
    site.lists("/t/1.html", title)
    site.article(f"<p>各位代表：</p>{text}<div class='fj'>{table}</div>", title)
    site.server.page("/t/t.xlsx", b"", status=404)
    assert [o.outcome for o in site.look()] == ["NewVersion"]  # it hides no report
    assert figures(site.told()) == set()

    raw = xlsx()
    site.server.page("/t/t.xlsx", raw, headers={"Content-Type": "application/octet-stream"})
    assert [o.outcome for o in site.look()] == ["NewVersion"]
    told = site.told()
    assert figures(told) == EXPECTED
    assert "地区生产总值增长 % 6 5.2 5.5左右" in {
        e.data["target"]["quote"] for e in told if e.type == "target.published"
    }
    with site.store.read() as tx:
        [part] = evidence.last_time(tx, site.page_id()).parts.values()
    assert part.sha256 == hashlib.sha256(raw).hexdigest()
    assert [o.outcome for o in site.look()] == ["SameVersion"]

    site.server.page("/t/t.xlsx", raw[:900])
    [outcome] = site.look()  # what was read once does not vanish
    assert outcome.outcome == "BadAnswer"
    assert "t.xlsx was there" in (outcome.message or "")
    assert site.told() == told
    assert "/t/p.xls" not in site.server.paths()


def test_robots_speak_for_attachments_too(site: Site) -> None:
    site.server.page(
        "/robots.txt", "User-agent: *\nDisallow: /files/", headers={"Content-Type": "text/plain"}
    )
    site.lists("/t/1.html")
    site.article('<p><a href="/files/a.docx">政府工作报告.docx</a></p>', TITLE)
    [outcome] = site.look()
    assert outcome.outcome == "Blocked"
    assert "/files/a.docx" not in site.server.paths()


def test_the_store_keeps_a_link_as_it_is() -> None:
    assert Link("http://h/a.docx", "../../a").name == "../../a"  # data, never a path
