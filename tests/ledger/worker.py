"""A process that the kill tests may kill at any moment: it acts, delivers and sequences without end.

    python -m tests.ledger.worker EFFECTS.sqlite3 NAME

It prints the id of each event once its transaction has committed. Its consumer keeps an
idempotent effect in a file of its own, as the embedded search index does. Only the ledger is
installed, so that it starts quickly.
"""

import os
import random
import sqlite3
import sys
from pathlib import Path

import django
import environ
from django.conf import settings

SQLITE = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;"


def configure() -> None:
    """The database and the keys of the test that started us."""
    database = environ.Env.db_url_config(os.environ["DATABASE_URL"])
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": SQLITE}
    settings.configure(
        INSTALLED_APPS=["marketplace.ledger"],
        DATABASES={"default": database},
        KEYS_DIR=Path(os.environ["KEYS_DIR"]),
        BASE_URL="http://127.0.0.1:8000",
        USE_TZ=True,
        USE_I18N=False,
    )
    django.setup()


def main(effects: str, name: str) -> None:
    """Work until killed."""
    from marketplace.ledger import deliveries, sequencer
    from marketplace.ledger.models import Event
    from tests.ledger.trail import write

    store = sqlite3.connect(effects, timeout=30, isolation_level=None)
    store.execute("CREATE TABLE IF NOT EXISTS effect (uid TEXT PRIMARY KEY, times INTEGER NOT NULL)")

    def handle(event: Event) -> None:
        store.execute(
            "INSERT INTO effect VALUES (?, 1) ON CONFLICT (uid) DO UPDATE SET times = times + 1", [event.uid]
        )

    deliveries.register("effects", handle, ["test."])
    print("ready", flush=True)
    rng = random.Random(name)
    while True:
        print(write("test.killed", worker=name).uid, flush=True)
        if rng.random() < 0.5:
            sequencer.run_once()
        if rng.random() < 0.3:
            deliveries.drain()


if __name__ == "__main__":
    configure()
    main(*sys.argv[1:3])
