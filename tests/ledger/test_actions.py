"""append: one event beside its act, in the transaction of the act, cheap and never half written."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from marketplace.kernel.actor import Actor
from marketplace.ledger import bodies, deliveries
from marketplace.ledger.actions import append
from marketplace.ledger.models import Delivery, Event, Lease
from tests.ledger.trail import AT, CLERK, ours, write

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        append("test.done", by=CLERK, at=AT)
    assert not ours().exists()


@pytest.mark.parametrize(
    "kind", ["", "done", "Test.done", "test.", "test.done.twice", "test.done\n", "测试.完成"]
)
def test_a_bad_kind_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="kind"):
        write(kind)


@pytest.mark.parametrize("value", [1.5, b"x", {1: "a"}, "a\x00b", "\ud800", object(), {"a": [float("nan")]}])
def test_data_that_would_not_survive_a_database_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        write(value=value)
    assert not ours().exists()


def test_money_and_times_become_strings() -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)
    event = write(amount=Decimal("1286000.00"), at_time=at, day=date(2026, 1, 2), many=(1, None, True))
    event.refresh_from_db()
    assert event.data == {
        "amount": "1286000.00",
        "at_time": "2026-01-02T03:04:05.000006Z",
        "day": "2026-01-02",
        "many": [1, None, True],
    }


def test_append_costs_two_statements_with_three_consumers() -> None:
    for name in ("search", "inbox", "cms"):
        deliveries.register(name, lambda event: None)
    with transaction.atomic(), CaptureQueriesContext(connection) as seen:
        append("test.done", by=CLERK, at=AT, data={"a": 1})
    statements = [query["sql"] for query in seen if "SAVEPOINT" not in query["sql"]]
    assert len(statements) == 2, statements


def test_one_delivery_for_each_consumer_that_wants_it() -> None:
    deliveries.register("all", lambda event: None)
    deliveries.register("room", lambda event: None, ["test."])
    deliveries.register("kind", lambda event: None, ["test.done"])
    deliveries.register("other", lambda event: None, ["test.undone", "other."])
    event = write()
    assert set(event.deliveries.values_list("consumer", flat=True)) == {deliveries.LOG, "all", "room", "kind"}


def test_the_event_goes_with_its_act_when_the_transaction_fails() -> None:
    deliveries.register("all", lambda event: None)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        append("test.done", by=CLERK, at=AT)
        raise ZeroDivisionError
    assert not ours().exists()
    assert not Delivery.objects.filter(event__in=ours()).exists()


def test_the_subject_is_named_by_model_and_key() -> None:
    lease = Lease.objects.create(name="x", holder="", expires_at=AT)
    with transaction.atomic():
        event = append("test.done", subject=lease, by=CLERK, at=AT)
    assert (event.subject_type, event.subject_id, event.subject_ref) == ("ledger.Lease", "x", "")


def test_the_body_names_the_actor_only_by_kind_and_role() -> None:
    event = write()
    text = bodies.canonical(bodies.body(event)).decode()
    assert event.actor["name"] == "wang"
    assert "wang" not in text
    assert bodies.body(event)["actor"] == {"kind": "person", "role": "operator"}


def test_the_seal_opens_only_with_the_secret_of_the_row() -> None:
    event = write()
    assert bodies.sealed(event).encode() not in bodies.leaf_salt(event.salt)
    twin = Event(**{field.attname: getattr(event, field.attname) for field in Event._meta.concrete_fields})
    twin.actor = {**event.actor, "user_id": 8}
    assert bodies.digest(twin) != event.digest
    twin.actor, twin.salt = event.actor, bodies.leaf_salt(event.salt)
    assert bodies.sealed(twin) != bodies.sealed(event)


def test_the_digest_is_the_same_after_a_round_trip() -> None:
    event = write(text="公告“更正”\u2028 é", number=10**15, nested={"b": 1, "a": [{"z": "", "y": None}]})
    fresh = Event.objects.get(pk=event.pk)
    assert bodies.digest(fresh) == fresh.digest == event.digest


def test_recorded_at_cannot_be_scripted(scripted_clock: object) -> None:
    event = write(by=Actor.system("job"))
    assert event.at == AT
    assert abs((datetime.now(UTC) - event.recorded_at).total_seconds()) < 60
