"""Long lists leave whole, a page of rows at a time: on the command line and from the API, in every format."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pyarrow.parquet
import pytest
from typer.testing import CliRunner

import gongbao
from alerts.cli import lists as commands
from alerts.listing import parquet
from alerts.listing.table import Format, Listing, pieces
from ingest.store import browse, paging
from ingest.store.db import Store
from tests.support.site_server import served, stored

COUNTS: dict[str, Callable[[bytes], int]] = {
    "csv": lambda data: len(list(csv.reader(io.StringIO(data.decode())))) - 1,
    "jsonl": lambda data: len([json.loads(line) for line in data.splitlines()]),
    "parquet": lambda data: pyarrow.parquet.read_table(io.BytesIO(data)).num_rows,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("long")


@pytest.fixture(scope="module")
def store(folder: Path) -> Iterator[Store]:
    with stored(folder) as store:
        yield store


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE", 3)


def there(store: Store, what: str) -> int:
    with store.read() as tx:
        return len(
            browse.reports(tx, limit=10_000) if what == "reports" else browse.targets(tx, limit=10_000)
        )


@pytest.mark.parametrize("format_", list(COUNTS))
@pytest.mark.parametrize("what", ["reports", "targets"])
def test_the_api_gives_all_that_there_is(store: Store, what: str, format_: str) -> None:
    with served(store) as url:
        whole = httpx.get(f"{url}/api/v1/{what}?format={format_}")
        page = httpx.get(f"{url}/api/v1/{what}?format={format_}&limit=3")
    assert COUNTS[format_](whole.content) == there(store, what) > paging.PAGE
    assert "link" not in whole.headers
    assert COUNTS[format_](page.content) == 3
    assert 'rel="next"' in page.headers["link"]


@pytest.mark.parametrize("format_", ["json", *COUNTS])
@pytest.mark.parametrize("what", ["reports", "targets"])
def test_the_command_prints_all_that_there_is(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch, what: str, format_: str
) -> None:
    monkeypatch.setenv("GONGBAO_DATA_DIR", str(folder))
    count = COUNTS.get(format_, lambda data: len(json.loads(data)))
    for limit, printed in (((), there(store, what)), (("--limit", "5"), 5)):
        done = CliRunner().invoke(gongbao.app, [what, "--format", format_, *limit])
        assert done.exit_code == 0, done.exception
        assert count(done.stdout_bytes) == printed


def test_a_table_says_that_there_is_more(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGBAO_DATA_DIR", str(folder))
    monkeypatch.setattr(commands, "TARGETS_SHOWN", 2)
    cut = CliRunner().invoke(gongbao.app, ["targets"])
    whole = CliRunner().invoke(gongbao.app, ["targets", "--limit", "10000"])
    assert "The first 2; --limit shows more" in cut.stderr
    assert whole.stderr == ""
    assert len(whole.stdout) > len(cut.stdout)


@pytest.mark.parametrize("format_", [Format.CSV, Format.JSON, Format.JSON_LINES, parquet.NAME])
def test_no_more_than_a_page_is_asked_for_before_it_is_written(format_: Format | str) -> None:
    asked = 0

    def endless() -> Iterator[Listing]:
        nonlocal asked
        while True:
            asked += 1
            yield Listing((), ("quote",), tuple({"quote": "增长6%"} for _ in range(3)))

    written = parquet.pieces(endless()) if format_ == parquet.NAME else pieces(endless(), Format(format_))
    for _ in range(30):
        next(iter(written))
    assert asked <= 31


def test_an_empty_list_has_its_form(store: Store) -> None:
    with served(store) as url:
        asked = f"{url}/api/v1/targets?year=1949&format="
        assert httpx.get(f"{asked}csv").text.count("\n") == 1
        assert httpx.get(f"{asked}jsonl").text == ""
        assert COUNTS["parquet"](httpx.get(f"{asked}parquet").content) == 0
    assert "".join(pieces([Listing((), ("a",), ())], Format.JSON)) == "[]\n"
