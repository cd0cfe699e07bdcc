"""Which stored texts share sentences with a text: an index of 64-bit sentence hashes.

The hashes are compare/fingerprint.py; what a sharing means is identity/decide.py. About one sentence in
four is indexed, and the whole fingerprint lies beside the text, packed: the index finds candidates, the
fingerprint measures them exactly.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    bindparam,
    delete,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from ingest.compare.fingerprint import FORM, content_hash, fingerprint_of, text_of
from ingest.model import Fingerprint
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


def id_of(content_hash: str) -> ColumnElement[int | None]:
    """The version with these letters: by its own hash, or by the one that an older version has in the
    present form (docs/copies.md)."""
    own = select(versions.c.id).where(versions.c.content_hash == content_hash).scalar_subquery()
    first = again(content_hash).order_by(fingerprints.c.version_id).limit(1).scalar_subquery()
    return func.coalesce(own, first)


def again(content_hash: str) -> Select[tuple[int]]:
    """The versions whose letters have this hash in the present form."""
    return select(fingerprints.c.version_id).where(
        fingerprints.c.text_hash == content_hash, fingerprints.c.form == FORM
    )


def sharing(tx: Connection, print_: Fingerprint, *, most: int = _CANDIDATES) -> list[Sharing]:
    """The stored texts that share most with a text, at most `most`, those that share most letters first."""
    return look_up(tx, print_, most=most)[0]


def look_up(tx: Connection, print_: Fingerprint, *, most: int = _CANDIDATES) -> tuple[list[Sharing], int]:
    """The same, and where the index stood (`stand`) when it was asked."""
    weight = dict(zip(print_.hashes, print_.weights, strict=True))
    sqlite = tx.dialect.name == "sqlite"
    asked = _asked(print_.hashes)
    weights = [weight[hash_] for hash_ in asked]
    how = {
        "hashes": json.dumps(asked) if sqlite else asked,
        "weights": json.dumps(weights) if sqlite else weights,
        "too_many": COMMON + 1,
        "most": most,
        "last": _last(tx),
    }
    stood, *found = tx.execute(_SQLITE if sqlite else _POSTGRESQL, how).all()
    common = set(map(int, stood.common.split(","))) if stood.common else set()
    ours = {hash_: letters for hash_, letters in weight.items() if hash_ not in common}
    letters = sum(ours.values())
    measured = []
    for row in found:
        theirs = Fingerprint.unpack(row.hashes, row.weights)
        # The same sentence has as many letters in either.
        both = ours.keys() & theirs.hashes
        shared = sum(map(ours.__getitem__, both))
        theirs_in_all = theirs.weight - sum(weight[hash_] for hash_ in common.intersection(theirs.hashes))
        holds, held = (shared / whole if whole else 0.0 for whole in (letters, theirs_in_all))
        measured.append(Sharing(row.version_id, holds, held, len(both)))
    return sorted(measured, key=lambda s: (-max(s.holds, s.held), s.version_id)), int(stood.stand)


def stand(tx: Connection) -> ScalarSelect[int]:
    """Where the index stands: a number that changes with every text that comes into it."""
    newest = select(fingerprints.c.version_id).order_by(fingerprints.c.version_id.desc()).limit(_last(tx))
    return select(func.coalesce(func.sum(newest.subquery().c.version_id), 0)).scalar_subquery()


def _last(tx: Connection) -> int:
    """Of how many of the newest texts the ids are added up. On SQLite whoever writes is alone, and the last
    id says all; on PostgreSQL one that was given out before it may be committed a little later."""
    return 1 if tx.dialect.name == "sqlite" else 500


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


_SHARING = """
WITH held AS MATERIALIZED (
  SELECT hash, weight, (
    SELECT count(*) FROM (
      SELECT 1 FROM fingerprint_index AS i WHERE i.hash = asked.hash LIMIT :too_many
    ) AS first
  ) AS holders FROM {asked}
), best AS (
  SELECT i.version_id FROM held JOIN fingerprint_index AS i ON i.hash = held.hash WHERE holders < :too_many
  GROUP BY i.version_id ORDER BY sum(held.weight) DESC, i.version_id LIMIT :most
), newest AS (
  SELECT version_id FROM fingerprints ORDER BY version_id DESC LIMIT :last
)
SELECT (SELECT coalesce(sum(version_id), 0) FROM newest) AS stand,
  (SELECT {joined} FROM held WHERE holders >= :too_many) AS common,
  NULL AS version_id, NULL AS hashes, NULL AS weights
UNION ALL
SELECT NULL, NULL, f.version_id, f.hashes, f.weights
  FROM best JOIN fingerprints AS f ON f.version_id = best.version_id
"""
"""First the commonplaces, which cost `COMMON` rows each at most, then those that share most."""
_SQLITE = text(
    _SHARING.format(
        asked="(SELECT h.value AS hash, w.value AS weight FROM json_each(:hashes) AS h"
        " JOIN json_each(:weights) AS w ON w.key = h.key) AS asked",
        joined="group_concat(hash)",
    )
)
_POSTGRESQL = text(
    _SHARING.format(
        asked="unnest(:hashes, :weights) AS asked (hash, weight)",
        joined="string_agg(CAST(hash AS text), ',')",
    )
).bindparams(
    bindparam("hashes", type_=ARRAY(BigInteger())),
    bindparam("weights", type_=ARRAY(BigInteger())),
)
