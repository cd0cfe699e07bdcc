"""The work-horse: a process that does one job after the other for its worker, and may die of any of them.

A worker (RQ's word for who takes jobs from the queue) does none itself. It keeps one child, which is there
before the first job, hands it the number of a job through a socket, and waits for one byte; so a job finds
vocabulary, connections and compiled statements as the last one left them. What RQ knows of a work-horse that
is forked for each job holds as well: one that dies, hangs or takes too long is that job's failure, and the
next job has another.

A work-horse ends by itself after a job that failed, whatever that left behind, after `MOST_JOBS`, when it has
grown by `GROWN`, and when its worker is gone. What a job does is jobs.py; the worker as a process, main.py.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import random
import resource
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Any

import redis.exceptions
import rq
import structlog
from redis.client import Pipeline
from rq.exceptions import NoSuchJobError, StopRequested
from rq.executions import Execution
from rq.job import Job as RqJob
from rq.registry import StartedJobRegistry
from rq.results import Result
from rq.serializers import JSONSerializer
from rq.worker import Worker, WorkerStatus

from ingest.queue import Job, Queue, queue_url, take_along
from ingest.settings import load_settings
from workers.context import keep_connections

log = structlog.get_logger(__name__)

MOST_JOBS = 1_000
GROWN = 100 * 2**20  # bytes of memory, at its peak, over what it began with
WORKER_TTL = 30  # seconds; RQ's default notices a dead worker after seven minutes
MAINTENANCE_INTERVAL = 15  # seconds between two looks at abandoned jobs
MONITORING_INTERVAL = (
    10  # seconds between two looks at a work-horse; its job is abandoned 60 s after the last
)
_OFTEN = timedelta(seconds=1)
_DONE, _LAST = b"+", b"."  # what it says: there, or done with its job; done, and that was its last
_START = "import sys; sys.path[:] = sys.argv[4:]; from workers.horse import main; main(*sys.argv[1:4])"


class ForkingWorker(Worker):
    """An RQ worker that keeps its work-horse, with a tick between jobs, and no way in but the queue. The
    work-horse is forked: it shares the memory of what is loaded."""

    max_connection_wait_time = 5.0
    longest_wait = WORKER_TTL - 15  # seconds, for a job
    patience = 60.0  # seconds that a work-horse is given to end
    rehearse: Callable[[], None] | None = None  # what a work-horse does before its first job
    tick: Callable[[], bool] | None = None  # True: what a work-horse has inherited does not hold any more
    on_stop: Callable[[], None] | None = None

    _kept = 0  # pid of the work-horse; 0: there is none
    _reins: socket.socket | None = None  # the way to it
    _outdated = False

    # --- the work-horse

    def dequeue_job_and_maintain_ttl(
        self, timeout: int | None, max_idle_time: int | None = None
    ) -> tuple[RqJob, rq.Queue] | None:
        self._renew()  # now, for the next job would have to wait for it
        return super().dequeue_job_and_maintain_ttl(timeout, max_idle_time)

    def fork_work_horse(self, job: RqJob, queue: rq.Queue) -> None:
        self._renew()
        assert self._reins is not None
        self._horse_pid = self._kept
        [execution] = self.executions
        with contextlib.suppress(OSError):  # it died meanwhile: wait_for_horse will find out
            self._reins.recv(1)  # that it is there; or the answer to the job before, which was left there
            self._reins.sendall(json.dumps([job.id, execution]).encode() + b"\n")

    def wait_for_horse(self) -> tuple[int | None, int | None, Any]:
        """RQ calls this again and again, with an alarm that may break it off anywhere: so the answer is
        looked at, and left where it is."""
        assert self._reins is not None
        select.select([self._reins], [], [])
        if self._answer() in (_DONE, _LAST):
            return self._kept, os.EX_OK, None
        ended: tuple[int | None, int | None, Any] = super().wait_for_horse()
        self._drop_reins()
        return ended

    def let_go(self) -> None:
        """Let the work-horse end, after the job that it may have in hand: that writes to the database, not to
        Redis."""
        if pid := self._kept:
            self._drop_reins()
            _wait_for(pid, self.patience)

    def teardown(self) -> None:
        self.let_go()
        super().teardown()  # type: ignore[no-untyped-call]

    def _renew(self) -> None:
        """Have a work-horse that may be given a job."""
        if self._kept and (self._outdated or self._answer() in (_LAST, b"")):
            self.let_go()
        if self._reins is None:
            self._begin()

    def _answer(self) -> bytes | None:
        """What it has said; b"" of one that has died, None while it is at work or not there yet."""
        assert self._reins is not None
        try:
            return self._reins.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        except ConnectionError:
            return b""

    def _drop_reins(self) -> None:
        if self._reins is not None:
            self._reins.close()
        self._kept, self._reins, self._outdated = 0, None, False

    def _begin(self) -> None:
        self._reins, theirs = socket.socketpair()
        with theirs:
            self._kept = self._start(self._reins, theirs)
        with contextlib.suppress(OSError):  # it does so itself, too: whoever is first
            os.setpgid(self._kept, self._kept)

    def _start(self, ours: socket.socket, theirs: socket.socket) -> int:
        """Its pid."""
        if pid := os.fork():
            return pid
        code = 1
        try:
            ours.close()
            toil(self, theirs)
            code = 0
        finally:
            os._exit(code)

    # --- the worker

    @property
    def dequeue_timeout(self) -> int:
        return self.longest_wait

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """RQ calls this before each wait for a job, after each job, and while a work-horse runs."""
        if self.tick is not None and not self.is_horse:
            if self._stop_requested and self.get_state() != WorkerStatus.BUSY:
                raise StopRequested
            with _signals_held():
                if self.tick():
                    self._outdated = True
        told = self.last_heartbeat
        if timeout is None and pipeline is None and told is not None and datetime.now(UTC) - told < _OFTEN:
            return  # three commands to Redis, three times a job
        super().heartbeat(timeout, pipeline)

    def execute_job(self, job: RqJob, queue: rq.Queue) -> None:
        take_along(job, queue, lambda: Worker.count(queue=queue))
        super().execute_job(job, queue)

    # RQ goes to Redis sixteen times for a job, and each time costs about as much as one of our statements.
    # What follows writes the same in five, but for what none of our jobs has: dependents, repeats, a result.

    def prepare_execution(self, job: RqJob) -> Execution:
        """Together with what RQ lets the work-horse write (prepare_job_execution)."""
        seconds = int(self.get_heartbeat_ttl(job))
        with self.connection.pipeline() as pipe:
            execution = Execution.create(job, seconds, pipeline=pipe, worker_name=self.name)
            self.executions[execution.id] = execution
            self.set_state(WorkerStatus.BUSY, pipeline=pipe)
            self.heartbeat(seconds, pipeline=pipe)
            job.prepare_for_execution(self.name, pipeline=pipe)
            pipe.persist(job.key)
            pipe.lrem(self.queues[0].intermediate_queue_key, 1, job.id)
            pipe.execute()
        return execution

    def prepare_job_execution(self, job: RqJob, remove_from_intermediate_queue: bool = False) -> None:
        """Done already."""

    def handle_exception(self, job: RqJob, *exc_info: Any) -> None:
        """RQ logs the traceback; that Redis did not take the end of a job is said in a line: what the job did
        is in the database."""
        if isinstance(exc_info[1], redis.exceptions.RedisError):
            log.warning("the end of a job is not noted", job=job.id, error=str(exc_info[1]))
            return
        super().handle_exception(job, *exc_info)

    def handle_execution_ended(self, job: RqJob, queue: rq.Queue, heartbeat_ttl: int) -> None:
        job.ended_at = datetime.now(UTC)

    def handle_job_success(
        self, job: RqJob, queue: rq.Queue, started_job_registry: StartedJobRegistry, execution: Execution
    ) -> None:
        assert job.started_at is not None
        assert job.ended_at is not None
        with self.connection.pipeline() as pipe:
            self.increment_successful_job_count(pipeline=pipe)
            self.increment_total_working_time(job.ended_at - job.started_at, pipe)
            self.cleanup_execution(job, pipe, execution)
            failures = Result.get_key(job.id)  # type: ignore[no-untyped-call]
            pipe.delete(job.key, job.execution_registry.key, failures)
            pipe.execute()

    def set_state(self, state: str, pipeline: Pipeline | None = None) -> None:
        if pipeline is not None or state != self.get_state():  # RQ says twice that a worker is idle
            super().set_state(state, pipeline)

    def check_for_suspension(self, burst: bool) -> None:
        """`rq suspend` is not ours either."""

    def subscribe(self) -> None:
        """RQ's remote commands (shutdown, kill-horse …) are not ours, and would need a thread."""

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        if self.on_stop is not None:
            self.on_stop()
        # RQ raises StopRequested wherever we are, and that may be a destructor, which swallows it.
        self._stop_requested = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def set_shutdown_requested_date(self) -> None:
        # Called in a signal handler; without Redis it would tear the loop away from the running job.
        with contextlib.suppress(redis.exceptions.RedisError):
            super().set_shutdown_requested_date()  # type: ignore[no-untyped-call]


@contextlib.contextmanager
def _signals_held() -> Iterator[None]:
    """Keep the wish to stop for the end of the block: it must not tear a transaction of ours apart."""
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT, signal.SIGIO})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


class SpawningWorker(ForkingWorker):
    """Its work-horse is a fresh interpreter: on macOS a fork after any Apple framework was touched may crash
    the child. Settings travel in the environment."""

    def _start(self, ours: socket.socket, theirs: socket.socket) -> int:
        theirs.set_inheritable(True)
        told = [self.name, str(theirs.fileno()), self.queues[0].name]
        words = [sys.executable, "-c", _START, *told, *sys.path]
        return os.posix_spawn(sys.executable, words, os.environ, setpgroup=0)


def worker_class() -> type[ForkingWorker]:
    return SpawningWorker if sys.platform == "darwin" else ForkingWorker


def worker_on(
    queue: Queue, kind: type[ForkingWorker], name: str, on_death: Callable[..., None] | None = None
) -> ForkingWorker:
    """A worker of this name. Its connection is changed: RQ lengthens the time-out to outlast the wait for a
    job."""
    return kind(
        [rq.Queue(queue.name, connection=queue.connection, job_class=Job, serializer=JSONSerializer)],
        name=name,
        connection=queue.connection,
        job_class=Job,
        serializer=JSONSerializer,
        worker_ttl=WORKER_TTL,
        maintenance_interval=MAINTENANCE_INTERVAL,
        job_monitoring_interval=MONITORING_INTERVAL,
        log_job_description=False,
        default_result_ttl=0,
        work_horse_killed_handler=on_death,
    )


# --- the other end ---------------------------------------------------------------------------


def toil(worker: ForkingWorker, reins: socket.socket) -> None:
    """Be the work-horse: do the jobs that `reins` brings, as long as nothing is wrong."""
    with contextlib.suppress(OSError):
        os.setpgrp()
    random.seed()
    worker.setup_work_horse_signals()  # type: ignore[no-untyped-call]
    worker._is_horse = True
    worker.log = logging.getLogger("rq.worker")
    keep_connections()
    if worker.rehearse is not None:
        worker.rehearse()
    reins.sendall(_DONE)
    begun, number = _peak(), 0
    with reins.makefile("rb") as told:
        for line in told:
            job_id, execution_id = json.loads(line)
            number += 1
            fine = _perform(worker, job_id, execution_id)
            go_on = fine and number < MOST_JOBS and _peak() - begun < GROWN
            reins.sendall(_DONE if go_on else _LAST)
            if not go_on:
                return


def _perform(worker: ForkingWorker, job_id: str, execution_id: str) -> bool:
    queue = worker.queues[0]
    try:
        job = Job.fetch(job_id, connection=worker.connection, serializer=JSONSerializer)
    except NoSuchJobError:  # Redis was flushed: the database knows what is to be done
        return True
    execution = Execution(execution_id, job_id, worker.connection, worker.name)
    execution._job = job
    worker.executions = {execution_id: execution}
    return worker.perform_job(job, queue, execution)


def _peak() -> int:
    """The most bytes of memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def main(name: str, reins: str, queue: str) -> None:
    """A work-horse in an interpreter of its own; `queue`: the name of its worker's."""
    theirs = Queue.connect(queue_url(load_settings()), name=queue)
    toil(worker_on(theirs, SpawningWorker, name), socket.socket(fileno=int(reins)))


def _wait_for(pid: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(ChildProcessError):
            done, _ = os.waitpid(pid, os.WNOHANG)
            if done == 0:
                time.sleep(0.01)
                continue
        return
    log.warning("work-horse does not end; killing it", pid=pid)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
