"""A scan down the whole road: found, recognised, announced with its doubts, confirmed by a typed text.

What the engine says is stood in for, but in one story, which has the real one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update

from alerts.cli import doctor
from ingest.archive.archive import Archive
from ingest.errors import ArchiveError
from ingest.events import EventType
from ingest.evidence import behind, payload
from ingest.keeping import Outcome
from ingest.model import Event, Figure, Filter, Kind, SourceKind
from ingest.ocr.pages import Scanned
from ingest.pipeline import Pipeline
from ingest.poll import Poller
from ingest.queue import Queue
from ingest.retention import Forgotten, forget
from ingest.settings import Settings
from ingest.sources.spec import Source
from ingest.store import (
    backlog,
    documents,
    extraction,
    figures,
    leaders,
    outbox,
    presence,
    scans,
    settlement,
    tables,
)
from ingest.store.db import Store
from ingest.web.session import Web
from tests.support.attached import REPORT, TITLE, drawn
from tests.support.scanned import as_seen, needs_engine, scanned_pdf
from tests.support.site_server import served
from tests.support.web_server import WebServer
from workers import jobs
from workers import scans as scan_jobs
from workers.context import Context
from workers.targets.extract import extract

NAME = "2026年荣昌区政府工作报告"
EVERYTHING = Filter(types=tuple(EventType), headline_only=False)
SHELL = """<html><head><meta charset="utf-8"><title>{title}</title></head><body><h1>{title}</h1>
<div class="content"><p>附件：<a href="./scan.pdf">{title}.pdf</a></p></div></body></html>"""
TYPED = """<html><head><meta charset="utf-8"><title>{title}</title></head><body><h1>{title}</h1>
<div class="content">{body}</div></body></html>"""


class Sites:
    """A portal and a site that reposts; what the engine sees is `seen`, or, None, the real one's."""

    def __init__(self, server: WebServer, store: Store, archive: Archive, folder: Path) -> None:
        self.server, self.store, self.archive = server, store, archive
        self.settings = Settings(
            allow_hosts=("127.0.0.1",), host_delay=0, data_dir=folder, archive_dir=folder / "warc", ocr=True
        )
        self.sources = {
            slug: Source.model_validate(
                {"slug": slug, "name": slug, "kind": kind, "home": server.url("/"), "delay": 0,
                 "lists": [{"url": server.url(f"/{slug}/")}]}
            )
            for slug, kind in (("portal", SourceKind.PORTAL), ("repost", SourceKind.REPOST))
        }  # fmt: skip
        # Nobody answers there: a scan that nobody could be woken for is found all the same.
        self.queue = Queue.of_scans(self.settings, retries=0)
        self.pipeline = Pipeline(store, None, self.sources, scans=self.queue)
        server.page("/robots.txt", status=404)
        for slug in self.sources:
            self.shows(slug)

    def shows(self, slug: str, *paths: str, title: str = NAME) -> None:
        items = "".join(f'<li><a href="{path}">{title}</a><span>2026-01-25</span></li>' for path in paths)
        self.server.page(f"/{slug}/", f"<html><body><ul class='list'>{items}</ul></body></html>")

    def scan(self, raw: bytes, title: str = NAME) -> None:
        self.server.page("/p/1.html", SHELL.format(title=title))
        self.server.page("/p/scan.pdf", raw, headers={"Content-Type": "application/pdf"})
        self.shows("portal", "/p/1.html", title=title)

    def types(self, slug: str, lines: Sequence[str] = REPORT) -> None:
        body = "".join(f"<p>{line}</p>" for line in lines)
        self.server.page(f"/{slug}/2.html", TYPED.format(title=NAME, body=body))
        self.shows(slug, f"/{slug}/2.html", *(["/p/1.html"] if slug == "portal" else []))

    def look(self) -> list[Outcome]:
        async def once() -> list[Outcome]:
            async with Web.from_settings(self.settings, self.archive) as web:
                rounds = await Poller(self.pipeline, web).once()
            return [outcome for one in rounds for outcome in one.outcomes]

        with self.store.begin() as tx:
            tx.execute(update(tables.pages).values(next_fetch_at=self.pipeline.now()))
            tx.execute(update(tables.lists).values(next_poll_at=self.pipeline.now()))
        return asyncio.run(once())

    def recognise(self) -> list[bool]:
        with self.store.read() as tx:
            waiting = scans.waiting(tx, self.pipeline.now(), timedelta(0))
        return [scan_jobs.read_one(self.settings, self.pipeline, self.archive, one) for one in waiting]

    def told(self) -> list[Event]:
        """What subscribers are told after the workers had their turn."""
        context = Context(self.settings, extract)
        with self.store.read() as tx:
            versions = extraction.waiting(tx, self.pipeline.now(), timedelta(0))
            reports = settlement.unsettled(tx, self.pipeline.now(), timedelta(0))
            before = {event.id for event in outbox.events(tx, EVERYTHING, limit=1000)}
        jobs.extract_all(self.store, context, versions)
        jobs.settle_all(self.store, context, reports)
        with self.store.read() as tx:
            events = outbox.events(tx, EVERYTHING, limit=1000)
            return [event for event in events if event.id not in before]

    def leading(self) -> tuple[bool, list[Figure]]:
        """Of the only report: whether a scan leads it, and the targets of what leads."""
        with self.store.read() as tx:
            [report_id] = tx.execute(select(tables.reports.c.id)).scalars()
            version = documents.version(tx, leaders.leading_versions(tx, [report_id])[report_id])
            assert version is not None
            return version.ocr, figures.targets_of(tx, version.id)


@pytest.fixture
def sites(store: Store, tmp_path: Path) -> Iterator[Sites]:
    with WebServer() as server, Archive(tmp_path / "warc") as archive:
        yield Sites(server, store, archive, tmp_path)


def sees(monkeypatch: pytest.MonkeyPatch, lines: Sequence[str] = REPORT, unsure: str = "") -> None:
    def recognise(*_: object) -> Scanned:
        return as_seen([TITLE, *lines], unsure)

    monkeypatch.setattr(scan_jobs, "recognise", recognise)
    monkeypatch.setattr(scan_jobs, "engine", lambda: "engine 1 chi_sim")


MISREAD = [line.replace("增长5.5%左右", "增长55%左右").replace("1.2万人", "1.7万人") for line in REPORT]


def test_a_scan_waits_is_read_and_is_told_with_its_doubts(
    sites: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    sees(monkeypatch, unsure="5.5%左右")
    sites.scan(drawn(2))
    [outcome] = sites.look()
    assert outcome.outcome == "Scan"
    assert "it waits for OCR" in str(outcome.message)
    assert sites.told() == []
    assert sites.recognise() == [True]
    events = sites.told()
    assert [e.type for e in events if e.type.startswith("report")] == ["report.provisional"]
    ocr, targets = sites.leading()
    assert ocr
    assert {(f.indicator, f.confidence) for f in targets} >= {("gdp", 0.4), ("retail_sales", 0.95)}
    assert all("ocr" in f.flags and not f.headline for f in targets)
    told = [e.data["target"] for e in events if e.type == "target.published"]
    assert told
    assert all("ocr" in one["flags"] and one["confidence"] and not one["headline"] for one in told)
    # Its pictures stand beside the file.
    with sites.store.read() as tx:
        trail = behind(tx, events[0].data["report"]["key"])
    [picture] = [e for e in trail.exhibits if e.part is not None]
    assert payload(sites.archive, picture) == b"\xff\xd8picture"
    # The page shows what it showed: nothing waits again.
    assert [o.outcome for o in sites.look()] == ["NotModified"]
    assert sites.recognise() == []
    assert sites.told() == []


def test_a_typed_text_confirms_a_scan_and_takes_its_place(
    sites: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    sees(monkeypatch, MISREAD)
    sites.scan(drawn(2))
    sites.look()
    sites.recognise()
    sites.told()
    sites.types("repost")
    sites.look()
    events = sites.told()
    [confirmed] = [e for e in events if e.type.startswith("report")]
    assert confirmed.type == "report.confirmed"
    assert {f["indicator"] for f in confirmed.data["agreed"]} == {"retail_sales", "general_budget_revenue"}
    assert confirmed.data["agreed_total"] == 2
    differing = [(d["previous"] or {}).get("low") for d in confirmed.data["differences"]]
    assert 17000.0 in differing
    ocr, targets = sites.leading()
    assert not ocr
    assert all("ocr" not in f.flags and f.confidence is None for f in targets)
    headline = {e.data["target"]["indicator"] for e in events if e.type == "target.published"}
    assert {"retail_sales", "general_budget_revenue", "gdp"} <= headline
    [revised] = [e for e in events if e.type == "target.revised"]
    assert (revised.data["previous"]["low"], revised.data["target"]["low"]) == (17000.0, 12000.0)


def test_a_scan_never_contradicts_a_typed_text(sites: Sites, monkeypatch: pytest.MonkeyPatch) -> None:
    sees(monkeypatch, MISREAD)
    sites.types("repost")
    sites.look()
    sites.told()
    sites.scan(drawn(2))
    sites.look()
    sites.recognise()
    assert [e.type for e in sites.told()] == ["copy.appeared"]
    assert not sites.leading()[0]
    # Even when nothing else shows the report any more.
    sites.server.page("/repost/2.html", status=404)
    sites.shows("repost")
    for _ in range(4):
        sites.look()
    assert [e.type for e in sites.told()] == []


def test_without_ocr_it_is_said_and_nothing_waits(sites: Sites) -> None:
    sites.pipeline.scans = None
    sites.scan(drawn(2))
    [outcome] = sites.look()
    assert (outcome.outcome, "OCR is off (GONGBAO_OCR)" in str(outcome.message)) == ("Scan", True)
    assert sites.recognise() == []


def test_what_ocr_cannot_read_is_said_on_its_page(sites: Sites, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_jobs, "engine", lambda: "engine 1 chi_sim")
    sites.settings = sites.settings.model_copy(update={"ocr_pages": 1})
    sites.scan(drawn(2))
    sites.look()
    assert sites.recognise() == [False]
    [outcome] = sites.look()
    assert outcome.outcome == "Scan"
    assert "it has 2 pages; 1 are read by OCR at most (GONGBAO_OCR_PAGES)" in str(outcome.message)
    assert sites.recognise() == []


@pytest.mark.both_databases
def test_an_archive_that_is_away_costs_a_scan_nothing(sites: Sites, monkeypatch: pytest.MonkeyPatch) -> None:
    sees(monkeypatch)
    sites.scan(drawn(2))
    sites.look()
    folder = sites.settings.archive
    away = folder.rename(folder.with_name("away"))
    for _ in range(sites.settings.max_attempts + 1):
        with pytest.raises(ArchiveError, match="No such file"):
            sites.recognise()
    away.rename(folder)
    assert sites.recognise() == [True]
    assert "report.provisional" in [e.type for e in sites.told()]


@pytest.mark.both_databases
def test_a_scan_that_waits_long_keeps_its_file(sites: Sites, monkeypatch: pytest.MonkeyPatch) -> None:
    sees(monkeypatch)
    sites.scan(drawn(2))
    sites.look()
    sites.archive.close()  # the file is whole
    kept = sites.settings.model_copy(update={"capture_days": 30.0, "warc_days": 30.0})
    late = sites.pipeline.now() + timedelta(days=100)
    assert forget(kept, sites.store, sites.archive, late) == Forgotten()
    assert sites.recognise() == [True]


@pytest.mark.parametrize(
    ("error", "again"), [("ArchiveError", True), ("NotArchived", True), ("TooLarge", False)]
)
def test_a_scan_that_was_given_up_for_its_archive_waits_again(
    sites: Sites, monkeypatch: pytest.MonkeyPatch, error: str, again: bool
) -> None:
    sees(monkeypatch)
    sites.scan(drawn(2))
    sites.look()
    with sites.store.begin() as tx:
        [scan] = scans.waiting(tx, sites.pipeline.now(), timedelta(0))
        scans.done(tx, scan, sites.pipeline.now(), error, "it is away")
    [outcome] = sites.look()
    assert str(outcome.message).endswith("it waits for OCR" if again else "it is away")
    assert sites.recognise() == [True] * again


@pytest.mark.both_databases
def test_what_waits_and_who_reads_it_is_seen_by_the_operator(sites: Sites, database: str) -> None:
    sites.scan(drawn(2))
    sites.look()

    def seen(role: str | None = None, *, ocr: bool = True) -> dict[str, tuple[str, str]]:
        settings, now = Settings(database_url=database, ocr=ocr), datetime.now(UTC)
        found = doctor.examine_role(settings, role, now) if role else doctor.examine(settings, now)
        return {one.about: (one.level.value, one.text) for one in found}

    nobody = "nobody at work; `gongbao up` or `gongbao work --queue ocr` starts one"
    nothing = "0 versions to extract, 0 reports to compare, 0 deliveries due"
    assert seen()["ocr"] == ("note", nobody)
    assert seen("ocr") == {"ocr": ("fault", nobody)}
    assert seen()["to do"] == ("note", f"{nothing}, 1 scan to read")
    assert seen(ocr=False)["to do"] == ("ok", nothing)
    assert "ocr" not in seen(ocr=False)
    with sites.store.begin() as tx:
        for role in presence.expected(ocr=False):
            presence.beat(tx, role, "1", datetime.now(UTC))
        assert backlog.backlog(tx, datetime.now(UTC), timedelta(minutes=1)).scans.number == 1
    for ocr, state in ((True, "有进程停止"), (False, "正常")):
        with served(sites.store, ocr=ocr) as url:
            page = httpx.get(f"{url}/status").text
        assert ("待识读" in page) is ocr
        assert state in page
    with sites.store.begin() as tx:
        presence.beat(tx, "ocr", "1", datetime.now(UTC))
    assert seen("ocr")["ocr"][0] == "ok"


def test_a_scan_that_was_never_archived_is_said_on_its_page(
    sites: Sites, monkeypatch: pytest.MonkeyPatch
) -> None:
    sees(monkeypatch)
    sites.scan(drawn(2))
    sites.look()
    with sites.store.begin() as tx:
        [sighting] = tx.execute(select(tables.scans.c.sighting)).scalars()
        sighting["file"]["capture"]["warc_file"] = None
        tx.execute(update(tables.scans).values(sighting=sighting))
    assert sites.recognise() == [False]
    with sites.store.begin() as tx:
        assert tx.scalar(select(tables.scans.c.error)) == "NotArchived"


@needs_engine
def test_a_scanned_report_by_the_real_engine(sites: Sites) -> None:
    sites.scan(scanned_pdf([TITLE, *REPORT]))
    sites.look()
    assert sites.recognise() == [True]
    sites.told()
    expected = extract("\n".join(REPORT), year=2026, kind=Kind.WORK_REPORT, region=None)
    ocr, targets = sites.leading()
    assert ocr
    read = {(f.indicator, f.low, f.comparator) for f in targets}
    assert read == {(f.indicator, f.low, f.comparator) for f in expected.targets}
    assert all(f.confidence for f in targets)
