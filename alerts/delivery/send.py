"""The sender: fan out new events, do the deliveries that are due, write down what came of each.

Which are taken is leasing.py; one attempt, attempt.py; what its answer means, retry.py; who is told,
fanout.py.
Killed between sending and writing down, a delivery is sent again by whoever leases it next: the same
`webhook-id`, the same bytes.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import httpx
import structlog
from sqlalchemy import Connection

from alerts.delivery import leasing, notices, nudge
from alerts.delivery.attempt import ask, attempt, http_client
from alerts.delivery.fanout import BATCH, fan_out
from alerts.delivery.leasing import MAIL_LEASE, Job, Taker
from alerts.delivery.mail_pace import MailPace
from alerts.delivery.mailboxes import EXPIRES, count_bounce
from alerts.delivery.retry import (
    GIVE_UP_AFTER,
    Answer,
    Verdict,
    after_attempt,
    failing_since,
    patience,
)
from alerts.delivery.vault import Vault, seal_plain
from alerts.feeds import named_feeds
from alerts.feeds.websub import Hub
from ingest.errors import ConfigError, StoreError
from ingest.model import DeliveryState, Event, MailRequest, Rhythm
from ingest.process.instance import instance_name, noted
from ingest.queue import queue_url
from ingest.roles import Role
from ingest.settings import Settings
from ingest.store import mail_requests, outbox, pings, presence, saved_feeds, subscriptions
from ingest.store.db import Store
from ingest.telemetry import metrics, trace
from ingest.telemetry.outage import Outage

log = structlog.get_logger(__name__)

LOOK_EVERY = 0.5  # seconds between two looks at the database when nobody nudges
LONGEST_OUTAGE = 10.0  # seconds between two looks at a database that is away
BEAT_EVERY = 10.0  # seconds between two heartbeats
FORGOTTEN_AFTER = timedelta(hours=1)  # a process of any role that was silent for so long will not come back
TIDY_EVERY = 3600.0  # seconds between two rounds of tidying up
PRUNED_AT_ONCE = 500  # deliveries in one transaction

Clock = Callable[[], datetime]
Dice = Callable[[], float]
T = TypeVar("T")


def utc_now() -> datetime:
    return datetime.now(UTC)


def even_dice() -> float:
    """A number between -1 and 1: how early or late the next attempt is, of what is allowed."""
    return random.uniform(-1, 1)  # noqa: S311 (spreads load, hides nothing)


@dataclass(slots=True)
class Sender:
    """Does deliveries, many at once, few per endpoint."""

    settings: Settings
    store: Store
    client: httpx.AsyncClient
    clock: Clock = utc_now
    dice: Dice = even_dice
    owner: str = field(default_factory=instance_name)
    nudged: asyncio.Event = field(default_factory=asyncio.Event)
    vault: Vault = field(init=False)
    hub: Hub = field(init=False)
    _under_way: dict[asyncio.Task[None], Job] = field(default_factory=dict)
    _alone: dict[str, datetime] = field(default_factory=dict)  # subscription -> until when it asked
    _well: set[str] = field(default_factory=set)  # subscriptions whose last attempt here succeeded
    _asking: set[asyncio.Task[None]] = field(default_factory=set)  # e-mails that ask for a confirmation
    _mail: MailPace = field(init=False)
    # One thread: on SQLite two writers of one process would only wait for each other.
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="sender-store")
    )

    def __post_init__(self) -> None:
        self.vault = Vault(self.settings)
        self._mail = MailPace(self.settings.mail_rate)
        hub, deadline = self.settings.websub_hub or "", self.settings.webhook_deadline
        self.hub = Hub(self.client, hub, deadline, self.store, self.clock)

    async def look(self) -> float:
        """Fan out what is new, start what is due; returns the seconds till the next look, at most.

        Raises StoreError.
        """
        also = self._note_changed if self.settings.websub_hub else None
        fanned = await self._in_store(lambda: fan_out(self.store, self.clock(), also=also))
        for event in fanned:
            metrics.fanned_out(event.type)
        if fanned and self.settings.websub_hub:
            self.hub.news.set()
        at_work, now = tuple(self._under_way.values()), asyncio.get_running_loop().time()
        moment = self.clock()
        self._alone = {id_: until for id_, until in self._alone.items() if until > moment}
        alone = frozenset(self._alone)
        jobs, requests = await self._in_store(lambda: self._lease(at_work, alone, now))
        for job in jobs:
            self._under_way[asyncio.create_task(self._do(job))] = job
        for request in requests:
            self._asking.add(asyncio.create_task(self._ask(request)))
        if len(fanned) == BATCH:
            return 0.0
        soonest = await self._in_store(self._soonest)
        wait = LOOK_EVERY if soonest is None else (soonest - self.clock()).total_seconds()
        # What is due but was not leased waits for a place or for another sender: not a reason to spin.
        return min(wait, LOOK_EVERY) if wait > 0 else LOOK_EVERY

    async def finish(self) -> None:
        """Wait for the attempts that are under way (each ends by its deadline) and their records."""
        while at_work := (*self._under_way, *self._asking):
            await asyncio.wait(at_work)

    async def beat(self) -> None:
        """Raises StoreError."""
        detail = {"under_way": len(self._under_way) + len(self._asking)}
        await self._in_store(lambda: self._beat(detail))

    async def leave(self) -> None:
        """Say that the process ends in good order."""
        try:
            await self._in_store(self._leave)
        except StoreError as exc:
            log.warning("could not say goodbye", error=str(exc))

    async def tidy(self) -> None:
        """Seal what is still plain, forget secrets that were replaced and deliveries of long ago.

        Raises StoreError.
        """
        await self._in_store(self._tidy)

    def close(self) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)

    async def _in_store(self, work: Callable[[], T]) -> T:
        # What is bound to log lines here is bound to those of the thread.
        bound = copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._thread, bound.run, work)

    def _beat(self, detail: dict[str, int]) -> None:
        with self.store.begin() as tx:
            presence.beat(tx, Role.SEND, self.owner, self.clock(), detail)
            presence.forget(tx, self.clock() - FORGOTTEN_AFTER)
        metrics.beaten()

    def _leave(self) -> None:
        with self.store.begin() as tx:
            presence.leave(tx, Role.SEND, self.owner)

    def _note_changed(self, tx: Connection, events: Sequence[Event]) -> None:
        """Of which feeds the hub is to be told."""
        saved = [named_feeds.saved(f.id, f.name, f.filter) for f in saved_feeds.all(tx)]
        changed = named_feeds.changed_addresses(
            events, [*named_feeds.regional(), *saved], self.settings.base_url
        )
        pings.add(tx, changed, self.clock())

    def _tidy(self) -> None:
        now = self.clock()
        try:
            if count := seal_plain(self.store, self.vault):
                log.info("secrets of an earlier version sealed", subscriptions=count)
        except ConfigError as exc:
            log.warning("secrets stay as they are", error=str(exc))
        with self.store.begin() as tx:
            subscriptions.forget_previous_secrets(tx, now)
            mail_requests.forget(tx, now - EXPIRES)
        pruned, before = 0, now - timedelta(days=self.settings.delivery_log_days)
        more = True
        while more:  # in small transactions: nobody waits for it
            with self.store.begin() as tx:
                deleted = subscriptions.prune_deliveries(tx, before, PRUNED_AT_ONCE)
            pruned += deleted
            more = deleted == PRUNED_AT_ONCE
        if pruned:
            log.info("old deliveries pruned", deliveries=pruned, before=before.isoformat())

    def _soonest(self) -> datetime | None:
        with self.store.read() as tx:
            return subscriptions.soonest(tx)

    def _lease(
        self, at_work: Sequence[Job], alone: Set[str], at: float
    ) -> tuple[list[Job], list[MailRequest]]:
        """`at` is the time of the event loop."""
        writing = sum(job.is_email for job in at_work) + len(self._asking)
        emails = self._mail.room(at, writing) if self.settings.mail_host else 0
        room = leasing.room(at_work, alone, self.settings.webhook_concurrency, emails, at)
        if room.calls <= 0 and emails <= 0:
            return [], []
        taker = Taker(self.owner, self.clock(), at, self.settings.webhook_deadline)
        with self.store.begin() as tx:
            requests = mail_requests.lease(tx, taker.now, MAIL_LEASE, emails) if emails else []
            left = replace(room, emails=emails - len(requests))
            jobs = leasing.lease(tx, taker, left, self._well)
        self._mail.spend(len(requests) + sum(job.is_email for job in jobs))
        return jobs, requests

    async def _do(self, job: Job) -> None:
        trace.take_up(job.event.trace_id)  # for this task, which is of this delivery alone
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            answer = await attempt(
                self.client,
                self.vault,
                job.subscription,
                job.event,
                self.clock(),
                self.settings.webhook_deadline,
                [event for _, event in job.others],
            )
            seconds = loop.time() - started
            if job.is_email:
                self._mail.answered(answer, loop.time())
            (self._well.add if answer.accepted else self._well.discard)(job.subscription.id)
            if seconds_asked := patience(answer):
                self._alone[job.subscription.id] = self.clock() + seconds_asked
            await self._in_store(lambda: self._record(job, answer, seconds))
        except StoreError as exc:
            # The lease runs out and the delivery is done again, with the same id and bytes.
            log.error("outcome not written; it will be sent again", delivery=job.delivery.id, error=str(exc))
        finally:
            task = asyncio.current_task()
            if task is not None:
                self._under_way.pop(task, None)
            self.nudged.set()  # a place is free

    async def _ask(self, request: MailRequest) -> None:
        """Send the e-mail that asks for a confirmation, and write down what came of it."""
        try:
            answer = await ask(self.vault, request)
            self._mail.answered(answer, asyncio.get_running_loop().time())
            await self._in_store(lambda: self._record_asked(request, answer))
        except StoreError as exc:
            log.error("outcome not written; it will be sent again", request=request.id[:8], error=str(exc))
        finally:
            task = asyncio.current_task()
            if task is not None:
                self._asking.discard(task)
            self.nudged.set()

    def _record_asked(self, request: MailRequest, answer: Answer) -> None:
        now = self.clock()
        number = request.attempts + 1
        verdict = after_attempt(number, answer, now, self.dice(), None)
        sent_at = now if verdict.state is DeliveryState.DONE else None
        again_at = verdict.next_attempt_at
        self.store.retrying(
            lambda tx: mail_requests.attempted(tx, request.id, again_at=again_at, sent_at=sent_at)
        )
        log.info(
            "confirmation e-mail sent" if sent_at else "confirmation e-mail failed",
            request=request.id[:8],
            attempt=number,
            error=verdict.error,
        )

    def _record(self, job: Job, answer: Answer, seconds: float) -> None:
        now = self.clock()
        metrics.attempted(job.subscription.channel, answer.status, seconds, accepted=answer.accepted)
        number = min(delivery.attempts for delivery in job.deliveries) + 1
        dice = self.dice()

        def write(tx: Connection) -> tuple[Verdict, str | None] | None:
            standing = subscriptions.get(tx, job.subscription.id)
            if standing is None:
                return None  # removed meanwhile, and its deliveries with it
            since = standing.failing_since
            if since is not None and not answer.accepted and now - since >= GIVE_UP_AFTER:
                since = failing_since(since, subscriptions.last_tried(tx, standing.id), now)
            verdict = after_attempt(number, answer, now, dice, since)
            if verdict.failing_since != standing.failing_since or verdict.disable_reason or answer.refused:
                subscriptions.hold(tx, standing.id)
            if answer.refused:
                too_often = count_bounce(tx, standing, now, verdict.error or "")
                verdict = replace(verdict, disable_reason=too_often)
            for delivery in job.deliveries:
                subscriptions.attempted(
                    tx,
                    delivery.id,
                    now,
                    state=verdict.state,
                    next_attempt_at=verdict.next_attempt_at,
                    status=answer.status,
                    error=verdict.error,
                    seconds=seconds,
                    counts=not answer.ours,
                    were=delivery.attempts,
                )
            if verdict.failing_since != standing.failing_since:
                anew = since is None and standing.failing_since is not None
                subscriptions.failing(tx, standing.id, verdict.failing_since, anew=anew)
            disabled = verdict.disable_reason if standing.disabled_at is None else None
            if disabled and subscriptions.disable(tx, standing.id, now, disabled):
                with trace.traced():  # the notice does not follow from the fetch of what was to be delivered
                    since = verdict.failing_since or now
                    outbox.append(tx, [notices.disabled(standing, now, disabled, since)])
            return verdict, disabled

        written = self.store.retrying(write)
        if written is None:
            return
        verdict, disabled = written
        _count(job, number, verdict.state, now)
        _say(job, number, answer, seconds, verdict, disabled)


def _say(
    job: Job, number: int, answer: Answer, seconds: float, verdict: Verdict, disabled: str | None
) -> None:
    """What became of an attempt, in the log. `disabled`: why nothing more is sent to the endpoint."""
    told = log.bind(
        subscription=job.subscription.id,
        event_id=job.event.id,
        attempt=number,
        status=answer.status,
        seconds=round(seconds, 3),
    )
    if verdict.state is DeliveryState.DONE:
        told.info("webhook delivered")
    elif disabled:
        told.warning("webhook endpoint disabled; `gongbao webhooks enable` when it is well", reason=disabled)
    elif verdict.state is DeliveryState.DEAD:
        told.warning("webhook given up", error=verdict.error)
    else:
        again = verdict.next_attempt_at
        told.info("webhook failed", error=verdict.error, next_attempt_at=again and again.isoformat())


def _count(job: Job, number: int, state: DeliveryState, now: datetime) -> None:
    if state is DeliveryState.DUE:
        return
    for _ in job.deliveries:
        metrics.ended(state)
    if job.subscription.rhythm is not Rhythm.AT_ONCE:
        return  # a digest is late on purpose
    told, before = job.event, job.delivery
    # What is sent again on request, or from before the subscription, says nothing of how fast we are.
    again = number == 1 and (before.last_status, before.last_error) != (None, None)
    past = told.sequence <= job.subscription.after_sequence
    if state is DeliveryState.DONE and told.trace_id is not None and not again and not past:
        metrics.alerted((now - trace.fetched_at(told.trace_id)).total_seconds(), first=number == 1)


async def run(
    settings: Settings,
    store: Store,
    stop: asyncio.Event,
    *,
    clock: Clock = utc_now,
    dice: Dice = even_dice,
) -> None:
    """Be the sender until `stop` is set; then finish what is under way and return.

    A database that is away is waited for; a Redis that is away is not missed.
    """
    async with http_client(settings) as client:
        with noted(settings.run_dir, Role.SEND) as owner:
            await _send(Sender(settings, store, client, clock, dice, owner), stop)


async def _send(sender: Sender, stop: asyncio.Event) -> None:
    helpers = [
        asyncio.create_task(nudge.listen(queue_url(sender.settings), sender.nudged.set)),
        asyncio.create_task(_nudge_when(stop, sender.nudged)),
        asyncio.create_task(sender.hub.run()),
    ]
    try:
        await _serve(sender, stop)
        await sender.finish()
        await sender.leave()
    finally:
        for helper in helpers:
            helper.cancel()
        await asyncio.gather(*helpers, return_exceptions=True)
        sender.close()


async def _serve(sender: Sender, stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    next_beat = next_tidy = loop.time()
    outage, told = 0.0, Outage(log, "database", "the sender")
    while not stop.is_set():
        sender.nudged.clear()
        try:
            if loop.time() >= next_beat:
                await sender.beat()
                next_beat = loop.time() + BEAT_EVERY
            pause = await sender.look()
            if loop.time() >= next_tidy:
                await sender.tidy()
                next_tidy = loop.time() + TIDY_EVERY
            outage = 0.0
            told.ends(loop.time())
        except StoreError as exc:
            pause = outage = min(2 * outage or LOOK_EVERY, LONGEST_OUTAGE)
            told.lasts(loop.time(), exc, pause)
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await sender.nudged.wait()


async def _nudge_when(stop: asyncio.Event, nudged: asyncio.Event) -> None:
    await stop.wait()
    nudged.set()
