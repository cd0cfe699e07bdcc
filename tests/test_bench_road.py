"""`make bench-road` and `make bench-workers` in little: what they measure is driven to its end."""

import pytest

from tests.bench import road, workers

pytestmark = pytest.mark.long


def test_both_roads_are_measured_to_their_end(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--documents", "4", "--rounds", "1", "--databases", "sqlite", "--no-scrapy"]
    assert road.main(asked) == 0
    said = capsys.readouterr().out
    assert "| sqlite | **whole road** |" in said
    assert said.splitlines()[-1].startswith("| sqlite | ")  # the capacity


def test_one_worker_and_two_are_measured_to_their_end(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--documents", "4", "--rounds", "1", "--starts", "1", "--databases", "sqlite"]
    assert workers.main(asked) == 0
    said = capsys.readouterr().out
    assert "| sqlite, just started |" in said
    assert "| sqlite, warm |" in said
