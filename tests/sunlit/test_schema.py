"""The snapshot of the database is exactly what the migrations make. Never skipped."""

import sqlite3
from pathlib import Path

import pytest
from django.core.management import call_command

from sunlit import schema
from sunlit.management.commands.schema import migrated_dump


def test_snapshot_equals_a_real_migration() -> None:
    assert schema.why_not_usable() == "", "run `make schema` after migrations changed"
    assert migrated_dump() == schema.PATH.read_text("utf-8"), "run `make schema` after migrations changed"


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_a_loaded_snapshot_dumps_to_itself(tmp_path: Path) -> None:
    schema.load(tmp_path / "new.sqlite3")
    assert schema.dump(tmp_path / "new.sqlite3") == schema.PATH.read_text("utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["new.sqlite3"]


def test_two_installations_share_no_random_key(tmp_path: Path) -> None:
    keys = []
    for name in ("a", "b"):
        schema.load(tmp_path / name)
        with sqlite3.connect(tmp_path / name) as database:
            keys += [row[0] for row in database.execute("SELECT translation_key FROM wagtailcore_page")]
        database.close()
    assert len(keys) == len(set(keys)) >= 2


def test_a_changed_migration_or_setting_makes_it_unusable(monkeypatch: pytest.MonkeyPatch, settings) -> None:
    known = schema.sources()
    monkeypatch.setattr(schema, "sources", lambda: known | {"registry.0001_initial": "changed"})
    assert "registry.0001_initial has changed" in schema.why_not_usable()
    monkeypatch.setattr(schema, "sources", lambda: known)
    settings.LANGUAGE_CODE = "en"
    assert "settings" in schema.why_not_usable()


def test_a_new_migration_on_top_is_left_to_migrate(monkeypatch: pytest.MonkeyPatch) -> None:
    known = schema.sources()
    monkeypatch.setattr(schema, "sources", lambda: known | {"registry.9999_later": "new"})
    assert schema.why_not_usable() == ""
