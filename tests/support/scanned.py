"""Scans for the tests: pages of a text drawn as a scanner sees them (a little askew, with grain). No tests.

The font is one that the machine has; `NEEDS_ENGINE` skips what needs the real engine where that is not there.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from functools import cache

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from ingest.attachments.paragraphs import Line
from ingest.errors import ConfigError
from ingest.ocr.pages import Scanned, ScannedLine, ScannedPage
from ingest.ocr.tesseract import engine

DPI = 200
_WIDTH, _HEIGHT, _MARGIN = 1654, 2339, 220  # A4
_NEVER_FIRST = "，。；：、）”%！"


@cache
def font_file() -> str | None:
    """A font with Chinese letters, as fontconfig knows it."""
    if (program := shutil.which("fc-match")) is None:
        return None
    said = subprocess.run([program, "-f", "%{file}", "serif:lang=zh-cn"], capture_output=True, check=False)
    name = said.stdout.decode()
    return name if "CJK" in name or "Song" in name or "simsun" in name else None


@cache
def why_not() -> str | None:
    """Why nothing can be drawn and recognised here."""
    try:
        engine()
    except ConfigError as exc:
        return str(exc)
    return None if font_file() else "no font with Chinese letters (fonts-noto-cjk)"


needs_engine = pytest.mark.skipif(why_not() is not None, reason=why_not() or "")


def pictures(
    paragraphs: Sequence[str], *, points: float = 16, grain: float = 6, askew: float = 0.3
) -> list[Image.Image]:
    """The pages, grey; the first paragraph is the title, in the middle."""
    size = round(points * DPI / 72)
    font = ImageFont.truetype(font_file() or "", size, index=2)
    pages: list[Image.Image] = []
    page = Image.new("L", (_WIDTH, _HEIGHT), 250)
    y = _MARGIN
    for number, paragraph in enumerate(paragraphs):
        for line in _wrapped(paragraph if number == 0 else f"　　{paragraph}", font):
            if y > _HEIGHT - _MARGIN - size:
                pages.append(page)
                page, y = Image.new("L", (_WIDTH, _HEIGHT), 250), _MARGIN
            x = (_WIDTH - font.getlength(line)) / 2 if number == 0 else _MARGIN
            ImageDraw.Draw(page).text((x, y), line, font=font, fill=20)
            y += round(1.7 * size)
    return [_scanned(page, grain, askew) for page in (*pages, page)]


def _wrapped(text: str, font: ImageFont.FreeTypeFont) -> Iterable[str]:
    line = ""
    for letter in text:
        if font.getlength(line + letter) > _WIDTH - 2 * _MARGIN and letter not in _NEVER_FIRST:
            yield line
            line = ""
        line += letter
    yield line


def _scanned(page: Image.Image, grain: float, askew: float) -> Image.Image:
    turned = page.rotate(askew, fillcolor=250, resample=Image.Resampling.BICUBIC)
    blurred = turned.filter(ImageFilter.GaussianBlur(0.6))
    return ImageChops.add(blurred, Image.effect_noise(page.size, grain), offset=-128)


def scanned_pdf(paragraphs: Sequence[str], **how: float) -> bytes:
    """A PDF of pictures, as a scanner makes one."""
    first, *others = pictures(paragraphs, **how)
    stream = io.BytesIO()
    first.save(stream, "PDF", save_all=True, append_images=others, resolution=DPI)
    return stream.getvalue()


def as_seen(paragraphs: Iterable[str], unsure: str = "") -> Scanned:
    """What an engine says of a page with these lines: sure of every letter, but of those of `unsure`."""
    lines = []
    for number, text in enumerate(paragraphs):
        sure = [95] * len(text)
        if unsure and (at := text.find(unsure)) >= 0:
            sure[at : at + len(unsure)] = [40] * len(unsure)
        lines.append(
            ScannedLine(Line(text, 0, 30.0 * len(text), 30.0, -50.0 * number, row=True), tuple(sure))
        )
    return Scanned((ScannedPage(tuple(lines), b"\xff\xd8picture"),), "engine 1 chi_sim")
