"""Feeds as they were last sent, so many bytes of them at most: who asks again costs nearly nothing.

A feed is made of events alone, and those never change (store/outbox.py): as long as there is none after the
last that was looked at, it is the same. Which events stand in it is routes.py; validators are those of
http/conditional.py.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime

from alerts.web.http.conditional import Representation

LARGEST = 8 * 2**20  # bytes of all that is kept


@dataclass(frozen=True, slots=True)
class Rendered:
    """A feed of the events up to a sequence `reached`. `events`: the sequences of those in it, and `before`
    the archive before them; `last_at`: when the last written of them happened."""

    reached: int
    events: tuple[int, ...]
    before: int | None
    last_at: datetime | None
    sent: Representation

    @property
    def size(self) -> int:
        return len(self.sent.kept)


@dataclass(slots=True)
class RenderedFeeds:
    """For any number of threads; those asked for last."""

    largest: int = LARGEST
    _kept: OrderedDict[Hashable, Rendered] = field(default_factory=OrderedDict, init=False)
    _size: int = field(default=0, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def get(self, key: Hashable) -> Rendered | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Hashable, rendered: Rendered) -> None:
        with self._lock:
            if (old := self._kept.pop(key, None)) is not None:
                self._size -= old.size
            self._kept[key] = rendered
            self._size += rendered.size
            while self._size > self.largest:
                self._size -= self._kept.popitem(last=False)[1].size
