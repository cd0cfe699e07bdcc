"""What a forge runs: pinned by hash, with least rights, and the same make targets as here."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy import changelog

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = {file.stem: file for file in (ROOT / ".github" / "workflows").glob("*.yml")}
CHANGES = """# Changelog

## Unreleased

- Not yet.

## 0.2.0 (2026-12-01)

Sources
- More of them.

## 0.1.0
"""


def load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(WORKFLOWS[name].read_text(encoding="utf-8"))
    return loaded


def steps(name: str) -> Iterator[dict[str, Any]]:
    for job in load(name)["jobs"].values():
        yield from job["steps"]


def test_there_are_those_that_are_promised() -> None:
    assert set(WORKFLOWS) == {"test", "release", "catalogue"}


@pytest.mark.parametrize("name", sorted(WORKFLOWS))
def test_every_action_is_pinned_and_says_its_version(name: str) -> None:
    text = WORKFLOWS[name].read_text(encoding="utf-8")
    used = re.findall(r"uses: (.+)$", text, re.MULTILINE)
    assert used
    for action in used:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


@pytest.mark.parametrize("name", sorted(WORKFLOWS))
def test_no_job_goes_on_for_ever_or_has_more_rights_than_it_says(name: str) -> None:
    workflow = load(name)
    assert "permissions" in workflow
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 180


@pytest.mark.parametrize("name", sorted(WORKFLOWS))
def test_what_is_run_is_there(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for step in steps(name):
        for target in re.findall(r"\bmake ([a-z-]+)", step.get("run", "")):
            assert re.search(rf"^{target}:.*##", makefile, re.MULTILINE), target
        for program in re.findall(r"deploy/[\w.-]+", step.get("run", "")):
            assert (ROOT / program).is_file(), program


def test_every_python_that_is_promised_is_tested_on_both_systems() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    promised = [c.rpartition(" ")[2] for c in project["classifiers"] if re.search(r"Python :: 3\.\d+$", c)]
    matrix = load("test")["jobs"]["test"]["strategy"]["matrix"]
    assert matrix["python"] == promised
    assert {system.partition("-")[0] for system in matrix["system"]} == {"ubuntu", "macos"}


def test_a_release_is_published_without_a_secret_and_signed() -> None:
    jobs = load("release")["jobs"]
    assert jobs["pypi"]["permissions"] == {"id-token": "write"}
    assert "secrets." not in str(jobs["pypi"])
    [push] = [step["with"] for step in jobs["image"]["steps"] if "build-push-action" in step.get("uses", "")]
    assert push["platforms"] == "linux/amd64,linux/arm64"
    assert (push["sbom"], push["provenance"]) == (True, "mode=max")
    assert "cosign sign" in str(jobs["image"])
    assert set(jobs["release"]["needs"]) == {"pypi", "image"}


def test_the_notes_of_a_release_are_its_part_of_the_changelog() -> None:
    assert changelog.part("0.2.0", CHANGES) == "Sources\n- More of them."
    assert changelog.part("0.1.0", CHANGES) is None
    assert changelog.part("0.2", CHANGES) is None
    assert changelog.part("0.3.0", CHANGES) is None
    done = subprocess.run(
        [sys.executable, ROOT / "deploy" / "changelog.py", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == changelog.version()


@pytest.mark.parametrize(
    "form", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")), ids=lambda p: p.stem
)
def test_the_forms_for_issues_are_forms(form: Path) -> None:
    loaded = yaml.safe_load(form.read_text(encoding="utf-8"))
    if form.stem == "config":
        assert loaded["contact_links"]
        return
    assert loaded["name"]
    assert loaded["description"]
    asked = [field for field in loaded["body"] if field["type"] != "markdown"]
    ids = [field["id"] for field in asked]
    assert len(ids) == len(set(ids))
    assert all(field["attributes"]["label"] for field in asked)
    assert any(field.get("validations", {}).get("required") for field in asked)


def test_the_citation_is_one() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors", "version", "license"} <= set(citation)
    assert citation["cff-version"] == "1.2.0"
    assert all("name" in author or "family-names" in author for author in citation["authors"])
