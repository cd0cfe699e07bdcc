"""Fetch one URL: redirects, total deadline, size limit, conditional GET. Only this file asks for pages.

Which addresses may be reached is guard.py; what a status means is status.py; gzip and its bound are
body.py. robots.txt, pace and archive are tied together in session.py.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape
from types import TracebackType
from typing import Self
from urllib.parse import quote

import httpx

from ingest.bounded_reading import Reader, here
from ingest.errors import BadAnswer, Blocked, HostUnavailable, RefusedAddress, TimedOut, TooLarge
from ingest.exchange import Fetched, Headers, Request
from ingest.page.endings import is_whole
from ingest.page.walls import is_cookie_wall, wall_in
from ingest.settings import Settings
from ingest.web.body import Body
from ingest.web.cookies import cookie_header, jar_for
from ingest.web.error_body import glimpse
from ingest.web.guard import check_url
from ingest.web.status import LATER, is_page, judge_page, parse_retry_after
from ingest.web.transport import NoDnsAnswer, guarded_transport

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEEP_METHOD = frozenset({307, 308})  # RFC 9110, 15.4: what else redirects a POST leads to a GET
_SENT_ON = 2  # pages that only send their reader on, in one chain: the home page's, and that of the folder
CONNECT_TIMEOUT = 10.0  # seconds, DNS included; the total deadline rules everything else
QUIET = 5.0  # seconds in which nothing follows the end of a page; then it is whole
LONGEST_VALIDATOR = 1024  # characters of an ETag that are kept

Judge = Callable[[int, str, float | None], None]
"""(status, what was fetched, seconds to stay away) -> nothing, or raises a FetchError."""
Witness = Callable[["Fetched"], None]
"""Told of every answer before it is judged: redirects and refusals too, with the first of their bytes."""
Onward = Callable[[bytes, str | None, str], Awaitable[str | None]]
"""(body, content type, URL of a good answer) -> where it only sends its reader to (page/onward.py)."""
Admit = Callable[[str], AbstractAsyncContextManager[None]]
"""Entered with the URL before each request, left after its answer; its waiting does not count as fetching."""


@asynccontextmanager
async def _at_once(url: str) -> AsyncIterator[None]:
    yield


class Fetcher:
    """An HTTP client for pages: `async with Fetcher(…) as fetcher: await fetcher.fetch(url)`.

    Keeps no cookies (but see cookies.py) and no connections, reads no proxy or netrc from the environment.
    `deadline` is seconds for a whole fetch, `limit` bytes of a body, `quiet` seconds after which a page that
    has closed is whole though its server holds the connection. `legacy_hosts` have TLS of long ago
    (tls.py); `reader` reads what refusals say. `transport` replaces the network in tests.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        allow_hosts: tuple[str, ...] = (),
        deadline: float = 20.0,
        limit: int = 15 * 2**20,
        max_redirects: int = 5,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        transport: httpx.AsyncBaseTransport | None = None,
        legacy_hosts: Collection[str] = (),
        quiet: float = QUIET,
        reader: Reader = here,
    ) -> None:
        # The transport is used without httpx.AsyncClient: that keeps cookies, inflates without a bound,
        # and has no total deadline.
        self._transport = transport or guarded_transport(allow_hosts, legacy_hosts=legacy_hosts)
        self._user_agent = user_agent
        self._deadline = deadline
        self._limit = limit
        self._max_redirects = max_redirects
        self._now = now
        self._quiet = quiet
        self._reader = reader

    @classmethod
    def from_settings(
        cls, settings: Settings, legacy_hosts: Collection[str] = (), reader: Reader = here
    ) -> Self:
        return cls(
            user_agent=settings.user_agent,
            allow_hosts=settings.allow_hosts,
            deadline=settings.page_deadline,
            limit=settings.page_limit,
            max_redirects=settings.max_redirects,
            legacy_hosts=legacy_hosts,
            reader=reader,
        )

    async def __aenter__(self) -> Self:
        await self._transport.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transport.__aexit__(kind, error, trace)

    async def fetch(
        self,
        request: Request | str,
        *,
        judge: Judge = judge_page,
        admit: Admit | None = None,
        witness: Witness | None = None,
        onward: Onward | None = None,
    ) -> Fetched:
        """Ask for a URL (alone: a plain GET), following redirects by hand so that each hop is checked like
        the first. A cookie that is set on the way is kept for the rest of it. With `onward`, a page that only
        sends its reader on is one hop more, twice; and so is one that only reloads itself, where it has set a
        cookie.

        Raises RefusedAddress, HostUnavailable, TimedOut, TooLarge, BadAnswer, and what `judge` raises
        (Gone, Blocked, HostUnavailable, BadAnswer).
        """
        request = Request(request) if isinstance(request, str) else request
        total = left = self._deadline if request.deadline is None else request.deadline
        asked = target = check_url(request.url)
        passed: list[str] = []
        reloaded, sent = False, 0
        jar = jar_for(asked.host)
        cookie = cookie_header(jar, target)
        met = {(str(target), cookie)}
        clock = asyncio.get_running_loop().time
        while True:
            what = f"fetching {asked}" + (f" (redirected to {target})" if passed else "")
            async with (admit or _at_once)(str(target)):
                started = clock()
                try:
                    async with asyncio.timeout(left) as timer:
                        answer = await self._exchange(target, request, what, jar, cookie)
                except TimeoutError as exc:
                    if not timer.expired():
                        raise
                    raise TimedOut(f"{what}: not complete after {total:g} s.") from exc
                left -= clock() - started
                fetched = answer.fetched(str(asked), str(target), tuple(passed), self._now())
                if witness is not None:
                    witness(fetched)
                if answer.location is None:
                    await self._judge(judge, answer, fetched, what)
                    if answer.status == 304 and not request.conditional:
                        raise BadAnswer(f"{what}: HTTP 304, but nothing was asked with a condition.")
                    sent_on = None
                    if onward is not None and answer.status == 200 and request.post is None:
                        sent_on = await onward(answer.sends_on, fetched.content_type, str(target))
                    again = sent_on == str(target) and _asks_again(
                        what, cookie, cookie_header(jar, target), reloaded
                    )
                    if sent_on is None or (sent_on == str(target) and not again) or sent_on in passed:
                        return fetched
                    sent += not again
                    reloaded, onward = reloaded or again, onward if sent < _SENT_ON else None
                    answer = replace(answer, location=sent_on.encode())
            assert answer.location is not None
            passed.append(str(target))
            if answer.status not in _KEEP_METHOD:
                request = replace(request, post=None)
            target = _redirect(target, answer.location, what)
            cookie = cookie_header(jar, target)
            if (str(target), cookie) in met:
                raise BadAnswer(f"{what}: redirects in a circle, back to {target}.", circling=True)
            met.add((str(target), cookie))
            if len(passed) > self._max_redirects:
                raise BadAnswer(f"{what}: more than {self._max_redirects} redirects.", circling=True)

    async def _judge(self, judge: Judge, answer: _Answer, fetched: Fetched, what: str) -> None:
        """Where a status says little of why the page is refused (405, 567), what stands in it may."""
        try:
            judge(answer.status, what, answer.retry_after)
        except (BadAnswer, HostUnavailable) as exc:
            if not answer.body or answer.status in LATER:
                raise
            wall = await self._reader(wall_in, answer.body, fetched.content_type, fetched.final_url)
            if wall is None:
                raise
            raise Blocked(
                f"{what}: the site refused us (HTTP {answer.status}, {wall}).",
                by="cookie_wall" if is_cookie_wall(wall) else "block_page",
                detail=wall,
            ) from exc

    async def _exchange(
        self, url: httpx.URL, asked: Request, what: str, jar: httpx.Cookies, cookie: str | None
    ) -> _Answer:
        """One request, one answer. The only place where httpx errors become ours."""
        limit = asked.limit or self._limit
        headers = asked.headers(self._user_agent) + ((("cookie", cookie),) if cookie else ())
        request = httpx.Request(
            asked.method,
            url,
            headers=list(headers),
            content=asked.content or None,
            extensions={"timeout": httpx.Timeout(None, connect=CONNECT_TIMEOUT).as_dict()},
        )
        try:
            response = await self._transport.handle_async_request(request)
            response.request = request
            if "set-cookie" in response.headers:
                jar.extract_cookies(response)
            try:
                answer = await self._read(response, limit, what, cut=asked.cut)
                return replace(answer, request=asked, request_headers=headers)
            finally:
                await response.aclose()
        except RefusedAddress as exc:
            raise RefusedAddress(f"{what}: {exc}") from exc
        except (httpx.RemoteProtocolError, httpx.LocalProtocolError, httpx.DecodingError) as exc:
            raise BadAnswer(f"{what}: not a proper HTTP answer ({exc or type(exc).__name__}).") from exc
        except httpx.ConnectTimeout as exc:
            cause, detail = _why(exc)
            raise HostUnavailable(
                f"{what}: no connection to the host ({exc or 'timed out'}).", cause=cause, detail=detail
            ) from exc
        except httpx.TimeoutException as exc:
            raise TimedOut(f"{what}: {exc or type(exc).__name__}.") from exc
        except httpx.UnsupportedProtocol as exc:
            raise RefusedAddress(f"{what}: {exc}.") from exc
        except httpx.TransportError as exc:
            cause, detail = _why(exc)
            raise HostUnavailable(
                f"{what}: the connection failed ({exc or type(exc).__name__}).", cause=cause, detail=detail
            ) from exc

    async def _read(self, response: httpx.Response, limit: int, what: str, *, cut: bool) -> _Answer:
        body, wire_size, truncated = b"", 0, None
        address = _address(response)  # while the connection is open
        location = _location(response)
        if response.status_code in REDIRECTS and location is None:
            raise BadAnswer(f"{what}: HTTP {response.status_code} without a Location.")
        status = response.status_code
        if is_page(status, response.headers.get("content-range")):
            length = response.headers.get("content-length", "")
            if length.isdigit() and int(length[:20]) > limit and not cut:
                raise TooLarge(f"{what}: {length[:20]} bytes announced, {limit} are read at most.")
            encoding, kind = (response.headers.get(f"content-{name}", "") for name in ("encoding", "type"))
            reader = Body(encoding, limit, what, content_type=kind)
            try:
                body, truncated = await self._body(response, reader)
            except TooLarge:
                if not cut:
                    raise
                body, truncated = reader.held(), "length"
            wire_size = reader.wire_size
            status = 200 if body or status != 201 else status
        elif response.status_code != 304:
            body, wire_size, truncated = await glimpse(response)
        return _Answer(
            status=status,
            said=response.status_code if response.status_code != status else None,
            headers=tuple((name.lower(), value) for name, value in response.headers.multi_items()),
            body=body,
            wire_size=wire_size,
            truncated=truncated,
            location=location,
            retry_after=parse_retry_after(response.headers.get("retry-after"), self._now()),
            address=address,
        )

    async def _body(self, response: httpx.Response, reader: Body) -> tuple[bytes, str | None]:
        """The body; and why its answer has no end, where it is evidently whole all the same, as browsers show
        it: gzip without its trailer, chunks without the last one, fewer bytes than announced."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(None) as silence:
                async for piece in response.aiter_raw():
                    reader.feed(piece)
                    silence.reschedule(loop.time() + self._quiet if reader.closes else None)
        except (httpx.RemoteProtocolError, httpx.ReadError):
            if not is_whole(reader.held()):
                raise
            return reader.held(), "disconnect"
        except TimeoutError:
            if not silence.expired():
                raise
            return reader.held(), "time"
        if reader.torn and is_whole(reader.held()):
            return reader.held(), "disconnect"
        return reader.finish(), None


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer, before anybody knows whether it is the last of its chain."""

    status: int
    said: int | None
    headers: Headers
    body: bytes
    wire_size: int
    truncated: str | None
    location: bytes | None
    retry_after: float | None
    address: str | None
    request: Request | None = None
    request_headers: Headers = ()

    @property
    def sends_on(self) -> bytes:
        """The page, with the header Refresh as the tag that stands for it."""
        refresh = next((value for name, value in self.headers if name == "refresh"), None)
        tag = f'<meta http-equiv="refresh" content="{escape(refresh)}">' if refresh else ""
        return tag.encode("latin-1", "ignore") + self.body

    def fetched(self, url: str, final_url: str, redirects: tuple[str, ...], now: datetime) -> Fetched:
        first = dict(reversed(self.headers))
        return Fetched(
            url=url,
            final_url=final_url,
            status=self.status,
            headers=self.headers,
            body=self.body,
            wire_size=self.wire_size,
            sha256=hashlib.sha256(self.body).hexdigest() if self.status == 200 else "",
            content_type=first.get("content-type"),
            etag=_validator(first.get("etag")),
            last_modified=_validator(first.get("last-modified")),
            fetched_at=now,
            redirects=redirects,
            request=self.request,
            request_headers=self.request_headers,
            address=self.address,
            truncated=self.truncated,
            said=self.said,
        )


def _asks_again(what: str, sent: str | None, set_now: str | None, reloaded: bool) -> bool:
    """Whether a page that only reloads itself may be another with the cookie that it sets. Raises Blocked
    where it was asked with one, and does it again."""
    if set_now != sent and not reloaded:
        return True
    if sent is None:
        return False
    raise Blocked(
        f"{what}: a page that only reloads itself, and does so with the cookie that it set, too."
        " Open it in a browser to see what it asks for.",
        by="cookie_wall",
        detail="a page that reloads itself",
    )


def _why(exc: BaseException) -> tuple[str, str]:
    """(cause, detail) of a connection that failed: httpx hides what TLS and DNS said in its causes."""
    at: BaseException | None = exc
    while at is not None:
        if isinstance(at, ssl.SSLCertVerificationError):
            return "certificate", at.verify_message
        if isinstance(at, NoDnsAnswer):
            return "dns", str(at)
        if isinstance(at, ssl.SSLError):
            return "tls", at.reason or str(at)
        at = at.__cause__ or at.__context__
    return "connection", str(exc)


def _validator(value: str | None) -> str | None:
    """A validator that can be sent back in a header; None for one that is empty, endless or not ASCII."""
    usable = value and len(value) <= LONGEST_VALIDATOR and value.isascii() and value.isprintable()
    return value if usable else None


def _location(response: httpx.Response) -> bytes | None:
    if response.status_code not in REDIRECTS:
        return None
    return next((value for name, value in response.headers.raw if name.lower() == b"location"), None)


def _redirect(base: httpx.URL, location: bytes, what: str) -> httpx.URL:
    """Where a Location leads. Bytes beyond ASCII (some sites send raw GBK) are escaped as they are."""
    text = quote(location.strip(), safe="!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
    try:
        joined = base.join(text)
    except (httpx.InvalidURL, ValueError) as exc:
        raise BadAnswer(f"{what}: redirected to {text[:200]!r}, which is not a URL.") from exc
    try:
        return check_url(joined)
    except RefusedAddress as exc:
        raise RefusedAddress(f"{what}: redirected to {text[:200]}: {exc}") from exc


def _address(response: httpx.Response) -> str | None:
    stream = response.extensions.get("network_stream")
    peer = stream.get_extra_info("server_addr") if stream is not None else None
    return str(peer[0]) if peer else None
