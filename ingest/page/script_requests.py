"""Where a list comes from that only a script fills: what the scripts of a page ask for. Pure.

Nothing is run: see script_values.py. Lists that stand in a script are script_lists.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

from ingest.errors import ParseError
from ingest.page.script_values import LONGEST, Script, enclosed, scripts_of
from ingest.page.urls import absolute_url

_MOST_CALLS = 20  # of a page
_MOST = 3  # that are told
_CALL_LENGTH = 1_500  # characters
# $.ajax({url: …}), $.getJSON(…), fetch(…), axios.post(…), xhr.open("GET", …)
_ASKS = re.compile(
    r"""\burl\s{0,5}:|(?:\$|jQuery|axios|http)\.(?:get|post|getJSON)\(|\b(?:fetch|axios)\("""
    r"""|\.open\(\s{0,3}["'](?:GET|POST)["']\s{0,3},""",
    re.I,
)
_NO_DATA = re.compile(
    r"\.(?:js|css|png|jpe?g|gif|html?)(?:$|\?)|hits?\b|count|click|visit|login|weather|captcha", re.I
)
# Nothing is asked of an address that may change something: what is posted must look like a question.
_WRITES = re.compile(
    r"save|submit|insert|update|delet|remove|(?:^|[/_.])add(?=[A-Z_/?.]|$)|vote|zan|send|upload|regist|subscri|comment|feedback|logout",
    re.I,
)
_READS = re.compile(
    r"list|query|search|get|find|page|data|load|select|show|info|doc|news|article|column|channel|content|fetch|view",
    re.I,
)
_ADDRESS = re.compile(r"[/?]|\.\w{2,5}$")
_CALLED_BACK = re.compile(r"[?&]\w{1,20}=\?$")  # callback=?: jQuery names a function there
_POSTS = re.compile(
    r"""\.post\(|\.open\(\s{0,3}["']POST|\b(?:type|method)\s{0,5}:\s{0,5}["']post["']""", re.I
)
_IS_JSON = re.compile(r"stringify|application/json|axios\.post|http\.post", re.I)
_DATA = re.compile(
    r"\b(?:data|params|body)\s{0,5}:\s{0,5}(?:(?:JSON|qs|Qs)\.stringify\(\s{0,5})?(?:(?P<object>\{)|(?P<value>[\"'`\w$]))"
)
_FURTHER = re.compile(
    r"\s{0,9},\s{0,9}(?:(?:JSON|qs|Qs)\.stringify\(\s{0,5})?(\{)"
    r"(?!\s{0,9}(?:params|method|headers|body|mode|credentials)\s{0,5}:)"
)
_KEY = re.compile(r"""["']?([A-Za-z_][\w.\[\]]{0,40})["']?\s{0,5}:""")
_PAGE_KEY = r"(?:(?:page|cur|current)(?:_?(?:no|num|number|index|page))?|pn|p)"
_PAGE = re.compile(_PAGE_KEY, re.I)
_PAGE_SENT = re.compile(rf"""((?<![^&"]){_PAGE_KEY}"?\s?[=:]\s?"?)1(?!\d)""", re.I)
_NUMBER = re.compile(r"\s{0,9}\d{1,12}\s{0,9}[,}\n]")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a script; `post` is what it sends, None with a GET."""

    url: str
    post: str | None = None

    @property
    def paged(self) -> str | None:
        """What is sent for any page, as a source file says it: the first one's number as {page}."""
        return None if self.post is None else _PAGE_SENT.sub(r"\1{page}", self.post)

    def __str__(self) -> str:
        return self.url if self.post is None else f"{self.url} (POST{self.post and ' ' + self.post})"


def asked_for(html: str, url: str) -> tuple[Asked, ...]:
    """What the scripts of a page ask for, files, counters and what may change something apart; as far as what
    they send stands there."""
    found: dict[Asked, None] = {}
    calls = 0
    for text in scripts_of(html):
        script = Script(text[:LONGEST])
        for match in _ASKS.finditer(script.text):
            calls += 1
            if calls > _MOST_CALLS:
                break
            address, end = script.value(script.text, match.end())
            if not address or not _ADDRESS.search(address):
                continue
            if _NO_DATA.search(address) or _WRITES.search(address):
                continue
            with suppress(ParseError):
                asked = _request(script, match, address, end, url)
                if asked.post is None or _READS.search(address):
                    found.setdefault(asked)
    return tuple(found)[:_MOST]


def _request(script: Script, match: re.Match[str], address: str, end: int, base: str) -> Asked:
    text = script.text
    further = None
    if match[0].endswith(":"):
        start = text.rfind("{", max(0, match.start() - _CALL_LENGTH), match.start())
        call = enclosed(text, start) if start >= 0 else match[0]
    else:
        call = match[0][:-1] + enclosed(text, text.index("(", match.start()))
        further = _FURTHER.match(text, end)
    data = None if further else _DATA.search(call)
    if further:
        sent = _spelled(_pairs(enclosed(text, further.start(1)), script), call)
    elif data and data["object"]:
        sent = _spelled(_pairs(enclosed(call, data.start("object")), script), call)
    else:
        sent = (script.value(call, data.start("value"))[0] or "") if data else ""
    url = absolute_url(_CALLED_BACK.sub("", address), base)
    if _POSTS.search(call):
        return Asked(url, sent)
    return Asked(f"{url}{'&' if '?' in url else '?'}{sent}" if sent else url)


def _pairs(text: str, script: Script) -> dict[str, str | int]:
    """The keys of an object and their values, those that are not known left out; the page asked for is the
    first."""
    found: dict[str, str | int] = {}
    for key in _KEY.finditer(text):
        value, _ = script.value(text, key.end())
        if value is not None:
            found[key[1]] = int(value) if _NUMBER.match(text, key.end()) else value
        elif _PAGE.fullmatch(key[1]):
            found[key[1]] = 1
    return found


def _spelled(given: Mapping[str, str | int], call: str) -> str:
    as_json = _POSTS.search(call) is not None and _IS_JSON.search(call) is not None
    return json.dumps(given, ensure_ascii=False) if as_json else urlencode(given)
