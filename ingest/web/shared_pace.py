"""One pace for many processes: they agree through Redis on whose turn it is at a host.

The rules are those of pace.py, which go on holding within the process; here it waits for the others too:
one request at a time to a host, the gap between two, and staying away when a host asks for it. Without
Redis each process keeps its own pace, says so once, and tries again every few seconds.

What several turns have to ask while Redis answers another goes there together. That a turn is over, unless it
failed, is told with the next question, or `LINGER` later.

One hash a host: who holds the turn and until when, when the last request ended, until when the host is
left alone, how often it failed. A holder renews its turn while it lives, so a killed one frees the host
within `HOLD`. Times are those of the Redis server: the clocks of machines differ.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from ingest.batching import Batcher
from ingest.errors import HostUnavailable
from ingest.redis.clients import asyncio_client
from ingest.web.pace import JITTER, LONGEST_BACKOFF, LocalPace

log = structlog.get_logger(__name__)

HOLD = 30.0  # seconds that the turn of a killed process stays taken
ASK_AGAIN = 5.0  # seconds between two attempts to reach a Redis that is away
LINGER = 0.02  # seconds
LOOK_FIRST, LOOK_MOST = 0.02, 0.25  # seconds between two looks whether another process is done
_TIMEOUT = 1.0  # seconds for one answer of Redis: a page must not wait for it long

_NOW = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function number(name) return tonumber(redis.call('HGET', KEYS[1], name) or '0') end
local function keep(longest)
  redis.call('PEXPIRE', KEYS[1], math.ceil(math.max(longest, number('away') - now + 1000)))
end
"""

# token, hold, gap, patience, longest back-off; all times in milliseconds
_TAKE = (
    _NOW
    + """
local token, hold, gap, patience = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local away = number('away')
if away - now > patience then return {'away', math.ceil(away - now)} end
local holder = redis.call('HGET', KEYS[1], 'holder')
if holder and holder ~= token and number('until') > now then return {'held', 0} end
local ready = math.max(away, number('ended') + gap)
if ready > now then return {'early', math.ceil(ready - now)} end
redis.call('HSET', KEYS[1], 'holder', token, 'until', now + hold, 'ended', now)
keep(tonumber(ARGV[5]))
return {'yours', 0}
"""
)

# token, hold, longest. A holder that Redis forgot (FLUSHALL) takes its turn back; one that was too slow
# to renew leaves it to whoever has it now.
_RENEW = (
    _NOW
    + """
local holder = redis.call('HGET', KEYS[1], 'holder')
if holder and holder ~= ARGV[1] then return {'lost', 0} end
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'until', now + tonumber(ARGV[2]), 'ended', now)
keep(tonumber(ARGV[3]))
return {'yours', 0}
"""
)

# token, gap, away (-1: nothing was learnt of the host, 0: it is well), longest
_LEAVE = (
    _NOW
    + """
local gap, away, longest = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
if redis.call('HGET', KEYS[1], 'holder') == ARGV[1] then redis.call('HDEL', KEYS[1], 'holder', 'until') end
redis.call('HSET', KEYS[1], 'ended', now)
if away == 0 then redis.call('HDEL', KEYS[1], 'failures') end
if away > 0 then
  local failures = redis.call('HINCRBY', KEYS[1], 'failures', 1)
  local back_off = math.min(gap * 2 ^ math.min(failures, 32), longest)
  local till = math.ceil(now + math.max(away, back_off))
  if till > number('away') then redis.call('HSET', KEYS[1], 'away', till) end
end
keep(longest)
return {'left', 0}
"""
)


@dataclass(frozen=True, slots=True)
class _Question:
    script: str
    key: str
    arguments: tuple[int, ...]


class SharedPace(LocalPace):
    """A LocalPace that also waits for the turns of other processes with the same Redis.

    Belongs to one event loop. `hold` is in seconds; the other arguments are those of LocalPace.
    """

    def __init__(self, connection: Redis, delay: float = 5.0, *, hold: float = HOLD, **local: Any) -> None:
        super().__init__(delay, **local)
        self._connection = connection
        self._hold = hold
        # One for the process, which has one turn a host: what a frozen Redis does late is then still ours.
        self._token = secrets.token_hex(8)
        self._renewing: dict[str, asyncio.TimerHandle] = {}  # for the turns that we hold
        self._urgent = 0  # questions that somebody waits for
        self._left: asyncio.Future[tuple[str, float] | None] | None = None  # the last turn
        self._together = Batcher(self._answers, LINGER, lambda _: not self._urgent)
        self._away = False
        self._ask_at = 0.0  # on the loop's clock

    @classmethod
    def connect(cls, url: str, delay: float = 5.0, **how: Any) -> Self:
        """A pace kept at `redis://…`, `rediss://…`, `unix://…` or the path of a socket. Does not talk to
        Redis yet. Raises ConfigError for an address that is none.
        """
        return cls(asyncio_client(url, retry=Retry(NoBackoff(), 1)), delay, **how)

    async def aclose(self) -> None:
        if self._left is not None:
            self._urgent += 1
            self._together.look_again()
            await asyncio.wait([self._left])
        await self._connection.aclose()

    async def _admitted(self, host: str, gap: float) -> None:
        try:
            held = await self._wait_for_others(host, gap * (1 + JITTER * self._chance()))
        except asyncio.CancelledError:
            # Redis may have said yes already.
            await self._ask(_LEAVE, host, _ms(gap), -1, _ms(LONGEST_BACKOFF))
            raise
        if held:
            self._renew_later(host)

    async def _wait_for_others(self, host: str, gap: float) -> bool:
        """Wait until no other process is at this host. False when Redis is away: nobody was asked."""
        look = LOOK_FIRST
        times = [_ms(seconds) for seconds in (self._hold, gap, self._patience, LONGEST_BACKOFF)]
        while (answer := await self._ask(_TAKE, host, *times)) is not None:
            said, left = answer
            if said == "yours":
                return True
            if said == "away":
                raise HostUnavailable(
                    f"host {host}: left alone for another {left:.0f} s, as it asked another of our processes"
                    " or after failures in a row.",
                    retry_after=left,
                    cause="waiting",
                )
            if said == "early":
                await self._sleep(left)
                continue
            await self._sleep(look * (0.5 + self._chance()))
            look = min(look * 2, LOOK_MOST)
        return False

    def _renew_later(self, host: str) -> None:
        self._renewing[host] = asyncio.get_running_loop().call_later(self._hold / 3, self._renew, host)

    def _renew(self, host: str) -> None:
        self._together.put(_question(_RENEW, host, _ms(self._hold), _ms(LONGEST_BACKOFF)))
        self._renew_later(host)

    async def _ended(self, host: str, gap: float, away: float | None) -> None:
        if (renewing := self._renewing.pop(host, None)) is None:
            return
        renewing.cancel()
        learnt = -1 if away is None else _ms(away)
        times = (_ms(gap), learnt, _ms(LONGEST_BACKOFF))
        if learnt > 0:
            await self._ask(_LEAVE, host, *times)
        else:
            self._left = self._together.put(_question(_LEAVE, host, *times))

    async def _ask(self, script: str, host: str, *arguments: int) -> tuple[str, float] | None:
        """(what Redis says, seconds); None when it is away, or was a moment ago."""
        self._urgent += 1
        try:
            return await self._together.ask(_question(script, host, *arguments))
        finally:
            self._urgent -= 1

    async def _answers(self, asked: Sequence[_Question]) -> Sequence[tuple[str, float] | None]:
        """In one go and in their order."""
        clock = asyncio.get_running_loop().time
        if self._away and clock() < self._ask_at:
            return [None] * len(asked)
        try:
            async with asyncio.timeout(_TIMEOUT), self._connection.pipeline(transaction=False) as together:
                for question in asked:
                    # Not by its hash: a Redis that was flushed does not know the script.
                    together.eval(question.script, 1, question.key, self._token, *question.arguments)
                answers = await together.execute()
        except (RedisError, OSError) as exc:
            if not self._away:
                log.warning("Redis is away; this process keeps its own pace", error=str(exc) or "no answer")
            self._away, self._ask_at = True, clock() + ASK_AGAIN
            return [None] * len(asked)
        if self._away:
            log.info("Redis is back; the pace is shared again")
            self._away = False
        return [
            (said if isinstance(said, str) else said.decode("ascii"), milliseconds / 1000)
            for said, milliseconds in answers
        ]


def _question(script: str, host: str, *arguments: int) -> _Question:
    return _Question(script, f"gongbao:pace:{host}", arguments)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
