"""What one process of a run has compiled, the others find on disk. Not a test file.

pytest puts the values of its parts into each assertion, and to compile a test file that way takes longer
than all else that is done to import it. Every process of a run imports all files; so each begins elsewhere
in their row.
"""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import suppress

import pytest

# A fresh checkout would be compiled anew by every process, and by all that they start.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    worker = getattr(session.config, "workerinput", None)  # of pytest-xdist
    if worker is None or session.config.args != session.config.getini("testpaths"):
        return
    files = [
        file
        for path in session.config.args
        for file in sorted((session.config.rootpath / path).glob("test_*.py"))
    ]
    number = int(worker["workerid"].removeprefix("gw"))
    begin = len(files) * number // worker["workercount"] % len(files)
    for file in files[begin:] + files[:begin]:
        with suppress(Exception, pytest.skip.Exception):  # it is told when the file is collected
            importlib.import_module(file.stem)
