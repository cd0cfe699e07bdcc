"""A run whose files are shared among processes tells what a run in one process tells, and misses nothing."""

from __future__ import annotations

import os
import re
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.support import forked

HOOKS = """
from tests.support.parallel import add_option as pytest_addoption, pytest_runtestloop
"""
ENDS = """
import os, pathlib, signal, warnings
import pytest

@pytest.fixture(scope="session", autouse=True)
def server():
    yield
    pathlib.Path(f"closed-{os.getpid()}").touch()

def test_passes(): pass
def test_fails(): print("said by the test"); os.system("echo said by its child"); assert 1 == 2
def test_warns(): warnings.warn("look here", UserWarning)
@pytest.mark.skip(reason="not here")
def test_is_skipped(): pass
@pytest.fixture
def broken():
    yield
    raise ValueError("torn down badly")
def test_is_torn_down_badly(broken): pass
"""
PASSES = "def test_a(): pass\ndef test_b(): pass\n"


def be_pytest(*args: str) -> None:
    os.chdir(args[0])
    raise SystemExit(pytest.main(["-p", "no:cacheprovider", "-c", "pytest.ini", *args[1:]]))


def run(folder: Path, *args: str, **files: str) -> CompletedProcess[str]:
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "conftest.py").write_text(HOOKS)
    for name, text in files.items():
        (folder / f"test_{name}.py").write_text(text)
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # which costs half of the time
    return forked.finish(be_pytest, str(folder), *args, environment=alone)


def told(said: str) -> dict[str, int]:
    last = said.splitlines()[-1]
    return {what.rstrip("s"): int(count) for count, what in re.findall(r"(\d+) ([a-z]+)", last)}


def test_every_way_to_end_is_told(tmp_path: Path) -> None:
    done = run(tmp_path, "--processes", "2", one=ENDS, two=PASSES)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stderr
    counts = told(done.stdout)
    assert counts == {"passed": 5, "failed": 1, "skipped": 1, "warning": 1, "error": 1}, done.stdout
    for said in ("said by the test", "said by its child", "assert 1 == 2", "look here", "torn down badly"):
        assert said in done.stdout
    assert len(list(tmp_path.glob("closed-*"))) == 1


@pytest.mark.parametrize("way", ["os._exit(0)", "os.kill(os.getpid(), 9)"])
def test_a_process_that_dies_is_told(tmp_path: Path, way: str) -> None:
    """Whatever its exit code says."""
    dies = f"import os\ndef test_a(): pass\ndef test_dies(): {way}\ndef test_c(): pass\n"
    done = run(tmp_path, "--processes", "2", one=dies, two=PASSES)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stderr
    assert re.search(r"has died in \S+::test_dies ", done.stdout), done.stdout


def test_the_first_failure_ends_all(tmp_path: Path) -> None:
    """What a session has opened is closed all the same."""
    many = "import pytest\n@pytest.mark.parametrize('n', range(1000))\ndef test_n(n): pass\n"
    done = run(tmp_path, "--processes", "2", "-x", one=ENDS, two=many)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stderr
    assert told(done.stdout)["passed"] < 1001
    assert "stopping after 1 failure" in done.stdout
    assert len(list(tmp_path.glob("closed-*"))) == 1
