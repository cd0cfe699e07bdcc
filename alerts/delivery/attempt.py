"""One attempt at one webhook or e-mail: the client, the request, the deadline, what came back.

What the answer means is retry.py; which attempts are due is send.py; what is sent is webhook.py.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.message import EmailMessage
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import assert_never

import httpx
import structlog

from alerts.delivery import channels, emails
from alerts.delivery.mailbox import Mailbox, opened
from alerts.delivery.retry import Answer
from alerts.delivery.smtp import send_email
from alerts.delivery.vault import Vault
from alerts.delivery.webhook import media_type, payload, sign
from ingest.errors import ConfigError, FetchError
from ingest.model import Channel, Event, MailRequest, Subscription
from ingest.settings import Settings
from ingest.web.status import parse_retry_after
from ingest.web.transport import guarded_transport

log = structlog.get_logger(__name__)

SLOW_FOR_EACH = 3  # slow attempts that may be under way besides, for each of `webhook_concurrency`
ANSWER_LIMIT = 64 * 2**10  # bytes read of an answer; nothing of it is kept


def http_client(settings: Settings) -> httpx.AsyncClient:
    """The client of all webhooks: guarded addresses, no proxy, no redirects, no cookies, no memory."""
    # It logs whole URLs, and somebody's token may be in one; what came of each attempt is logged below.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    no_cookies = CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
    most = settings.webhook_concurrency * (1 + SLOW_FOR_EACH) + 1  # and one for the hub (feeds/websub.py)
    return httpx.AsyncClient(
        transport=guarded_transport(settings.allow_hosts, max_connections=most),
        headers={"user-agent": settings.user_agent, "accept-encoding": "identity"},
        timeout=httpx.Timeout(settings.webhook_deadline),
        follow_redirects=False,
        trust_env=False,
        cookies=no_cookies,
    )


async def attempt(
    client: httpx.AsyncClient,
    vault: Vault,
    subscription: Subscription,
    event: Event,
    now: datetime,
    deadline: float,
    others: Sequence[Event] = (),
) -> Answer:
    """Send `event` once, signed at `now`; whatever goes wrong is in the Answer, nothing is raised. `others`:
    what stands in the same digest.

    `deadline` (seconds) bounds the whole attempt: address, connection, request, answer. The status
    decides; a body that drips or never ends is cut off and changes nothing.
    """
    try:
        match subscription.channel:
            case Channel.WEBHOOK:
                return await _call(client, vault, subscription, event, now, deadline)
            case Channel.APPRISE:
                return await _message(vault, subscription, event, deadline)
            case Channel.MAIL:
                return await _write(
                    vault,
                    subscription.secret,
                    lambda mailbox, sent: emails.news(subscription, mailbox, [event, *others], sent),
                )
            case _:
                assert_never(subscription.channel)
    except Exception as exc:
        log.error("event cannot be sent", event_id=event.id, subscription=subscription.id, error=str(exc))
        return _unready(exc)


async def ask(vault: Vault, request: MailRequest) -> Answer:
    """Send once the e-mail that asks whether somebody wants e-mail; nothing is raised."""
    try:
        return await _write(
            vault, request.secret, lambda mailbox, sent: emails.question(request, mailbox, sent)
        )
    except Exception as exc:
        log.error("e-mail cannot be sent", request=request.id[:8], error=str(exc))
        return _unready(exc)


def _unready(exc: Exception) -> Answer:
    """Of what went wrong before anything was sent; a key of ours that is wrong or lost, with any secret."""
    return Answer(error=f"could not be made ready: {type(exc).__name__}", ours=isinstance(exc, ConfigError))


async def _call(
    client: httpx.AsyncClient,
    vault: Vault,
    subscription: Subscription,
    event: Event,
    now: datetime,
    deadline: float,
) -> Answer:
    answer: Answer | None = None
    body = payload(event, subscription.mode)
    headers = {
        "content-type": media_type(subscription.mode),
        **sign(vault.signing(subscription, now), event.id, now, body),
    }
    if event.trace_id is not None:
        # W3C Trace Context: what we logged on the way from the page to here has this id.
        headers["traceparent"] = f"00-{event.trace_id}-{secrets.token_hex(8)}-01"
    try:
        async with (
            asyncio.timeout(deadline),
            client.stream("POST", subscription.url, content=body, headers=headers) as response,
        ):
            retry_after = parse_retry_after(response.headers.get("retry-after"), now)
            answer = Answer(response.status_code, retry_after=retry_after)
            read = 0
            async for chunk in response.aiter_raw():
                read += len(chunk)
                if read > ANSWER_LIMIT:
                    break
    except (TimeoutError, httpx.TimeoutException):
        return answer or Answer(error=f"no answer within {deadline:g} s")
    except (httpx.HTTPError, httpx.InvalidURL, FetchError, OSError) as exc:
        return answer or Answer(error=_reason(exc, subscription.url))
    except Exception:
        if answer is None:
            raise
    return answer


async def _write(vault: Vault, sealed: str, made: Callable[[Mailbox, emails.Sent], EmailMessage]) -> Answer:
    """Send the e-mail that is `made` for the mailbox in `sealed`."""
    settings = vault.settings
    mailbox = opened(vault, sealed)
    email = made(mailbox, emails.Sent(settings.mail_from or "", settings.base_url))
    return await send_email(settings, email, mailbox.address)


# Apprise is synchronous: of more channels that hang at once than there are threads, some would wait in vain.
_threads = ThreadPoolExecutor(100, thread_name_prefix="channel")


async def _message(vault: Vault, subscription: Subscription, event: Event, deadline: float) -> Answer:
    url = vault.open(subscription.secret)
    message = channels.message(event, subscription.language, vault.settings.base_url)
    return await channels.notify(_threads, url, message, deadline, vault.settings.allow_hosts)


def _reason(exc: Exception, url: str) -> str:
    """The error in few words, without the URL, which may hold somebody's token."""
    words = str(exc).replace(url, "the endpoint")[:200]
    match exc:
        case httpx.ConnectError():
            return f"no connection: {words or 'it was refused'}"
        case httpx.RemoteProtocolError() if "without sending a response" in words:
            return "the connection was closed without an answer"
        case httpx.RemoteProtocolError():
            return f"no proper HTTP answer: {words}"
        case httpx.NetworkError():
            return f"the connection broke off{': ' if words else ''}{words}"
    return f"{type(exc).__name__}: {words}" if words else type(exc).__name__
