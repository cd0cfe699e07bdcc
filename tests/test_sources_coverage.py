"""How much of the country is watched: by level, with what is switched on, and who has reported."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest.regions.gazetteer import divisions
from ingest.sources.coverage import places, shares
from ingest.sources.load import load_sources
from tests.support import forked

TODAY = date(2026, 2, 1)


def write(folder: Path, slug: str, text: str) -> None:
    (folder / f"{slug}.toml").write_text(f'name = "{slug}"\n{text}', encoding="utf-8")


def test_what_is_switched_on_counts_at_its_level(tmp_path: Path) -> None:
    column = '[[lists]]\nurl = "https://{host}.gov.cn/zfgzbg/"\nkind = "work_report"\n'
    write(tmp_path, "cq", 'region = "500000"\n' + column.format(host="cq"))
    write(tmp_path, "baoding", 'region = "130600"\nlists = ["https://www.baoding.gov.cn/a/"]\n')
    write(tmp_path, "off", 'region = "500106"\nenabled = false\n' + column.format(host="cqspb"))
    asked = load_sources(tmp_path), TODAY, {2026: {"500000"}, 2025: {"500000", "500106"}}
    found = places(*asked)
    by_level = {share.level: share for share in shares(*asked)}
    province, city, county = (by_level[level] for level in ("province", "city", "county"))
    assert (province.divisions, province.sources, province.columns) == (31, 1, 1)
    assert (city.divisions, city.sources, city.columns) == (333, 1, 0)
    assert (county.sources, county.columns) == (0, 0)
    assert [share.reported for share in (province, county)] == [{2026: 1, 2025: 1}, {2026: 0, 2025: 1}]
    cq = next(place for place in found if place.region.code == "500000")
    assert (cq.sources, cq.columns, cq.reported) == (("cq",), ("https://cq.gov.cn/zfgzbg/",), (2026, 2025))


@pytest.mark.parametrize(("on", "counties"), [(date(2024, 1, 1), 2844), (TODAY, 2845)])
def test_the_divisions_are_those_of_the_ministry(on: date, counties: int) -> None:
    """和康县 and 和安县 came, 江北区 and 渝北区 became one."""
    counted = [len(divisions(level, on)) for level in ("province", "city", "county")]
    assert counted == [31, 333, counties]


def test_a_list_may_hold_the_reports_of_another_region(tmp_path: Path) -> None:
    """A province keeps a folder for each of its cities."""
    lists = '[[lists]]\nurl = "https://www.ln.gov.cn/dl/"\nkind = "work_report"\nregion = "210200"\n'
    write(tmp_path, "liaoning", 'region = "210000"\n' + lists)
    found = places(load_sources(tmp_path), TODAY, {}, within="210000")
    assert {place.region.name for place in found if place.columns} == {"大连市"}
    assert all(place.region.path[0] == "辽宁省" for place in found)


def test_the_command_counts_and_lists(tmp_path: Path) -> None:
    write(tmp_path, "cq", 'region = "500000"\nlists = ["https://www.cq.gov.cn/a/"]\n')

    def said(*args: str) -> Any:
        environment = {
            "PATH": os.environ["PATH"],
            "GONGBAO_SOURCES_DIR": str(tmp_path),
            "GONGBAO_DATA_DIR": str(tmp_path / "data"),
        }
        done = forked.run(["sources", "coverage", *args, "--format", "json"], environment, 60)
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout)

    assert [(row["level"], row["sources"]) for row in said()] == [("province", 1), ("city", 0), ("county", 0)]
    first = said("--within", "重庆", "--places")[0]
    assert (first["code"], first["sources"], first["columns"], first["reported"]) == (
        "500000",
        ["cq"],
        [],
        [],
    )
