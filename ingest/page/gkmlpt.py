"""The categories of Guangdong's disclosure platform (政府信息公开目录), from the page /gkmlpt/index. Pure.

The page is an empty shell; what it shows is asked of /gkmlpt/api/all/<category>?page=1&sid=<site>. How that
answer is read is json_lists.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

_SITE = re.compile(r"""\bSID["']?\s{0,5}:\s{0,5}["']?(\d{1,9})""")
_TREE = re.compile(r"""\bTREE["']?\s{0,5}:\s{0,5}(?=\[)""")
_DEEPEST = 8
_INDEX = re.compile(r"/gkmlpt/(?:index|guide|mulu)?/?(?:[?#].*)?$")


def is_index(url: str) -> bool:
    """Whether an address is that of the platform's page, whatever category it opens (#45)."""
    return _INDEX.search(url) is not None


def categories(html: str, url: str) -> Iterator[tuple[str, str]]:
    """Address and name of every category that the page at `url` has in its script, as a tree."""
    site, tree = _SITE.search(html), _TREE.search(html)
    if site is None or tree is None:
        return
    try:
        nodes, _ = json.JSONDecoder(strict=False).raw_decode(html, tree.end())
    except (ValueError, RecursionError):
        return
    parts = urlsplit(url)
    start = f"{parts.scheme}://{parts.netloc}{parts.path.partition('/gkmlpt')[0]}/gkmlpt/api/all"
    for number, name, elsewhere in _flat(nodes, 0):
        yield elsewhere or f"{start}/{number}?page=1&sid={site[1]}", name


def _flat(nodes: Any, depth: int) -> Iterator[tuple[int, str, str]]:
    """Number, name and own address (most have none) of the nodes of a tree."""
    for node in nodes if isinstance(nodes, list) and depth < _DEEPEST else ():
        if not isinstance(node, dict):
            continue
        number, name = node.get("id"), node.get("name")
        if isinstance(number, int) and isinstance(name, str):
            yield number, name, str(node.get("jump_url") or "")
        yield from _flat(node.get("children"), depth + 1)
