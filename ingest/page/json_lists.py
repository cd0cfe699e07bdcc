"""Read a list that comes as JSON (or JSONP) into items. Pure.

Lists in HTML are lists.py, feeds and sitemaps feed_lists.py; which keys a family uses is
sources/families.py.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from ingest.china_time import china_day
from ingest.errors import ParseError, ShapeChanged
from ingest.model import ListItem
from ingest.page.charset import printable
from ingest.page.dates import list_day
from ingest.page.loose_json import is_packed, loads, unpacked
from ingest.page.titles import clean_title
from ingest.page.urls import canonical_url

# What keys of lists are called: those of the item itself first, then any other, then those of what stands
# beside it (a picture, the column, the page for telephones, when the record was made).
_KEYS = {
    "url": re.compile(r"url|link|href|path|lianjie|链接|地址", re.I),
    "title": re.compile(r"title|biaoti|标题|名称|^name$|^bt$|headline|mc$", re.I),
    "date": re.compile(r"date|time|riqi|shijian|日期|时间|^rq$|^day|sj$|(?:ed|sh)_?at$", re.I),
}
_FIRST = re.compile(
    r"pub|release|fabu|fbsj|fbrq|display|发布|^(?:url|link|href|title|name|date|time)$|doc|html|pc", re.I
)
_BESIDE = re.compile(
    r"img|image|pic|thumb|logo|icon|photo|video|audio|mobile|wap|app|channel|column|site|categ|parent|catalog|node|source"
    r"|dept|unit|author|user|short|sub|creat|updat|modif|expire|end|栏目|图片|来源|更新|创建",
    re.I,
)
_ADDRESS = re.compile(
    r"(?:https?:)?//\S+|\.{0,2}/[^<>\s]+|[^<>\s]+\.(?:s?html?|jsp|aspx?|php|pdf|docx?)(?:[?#]\S*)?"
    r"|[A-Za-z0-9_.%-]+/[A-Za-z0-9_./%?=&#-]+",
    re.I,
)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|bmp|ico|mp4)(?:$|\?)", re.I)
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")
_ASSIGNED = re.compile(r"\s{0,20}(?:(?:var|let|const)\s{1,9})?[A-Za-z_$][\w$.]{0,80}\s{0,9}=\s{0,9}(?=[\[{])")
_DEEPEST = 6  # levels of JSON looked into
_FEWEST_NAMED = 3  # rows of an object that names them; fewer may be its parts
_GROUP = re.compile(r"(?:19|20)\d\d(?:年|[-/.]\d{1,2}|年\d{1,2}月)?")
_FEW = 5  # rows that are looked at to know the others
_MOST_LOOKED = 5_000
_JSONP = re.compile(r"\s{0,20}(?:/\*\*/)?\s{0,20}[\w$.]{1,80}\s{0,20}\(")
_FIELD = re.compile(r"\{([\w.]+)\}")
_DOTNET = re.compile(r"/Date\((\d{12,13})(?:[+-]\d{4})?\)/")
_MILLISECONDS = 10**11  # a larger number of seconds would be the year 5138
_SECONDS = 10**8  # a smaller number is no time: 1973
_SHOWN = 12  # keys named in an error


@dataclass(frozen=True, slots=True)
class JsonLayout:
    """Where a JSON list keeps its items. Each is a row of alternatives, the first that is there counts.

    `items` are paths with dots to the array ("data.list"; "" is the whole answer; "*.list" what each of an
    array holds); `url`, `title`, `date`
    paths inside an item. A `url` may be a pattern to be filled from the item: "/detail?iid={iid}".
    `html` is the path of a string with the list as HTML, for servers that wrap it so.
    """

    items: tuple[str, ...] = ("",)
    url: tuple[str, ...] = ("url",)
    title: tuple[str, ...] = ("title",)
    date: tuple[str, ...] = ()
    html: tuple[str, ...] = ()


def read_json_list(
    text: str, url: str, layout: JsonLayout, *, url_pattern: str | None = None, now: datetime | None = None
) -> tuple[ListItem, ...]:
    """The items of the JSON list at `url`, in its order, each address once and canonical.

    Dates may be texts in any form, seconds or milliseconds. An item without an address or a title is left
    out. Raises ShapeChanged where the answer is no JSON, the array is not there, or no item is left.
    """
    answer = parse_json(text, url)
    rows = _rows(answer, layout)
    if rows is None:
        raise ShapeChanged(
            f"reading the list {url}: no array at {' or '.join(map(repr, layout.items))};"
            f" the answer has {_shape(answer)}; correct `items` under [json] in the source file"
        )
    wanted = re.compile(url_pattern) if url_pattern else None
    items: dict[str, ListItem] = {}
    for item in _read(rows, url, layout, now):
        if wanted is None or wanted.search(item.url):
            items.setdefault(item.url, item)
    if not items:
        first = next(iter(rows), None)
        raise ShapeChanged(
            f"reading the list {url}: {len(rows)} rows, none with {' or '.join(map(repr, layout.url))} and"
            f" {' or '.join(map(repr, layout.title))}"
            + (f" and url_pattern {url_pattern!r}" if url_pattern else "")
            + (f"; the first has {_shape(first)}" if first is not None else "")
            + "; look at the answer and correct the source file"
        )
    return tuple(items.values())


def read_json_rows(answer: Any, url: str, layout: JsonLayout, now: datetime | None = None) -> list[ListItem]:
    """The items of a JSON value that is read already, each address once. ShapeChanged where there is none."""
    items: dict[str, ListItem] = {}
    for item in _read(_rows(answer, layout) or (), url, layout, now):
        items.setdefault(item.url, item)
    if not items:
        raise ShapeChanged(f"reading the list {url}: no row with an address and a title")
    return list(items.values())


Keys = dict[str, str | list[str]]
"""As a source file says them under [json]: a path with dots, or a row of alternatives."""


def guess_keys(value: Any, *, addressed: bool = True) -> Keys | None:
    """Where an unknown JSON value keeps rows with an address and a title: `items`, `url`, `title` and, if
    there is one, `date`, as paths with dots; or `html`, where it holds a list as HTML. The longest array
    counts, however deep it lies, of those with days if there are some. Not `addressed`: rows with titles
    alone will do."""
    best: tuple[tuple[bool, int], Keys] | None = None
    longest: tuple[int, str] = (0, "")
    waiting: list[tuple[Any, str, int]] = [(value, "", 0)]
    looked = 0
    while waiting and looked < _MOST_LOOKED:
        inner, path, depth = waiting.pop()
        inner = inner_of(inner)
        looked += 1
        rows = _listed(inner)
        if rows and (keys := _row_keys(rows)) and ("url" in keys or not addressed):
            rank = ("date" in keys, len(rows))
            if best is None or rank > best[0]:
                best = (rank, {"items": path, **keys})
        if isinstance(inner, list):
            parts: Iterable[tuple[str, Any]] = ((str(n), row) for n, row in enumerate(inner[:_FEW]))
        elif isinstance(inner, Mapping):
            parts = inner.items()
        else:
            if isinstance(inner, str) and "<" in inner and "href=" in inner:
                longest = max(longest, (len(inner), path))
            continue
        if depth < _DEEPEST:
            waiting += [(one, f"{path}.{key}".lstrip("."), depth + 1) for key, one in parts]
    if best is None:
        return {"html": longest[1]} if longest[0] and addressed else None
    (_, found), keys = best
    return {**keys, "items": _of_all_groups(value, str(keys["items"]), found)}


def _of_all_groups(value: Any, path: str, found: int) -> str:
    """The path of the rows of all groups (a year each), where `path` is that of one of them: *.list for
    0.list."""
    steps = path.split(".")
    for place, step in enumerate(steps):
        every = ".".join((*steps[:place], "*", *steps[place + 1 :]))
        last = place == len(steps) - 1
        numbered = step.isdecimal() and not last
        dated = last and _GROUP.fullmatch(step)  # {"2026-01": […], "2025-12": […]}
        if (numbered or dated) and len(_rows_at(value, every) or ()) > found:
            return every
    return path


def layout_of(keys: Keys) -> JsonLayout:
    """Where a value keeps its items by the keys that were guessed."""
    paths = {name: (path,) if isinstance(path, str) else tuple(path) for name, path in keys.items()}
    return JsonLayout(**paths)


def _listed(value: Any) -> Sequence[Any] | None:
    """The rows that a value is: an array, or an object whose keys count them ({"0": …, "1": …}) or name them
    ({"a7": …, "a9": …}): then all have the same fields."""
    if isinstance(value, list):
        return value
    if not isinstance(value, Mapping) or not value:
        return None
    rows = list(value.values())
    if all(str(key).isdecimal() for key in value):
        return rows
    alike = len(rows) >= _FEWEST_NAMED and all(
        isinstance(row, Mapping) and row and row.keys() == rows[0].keys() for row in rows
    )
    return rows if alike else None


def _row_keys(rows: Sequence[Any]) -> Keys | None:
    """Which keys of the rows hold an address, a title, a day: by name, and by what stands there in most of
    them; of an address those too that have it where that one is empty (linkUrl: on another site). What stands
    alike in all rows is their column's; {"data": {"title": …}} is looked into."""
    some = [fields for row in rows[:_FEW] if (fields := _fields(row))]
    names = list(dict.fromkeys(name for fields in some for name in fields))
    found: dict[str, str] = {}
    for wanted in _KEYS:
        best: tuple[tuple[int, int], str] | None = None
        for place, name in enumerate(names):
            values = [fields.get(name) for fields in some]
            fit = [value for value in values if _looks(wanted, value)]
            if name in found.values() or len(fit) * 2 <= len(some):
                continue
            if wanted != "date" and len(some) > 1 and len({str(value) for value in fit}) == 1:
                continue
            key = name.rpartition(".")[2]
            rank = (
                3
                if _BESIDE.search(key)
                else 2
                if not _KEYS[wanted].search(key)
                else 1 - bool(_FIRST.search(key))
            )
            if rank == 2 and wanted == "date" and not name.isdecimal():
                continue
            if best is None or (rank, place) < best[0]:
                best = ((rank, place), name)
        if best is not None:
            found[wanted] = best[1]
    if "title" not in found:
        return None
    keys: Keys = {**found}
    if url := found.get("url"):
        lacking = [fields for fields in some if not _looks("url", fields.get(url))]
        others = [name for name in names if any(_stands_in(name, fields) for fields in lacking)]
        keys |= {"url": [url, *others]} if others else {}
    return keys


def _stands_in(name: str, fields: Mapping[str, Any]) -> bool:
    """Whether a row without an address has it under another name."""
    key = name.rpartition(".")[2]
    named = _KEYS["url"].search(key) and not _BESIDE.search(key)
    return bool(named) and _looks("url", fields.get(name))


def _fields(row: Any) -> dict[str, Any]:
    """What a row holds by its paths, one level down as well."""
    if isinstance(row, list):
        return {str(place): value for place, value in enumerate(row)}
    if not isinstance(row, Mapping):
        return {}
    fields = {str(key): _lone(value) for key, value in row.items()}
    for key, value in row.items():
        if isinstance(value, Mapping) and "time" not in value:
            fields |= {f"{key}.{inner}": said for inner, said in value.items()}
    return fields


def _looks(wanted: str, value: Any) -> bool:
    if wanted == "date":
        return json_day(value) is not None
    if not isinstance(value, str) or not value.strip():
        return False
    if wanted == "title":
        return _CHINESE.search(value) is not None and _ADDRESS.fullmatch(value) is None
    return _ADDRESS.fullmatch(value.strip()) is not None and _PICTURE.search(value) is None


def html_inside(text: str, url: str, layout: JsonLayout) -> str | None:
    """The HTML that a JSON answer carries at `layout.html`, or None. ShapeChanged where it is no JSON."""
    if not layout.html:
        return None
    found = _first(parse_json(text, url), layout.html)
    return found if isinstance(found, str) and "<" in found else None


def parse_json(text: str, url: str) -> Any:
    """The value of a JSON or JSONP answer. Raises ShapeChanged."""
    plain = printable(text).strip().removeprefix("\ufeff")
    plain = unpacked(plain) or plain
    if not plain.startswith(("{", "[")) and (given := _ASSIGNED.match(plain)):
        plain = plain[given.end() :].rstrip().removesuffix(";")
    elif not plain.startswith(("{", "[")) and (call := _JSONP.match(plain)):
        plain = plain[call.end() :].rstrip().removesuffix(";").rstrip().removesuffix(")")
    try:
        return loads(plain)
    except (ValueError, RecursionError) as exc:
        if (rows := _json_lines(plain)) is not None:
            return rows
        raise ShapeChanged(
            f"reading the list {url}: expected JSON, found {plain[:60]!r} ({exc}); if the site answers with"
            " a page now, choose another family in the source file"
        ) from exc


def _json_lines(text: str) -> list[Any] | None:
    """The values of a text of which each line is one (JSON Lines, ndjson), or None."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or not lines[0].rstrip().endswith(("}", "]")):
        return None
    try:
        return [json.loads(line, strict=False) for line in lines]
    except (ValueError, RecursionError):
        return None


def is_json(text: str) -> bool:
    """Whether an answer looks like JSON or JSONP at all."""
    plain = text.lstrip("\ufeff \t\r\n")
    if plain.startswith(("{", "[")) or is_packed(plain):
        return True
    return bool(_JSONP.match(plain[:120]) or _ASSIGNED.match(plain[:200]))


def _rows(answer: Any, layout: JsonLayout) -> Sequence[Any] | None:
    return next((rows for path in layout.items if (rows := _rows_at(answer, path)) is not None), None)


def _rows_at(answer: Any, path: str) -> Sequence[Any] | None:
    """The rows at a path, in which * stands for each of an array."""
    above, each, below = f".{path}.".partition(".*.")
    if not each:
        return _listed(_at(answer, path))
    groups = _groups(_at(answer, above[1:]))
    return groups and [row for group in groups for row in _listed(_at(group, below.removesuffix("."))) or ()]


def _groups(value: Any) -> Sequence[Any] | None:
    if isinstance(value, Mapping) and value and all(isinstance(group, list) for group in value.values()):
        return list(value.values())
    return _listed(value)


def _read(rows: Sequence[Any], url: str, layout: JsonLayout, now: datetime | None) -> Iterator[ListItem]:
    for row in rows:
        if not isinstance(row, Mapping | list):
            continue
        address = next((found for key in layout.url if (found := _address(row, key, url))), None)
        # JSON can spell half of a character (\ud83d), which no text can hold.
        title = clean_title(printable(html.unescape(str(_first(row, layout.title) or ""))))
        if address is None or title is None:
            continue
        when = next((day for key in layout.date if (day := json_day(_at(row, key), now))), None)
        yield ListItem(address, title, when)


def _address(row: Mapping[str, Any] | list[Any], key: str, url: str) -> str | None:
    if "{" in key:
        fields = {name: _at(row, name) for name in _FIELD.findall(key)}
        if any(value in (None, "") for value in fields.values()):
            return None
        found: Any = _FIELD.sub(lambda field: str(fields[field[1]]), key)
    else:
        found = _at(row, key)
    if not isinstance(found, str) or not found.strip():
        return None
    try:
        return canonical_url(html.unescape(found), url)
    except ParseError:  # one unreadable address does not break the list
        return None


def json_day(value: Any, now: datetime | None = None) -> date | None:
    """A text in any form, seconds or milliseconds since 1970, or what Java makes of them."""
    if isinstance(value, Mapping):
        value = value.get("time")
    if isinstance(value, list):
        value = "-".join(map(str, value[:3])) if len(value) >= 3 else None  # [2026, 1, 28, 9, 30]
    if isinstance(value, str) and (dotnet := _DOTNET.match(value)):
        value = int(dotnet[1])
    if isinstance(value, str) and value.strip().isdigit() and len(value.strip()) in (10, 13):
        value = int(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and _SECONDS < value < 10**14:
        seconds = value / 1000 if value > _MILLISECONDS else value
        return china_day(datetime.fromtimestamp(seconds, UTC))
    return list_day(value, now) if isinstance(value, str) else None


def _first(value: Any, paths: Sequence[str]) -> Any:
    return next((found for path in paths if (found := _at(value, path)) not in (None, "")), None)


def _at(value: Any, path: str) -> Any:
    """What stands at a path with dots; None where it does not lead on."""
    for key in path.split(".") if path else ():
        value = inner_of(value)
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return _lone(inner_of(value))


def _lone(value: Any) -> Any:
    """A value, or the only one of an array: search engines answer {"title": ["…"]}."""
    return value[0] if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str) else value


def inner_of(value: Any) -> Any:
    """A value, or what a text holds that is JSON again: {"d": "[{…}]"}, {"d": "W3si…"}."""
    if not isinstance(value, str):
        return value
    held = unpacked(value) or value
    if not held.startswith(("{", "[")) or not held.endswith(("}", "]")):
        return value
    try:
        return json.loads(held, strict=False)
    except (ValueError, RecursionError):
        return value


def _shape(value: Any) -> str:
    if isinstance(value, Mapping):
        keys = [str(key) for key in value]
        return "the keys " + ", ".join(keys[:_SHOWN]) + (" …" if len(keys) > _SHOWN else "")
    return f"a {type(value).__name__}"
