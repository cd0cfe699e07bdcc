"""What is counted where it happens, for Prometheus: the instruments, and one function for each happening.

What the database and Redis know (backlogs, states) is monitor/families.py; how it is served, monitor/.
docs/monitoring.md is the reader's version; a test keeps the two in step.

A process counts for itself. A worker's jobs run in a process of their own, which dies with whatever is wrong
with it, so the worker and it write their happenings into one pipe instead (`relay_to`), and the process
beside it counts (`retell`, monitor/beside.py). A line that finds the pipe full is dropped: work never waits
for its being counted.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.registry import Collector

from ingest.roles import Role

EXTRACTIONS = ("done", "failed", "dead")
ENDED = ("done", "dead")
ATTEMPTS = ("first", "later")

# When a series began says nothing that its first sample does not.
disable_created_metrics()  # type: ignore[no-untyped-call]

FETCHES = Counter(
    "gongbao_fetches",
    "Lists and pages asked for, by kind of source and by what came: ok, not_modified, postponed or the error",
    ["subject", "kind", "outcome"],
    registry=None,
)
PAGES_READ = Counter(
    "gongbao_pages_read",
    "Pages read, by kind of source and by what was decided of their text",
    ["kind", "decision"],
    registry=None,
)
EXTRACTIONS_TOTAL = Counter(
    "gongbao_extractions",
    "Attempts to read the targets out of a version: done, failed (it is tried again), dead (put aside)",
    ["outcome"],
    registry=None,
)
EXTRACTION_SECONDS = Histogram(
    "gongbao_extraction_seconds",
    "Time to read the targets out of a version and to save them",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180),
    registry=None,
)
HORSES_KILLED = Counter(
    "gongbao_work_horses_killed", "Work-horses that died in the middle of a job", registry=None
)
EVENTS = Counter(
    "gongbao_events", "Events, counted when they are fanned out: each once", ["type"], registry=None
)
ATTEMPTS_TOTAL = Counter(
    "gongbao_delivery_attempts",
    "Attempts to deliver, by channel and by what came: delivered, 3xx … 5xx (refused), error",
    ["channel", "outcome"],
    registry=None,
)
ATTEMPT_SECONDS = Histogram(
    "gongbao_delivery_attempt_seconds",
    "Time of one attempt to deliver",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30),
    registry=None,
)
DELIVERIES_ENDED = Counter(
    "gongbao_deliveries_ended", "Deliveries that were done, or given up (dead)", ["state"], registry=None
)
ALERT_LATENCY = Histogram(
    "gongbao_alert_latency_seconds",
    "From the fetch of a page to the delivery of what it says, by whether the first attempt was enough",
    ["attempt"],
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600, 14400, 86400),
    registry=None,
)
HEARTBEAT = Gauge(
    "gongbao_heartbeat_timestamp_seconds",
    "When this process last wrote its heartbeat into the database; 0: never",
    registry=None,
)

# Which of them a role serves.
OF_ROLE: Mapping[Role, tuple[Collector, ...]] = {
    Role.POLL: (FETCHES, PAGES_READ, HEARTBEAT),
    Role.WORK: (EXTRACTIONS_TOTAL, EXTRACTION_SECONDS, HORSES_KILLED, HEARTBEAT),
    Role.OCR: (HORSES_KILLED, HEARTBEAT),
    Role.SEND: (EVENTS, ATTEMPTS_TOTAL, ATTEMPT_SECONDS, DELIVERIES_ENDED, ALERT_LATENCY, HEARTBEAT),
    Role.SERVE: (),
}

# What has few values is there from the start, at nought: a rate needs the sample before the first event.
for _outcome in EXTRACTIONS:
    EXTRACTIONS_TOTAL.labels(_outcome)
for _state in ENDED:
    DELIVERIES_ENDED.labels(_state)
for _attempt in ATTEMPTS:
    ALERT_LATENCY.labels(_attempt)


# --- what happens ----------------------------------------------------------------------------


def fetched(subject: str, kind: str, outcome: str) -> None:
    """A list or a page was asked for; `outcome` is a word, or the code of an error."""
    FETCHES.labels(subject, kind, snake(outcome)).inc()


def page_read(kind: str, decision: str) -> None:
    PAGES_READ.labels(kind, snake(decision)).inc()


def extracted(outcome: str, seconds: float) -> None:
    if _relayed("extracted", outcome, seconds):
        return
    EXTRACTIONS_TOTAL.labels(outcome).inc()
    if outcome == "done":
        EXTRACTION_SECONDS.observe(seconds)


def horse_killed() -> None:
    if not _relayed("horse_killed"):
        HORSES_KILLED.inc()


def fanned_out(type_: str) -> None:
    EVENTS.labels(type_).inc()


def attempted(channel: str, status: int | None, seconds: float, *, accepted: bool) -> None:
    """One attempt; `status` None: none came, or the channel has none."""
    refused = "error" if status is None else f"{status // 100}xx"
    ATTEMPTS_TOTAL.labels(channel, "delivered" if accepted else refused).inc()
    ATTEMPT_SECONDS.observe(seconds)


def ended(state: str) -> None:
    DELIVERIES_ENDED.labels(state).inc()


def alerted(seconds: float, *, first: bool) -> None:
    """A delivery arrived so long after the fetch that it tells of."""
    ALERT_LATENCY.labels("first" if first else "later").observe(max(seconds, 0.0))


def beaten() -> None:
    """This process has just written its heartbeat."""
    if not _relayed("beaten"):
        HEARTBEAT.set_to_current_time()


def heartbeat_age() -> float | None:
    """Seconds since this process last wrote its heartbeat; None: it never did."""
    # The gauge itself is asked, so that there is one truth; its samples are its public face.
    at = next(iter(next(iter(HEARTBEAT.collect())).samples)).value
    return time.time() - at if at else None


def snake(name: str) -> str:
    """HostUnavailable -> host_unavailable: label values look alike, wherever they come from."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


# --- counted by another process --------------------------------------------------------------

_RETOLD: Mapping[str, Callable[..., None]] = {
    "extracted": extracted,
    "horse_killed": horse_killed,
    "beaten": beaten,
}
_PIPE = "GONGBAO_MONITOR_PIPE"  # in the environment of a child: the file descriptor; not a setting
_pipe: int | None = None


def relay_to(pipe: int | None) -> None:
    """From now on write what happens into this pipe (None: count it here); processes that are started from
    here, too."""
    global _pipe
    _pipe = pipe
    os.environ.pop(_PIPE, None)
    if pipe is not None:
        os.set_blocking(pipe, False)
        os.set_inheritable(pipe, True)
        os.environ[_PIPE] = str(pipe)


def join_relay() -> None:
    """In a work-horse that is a fresh interpreter: write where its worker does, if that relays."""
    if (pipe := os.environ.get(_PIPE, "")).isdigit():
        relay_to(int(pipe))


def retell(line: bytes) -> None:
    """Count what another process wrote. A line that cannot be read is passed over: nothing hangs on it."""
    with contextlib.suppress(ValueError, TypeError, KeyError):
        name, *values = json.loads(line)
        _RETOLD[name](*values)


def _relayed(*happening: Any) -> bool:
    if _pipe is None:
        return False
    with contextlib.suppress(OSError):  # full, or nobody reads it
        os.write(_pipe, json.dumps(happening).encode() + b"\n")  # one write below PIPE_BUF is never torn
    return True
