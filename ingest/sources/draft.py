"""`gongbao sources new`: look at a list page, tell its family, write a first draft of its file.

What a source yields is check.py; how families are told apart, sources/recognise.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ingest.errors import ConfigError, FetchError, ParseError
from ingest.exchange import Request
from ingest.model import ListItem, Region, SourceKind
from ingest.page.columns import ColumnLink, report_columns
from ingest.page.json_lists import guess_keys, parse_json
from ingest.page.lines import parse_html
from ingest.page.parsed import read_metas
from ingest.page.script_requests import asked_for
from ingest.page.titles import clean_title
from ingest.page.urls import canonical_url
from ingest.regions.gazetteer import find_region, region_by_code
from ingest.settings import Settings
from ingest.sources.families import Form
from ingest.sources.items import list_text, read_text_items
from ingest.sources.load import own_folder
from ingest.sources.portals import code_of_host
from ingest.sources.recognise import Recognised, recognise
from ingest.sources.spec import Source
from ingest.text.given_name import LONGEST
from ingest.web.session import Web

_SITE = re.compile(r"[\u4e00-\u9fff]{2,30}(?:人民政府|政府|委员会|管委会|论坛|网)(?:办公[室厅])?")
_PORTAL = re.compile(r"(?:门户网站|门户|官方?网站?)$")


_SITE_CODE = re.compile(r"(?:SiteIDCode|网站标识码)[^\d<>]{1,30}(\d{6})\d{4}(?!\d)")
# What the kind of a source means for what it says.
_TRUST = {
    SourceKind.PORTAL: "A portal is official: what it shows is announced as it stands.",
    SourceKind.REPOST: "A repost: what it shows is announced as 待官方确认 until a portal shows it.",
    SourceKind.FORUM: "A forum: what it shows is announced as 待官方确认 until a portal shows it.",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A source file's text, its slug, and the items that it yields now."""

    slug: str
    toml: str
    items: tuple[ListItem, ...]


async def draft_source(
    settings: Settings,
    url: str,
    *,
    slug: str | None = None,
    kind: str | None = None,
    region: str | None = None,
) -> Draft:
    """Fetch `url` and write a source file for it, or for what its scripts ask for where the page has no list;
    what is not given is taken from the page.

    Raises ConfigError for a wrong argument and for a page that is no list (it names the columns of reports
    that the page links to), FetchError or ParseError when it cannot be had or read.
    """
    if kind is not None and kind not in (known := [k.value for k in SourceKind if k is not SourceKind.LOCAL]):
        raise ConfigError(f"--kind {kind!r}: one of {', '.join(known)}")
    async with Web.from_settings(settings) as web:
        fetched = await web.fetch(url)
        text, here = list_text(fetched.body, fetched.content_type, fetched.final_url), fetched.final_url
        try:
            return draft(text, here, slug=slug, kind=kind, region=region)
        except (ConfigError, ParseError):
            # Of a home page, which names columns and is none of them, they ask for news.
            columns = report_columns(text, here)
            is_home = bool(columns) and all(column.url != canonical_url(here) for column in columns)
            for asked in () if is_home else asked_for(text, here):
                with suppress(FetchError, ParseError, ConfigError):
                    answer = await web.fetch(Request(asked.url, post=asked.post))
                    said = list_text(answer.body, answer.content_type, asked.url)
                    behind = Behind(text, here, asked.paged)
                    return draft(said, asked.url, slug=slug, kind=kind, region=region, behind=behind)
            raise


@dataclass(frozen=True, slots=True)
class Behind:
    """The page whose scripts ask for a list, and what they send: None with a GET."""

    text: str
    url: str
    post: str | None


def draft(
    text: str,
    url: str,
    *,
    slug: str | None = None,
    kind: str | None = None,
    region: str | None = None,
    behind: Behind | None = None,
) -> Draft:
    """A source file for the list page `text` at `url`. Raises ConfigError as `draft_source`, ParseError."""
    known = recognise(text, url)
    page = behind.text if behind else text
    name = (_site_name(page) or urlsplit(url).hostname or url)[:LONGEST]
    place = None if region else _region_of(page, url, name)
    data: dict[str, Any] = {
        "slug": slug or slug_of(url),
        "name": name,
        "family": known.family.name,
        "region": region or (place.code if place else None),
        "lists": [{"url": url, "post": behind.post} if behind and behind.post is not None else url],
    }
    if kind or (known.family.kind is None and not (urlsplit(url).hostname or "").endswith(".gov.cn")):
        # Only a portal is official: a host that is not under gov.cn is none unless somebody says so.
        data["kind"] = kind or SourceKind.REPOST.value
    if known.family.name == "json":
        value = parse_json(text, url)
        rows = guess_keys(value, addressed=False) or {"items": "", "title": "title"}
        data["json"] = guess_keys(value) or {"url": "url", **rows}
    if known.family.form is Form.SITEMAP:
        data["list"] = {"url_pattern": r"/zfgzbg/"}
    data = {key: value for key, value in data.items() if value is not None}
    try:
        source = Source.model_validate(data)
    except ValueError as exc:
        raise ConfigError(f"a source file for {url}: {exc}") from exc
    columns = _columns(text, url)
    try:
        items = read_text_items(text, url, source, datetime.now(UTC))
    except ParseError as exc:
        said = []
        if columns:
            named = "; ".join(f"{column.url} {column.text}" for column in columns)
            said.append(f"it links to columns of reports: {named}")
        if asked := asked_for(text, url):
            said.append(
                f"its scripts ask for {', '.join(map(str, asked))}; if that is where the list comes from,"
                " give that address"
            )
        if said:
            raise ConfigError(f"a source file for {url}: no list there, but {'; and '.join(said)}") from exc
        raise
    others = [f"#   {column.url}  {column.text}" for column in columns]
    return Draft(source.slug, _toml(data, source.kind, known, items, others, behind), items)


def _columns(text: str, url: str) -> list[ColumnLink]:
    """The columns of reports that a page links to; it is in its own menu, too."""
    return [column for column in report_columns(text, url) if column.url != canonical_url(url)]


def _region_of(text: str, url: str, name: str) -> Region | None:
    """The region that the site is of: by its name, by its host where that is a government's known home page,
    by its 网站标识码, of which the first six digits are the division's code."""
    if (named := find_region(name)) is not None and named.code is not None:
        return named
    if (code := code_of_host(urlsplit(url).hostname or "")) is not None:
        return region_by_code(code)
    said = _SITE_CODE.search(text)
    return region_by_code(said[1]) if said else None


def write_draft(settings: Settings, made: Draft) -> Path:
    """Write a draft into the operator's folder. ConfigError without one, or where the file is there."""
    folder = own_folder(settings.sources_dir, "sources new --write")
    path = folder / f"{made.slug}.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as out:
            out.write(made.toml)
    except FileExistsError as exc:
        raise ConfigError(f"{path}: is there already; choose another --slug, or remove it first") from exc
    except OSError as exc:
        raise ConfigError(f"{path}: cannot be written: {exc}") from exc
    return path


def _toml(
    data: Mapping[str, Any],
    kind: SourceKind,
    known: Recognised,
    items: Sequence[ListItem],
    columns: list[str],
    behind: Behind | None,
) -> str:
    lines = [f"# {known.family.about} ({known.sign})"]
    lines += [f"# The scripts of {behind.url} ask for it."] if behind else []
    lines += [
        f"{key} = {toml_value(data[key])}" for key in ("name", "family", "kind", "region") if key in data
    ]
    lines.append(f"# {_TRUST[kind]}")
    posted = behind is not None and behind.post is not None
    lines += ['verified = "never"', *([] if posted else [f"lists = {toml_value(data['lists'])}"])]
    for table in ("list", "json"):
        if table in data:
            lines += [
                "",
                f"[{table}]",
                *(f"{key} = {toml_value(value)}" for key, value in data[table].items()),
            ]
    if posted:
        lines += ["", "[[lists]]", *(f"{key} = {toml_value(said)}" for key, said in data["lists"][0].items())]
    lines += ["", f"# {len(items)} items were read, the first of them:"]
    lines += [f"#   {item.published_on or '(no date)'}  {item.title}" for item in items[:3]]
    if columns:
        lines += ["# The page links to columns of reports as well:", *columns]
    return "\n".join(lines) + "\n"


def toml_value(value: object) -> str:
    """A TOML value: strings of JSON are basic strings of TOML, DEL excepted."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def slug_of(url: str) -> str:
    """The host without www and gov.cn: http://www.cqck.gov.cn/… is cqck."""
    host = urlsplit(url).hostname or ""
    short = re.sub(r"^(?:www|wap|bbs)\.|\.(?:gov|com|org|net)(?:\.cn)?$|\.cn$", "", host)
    return re.sub(r"[^a-z0-9]+", "-", short.lower()).strip("-")[:63] or "site"


def _site_name(text: str) -> str | None:
    """What the page calls its site: the meta SiteName, else the part of <title> that reads like a site."""
    if "<" not in text:
        return None
    try:
        tree = parse_html(text)
    except ParseError:
        return None
    metas = {name.lower(): value for name, value in read_metas(tree).items()}
    head = tree.css_first("title")
    for said in (metas.get("sitename"), head.text() if head else None):
        if (clean := clean_title(said)) and (found := list(_SITE.finditer(_PORTAL.sub("", clean)))):
            return found[-1][0]
    return clean_title(metas.get("sitename"))
