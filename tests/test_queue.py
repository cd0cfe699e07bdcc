"""The queue: three jobs and numbers go in, nothing else is ever run."""

from __future__ import annotations

import contextlib
import importlib
import json
import signal
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import redis
import rq
from rq.exceptions import StopRequested
from rq.job import Job as PlainJob
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from ingest.errors import ConfigError, QueueError
from ingest.queue import (
    BATCH,
    EVENTS_CHANNEL,
    EXTRACT,
    FEW,
    JOBS,
    RETRIES,
    SETTLE,
    Job,
    Queue,
    queue_url,
    refusal,
    take_along,
)
from ingest.redis.server import EmbeddedRedis
from ingest.settings import Settings
from workers.horse import ForkingWorker


@pytest.fixture
def queue(redis_server: EmbeddedRedis) -> Any:
    queue = Queue.connect(redis_server.url)
    yield queue
    queue.close()


@pytest.mark.parametrize("name", sorted(JOBS))
def test_every_allowed_name_resolves(name: str) -> None:
    module, _, function = name.rpartition(".")
    assert callable(getattr(importlib.import_module(module), function))


def test_ids_go_in_batches(queue: Queue) -> None:
    assert queue.enqueue(EXTRACT, []) == 0
    assert queue.enqueue(EXTRACT, [7]) == 1
    assert queue.enqueue(SETTLE, list(range(1, BATCH * 2 + 2))) == 3
    assert queue.depth() == 4
    waiting = rq.Queue("extract", connection=queue.connection, job_class=Job, serializer=JSONSerializer).jobs
    assert [(job.func_name, len(job.args)) for job in waiting] == [
        (EXTRACT, 1),
        (SETTLE, BATCH),
        (SETTLE, BATCH),
        (SETTLE, 1),
    ]
    assert [job.retries_left for job in waiting] == [RETRIES] * 4
    assert {job.result_ttl for job in waiting} == {0}


@pytest.mark.parametrize(
    ("workers", "busy", "begin", "expected"),
    [
        (1, 0, 0, range(BATCH)),
        (3, 0, 0, range(11)),
        (3, 2, 0, range(11)),
        (99, 0, 0, range(1)),
        (99, 97, 0, range(1)),
        (99, 98, 0, range(FEW)),
        (99, 96, 2, range(FEW)),
    ],
)
def test_a_job_takes_along_what_waits_behind_it(
    queue: Queue, workers: int, busy: int, begin: int, expected: range
) -> None:
    """A worker alone a whole batch, one of three its share, one of many nothing, or a few while no other is
    free for them."""
    for id in range(32):
        queue.enqueue(EXTRACT, [id])
    own = rq.Queue("extract", connection=queue.connection, job_class=Job, serializer=JSONSerializer)
    job = own.jobs[0]
    queue.connection.lrem(own.key, 1, job.id)  # as the dequeue does
    if busy:
        now = datetime.now(UTC).timestamp()
        queue.connection.zadd(own.started_job_registry.key, {f"{n}:{n}": now + 60 for n in range(busy)})
    queue.connection.rpush(own.intermediate_queue_key, job.id, *(f"other {n}" for n in range(begin)))
    assert take_along(job, own, lambda: workers) == len(expected) - 1
    stored = Job.fetch(job.id, connection=queue.connection, serializer=JSONSerializer)
    assert list(job.args) == list(stored.args) == list(expected)
    assert [other.args for other in own.jobs] == [[id] for id in range(len(expected), 32)]
    assert len(queue.connection.keys("rq:job:*")) == 1 + 32 - len(expected)


def test_only_its_like_is_taken_along(queue: Queue) -> None:
    many = list(range(4, 24))
    for name, ids in ((EXTRACT, [1]), (SETTLE, [2]), (EXTRACT, [3]), (EXTRACT, many), (EXTRACT, [3])):
        queue.enqueue(name, ids)
    own = rq.Queue("extract", connection=queue.connection, job_class=Job, serializer=JSONSerializer)
    job = own.jobs[0]
    queue.connection.lrem(own.key, 1, job.id)
    assert take_along(job, own, lambda: 1) == 2
    assert list(job.args) == [1, 3]
    assert [(other.func_name, len(other.args)) for other in own.jobs] == [(SETTLE, 1), (EXTRACT, BATCH)]


def test_what_another_has_taken_along_meanwhile_is_his(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers that looked at the same moment did the same documents."""
    for id_ in range(1, 7):
        queue.enqueue(EXTRACT, [id_])
    own = rq.Queue("extract", connection=queue.connection, job_class=Job, serializer=JSONSerializer)
    first, second, *_ = own.jobs
    for job in (first, second):
        queue.connection.lrem(own.key, 1, job.id)
    fetch_many = Job.fetch_many

    def overtaken(*asked: Any) -> Any:
        seen = fetch_many(*asked)
        monkeypatch.setattr(Job, "fetch_many", fetch_many)
        assert take_along(second, own, lambda: 2) == 2
        return seen

    monkeypatch.setattr(Job, "fetch_many", overtaken)
    assert take_along(first, own, lambda: 2) == 1, "its share of what was left"
    stored = Job.fetch_many([first.id, second.id], queue.connection, JSONSerializer)
    assert [job and job.args for job in stored] == [first.args, second.args] == [[1, 5], [2, 3, 4]]
    assert [job.args for job in own.jobs] == [[6]]


def test_two_that_look_at_the_same_moment_look_at_different_jobs(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    for id_ in range(20):
        queue.enqueue(EXTRACT, [id_])
    own = rq.Queue("extract", connection=queue.connection, job_class=Job, serializer=JSONSerializer)
    first, second, *_ = own.jobs
    for job in (first, second):
        queue.connection.lrem(own.key, 1, job.id)
        queue.connection.rpush(own.intermediate_queue_key, job.id)
    fetch_many = Job.fetch_many

    def meanwhile(*asked: Any) -> Any:
        monkeypatch.setattr(Job, "fetch_many", fetch_many)
        assert take_along(second, own, lambda: 2) == 9
        return fetch_many(*asked)

    monkeypatch.setattr(Job, "fetch_many", meanwhile)
    assert take_along(first, own, lambda: 2) == 9
    assert list(first.args) == [0, *range(2, 11)]
    assert list(second.args) == [1, *range(11, 20)]


def test_a_job_that_is_refused_takes_nothing_along(queue: Queue) -> None:
    queue.enqueue(EXTRACT, [1])
    own = rq.Queue("extract", connection=queue.connection, job_class=Job, serializer=JSONSerializer)
    bad = Job.create("os.getcwd", connection=queue.connection, serializer=JSONSerializer)
    assert take_along(bad, own, lambda: 1) == 0
    assert queue.depth() == 1


def test_the_same_ids_may_wait_twice(queue: Queue) -> None:
    queue.enqueue(EXTRACT, [7])
    queue.enqueue(EXTRACT, [7])
    assert queue.depth() == 2


def test_a_job_whose_first_worker_was_killed_and_forgotten_ends_well(queue: Queue) -> None:
    queue.enqueue(EXTRACT, [7])
    own = rq.Queue("extract", connection=queue.connection, job_class=Job, serializer=JSONSerializer)
    worker = rq.SimpleWorker([own], connection=queue.connection, job_class=Job, serializer=JSONSerializer)
    [job] = own.jobs
    killed = worker.prepare_execution(job)
    queue.connection.delete(killed.key)  # its time was over
    assert job.execution_registry.get_execution_ids() == [killed.id]
    assert job.get_executions() == []
    with queue.connection.pipeline() as pipe:
        job.cleanup(0, pipeline=pipe, remove_from_queue=False)  # as RQ does after a success
        pipe.execute()
    assert not queue.connection.exists(job.key)


def test_an_unknown_name_is_not_enqueued(queue: Queue) -> None:
    with pytest.raises(QueueError, match=r"'os\.system': not on the allow-list"):
        queue.enqueue("os.system", [1])
    assert queue.depth() == 0


def test_wake_reaches_who_listens(queue: Queue) -> None:
    with queue.connection.pubsub(ignore_subscribe_messages=True) as listener:
        listener.subscribe(EVENTS_CHANNEL)
        listener.get_message(timeout=30)
        queue.wake_senders()
        message = listener.get_message(timeout=30)
        assert message is not None
        assert message["data"] == b"1"


def test_without_redis_each_call_is_a_queue_error_that_says_what_to_do(tmp_path: Path) -> None:
    queue = Queue.connect(f"unix://{tmp_path}/nobody.sock")
    for call in (
        lambda: queue.enqueue(EXTRACT, [1]),
        queue.depth,
        queue.ping,
        queue.wake_senders,
        queue.failed,
    ):
        with pytest.raises(QueueError, match=r"nobody\.sock.*gongbao up"):
            call()
    queue.close()


@pytest.mark.parametrize("address", ["http://localhost", "localhost:6379", "redis://localhost:notaport"])
def test_a_wrong_address_is_a_config_error(address: str) -> None:
    with pytest.raises(ConfigError, match="GONGBAO_REDIS_URL"):
        Queue.connect(address)


def test_messages_keep_the_password(tmp_path: Path) -> None:
    queue = Queue.connect("redis://:hush@127.0.0.1:1/0")
    with pytest.raises(QueueError, match=r"127\.0\.0\.1:1") as caught:
        queue.ping()
    assert "hush" not in str(caught.value)


def test_what_redis_refuses_is_said_with_what_to_do(redis_server: EmbeddedRedis) -> None:
    queue = Queue.connect(redis_server.url)
    queue.connection.config_set("maxmemory", 64 * 2**20)
    assert queue.evicting() is None
    queue.connection.config_set("maxmemory-policy", "allkeys-lru")
    assert queue.evicting() == "allkeys-lru"
    queue.close()
    beyond = Queue.connect(f"{redis_server.url}?db=999")
    with pytest.raises(QueueError, match="try /0"):
        beyond.ping()
    beyond.close()
    owner = Queue.connect(redis_server.url)
    owner.take_note()
    owner.connection.config_set("maxmemory-policy", "noeviction")
    owner.connection.config_set("maxmemory", 1)
    with pytest.raises(QueueError, match="give it more"):
        owner.take_note()
    owner.connection.config_set("maxmemory", 0)
    owner.connection.replicaof("127.0.0.1", 1)
    with pytest.raises(QueueError, match="a copy of another"):
        owner.take_note()
    owner.connection.replicaof("NO", "ONE")
    owner.connection.config_set("requirepass", "hush")
    stranger = Queue.connect(redis_server.url)
    with pytest.raises(QueueError, match="GONGBAO_REDIS_PASSWORD"):
        stranger.ping()
    stranger.close()
    owner.connection.config_set("requirepass", "")
    owner.close()


def test_addresses(tmp_path: Path) -> None:
    assert queue_url(Settings(data_dir=tmp_path)) == f"unix://{tmp_path}/redis.sock"
    assert queue_url(Settings(data_dir=tmp_path, redis_url="redis://h/0")) == "redis://h/0"
    queue = Queue.connect(f"{tmp_path}/redis.sock")
    with pytest.raises(QueueError, match=r"redis\.sock"):
        queue.ping()


# --- hostile jobs ----------------------------------------------------------------------------


def _put(connection: redis.Redis, data: bytes, **more: Any) -> str:
    """Write a job as somebody with access to Redis could, past our Queue."""
    job_id = f"hostile-{connection.incr('n')}"
    fields: dict[str, Any] = {
        "data": zlib.compress(data),
        "created_at": "2026-01-12T04:00:00.000000Z",
        "origin": "extract",
        "status": "queued",
        "timeout": "30",
    }
    connection.hset(f"rq:job:{job_id}", mapping=fields | more)
    connection.rpush("rq:queue:extract", job_id)
    connection.sadd("rq:queues", "rq:queue:extract")
    return job_id


def _call(name: Any, *args: Any, instance: Any = None, **kwargs: Any) -> bytes:
    return json.dumps([name, instance, list(args), kwargs]).encode()


REFUSED = {
    "a shell command": (_call("os.system", "touch {file}"), {}),
    "a builtin": (_call("eval", "open('{file}', 'w')"), {}),
    "a module imported for its effects": (_call("antigravity.fly"), {}),
    "a method of an object": (_call("format", instance="{file}"), {}),
    "our job with words": (_call(EXTRACT, "1; DROP TABLE"), {}),
    "our job with keywords": (_call(EXTRACT, 1, extractor="os.system"), {}),
    "our job with truth": (_call(EXTRACT, True), {}),
    "our job with a list": (_call(EXTRACT, [1]), {}),
    "our job with a number below nought": (_call(EXTRACT, -1), {}),
    "a neighbour of our job": (_call("workers.jobs.wake", 1), {}),
    "no name": (_call(None), {}),
    "a list as name": (_call([EXTRACT]), {}),
    "another shape": (b'{"a": 1}', {}),
    "a pickle": (b"cos\nsystem\n(S'touch {file}'\ntR.", {}),
    "not even bytes of text": (b"\xff\xfe", {}),
    "nothing": (b"", {}),
    "many retries": (_call("os.getpid"), {"retries_left": "1000000"}),
    "a failure callback": (_call("os.getpid"), {"failure_callback_name": "os.abort"}),
    "a webhook": (
        _call("os.getpid"),
        {"webhooks": '[{"url": "http://127.0.0.1:1/", "job_status": "failed", "method": "POST"}]'},
    ),
}

UNREADABLE = {
    "a timeout in words": {"timeout": "for ever"},
    "a status of its own": {"status": "hostile"},
    "a date that is none": {"created_at": "yesterday"},
    "dependencies that are none": {"dependency_ids": "{{{"},
    "a traceback that inflates without end": {"exc_info": zlib.compress(bytes(2**24))},
    "a result larger than any of ours": {"result": b"1" * 2**20},
    "retries in words": {"retries_left": "many"},
    "intervals in words": {"retry_intervals": "["},
}


def _worker(queue: Queue) -> ForkingWorker:
    own = rq.Queue("extract", connection=queue.connection, job_class=Job, serializer=JSONSerializer)
    return ForkingWorker([own], connection=queue.connection, job_class=Job, serializer=JSONSerializer)


def _run(worker: ForkingWorker, *, burst: bool) -> None:
    handlers = {s: signal.getsignal(s) for s in (signal.SIGTERM, signal.SIGINT)}
    try:
        worker.work(burst=burst, logging_level="CRITICAL")
    finally:
        for signum, handler in handlers.items():
            signal.signal(signum, handler)


def _drain(queue: Queue) -> ForkingWorker:
    """A real worker, forking, until the queue is empty."""
    worker = _worker(queue)
    _run(worker, burst=True)
    return worker


def test_a_wish_to_stop_waits_for_the_end_of_the_sweep_and_is_not_lost(queue: Queue) -> None:
    worker, swept = _worker(queue), []

    def sweep() -> bool:
        if worker.get_state() == WorkerStatus.IDLE:
            signal.raise_signal(signal.SIGTERM)  # to this thread: a worker has no other, a test runner has
            swept.append("whole")
        return False

    worker.tick = sweep
    _run(worker, burst=False)
    assert swept == ["whole"]


def test_a_wish_to_stop_that_a_library_swallowed_still_ends_the_worker(queue: Queue) -> None:
    worker = _worker(queue)
    worker.longest_wait = 1

    def swallow() -> bool:
        if worker.get_state() == WorkerStatus.IDLE:
            with contextlib.suppress(StopRequested):
                worker.request_stop(signal.SIGTERM, None)
        return False

    worker.tick = swallow
    _run(worker, burst=False)
    assert worker.get_state() != WorkerStatus.BUSY
    assert queue.depth() == 0


@pytest.mark.parametrize("case", REFUSED)
def test_a_hostile_job_is_refused_and_recorded(queue: Queue, tmp_path: Path, case: str) -> None:
    data, more = REFUSED[case]
    mark = tmp_path / "mark"
    job_id = _put(queue.connection, data.replace(b"{file}", str(mark).encode()), **more)
    worker = _drain(queue)
    assert not mark.exists()
    assert queue.depth() == 0
    assert queue.failed() == 1
    job = Job.fetch(job_id, connection=queue.connection, serializer=JSONSerializer)
    assert refusal(job) is not None
    result = job.latest_result()
    assert result is not None
    assert "refused" in result.exc_string or "Deserialization" in result.exc_string
    assert worker.failed_job_count in (0, 1)


@pytest.mark.parametrize("case", UNREADABLE)
def test_an_unreadable_job_is_passed_over(queue: Queue, case: str) -> None:
    _put(queue.connection, _call(EXTRACT, 1), **UNREADABLE[case])
    last = _put(queue.connection, _call("os.getpid"))
    _drain(queue)
    assert queue.depth() == 0
    assert Job.fetch(last, connection=queue.connection, serializer=JSONSerializer).is_failed, (
        "the next had its turn"
    )


def test_a_job_that_inflates_without_end_is_passed_over(queue: Queue) -> None:
    _put(queue.connection, bytes(2**24))
    last = _put(queue.connection, _call("os.getpid"))
    _drain(queue)
    assert queue.depth() == 0
    assert Job.fetch(last, connection=queue.connection, serializer=JSONSerializer).is_failed


def test_what_rq_offers_beside_the_job_is_dropped(queue: Queue) -> None:
    job_id = _put(
        queue.connection,
        _call(EXTRACT, 1),
        success_callback_name="os.abort",
        failure_callback_name="os.abort",
        stopped_callback_name="os.abort",
        repeats_left="9",
        retry_intervals="[60]",
        retries_left="99",
        rate_limit_key="k",
        rate_limit_concurrency="1",
        webhooks='[{"url": "http://127.0.0.1:1/", "job_status": "failed"}]',
    )
    plain = PlainJob.fetch(job_id, connection=queue.connection, serializer=JSONSerializer)
    assert plain.webhooks, "RQ itself would take them"
    job = Job.fetch(job_id, connection=queue.connection, serializer=JSONSerializer)
    assert refusal(job) is None
    assert (job.success_callback, job.failure_callback, job.stopped_callback) == (None, None, None)
    assert job.webhooks == []
    assert not job.has_rate_limit
    assert (job.repeats_left, job.retry_intervals, job.retries_left) == (None, None, RETRIES)
