"""The pages of a scan as grey pictures of bounded size, one after the other. Pure, but native code.

recognise.py runs it in a process of its own: pdfium draws the pages of a PDF, Pillow opens what is a picture.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import pypdfium2 as pdfium
from PIL import Image, ImageFile, UnidentifiedImageError

from ingest.attachments.container import entry, opened
from ingest.attachments.kinds import AttachmentKind
from ingest.errors import NotADocument, TooLarge

DPI = 200  # at which a page of a PDF is drawn: letters of 12 pt are 33 pixels high
MOST_PIXELS = 50_000_000  # of a picture that is opened
SEEN_PIXELS = 12_000_000  # of one that the engine looks at: a larger one is made smaller
LEAST_WIDTH = 1_000  # a narrower one is doubled: its letters would be too small
_SMALLEST = 200  # pixels: an ornament, no page
_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP")
_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".gif"})
_NUMBERS = re.compile(r"\d+")

ImageFile.LOAD_TRUNCATED_IMAGES = False


def pictures(raw: bytes, kind: AttachmentKind, most: int, what: str) -> Iterator[Image.Image]:
    """The pages in their order. Raises TooLarge for more than `most` pages, or too many pixels; NotADocument
    for what is torn."""
    match kind:
        case AttachmentKind.PDF:
            yield from _of_pdf(raw, most, what)
        case AttachmentKind.OFD:
            yield from _of_ofd(raw, most, what)
        case AttachmentKind.IMAGE:
            yield from _of_image(raw, most, what)
        case _:
            raise NotADocument(f"{what}: {kind.label} holds no scanned pages")


def _of_pdf(raw: bytes, most: int, what: str) -> Iterator[Image.Image]:
    try:
        document = pdfium.PdfDocument(raw)
    except pdfium.PdfiumError as exc:
        raise NotADocument(f"{what}: it is damaged ({exc}); fetch it again") from exc
    with document:
        _check_pages(len(document), most, what)
        for number in range(len(document)):
            try:
                page = document[number]
                width, height = page.get_size()
                scale = DPI / 72
                if width * height * scale**2 > SEEN_PIXELS:
                    scale = (SEEN_PIXELS / (width * height)) ** 0.5
                bitmap = page.render(scale=scale, grayscale=True)
                yield bitmap.to_pil().convert("L")
                bitmap.close()
                page.close()
            except pdfium.PdfiumError as exc:
                raise NotADocument(f"{what}: its page {number + 1} is damaged ({exc})") from exc


def _of_ofd(raw: bytes, most: int, what: str) -> Iterator[Image.Image]:
    """The pictures of the container by their numbers: the scanner that made it wrote one for each page."""
    with opened(raw, what) as container:
        names = [name for name in container.namelist() if PurePosixPath(name.lower()).suffix in _PICTURES]
        _check_pages(len(names), most, what)
        for name in sorted(names, key=lambda name: [*map(int, _NUMBERS.findall(name)), name.count("/")]):
            yield from _of_image(entry(container, name, what).read(MOST_PIXELS), most, what)


def _of_image(raw: bytes, most: int, what: str) -> Iterator[Image.Image]:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(io.BytesIO(raw), formats=_FORMATS) as image:
            for number in range(most + 1):
                try:
                    image.seek(number)
                except EOFError:
                    return
                if number == most:
                    raise TooLarge(f"{what}: it has more than {most} pages (GONGBAO_OCR_PAGES)")
                if image.width * image.height > MOST_PIXELS:
                    raise TooLarge(
                        f"{what}: {image.width} × {image.height} pixels are more than {MOST_PIXELS}"
                    )
                if min(image.width, image.height) >= _SMALLEST:
                    yield _seen(image)
    except Image.DecompressionBombError as exc:
        raise TooLarge(f"{what}: {exc}") from exc
    except Image.DecompressionBombWarning as exc:
        raise TooLarge(f"{what}: {exc}") from exc
    except UnidentifiedImageError as exc:
        raise NotADocument(f"{what}: it is no picture that can be opened") from exc
    except (OSError, ValueError, SyntaxError, IndexError, KeyError, TypeError, ZeroDivisionError) as exc:
        raise NotADocument(f"{what}: it is damaged ({exc}); fetch it again") from exc


def _seen(image: Image.Image) -> Image.Image:
    """Grey, on white where it is transparent, neither too large nor too small."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        whole = image.convert("RGBA")
        white = Image.new("RGBA", whole.size, "white")
        white.alpha_composite(whole)
        image = white
    grey = image.convert("L")
    pixels = grey.width * grey.height
    if pixels > SEEN_PIXELS:
        share = (SEEN_PIXELS / pixels) ** 0.5
        return grey.resize((max(1, int(grey.width * share)), max(1, int(grey.height * share))))
    if grey.width < LEAST_WIDTH and pixels * 4 <= SEEN_PIXELS:
        return grey.resize((grey.width * 2, grey.height * 2), Image.Resampling.LANCZOS)
    return grey


def _check_pages(count: int, most: int, what: str) -> None:
    if count > most:
        raise TooLarge(f"{what}: it has {count} pages; {most} are read by OCR at most (GONGBAO_OCR_PAGES)")
