"""Secrets of this installation: files under ``DATA_DIR/keys`` that only their owner reads."""

import os
import secrets
from pathlib import Path


def read_or_create(path: Path, size: int = 48) -> str:
    """The secret in ``path``; a first start makes it (0600), two starts at once agree on one.

    Raises ``OSError`` where the folder cannot be read or written.
    """
    if not path.exists():
        _create(path, secrets.token_urlsafe(size))
    return path.read_text("ascii").strip()


def _create(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
    try:
        os.link(own, path)  # refuses to overwrite: the first of two starts wins
    except FileExistsError:
        pass
    finally:
        own.unlink()
