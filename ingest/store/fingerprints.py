"""Which stored texts share sentences with a text: an index of 64-bit sentence hashes.

The hashes are compare/fingerprint.py; what a sharing means is identity/decide.py. About one sentence in
four is indexed, and the whole fingerprint lies beside the text, packed: the index finds candidates, the
fingerprint measures them exactly.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    delete,
    func,
    or_,
    select,
    text,
)

from ingest.compare.fingerprint import FORM, content_hash, fingerprint_of, text_of
from ingest.model import Fingerprint, unpacked
from ingest.store import rows
from ingest.store.tables import fingerprint_index, fingerprints, versions

_WINDOW = 7  # sentences, of which one is indexed: about one in four of all
_MOST_ASKED = 1_024  # hashes of one text that are looked up
COMMON = 200
"""A sentence that stands in more texts than this is a commonplace: it says nothing of which report it is."""
_CANDIDATES = 64
_A_FEW = 8  # sentences


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
    """Keep a version's fingerprint, in place of the one it had; `anew`: it had none, and it may be written at
    the end of `rows.gathered`."""
    old = None if anew else of_versions(tx, [version_id]).get(version_id)
    hashes, weights = print_.pack()
    values = {"form": FORM, "text_hash": content_hash, "hashes": hashes, "weights": weights}
    put = rows.putting(tx, fingerprints, ("version_id",), tuple(values))
    rows.put_late(tx, put, [{"version_id": version_id, **values}])
    for part in rows.chunks(indexed(old.hashes) if old else ()):
        where = (fingerprint_index.c.version_id == version_id, fingerprint_index.c.hash.in_(part))
        tx.execute(delete(fingerprint_index).where(*where))
    new = indexed(print_.hashes)
    if tx.dialect.name == "sqlite":
        rows.put_late(tx, _INTO_SQLITE, [{"hashes": json.dumps(new), "version_id": version_id}])
    else:
        rows.put_late(tx, _INTO_POSTGRESQL, [{"hashes": rows.bigints(new), "version_id": version_id}])


def id_of(content_hash: str | BindParameter[str]) -> ColumnElement[int | None]:
    """The version with these letters: by its own hash, or by the one that an older version has in the
    present form (docs/copies.md)."""
    own = select(versions.c.id).where(versions.c.content_hash == content_hash).scalar_subquery()
    first = again(content_hash).order_by(fingerprints.c.version_id).limit(1).scalar_subquery()
    return func.coalesce(own, first)


def again(content_hash: str | BindParameter[str]) -> Select[tuple[int]]:
    """The versions whose letters have this hash in the present form."""
    return select(fingerprints.c.version_id).where(
        fingerprints.c.text_hash == content_hash, fingerprints.c.form == FORM
    )


def in_this_form(content_hashes: BindParameter[Any]) -> Select[tuple[str]]:
    """Those of these hashes that the letters of a version have in the present form."""
    hash_ = fingerprints.c.text_hash
    return select(hash_).where(hash_.in_(content_hashes), fingerprints.c.form == FORM)


def sharing(
    tx: Connection,
    print_: Fingerprint,
    *,
    least: float = 0.0,
    beside: Mapping[int, Fingerprint] | None = None,
) -> list[Sharing]:
    """The stored texts that share most with a text, `_CANDIDATES` at most, those that share most first.
    `least`: only those of which one of the two holds so much of the other. `beside`: new versions that are
    written at the end of `rows.gathered`; they make no sentence a commonplace."""
    weight = dict(zip(print_.hashes, print_.weights, strict=True))
    asked = {hash_: weight[hash_] for hash_ in _asked(print_.hashes)}
    how = {"too_many": COMMON + 1, "most": _CANDIDATES}
    if tx.dialect.name == "sqlite":
        first, *found = tx.execute(_SQLITE, how | {"asked": json.dumps(asked)}).all()
    else:
        lists = {"hashes": rows.bigints(asked), "weights": rows.bigints(asked.values())}
        first, *found = tx.execute(_POSTGRESQL, how | lists).all()
    common = set(map(int, first.common.split(","))) if first.common else set()
    ours = {hash_: letters for hash_, letters in weight.items() if hash_ not in common}
    letters, known = sum(ours.values()), frozenset(weight)
    measured = []
    stored = ((row.version_id, *unpacked(row.hashes, row.weights)) for row in found)
    late = ((version_id, new.hashes, new.weights) for version_id, new in (beside or {}).items())
    for version_id, theirs, letters_of in chain(stored, late):
        whole = sum(letters_of)
        # Most share a sentence or two: the first of theirs say that it cannot be enough. Half a letter
        # is for what a product of floats loses.
        may_miss = whole - least * min(letters, whole) + 0.5
        some = int(len(theirs) * may_miss / whole) + _A_FEW if whole else 0
        if some < len(theirs):
            early = known.intersection(theirs[:some])
            if sum(letters_of[:some]) - sum(map(weight.__getitem__, early)) > may_miss:
                continue
        # The same sentence has as many letters in either.
        both = known.intersection(theirs)
        shared = both - common if common else both
        holds = sum(map(weight.__getitem__, shared))
        held_of = whole - (sum(map(weight.__getitem__, both & common)) if common else 0)
        one = Sharing(
            version_id,
            holds / letters if letters else 0.0,
            holds / held_of if held_of else 0.0,
            len(shared),
        )
        if max(one.holds, one.held) >= least:
            measured.append(one)
    return sorted(measured, key=lambda s: (-max(s.holds, s.held), s.version_id))


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
    if len(hashes) <= _WINDOW:
        return [min(hashes)] if hashes else []
    return list(dict.fromkeys(map(min, *(hashes[start:] for start in range(_WINDOW)))))


def _asked(hashes: Sequence[int]) -> list[int]:
    """All of them, for of a piece the windows at its ends were cut; of a very long text the indexed ones."""
    return list(hashes) if len(hashes) <= _MOST_ASKED else indexed(hashes)


_SHARING = """
WITH held AS MATERIALIZED ({held}), best AS (
  SELECT i.version_id FROM {rare} GROUP BY i.version_id
  ORDER BY sum(held.weight) DESC, i.version_id LIMIT :most
)
SELECT (SELECT {common}) AS common, NULL AS version_id, NULL AS hashes, NULL AS weights
UNION ALL
SELECT NULL, f.version_id, f.hashes, f.weights
  FROM best JOIN fingerprints AS f ON f.version_id = best.version_id
"""
"""First the commonplaces, which cost `COMMON` rows each at most, then those that share most."""
# Most sentences are in no other text: those are not counted.
_SQLITE = text(
    _SHARING.format(
        held="SELECT hash, weight, (SELECT count(*) FROM ("
        "SELECT 1 FROM fingerprint_index AS i WHERE i.hash = asked.hash LIMIT :too_many) AS first"
        ") AS holders FROM (SELECT CAST(key AS INTEGER) AS hash, value AS weight FROM json_each(:asked)"
        " WHERE EXISTS (SELECT 1 FROM fingerprint_index AS i WHERE i.hash = CAST(key AS INTEGER))) AS asked",
        rare="held JOIN fingerprint_index AS i ON i.hash = held.hash WHERE holders < :too_many",
        common="group_concat(hash) FROM held WHERE holders >= :too_many",
    )
)
# Sorted, so that the index is used even where PostgreSQL knows nothing of the table yet.
_POSTGRESQL = text(
    _SHARING.format(
        held="SELECT hash, weight, ARRAY(SELECT i.version_id FROM fingerprint_index AS i"
        " WHERE i.hash = asked.hash ORDER BY i.version_id LIMIT :too_many) AS holders"
        " FROM unnest(CAST(:hashes AS bigint[]), CAST(:weights AS bigint[])) AS asked (hash, weight)",
        rare="held, unnest(holders) AS i (version_id) WHERE cardinality(holders) < :too_many",
        common="string_agg(CAST(hash AS text), ',') FROM held WHERE cardinality(holders) >= :too_many",
    )
)
_INTO_INDEX = "INSERT INTO fingerprint_index (hash, version_id) SELECT {hashes}, :version_id"
_INTO_SQLITE = text(_INTO_INDEX.format(hashes="value") + " FROM json_each(:hashes)")
_INTO_POSTGRESQL = text(_INTO_INDEX.format(hashes="unnest(CAST(:hashes AS bigint[]))"))
