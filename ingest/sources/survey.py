"""`gongbao sources check --all`: every source looked at in one run; `verified` written into their files.

How one list is looked at is check.py. Many sites are asked at once, each at its own pace.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ingest.page.columns import ColumnKind
from ingest.sources.check import ListCheck, check_lists
from ingest.sources.load import load_source
from ingest.sources.spec import Source
from ingest.web.session import Web

AT_ONCE = 24
_VERIFIED = re.compile(r"(?m)^verified\s*=.*$")
_NAME = re.compile(r"(?m)^name\s*=.*$")


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """What a source yields now, list by list."""

    source: Source
    lists: tuple[ListCheck, ...]

    @property
    def fine(self) -> bool:
        return all(check.fine for check in self.lists)

    @property
    def reads(self) -> bool:
        """Whether every list was read and an article of each: what `verified` means."""
        return all(check.error is None and check.items and check.chars for check in self.lists)

    @property
    def has_report_column(self) -> bool:
        return any(watched.column is ColumnKind.WORK_REPORT for watched in self.source.lists)

    @property
    def season(self) -> str | None:
        """The title of this year's work report, where a list shows it."""
        return next((check.season for check in self.lists if check.season), None)

    @property
    def proposed(self) -> tuple[str, ...]:
        """Columns of reports that its pages link to, where it watches none."""
        if self.has_report_column:
            return ()
        return tuple(dict.fromkeys(url for check in self.lists for url in check.proposed))

    def as_record(self) -> dict[str, Any]:
        return {
            "slug": self.source.slug,
            "name": self.source.name,
            "region": self.source.region,
            "fine": self.fine,
            "report_column": self.has_report_column,
            "season": self.season,
            "proposed": list(self.proposed),
            "lists": [
                {
                    "url": check.url,
                    "kind": check.column,
                    "error": check.error,
                    "items": check.items,
                    "dated": check.dated,
                    "newest_on": check.newest_on.isoformat() if check.newest_on else None,
                    "newest": check.newest,
                    "fresh_on_next_page": check.fresh,
                    "article": check.article,
                    "chars": check.chars,
                    "header": list(check.fields),
                    "read_from": check.kind_read,
                    "remarks": [line.text.strip() for line in check.lines if not line.fine],
                }
                for check in self.lists
            ],
        }


async def survey(web: Web, sources: Sequence[Source], now: datetime) -> AsyncIterator[SourceCheck]:
    """Look at the sources, many at once; each comes when it is done."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one(source: Source) -> SourceCheck:
        async with free:
            return SourceCheck(source, tuple([check async for check in check_lists(web, source, now)]))

    tasks = [asyncio.ensure_future(one(source)) for source in sources]
    try:
        for done in asyncio.as_completed(tasks):
            yield await done
    finally:
        for task in tasks:
            task.cancel()


def write_verified(folder: Path, checks: Sequence[SourceCheck], on: date) -> list[Path]:
    """Write the day into the files of those that read well; the files that were changed. A source whose file
    is not in the folder is left out."""
    changed = []
    for check in checks:
        path = folder / f"{check.source.slug}.toml"
        if not check.reads or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        line = f"verified = {on.isoformat()}"
        if _VERIFIED.search(text):
            said = _VERIFIED.sub(line, text, count=1)
        else:
            said = _NAME.sub(rf"\g<0>\n{line}", text, count=1)
        path.write_text(said, encoding="utf-8")
        load_source(path)
        changed.append(path)
    return changed
