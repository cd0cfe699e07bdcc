"""Know a block page for what it is: HTTP 200, and no page behind it. Pure.

The words are walls.rules.toml and script_walls.rules.toml, the names in them those of the walls. What to do
about one is web/ (Blocked) and poll.
"""

from __future__ import annotations

from ingest.errors import ParseError
from ingest.page.charset import decode
from ingest.page.parsed import ParsedPage, parse_page
from ingest.text.rules import load_rules

LARGEST = 300_000  # characters; no wall is as large, its scrambled script included
_SHORT = 600  # characters of visible text; an article about firewalls is longer

_IN_TEXT = load_rules(__package__, "walls.rules.toml")
_IN_SCRIPT = load_rules(__package__, "script_walls.rules.toml")


def is_cookie_wall(name: str) -> bool:
    """Whether the wall of that name lets in whoever runs its script and sends the cookie back."""
    return name in _IN_SCRIPT


def wall_in(body: bytes, content_type: str | None, url: str) -> str | None:
    """The name of the wall that speaks in an answer which is no page; None where it cannot be read."""
    try:
        return blocked(parse_page(decode(body, content_type), url))
    except ParseError:
        return None


def blocked(page: ParsedPage) -> str | None:
    """The name of the wall that this page is, or None for a page with something to read.

    Only a page with next to no visible text can be a wall.
    """
    html = page.html
    if len(html) > LARGEST:
        return None
    visible = ""
    for node in page.root.traverse(include_text=True):
        if node.is_text_node:
            visible += "".join((node.text_content or "").split())
            if len(visible) > _SHORT:
                return None
    for name, sign in _IN_TEXT.items():
        if sign.find(visible) or (len(html) < 20_000 and sign.find(html)):
            return name
    if len(visible) < 60:
        for name, sign in _IN_SCRIPT.items():
            if sign.find(html):
                return name
    return None
