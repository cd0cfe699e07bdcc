"""`make bench-road` in little: both roads are driven to their end."""

import pytest

from tests.bench import road

pytestmark = pytest.mark.long


def test_both_roads_are_measured_to_their_end(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--documents", "4", "--rounds", "1", "--databases", "sqlite", "--no-scrapy"]
    assert road.main(asked) == 0
    said = capsys.readouterr().out
    assert "| sqlite | **whole road** |" in said
    assert said.splitlines()[-1].startswith("| sqlite | ")  # the capacity
