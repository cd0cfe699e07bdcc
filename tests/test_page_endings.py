"""Whether an answer ends where its document ends."""

from __future__ import annotations

import io
import zipfile

import pytest

from ingest.page.endings import is_beginning, is_closed, is_whole, stops_in_mid_sentence

TEXT = (
    "各位代表：现在，我代表区人民政府，向大会报告工作，请予审议，并请区政协委员提出意见。"
    "过去一年，我们办成了许多事情。"
)


@pytest.mark.parametrize(
    ("body", "closed"),
    [
        (b"<html><body><p>1</p></body></html>", True),
        (b"<HTML><BODY>1</BODY>" + b"<!-- counter -->" * 99, True),
        (b"<html><body><p>1", False),
        ("<html><body>一</body></html>".encode("utf-16"), True),
        ("<html><body>一".encode("utf-16"), False),
        (b"plain text", True),
        (b'{"title": "1"', True),
        (b"%PDF-1.4 1 0 obj", False),
        (b"%PDF-1.4 1 0 obj %%EOF\n", True),
        (b"", True),
    ],
)
def test_a_page_is_closed(body: bytes, closed: bool) -> None:
    assert is_closed(body) is closed


def zipped() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return held.getvalue()


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        (b"\xef\xbb\xbf <!DOCTYPE html><html><body><p>1</p></body></html>\r\n", True),
        (b"<html><p>1</html><script>if (1<n) x()</script><!-- counter -->", True),
        (b"<html><body><p>1</body>", True),
        ("<html><body>一</body></html>".encode("utf-16"), True),
        (b"<html><body><p>1</p>", False),
        (b"<html><div>menu</div></html><html><body><div>1</div>", False),
        (b"<div><p>1</p></div>", False),
        (b"plain text", False),
        (b"", False),
        (b'{"data": [1]}', True),
        (b'{"data": [1]', False),
        (b'<?xml version="1.0"?><rss version="2.0"><channel></channel></rss>\n', True),
        (b'<?xml version="1.0"?><rss version="2.0"><channel></channel>', False),
        (b'<?xml version="1.0"?><html xmlns=""><body>1</body></html>', True),
        (b"%PDF-1.4 1 0 obj %%EOF\n", True),
        (b"%PDF-1.4 1 0 obj", False),
        (zipped(), True),
        (zipped()[:-4], False),
    ],
    ids=range(18),
)
def test_what_is_evidently_whole_though_its_answer_broke_off(body: bytes, whole: bool) -> None:
    assert is_whole(body) is whole


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        (TEXT[:50], True),
        (TEXT[:50] + "\ufffd", True),
        (TEXT[:50] + " &nbs", True),
        ("已有 7 人浏览" + TEXT[:50], False),
        (TEXT, False),
        (TEXT + "还有一句。", False),
        (TEXT[8:], False),
        (TEXT[:20], False),  # too little to say
    ],
)
def test_a_text_is_the_beginning_of_another(text: str, beginning: bool) -> None:
    assert is_beginning(text, TEXT) is beginning


def test_numbers_of_readers_make_no_difference() -> None:
    assert is_beginning("已有 7 人浏览\n" + TEXT[:50], "已有 9 人浏览\n" + TEXT)


@pytest.mark.parametrize(
    ("text", "stops"),
    [("办成了。", False), ("办成了。”\n", False), ("办成", True), ("办成，", True), ("", True)],
)
def test_a_text_stops_in_mid_sentence(text: str, stops: bool) -> None:
    assert stops_in_mid_sentence(text) is stops
