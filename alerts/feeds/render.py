"""Events -> Atom 1.0 (RFC 4287), RSS 2.0, JSON Feed 1.1. Pure: the same events give the same bytes.

What a title says is words/titles.py, the body of an entry words/entry_body.py; which events, archives,
caching and 304 are web/feeds/routes.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum
from functools import cache
from typing import Any, assert_never
from urllib.parse import urlsplit

from alerts.feeds.archives import Dated
from alerts.words import english
from alerts.words.chinese import EVENTS
from alerts.words.entry_body import CHINESE, ENGLISH, Words, content_of
from alerts.words.safe_text import clean, report_url, spoken, web_address
from alerts.words.titles import title_of
from ingest.events import as_object
from ingest.identity.names import KIND_NAMES
from ingest.model import Event

GENERATOR = "gongbao"
AT_ONCE = 20  # entries of a tree
SUBTITLES = {
    "zh-CN": "地方政府工作报告、计划报告的发布、目标与变动",
    "en": "Work reports and plans of Chinese local governments: published, their targets, what changed",
}
HISTORY = "http://purl.org/syndication/history/1.0"  # RFC 5005


class FeedFormat(StrEnum):
    ATOM = "atom"
    RSS = "rss"
    JSON = "json"

    @property
    def media_type(self) -> str:
        match self:
            case FeedFormat.ATOM:
                return "application/atom+xml"
            case FeedFormat.RSS:
                return "application/rss+xml"
            case FeedFormat.JSON:
                return "application/feed+json"
        assert_never(self)


@dataclass(frozen=True, slots=True)
class FeedInfo:
    """What a feed says of itself.

    `authority` is that of the tag: ids (RFC 4151, `example.org,2026`) and never changes; `home_url` is
    the service's first page, without a slash at its end; `self_url` is where this feed was asked for.
    `name` is `feed`, or that of a saved feed.

    RFC 5005: `prev_archive` is the archive with the entries before these; `current` is set in an archive
    and is the feed that it belongs to. `hub` is the WebSub hub that is told of changes of this feed.
    """

    title: str
    self_url: str
    home_url: str
    authority: str
    language: str = "zh-CN"
    name: str = "feed"
    prev_archive: str | None = None
    current: str | None = None
    hub: str | None = None
    page: str = "/"  # the path of the page that shows what the feed tells of

    @property
    def words(self) -> Words:
        return ENGLISH if self.language == "en" else CHINESE

    @property
    def html_url(self) -> str:
        return spoken(f"{self.home_url}{self.page}", self.words.lang)

    @property
    def subtitle(self) -> str:
        return SUBTITLES[self.language]

    @property
    def beginning(self) -> datetime:
        """`updated` of a feed that has no entry yet, for it must have one: the year of the authority."""
        year = self.authority.partition(",")[2][:4]
        return datetime(int(year) if year.isdecimal() and int(year) else 2026, 1, 1, tzinfo=UTC)

    @property
    def id(self) -> str:
        """Stays when the host moves; two filters are two feeds."""
        query = urlsplit(self.self_url).query
        return f"tag:{self.authority}:{self.name}{'?' + query if query else ''}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as a reader sees it; text fields are text, `html` is markup."""

    id: str
    title: str
    link: str
    html: str
    at: datetime
    tags: tuple[tuple[str, str], ...]  # (term, label)
    event: Event


def render_parts(
    format_: FeedFormat, parts: Iterable[Sequence[Event]], info: FeedInfo, updated: datetime
) -> Iterator[bytes]:
    """The feed of the events of all parts, in parts. Entries stand last in it, so that those of a part can be
    made and written by themselves: as the tree that feedgen makes, a thousand are 40 MB."""
    match format_:
        case FeedFormat.ATOM:
            write, between, end = _atom, b"", b"</feed>"
        case FeedFormat.RSS:
            write, between, end = _rss, b"", b"</channel></rss>"
        case FeedFormat.JSON:
            write, between, end = _json_feed, b",", b"]}"
        case never:
            assert_never(never)
    begin = write((), info, updated).removesuffix(end)
    yield begin
    for number, part in enumerate(parts):
        yield between if number else b""
        yield write([make_entry(e, info) for e in part], info, updated)[len(begin) : -len(end)]
    yield end


def updated(events: Iterable[Dated], info: FeedInfo) -> datetime:
    return max(map(_moment, events), default=info.beginning)


# --- one event -------------------------------------------------------------------------------


def make_entry(event: Event, info: FeedInfo) -> Entry:
    report = as_object(event.data.get("report"))
    page = report_url(info.home_url, str(report["key"])) if report.get("key") else f"{info.home_url}/"
    return Entry(
        id=f"tag:{info.authority}:{event.id}",
        title=clean(title_of(event, info.language)),
        link=web_address(event.data.get("url")) or spoken(page, info.words.lang),
        html=clean(content_of(event, page, info.words)),
        at=_moment(event),
        tags=tuple(
            (clean(t).strip(), clean(label).strip())
            for t, label in _tags(event, info.language)
            if clean(t).strip() and clean(label).strip()  # a category that says nothing is none
        ),
        event=event,
    )


def _moment(event: Dated) -> datetime:
    """Its second, and in it a place of its own: readers order entries of one moment at random."""
    return event.occurred_at.astimezone(UTC).replace(microsecond=event.sequence % 1_000_000)


def _tags(event: Event, language: str) -> list[tuple[str, str]]:
    """Categories: type, kind, the regions from the province down, the indicator of a target."""
    in_english = language == "en"
    events, kinds = (english.EVENTS, english.KIND_NAMES) if in_english else (EVENTS, KIND_NAMES)
    report = as_object(event.data.get("report"))
    tags = [(event.type, events.get(event.type, event.type))]
    if kind := report.get("kind"):
        tags.append((str(kind), kinds.get(str(kind), str(kind))))
    region = as_object(report.get("region"))
    tags += [(str(name), str(name)) for name in region.get("path") or filter(None, [region.get("name")])]
    if event.type.startswith("target."):
        figure = as_object(event.data.get("target") or event.data.get("previous"))
        if indicator := figure.get("indicator"):
            label = english.label(figure) if in_english else str(figure.get("label") or indicator)
            tags.append((str(indicator), label))
    return list(dict.fromkeys(tags))


# --- three formats ---------------------------------------------------------------------------


def _atom(entries: Sequence[Entry], info: FeedInfo, updated: datetime) -> bytes:
    return bytes(_feedgen(entries, info, updated).atom_str())


def _rss(entries: Sequence[Entry], info: FeedInfo, updated: datetime) -> bytes:
    return bytes(_feedgen(entries, info, updated).rss_str())


def _feedgen(entries: Sequence[Entry], info: FeedInfo, updated: datetime) -> Any:
    """Around feedgen 1.0.0: `updated` is set everywhere (its default is now), one link an entry and no
    enclosure (it drops rel, so any second link is a second alternate), text is cleaned before (it raises
    on control characters), entries are appended (it prepends)."""
    feed = _generator_class()()
    feed.id(info.id)
    feed.title(clean(info.title))
    feed.subtitle(clean(info.subtitle))
    feed.description(clean(info.subtitle))
    feed.author({"name": GENERATOR})
    feed.language(info.language)
    feed.generator(GENERATOR)
    feed.docs("https://www.rssboard.org/rss-specification")
    feed.link(href=info.self_url, rel="self")
    feed.link(href=info.html_url, rel="alternate", type="text/html")
    feed.updated(updated)
    feed.register_extension("history", lambda: _History(info))
    for entry in entries:
        item = feed.add_entry(order="append")
        item.id(entry.id)
        item.title(entry.title)
        item.link(href=entry.link)
        item.content(entry.html, type="html")
        item.updated(entry.at)
        item.published(entry.at)
        for term, label in entry.tags:
            item.category(term=term, label=label)
    return feed


@cache
def _generator_class() -> Any:
    """feedgen's, without types; with the trees of lxml it is loaded for the first feed. To write an RSS date
    it sets the locale of the whole process and sets it back, which does not go with threads: give it the
    standard library's way."""
    import feedgen.entry
    import feedgen.feed

    untyped_feed: Any = feedgen.feed
    untyped_entry: Any = feedgen.entry
    untyped_feed.formatRFC2822 = untyped_entry.formatRFC2822 = format_datetime
    return untyped_feed.FeedGenerator


class _History:
    """The links of RFC 5005 and WebSub, as an extension of feedgen: of its own links RSS gets only `self`."""

    def __init__(self, info: FeedInfo) -> None:
        self.info = info

    def extend_ns(self) -> dict[str, str]:
        return {"fh": HISTORY} if self.info.current else {}

    def extend_atom(self, feed: Any) -> Any:
        self._add(feed, "link")  # feedgen writes the namespace as an attribute of the root
        return feed

    def extend_rss(self, feed: Any) -> Any:
        self._add(feed[0], "{http://www.w3.org/2005/Atom}link")
        return feed

    def _add(self, parent: Any, link: str) -> None:
        if self.info.current:
            parent.append(parent.makeelement(f"{{{HISTORY}}}archive", {}))
        older = self.info.prev_archive  # `next` too (section 3), for those who know pages and no archives
        links = {"hub": self.info.hub, "prev-archive": older, "next": older, "current": self.info.current}
        for rel, href in links.items():
            if href:
                parent.append(parent.makeelement(link, {"rel": rel, "href": href}))


def _json_feed(entries: Sequence[Entry], info: FeedInfo, updated: datetime) -> bytes:
    """JSON Feed 1.1 (jsonfeed.org/version/1.1), which feedgen does not have. It does not say `updated`."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": clean(info.title),
        "home_page_url": info.html_url,
        "feed_url": info.self_url,
        **({"next_url": info.prev_archive} if info.prev_archive else {}),
        **({"hubs": [{"type": "WebSub", "url": info.hub}]} if info.hub else {}),
        "description": clean(info.subtitle),
        "language": info.language,
        "authors": [{"name": GENERATOR}],
        "items": [
            {
                "id": entry.id,
                "url": entry.link,
                "title": entry.title,
                "content_html": entry.html,
                "date_published": entry.at.isoformat().replace("+00:00", "Z"),
                "tags": list(dict.fromkeys(label for _, label in entry.tags)),
                # An extension, as the specification has them: a key with an underscore.
                "_gongbao": {"event": entry.event.id, "type": entry.event.type},
            }
            for entry in entries
        ],
    }
    return json.dumps(feed, ensure_ascii=False, separators=(",", ":")).encode()
