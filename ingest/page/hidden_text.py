"""Find the text that a page holds for its script to show: in JSON, in a string of a script, in a form. Pure.

What it gives is HTML to be read like any page (reading.py), where the page itself shows no text.
"""

from __future__ import annotations

import html
import json
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any
from urllib.parse import unquote

from ingest.page.dates import parse_when
from ingest.page.furniture import is_prose
from ingest.page.json_lists import inner_of, json_day, parse_json
from ingest.page.lines import outermost, parse_html
from ingest.page.script_lists import uncommented
from ingest.page.titles import looks_like_title

_LEAST = 200  # Chinese characters; of fewer a page has many that are no article
_MOST_LOOKED = 20_000  # values of a JSON answer
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_TITLE = re.compile(r"(?:article|doc|file)?_?(?:title|name)|bt|biaoti|headline|subject", re.I)
_DATE = re.compile(
    r"(?:doc_?)?(?:pub|rel|publish|published|release|display|fb)\w{0,12}|date(?:published)?|add_?(?:date|time)|rq",
    re.I,
)
_SOURCE = re.compile(r"(?:content|article|doc|info)?_?(?:source|origin)(?:_?name)?|(?:wz)?ly|laiyuan", re.I)
_ATTRIBUTES = ("value", "data-content", "data-html", "data-text", "data-body", "srcdoc")
_HOLDERS = f"textarea, noscript, template, script, input[value], [{'], ['.join(_ATTRIBUTES[1:])}]"
_WHOLE = "noscript, template"
_JSON = re.compile(r"""(?:\A|[=(])\s{0,20}(?=\{\s{0,20}"|\[\s{0,20}[\[{"])""")
_MOST_TRIED = 20  # values of JSON in the scripts of a page
_MARKUP = re.compile(r"text/(?:html|template|x-)", re.I)
# An escaped sign begins no string, else a row of them would be read from each of them anew.
_STRING = re.compile(r"""\\.|"((?:[^"\\\n]|\\.)*+)"|'((?:[^'\\\n]|\\.)*+)'|`((?:[^`\\]|\\.)*+)`""", re.S)
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.S)
_LONG_ATTRIBUTE = re.compile(
    rf"""\s[\w:.@-]{{1,40}}\s?=\s?(?:"([^"<>]{{{_LEAST},}}+)"|'([^'<>]{{{_LEAST},}}+)')"""
)
_BASE64 = re.compile(r"[A-Za-z0-9+/\r\n]+={0,2}")
_PERCENT = re.compile(r"%u([0-9a-fA-F]{4})|%([0-9a-fA-F]{2})")
_DECODER = json.JSONDecoder(strict=False)
_NOTHING: Mapping[str, Any] = {}
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": "", "v": ""}
_OUTER = re.compile(r"\A<[^>]*>|</[^>]*>\Z")
_TAG = re.compile(r"<(?:p|div|br|span|table|section|h\d)\b", re.I)


def page_of_json(text: str, url: str) -> str | None:
    """A page made of a JSON answer that holds one long text, with the title and day beside it; None where it
    holds none. Raises ShapeChanged where the answer is no JSON."""
    best = ""
    around: Mapping[str, Any] = {}
    for said, owner in _strings(parse_json(text, url)):
        value = _unpacked(said)
        if len(value) > _LEAST and _weight(value) > max(_weight(best), _LEAST):
            best, around = value, owner
    if not best:
        return None
    metas = _metas(_said(around, _TITLE), around)
    return f'<html><head>{metas}</head><body><div id="zoom">{_as_markup(best)}</div></body></html>'


def uncovered(page: str) -> str | None:
    """The page with the longest text that it hides put below its own, and with the title, day and source that
    stand beside it in JSON; None where it hides none."""
    long = ((text, around) for text, around in _hidden(page) if len(text) > _LEAST)
    text, around = max(long, key=lambda found: _weight(found[0]), default=("", _NOTHING))
    if _weight(text) <= _LEAST:
        return shown if (shown := uncommented(page)) != page else None
    title = next(filter(looks_like_title, _each_said(around, _TITLE)), None)
    metas = _metas(title, around)
    return f'{page}{metas}<div id="zoom">{_as_markup(text)}</div>'


def _metas(title: str | None, around: Mapping[str, Any]) -> str:
    source = _said(around, _SOURCE)
    said = {
        "ArticleTitle": title,
        "PubDate": next(filter(None, map(_when, _values(around, _DATE))), None),
        "ContentSource": source if source and _CHINESE.search(source) else None,
    }
    return "".join(
        f'<meta name="{name}" content="{html.escape(value)}">' for name, value in said.items() if value
    )


def _when(value: Any) -> str | None:
    if isinstance(value, str) and parse_when(value):
        return value
    day = json_day(value)
    return str(day) if day else None


def _hidden(page: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The texts that a page hides, each with the JSON object that it stands in."""
    tried = 0
    tree = parse_html(page)
    whole = {node.mem_id for node in outermost(tree.css(_WHOLE))}
    for node in tree.css(_HOLDERS):
        if held := next(filter(None, map(node.attributes.get, _ATTRIBUTES)), None):
            yield _unpacked(held), _NOTHING
        elif node.tag in ("noscript", "template"):
            if node.mem_id not in whole:
                continue  # what holds it is read
            yield _OUTER.sub("", node.html or ""), _NOTHING
        elif node.tag == "textarea" or _MARKUP.match(node.attributes.get("type") or ""):
            yield node.text(), _NOTHING
        elif node.tag == "script":
            script = node.text()
            for start in islice(_JSON.finditer(script), _MOST_TRIED - tried):
                tried += 1
                with suppress(ValueError, RecursionError):
                    value, _ = _DECODER.raw_decode(script, start.end())
                    yield from ((_unpacked(text), around) for text, around in _strings(value))
            strings = [
                _unpacked(_unescaped(string[1] or string[2] or string[3] or ""))
                for string in _STRING.finditer(script)
            ]
            yield from ((string, _NOTHING) for string in strings)
            yield _put_together(strings), _NOTHING
    yield from _in_attributes(page)


def _in_attributes(page: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The long texts in attributes of any name: :article='{"title": "…", "content": "…"}'."""
    for held in islice(_LONG_ATTRIBUTE.finditer(page), _MOST_TRIED):
        text = html.unescape(held[1] or held[2])
        try:
            yield from (
                (_unpacked(said), around) for said, around in _strings(json.loads(text, strict=False))
            )
        except (ValueError, RecursionError):
            yield _unpacked(text), _NOTHING


def _put_together(strings: Sequence[str]) -> str:
    """The paragraphs that a script puts together: s += "<p>…", document.write("<p>…"), ["<p>…", …]."""
    written = [string for string in strings if holds_markup(string) and _CHINESE.search(string)]
    return "".join(written) if len(written) > 1 and any(map(is_prose, written)) else ""


def _unescaped(literal: str) -> str:
    """The text of a string in a script; of one in JSON, too."""
    if "\\" not in literal:
        return literal

    def character(found: re.Match[str]) -> str:
        number = found[1] or found[2]
        return chr(int(number, 16)) if number else _LETTERS.get(found[3], found[3])

    return _whole_characters(_ESCAPED.sub(character, literal))


def _unpacked(text: str) -> str:
    """What a script unpacks of a string: %u653f of escape(), %E6%94 of encodeURIComponent(), base64."""
    if len(text) <= _LEAST or not text.isascii():
        return text
    if _BASE64.fullmatch(text):
        try:
            text = b64decode(text).decode()
        except ValueError:
            return text
    if "%u" in text:
        return _whole_characters(_PERCENT.sub(lambda found: chr(int(found[1] or found[2], 16)), text))
    return unquote(text) if "%E" in text.upper() else text


def _whole_characters(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _strings(answer: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The strings of a JSON value, each with the object that it stands in."""
    waiting: list[tuple[Any, Mapping[str, Any]]] = [(answer, {})]
    looked = 0
    while waiting and looked < _MOST_LOOKED:
        value, owner = waiting.pop()
        value = inner_of(value)
        looked += 1
        if isinstance(value, str):
            yield value, owner
        elif isinstance(value, Mapping):
            waiting += ((inner, value) for inner in value.values())
        elif isinstance(value, list):
            waiting += ((inner, owner) for inner in value)


def _said(around: Mapping[str, Any], names: re.Pattern[str]) -> str | None:
    return next(_each_said(around, names), None)


def _each_said(around: Mapping[str, Any], names: re.Pattern[str]) -> Iterator[str]:
    return (value for value in _values(around, names) if isinstance(value, str) and 0 < len(value) < _LEAST)


def _values(around: Mapping[str, Any], names: re.Pattern[str]) -> Iterator[Any]:
    return (value for name, value in around.items() if names.fullmatch(str(name)))


def holds_markup(text: str) -> bool:
    """Whether a text is HTML."""
    return _TAG.search(text) is not None


def _as_markup(text: str) -> str:
    if holds_markup(text):
        return text
    if "&lt;" in text and _TAG.search(plain := html.unescape(text)):
        return plain
    return "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines())


def _weight(text: str) -> int:
    return len(_CHINESE.findall(text))
