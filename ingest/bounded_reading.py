"""Read in processes that can be stopped: a reading that takes too long ends with its process, not with ours.

CPython holds its lock while an expression is matched, so neither a thread nor a signal handler of the same
process can end a reading. What is read, and how, is reading.py and sources/; who asks, follow.py and poll.py.

A reader is started at the first question and kept: a question costs the way of its bytes and of the answer
through a pipe. The processor time of each reading is bounded by a timer of the kernel (SIGPROF, which kills);
whoever asks bounds the time by the clock, for a reading that waits for something.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import IO, Any, ParamSpec, Protocol, TypeVar

from ingest.errors import GongbaoError, ReadingEnded, place_of

P = ParamSpec("P")
T = TypeVar("T")

SECONDS = 60.0  # of processor time
READERS = 2  # processes: a long reading must not keep all others waiting
_BY_THE_CLOCK = 4  # times as long: other processes need the machine, too
_ATTACHMENT = 60.0  # seconds that a file's own reader may take beside (attachments/sandbox.py)

_START = (
    "import sys; sys.path[:] = sys.argv[1:]; "
    "from ingest.process.lean_imports import import_lean; import_lean(); "
    "from ingest.bounded_reading import main; main()"
)
_LENGTH = struct.Struct(">Q")


class Reader(Protocol):
    """Calls a function of ours with what came from outside, maybe in another process."""

    async def __call__(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T: ...


async def here(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """A Reader without a bound: in a thread of this process."""
    return await asyncio.to_thread(function, *args, **kwargs)


class ReaderProcesses:
    """A Reader with a bound: functions, arguments and results must be such that `pickle` takes them.

    Raises what the function raises, and ReadingEnded where the reading takes longer than `seconds` of
    processor time or its process dies. Safe to share between tasks and threads; to be closed.
    """

    def __init__(self, seconds: float = SECONDS, readers: int = READERS) -> None:
        self.seconds = seconds
        self._threads = ThreadPoolExecutor(readers, thread_name_prefix="reader")
        self._idle: list[_Process] = []
        self._all: set[_Process] = set()
        self._lock = threading.Lock()
        self._closed = False

    async def __call__(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        # Threads of its own: those that wait for a reader must not keep the database waiting.
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: self.read(function, *args, **kwargs))

    def read(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As the call, without an event loop."""
        process = self._taken()
        try:
            answer = process.ask((self.seconds, function, args, kwargs), self.seconds)
        except BaseException:
            with self._lock:
                self._all.discard(process)
            process.end()
            raise
        with self._lock:
            self._idle.append(process)
        failed, value = answer
        if failed:
            raise value
        result: T = value
        return result

    def close(self) -> None:
        with self._lock:
            self._closed = True
            every = list(self._all)
        for process in every:
            process.end()
        self._threads.shutdown(cancel_futures=True)

    def _taken(self) -> _Process:
        with self._lock:
            if self._closed:
                raise ReadingEnded("reading: this process is about to end")
            while self._idle:
                process = self._idle.pop()
                if process.lives():
                    return process
                self._all.discard(process)
                process.end()
            process = _Process()
            self._all.add(process)
            return process


class _Process:
    """One reader: one question at a time."""

    def __init__(self) -> None:
        try:
            self._child = subprocess.Popen(  # noqa: S603  (our own interpreter and code)
                [sys.executable, "-c", _START, *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,  # what it starts ends with it; a Ctrl-C is for its parent
            )
        except OSError as exc:
            raise ReadingEnded(f"reading: no reader could be started ({exc})") from exc
        self._ending = threading.Lock()

    def lives(self) -> bool:
        """Whether it waits for a question; who dies closes its end. It is not reaped here: its number is its
        own until then."""
        assert self._child.stdout is not None
        return not select.select([self._child.stdout], [], [], 0)[0]

    def ask(self, question: object, seconds: float) -> tuple[bool, Any]:
        """(whether it failed, the result or the error). Raises ReadingEnded."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        until = time.monotonic() + _BY_THE_CLOCK * seconds + _ATTACHMENT
        try:
            _write(self._child.stdin, question)
            return _answer(self._child.stdout, until)
        except TimeoutError as exc:
            raise ReadingEnded(
                f"reading: not done after {_BY_THE_CLOCK * seconds + _ATTACHMENT:g} s, and ended"
            ) from exc
        except (EOFError, BrokenPipeError) as exc:
            self.end()
            code = self._child.returncode
            if code == -signal.SIGPROF:
                raise ReadingEnded(
                    f"reading: not done after {seconds:g} s of processor time, and ended"
                ) from exc
            how = f"signal {-code}" if code < 0 else f"exit {code}"
            raise ReadingEnded(f"reading: what came stopped its reader ({how})") from exc

    def end(self) -> None:
        """It and what it has started; before it is reaped, when its number may be another's."""
        with self._ending:
            if self._child.returncode is None:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._child.pid, signal.SIGKILL)
                self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


# --- both ends of the pipe -------------------------------------------------------------------


def _write(pipe: IO[bytes], value: object) -> None:
    """At once: each part that arrives alone wakes the process at the other end, which costs more than to
    write it."""
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(data)) + data)
    pipe.flush()


def _answer(pipe: IO[bytes], until: float) -> tuple[bool, Any]:
    """The only one that is on its way. Raises TimeoutError, EOFError."""
    came, whole = bytearray(), _LENGTH.size
    while len(came) < whole:
        if not select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
            raise TimeoutError
        part = os.read(pipe.fileno(), 2**20)
        if not part:
            raise EOFError
        came += part
        if len(came) >= _LENGTH.size:
            whole = _LENGTH.size + _LENGTH.unpack_from(came)[0]
    answer: tuple[bool, Any] = pickle.loads(memoryview(came)[_LENGTH.size :])  # noqa: S301  (of our own process)
    return answer


@contextmanager
def ending_this_process_after(seconds: float) -> Iterator[None]:
    """Let the kernel kill this process when what is done here takes so much processor time."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def main() -> None:
    """The reading process: questions on stdin, answers on stdout, until its parent is gone."""
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not answer
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    while head := questions.read(_LENGTH.size):
        (length,) = _LENGTH.unpack(head)
        seconds, function, args, kwargs = pickle.loads(questions.read(length))  # noqa: S301  (of our parent)
        try:
            with ending_this_process_after(seconds):
                answer: tuple[bool, object] = (False, function(*args, **kwargs))
        except Exception as exc:
            answer = (True, _sendable(exc))
        _write(answers, answer)


def _sendable(exc: Exception) -> Exception:
    """An error as it is, with the place of one that is none of ours. Some cannot be made anew at
    the other end."""
    if isinstance(exc, GongbaoError):
        return exc
    place, lines = place_of(exc), "".join(traceback.format_tb(exc.__traceback__))
    try:
        pickle.loads(pickle.dumps(exc))  # noqa: S301  (what we have just made)
    except Exception:
        exc = RuntimeError(f"{type(exc).__name__}: {exc}")
    exc.add_note(f"in the reader:\n{lines}")
    exc.raised_at = place  # type: ignore[attr-defined]
    return exc
