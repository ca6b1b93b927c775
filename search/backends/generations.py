"""The embedded engine's files: one SQLite file per generation and a pointer to the serving one."""

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from search.schema import GROUPS
from search.text import ANALYZER_VERSION

_META = "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
_TABLES = """
CREATE TABLE IF NOT EXISTS {group}_doc (
    rowid INTEGER PRIMARY KEY, pk INTEGER NOT NULL UNIQUE, kind TEXT NOT NULL, trade TEXT NOT NULL,
    r1 INTEGER NOT NULL, r2 INTEGER NOT NULL, r3 INTEGER NOT NULL, amount INTEGER, deadline INTEGER,
    superseded INTEGER NOT NULL, class INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS {group}_class (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, trade TEXT NOT NULL, r1 INTEGER NOT NULL, r2 INTEGER NOT NULL,
    r3 INTEGER NOT NULL, superseded INTEGER NOT NULL, band INTEGER NOT NULL,
    UNIQUE (kind, trade, r1, r2, r3, superseded, band));
CREATE TABLE IF NOT EXISTS {group}_text (rowid INTEGER PRIMARY KEY, digest TEXT NOT NULL, tokens BLOB NOT NULL);
CREATE VIRTUAL TABLE IF NOT EXISTS {group}_f USING fts5(
    t, b, content='', tokenize="ascii tokenchars '#^-'");
CREATE VIRTUAL TABLE IF NOT EXISTS {group}_vocab USING fts5vocab({group}_f, row);
CREATE INDEX IF NOT EXISTS {group}_kind ON {group}_doc (kind);
CREATE INDEX IF NOT EXISTS {group}_r3 ON {group}_doc (r3);
"""


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which generation serves, and which one is being built."""

    serving: str
    building: str | None = None


class Generations:
    """The folder of generations. Safe between threads and processes: every change is one rename."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._local = threading.local()

    def pointer(self) -> Pointer:
        """The pointer as it stands on disk now; the first call makes an empty first generation."""
        path = self.folder / "current.json"
        try:
            data = json.loads(path.read_text())
            return Pointer(data["serving"], data["building"])
        except FileNotFoundError:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.create("gen-1")
            self.point(Pointer("gen-1"))
            return Pointer("gen-1")

    def point(self, pointer: Pointer) -> None:
        """Write the pointer in one rename."""
        fresh = self.folder / f"current.{os.getpid()}.{threading.get_ident()}.json"
        fresh.write_text(json.dumps({"serving": pointer.serving, "building": pointer.building}))
        os.replace(fresh, self.folder / "current.json")

    def numbers(self) -> list[int]:
        """The numbers of the generations whose files exist."""
        return sorted(int(path.stem.removeprefix("gen-")) for path in self.folder.glob("gen-*.sqlite3"))

    def create(self, generation: str) -> None:
        """Make a generation's file and tables; harmless when it exists."""
        connection = self.connection(generation)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(_META + "".join(_TABLES.format(group=group) for group in GROUPS))
        connection.execute(
            "INSERT OR IGNORE INTO meta VALUES ('analyzer', ?), ('changes', 0)", [ANALYZER_VERSION]
        )

    def connection(self, generation: str) -> sqlite3.Connection:
        """This thread's connection to a generation; a replaced file is opened afresh."""
        path = self.folder / f"{generation}.sqlite3"
        known: dict[str, tuple[sqlite3.Connection, int]] = self._local.__dict__.setdefault("known", {})
        inode = path.stat().st_ino if path.exists() else None
        if generation in known and known[generation][1] == inode:
            return known[generation][0]
        connection = sqlite3.connect(path, timeout=30, isolation_level=None)
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA cache_size=-32000")
        known[generation] = (connection, path.stat().st_ino)
        for stale in [name for name in known if not (self.folder / f"{name}.sqlite3").exists()]:
            known.pop(stale)[0].close()
        return connection

    @contextmanager
    def writing(self, generation: str) -> Iterator[sqlite3.Connection]:
        """A write transaction; it counts itself so that caches notice."""
        connection = self.connection(generation)
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("UPDATE meta SET value = value + 1 WHERE name = 'changes'")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def compact(self, generation: str) -> None:
        """Give back the pages that building left free, and the planner its statistics."""
        connection = self.connection(generation)
        for step in ("ANALYZE", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            connection.execute(step)

    def drop(self, generation: str) -> None:
        """Delete a generation's files; readers that still hold them finish undisturbed."""
        for suffix in ("", "-wal", "-shm"):
            (self.folder / f"{generation}.sqlite3{suffix}").unlink(missing_ok=True)
