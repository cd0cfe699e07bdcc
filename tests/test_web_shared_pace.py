"""One pace for several processes, with a real Redis; told from the web server's own log."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import redis
from structlog.testing import capture_logs

from ingest.errors import ConfigError, Gone, HostUnavailable, TimedOut
from ingest.redis.server import EmbeddedRedis
from ingest.web import shared_pace
from ingest.web.shared_pace import SharedPace
from tests.support.cancelling import cancelled_at_each_step
from tests.support.service import until
from tests.support.web_server import WebServer, Wire

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def url(redis_server: EmbeddedRedis) -> str:
    return redis_server.url


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as running:
        yield running


def run(url: str, steps: Callable[..., Coroutine[Any, Any, Any]], number: int = 2, **how: Any) -> Any:
    """Run `steps` with as many paces as processes there were, each with a connection of its own."""

    async def go() -> Any:
        paces = [
            SharedPace.connect(url, **{"delay": 0.0, "chance": lambda: 0.5, **how}) for _ in range(number)
        ]
        try:
            async with asyncio.timeout(30):
                return await steps(*paces)
        finally:
            for pace in paces:
                await pace.aclose()

    return asyncio.run(go())


def state(url: str, host: str = "a") -> dict[str, str]:
    with redis.Redis.from_url(url, decode_responses=True) as client:
        return dict(client.hgetall(f"gongbao:pace:{host}"))


# --- turns -----------------------------------------------------------------------------------


def test_one_at_a_time_over_all_processes(url: str) -> None:
    async def steps(*paces: SharedPace) -> None:
        inside = 0

        async def ask(pace: SharedPace, host: str) -> None:
            nonlocal inside
            async with pace.turn(host):
                inside += 1
                assert inside == 1
                await asyncio.sleep(0)
                inside -= 1

        await asyncio.gather(*(ask(pace, "a") for pace in paces for _ in range(20)))

    run(url, steps, number=4)


def test_a_turn_that_is_over_is_told_without_another(url: str) -> None:
    async def steps(pace: SharedPace) -> None:
        async with pace.turn("a"):
            assert state(url)["holder"]
        await asyncio.to_thread(until, lambda: "holder" not in state(url))
        async with pace.turn("a"):
            pass

    run(url, steps, number=1)
    assert "holder" not in state(url), "told by whoever closes the pace at the latest"


def test_hosts_do_not_wait_for_each_other(url: str) -> None:
    async def steps(one: SharedPace, two: SharedPace) -> None:
        async with one.turn("a"), two.turn("b"), one.turn("c"):
            pass

    run(url, steps)


@pytest.mark.parametrize(
    ("how", "gap"),
    [({}, 0.2), ({"delay": 0.1}, 0.1), ({"at_least": 0.3}, 0.3)],
)
def test_the_gap_holds_between_processes(url: str, how: dict[str, float], gap: float) -> None:
    async def steps(one: SharedPace, two: SharedPace) -> float:
        clock = asyncio.get_running_loop().time
        async with one.turn("a", **how):
            pass
        ended = clock()
        async with two.turn("a", **how):
            return clock() - ended

    waited = run(url, steps, delay=0.2)
    assert gap <= waited + 0.002  # Redis counts whole milliseconds


def test_a_cancelled_turn_and_a_cancelled_wait_leave_the_host_free(url: str) -> None:
    async def steps(one: SharedPace, two: SharedPace) -> None:
        entered = asyncio.Event()

        async def hold() -> None:
            async with one.turn("a"):
                entered.set()
                await asyncio.Event().wait()

        async def want() -> None:
            async with two.turn("a"):
                pytest.fail("it was taken")

        holder, waiter = asyncio.create_task(hold()), asyncio.create_task(want())
        await entered.wait()
        waiter.cancel()
        await asyncio.gather(waiter, return_exceptions=True)
        assert state(url)["holder"]
        holder.cancel()
        await asyncio.gather(holder, return_exceptions=True)
        async with two.turn("a"):
            pass

    run(url, steps)
    assert "holder" not in state(url)


def test_a_wait_ends_when_cancelled_at_any_step_of_asking(url: str) -> None:
    async def wait() -> None:
        two = SharedPace.connect(url, delay=0.0)
        try:
            async with two.turn("a"):
                pytest.fail("it was taken")
        finally:
            await two.aclose()

    async def steps(one: SharedPace) -> None:
        async with one.turn("a"):
            await cancelled_at_each_step(wait)

    run(url, steps, number=1)


def test_a_slow_request_keeps_its_turn(url: str) -> None:
    """Longer than the hold: the holder lives and renews it."""

    async def steps(one: SharedPace, two: SharedPace) -> None:
        order: list[str] = []

        async def wait_for_it() -> None:
            async with two.turn("a"):
                order.append("two")

        async with one.turn("a"):
            token = state(url)["holder"]
            waiting = asyncio.create_task(wait_for_it())
            first = until = int(state(url)["until"])
            while until < first + 2500:  # more than a hold later
                await asyncio.wait({waiting}, timeout=0.02)
                until = int(state(url)["until"])
            assert state(url)["holder"] == token
            order.append("one")
        await waiting
        assert order == ["one", "two"]

    run(url, steps, hold=2.0)


HOLDER = """
import asyncio, sys
from ingest.web.shared_pace import SharedPace
async def main():
    async with SharedPace.connect(sys.argv[1], 0.0, hold=0.5).turn("a"):
        print("mine", flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""


def test_a_killed_process_frees_the_host(url: str) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, url], stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"mine\n"
        process.send_signal(signal.SIGKILL)
    held = state(url)["holder"]

    async def steps(pace: SharedPace) -> None:
        async with pace.turn("a"):
            assert state(url)["holder"] != held

    run(url, steps, number=1)


def test_a_redis_that_forgot_everything_costs_no_turn(url: str) -> None:
    async def steps(one: SharedPace, two: SharedPace) -> None:
        async with one.turn("a"):
            with redis.Redis.from_url(url) as client:
                client.flushall()
            while "holder" not in state(url):
                await asyncio.wait({asyncio.create_task(asyncio.Event().wait())}, timeout=0.02)
        async with two.turn("a"):
            pass

    run(url, steps, hold=0.2)


# --- a host in trouble -----------------------------------------------------------------------


async def fail(pace: SharedPace, error: Exception, host: str = "a") -> tuple[float, float]:
    """Fail in a turn; when it was taken and when it was given back, by the loop's clock."""
    clock = asyncio.get_running_loop().time
    times: list[float] = []

    async def turn() -> None:
        async with pace.turn(host):
            times.extend((clock(), clock()))
            raise error

    with pytest.raises(type(error)):
        await turn()
    return times[0], times[1]


def test_a_retry_after_is_for_all_processes(url: str) -> None:
    async def steps(one: SharedPace, two: SharedPace) -> None:
        await fail(one, HostUnavailable("429", retry_after=600.0))
        for _ in range(2):  # being turned away is no new failure
            with pytest.raises(HostUnavailable, match="host a") as caught:
                async with two.turn("a"):
                    pytest.fail("asked too soon")
            assert caught.value.retry_after == pytest.approx(600, abs=5)
        async with two.turn("b"):
            pass

    run(url, steps)
    assert state(url)["failures"] == "1"


def test_failures_add_up_over_processes_and_a_success_ends_them(url: str) -> None:
    async def steps(one: SharedPace, two: SharedPace) -> list[float]:
        turns = [await fail(pace, TimedOut("slow")) for pace in (one, two, one)]
        assert state(url)["failures"] == "3"
        await fail(two, Gone("404"))  # says nothing of the host
        assert state(url)["failures"] == "3"
        async with one.turn("a"):
            pass
        async with one.turn("b"):  # with which it is told that the one before is over
            assert "failures" not in state(url)
        return [taken - ended for (_, ended), (taken, _) in pairwise(turns)]

    second, third = run(url, steps, delay=0.02)
    assert second >= 0.04 - 0.002
    assert third >= 0.08 - 0.002


def test_an_idle_host_is_forgotten(url: str) -> None:
    async def steps(pace: SharedPace) -> None:
        async with pace.turn("a"):
            pass
        await fail(pace, HostUnavailable("later", retry_after=86400.0), "b")

    run(url, steps, number=1)
    with redis.Redis.from_url(url) as client:
        assert 0 < client.pttl("gongbao:pace:a") <= 3600_000
        assert client.pttl("gongbao:pace:b") > 86400_000


# --- Redis away ------------------------------------------------------------------------------


def test_without_redis_each_keeps_its_own_pace_and_says_so_once(tmp_path: Path) -> None:
    async def steps(pace: SharedPace) -> float:
        clock = asyncio.get_running_loop().time
        async with pace.turn("a"):
            pass
        ended = clock()
        async with pace.turn("a"):
            waited = clock() - ended
        await fail(pace, HostUnavailable("429", retry_after=600.0))
        with pytest.raises(HostUnavailable):
            async with pace.turn("a"):
                pytest.fail("asked too soon")
        return waited

    with capture_logs() as logs:
        waited = run(f"unix://{tmp_path}/nobody.sock", steps, number=1, delay=0.1)
    assert waited >= 0.1
    assert [log["log_level"] for log in logs] == ["warning"]
    assert "keeps its own pace" in logs[0]["event"]


def test_a_redis_that_comes_back_is_used_again(
    redis_server: EmbeddedRedis,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shared_pace, "ASK_AGAIN", 0.0)
    monkeypatch.setattr(shared_pace, "_TIMEOUT", 0.2)
    with redis.Redis.from_url(redis_server.url) as client:
        server = client.info("server")["process_id"]

    async def steps(pace: SharedPace) -> None:
        async with pace.turn("a"):
            pass
        os.kill(server, signal.SIGSTOP)
        try:
            async with pace.turn("a"):
                pass
        finally:
            os.kill(server, signal.SIGCONT)
        async with pace.turn("a"):
            pass

    with capture_logs() as logs:
        run(redis_server.url, steps, number=1)
    assert [log["log_level"] for log in logs if log["event"].startswith("Redis")] == ["warning", "info"]


def test_an_address_that_is_none() -> None:
    with pytest.raises(ConfigError, match="GONGBAO_REDIS_URL"):
        SharedPace.connect("http://example.test/")


# --- whole processes -------------------------------------------------------------------------

ASKER = """
import asyncio, sys
from ingest.settings import Settings
from ingest.web.session import Web
from ingest.web.shared_pace import SharedPace
async def main(redis_url, agent, *urls):
    settings = Settings(user_agent=agent, allow_hosts=("127.0.0.1",), host_delay=0.05)
    pace = SharedPace.connect(redis_url, settings.host_delay)
    async with Web.from_settings(settings, pace=pace) as web:
        print("ready", flush=True)
        sys.stdin.readline()
        await asyncio.gather(*(web.fetch(url) for url in urls))
    await pace.aclose()
asyncio.run(main(*sys.argv[1:]))
"""


def asked(client: redis.Redis) -> int:
    """How often Redis was asked for a turn or told of one."""
    return int(client.info("commandstats").get("cmdstat_eval", {}).get("calls", 0))


def test_two_processes_ask_one_host_like_one(url: str, web: WebServer) -> None:
    lock, free, spans = threading.Lock(), True, []
    both = threading.Event()  # want a turn: until then who has the first gets no answer

    def page(wire: Wire) -> None:
        nonlocal free
        with lock:
            assert free
            free = False
        both.wait(60)
        wire.pause(0.01)
        with lock:
            free = True
        wire.answer(b"a page")
        spans.append((wire.seen.started, wire.seen.answered or 0.0))

    paths = [f"/{number}" for number in range(12)]
    for path in ("/robots.txt", *paths):
        web.script(path, page)
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
    with redis.Redis.from_url(url) as client:
        before = asked(client)
    asking = [
        subprocess.Popen([sys.executable, "-c", ASKER, url, agent, *map(web.url, paths)], **pipes)
        for agent in ("one/1", "two/1")
    ]
    for process in asking:
        assert process.stdout.readline() == "ready\n"
    for process in asking:  # both are there: from here on they are at it together
        process.stdin.write("go\n")
        process.stdin.flush()
    with redis.Redis.from_url(url) as client:
        # The first asks once and has its turn; so the others are of the second, which is refused.
        until(lambda: asked(client) >= before + 3)
    both.set()
    for process in asking:
        process.communicate(timeout=60)
    assert [process.returncode for process in asking] == [0, 0]
    agents = [seen.headers["user-agent"] for seen in web.seen]
    assert (agents.count("one/1"), agents.count("two/1")) == (13, 13)
    spans.sort()
    gaps = [start - ended for (_, ended), (start, _) in itertools.pairwise(spans)]
    assert min(gaps) >= 0.05 - 0.002
