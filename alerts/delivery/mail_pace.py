"""How many e-mails may go to the mail server now: its rate, and its rest while it fails. Pure.

Which ones go is send.py. Times are seconds of the clock of the event loop.
"""

from __future__ import annotations

from dataclasses import dataclass

from alerts.delivery.retry import Answer

AT_ONCE = 4  # connections to the mail server
FIRST_REST, LONGEST_REST = 5.0, 300.0


@dataclass(slots=True)
class MailPace:
    """Of `per_minute` e-mails, at most `AT_ONCE` together. A server that fails is left alone for longer and
    longer, and then asked by one e-mail: whatever waits for it is not tried in vain, and nobody's mailbox is
    blamed."""

    per_minute: float
    _left: float = float(AT_ONCE)
    _then: float = 0.0
    _failures: int = 0
    _rests_until: float = 0.0

    def room(self, at: float, under_way: int) -> int:
        self._left = min(float(AT_ONCE), self._left + (at - self._then) * self.per_minute / 60)
        self._then = at
        if at < self._rests_until:
            return 0
        most = 1 if self._failures else AT_ONCE
        return max(0, min(int(self._left), most - under_way))

    def spend(self, emails: int) -> None:
        self._left -= emails

    def answered(self, answer: Answer, at: float) -> None:
        self._failures = self._failures + 1 if answer.ours else 0
        if self._failures:
            self._rests_until = at + min(FIRST_REST * 2 ** (self._failures - 1), LONGEST_REST)
