"""The operator's pages: endpoints, their deliveries and attempts, sources, for who logged in with a token.

They work without scripts. Who may see them is http/sessions.py; what is done,
alerts/delivery/endpoints.py, replay.py and ingest/store/switches.py; what is said, operate_views.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import HTTPException, Path, Query, Request, Response
from starlette.responses import RedirectResponse

from alerts.delivery import endpoints, replay
from alerts.web.api.management import VaultDep
from alerts.web.http.dependencies import RootDep, SettingsDep, StoreDep
from alerts.web.http.forms import FORM_HEADERS, Fields, FieldsDep, FromHere, filter_of, one
from alerts.web.http.rate_limit import not_too_often
from alerts.web.http.room import room
from alerts.web.http.sessions import FromThere, OwnForm, Session, SessionDep, log_in, log_out, remember
from alerts.web.pages import operate_views
from alerts.web.pages.templating import Pages, TemplatesDep
from ingest.errors import ConfigError
from ingest.model import Channel, DeliveryState, Subscription
from ingest.settings import Settings
from ingest.source_health import source_row
from ingest.sources.load import sources_as_they_stand
from ingest.sources.spec import Source
from ingest.store import mail_requests, overview, subscriptions, switches, tokens
from ingest.store.db import Store

LOGIN_RATE, LOGIN_BURST = 1 / 10, 50.0  # tries a second from one address; five at once
SHOWN = 100  # deliveries, sources

router = room(prefix="/operate", include_in_schema=False, dependencies=[FromThere])

Action = Literal["pause", "resume", "enable", "rotate", "test", "replay", "remove"]
Done = Literal["paused", "resumed", "enabled", "removed", "on", "off", "look"] | None


# --- in and out ------------------------------------------------------------------------------


@router.get("/login")
def login_form(request: Request, store: StoreDep, templates: TemplatesDep) -> Response:
    with store.read() as tx:
        has_tokens = bool(tokens.all(tx))
    said = {"has_tokens": has_tokens, "is_wrong": False}
    return _page(request, templates, "operate_login.html", None, said, 200 if has_tokens else 404)


@router.post("/login", dependencies=[FromHere, not_too_often("logins", "tries")])
def login(
    request: Request,
    fields: FieldsDep,
    store: StoreDep,
    templates: TemplatesDep,
    settings: SettingsDep,
    root: RootDep,
) -> Response:
    word = log_in(store, one(fields, "token"))
    if word is None:
        said = {"has_tokens": True, "is_wrong": True}
        return _page(request, templates, "operate_login.html", None, said, 403)
    response = RedirectResponse(f"{root}/operate", HTTPStatus.SEE_OTHER)
    remember(response, word, settings, root)
    return response


@router.post("/logout", dependencies=OwnForm)
def logout(session: SessionDep, store: StoreDep, root: RootDep) -> Response:
    response = RedirectResponse(f"{root}/operate/login", HTTPStatus.SEE_OTHER)
    log_out(store, session, response, root)
    return response


# --- endpoints -------------------------------------------------------------------------------


@router.get("")
def index(
    request: Request,
    session: SessionDep,
    store: StoreDep,
    templates: TemplatesDep,
    settings: SettingsDep,
    done: Done = None,
) -> Response:
    return _index(request, session, store, templates, settings, {"done": done})


@router.post("/endpoints", dependencies=OwnForm)
def add(
    request: Request,
    fields: FieldsDep,
    session: SessionDep,
    store: StoreDep,
    vault: VaultDep,
    templates: TemplatesDep,
    settings: SettingsDep,
) -> Response:
    """A new webhook. Its secret is on the page that follows and on no other."""
    try:
        new = endpoints.add(store, vault, one(fields, "url"), filter_of(fields), datetime.now(UTC))
    except ConfigError as exc:
        said = {"trouble": str(exc), "typed": {name: one(fields, name) for name in fields}}
        return _index(request, session, store, templates, settings, said, 422)
    return _endpoint(request, session, store, templates, new.subscription, {"secret": new.secret})


@router.get("/endpoints/{id}")
def endpoint(
    request: Request,
    id: str,
    session: SessionDep,
    store: StoreDep,
    templates: TemplatesDep,
    state: DeliveryState | None = None,
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    done: Done = None,
) -> Response:
    found = _found(store, id)
    return _endpoint(request, session, store, templates, found, {"done": done}, state, before)


@router.post("/endpoints/{id}/test", dependencies=OwnForm)
async def test(
    request: Request, id: str, session: SessionDep, store: StoreDep, vault: VaultDep, templates: TemplatesDep
) -> Response:
    found = _found(store, id)
    result = await endpoints.test(vault, found, datetime.now(UTC))
    said = {"tested": (result.answer.accepted, result.answer.in_words, round(result.seconds, 2))}
    return _endpoint(request, session, store, templates, found, said)


@router.post("/endpoints/{id}/{action}", dependencies=OwnForm)
def act(
    request: Request,
    id: str,
    action: Action,
    fields: FieldsDep,
    session: SessionDep,
    store: StoreDep,
    vault: VaultDep,
    templates: TemplatesDep,
    root: RootDep,
) -> Response:
    found = _found(store, id)
    try:
        match action:
            case "rotate":
                new = endpoints.rotate(store, vault, id, datetime.now(UTC))
                return _endpoint(request, session, store, templates, new.subscription, {"secret": new.secret})
            case "replay":
                due = replay.replay(store, found, _selection(fields), datetime.now(UTC))
                return _endpoint(request, session, store, templates, found, {"replayed": due})
            case "remove":
                if one(fields, "sure") != "true":
                    raise ConfigError("remove: tick the box beside it first; nothing was done")
                endpoints.remove(store, id)
                return RedirectResponse(f"{root}/operate?done=removed", HTTPStatus.SEE_OTHER)
            case "pause":
                endpoints.pause(store, id, datetime.now(UTC))
            case "resume":
                endpoints.resume(store, id)
            case "enable":
                endpoints.enable(store, id)
    except ConfigError as exc:
        return _endpoint(request, session, store, templates, found, {"trouble": str(exc)}, status=409)
    done = {"pause": "paused", "resume": "resumed", "enable": "enabled"}[action]
    return RedirectResponse(f"{root}/operate/endpoints/{id}?done={done}", HTTPStatus.SEE_OTHER)


@router.get("/deliveries/{id}")
def delivery(
    request: Request,
    id: Annotated[int, Path(ge=1, lt=2**63)],
    session: SessionDep,
    store: StoreDep,
    templates: TemplatesDep,
) -> Response:
    """One delivery with every attempt at it."""
    with store.read() as tx:
        row = subscriptions.delivery(tx, id)
    if row is None:
        raise HTTPException(404, f"There is no delivery {id}; the log goes back as far as it is kept.")
    said = {"d": operate_views.delivery_view(row[0], templates.words), "attempts": row[1]}
    return _page(request, templates, "operate_delivery.html", session, said)


# --- sources ---------------------------------------------------------------------------------


@router.get("/sources")
def sources(
    request: Request,
    session: SessionDep,
    store: StoreDep,
    templates: TemplatesDep,
    settings: SettingsDep,
    q: Annotated[str, Query(max_length=100)] = "",
    done: Done = None,
) -> Response:
    known = _catalogue(settings)
    wanted = q.strip().lower()
    chosen = [
        source
        for source in known.values()
        if not wanted or wanted in source.slug.lower() or wanted in source.name.lower()
    ]
    shown = chosen[:SHOWN]
    with store.read() as tx:
        faring = {row.slug: row for row in overview.source_rows(tx, [source.slug for source in shown])}
        switched = switches.switches(tx)
    said = {
        "q": q,
        "done": done,
        "total": len(chosen),
        "sources": [
            operate_views.source_view(source, faring.get(source.slug), switched.get(source.slug))
            for source in shown
        ],
    }
    return _page(request, templates, "operate_sources.html", session, said)


@router.post("/sources/{slug}/{action}", dependencies=OwnForm)
def switch(
    slug: str,
    action: Literal["on", "off", "look"],
    fields: FieldsDep,
    store: StoreDep,
    settings: SettingsDep,
    root: RootDep,
) -> Response:
    source = _catalogue(settings).get(slug)
    if source is None:
        raise HTTPException(404, f"There is no source {slug!r}.")
    with store.begin() as tx:
        if action == "look":
            switches.look_now(tx, slug, datetime.now(UTC))
        else:
            switches.switch(tx, source_row(source), is_on=action == "on", by_file=source.enabled)
    query = urlencode({"q": one(fields, "q"), "done": action})
    return RedirectResponse(f"{root}/operate/sources?{query}", HTTPStatus.SEE_OTHER)


def _catalogue(settings: Settings) -> Mapping[str, Source]:
    """HTTPException 503 where the source files cannot be read, with what is wrong."""
    try:
        return sources_as_they_stand(settings.sources_dir)
    except ConfigError as exc:
        raise HTTPException(503, str(exc)) from exc


# --- what is shown ---------------------------------------------------------------------------


def _page(
    request: Request,
    templates: Pages,
    name: str,
    session: Session | None,
    said: Mapping[str, Any],
    status: int = 200,
) -> Response:
    page = {"here": "operate", "canonical": None, "session": session, **said}
    return templates.TemplateResponse(request, name, page, status, FORM_HEADERS)


def _index(
    request: Request,
    session: Session,
    store: Store,
    templates: Pages,
    settings: Settings,
    said: Mapping[str, Any],
    status: int = 200,
) -> Response:
    with store.read() as tx:
        everyone = subscriptions.all(tx)
        waiting = mail_requests.waiting(tx)
    page = {
        "endpoints": [operate_views.endpoint_view(s, templates.words) for s in everyone],
        "mail": operate_views.mail_counts(everyone, waiting) if settings.mail_host else None,
        "done": None,
        "trouble": None,
        "typed": {},
        **said,
    }
    return _page(request, templates, "operate.html", session, page, status)


def _endpoint(
    request: Request,
    session: Session,
    store: Store,
    templates: Pages,
    found: Subscription,
    said: Mapping[str, Any],
    state: DeliveryState | None = None,
    before: int | None = None,
    status: int = 200,
) -> Response:
    with store.read() as tx:
        found = subscriptions.get(tx, found.id) or found
        rows = subscriptions.deliveries(tx, found.id, state, SHOWN + 1, before=before)
    page = {
        "e": operate_views.endpoint_view(found, templates.words),
        "is_webhook": found.channel is Channel.WEBHOOK,
        "deliveries": [operate_views.delivery_view(row, templates.words) for row in rows[:SHOWN]],
        "older": rows[SHOWN - 1].id if len(rows) > SHOWN else None,
        "state": state.value if state else None,
        "states": [(one_.value, templates.words.delivery_states[one_.value]) for one_ in DeliveryState],
        "done": None,
        "trouble": None,
        "secret": None,
        "tested": None,
        "replayed": None,
        **said,
    }
    return _page(request, templates, "operate_endpoint.html", session, page, status)


def _found(store: Store, id: str) -> Subscription:
    with store.read() as tx:
        found = subscriptions.get(tx, id)
    if found is None:
        raise HTTPException(404, f"There is no endpoint {id!r}.")
    return found


def _selection(fields: Fields) -> replay.Selection:
    """Raises ConfigError."""

    def number(name: str) -> int | None:
        said = one(fields, name)
        is_one = said.isascii() and said.isdigit() and len(said) < 20 and 0 < int(said) < 2**62
        if said and not is_one:
            raise ConfigError(f"replay: {name}: a number of the sequence, not {said[:20]!r}")
        return int(said) if said else None

    return replay.Selection(
        events=tuple(event for event in fields.get("event", []) if event),
        first=number("from"),
        last=number("to"),
        dead=one(fields, "dead") == "true",
    )
