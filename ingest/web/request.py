"""What is asked of a host: an address, under which conditions, with what in hand. No I/O.

How it is asked is client.py; whose turn it is, session.py.
"""

from __future__ import annotations

from dataclasses import dataclass

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A GET, or a POST of `post`: JSON where it begins like JSON, else a form (`page=1&size=20`).

    `etag` and `last_modified` make a GET conditional. `deadline` (seconds for all of it) and `limit` (bytes
    of the body) replace the fetcher's own.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    deadline: float | None = None
    limit: int | None = None
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
