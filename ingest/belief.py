"""Whether what came of a page is to be believed: its size, its text, its matter.

It asks the store, and writes nothing; what is not believed, or not yet, is a typed error that pipeline.py
records.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ingest.bounded_reading import Reader
from ingest.compare.trial import are_strangers, try_out
from ingest.errors import BadAnswer, CutShort, Replaced
from ingest.exchange import Fetched
from ingest.follow import PageReading, check_size
from ingest.identity.decide import Decision, Known, decide, is_another_report, mistaken_for
from ingest.identity.kinds import REPORTS
from ingest.model import Page, Reading, Version
from ingest.page.charset import is_garbled
from ingest.page.endings import is_beginning, is_closed, stops_in_mid_sentence
from ingest.store import evidence, knowledge, vanished
from ingest.store.db import Store
from ingest.watch.vanished import Beside, is_gone

BELIEVED = 6  # failures in a row; then a page that is shorter just is so
BELIEVED_NEW = 2  # of one that was never read before
DWARF = 0.1  # of the text that a page showed; as short a one is not its report over again


def stays(page: Page, error: type[BadAnswer]) -> bool:
    """Whether the page has failed so often by that error that it is to be believed."""
    return page.error == error.__name__ and page.failures >= (BELIEVED if page.body_sha256 else BELIEVED_NEW)


@dataclass(frozen=True, slots=True)
class Tried:
    """What was decided of a text, and from what."""

    known: Known
    sha256: str
    reading: Reading
    decision: Decision

    def holds(self, known: Known, sha256: str, reading: Reading) -> bool:
        """Whether it would be decided so again: nothing has come between."""
        return (known, sha256, reading) == (self.known, self.sha256, self.reading)


@dataclass(frozen=True, slots=True)
class Belief:
    """Compares what came with what the store knows of the page; what takes long is done by the reader."""

    store: Store
    reader: Reader
    now: Callable[[], datetime]

    def check_size(self, page: Page, fetched: Fetched) -> None:
        """Raises CutShort where an answer without its end is shorter than last time, unless it stays so."""
        if page.body_sha256 is None or stays(page, CutShort):
            return
        with self.store.read() as tx:
            size = evidence.last_size(tx, page.id)
        check_size(fetched, size, page.url)

    async def check_text(self, page: Page, read: PageReading, fetched: Fetched) -> Version | None:
        """Raises CutShort and Replaced where a text is not to be believed, or not yet. Returns what the page
        shows."""
        body = read.reading.article.body
        # What was never read, or has gone, shows nothing.
        shown = await asyncio.to_thread(self.shown, page) if page.body_sha256 is not None else None
        if shown is not None and shown.content_hash == read.reading.content_hash:
            return shown
        garbled = is_garbled(body) and (shown is None or not is_garbled(shown.body))
        if garbled and not stays(page, BadAnswer):
            raise BadAnswer(f"reading {page.url}: bytes in its text that are no characters")
        if shown is None:
            # A Content-Length does not help: a cache keeps half a page with the length of the half.
            torn = not is_closed(fetched.body) and stops_in_mid_sentence(body)
            if torn and not stays(page, CutShort):
                raise CutShort(f"reading {page.url}: neither the page nor its last sentence has an end")
        elif is_beginning(body, shown.body):
            file = read.attached.fetched if read.attached else fetched
            torn = not is_closed(file.body) or stops_in_mid_sentence(body)
            if torn or page.error != CutShort.__name__:
                raise CutShort(f"reading {page.url}: only the beginning of the text that it showed")
        else:
            await self._check_matter(page, read.reading, shown)
        return shown

    async def try_out(self, page: Page, read: PageReading, shown: Version | None) -> Tried | None:
        """Do with a text what `keep` will, where it can be ended; what was decided of a text that is not
        known. Raises ReadingEnded."""
        reading = read.reading
        if shown is not None or reading.fingerprint is None:  # else all of that was done to read it
            body = reading.article.body
            await self.reader(try_out, body, None if shown is None else shown.body, page.furniture)
        known = await asyncio.to_thread(self._known_of, page, shown, reading)
        if known.version_id is not None:
            return None
        decision = await self.reader(decide, known, read.sha256, reading)
        return Tried(known, read.sha256, reading, decision)

    async def _check_matter(self, page: Page, reading: Reading, shown: Version) -> None:
        """Raises Replaced where a page that showed a text shows one of another matter: it may be an error
        page, or another page of its site by mistake, and nobody is told before it is believed
        (watch/vanished.py). A report is no error page, whatever it replaces, unless it is next to nothing
        beside that: its title and frame may have stayed around a notice of its site."""
        other = mistaken_for(reading.identity, shown.identity) or (
            is_another_report(reading.identity, shown.identity)
            and await asyncio.to_thread(self._stands_elsewhere, page, reading.content_hash)
        )
        dwarf = len(reading.article.body) < DWARF * len(shown.body)
        if reading.identity.kind in REPORTS and not other and not dwarf:
            return
        if page.error == Replaced.__name__ and page.missing_since is not None:
            beside = await asyncio.to_thread(self._beside, page.id, page.missing_since)
            if is_gone(page.missing + 1, page.missing_since, beside, self.now()):
                return
        if other or await self.reader(are_strangers, reading.article.body, shown.body):
            what = "another report than" if other else "a text that has nothing in common with what"
            raise Replaced(f"reading {page.url}: {what} it showed")

    def shown(self, page: Page) -> Version | None:
        """The version that a page shows, as far as the store knows."""
        with self.store.read() as tx:
            return knowledge.shown_on(tx, page.id)

    def _beside(self, page_id: int, since: datetime) -> Beside:
        with self.store.read() as tx:
            return vanished.beside(tx, page_id, since)

    def _stands_elsewhere(self, page: Page, content_hash: str) -> bool:
        with self.store.read() as tx:
            return knowledge.stands_elsewhere(tx, page, content_hash)

    def _known_of(self, page: Page, shown: Version | None, reading: Reading) -> Known:
        with self.store.read() as tx:
            return knowledge.known(tx, page, shown, reading)
