"""The log's keys: public halves in the database, private halves in files that only we may read."""

import os
from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import connection
from django.db.models import Q

from marketplace.kernel import clock
from marketplace.ledger.models import LogKey
from marketplace.ledger.notes import Signer, Verifier

DEMO = "/demo"
OVERLAP = timedelta(days=7)
"""How long a retired key signs beside its successor, so that who trusts the old one can follow."""


class KeyMissing(Exception):
    """The database names a current log key whose file is not there."""


class DemoData(Exception):
    """Demo data in a production installation."""


def origin(*, demo: bool) -> str:
    """The name a new log would get: ``LEDGER_ORIGIN``, or the site's address without scheme."""
    name = getattr(settings, "LEDGER_ORIGIN", "")
    if not name:
        address = urlsplit(settings.BASE_URL)
        name = f"{address.netloc}{address.path.rstrip('/')}/ledger"
    return f"{name}{DEMO}" if demo else name


def check_log(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """System check: no demo data in production, and the signing key is there and private."""
    found: list[CheckMessage] = []
    if not databases or LogKey._meta.db_table not in connection.introspection.table_names():
        return found
    if demo_in_production():
        hint = "Start production with an empty database; demo accounts have known passwords."
        found.append(Error("this database holds demo data", hint=hint, id="ledger.E002"))
    key = current()
    file = path(key.key_id) if key else None
    if file and not file.exists():
        found.append(Error(f"the log's private key {file} is missing", hint="Put it back.", id="ledger.E003"))
    elif file and file.stat().st_mode & 0o077:
        found.append(Error(f"others may read {file}", hint=f"chmod 600 {file}", id="ledger.E004"))
    return found


def demo_in_production() -> bool:
    """Whether a production installation was started on demo data."""
    return bool(getattr(settings, "SUNLIT_PRODUCTION", False)) and is_demo()


def current() -> LogKey | None:
    """The key that signs now, ``None`` before the log is opened."""
    return LogKey.objects.filter(retired_at__isnull=True).order_by("-created_at").first()


def is_demo() -> bool:
    """Whether this database holds demo data."""
    return LogKey.objects.filter(origin__endswith=DEMO).exists()


def verifiers() -> list[Verifier]:
    """Every key that ever signed this log, newest first."""
    return [
        Verifier(key.origin, bytes(key.public_key)) for key in LogKey.objects.order_by("-created_at", "-id")
    ]


def signers() -> list[Signer]:
    """The current key, then those retired less than ``OVERLAP`` ago whose file is still there.

    Raises ``KeyMissing`` when the current key's file is gone, ``DemoData`` for demo data in production.
    """
    if demo_in_production():
        raise DemoData("a production installation does not sign demo data")
    since = clock.recorded_now() - OVERLAP
    rows = LogKey.objects.filter(Q(retired_at__isnull=True) | Q(retired_at__gt=since))
    return [
        Signer(row.origin, load(path(row.key_id)))
        for row in rows.order_by("-created_at", "-id")
        if row.retired_at is None or path(row.key_id).exists()
    ]


def make(name: str) -> Verifier:
    """Make a private key file for the log ``name`` and return the public half."""
    signer = Signer(name, Ed25519PrivateKey.generate())
    pem = signer.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    verifier = signer.verifier()
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(path(verifier.key_id().hex()), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "wb") as target:
        target.write(pem)
        target.flush()
        os.fsync(target.fileno())
    return verifier


def path(key_id: str) -> Path:
    """Where the private half of a key lies."""
    return _folder() / f"ledger-{key_id}.pem"


def _folder() -> Path:
    return Path(getattr(settings, "LEDGER_KEYS_DIR", None) or settings.KEYS_DIR)


def load(file: Path) -> Ed25519PrivateKey:
    """The private key in a file; raises ``KeyMissing``."""
    try:
        return _loaded(file, file.stat().st_mtime_ns)
    except FileNotFoundError:
        raise KeyMissing(f"the log's private key {file} is missing: put it back from the backup") from None


@lru_cache(maxsize=8)
def _loaded(file: Path, _changed: int) -> Ed25519PrivateKey:
    key = load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyMissing(f"{file} holds no Ed25519 key")
    return key
