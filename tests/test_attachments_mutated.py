"""Torn files of every kind: a text or a typed error each, and the reader of the next one is unharmed."""

from __future__ import annotations

from collections.abc import Callable
from ctypes.util import find_library

import pytest

from ingest.attachments.sandbox import read_attachment
from ingest.errors import NotADocument, TooLarge
from tests.support.archive_files import rar, zipped
from tests.support.attached import mutated, pdf, word
from tests.support.doc_files import doc
from tests.support.ofd_files import ofd
from tests.support.pdf_files import in_columns, with_table
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
