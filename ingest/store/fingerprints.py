"""Which stored texts share sentences with a text: an index of 64-bit sentence hashes.

The hashes are compare/fingerprint.py; what a sharing means is identity/decide.py. About one sentence in
four is indexed, and the whole fingerprint lies beside the text, packed: the index finds candidates, the
fingerprint measures them exactly.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Connection, Text, bindparam, column, delete, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from ingest.compare.fingerprint import FORM, content_hash, fingerprint_of, text_of
from ingest.model import Fingerprint, Version
from ingest.store import rows
from ingest.store.tables import fingerprint_index, fingerprints, versions

_WINDOW = 7  # sentences, of which one is indexed: about one in four of all
_MOST_ASKED = 1_024  # hashes of one text that are looked up
COMMON = 200
"""A sentence that stands in more texts than this is a commonplace: it says nothing of which report it is."""
_CANDIDATES = 64


@dataclass(frozen=True, slots=True)
class Sharing:
    """A stored text that shares sentences with another: the share of the other's letters that it holds
    (`holds`), the share of its own that the other holds (`held`), how many sentences, commonplaces aside."""

    version_id: int
    holds: float
    held: float
    sentences: int


def keep(
    tx: Connection, version_id: int, content_hash: str, print_: Fingerprint, *, anew: bool = False
) -> None:
    """Keep a version's fingerprint, in place of the one it had; `anew`: it had none."""
    old = None if anew else of_versions(tx, [version_id]).get(version_id)
    hashes, weights = print_.pack()
    values = {"form": FORM, "text_hash": content_hash, "hashes": hashes, "weights": weights}
    tx.execute(
        rows.insert(tx, fingerprints)
        .values(version_id=version_id, **values)
        .on_conflict_do_update(index_elements=["version_id"], set_=values)
    )
    for part in rows.chunks(indexed(old.hashes) if old else ()):
        where = (fingerprint_index.c.version_id == version_id, fingerprint_index.c.hash.in_(part))
        tx.execute(delete(fingerprint_index).where(*where))
    entries = [{"hash": hash_, "version_id": version_id} for hash_ in indexed(print_.hashes)]
    if entries:
        tx.execute(fingerprint_index.insert(), entries)


def version_of(tx: Connection, content_hash: str) -> Version | None:
    """The version with these letters: by its own hash, or by the one that an older version has in the
    present form (docs/copies.md)."""
    same = versions.c.content_hash == content_hash
    again = (
        select(fingerprints.c.version_id)
        .where(fingerprints.c.text_hash == content_hash, fingerprints.c.form == FORM)
        .order_by(fingerprints.c.version_id)
        .limit(1)
        .scalar_subquery()
    )
    query = select(versions).where(or_(same, versions.c.id == again)).order_by(same.desc()).limit(1)
    row = tx.execute(query).mappings().one_or_none()
    return None if row is None else rows.read(Version, row)


def sharing(tx: Connection, print_: Fingerprint, *, most: int = _CANDIDATES) -> list[Sharing]:
    """The stored texts that share most with a text, at most `most`, those that share most letters first."""
    weight = dict(zip(print_.hashes, print_.weights, strict=True))
    shared: Counter[int] = Counter()
    common: set[int] = set()
    for hash_, holders in _look_up(tx, _asked(print_.hashes)):
        if len(holders) > COMMON:
            common.add(hash_)
            continue
        for version_id in holders:
            shared[version_id] += weight[hash_]
    best = sorted(shared, key=lambda v: (-shared[v], v))[:most]
    found = [_measured(print_, v, other, common) for v, other in of_versions(tx, best).items()]
    return sorted(found, key=lambda s: (-max(s.holds, s.held), s.version_id))


def of_versions(tx: Connection, version_ids: Sequence[int]) -> dict[int, Fingerprint]:
    """The whole fingerprints of these versions, those that have one."""
    query = select(fingerprints.c.version_id, fingerprints.c.hashes, fingerprints.c.weights)
    return {
        row[0]: Fingerprint.unpack(row[1], row[2])
        for part in rows.chunks(version_ids)
        for row in tx.execute(query.where(fingerprints.c.version_id.in_(part)))
    }


def catch_up(tx: Connection, limit: int = 100) -> int:
    """Take the fingerprints of versions that have none, or one of an older form; returns of how many."""
    query = (
        select(versions.c.id, versions.c.body, versions.c.ocr)
        .outerjoin(fingerprints, fingerprints.c.version_id == versions.c.id)
        .where(or_(fingerprints.c.form.is_(None), fingerprints.c.form != FORM))
        .order_by(versions.c.id)
        .limit(limit)
    )
    waiting = tx.execute(query).all()
    for version_id, body, ocr in waiting:
        print_ = fingerprint_of(text_of(body))
        keep(tx, version_id, content_hash(body, recognised=ocr), print_)
    return len(waiting)


# --- the index -------------------------------------------------------------------------------


def indexed(hashes: Sequence[int]) -> list[int]:
    """Those that stand in the index: of each `_WINDOW` sentences in a row the one with the least hash
    (winnowing: Schleimer, Wilkerson, Aiken 2003). Any `_WINDOW` sentences in a row that two texts share
    have one of them there."""
    windows = max(1, len(hashes) - _WINDOW + 1)
    return list(dict.fromkeys(min(hashes[i : i + _WINDOW]) for i in range(windows) if hashes))


def _asked(hashes: Sequence[int]) -> list[int]:
    """All of them, for of a piece the windows at its ends were cut; of a very long text the indexed ones."""
    return list(hashes) if len(hashes) <= _MOST_ASKED else indexed(hashes)


_SQLITE = (
    text(
        "SELECT asked.value, (SELECT group_concat(version_id) FROM (SELECT version_id FROM fingerprint_index"
        " WHERE hash = asked.value LIMIT :most)) FROM json_each(:hashes) AS asked"
    )
    .bindparams(bindparam("hashes", type_=Text()))
    .columns(column("value", BigInteger()), column("holders", Text()))
)
_POSTGRESQL = (
    text(
        "SELECT asked.value, (SELECT string_agg(CAST(version_id AS text), ',') FROM (SELECT version_id"
        " FROM fingerprint_index WHERE hash = asked.value LIMIT :most) AS held)"
        " FROM unnest(:hashes) AS asked (value)"
    )
    .bindparams(bindparam("hashes", type_=ARRAY(BigInteger())))
    .columns(column("value", BigInteger()), column("holders", Text()))
)
"""One statement for all hashes, each with a limit of its own: a commonplace costs `COMMON` rows at most."""


def _look_up(tx: Connection, hashes: Sequence[int]) -> Iterable[tuple[int, list[int]]]:
    if not hashes:
        return
    sqlite = tx.dialect.name == "sqlite"
    asked = {"hashes": json.dumps(hashes) if sqlite else hashes, "most": COMMON + 1}
    for hash_, holders in tx.execute(_SQLITE if sqlite else _POSTGRESQL, asked):
        if holders is not None:
            yield hash_, list(map(int, holders.split(",")))


def _measured(print_: Fingerprint, version_id: int, other: Fingerprint, common: Collection[int]) -> Sharing:
    ours, theirs = set(print_.hashes), set(other.hashes)
    return Sharing(
        version_id,
        holds=print_.covered_by(theirs, common),
        held=other.covered_by(ours, common),
        sentences=len((ours & theirs).difference(common)),
    )
