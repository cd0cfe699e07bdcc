"""What is said of figures that were read from a scan: that they were, and how sure the engine is. Pure.

They are read by the same grammar as any other; a typed text has them without all this.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ingest.model import Extraction, Figure, Recognised
from workers.targets.candidates import OCR


def doubted(found: Extraction, recognised: Recognised | None) -> Extraction:
    """Every figure of a scan has the flag `ocr` and the confidence of its least certain letter, and none is
    headline; those of a typed text (None) stay as they are."""
    if recognised is None:
        return found
    return replace(
        found,
        targets=_each(found.targets, recognised.confidence),
        outcomes=_each(found.outcomes, recognised.confidence),
    )


def _each(figures: Iterable[Figure], confidence: bytes) -> tuple[Figure, ...]:
    return tuple(
        replace(
            figure,
            headline=False,
            flags=(*figure.flags, OCR),
            confidence=min(confidence[figure.start : figure.end], default=0) / 100,
        )
        for figure in figures
    )
