"""Documents that a command line names: files, folders of them, addresses. What is read is reading.py's."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ingest.attachments.names import has_file_ending
from ingest.bounded_reading import Reader, here
from ingest.errors import ParseError
from ingest.model import Reading
from ingest.reading import TEXT_ENDINGS, ReadingHints, read_document
from ingest.settings import Settings

PAGE_ENDINGS = TEXT_ENDINGS | {".html", ".htm", ".shtml", ".xhtml"}


def files_of(path: Path) -> list[Path]:
    """The file itself, whatever it is called; of a folder, what is called like a page or a document.

    That takes in kinds which cannot be read (.rtf, .ceb): each is said in one line, not passed over.
    """
    if not path.is_dir():
        return [path]
    files = (file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
    return sorted(file for file in files if file.suffix.lower() in PAGE_ENDINGS or has_file_ending(file.name))


def file_limit(settings: Settings, path: Path) -> int:
    """The most bytes that a file of this name may have."""
    return settings.attachment_limit if has_file_ending(path.name) else settings.page_limit


def read_input(settings: Settings, item: str, region: str | None, reader: Reader = here) -> Reading:
    """Read a file, or an address with the attachment that its report may be. Raises FetchError, ParseError,
    OSError."""
    hints = ReadingHints(region=region, least=0)
    if item.startswith(("http://", "https://")):
        return asyncio.run(_read_address(settings, item, hints, reader))
    path = Path(item)
    if path.is_dir():
        raise IsADirectoryError(f"{item}: is a folder; name the files, or use `gongbao import`")
    if path.stat().st_size > (limit := file_limit(settings, path)):
        raise ParseError(f"{item}: larger than {limit} bytes (GONGBAO_PAGE_LIMIT, _ATTACHMENT_LIMIT)")
    raw = path.read_bytes()

    async def read() -> Reading:
        return await reader(read_document, raw, item, hints)

    return asyncio.run(read())


async def _read_address(settings: Settings, url: str, hints: ReadingHints, reader: Reader) -> Reading:
    from ingest.exchange import Request
    from ingest.follow import Limits, read_answer
    from ingest.web.session import Web  # the network: whoever reads a file pays for none of it

    limits = Limits.from_settings(settings)
    async with Web.from_settings(settings, reader=reader) as web:
        limit, deadline = limits.of(url)
        fetched = await web.fetch(Request(url, limit=limit, deadline=deadline))
        read = await read_answer(web, fetched, hints, limits=limits, reader=reader)
        assert read is not None  # nothing was known before
        return read.reading
