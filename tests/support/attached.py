"""Documents for the tests of attachments, made here: .docx by python-docx, .pdf by reportlab. No tests.

The sentences are ours; places are real, so that regions are found.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterable, Sequence
from functools import cache

import docx
from docx.oxml import parse_xml
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SONG = "STSong-Light"

TITLE = "重庆市荣昌区人民政府工作报告"
TARGETS = (
    "全年主要预期目标是：地区生产总值增长5.5%左右，社会消费品零售总额增长5%，一般公共预算收入增长3%以上，"
    "城镇新增就业1.2万人。"
)
REPORT = (
    "——2026年1月22日在重庆市荣昌区第三届人民代表大会第六次会议上",
    "区长　试写人",
    "各位代表：",
    "现在，我代表区人民政府，向大会报告工作，请予审议。",
    "一、2025年工作回顾",
    "过去一年，我们把菜市场的雨棚修好了，把老桥的栏杆换过了，把三条公交线延到了镇上，地区生产总值增长5.2%。",
    "二、2026年工作安排",
    TARGETS,
    "为实现上述目标，我们将办好群众身边的每一件小事，一件一件抓到底，一年一年往前走。",
)


def word(lines: Iterable[str] = REPORT, title: str | None = TITLE, extra: Sequence[str] = ()) -> bytes:
    """A .docx with a paragraph a line; `extra` are body elements as XML (prefix w), before the last line."""
    return _word(tuple(lines), title, tuple(extra))


@cache
def _word(lines: tuple[str, ...], title: str | None, extra: tuple[str, ...]) -> bytes:
    document = docx.Document()
    if title:
        document.add_heading(title, 0)
    for line in lines:
        document.add_paragraph(line)
    last = document.element.body[-2] if len(document.element.body) > 1 else None
    for piece in extra:
        element = parse_xml(piece.replace(">", f' xmlns:w="{W}">', 1) if "xmlns:w" not in piece else piece)
        if last is None:
            document.element.body.insert(0, element)
        else:
            last.addprevious(element)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def repacked(raw: bytes, changed: dict[str, bytes | None]) -> bytes:
    """The container with some of its entries replaced, added, or (None) left out."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in changed:
                new.writestr(name, old.read(name))
        for name, content in changed.items():
            if content is not None:
                new.writestr(name, content)
    return stream.getvalue()


def pdf(
    lines: Iterable[str] = REPORT,
    title: str | None = TITLE,
    *,
    footer: str = "— {} —",
    header: str = "",
    breaks: Iterable[int] = (),
    password: str | None = None,
    owner: str | None = None,
) -> bytes:
    """A PDF as Word prints one: 16 pt, indented paragraphs, justified; page breaks before `breaks`. Read with
    `password`; with an `owner` alone, encrypted and open to all."""
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    body = ParagraphStyle(
        "body", fontName=SONG, fontSize=16, leading=28, firstLineIndent=32, wordWrap="CJK", alignment=4
    )
    head = ParagraphStyle("head", parent=body, fontSize=22, leading=36, firstLineIndent=0, alignment=1)
    story: list[Flowable] = [Paragraph(title, head)] if title else []
    wanted = frozenset(breaks)
    for index, line in enumerate(lines):
        if index in wanted:
            story.append(PageBreak())
        story.append(Paragraph(line, body))

    def margins(canvas: Canvas, document: SimpleDocTemplate) -> None:
        canvas.setFont(SONG, 12)
        canvas.drawCentredString(297, 30, footer.format(document.page))
        if header:
            canvas.drawCentredString(297, 810, header)

    stream = io.BytesIO()
    keys = None if password is None and owner is None else StandardEncryption(password or "", owner)
    template = SimpleDocTemplate(stream, title="", encrypt=keys)
    template.build(story, onFirstPage=margins, onLaterPages=margins)
    return stream.getvalue()


def drawn(pages: int = 1, footer: str = "") -> bytes:
    """A PDF with a drawing on each page and no text: what a scan looks like to a reader. `footer`: what a
    program for scanning writes below it."""
    stream = io.BytesIO()
    canvas = Canvas(stream)
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    for number in range(pages):
        canvas.rect(100, 100, 300, 400)
        canvas.setFont(SONG, 12)
        canvas.drawString(260, 30, footer.format(number + 1))
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def old_office(*streams: str) -> bytes:
    """The first bytes of an OLE container whose directory names `streams`."""
    names = b"".join(name.encode("utf-16-le").ljust(64, b"\0") for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + names + bytes(4096)


def container(*names: str) -> bytes:
    """A zip with these entries."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name in names:
            packed.writestr(name, "<x/>")
    return stream.getvalue()


def mutated(raw: bytes, seed: int) -> bytes:
    """The file with a few bytes changed, a piece cut out, or its end torn off."""
    rng = random.Random(seed)
    torn = bytearray(raw)
    match seed % 3:
        case 0:
            for _ in range(rng.randint(1, 20)):
                torn[rng.randrange(len(torn))] = rng.randrange(256)
        case 1:
            at = rng.randrange(len(torn))
            del torn[at : at + rng.randint(1, 300)]
        case _:
            del torn[rng.randrange(len(torn)) :]
    return bytes(torn)
