"""Which metrics and labels a PromQL expression names, and which a real role shows. Not a test file.

No parser: names, what stands in braces, and the lists after by, on and the like. Whether an expression is
one at all is promtool's business.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from prometheus_client.parser import text_string_to_metric_families

ROOT = Path(__file__).resolve().parents[2]
MONITORING = ROOT / "deploy" / "monitoring"
DOCS = ROOT / "docs" / "monitoring.md"
GIVEN = {"instance", "job", "alertname", "alertstate"}  # by Prometheus itself
_METRIC = re.compile(r"\b((?:gongbao|process)_[a-z0-9_]+|up)\b\s*(?:\{([^}]*)\})?")
_MATCHER = re.compile(r'([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*"([^"]*)"')
_GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")


@dataclass(slots=True)
class Shown:
    """What was exposed: labels by metric, values by (metric, label), samples."""

    labels: dict[str, set[str]] = field(default_factory=lambda: {"up": {"instance", "job"}})
    values: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    samples: dict[tuple[str, frozenset[tuple[str, str]]], float] = field(default_factory=dict)

    def add(self, exposition: str) -> None:
        for family in text_string_to_metric_families(exposition):
            for sample in family.samples:
                self.labels.setdefault(sample.name, set()).update(sample.labels)
                self.samples[sample.name, frozenset(sample.labels.items())] = sample.value
                for label, value in sample.labels.items():
                    self.values.setdefault((sample.name, label), set()).add(value)

    def sum(self, name: str, **labels: str) -> float:
        wanted = set(labels.items())
        return sum(v for (n, of), v in self.samples.items() if n == name and wanted <= of)


def mistakes(expression: str, shown: Shown) -> Iterator[str]:
    """What the expression names that nobody shows."""
    named: set[str] = set()
    for metric, matchers in _METRIC.findall(re.sub(r"\$__\w+", "5m", expression)):
        if metric not in shown.labels:
            yield f"{metric}: no such metric in {expression}"
            continue
        named |= shown.labels[metric]
        for label, operator, value in _MATCHER.findall(matchers):
            if label in GIVEN:
                continue
            if label not in shown.labels[metric]:
                yield f"{metric}: no label {label} in {expression}"
            elif operator == "=" and value not in shown.values[metric, label]:
                yield f'{metric}: {label}="{value}" never comes in {expression}'
    for listed in _GROUPING.findall(expression):
        for label in filter(None, (one.strip() for one in listed.split(","))):
            if label not in named | GIVEN:
                yield f"no label {label} in {expression}"


def rules() -> list[dict[str, Any]]:
    loaded = yaml.safe_load((MONITORING / "alerts.yml").read_text())
    return [rule for group in loaded["groups"] for rule in group["rules"]]


def dashboard() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((MONITORING / "dashboard.json").read_text())
    return loaded


def expressions() -> list[str]:
    """Every expression of the rules and of the dashboard."""
    panels = [target["expr"] for panel in dashboard()["panels"] for target in panel.get("targets", [])]
    return [str(rule["expr"]) for rule in rules()] + panels


def doc_rows(heading: str) -> list[list[str]]:
    """The rows of the table under a heading of docs/monitoring.md."""
    text = DOCS.read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def documented() -> dict[str, set[str]]:
    """The metrics of docs/monitoring.md with their labels."""
    return {row[0].strip("`"): set(re.findall(r"`(\w+)`", row[1])) for row in doc_rows("The figures")}
