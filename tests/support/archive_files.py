"""Archives for the tests of attachments: .zip as systems of different languages pack them, .rar. No tests."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping


def zipped(files: Mapping[str, bytes], *, gbk: bool = False, stored: bool = False) -> bytes:
    """A .zip; with `gbk` the names are written as a Chinese Windows does, and nothing says so."""
    stream = io.BytesIO()
    stand_ins = {}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as packed:
        for number, (name, content) in enumerate(files.items()):
            written = name.encode("gb18030")
            stand_in = f"{number:02d}".ljust(len(written), "_")
            stand_ins[stand_in.encode()] = written
            packed.writestr(stand_in if gbk else name, content)
    raw = stream.getvalue()
    for stand_in, written in stand_ins.items() if gbk else ():
        raw = raw.replace(stand_in, written)
    return raw


def rar(files: Mapping[str, bytes]) -> bytes:
    """A .rar (version 5) whose files are stored as they are."""
    out = b"Rar!\x1a\x07\x01\x00" + _block(_number(1) + _number(0) + _number(0))
    for name, content in files.items():
        written = name.encode()
        head = _number(2) + _number(2) + _number(len(content)) + _number(4) + _number(len(content))
        head += _number(0o644) + struct.pack("<I", zlib.crc32(content)) + _number(0) + _number(1)
        out += _block(head + _number(len(written)) + written) + content
    return out + _block(_number(5) + _number(0) + _number(0))


def _block(content: bytes) -> bytes:
    sized = _number(len(content)) + content
    return struct.pack("<I", zlib.crc32(sized)) + sized


def _number(value: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    out = bytearray()
    while True:
        value, part = value >> 7, value & 0x7F
        out.append(part | (0x80 if value else 0))
        if not value:
            return bytes(out)
