"""Lists that a page's scripts hold: rows written by document.write, items in an array of JSON. Pure.

Nothing is run: a script that joins texts and variables is read as a person reads it, any other is left alone.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from ingest.errors import ShapeChanged
from ingest.model import ListItem
from ingest.page.json_lists import JsonLayout, guess_keys, read_json_rows

_SCRIPT = re.compile(r"<script\b[^>]{0,400}>", re.I)
_END = re.compile(r"</script\s{0,5}>", re.I)
_VARIABLE = re.compile(
    r"""\b([A-Za-z_$][\w$]{0,40})\s{0,5}=\s{0,5}("[^"\n]{0,2000}"|'[^'\n]{0,2000}')\s{0,5}[;,\n]"""
)
_WRITE = re.compile(r"document\.write(?:ln)?\s{0,5}\(")
_TERM = re.compile(r"""\s*(?:("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|([A-Za-z_$][\w$]*))\s*""")
_JSON_START = re.compile(r"""=\s{0,5}(?=[\[{])|JSON\.parse\(\s{0,3}(?=')""")
_LONGEST = 200_000  # characters of a script that is looked at
_MOST_VALUES = 40
_FEWEST_ITEMS = 2


def written_out(html: str) -> str:
    """`html` with what its scripts write by document.write in the place of these scripts."""
    if "document.write" not in html:
        return html
    pieces, at = [], 0
    for start in _SCRIPT.finditer(html):
        if start.start() < at or (end := _END.search(html, start.end())) is None:
            continue
        script = html[start.end() : end.start()]
        if len(script) > _LONGEST or (said := _written(script)) is None:
            continue
        pieces += [html[at : start.start()], said]
        at = end.end()
    return "".join([*pieces, html[at:]])


def _written(script: str) -> str | None:
    """What the script writes; None where it does something else with it than joining texts."""
    known = {name: _text(value) for name, value in _VARIABLE.findall(script)}
    parts = []
    for call in _WRITE.finditer(script):
        at, joined = call.end(), []
        while term := _TERM.match(script, at):
            joined.append(_text(term[1]) if term[1] else known.get(term[2], ""))
            at = term.end()
            if script[at : at + 1] != "+":
                break
            at += 1
        if not joined or script[at : at + 1] != ")":
            return None
        parts.append("".join(joined))
    return "".join(parts) if parts else None


def _text(literal: str) -> str:
    return re.sub(r"\\(.)", r"\1", literal[1:-1])


def items_in_scripts(html: str, url: str, now: datetime | None) -> list[ListItem]:
    """The items of the longest array of objects with addresses and titles that stands in a script."""
    best: list[ListItem] = []
    values = 0
    for start in _SCRIPT.finditer(html):
        end = _END.search(html, start.end())
        script = html[start.end() : end.start() if end else len(html)]
        if len(script) > _LONGEST or ("报告" not in script and "title" not in script.lower()):
            continue
        for value in _values(script):
            values += 1
            if values > _MOST_VALUES:
                return best
            if (keys := guess_keys(value)) is None:
                continue
            layout = JsonLayout(**{name: (path,) for name, path in keys.items()})
            try:
                items = read_json_rows(value, url, layout, now)
            except ShapeChanged:
                continue
            if len(items) >= max(_FEWEST_ITEMS, len(best) + 1):
                best = items
    return best


def _values(script: str) -> list[Any]:
    found, at, decoder = [], 0, json.JSONDecoder(strict=False)
    while start := _JSON_START.search(script, at):
        at = start.end()
        try:
            value, at = decoder.raw_decode(script, start.end())
        except (ValueError, RecursionError):
            continue
        found.append(value)
    return found
