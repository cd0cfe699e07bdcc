"""docs/notebook: its cells run, in order, on a dump, and find what was put into it."""

from __future__ import annotations

import contextlib
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from alerts.listing.dataset_files import dump
from tests.support.nationwide import fill
from tests.support.site_server import stored

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "docs" / "notebook").glob("*.ipynb"))


def cells(path: Path) -> list[str]:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert all(not cell.get("outputs") for cell in notebook["cells"]), "kept without what it printed"
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_its_cells_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pandas

    with stored(tmp_path / "data", seeded=False) as store:
        fill(store, 80, range(2022, 2026), filler=0)
        dump(store, tmp_path / "dump", datetime(2026, 2, 1, tzinfo=UTC))
    monkeypatch.setenv("DUMP", str(tmp_path / "dump"))
    names: dict[str, Any] = {}
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        for cell in cells(path):
            exec(compile(cell, str(path), "exec"), names)
    assert "2560 targets, 2560 outcomes in 320 reports" in out.getvalue()
    result = names["result"]
    assert isinstance(result, pandas.DataFrame)
    # (nationwide.py: half of what was reached, of which the target before is a part.)
    assert result.b["surprise"] == pytest.approx(0.5, abs=0.1)
    assert result.b["target_before"] == pytest.approx(0.5, abs=0.15)
    assert 0 < names["kept"]["mean"].iloc[0] < 1
