"""Clients of Redis, made of the addresses that settings may name. None talks to Redis yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import redis
import redis.asyncio

from ingest.errors import ConfigError

_ADDRESSES = ("redis://", "rediss://", "unix://")

Client = TypeVar("Client", redis.Redis, redis.asyncio.Redis)


def client(url: str, **how: Any) -> redis.Redis:
    """A client of `redis://…`, `rediss://…`, `unix://…` or the path of a socket; `how` is for redis-py.
    Raises ConfigError for any other address."""
    return _made(redis.Redis.from_url, url, how)


def asyncio_client(url: str, **how: Any) -> redis.asyncio.Redis:
    """The same for asyncio, but for a limit of time: the caller sets one with `asyncio.timeout`. redis-py
    would keep its own by `asyncio.wait_for`, which loses cancellations on Python 3.11."""
    return _made(redis.asyncio.Redis.from_url, url, {**how, "socket_timeout": None})


def _made(from_url: Callable[..., Client], url: str, how: dict[str, Any]) -> Client:
    if url.startswith("/"):
        url = f"unix://{url}"
    if not url.startswith(_ADDRESSES):
        raise ConfigError(
            f"GONGBAO_REDIS_URL: {url.partition(':')[0]!r} is not a queue. "
            "Give redis://HOST:PORT/0, rediss://… or unix:///PATH."
        )
    try:
        made = from_url(url, **how)
        made.connection_pool.make_connection()  # type: ignore[no-untyped-call]  # looks at what is behind the ?
        return made
    except (
        ValueError,
        TypeError,
        LookupError,
        redis.exceptions.RedisError,
    ):  # which may name what it took for the port: a password
        raise ConfigError(
            "GONGBAO_REDIS_URL: host, port or what stands behind ? cannot be read (in a password, %40 is @, "
            "%2F is /, %5B is [). Give redis://HOST:PORT/0, rediss://… or unix:///PATH."
        ) from None
