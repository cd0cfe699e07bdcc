"""A request and its answer, as values: what is asked of a host, and what came. Pure.

How it is asked is web/client.py; whose turn it is, web/session.py; where it is kept, archive/.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ingest.model import Capture

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A GET, or a POST of `post`: JSON where it begins like JSON, else a form (`page=1&size=20`).

    `etag` and `last_modified` make a GET conditional. `deadline` (seconds for all of it) and `limit` (bytes
    of the body) replace the fetcher's own; `cut`: of a longer body, the beginning will do.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    deadline: float | None = None
    limit: int | None = None
    cut: bool = False
    post: str | None = None

    @property
    def conditional(self) -> bool:
        return self.post is None and bool(self.etag or self.last_modified)

    @property
    def method(self) -> str:
        return "GET" if self.post is None else "POST"

    @property
    def content(self) -> bytes:
        """What is sent, UTF-8; b"" with a GET."""
        return (self.post or "").encode()

    def headers(self, user_agent: str) -> Headers:
        """Those of the request, but for the host."""
        headers = {
            "user-agent": user_agent,
            "accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "accept-language": "zh-CN,zh;q=0.9,en;q=0.5",
            "accept-encoding": "gzip",
        }
        if self.post is not None:
            json = self.post.lstrip().startswith(("{", "["))
            headers["content-type"] = "application/json" if json else "application/x-www-form-urlencoded"
            headers["content-length"] = str(len(self.content))
        elif self.conditional:
            if self.etag:
                headers["if-none-match"] = self.etag
            if self.last_modified:
                headers["if-modified-since"] = self.last_modified
        return tuple(headers.items())


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, status 200 or 304 (robots.txt: any). `said`: the status that a whole page came with instead
    of 200 (web/status.py).

    `body` is inflated but not decoded, b"" unless the status is 200; `sha256` is its hex digest, "" without
    a body; `wire_size` counts the bytes that travelled. `headers` are those of `final_url`, names in
    lower case; `redirects` the URLs passed on the way. `etag` and `last_modified` are what to give back
    next time. The place in the archive is filled in by Web.
    """

    url: str
    final_url: str
    status: int
    headers: Headers
    body: bytes = field(repr=False)
    wire_size: int
    sha256: str
    content_type: str | None
    etag: str | None
    last_modified: str | None
    fetched_at: datetime
    redirects: tuple[str, ...] = ()
    request: Request | None = None  # of the answer itself, so the last of a chain
    request_headers: Headers = ()
    address: str | None = None  # the IP address that answered
    truncated: str | None = None  # why a body stops early, in the words of WARC-Truncated
    said: int | None = None
    warc_file: str | None = None
    warc_offset: int | None = None

    @property
    def not_modified(self) -> bool:
        return self.status == 304

    def capture(self) -> Capture:
        """The answer as the store remembers it."""
        return Capture(
            fetched_at=self.fetched_at,
            status=self.status,
            sha256=self.sha256,
            size=len(self.body),
            warc_file=self.warc_file,
            warc_offset=self.warc_offset,
            url=self.final_url,
        )

    def header(self, name: str) -> str | None:
        """The first header of that name, or None."""
        return next((value for key, value in self.headers if key == name.lower()), None)
