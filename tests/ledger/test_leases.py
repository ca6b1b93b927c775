"""Leases: one holder at a time, and an old one that wakes up late is fenced out."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from marketplace.kernel import clock
from marketplace.ledger import leases
from marketplace.ledger.models import Lease

pytestmark = pytest.mark.django_db


def expire(name: str) -> None:
    """As if its time were over."""
    Lease.objects.filter(name=name).update(expires_at=clock.recorded_now() - timedelta(seconds=1))


def test_only_one_holds_it() -> None:
    with leases.hold("job", 30) as held:
        assert held.epoch == 1
        with pytest.raises(leases.LeaseTaken), leases.hold("job", 30):
            pytest.fail("two holders")
    with leases.hold("job", 30) as held:
        assert held.epoch == 2


def test_it_is_free_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), leases.hold("job", 30):
        raise ZeroDivisionError
    leases.take("job", 30)


def test_an_expired_lease_goes_to_the_next_and_the_old_holder_may_write_no_more() -> None:
    old = leases.take("job", 30)
    expire("job")
    new = leases.take("job", 30)
    assert new.epoch == old.epoch + 1
    with pytest.raises(leases.LeaseLost), transaction.atomic():
        old.fence()
    with pytest.raises(leases.LeaseLost):
        old.renew(30)
    leases.release(old)
    with transaction.atomic():
        new.fence()
    new.renew(60)
    with pytest.raises(leases.LeaseTaken):
        leases.take("job", 30)


@pytest.mark.django_db(transaction=True)
def test_many_want_it_and_one_gets_it() -> None:
    got: list[int] = []
    start = threading.Barrier(6)

    def want() -> None:
        try:
            start.wait()
            got.append(leases.take("job", 30).epoch)
        except leases.LeaseTaken:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=want) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [1]
