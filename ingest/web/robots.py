"""robots.txt (RFC 9309): may we fetch this URL, how slowly, and at which hours.

Parsing is protego's. 4xx and redirects in a circle allow everything, 5xx and an unreachable host forbid
everything; rules are kept 24 h per origin, and longer only while the host cannot be reached. Crawl-delay and
Request-rate become the gap that session.py gives to the pace.
"""

from __future__ import annotations

import asyncio
import codecs
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache

import httpx
from protego import Protego

from ingest.errors import BadAnswer, Blocked, HostUnavailable, TimedOut
from ingest.exchange import Request
from ingest.web.client import Admit, Fetcher, Witness
from ingest.web.status import judge_robots

KEPT = timedelta(hours=24)  # RFC 9309, 2.4
ASK_AGAIN = 60.0  # seconds after a host could not be reached; its back-off in the pace grows by itself
ROBOTS_LIMIT = 1024 * 1024  # bytes that are read; RFC 9309, 2.5, asks for 500 KiB at least
LONGEST_DELAY = (
    300.0  # seconds; a Crawl-delay beyond it is meant to keep crawlers out, and Disallow is for that
)
ORIGINS = 5_000  # are remembered; with fewer than there are governments, each look would ask for it anew


@dataclass(frozen=True, slots=True)
class Rules:
    """What one robots.txt says to one reader. `delay` in seconds; `hours` are UTC, may cross midnight."""

    origin: str
    robots: Protego | None  # None: everything is allowed
    agent: str
    delay: float | None = None
    hours: tuple[time, time] | None = None

    def allows(self, url: str) -> bool:
        return self.robots is None or bool(self.robots.can_fetch(url, self.agent))

    def closed_for(self, now: datetime) -> float:
        """Seconds until Visit-time opens; 0.0 when it is open."""
        if self.hours is None:
            return 0.0
        opens, closes = self.hours
        clock = now.astimezone(UTC).time()
        is_open = opens <= clock <= closes if opens <= closes else clock >= opens or clock <= closes
        if is_open:
            return 0.0
        start = datetime.combine(now.astimezone(UTC).date(), opens, tzinfo=UTC)
        return ((start if start > now else start + timedelta(days=1)) - now).total_seconds()


def parse_robots(origin: str, text: str, agent: str) -> Rules:
    """The rules of a robots.txt for the product token `agent`. Lines that make no sense say nothing; one with
    a colon of Chinese type does make sense."""
    robots = Protego.parse(text.replace("：", ":"))
    gaps = [float(delay)] if (delay := robots.crawl_delay(agent)) is not None else []
    if (rate := robots.request_rate(agent)) is not None:
        # Both are whole, and as long as somebody wrote them: 400 digits are no float.
        gaps.append(min(rate.seconds, int(LONGEST_DELAY) * rate.requests) / rate.requests)
    hours = robots.visit_time(agent)
    return Rules(
        origin=origin,
        robots=robots,
        agent=agent,
        delay=min(max(gaps), LONGEST_DELAY) if gaps else None,
        hours=(hours.start_time, hours.end_time) if hours else None,
    )


@lru_cache(256)  # as many as are under way
def origin_of(url: str) -> str:
    """Scheme, host and port: what one robots.txt speaks for."""
    parsed = httpx.URL(url)
    return f"{parsed.scheme}://{parsed.netloc.decode('ascii')}"


@dataclass(slots=True)
class _Kept:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: Rules | None = None
    # Why there are no rules, then in few words: Blocked.by, HostUnavailable.cause, .detail.
    problem: str = ""
    by: str = ""
    cause: str = "connection"
    detail: str = ""
    until: datetime | None = None  # None: never asked


class Robots:
    """The robots.txt of every origin, fetched when needed through the same Fetcher as the pages.

    `user_agent` is the whole header; its product token (the part before "/") is what rules are matched
    with. `now` is the clock.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        *,
        user_agent: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._fetcher = fetcher
        self._agent = user_agent.split("/", 1)[0].split(" ", 1)[0] or "*"
        self._now = now
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    async def check(self, url: str, *, admit: Admit | None = None, witness: Witness | None = None) -> Rules:
        """The rules of the URL's origin, if they let us fetch it now.

        Raises Blocked (a rule forbids it) and HostUnavailable (robots.txt unreachable, or outside its
        Visit-time; with `retry_after`), and RefusedAddress from the guard. `admit` is the turn in which
        robots.txt is fetched, `witness` is told of its answer.
        """
        rules = await self._rules(origin_of(url), admit, witness)
        if not rules.allows(url):
            raise Blocked(
                f"fetching {url}: robots.txt of {rules.origin} disallows it for {rules.agent}."
                " Ask the site, or take the page out of the source file.",
                by="robots",
                detail=rules.origin,
            )
        if closed := rules.closed_for(self._now()):
            raise HostUnavailable(
                f"fetching {url}: the visiting hours in robots.txt of {rules.origin} are over.",
                retry_after=closed,
                cause="waiting",
            )
        return rules

    async def _rules(self, origin: str, admit: Admit | None, witness: Witness | None) -> Rules:
        kept = self._kept.setdefault(origin, _Kept())
        self._kept.move_to_end(origin)
        while len(self._kept) > ORIGINS:
            self._kept.popitem(last=False)
        async with kept.lock:
            now = self._now()
            if kept.until is None or now >= kept.until:
                await self._refresh(kept, origin, now, admit, witness)
            if kept.rules is None:
                if kept.by:
                    raise Blocked(kept.problem, by=kept.by, detail=kept.detail)
                left = (kept.until - now).total_seconds() if kept.until else None
                raise HostUnavailable(kept.problem, retry_after=left, cause=kept.cause, detail=kept.detail)
            return kept.rules

    async def _refresh(
        self, kept: _Kept, origin: str, now: datetime, admit: Admit | None, witness: Witness | None
    ) -> None:
        try:
            rules = await self._fetch(origin, admit, witness)
        except (Blocked, HostUnavailable, TimedOut, BadAnswer) as exc:
            # RFC 9309, 2.3.1.4: unreachable forbids everything; 2.4: but rules that we have stay in force.
            asked_for = exc.retry_after if isinstance(exc, HostUnavailable) else None
            kept.by = exc.by if isinstance(exc, Blocked) else ""
            kept.cause = exc.cause if isinstance(exc, HostUnavailable) else "connection"
            kept.detail = exc.detail if isinstance(exc, Blocked | HostUnavailable) else "robots.txt"
            wait = ASK_AGAIN if asked_for is None else asked_for
            kept.problem = (
                f"robots.txt of {origin} cannot be read, so nothing is fetched there (RFC 9309): {exc}"
            )
            kept.until = now + timedelta(seconds=wait)
            return
        kept.rules, kept.problem, kept.until = rules, "", now + KEPT

    async def _fetch(self, origin: str, admit: Admit | None, witness: Witness | None) -> Rules:
        everything = Rules(origin=origin, robots=None, agent=self._agent)
        try:
            fetched = await self._fetcher.fetch(
                Request(f"{origin}/robots.txt", limit=ROBOTS_LIMIT, cut=True),
                judge=judge_robots,
                admit=admit,
                witness=witness,
            )
        except BadAnswer as exc:
            if not exc.circling:
                raise
            return everything  # RFC 9309, 2.3.1.2: as though there were none
        if fetched.status != 200:
            return everything
        wide = fetched.body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        text = fetched.body.decode("utf-16" if wide else "utf-8-sig", "replace")
        if fetched.truncated == "length":
            text = text.rpartition("\n")[0]  # half a line may forbid more than all of it
        return parse_robots(origin, text, self._agent)
