"""Open an archive (.zip, .rar, .7z) and read the file in it that is the report. Pure, but native code.

Counted while it is opened; names are compared and shown and never become paths. .zip is opened by the
standard library, the others by the system's libarchive, where there is one. Which file is the report is
choice.py, how a file is read sandbox.py.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import PurePosixPath

from ingest.attachments.choice import ANNEX, MOST_TABLES, REPORT, Candidate, chosen, names_targets
from ingest.attachments.container import MOST_ENTRIES, Counted, check, opened, translated
from ingest.attachments.kinds import ARCHIVES, AttachmentKind, kind_of
from ingest.attachments.names import decode_name, has_file_ending, has_sheet_ending
from ingest.errors import GongbaoError, Locked, NotADocument, TooLarge

MOST_DEPTH = 2  # archives in archives
_MOST_TRIED = 8  # files of an archive
_ENDINGS = (
    "docx",
    "pdf",
    "doc",
    "wps",
    "ofd",
    "xlsx",
    "xls",
    "et",
    "csv",
    "zip",
    "rar",
    "7z",
    "txt",
)  # the best first
_FORMATS = {b"Rar!\x1a\x07\x01": "rar5", b"Rar!": "rar", b"7z": "7zip"}
_UTF_8 = 0x800  # flag of an entry: its name is
_SHOWN = 5  # names in a message

Read = Callable[[AttachmentKind, bytes, str], list[str]]


def read_archive(
    kind: AttachmentKind, raw: bytes, what: str, wanted: str, read: Read, depth: int = 1
) -> tuple[list[str], str]:
    """The lines of the report with those of the tables of its targets behind it, and what its file is called.
    `wanted`: the title of the page that the archive hangs on, or its name; `read` reads a file that is no
    archive.

    Raises NotADocument (torn, nothing in it that is read, several reports), Locked, TooLarge.
    """
    names: list[str] = []
    candidates: list[Candidate] = []
    failed: list[GongbaoError] = []
    files: Iterable[tuple[str, bytes | NotADocument]] = (
        _zipped(raw, what, names) if kind is AttachmentKind.ZIP else _packed(raw, what, names)
    )
    for name, content in files:
        if isinstance(content, NotADocument):
            failed.append(content)
            continue
        inner = kind_of(content, name)
        said = f"{what}: {_shown(name)} in it"
        try:
            if inner in ARCHIVES:
                if depth >= MOST_DEPTH:
                    raise TooLarge(f"{said}: an archive in an archive in an archive is not opened")
                lines, within = read_archive(inner, content, said, wanted, read, depth + 1)
                candidates.append(Candidate(f"{name}/{within}", lines))
            else:
                candidates.append(Candidate(name, read(inner, content, said)))
        except GongbaoError as exc:
            failed.append(exc)
    found = chosen(candidates, wanted)
    if len(found) == 1:
        report = found[0]
        tables = [one for one in candidates if has_sheet_ending(one.name) and names_targets(one.name)]
        tables = [] if has_sheet_ending(report.name) else tables[:MOST_TABLES]
        return [line for one in (report, *tables) for line in one.lines], report.name
    listed = "、".join(_shown(one.name) for one in found[:_SHOWN]) or "、".join(map(_shown, names[:_SHOWN]))
    if found:
        raise NotADocument(f"{what}: which of its files is the report is not said ({listed})")
    if failed:
        raise failed[0]
    raise NotADocument(f"{what}: none of its {len(names)} files is of a kind that is read ({listed})")


def _zipped(raw: bytes, what: str, names: list[str]) -> Iterator[tuple[str, bytes | NotADocument]]:
    with opened(raw, what) as container:
        entries = {}
        for entry in container.infolist():
            if not entry.is_dir() and _is_shown(name := _name(entry)):
                names.append(name)
                entries[name] = entry
        total = 0
        for name in _likely(names):
            entry = entries[name]
            try:
                with translated(f"{what}: {_shown(name)} in it"):
                    content = Counted(container.open(entry), entry.compress_size, what).readall()
            except NotADocument as exc:  # a torn annex hides no report
                yield name, exc
                continue
            total += len(content)
            check(total, len(raw), what)
            yield name, content


def _name(entry: zipfile.ZipInfo) -> str:
    """A name without the flag is in whatever the packer's system spoke: GBK, mostly."""
    if entry.flag_bits & _UTF_8:
        return entry.filename
    try:
        return decode_name(entry.filename.encode("cp437"))
    except UnicodeEncodeError:
        return entry.filename


def _packed(raw: bytes, what: str, names: list[str]) -> Iterator[tuple[str, bytes]]:
    try:
        import libarchive
    except Exception as exc:  # it finds its library when it is imported, and fails in many ways
        raise NotADocument(
            f"{what}: .rar and .7z are read where the system has libarchive (Debian: apt-get install "
            "libarchive13; macOS: brew install libarchive)"
        ) from exc
    contents: dict[str, bytes] = {}
    total = 0
    try:
        # Told what it is, for a file that is stored as it is may look like an archive of another format.
        form = next(form for sign, form in _FORMATS.items() if raw.startswith(sign))
        with libarchive.memory_reader(raw, format_name=form) as archive:
            for number, entry in enumerate(archive):
                if number >= MOST_ENTRIES:
                    raise TooLarge(f"{what}: its container has more than {MOST_ENTRIES} entries")
                name = entry.pathname or ""
                name = decode_name(name) if isinstance(name, bytes) else name
                if entry.isdir or not _is_shown(name):
                    continue
                names.append(name)
                if not has_file_ending(name):
                    continue
                content = io.BytesIO()
                for block in entry.get_blocks():
                    total += content.write(block)
                    check(total, len(raw), what)
                contents[name] = content.getvalue()
    except libarchive.ArchiveError as exc:
        if any(word in str(exc).lower() for word in ("encrypt", "passphrase", "password")):
            raise Locked(f"{what}: it is locked with a password") from exc
        raise NotADocument(f"{what}: its container is damaged ({exc}); fetch it again") from exc
    for name in _likely(contents):
        yield name, contents[name]


def _is_shown(name: str) -> bool:
    """Neither what a system puts beside files (__MACOSX/._a.docx) nor what an editor does (~$a.docx)."""
    parts = name.replace("\\", "/").split("/")
    return "__MACOSX" not in parts and not parts[-1].startswith((".", "~$")) and parts[-1] != ""


def _likely(names: list[str] | dict[str, bytes]) -> Iterator[str]:
    """The files that may be the report, those whose names say so first."""

    def rank(name: str) -> tuple[bool, bool, int]:
        ending = PurePosixPath(name.lower()).suffix[1:]
        last = PurePosixPath(name).name
        place = _ENDINGS.index(ending) if ending in _ENDINGS else len(_ENDINGS)
        return ANNEX.search(last) is not None, REPORT.search(name) is None, place

    def may_be(name: str) -> bool:
        """A text beside others is mostly about them."""
        return has_file_ending(name) and (
            not name.lower().endswith(".txt") or REPORT.search(name) is not None
        )

    return islice(sorted(filter(may_be, names), key=rank), _MOST_TRIED)


def _shown(name: str) -> str:
    """The end of a name, for a message."""
    return "".join(letter for letter in name if letter.isprintable())[-60:]
