"""What can be wrong before serving, each with a sentence that says what to do."""

import fcntl
import os
import shutil
import socket
from pathlib import Path
from typing import IO

from sunlit.setup import has_full_text

NEEDED_MEGABYTES = 200


class CannotStart(Exception):
    """The platform cannot start; the text says why and what to do."""


def check_all(folder: Path, host: str, port: int) -> None:
    """Raise ``CannotStart`` for the first thing that is in the way."""
    check_folder(folder)
    check_space(folder)
    if not has_full_text():
        raise CannotStart(
            "This Python's SQLite has no full-text search (FTS5). "
            "Use another Python: make run PYTHON=/usr/bin/python3"
        )
    check_port(host, port)


def check_folder(folder: Path) -> None:
    """The data folder can be made and written, and is no folder of something else."""
    if any((folder / name).exists() for name in ("pyproject.toml", ".git", "manage.py")):
        raise CannotStart(
            f"{folder} holds a project, not data. Choose a folder of its own: make run DATA_DIR=/path/to/folder"
        )
    probe = folder / ".write-test"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        raise CannotStart(
            f"The data folder {folder} cannot be written ({error.strerror}). "
            "Give it to your user, or choose another one: make run DATA_DIR=/path/to/folder"
        ) from error


def check_space(folder: Path) -> None:
    """There is room for the demo and for a day's work."""
    free = shutil.disk_usage(folder).free // 2**20
    if free < NEEDED_MEGABYTES:
        raise CannotStart(
            f"Only {free} MB are free in {folder}; {NEEDED_MEGABYTES} MB are needed. "
            "Free some space, or choose another folder: make run DATA_DIR=/path/to/folder"
        )


def check_port(host: str, port: int) -> None:
    """Nobody else listens on the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except PermissionError as error:
        raise CannotStart(
            f"Port {port} is reserved for the administrator. Choose one above 1023: make run PORT=8080"
        ) from error
    except OSError as error:
        raise CannotStart(
            f"Port {port} on {host} cannot be used ({error.strerror}); perhaps another program has it. "
            f"Choose another one: make run PORT={port + 1 if port < 65535 else 8000}"
        ) from error
    except OverflowError as error:
        raise CannotStart(f"{port} is no port; choose one from 1024 to 65535: make run PORT=8000") from error


def lock(folder: Path) -> IO[str]:
    """Hold the data folder for this process; keep the returned file open.

    Raises ``CannotStart`` while another server runs on the same folder.
    """
    file = (folder / "serving.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        other = file.read().strip()
        file.close()
        raise CannotStart(
            f"Another Sunlit already serves from {folder} (process {other or 'unknown'}). "
            "Stop it, or use another folder and port: make run DATA_DIR=/path PORT=8001"
        ) from None
    file.seek(0)
    file.truncate()
    file.write(str(os.getpid()))
    file.flush()
    return file
