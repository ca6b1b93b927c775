"""No write without a trace: the list of tables that need none, and the watcher that finds the rest.

A public action leaves exactly one event. Tests wrap an act in :func:`watch`; it reads every
statement that goes to the database and raises if a table outside the list was written
without an event beside it.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

QUIET_TABLES = {
    "ledger_event": "the trace itself",
    "ledger_delivery": "the outbox; written with the event, marked by consumers",
    "ledger_idempotencykey": "stored replies; written beside the effect, which has its event",
    "ledger_lease": "who runs a job",
    "ledger_leaf": "the log; written by the sequencer from events",
    "ledger_node": "the log; computed from leaves",
    "ledger_checkpoint": "the log; the signed heads",
    "ledger_heartbeat": "the log; the newest head signed again",
    "django_session": "what a browser carries; logins have events of their own",
    "django_content_type": "names of models, made by migrate",
    "django_migrations": "made by migrate",
    "auth_permission": "names of permissions, made by migrate",
    "axes_accessattempt": "counters of failed logins; the lock-out has an event",
    "axes_accessfailurelog": "counters of failed logins; the lock-out has an event",
    "axes_accesslog": "counters of logins; the login has an event",
    "registry_loginsession": "when a session was last used; its begin and end have events",
    "registry_loginrecord": "failed logins, which a stranger can cause; logins and lock-outs have events",
    "registry_onetimecode": "wrong tries are counted; issuing and using have events",
    "registry_user_groups": "the editor's groups, derived at each request from grants, which have events",
    "wagtailadmin_editingsession": "who has a form of the editor open; storing it has an event",
    "wagtailadmin_formstate": "what an editor has typed and not saved, for the preview beside the form",
    "inbox_message": "written by a consumer from an event",
    "inbox_mail": "written by a consumer from an event",
}
"""Tables whose writes need no event, each with the reason."""

WRITE = re.compile(
    r"\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?)"
    r"\s+(?:ONLY\s+)?[\"`]?(\w+)",
    re.IGNORECASE,
)
SAVEPOINT = re.compile(r"\s*(ROLLBACK TO )?SAVEPOINT [\"`]?(\w+)", re.IGNORECASE)
EVENT = "ledger_event"


class UnseenWrite(AssertionError):
    """A write left no event, or an act left another number of events than it should."""


@dataclass(slots=True)
class Watch:
    """What was written while watching; what a savepoint took back was not written."""

    loud: list[str] = field(default_factory=list)
    events: int = 0
    savepoints: dict[str, tuple[int, int]] = field(default_factory=dict)

    def see(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        """Read one statement on its way to the database."""
        result = execute(sql, params, many, context)
        if match := SAVEPOINT.match(sql):
            self._savepoint(taken_back=bool(match[1]), name=match[2])
        elif match := WRITE.match(sql):
            table = match[1].lower()
            self.events += table == EVENT
            if table not in QUIET_TABLES and table not in self.loud:
                self.loud.append(table)
        return result

    def _savepoint(self, *, taken_back: bool, name: str) -> None:
        if taken_back:
            loud, self.events = self.savepoints.get(name, (0, 0))
            del self.loud[loud:]
        else:
            self.savepoints[name] = (len(self.loud), self.events)


@contextmanager
def watch(*, events: int | None = None) -> Iterator[Watch]:
    """Watch the block; raises ``UnseenWrite`` for writes outside the list without any event.

    With ``events`` it also raises unless the block wrote exactly so many. Events that
    handlers write while deliveries drain count as well.
    """
    watching = Watch()
    with connection.execute_wrapper(watching.see):
        yield watching
    if watching.loud and not watching.events:
        raise UnseenWrite(f"written without an event: {', '.join(watching.loud)}")
    if events is not None and watching.events != events:
        raise UnseenWrite(
            f"{watching.events} events instead of {events}; written: {', '.join(watching.loud)}"
        )
