"""Subscriptions and deliveries over HTTP, for who has a token (http/access.py).

What is done is alerts/delivery/endpoints.py.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, HTTPException, Path, Query, Request
from fastapi.security import HTTPBearer
from starlette.responses import Response

from alerts.delivery import endpoints, replay
from alerts.delivery.vault import Vault
from alerts.listing import lists, records, shapes
from alerts.web.api import schemas
from alerts.web.api.cursor import Cursor, after_cursor, after_id_cursor, id_cursor, next_cursor
from alerts.web.api.negotiation import LISTING_ANSWERS, FormatAsked, list_headers, listing_response, shape_of
from alerts.web.http.access import TokenRoute
from alerts.web.http.dependencies import StoreDep
from alerts.web.http.parameters import refused_as
from alerts.web.http.problems import PROBLEMS, as_problem
from alerts.web.http.rate_limit import TOO_MANY
from alerts.web.http.room import room
from ingest.filters import asked_filter
from ingest.model import ContentMode, DeliveryState, Subscription
from ingest.store import subscriptions

REFUSED: dict[int | str, dict[str, Any]] = (
    PROBLEMS
    | TOO_MANY
    | {
        401: as_problem("Missing or invalid token"),
        403: as_problem("Not allowed from this address"),
    }
)
NOT_JSON: dict[int | str, dict[str, Any]] = {400: as_problem("Body is not valid UTF-8 JSON")}
NOT_NOW: dict[int | str, dict[str, Any]] = {409: as_problem("Not possible in its current state")}
Action = Literal["pause", "resume", "enable"]


bearer = HTTPBearer(auto_error=False, description="`gongbao token add` makes one")
router = room(
    prefix="/api/v1",
    tags=["subscriptions"],
    responses=REFUSED,
    route_class=TokenRoute,
    dependencies=[Depends(bearer)],
)


async def _vault(request: Request) -> Vault:
    vault: Vault = request.app.state.vault
    return vault


VaultDep = Annotated[Vault, Depends(_vault)]


def _subscription(id: str, store: StoreDep) -> Subscription:
    with store.read() as tx:
        subscription = subscriptions.get(tx, id)
    if subscription is None:
        raise HTTPException(404, f"There is no subscription {id!r}.")
    return subscription


SubscriptionDep = Annotated[Subscription, Depends(_subscription)]


@router.get("/subscriptions", response_model=schemas.Cursored[shapes.Subscription])
def list_subscriptions(
    store: StoreDep, limit: Annotated[int, Query(ge=1, le=500)] = 500, cursor: Cursor = None
) -> dict[str, Any]:
    """Every subscription in the order of their making, without its secret."""
    rows = endpoints.list(store)
    if cursor is not None:
        place = after_id_cursor(cursor)
        rows = [s for s in rows if (s.created_at, s.id) > place]
    page = rows[:limit]
    return {
        "items": [records.subscription_record(s) for s in page],
        "next_cursor": id_cursor(page[-1].created_at, page[-1].id) if len(rows) > limit else None,
    }


@router.post("/subscriptions", response_model=schemas.NewSubscription, status_code=201, responses=NOT_JSON)
def add_subscription(body: schemas.SubscriptionAsked, store: StoreDep, vault: VaultDep) -> dict[str, Any]:
    """Register an endpoint. Its secret is in this answer and in no other."""
    mode = ContentMode(body.mode)
    with refused_as(422):
        filter_ = asked_filter(
            types=body.types,
            regions=body.regions,
            kinds=body.kinds,
            indicators=body.indicators,
            headline_only=body.headline_only,
            official_only=body.official_only,
            backfill=body.backfill,
            label="{}s".format,
        )
        return _with_secret(endpoints.add(store, vault, body.url, filter_, datetime.now(UTC), mode=mode))


@router.get("/subscriptions/{id}", response_model=shapes.Subscription)
def subscription(subscription: SubscriptionDep) -> dict[str, Any]:
    """One subscription, without its secret."""
    return records.subscription_record(subscription)


@router.delete("/subscriptions/{id}", status_code=204, response_class=Response)
def remove_subscription(subscription: SubscriptionDep, store: StoreDep) -> None:
    """Forget an endpoint, its secret and its deliveries."""
    endpoints.remove(store, subscription.id)


@router.post("/subscriptions/{id}/rotate", response_model=schemas.NewSubscription, responses=NOT_NOW)
def rotate_secret(subscription: SubscriptionDep, store: StoreDep, vault: VaultDep) -> dict[str, Any]:
    """Make a new secret; the one before signs beside it for 24 hours."""
    with refused_as(409):
        return _with_secret(endpoints.rotate(store, vault, subscription.id, datetime.now(UTC)))


@router.post("/subscriptions/{id}/replay", response_model=schemas.Replayed, responses={**NOT_JSON, **NOT_NOW})
def replay_events(
    body: schemas.ReplayAsked, subscription: SubscriptionDep, store: StoreDep
) -> dict[str, Any]:
    """Send events once more, with the same id and bytes."""
    selection = replay.Selection(tuple(body.events), body.first, body.last, body.dead)
    with refused_as(422 if subscription.disabled_at is None else 409):
        return {"due": replay.replay(store, subscription, selection, datetime.now(UTC))}


@router.post("/subscriptions/{id}/test", response_model=schemas.Tested)
async def test_subscription(subscription: SubscriptionDep, vault: VaultDep) -> dict[str, Any]:
    """Send one signed `webhook.test` event now, to a paused or disabled endpoint too; written down
    nowhere."""
    result = await endpoints.test(vault, subscription, datetime.now(UTC))
    return {
        "accepted": result.answer.accepted,
        "status": result.answer.status,
        "error": result.answer.error,
        "seconds": round(result.seconds, 3),
    }


@router.post("/subscriptions/{id}/{action}", response_model=shapes.Subscription, responses=NOT_NOW)
def switch_subscription(action: Action, subscription: SubscriptionDep, store: StoreDep) -> dict[str, Any]:
    """Hold deliveries back, let them go, switch a disabled endpoint on."""
    with refused_as(409):
        if action == "pause":
            endpoints.pause(store, subscription.id, datetime.now(UTC))
        elif action == "resume":
            endpoints.resume(store, subscription.id)
        else:
            endpoints.enable(store, subscription.id)
    return records.subscription_record(_subscription(subscription.id, store))


@router.get("/deliveries", response_model=schemas.Cursored[shapes.Delivery], responses=LISTING_ANSWERS)
def deliveries(
    request: Request,
    response: Response,
    store: StoreDep,
    subscription: Annotated[str | None, Query(max_length=40)] = None,
    state: DeliveryState | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Cursor = None,
    format: FormatAsked = None,
) -> Any:
    """The log of deliveries, newest first, each with its last answer."""
    place = after_cursor(cursor)
    if subscription is not None:
        _subscription(subscription, store)
    with store.read() as tx:
        rows = subscriptions.deliveries(
            tx, subscription, state, limit + 1, before=None if place is None else place[1]
        )
    page = rows[:limit]
    last = page[-1] if len(rows) > limit else None
    onward = next_cursor(last.created_at, last.id) if last else None
    headers = list_headers(request, cursor=onward)
    if (shape := shape_of(request, format)) != "json":
        return listing_response(request, shape, lists.deliveries(page), headers)
    response.headers.update(headers)
    return {"items": [records.delivery_record(row) for row in page], "next_cursor": onward}


@router.get("/deliveries/{id}", response_model=shapes.DeliveryDetail)
def delivery(id: Annotated[int, Path(ge=1, lt=2**63)], store: StoreDep) -> dict[str, Any]:
    """One delivery with every attempt at it: when, what came back, after how long."""
    with store.read() as tx:
        row = subscriptions.delivery(tx, id)
    if row is None:
        raise HTTPException(404, f"There is no delivery {id}; the log goes back as far as it is kept.")
    return records.delivery_detail_record(*row)


def _with_secret(new: endpoints.Secret) -> dict[str, Any]:
    return records.subscription_record(new.subscription) | {"secret": new.secret}
