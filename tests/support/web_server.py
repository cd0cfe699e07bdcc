"""A real HTTP server on loopback that answers as scripted, well or badly. Not a test file.

    with WebServer() as server:
        server.page("/a.html", "<p>…")                   # a good answer
        server.page("/old", status=301, location="/a.html")
        server.script("/drip", lambda wire: …)           # any bytes at all, at any pace
        server.url("/a.html"); server.seen               # what was asked, and when

A script gets a `Wire` and writes what it likes; the connection closes when it returns. Waiting is
`wire.pause(seconds)`, which ends early when the server stops.
"""

from __future__ import annotations

import contextlib
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Self

Script = Callable[["Wire"], None]


@dataclass
class Seen:
    """One request; times are of time.monotonic(). `answered`: just before `Wire.answer` sent its bytes."""

    path: str
    headers: Mapping[str, str]
    started: float
    method: str = "GET"
    body: bytes = b""
    answered: float | None = None


@dataclass
class Wire:
    """The connection of one request."""

    sock: socket.socket
    seen: Seen
    stopping: threading.Event = field(repr=False)

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def answer(self, body: bytes = b"", status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """A proper answer with Content-Length, unless `headers` names one."""
        lines = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))}
        lines |= headers or {}
        try:
            phrase = HTTPStatus(status).phrase
        except ValueError:
            phrase = "Odd"
        head = f"HTTP/1.1 {status} {phrase}\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items())
        self.seen.answered = time.monotonic()
        self.send(head.encode("latin-1") + b"Connection: close\r\n\r\n" + body)

    def chunk(self, data: bytes) -> None:
        self.send(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def pause(self, seconds: float) -> None:
        """Wait, and break off when the server stops."""
        if self.stopping.wait(seconds):
            raise ConnectionAbortedError("the server stops")

    def reset(self) -> None:
        """Break the connection with a TCP RST."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


def _not_here(wire: Wire) -> None:
    wire.answer(b"not here", 404)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, owner: WebServer) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        # The reader breaks off as soon as it has had enough: that is what is tested.
        with contextlib.suppress(OSError):
            self.server.owner.serve(self.request)


class WebServer:
    """Serves until the `with` block ends. `seen` holds the requests in the order in which they came."""

    def __init__(self) -> None:
        self._pages: dict[str, Script] = {}
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self.seen: list[Seen] = []
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"http://{self.host}{path}"

    def paths(self) -> list[str]:
        """What was asked, without robots.txt."""
        return [seen.path for seen in self.seen if seen.path != "/robots.txt"]

    def page(
        self,
        path: str,
        body: str | bytes = b"",
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        location: str | None = None,
    ) -> None:
        """Answer `path` so from now on; an unknown path is a 404."""
        content = body.encode() if isinstance(body, str) else body
        lines = dict(headers or {}) | ({"Location": location} if location is not None else {})
        self.script(path, lambda wire: wire.answer(content, status, lines))

    def script(self, path: str, script: Script) -> None:
        self._pages[path] = script

    def serve(self, sock: socket.socket) -> None:
        started = time.monotonic()
        head = b""
        while b"\r\n\r\n" not in head:
            piece = sock.recv(65536)
            if not piece:
                return
            head += piece
            if head.startswith(b"\x16"):  # a TLS ClientHello: the script of the path "" answers it
                self._pages[""](Wire(sock, Seen("", {}, started), self._stopping))
                return
        head, body = head.split(b"\r\n\r\n", 1)
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        while len(body) < int(headers.get("content-length", "0")):
            body += sock.recv(65536)
        seen = Seen(path, headers, started, method, body)
        with self._lock:
            self.seen.append(seen)
        script = self._pages.get(path, _not_here)
        script(Wire(sock, seen, self._stopping))
