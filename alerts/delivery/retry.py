"""After an attempt: done, next attempt at, dead, endpoint disabled. Pure: the clock and the dice come in.

Sending is send.py; what is sent is webhook.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.model import DeliveryState

# Wait before attempt 1, 2, 3 …, counted from the attempt before (Standard Webhooks 1.0, "Deliverability").
SCHEDULE = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
JITTER = 0.2  # of the wait, either way: endpoints that failed together shall not come back together
LONGEST_RETRY_AFTER = timedelta(hours=24)
GIVE_UP_AFTER = timedelta(hours=120)
LONGEST_SILENCE = timedelta(hours=30)  # between two attempts at what waits: the longest wait, and its jitter

OURS_AGAIN = timedelta(minutes=1)  # what fails on our side is tried again, for as long as it takes
MOST_BOUNCES = 3  # days on which a mailbox is refused till it is written to no more
ONE_DAY = timedelta(hours=20)  # refusals closer together count as one
FORGIVEN_AFTER = timedelta(days=30)

GONE = 410
ASKS_FOR_PATIENCE = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Answer:
    """What one attempt brought: a status, or the reason why there is none. `retry_after` in seconds.

    `taken`: a channel without statuses took it, or the mail server. `refused`: a mailbox was, for good.
    `ours`: our own mail server or key failed, which says nothing of the receiver and counts as no attempt.
    """

    status: int | None = None
    error: str | None = None
    retry_after: float | None = None
    taken: bool = False
    refused: bool = False
    ours: bool = False

    @property
    def accepted(self) -> bool:
        return self.taken or (self.status is not None and 200 <= self.status < 300)

    @property
    def failure(self) -> str:
        """Of one that was not accepted: why, in words."""
        return self.error or _failure(self.status)

    @property
    def in_words(self) -> str:
        if not self.accepted:
            return self.failure
        return "taken" if self.status is None else f"HTTP {self.status}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of the delivery and of its endpoint.

    `next_attempt_at` is set in state `due` only. `failing_since` is the endpoint's, None after a
    success. `disable_reason` set means: the endpoint is switched off now, for this reason.
    """

    state: DeliveryState
    next_attempt_at: datetime | None = None
    error: str | None = None
    failing_since: datetime | None = None
    disable_reason: str | None = None


def after_attempt(
    attempt: int,
    answer: Answer,
    now: datetime,
    jitter: float,
    failing_since: datetime | None,
) -> Verdict:
    """Judge attempt number `attempt` (the first is 1), which ended at `now` with `answer`.

    `jitter` in [-1, 1] moves the wait by up to ±20 %. `failing_since` says since when the endpoint
    fails without a success in between, None if it did not. Only 2xx is success: a redirect is not
    followed, 410 Gone disables the endpoint at once, 120 h of failure disable it too.
    """
    if answer.accepted:
        return Verdict(DeliveryState.DONE)
    since = failing_since or now
    error = answer.failure
    if answer.ours:
        return Verdict(DeliveryState.DUE, now + OURS_AGAIN, error, failing_since)
    if answer.refused:  # RFC 5321 §4.2.1: not to be said again as it is
        return Verdict(DeliveryState.DEAD, None, error, since)
    if answer.status == GONE:
        return Verdict(DeliveryState.DEAD, None, error, since, "the endpoint answered 410 Gone")
    if now - since >= GIVE_UP_AFTER:
        hours = int((now - since).total_seconds() // 3600)
        return Verdict(DeliveryState.DEAD, None, error, since, f"failing for {hours} h; last: {error}")
    if attempt >= len(SCHEDULE):
        return Verdict(DeliveryState.DEAD, None, error, since)
    wait = SCHEDULE[attempt] * (1 + JITTER * max(-1.0, min(1.0, jitter)))
    # Never sooner than asked, never sooner than planned.
    return Verdict(DeliveryState.DUE, now + max(wait, patience(answer)), error, since)


def failing_since(since: datetime | None, last_tried: datetime | None, now: datetime) -> datetime | None:
    """Since when an endpoint fails, as far as it was tried: one that was paused, or had nothing to be told,
    failed at nothing meanwhile, and begins anew. `last_tried`: the attempt before the one that ends now."""
    if last_tried is None or now - last_tried > LONGEST_SILENCE:
        return None
    return since


@dataclass(frozen=True, slots=True)
class Bounces:
    number: int
    last: datetime | None


def one_more(bounces: Bounces, now: datetime) -> Bounces:
    """Refused once more: counted once a day, and anew after a month without."""
    if bounces.last is None or now - bounces.last >= FORGIVEN_AFTER:
        return Bounces(1, now)
    if now - bounces.last < ONE_DAY:
        return bounces
    return Bounces(bounces.number + 1, now)


def patience(answer: Answer) -> timedelta:
    """How long the endpoint asks to be left alone, with all that waits for it; 0: it does not."""
    if answer.status not in ASKS_FOR_PATIENCE or answer.retry_after is None:
        return timedelta(0)
    return timedelta(seconds=min(max(answer.retry_after, 0.0), LONGEST_RETRY_AFTER.total_seconds()))


def _failure(status: int | None) -> str:
    if status is None:
        return "no answer"
    if 300 <= status < 400:
        return f"status {status}: redirects are not followed, subscribe with the final address"
    return f"status {status}"
