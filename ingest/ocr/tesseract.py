"""Tesseract, with its model of simplified Chinese: a picture to lines.

A program of the system: 10 MB, in every distribution, a process for each page, and it says how sure
it is of each word. What its table means is pages.py.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ingest.errors import ConfigError, NotADocument, ReadingEnded
from ingest.ocr.pages import ScannedLine, line_of, words_of
from ingest.ocr.second_look import joined

if TYPE_CHECKING:
    from PIL import Image

LANGUAGE = "chi_sim"
PAGE_SECONDS = 120.0
_MISSING = "apt-get install tesseract-ocr tesseract-ocr-chi-sim, or brew install tesseract tesseract-lang"
# In which sizes a page is looked at: 16 pt at 200 dpi become 40 and 31 pixels, on either side of the height
# of the letters that the model was made with. Sizes that lie closer err in the same places more often.
_SCALES = (0.9, 0.7)
_BLUR = 0.8  # pixels: the grain of a scan is seen as points, and as rings of percent signs, otherwise


def engine() -> str:
    """Name, version and model. Raises ConfigError where the program or its model is not there."""
    if find_spec("PIL") is None:
        raise ConfigError("OCR: it needs the package Pillow: `pip install 'gongbao[ocr]'`")
    program = shutil.which("tesseract")
    if program is None:
        raise ConfigError(f"OCR: no tesseract on the PATH: {_MISSING}")
    try:
        version = _run([program, "--version"]).splitlines()[0]
        models = _run([program, "--list-langs"]).split()
    except (OSError, subprocess.SubprocessError, IndexError) as exc:
        raise ConfigError(f"OCR: {program} does not run: {exc}") from exc
    if LANGUAGE not in models:
        raise ConfigError(f"OCR: {program} has no model {LANGUAGE}: {_MISSING}")
    return f"{version} {LANGUAGE}"


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, check=True, timeout=30, env=_environment())  # noqa: S603
    return done.stdout.decode("utf-8", "replace")


def _environment() -> dict[str, str]:
    """One thread: the machine has other work, and threads slow each other down here."""
    kept = {name: os.environ[name] for name in ("PATH", "TESSDATA_PREFIX") if name in os.environ}
    return kept | {"OMP_THREAD_LIMIT": "1"}


def lines_in(picture: Image.Image, dpi: int, what: str) -> tuple[ScannedLine, ...]:
    """The lines of a page, as the engine orders them, of two looks at it. Raises NotADocument where the
    page stops the engine, ReadingEnded where it takes too long."""
    first, second = (_look(picture, scale, dpi, what) for scale in _SCALES)
    return joined(first, second)


def _look(picture: Image.Image, scale: float, dpi: int, what: str) -> tuple[ScannedLine, ...]:
    """One look at the page in that size; places are those of the picture as it came."""
    from PIL import Image, ImageFilter  # an extra

    stream = io.BytesIO()
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    smooth = picture.filter(ImageFilter.GaussianBlur(_BLUR)).resize(size, Image.Resampling.BICUBIC)
    smooth.save(stream, "PNG", compress_level=1)
    # 4: one column of text, in which tables keep their rows.
    command = [
        *("tesseract", "-", "-", "-l", LANGUAGE, "--psm", "4"),
        *("--dpi", str(round(dpi * scale)), "tsv"),
    ]
    try:
        done = subprocess.run(  # noqa: S603
            command,
            input=stream.getvalue(),
            capture_output=True,
            timeout=PAGE_SECONDS,
            check=False,
            env=_environment(),
        )
    except subprocess.TimeoutExpired as exc:
        raise ReadingEnded(f"{what}: the engine was not done after {PAGE_SECONDS:g} s") from exc
    except OSError as exc:
        raise NotADocument(f"{what}: the engine could not be started ({exc})") from exc
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:200]
        raise NotADocument(f"{what}: it stopped the engine (exit {done.returncode}) {last}".rstrip())
    found = (line_of(words) for words in words_of(done.stdout.decode("utf-8", "replace"), 1 / scale))
    return tuple(line for line in found if line is not None)
