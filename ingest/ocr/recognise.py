"""Recognise a scan in a process of its own, within limits of pages, time and memory.

Pictures are opened and drawn by native code, and the engine is native code: when one of them dies, that is a
typed error on one document. What pages are is pictures.py, what stands on them tesseract.py; the process runs
`main` of this file.
"""

from __future__ import annotations

import base64
import io
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ingest.attachments.choice import Candidate, chosen
from ingest.attachments.kinds import ARCHIVES, AttachmentKind, kind_of
from ingest.attachments.names import file_name
from ingest.attachments.paragraphs import Line
from ingest.attachments.sandbox import limit_process, read_kind
from ingest.errors import GongbaoError, NotADocument, ReadingEnded, Scan, TooLarge
from ingest.ocr.pages import Scanned, ScannedLine, ScannedPage
from ingest.page.charset import printable

MAY_BE_SCANS = frozenset({AttachmentKind.PDF, AttachmentKind.OFD, AttachmentKind.IMAGE}) | ARCHIVES
MOST_BYTES = 100 * 2**20  # of all pictures of a document together, as they are kept
CPU_SECONDS = 900  # of each process: the one that draws, and the engine for one page
_QUALITY = 75  # of the pictures that are kept, JPEG
_START = "import sys; sys.path[:] = sys.argv[4:]; from ingest.ocr.recognise import main; main()"
_ERRORS: dict[str, type[GongbaoError]] = {e.__name__: e for e in (NotADocument, ReadingEnded, TooLarge)}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may take."""

    pages: int = 100
    seconds: float = 1800.0


def recognise(
    raw: bytes, name: str, engine: str, limits: Limits = Limits(), content_type: str | None = None
) -> Scanned:
    """The pages of a scan. `engine`: what engine() says. Raises NotADocument, TooLarge, ReadingEnded."""
    kind = kind_of(raw, name, content_type)
    what = f"reading {file_name(None, name) or printable(name) or 'a scan'} by OCR"
    if kind not in MAY_BE_SCANS:
        raise NotADocument(f"{what}: {kind.label} holds no scanned pages")
    try:
        child = subprocess.Popen(  # noqa: S603  (our own interpreter and code)
            [sys.executable, "-c", _START, kind.value, str(limits.pages), what, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # the engine ends with it
        )
    except OSError as exc:
        raise NotADocument(f"{what}: no reader could be started ({exc})") from exc
    with child:
        try:
            out, err = child.communicate(raw, timeout=limits.seconds)
        except subprocess.TimeoutExpired as exc:
            raise ReadingEnded(
                f"{what}: not done after {limits.seconds:g} s (GONGBAO_OCR_SECONDS), and ended"
            ) from exc
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
    return _answer(out, err, child.returncode, what, engine)


def _answer(out: bytes, err: bytes, code: int, what: str, engine: str) -> Scanned:
    """What the process wrote: a page a line, then that it is done, or the error that it met."""
    pages: list[ScannedPage] = []
    for line in out.splitlines():
        with suppress(ValueError):  # torn where the process was stopped
            told: dict[str, Any] = json.loads(line)
            if "error" in told:
                raise _ERRORS.get(told["error"], NotADocument)(told["message"])
            if "done" in told:
                return Scanned(tuple(pages), engine)
            pages.append(_page(told))
    how = f"signal {-code}" if code < 0 else f"exit {code}"
    last = err.decode("utf-8", "replace").strip().rpartition("\n")[2][:200]
    raise NotADocument(f"{what}: page {len(pages) + 1} stopped its reader ({how}) {last}".rstrip())


def _page(told: dict[str, Any]) -> ScannedPage:
    lines = tuple(ScannedLine(Line(*line), tuple(sure)) for line, sure in told["lines"])
    return ScannedPage(lines, base64.b64decode(told["picture"]))


def main() -> None:
    """The reading process: bytes on stdin, JSON objects on stdout, one a line."""
    kind, most, what = AttachmentKind(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    raw = sys.stdin.buffer.read()
    limit_process(cpu_seconds=CPU_SECONDS)
    try:
        answer: dict[str, Any] = {"done": _read(kind, raw, most, what)}
    except GongbaoError as exc:
        answer = {"error": exc.code, "message": str(exc)}
    except (MemoryError, RecursionError) as exc:
        answer = {"error": "TooLarge", "message": f"{what}: reading it takes too much ({type(exc).__name__})"}
    _say(answer)
    os._exit(0)  # native code may stumble while it is torn down; the answer is out


def _read(kind: AttachmentKind, raw: bytes, most: int, what: str) -> int:
    from ingest.ocr.pictures import DPI, pictures
    from ingest.ocr.tesseract import lines_in

    if kind in ARCHIVES:
        kind, raw, what = _scan_in(kind, raw, what)
    count = size = 0
    for picture in pictures(raw, kind, most, what):
        count += 1
        kept = io.BytesIO()
        picture.save(kept, "JPEG", quality=_QUALITY)
        size += len(kept.getvalue())
        if size > MOST_BYTES:
            raise TooLarge(f"{what}: its pictures are more than {MOST_BYTES} bytes together")
        lines = lines_in(picture, DPI, f"{what}, page {count}")
        _say(
            {
                "lines": [
                    (
                        (one.line.text, one.line.left, one.line.right, one.line.em, one.line.y, one.line.row),
                        one.confidence,
                    )
                    for one in lines
                ],
                "picture": base64.b64encode(kept.getvalue()).decode(),
            }
        )
    return count


def _scan_in(kind: AttachmentKind, raw: bytes, what: str) -> tuple[AttachmentKind, bytes, str]:
    """The scan in an archive that has no other report: its kind, its bytes, what it is called in messages."""
    from ingest.attachments.archive import read_archive

    scans: list[tuple[AttachmentKind, bytes, str]] = []

    def read(inner: AttachmentKind, content: bytes, said: str) -> list[str]:
        try:
            return read_kind(inner, content, said)
        except Scan:
            scans.append((inner, content, said))
            raise

    with suppress(GongbaoError):  # as the reader of texts said already
        read_archive(kind, raw, what, "", read)
    candidates = [Candidate(said.removeprefix(f"{what}: ").removesuffix(" in it"), ()) for *_, said in scans]
    found = chosen(candidates, what)
    if not found:
        raise NotADocument(f"{what}: {kind.label} holds no scanned pages")
    if len(found) > 1:
        raise NotADocument(f"{what}: which of its {len(found)} scans is the report is not said")
    return scans[candidates.index(found[0])]


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()
