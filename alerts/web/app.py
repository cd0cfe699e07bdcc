"""The FastAPI app: pages, feeds, API, health. Routes are in the rooms beside this file."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles

from alerts.delivery.vault import Vault
from alerts.web.api import catalogue, dump, figures, json_schemas, management, reports, search, stream
from alerts.web.api.broadcaster import Broadcaster
from alerts.web.api.openapi import describe
from alerts.web.feeds import routes as feeds
from alerts.web.feeds.recent import RecentEvents
from alerts.web.feeds.rendered import RenderedFeeds
from alerts.web.http import health
from alerts.web.http.downloads import Downloads
from alerts.web.http.hosts import HostCheck, allowed_hosts
from alerts.web.http.layers import HeadLikeGet, SecurityHeaders, WithoutTrailingSlash, shared_with
from alerts.web.http.problems import add_handlers
from alerts.web.http.rate_limit import Buckets, RateLimit
from alerts.web.http.request_body import BodyLimit
from alerts.web.http.room import enter
from alerts.web.pages import (
    api_docs,
    comparison,
    evidence,
    evidence_view,
    first_page,
    indicators,
    mail,
    matrix,
    operate,
    regions,
    report,
    report_figures,
    report_text,
    season,
    sitemap,
    status,
    subscribe,
)
from alerts.web.pages import search as search_page
from alerts.web.pages.templating import STATIC, templates_for
from ingest.settings import Settings
from ingest.store.db import Store


def create_app(settings: Settings, store: Store) -> FastAPI:
    """The whole web side of one store. Opens nothing and starts nothing: the caller owns `store`.

    Gzipped is what http/conditional.py answers (feeds, texts of reports), each coding with an ETag of its
    own; a proxy may gzip the rest.
    """
    app = FastAPI(
        title="gongbao",
        version="1",
        description="Work reports and plans of Chinese local governments, their targets, and what changed.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # it would load scripts from elsewhere; pages/api_docs.py
        redoc_url=None,
        redirect_slashes=False,  # it would redirect to the address that a proxy asked; WithoutTrailingSlash
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(HostCheck, names=allowed_hosts(settings)),
            *shared_with(settings.api_origins),
            Middleware(HeadLikeGet),
            Middleware(RateLimit, api_rate=settings.api_rate, page_rate=settings.page_rate),
            Middleware(WithoutTrailingSlash, root=urlsplit(settings.base_url).path.rstrip("/")),
            Middleware(BodyLimit),
        ],
    )
    app.state.settings = settings
    app.state.store = store
    app.state.broadcaster = Broadcaster(settings, store)
    app.state.downloads = Downloads()
    app.state.recent_events = RecentEvents()
    app.state.rendered_feeds = RenderedFeeds()
    app.state.vault = Vault(settings)
    # A bucket that cannot be one is said at the start.
    app.state.archive = evidence.archive_of(settings) if settings.archive_url else None
    app.state.mail_asked = Buckets(mail.ASKED_RATE, mail.ASKED_BURST)
    app.state.logins = Buckets(operate.LOGIN_RATE, operate.LOGIN_BURST)
    app.state.templates = templates_for(settings.base_url)
    add_handlers(app)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for room in (
        feeds,
        reports,
        figures,
        search,
        catalogue,
        dump,
        evidence,
        evidence_view,
        stream,
        management,
        json_schemas,
        health,
        regions,
        indicators,
        matrix,
        search_page,
        sitemap,
        api_docs,
        report_figures,
        report_text,
        season,
        mail,
        subscribe,
        operate,
        first_page,
        comparison,
        report,
        status,
    ):
        enter(app, room.router)
    describe(app)
    return app
