"""The index of sentences on real databases: what a text shares with others is found and measured."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from ingest.compare.fingerprint import content_hash, fingerprint_of, text_of
from ingest.store import fingerprints, relations
from ingest.store.db import Store
from ingest.store.tables import fingerprint_index, versions
from ingest.store.tables import fingerprints as table
from tests.support import copies
from tests.support.store_samples import NOW, a_page, a_reading, show, watch

pytestmark = pytest.mark.both_databases

WHOLE = copies.synthetic_report(0).body
OTHER = copies.synthetic_report(1).body


def sharing(store: Store, body: str) -> dict[int, tuple[float, float]]:
    with store.read() as tx:
        found = fingerprints.sharing(tx, fingerprint_of(text_of(body)))
    return {s.version_id: (round(s.holds, 1), round(s.held, 1)) for s in found}


def test_pieces_and_wholes_find_each_other(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        whole = show(tx, a_page(tx, name="1"), a_reading(WHOLE)).version_id
        other = show(tx, a_page(tx, name="2"), a_reading(OTHER, code="500118")).version_id
    assert whole is not None
    assert other is not None
    half = WHOLE[: len(WHOLE) // 2]
    assert sharing(store, WHOLE)[whole] == (1.0, 1.0)
    assert sharing(store, half)[whole] == (1.0, 0.5)
    assert sharing(store, WHOLE + OTHER)[other][1] == 1.0
    assert sharing(store, "一句从未见过的话，谁也没有写过。") == {}
    assert sharing(store, "") == {}


def test_commonplaces_say_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprints, "COMMON", 2)
    common = "坚持稳中求进工作总基调，扎实做好各项工作。"
    with store.begin() as tx:
        watch(tx)
        for n in range(4):  # sentences as short as the second are not counted
            show(tx, a_page(tx, name=str(n)), a_reading(f"{common}第{n}份。", code=f"50010{n + 1}"))
    assert sharing(store, common + "别人的另外一句话也在此。") == {}


def test_a_fingerprint_of_an_older_form_is_taken_anew(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        version_id = show(tx, a_page(tx), a_reading(WHOLE)).version_id
        tx.execute(update(versions).values(content_hash="sha256:of-an-older-form"))
        tx.execute(update(table).values(form=1, text_hash="sha256:of-an-older-form"))
        before = set(tx.execute(select(fingerprint_index)).all())
        assert tx.scalar(select(fingerprints.id_of(content_hash(WHOLE)))) is None
        assert fingerprints.catch_up(tx) == 1
        assert fingerprints.catch_up(tx) == 0
        assert set(tx.execute(select(fingerprint_index)).all()) == before
        assert tx.scalar(select(fingerprints.id_of(content_hash(WHOLE)))) == version_id
        again = show(tx, a_page(tx, "repost"), a_reading(WHOLE))
        assert again.version_id == version_id, "the same text is a copy, whatever its hash was called"


def test_relations_are_found_by_number_hash_and_address(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        first = show(tx, a_page(tx), a_reading(WHOLE))
        cut = show(tx, a_page(tx, "repost"), a_reading(WHOLE[: len(WHOLE) // 2]), now=NOW)
        assert first.version_id is not None
        assert cut.version_id is not None
        hash_ = content_hash(WHOLE)
        for what in (str(first.version_id), hash_, hash_.removeprefix("sha256:")[:12], a_page(tx).url):
            assert relations.find(tx, what) == first.version_id
        assert relations.find(tx, "ffff") is None
        assert relations.find(tx, "https://nowhere.example/") is None
        one, other = relations.of_version(tx, cut.version_id)
        assert {one.relation.value, other.relation.value} == {"truncated", "revision"}
        assert all(r.evidence is not None and r.evidence.shared > 10 for r in (one, other))


def test_what_can_share_enough_is_measured_as_ever(store: Store) -> None:
    bodies = [
        WHOLE,
        OTHER,
        WHOLE + OTHER,
        WHOLE[: len(WHOLE) // 2],
        *(copies.synthetic_report(n).body for n in (2, 3)),
    ]
    cuts = [body[: len(body) * tenths // 10] for body in bodies for tenths in (2, 7, 8, 9)]
    prints = [fingerprint_of(text_of(body)) for body in (*bodies, *cuts)]
    with store.begin() as tx:
        watch(tx)
        for n, body in enumerate(bodies):
            show(tx, a_page(tx, name=str(n)), a_reading(body, code=f"50010{n}"))
        for print_ in prints:
            every = fingerprints.sharing(tx, print_)
            for least in (0.3, 0.8, 1.0):
                enough = [s for s in every if max(s.holds, s.held) >= least]
                assert fingerprints.sharing(tx, print_, least=least) == enough
