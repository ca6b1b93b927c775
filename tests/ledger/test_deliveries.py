"""Deliveries: at least once, never in the way of the request, never lost."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from marketplace.kernel import clock
from marketplace.ledger import deliveries, tasks
from marketplace.ledger.actions import append
from marketplace.ledger.models import Delivery, Event, IdempotencyKey
from marketplace.ledger.states import DeliveryState
from tests.ledger.trail import AT, CLERK, ours, write, write_many

pytestmark = pytest.mark.django_db(transaction=True)


def make_due() -> None:
    """As if the waiting time were over."""
    Delivery.objects.filter(state=DeliveryState.WAITING).update(due_at=clock.recorded_now())


def test_the_embedded_edition_delivers_right_after_the_commit() -> None:
    heard: list[str] = []
    deliveries.register("ear", lambda event: heard.append(event.uid))
    with transaction.atomic():
        event = append("test.done", by=CLERK, at=AT)
        assert heard == []
    assert heard == [event.uid]
    row = Delivery.objects.get(consumer="ear")
    assert (row.state, row.tries, row.error) == (DeliveryState.DONE, 1, "")


def test_a_cluster_leaves_it_to_the_worker(settings: object) -> None:
    settings.SUNLIT_INLINE_DELIVERIES = False
    heard: list[str] = []
    deliveries.register("ear", lambda event: heard.append(event.uid))
    event = write()
    assert heard == []
    assert tasks.deliver() == 1
    assert heard == [event.uid]
    assert tasks.deliver() == 0


def test_a_failing_consumer_never_breaks_the_request_and_is_tried_again() -> None:
    calls: list[str] = []

    def stumble(event: Event) -> None:
        calls.append(event.uid)
        if len(calls) < 3:
            raise ConnectionError("down")

    other: list[str] = []
    deliveries.register("stumble", stumble)
    deliveries.register("other", lambda event: other.append(event.uid))
    event = write()
    row = Delivery.objects.get(consumer="stumble")
    assert (calls, other) == ([event.uid], [event.uid])
    assert row.state == DeliveryState.WAITING
    assert row.error == "ConnectionError: down"
    assert row.due_at > clock.recorded_now()
    assert deliveries.drain() == 0, "it waits for its time"
    make_due()
    assert deliveries.drain() == 0
    again = Delivery.objects.get(consumer="stumble")
    assert again.due_at - clock.recorded_now() > row.due_at - row.event.recorded_at - timedelta(seconds=1)
    make_due()
    assert deliveries.drain() == 1
    row = Delivery.objects.get(consumer="stumble")
    assert (row.state, row.tries, row.error) == (DeliveryState.DONE, 3, "")


def test_even_a_broken_outbox_does_not_break_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(size: int) -> list[Delivery]:
        raise RuntimeError("outbox")

    deliveries.register("ear", lambda event: None)
    monkeypatch.setattr(deliveries, "_claim", broken)
    write()
    assert ours().count() == 1
    assert Delivery.objects.filter(consumer="ear", state=DeliveryState.WAITING).count() == 1


def test_a_consumer_may_write_events_of_its_own() -> None:
    heard: list[str] = []

    def answer(event: Event) -> None:
        heard.append(event.kind)
        if event.kind == "test.done":
            write("test.answered")

    deliveries.register("answer", answer)
    write()
    assert heard == ["test.done", "test.answered"]
    assert not Delivery.objects.filter(consumer="answer", state=DeliveryState.WAITING).exists()


def test_what_a_dead_process_had_claimed_comes_due_again() -> None:
    heard: list[str] = []
    deliveries.register("ear", lambda event: heard.append(event.uid))
    event = write()
    Delivery.objects.filter(consumer="ear").update(state=DeliveryState.WAITING, done_at=None)
    make_due()
    assert len(deliveries._claim(10)) == 1
    assert deliveries._claim(10) == [], "claimed rows are nobody else's"
    make_due()
    deliveries.drain()
    assert heard == [event.uid, event.uid]


def test_deliveries_of_a_missing_consumer_wait_for_it() -> None:
    deliveries.register("gone", lambda event: None)
    with transaction.atomic():
        append("test.done", by=CLERK, at=AT)
        deliveries.unregister("gone")
    assert deliveries.drain() == 0
    heard: list[str] = []
    deliveries.register("gone", lambda event: heard.append(event.kind))
    assert deliveries.drain() == 1
    assert heard == ["test.done"]


def test_the_name_of_the_log_is_taken() -> None:
    with pytest.raises(ValueError, match="sequencer"):
        deliveries.register(deliveries.LOG, lambda event: None)


def test_many_drains_at_once_deliver_each_event_once(settings: object) -> None:
    settings.SUNLIT_INLINE_DELIVERIES = False
    heard: list[str] = []
    deliveries.register("ear", lambda event: heard.append(event.uid))
    events = write_many(120)

    def drain() -> None:
        try:
            deliveries.drain()
        finally:
            connection.close()

    threads = [threading.Thread(target=drain) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    deliveries.drain()
    assert sorted(heard) == sorted(event.uid for event in events)


def test_old_rows_are_forgotten_and_waiting_ones_are_not() -> None:
    deliveries.register("ear", lambda event: None)
    write()
    long_ago = clock.recorded_now() - timedelta(days=31)
    Delivery.objects.filter(consumer="ear").update(done_at=long_ago)
    Delivery.objects.filter(consumer=deliveries.LOG).update(due_at=long_ago)
    IdempotencyKey.objects.create(scope="s", key="k", payload_digest="", created_at=long_ago)
    assert tasks.purge() == 2
    assert list(Delivery.objects.filter(event__in=ours()).values_list("consumer", flat=True)) == [
        deliveries.LOG
    ]
