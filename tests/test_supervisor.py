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

from ingest.process.parent_exit import SUPERVISED
from ingest.process.supervisor import BackOff, Supervisor
from ingest.redis import server

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


def _until(true: Callable[[], bool], what: str, seconds: float = 20) -> None:
    pause = threading.Event()
    for _ in range(round(seconds * 100)):
        if true():
            return
        pause.wait(0.01)
    raise AssertionError(f"in {seconds} s not: {what}")


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
        "import sys; from ingest.process.supervisor import Supervisor\n"
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


# --- when the supervisor is killed -------------------------------------------------------------

ASKS_TO_END = (
    "import pathlib, signal, sys; sys.path.insert(0, sys.argv[2])\n"
    "from ingest.process.parent_exit import end_with_parent\n"
    "gone = pathlib.Path(sys.argv[1]).with_suffix('.gone')\n"
    "signal.signal(15, lambda *_: (gone.touch(), sys.exit(0)))\n"
    "end_with_parent(); pathlib.Path(sys.argv[1]).touch()\n"
    "while True: signal.pause()"
)


def test_children_end_when_their_supervisor_is_killed(tmp_path: Path) -> None:
    children = {name: [*_child(ASKS_TO_END, tmp_path / name), str(ROOT)] for name in ("one", "two")}
    code = f"from ingest.process.supervisor import Supervisor\nSupervisor({children!r}).run()"
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.DEVNULL) as supervisor:
        _until(lambda: all((tmp_path / name).exists() for name in children), "both are there")
        supervisor.kill()
    _until(lambda: all((tmp_path / f"{name}.gone").exists() for name in children), "both were asked to end")


def test_a_child_whose_supervisor_is_gone_already_ends(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(writing)
    child = [*_child(ASKS_TO_END, tmp_path / "one"), str(ROOT)]
    done = subprocess.run(child, stdin=reading, env={**os.environ, SUPERVISED: "1"}, timeout=20, check=False)
    os.close(reading)
    assert done.returncode == 0
    assert (tmp_path / "one.gone").exists()


def test_a_process_without_a_supervisor_does_not_look_at_its_input(tmp_path: Path) -> None:
    """In a container its input is closed or nothing; in a shell it may be anything."""
    names = "end_with_parent, orphaned"
    code = f"from ingest.process.parent_exit import {names}; end_with_parent(); print(orphaned())"
    for given in (subprocess.DEVNULL, subprocess.PIPE):
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, stdin=given, capture_output=True, timeout=20, check=True
        )
        assert done.stdout == b"False\n"


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_nothing_of_a_killed_gongbao_up_is_left(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "one.toml").write_text(
        'slug = "one"\nname = "某县"\nkind = "portal"\nhome = "https://portal.invalid/"\n'
        '[[lists]]\nurl = "https://portal.invalid/a/"\n',
        encoding="utf-8",
    )
    data = tmp_path / "data"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GONGBAO_")} | {
        "GONGBAO_DATA_DIR": str(data),
        "GONGBAO_SOURCES_DIR": str(tmp_path / "sources"),
        "GONGBAO_WEB_PORT": "0",
    }
    command = [sys.executable, "-m", "gongbao", "up"]
    with (tmp_path / "log").open("wb") as log:
        up = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _until(lambda: "worker started" in (tmp_path / "log").read_text(), "the worker is there", seconds=60)
        assert len(_of(data)) >= 5  # itself and four roles
        assert server.running(data)
    finally:
        up.kill()
        up.wait()
    _until(lambda: not _of(data), "no role is left", seconds=60)
    assert not server.running(data)


def _of(data: Path) -> set[int]:
    """The processes, but ours, that have this data folder in their environment."""
    wanted = f"GONGBAO_DATA_DIR={data}".encode()
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.add(int(folder.name))
        except OSError:
            continue
    return found


REFUSES = "import sys; open(sys.argv[1], 'a').write('x'); sys.exit(2)"
REFUSES_LATER = (
    "import sys; f = open(sys.argv[1], 'a+'); f.seek(0); lives = f.read(); f.write('x'); f.close()\n"
    "sys.exit(2 if lives else 1)"
)


def test_what_cannot_be_started_as_it_is_ends_all(tmp_path: Path) -> None:
    commands = {"poll": _child(POLITE, tmp_path / "poll"), "send": _child(REFUSES, tmp_path / "send")}
    running = Running(Supervisor(commands, back_off=QUICK, hopeless=2))
    running.thread.join(30)
    assert running.code == 2
    assert running.supervisor.pid("poll") is None
    assert (tmp_path / "send").read_text() == "x"


def test_what_could_be_started_once_is_started_again(tmp_path: Path) -> None:
    file = tmp_path / "send"
    running = Running(Supervisor({"send": _child(REFUSES_LATER, file)}, back_off=QUICK, hopeless=2))
    _until(lambda: file.exists() and len(file.read_text()) > 2, "it is started again")
    assert running.stop() == 0
