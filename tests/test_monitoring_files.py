"""deploy/monitoring and docs/monitoring.md say what the code says. Against a real service: test_road.py."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard
from prometheus_client.core import Metric

from ingest.monitor import families
from ingest.monitor.look import Jobs, Seen
from ingest.store.backlog import Backlog, Waiting
from ingest.telemetry import metrics
from tests.support.promql import (
    MONITORING,
    Shown,
    dashboard,
    doc_rows,
    documented,
    expressions,
    mistakes,
    rules,
)


def known() -> dict[str, Metric]:
    """Every family of ours, by the name that a query has."""
    told = [m for of_role in metrics.OF_ROLE.values() for one in of_role for m in one.collect()]
    seen = Seen(Backlog(heard={"poll": timedelta(1)}), None, Jobs(1, 0), None, 1)
    told += [families.build_info("poll"), *families.parts(seen), *families.waiting(Backlog(), ocr=True)]
    return {m.name + ("_total" if m.type == "counter" else ""): m for m in told}


def test_the_names_keep_the_rules_of_prometheus() -> None:
    for name, family in known().items():
        assert re.fullmatch(r"gongbao_[a-z][a-z_]*[a-z]", name), name
        assert family.documentation, name
        if family.type == "gauge":
            assert not name.endswith("_total"), name
        if family.type == "histogram":
            assert name.endswith("_seconds"), name


def test_the_docs_have_every_metric_and_no_other() -> None:
    assert set(documented()) == set(known())  # their labels: test_road.py


def test_no_page_of_the_docs_names_another_metric() -> None:
    for page in (MONITORING.parents[1] / "docs").glob("*.md"):
        named = set(re.findall(r"`(gongbao_[a-z_]+)(?=[`{])", page.read_text()))
        assert named <= set(known()), page.name


def test_the_docs_say_what_to_do_on_every_alert() -> None:
    listed = [row[0].strip("`") for row in doc_rows("When it rings")]
    assert listed == [rule["alert"] for rule in rules()]


def test_every_alert_is_tried() -> None:
    tried = (MONITORING / "alerts.test.yml").read_text()
    for rule in rules():
        assert f'alertname="{rule["alert"]}"' in tried
        assert rule["labels"]["severity"] in {"info", "warning", "critical"}
        assert rule["annotations"]["summary"]


def test_the_example_asks_the_ports_of_up() -> None:
    loaded = yaml.safe_load((MONITORING / "prometheus.yml").read_text())
    [job] = loaded["scrape_configs"]
    assert job["job_name"] == "gongbao"
    assert job["static_configs"][0]["targets"] == [f"127.0.0.1:{9464 + n}" for n in range(4)]
    assert loaded["rule_files"] == ["alerts.yml"]


def test_the_dashboard_can_be_imported() -> None:
    board = dashboard()
    assert board["id"] is None  # Grafana gives it one
    assert board["templating"]["list"][0]["type"] == "datasource"
    panels = board["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert at["x"] + at["w"] <= 24, panel["title"]
        assert not cells & taken, panel["title"]
        taken |= cells
        if panel["type"] != "row":
            assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
            assert panel["targets"], panel["title"]


# Of a heatmap: the schema is that of Grafana 10.1, which does not have it yet.
LATER = {"options.tooltip.mode"}


def test_grafana_knows_every_field_of_the_dashboard() -> None:
    """Loaded into the types that Grafana makes of its schema and written again, nothing is gone."""
    register_default_plugins()
    board = dashboard()
    written = json.loads(JSONEncoder().encode(Dashboard.from_json(board)))
    assert board.pop("id") is None
    gone = set(left_out(board, written))
    assert {re.sub(r"^panels\.\d+\.", "", path) for path in gone} <= LATER


def left_out(given: object, kept: object, path: str = "") -> Iterator[str]:
    """Where something is in the first that is not in the second."""
    if isinstance(given, dict) and isinstance(kept, dict):
        for name, value in given.items():
            yield from (
                left_out(value, kept[name], f"{path}.{name}") if name in kept else [f"{path}.{name}"[1:]]
            )
    elif isinstance(given, list) and isinstance(kept, list) and len(given) == len(kept):
        for number, (value, other) in enumerate(zip(given, kept, strict=True)):
            yield from left_out(value, other, f"{path}.{number}")
    elif given != kept:
        yield path[1:]


def test_the_names_in_an_expression_are_found() -> None:
    shown = Shown()
    shown.add('# TYPE gongbao_x gauge\ngongbao_x{state="due"} 1\n')
    assert list(mistakes('max by (state) (gongbao_x{state="due"})', shown)) == []
    wrong = 'sum by (role) (gongbao_x{kind="a"}) + gongbao_x{state="gone"} + gongbao_y'
    assert [m.split(" in ")[0] for m in mistakes(wrong, shown)] == [
        "gongbao_x: no label kind",
        'gongbao_x: state="gone" never comes',
        "gongbao_y: no such metric",
        "no label role",
    ]


# --- promtool, where it is -------------------------------------------------------------------

needs_promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="no promtool on PATH")


def promtool(*args: str) -> None:
    done = subprocess.run(
        ["promtool", *args], capture_output=True, text=True, timeout=60, check=False, cwd=MONITORING
    )
    assert done.returncode == 0, done.stdout + done.stderr


@needs_promtool
def test_prometheus_takes_the_files_and_the_alerts_ring_when_they_must() -> None:
    promtool("check", "config", "prometheus.yml")
    promtool("test", "rules", "alerts.test.yml")


@needs_promtool
def test_every_expression_can_be_read(tmp_path: Path) -> None:
    written = [expression.replace("$__rate_interval", "5m") for expression in expressions()]
    named = [{"record": f"expression:{n}", "expr": text} for n, text in enumerate(written)]
    (tmp_path / "all.yml").write_text(yaml.safe_dump({"groups": [{"name": "all", "rules": named}]}))
    promtool("check", "rules", "--lint=none", str(tmp_path / "all.yml"))


def test_what_waits_is_told_in_seconds() -> None:
    waiting = Backlog(versions=Waiting(3, timedelta(minutes=2)), deliveries={"due": 1})
    told = {m.name: [s.value for s in m.samples] for m in families.waiting(waiting, ocr=False)}
    assert told["gongbao_documents_waiting"] == [3]
    assert told["gongbao_documents_oldest_waiting_seconds"] == [120]
    assert told["gongbao_deliveries"] == [1]


@pytest.mark.parametrize("ocr", [False, True])
def test_scans_and_their_reader_are_missed_where_they_are_read(ocr: bool) -> None:
    known = Backlog(scans=Waiting(3, timedelta(hours=5)), roles={"poll": 1})
    told = {m.name: m.samples for m in families.waiting(known, ocr=ocr)}
    roles = {s.labels["role"]: s.value for s in told["gongbao_role_instances"]}
    assert roles == {"poll": 1, "work": 0, "send": 0} | ({"ocr": 0} if ocr else {})
    assert [s.value for s in told["gongbao_scans_waiting"]] == [3 * ocr]
    assert [s.value for s in told["gongbao_scans_oldest_waiting_seconds"]] == [18_000 * ocr]
