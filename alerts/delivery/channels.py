"""Messages for people: 飞书, 钉钉, 企业微信, Slack, Telegram, e-mail … through Apprise.

The same subscriptions, deliveries and retries as webhooks (send.py); what an event says is
words/titles.py. An Apprise URL is a secret as a whole: it is kept sealed, and shown only as `masked` has it.
"""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

from alerts.delivery.retry import Answer
from alerts.delivery.webhook import TEST_TYPE
from alerts.words.safe_text import clean, report_url, spoken, web_address
from alerts.words.titles import title_of
from ingest.errors import ConfigError, RefusedAddress
from ingest.model import Event
from ingest.web.guard import is_named, is_written_private
from ingest.web.socket_guard import Fence, within

# Characters, whatever a channel would take: 企业微信 takes 2,048 bytes, three for a Chinese character.
BODY_LIMIT = 600
MISSING = "channels need the package apprise: `pip install 'gongbao[channels]'`"
# Where there is no plain text: Telegram's plugin takes what looks like a tag for one, escaped or not.
_NO_TAGS = str.maketrans("<>", "＜＞")


@dataclass(frozen=True, slots=True)
class Message:
    title: str
    body: str


@cache
def _apprise() -> Any:
    """The library with all its plugins: loaded at first use, for it takes its time. Raises ConfigError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # plugins for modules that Python gave up
        try:
            import apprise
        except ImportError as exc:
            raise ConfigError(MISSING) from exc

        apprise.Apprise.instantiate("json://localhost")
    # It says what went wrong in its log only, with addresses that may hold somebody's token.
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    return apprise.Apprise


def instance(url: str) -> Any:
    """The plugin of an Apprise URL. Raises ConfigError for one that no plugin knows, without showing it."""
    plugin = _apprise().instantiate(url, suppress_exceptions=True)
    if plugin is None:
        scheme = url.partition("://")[0][:20]
        raise ConfigError(
            f"channel {scheme}://…: Apprise does not know such an address, or a part of it is missing. "
            "https://github.com/caronc/apprise/wiki says how each is written."
        )
    return plugin


def masked(url: str) -> str:
    """The address without what is secret in it. Raises ConfigError."""
    return str(instance(url).url(privacy=True))


def check(url: str, allow_hosts: Collection[str] = ()) -> None:
    """Raises ConfigError for an address whose host is written as a private one, unless it is named.

    What a name leads to is checked at each connection. Most services have a host of their own, and only a
    token where an address has its host: of these there is nothing to check.
    """
    plugin = instance(url)
    if "host" not in plugin.template_tokens:
        return
    for host in filter(None, (plugin.host, getattr(plugin, "smtp_host", None))):
        if is_written_private(str(host)) and not is_named(str(host), plugin.port or 0, allow_hosts):
            raise ConfigError(
                f"channel {url.partition('://')[0][:20]}://…: {host} is not a public address, so it would"
                " never be asked. If the host is your own, name it in GONGBAO_ALLOW_HOSTS."
            )


def message(event: Event, language: str, base_url: str) -> Message:
    """What an event says in few words: its title; who showed it; the page; the report's page here."""
    if event.type == TEST_TYPE:
        return Message("gongbao", str(event.data.get("message", "")))
    data = event.data
    source, report = data.get("source") or {}, data.get("report") or {}
    english = language == "en"
    official = ("official" if english else "官方") if source.get("official") else ""
    shown_by = clean(str(source.get("name") or "")) + (f" ({official})" if official else "")
    page = spoken(report_url(base_url, str(report["key"])), language) if report.get("key") else None
    lines = [shown_by, web_address(data.get("url")), page]
    return Message(
        clean(title_of(event, "en" if english else "zh-CN")), "\n".join(line for line in lines if line)
    )


def fitted(message: Message, title_limit: int, body_limit: int) -> Message:
    """Short enough for the channel; where it has no titles the title is the first line of the body."""
    body_limit = min(body_limit, BODY_LIMIT)
    if title_limit <= 0:
        return Message("", _cut(f"{message.title}\n{message.body}".strip(), body_limit))
    return Message(_cut(message.title, title_limit), _cut(message.body or message.title, body_limit))


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: max(0, limit - 1)] + "…"


async def notify(
    threads: ThreadPoolExecutor,
    url: str,
    message: Message,
    deadline: float,
    allow_hosts: Collection[str] = (),
) -> Answer:
    """Send a message once; whatever goes wrong is in the Answer. Only public addresses are connected to, and
    private ones of hosts in `allow_hosts`.

    Apprise is synchronous, and its time limits are for each read; past `deadline` its connections are shut,
    so that its thread ends too.
    """
    fence = Fence(allow_hosts)
    try:
        async with asyncio.timeout(deadline):
            is_taken = await asyncio.get_running_loop().run_in_executor(threads, _notify, url, message, fence)
    except TimeoutError:
        return Answer(error=f"no answer within {deadline:g} s")
    except ConfigError as exc:  # it was known when it was added: the package is not here, or another
        return Answer(error=str(exc), ours=True)
    except RefusedAddress as exc:
        return Answer(error=f"RefusedAddress: {exc}")
    except Exception as exc:
        # A plugin of a hundred: its mistake is this delivery's failure. Its words may hold the address.
        return Answer(error=f"the channel failed: {type(exc).__name__}")
    finally:
        fence.shut()
    return Answer(taken=True) if is_taken else Answer(error="the channel did not take it")


def _notify(url: str, message: Message, fence: Fence) -> bool:
    """Said as plain text: a plugin makes of it what its service takes."""
    plugin = instance(url)
    short = fitted(message, plugin.title_maxlen, plugin.body_maxlen)
    if plugin.resolve_format("text") != "text":
        short = Message(short.title.translate(_NO_TAGS), short.body.translate(_NO_TAGS))
    with within(fence):
        is_taken = bool(plugin.notify(body=short.body, title=short.title, body_format="text"))
    if fence.refused and not is_taken:
        raise RefusedAddress(
            f"the channel: {fence.refused} If the host is your own, name it in GONGBAO_ALLOW_HOSTS."
        )
    return is_taken
