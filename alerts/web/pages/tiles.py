"""The provinces as tiles of one size, each about where it lies beside the others: no map, no border. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

SIDE, GAP, EDGE = 72, 6, 2  # half of a border lies outside its tile
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


class Province(NamedTuple):
    """`href`: where its name leads; `figure`: what stands under it, and `figure_href` where that leads;
    `shade` 0: nothing that could be ranked."""

    code: str
    name: str
    href: str
    figure: str
    figure_href: str
    shade: int


@dataclass(frozen=True, slots=True)
class Tile:
    x: int
    y: int
    of: Province


@dataclass(frozen=True, slots=True)
class TileMap:
    width: int
    height: int
    side: int
    tiles: tuple[Tile, ...]


def tile_map(provinces: Sequence[Province]) -> TileMap:
    size = SIDE + GAP
    tiles = tuple(
        Tile(EDGE + column * size, EDGE + row * size, one)
        for one in provinces
        if (place := _PLACES.get(one.code[:2]))
        for column, row in (place,)
    )
    return TileMap(COLUMNS * size - GAP + 2 * EDGE, ROWS * size - GAP + 2 * EDGE, SIDE, tiles)
