"""``verify``: every single-byte change, deletion and reordering of 1,000 logged events is found and named."""

import io
import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import connection

from marketplace.ledger import bodies, deliveries, queries, sequencer, triggers
from marketplace.ledger.actions import rotate_key
from marketplace.ledger.models import Checkpoint, Delivery, Event, Leaf
from marketplace.ledger.verify import Report, verify_log
from tests.ledger.trail import AT, CLERK, ours, write, write_many

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _leave_the_wreck() -> Iterator[None]:
    """What an intruder did breaks foreign keys on purpose: roll it back without a check."""
    yield
    connection.needs_rollback = True


@pytest.fixture
def thousand() -> list[Event]:
    """1,000 logged events in several batches."""
    return logged_events(1, 300, 16, 683)


@pytest.fixture
def logged() -> list[Event]:
    """Enough logged events for a full tile and several signed heads."""
    return logged_events(1, 220, 59)


def logged_events(*batches: int) -> list[Event]:
    for count in batches:
        write_many(count)
        sequencer.run_once()
    events = list(ours().order_by("pk"))
    assert len(events) == sum(batches)
    assert verify_log().ok
    return events


@contextmanager
def intruder() -> Iterator[Callable[..., None]]:
    """Somebody who owns the database: no triggers, no foreign keys, no constraints."""
    triggers.remove()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute("SET session_replication_role = replica")
        yield cursor.execute
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = OFF")
        else:
            cursor.execute("SET session_replication_role = DEFAULT")


def named(report: Report, part: str) -> list[str]:
    """Where problems were found, as far as the place holds ``part``."""
    return [problem.where for problem in report.problems if part in problem.where]


def flip(text: str, rng: random.Random) -> str:
    """The text with one byte changed into another printable one."""
    at = rng.randrange(len(text))
    other = rng.choice(
        [char for char in map(chr, range(33, 127)) if char != text[at] and char not in "\"\\'"]
    )
    return text[:at] + other + text[at + 1 :]


@pytest.mark.parametrize("seed", [1, 2])
def test_one_changed_byte_in_each_of_1000_events_is_found_1000_times(
    seed: int, thousand: list[Event]
) -> None:
    rng = random.Random(seed)
    with intruder() as execute:
        for event in thousand:
            column = rng.choice(["uid", "kind", "actor", "data", "digest", "salt"])
            value = getattr(event, column)
            if column in ("actor", "data"):
                _flip_json(execute, column, event, rng)
                continue
            if column == "salt":
                changed = bytearray(value)
                changed[rng.randrange(32)] ^= 1 << rng.randrange(8)
                value = bytes(changed)
            else:
                value = flip(value, rng)
            execute(f"UPDATE ledger_event SET {column} = %s WHERE id = %s", [value, event.pk])
    report = verify_log()
    assert len([problem for problem in report.problems if "ledger_" not in problem.where]) == 1000


def _flip_json(execute: Callable[..., None], column: str, event: Event, rng: random.Random) -> None:
    """One byte inside a value, so that the text stays JSON."""
    value = dict(getattr(event, column))
    key = rng.choice(sorted(value))
    changed = flip(str(value[key]), rng) if isinstance(value[key], str) else value[key] + 1
    text = json.dumps({**value, key: changed})
    cast = "::jsonb" if connection.vendor == "postgresql" else ""
    execute(f"UPDATE ledger_event SET {column} = %s{cast} WHERE id = %s", [text, event.pk])


@pytest.mark.parametrize("column", ["at", "recorded_at"])
def test_a_changed_time_is_found(column: str, thousand: list[Event]) -> None:
    with intruder() as execute:
        if connection.vendor == "sqlite":
            execute(f"UPDATE ledger_event SET {column} = replace({column}, '2', '1')")
            execute(
                f"UPDATE ledger_event SET {column} = replace({column}, ' ', 'T') WHERE {column} NOT LIKE '%2%'"
            )
        else:
            execute(f"UPDATE ledger_event SET {column} = {column} + interval '1 microsecond'")
    assert len(named(verify_log(), "test.")) == 1000


@pytest.mark.parametrize("column", ["subject_type", "subject_id", "subject_ref"])
def test_another_subject_is_found(column: str, logged: list[Event]) -> None:
    with intruder() as execute:
        execute(f"UPDATE ledger_event SET {column} = %s WHERE id = %s", ["7", logged[150].pk])
    assert len(named(verify_log(), logged[150].uid)) == 1


def test_where_the_database_keeps_text_even_a_byte_that_means_the_same_is_found(logged: list[Event]) -> None:
    """SQLite keeps JSON as it was written; PostgreSQL keeps its meaning, so there is nothing to change."""
    cast = "::text" if connection.vendor == "postgresql" else ""
    back = "::jsonb" if cast else ""
    with intruder() as execute:
        widened = f"UPDATE ledger_event SET data = replace(data{cast}, ': ', ':  '){back} WHERE id = %s"
        execute(widened, [logged[3].pk])
    assert bool(named(verify_log(), logged[3].uid)) is (connection.vendor == "sqlite")


def test_every_deleted_event_is_found(thousand: list[Event]) -> None:
    with intruder() as execute:
        execute("DELETE FROM ledger_delivery")
        execute("DELETE FROM ledger_event WHERE kind = 'test.counted'")
    assert len(named(verify_log(), "ledger_leaf")) == 1000


def test_a_deleted_event_cannot_be_passed_off_as_padding(logged: list[Event]) -> None:
    leaf = Leaf.objects.get(event=logged[200])
    with intruder() as execute:
        execute("DELETE FROM ledger_delivery WHERE event_id = %s", [logged[200].pk])
        execute("DELETE FROM ledger_event WHERE id = %s", [logged[200].pk])
        execute(
            'UPDATE ledger_leaf SET event_id = NULL, opening = %s WHERE "index" = %s', [bytes(32), leaf.index]
        )
    assert named(verify_log(), f"ledger_leaf {leaf.index}") == [f"ledger_leaf {leaf.index}"]


def test_a_rewritten_event_with_a_matching_digest_is_found(logged: list[Event]) -> None:
    event = logged[170]
    event.data = {"number": 1_000_000}
    with intruder() as execute:
        cast = "::jsonb" if connection.vendor == "postgresql" else ""
        execute(
            f"UPDATE ledger_event SET data = %s{cast}, digest = %s WHERE id = %s",
            ['{"number": 1000000}', bodies.digest(event), event.pk],
        )
        report = verify_log()
        assert named(report, "ledger_leaf"), "the leaf still holds the old entry"
        execute(
            "UPDATE ledger_leaf SET entry = %s WHERE event_id = %s",
            [bytes.fromhex(bodies.digest(event)), event.pk],
        )
    report = verify_log()
    assert not named(report, "ledger_leaf")
    assert named(report, "ledger_checkpoint"), "the signed heads do not know the new entry"


def test_reordered_events_are_found(logged: list[Event]) -> None:
    first, second = Leaf.objects.filter(event__in=logged[10:12]).order_by("index")
    with intruder() as execute:
        for index, other in ((first.index, -1), (second.index, first.index), (-1, second.index)):
            execute('UPDATE ledger_leaf SET "index" = %s WHERE "index" = %s', [other, index])
    report = verify_log()
    assert not report.ok
    assert named(report, "ledger_checkpoint")


def test_events_that_swap_their_numbers_are_found(logged: list[Event]) -> None:
    one, two = logged[10].pk, logged[190].pk
    with intruder() as execute:
        for old, new in ((one, -1), (two, one), (-1, two)):
            execute("UPDATE ledger_event SET id = %s WHERE id = %s", [new, old])
    assert len(named(verify_log(), "ledger_leaf")) == 2


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ('DELETE FROM ledger_leaf WHERE "index" = 77', "ledger_leaf 77"),
        ('UPDATE ledger_node SET hash = entry FROM ledger_leaf WHERE ledger_leaf."index" = 5', "ledger_node"),
        ("DELETE FROM ledger_node", "ledger_node 1/0"),
        ("UPDATE ledger_checkpoint SET size = size + 16 WHERE size = 16", "ledger_checkpoint 32"),
        ("UPDATE ledger_checkpoint SET note = replace(note, '=', '+')", "ledger_checkpoint"),
        (
            "DELETE FROM ledger_checkpoint WHERE size = (SELECT max(size) FROM ledger_checkpoint)",
            "ledger_leaf",
        ),
        ("UPDATE ledger_checkpoint SET epoch = 900 WHERE size = 16", "ledger_checkpoint"),
        ("UPDATE ledger_logkey SET key_id = '00000000'", "ledger_logkey"),
        ("UPDATE ledger_heartbeat SET note = replace(note, '1', '2')", "ledger_heartbeat"),
    ],
)
def test_a_touched_log_is_found(statement: str, where: str, logged: list[Event]) -> None:
    sequencer.beat()
    with intruder() as execute:
        execute(statement)
    assert named(verify_log(), where)


def test_a_truncated_log_is_found_with_a_head_kept_elsewhere(logged: list[Event]) -> None:
    kept = queries.head().note
    assert verify_log(earlier=kept).ok
    smaller = Checkpoint.objects.order_by("-size")[1]
    with intruder() as execute:
        execute("DELETE FROM ledger_delivery")
        execute(
            'DELETE FROM ledger_event WHERE id IN (SELECT event_id FROM ledger_leaf WHERE "index" >= %s)',
            [smaller.size],
        )
        execute('DELETE FROM ledger_leaf WHERE "index" >= %s', [smaller.size])
        execute('DELETE FROM ledger_node WHERE "index" >= %s', [smaller.size // 256])
        execute("DELETE FROM ledger_checkpoint WHERE size > %s", [smaller.size])
        execute("DELETE FROM ledger_heartbeat")
    assert verify_log().ok, "nothing inside the database tells of it"
    assert not verify_log(earlier=kept).ok
    assert not verify_log(earlier="no checkpoint").ok
    assert verify_log(earlier=smaller.note).ok


def test_an_unsequenced_tail_is_named_and_no_error(logged: list[Event]) -> None:
    tail = [write(), write()]
    report = verify_log()
    assert report.ok
    assert [line.split()[0] for line in report.unsequenced] == [event.uid for event in tail]
    assert any(tail[0].uid in line for line in report.lines())


def test_an_event_that_nothing_waits_for_is_an_error(logged: list[Event]) -> None:
    event = write()
    Delivery.objects.filter(event=event, consumer=deliveries.LOG).delete()
    assert named(verify_log(), event.uid)


def test_rotation_keeps_the_log_whole(logged: list[Event]) -> None:
    rotate_key(by=CLERK, at=AT)
    sequencer.run_once()
    report = verify_log()
    assert report.ok
    assert report.events == Event.objects.count()
    assert report.size == report.events + report.padding


def test_an_empty_log_is_whole() -> None:
    assert verify_log().ok or verify_log().unsequenced


def test_the_command_that_changes_keys(logged: list[Event]) -> None:
    out = io.StringIO()
    call_command("rotate_log_key", stdout=out)
    assert out.getvalue().strip() == queries.log_keys()[0].vkey()
    sequencer.run_once()
    assert verify_log().ok
