"""A worker process for the tests: the real one, but for an extractor that does what the text tells it.

`python worker_process.py FOLDER [spawn] [scans]`, or `work` in a fork (forked.py); settings in GONGBAO_*. A
text that contains 等待 reports its work-horse's pid in FOLDER/started and waits for FOLDER/go; one with 杀死
kills its process, one with 循环 never comes to an end, one with 膨胀 takes a lot of memory.
"""

from __future__ import annotations

import ctypes
import os
import re
import signal
import sys
import time
from pathlib import Path

from ingest.model import Extraction, Kind, Region
from ingest.settings import load_settings
from ingest.telemetry import log
from workers import horse, main
from workers.targets.extract import extract


class Obedient:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, body: str, *, year: int | None, kind: Kind, region: Region | None) -> Extraction:
        if "杀死" in body:
            os.kill(os.getpid(), signal.SIGKILL)
        if "循环" in body:
            re.fullmatch(r"(?:a|a)+b", "a" * 60)
        if "膨胀" in body:
            assert b"x" * (horse.GROWN + 2**20)
        if "等待" in body:
            started = self.folder / "started.new"
            started.write_text(str(os.getpid()))
            started.rename(self.folder / "started")
            deadline = time.monotonic() + 60
            while not (self.folder / "go").exists() and time.monotonic() < deadline:
                time.sleep(0.01)
        return extract(body, year=year, kind=kind, region=region)


def die_with_the_tests() -> None:
    """A test run that is killed must not leave workers behind (Linux: PR_SET_PDEATHSIG)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def work(folder: str, *more: str) -> None:
    """Be the worker."""
    die_with_the_tests()
    settings = load_settings()
    log.configure("json", settings.log_level)
    if "spawn" in more:
        sys.exit(
            main.run(settings, kind=horse.SpawningWorker, duty=main.SCANS if "scans" in more else main.TEXTS)
        )
    sys.exit(main.run(settings, extractor=Obedient(Path(folder))))


if __name__ == "__main__":
    work(*sys.argv[1:])
