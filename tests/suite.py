"""What ``make test`` runs, and the account it gives at the end.

With ``CI=true`` a missing service is a failure; elsewhere its group of tests is named at the
end together with the reason.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests import services

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")
GROUPS = {
    "TEST_DATABASE_URL": ("PostgreSQL", "postgres"),
    "TEST_REDIS_URL": ("Redis", "redis"),
    "TEST_ELASTICSEARCH_URL": ("Elasticsearch", "elasticsearch"),
}


class Run:
    """The results of a run so far."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.failed = False

    def step(self, name: str, command: list[str], **environment: str) -> None:
        """Run one command; remember how it went."""
        print(f"\n=== {name} ===", flush=True)
        started = time.monotonic()
        code = subprocess.call(command, cwd=ROOT, env=os.environ | environment)
        self.failed |= code != 0
        killed = f", killed by signal {-code}" if code < 0 else ""
        seconds = time.monotonic() - started
        self.lines.append(f"{'passed' if code == 0 else 'FAILED':8}{name} ({seconds:.0f} s{killed})")

    def left_out(self, name: str, reason: str) -> None:
        """Remember a group that could not run; in CI that is a failure."""
        self.failed |= IN_CI
        self.lines.append(f"{'FAILED' if IN_CI else 'not run':8}{name}: {reason}")


def lint(run: Run) -> None:
    """Style, formatting, import contracts, types, templates, sizes."""
    program = Path(sys.executable).parent
    run.step("ruff", [str(program / "ruff"), "check", "."])
    run.step("formatting", [str(program / "ruff"), "format", "--check", "--quiet", "."])
    run.step("import contracts", [str(program / "lint-imports"), "--cache-dir", ".import_linter_cache"])
    run.step("types", [str(program / "mypy")])
    run.step("architecture", pytest("tests/architecture", "-p", "no:xdist"))


def pytest(*arguments: str) -> list[str]:
    """The command of one pytest run."""
    return [sys.executable, "-m", "pytest", "-q", *arguments]


def sqlite(run: Run) -> None:
    """The whole suite on SQLite, the embedded edition."""
    chosen = "not browser and not elasticsearch and not redis"
    run.step("suite on SQLite", pytest("-n", "2", "-m", chosen, "--ignore", "tests/architecture"))


def cluster(run: Run) -> None:
    """What touches database, locks or search, on PostgreSQL, Redis and Elasticsearch."""
    with services.services() as (addresses, reasons):
        for variable, reason in reasons.items():
            run.left_out(f"tests on {GROUPS[variable][0]}", reason)
        markers = [marker for variable, (_, marker) in GROUPS.items() if variable in addresses]
        if markers:
            chosen = f"({' or '.join(markers)}) and not browser"
            names = ", ".join(GROUPS[variable][0] for variable in addresses)
            run.step(
                f"suite on {names}",
                pytest("-n", "2", "-m", chosen, "--ignore", "tests/architecture"),
                **addresses,
            )


def browser(run: Run) -> None:
    """The journeys of people, in Chromium."""
    if not services.find("chromium"):
        run.left_out("journeys in the browser", "Chromium is not installed (package chromium)")
        return
    run.step("journeys in the browser", pytest("-n", "2", "-m", "browser"))


def main(what: str) -> int:
    """Run ``all``, ``lint``, ``sqlite``, ``cluster`` or ``browser``; 0 when everything passed."""
    run = Run()
    if what == "all":
        services.install()
    parts = {"lint": lint, "sqlite": sqlite, "cluster": cluster, "browser": browser}
    for part in parts.values() if what == "all" else [parts[what]]:
        part(run)
    print("\n=== Summary ===")
    print("\n".join(run.lines))
    return int(run.failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "all"))
