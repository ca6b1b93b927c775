"""Twenty kills of processes that act, deliver and sequence: nothing lost, nothing doubled."""

import os
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from marketplace.kernel import clock
from marketplace.ledger import deliveries, sequencer
from marketplace.ledger.models import Delivery, Event, Leaf, Lease
from marketplace.ledger.states import DeliveryState
from marketplace.ledger.verify import verify_log

KILLS = 20
ROOT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    """The test database as an address for another process."""
    held = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{held['NAME']}"
    user = f"{quote(held['USER'])}:{quote(held['PASSWORD'])}@" if held["USER"] else ""
    host = f"{quote(held['HOST'] or 'localhost', safe='')}:{held['PORT'] or 5432}"
    return f"postgres://{user}{host}/{held['NAME']}"


class Victim:
    """A worker process and what it said before it died."""

    def __init__(self, effects: Path, name: str) -> None:
        environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "KEYS_DIR": str(settings.KEYS_DIR),
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}",
        }
        command = [sys.executable, "-m", "tests.ledger.worker", str(effects), name]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        self.said: list[str] = []
        self.listener = Thread(target=self._listen)
        self.listener.start()

    def _listen(self) -> None:
        for line in self.process.stdout:
            if line.endswith("\n"):
                self.said.append(line.strip())

    def wait_until_it_works(self) -> None:
        """Return once it has committed a first event."""
        until = time.monotonic() + 60
        while len(self.said) < 2:
            assert self.process.poll() is None, "the worker ended by itself"
            assert time.monotonic() < until, "the worker did not start"
            time.sleep(0.01)

    def kill(self) -> list[str]:
        """SIGKILL, and the events it had told of."""
        self.process.kill()
        self.process.wait()
        self.listener.join()
        return self.said[1:]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_twenty_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    sequencer.run_once()  # makes the key that the workers share
    effects = tmp_path / "effects.sqlite3"
    rng = random.Random(20)
    told: list[str] = []
    victims = [Victim(effects, f"w{number}") for number in range(2)]
    for kill in range(KILLS):
        victim = victims[kill % 2]
        victim.wait_until_it_works()
        time.sleep(rng.uniform(0, 0.3))
        told += victim.kill()
        if kill < KILLS - 2:
            victims[kill % 2] = Victim(effects, f"k{kill}")
    _let_a_fresh_process_finish(effects)
    _check(told, effects)


def _let_a_fresh_process_finish(effects: Path) -> None:
    """What the dead had claimed comes due: their minute is over."""
    Delivery.objects.filter(state=DeliveryState.WAITING).update(due_at=clock.recorded_now())
    Lease.objects.update(expires_at=clock.recorded_now())
    store = sqlite3.connect(effects, isolation_level=None)
    statement = "INSERT INTO effect VALUES (?, 1) ON CONFLICT (uid) DO UPDATE SET times = times + 1"
    deliveries.register("effects", lambda event: store.execute(statement, [event.uid]), ["test."])
    while deliveries.drain():
        pass
    sequencer.run_once()
    store.close()


def _check(told: list[str], effects: Path) -> None:
    stored = set(Event.objects.filter(kind="test.killed").values_list("uid", flat=True))
    assert len(told) > KILLS
    assert len(told) == len(set(told))
    assert set(told) <= stored, "an event that was confirmed is gone"
    with sqlite3.connect(effects) as store:
        done = dict(store.execute("SELECT uid, times FROM effect"))
    assert set(done) == stored, "each event had its effect, and none that is not there"
    assert not Delivery.objects.filter(state=DeliveryState.WAITING).exists()
    assert Leaf.objects.filter(event__kind="test.killed").count() == len(stored), "each event has one leaf"
    report = verify_log()
    assert report.ok, report.lines()
    assert report.unsequenced == []
    repeated = sum(times - 1 for times in done.values())
    assert repeated <= 50 * KILLS, "only what was in a dead hand is delivered again"
