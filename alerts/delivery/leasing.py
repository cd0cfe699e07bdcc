"""Which due deliveries a sender takes now, and how many to whom. Doing them is send.py.

So that a good endpoint finds a place however many dead ones there are: an endpoint that has not answered well
since this process began has one attempt at a time, others `PER_ENDPOINT`; all that are failing share half of
the places; an attempt that is slow gives its place back, and only holds its connection (of which there are
enough for `SLOW_FOR_EACH` more). An endpoint that asked to be left alone is, whatever is due there; another
sender learns of it by its own first attempt.

E-mails have places of their own (mail_pace.py): a mail server that hangs takes none from a webhook. A mailbox
has one e-mail at a time, and all that is due of a digest in it.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from alerts.delivery.attempt import SLOW_FOR_EACH
from alerts.delivery.digest import MOST
from alerts.delivery.smtp import DEADLINE as MAIL_DEADLINE
from ingest.model import Channel, Delivery, Event, Rhythm, Subscription
from ingest.store import subscriptions

PER_ENDPOINT = 4  # attempts under way at once to one endpoint that is known to be well
SLOW = 1.0  # seconds; an attempt that takes longer gives its place back
BEYOND_DEADLINE = timedelta(seconds=15)
MAIL_LEASE = timedelta(seconds=MAIL_DEADLINE) + BEYOND_DEADLINE


@dataclass(frozen=True, slots=True)
class Job:
    """A delivery that this process has leased. `failing`: its endpoint was failing when it was leased.
    `others`: those in the same digest."""

    delivery: Delivery
    event: Event
    subscription: Subscription
    failing: bool
    started: float  # by the clock of the event loop
    others: tuple[tuple[Delivery, Event], ...] = ()

    @property
    def is_email(self) -> bool:
        return self.subscription.channel is Channel.MAIL

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        return (self.delivery, *(delivery for delivery, _ in self.others))


@dataclass(frozen=True, slots=True)
class Room:
    """What is under way, and what may be besides: `calls` (webhooks and channels), `failing` of them to
    endpoints that fail, `emails`."""

    busy: Set[str]  # subscriptions to which something is under way, or that asked to be left alone
    calls: int
    failing: int
    emails: int


def room(at_work: Sequence[Job], alone: Set[str], most: int, emails: int, at: float) -> Room:
    """`most`: webhook attempts at once; `at`: the time of the event loop. Pure."""
    calls = [job for job in at_work if not job.is_email]
    places = min(
        most - sum(at - job.started < SLOW for job in calls), most * (1 + SLOW_FOR_EACH) - len(calls)
    )
    for_failing = max(1, most // 2) - sum(job.failing for job in calls)
    return Room({job.subscription.id for job in at_work} | alone, places, for_failing, emails)


@dataclass(frozen=True, slots=True)
class Taker:
    """Who leases, and when."""

    owner: str
    now: datetime
    at: float
    deadline: float  # of a webhook attempt, seconds


def lease(tx: Connection, taker: Taker, room: Room, known_well: Set[str]) -> list[Job]:
    """Take what there is room for. `known_well`: subscriptions whose last attempt here succeeded."""
    owed = subscriptions.owed(tx, taker.now)
    everyone = {id_ for id_, _, _ in owed}
    failing = {id_ for id_, _, since in owed if since is not None}
    boxes = {id_ for id_, channel, _ in owed if channel is Channel.MAIL}
    well = known_well & everyone - failing
    beyond = timedelta(seconds=taker.deadline) + BEYOND_DEADLINE

    def take(among: Set[str], least: int, each: int, lease: timedelta = beyond) -> list[Job]:
        free = among - room.busy
        if not free or least <= 0:
            return []
        leased = subscriptions.lease_deliveries(
            tx, taker.owner, taker.now, lease, least, among=free, per_subscription=each
        )
        return [Job(delivery, event, to, to.id in failing, taker.at) for delivery, event, to in leased]

    jobs: list[Job] = []
    for among, each, places in (
        (well - boxes, PER_ENDPOINT, room.calls),
        (everyone - well - failing - boxes, 1, room.calls),
        (failing - boxes, 1, room.failing),
    ):
        jobs += take(among, min(places, room.calls - len(jobs)), each)
    emails = take(boxes - failing, room.emails, 1, MAIL_LEASE)
    emails += take(boxes & failing, min(max(1, room.emails // 2), room.emails - len(emails)), 1, MAIL_LEASE)
    return jobs + [_whole(tx, taker, job) for job in emails]


def _whole(tx: Connection, taker: Taker, job: Job) -> Job:
    """With all else that is due there, if it is a digest."""
    if job.subscription.rhythm is Rhythm.AT_ONCE:
        return job
    leased = subscriptions.lease_deliveries(
        tx,
        taker.owner,
        taker.now,
        MAIL_LEASE,
        MOST - 1,
        among=[job.subscription.id],
        per_subscription=MOST - 1,
    )
    others = tuple((delivery, event) for delivery, event, _ in leased)
    return Job(job.delivery, job.event, job.subscription, job.failing, job.started, others)
