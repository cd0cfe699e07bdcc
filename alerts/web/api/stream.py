"""Events as they happen: the long poll of /api/v1/events and the stream of Server-Sent Events.

Who is woken when is broadcaster.py. A listener that falls behind is sent what it missed, in order: the place
is its own, in `after` or Last-Event-ID.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from typing import Annotated, Any, TypeVar

import structlog
from fastapi import Depends, Header, HTTPException, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from alerts.listing import lists, records
from alerts.web.api import schemas
from alerts.web.api.broadcaster import Broadcaster, BroadcasterDep
from alerts.web.api.negotiation import LISTING_ANSWERS, FormatAsked, list_headers, listing_response, shape_of
from alerts.web.feeds.queries import EventQuery, event_query
from alerts.web.http.dependencies import StoreDep
from alerts.web.http.layers import HEAD_ONLY
from alerts.web.http.problems import PROBLEMS
from alerts.web.http.rate_limit import TOO_MANY, client_of
from alerts.web.http.room import room
from ingest.errors import StoreError
from ingest.model import Event, Filter
from ingest.store import outbox
from ingest.store.db import Store
from ingest.store.outbox import Batch

log = structlog.get_logger(__name__)

router = room(prefix="/api/v1", tags=["events"], responses=PROBLEMS | TOO_MANY)

LONGEST_WAIT = 60  # seconds of a long poll; proxies cut off what is silent for longer
KEEP_ALIVE = 15.0  # seconds between two comments on a silent stream
PAGE = 100
T = TypeVar("T")


@router.get("/events", response_model=schemas.Events, responses=LISTING_ANSWERS)
async def events(
    request: Request,
    response: Response,
    store: StoreDep,
    broadcaster: BroadcasterDep,
    query: Annotated[EventQuery, Depends(event_query)],
    after: Annotated[int, Query(ge=0, le=2**62, description="the sequence you have seen last")] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    wait: Annotated[
        float, Query(ge=0, le=LONGEST_WAIT, description="seconds to wait for an event if there is none")
    ] = 0,
    format: FormatAsked = None,
) -> Any:
    """Events after a sequence, oldest first: ask again with `next_after` until `more` is false, and miss
    none. Where few events are wanted an answer may be empty and have `more`. With `wait` the answer comes
    with the next event, or empty when that time is over."""
    batch = await run_in_threadpool(_read, store, query.filter, after, limit)
    if not batch.events and wait and HEAD_ONLY not in request.scope:
        if broadcaster.is_full(client := client_of(request.scope)):
            raise _full()
        waiting = _next_events(store, broadcaster, client, query.filter, batch, limit, wait)
        batch = await unless_gone(request, waiting) or batch
    headers = list_headers(request, after=batch.reached if batch.more else None)
    if (shape := shape_of(request, format)) != "json":
        return listing_response(request, shape, lists.events(batch.events), headers)
    response.headers.update(headers)
    return {
        "items": [records.event_record(event) for event in batch.events],
        "next_after": batch.reached,
        "more": batch.more,
    }


@router.get(
    "/stream",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}, "description": "Server-Sent Events, endless"}},
)
async def stream(
    request: Request,
    store: StoreDep,
    broadcaster: BroadcasterDep,
    query: Annotated[EventQuery, Depends(event_query)],
    after: Annotated[
        int | None, Query(ge=0, le=2**62, description="start after this sequence; else with what is new")
    ] = None,
    last_event_id: Annotated[str | None, Header(description="sent by browsers that come back")] = None,
) -> Response:
    """Events as Server-Sent Events: `id` is the sequence, `data` the event as /api/v1/events has it."""
    if broadcaster.is_full(client := client_of(request.scope)):
        raise _full()
    start = after
    if last_event_id is not None and last_event_id.isascii() and last_event_id.isdigit():
        start = min(int(last_event_id[:20]), 2**62)
    if start is None:
        start = await run_in_threadpool(_latest, store)
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    if HEAD_ONLY in request.scope:
        return Response(media_type="text/event-stream", headers=headers)
    return StreamingResponse(
        _follow(store, broadcaster, client, query.filter, start),
        media_type="text/event-stream",
        headers=headers,
    )


async def _next_events(
    store: Store,
    broadcaster: Broadcaster,
    client: str,
    filter: Filter,
    batch: Batch,
    limit: int,
    wait: float,
) -> Batch:
    """Go on from what was looked at, until there is an event or the time is over."""
    loop = asyncio.get_running_loop()
    end = loop.time() + wait
    async with broadcaster.listening(client):
        while not batch.events and loop.time() < end:
            if batch.more or await broadcaster.wait_after(batch.reached, end - loop.time()):
                batch = await run_in_threadpool(_read, store, filter, batch.reached, limit)
    return batch


async def _follow(
    store: Store, broadcaster: Broadcaster, client: str, filter: Filter, after: int
) -> AsyncIterator[str]:
    async with broadcaster.listening(client):
        yield "retry: 3000\n\n"
        while True:
            try:
                batch = await run_in_threadpool(_read, store, filter, after, PAGE)
            except StoreError as exc:
                log.warning("stream ended; the reader will come back", error=str(exc))
                return
            for event in batch.events:
                yield sse(event)
            after = batch.reached  # what was not wanted need not be looked at again
            if not batch.more and not await broadcaster.wait_after(after, KEEP_ALIVE):
                yield ": still here\n\n"


def _full() -> HTTPException:
    detail = "Too many open streams, here or from your address; poll instead."
    return HTTPException(503, detail, {"Retry-After": "30"})


async def unless_gone(request: Request, answer: Coroutine[Any, Any, T]) -> T | None:
    """The answer; None as soon as nobody is there to hear it any more, and the work on it has ended."""
    answering, leaving = asyncio.create_task(answer), asyncio.create_task(_gone(request))
    try:
        await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        return answering.result() if answering.done() else None
    finally:
        for task in (answering, leaving):
            task.cancel()
        await asyncio.gather(answering, leaving, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def sse(event: Event) -> str:
    """One event of the stream (WHATWG HTML, "Server-sent events"); JSON has no line breaks of its own."""
    data = json.dumps(records.event_record(event), ensure_ascii=False, separators=(",", ":"))
    data = data.encode("utf-8", errors="replace").decode()
    return f"id: {event.sequence}\ndata: {data}\n\n"


def _read(store: Store, filter: Filter, after: int, limit: int) -> Batch:
    with store.read() as tx:
        return outbox.events_after(tx, filter, after, limit)


def _latest(store: Store) -> int:
    with store.read() as tx:
        return outbox.latest_sequence(tx)
