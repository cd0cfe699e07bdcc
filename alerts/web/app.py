"""The FastAPI app: pages, feeds, API, health; read-only. Routes are in the modules beside this one."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles

from alerts.web import api, evidence, pages, syndication
from alerts.web.layers import HeadLikeGet, SecurityHeaders
from alerts.web.problems import add_handlers
from alerts.web.templating import STATIC, templates_for
from ingest.settings import Settings
from ingest.store import Store


def create_app(settings: Settings, store: Store) -> FastAPI:
    """The whole web side of one store. Opens nothing and starts nothing: the caller owns `store`.

    No gzip here: one strong ETag must not name two byte strings (RFC 9110 §8.8.3.3); a proxy may compress.
    """
    app = FastAPI(
        title="gongbao",
        version="1",
        description="Work reports and plans of Chinese local governments, their targets, and what changed.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # it would load scripts from elsewhere
        redoc_url=None,
        middleware=[Middleware(SecurityHeaders), Middleware(HeadLikeGet)],
    )
    templates = templates_for(settings.base_url)
    add_handlers(app, templates)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.include_router(syndication.routes(settings, store))
    app.include_router(api.routes(settings, store))
    app.include_router(evidence.routes(settings, store))
    app.include_router(pages.routes(settings, store, templates))

    @app.get("/healthz", tags=["health"])
    def healthz() -> dict[str, str]:
        """200 when the database can be read, 503 otherwise."""
        store.check()
        return {"status": "ok"}

    return app
