"""A feed as one piece of bytes. Not a test file."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.feeds.render import AT_ONCE, FeedFormat, FeedInfo, render_parts, updated
from ingest.model import Event


def render(format_: FeedFormat | str, events: Sequence[Event], info: FeedInfo) -> bytes:
    """The feed of these events, in their order. Raises ValueError for an unknown format."""
    parts = (events[start : start + AT_ONCE] for start in range(0, len(events), AT_ONCE))
    return b"".join(render_parts(FeedFormat(format_), parts, info, updated(events, info)))
