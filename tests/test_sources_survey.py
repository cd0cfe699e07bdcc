"""sources check --all: every source in one run, as records; the same over saved pages; `verified` written."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from ingest.archive.archive import Archive
from tests.support.service import Gongbao
from tests.support.web_server import WebServer

YEAR = datetime.now(UTC).year
BODY = "".join(
    f"<p>　　今年要办好第{n}件实事，把安排好的事情一件一件落到实处，让老百姓看得见。</p>" for n in range(12)
)
ARTICLE = (
    "<html><head><meta name='ArticleTitle' content='{title}'></head><body><h1>{title}</h1>"
    "<div class='trs_editor_view'>{body}</div></body></html>"
)
DISTRICTS = {"500106": "沙坪坝区", "500108": "南岸区"}


def pages(region: str, *, of_reports: bool) -> dict[str, str]:
    """A site of one list, with its articles; `of_reports`: else a list of notices that links to one."""
    name = DISTRICTS[region]
    title = f"{name}{{year}}年政府工作报告" if of_reports else "关于做好{year}年春运工作的通知"
    found = {}
    rows = ""
    for year in range(YEAR, YEAR - 6, -1):
        path = f"/a/{year}01/t{year}0122_{year}.html"
        rows += f"<li><a href='{path}'>{title.format(year=year)}</a><span>{year}-01-22</span></li>"
        found[path] = ARTICLE.format(title=title.format(year=year), body=BODY)
    menu = "<a href='/zwgk/zfgzbg/'>政府工作报告</a>" if not of_reports else ""
    found["/a/"] = f"<html><body><div>{menu}</div><ul>{rows}</ul></body></html>"
    return found


def source_file(folder: Path, slug: str, region: str, url: str, kind: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{slug}.toml").write_text(
        f'name = "{DISTRICTS[region]}人民政府"\nfamily = "trs"\nkind = "portal"\nregion = "{region}"\n\n'
        f'[[lists]]\nurl = "{url}"\nkind = "{kind}"\nseen = "made"\n',
        encoding="utf-8",
    )


@pytest.fixture
def gongbao(tmp_path: Path) -> Gongbao:
    return Gongbao(
        tmp_path / "data",
        {
            "GONGBAO_SOURCES_DIR": str(tmp_path / "sources"),
            "GONGBAO_ALLOW_HOSTS": "127.0.0.1",
            "GONGBAO_HOST_DELAY": "0",
        },
    )


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[list[WebServer]]:
    with WebServer() as good, WebServer() as other:
        for server, region, of_reports in ((good, "500106", True), (other, "500108", False)):
            for path, body in pages(region, of_reports=of_reports).items():
                server.page(path, body)
        source_file(tmp_path / "sources", "good", "500106", good.url("/a/"), "work_report")
        source_file(tmp_path / "sources", "other", "500108", other.url("/a/"), "policy")
        yield [good, other]


def test_every_source_in_one_run(gongbao: Gongbao, sites: list[WebServer], tmp_path: Path) -> None:
    sites[1].page("/a/", "<p>正在建设</p>")
    page = tmp_path / "checked.html"
    done = gongbao("sources", "check", "--all", "--write", "--page", str(page), "--format", "json", code=1)
    good, other = json.loads(done.stdout)
    assert (good["slug"], good["report_column"], good["season"]) == (
        "good",
        True,
        f"沙坪坝区{YEAR}年政府工作报告",
    )
    seen = good["lists"][0]
    assert (seen["items"], seen["dated"], seen["newest_on"], seen["error"]) == (6, 6, f"{YEAR}-01-22", None)
    assert (seen["article"], seen["read_from"]) == (f"沙坪坝区{YEAR}年政府工作报告", "page")
    assert (other["fine"], other["lists"][0]["error"], other["season"]) == (False, "ShapeChanged", None)
    files = [tomllib.loads((tmp_path / "sources" / f"{name}.toml").read_text()) for name in ("good", "other")]
    assert [str(file.get("verified", "never")) != "never" for file in files] == [True, False]
    assert "沙坪坝区人民政府" in page.read_text(encoding="utf-8")


def test_a_source_without_a_column_of_reports_is_told_of_one(
    gongbao: Gongbao, sites: list[WebServer]
) -> None:
    [other] = json.loads(
        gongbao("sources", "check", "--all", "--within", "南岸区", "--format", "json").stdout
    )
    assert (other["report_column"], other["proposed"]) == (False, [sites[1].url("/zwgk/zfgzbg/")])


@pytest.mark.parametrize("kept", ["folder", "warc"])
def test_saved_pages_are_looked_at_offline(gongbao: Gongbao, tmp_path: Path, kept: str) -> None:
    """What a site answered can be sent and looked at elsewhere."""
    saved, host = tmp_path / "saved", "www.cqspb.example.gov.cn"
    saved.mkdir()
    source_file(tmp_path / "sources", "good", "500106", f"http://{host}/a/", "work_report")
    archive = Archive(saved) if kept == "warc" else None
    for path, body in pages("500106", of_reports=True).items():
        if archive is not None:
            archive.write_file(f"http://{host}{path}", body.encode(), datetime.now(UTC), "text/html")
        else:
            file = saved / host / (path.lstrip("/") + ("index.html" if path.endswith("/") else ""))
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(body, encoding="utf-8")
    if archive is not None:
        archive.close()
    [good] = json.loads(
        gongbao("sources", "check", "--all", "--offline", str(saved), "--format", "json").stdout
    )
    assert (good["fine"], good["season"]) == (True, f"沙坪坝区{YEAR}年政府工作报告")


def test_saved_pages_that_are_not_there_are_said(gongbao: Gongbao, sites: list[WebServer]) -> None:
    done = gongbao("sources", "check", "good", "--offline", "/dev/null/saved", code=2)
    assert "neither a folder nor a WARC file" in done.stderr


def test_what_broke_becomes_the_text_of_an_issue(
    gongbao: Gongbao, sites: list[WebServer], tmp_path: Path
) -> None:
    """The workflow of the catalogue runs these two commands."""
    root = Path(__file__).resolve().parents[1]
    workflow = yaml.safe_load((root / ".github" / "workflows" / "catalogue.yml").read_text())
    run = "\n".join(step.get("run", "") for step in workflow["jobs"]["check"]["steps"])
    assert "gongbao sources check --all --format json --page checked.html > checked.json" in run
    assert "python3 deploy/catalogue_issue.py checked.json" in run
    sites[1].page("/a/", "<p>正在建设</p>")
    checked = tmp_path / "checked.json"
    checked.write_text(
        gongbao("sources", "check", "--all", "--format", "json", code=1).stdout, encoding="utf-8"
    )
    command = [sys.executable, str(root / "deploy" / "catalogue_issue.py"), str(checked)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.startswith("1 of 2 sources read wrongly.\n\n- **other** 南岸区人民政府\n")
    assert "`ShapeChanged`" in said
