"""The queue: it wakes workers, and carries nothing but the names of three jobs and numbers.

What the jobs do is workers/jobs.py and workers/scans.py; the to-do list itself is the database, so a lost
Redis costs time, never a document. Callers enqueue after their commit; on QueueError they log a warning and
go on, for a worker's sweep finds the work in the database.

Whoever can write into Redis can put a job there that names any function, callback or webhook. `Job`
therefore performs the known jobs with numbers as arguments, and nothing else of RQ's vocabulary.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import redis
import rq
import rq.job
import structlog
from redis.backoff import ConstantBackoff
from redis.retry import Retry as ConnectionRetry
from rq.exceptions import NoSuchJobError
from rq.executions import Execution, ExecutionRegistry
from rq.serializers import JSONSerializer

from ingest.errors import QueueError
from ingest.redis.clients import client
from ingest.redis.server import socket_url
from ingest.settings import Settings

log = structlog.get_logger(__name__)

EXTRACT = "workers.jobs.extract"
SETTLE = "workers.jobs.settle"
READ_SCANS = "workers.scans.read"
JOBS = frozenset({EXTRACT, SETTLE, READ_SCANS})

EVENTS_CHANNEL = "gongbao:events"  # published to after a commit with new events; senders listen

FEW = 10  # ids that one worker does sooner than two: as many as it writes in one transaction
BATCH = 20  # ids a job: the fork is paid for once, and one bad document costs few others a second look
RETRIES = 4  # one more than a document's attempts, so that the job itself may put it aside
FAILURE_TTL = 3600  # seconds that RQ remembers a failed job; the database remembers for good
_MOST_BYTES = 256 * 1024  # of a job; the traceback of a failed one is its largest part
_TIMEOUT = 5.0  # seconds for one answer of Redis


def queue_url(settings: Settings) -> str:
    """The Redis of these settings: GONGBAO_REDIS_URL, else the private one of the data folder."""
    return settings.redis or socket_url(settings.data_dir)


class _Executions(ExecutionRegistry):
    """Of a killed worker Redis forgets the execution before its place in this list. RQ raises then, and a job
    that is done would be done again, until its retries are used up."""

    def get_executions(self, start: int = 0, end: int = -1) -> list[Execution]:
        found = []
        for id_ in self.get_execution_ids(start, end):
            with suppress(ValueError):  # RQ's word for one that is not there
                found.append(Execution.fetch(id=id_, job_id=self.job_id, connection=self.connection))
        return found


class Job(rq.job.Job):
    """A job that refuses whatever is not on the allow-list.

    Unreadable jobs are treated as gone, so that no worker stumbles over one twice. Callbacks, webhooks,
    repeats and rate limits, which this project never sets, are dropped on reading.
    """

    def restore(self, raw_data: Mapping[bytes, bytes]) -> None:
        if too_large(raw_data):
            log.warning("job ignored: it is larger than any of ours", job=self.id)
            raise NoSuchJobError(f"job {self.id} is larger than {_MOST_BYTES} bytes")
        try:
            super().restore(raw_data)
        except NoSuchJobError:
            raise
        except Exception as exc:
            # Anything may be in there: RQ lets ValueError, UnicodeDecodeError, TypeError … through.
            log.warning("unreadable job ignored", job=self.id, error=repr(exc))
            raise NoSuchJobError(f"job {self.id} cannot be read: {exc!r}") from exc
        self._success_callback_name = self._failure_callback_name = self._stopped_callback_name = None
        self._dependency_ids = []
        self.webhooks = []
        self.repeats_left = self.repeat_intervals = None
        self.rate_limit_key = self.rate_limit_concurrency = None
        self.retry_intervals = None  # an interval would need RQ's scheduler
        self.retries_left = min(self.retries_left or 0, RETRIES)
        reason = refusal(self)
        if reason is not None:
            self.retries_left = 0

    @property
    def execution_registry(self) -> ExecutionRegistry:
        return _Executions(self.id, connection=self.connection)

    def perform(self) -> Any:
        """Run the job. Raises QueueError, which RQ records, for one that is not on the allow-list."""
        reason = refusal(self)
        if reason is not None:
            log.error("job refused", job=self.id, reason=reason)
            raise QueueError(f"job {self.id} refused: {reason}. Who else can write to this Redis?")
        return super().perform()


def too_large(fields: Mapping[bytes, bytes]) -> bool:
    """Is a job larger than any of ours, packed or unpacked? RQ inflates without a bound."""
    if sum(map(len, fields.values())) > _MOST_BYTES:
        return True
    for packed in fields.values():
        with suppress(zlib.error):  # not packed: as large as it is
            if len(zlib.decompressobj().decompress(packed, _MOST_BYTES + 1)) > _MOST_BYTES:
                return True
    return False


def refusal(job: rq.job.Job) -> str | None:
    """Why this job must not run; None when it may."""
    try:
        name, instance, args, kwargs = job.func_name, job.instance, job.args, job.kwargs
    except Exception as exc:  # rq.exceptions.DeserializationError, or a tuple of the wrong length
        return f"its data cannot be read ({exc!r})"
    if not isinstance(name, str) or name not in JOBS:
        return f"{str(name)[:100]!r} is not on the allow-list"
    if instance is not None or kwargs:
        return "it names an object or keywords"
    if not isinstance(args, list | tuple) or not all(type(a) is int and 0 <= a < 2**63 for a in args):
        return "its arguments are not ids"
    return None


def take_along(job: rq.job.Job, queue: rq.Queue, workers: Callable[[], int]) -> int:
    """Let a job that is about to run take over the ids of its like that wait in the queue: up to `BATCH` ids,
    and no more jobs than this worker's share of what waits (`workers` counts them); while all others are at
    work, a few are not shared. Returns how many jobs it took.

    Pollers ask for one document at a time, and a job for each costs as much again. The ids are written into
    the job before the others go, so that a process killed in between leaves an id twice, never not at all;
    those of a job that another worker has taken meanwhile are his, and it looks once more.
    """
    if refusal(job) is not None or job.func_name == READ_SCANS:  # each of these takes minutes
        return 0
    taken, overtaken = _take_along(job, queue, workers)
    return taken + _take_along(job, queue, workers)[0] if overtaken else taken


def _take_along(job: rq.job.Job, queue: rq.Queue, workers: Callable[[], int]) -> tuple[int, bool]:
    """How many jobs it took, and whether another was quicker with some."""
    try:
        with queue.connection.pipeline() as pipe:
            pipe.llen(queue.key)
            pipe.zcard(queue.started_job_registry.key)
            pipe.lrange(queue.intermediate_queue_key, 0, -1)
            waiting, started, taken_out = pipe.execute()
        about_to = [id_.decode() for id_ in taken_out]  # by a worker each that has not begun yet
        turn = about_to.index(job.id) if job.id in about_to else 0
        if not waiting:
            return 0, False
        others = max(1, workers()) - 1
        share = -(-(waiting + 1) // (others + 1)) - 1  # of these and this one, rounded up
        few = FEW - len(job.args) if started + max(len(about_to) - 1, 0) >= others else 0
        most = min(BATCH - len(job.args), max(share, few), waiting)
        if most <= 0:
            return 0, False
        # Who looks at the same moment looks further behind.
        start = min(turn * most, waiting - most)
        behind = Job.fetch_many(queue.get_job_ids(start, most), queue.connection, queue.serializer)
        taken: list[rq.job.Job] = []
        own = list(job.args)
        ids = [*own]
        for other in behind:
            if other is None or refusal(other) is not None or other.func_name != job.func_name:
                continue
            if len(ids) + len(other.args) <= BATCH:
                ids += other.args
                taken.append(other)
        if not taken:
            return 0, False
        job.args = list(dict.fromkeys(ids))
        with queue.connection.pipeline() as pipe:
            job.save(pipeline=pipe)
            for other in taken:
                pipe.lrem(queue.key, 1, other.id)
            removed = pipe.execute()[-len(taken) :]
            ours = [other for other, gone in zip(taken, removed, strict=True) if gone]
            for other in ours:
                pipe.delete(other.key)
            if len(ours) < len(taken):
                job.args = list(dict.fromkeys([*own, *(id_ for other in ours for id_ in other.args)]))
                job.save(pipeline=pipe)
            pipe.execute()
        return len(ours), len(ours) < len(taken)
    except (redis.exceptions.RedisError, NoSuchJobError) as exc:
        log.debug("nothing taken along", job=job.id, error=str(exc))
        return 0, False


class Queue:
    """One named queue in one Redis or Valkey. Connects on first use; safe to share between threads."""

    def __init__(self, connection: redis.Redis, name: str, job_timeout: int) -> None:
        self.connection = connection
        self.name = name
        self.job_timeout = job_timeout
        self._rq = rq.Queue(name, connection=connection, job_class=Job, serializer=JSONSerializer)

    @classmethod
    def connect(cls, url: str, *, name: str = "extract", job_timeout: int = 180, retries: int = 1) -> Queue:
        """A queue at `redis://…`, `rediss://…`, `unix://…` or the path of a socket. `job_timeout` is in
        seconds; after a failure Redis is asked `retries` times more. Raises ConfigError for any other
        address; does not talk to Redis yet."""
        connection = client(
            url,
            socket_timeout=_TIMEOUT,
            socket_connect_timeout=_TIMEOUT,
            # A quick second try after a restart. A poller must not wait for Redis.
            retry=ConnectionRetry(ConstantBackoff(0.05), retries),
        )
        return cls(connection, name, job_timeout)

    @classmethod
    def of(cls, settings: Settings, *, retries: int = 1) -> Queue:
        """The queue that these settings name."""
        return cls.connect(
            queue_url(settings), name=settings.queue_name, job_timeout=settings.job_timeout, retries=retries
        )

    @classmethod
    def of_scans(cls, settings: Settings, *, retries: int = 1) -> Queue:
        """The queue of scans, which must never keep others waiting: nobody listens to it but who was asked
        to."""
        return cls.connect(
            queue_url(settings),
            name=f"{settings.queue_name}-ocr",
            job_timeout=int(settings.ocr_seconds) + 120,
            retries=retries,
        )

    def enqueue(self, job_name: str, ids: Sequence[int]) -> int:
        """Ask for a job on each id, `BATCH` ids to a job; how many jobs that made.

        Raises QueueError for a name that is not on the allow-list, and when Redis does not take it.
        """
        if job_name not in JOBS:
            raise QueueError(f"enqueueing {job_name!r}: not on the allow-list {sorted(JOBS)}")
        size = 1 if job_name == READ_SCANS else BATCH
        batches = [list(ids[i : i + size]) for i in range(0, len(ids), size)]
        if not batches:
            return 0
        with self._translated(f"enqueueing {job_name} for {len(ids)} ids"):
            self._rq.enqueue_many(
                rq.Queue.prepare_data(
                    job_name,
                    args=batch,
                    timeout=self.job_timeout,
                    result_ttl=0,
                    failure_ttl=FAILURE_TTL,
                    description=f"{job_name.rpartition('.')[2]} {len(batch)}",
                    retry=rq.Retry(max=RETRIES),
                )
                for batch in batches
            )
        return len(batches)

    def wake_senders(self) -> None:
        """Tell senders and streams that there are new events. Raises QueueError; nobody depends on it."""
        with self._translated("waking the senders"):
            self.connection.publish(EVENTS_CHANNEL, b"1")

    def depth(self) -> int:
        """How many jobs wait. Raises QueueError."""
        with self._translated("counting what waits"):
            return int(self._rq.count)

    def failed(self) -> int:
        """How many jobs RQ gave up within the last hour. Raises QueueError."""
        with self._translated("counting what failed"):
            return len(self._rq.failed_job_registry.get_job_ids())

    def ping(self) -> None:
        """Raises QueueError when Redis does not answer, or is too old for RQ's safe dequeue."""
        with self._translated("asking for its version"):
            version = str(self.connection.info("server").get("redis_version", "0"))
        if tuple(int(part) for part in version.split(".")[:2] if part.isdigit()) < (6, 2):
            raise QueueError(f"queue {self._where}: Redis {version} is too old. Use 6.2 or later, or Valkey.")

    def take_note(self) -> None:
        """Raises QueueError when Redis takes nothing more: its memory or its disk is full, or it is a copy of
        another."""
        with self._translated("writing"):
            self.connection.set("gongbao:note", "", px=1000)

    def evicting(self) -> str | None:
        """By what policy Redis drops keys when its memory is full, jobs among them; None: it refuses more."""
        with self._translated("asking for its memory"):
            memory = self.connection.info("memory")
        policy = str(memory.get("maxmemory_policy", "noeviction"))
        return policy if memory.get("maxmemory") and policy.startswith("allkeys") else None

    def close(self) -> None:
        self.connection.close()

    @property
    def _where(self) -> str:
        """The address without its password."""
        known = self.connection.connection_pool.connection_kwargs
        return str(known.get("path") or f"{known.get('host', 'localhost')}:{known.get('port', 6379)}")

    @contextmanager
    def _translated(self, doing: str) -> Iterator[None]:
        try:
            yield
        except (redis.exceptions.RedisError, OSError) as exc:
            raise self.trouble(doing, exc) from exc

    def trouble(self, doing: str, exc: Exception) -> QueueError:
        """What Redis or the way to it said, with what the reader can do."""
        return QueueError(f"queue at {self._where}: {doing}: {str(exc).rstrip('.')}. {_remedy(exc)}")


def _remedy(exc: Exception) -> str:
    said = str(exc)
    if isinstance(exc, redis.exceptions.AuthenticationError) or "HELLO must be called" in said:
        return "Check user and password: GONGBAO_REDIS_URL, GONGBAO_REDIS_PASSWORD."
    if "DB index" in said:
        return "GONGBAO_REDIS_URL ends with the number of a database that is not there; try /0."
    if isinstance(exc, redis.exceptions.OutOfMemoryError):
        return "Its memory is full: give it more (maxmemory). What waits is in the database."
    if isinstance(exc, redis.exceptions.ReadOnlyError):
        return "It is a copy of another, which GONGBAO_REDIS_URL should name."
    if said.startswith("MISCONF"):
        return "Its disk is full, or closed to it."
    if "Connection closed by server" in said:
        return "Does a Redis listen there? GONGBAO_REDIS_URL names another."
    return "Is it running? `gongbao up` starts a private one; GONGBAO_REDIS_URL names a shared one."
