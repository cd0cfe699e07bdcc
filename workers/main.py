"""The worker process: one RQ worker on one queue, and the sweep of what a dead one left behind.

What a job does is jobs.py; the process that does it, horse.py. This one is started, and started again, by
`gongbao up` or a container.

- **One queue**: with two, RQ pops without the intermediate list, and a kill -9 loses jobs.
- **No thread.** The heartbeat and the sweep are done by the main loop between two jobs (and while it
  waits for a work-horse), with a store that is closed again before a work-horse is forked: a child that
  inherits open SQLite files inherits their lock table too, and may believe it holds locks of its parent.
  A monitor is answered by a process beside this one (ingest/monitor/beside.py).
- **The sweep** looks in the database for versions nobody extracted and reports nobody settled for too
  long, and puts them on the queue again: after a flushed Redis, a lost job, a killed worker. It runs on
  start, too.
- **Redis may go away and come back**: the process waits and connects again; it ends on SIGTERM or
  SIGINT only, after the job in hand (a second signal, a second later, kills that job as well).
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import FrameType
from uuid import uuid4

import redis.exceptions
import structlog
from pydantic import SecretStr
from rq.job import Job as RqJob
from rq.utils import import_attribute

from ingest.errors import QueueError, StoreError
from ingest.model import Copy, Kind, Region, Report, Version
from ingest.monitor.beside import Beside
from ingest.process.console import opened
from ingest.process.instance import noted
from ingest.queue import EXTRACT, READ_SCANS, SETTLE, Queue
from ingest.roles import Role
from ingest.settings import Settings, load_settings
from ingest.store import extraction, presence, rows, settlement
from ingest.store.db import Store
from ingest.telemetry import metrics
from ingest.telemetry.outage import Outage
from workers.context import Extractor, configure
from workers.horse import ForkingWorker, SpawningWorker, worker_class, worker_on
from workers.targets.extract import extract

log = structlog.get_logger(__name__)

_LOG_OF_RQ = logging.getLogger("rq.worker")
_BACK_OFF_FIRST, _BACK_OFF_MOST = 0.5, 10.0


def run(
    settings: Settings,
    *,
    extractor: Extractor = extract,
    kind: type[ForkingWorker] | None = None,
    duty: Duty | None = None,
) -> int:
    """Work until SIGTERM or SIGINT; the exit code. Raises StoreError when the database is not ready.

    `extractor` reaches a forked work-horse only. `duty`: which queue is listened to; None: that of texts.
    """
    duty = duty or TEXTS
    configure(settings, extractor)
    with opened(settings):
        pass  # it is ready
    beside = Beside(settings, duty.role, settings_environment(settings))
    beside.start()
    load(duty)
    # A work-horse has the memory of it in common with this process as long as nobody touches it: a collection
    # of garbage would.
    gc.freeze()
    kind = kind or worker_class()
    if kind is SpawningWorker:
        os.environ.update(settings_environment(settings))
    stopping = threading.Event()
    _until_signal(stopping)
    with noted(settings.run_dir, duty.role) as instance:
        _serve(Chores(settings, duty, beside, instance), kind, stopping)
    beside.stop()
    log.info("worker stopped")
    return 0


def load(duty: Duty) -> None:
    """Load what jobs need once, here, rather than in each work-horse: for its first document that took as
    long as thirty others."""
    import_attribute(duty.job)
    for kind in (Version, Report, Copy):
        rows.learn(kind)
    extract(_SAMPLE, year=2026, kind=Kind.WORK_REPORT, region=_PLACE)


_NOTHING = 0  # the number of no version
# Of everything that most reports have something: a review, a target beside another's, places that act.
_PLACE = Region("500112", "渝北区", ("重庆市", "渝北区"))
_SAMPLE = """政府工作报告
各位代表：
一、2025年工作回顾
过去一年，全区地区生产总值增长5%，高于全市平均。
刚刚过去的一年，我们很好完成了全年目标任务。一般公共预算收入增长5%左右，突破100亿元大关。
城镇居民人均可支配收入预计增长6%，农村居民人均可支配收入增长7%。经开区新引进项目30个，实际利用外商直接投资2亿美元。
从去年起，5个镇街累计净增规上工业企业20户，税收收入占一般公共预算收入的比重达到60%以上。
二、2026年工作安排
今年全区经济社会发展的主要预期目标是：地区生产总值增长5%左右。渝北区完成固定资产投资100亿元。
社会消费品零售总额增长6%以上，力争达到7%。新增城镇就业3万人，产业园亩均税收10万元。
"""


def _serve(chores: Chores, kind: type[ForkingWorker], stopping: threading.Event) -> None:
    """One RQ worker after the other, as often as Redis is lost, until `stopping` is set."""
    chores.sweep(first=True)
    wait, outage = _BACK_OFF_FIRST, Outage(log, "queue", "the worker")
    while not stopping.is_set():
        began = time.monotonic()
        lost = _work(kind, chores, stopping)
        if not stopping.is_set():
            if time.monotonic() - began > _BACK_OFF_MOST:  # it was there meanwhile
                wait, outage = _BACK_OFF_FIRST, Outage(log, "queue", "the worker")
            outage.lasts(time.monotonic(), lost, wait)
            _until_signal(stopping)
            stopping.wait(wait)
            wait = min(wait * 2, _BACK_OFF_MOST)
    chores.leave()


def _work(kind: type[ForkingWorker], chores: Chores, stopping: threading.Event) -> QueueError:
    """One RQ worker, from its birth until it is told to stop or loses Redis; how it lost it."""
    settings = chores.settings
    queue = chores.duty.queue(settings)
    error: Exception = redis.exceptions.ConnectionError("Connection lost.")

    def is_said_by_rq(record: logging.LogRecord) -> bool:
        """RQ logs what ends its loop, with its traceback; of Redis it is said in one line, by _serve."""
        nonlocal error
        thrown = record.exc_info[1] if record.exc_info else None
        if not isinstance(thrown, redis.exceptions.RedisError):
            return True
        error = thrown
        return False

    _LOG_OF_RQ.addFilter(is_said_by_rq)
    try:
        worker = worker_on(queue, kind, f"{chores.instance}-{uuid4().hex[:8]}", _horse_killed)
        worker.patience = queue.job_timeout + 60
        worker.longest_wait = max(1, min(worker.longest_wait, int(settings.sweep_interval)))
        worker.tick, worker.on_stop = chores.tick, stopping.set
        worker.rehearse = chores.duty.rehearse
        log.info("worker started", queue=queue.name, pid=os.getpid())
        worker.work(logging_level="ERROR")
    except redis.exceptions.RedisError as exc:
        error = exc
    finally:
        _LOG_OF_RQ.removeFilter(is_said_by_rq)
        queue.close()
    return queue.trouble("waiting for jobs", error)


def _horse_killed(job: RqJob, pid: int, status: int, _usage: object) -> None:
    metrics.horse_killed()
    log.warning("work-horse died", job=job.id, pid=pid, status=status)


def _until_signal(stopping: threading.Event) -> None:
    """Handlers for the time between two RQ workers, which bring their own."""

    def stop(_signum: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


# --- chores ----------------------------------------------------------------------------------


class Chores:
    """What a worker does beside its jobs: says that it is alive, and sweeps."""

    def __init__(self, settings: Settings, duty: Duty, beside: Beside, instance: str) -> None:
        self.settings = settings
        self.duty = duty
        self.queue = duty.queue(settings)
        self.beside = beside
        self.instance = instance
        self._due = time.monotonic() + settings.sweep_interval
        self._outage = Outage(log, "database or Redis", "the sweep")

    def tick(self) -> bool:
        """Called between jobs and while one runs; does something every `sweep_interval` seconds. Whether a
        work-horse counts into a pipe that nobody reads any more."""
        if time.monotonic() < self._due:
            return False
        self._due = time.monotonic() + self.settings.sweep_interval
        renewed = self.beside.look_after()
        self.sweep()
        return renewed

    def sweep(self, *, first: bool = False) -> int:
        """Beat, and put forgotten work on the queue again; how many ids. Errors are only said: the next
        sweep is soon."""
        try:
            with contextlib.closing(Store.open(self.settings.database)) as store:
                with store.begin() as tx:
                    presence.beat(tx, self.duty.role, self.instance, datetime.now(UTC))
                metrics.beaten()
                mine = first or self._my_turn()
                found = self.duty.requeue(store, self.queue, self.settings) if mine else 0
        except (StoreError, QueueError) as exc:
            self._outage.lasts(time.monotonic(), exc, self.settings.sweep_interval)
            return 0
        self._outage.ends(time.monotonic())
        return found

    def _my_turn(self) -> bool:
        """One sweep an interval is enough for any number of workers."""
        milliseconds = max(1, int(self.settings.sweep_interval * 900))
        try:
            return bool(self.queue.connection.set(self.duty.lock, self.instance, nx=True, px=milliseconds))
        except redis.exceptions.RedisError as exc:
            raise QueueError(f"asking for the turn to sweep: {exc}") from exc

    def leave(self) -> None:
        """Say that the process ends in good order."""
        try:
            with contextlib.closing(Store.open(self.settings.database)) as store, store.begin() as tx:
                presence.leave(tx, self.duty.role, self.instance)
        except StoreError as exc:
            log.warning("could not say goodbye", error=str(exc))
        self.queue.close()


def requeue(store: Store, queue: Queue, older_than: timedelta) -> int:
    """Put on the queue what has waited longer than `older_than`; returns how many ids that were."""
    now = datetime.now(UTC)
    with store.read() as tx:
        versions = extraction.waiting(tx, now, older_than)
        reports = settlement.unsettled(tx, now, older_than)
    random.shuffle(reports)  # one that ends its worker must not be in front of the same ones each time
    queue.enqueue(EXTRACT, versions)
    queue.enqueue(SETTLE, reports)
    if versions:
        with store.begin() as tx:
            extraction.mark_enqueued(tx, versions, now)
    if versions or reports:
        log.info("found work that nobody did", versions=len(versions), reports=len(reports))
    return len(versions) + len(reports)


@dataclass(frozen=True, slots=True)
class Duty:
    """What a worker is there for: its role, its job, the queue that it listens to, and what its sweep puts
    there."""

    role: Role
    job: str
    queue: Callable[[Settings], Queue]
    requeue: Callable[[Store, Queue, Settings], int]
    lock: str  # who has it sweeps
    rehearse: Callable[[], None] = lambda: None  # what a work-horse does before its first job


def _requeue_texts(store: Store, queue: Queue, settings: Settings) -> int:
    return requeue(store, queue, timedelta(seconds=settings.requeue_after))


def _requeue_scans(store: Store, queue: Queue, settings: Settings) -> int:
    from workers.scans import requeue as again  # the road of a page: a worker of texts needs none of it

    return again(store, queue, settings)


def _rehearse() -> None:
    """A job with a version that is not there: it connects, and knows then how to ask."""
    try:
        import_attribute(EXTRACT)(_NOTHING)
        extract(_SAMPLE, year=2026, kind=Kind.WORK_REPORT, region=_PLACE)
    except StoreError as exc:
        log.debug("no rehearsal", error=str(exc))


TEXTS = Duty(Role.WORK, EXTRACT, Queue.of, _requeue_texts, "gongbao:sweep", _rehearse)
SCANS = Duty(Role.OCR, READ_SCANS, Queue.of_scans, _requeue_scans, "gongbao:sweep:ocr")


def settings_environment(settings: Settings) -> dict[str, str]:
    """What makes a child process read these settings: only those that it would not read by itself from our
    environment and the files which that names. So a secret that came from a file stays there."""
    own = load_settings()
    out: dict[str, str] = {}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if value == getattr(own, name):
            continue
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        said = ",".join(value) if isinstance(value, tuple) else str("" if value is None else value)
        out[f"GONGBAO_{name.upper()}"] = said
    return out
