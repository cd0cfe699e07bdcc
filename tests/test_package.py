"""The package: what is in wheel and sdist, and that it runs where nothing but a Python is.

deploy/try-package.sh installs it; here the two are built, looked into and handed to it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

import pytest

from deploy import licences
from tests.support import few_roots

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BIN = Path(sys.executable).parent
MEGABYTES = 150  # that an installation without extras may take
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
_NOT_SOURCE = shutil.ignore_patterns(
    ".*", "*.egg-info", "__pycache__", "build", "dist", "secrets", "gongbao-data"
)


@dataclass(frozen=True)
class Built:
    wheel: Path
    sdist: Path

    def in_wheel(self) -> set[str]:
        with zipfile.ZipFile(self.wheel) as file:
            return set(file.namelist())

    def in_sdist(self) -> set[str]:
        with tarfile.open(self.sdist) as file:
            return {name.partition("/")[2] for name in file.getnames()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sdist of a copy of this checkout, and the wheel of that sdist."""
    source, dist = tmp_path_factory.mktemp("copy") / "gongbao", tmp_path_factory.mktemp("dist")
    shutil.copytree(ROOT, source, ignore=_NOT_SOURCE, symlinks=True)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", dist, source)
    [wheel], [sdist] = dist.glob("*.whl"), dist.glob("*.tar.gz")
    return Built(wheel, sdist)


def run(*command: str | Path, **environment: str) -> str:
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **few_roots.set_aside(), **environment},
        cwd="/",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def source_files(*rooms: str) -> set[str]:
    """Of the checkout, what is no by-product."""
    found = {file for room in rooms for file in (ROOT / room).rglob("*") if file.is_file()}
    return {
        str(file.relative_to(ROOT))
        for file in found
        if not re.search(r"/__pycache__/|/secrets/|/\.|\.pyc$", str(file.relative_to(ROOT)))
    }


def test_the_wheel_has_every_file_of_the_three_packages_and_the_docs(built: Built) -> None:
    there = built.in_wheel()
    assert source_files("ingest", "workers", "alerts") <= there
    assert {
        "gongbao.py",
        "ingest/py.typed",
        "workers/py.typed",
        "alerts/py.typed",
        "ingest/env.example",
    } <= there
    docs = {name.rpartition("/")[2] for name in there if "/share/doc/gongbao/" in name}
    assert docs == {file.name for file in (ROOT / "docs").glob("*.md")} | {
        "CHANGELOG.md",
        "README.md",
        "README.zh.md",
    }
    assert not {name for name in there if name.startswith(("tests/", "deploy/"))}


def test_the_sdist_has_what_the_checkout_has(built: Built) -> None:
    there = built.in_sdist()
    assert source_files("ingest", "workers", "alerts", "docs", "deploy", "tests") <= there
    top = {"CHANGELOG.md", "CITATION.cff", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "LICENSE", "Makefile"}
    top |= {"README.md", "README.zh.md", "SECURITY.md", "gongbao.py", "pyproject.toml", "setup.py"}
    assert top | {"requirements.lock", "requirements-dev.lock", "requirements-build.lock"} <= there


def test_the_long_description_leads_somewhere(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as file:
        [name] = [name for name in file.namelist() if name.endswith(".dist-info/METADATA")]
        said = message_from_bytes(file.read(name))
    assert said["Version"] == PROJECT["version"]
    assert said["License-Expression"] == "Apache-2.0"
    assert {"Changelog", "Documentation", "Issues", "Source"} <= {
        url.partition(",")[0] for url in said.get_all("Project-URL", [])
    }
    text = said.get_payload(decode=True)
    assert isinstance(text, bytes)
    links = re.findall(r"\]\(([^)]+)\)", text.decode())
    assert links
    assert [link for link in links if not link.startswith(("https://", "http://", "#"))] == []


def test_the_checkers_of_packages_are_content(built: Built) -> None:
    run(BIN / "twine", "check", "--strict", built.wheel, built.sdist)
    run(BIN / "check-wheel-contents", "--config", ROOT / "pyproject.toml", built.wheel)
    # No address of an author: who reports something writes an issue, or what SECURITY.md says.
    run(BIN / "pyroma", "--min", "10", "--skip-tests", "AuthorEmail", built.sdist)


# Half a minute passes in the demo before a page changes a figure.
AT_ONCE = "--once --change-after 0"


def tried(how: str, file: Path, python: str, **environment: str) -> str:
    programs = {"UV": str(BIN / "uv"), "PIPX": str(BIN / "pipx")}
    return run(ROOT / "deploy" / "try-package.sh", how, file, python, **programs, **environment)


def look_well(said: str) -> None:
    counts = dict(re.findall(r"^  (reports announced|.*told once|targets \w+) +(\d+)$", said, re.MULTILINE))
    assert counts["reports announced"] == "4"
    assert int(counts["targets announced"]) > 20
    assert counts["targets revised"] == "1"
    assert counts["on two sites, told once"] == "2"
    megabytes = re.search(r"^megabytes installed: (\d+)$", said, re.MULTILINE)
    assert megabytes
    assert 0 < int(megabytes[1]) < MEGABYTES


@pytest.mark.timeout(600)
def test_a_wheel_runs_in_an_empty_environment(built: Built) -> None:
    """With nothing else installed, no Redis either, and the versions that are locked."""
    look_well(
        tried("uv", built.wheel, sys.executable, CONSTRAINTS=str(ROOT / "requirements.lock"), DEMO=AT_ONCE)
    )


def here(version: str) -> str:
    """A Python of this version, or skip."""
    for name in (f"python{version}", *Path.home().glob(f".pyenv/versions/{version}.*/bin/python")):
        found = shutil.which(name)
        if found and subprocess.run([found, "--version"], capture_output=True, check=False).returncode == 0:
            return found
    pytest.skip(f"no Python {version} on this machine")


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("version", PYTHONS)
@pytest.mark.parametrize(
    ("how", "kind"), [("pip", "wheel"), ("pip", "sdist"), ("pipx", "wheel"), ("uv", "sdist")]
)
def test_every_installer_on_every_python(how: str, kind: str, version: str, built: Built) -> None:
    """With the newest versions of everything, as a stranger gets them today."""
    look_well(tried(how, built.wheel if kind == "wheel" else built.sdist, here(version)))


def test_a_part_that_is_left_out_is_named(tmp_path: Path) -> None:
    """Who asks for what an extra brings is told which."""
    code = (
        "import sys\n"
        "sys.modules['psycopg'] = sys.modules['apprise'] = None\n"
        "from alerts.delivery.channels import masked\n"
        "from ingest.errors import ConfigError\n"
        "from ingest.store.db import Store\n"
        "for ask in (lambda: Store.open('postgresql://u@h/d'), lambda: masked('json://example.org')):\n"
        "    try: ask()\n"
        "    except ConfigError as exc: print(exc)\n"
    )
    postgres, channels = run(sys.executable, "-c", code, PYTHONPATH=str(ROOT)).splitlines()
    assert "pip install 'gongbao[postgres]'" in postgres
    assert "pip install 'gongbao[channels]'" in channels


def test_every_licence_is_listed_and_looked_at() -> None:
    """What is not installed on this system or Python is in the list all the same."""
    found = licences.installed()
    assert len(found) > 50
    assert licences.unknown(found) == {}
    listed = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    for line in licences.page(found).splitlines():
        assert line in listed, "make licences"


def test_every_file_names_the_same_version() -> None:
    version = PROJECT["version"]
    for file, pattern in (
        ("deploy/Dockerfile", r"^ARG VERSION=(.+)$"),
        ("deploy/compose.yaml", r"image: .*IMAGE_TAG:-(.+)\}$"),
        ("deploy/env.example", r"^#IMAGE_TAG=(.+)$"),
        ("deploy/kubernetes/overlays/example/kustomization.yaml", r'newTag: "(.+)"$'),
        ("docs/containers.md", r"gongbao/gongbao:(\S+) demo"),
        ("CHANGELOG.md", r"^## (\d[\d.]+)"),
        ("CITATION.cff", r'^version: "?([\d.]+)"?$'),
    ):
        named = re.search(pattern, (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
        assert named, file
        assert named[1] == version, file
