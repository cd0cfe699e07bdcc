"""Archives of a feed (RFC 5005, section 4): which events stand in which, so that none ever changes. Pure.

Archive n holds what passes the feed's filter among the sequences (n-1)*100+1 … n*100. It is closed once a
greater sequence is there: a reader of the store never finds a smaller one later (store/outbox.py). A feed
of the newest 100 entries and its closed archives together miss nothing, and may overlap.
"""

from __future__ import annotations

NEWEST = 100  # entries of a feed
WINDOW = 100  # sequences of an archive; not more than NEWEST, or entries would fall between the two


def archive_of(sequence: int) -> int:
    """The archive that holds an event; the first is 1."""
    return (sequence - 1) // WINDOW + 1


def bounds(archive: int) -> tuple[int, int]:
    """(after, before): the archive holds after < sequence < before."""
    return (archive - 1) * WINDOW, archive * WINDOW + 1


def closed(latest: int) -> int:
    """The last closed archive when `latest` is the newest sequence; 0: there is none."""
    return latest // WINDOW
