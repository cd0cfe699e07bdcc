"""Files made to hurt: a typed error on each, within the limits, and the next one is read as ever."""

from __future__ import annotations

import io
import os
import signal
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.attachments import sandbox
from ingest.attachments.container import MOST_ENTRIES
from ingest.attachments.docx import read_docx
from ingest.attachments.pdf import MOST_PAGES, read_pdf
from ingest.attachments.sandbox import read_attachment
from ingest.errors import GongbaoError, NotADocument, TooLarge
from tests.support.attached import TITLE, W, pdf, repacked, word

BODY = f'<w:document xmlns:w="{W}"><w:body>{{}}</w:body></w:document>'
PARAGRAPH = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"


def with_body(xml: str | bytes, encoding: str = "utf-8") -> bytes:
    return repacked(word(), {"word/document.xml": xml if isinstance(xml, bytes) else xml.encode(encoding)})


def bomb(size: int) -> bytes:
    """A document.xml of one letter repeated: 1000 to 1."""
    return with_body(BODY.format(PARAGRAPH.format("a" * size)))


def lying(raw: bytes) -> bytes:
    """The container with a directory that claims a hundredth of the size of its document.xml."""
    with zipfile.ZipFile(io.BytesIO(raw)) as container:
        size = container.getinfo("word/document.xml").file_size
    return raw.replace(struct.pack("<L", size), struct.pack("<L", size // 1000))


def crowded(entries: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr("word/document.xml", BODY.format(PARAGRAPH.format("字")))
        for number in range(entries):
            packed.writestr(f"x/{number}", b"")
    return stream.getvalue()


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "哈哈哈哈哈哈哈哈">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
    + BODY.format(PARAGRAPH.format("&i;"))
)
XXE = '<!DOCTYPE w [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + BODY.format(PARAGRAPH.format("&f;"))
BARE_DTD = "<!DOCTYPE w>" + BODY.format(PARAGRAPH.format("字"))


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda: bomb(8 * 2**20), TooLarge, "100 to 1: a zip bomb"),
        (lambda: lying(bomb(8 * 2**20)), GongbaoError, "zip bomb|damaged"),
        (lambda: crowded(10_000), TooLarge, "more than 2000 entries"),
        (lambda: with_body(LAUGHS), NotADocument, "a DTD or entities"),
        (lambda: with_body(LAUGHS, "utf-16"), NotADocument, "a DTD or entities"),
        (lambda: with_body(XXE), NotADocument, "a DTD or entities"),
        (lambda: with_body(BARE_DTD), NotADocument, "a DTD or entities"),
        (lambda: with_body(BODY.format("<w:p>")), NotADocument, "its XML is broken"),
        (
            lambda: with_body(b"<?xml version='1.0' encoding='nonsense'?><a/>"),
            NotADocument,
            "its XML is broken",
        ),
        (lambda: with_body("not xml"), NotADocument, "its XML is broken"),
        (lambda: word()[:-400], NotADocument, "damaged"),
        (lambda: word()[: len(word()) // 2], NotADocument, "damaged"),
        (
            lambda: repacked(word(), {"word/document.xml": None, "word/documents.txt": b""}),
            NotADocument,
            "has no",
        ),
        (
            lambda: repacked(
                word(), {"_rels/.rels": XXE.encode(), "word/document.xml": None, "word/document9.xml": b""}
            ),
            NotADocument,
            "a DTD or entities",
        ),
    ],
)
def test_docx(make: Callable[[], bytes], error: type[GongbaoError], said: str) -> None:
    with pytest.raises(error, match=f"^reading 报告.docx: .*(?:{said})"):
        read_attachment(make(), "报告.docx")


@pytest.mark.parametrize("name", ["\0", "\ud800", "//[\0"])
def test_a_name_of_what_no_process_can_be_told(name: str) -> None:
    assert read_attachment(with_body("<w:p><w:r><w:t>某</w:t></w:r></w:p>"), name).lines == ["某"]


def test_a_document_with_many_entries_is_read_up_to_the_limit() -> None:
    assert read_docx(crowded(MOST_ENTRIES - 1)) == ["字"]


def test_deep_nesting_costs_nothing() -> None:
    depth = 50_000
    xml = BODY.format("<w:sdt>" * depth + PARAGRAPH.format("底") + "</w:sdt>" * depth)
    assert read_attachment(with_body(xml), "a.docx").lines == ["底"]


def test_unbalanced_tables_and_boxes_do_not_mix_up_lines() -> None:
    box = "<w:p><w:r><w:t>外</w:t><w:txbxContent>" + PARAGRAPH.format("内") + "</w:txbxContent></w:r></w:p>"
    stray = "<w:tc>" + PARAGRAPH.format("单元格") + "</w:tc><w:tr/>" + PARAGRAPH.format("后")
    assert read_docx(with_body(BODY.format(box + stray))) == ["内", "外", "单元格", "后"]


def pages(count: int) -> bytes:
    """A PDF of `count` empty pages, all of them the same object's kin: small bytes, many pages."""
    kids = b" ".join(b"3 0 R" for _ in range(count))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    ]
    out, at = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        at.append(len(out))
        out += b"%d 0 obj%sendobj\n" % (number, content)
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in at)
    return out + table + b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)


@pytest.mark.parametrize(
    ("raw", "error", "said"),
    [
        (pdf()[: len(pdf()) // 2], NotADocument, "damaged|no text"),
        (b"%PDF-1.7\n", NotADocument, "damaged"),
        (b"%PDF-1.7\n" + os.urandom(100_000), NotADocument, "damaged|no text"),
        (pages(MOST_PAGES + 1), TooLarge, "pages; 2000 are read at most"),
        (pages(500), NotADocument, "holds no text"),
        (pdf(password="x"), NotADocument, "locked with a password"),
    ],
)
def test_pdf(raw: bytes, error: type[GongbaoError], said: str) -> None:
    with pytest.raises(error, match=f"^reading 报告.pdf: .*(?:{said})"):
        read_attachment(raw, "报告.pdf")


def test_a_claimed_page_count_is_not_believed() -> None:
    raw = pages(1).replace(b"/Count 1/", b"/Count 99999999/")
    with pytest.raises((NotADocument, TooLarge)):
        read_pdf(raw)


# --- the process that reads ------------------------------------------------------------------


def reader_that(does: str) -> Any:
    """Replace what the reading process runs."""
    return f"import sys, os; sys.stdin.buffer.read(); {does}"


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("os.kill(os.getpid(), 11)", f"stopped its reader .signal {int(signal.SIGSEGV)}"),
        ("os._exit(3)", "stopped its reader .exit 3"),
        ("print('no json')", "stopped its reader"),
        ("raise ValueError('odd')", "stopped its reader .exit 1. ValueError: odd"),
    ],
)
def test_a_reader_that_dies_is_a_typed_error(monkeypatch: pytest.MonkeyPatch, does: str, said: str) -> None:
    monkeypatch.setattr(sandbox, "_START", reader_that(does))
    with pytest.raises(NotADocument, match=f"^reading 报告.pdf: a PDF that {said}"):
        read_attachment(pdf(), "报告.pdf")
    monkeypatch.undo()
    assert read_attachment(pdf(), "报告.pdf").lines[0] == TITLE


def test_a_reader_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_START", reader_that("import threading; threading.Event().wait()"))
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.5)
    started = time.monotonic()
    with pytest.raises(NotADocument, match=r"not read after 0\.5 s"):
        read_attachment(pdf(), "报告.pdf")
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("does", "code"),
    [
        ("bytearray(2 * sandbox.MEMORY)", 1),
        ("os.write(os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY), b'x')", 1),
        ("[open(os.devnull) for _ in range(1000)]", 1),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hold to all limits")
def test_the_limits_of_the_process(tmp_path: Path, does: str, code: int) -> None:
    program = f"import os, sys; from ingest.attachments import sandbox; sandbox.limit_process(); {does}"
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "x")],
        capture_output=True,
        timeout=60,
        check=False,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == code or done.returncode == -signal.SIGXFSZ, done.stderr
    assert not (tmp_path / "x").exists() or (tmp_path / "x").stat().st_size == 0


MEASURE = """
import resource, sys
from pathlib import Path
from ingest.attachments.sandbox import read_attachment
from ingest.errors import GongbaoError
for path in sys.argv[1:]:
    try:
        read_attachment(Path(path).read_bytes(), path)
    except GongbaoError:
        continue
    sys.exit(f"{path} was read")
print(*(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
"""


def test_hostile_files_take_little_memory(tmp_path: Path) -> None:
    """Measured in a child of a shell: a peak counts what the process held that it was started from, and a
    process that runs tests holds much."""
    hostile = (bomb(64 * 2**20), with_body(LAUGHS), pages(MOST_PAGES + 1))
    for number, raw in enumerate(hostile):
        (tmp_path / f"{number}").write_bytes(raw)
    done = subprocess.run(
        [
            "sh",
            "-c",
            '"$@"; exit $?',
            "sh",
            sys.executable,
            "-c",
            MEASURE,
            *map(str, sorted(tmp_path.iterdir())),
        ],
        capture_output=True,
        timeout=120,
        check=False,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    unit = 1024 if sys.platform == "linux" else 1
    assert max(map(int, done.stdout.split())) * unit < 300 * 2**20
