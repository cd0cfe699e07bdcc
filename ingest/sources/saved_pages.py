"""Pages that somebody saved, as an httpx transport: a folder of files, or WARC files. The net is not asked.

A folder has its pages at `host/path` (as `wget --force-directories` writes them), a query behind `?`, and
`index.html` for a folder; or it holds .warc and .warc.gz files. What is not there is a 404.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx
from warcio.archiveiterator import ArchiveIterator

from ingest.errors import ConfigError, ParseError
from ingest.page.urls import canonical_url
from ingest.web.status import is_page

_LARGEST = 100 * 2**20
_INDEX = ("index.html", "index.htm", "index.shtml")


class SavedPages(httpx.AsyncBaseTransport):
    """`Fetcher(transport=SavedPages(path))` answers from what lies there. ConfigError where nothing does."""

    def __init__(self, path: Path) -> None:
        warcs = [path] if path.is_file() else sorted([*path.rglob("*.warc"), *path.rglob("*.warc.gz")])
        if not path.exists() or (path.is_file() and not path.name.endswith((".warc", ".warc.gz"))):
            raise ConfigError(f"saved pages {path}: neither a folder nor a WARC file")
        self._folder = path if path.is_dir() else None
        self._answers = {address: answer for warc in warcs for address, answer in _answers(warc)}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = str(request.url)
        found = self._answers.get(_key(url)) or self._file(url)
        if found is None:
            return httpx.Response(404, stream=httpx.ByteStream(b""), request=request)
        body, kind = found
        headers = {"content-type": kind} if kind else None
        # A stream, as an answer from the net is one.
        return httpx.Response(200, stream=httpx.ByteStream(body), headers=headers, request=request)

    def _file(self, url: str) -> tuple[bytes, str] | None:
        if self._folder is None:
            return None
        parts = urlsplit(url)
        name = unquote(parts.path).lstrip("/") + (f"?{parts.query}" if parts.query else "")
        base = self._folder / (parts.netloc.replace(":", "_"))
        for tried in (base / name, *(base / name / index for index in _INDEX)):
            inside = tried.resolve()
            if inside.is_relative_to(self._folder.resolve()) and inside.is_file():
                return inside.read_bytes(), mimetypes.guess_type(parts.path)[0] or ""
        return None


def _answers(warc: Path) -> Iterator[tuple[str, tuple[bytes, str]]]:
    """Address and answer of every response that is a page."""
    with warc.open("rb") as file:
        for record in ArchiveIterator(file):  # type: ignore[no-untyped-call]
            if record.rec_type not in ("response", "resource"):
                continue
            http = record.http_headers
            if http is not None and not is_page(
                int(http.get_statuscode() or 0), http.get_header("Content-Range")
            ):
                continue
            kind = (http or record.rec_headers).get_header("Content-Type") or ""
            yield (
                _key(record.rec_headers.get_header("WARC-Target-URI") or ""),
                (record.content_stream().read(_LARGEST), kind),
            )


def _key(url: str) -> str:
    try:
        return canonical_url(url)
    except ParseError:
        return url
