"""Feeds over HTTP: which events, the archives before them, saved feeds, OPML.

What a feed looks like is alerts/feeds/render.py, what stands in an archive alerts/feeds/archives.py; which
events are asked for, queries.py; validators and gzip, http/conditional.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Depends, HTTPException, Path, Request, Response
from sqlalchemy import Connection

from alerts.feeds import named_feeds, opml
from alerts.feeds.archives import NEWEST, Dated, Place, archive_of, bounds, closed, place_of
from alerts.feeds.render import AT_ONCE, FeedFormat, FeedInfo, render_parts, updated
from alerts.web.feeds.queries import EventQuery, Language, event_query
from alerts.web.feeds.recent import RecentEvents
from alerts.web.feeds.rendered import Rendered, RenderedFeeds
from alerts.web.http.conditional import Representation, conditional_response
from alerts.web.http.dependencies import SettingsDep, StoreDep
from alerts.web.http.problems import PROBLEMS
from alerts.web.http.rate_limit import TOO_MANY
from alerts.web.http.room import room
from alerts.web.http.validators import http_date
from alerts.words.filter_text import filter_words
from alerts.words.language import LANGUAGES
from ingest.filters import of_reports
from ingest.model import Event, Filter
from ingest.settings import Settings
from ingest.store import outbox, saved_feeds
from ingest.store.db import Store

FEEDS = (
    (FeedFormat.ATOM, "/feed.atom", "Atom"),
    (FeedFormat.RSS, "/feed.rss", "RSS"),
    (FeedFormat.JSON, "/feed.json", "JSON Feed"),
)
_WRITTEN_WITHIN = timedelta(minutes=1)  # of its moment every event is, whoever waited for locks meanwhile
FRESH = "public, max-age=15"
FOR_EVER = "public, max-age=604800, immutable"

router = room(tags=["feeds"], responses=PROBLEMS | TOO_MANY)

ArchiveNumber = Annotated[int, Path(ge=1, le=10**9)]
FeedId = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
EventQueryDep = Annotated[EventQuery, Depends(event_query)]


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that is asked for: `path` without extension, its query without the language."""

    path: str
    query: str
    filter: Filter
    title: str
    lang: str
    has_name: bool  # one of alerts/feeds/named_feeds.py: the hub is told of its changes

    def address(self, base: str, extension: str, archive: int | None = None) -> str:
        prefix = "" if archive is None else f"/archive/{archive}"
        query = "&".join(filter(None, [self.query, "" if self.lang == "zh" else f"lang={self.lang}"]))
        return f"{base}{prefix}{self.path}.{extension}{'?' + query if query else ''}"


@dataclass(frozen=True, slots=True)
class FeedPage:
    """The events of a feed or archive, newest first, and the archive before them, if any."""

    events: Sequence[Place]
    before: int | None


def last_written(events: Sequence[Dated]) -> datetime | None:
    """When the last *written* of these events happened."""
    return max(events, key=lambda e: e.sequence).occurred_at if events else None


def last_modified(at: datetime | None, now: datetime) -> str | None:
    """The Last-Modified of a feed whose last written event happened `at` that time.

    None while that is not long ago: another event may yet be written that carries the same second.
    """
    return http_date(at) if at is not None and now - at >= _WRITTEN_WITHIN else None


def newest(tx: Connection, filter: Filter, recent: RecentEvents, latest: int) -> FeedPage:
    """The newest up to a sequence, and the last closed archive with any of the filter's events."""
    events = recent.newest(tx, filter, latest)
    if len(events) < NEWEST:
        return FeedPage(events, None)  # they are all
    # An open archive has fewer sequences than there are events here: the oldest of them is in a closed one.
    end = bounds(closed(latest))[1]
    return FeedPage(events, archive_of(next(e.sequence for e in events if e.sequence < end)))


def archived(tx: Connection, filter: Filter, archive: int) -> FeedPage:
    """An archive, and the one before it."""
    after, before = bounds(archive)
    events = outbox.passing(tx, filter, after=after, before=before, limit=NEWEST)
    return FeedPage([*map(place_of, events)], _archive_up_to(tx, filter, archive - 1))


def _archive_up_to(tx: Connection, filter: Filter, last: int) -> int | None:
    if last < 1:
        return None
    events = outbox.events(tx, filter, before=bounds(last)[1], limit=1)
    return archive_of(events[0].sequence) if events else None


@dataclass(frozen=True, slots=True)
class Responder:
    """Answers one request for a feed, in the format that the address ends with."""

    request: Request
    settings: Settings
    store: Store
    recent: RecentEvents
    rendered: RenderedFeeds
    format: FeedFormat

    def answer(self, feed: Feed, archive: int | None = None) -> Response:
        """The newest events of the feed, or an archive of it. HTTPException 404 for an open one."""
        hub = self.settings.websub_hub if feed.has_name and archive is None else None
        itself = feed.address(self.settings.base_url, self.format.value)
        rendered = self._rendered(feed, archive, hub)
        return conditional_response(
            self.request,
            rendered.sent,
            media_type=f"{self.format.media_type}; charset=utf-8",
            cache_control=FRESH if archive is None else FOR_EVER,
            last_modified=last_modified(rendered.last_at, datetime.now(UTC)),
            links={"hub": hub, "self": itself} if hub else None,
        )

    def _rendered(self, feed: Feed, archive: int | None, hub: str | None) -> Rendered:
        """As it was sent before, if it is still that."""
        key = (feed, self.format, archive)
        known = self.rendered.get(key)
        with self.store.read() as tx:
            latest = outbox.latest_sequence(tx)
            if archive is not None and archive > closed(latest):
                raise HTTPException(404, f"Archive {archive} is not there yet; read the feed itself.")
            if known is not None and known.reached > latest:  # another database than before
                known = None
            if known is not None and (archive is not None or known.reached == latest):
                return known
            page = (
                newest(tx, feed.filter, self.recent, latest)
                if archive is None
                else archived(tx, feed.filter, archive)
            )
        events = tuple(event.sequence for event in page.events)
        if known is not None and (known.events, known.before) == (events, page.before):
            rendered = replace(known, reached=latest)
        else:
            last_at = last_written(page.events)
            info = self._info(feed, archive, hub, page)
            body = render_parts(self.format, self._parts(events), info, updated(page.events, info))
            rendered = Rendered(latest, events, page.before, last_at, Representation.of(body))
        self.rendered.put(key, rendered)
        return rendered

    def _parts(self, sequences: Sequence[int]) -> Iterator[Sequence[Event]]:
        """The events of a feed, never many of them at once."""
        for start in range(0, len(sequences), AT_ONCE):
            with self.store.read() as tx:
                yield outbox.at(tx, sequences[start : start + AT_ONCE])

    def _info(self, feed: Feed, archive: int | None, hub: str | None, page: FeedPage) -> FeedInfo:
        base, extension = self.settings.base_url, self.format.value
        itself = feed.address(base, extension)
        return FeedInfo(
            title=feed.title,
            self_url=itself if archive is None else feed.address(base, extension, archive),
            home_url=base,
            authority=self.settings.feed_authority,
            language=named_feeds.LANGUAGES[feed.lang],
            name=feed.path.removeprefix("/"),
            prev_archive=feed.address(base, extension, page.before) if page.before else None,
            current=None if archive is None else itself,
            hub=hub,
            page=named_feeds.page_of(feed.filter),
        )


async def _responder(request: Request, settings: SettingsDep, store: StoreDep) -> Responder:
    extension = request.scope["path"].rpartition(".")[2]
    state = request.app.state
    return Responder(
        request, settings, store, state.recent_events, state.rendered_feeds, FeedFormat(extension)
    )


ResponderDep = Annotated[Responder, Depends(_responder)]


@router.get(
    "/feeds.opml",
    response_class=Response,
    responses={
        200: {"content": {"text/x-opml": {}}, "description": "OPML 2.0"},
        304: {"description": "You have it already"},
    },
)
def outlines(request: Request, settings: SettingsDep, store: StoreDep, lang: Language = "zh") -> Response:
    """Every feed with a name: all, one for each province, the saved ones."""
    with store.read() as tx:
        saved = [named_feeds.saved(f.id, f.name, f.filter) for f in saved_feeds.all(tx)]
    return conditional_response(
        request,
        opml.render([*named_feeds.regional(), *saved], settings.base_url, lang),
        media_type="text/x-opml; charset=utf-8",
        cache_control="public, max-age=3600",
    )


def feed(responder: ResponderDep, query: EventQueryDep, lang: Language = "zh") -> Response:
    return responder.answer(_queried_feed(query, lang))


def archive(
    responder: ResponderDep, number: ArchiveNumber, query: EventQueryDep, lang: Language = "zh"
) -> Response:
    return responder.answer(_queried_feed(query, lang), number)


def saved_feed(responder: ResponderDep, id: FeedId, lang: Language = "zh") -> Response:
    return responder.answer(_saved_feed(responder.store, id, lang))


def saved_feed_archive(
    responder: ResponderDep, number: ArchiveNumber, id: FeedId, lang: Language = "zh"
) -> Response:
    return responder.answer(_saved_feed(responder.store, id, lang), number)


def _add_routes(format_: FeedFormat, name: str) -> None:
    extension = format_.value
    for path, endpoint, summary in (
        (f"/feed.{extension}", feed, f"The newest events as {name}"),
        (f"/archive/{{number}}/feed.{extension}", archive, f"An archive of older events as {name}"),
        (f"/feeds/{{id}}.{extension}", saved_feed, f"The newest events of a saved feed as {name}"),
        (f"/archive/{{number}}/feeds/{{id}}.{extension}", saved_feed_archive, f"Its archives as {name}"),
    ):
        router.add_api_route(
            path,
            endpoint,
            response_class=Response,
            summary=summary,
            operation_id=f"{endpoint.__name__}_{extension}",
            responses={
                200: {"content": {format_.media_type: {}}, "description": "The feed"},
                304: {"description": "You have it already"},
            },
        )


for _format_, _, _name in FEEDS:
    _add_routes(_format_, _name)


def _queried_feed(query: EventQuery, lang: str) -> Feed:
    title = feed_title(query.filter, lang)
    filter_ = of_reports(query.filter)
    return Feed("/feed", query.text, filter_, title, lang, has_name=named_feeds.is_regional(query.text))


def _saved_feed(store: Store, id: str, lang: str) -> Feed:
    with store.read() as tx:
        saved = saved_feeds.get(tx, id)
    if saved is None:
        raise HTTPException(404, f"There is no feed {id!r}.")
    filter_ = of_reports(saved.filter)
    return Feed(f"/feeds/{id}", "", filter_, f"{opml.TITLES[lang]} · {saved.name}", lang, has_name=True)


def feed_title(filter: Filter, lang: str) -> str:
    return " · ".join([opml.TITLES[lang], *filter_words(filter, LANGUAGES[lang])])
