"""Runs child processes and keeps them running. Knows nothing of what they do.

What dies is started again, with back-off, and said once; what ends its first life with the code `hopeless` is
not, and ends all. SIGTERM or SIGINT stops all, in the order in
which they were given: each is asked, all share one grace, then the rest is killed. Children run in
sessions of their own, so that Ctrl-C in a terminal reaches the supervisor only, and each child is asked
once. Their standard input is a pipe that closes when the supervisor is gone, by kill -9 too (parent_exit.py).
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

import structlog

from ingest.process.parent_exit import SUPERVISED

log = structlog.get_logger(__name__)

_SAME_REQUEST = 1.0  # seconds in which a second signal means the same as the first


@dataclass(frozen=True, slots=True)
class BackOff:
    """Seconds before a dead child is started again: `first`, doubled up to `most`; one that lived for
    `healthy` seconds begins anew."""

    first: float = 0.5
    most: float = 30.0
    healthy: float = 30.0

    def after(self, deaths: int) -> float:
        """The wait after so many early deaths in a row (1 for the first)."""
        return float(min(self.first * 2 ** min(deaths - 1, 20), self.most))


@dataclass(frozen=True, slots=True)
class _Died:
    name: str
    pid: int
    code: int


@dataclass(frozen=True, slots=True)
class _Asked:
    signum: int


@dataclass(slots=True)
class _Running:
    name: str
    argv: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    born: float = 0.0
    deaths: int = 0
    start_at: float | None = None
    lives: int = 0


class Supervisor:
    """Keeps the given commands running: `Supervisor({"poll": ["gongbao", "poll"], …}).run()`.

    `environment` is the whole environment of the children (None: ours), `own` what one of them has beside it,
    by name; `grace` the seconds that they have between SIGTERM and SIGKILL. `hopeless`: the exit code of a
    child that would end so each time (None: there is no such code).
    """

    def __init__(
        self,
        commands: Mapping[str, Sequence[str]],
        *,
        environment: Mapping[str, str] | None = None,
        own: Mapping[str, Mapping[str, str]] | None = None,
        grace: float = 30.0,
        back_off: BackOff | None = None,
        hopeless: int | None = None,
    ) -> None:
        self._running = {name: _Running(name, tuple(argv)) for name, argv in commands.items()}
        self._environment = {**(os.environ if environment is None else environment), SUPERVISED: "1"}
        self._own = own or {}
        self._grace = grace
        self._back_off = back_off or BackOff()
        self._hopeless = hopeless
        # A SimpleQueue may be put into from a signal handler.
        self._inbox: queue.SimpleQueue[_Died | _Asked] = queue.SimpleQueue()

    def pid(self, name: str) -> int | None:
        """The process id of a child while it runs."""
        process = self._running[name].process
        return process.pid if process else None

    def stop(self) -> None:
        """Ask run() to stop everything and return; from any thread."""
        self._inbox.put(_Asked(signal.SIGTERM))

    def run(self) -> int:
        """Start all and keep them running until a signal or stop(). The exit code: 0 when all stopped
        within the grace, 1 when one had to be killed, `hopeless` when a child ended so at its first start."""
        hopeless = None
        with self._signals():
            try:
                for running in self._running.values():
                    self._start(running)
                hopeless = self._watch()
            finally:
                killed = self._stop_all()
        return hopeless or (1 if killed else 0)

    def _watch(self) -> int | None:
        """Until all is to end; the code of a child that ended without hope."""
        while True:
            due = [r.start_at for r in self._running.values() if r.start_at is not None]
            wait = max(0.0, min(due) - time.monotonic()) if due else None
            try:
                message = self._inbox.get(timeout=wait)
            except queue.Empty:
                now = time.monotonic()
                for running in self._running.values():
                    if running.start_at is not None and running.start_at <= now:
                        self._start(running)
                continue
            match message:
                case _Asked(signum=signum):
                    log.info("stopping", signal=signal.Signals(signum).name)
                    return None
                case _Died(name=name, code=code) if self._is_hopeless(name, code):
                    _forget(self._running[name])
                    log.error("child cannot be started as it is; stopping", child=name, code=code)
                    return code
                case _Died():
                    self._bury(message)

    def _start(self, running: _Running) -> None:
        running.start_at = None
        running.born = time.monotonic()
        try:
            process = subprocess.Popen(  # noqa: S603  # the caller's own commands
                running.argv,
                env={**self._environment, **self._own.get(running.name, {})},
                stdin=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as exc:
            log.error("child does not start", child=running.name, error=str(exc))
            self._schedule(running)
            return
        running.process = process
        running.lives += 1
        threading.Thread(
            target=self._wait, args=(running.name, process), name=f"wait-{running.name}", daemon=True
        ).start()
        log.info("child started", child=running.name, pid=process.pid)

    def _wait(self, name: str, process: subprocess.Popen[bytes]) -> None:
        self._inbox.put(_Died(name, process.pid, process.wait()))

    def _bury(self, died: _Died) -> None:
        running = self._running[died.name]
        _forget(running)
        lived = time.monotonic() - running.born
        if lived >= self._back_off.healthy:
            running.deaths = 0
        wait = self._schedule(running)
        log.warning(
            "child died; starting it again",
            child=died.name,
            pid=died.pid,
            code=died.code,
            lived=round(lived, 1),
            seconds=wait,
        )

    def _is_hopeless(self, name: str, code: int) -> bool:
        """At its first start only: one that could be started before meets what will pass."""
        return code == self._hopeless and self._running[name].lives == 1

    def _schedule(self, running: _Running) -> float:
        running.deaths += 1
        wait = self._back_off.after(running.deaths)
        running.start_at = time.monotonic() + wait
        return wait

    def _stop_all(self) -> list[str]:
        """Ask each in order, wait for all together; the names of those that had to be killed."""
        alive = {name: r.process for name, r in self._running.items() if r.process is not None}
        for process in alive.values():
            process.terminate()
        began = time.monotonic()
        deadline = began + self._grace
        while alive:
            try:
                message = self._inbox.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                break
            match message:
                case _Asked():
                    if time.monotonic() - began < _SAME_REQUEST:
                        continue  # Ctrl-C and the shell's own SIGTERM: one wish
                    log.warning("asked twice: killing what is left", left=sorted(alive))
                    break
                case _Died(name=name):
                    alive.pop(name, None)
                    _forget(self._running[name])
        for name, process in alive.items():
            log.warning("child did not stop in time; killing it", child=name, pid=process.pid)
            process.kill()
            process.wait()
            _forget(self._running[name])
        return sorted(alive)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Signals become messages; only the main thread may have them."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def ask(signum: int, _frame: FrameType | None) -> None:
            self._inbox.put(_Asked(signum))

        former = {signum: signal.signal(signum, ask) for signum in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for signum, handler in former.items():
                signal.signal(signum, handler)


def _forget(running: _Running) -> None:
    """Its process has ended."""
    if running.process is not None and running.process.stdin is not None:
        running.process.stdin.close()
    running.process = None
