"""docs/extract.md and docs/benchmark.md say what the code does."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner

from alerts.listing.shapes import Figure, example_of
from ingest.model import Comparator, Direction, Measure, Period, Resolve
from ingest.model import Figure as ModelFigure
from ingest.outcome import Cause, Verdict
from workers.targets import candidates

ROOT = Path(__file__).resolve().parents[1]
EXTRACT = (ROOT / "docs" / "extract.md").read_text(encoding="utf-8")
OF_SOME = {"sentence", "confidence"}  # who asks for it; of a scan
BENCHMARK = (ROOT / "docs" / "benchmark.md").read_text(encoding="utf-8")


def rows(heading: str) -> str:
    """The first column of the table under a heading."""
    part = EXTRACT.split(f"## {heading}\n", 1)[1].split("\n## ")[0]
    return " ".join(line.split("|")[1] for line in part.splitlines() if line.startswith("| `"))


def words(text: str) -> set[str]:
    return set(re.findall(r"`([a-z_]+)`", text))


def test_every_flag_is_explained_and_no_other() -> None:
    known = {value for name, value in vars(candidates).items() if name.isupper() and isinstance(value, str)}
    assert words(rows("Doubts")) == known


def test_every_verdict_is_explained_and_no_other() -> None:
    assert words(rows("What became of a target")) == {verdict.value for verdict in Verdict}


def test_every_cause_is_named() -> None:
    part = EXTRACT.split("## What became of a target\n", 1)[1]
    assert {cause.value for causes in get_args(Cause) for cause in causes} <= words(part)


def test_every_value_of_a_figure_is_named() -> None:
    part = EXTRACT.split("## A figure\n", 1)[1].split("\n## ")[0]
    for values in (Comparator, Measure, Resolve, Period, Direction):
        assert {value.value for value in values} <= words(part)


def test_the_example_has_the_fields_of_a_figure() -> None:
    example = json.loads(EXTRACT.split("```json\n", 1)[1].split("```", 1)[0])
    assert set(example["targets"][0]) == set(example_of(Figure)) - OF_SOME
    for field in fields(ModelFigure):
        assert field.name in (*example["targets"][0], *OF_SOME, "first_year")


@pytest.mark.parametrize("name", ["extract.md", "benchmark.md"])
def test_links_lead_somewhere(name: str) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (ROOT / "docs" / link).exists(), link


def test_the_options_of_the_docs_exist() -> None:
    import gongbao

    for command in ("extract", "targets"):
        told = CliRunner().invoke(gongbao.app, [command, "--help"], env={"COLUMNS": "200"}).output
        for line in re.findall(rf"^    gongbao {command} (.*)", EXTRACT, re.MULTILINE):
            for option in re.findall(r"--[a-z-]+", line.partition("#")[0]):
                assert option in told, option


def test_the_target_of_the_docs_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "make bench-targets" in BENCHMARK
    assert re.search(r"^bench-targets:.*##", makefile, re.MULTILINE)
    from tests.bench import targets

    source = Path(targets.__file__).read_text(encoding="utf-8")
    for option in re.findall(r"--[a-z]+", BENCHMARK):
        assert f'"{option}"' in source, option
