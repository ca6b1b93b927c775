"""The demo as a starting point for tests: built once by the real command, copied for each test.

The folder holds database, keys, files and search index, as an installation's data folder does.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connections

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("marketplace", "cms", "search", "site/sunlit/demo", "site/sunlit/setup.py")


def folder() -> Path:
    """The built demo of exactly this code; the first worker that needs it builds it."""
    home = Path(tempfile.gettempdir()) / f"sunlit-test-demos-{os.getuid()}"
    home.mkdir(mode=0o700, exist_ok=True)
    place = home / _fingerprint()
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            for old in sorted((path for path in home.iterdir() if path.is_dir()), key=os.path.getmtime)[:-2]:
                shutil.rmtree(old)
            building = place.with_suffix(".building")
            shutil.rmtree(building, ignore_errors=True)
            build(building)
            building.rename(place)
    return place


def build(target: Path) -> None:
    """Run ``sunlit setup --demo`` into a folder."""
    passed = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "LC_ALL")}
    environment = passed | {"DATA_DIR": str(target), "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}"}
    command = [sys.executable, "-m", "sunlit", "setup", "--demo"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the demo cannot be built:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for source in SOURCES:
        path = ROOT / source
        for file in [path] if path.is_file() else sorted(path.rglob("*.*")):
            if file.is_file() and file.suffix in (".py", ".csv", ".tsv", ".txt"):
                digest.update(file.relative_to(ROOT).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def put_in_place(source: Path, target: Path) -> None:
    """Copy a built demo to ``target`` and its database over the test's own."""
    shutil.copytree(source, target)
    connections.close_all()
    with (
        sqlite3.connect(target / "sunlit.sqlite3") as demo,
        sqlite3.connect(settings.DATABASES["default"]["NAME"]) as own,
    ):
        demo.backup(own)
    demo.close()
    own.close()
