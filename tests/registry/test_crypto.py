"""Personal data at rest: AES-GCM bound to its column, blind index, key rotation."""

import base64
import os
import stat
from pathlib import Path

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured

from marketplace.registry import crypto
from marketplace.registry.models import Person
from tests.registry.world import AT


def key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


@pytest.fixture
def own_keys(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("PERSONAL_DATA_KEY", key())
    return monkeypatch


def test_a_value_opens_again_and_only_in_its_column(own_keys: pytest.MonkeyPatch) -> None:
    sealed = crypto.encrypt("13800138000", context="registry_person.mobile")
    assert "13800138000" not in sealed
    assert crypto.decrypt(sealed, context="registry_person.mobile") == "13800138000"
    with pytest.raises(crypto.PersonalDataUnreadable):
        crypto.decrypt(sealed, context="registry_person.id_number")


def test_the_same_value_never_looks_the_same(own_keys: pytest.MonkeyPatch) -> None:
    assert len({crypto.encrypt("x", context="c") for _unused in range(50)}) == 50


def test_every_changed_character_is_noticed(own_keys: pytest.MonkeyPatch) -> None:
    sealed = crypto.encrypt("13800138000", context="c")
    for place in range(len(sealed)):
        other = "A" if sealed[place] != "A" else "B"
        changed = sealed[:place] + other + sealed[place + 1 :]
        if base64_same(sealed, changed):
            continue
        with pytest.raises(crypto.PersonalDataUnreadable):
            crypto.decrypt(changed, context="c")


def base64_same(one: str, other: str) -> bool:
    """Whether only the version word differs or the same bytes are spelt another way."""
    first, second = one.split("."), other.split(".")
    if len(second) != 3 or first[1] != second[1]:
        return False
    return base64.b64decode(first[2]) == base64.b64decode(second[2])


@pytest.mark.parametrize("stored", ["", "x", "g1.x", "g1.00000000.AAAA", "g1..", "g2.a.b.c", "g1.é.é"])
def test_nonsense_is_refused_not_shown(own_keys: pytest.MonkeyPatch, stored: str) -> None:
    with pytest.raises(crypto.PersonalDataUnreadable):
        crypto.decrypt(stored, context="c")


def test_a_new_first_key_encrypts_and_the_old_one_still_opens_and_finds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old, new = key(), key()
    monkeypatch.setenv("PERSONAL_DATA_KEY", old)
    sealed, index = crypto.encrypt("secret", context="c"), crypto.blind_index("13800138000")
    monkeypatch.setenv("PERSONAL_DATA_KEY", f"{new},{old}")
    assert crypto.decrypt(sealed, context="c") == "secret"
    assert crypto.encrypt("secret", context="c").split(".")[1] != sealed.split(".")[1]
    assert crypto.blind_index("13800138000") == index
    monkeypatch.setenv("PERSONAL_DATA_KEY", new)
    with pytest.raises(crypto.PersonalDataUnreadable):
        crypto.decrypt(sealed, context="c")


@pytest.mark.parametrize("bad", ["short", "AAAA", "AAAA,AAAA"])
def test_a_bad_key_stops_the_start(monkeypatch: pytest.MonkeyPatch, bad: str) -> None:
    monkeypatch.setenv("PERSONAL_DATA_KEY", bad)
    with pytest.raises((ImproperlyConfigured, ValueError)):
        crypto.keys()


def test_the_key_file_is_made_once_and_closed_to_others(
    tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PERSONAL_DATA_KEY", raising=False)
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    first = crypto.keys()
    path = tmp_path / "keys" / "personal.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    crypto._keys_from.cache_clear()
    assert crypto.keys() == first
    assert [p.name for p in path.parent.iterdir()] == ["personal.key"]
    crypto._keys_from.cache_clear()


def test_the_blind_index_depends_on_key_purpose_and_value_only(own_keys: pytest.MonkeyPatch) -> None:
    one = crypto.blind_index("11010519491231002x", context="id_number")
    assert one == crypto.blind_index(" 11010519491231002X ", context="id_number")
    assert one != crypto.blind_index("11010519491231002X", context="mobile")
    assert crypto.blind_index("  ") == ""
    own_keys.setenv("PERSONAL_DATA_KEY", key())
    assert one != crypto.blind_index("11010519491231002X", context="id_number")


@pytest.mark.parametrize(
    ("value", "shown"),
    [("", ""), ("13800138000", "138****8000"), ("1234567", "*******"), ("12345678", "123*5678")],
)
def test_masking(value: str, shown: str) -> None:
    assert crypto.mask(value) == shown


def test_an_encrypted_column_cannot_be_searched(db: None) -> None:
    Person.objects.create(name="某人", mobile="13800138000", created_at=AT)
    for lookup in ("mobile", "mobile__contains", "mobile__startswith"):
        with pytest.raises(FieldError):
            list(Person.objects.filter(**{lookup: "138"}))
    assert Person.objects.filter(mobile__isnull=False).get().mobile == "13800138000"
