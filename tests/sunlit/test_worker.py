"""Jobs run one at a time wherever they run, go on after failures, and exist."""

import threading
import time

import pytest
from django.utils.module_loading import import_string

from marketplace.ledger.leases import hold
from sunlit import worker
from sunlit.worker import Job

RUNS: list[str] = []


def succeed() -> int:
    """A job for these tests."""
    RUNS.append("ok")
    return 1


def fail() -> int:
    """Another one."""
    RUNS.append("failed")
    raise RuntimeError("on purpose")


@pytest.fixture(autouse=True)
def no_runs() -> None:
    RUNS.clear()


def test_every_job_exists() -> None:
    assert [callable(import_string(job.path)) for job in worker.jobs()] == [True] * len(worker.jobs())
    assert {"sequencer", "deliveries", "release"} <= {job.name for job in worker.jobs()}


@pytest.mark.django_db
def test_a_job_whose_lease_is_taken_waits_its_turn() -> None:
    job = Job("test", f"{__name__}.succeed", 1)
    with hold("job.test", 30):
        job.run()
    assert RUNS == []
    job.run()
    assert RUNS == ["ok"]


@pytest.mark.django_db
def test_a_failing_job_is_tried_later_and_stops_nobody() -> None:
    job = Job("test", f"{__name__}.fail", 1)
    job.run()
    first = job.due - time.monotonic()
    job.run()
    assert RUNS == ["failed", "failed"]
    assert job.due - time.monotonic() > first


@pytest.mark.django_db(transaction=True)
def test_work_ends_when_it_is_told_to() -> None:
    stop = threading.Event()
    jobs = [
        Job("good", f"{__name__}.succeed", 0.02, leased=False),
        Job("bad", f"{__name__}.fail", 0.02, leased=False),
    ]
    thread = threading.Thread(target=worker.work, args=(stop, jobs))
    thread.start()
    time.sleep(0.4)
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
    assert RUNS.count("ok") >= 3 and "failed" in RUNS
