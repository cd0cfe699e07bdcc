"""The FastAPI app: pages, feeds, API, health; read-only. Routes are in the modules beside this one."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles

from alerts.web.api import known, management, published_schemas, stream
from alerts.web.api.openapi import describe
from alerts.web.feeds import routes as feeds
from alerts.web.http.layers import HeadLikeGet, SecurityHeaders, shared_with
from alerts.web.http.problems import PROBLEMS, add_handlers
from alerts.web.http.rate_limit import RateLimit
from alerts.web.pages import evidence
from alerts.web.pages import routes as pages
from alerts.web.pages.templating import STATIC, templates_for
from ingest.settings import Settings
from ingest.store.db import Store


def create_app(settings: Settings, store: Store) -> FastAPI:
    """The whole web side of one store. Opens nothing and starts nothing: the caller owns `store`.

    Only feeds are gzipped (answers.py), each coding with its own ETag; a proxy may compress the rest.
    """
    app = FastAPI(
        title="gongbao",
        version="1",
        description="Work reports and plans of Chinese local governments, their targets, and what changed.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # it would load scripts from elsewhere
        redoc_url=None,
        middleware=[
            Middleware(SecurityHeaders),
            *shared_with(settings.api_origins),
            Middleware(HeadLikeGet),
            Middleware(RateLimit, rate=settings.api_rate),
        ],
    )
    templates = templates_for(settings.base_url)
    add_handlers(app, templates)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.include_router(feeds.routes(settings, store))
    app.include_router(known.routes(settings, store))
    app.include_router(evidence.routes(settings, store))
    app.include_router(stream.routes(settings, store))
    app.include_router(management.routes(settings, store))
    app.include_router(published_schemas.routes(settings))
    app.include_router(pages.routes(settings, store, templates))

    describe(app)

    @app.get("/healthz", tags=["health"], responses=PROBLEMS)
    def healthz() -> dict[str, str]:
        """200 when the database can be read, 503 otherwise."""
        store.check()
        return {"status": "ok"}

    @app.get("/readyz", tags=["health"], responses=PROBLEMS)
    def readyz() -> dict[str, str]:
        """200 when the database can be read and has the tables of this version, 503 otherwise."""
        store.check()
        return {"status": "ready"}

    return app
