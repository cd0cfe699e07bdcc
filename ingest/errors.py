"""Every error that gongbao raises, in one tree. Pure.

GongbaoError
├─ ConfigError            a setting, a source file or an argument is wrong; nothing was done
│   └─ NoKey              what is stored sealed cannot be opened: its key is missing, or another
├─ FetchError             a page could not be had
│   ├─ Blocked            a block page, a cookie wall, robots.txt
│   ├─ TooLarge           more bytes (or inflated bytes) than the limit
│   ├─ TimedOut           the total deadline passed
│   ├─ RefusedAddress     the address guard said no
│   ├─ HostUnavailable    DNS, connection, TLS, 5xx
│   ├─ BadAnswer          an answer that HTTP does not allow, too many redirects, an unexpected status
│   │   ├─ CutShort       a page without its end, shorter than it was
│   │   └─ ErrorPage      status 200, and the site is not well: maintenance, a log-in, a JSON error
│   └─ Gone               404 or 410
│       └─ Replaced       status 200, and in place of the page: "no such page", the home page, another matter
├─ ParseError             a page was had and cannot be read
│   ├─ ShapeChanged       the structure that the source file names is not there
│   │   └─ EmptyList      a list is there and has nothing in it
│   ├─ NotADocument       the bytes are not a page (binary, empty, an image)
│   │   ├─ Scan           a file whose pages are pictures of text
│   │   └─ Locked         a file that opens with a password
│   ├─ Undecodable        no charset fits
│   └─ ReadingEnded       its reading took too long or stopped its process
├─ UnexpectedError        an exception that nobody foresaw, met at one page or list: a fault of gongbao's own
├─ StoreError             the database refused, or is not migrated
│   ├─ Contended          it broke our transaction off in favour of another: do it again (Store.retrying)
│   ├─ Unreleased         its tables were made by a version before the first release: start anew
│   ├─ Unstorable         it does not take a value that it was given; it is well otherwise
│   └─ ArchiveError       a WARC file cannot be written, or is missing, torn or changed
│       └─ NotArchived    what is asked for was never put there
├─ ExportError            an exported file is torn, altered or newer, or there is no room for it
└─ QueueError             Redis is not there, or a job is not on the allow-list

A message says what was being done, to what, what was found, and what the reader can do. Foreign
errors are translated once, at the boundary, with `from exc`.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Self


class GongbaoError(Exception):
    """Base of all. `code` is the name shown in `gongbao doctor` and on the status page."""

    @property
    def code(self) -> str:
        return type(self).__name__


def said_of(name: str, exc: Exception) -> str:
    """What is wrong with the file or address of this name, which stands in it."""
    said = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
    return said if name in said else f"{name}: {said}"


def said_of_value(error: Mapping[str, Any]) -> str:
    """What pydantic finds wrong with a value of a setting or a file. Of what is asked of the web server:
    alerts/web/http/problems.py, in two languages."""
    context = error.get("ctx", {})
    match error["type"]:
        case "int_type" | "int_parsing" | "int_parsing_size" | "int_from_float":
            return "a whole number is expected"
        case "float_type" | "float_parsing":
            return "a number is expected"
        case "finite_number":
            return "a finite number is expected"
        case "bool_type" | "bool_parsing":
            return "true or false is expected"
        case "string_type":
            return "text is expected"
        case "literal_error" | "enum":
            return f"one of {str(context['expected']).replace(' or ', ', ')} is expected"
        case "greater_than":
            return f"more than {bound(context['gt'])} is expected"
        case "greater_than_equal":
            return f"{bound(context['ge'])} is the least"
        case "less_than_equal":
            return f"{bound(context['le'])} is the most"
        case "missing":
            return "is not there; add it"
        case "value_error":
            return str(context["error"])
        case _:
            return str(error["msg"])


def bound(number: float) -> str:
    """As somebody wrote it: pydantic makes 60.0 of the 60 that bounds what may be broken."""
    return str(number).removesuffix(".0")


class ConfigError(GongbaoError):
    """A command that meets one ends with `WRONG_SETTINGS`."""


WRONG_SETTINGS = 2  # exit code: it is not to be run as it was asked, and has said why


class NoKey(ConfigError):
    pass


class FetchError(GongbaoError):
    """`status` and `record` (WARC file, offset) are those of the answer that it is about, if one was kept."""

    status: int | None = None
    record: tuple[str, int] | None = None


class Blocked(FetchError):
    """`by`: what stands in the way, "block_page", "cookie_wall" or "robots"; `detail`: its name or status."""

    def __init__(self, message: str, *, by: str = "block_page", detail: str = "") -> None:
        super().__init__(message)
        self.by = by
        self.detail = detail


class TooLarge(FetchError):
    pass


class TimedOut(FetchError):
    pass


class RefusedAddress(FetchError):
    pass


class HostUnavailable(FetchError):
    """`retry_after` (seconds) where the host said when to come back (429, 503).

    `cause`: "dns", "certificate", "tls" (no handshake), "connection", "status", or "waiting" (we keep away
    for now and have not asked); `detail`: what the other side said, in few words.
    """

    def __init__(
        self,
        message: str,
        retry_after: float | None = None,
        *,
        cause: str = "connection",
        detail: str = "",
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.cause = cause
        self.detail = detail


class BadAnswer(FetchError):
    """`circling`: redirects that lead nowhere."""

    def __init__(self, message: str, *, circling: bool = False) -> None:
        super().__init__(message)
        self.circling = circling


class CutShort(BadAnswer):
    pass


class ErrorPage(BadAnswer):
    pass


class Gone(FetchError):
    pass


class Replaced(Gone):
    pass


class ParseError(GongbaoError):
    pass


class ShapeChanged(ParseError):
    pass


class EmptyList(ShapeChanged):
    pass


class NotADocument(ParseError):
    pass


class Scan(NotADocument):
    pass


class Locked(NotADocument):
    pass


class Undecodable(ParseError):
    pass


class ReadingEnded(ParseError):
    pass


class UnexpectedError(GongbaoError):
    """`name`: the class of the exception and the line that raised it, "KeyError in header.py:88"."""

    def __init__(self, message: str, *, name: str = "") -> None:
        super().__init__(message)
        self.name = name

    @classmethod
    def of(cls, exc: Exception, doing: str) -> Self:
        place = f" in {found}" if (found := place_of(exc)) else ""
        name = f"{type(exc).__name__}{place}"
        # repr: a message may hold what neither a database nor a terminal takes.
        return cls(f"{doing}: {repr(exc)[:500]}{place}; a fault of gongbao, please report it", name=name)


def place_of(exc: BaseException) -> str:
    """The file and line that raised it, also where that was in another process, which wrote it down."""
    if noted := getattr(exc, "raised_at", ""):
        return str(noted)
    raised = traceback.extract_tb(exc.__traceback__)
    return f"{PurePath(raised[-1].filename).name}:{raised[-1].lineno}" if raised else ""


Failure = FetchError | ParseError | UnexpectedError
"""What can go wrong with one page or list: it is written down there, and disturbs nothing else."""


class StoreError(GongbaoError):
    pass


class Contended(StoreError):
    pass


class Unreleased(StoreError):
    pass


class Unstorable(StoreError):
    pass


class ArchiveError(StoreError):
    pass


class NotArchived(ArchiveError):
    pass


class ExportError(GongbaoError):
    pass


class QueueError(GongbaoError):
    pass
