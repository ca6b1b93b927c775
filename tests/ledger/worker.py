"""A process that the kill tests may kill at any moment: it acts, delivers and sequences without end.

    python -m tests.ledger.worker EFFECTS.sqlite3 NAME

It prints the id of each event once its transaction has committed. Its consumer keeps an
idempotent effect in a file of its own, as the embedded search index does.
"""

import os
import random
import sqlite3
import sys

import django


def main(effects: str, name: str) -> None:
    """Work until killed."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "sunlit.settings"
    django.setup()
    from marketplace.ledger import deliveries, sequencer
    from marketplace.ledger.models import Event
    from tests.ledger.trail import write

    store = sqlite3.connect(effects, timeout=30, isolation_level=None)
    store.execute("CREATE TABLE IF NOT EXISTS effect (uid TEXT PRIMARY KEY, times INTEGER NOT NULL)")

    def handle(event: Event) -> None:
        store.execute(
            "INSERT INTO effect VALUES (?, 1) ON CONFLICT (uid) DO UPDATE SET times = times + 1", [event.uid]
        )

    deliveries._consumers.clear()
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
    main(*sys.argv[1:3])
