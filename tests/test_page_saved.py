"""Pages as browsers and Word save them: web archives, and documents with HTML in them."""

from __future__ import annotations

import quopri
from base64 import encodebytes

import pytest

from ingest.attachments.links import Link
from ingest.model import Kind
from ingest.reading import ReadingHints, Shell, fill, read_document, read_first_page

URL = "http://www.example.gov.cn/t20260125_7.html"
TITLE = "荣昌区2026年政府工作报告"
LINES = [
    "各位代表：现在，我代表区人民政府向大会报告工作，请予审议，并请区政协委员提出意见。",
    "今年的主要预期目标是：地区生产总值增长6%左右，一般公共预算收入增长5%。",
]
PAGE = (
    f'<html><head><meta charset="gb2312"><title>{TITLE}</title></head><body><h1>{TITLE}</h1>'
    f'<div id="zoom">{"".join(f"<p>{line}</p>" for line in LINES)}</div></body></html>'
)
WORD = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">'
    '<head><meta http-equiv=Content-Type content="text/html; charset=gb2312">'
    f"</head><body><div class=Section1><p class=MsoTitle>{TITLE}<o:p></o:p></p>"
    f"{''.join(f'<p class=MsoNormal><span>{line}</span></p>' for line in LINES)}</div></body></html>"
)
SHELL = (
    f'<html><head><meta charset="utf-8"><title>{TITLE}</title></head><body><h1>{TITLE}</h1><div id="zoom">'
    f'<p>附件：<a href="P020260125512.doc">{TITLE}.doc</a></p></div></body></html>'
)


def archived(page: str, coding: str) -> bytes:
    raw = page.encode("gb18030")
    body = quopri.encodestring(raw) if coding == "quoted-printable" else encodebytes(raw)
    head = (
        "From: <Saved by Blink>\r\nSubject: =?utf-8?Q?x?=\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="----x"\r\n\r\n'
        f"------x\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: {coding}\r\n\r\n"
    )
    picture = "\r\n------x\r\nContent-Type: image/png\r\n\r\nAAAA\r\n------x--\r\n"
    return head.encode() + body + picture.encode()


@pytest.mark.parametrize("coding", ["quoted-printable", "base64"])
@pytest.mark.parametrize("content_type", [None, "multipart/related", "message/rfc822"])
def test_a_page_that_a_browser_saved_is_read(coding: str, content_type: str | None) -> None:
    saved = archived(PAGE, coding)
    reading = read_document(saved, "报告.mht", ReadingHints(content_type=content_type))
    assert (reading.article.title, reading.article.body) == (TITLE, "\n".join(LINES))
    assert reading.identity.kind is Kind.WORK_REPORT


@pytest.mark.parametrize("raw", [WORD.encode("gb18030"), archived(WORD, "quoted-printable")])
def test_a_document_that_word_saved_as_a_page_is_read(raw: bytes) -> None:
    hints = ReadingHints(content_type="application/msword", name="P020260125512.doc")
    assert read_document(raw, "http://www.example.gov.cn/P020260125512.doc", hints).article.body.endswith(
        LINES[-1]
    )
    shell = read_first_page(SHELL.encode(), URL)
    assert isinstance(shell, Shell)
    [link] = shell.links
    assert link == Link("http://www.example.gov.cn/P020260125512.doc", f"{TITLE}.doc")
    reading = fill(shell, link, raw, URL, hints)
    assert (reading.article.title, reading.article.body) == (TITLE, "\n".join(LINES))


def test_a_letter_is_no_page() -> None:
    text = "From: a\nTo: b\n\n关于报送政府工作报告的函，内容见附件，请查收，如有问题请及时联系我们办公室。"
    assert read_document(text.encode(), "x.txt").article.body
