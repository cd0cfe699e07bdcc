"""The clocks of two machines differ by ten seconds: nothing is done twice, nothing is stuck."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from alerts.delivery.send import LEASE_BEYOND_DEADLINE
from ingest.poll import LEASE
from ingest.settings import Settings
from ingest.store import leases, outbox, subscriptions
from ingest.store.db import Store
from tests.support.store_samples import NOW, a_page, a_subscription, an_event, watch

pytestmark = pytest.mark.both_databases

BEHIND, AHEAD = timedelta(seconds=-5), timedelta(seconds=5)
EITHER_WAY = pytest.mark.parametrize(("ours", "theirs"), [(BEHIND, AHEAD), (AHEAD, BEHIND)])
START = NOW + timedelta(minutes=1)  # all is due by every clock


def lists(store: Store, owner: str, now: datetime) -> int:
    with store.begin() as tx:
        return len(leases.lease_lists(tx, owner, now, LEASE, 9, sources=("portal",)))


@EITHER_WAY
def test_a_list_is_one_pollers_till_its_lease_ends(store: Store, ours: timedelta, theirs: timedelta) -> None:
    with store.begin() as tx:
        watch(tx)
    assert lists(store, "ours", START + ours) == 1
    # Its holder renews it at a third of its length; the other may not have it, and not right before either.
    renewed = START + LEASE / 3
    assert lists(store, "theirs", START + theirs) == 0
    assert lists(store, "theirs", renewed + theirs) == 0
    with store.begin() as tx:
        leases.renew(tx, "ours", renewed + ours + LEASE, list_ids=[1], page_ids=[])
    assert lists(store, "theirs", START + LEASE + theirs) == 0
    # Killed after that: another has it soon after the end of the lease.
    assert lists(store, "theirs", renewed + LEASE + timedelta(seconds=11) + theirs) == 1


@EITHER_WAY
def test_a_delivery_is_one_senders_till_its_attempt_must_have_ended(
    store: Store, tmp_path: Path, ours: timedelta, theirs: timedelta
) -> None:
    deadline = timedelta(seconds=Settings(data_dir=tmp_path).webhook_deadline)
    lease = deadline + LEASE_BEYOND_DEADLINE
    with store.begin() as tx:
        subscriptions.add(tx, a_subscription("one"))
        outbox.append(tx, [an_event("a")])
        subscriptions.create_deliveries(tx, [(an_event("a").id, "one")], NOW)

    def leased(owner: str, now: datetime) -> int:
        with store.begin() as tx:
            return len(subscriptions.lease_deliveries(tx, owner, now, lease, 9))

    assert leased("ours", START + ours) == 1
    assert leased("theirs", START + theirs) == 0
    assert leased("theirs", START + deadline + theirs) == 0
    assert leased("theirs", START + lease + timedelta(seconds=11) + theirs) == 1


@EITHER_WAY
def test_what_one_finds_the_other_has_within_ten_seconds(
    store: Store, ours: timedelta, theirs: timedelta
) -> None:
    with store.begin() as tx:
        watch(tx)
        a_page(tx, now=START + ours)
        subscriptions.add(tx, a_subscription("one"))
        outbox.append(tx, [an_event("a")])
        subscriptions.create_deliveries(tx, [(an_event("a").id, "one")], START + ours)
    later = START + timedelta(seconds=10) + theirs
    with store.begin() as tx:
        assert len(leases.lease_pages(tx, "theirs", later, LEASE, 9)) == 1
        assert len(subscriptions.lease_deliveries(tx, "theirs", later, LEASE, 9)) == 1
