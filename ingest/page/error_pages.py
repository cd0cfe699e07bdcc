"""Know an error page that came with status 200 for what it is. Pure.

Block pages are walls.py; an error page is told by its words (error_pages.rules.toml, ailing_sites.rules.toml)
only where there is little else on it. What becomes of a page that shows one is pipeline.py.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from ingest.errors import ErrorPage, Replaced
from ingest.page.parsed import ParsedPage
from ingest.text.rules import load_rules

_LARGEST = 100_000  # characters of markup
_SHORT = 400  # characters of visible text, menus included; of an article's text there is more
_BARE, _SILENT = 1_500, 20  # characters of markup and of visible text: a page that is nothing but an alert
_ALERT = re.compile(r"""\balert\(\s{0,9}["']([^"'<>]{4,100})["']""")
_WORDS = load_rules(__package__, "error_pages.rules.toml")
_UNWELL = load_rules(__package__, "ailing_sites.rules.toml")
_SAYS_SO = frozenset({"code", "status", "error", "errcode", "errorcode", "msg", "message", "success"})

MISSING, LOG_IN = "missing", "a log-in"


def error_page(page: ParsedPage, *, menus: bool = False) -> str | None:
    """`MISSING` for a page that says that it is not there, the name of what ails its site, or None for a page
    with something to read. `menus`: what stands in links does not count, where no article was found."""
    html = page.html
    if len(html) > _LARGEST:
        return None
    if menus:
        page = page.without(("a",))
    visible = "".join(page.root.text().split())
    if len(visible) > _SHORT:
        return None
    if len(html) <= _BARE and len(visible) <= _SILENT and (said := _ALERT.search(html)):
        visible += "".join(said[1].split())
    if visible.startswith("{"):
        return "a JSON error" if _is_json_error(visible) else None
    if _WORDS["missing"].find(visible):
        return MISSING
    if _WORDS["asks_for_password"].find(html) or _WORDS["asks_for_log_in"].find(visible):
        return LOG_IN
    return next((name for name, sign in _UNWELL.items() if sign.find(visible)), None)


def error_of(said: str, url: str) -> Replaced | ErrorPage:
    """The error for what stands in place of a page or list."""
    if said == MISSING:
        return Replaced(f"reading {url}: HTTP 200, and the answer is an error page or the home page instead")
    return ErrorPage(f"reading {url}: HTTP 200, and the answer is not what was asked for but {said}")


def sent_elsewhere(asked: str, came: str) -> str | None:
    """What a redirect from `asked` to `came` says: `MISSING` where it leads to the home page or an error
    page, `LOG_IN` where it leads there, None otherwise."""
    if asked == came:
        return None
    before, after = urlsplit(asked), urlsplit(came)
    path = after.path or "/"
    if _WORDS["log_in"].find(path) and not _WORDS["log_in"].find(before.path):
        return LOG_IN
    if _WORDS["not_found"].find(path) and not _WORDS["not_found"].find(before.path):
        return MISSING
    asked_for_more = not _WORDS["home"].find(before.path or "/") or before.query != after.query
    return MISSING if _WORDS["home"].find(path) and not after.query and asked_for_more else None


def _is_json_error(text: str) -> bool:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and bool({str(key).lower() for key in said} & _SAYS_SO)
