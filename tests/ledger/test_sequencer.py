"""The sequencer: every event gets one leaf, batches tell nothing, one writer at a time."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection, transaction

from marketplace.kernel import clock
from marketplace.ledger import bodies, keys, leases, merkle, notes, queries, sequencer, tasks
from marketplace.ledger.actions import LogOpen, append, open_log, rotate_key
from marketplace.ledger.models import Checkpoint, Delivery, Event, Heartbeat, Leaf, Lease, LogKey, Node
from tests.ledger.trail import AT, CLERK, ours, write, write_many

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_log(settings: object, tmp_path: Path) -> None:
    """The log is open and holds what migrating wrote; keys lie in a folder of the test."""
    settings.LEDGER_KEYS_DIR = tmp_path / "keys"
    sequencer.open_if_new()
    sequencer.run_once()


def size() -> int:
    """The size of the log."""
    newest = Checkpoint.objects.order_by("-size").first()
    return newest.size if newest else 0


def test_nothing_to_do() -> None:
    before = size()
    assert sequencer.run_once() == 0
    assert size() == before


@pytest.mark.parametrize("count", [1, 2, 15, 16, 17, 40])
def test_batches_are_padded_to_multiples_of_16(count: int) -> None:
    start = size()
    events = write_many(count)
    grown = sequencer.run_once()
    assert grown == -(-count // 16) * 16
    assert size() == start + grown
    assert start % 16 == 0
    leaves = Leaf.objects.filter(index__gte=start).order_by("index")
    assert [leaf.event_id for leaf in leaves if leaf.event_id] == [event.pk for event in events]
    assert {len(bytes(leaf.entry)) for leaf in leaves} == {32}


def test_padding_stands_at_random_places_and_opens() -> None:
    places = set()
    for _ in range(12):
        start = size()
        write()
        sequencer.run_once()
        places |= {leaf.index - start for leaf in Leaf.objects.filter(index__gte=start, event__isnull=False)}
    assert len(places) > 3
    for leaf in Leaf.objects.filter(event__isnull=True):
        assert bodies.padding(leaf.opening) == bytes(leaf.entry)


def test_the_entry_is_the_digest_of_the_event() -> None:
    event = write()
    sequencer.run_once()
    leaf = Leaf.objects.get(event=event)
    assert bytes(leaf.entry).hex() == event.digest == bodies.digest(Event.objects.get(pk=event.pk))


def test_every_head_is_signed_and_each_grows_out_of_the_last() -> None:
    for count in (1, 300, 20):
        write_many(count)
        sequencer.run_once()
    verifiers = keys.verifiers()
    heads = [notes.open_checkpoint(row.note, verifiers) for row in Checkpoint.objects.order_by("size")]
    for old, new in zip(heads, heads[1:], strict=False):
        proof = queries.consistency(old.size, new.size)
        assert merkle.is_consistent(old.size, old.root, new.size, new.root, proof)
    assert heads[-1].size == Leaf.objects.count()
    assert Node.objects.filter(level=1).count() == heads[-1].size // 256


def test_an_event_that_commits_late_is_not_passed_over() -> None:
    late = write()
    Delivery.objects.filter(event=late).update(state="done", done_at=AT)  # as if not committed yet
    write()
    sequencer.run_once()
    Delivery.objects.filter(event=late).update(state="waiting", done_at=None)
    sequencer.run_once()
    assert Leaf.objects.filter(event__in=ours()).count() == 2


def test_a_failed_batch_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    write_many(20)
    before = size()

    def fail(*_arguments: object) -> str:
        raise OSError("disk full")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="disk full"):
        patched.setattr(notes, "sign", fail)
        sequencer.run_once()
    assert size() == before == Leaf.objects.count()
    assert sequencer.run_once() == 32


def test_a_second_sequencer_waits_its_turn() -> None:
    write()
    with leases.hold(sequencer.LEASE, 30):
        assert sequencer.run_once() == 0
    assert sequencer.run_once() == 16


def test_a_sequencer_that_slept_past_its_lease_writes_nothing() -> None:
    write()
    asleep = leases.take(sequencer.LEASE, 30)
    Lease.objects.filter(name=sequencer.LEASE).update(expires_at=clock.recorded_now() - timedelta(seconds=1))
    assert sequencer.run_once() == 16
    write()
    with pytest.raises(leases.LeaseLost):
        sequencer._append_batch(asleep)
    assert Leaf.objects.filter(event__in=ours()).count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_sequencers_at_once_lose_and_double_nothing() -> None:
    events = write_many(100)

    def run() -> None:
        try:
            for number in range(5):
                write("test.more", number=number)
                sequencer.run_once()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sequencer.run_once()
    assert Leaf.objects.filter(event__in=ours()).count() == len(events) + 20
    assert size() == Leaf.objects.count()


def test_the_head_is_signed_again_each_minute_with_the_time() -> None:
    write()
    sequencer.run_once()
    Heartbeat.objects.all().delete()
    assert tasks.heartbeat() == 1
    assert tasks.heartbeat() == 0
    Heartbeat.objects.update(signed_at=clock.recorded_now() - timedelta(seconds=61))
    assert tasks.heartbeat() == 1
    head = queries.head()
    assert head.size == size()
    assert notes.signed_at(head.note, keys.verifiers()) == head.signed_at.replace(microsecond=0)
    write()
    sequencer.run_once()
    assert queries.head().size == size(), "a new head does not wait for the next beat"
    assert tasks.heartbeat() == 1


def test_private_keys_are_for_the_owner_only() -> None:
    write()
    sequencer.run_once()
    (file,) = keys.path("x").parent.glob("ledger-*.pem")
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    call_command("check", databases=["default"])
    file.chmod(0o644)
    with pytest.raises(SystemCheckError, match="others may read"):
        call_command("check", databases=["default"])


def test_a_lost_key_stops_the_log_and_says_so() -> None:
    write()
    sequencer.run_once()
    keys.path(LogKey.objects.get().key_id).unlink()
    write()
    with pytest.raises(keys.KeyMissing, match="backup"):
        sequencer.run_once()
    assert Leaf.objects.filter(event__in=ours()).count() == 1
    with pytest.raises(SystemCheckError, match="is missing"):
        call_command("check", databases=["default"])


def test_after_a_rotation_both_keys_sign_for_a_week() -> None:
    write()
    sequencer.run_once()
    first = keys.verifiers()
    rotate_key(by=CLERK, at=AT)
    sequencer.run_once()
    head = queries.head()
    new, old = keys.verifiers()
    assert old == first[0]
    assert new.name == old.name
    for verifier in (new, old):
        assert notes.open_checkpoint(head.note, [verifier]).size == head.size
    LogKey.objects.filter(retired_at__isnull=False).update(
        retired_at=clock.recorded_now() - timedelta(days=8)
    )
    write()
    sequencer.run_once()
    with pytest.raises(notes.BadNote):
        notes.open_checkpoint(queries.head().note, [old])
    event = Event.objects.get(kind="ledger.key_rotated")
    assert event.data == {"key": new.vkey(), "retired": old.vkey()}


@pytest.fixture
def without_log() -> None:
    """As before the first event was logged."""
    from marketplace.ledger import triggers

    triggers.remove()
    for model in (Heartbeat, Checkpoint, Node, Leaf, LogKey):
        model.objects.all().delete()
    triggers.install()


@pytest.mark.usefixtures("without_log")
def test_demo_data_have_a_log_of_their_own_name(settings: object) -> None:
    settings.BASE_URL = "https://trade.example/site"
    key = open_log(demo=True, by=CLERK, at=AT)
    assert key.origin == "trade.example/site/ledger/demo"
    assert open_log(demo=True, by=CLERK, at=AT) == key
    with pytest.raises(LogOpen, match="demo"):
        open_log(demo=False, by=CLERK, at=AT)
    assert keys.is_demo()


@pytest.mark.usefixtures("without_log")
def test_production_refuses_demo_data(settings: object) -> None:
    open_log(demo=True, by=CLERK, at=AT)
    call_command("check", databases=["default"])
    settings.SUNLIT_PRODUCTION = True
    with pytest.raises(SystemCheckError, match="demo data"):
        call_command("check", databases=["default"])
    with pytest.raises(keys.DemoData):
        sequencer.run_once()
    assert not Leaf.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("without_log")
def test_two_that_open_the_log_at_once_make_one_key() -> None:
    start = threading.Barrier(3)

    def go() -> None:
        try:
            start.wait()
            open_log(demo=False, by=CLERK, at=AT)
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert LogKey.objects.count() == 1
    assert Event.objects.filter(kind="ledger.log_opened", data__key=keys.verifiers()[0].vkey()).count() == 1


def test_a_log_that_is_asked_about_nothing() -> None:
    event = write()
    with pytest.raises(queries.NotLogged):
        queries.proof_text(event)
    with pytest.raises(LookupError):
        queries.consistency(1, size() + 1)
    with transaction.atomic():
        append("test.done", subject=Lease.objects.first(), by=CLERK, at=AT)
    backlog = queries.backlog()
    assert (backlog.unsequenced, backlog.waiting, backlog.failing) == (2, 0, 0)
