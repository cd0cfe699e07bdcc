"""OCR: what an engine saw becomes a text with its doubts; hostile files are typed errors, within limits."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image

from ingest.attachments.paragraphs import Line
from ingest.errors import GongbaoError, NotADocument, ReadingEnded, TooLarge
from ingest.ocr import pictures
from ingest.ocr.pages import Scanned, ScannedLine, ScannedPage, Word, line_of, words_of
from ingest.ocr.recognise import Limits, recognise
from ingest.ocr.second_look import joined
from tests.support.archive_files import zipped
from tests.support.attached import drawn, mutated, word
from tests.support.scanned import as_seen, needs_engine


def test_a_row_of_the_engines_table_is_a_word_with_its_place() -> None:
    tsv = "level\tpage_num\n" + "\n".join(
        "\t".join(map(str, row))
        for row in (
            (4, 1, 1, 1, 1, 0, 10, 20, 300, 40, -1, ""),
            (5, 1, 1, 1, 1, 1, 10, 20, 80, 40, 96.8, "增长"),
            (5, 1, 1, 1, 1, 2, 90, 20, 60, 40, 55.2, "6%"),
            (5, 1, 1, 1, 2, 1, 10, 80, 60, 40, 30, " "),
        )
    )
    [words] = list(words_of(tsv, 2.0))
    assert words == [Word("增长", 20, 180, 40, 120, 96), Word("6%", 180, 300, 40, 120, 55)]
    line = line_of(words)
    assert line is not None
    assert (line.line.text, line.confidence) == ("增长6%", (96, 96, 55, 55))


@pytest.mark.parametrize(
    ("seen", "read"),
    [
        ("增长5.2%4，", "增长5.2%，"),  # the ring of the sign, seen twice
        ("增长5.2%4", "增长5.2%"),
        ("增长5%，4家", "增长5%，4家"),
        ("占5%40家", "占5%40家"),
        ("增长4%一5%", "增长4%—5%"),  # a dash
        ("一5%，人口3一4万", "—5%，人口3—4万"),
        ("一是5家，第一2家，5%一季度", "一是5家，第一2家，5%一季度"),
    ],
)
def test_only_rings_of_percent_signs_and_dashes_are_put_right(seen: str, read: str) -> None:
    line = line_of([Word(seen, 0, 30 * len(seen), 0, 40, 90)])
    assert line is not None
    assert line.line.text == read
    assert len(line.confidence) == len(read)


def test_of_two_looks_the_surer_is_followed_and_half_as_sure() -> None:
    def line(text: str, *sure: int, y: float = -10.0) -> ScannedLine:
        return ScannedLine(Line(text, 0, 300, 30, y), sure)

    [read] = joined([line("增长59%", 90, 90, 30, 20, 30)], [line("增长5%", 80, 80, 85, 85, y=-12.0)])
    assert read.line.text == "增长5%"
    assert read.confidence == (90, 90, 85, 85)
    [alone] = joined([line("增长59%", 90, 90, 30, 20, 30)], [line("增长5%", 80, 80, 85, 85, y=-900.0)])
    assert alone.line.text == "增长59%"
    [other] = joined([line("1.2万", 90, 90, 60, 90)], [line("1.7万", 90, 90, 80, 90)])
    assert (other.line.text, other.confidence) == ("1.7万", (90, 90, 40, 90))


def test_each_letter_keeps_its_confidence_in_the_text() -> None:
    scanned = as_seen(["标题", "增长6%左右。", "新增3万人。"], unsure="6%")
    assert scanned.confidence_of("增长6%左右。\n新增 3万人。") == bytes(
        [95, 95, 40, 40] + [95] * 3 + [95] * 8
    )
    assert Scanned((ScannedPage(()),), "e").confidence_of("加") == bytes([0])  # nobody saw it


def png(width: int, height: int) -> bytes:
    stream = io.BytesIO()
    Image.new("1", (width, height), 1).save(stream, "PNG")
    return stream.getvalue()


def tiff(pages: int) -> bytes:
    stream = io.BytesIO()
    first, *others = [Image.new("1", (300, 300), 1) for _ in range(pages)]
    first.save(stream, "TIFF", save_all=True, append_images=others)
    return stream.getvalue()


@needs_engine
@pytest.mark.parametrize(
    ("raw", "error", "says"),
    [
        (lambda: png(12_000, 12_000), TooLarge, "pixels"),
        (lambda: png(400, 400)[:60], NotADocument, "damaged"),
        (lambda: tiff(4), TooLarge, "more than 3 pages"),
        (lambda: drawn(4), TooLarge, "it has 4 pages; 3 are read by OCR at most"),
        (word, NotADocument, "holds no scanned pages"),
        (lambda: zipped({"a.docx": word()}), NotADocument, "a zip archive holds no scanned pages"),
        (
            lambda: zipped({"1.pdf": drawn(1), "2.pdf": drawn(2)}),
            NotADocument,
            "which of its 2 scans is the report",
        ),
    ],
)
def test_what_is_too_much_or_torn_is_a_typed_error(
    raw: Callable[[], bytes], error: type[GongbaoError], says: str
) -> None:
    with pytest.raises(error, match=says):
        recognise(raw(), "扫描.pdf", "engine", Limits(pages=3))


@needs_engine
def test_a_scan_in_an_archive_is_read() -> None:
    files = {
        "名词解释.pdf": drawn(2),
        "名词解释.docx": word(),
        "政府工作报告.pdf": drawn(1),
        "附图.pdf": drawn(3),
    }
    scanned = recognise(zipped({"报告.zip": zipped(files)}), "附件.zip", "engine")
    assert len(scanned.pages) == 1


@needs_engine
def test_a_scan_that_takes_too_long_is_ended() -> None:
    with pytest.raises(ReadingEnded, match="GONGBAO_OCR_SECONDS"):
        recognise(drawn(3), "扫描.pdf", "engine", Limits(seconds=0.2))


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow says what it thinks of torn tags
@pytest.mark.parametrize("seed", range(12))
def test_mutated_pictures_are_opened_or_are_a_typed_error(seed: int) -> None:
    whole = (png(400, 400), tiff(2))[seed % 2]
    with_error = None
    try:
        found = list(pictures.pictures(mutated(whole, seed), pictures.AttachmentKind.IMAGE, 5, "reading"))
    except (NotADocument, TooLarge) as exc:
        with_error, found = exc, []
    assert with_error is not None or all(one.width * one.height <= pictures.SEEN_PIXELS for one in found)
