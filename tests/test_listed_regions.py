"""Columns that hold the reports of several regions: each is its item's, the column's region only a hint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.identity.identify import identify
from ingest.model import Article
from tests.support.service import Gongbao
from tests.support.web_server import WebServer

WORKS = ("水利灌溉", "学校食堂", "乡村公路", "养老院舍", "集中供热", "林业苗圃")
PAGE = (
    "<html><head><meta name='PubDate' content='2026-02-0{day}'></head><body><h1>{title}</h1>"
    "<div class='trs_editor_view'><p>各位代表：</p>{opening}{body}</div></body></html>"
)
ROW = "<li><a href='{path}'>{listed}</a><span>2026-02-0{day}</span></li>"


def column(server: WebServer, works: Iterator[str], path: str, *items: tuple[str, str, str]) -> str:
    """A column of items: what the list calls each, its page's own title, and how its text begins."""
    rows = ""
    for day, (listed, title, opening) in enumerate(items, 1):
        article, work = f"{path}{day}.html", next(works)
        body = "".join(f"<p>　　{work}要办好第{n}件事，{work}的{n}号工程年底完工。</p>" for n in range(12))
        server.page(article, PAGE.format(title=title, day=day, opening=f"<p>{opening}</p>", body=body))
        rows += ROW.format(path=article, listed=listed, day=day)
    server.page(path, f"<html><body><ul>{rows}</ul></body></html>")
    return server.url(path)


def test_each_report_is_that_of_its_item(tmp_path: Path) -> None:
    sources, works = tmp_path / "sources", iter(WORKS)
    sources.mkdir()
    own = "现在，我代表区人民政府，向大会报告工作，请予审议。"
    with WebServer() as city, WebServer() as province:
        below = column(
            city,
            works,
            "/category-161/",
            ("安康市汉滨区2026年政府工作报告", "政府工作报告", own),
            ("石泉县2026年政府工作报告", "2026年政府工作报告", own.replace("区", "县")),
            ("2026年县区政府工作报告（三）", "岚皋县2026年政府工作报告", own.replace("区", "县")),
            ("安康市2026年政府工作报告", "政府工作报告", own.replace("区", "市")),
        )
        dalian = column(province, works, "/dls/", ("政府工作报告", "政府工作报告", own.replace("区", "市")))
        named = column(
            province, works, "/yks/", ("政府工作报告", "2026年鞍山市政府工作报告", own.replace("区", "市"))
        )
        (sources / "city.toml").write_text(
            f'name = "安康市人民政府"\nkind = "portal"\nregion = "610900"\nlists = ["{below}"]\n'
        )
        lists = "".join(
            f'[[lists]]\nurl = "{url}"\nkind = "work_report"\nregion = "{region}"\nseen = "made"\n'
            for url, region in ((dalian, "210200"), (named, "210800"))
        )
        (sources / "province.toml").write_text(
            f'name = "辽宁省人民政府"\nkind = "portal"\nregion = "210000"\n{lists}'
        )
        gongbao = Gongbao(
            tmp_path / "data",
            {
                "GONGBAO_SOURCES_DIR": str(sources),
                "GONGBAO_ALLOW_HOSTS": "127.0.0.1",
                "GONGBAO_HOST_DELAY": "0",
            },
        )
        gongbao("poll", "--once")
        found = gongbao.json("reports", "--limit", "50")
    assert sorted((row["region"]["name"], row["year"]) for row in found) == sorted(
        (name, 2026) for name in ("汉滨区", "石泉县", "岚皋县", "安康市", "大连市", "鞍山市")
    )


@pytest.mark.parametrize(
    ("listed", "title", "opening", "expected"),
    [
        ("汉滨区2026年政府工作报告", "政府工作报告", "", "610902"),
        ("汉滨区2026年政府工作报告", "石泉县2026年政府工作报告", "", "610922"),  # the page itself says more
        ("汉滨区2026年政府工作报告", "政府工作报告", "现在，我代表石泉县人民政府作报告", "610922"),
        ("2026年政府工作报告", "政府工作报告", "", "610900"),
        (None, "政府工作报告", "", "610900"),
    ],
)
def test_what_a_list_calls_a_page_names_its_region_where_the_page_does_not(
    listed: str | None, title: str, opening: str, expected: str
) -> None:
    article = Article(title, f"各位代表：\n{opening}，请予审议。\n" + "办好实事，落到实处。\n" * 20)
    region = identify(article, "http://x/", "610900", listed=listed).region
    assert region is not None
    assert region.code == expected
