"""Feeds over HTTP: which events, the archives before them, saved feeds, OPML.

What a feed looks like is feeds/render.py; what is asked, queries.py; validators and gzip, answers.py; what
stands in an archive, feeds/archives.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Request, Response
from sqlalchemy import Connection

from alerts.feeds import named_feeds, opml
from alerts.feeds.archives import NEWEST, archive_of, bounds, closed
from alerts.feeds.render import FeedFormat, FeedInfo, render
from alerts.web.feeds.queries import Asked, Language, asked
from alerts.web.feeds.recent import Recent
from alerts.web.http.answers import conditional
from alerts.web.http.conditional import http_date
from alerts.web.http.problems import PROBLEMS
from alerts.words import chinese, english
from ingest.model import Event, Filter
from ingest.regions.gazetteer import region_by_code
from ingest.settings import Settings
from ingest.store import outbox, saved_feeds
from ingest.store.db import Store

FEEDS = (
    (FeedFormat.ATOM, "/feed.atom", "Atom"),
    (FeedFormat.RSS, "/feed.rss", "RSS"),
    (FeedFormat.JSON, "/feed.json", "JSON Feed"),
)
FRESH = "public, max-age=15"
FOR_EVER = "public, max-age=604800, immutable"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A feed to be answered: `path` without extension, its query without the language."""

    path: str
    query: str
    filter: Filter
    title: str
    lang: str
    named: bool  # one of alerts/feeds/named_feeds.py: the hub is told of its changes

    def address(self, base: str, extension: str, archive: int | None = None) -> str:
        prefix = "" if archive is None else f"/archive/{archive}"
        query = "&".join(filter(None, [self.query, "" if self.lang == "zh" else f"lang={self.lang}"]))
        return f"{base}{prefix}{self.path}.{extension}{'?' + query if query else ''}"


@dataclass(frozen=True, slots=True)
class Found:
    """The events of a feed or archive, newest first, and the archive before them, if any."""

    events: Sequence[Event]
    before: int | None


def last_modified(events: Sequence[Event], now: datetime) -> str | None:
    """The Last-Modified of a feed of these events: when the last *written* of them happened.

    None while that is less than two seconds ago: another event may yet carry the same second.
    """
    if not events:
        return None
    at = max(events, key=lambda e: e.sequence).occurred_at
    return http_date(at) if now - at >= timedelta(seconds=2) else None


def newest(tx: Connection, filter: Filter, recent: Recent) -> Found:
    """The newest 100, and the last closed archive with any of the filter's events."""
    events, latest = recent.newest(tx, filter)
    if len(events) < NEWEST:
        return Found(events, None)  # they are all
    # An open archive has fewer sequences than there are events here: the oldest of them is in a closed one.
    end = bounds(closed(latest))[1]
    return Found(events, archive_of(next(e.sequence for e in events if e.sequence < end)))


def archived(tx: Connection, filter: Filter, archive: int) -> Found | None:
    """An archive, and the one before it; None while it is not closed."""
    if archive > closed(outbox.latest_sequence(tx)):
        return None
    after, before = bounds(archive)
    events = outbox.events(tx, filter, after=after, before=before, limit=NEWEST)
    return Found(events, _archive_up_to(tx, filter, archive - 1))


def _archive_up_to(tx: Connection, filter: Filter, last: int) -> int | None:
    if last < 1:
        return None
    found = outbox.events(tx, filter, before=bounds(last)[1], limit=1)
    return archive_of(found[0].sequence) if found else None


def routes(settings: Settings, store: Store) -> APIRouter:
    router = APIRouter(tags=["feeds"], responses=PROBLEMS)
    base = settings.base_url
    recent = Recent()

    def answer(request: Request, format_: FeedFormat, wanted: Wanted, archive: int | None = None) -> Response:
        with store.read() as tx:
            found = (
                newest(tx, wanted.filter, recent) if archive is None else archived(tx, wanted.filter, archive)
            )
        if found is None:
            raise HTTPException(404, f"Archive {archive} is not there yet; read the feed itself.")
        itself = wanted.address(base, format_.value)
        hub = settings.websub_hub if wanted.named and archive is None else None
        info = FeedInfo(
            title=wanted.title,
            self_url=itself if archive is None else wanted.address(base, format_.value, archive),
            home_url=base,
            authority=settings.feed_authority,
            language=named_feeds.LANGUAGES[wanted.lang],
            name=wanted.path.removeprefix("/"),
            prev_archive=wanted.address(base, format_.value, found.before) if found.before else None,
            current=None if archive is None else itself,
            hub=hub,
        )
        return conditional(
            request,
            render(format_, found.events, info),
            media_type=f"{format_.media_type}; charset=utf-8",
            cache_control=FRESH if archive is None else FOR_EVER,
            last_modified=last_modified(found.events, datetime.now(UTC)),
            links={"hub": hub, "self": itself} if hub else None,
        )

    def by_query(asked_for: Asked, lang: str) -> Wanted:
        title = " · ".join([opml.TITLES[lang], *_narrowed(asked_for.filter, lang)])
        return Wanted(
            "/feed", asked_for.query, asked_for.filter, title, lang, named_feeds.is_standing(asked_for.query)
        )

    def by_id(id: str, lang: str) -> Wanted:
        with store.read() as tx:
            found = saved_feeds.get(tx, id)
        if found is None:
            raise HTTPException(404, f"There is no feed {id!r}.")
        return Wanted(f"/feeds/{id}", "", found.filter, f"{opml.TITLES[lang]} · {found.name}", lang, True)

    def add(format_: FeedFormat, name: str) -> None:
        extension = format_.value

        def feed(
            request: Request, wanted: Annotated[Asked, Depends(asked)], lang: Language = "zh"
        ) -> Response:
            return answer(request, format_, by_query(wanted, lang))

        def archive(
            request: Request, number: Number, wanted: Annotated[Asked, Depends(asked)], lang: Language = "zh"
        ) -> Response:
            return answer(request, format_, by_query(wanted, lang), number)

        def saved(request: Request, id: FeedId, lang: Language = "zh") -> Response:
            return answer(request, format_, by_id(id, lang))

        def saved_archive(request: Request, number: Number, id: FeedId, lang: Language = "zh") -> Response:
            return answer(request, format_, by_id(id, lang), number)

        for path, endpoint, summary in (
            (f"/feed.{extension}", feed, f"The newest events as {name}"),
            (f"/archive/{{number}}/feed.{extension}", archive, f"An archive of older events as {name}"),
            (f"/feeds/{{id}}.{extension}", saved, f"The newest events of a saved feed as {name}"),
            (f"/archive/{{number}}/feeds/{{id}}.{extension}", saved_archive, f"Its archives as {name}"),
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

    @router.get(
        "/feeds.opml",
        response_class=Response,
        responses={
            200: {"content": {"text/x-opml": {}}, "description": "OPML 2.0"},
            304: {"description": "…"},
        },
    )
    def outlines(request: Request, lang: Language = "zh") -> Response:
        """Every feed with a name: all, one for each province, the saved ones."""
        with store.read() as tx:
            kept = [named_feeds.saved(f.id, f.name, f.filter) for f in saved_feeds.all(tx)]
        whole = [
            replace(t, title="all") if lang == "en" and not t.query else t for t in named_feeds.standing()
        ]
        return conditional(
            request,
            opml.render([*whole, *kept], base, lang),
            media_type="text/x-opml; charset=utf-8",
            cache_control="public, max-age=3600",
        )

    for format_, _, name in FEEDS:
        add(format_, name)
    return router


Number = Annotated[int, Path(ge=1, le=10**9)]
FeedId = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


def _narrowed(filter: Filter, lang: str) -> Iterator[str]:
    """What a filter lets through, in the words of a title: two feeds of a reader must not look the same."""
    kinds, types = (english.KINDS, english.EVENTS) if lang == "en" else (chinese.KINDS, chinese.EVENTS)
    yield from map(_place, filter.regions)
    yield from (kinds[kind] for kind in filter.kinds)
    yield from filter.indicators
    yield from (types.get(type_, type_) for type_ in filter.types)
    if not filter.headline_only:
        yield "commitments too" if lang == "en" else "含其他承诺"
    if filter.official_only:
        yield "official only" if lang == "en" else "仅官方"


def _place(code: str) -> str:
    region = region_by_code(code)
    return region.name if region else code
