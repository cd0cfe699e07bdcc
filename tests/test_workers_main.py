"""The worker as a process, killed and starved in every way: nothing is lost, nothing is told twice."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import rq
from sqlalchemy import select
from structlog.testing import capture_logs

from ingest.model import Capture, Version
from ingest.monitor.beside import Beside
from ingest.queue import EXTRACT, READ_SCANS, Job, Queue
from ingest.redis.server import EmbeddedRedis
from ingest.settings import Settings, load_settings
from ingest.store import documents, extraction, outbox, presence, scans
from ingest.store.db import Store
from ingest.store.tables import pages
from tests.support.forked import Forked, start
from tests.support.showing import show
from tests.support.worker_process import work
from workers.main import TEXTS, Chores, requeue, settings_environment

ROOT = Path(__file__).parents[1]
TEXT = "2026年全区经济社会发展的主要预期目标是：地区生产总值增长6%左右，社会消费品零售总额增长7%。"
WAITS, KILLS = TEXT + "等待。", TEXT + "杀死。"


def until(true: Callable[[], bool], what: str, seconds: float = 60) -> None:
    pause = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if true():
            return
        pause.wait(0.02)
    raise AssertionError(f"in {seconds} s not: {what}")


class House:
    """A store, a queue, and the worker processes of one test."""

    def __init__(self, store: Store, database: str, redis: EmbeddedRedis, folder: Path) -> None:
        self.store, self.redis, self.folder = store, redis, folder
        self.queue = Queue.connect(redis.url)
        self.environment = os.environ | {
            "GONGBAO_DATABASE_URL": database,
            "GONGBAO_DATA_DIR": str(folder),
            "GONGBAO_REDIS_URL": redis.url,
            "GONGBAO_SWEEP_INTERVAL": "0.5",
            "GONGBAO_REQUEUE_AFTER": "1",
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "error",
        }
        self.workers: list[Forked] = []

    def worker(self, *more: str) -> Forked:
        log = self.folder / f"worker-{len(self.workers)}.log"
        worker = start(work, str(self.folder), *more, environment=self.environment, out=log, err=log)
        self.workers.append(worker)
        return worker

    def log(self, number: int = 0) -> str:
        return (self.folder / f"worker-{number}.log").read_text()

    def show(self, text: str, number: int = 1, *, enqueue: bool = True) -> int:
        """A page of a report of its own shows this text; its version's id."""
        applied = show(self.store, text, key=f"work_report/5001{number:02}/2026", page=str(number))
        assert applied.version_id is not None
        if enqueue:
            self.queue.enqueue(EXTRACT, [applied.version_id])
        return applied.version_id

    def version(self, version_id: int) -> Version:
        with self.store.read() as tx:
            version = documents.version(tx, version_id)
        assert version is not None
        return version

    def extracted(self, *version_ids: int) -> None:
        until(lambda: all(self.version(v).extracted_at for v in version_ids), f"{version_ids} extracted")

    def told(self) -> Counter[str]:
        with self.store.read() as tx:
            events = outbox.events(tx, limit=10_000)
        assert len({e.id for e in events}) == len(events)
        return Counter(e.type for e in events)

    def horse(self) -> int:
        """The pid of the work-horse that is in the middle of a job."""
        started = self.folder / "started"
        until(started.exists, "a job is under way")
        pid = int(started.read_text())
        started.unlink()
        return pid

    def go(self) -> None:
        (self.folder / "go").touch()

    def close(self) -> None:
        self.go()
        for worker in self.workers:
            worker.terminate()
        for worker in self.workers:
            worker.wait(30)
        self.queue.close()


EACH = Counter({"report.published": 1, "target.published": 2})


@pytest.fixture
def house(
    store: Store,
    database: str,
    redis_server: EmbeddedRedis,
    tmp_path: Path,
) -> Iterator[House]:
    house = House(store, database, redis_server, tmp_path)
    try:
        yield house
    finally:
        house.close()


def test_a_worker_does_its_work_and_stops_when_asked(house: House) -> None:
    worker = house.worker()
    ids = [house.show(TEXT + str(n), n) for n in range(1, 6)]
    house.extracted(*ids)
    assert house.told() == Counter({"report.published": 5, "target.published": 10})
    with house.store.read() as tx:
        assert [(b.role, b.instance.split(":")[1]) for b in presence.beats(tx)] == [("work", str(worker.pid))]
    until(lambda: house.queue.depth() == 0, "the queue is empty")
    worker.terminate()
    assert worker.wait(20) == 0
    with house.store.read() as tx:
        assert presence.beats(tx) == []
    assert house.queue.failed() == 0


def test_kill_of_the_work_horse_in_the_middle_of_a_job(house: House) -> None:
    worker = house.worker()
    version = house.show(WAITS)
    os.kill(house.horse(), signal.SIGKILL)
    house.horse()  # RQ's retry
    house.go()
    house.extracted(version)
    assert house.version(version).attempts == 2
    assert house.told() == EACH
    assert worker.poll() is None, "the worker itself lives on"


def test_a_work_horse_is_there_before_its_first_job(house: House) -> None:
    worker = house.worker()
    children = Path(f"/proc/{worker.pid}/task/{worker.pid}/children")
    until(lambda: children.read_text() != "", "the worker has a work-horse")
    there = children.read_text().split()
    house.go()
    house.show(WAITS)
    assert str(house.horse()) in there


def test_a_work_horse_is_kept_until_something_is_wrong_with_it(house: House) -> None:
    house.worker()
    house.go()

    def done_by(number: int, text: str = WAITS) -> int:
        version = house.show(text + str(number), number)
        house.extracted(version)
        assert house.version(version).attempts == 1
        return house.horse()

    first = done_by(1)
    assert done_by(2) == first
    os.kill(first, signal.SIGKILL)  # between two jobs
    second = done_by(3)
    assert done_by(4, WAITS + "膨胀。") == second != first
    assert done_by(5) != second, "it had grown too large"
    assert house.told() == Counter({"report.published": 5, "target.published": 10})


@pytest.mark.both_databases
def test_kill_of_the_worker_and_its_work_horse(house: House) -> None:
    worker = house.worker()
    version = house.show(WAITS)
    horse = house.horse()
    worker.kill()
    os.kill(horse, signal.SIGKILL)
    worker.wait(20)
    assert house.version(version).extracted_at is None
    house.go()
    house.worker()  # as the supervisor does; its sweep finds the document in the database
    house.extracted(version)
    assert house.told() == EACH


def test_kill_of_the_worker_whose_work_horse_goes_on(house: House) -> None:
    worker = house.worker()
    version = house.show(WAITS)
    house.horse()
    worker.kill()
    worker.wait(20)
    house.worker()
    house.horse()  # the new worker took it too: two are at it now
    house.go()
    house.extracted(version)
    done = house.show(TEXT + "另一份", 2)
    house.extracted(done)
    assert house.told() == EACH + EACH


def test_redis_flushed_between_commit_and_job(house: House) -> None:
    versions = [house.show(TEXT + str(n), n) for n in range(1, 4)]
    house.queue.connection.flushall()
    assert house.queue.depth() == 0
    house.worker()
    house.extracted(*versions)
    assert house.told() == Counter({"report.published": 3, "target.published": 6})


def test_never_enqueued_while_the_worker_is_up(house: House) -> None:
    house.worker()
    house.extracted(house.show(TEXT, 1))
    house.extracted(house.show(TEXT + "二", 2, enqueue=False))
    assert house.told() == EACH + EACH


def test_redis_flushed_in_the_middle_of_a_job(house: House) -> None:
    house.worker()
    first = house.show(WAITS)
    house.horse()
    house.queue.connection.flushall()
    second = house.show(TEXT, 2, enqueue=False)
    house.go()
    house.extracted(first, second)
    assert house.told() == EACH + EACH


def test_redis_killed_while_the_worker_waits(house: House) -> None:
    worker = house.worker()
    house.extracted(house.show(TEXT, 1))
    before = house.redis.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    version = house.show(TEXT + "二", 2, enqueue=False)
    house.extracted(version)
    assert house.redis.pid != before
    assert worker.poll() is None, "the worker waited for Redis"
    assert house.told() == EACH + EACH


def test_redis_killed_in_the_middle_of_a_job(house: House) -> None:
    worker = house.worker()
    version = house.show(WAITS)
    house.horse()
    assert house.redis.pid is not None
    os.kill(house.redis.pid, signal.SIGKILL)
    house.go()
    house.extracted(version)
    after = house.show(TEXT + "二", 2, enqueue=False)
    house.extracted(after)
    assert house.told() == EACH + EACH
    assert worker.poll() is None


def test_a_worker_waits_for_a_redis_that_is_not_there_yet(house: House) -> None:
    house.redis.stop()
    worker = house.worker()
    until(lambda: "queue unavailable; the worker waits" in house.log(), "it says that it waits")
    house.redis.start()
    house.extracted(house.show(TEXT))
    worker.terminate()
    assert worker.wait(20) == 0


def test_a_worker_that_meets_a_full_redis_says_so_in_a_line(house: House) -> None:
    worker = house.worker()
    until(lambda: "worker started" in house.log(), "it is at work")
    house.extracted(house.show(TEXT))
    house.queue.connection.config_set("maxmemory", 1)
    until(lambda: "Its memory is full" in house.log(), "it says what it waits for")
    house.queue.connection.config_set("maxmemory", 0)
    house.extracted(house.show(TEXT + "2", 2))
    worker.terminate()
    assert worker.wait(20) == 0
    assert "queue unavailable; the worker waits" in house.log()
    assert "Traceback" not in house.log()


def test_sigterm_without_redis_ends_at_once(house: House) -> None:
    house.redis.stop()
    worker = house.worker()
    until(lambda: "queue unavailable; the worker waits" in house.log(), "it says that it waits")
    worker.terminate()
    assert worker.wait(20) == 0


def test_sigterm_finishes_the_job_in_hand(house: House) -> None:
    worker = house.worker()
    version = house.show(WAITS)
    house.horse()
    worker.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        worker.wait(0.3)
    assert worker.poll() is None
    house.go()
    assert worker.wait(20) == 0
    assert house.version(version).extracted_at is not None
    assert house.told() == EACH


@pytest.mark.both_databases
def test_a_document_that_kills_its_worker_is_put_aside(house: House) -> None:
    worker = house.worker()
    good = house.show(TEXT, 1, enqueue=False)
    killer = house.show(KILLS, 2, enqueue=False)
    other = house.show(TEXT + "三", 3, enqueue=False)
    house.queue.enqueue(EXTRACT, [good, killer, other])
    house.extracted(good, other)
    until(lambda: house.version(killer).dead_at is not None, "it is put aside")
    version = house.version(killer)
    assert version.attempts == 4
    assert "not finished in 3 attempts" in (version.dead_reason or "")
    assert house.told() == Counter({"report.published": 3, "target.published": 4})
    assert worker.poll() is None
    until(lambda: house.queue.depth() == 0, "the queue is empty")
    assert house.queue.failed() == 0


def test_a_document_that_never_ends_is_put_aside(house: House) -> None:
    house.environment["GONGBAO_READING_SECONDS"] = "1"
    worker = house.worker()
    good = house.show(TEXT, 1, enqueue=False)
    endless = house.show(TEXT + "循环。", 2, enqueue=False)
    house.queue.enqueue(EXTRACT, [endless, good])
    house.extracted(good)
    until(lambda: house.version(endless).dead_at is not None, "it is put aside")
    assert (house.version(endless).dead_reason or "").startswith("ReadingEnded: not finished in 3 attempts")
    assert house.told() == Counter({"report.published": 2, "target.published": 2})
    assert worker.poll() is None


def test_two_workers_share_the_work(house: House) -> None:
    house.worker()
    house.worker()
    ids = [house.show(TEXT + str(n), n, enqueue=False) for n in range(1, 31)]
    for version_id in ids:
        house.queue.enqueue(EXTRACT, [version_id])
    house.extracted(*ids)
    assert house.told() == Counter({"report.published": 30, "target.published": 60})


def test_the_spawning_worker_of_macos(house: House) -> None:
    worker = house.worker("spawn")
    version = house.show(TEXT)
    house.extracted(version)
    assert house.told() == EACH
    worker.terminate()
    assert worker.wait(20) == 0


def test_the_spawning_worker_puts_a_scan_that_failed_on_its_own_queue(house: House) -> None:
    now = datetime.now(UTC)
    house.show(TEXT, enqueue=False)
    missing = Capture(now, 200, "a" * 64, 9, "gongbao-20260101-missing.warc.gz", 0)
    with house.store.begin() as tx:
        [page_id] = tx.execute(select(pages.c.id)).scalars()
        scan, _ = scans.found(tx, page_id, scans.Sighting(missing), now)
    own = Queue.connect(house.redis.url, name=f"{house.queue.name}-ocr")
    own._rq.enqueue(READ_SCANS, scan.id, failure_ttl=60, retry=rq.Retry(max=1))
    house.worker("spawn", "scans")
    until(lambda: own.failed() == 1, "it was tried again, and given up")
    own.close()


def test_requeue_finds_what_waits(store: Store, redis_server: EmbeddedRedis) -> None:
    queue = Queue.connect(redis_server.url)
    applied = show(store, TEXT)
    assert requeue(store, queue, timedelta(minutes=1)) == 1, (
        "the version nobody enqueued; its report is too young"
    )
    assert requeue(store, queue, timedelta(minutes=1)) == 0, "it is on the queue now"
    assert requeue(store, queue, timedelta()) == 2, "both, after the wait"
    assert applied.needs_extraction
    assert queue.depth() == 3
    queue.close()


def test_a_report_that_ends_its_worker_is_not_in_front_of_the_same_ones_each_time(
    store: Store, redis_server: EmbeddedRedis
) -> None:
    queue = Queue.connect(redis_server.url)
    for number in range(12):
        applied = show(store, f"{TEXT}第{number}份", key=f"work_report/{number}/2026", page=str(number))
        with store.begin() as tx:
            extraction.mark_enqueued(tx, [applied.version_id or 0], datetime.now(UTC) + timedelta(days=1))
    orders = []
    for _ in range(3):
        requeue(store, queue, timedelta())
        [job] = [Job.fetch(id_, queue.connection, queue._rq.serializer) for id_ in queue._rq.get_job_ids()]
        orders.append(tuple(job.args))
        queue._rq.empty()
    queue.close()
    assert len({tuple(sorted(order)) for order in orders}) == 1
    assert len(set(orders)) > 1


def test_settings_travel_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(
        data_dir=tmp_path,
        redis_url="redis://:pw@h/0",
        sweep_interval=3,
        allow_hosts=("127.0.0.1", "localhost"),
    )
    environment = settings_environment(settings)
    assert environment == {
        "GONGBAO_DATA_DIR": str(tmp_path),
        "GONGBAO_REDIS_URL": "redis://:pw@h/0",
        "GONGBAO_SWEEP_INTERVAL": "3.0",
        "GONGBAO_ALLOW_HOSTS": "127.0.0.1,localhost",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert load_settings() == settings
    assert settings_environment(settings) == {}, "a child reads them by itself"
    back = settings_environment(Settings(data_dir=tmp_path, redis_url=None, allow_hosts=()))
    assert back["GONGBAO_ALLOW_HOSTS"] == back["GONGBAO_REDIS_URL"] == ""


def test_a_secret_from_a_file_is_not_put_into_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text("geheim\n")
    monkeypatch.setenv("GONGBAO_SECRET_KEY_FILE", str(tmp_path / "key"))
    settings = load_settings(data_dir=tmp_path)
    assert settings.secret_key is not None
    assert settings_environment(settings) == {"GONGBAO_DATA_DIR": str(tmp_path)}


def test_a_sweep_says_once_that_it_cannot_and_that_it_can_again(
    bare_database: str, redis_server: EmbeddedRedis, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=bare_database, redis_url=redis_server.url)
    chores = Chores(settings, TEXTS, Beside(settings, TEXTS.role, {}), "one")
    try:
        with capture_logs() as logs:
            assert [chores.sweep() for _ in range(3)] == [0, 0, 0]
            with contextlib.closing(Store.open(bare_database)) as store:
                store.migrate()
            assert [chores.sweep() for _ in range(2)] == [0, 0]
    finally:
        chores.leave()
    assert [line["event"] for line in logs if "available" in line["event"]] == [
        "database or Redis unavailable; the sweep waits",
        "database or Redis available again",
    ]
