"""``schema.sql``: a snapshot of a really migrated SQLite database.

Rendering the states of some hundred migrations takes half a minute; loading this text takes
a fraction of a second and leads to the same database (a test compares them). It is used only
for a new SQLite file and only while every migration it was made from is still there,
unchanged, and the settings that shape tables are the same.
"""

import hashlib
import inspect
import json
import re
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

PATH = Path(__file__).with_name("schema.sql")
_SHAPING = (
    *("INSTALLED_APPS", "AUTH_USER_MODEL", "DEFAULT_AUTO_FIELD", "LANGUAGE_CODE", "LANGUAGES", "USE_TZ"),
    *("WAGTAIL_I18N_ENABLED", "WAGTAIL_CONTENT_LANGUAGES"),
)
_HEADER = "-- made from: "
_FULL_TEXT_PARTS = ("_data", "_idx", "_content", "_docsize", "_config")


def sources() -> dict[str, str]:
    """Every migration on disk with the digest of its source."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    found = {}
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        source = Path(inspect.getfile(type(migration))).read_bytes()
        found[f"{app}.{name}"] = hashlib.sha256(source).hexdigest()[:16]
    return found


def shaping_settings() -> str:
    """A digest of the settings that shape tables and the rows that migrations write."""
    values = {name: str(getattr(settings, name)) for name in _SHAPING}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def why_not_usable() -> str:
    """Empty when the snapshot may be loaded, else a sentence that says why it may not."""
    if not PATH.exists():
        return "there is no schema.sql"
    recorded = _read_header()
    if recorded.get("settings") != shaping_settings():
        return "settings that shape tables have changed since schema.sql was written"
    here = sources()
    for name, digest in recorded.get("migrations", {}).items():
        if here.get(name) != digest:
            return f"the migration {name} has changed since schema.sql was written"
    return ""


def _read_header() -> dict:
    with PATH.open(encoding="utf-8") as file:
        for line in file:
            if line.startswith(_HEADER):
                return json.loads(line.removeprefix(_HEADER))
    return {}


def load(target: Path) -> None:
    """Make the new database file ``target``; written beside and renamed, so it is whole or absent."""
    building = target.with_name(f"{target.name}.building")
    building.unlink(missing_ok=True)
    connection = sqlite3.connect(building, isolation_level=None)
    try:
        connection.executescript("PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;")
        connection.create_function("fresh_uuid", 0, lambda: uuid.uuid4().hex)
        connection.executescript(f"BEGIN;\n{PATH.read_text('utf-8')}\nCOMMIT;")
    finally:
        connection.close()
    building.rename(target)


def dump(database: Path) -> str:
    """The text of a migrated database, with random keys and times of day masked."""
    connection = sqlite3.connect(database)
    try:
        header = json.dumps({"settings": shaping_settings(), "migrations": sources()}, sort_keys=True)
        lines = [
            "-- Written by `make schema`; never edit it by hand.",
            _HEADER + header,
            *_statements(connection),
        ]
    finally:
        connection.close()
    return "\n".join(lines) + "\n"


def _statements(connection: sqlite3.Connection) -> Iterator[str]:
    objects = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
    ).fetchall()
    virtual = [name for kind, name, sql in objects if sql.upper().startswith("CREATE VIRTUAL")]
    shadows = {name + part for name in virtual for part in _FULL_TEXT_PARTS}
    tables = [(name, sql) for kind, name, sql in objects if kind == "table" and name not in shadows]
    for _, sql in tables:
        yield sql + ";"
    for name, _ in tables:
        if name in virtual:
            if connection.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]:  # noqa: S608
                raise ValueError(f"the full-text table {name} holds rows: a snapshot cannot hold them")
            continue
        yield from _rows(connection, name)
    yield "DELETE FROM sqlite_sequence;"  # the rows above have begun to fill it
    yield from _rows(connection, "sqlite_sequence", "name")
    for kind, _, sql in objects:
        if kind in ("index", "trigger", "view"):
            yield sql + ";"


def _rows(connection: sqlite3.Connection, table: str, order: str = "rowid") -> Iterator[str]:
    columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
    quoted = ", ".join(f'quote("{column}")' for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    for row in connection.execute(f'SELECT {quoted} FROM "{table}" ORDER BY {order}'):  # noqa: S608
        values = [_masked(column, value) for column, value in zip(columns, row, strict=True)]
        yield f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(values)});'  # noqa: S608


def _masked(column: str, value: str) -> str:
    if column == "translation_key" and re.fullmatch(r"'[0-9a-f]{32}'", value):
        return "fresh_uuid()"
    if re.fullmatch(r"'20\d\d-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?'", value):
        return "strftime('%Y-%m-%d %H:%M:%f000', 'now')"
    return value
