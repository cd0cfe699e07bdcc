"""Events as they happen: the long poll of /api/v1/events and the stream of Server-Sent Events.

Who is woken when is bell.py. A listener that falls behind is sent what it missed, in order: the place is its
own, in `after` or Last-Event-ID.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from typing import Annotated, Any, TypeVar

import structlog
from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from alerts.listing import lists, records
from alerts.web.api import schemas
from alerts.web.api.broadcaster import Bell
from alerts.web.api.negotiate import LISTING_ANSWERS, FormatAsked, list_headers, listing_response, shape_of
from alerts.web.feeds.queries import Asked, asked
from alerts.web.http.layers import HEAD_ONLY
from alerts.web.http.problems import PROBLEMS
from alerts.web.http.rate_limit import TOO_MANY, client_of
from ingest.errors import StoreError
from ingest.model import Event, Filter
from ingest.settings import Settings
from ingest.store import outbox
from ingest.store.db import Store
from ingest.store.outbox import Batch

log = structlog.get_logger(__name__)

LONGEST_WAIT = 60  # seconds of a long poll; proxies cut off what is silent for longer
KEEP_ALIVE = 15.0  # seconds between two comments on a silent stream
PAGE = 100
T = TypeVar("T")


def routes(settings: Settings, store: Store) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["events"], responses=PROBLEMS | TOO_MANY)
    bell = Bell(settings, store)

    def read(wanted: Filter, after: int, limit: int) -> Batch:
        with store.read() as tx:
            return outbox.events_after(tx, wanted, after, limit)

    def full() -> HTTPException:
        said = "Too many listen here already, or from your address; poll instead."
        return HTTPException(503, said, {"Retry-After": "30"})

    @router.get("/events", response_model=schemas.Events, responses=LISTING_ANSWERS)
    async def events(
        request: Request,
        response: Response,
        wanted: Annotated[Asked, Depends(asked)],
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
        found = await run_in_threadpool(read, wanted.filter, after, limit)
        if not found.events and wait and HEAD_ONLY not in request.scope:
            if bell.is_full(client := client_of(request.scope)):
                raise full()
            waiting = next_events(client, wanted.filter, found, limit, wait)
            found = await unless_gone(request, waiting) or found
        headers = list_headers(request, after=found.reached if found.more else None)
        if (shape := shape_of(request, format)) != "json":
            return listing_response(shape, lists.events(found.events), headers)
        response.headers.update(headers)
        return {
            "items": [records.event_record(event) for event in found.events],
            "next_after": found.reached,
            "more": found.more,
        }

    async def next_events(client: str, wanted: Filter, found: Batch, limit: int, wait: float) -> Batch:
        """Go on from what was looked at, until there is an event or the time is over."""
        loop = asyncio.get_running_loop()
        end = loop.time() + wait
        async with bell.listening(client):
            while not found.events and loop.time() < end:
                if found.more or await bell.news_after(found.reached, end - loop.time()):
                    found = await run_in_threadpool(read, wanted, found.reached, limit)
        return found

    @router.get(
        "/stream",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/event-stream": {}}, "description": "Server-Sent Events, endless"}},
    )
    async def stream(
        request: Request,
        wanted: Annotated[Asked, Depends(asked)],
        after: Annotated[
            int | None, Query(ge=0, le=2**62, description="start after this sequence; else with what is new")
        ] = None,
        last_event_id: Annotated[str | None, Header(description="sent by browsers that come back")] = None,
    ) -> Response:
        """Events as Server-Sent Events: `id` is the sequence, `data` the event as /api/v1/events has it."""
        if bell.is_full(client := client_of(request.scope)):
            raise full()
        start = after
        if last_event_id is not None and last_event_id.isascii() and last_event_id.isdigit():
            start = min(int(last_event_id), 2**62)
        if start is None:
            start = await run_in_threadpool(_latest, store)
        headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        if HEAD_ONLY in request.scope:
            return Response(media_type="text/event-stream", headers=headers)
        return StreamingResponse(
            follow(client, wanted.filter, start), media_type="text/event-stream", headers=headers
        )

    async def follow(client: str, wanted: Filter, after: int) -> AsyncIterator[str]:
        async with bell.listening(client):
            yield "retry: 3000\n\n"
            while True:
                try:
                    found = await run_in_threadpool(read, wanted, after, PAGE)
                except StoreError as exc:
                    log.warning("stream ended; the reader will come back", error=str(exc))
                    return
                for event in found.events:
                    yield sse(event)
                after = found.reached  # what was not wanted need not be looked at again
                if not found.more and not await bell.news_after(after, KEEP_ALIVE):
                    yield ": still here\n\n"

    return router


async def unless_gone(request: Request, answer: Coroutine[Any, Any, T]) -> T | None:
    """The answer; None as soon as nobody is there to hear it any more, and the work on it has ended."""
    made, left = asyncio.create_task(answer), asyncio.create_task(_gone(request))
    try:
        await asyncio.wait({made, left}, return_when=asyncio.FIRST_COMPLETED)
        return made.result() if made.done() else None
    finally:
        for task in (made, left):
            task.cancel()
        await asyncio.gather(made, left, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def sse(event: Event) -> str:
    """One event of the stream (WHATWG HTML, "Server-sent events"); JSON has no line breaks of its own."""
    data = json.dumps(records.event_record(event), ensure_ascii=False, separators=(",", ":"))
    data = data.encode("utf-8", errors="replace").decode()
    return f"id: {event.sequence}\ndata: {data}\n\n"


def _latest(store: Store) -> int:
    with store.read() as tx:
        return outbox.latest_sequence(tx)
