"""Personal data at rest: AES-256-GCM per field, and a blind index to look up by.

The key lies in ``PERSONAL_DATA_KEY`` (base64, 32 bytes; several joined by commas) or in
``DATA_DIR/keys/personal.key`` (one per line, made at first use, mode 0600). The first
key encrypts, every listed key decrypts; the blind index hangs on the last (oldest) one,
so that rotation leaves look-ups working.
"""

import base64
import hashlib
import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

PREFIX = "g1"


class PersonalDataUnreadable(Exception):
    """A stored value does not open with any configured key, or was altered or moved."""


def _parse(text: str) -> tuple[bytes, ...]:
    keys = tuple(base64.b64decode(part) for part in text.replace(",", "\n").split())
    if not keys or any(len(key) != 32 for key in keys):
        raise ImproperlyConfigured("PERSONAL_DATA_KEY must hold base64 keys of 32 bytes each")
    return keys


def _key_file() -> Path:
    return Path(settings.DATA_DIR) / "keys" / "personal.key"


def _read_or_make(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(base64.b64encode(secrets.token_bytes(32)).decode() + "\n")
        # link() fails when another process was first, and then its key is the one.
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        fresh.unlink()
    return path.read_text()


@lru_cache(maxsize=4)
def _keys_from(env: str, path: str) -> tuple[bytes, ...]:
    return _parse(env or _read_or_make(Path(path)))


def keys() -> tuple[bytes, ...]:
    """Every key, the encrypting one first; raises ``ImproperlyConfigured``."""
    env = getattr(settings, "PERSONAL_DATA_KEY", "") or os.environ.get("PERSONAL_DATA_KEY", "")
    return _keys_from(env, str(_key_file()))


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"sunlit personal key\0" + key).hexdigest()[:8]


def encrypt(text: str, *, context: str) -> str:
    """``text`` as ``g1.<key id>.<base64>``; ``context`` binds it to its column."""
    key, nonce = keys()[0], secrets.token_bytes(12)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), context.encode())
    return f"{PREFIX}.{_key_id(key)}.{base64.b64encode(nonce + sealed).decode()}"


def decrypt(stored: str, *, context: str) -> str:
    """The text again; raises ``PersonalDataUnreadable``."""
    try:
        _prefix, key_id, body = stored.split(".")
        key = next(key for key in keys() if _key_id(key) == key_id)
        raw = base64.b64decode(body)
        return AESGCM(key).decrypt(raw[:12], raw[12:], context.encode()).decode()
    except (ValueError, StopIteration, InvalidTag) as error:
        raise PersonalDataUnreadable(f"{context}: cannot be opened") from error


def blind_index(value: str, *, context: str = "") -> str:
    """A keyed digest (64 hex digits) to find an encrypted value by; empty for an empty value.

    Values are stripped and upper-cased first, so pass them normalised (kernel.codes).
    """
    text = value.strip().upper()
    if not text:
        return ""
    key = hmac.digest(keys()[-1], b"sunlit blind index " + context.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


def mask(value: str, *, head: int = 3, tail: int = 4) -> str:
    """What may be shown of a number: ``138****5678``; short values vanish whole."""
    if not value:
        return ""
    if len(value) <= head + tail:
        return "*" * len(value)
    return f"{value[:head]}{'*' * (len(value) - head - tail)}{value[-tail:]}"


class EncryptedTextField(models.TextField):
    """A text column that is encrypted at rest; it cannot be searched or ordered by."""

    def _context(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way in; empty and None stay as they are."""
        value = super().get_prep_value(value)
        return encrypt(value, context=self._context()) if value else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Decrypt on the way out."""
        return decrypt(value, context=self._context()) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Only presence can be asked: ciphertext differs at every write."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
