"""What a log says of an outage: once, again while it is asked about less and less often, when its reason
changes, every ten minutes then; and at its end how long it was.

When the thing that is out is asked again is its user's business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from structlog.typing import FilteringBoundLogger

SAID_AGAIN = 600.0  # seconds


# What is another one each time: statements, names of files, numbers.
_PASSING = re.compile(r"'[^']{0,99}'|\"[^\"]{0,99}\"|[^\s/\d]{0,99}[/\d]\S*+|\[SQL.*", re.S)


def _reason(error: BaseException) -> str:
    return _PASSING.sub("", str(error))


@dataclass(slots=True)
class Outage:
    """Of `what` (database), which `who` (the sender) waits for. Times are those of the event loop."""

    log: FilteringBoundLogger
    what: str
    who: str
    _since: float | None = None
    _said: tuple[str, float] = ("", 0.0)
    _again: float = field(default=0.0)

    def lasts(self, now: float, error: BaseException, pause: float, **more: Any) -> None:
        """It was asked again, and will be in `pause` seconds."""
        if self._since is None:
            self._since = now
        elif (_reason(error), pause) == self._said and now < self._again:
            return
        self._said, self._again = (_reason(error), pause), now + SAID_AGAIN
        self.log.error(f"{self.what} unavailable; {self.who} waits", seconds=pause, error=str(error), **more)

    def ends(self, now: float) -> None:
        if self._since is not None:
            self.log.info(f"{self.what} available again", seconds=round(now - self._since, 1))
            self._since, self._said = None, ("", 0.0)
