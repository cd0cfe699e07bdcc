"""The table of contents that a page prints above its text: links to places further down on it. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.page.lines import remove
from ingest.page.parsed import ParsedPage

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_LEADS_DOWN = re.compile(r"""href=["']?#[^"'\s<>]""")
_PLACES = "[id], a[name], a[href^='#']"
_ROWS = frozenset({"li", "p", "div", "td", "dd", "dt"})
_LEAST = 4  # characters of an entry
_FEWEST = 2  # entries
_HIGHEST = 3  # levels around a link
_BLANKS = 3  # nodes before and behind it


def without_contents(page: ParsedPage) -> ParsedPage:
    """The page without its contents: a copy, or the page itself where it has none.

    An entry is a row that says no more than its link, which leads down the page; a heading leads up.
    """
    if not _LEADS_DOWN.search(page.html) or len(_entries(page.root)) < _FEWEST:
        return page
    root = page.root.clone()
    remove(_entries(root))
    return replace(page, root=root)


def _entries(root: LexborNode) -> list[LexborNode]:
    rows: dict[str, list[LexborNode]] = {}  # by what they lead to, as long as that has not come
    found: list[LexborNode] = []
    for node in root.css(_PLACES):
        said = node.attributes
        for name in (said.get("id"), said.get("name")):
            found += rows.pop(name or "", ())
        place = (said.get("href") or "").removeprefix("#") if node.tag == "a" else ""
        if place and (row := _row_of(node)) is not None:
            rows.setdefault(place, []).append(row)
    return found


def _row_of(link: LexborNode) -> LexborNode | None:
    """The row that says no more than a link."""
    if len(link.text(strip=True)) < _LEAST:
        return None
    node = link
    for _ in range(_HIGHEST):
        around = node.parent
        if around is None or not _is_alone(node):
            return None
        if around.tag in _ROWS:
            return around
        node = around
    return None


def _is_alone(node: LexborNode) -> bool:
    """Whether the element before and the one behind say nothing, nor what stands between."""
    before, behind = node.prev, node.next
    for _ in range(_BLANKS):
        if any(beside is not None and beside.text(strip=True) for beside in (before, behind)):
            return False
        before = before.prev if before is not None else None
        behind = behind.next if behind is not None else None
    return True
