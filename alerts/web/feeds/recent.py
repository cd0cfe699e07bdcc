"""The newest events of a feed, found once: what was looked at is not looked at again, only what is new.

An event never changes, and none with a smaller sequence appears later (store/outbox.py): what a filter let
through yesterday it lets through today. Which filter that is, is queries.py.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from alerts.feeds.archives import MOST, Place, place_of, shown
from ingest.model import Filter
from ingest.store import outbox

FILTERS = 1_000  # remembered, those asked for last; a hundred numbers each, seldom more


@dataclass(frozen=True, slots=True)
class _Known:
    """Of all events up to the sequence `reached`, the newest that pass: newest first."""

    reached: int
    newest: tuple[Place, ...] = ()


@dataclass(slots=True)
class RecentEvents:
    """For any number of threads. Costs what the new events cost; the first time, what all of them cost."""

    _known: OrderedDict[Filter, _Known] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def newest(self, tx: Connection, filter: Filter, latest: int) -> Sequence[Place]:
        """The newest events that pass the filter, as many as a feed shows, among those up to `latest`, which
        is the sequence of the newest that there is."""
        with self._lock:
            known = self._known.get(filter, _Known(0))
        if known.reached > latest:  # another database than before
            known = _Known(0)
        new = outbox.passing(tx, filter, after=known.reached, before=latest + 1, limit=MOST)
        events = tuple(shown([*map(place_of, new), *known.newest]))
        with self._lock:
            self._known[filter] = _Known(latest, events)
            self._known.move_to_end(filter)
            if len(self._known) > FILTERS:
                self._known.popitem(last=False)
        return events
