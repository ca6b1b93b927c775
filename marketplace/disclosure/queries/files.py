"""Where stored files lie."""

import re
from pathlib import Path

from django.conf import settings

_DIGEST = re.compile(r"[0-9a-f]{64}")


def stored_path(sha256: str) -> Path:
    """``FILES_DIR/<aa>/<sha256>``; raises ``ValueError`` for anything but 64 lower-case hex digits."""
    if not _DIGEST.fullmatch(sha256):
        raise ValueError("not a SHA-256 digest")
    return Path(settings.FILES_DIR) / sha256[:2] / sha256
