"""Documents that a command line names: files, folders of them, addresses. What is read is reading.py's."""

from __future__ import annotations

import asyncio
import re
import sys
from dataclasses import replace
from pathlib import Path

from ingest.attachments.names import has_file_ending
from ingest.bounded_reading import Reader, here
from ingest.errors import ParseError, Scan
from ingest.model import Reading
from ingest.ocr.pages import Scanned
from ingest.reading import TEXT_ENDINGS, ReadingHints, read_document, read_scan
from ingest.settings import Settings

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.I)  # any: the guard says which are fetched
PAGE_ENDINGS = TEXT_ENDINGS | {".html", ".htm", ".shtml", ".xhtml", ".mht", ".mhtml"}


def files_of(path: Path) -> list[Path]:
    """The file itself, whatever it is called; of a folder, what is called like a page or a document.

    That takes in kinds which cannot be read (.ceb, .ppt): each is said in one line, not passed over.
    """
    if not path.is_dir():
        return [path]
    files = (file for file in path.rglob("*") if file.is_file() and not file.name.startswith((".", "~$")))
    return sorted(file for file in files if file.suffix.lower() in PAGE_ENDINGS or has_file_ending(file.name))


def file_limit(settings: Settings, path: Path) -> int:
    """The most bytes that a file of this name may have."""
    return settings.attachment_limit if has_file_ending(path.name) else settings.page_limit


def read_input(settings: Settings, item: str, region: str | None, reader: Reader = here) -> Reading:
    """Read a file, `-` (what is piped in), or an address with the attachment that its report may be. Raises
    FetchError, ParseError, OSError."""
    hints = ReadingHints(region=region, least=0)
    if _SCHEME.match(item):
        return asyncio.run(_read_address(settings, item, hints, reader))
    raw = _bytes_of(settings, item)
    if item == "-" and b"<" not in raw[:1024]:  # it has no name to say so
        hints = replace(hints, content_type="text/plain")

    async def read() -> Reading:
        return await reader(read_document, raw, item, hints)

    try:
        return asyncio.run(read())
    except Scan as exc:
        return read_scan(_recognised(settings, raw, item, exc), item, hints)


def _bytes_of(settings: Settings, item: str) -> bytes:
    path = Path(item)
    if item == "-":
        limit = settings.attachment_limit
        if len(raw := sys.stdin.buffer.read(limit + 1)) <= limit:
            return raw
    elif path.is_dir():
        raise IsADirectoryError(f"{item or repr(item)}: is a folder; name the files, or use `gongbao import`")
    elif path.stat().st_size <= (limit := file_limit(settings, path)):
        return path.read_bytes()
    raise ParseError(f"{item}: larger than {limit} bytes (GONGBAO_PAGE_LIMIT, _ATTACHMENT_LIMIT)")


def _recognised(settings: Settings, raw: bytes, name: str, exc: Scan) -> Scanned:
    """A scan as OCR reads it, at once: whoever names a file waits for it. Raises `exc` where OCR is off."""
    from ingest.ocr.recognise import Limits, recognise  # most files are none
    from ingest.ocr.tesseract import engine

    if not settings.ocr:
        raise Scan(f"{exc}; OCR is off (GONGBAO_OCR)") from exc
    return recognise(raw, name, engine(), Limits(settings.ocr_pages, settings.ocr_seconds))


async def _read_address(settings: Settings, url: str, hints: ReadingHints, reader: Reader) -> Reading:
    from ingest.exchange import Request
    from ingest.follow import FoundScan, read_answer
    from ingest.follow import Limits as FileLimits
    from ingest.web.session import Web  # the network: whoever reads a file pays for none of it

    limits = FileLimits.from_settings(settings)
    async with Web.from_settings(settings, reader=reader) as web:
        limit, deadline = limits.of(url)
        fetched = await web.fetch(Request(url, limit=limit, deadline=deadline))
        try:
            read = await read_answer(web, fetched, hints, limits=limits, reader=reader)
        except FoundScan as exc:
            name = exc.attached.name if exc.attached else url
            raw = (exc.attached.fetched if exc.attached else exc.fetched).body
            scanned = await asyncio.to_thread(_recognised, settings, raw, name, exc)
            return read_scan(scanned, url, hints, exc.around)
        assert read is not None  # nothing was known before
        return read.reading
