"""Append-only tables: the database itself refuses to change or delete what is written.

This is the first line, not the proof: an owner of the database can drop a trigger, and
then only the log and its witness tell. A table remake by a migration drops triggers too,
so they are installed again after every migrate, and a system check looks for them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model

PREFIX = "sunlit_append_only"
MESSAGE = "append-only"


@dataclass(frozen=True, slots=True)
class Guard:
    """What is refused on one table; ``columns`` empty means that no update at all passes."""

    table: str
    deny: frozenset[str]
    columns: tuple[str, ...]

    def name(self, verb: str) -> str:
        """The trigger's name."""
        return f"{PREFIX}_{self.table}_{verb}"


_registered: dict[type[Model], tuple[frozenset[str], tuple[str, ...] | None, tuple[str, ...]]] = {}


def register(
    model: type[Model],
    deny: Iterable[str] = ("update", "delete"),
    columns: Sequence[str] | None = None,
    allow: Sequence[str] = (),
) -> None:
    """Let the database refuse ``deny`` on the model's rows; called in ``AppConfig.ready``.

    ``columns`` names the frozen fields; ``None`` freezes all but those in ``allow``. An
    update that writes the same value into a frozen column passes, unless all are frozen.
    """
    _registered[model] = (frozenset(deny), None if columns is None else tuple(columns), tuple(allow))


def guards() -> list[Guard]:
    """The registered guards with column names as the database knows them."""
    return [_guard(model) for model in sorted(_registered, key=lambda model: model._meta.db_table)]


def _guard(model: type[Model]) -> Guard:
    deny, columns, allow = _registered[model]
    fields = model._meta
    if columns is not None:
        frozen = tuple(_column(model, name) for name in columns)
    elif allow:
        free = {_column(model, name) for name in allow}
        frozen = tuple(
            field.column for field in fields.concrete_fields if field.column and field.column not in free
        )
    else:
        frozen = ()
    return Guard(fields.db_table, deny, frozen)


def _column(model: type[Model], name: str) -> str:
    field = model._meta.get_field(name)
    if not isinstance(field, Field) or not field.column:
        raise ValueError(f"{model._meta.label}.{name} is no column")
    return str(field.column)


def install(using: str = "default", **_signal: Any) -> None:
    """Put every guard whose table exists into the database; safe to repeat."""
    connection = connections[using]
    if connection.vendor not in ("sqlite", "postgresql"):
        return
    tables = set(connection.introspection.table_names())
    statements = _postgres_function() if connection.vendor == "postgresql" else []
    for guard in guards():
        if guard.table in tables:
            statements += _statements(connection, guard)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def remove(using: str = "default") -> None:
    """Take every guard out: for tests that flush, and for nothing else."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for guard in guards():
            if guard.table in tables:
                for statement in _drops(connection, guard):
                    cursor.execute(statement)


def missing(using: str = "default") -> list[str]:
    """The triggers that should be in the database and are not."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    wanted = {
        guard.name(verb): guard
        for guard in guards()
        if guard.table in tables
        for verb in _verbs(connection, guard)
    }
    return sorted(set(wanted) - _present(connection))


def check_triggers(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """System check: every guard stands in every database (``check --database default``)."""
    if not apps.ready:
        return []
    return [
        Error(
            f"append-only trigger {name} is missing in database {using}",
            hint="Run `python manage.py migrate`: it installs the triggers again.",
            id="ledger.E001",
        )
        for using in databases or []
        for name in missing(using)
    ]


def _present(connection: BaseDatabaseWrapper) -> set[str]:
    if connection.vendor == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND pg_table_is_visible(tgrelid)"
        )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall()}


def _verbs(connection: BaseDatabaseWrapper, guard: Guard) -> list[str]:
    verbs: list[str] = [verb for verb in ("update", "delete") if verb in guard.deny]
    if connection.vendor == "postgresql" and "delete" in guard.deny:
        verbs.append("truncate")
    return verbs


def _drops(connection: BaseDatabaseWrapper, guard: Guard) -> list[str]:
    quote = connection.ops.quote_name
    on = f" ON {quote(guard.table)}" if connection.vendor == "postgresql" else ""
    return [f"DROP TRIGGER IF EXISTS {quote(guard.name(verb))}{on}" for verb in _verbs(connection, guard)]


def _statements(connection: BaseDatabaseWrapper, guard: Guard) -> list[str]:
    build = _sqlite if connection.vendor == "sqlite" else _postgres
    creates = [build(connection, guard, verb) for verb in _verbs(connection, guard)]
    return _drops(connection, guard) + creates


def _changed(connection: BaseDatabaseWrapper, guard: Guard, differs: str) -> str:
    names = [connection.ops.quote_name(column) for column in guard.columns]
    return " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in names)


def _sqlite(connection: BaseDatabaseWrapper, guard: Guard, verb: str) -> str:
    quote = connection.ops.quote_name
    when = f" WHEN {_changed(connection, guard, 'IS NOT')}" if verb == "update" and guard.columns else ""
    return (
        f"CREATE TRIGGER {quote(guard.name(verb))} BEFORE {verb.upper()} ON {quote(guard.table)}"
        f" FOR EACH ROW{when} BEGIN SELECT RAISE(ABORT, '{MESSAGE}: {guard.table}'); END"
    )


def _postgres_function() -> list[str]:
    return [
        f"CREATE OR REPLACE FUNCTION {PREFIX}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE EXCEPTION '{MESSAGE}: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';"
        " END $$"
    ]


def _postgres(connection: BaseDatabaseWrapper, guard: Guard, verb: str) -> str:
    quote = connection.ops.quote_name
    each = "STATEMENT" if verb == "truncate" else "ROW"
    when = (
        f" WHEN ({_changed(connection, guard, 'IS DISTINCT FROM')})"
        if verb == "update" and guard.columns
        else ""
    )
    return (
        f"CREATE TRIGGER {quote(guard.name(verb))} BEFORE {verb.upper()} ON {quote(guard.table)}"
        f" FOR EACH {each}{when} EXECUTE FUNCTION {PREFIX}()"
    )
