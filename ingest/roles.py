"""The roles that a process may have: one list, which every other is made of. Pure.

What a role does is its command's; here is what the rest must know of it.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

SILENT_AFTER = timedelta(seconds=90)  # who has not been heard of for so long is not at work


class Role(StrEnum):
    """In the order in which `gongbao up` starts, stops and numbers them (their monitors' ports)."""

    POLL = "poll"
    WORK = "work"
    SEND = "send"
    SERVE = "serve"
    OCR = "ocr"  # reads scans, where that is on

    @property
    def command(self) -> tuple[str, ...]:
        """What `gongbao` is called with."""
        return (Role.WORK, "--queue", "ocr") if self is Role.OCR else (self,)

    @property
    def beats(self) -> bool:
        """Whether it writes heartbeats; a web server is asked itself."""
        return self is not Role.SERVE


def roles(*, ocr: bool) -> tuple[Role, ...]:
    """Those that a service needs, with or without the reading of scans."""
    return tuple(role for role in Role if ocr or role is not Role.OCR)
