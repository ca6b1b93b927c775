"""Backup and restore: the database, the files, and a list of the keys they need.

The search index is left out: it is built again from the database. Private keys are copied only
when asked for, because a backup that holds them opens everything; the list tells which are needed.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from marketplace.kernel import clock
from sunlit.progress import Progress

MANIFEST = "manifest.json"
FOLDERS = {"files": "FILES_DIR", "media": "MEDIA_ROOT"}


class CannotBackUp(Exception):
    """The backup was not written; the text says why."""


class CannotRestore(Exception):
    """Nothing was changed; the text says why."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a backup holds: number of files, their bytes, and the digest of its manifest."""

    files: int
    size: int
    digest: str


# --- Backing up ----------------------------------------------------------------------


def back_up(folder: Path, progress: Progress, *, with_keys: bool = False) -> Written:
    """Write a backup into a new ``folder`` (0700) while the site goes on working.

    The database comes first: files are stored before the rows that name them, so every row of
    the copy finds its file. Raises ``CannotBackUp``.
    """
    if folder.exists() and any(folder.iterdir()):
        raise CannotBackUp(f"{folder} is not empty; choose a new folder.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    progress("[backup] database ...")
    _copy_database(folder)
    for name, setting in FOLDERS.items():
        _copy_folder(Path(getattr(settings, setting)), folder / name, progress)
    if with_keys:
        (folder / "keys").mkdir(mode=0o700)
        for name, path in _key_files().items():
            shutil.copy2(path, folder / "keys" / name)
    return _write_manifest(folder)


def _copy_database(folder: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with sqlite3.connect(folder / "database.sqlite3") as target:
            connection.connection.backup(target)
        target.close()
        return
    _run(["pg_dump", "--format=custom", "--no-owner", f"--file={folder / 'database.dump'}", _database_name()])


def _copy_folder(source: Path, target: Path, progress: Progress) -> None:
    paths = [path for path in source.rglob("*") if path.is_file()] if source.exists() else []
    for number, path in enumerate(paths, 1):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place)
        progress(f"files of {target.name}", number, len(paths))


def _write_manifest(folder: Path) -> Written:
    files = {
        path.relative_to(folder).as_posix(): {"size": path.stat().st_size, "sha256": digest_of(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    manifest = {
        "product": "sunlit",
        "format": 1,
        "made_at": clock.recorded_now().isoformat(),
        "database": connection.vendor,
        "keys_needed": list_of_keys(),
        "files": files,
    }
    text = json.dumps(manifest, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text, "utf-8")
    size = sum(file["size"] for file in files.values())
    return Written(len(files), size, hashlib.sha256(text.encode()).hexdigest())


def list_of_keys() -> dict[str, str]:
    """Name and SHA-256 of each key file; tells whether one is the right one, and nothing else."""
    return {name: digest_of(path) for name, path in _key_files().items()}


def _key_files() -> dict[str, Path]:
    folders = {Path(settings.KEYS_DIR), Path(settings.LEDGER_KEYS_DIR)}
    files = [path for folder in folders if folder.exists() for path in folder.iterdir() if path.is_file()]
    return {path.name: path for path in sorted(files, key=lambda path: path.name)}


def digest_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- Restoring -----------------------------------------------------------------------


def check(folder: Path) -> dict[str, Any]:
    """The manifest of a whole and unchanged backup of this edition; raises ``CannotRestore``."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CannotRestore(f"{folder} holds no backup of Sunlit ({error}).") from error
    if manifest.get("product") != "sunlit" or manifest.get("format") != 1:
        raise CannotRestore(f"{folder} holds a backup of a form that this version cannot read.")
    if manifest["database"] != connection.vendor:
        raise CannotRestore(
            f"The backup is of {manifest['database']}, this installation uses {connection.vendor}."
        )
    for name, known in manifest["files"].items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise CannotRestore(f"The backup names a file outside of its folder: {name}")
        if not path.is_file() or digest_of(path) != known["sha256"]:
            raise CannotRestore(f"The backup is damaged: {name} is missing or was changed.")
    return manifest


def missing_keys(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """Keys that the backup needs and that neither it nor this installation has."""
    here = list_of_keys()
    return [
        name
        for name, digest in manifest["keys_needed"].items()
        if here.get(name) != digest and f"keys/{name}" not in manifest["files"]
    ]


def restore(folder: Path, progress: Progress) -> None:
    """Put a checked backup in place of what is there; the old database is kept beside it.

    Raises ``CannotRestore`` before anything is changed.
    """
    manifest = check(folder)
    if missing := missing_keys(folder, manifest):
        raise CannotRestore(
            f"These keys are needed in {settings.KEYS_DIR} first: {', '.join(missing)}. "
            "Without them personal data cannot be read and the ledger cannot be continued."
        )
    progress("[restore] files ...")
    _copy_folder(folder / "files", settings.FILES_DIR, progress)
    _copy_folder(folder / "media", Path(settings.MEDIA_ROOT), progress)
    _restore_keys(folder)
    progress("[restore] database ...")
    _restore_database(folder)


def _restore_keys(folder: Path) -> None:
    for path in (folder / "keys").glob("*"):
        home = Path(settings.LEDGER_KEYS_DIR if path.name.startswith("ledger-") else settings.KEYS_DIR)
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(path, home / path.name)
        (home / path.name).chmod(0o600)


def _restore_database(folder: Path) -> None:
    if connection.vendor == "sqlite":
        _restore_sqlite(folder / "database.sqlite3", Path(connection.settings_dict["NAME"]))
        return
    command = ["pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction"]
    connection.close()
    _run([*command, f"--dbname={_database_name()}", str(folder / "database.dump")])


def _restore_sqlite(source: Path, target: Path) -> None:
    connection.close()
    building = target.with_name(f"{target.name}.restoring")
    shutil.copyfile(source, building)
    if target.exists():
        with sqlite3.connect(target) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        old.close()
        target.replace(target.with_name(f"{target.name}.before-restore"))
    for suffix in ("-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    building.replace(target)


# --- PostgreSQL's own tools --------------------------------------------------------------


def _database_name() -> str:
    return str(connection.settings_dict["NAME"])


def _run(command: list[str]) -> None:
    values = connection.settings_dict
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD"}
    environment = os.environ | {names[key]: str(values[key]) for key in names if values.get(key)}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise CannotBackUp(f"{command[0]} is not installed (package postgresql-client).") from error
    if done.returncode:
        raise CannotBackUp(f"{command[0]} failed: {done.stderr.strip()[-500:]}")
