"""Open a zip container that a stranger packed: counted before and while it is inflated. Pure.

The limits are those of RELIABILITY: a bomb costs us no more than they allow, whatever its directory claims.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from ingest.errors import Locked, NotADocument, TooLarge

MOST_ENTRIES = 2_000
MOST_INFLATED = 200 * 2**20  # bytes, all entries together
MOST_RATIO = 100  # to 1, all entries together and each that is read
_SMALL = 2**20  # bytes; below that no ratio is a bomb


@contextmanager
def opened(raw: bytes, what: str) -> Iterator[zipfile.ZipFile]:
    """The container, its directory within the limits. `what` begins the messages.

    Raises TooLarge for too many entries or bytes, NotADocument for a container that is torn.
    """
    # zipfile builds an object for each entry before it tells how many there are.
    if raw.count(b"PK\x01\x02") > MOST_ENTRIES:
        raise TooLarge(f"{what}: its container has more than {MOST_ENTRIES} entries; no document has")
    with translated(what), zipfile.ZipFile(io.BytesIO(raw)) as container:
        entries = container.infolist()
        if len(entries) > MOST_ENTRIES:
            raise TooLarge(f"{what}: its container has {len(entries)} entries (limit {MOST_ENTRIES})")
        inflated = sum(entry.file_size for entry in entries)
        check(inflated, len(raw), what)
        yield container


@contextmanager
def translated(what: str) -> Iterator[None]:
    """What zipfile raises, as Locked or NotADocument."""
    try:
        yield
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error, OSError, ValueError) as exc:
        raise NotADocument(f"{what}: its container is damaged ({exc}); fetch it again") from exc
    except RuntimeError as exc:
        if "encrypted" not in str(exc) and "password" not in str(exc):
            raise
        raise Locked(f"{what}: it is locked with a password") from exc


class Counted(io.RawIOBase):
    """An entry read as a stream that ends in TooLarge when more comes out than the limits allow."""

    def __init__(self, stream: IO[bytes], packed: int, what: str) -> None:
        super().__init__()
        self._stream = stream
        self._packed = packed
        self._what = what
        self._inflated = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size if size >= 0 else 65536)
        self._inflated += len(piece)
        check(self._inflated, self._packed, self._what)
        return piece


def entry(container: zipfile.ZipFile, name: str, what: str) -> Counted:
    """The entry `name`, counted while it is read. Raises NotADocument where there is none of that name."""
    try:
        info = container.getinfo(name)
    except KeyError as exc:
        raise NotADocument(f"{what}: its container has no {name!r}") from exc
    return Counted(container.open(info), info.compress_size, what)


def check(inflated: int, packed: int, what: str) -> None:
    """Raises TooLarge where so many bytes come out of so few."""
    if inflated > MOST_INFLATED:
        raise TooLarge(f"{what}: it inflates to more than {MOST_INFLATED} bytes: a zip bomb")
    if inflated > _SMALL and inflated > MOST_RATIO * max(packed, 1):
        raise TooLarge(f"{what}: it inflates more than {MOST_RATIO} to 1: a zip bomb")
