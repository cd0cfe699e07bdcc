"""`--processes N`: files of tests are shared among processes that are forked when all is collected.

Not a test file.

To load the program and collect its tests takes longer than most files of them; here it is done once, and each
process goes on from there. It asks for a file when it is about to end one, and hands each report to the one
that has collected, which shows it as pytest always does. What a session sets up, each process has for itself.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any, NoReturn

import pytest

_OPTION = "--processes"


def add_option(parser: pytest.Parser) -> None:
    parser.addoption(
        _OPTION, type=int, default=1, metavar="N", help="processes that share the files of tests"
    )


def is_shared(session: pytest.Session) -> bool:
    several: bool = session.config.getoption(_OPTION) > 1
    return several and not session.testsfailed and not session.config.option.collectonly


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    if not is_shared(session):
        return None
    files = [list(items) for _, items in groupby(session.items, key=lambda item: item.path)]
    helpers: list[_Helper] = []
    session.config.get_terminal_writer().flush()  # or else each of them would say it again
    for _ in range(min(session.config.getoption(_OPTION), len(files))):
        here, there = Pipe()
        if (pid := _fork()) == 0:
            for connection in (here, *(helper.connection for helper in helpers)):
                connection.close()
            return _help(session, files, there)
        there.close()
        helpers.append(_Helper(here, pid))
    try:
        ended = _hand_out(session, helpers, iter(range(len(files))))
    finally:  # who has more to say finds nobody who listens, and ends
        for helper in helpers:
            helper.connection.close()
        for helper in helpers:
            os.waitpid(helper.pid, 0)
    if ended < len(session.items):
        _fail(session, f"{len(session.items) - ended} tests were not run to their end")
    return True


def _fork() -> int:
    with warnings.catch_warnings():  # libraries may have threads, which wait for work yet
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


# --- in the process that has collected -----------------------------------------------------


@dataclass
class _Helper:
    """`testing`: the node id of the test at hand; "" before the first and after the last."""

    connection: Connection[Any, Any]
    pid: int
    testing: str = field(default="")


def _hand_out(session: pytest.Session, helpers: list[_Helper], numbers: Iterator[int]) -> int:
    """Give out files and tell what is reported until all helpers are gone; how many tests have ended."""
    ended = 0
    at_work = {helper.connection: helper for helper in helpers}
    while at_work:
        for connection in wait(list(at_work)):
            helper = at_work[connection]
            try:
                said = connection.recv()
            except (EOFError, OSError):
                del at_work[connection]
                if helper.testing:
                    _fail(session, f"a process of the tests has died in {helper.testing}")
                continue
            if said is None:
                with suppress(OSError):  # it has died since: found at the next turn
                    connection.send(next(numbers, None))
            else:
                ended += said[0] == "pytest_runtest_logfinish"
                _tell(session.config, helper, *said)
            if session.shouldfail:
                raise session.Failed(session.shouldfail)
    return ended


def _fail(session: pytest.Session, why: str) -> NoReturn:
    session.shouldfail = why  # which is what the last lines of a run say
    raise session.Failed(why)


def _tell(config: pytest.Config, helper: _Helper, hook: str, said: dict[str, Any]) -> None:
    if hook == "pytest_runtest_logstart":
        helper.testing = said["nodeid"]
        return  # it would name the file before each test
    if hook == "pytest_runtest_logfinish":
        helper.testing = ""
    if hook == "pytest_runtest_logreport":
        said["report"] = config.hook.pytest_report_from_serializable(config=config, data=said["report"])
    told = getattr(config.hook, hook)
    if told.is_historic():
        told.call_historic(kwargs=said)
    else:
        told(**said)


# --- in a forked one -----------------------------------------------------------------------


def _help(session: pytest.Session, files: list[list[pytest.Item]], connection: Connection[Any, Any]) -> bool:
    """Run files till there are no more; what pytest does after its loop ends the process as any other."""
    config = session.config
    config.workerinput = {}  # type: ignore[attr-defined]  (the mark by which plugins know that they are not alone)
    for name in ("terminalreporter", "terminalprogress-plugin"):
        if config.pluginmanager.has_plugin(name):
            config.pluginmanager.unregister(name=name)
    capture = config.pluginmanager.getplugin("capturemanager")
    if capture.is_globally_capturing():  # in files whose place of writing all would share
        capture.stop_global_capturing()
        capture.start_global_capturing()
        capture.suspend_global_capture()
    config.pluginmanager.register(_Teller(session, connection))
    items = _given(files, connection)
    item = next(items, None)
    while item is not None:
        following = next(items, None)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
        item = following
    return True


def _given(files: list[list[pytest.Item]], connection: Connection[Any, Any]) -> Iterator[pytest.Item]:
    with suppress(EOFError, OSError):
        while True:
            connection.send(None)
            if (number := connection.recv()) is None:
                return
            yield from files[number]


class _Teller:
    """Hands on what pytest says of tests; a session that nobody listens to any more is stopped."""

    def __init__(self, session: pytest.Session, connection: Connection[Any, Any]) -> None:
        self._session = session
        self._connection = connection

    def pytest_runtest_logstart(self, nodeid: str, location: tuple[str, int | None, str]) -> None:
        self._say("pytest_runtest_logstart", nodeid=nodeid, location=location)

    def pytest_runtest_logfinish(self, nodeid: str, location: tuple[str, int | None, str]) -> None:
        self._say("pytest_runtest_logfinish", nodeid=nodeid, location=location)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        config = self._session.config
        data = config.hook.pytest_report_to_serializable(config=config, report=report)
        self._say("pytest_runtest_logreport", report=data)

    def pytest_warning_recorded(
        self, warning_message: warnings.WarningMessage, when: str, nodeid: str, location: tuple[str, int, str]
    ) -> None:
        found = warning_message
        plain = warnings.WarningMessage(str(found.message), found.category, found.filename, found.lineno)
        self._say(
            "pytest_warning_recorded", warning_message=plain, when=when, nodeid=nodeid, location=location
        )

    def _say(self, hook: str, **said: Any) -> None:
        try:
            self._connection.send((hook, said))
        except OSError:
            self._session.shouldstop = "the process that collected the tests has ended"
