"""What is watched: all that is switched on, or a part by region; how a region is named; what `up` says."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import ConfigError
from ingest.process.up import watch_summary, watched_sources
from ingest.regions.named import region_named
from ingest.settings import Settings
from ingest.sources.draft import draft
from ingest.sources.load import enabled, load_sources

CATALOGUE = load_sources()


def test_a_part_is_watched_by_region() -> None:
    everything, part = enabled(CATALOGUE), enabled(CATALOGUE, ["重庆", "130600"])
    assert set(part) < set(everything)
    assert {"cq", "cq-yuzhong", "cq-shapingba", "he-baoding"} <= set(part)
    assert not {"beijing", "hebei", "he-tangshan"} & set(part)
    # Those of no region repost from everywhere.
    assert {slug for slug in everything if CATALOGUE[slug].region is None} <= set(part)


def test_a_province_that_keeps_a_citys_reports_is_watched_for_the_city() -> None:
    assert "liaoning" in enabled(CATALOGUE, ["大连市"])


@pytest.mark.parametrize(
    ("watch", "said"),
    [
        ("亚特兰蒂斯", r"up --region, GONGBAO_WATCH\) '亚特兰蒂斯': no division of that code or name"),
        ("鼓楼区", "4 divisions are called so.*320106 江苏省南京市鼓楼区"),
    ],
)
def test_a_region_that_is_none_or_several_is_said(watch: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        enabled(CATALOGUE, [watch])


def test_a_region_without_a_source_is_said_with_what_to_do() -> None:
    with pytest.raises(ConfigError, match="sources discover --within 130684"):
        enabled(CATALOGUE, ["高碑店市"])


@pytest.mark.parametrize("name", ["500106", "沙坪坝区", "重庆市沙坪坝区", "沙坪坝", " 沙坪坝区 "])
def test_a_region_by_any_of_its_names(name: str) -> None:
    assert region_named(name, "--region").code == "500106"


def test_up_says_what_it_watches() -> None:
    whole = watch_summary(watched_sources(Settings()))
    assert (whole["provinces"], whole["first_looks"]) == (31, "within 15 minutes, one site after the other")
    assert whole["sources"] > 150
    assert whole["report_columns"] > 120
    part = watch_summary(watched_sources(Settings(watch=("重庆",))))
    assert part["provinces"] == "重庆市"
    assert part["sources"] < whole["sources"]
    assert watch_summary(watched_sources(Settings())[:2])["first_looks"] == "now"


LIST = "<ul>{}</ul>".format(
    "".join(
        f"<li><a href='/a/{n}.html'>第{n}号政府文件的长标题</a><span>2026-01-0{n}</span></li>"
        for n in range(1, 8)
    )
)


@pytest.mark.parametrize(
    ("head", "url", "region"),
    [
        ("<title>政府工作报告_重庆市璧山区人民政府</title>", "http://www.example.gov.cn/a/", "500120"),
        ("<title>栏目</title>", "http://www.cqstl.gov.cn/a/", "500151"),
        ("<title>栏目</title><meta name='SiteIDCode' content='5001200001'>", "http://x.gov.cn/a/", "500120"),
        ("<title>栏目</title>", "http://x.gov.cn/a/", None),
    ],
)
def test_a_draft_knows_its_region(head: str, url: str, region: str | None, tmp_path: Path) -> None:
    made = draft(f"<html><head>{head}</head><body>{LIST}</body></html>", url)
    assert (f'region = "{region}"' in made.toml) is (region is not None)
    assert "A portal is official" in made.toml
