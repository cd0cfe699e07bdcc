"""For tests of what comes after reading: put a text on a page, as the pipeline does after a fetch."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta

from ingest.compare.fingerprint import content_hash
from ingest.identity.decide import decide
from ingest.model import Article, Capture, Header, Identity, Kind, ListItem, Reading, Region, SourceKind
from ingest.store import vanished, watchlist
from ingest.store.db import Store
from ingest.store.documents import Applied
from tests.support import deciding

REGION = Region("500113", "巴南区", ("重庆市", "巴南区"), "500000")
KEY = "work_report/500113/2026"


def reading(
    body: str,
    *,
    key: str = KEY,
    title: str = "2026年巴南区政府工作报告",
    region: Region = REGION,
    year: int = 2026,
    put_up: date | None = None,
) -> Reading:
    found = Identity(Kind.WORK_REPORT, year, region, report_key=key, title=title)
    return Reading(Article(title, body, Header(title=title), published_at=put_up), found, content_hash(body))


def show(
    store: Store,
    body: str,
    *,
    source: str = "banan",
    page: str = "1",
    official: bool = True,
    key: str = KEY,
    region: Region = REGION,
    year: int = 2026,
    now: datetime | None = None,
    put_up: date | None = None,
) -> Applied:
    """This page shows this text now; `put_up`: as it dates itself."""
    now = now or datetime.now(UTC)
    url = f"https://{source}.example/{page}"
    text = reading(body, key=key, region=region, year=year, put_up=put_up)
    kind = SourceKind.PORTAL if official else SourceKind.REPOST
    with store.begin() as tx:
        row = watchlist.SourceRow(source, source, kind, official, f"https://{source}.example/")
        watchlist.ensure_source(tx, row)
        known_page = watchlist.page_of(tx, source, url)
        if known_page is None:
            [known_page] = watchlist.see_items(tx, source, [ListItem(url, "题")], now)
        sha256 = hashlib.sha256(body.encode()).hexdigest()
        decision = decide(deciding.known(tx, known_page, text), sha256, text)
        applied = deciding.apply(tx, known_page, decision, text, official=official, now=now)
        capture = Capture(now, 200, sha256, len(body))
        later = now + timedelta(days=1)
        deciding.had(tx, known_page.id, capture, later)
    return applied


def take_down(store: Store, *, source: str = "banan", page: str = "1") -> None:
    """This page is gone: 404 twice in a row."""
    now = datetime.now(UTC)
    with store.begin() as tx:
        known_page = watchlist.page_of(tx, source, f"https://{source}.example/{page}")
        assert known_page is not None
        for _ in range(2):
            vanished.page_missing(tx, known_page.id, now, now, "Gone", "404")
