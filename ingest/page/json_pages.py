"""Where a list that comes as JSON goes on, as far as the answer says so. Pure.

Its items are json_lists.py; all other ways in which a list goes on, pagination.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ingest.errors import ShapeChanged
from ingest.page.json_lists import is_json, parse_json

# {"next": "…"}, {"links": {"next": "…"}}, {"_links": {"next": {"href": "…"}}}, {"next_url": "…"} (JSON Feed)
_NEXT = re.compile(r"next_?(?:page)?_?(?:url|link|href|uri)?|@odata\.nextLink", re.I)
_AROUND = re.compile(r"_?links|pag(?:e|er|es|ing|ination|eInfo)|meta|data|results?", re.I)
_ADDRESS = re.compile(r"(?:https?:)?//\S+|/\S+|\?\S+|[^\s?]{1,200}\?[^\s=]{1,60}=\S*")
_LEADS = ("href", "url")
_DEEPEST = 3  # objects in one another


def said_next(text: str, url: str) -> str | None:
    """What a JSON answer says its next page is, as it spells it: "" where it says that there is none, None
    where it says nothing, or only a number."""
    if not any(said in text for said in ('"next', "nextLink")) or not is_json(text):
        return None
    try:
        answer = parse_json(text, url)
    except ShapeChanged:
        return None
    found = list(_said(answer, _DEEPEST))
    return next((said for said in found if said), found[0] if found else None)


def _said(value: Any, levels: int) -> Iterator[str]:
    if not isinstance(value, Mapping) or not levels:
        return
    for key, inner in value.items():
        if _NEXT.fullmatch(str(key)):
            said = next(filter(None, map(inner.get, _LEADS)), 0) if isinstance(inner, Mapping) else inner
            if said is None or said == "":
                yield ""
            elif isinstance(said, str) and _ADDRESS.fullmatch(said):
                yield said
        elif _AROUND.fullmatch(str(key)):
            yield from _said(inner, levels - 1)
