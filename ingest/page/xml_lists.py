"""Read a list that a portal sends as XML of its own, for a script to show, into items. Pure.

Feeds and sitemaps are feed_lists.py. What its elements hold is guessed as of JSON (json_lists.py): the
longest row of elements with addresses and titles, as children or as attributes.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ingest.errors import ShapeChanged
from ingest.model import ListItem
from ingest.page.charset import printable
from ingest.page.feed_lists import local_name
from ingest.page.json_lists import guess_keys, layout_of, read_json_rows

_DEEPEST = 8  # elements in one another
_PAGE = re.compile(r"<(?:!doctype\s+html|html|body|head)\b", re.I)


def items_of_xml(text: str, url: str, now: datetime | None = None) -> list[ListItem]:
    """The items of the XML at `url`; none where it is no XML, or a page."""
    plain = printable(text).strip()
    if not plain.startswith("<") or _PAGE.search(plain[:2000]):
        return []
    try:
        value = _value(fromstring(plain, forbid_dtd=True), _DEEPEST)
        keys = guess_keys(value)
        return read_json_rows(value, url, layout_of(keys), now) if keys else []
    except (ParseError, DefusedXmlException, ValueError, RecursionError, ShapeChanged):
        return []


def _value(node: Element, depth: int) -> Any:
    """An element as JSON would have it: its attributes and children by name, those of one name as a row."""
    said: dict[str, Any] = {name.rpartition("}")[2]: value for name, value in node.attrib.items()}
    text = (node.text or "").strip()
    if not depth or (not len(node) and not said):
        return text
    if text:
        said["text"] = text
    for child in node:
        name, value = local_name(child), _value(child, depth - 1)
        if name not in said:
            said[name] = value
        elif isinstance(said[name], list):
            said[name].append(value)
        else:
            said[name] = [said[name], value]
    return said
