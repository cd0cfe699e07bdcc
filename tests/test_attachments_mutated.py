"""Torn files of every kind: a text or a typed error each, and the reader of the next one is unharmed."""

from __future__ import annotations

import io
from collections.abc import Callable
from ctypes.util import find_library

import pytest
from PIL import Image

from ingest.attachments.sandbox import read_attachment
from ingest.errors import NotADocument, ReadingEnded, TooLarge
from ingest.ocr.recognise import Limits, recognise
from tests.support.archive_files import rar, zipped
from tests.support.attached import mutated, pdf, word
from tests.support.doc_files import doc
from tests.support.ofd_files import ofd
from tests.support.pdf_files import in_columns, with_table
from tests.support.scanned import needs_engine
from tests.support.sheet_files import xls, xlsx

KINDS: dict[str, Callable[[], bytes]] = {
    "a.docx": word,
    "a.doc": lambda: doc(rows=[("指标", "目标")], levels=[(39, "%1、")], numbered={2: 0}, heading=[4]),
    "a.pdf": lambda: in_columns(["第一件事，一年一年往前走。" * 9] * 20),
    "b.pdf": lambda: with_table([("指标", "目标"), ("粮食", "5%"), ("工业", "6%")]),
    "c.pdf": lambda: pdf(owner="别人"),
    "a.ofd": ofd,
    "a.xlsx": xlsx,
    "a.xls": xls,
    "a.zip": lambda: zipped({"名词解释.docx": word(), "报告.doc": doc()}),
    "b.zip": lambda: zipped({"报告.docx": word()}, stored=True),
}
if find_library("archive") is not None:
    KINDS["a.rar"] = lambda: rar({"报告.docx": word(), "附表.xlsx": xlsx()})


def read_torn(name: str, seeds: range) -> int:
    """How many of the torn files were read all the same."""
    raw = KINDS[name]()
    read = 0
    for seed in seeds:
        error = None
        try:
            read += bool(read_attachment(mutated(raw, seed), name).lines)
        except (NotADocument, TooLarge) as exc:
            error = str(exc)
        assert error is None or error.startswith(f"reading {name}: "), seed
    assert read_attachment(raw, name).lines
    return read


@pytest.mark.parametrize("name", ["b.pdf", "b.zip"])
def test_torn_files(name: str) -> None:
    """Of the kinds whose parsers are native, and of a file in a file; the others have tests of their own."""
    assert read_torn(name, range(2)) <= 2


@pytest.mark.long
@pytest.mark.parametrize("name", KINDS)
@pytest.mark.timeout(1800)
def test_two_hundred_torn_files(name: str) -> None:
    assert read_torn(name, range(200)) < 200


def picture(form: str, mode: str = "L", **how: object) -> bytes:
    stream = io.BytesIO()
    pages = [Image.effect_noise((300, 300), 40).convert(mode) for _ in range(2)]
    pages[0].save(stream, form, **({"append_images": pages[1:]} | how))
    return stream.getvalue()


SCANS: dict[str, Callable[[], bytes]] = {
    "a.png": lambda: picture("PNG"),
    "a.jpg": lambda: picture("JPEG"),
    "a.tif": lambda: picture("TIFF", save_all=True),
    "b.tif": lambda: picture("TIFF", "1", save_all=True, compression="group4"),
    "a.pdf": lambda: picture("PDF", save_all=True),
    "a.ofd": lambda: zipped({"OFD.xml": b"<OFD/>", "Doc_0/Res/image_0.jpg": picture("JPEG")}),
    "a.zip": lambda: zipped({"政府工作报告.pdf": picture("PDF", save_all=True)}),
}


@pytest.mark.long
@needs_engine
@pytest.mark.parametrize("name", SCANS)
@pytest.mark.timeout(1800)
def test_two_hundred_torn_scans(name: str) -> None:
    """Whatever is torn, the engine's process ends with pages or a typed error."""
    raw = SCANS[name]()
    read = 0
    for seed in range(200):
        error = None
        try:
            read += bool(recognise(mutated(raw, seed), name, "engine", Limits(5, 60)).pages)
        except (NotADocument, ReadingEnded, TooLarge) as exc:
            error = str(exc)
        assert error is None or error.startswith(f"reading {name} by OCR"), seed
    assert recognise(raw, name, "engine").pages
    assert read < 200
