"""Every column of work reports that is known, as `sources check --offline` reads it: over pages of our own,
with the addresses that the column's articles have.
"""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from ingest.page.urls import canonical_url
from ingest.sources.load import BUNDLED, load_sources
from ingest.sources.spec import Source, WatchedUrl
from tests.support.service import Gongbao

YEARS = range(2026, 2020, -1)
CATALOGUE = load_sources()
ARTICLE = (
    "<html><head><meta name='ArticleTitle' content='{title}'></head><body><h1>{title}</h1>"
    "<div id='zoom'><p>各位代表：</p>{body}</div></body></html>"
)
BODY = "".join(f"<p>今年要办好第{n}件实事，把安排好的事情一件一件落到实处。</p>" for n in range(12))
# Where nothing is known of a column's articles: as its family has them, else in its folder.
SHAPES = {
    "trs": "./202602/t20260203_7238031.html",
    "ucap": "./202602/8c307d6f1a1c471987a9a79eb438ebb9.shtml",
    "columns": "./202602/10/cda0d3cc-e08f-4145-be02-f9cefd9b093d.html",
    "idfolder": "./2026020108425256544/index.shtml",
    "hanweb": "/art/2026/2/9/art_33720_11734913.html",
    "gkmlpt": "/gkmlpt/content/4/4851/post_4851130.html",
    "nfcms": "./content/post_10674921.html",
}


def columns(shared: Path) -> list[dict[str, str]]:
    with (shared / "data" / "report_columns.csv").open(encoding="utf-8") as lines:
        return [
            row
            for row in csv.DictReader(lines)
            if row["column_kind"] == "work_report"
            and row["column_url"]
            and row["code"]
            and not row["confidence"].startswith("host and platform")
        ]


def spelt(url: str) -> str:
    """An address without scheme and www; a category of gkmlpt as its list is asked for."""
    plain = re.sub(r"/gkmlpt/index#(\d+)$", r"/gkmlpt/api/all/\1", url)
    plain = re.sub(r"\?(?:uid=|page=1&sid=).*$", "", plain)
    # 山东's gazette shows the same column on another host.
    parts = urlsplit(canonical_url(plain.replace("gb.shandong", "www.shandong")))
    return f"{parts.netloc.removeprefix('www.')}{parts.path}?{parts.query}"


@pytest.fixture(scope="module")
def watched(shared: Path) -> dict[str, tuple[Source, WatchedUrl, str]]:
    """The table's columns that the catalogue watches, by their address there: source, list, an article."""
    lists = {spelt(one.url): (source, one) for source in CATALOGUE.values() for one in source.lists}
    found = {}
    for row in columns(shared):
        known = lists.get(spelt(row["column_url"]))
        assert known is not None, f"{row['name']} {row['column_url']}"
        assert known[0].enabled, row["name"]
        article = row["example_article_url"]
        if not article or article == row["column_url"] or article.endswith(".pdf"):
            article = urljoin(known[1].url, SHAPES.get(known[0].family, "./1058047.html"))
        found[known[1].url] = (*known, article)
    return found


def of_year(article: str, year: int) -> str:
    """The address of another year's article, as its site would have numbered it."""
    address = re.sub(r"20(?:2\d|1\d)(?=[01]\d|/|-|_)", str(year), article)
    numbers = list(re.finditer(r"[0-9a-f]*\d", urlsplit(address).path))
    last = numbers[-1]
    path = urlsplit(address).path
    path = f"{path[: last.end() - 1]}{year % 10}{path[last.end() :]}"
    return address.replace(urlsplit(address).path, path)


def save(folder: Path, url: str, text: str) -> None:
    parts = urlsplit(url)
    name = parts.path.lstrip("/") + (f"?{parts.query}" if parts.query else "")
    path = folder / parts.netloc / name
    if path.is_dir() or not name or name.endswith("/"):
        path /= "index.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def page_of(source: Source, rows: list[tuple[str, str, date]]) -> str:
    """The list as the family of its source prints it."""
    if source.family == "gkmlpt":
        articles = [{"title": title, "url": url, "created_at": str(day)} for url, title, day in rows]
        return json.dumps({"total": len(rows), "articles": articles})
    items = [
        f"<li><a href='{url}' title='{title}'>{title}</a><span>{day}</span></li>" for url, title, day in rows
    ]
    if source.family == "hanweb":
        records = "".join(f"<record><![CDATA[{item}]]></record>" for item in items)
        return f"<html><body><div id='380055'><script type='text/xml'>{records}</script></div></body></html>"
    return f"<html><body><ul class='list'>{''.join(items)}</ul></body></html>"


def test_the_columns_that_are_known_are_read_as_lists(
    watched: dict[str, tuple[Source, WatchedUrl, str]], tmp_path: Path
) -> None:
    saved = tmp_path / "saved"
    for source, column, article in watched.values():
        rows = []
        for year in YEARS:
            url, title = of_year(article, year), f"{year}年政府工作报告"
            rows.append((url, title, date(year, 2, 3)))
            save(saved, canonical_url(url), ARTICLE.format(title=title, body=BODY))
        save(saved, column.url, page_of(source, rows))
    sources = tmp_path / "sources"
    sources.mkdir()
    for slug in {source.slug for source, _, _ in watched.values()}:
        (sources / f"{slug}.toml").write_bytes((BUNDLED / f"{slug}.toml").read_bytes())
    gongbao = Gongbao(tmp_path / "data", {"GONGBAO_SOURCES_DIR": str(sources)})
    done = gongbao("sources", "check", "--all", "--offline", str(saved), "--format", "json", code=None)
    read = {one["url"]: one for record in json.loads(done.stdout) for one in record["lists"]}
    wrong = {
        url: (read[url]["error"], read[url]["items"], read[url]["dated"], read[url]["chars"])
        for url in watched
        if (read[url]["error"], read[url]["items"], read[url]["dated"]) != (None, len(YEARS), len(YEARS))
        or not read[url]["chars"]
    }
    assert len(watched) >= 140
    assert wrong == {}
