"""Children are kept running, and all stop together: with real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.supervisor import BackOff, Supervisor

QUICK = BackOff(first=0.02, most=0.1, healthy=60)
ROOT = Path(__file__).parents[1]

# A child that says that it is there by making a file, and ends on SIGTERM (or does not).
POLITE = "import signal, sys, pathlib; pathlib.Path(sys.argv[1]).touch(); signal.pause()"
STUBBORN = (
    "import signal, sys, pathlib; signal.signal(15, signal.SIG_IGN); pathlib.Path(sys.argv[1]).touch()\n"
    "while True: signal.pause()"
)
COUNTS = "import sys; open(sys.argv[1], 'a').write('x')"


def _child(code: str, file: Path) -> list[str]:
    return [sys.executable, "-S", "-c", code, str(file)]


def _until(true: Callable[[], bool], what: str) -> None:
    pause = threading.Event()
    for _ in range(1000):
        if true():
            return
        pause.wait(0.01)
    raise AssertionError(f"in 10 s not: {what}")


class Running:
    """A supervisor in a thread, and its exit code."""

    def __init__(self, supervisor: Supervisor) -> None:
        self.supervisor = supervisor
        self.code: int | None = None
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        self.code = self.supervisor.run()

    def stop(self) -> int:
        self.supervisor.stop()
        self.thread.join(30)
        assert self.code is not None
        return self.code


def test_all_start_and_all_stop(tmp_path: Path) -> None:
    names = ["poll", "work"]
    running = Running(Supervisor({n: _child(POLITE, tmp_path / n) for n in names}, back_off=QUICK))
    _until(lambda: all((tmp_path / n).exists() for n in names), "both are there")
    pids = [running.supervisor.pid(n) for n in names]
    assert None not in pids
    assert running.stop() == 0
    assert [running.supervisor.pid(n) for n in names] == [None, None]


def test_what_dies_is_started_again(tmp_path: Path) -> None:
    running = Running(
        Supervisor(
            {"dies": _child(COUNTS, tmp_path / "n"), "lives": _child(POLITE, tmp_path / "lives")},
            back_off=QUICK,
        )
    )
    _until(lambda: (tmp_path / "lives").exists(), "the other is there")
    steady = running.supervisor.pid("lives")
    _until(
        lambda: (tmp_path / "n").exists() and len((tmp_path / "n").read_text()) >= 3, "started three times"
    )
    assert running.supervisor.pid("lives") == steady, "the other is not disturbed"
    assert running.stop() == 0


def test_a_killed_child_comes_back(tmp_path: Path) -> None:
    running = Running(Supervisor({"one": _child(POLITE, tmp_path / "up")}, back_off=QUICK))
    _until((tmp_path / "up").exists, "it is there")
    first = running.supervisor.pid("one")
    assert first is not None
    os.kill(first, signal.SIGKILL)
    _until(lambda: running.supervisor.pid("one") not in (None, first), "another is there")
    assert running.stop() == 0


def test_a_command_that_does_not_exist_disturbs_nobody(tmp_path: Path) -> None:
    running = Running(
        Supervisor(
            {"none": [str(tmp_path / "nothing")], "one": _child(POLITE, tmp_path / "up")}, back_off=QUICK
        )
    )
    _until((tmp_path / "up").exists, "the other is there")
    assert running.supervisor.pid("none") is None
    assert running.stop() == 0


def test_who_does_not_stop_is_killed_after_the_grace(tmp_path: Path) -> None:
    running = Running(
        Supervisor(
            {"deaf": _child(STUBBORN, tmp_path / "deaf"), "good": _child(POLITE, tmp_path / "good")},
            grace=0.2,
            back_off=QUICK,
        )
    )
    _until(lambda: (tmp_path / "deaf").exists() and (tmp_path / "good").exists(), "both are there")
    assert running.stop() == 1


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_with_code_0(tmp_path: Path, signum: signal.Signals) -> None:
    code = (
        "import sys; from ingest.supervisor import Supervisor\n"
        f"sys.exit(Supervisor({{'one': [sys.executable, '-S', '-c', {POLITE!r}, sys.argv[1]]}}).run())"
    )
    up = tmp_path / "up"
    with subprocess.Popen([sys.executable, "-c", code, str(up)], cwd=ROOT, stdout=subprocess.PIPE) as process:
        _until(up.exists, "it is up")
        process.send_signal(signum)
        assert process.wait(20) == 0


def test_the_environment_is_what_was_given(tmp_path: Path) -> None:
    out = tmp_path / "env"
    code = (
        "import os, sys, pathlib; p = pathlib.Path(sys.argv[1]); q = p.with_suffix('.new')\n"
        "q.write_text(os.environ.get('GIVEN', '') + os.environ.get('HOME', '')); q.rename(p)"
    )
    running = Running(
        Supervisor({"one": _child(code, out)}, environment={"GIVEN": "yes"}, back_off=BackOff(first=60))
    )
    _until(out.exists, "it wrote")
    assert out.read_text() == "yes"
    assert running.stop() == 0


def test_the_wait_doubles_up_to_a_limit() -> None:
    back_off = BackOff(first=0.5, most=30)
    assert [back_off.after(n) for n in (1, 2, 3, 7, 50)] == [0.5, 1.0, 2.0, 30.0, 30.0]
