"""A backup is whole, checked before anything is replaced, and brings everything back."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from marketplace.ledger.models import Event
from marketplace.registry.models import Region
from sunlit import backup

pytestmark = pytest.mark.django_db(transaction=True)


def quiet(*args: object) -> None:
    """Progress that nobody reads."""


@pytest.fixture
def site(settings, tmp_path: Path):
    """Data folders of their own, one stored file, one key, one row."""
    settings.FILES_DIR, settings.KEYS_DIR = tmp_path / "data/files", tmp_path / "data/keys"
    settings.MEDIA_ROOT, settings.LEDGER_KEYS_DIR = tmp_path / "data/media", tmp_path / "data/log-keys"
    settings.FILES_DIR.joinpath("ab").mkdir(parents=True)
    settings.KEYS_DIR.mkdir()
    (settings.FILES_DIR / "ab/abcd").write_bytes(b"a file")
    (settings.KEYS_DIR / "personal.key").write_text("secret")
    settings.LEDGER_KEYS_DIR.mkdir()
    (settings.LEDGER_KEYS_DIR / "ledger-0a.pem").write_text("secret too")
    Region.objects.create(code="420500", name="宜昌市", level="city", path="420500", full_name="湖北省宜昌市")
    return settings


def test_everything_comes_back(site, tmp_path: Path) -> None:
    written = backup.back_up(tmp_path / "backup", quiet)
    assert written.files == 2
    Region.objects.all().delete()
    (site.FILES_DIR / "ab/abcd").unlink()
    backup.restore(tmp_path / "backup", quiet)
    assert Region.objects.get().full_name == "湖北省宜昌市"
    assert (site.FILES_DIR / "ab/abcd").read_bytes() == b"a file"


def test_keys_are_listed_but_not_copied(site, tmp_path: Path) -> None:
    backup.back_up(tmp_path / "backup", quiet)
    assert not (tmp_path / "backup/keys").exists()
    manifest = json.loads((tmp_path / "backup/manifest.json").read_text())
    assert list(manifest["keys_needed"]) == ["ledger-0a.pem", "personal.key"]
    assert "secret" not in json.dumps(manifest)
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0


def test_restoring_without_the_keys_changes_nothing(site, tmp_path: Path) -> None:
    backup.back_up(tmp_path / "backup", quiet)
    (site.KEYS_DIR / "personal.key").write_text("another")
    Region.objects.update(name="now")
    with pytest.raises(backup.CannotRestore, match=r"personal\.key"):
        backup.restore(tmp_path / "backup", quiet)
    assert Region.objects.get().name == "now"


def test_with_keys_another_machine_can_take_over(site, tmp_path: Path) -> None:
    backup.back_up(tmp_path / "backup", quiet, with_keys=True)
    (site.KEYS_DIR / "personal.key").unlink()
    (site.LEDGER_KEYS_DIR / "ledger-0a.pem").unlink()
    backup.restore(tmp_path / "backup", quiet)
    assert (site.LEDGER_KEYS_DIR / "ledger-0a.pem").read_text() == "secret too"
    assert (site.KEYS_DIR / "personal.key").read_text() == "secret"
    assert (site.KEYS_DIR / "personal.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("harm", ["change", "delete", "no manifest", "escape"])
def test_a_damaged_backup_is_refused_before_anything_changes(site, tmp_path: Path, harm: str) -> None:
    backup.back_up(tmp_path / "backup", quiet)
    stored, manifest = tmp_path / "backup/files/ab/abcd", tmp_path / "backup/manifest.json"
    if harm == "change":
        stored.write_bytes(b"A file")
    elif harm == "delete":
        stored.unlink()
    elif harm == "no manifest":
        manifest.unlink()
    else:
        manifest.write_text(manifest.read_text().replace("files/ab/abcd", "../../etc/passwd"))
    Region.objects.update(name="now")
    with pytest.raises(backup.CannotRestore):
        backup.restore(tmp_path / "backup", quiet)
    assert Region.objects.get().name == "now"


def test_a_folder_in_use_is_not_written_into(site, tmp_path: Path) -> None:
    with pytest.raises(backup.CannotBackUp, match="not empty"):
        backup.back_up(site.FILES_DIR, quiet)


def test_the_command_leaves_one_event(site, tmp_path: Path) -> None:
    before = Event.objects.count()
    call_command("backup", str(tmp_path / "backup"))
    assert Event.objects.count() == before + 1
    event = Event.objects.latest("id")
    assert event.kind == "platform.backed_up" and event.data["with_keys"] is False


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_a_site_that_is_served_is_not_overwritten(site, tmp_path: Path) -> None:
    from sunlit import preflight

    backup.back_up(tmp_path / "backup", quiet)
    site.DATA_DIR = tmp_path / "data"
    with preflight.lock(site.DATA_DIR), pytest.raises(CommandError, match="already serves"):
        call_command("restore", str(tmp_path / "backup"), "--yes")
    assert connection.vendor == "sqlite"
