"""Every feed and archive keeps the rules of feed_rules.py; and those refuse what breaks them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from test_feeds import GDP, HOSTILE, INFO, PUBLISHED, REVISED, WAS, event

from alerts.feeds.render import FeedFormat
from ingest.events import EventType
from ingest.model import Filter
from ingest.store import saved_feeds
from ingest.store.db import Store
from ingest.store.saved_feeds import SavedFeed
from tests.support.feed_rules import complaints
from tests.support.site_server import served, stored
from tests.support.subscribers import report_event, tell
from tests.support.whole_feed import render

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
EXTENSIONS = ("atom", "rss", "json")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A winter of every kind of event, after 250 of the year before: two archives and a bit."""
    with stored(tmp_path_factory.mktemp("validity"), seeded=False) as store:
        from tests.support import site_data

        tell(store, *(report_event(n, LONG_AGO + timedelta(minutes=n)) for n in range(250)))
        site_data.seed(store)
        with store.begin() as tx:
            saved_feeds.add(tx, SavedFeed("cq", "重庆 <全部> & 更多", Filter(regions=("500000",)), LONG_AGO))
        yield store


@pytest.fixture(scope="module", params=[None, "https://hub.example.org/"], ids=["no hub", "hub"])
def client(store: Store, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    with (
        served(store, websub_hub=request.param) as url,
        httpx.Client(base_url=url, headers={"accept-encoding": "identity"}) as client,
    ):
        yield client


def before(document: bytes, extension: str) -> str | None:
    """The archive that a feed or archive leads to."""
    if extension == "json":
        return json.loads(document).get("next_url")  # type: ignore[no-any-return]
    _, _, rest = document.partition(b'rel="prev-archive" href="')
    return rest.partition(b'"')[0].decode().replace("&amp;", "&") or None


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/feed", ""),
        ("/feed", "lang=en"),
        ("/feed", "type=*&headline=false"),
        ("/feed", "region=500000&indicator=gdp&official=true&lang=en"),
        ("/feed", "region=110000"),
        ("/feeds/cq", ""),
        ("/feeds/cq", "lang=en"),
    ],
    ids=lambda value: value or "-",
)
def test_feeds_and_their_archives(client: httpx.Client, path: str, query: str, extension: str) -> None:
    url: str | None = (
        f"{client.base_url}".rstrip("/") + f"{path}.{extension}" + (f"?{query}" if query else "")
    )
    documents = 0
    while url:
        answer = client.get(url)
        assert answer.status_code == 200
        assert complaints(answer.content, answer.headers["content-type"], url) == []
        documents += 1
        url = before(answer.content, extension)
    assert documents >= (1 if "110000" in query or "indicator" in query else 3)


@pytest.mark.parametrize("type_", list(EventType))
@pytest.mark.parametrize("format_", list(FeedFormat))
def test_every_type_of_event(type_: EventType, format_: FeedFormat) -> None:
    changes = {"differences": [{"target": GDP, "previous": WAS}], "targets": [GDP], "targets_total": 40}
    one = event(type_.value, target=GDP, previous=WAS, **changes)
    assert complaints(render(format_, [one], INFO), format_.media_type, INFO.self_url) == []


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("format_", list(FeedFormat))
def test_hostile_texts(hostile: str, format_: FeedFormat) -> None:
    region = {"code": "500106", "name": hostile, "path": [hostile, " ", "\x00"]}
    report = {"key": f"other/{hostile}", "title": hostile, "kind": "other", "year": None, "region": region}
    target = GDP | {"sentence": hostile, "label": hostile, "quote": hostile}
    source = {"name": hostile, "slug": hostile, "official": False}
    url = f"https://a.example/{hostile}?x={hostile}"
    one = event("report.confirmed", report=report, targets=[target], source=source, url=url)
    assert complaints(render(format_, [one], INFO), format_.media_type, INFO.self_url) == []


@pytest.mark.parametrize("format_", list(FeedFormat))
def test_an_empty_feed(format_: FeedFormat) -> None:
    assert complaints(render(format_, [], INFO), format_.media_type, INFO.self_url) == []


# --- the rules themselves --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("format_", "old", "new"),
    [
        ("atom", "<id>tag:gazette.example.cn,2026:feed</id>", ""),
        ("atom", "<id>tag:gazette.example.cn,2026:feed</id>", "<id>feed</id>"),
        ("atom", "evt_target.revised_2</id>", "evt_report.published_1</id>"),
        ("atom", "<author><name>gongbao</name></author>", ""),
        ("atom", "<author><name>gongbao</name></author>", "<author/>"),
        ("atom", "<title>公报</title>", "<title>公报</title><title>公报</title>"),
        ("atom", "<title>公报</title>", "<title></title>"),
        ("atom", "<title>公报</title>", '<title type="markdown">公报</title>'),
        ("atom", ".000003+00:00</updated>", ".000003</updated>"),
        ("atom", "2026-01-12T04:02:00.000003+00:00</updated>", "Mon, 12 Jan 2026</updated>"),
        ("atom", "2026-01-12T04:02:00.000003+00:00</updated>", "2020-01-12T04:02:00.000003+00:00</updated>"),
        ("atom", 'feed.atom" rel="self"', 'other.atom" rel="self"'),
        ("atom", 'rel="self"', 'rel="related"'),
        (
            "atom",
            '<link href="https://www.example.gov.cn',
            '<link href="/x"/><link href="https://www.example',
        ),
        ("atom", "<entry>", "<entry><enclosure/>"),
        ("atom", "</feed>", "<icon>https://x.example/i.png</icon></feed>"),
        ("atom", 'rel="self"', 'rel=""'),
        ("atom", '<category term="work_report"', '<category name="work_report"'),
        ("atom", 'type="html"', 'type="application/pdf"'),
        ("atom", "&lt;table&gt;", "&lt;script&gt;x&lt;/script&gt;"),
        ("atom", "https://gazette.example.cn/reports", "/reports"),
        ("atom", 'xml:lang="zh-CN"', 'xml:lang="中文"'),
        ("rss", 'version="2.0"', 'version="0.9"'),
        ("rss", "<title>公报</title>", ""),
        ("rss", "<link>https://gazette.example.cn/</link>", "<link>/</link>"),
        ("rss", "<language>zh-CN</language>", "<language>Chinese</language>"),
        ("rss", "Mon, 12 Jan 2026 04:02:00 +0000", "2026-01-12T04:02:00.000003Z"),
        ("rss", "Mon, 12 Jan 2026 04:02:00 +0000", "Tue, 12 Jan 2026 04:02:00 +0000"),
        ("rss", 'isPermaLink="false"', 'isPermaLink="true"'),
        ("rss", "evt_target.revised_2</guid>", "evt_report.published_1</guid>"),
        ("rss", "<item>", "<item><summary>x</summary>"),
        ("rss", "<item>", "<item><title>x</title>"),
        ("rss", 'rel="self"', 'rel="related"'),
        ("rss", "<generator>gongbao</generator>", "<generator/>"),
        ("json", "version/1.1", "version/2"),
        ("json", '"title":"公报"', '"title":""'),
        ("json", '"title":"公报"', '"name":"公报"'),
        ("json", "evt_target.revised_2", "evt_report.published_1"),
        ("json", "2026-01-12T04:02:00.000003Z", "2026-01-12"),
        ("json", '"content_html"', '"content"'),
        ("json", '"_gongbao"', '"gongbao"'),
        ("json", '"authors":[{"name":"gongbao"}]', '"authors":["gongbao"]'),
        ("json", "https://www.example.gov.cn/zwgk", "/zwgk"),
        ("json", '"language":"zh-CN"', '"language":"Chinese, simplified"'),
    ],
)
def test_what_is_wrong_is_noticed(format_: str, old: str, new: str) -> None:
    good = render(format_, [REVISED, PUBLISHED], INFO).decode()
    media_type = FeedFormat(format_).media_type
    assert complaints(good.encode(), media_type, INFO.self_url) == []
    assert old in good
    assert complaints(good.replace(old, new, 1).encode(), media_type, INFO.self_url) != []
