"""A seeded run of faults: workers killed, Redis flushed and killed, while documents come in.

Nothing is lost and nothing is told twice. All roles together are test_fleet.py.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from test_workers_main import TEXT, House, until

from ingest.errors import QueueError
from ingest.process.supervisor import BackOff, Supervisor
from ingest.queue import EXTRACT
from ingest.redis.server import EmbeddedRedis
from ingest.store import extraction, settlement
from ingest.store.db import Store
from tests.support.showing import show

LONG = [pytest.param(seed, 600, 60.0, marks=pytest.mark.long) for seed in (1, 2, 3)]


def _fault(rng: random.Random, supervisor: Supervisor, house: House) -> str:
    what = rng.choices(["worker", "flush", "redis"], [7, 2, 1])[0]
    if what == "worker" and (pid := supervisor.pid(rng.choice(["one", "two"]))):
        os.kill(pid, signal.SIGKILL)
    elif what == "redis" and house.redis.pid:
        os.kill(house.redis.pid, signal.SIGKILL)
    elif what == "flush" and house.redis.pid:
        house.queue.connection.flushall()
    return what


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("seed", "documents", "seconds"), [(7, 36, 4.0), *LONG])
def test_faults_cost_time_and_nothing_else(
    store: Store,
    database: str,
    redis_server: EmbeddedRedis,
    tmp_path: Path,
    seed: int,
    documents: int,
    seconds: float,
) -> None:
    rng = random.Random(seed)
    house = House(store, database, redis_server, tmp_path)
    # A worker that is killed at every turn must not make its documents look guilty.
    environment = house.environment | {"GONGBAO_MAX_ATTEMPTS": "1000", "GONGBAO_LOG_LEVEL": "error"}
    command = [sys.executable, str(Path(__file__).with_name("support") / "worker_process.py"), str(tmp_path)]
    supervisor = Supervisor(
        {"one": command, "two": command}, environment=environment, back_off=BackOff(first=0.05, most=0.2)
    )
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    faults: Counter[str] = Counter()
    try:
        ids: list[int] = []
        began = time.monotonic()
        pause = threading.Event()
        for number in range(documents):
            applied = show(store, f"{TEXT}第{number}份", key=f"work_report/{number}/2026", page=str(number))
            assert applied.version_id is not None
            ids.append(applied.version_id)
            try:
                house.queue.enqueue(EXTRACT, [applied.version_id])
                if number % 6 == 5:
                    faults[_fault(rng, supervisor, house)] += 1
            except QueueError:
                faults["not enqueued"] += 1
            pause.wait(max(0.0, began + seconds * number / documents - time.monotonic()))

        def all_done() -> bool:
            with store.read() as tx:
                now = datetime.now(UTC)
                left = extraction.waiting(tx, now, timedelta()) + settlement.unsettled(tx, now, timedelta())
            return not left and all(house.version(v).extracted_at for v in ids)

        until(all_done, f"everything done after {faults}", seconds=110 + seconds)
    finally:
        supervisor.stop()
        thread.join(60)
        house.close()
    assert house.told() == Counter({"report.published": documents, "target.published": 2 * documents})
    assert faults.total() >= documents // 6
