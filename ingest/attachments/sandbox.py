"""Read a stranger's file in a process of its own, with limits on memory, time and files.

pdfium is native code, and a parser can be made to eat memory. When the reader dies, that is a typed error on
one document. How a kind is read is a module of its own (_READERS); the process runs `main` of this file.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from ingest.attachments.kinds import ARCHIVES, AttachmentKind, kind_of
from ingest.attachments.names import file_name, path_of
from ingest.errors import GongbaoError, Locked, NotADocument, Scan, TooLarge
from ingest.page.charset import decode, printable

MEMORY = 1024 * 2**20  # bytes of address space
CPU_SECONDS = 30
WALL_SECONDS = 60.0
FILES = 64  # open at once
_at_once = threading.BoundedSemaphore(2)  # readers, whoever asks: their memory adds up

_ERRORS: dict[str, type[GongbaoError]] = {error.__name__: error for error in (Locked, Scan, TooLarge)}
_READERS = {
    AttachmentKind.DOCX: ("docx", "read_docx"),
    AttachmentKind.WORD_XML: ("docx", "read_word_xml"),
    AttachmentKind.DOC: ("doc", "read_doc"),
    AttachmentKind.WPS: ("doc", "read_doc"),
    AttachmentKind.PDF: ("pdf", "read_pdf"),
    AttachmentKind.OFD: ("ofd", "read_ofd"),
    AttachmentKind.XLSX: ("xlsx", "read_xlsx"),
    AttachmentKind.XLS: ("xls", "read_xls"),
    AttachmentKind.SHEET_XML: ("sheet_xml", "read_sheet_xml"),
    AttachmentKind.CSV: ("delimited", "read_csv"),
    AttachmentKind.RTF: ("rtf", "read_rtf"),
}
READ_KINDS = ARCHIVES | _READERS.keys()
"""The kinds whose text is read; of the others it is said that they are not."""
_UNREAD = "it is archived, and its text is not read; docs/sources.md says what is"
_UNPRINTABLE = re.compile("[\x00-\x1f\ud800-\udfff]")
_START = "import sys; sys.path[:] = sys.argv[4:]; from ingest.attachments.sandbox import main; main()"


@dataclass(frozen=True, slots=True)
class FileText:
    """The lines of a file; `within`: what the file is called in the archive that was opened for it."""

    lines: list[str]
    within: str = ""


def read_attachment(
    raw: bytes, name: str = "", content_type: str | None = None, wanted: str = ""
) -> FileText:
    """The text of a file of one of READ_KINDS.

    `name` is its name or address, for messages and where bytes are silent. `wanted`: the title of what is
    looked for, where an archive holds several files.

    Raises NotADocument for every other kind, and for a file that is torn or stops its reader; Locked, Scan;
    TooLarge for one that would outgrow the limits.
    """
    kind = kind_of(raw, name, content_type)
    what = f"reading {file_name(None, name) or printable(name) or 'an attachment'}"
    if kind is AttachmentKind.PAGE:
        if not path_of(name).lower().endswith(".txt"):
            raise NotADocument(f"{what}: a page or plain text came instead of a document")
        return FileText(_plain_lines(raw, what, content_type))
    if kind not in READ_KINDS:
        if kind is AttachmentKind.LOCKED:
            raise Locked(f"{what}: {kind.label}")
        if kind is AttachmentKind.IMAGE:
            raise Scan(f"{what}: {kind.label}, which may be a page of a scan; it holds no text")
        raise NotADocument(f"{what}: {kind.label}; {_UNREAD}")
    try:
        with _at_once:
            done = subprocess.run(  # noqa: S603  (our own interpreter and code)
                [
                    sys.executable,
                    "-c",
                    _START,
                    kind.value,
                    what,
                    _UNPRINTABLE.sub("", wanted or name),
                    *sys.path,
                ],
                input=raw,
                capture_output=True,
                timeout=WALL_SECONDS,
                check=False,
                env={"PATH": os.environ.get("PATH", ""), "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8"},
            )
    except subprocess.TimeoutExpired as exc:
        raise NotADocument(f"{what}: {kind.label}, not read after {WALL_SECONDS:g} s") from exc
    except OSError as exc:
        raise NotADocument(f"{what}: {kind.label}, but no reader could be started ({exc})") from exc
    return _answer(done, kind, what)


def _answer(done: subprocess.CompletedProcess[bytes], kind: AttachmentKind, what: str) -> FileText:
    """What the reader wrote: a text, or the error that it met. No answer means that it was stopped."""
    try:
        told: dict[str, Any] = json.loads(done.stdout)
    except ValueError as exc:
        how = f"signal {-done.returncode}" if done.returncode < 0 else f"exit {done.returncode}"
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:200]
        raise NotADocument(f"{what}: {kind.label} that stopped its reader ({how}) {last}".rstrip()) from exc
    if "lines" in told:
        return FileText([str(line) for line in told["lines"]], str(told["within"]))
    raise _ERRORS.get(told["error"], NotADocument)(told["message"])


def main() -> None:
    """The reading process: bytes on stdin, one JSON object on stdout."""
    kind, what, wanted = AttachmentKind(sys.argv[1]), sys.argv[2], sys.argv[3]
    raw = sys.stdin.buffer.read()
    limit_process()
    try:
        within = ""
        if kind in ARCHIVES:
            from ingest.attachments.archive import read_archive

            lines, within = read_archive(kind, raw, what, wanted, read_kind)
        else:
            lines = read_kind(kind, raw, what)
        answer: dict[str, Any] = {"lines": lines, "within": within}
    except GongbaoError as exc:
        answer = {"error": exc.code, "message": str(exc)}
    except (MemoryError, RecursionError) as exc:
        answer = {"error": "TooLarge", "message": f"{what}: reading it takes too much ({type(exc).__name__})"}
    sys.stdout.write(json.dumps(answer))  # ASCII: whatever the text holds
    sys.stdout.flush()
    os._exit(0)  # native code may stumble while it is torn down; the answer is out


def read_kind(kind: AttachmentKind, raw: bytes, what: str) -> list[str]:
    """The lines of a file that is no archive, in this very process."""
    if kind is AttachmentKind.PAGE:  # only what is called a file is opened
        return _plain_lines(raw, what)
    if kind not in _READERS:
        raise NotADocument(f"{what}: {kind.label}; {_UNREAD}")
    # Imported here: a process loads what its file needs, and nothing before its limits hold.
    module, function = _READERS[kind]
    lines: list[str] = getattr(import_module(f"ingest.attachments.{module}"), function)(raw, what)
    return lines


def _plain_lines(raw: bytes, what: str, content_type: str | None = None) -> list[str]:
    if raw.lstrip()[:1] == b"<":
        raise NotADocument(f"{what}: a page came instead of a text")
    return decode(raw, content_type).splitlines()


def limit_process(cpu_seconds: int = CPU_SECONDS) -> None:
    """No more memory, time or files than a document needs, and none written, for this process and each that
    it starts. Windows has no such limits."""
    if sys.platform == "win32":
        return
    import resource

    for which, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, FILES),
    ):
        _, hard = resource.getrlimit(which)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(which, (most, most))
        except (ValueError, OSError) as exc:  # macOS refuses RLIMIT_AS now and then
            sys.stderr.write(f"limit {which} not set: {exc}\n")
