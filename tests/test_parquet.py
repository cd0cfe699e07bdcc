"""Lists as Parquet files: the columns of the CSV, with types; a clear word where pyarrow is not installed."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pytest
from pyarrow import parquet as files
from typer.testing import CliRunner

import gongbao
from alerts.listing import parquet
from alerts.web.app import create_app
from ingest.settings import Settings
from ingest.store.db import Store
from tests.support.site_server import stored

PATHS = ("reports", "targets", "outcomes", "events", "sources")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Store]]:
    folder = tmp_path_factory.mktemp("parquet")
    with stored(folder) as store:
        yield folder, store


def get(store: Store, path: str, **more: Any) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=create_app(Settings(api_rate=0), store))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(path, **more)

    return asyncio.run(ask())


def table(content: bytes) -> Any:
    return files.read_table(io.BytesIO(content))


@pytest.mark.parametrize("path", PATHS)
def test_the_columns_of_the_csv_with_types(kept: tuple[Path, Store], path: str) -> None:
    _, store = kept
    answer = get(store, f"/api/v1/{path}?format=parquet")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/vnd.apache.parquet")
    assert get(store, f"/api/v1/{path}", headers={"Accept": parquet.MEDIA_TYPE}).content == answer.content
    found = table(answer.content)
    assert found.num_rows > 0
    rows = list(csv.DictReader(io.StringIO(get(store, f"/api/v1/{path}?format=csv").text)))
    assert found.column_names == list(rows[0])
    for name in found.column_names:
        said = [row[name] for row in rows]
        assert [as_csv(value) for value in found[name].to_pylist()] == [
            text.removeprefix("'") for text in said
        ], name
        if found.schema.field(name).type == pa.string():  # nothing with a type was left a text
            assert not any(is_typed(text) for text in said if text), name


def as_csv(value: Any) -> str:
    """What stands for a value in the cell of a CSV."""
    match value:
        case None:
            return ""
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case str():
            return value
        case bool() | list():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return repr(value)


def is_typed(text: str) -> bool:
    if text[:1] in "{[":
        return False
    try:
        float(text)
    except ValueError:
        pass
    else:
        return not text.isdigit() or len(text) < 6  # the code of a region is no number
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return text in ("true", "false")
    return True


def test_types_do_not_depend_on_what_is_there(kept: tuple[Path, Store]) -> None:
    _, store = kept
    empty = table(get(store, "/api/v1/targets?format=parquet&region=659001").content)
    full = table(get(store, "/api/v1/targets?format=parquet").content)
    assert (empty.num_rows, empty.schema) == (0, full.schema)
    types = {
        name: str(full.schema.field(name).type) for name in ("low", "year", "headline", "flags", "quote")
    }
    assert types == {
        "low": "double",
        "year": "int64",
        "headline": "bool",
        "flags": "list<element: string>",
        "quote": "string",
    }


def test_format_wins_else_what_accept_weighs_most(kept: tuple[Path, Store]) -> None:
    _, store = kept
    accepts = {"Accept": f"text/html, text/csv;q=0.8, {parquet.MEDIA_TYPE};q=0.5, application/json;q=0"}
    for query, type_ in (("", "text/csv"), ("?format=json", "application/json"), ("?format=parquet", "app")):
        answer = get(store, f"/api/v1/targets{query}", headers=accepts)
        assert answer.headers["content-type"].startswith(type_)
    assert get(store, "/api/v1/targets?format=xlsx").status_code == 422
    spec = get(store, "/api/v1/openapi.json").json()
    answers = spec["paths"]["/api/v1/targets"]["get"]["responses"]
    assert parquet.MEDIA_TYPE in answers["200"]["content"]
    assert "501" in answers


def test_without_pyarrow_it_says_what_to_install(
    kept: tuple[Path, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, store = kept
    monkeypatch.setattr(parquet, "is_there", lambda: False)
    answer = get(store, "/api/v1/targets?format=parquet")
    assert (answer.status_code, answer.headers["content-type"]) == (501, "application/problem+json")
    assert "gongbao[parquet]" in answer.json()["detail"]
    assert get(store, "/api/v1/targets?format=csv").status_code == 200
    monkeypatch.setenv("GONGBAO_DATA_DIR", str(folder))
    done = CliRunner().invoke(gongbao.app, ["targets", "--format", "parquet"])
    assert "gongbao[parquet]" in str(done.exception)


@pytest.mark.parametrize("command", ["targets", "reports", "events", "sources list", "webhooks list"])
def test_the_command_writes_it(
    kept: tuple[Path, Store], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    folder, _ = kept
    monkeypatch.setenv("GONGBAO_DATA_DIR", str(folder))
    done = CliRunner().invoke(gongbao.app, [*command.split(), "--format", "parquet"])
    assert done.exit_code == 0, done.exception
    assert table(done.stdout_bytes).num_rows > 0
