"""The command where the machine is not as it should be: names, charsets of a terminal, folders."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from anyio import create_task_group

from ingest.process.console import run_till_done
from ingest.process.interrupt import ended_by_interrupt
from tests.support.service import PATIENCE, Gongbao

TITLE = "2026年沙坪坝区政府工作报告"
TEXT = f"{TITLE}\n\n2026年1月10日，在沙坪坝区第十九届人民代表大会第六次会议上，区长作政府工作报告。\n\n" + (
    "今年经济社会发展的主要预期目标是：地区生产总值增长6%左右，固定资产投资增长8%以上，"
    "社会消费品零售总额增长7%。我们要坚持稳中求进工作总基调，扎实推动高质量发展。\n" * 3
)


@pytest.fixture
def gongbao(tmp_path: Path) -> Gongbao:
    return Gongbao(tmp_path / "data", {})


def test_a_file_with_a_name_in_gbk_is_imported_like_any_other(gongbao: Gongbao, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.txt").write_text("not a report, but a text all the same. " * 20, encoding="utf-8")
    Path(os.fsdecode(os.fsencode(folder) + b"/" + "工作报告.txt".encode("gbk"))).write_text(TEXT, "utf-8")
    image = Path(os.fsdecode(os.fsencode(folder) + b"/" + "附图.txt".encode("gbk")))
    image.write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    done = gongbao("import", str(folder), code=1)
    assert "工作报告.txt: NewVersion: doc/" in done.stdout
    assert "\n2 of 3 read; 2 new reports" in done.stdout
    [line] = done.stderr.splitlines()
    assert "附图.txt" in line
    assert len(gongbao.json("reports")) == 2
    again = gongbao("import", str(folder), code=1)
    assert "0 new reports, 0 new targets, 0 events" in again.stdout


def test_what_the_terminal_cannot_print_is_escaped(gongbao: Gongbao, tmp_path: Path) -> None:
    """An emoji under GBK: JSON stays JSON, and no command ends in a traceback."""
    file = tmp_path / "report😀.txt"
    file.write_text(TEXT.replace("6%左右", "6%左右😀"), encoding="utf-8")
    gongbao.settings = {"PYTHONIOENCODING": "gbk"}
    read = gongbao("extract", "--json", "--body", str(file))
    assert read.stderr == ""
    assert "😀" in json.loads(read.stdout)["body"]
    assert gongbao("extract", str(file)).stderr == ""
    assert "report\\ud83d\\ude00.txt: NewVersion" in gongbao("import", str(file)).stdout
    [key] = [report["key"] for report in gongbao.json("reports")]
    listed = gongbao("evidence", "--format", "csv", key)
    assert listed.stderr == ""
    [_, row] = csv.reader(io.StringIO(listed.stdout))
    assert any("2026" in cell for cell in row)


def test_csv_of_what_the_terminal_cannot_print_stays_csv() -> None:
    """In a started process: what a terminal can print is settled when Python starts."""
    records = "({'title': '工作报告😀', 'year': 2026}, {'title': '鎔', 'year': 2025})"
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import gongbao; from alerts.listing.table import *; gongbao._print_anything();"
            f"print(*pieces([Listing((), ('title', 'year'), {records})], Format.CSV), sep='', end='')",
        ],
        env=os.environ | {"PYTHONIOENCODING": "gbk"},
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    rows = list(csv.reader(io.StringIO(said.stdout.decode("gbk"))))
    assert rows == [["title", "year"], ["工作报告\\ud83d\\ude00", "2026"], ["鎔", "2025"]]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to write to")
@pytest.mark.parametrize("command", ["settings", "indicators --format json", "indicators", "--help"])
def test_output_to_a_full_disk_is_said(gongbao: Gongbao, command: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m gongbao {command} > /dev/full"],
        env=gongbao.environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "gongbao: writing the output: No space left on device\n")


@pytest.mark.parametrize(
    "command",
    [
        "settings",
        "indicators",
        "indicators --format json",
        "sources list",
        "--help",
        "reports --help",
        "--version",
    ],
)
def test_output_that_nobody_reads_any_more_is_no_fault(gongbao: Gongbao, command: str) -> None:
    """The pipe is closed before the command starts."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "gongbao", *command.split()],
        env=gongbao.environment,
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_data_folder_that_cannot_be_written_to_is_said(gongbao: Gongbao, tmp_path: Path) -> None:
    """Mounted read-only, as a container may find it: by `up` before anything starts, and by `doctor`."""
    folder = tmp_path / "data"
    folder.mkdir()
    mount = f"mount -t tmpfs -o ro none {shlex.quote(str(folder))}"
    if subprocess.run(["unshare", "-m", "sh", "-c", mount], capture_output=True, check=False).returncode:
        pytest.skip("this user may mount nothing")

    def run(*args: str) -> subprocess.CompletedProcess[bytes]:
        words = shlex.join([sys.executable, "-m", "gongbao", *args])
        return subprocess.run(
            ["unshare", "-m", "sh", "-c", f"{mount} && exec {words}"],
            env=gongbao.environment,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )

    up = run("up")
    assert (up.returncode, up.stdout) == (2, b"")
    [line] = up.stderr.decode().splitlines()
    assert f"data folder {folder}: Read-only file system" in line
    assert "GONGBAO_DATA_DIR" in line
    findings = {f["about"]: f for f in json.loads(run("doctor", "--json").stdout)}
    assert findings["data folder"]["level"] == "fault"
    assert "Read-only file system" in findings["data folder"]["text"]


@pytest.mark.parametrize("command", ["up", "serve"])
@pytest.mark.parametrize("host", ["127.0.0.1", "host.invalid"])
def test_where_a_web_server_cannot_listen_is_said(gongbao: Gongbao, command: str, host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        where = {"GONGBAO_WEB_HOST": host, "GONGBAO_WEB_PORT": port}
        [line] = Gongbao(gongbao.folder, {**gongbao.settings, **where})(command, code=2).stderr.splitlines()
    assert f"{host}:{port} cannot be listened on" in line
    assert "GONGBAO_WEB_PORT" in line


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"GONGBAO_MONITOR_PORT": "65533"}, "the roles take 65533 to 65536"),
        ({"GONGBAO_MONITOR_PORT": "{port}"}, "nor be GONGBAO_WEB_PORT"),
        ({"GONGBAO_OCR": "true", "PATH": "/nonexistent"}, "no tesseract on the PATH"),
    ],
)
def test_up_ends_at_what_would_end_a_role_again_and_again(
    gongbao: Gongbao, wrong: dict[str, str], says: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
    settings = {name: value.format(port=port) for name, value in wrong.items()}
    told = Gongbao(gongbao.folder, {**gongbao.settings, "GONGBAO_WEB_PORT": port, **settings})
    [line] = told("up", code=2).stderr.splitlines()
    assert says in line


def test_ctrl_c_while_the_command_is_loaded_shows_no_traceback() -> None:
    """In a started process: this one has loaded it."""
    interrupts = (
        "import os, signal, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'typer':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "import gongbao\n"
    )
    done = subprocess.run([sys.executable, "-c", interrupts], capture_output=True, timeout=PATIENCE)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_ctrl_c_is_as_it_was_when_the_command_is_loaded() -> None:
    before = signal.getsignal(signal.SIGINT)
    with ended_by_interrupt():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("times", [1, 2])
def test_what_is_told_to_end_while_it_connects_ends_with_143(times: int) -> None:
    """A connection is made in a group of tasks, in which an exception becomes one of a group."""
    done: list[str] = []

    async def connects() -> None:
        try:
            async with create_task_group():
                for _ in range(times):
                    os.kill(os.getpid(), signal.SIGTERM)
                    await asyncio.sleep(0)
                await asyncio.sleep(PATIENCE)
        finally:
            await asyncio.sleep(0)
            done.append("cleared")

    with pytest.raises(SystemExit) as ended:
        run_till_done(connects())
    assert (ended.value.code, done) == (143, ["cleared"])
