"""The user's five documents, imported into an empty folder: what `truth.json` says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.service import Gongbao

FIGURE = ("indicator", "measure", "comparator", "low", "high", "unit", "resolve")


@pytest.fixture(scope="module")
def imported(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Gongbao:
    gongbao = Gongbao(tmp_path_factory.mktemp("seeds"), {})
    done = gongbao("import", *map(str, sorted((shared / "seeds").glob("*.txt"))))
    assert "5 of 5 read" in done.stdout
    return gongbao


@pytest.fixture(scope="module")
def documents(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    gongbao = Gongbao(tmp_path_factory.mktemp("extract"), {})
    paths = sorted((shared / "seeds").glob("*.txt"))
    lines = gongbao("extract", "--json", "--body", *map(str, paths)).stdout.splitlines()
    return {Path(d["input"]).name: d for d in map(json.loads, lines)}


@pytest.fixture(scope="module")
def truth(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "seeds" / "truth.json").read_text(encoding="utf-8"))
    return found


def figures(rows: list[dict[str, Any]], *more: str) -> list[tuple[Any, ...]]:
    return sorted((tuple(row[k] for k in (*FIGURE, *more)) for row in rows), key=repr)


def test_what_each_document_is(documents: dict[str, Any], truth: dict[str, Any]) -> None:
    for name, want in truth.items():
        got = documents[name]
        assert got["kind"] == (want["kind"] or "other"), name
        assert got["year"] == want["year"], name
        assert (got["region"]["code"], got["region"]["name"]) == (
            want["region"]["code"],
            want["region"]["name"],
        )
        for field in ("delivered_on", "meeting", "speaker"):
            if field in want:
                assert got[field] == want[field], (name, field)


def test_headers(documents: dict[str, Any], truth: dict[str, Any]) -> None:
    for name, want in truth.items():
        got = {k: v for k, v in documents[name]["header"].items() if v is not None}
        assert got == {k: v for k, v in want["header"].items() if v is not None}, name


def test_headline_targets_exactly(documents: dict[str, Any], truth: dict[str, Any]) -> None:
    for name, want in truth.items():
        got = [t for t in documents[name]["targets"] if t["headline"]]
        assert figures(got, "quote") == figures(want["headline_targets"], "quote"), name


def test_commitments_and_outcomes_are_found(documents: dict[str, Any], truth: dict[str, Any]) -> None:
    for name, want in truth.items():
        for role, listed in (("targets", "some_commitments"), ("outcomes", "outcomes")):
            missing = set(figures(want.get(listed, []))) - set(figures(documents[name][role]))
            assert not missing, (name, role)


def test_a_report_cut_off_inside_part_one_promises_nothing(documents: dict[str, Any]) -> None:
    assert documents["003_645bf88276c0a9aa.txt"]["targets"] == []


def test_offsets_count_characters_of_the_body(documents: dict[str, Any]) -> None:
    for document in documents.values():
        for figure in document["targets"] + document["outcomes"]:
            assert document["body"][figure["start"] : figure["end"]] == figure["quote"]


def test_imported_reports(imported: Gongbao, truth: dict[str, Any]) -> None:
    rows = imported.json("reports")
    got = {(r["region"]["name"], r["year"], r["kind"]) for r in rows}
    assert got == {(t["region"]["name"], t["year"], t["kind"] or "other") for t in truth.values()}


def test_imported_targets(imported: Gongbao, truth: dict[str, Any]) -> None:
    rows = imported.json("targets", "--headline")
    want = [figure for t in truth.values() for figure in t["headline_targets"]]
    assert figures(rows) == figures(want)


def test_announced(imported: Gongbao, truth: dict[str, Any]) -> None:
    """Each whose kind is known; the other is unclear, and rings nobody."""
    told = [t for t in truth.values() if t["kind"]]
    events = imported.json("events", "--limit", "1000")
    reports = [e for e in events if e["type"] in {"report.published", "report.provisional"}]
    assert len(reports) == len(told)
    headline = [e for e in events if e["type"] == "target.published" and e["data"]["target"]["headline"]]
    assert len(headline) == sum(len(t["headline_targets"]) for t in told)
    assert len(imported.json("reports", "--unclear")) == len(truth) - len(told) == 1


def test_a_second_import_tells_nothing(imported: Gongbao, shared: Path) -> None:
    done = imported("import", *map(str, sorted((shared / "seeds").glob("*.txt"))))
    assert done.stdout.splitlines()[-1] == "5 of 5 read; 0 new reports, 0 new targets, 0 events"
