"""What was decided of a text where it can be ended stands, unless the store knows something else by then."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from ingest import keeping, pipeline
from ingest.belief import Tried
from ingest.compare.fingerprint import fingerprint_in
from ingest.follow import PageReading
from ingest.identity.decide import NOTHING, Decision, Known, decide
from ingest.keeping import Brought
from ingest.model import Identity, Kind, Reading
from ingest.reading import read_document
from ingest.source_health import source_row
from ingest.store import documents, knowledge, tables, watchlist
from ingest.store.db import Store
from ingest.telemetry import trace
from tests.support.copies import synthetic_report
from tests.support.polling import portal_of_yubei
from tests.support.store_samples import NOW, a_capture, a_page, a_reading, show, watch
from tests.support.watched_report import PATH, Site, report
from tests.support.web_server import WebServer


def test_a_new_text_is_decided_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    decided: list[Known] = []

    def again(known: Known, sha256: str, reading: Reading) -> Decision:
        decided.append(known)
        return decide(known, sha256, reading)

    monkeypatch.setattr(keeping, "decide", again)
    with WebServer() as server:
        site = Site(store, server)
        site.look()
        assert site.told() == ["report.published", *["target.published"] * 6]
        assert decided == [NOTHING]
        decided.clear()
        server.page(PATH, report().replace("</p></div>", "</p>\n</div>"))
        site.look()
    [known] = decided
    assert known.version_id is not None, "what is known already needs no trial"


def test_it_does_not_stand_where_something_came_between() -> None:
    reading = read_document(report().encode(), "report.html")
    known = Known(None, None, None, None, None)
    tried = Tried(known, "a", reading, decide(known, "a", reading))
    assert tried.holds(known, "a", reading)
    assert not tried.holds(replace(known, report_id=7), "a", reading)
    assert not tried.holds(known, "b", reading)
    assert not tried.holds(known, "a", replace(reading, content_hash="sha256:0"))


@pytest.mark.both_databases
def test_what_comes_between_is_decided_on(store: Store) -> None:
    """After a text was tried as one of which nothing is known, and before it is kept."""
    road = pipeline.Pipeline(store, None, {}, now=lambda: NOW)
    with store.begin() as tx:
        watch(tx)
    for n, comes in enumerate(("nothing", "its text", "its report", "a piece of it", "a text on its page")):
        body, code = synthetic_report(n).body, f"50010{n + 1}"
        news = a_reading(body, code=code)
        with store.begin() as tx:
            page, other = a_page(tx, name=str(n)), a_page(tx, "repost", str(n))
        read = PageReading(news, a_capture())
        tried = asyncio.run(road.belief.try_out(page, read, None))
        assert tried is not None
        assert tried.known == NOTHING
        first = None
        with store.begin() as tx:
            match comes:
                case "its text":
                    first = show(tx, other, news)
                case "its report":
                    first = show(tx, other, a_reading(f"{body}\n此外还有一句。", code=code))
                case "a piece of it":
                    piece = a_reading(body[: len(body) // 2], title="")
                    nameless = Identity(Kind.OTHER, report_key="doc/0")
                    first = show(tx, other, replace(piece, identity=nameless))
                case "a text on its page":
                    first = show(
                        tx, page, a_reading(synthetic_report(9).body, code="500109"), sha256="b" * 64
                    )
        outcome = road.keeper.keep(Brought(page, read, True, None, tried))
        assert outcome.outcome == ("NewCopy" if comes == "its text" else "NewVersion")
        with store.read() as tx:
            shown = knowledge.shown_on(tx, page.id)
            before = documents.version(tx, first.version_id) if first and first.version_id else None
            live = (
                [copy for copy in documents.copies_of(tx, shown.report_id) if copy.ended_at is None]
                if shown
                else []
            )
        assert shown is not None
        assert shown.id == outcome.version_id
        if before is not None and comes != "a text on its page":
            assert before.report_id == shown.report_id, comes
        assert sum(copy.page_id == page.id for copy in live) == 1


@pytest.mark.both_databases
def test_what_is_kept_together_is_decided_as_one_after_the_other(store: Store) -> None:
    """Several pages that are news: two of one text, two of one report, one that was read meanwhile, and one
    that has another's text for the most part."""
    queue: Any = Woken()
    source = portal_of_yubei("http://yubei.example")
    road = pipeline.Pipeline(store, queue, {source.slug: source}, now=lambda: NOW)
    with store.begin() as tx:
        watchlist.sync_sources(tx, [source_row(source)], NOW)
    texts = [synthetic_report(n).body for n in range(3)]
    readings = [
        a_reading(texts[0], code="500112"),
        a_reading(texts[0], code="500112"),
        a_reading(texts[1], code="500113"),
        a_reading(f"{texts[1]}\n此外还有一句。", code="500113"),
        a_reading(texts[2], code="500114"),
        a_reading(f"{texts[0]}\n另有一句话要说。", code="500115"),
    ]
    brought = []
    for n, reading in enumerate(readings):
        with store.begin() as tx:
            page = a_page(tx, source.slug, str(n))
        taken_along = replace(reading, fingerprint=fingerprint_in(reading), compilation=False)
        read = PageReading(taken_along, a_capture(sha256=f"{n}" * 64))
        one = Brought(page, read, True, None, trace_id=trace.new_trace_id(NOW))
        assert one.plain
        brought.append(one)
    with trace.traced(brought[4].trace_id):
        assert road.keeper.keep(brought[4]).outcome == "NewVersion"
    queue.ids.clear()

    together = road.keeper.keep_news(brought)
    assert [one and one.outcome for one in together] == [
        *("NewVersion", None, "NewVersion", None, None, None)
    ]
    assert queue.ids == [[one.version_id for one in together if one]]
    for n, decided in ((1, "NewCopy"), (3, "NewVersion"), (4, "SameVersion"), (5, "NewVersion")):
        with trace.traced(brought[n].trace_id):
            assert road.keeper.keep(brought[n]).outcome == decided
    with store.read() as tx:
        kept = tx.execute(select(tables.versions.c.trace_id).order_by(tables.versions.c.id)).scalars().all()
    assert sorted(kept) == sorted(str(brought[n].trace_id) for n in (4, 0, 2, 3, 5))


class Woken:
    def __init__(self) -> None:
        self.ids: list[list[int]] = []

    def enqueue(self, _job: str, ids: list[int]) -> int:
        self.ids.append(ids)
        return 1
