"""The watcher: a write without an event does not go unseen."""

import pytest
from django.db import transaction

from marketplace.ledger import leases, quiet
from marketplace.ledger.actions import open_log
from marketplace.ledger.models import LogKey
from tests.ledger.trail import AT, CLERK, write

pytestmark = pytest.mark.django_db


def make_key() -> None:
    LogKey.objects.create(origin="x", key_id="00", public_key=bytes(32), created_at=AT)


def test_a_write_without_an_event_is_found() -> None:
    with pytest.raises(quiet.UnseenWrite, match="ledger_logkey"), quiet.watch():
        make_key()
    with pytest.raises(quiet.UnseenWrite, match="ledger_logkey"), quiet.watch():
        LogKey.objects.filter(origin="x").update(retired_at=AT)


def test_a_write_with_its_event_and_quiet_tables_pass() -> None:
    with quiet.watch(events=1):
        make_key()
        write()
    with quiet.watch(events=0):
        leases.take("job", 1)


def test_two_events_for_one_act_are_found() -> None:
    with pytest.raises(quiet.UnseenWrite, match="2 events instead of 1"), quiet.watch(events=1):
        write()
        write()


def test_opening_the_log_leaves_one_event() -> None:
    with quiet.watch(events=1):
        open_log(demo=False, by=CLERK, at=AT)
    with quiet.watch(events=0):
        open_log(demo=False, by=CLERK, at=AT)


@pytest.mark.parametrize(
    "sql",
    [
        'INSERT INTO "a_b" VALUES (1)',
        "insert or ignore into a_b values (1)",
        "REPLACE INTO a_b VALUES (1)",
        'UPDATE "a_b" SET x = 1',
        "DELETE FROM a_b",
        "TRUNCATE TABLE a_b",
        'TRUNCATE "a_b"',
    ],
)
def test_every_form_of_writing_is_read(sql: str) -> None:
    assert quiet.WRITE.match(sql)[1] == "a_b"


def test_every_quiet_table_has_its_reason() -> None:
    assert all(len(reason) > 10 for reason in quiet.QUIET_TABLES.values())


def test_what_a_savepoint_took_back_was_not_written() -> None:
    with quiet.watch(events=0) as seen:
        with pytest.raises(ValueError, match="refused"), transaction.atomic():
            make_key()
            write()
            raise ValueError("refused")
        assert seen.loud == []
    with pytest.raises(quiet.UnseenWrite, match="ledger_logkey"), quiet.watch():
        make_key()
        with pytest.raises(ValueError, match="refused"), transaction.atomic():
            write()
            raise ValueError("refused")
