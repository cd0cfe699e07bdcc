"""The provinces as tiles of one size, each about where it lies beside the others: no map, no border. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SIDE, GAP = 72, 6
# The first two digits of the codes, as they lie.
_ROWS = (
    ".. .. .. .. .. .. 23",
    ".. .. .. 15 .. .. 22",
    "65 62 64 14 11 12 21",
    ".. 63 61 41 13 37 ..",
    "54 51 50 42 34 32 31",
    ".. 53 52 43 36 33 ..",
    ".. .. 45 44 35 .. 71",
    ".. .. 46 82 81 .. ..",
)
_PLACES = {code: (x, y) for y, row in enumerate(_ROWS) for x, code in enumerate(row.split()) if code != ".."}
COLUMNS, ROWS = 7, len(_ROWS)


@dataclass(frozen=True, slots=True)
class Tile:
    """`text`: what stands under the name; `shade` 0: nothing that could be ranked."""

    x: int
    y: int
    name: str
    text: str
    href: str
    shade: int


@dataclass(frozen=True, slots=True)
class TileMap:
    width: int
    height: int
    side: int
    tiles: tuple[Tile, ...]


def tile_map(provinces: Sequence[tuple[str, str, str, str, int]]) -> TileMap:
    """Of (code, name, text, address, shade)."""
    size = SIDE + GAP
    tiles = tuple(
        Tile(column * size, row * size, name, text, href, shade)
        for code, name, text, href, shade in provinces
        if (place := _PLACES.get(code[:2]))
        for column, row in (place,)
    )
    return TileMap(COLUMNS * size - GAP, ROWS * size - GAP, SIDE, tiles)
