"""What the queue runs, called with ids, by name. Idempotent.

Which jobs there are is ingest/queue.py (the allow-list); what they do, extracting.py and settling.py. The
process around a job is main.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial

import structlog

from ingest.errors import QueueError
from ingest.queue import EXTRACT, Queue
from ingest.settings import Settings
from ingest.store.db import Store
from workers.context import Context, configured, opened_queue, opened_store
from workers.extracting import TOGETHER, extract_some, one_by_one
from workers.settling import settle_in

log = structlog.get_logger(__name__)


def extract(*version_ids: int) -> None:
    """Extract each version and settle its report. Raises the last failure after all ids had their turn, so
    that RQ runs the job again; what is done by then is passed over."""
    context = configured()
    with opened_store(context) as store:
        extract_all(store, context, version_ids, bound=context.settings.reading_seconds)


def settle(*report_ids: int) -> None:
    """Compare each report with what subscribers were told, and tell them of the difference. Raises as
    extract does."""
    context = configured()
    with opened_store(context) as store:
        settle_all(store, context, report_ids, bound=context.settings.reading_seconds)


def extract_all(
    store: Store, context: Context, version_ids: Iterable[int], *, bound: float | None = None
) -> int:
    """The job `extract` with the store given; returns how many events are new. `bound`: seconds of processor
    time after which one document ends this process, a work-horse, and has had its attempt."""
    ids = list(dict.fromkeys(version_ids))
    new, failures = 0, list[Exception]()
    try:
        for start in range(0, len(ids), TOGETHER):
            new += extract_some(store, context, ids[start : start + TOGETHER], bound, failures)
    finally:
        wake(context, new)
    if failures:
        raise failures[-1]
    return new


def settle_all(
    store: Store, context: Context, report_ids: Iterable[int], *, bound: float | None = None
) -> int:
    """The job `settle` with the store given; returns how many events are new. `bound` as in extract_all."""
    new, failures = 0, list[Exception]()
    try:
        for report_id in report_ids:
            with one_by_one("settling", bound, failures, report=report_id):
                new += store.retrying(partial(settle_in, report_id=report_id, now=datetime.now(UTC)))
    finally:
        wake(context, new)
    if failures:
        raise failures[-1]
    return new


def wake(context: Context, new: int) -> None:
    """Tell senders that there are events. Only faster, never needed: they look by themselves, too."""
    if not new:
        return
    try:
        with opened_queue(context) as queue:
            queue.wake_senders()
    except QueueError as exc:
        log.debug("senders not woken", error=str(exc))


def enqueue(settings: Settings, version_ids: Sequence[int]) -> None:
    """Wake a worker for these versions. Raises QueueError; their sweep finds them all the same."""
    with closing(Queue.of(settings, retries=0)) as queue:
        queue.enqueue(EXTRACT, version_ids)
