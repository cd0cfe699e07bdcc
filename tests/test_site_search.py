"""Search and suggestions over HTTP: the API and the page. What finds what is test_search.py."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser
from typer.testing import CliRunner

import gongbao
from tests.support.service import Gongbao
from tests.support.site_server import served, stored

ENGLISH = {"Accept-Language": "en"}
SENTENCE = "各位代表：现在，我代表区人民政府，向大会报告工作。"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        stored(tmp_path_factory.mktemp("search")) as store,
        served(store) as url,
        httpx.Client(base_url=url) as client,
    ):
        yield client


def found(client: httpx.Client, **asked: object) -> list[str]:
    answer = client.get("/api/v1/search", params=asked)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    return [item["key"] for item in answer.json()["items"]]


# --- the API ---------------------------------------------------------------------------------


def test_a_search(client: httpx.Client) -> None:
    answer = client.get("/api/v1/search", params={"q": "沙坪坝 區人民政府"}).json()
    [first] = answer["items"]
    assert first["key"] == "work_report/500106/2026"
    text = client.get(f"/api/v1/reports/{first['key']}/text").text
    passage = first["passage"]
    assert passage["text"] == text[passage["start"] : passage["end"]] == SENTENCE
    assert {text[start:end] for start, end in passage["marks"]} == {"区人民政府"}
    assert (passage["cut_before"], passage["cut_behind"]) == (False, False)
    assert (answer["count"], answer["exact"], answer["next_cursor"]) == (1, True, None)


def test_pages_and_formats_give_the_same(client: httpx.Client) -> None:
    whole = found(client, q="各位代表", limit=100)
    assert whole == ["work_report/500112/2026", "work_report/500106/2026", "work_report/430104/2025"]
    pages, cursor = [], None
    while cursor is not None or not pages:
        asked = {"q": "各位代表", "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = client.get("/api/v1/search", params=asked).json()
        pages += [item["key"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert pages == whole
    lines = client.get("/api/v1/search", params={"q": "各位代表", "format": "csv"}).text
    assert [row["key"] for row in csv.DictReader(io.StringIO(lines))] == whole


def test_it_is_narrowed(client: httpx.Client) -> None:
    assert found(client, q="区", region="沙坪坝区", kind="work_report") == ["work_report/500106/2026"]
    assert found(client, q="区", year="2020-2025") == ["work_report/430104/2025"]
    assert "work_report/430104/2025" not in found(client, q="区", year=2026)
    assert found(client, q="区", region="Beijing") == []
    assert found(client, q="区", indicator="GDP", region="500112") == ["work_report/500112/2026"]
    assert found(client, q="区", indicator="GDP", region="510107", year=2025) == []


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"q": ""},
        {"q": "，。"},
        {"q": "x" * 101},
        {"q": "区", "region": "没有"},
        {"q": "区", "indicator": "gdpx"},
        {"q": "区", "years": "2026"},
        {"q": "区", "cursor": "nonsense"},
        {"q": "区", "limit": 101},
    ],
)
def test_what_makes_no_sense_is_refused(client: httpx.Client, asked: dict[str, str]) -> None:
    assert client.get("/api/v1/search", params=asked).status_code == 422


@pytest.mark.parametrize(
    "hostile", ['"', "'; DROP TABLE reports", "a AND", "*", "(", "\x00", "低" * 100, "%", "x:y"]
)
def test_a_hostile_query_finds_nothing(client: httpx.Client, hostile: str) -> None:
    answer = client.get("/api/v1/search", params={"q": hostile})
    assert (answer.status_code, answer.json().get("count")) in ((200, 0), (422, None))
    assert client.get("/api/v1/suggest", params={"q": hostile[:60]}).status_code == 200


def test_suggestions(client: httpx.Client) -> None:
    def suggested(begun: str) -> tuple[list[str], list[str]]:
        answer = client.get("/api/v1/suggest", params={"q": begun}).json()
        return [one["code"] for one in answer["regions"]], [one["id"] for one in answer["indicators"]]

    assert suggested("沙坪")[0] == suggested("Shapingb")[0] == suggested("500106")[0] == ["500106"]
    assert suggested("鼓楼")[0] == ["320106", "320302", "350102", "410204"]
    assert suggested("重庆")[0][0] == "500000"
    assert suggested("零售")[1][0] == suggested("retail")[1][0] == "retail_sales"
    assert suggested("gd")[1][0] == "gdp"
    assert len(suggested("区")[0]) == 10


# --- the page --------------------------------------------------------------------------------


def test_the_page_gives_the_same(client: httpx.Client) -> None:
    asked = {"q": "各位代表", "region": "重庆市", "year": "2020-2026", "kind": "", "indicator": "GDP"}
    page = LexborHTMLParser(client.get("/search", params=asked).text)
    keys = [link.attributes["href"] for link in page.css(".hit h3 a")]
    said = {name: value for name, value in asked.items() if value}
    assert keys == [f"/reports/{key}" for key in found(client, **said)]
    assert page.css_first("#found").text() == f"{len(keys)} 份报告"
    assert page.css_first("input[name=region]").attributes["value"] == "重庆市"
    marked = page.css(".hit mark")
    assert {mark.text() for mark in marked} == {"各位代表"}
    data = page.css_first("section a[href*=api]").attributes["href"]
    assert data is not None
    assert client.get(data).json()["count"] == len(keys)


def test_the_page_without_a_question_a_hit_or_a_sentence(client: httpx.Client) -> None:
    empty = client.get("/search", params={"q": "", "region": " ", "year": ""})
    assert "检索各份报告的全文" in empty.text
    assert "没有报告写有这些词" in client.get("/search", params={"q": "没有这句话"}).text
    assert "见于名称、标题、地名或报告人" in client.get("/search", params={"q": "Shapingba"}).text
    assert "0 reports" in client.get("/search", params={"q": "没有这句话"}, headers=ENGLISH).text
    for wrong in ({"region": "没有"}, {"year": "26"}, {"kind": "reports"}, {"indicator": "gdpx"}, {"Q": "x"}):
        assert client.get("/search", params={"q": "区", **wrong}).status_code == 422


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"region": "鼓楼区"}, "320106 江苏省南京市鼓楼区"),
        ({"region": "沙坪霸区"}, "perhaps 沙坪坝区"),
        ({"year": "26"}, "a year (2026)"),
    ],
)
def test_the_form_comes_back_with_what_is_wrong_in_it(
    client: httpx.Client, wrong: dict[str, str], says: str
) -> None:
    answer = client.get("/search", params={"q": "各位代表", **wrong})
    tree = LexborHTMLParser(answer.text)
    assert answer.status_code == 422
    assert says in tree.css_first(".trouble").text()
    typed = {name: tree.css_first(f"input[name={name}]").attributes["value"] for name in ("q", *wrong)}
    assert typed == {"q": "各位代表", **wrong}
    assert not tree.css(".hit, #found")


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><b>', "\x00\u202e", "%00", "&amp;"])
def test_a_hostile_query_is_text(client: httpx.Client, hostile: str) -> None:
    answer = client.get("/search", params={"q": hostile})
    assert answer.status_code == 200
    assert "<script>" not in answer.text
    assert "<b>" not in answer.text


def test_only_a_script_of_ours_may_run(client: httpx.Client) -> None:
    policy = client.get("/search").headers["content-security-policy"].split("; ")
    assert {part for part in policy if part.startswith(("script", "connect", "default"))} == {
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
    }
    assert "script-src" not in client.get("/").headers["content-security-policy"]


def test_the_command_gives_the_same(client: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("command")
    with stored(folder) as kept:
        command = ["search", "各位代表", "--region", "重庆", "--year", "2026", "--format", "csv"]
        env = {"GONGBAO_DATA_DIR": str(folder), "GONGBAO_DATABASE_URL": kept._engine.url.render_as_string()}
        said = CliRunner().invoke(gongbao.app, command, env=env)
        table = CliRunner().invoke(gongbao.app, ["search", "各位代表"], env=env)
    assert said.exit_code == 0, said.output
    keys = [row["key"] for row in csv.DictReader(io.StringIO(said.stdout))]
    assert keys == found(client, q="各位代表", region="重庆", year="2026")
    assert "3 reports" in table.output
    assert "各位代表" in table.output


def test_the_command_shows_where_a_sentence_is_cut(tmp_path: Path) -> None:
    gongbao = Gongbao(tmp_path / "data", {})
    path = tmp_path / "2026.txt"
    sentence = "全年" + "加快建设，" * 20 + "低空经济" + "，稳步推进" * 20
    path.write_text(f"铜梁区2026年政府工作报告\n{sentence}。\n", encoding="utf-8")
    gongbao("import", str(path))
    shown = re.sub(r"\s", "", gongbao("search", "低空经济").stdout)
    assert re.search(r"政府工作报告….*低空经济.*…$", shown), shown
    [hit] = gongbao.json("search", "低空经济")
    assert (hit["passage"]["cut_before"], hit["passage"]["cut_behind"]) == (True, True)
