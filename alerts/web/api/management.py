"""Subscriptions and deliveries over HTTP, for who has a token (access.py).

What is done is alerts/delivery/endpoints.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from fastapi.security import HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from alerts.delivery import endpoints, replay
from alerts.delivery.send import utc_now
from alerts.delivery.vault import Vault
from alerts.listing import lists, records
from alerts.web.api import schemas
from alerts.web.api.cursor import Cursor, after_cursor, after_id_cursor, id_cursor, next_cursor
from alerts.web.api.negotiate import LISTING_ANSWERS, FormatAsked, list_headers, listing_response, shape_of
from alerts.web.http.access import guard
from alerts.web.http.problems import PROBLEMS, Problem
from alerts.web.http.rate_limit import TOO_MANY
from ingest.errors import ConfigError
from ingest.model import ContentMode, DeliveryState, Filter, Subscription
from ingest.settings import Settings
from ingest.store import subscriptions
from ingest.store.db import Store

REFUSED: dict[int | str, dict[str, Any]] = (
    PROBLEMS
    | TOO_MANY
    | {
        401: {"model": Problem, "description": "No token, or not a good one"},
        403: {"model": Problem, "description": "Not from there"},
    }
)
NOT_JSON: dict[int | str, dict[str, Any]] = {400: {"model": Problem, "description": "No JSON in UTF-8"}}
NOT_NOW: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "Not in the state that it is in"}
}
Action = Literal["pause", "resume", "enable"]


def routes(settings: Settings, store: Store) -> APIRouter:
    bearer = HTTPBearer(auto_error=False, description="`gongbao token add` makes one")
    router = APIRouter(
        prefix="/api/v1",
        tags=["subscriptions"],
        responses=REFUSED,
        dependencies=[Depends(guard(settings, store)), Depends(bearer)],
    )
    vault = Vault(settings)

    def find(id: str) -> Subscription:
        with store.read() as tx:
            found = subscriptions.get(tx, id)
        if found is None:
            raise HTTPException(404, f"There is no subscription {id!r}.")
        return found

    @router.get("/subscriptions", response_model=schemas.Cursored[schemas.Subscription])
    def listed(limit: Annotated[int, Query(ge=1, le=500)] = 500, cursor: Cursor = None) -> dict[str, Any]:
        """Every subscription in the order of their making, without its secret."""
        found = endpoints.list(store)
        if cursor is not None:
            place = after_id_cursor(cursor)
            found = [s for s in found if (s.created_at, s.id) > place]
        shown = found[:limit]
        return {
            "items": [records.subscription_record(s) for s in shown],
            "next_cursor": id_cursor(shown[-1].created_at, shown[-1].id) if len(found) > limit else None,
        }

    @router.post(
        "/subscriptions", response_model=schemas.NewSubscription, status_code=201, responses=NOT_JSON
    )
    def added(asked: schemas.SubscriptionAsked) -> dict[str, Any]:
        """Register an endpoint. Its secret is in this answer and in no other."""
        wanted = Filter(
            types=tuple(asked.types),
            regions=tuple(asked.regions),
            kinds=tuple(asked.kinds),
            indicators=tuple(asked.indicators),
            headline_only=asked.headline_only,
            official_only=asked.official_only,
        )
        made = _or(
            422,
            lambda: endpoints.add(store, vault, asked.url, wanted, utc_now(), mode=ContentMode(asked.mode)),
        )
        return _with_secret(made)

    @router.get("/subscriptions/{id}", response_model=schemas.Subscription)
    def one(id: str) -> dict[str, Any]:
        """One subscription, without its secret."""
        return records.subscription_record(find(id))

    @router.delete("/subscriptions/{id}", status_code=204, response_class=Response)
    def removed(id: str) -> None:
        """Forget an endpoint, its secret and its deliveries."""
        endpoints.remove(store, find(id).id)

    @router.post("/subscriptions/{id}/rotate", response_model=schemas.NewSubscription, responses=NOT_NOW)
    def rotated(id: str) -> dict[str, Any]:
        """Make a new secret; the one before signs beside it for 24 hours."""
        standing = find(id)
        return _with_secret(_or(409, lambda: endpoints.rotate(store, vault, standing.id, utc_now())))

    @router.post("/subscriptions/{id}/replay", response_model=schemas.Replayed, responses=NOT_JSON)
    def replayed(id: str, asked: schemas.ReplayAsked) -> dict[str, Any]:
        """Send events once more, with the same id and bytes."""
        standing = find(id)
        wanted = replay.Wanted(tuple(asked.events), asked.first, asked.last, asked.dead)
        return {"due": _or(422, lambda: replay.replay(store, standing, wanted, utc_now()))}

    @router.post("/subscriptions/{id}/test", response_model=schemas.Tested)
    async def tested(id: str) -> dict[str, Any]:
        """Send one signed `webhook.test` event now, to a paused or disabled endpoint too; written down
        nowhere."""
        standing = await run_in_threadpool(find, id)
        result = await endpoints.test(vault, standing, utc_now())
        return {
            "accepted": result.answer.accepted,
            "status": result.answer.status,
            "error": result.answer.error,
            "seconds": round(result.seconds, 3),
        }

    @router.post("/subscriptions/{id}/{action}", response_model=schemas.Subscription, responses=NOT_NOW)
    def acted(id: str, action: Action) -> dict[str, Any]:
        """Hold deliveries back, let them go, switch a disabled endpoint on."""
        standing = find(id)
        acts: dict[str, Callable[[], Subscription]] = {
            "pause": lambda: endpoints.pause(store, standing.id, utc_now()),
            "resume": lambda: endpoints.resume(store, standing.id),
            "enable": lambda: endpoints.enable(store, standing.id),
        }
        _or(409, acts[action])
        return records.subscription_record(find(id))

    @router.get("/deliveries", response_model=schemas.Cursored[schemas.Delivery], responses=LISTING_ANSWERS)
    def deliveries(
        request: Request,
        response: Response,
        subscription: Annotated[str | None, Query(max_length=40)] = None,
        state: DeliveryState | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        cursor: Cursor = None,
        format: FormatAsked = None,
    ) -> Any:
        """The log of deliveries, newest first, each with its last answer."""
        place = after_cursor(cursor)
        with store.read() as tx:
            rows = subscriptions.deliveries(
                tx, subscription, state, limit + 1, before=None if place is None else place[1]
            )
        shown = rows[:limit]
        last = shown[-1] if len(rows) > limit else None
        onward = next_cursor(last.created_at, last.id) if last else None
        headers = list_headers(request, cursor=onward)
        if (shape := shape_of(request, format)) != "json":
            return listing_response(shape, lists.deliveries(shown), headers)
        response.headers.update(headers)
        return {"items": [records.delivery_record(row) for row in shown], "next_cursor": onward}

    @router.get("/deliveries/{id}", response_model=schemas.DeliveryDetail)
    def delivery(id: Annotated[int, Path(ge=1, lt=2**63)]) -> dict[str, Any]:
        """One delivery with every attempt at it: when, what came back, after how long."""
        with store.read() as tx:
            found = subscriptions.delivery(tx, id)
        if found is None:
            raise HTTPException(404, f"There is no delivery {id}; the log goes back as far as it is kept.")
        return records.delivery_detail_record(*found)

    return router


def _with_secret(made: endpoints.Secret) -> dict[str, Any]:
    return records.subscription_record(made.subscription) | {"secret": made.secret}


def _or(status: int, act: Callable[[], Any]) -> Any:
    """What was asked makes no sense (422), or not in this state (409): the message says why."""
    try:
        return act()
    except ConfigError as exc:
        raise HTTPException(status, str(exc)) from exc
