"""How logs look: one line an event, for a person (console) or a machine (json), on stderr.

What is logged is the business of each room; stdout belongs to the answers of a command. Secrets never
pass: values under a telling name, credentials in URLs and webhook secrets are masked in every event,
in the logs of libraries and in tracebacks too.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TextIO

import structlog
from structlog.types import EventDict, Processor

MASK = "***"

_SECRET_NAME = re.compile(r"secret|passw|token|authorization|cookie|api_?key|credential", re.IGNORECASE)
# redis://:secret@host and postgresql://user:secret@host; a password ends at the last @ before the path.
_URL_PASSWORD = re.compile(
    r"(\b[a-z][a-z0-9+.-]{1,30}://[^\s:/@'\"]{0,200}:)[^\s/'\"]{1,500}@", re.IGNORECASE
)
_WEBHOOK_SECRET = re.compile(r"whsec_[A-Za-z0-9+/=_-]+")

# Libraries that tell of every request or job at INFO; our own events say it in our own words.
_CHATTY = ("httpx", "httpcore", "rq.worker", "rq.job", "rq.queue", "rq.registry", "alembic", "asyncio")

_silent = ContextVar("silent", default=False)


def configure(log_format: str = "console", level: str = "info", stream: TextIO | None = None) -> None:
    """Set up structlog and the logging of the standard library; later calls replace earlier ones.

    `log_format` is "console" or "json"; `level` is debug, info, warning or error; `stream` is stderr
    unless given.
    """
    out = stream if stream is not None else sys.stderr
    number = getattr(logging, level.upper())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            _unless_silent,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    last: list[Processor]
    if log_format == "json":
        last = [
            structlog.processors.format_exc_info,
            redact,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ]
    else:
        # The plain traceback: the rich one prints the values of local variables.
        last = [
            structlog.processors.format_exc_info,
            redact,
            structlog.dev.ConsoleRenderer(
                colors=out.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
            ),
        ]
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(number)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(number, logging.WARNING) if number > logging.DEBUG else number)


@contextmanager
def silence() -> Iterator[None]:
    """Nothing of ours is logged meanwhile by this task or thread: what it does will not have happened."""
    before = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(before)


def _unless_silent(_logger: object, _method: str, event: EventDict) -> EventDict:
    if _silent.get():
        raise structlog.DropEvent
    return event


def redact(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Mask what must not be seen; a structlog processor."""
    return {key: _masked(key, value) for key, value in event.items()}


def _masked(key: str, value: Any) -> Any:
    if _SECRET_NAME.search(key) and value is not None and not isinstance(value, bool):
        return MASK
    if isinstance(value, str):
        return _WEBHOOK_SECRET.sub(MASK, _URL_PASSWORD.sub(rf"\g<1>{MASK}@", value))
    if isinstance(value, Mapping):
        return {k: _masked(str(k), v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_masked("", v) for v in value]
    return value
