"""Search and suggestions over HTTP: the API and the page. What finds what is test_search.py."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import httpx
import pytest

from tests.support.site_server import served, stored

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
    "hostile", ["", '"', "'; DROP TABLE reports", "a AND", "*", "(", "\x00", "，。", "低" * 100, "%", "x:y"]
)
def test_a_hostile_query_finds_nothing(client: httpx.Client, hostile: str) -> None:
    answer = client.get("/api/v1/search", params={"q": hostile})
    assert (answer.status_code, answer.json()["count"]) == (200, 0)
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
