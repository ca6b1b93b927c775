"""Append-only tables: the database says no, also to whom Django does not stop."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from marketplace.ledger import sequencer, triggers
from marketplace.ledger.models import Checkpoint, Event, Leaf, LogKey, Node
from tests.ledger.trail import write, write_many

pytestmark = pytest.mark.django_db


def refused(sql: str, *params: object) -> None:
    """The statement raises and changes nothing."""
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, params)


@pytest.mark.parametrize("model", [Event, Leaf, Node, Checkpoint])
def test_nothing_logged_can_be_changed_or_deleted(model: type[Model]) -> None:
    write_many(250)
    sequencer.run_once()
    table, key = model._meta.db_table, model._meta.pk.column
    assert model._default_manager.exists()
    refused(f'UPDATE {table} SET "{key}" = "{key}"')
    refused(f"DELETE FROM {table}")


def test_replace_and_upsert_do_not_get_around() -> None:
    write()
    sequencer.run_once()
    if connection.vendor == "sqlite":
        refused("REPLACE INTO ledger_leaf SELECT * FROM ledger_leaf")
        refused("UPDATE OR REPLACE ledger_event SET uid = 'x'")
    else:
        refused("TRUNCATE ledger_node")
        upsert = "INSERT INTO ledger_leaf SELECT * FROM ledger_leaf ON CONFLICT (\"index\") DO UPDATE SET entry = ''"
        refused(upsert)


def test_a_key_may_retire_and_nothing_else() -> None:
    write()
    sequencer.run_once()
    LogKey.objects.update(retired_at="2026-01-01T00:00:00Z")
    refused("UPDATE ledger_logkey SET origin = 'other'")
    LogKey.objects.update(origin=LogKey.objects.get().origin)
    refused("DELETE FROM ledger_logkey")


def test_they_are_checked_and_come_back_with_migrate() -> None:
    assert triggers.missing() == []
    triggers.remove()
    names = triggers.missing()
    assert {"sunlit_append_only_ledger_event_update", "sunlit_append_only_ledger_event_delete"} <= set(names)
    with pytest.raises(SystemCheckError, match="ledger_event_update"):
        call_command("check", databases=["default"])
    triggers.install()
    triggers.install()
    assert triggers.missing() == []
    call_command("check", databases=["default"])


def test_frozen_columns_let_the_others_move(monkeypatch: pytest.MonkeyPatch) -> None:
    registered = {LogKey: (frozenset({"update"}), None, ("retired_at",))}
    monkeypatch.setattr(triggers, "_registered", registered)
    (guard,) = triggers.guards()
    assert set(guard.columns) == {"id", "origin", "key_id", "public_key", "created_at"}
    monkeypatch.setattr(triggers, "_registered", {LogKey: (frozenset({"update"}), ("nothing",), ())})
    with pytest.raises(Exception, match="nothing"):
        triggers.guards()
