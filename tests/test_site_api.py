"""The JSON API: what it gives, that it refuses in problem+json, that it only reads."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from alerts.web.api.openapi import SHAPES
from alerts.web.pages.api_docs import operations
from ingest.store.db import Store
from tests.support import site_data
from tests.support.site_server import served, stored


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        stored(tmp_path_factory.mktemp("api")) as store,
        served(store) as url,
        httpx.Client(base_url=url) as client,
    ):
        yield client


def keys(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item["key"] for item in answer.json()["items"]]


def test_reports(client: httpx.Client) -> None:
    found = client.get("/api/v1/reports", params={"region": "500106", "kind": "work_report"}).json()
    [report] = found["items"]
    assert found["next_offset"] is None
    assert report["key"] == "work_report/500106/2026"
    assert report["region"] == {"code": "500106", "name": "沙坪坝区", "path": ["重庆市", "沙坪坝区"]}
    assert report["source"] == {"slug": "cq-shapingba", "name": "沙坪坝区人民政府", "official": True}
    assert report["first_seen_at"] == "2026-01-12T01:30:00Z"
    assert report["state"] == "extracted"
    assert report["copies"] == 2
    assert report["targets"] == 12
    assert [f["indicator"] for f in report["headline"]][:2] == ["gdp", "industrial_value_added"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"year": 2025}, ["work_report/430104/2025"]),
        ({"q": "武侯"}, ["work_report/510107/2026"]),
        ({"region": "渝北区"}, ["work_report/500112/2026"]),
        ({"region": "500000", "kind": "plan_report"}, ["plan_report/500105/2026", "plan_report/500106/2026"]),
        ({"region": "110000"}, []),
        ({"year": "2020-2025"}, ["work_report/430104/2025"]),
        ({"region": ["武侯区", "500112"]}, ["work_report/510107/2026", "work_report/500112/2026"]),
    ],
)
def test_reports_can_be_narrowed(client: httpx.Client, query: dict[str, Any], expected: list[str]) -> None:
    assert keys(client.get("/api/v1/reports", params=query)) == expected


def test_reports_come_in_pages(client: httpx.Client) -> None:
    whole, offset, parts = keys(client.get("/api/v1/reports")), 0, []
    while offset is not None:
        answer = client.get("/api/v1/reports", params={"limit": 3, "offset": offset})
        parts += keys(answer)
        offset = answer.json()["next_offset"]
    assert parts == whole
    assert len(whole) == 7


def test_one_report(client: httpx.Client) -> None:
    report = client.get("/api/v1/reports/work_report/500106/2026").json()
    assert report["version"]["header"]["index_number"] == "11500106000000000X/2026-00012"
    assert report["version"]["header"]["written_on"] == "2026-01-12"
    assert report["version"]["delivered_on"] == "2026-01-12"
    assert [c["source"]["slug"] for c in report["copies"]] == ["cq-shapingba", "xianyu"]
    assert len(report["targets"]) == 12
    assert {o["year"] for o in report["outcomes"]} == {2025}
    assert report["events"][0]["type"] == "copy.appeared"
    withdrawn = client.get("/api/v1/reports/work_report/430104/2025").json()
    assert withdrawn["withdrawn_at"]
    assert withdrawn["copies"][0]["ended_at"]


def test_targets(client: httpx.Client) -> None:
    query = {"indicator": "gdp", "year": 2026, "headline": True, "region": "500112"}
    [target] = client.get("/api/v1/targets", params=query).json()["items"]
    assert (target["low"], target["high"], target["comparator"], target["unit"]) == (6.0, 6.0, "about", "%")
    assert target["report"]["key"] == "work_report/500112/2026"
    assert target["quote"] in target["sentence"]
    assert target["url"].startswith("https://yb.example.gov.cn/")
    everything = client.get("/api/v1/targets").json()["items"]
    assert len(everything) == 12 + 8 + 4 + 4 + 3


def test_rows_have_english_names(client: httpx.Client) -> None:
    [report] = client.get("/api/v1/reports", params={"region": "500112", "kind": "work_report"}).json()[
        "items"
    ]
    assert report["name_en"] == "Yubei District, Chongqing 2026 government work report"
    assert report["headline"][0]["label_en"] == "GDP"
    targets = client.get("/api/v1/targets", params={"region": "500112"}).json()["items"]
    assert {target["report"]["name_en"] for target in targets} == {report["name_en"]}
    assert targets[0]["label_en"] == "GDP"
    rows = csv.DictReader(io.StringIO(client.get("/api/v1/targets?region=500112&format=csv").text))
    assert {row["report.name_en"] for row in rows} == {report["name_en"]}


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/targets?format=csv",
        "/api/v1/indicators?format=csv",
        "/matrix?format=csv",
        "/matrix?region=500112&format=csv",
        "/reports/work_report/500112/2026/targets.csv",
    ],
)
def test_csv_that_a_browser_asks_for_opens_in_excel(client: httpx.Client, path: str) -> None:
    """A program gets it without the mark, of which it would make a part of the first name."""
    browser = client.get(path, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    program = client.get(path, headers={"Accept": "*/*"})
    assert (browser.status_code, browser.headers["vary"]) == (200, "Accept")
    assert browser.content == codecs.BOM_UTF8 + program.content
    assert not program.content.startswith(codecs.BOM_UTF8)


def test_text_of_a_report(client: httpx.Client) -> None:
    key = "work_report/500112/2026"
    answer = client.get(f"/api/v1/reports/{key}/text")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    version = client.get(f"/api/v1/reports/{key}").json()["version"]
    assert len(answer.text) == version["chars"]
    assert client.get("/api/v1/reports/work_report/1/1/text").status_code == 404


def test_regions(client: httpx.Client) -> None:
    found = {
        row["code"]: row for row in client.get("/api/v1/regions", params={"region": "重庆市"}).json()["items"]
    }
    assert found["500106"] == {
        "code": "500106",
        "name": "沙坪坝区",
        "name_en": "Shapingba District",
        "path": ["重庆市", "沙坪坝区"],
        "level": "county",
        "parent": "500000",
        "years": [2026],
        "reports": 2,
        "sources": ["cq-shapingba"],
    }
    assert found["500105"]["years"] == []  # a plan only
    assert found["500101"]["reports"] == 0  # watched
    assert all(code.startswith("50") for code in found)
    rows = client.get("/api/v1/regions", params={"region": "重庆市", "format": "jsonl"}).text.splitlines()
    assert [json.loads(row) for row in rows] == list(found.values())


def test_verdicts(client: httpx.Client) -> None:
    """That each is judged as by the command, which tests/test_store_outcome.py asks."""
    targets = client.get("/api/v1/targets").json()["items"]
    judged = client.get("/api/v1/verdicts").json()["items"]
    assert [{name: of[name] for name in of if name != "outcome"} for of in judged] == targets
    assert {of["outcome"]["verdict"] for of in judged} == {"unknown"}  # no report of a later year is known
    rows = csv.DictReader(io.StringIO(client.get("/api/v1/verdicts?format=csv").text))
    assert [row["outcome.cause"] for row in rows] == [of["outcome"]["cause"] for of in judged]


def test_events_can_be_followed(client: httpx.Client) -> None:
    seen: list[str] = []
    after = 0
    while True:
        query: dict[str, str | int] = {"after": after, "limit": 7, "type": "*", "headline": "false"}
        answer = client.get("/api/v1/events", params=query).json()
        seen += [e["id"] for e in answer["items"]]
        assert [e["sequence"] for e in answer["items"]] == sorted(e["sequence"] for e in answer["items"])
        if not answer["items"]:
            assert answer["next_after"] == after
            break
        after = answer["next_after"]
    assert len(seen) == len(set(seen)) == 41


def test_sources(client: httpx.Client) -> None:
    sources = {s["slug"]: s for s in client.get("/api/v1/sources").json()["items"]}
    assert set(sources) == {s.slug for s in site_data.SOURCES}
    assert sources["cq-yubei"]["official"] is True
    assert sources["cq-yubei"]["lists"][0]["items"] == 20
    assert sources["sc-chenghua"]["broken_at"]
    assert "ShapeChanged" in sources["sc-chenghua"]["lists"][0]["last_error"]


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("/api/v1/reports/work_report/1/1", 404, "work_report/1/1"),
        ("/api/v1/nothing", 404, "There is nothing at /api/v1/nothing"),
        ("/api/v1/reports?limit=0", 422, "limit"),
        ("/api/v1/reports?kind=poem", 422, "kind can be: work_report, "),
        ("/api/v1/targets?kind=workreport", 422, "kind cannot be workreport, perhaps work_report"),
        (
            "/api/v1/events?kind=work_report&kind=planreport",
            422,
            "kind cannot be planreport, perhaps plan_report",
        ),
        ("/api/v1/targets?year=20266", 422, "year"),
        ("/api/v1/targets?year=2026-2020", 422, "perhaps 2020-2026"),
        ("/api/v1/verdicts?indicator=gdp&indicator=gdpx", 422, "perhaps gdp"),
        ("/api/v1/outcomes?region=500106&region=沙平坝区", 422, "沙坪坝区"),
        ("/api/v1/events?after=-1", 422, "after cannot be less than 0"),
        ("/api/v1/events?wait=61", 422, "wait cannot be more than 60"),
        (
            "/api/v1/reports?limit=5.5&unclear=yep",
            422,
            "unclear has to be true or false; limit has to be a whole number",
        ),
        ("/api/v1/search", 422, "q is missing"),
        ("/api/v1/reports?year=2025&year=2026", 422, "year is given once, not 2 times"),
        ("/api/v1/events?type=*&type=no.such", 422, "report.published"),
    ],
)
def test_errors_are_problems(client: httpx.Client, path: str, status: int, word: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["title"] == {404: "Not Found", 422: "Unprocessable Content"}[status]
    assert word in problem["detail"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/api/v1/reports", "/api/v1/events", "/feed.atom", "/"])
def test_nothing_can_be_written(client: httpx.Client, method: str, path: str) -> None:
    answer = client.request(method, path)
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert path == "/" or answer.json()["detail"] == f"{path} answers to GET, HEAD, not to {method}"


def test_openapi_describes_every_answer(client: httpx.Client) -> None:
    spec = client.get("/api/v1/openapi.json").json()
    assert set(spec["paths"]) == {
        *(f"/api/v1/{name}" for name in ("indicators", "regions", "verdicts", "reports/{key}/text")),
        *(f"{p}.{e}" for e in ("atom", "rss", "json") for p in (
            "/feed", "/feeds/{id}", "/archive/{number}/feed", "/archive/{number}/feeds/{id}"
        )),
        "/feeds.opml", "/healthz", "/readyz", "/api/v1/reports", "/api/v1/reports/{key}",
        "/api/v1/deliveries/{id}", "/api/v1/search", "/api/v1/suggest",
        *(f"/api/v1/{name}" for name in ("targets", "outcomes", "events", "stream", "sources", "deliveries")),
        *(f"/api/v1/subscriptions{rest}" for rest in (
            "", "/{id}", "/{id}/rotate", "/{id}/replay", "/{id}/test", "/{id}/{action}"
        )),
        "/api/v1/dump", "/api/v1/dump/{table}.parquet", "/api/v1/dump/DICTIONARY.md",
        "/schemas/index.json", "/schemas/{type}.json", "/evidence/{capture_id}",
    }  # fmt: skip
    for path, methods in spec["paths"].items():
        assert set(methods) == {"get"} or path.startswith("/api/v1/subscriptions"), path
    assert "Problem" in spec["components"]["schemas"]


def test_docs_say_all_of_it_without_a_script(client: httpx.Client) -> None:
    page, spec = client.get("/docs"), client.get("/api/v1/openapi.json").json()
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "<script" not in page.text
    assert "style=" not in page.text
    elsewhere = re.findall(r'(?:src|href)="((?:https?:)?//[^"]*)', page.text)
    assert {httpx.URL(address).host for address in elsewhere} <= {client.base_url.host}, (
        "all is on this server"
    )
    for path, methods in spec["paths"].items():
        for method in methods:
            assert f"<code>{method.upper()} {path}</code>" in page.text


def test_every_example_of_the_docs_is_one(client: httpx.Client) -> None:
    spec = client.get("/api/v1/openapi.json").json()
    shown = 0
    for one in operations(spec):
        said = spec["paths"][one.path][one.method.lower()]
        good = next(answer for status, answer in said["responses"].items() if status.startswith("2"))
        for carrier, example in ((said.get("requestBody"), one.asked), (good, one.given)):
            if example is not None:
                schema = carrier["content"]["application/json"]["schema"] | {"components": spec["components"]}
                Draft202012Validator(schema).validate(json.loads(example))
                shown += 1
    assert shown > 15


def test_allow_names_every_method_that_is_described(client: httpx.Client) -> None:
    """Also where an address is answered by several routes, one a method."""
    for path, methods in client.get("/api/v1/openapi.json").json()["paths"].items():
        answer = client.request(
            "TRACE",
            path.format(id="1", key="x", number=1, type="x", capture_id=1, action="pause", table="targets"),
        )
        assert answer.status_code == 405, path
        described = {method.upper() for method in methods} | ({"HEAD"} if "get" in methods else set())
        assert set(answer.headers["allow"].split(", ")) == described, path


def test_the_form_of_an_error_is_the_one_that_is_described(client: httpx.Client) -> None:
    answer = client.get("/evidence/1", params={"part": "whole"})
    assert answer.status_code == 422
    spec = client.get("/api/v1/openapi.json").json()
    described = spec["paths"]["/evidence/{capture_id}"]["get"]["responses"]["422"]["content"]
    assert answer.headers["content-type"].partition(";")[0] in described


@pytest.mark.parametrize("path", ["reports", "targets", "outcomes", "verdicts"])
def test_a_list_has_the_shape_that_is_described(client: httpx.Client, path: str) -> None:
    spec = client.get("/api/v1/openapi.json").json()
    described = spec["paths"][f"/api/v1/{path}"]["get"]["responses"]["200"]["content"]["application/json"]
    answer = client.get(f"/api/v1/{path}").json()
    assert answer["items"]
    Draft202012Validator({**described["schema"], "components": spec["components"]}).validate(answer)
    page = described["schema"]["$ref"].rpartition("/")[2]
    shape = spec["components"]["schemas"][page]["properties"]["items"]["items"]["$ref"].rpartition("/")[2]
    assert answer["items"][0].keys() == spec["components"]["schemas"][shape]["properties"].keys()


def test_every_shape_has_a_name_of_its_own(client: httpx.Client) -> None:
    """What makes a client of the document calls its types by these; FastAPI tells two apart by the paths of
    our modules, and gives both the same title."""
    described = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    assert not [name for name in described if "__" in name]
    titles = [shape["title"] for shape in described.values()]
    assert len(set(titles)) == len(titles)


def test_every_field_has_examples_that_are_some(client: httpx.Client) -> None:
    components = client.get("/api/v1/openapi.json").json()["components"]
    shown = 0
    for name, shape in components["schemas"].items():
        for field, said in shape.get("properties", {}).items():
            for example in said.get("examples", ()):
                wrong = Draft202012Validator(said | {"components": components}).iter_errors(example)
                assert not list(wrong), f"{name}.{field}"
                shown += 1
    assert shown > 100


def test_every_shape_has_an_example_that_is_one(client: httpx.Client) -> None:
    described = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    shapes = {name: shape for name, shape in SHAPES.items() if name in described}
    assert len(shapes) > 20
    for name, shape in shapes.items():
        [example] = described[name]["examples"]
        read = shape.model_validate(example)
        sent = read.model_dump(by_alias=True, exclude_unset=True)
        assert sent == example, name
        if not name.endswith("Asked"):
            assert sent == read.model_dump(by_alias=True), name


def test_health_and_a_store_that_is_gone(tmp_path: Path) -> None:
    with stored(tmp_path) as store, served(store) as url:
        assert httpx.get(f"{url}/healthz").json() == {"status": "ok"}
    unready = Store.open(f"sqlite:///{tmp_path / 'empty.db'}")
    with served(unready) as url:
        for path in ("/healthz", "/api/v1/reports", "/feed.atom"):
            answer = httpx.get(url + path)
            assert answer.status_code == 503, path
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["retry-after"] == "10"
            assert "empty.db" not in json.dumps(answer.json())
        page = httpx.get(f"{url}/")
        assert page.status_code == 503
        assert "暂时无法读取数据" in page.text
    unready.close()
