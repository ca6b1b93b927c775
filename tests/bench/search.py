"""`make bench-search`: the embedded engine beside its peers, same documents and questions, in one run.

Prints a Markdown table of p50 / p95 in milliseconds, measured end to end in this process. A peer that is not
here is left out with a line. `--documents 100000` (`make bench-search N=100000`) takes some minutes.
"""

import argparse
import contextlib
import gc
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ["NO_PROXY"] = ",".join(filter(None, (os.environ.get("NO_PROXY"), "127.0.0.1")))

import django  # noqa: E402

django.setup()

from django.db import connections  # noqa: E402

from search.query import SearchQuery, parse  # noqa: E402
from search.schema import SearchDoc  # noqa: E402
from tests import services  # noqa: E402
from tests.bench import peers  # noqa: E402
from tests.bench.page import first_page  # noqa: E402
from tests.search.documents import documents  # noqa: E402
from tests.search.questions import literal_words  # noqa: E402

OPERATIONS = ("newest 10", "ranked 10", "filter + 3 facets + count", "count")


@dataclass
class Result:
    """What one engine took."""

    name: str
    build: float = 0.0
    size: float = 0.0
    times: dict[str, list[float]] = field(default_factory=dict)
    counts: list[int] = field(default_factory=list)
    update: list[float] = field(default_factory=list)


def questions_for(docs: list[SearchDoc], number: int) -> list[SearchQuery]:
    """Literal questions of one and two terms, none of a single character (peers know no prefixes here)."""
    words = [
        word
        for word in literal_words(docs[:3000], number * 6, seed=42)
        if len(word) > 1 and not word.isascii()
    ]
    rng = random.Random(5)
    singles = words[: number * 2 // 3]
    pairs = [f"{word} {rng.choice(words)[:2]}" for word in words[len(singles) : number]]
    return [parse({"q": text, "status": "all"}) for text in singles + pairs]


def measure(engine: peers.Peer, docs: list[SearchDoc], asked: list[SearchQuery]) -> Result:
    """Build, warm up with one pass, measure the next."""
    result = Result(engine.name)
    began = time.perf_counter()
    engine.build(docs)
    result.build, result.size = time.perf_counter() - began, engine.size() / len(docs)
    steps: dict[str, Callable[[SearchQuery], Any]] = dict(
        zip(OPERATIONS, (engine.newest, engine.ranked, engine.facets, engine.count), strict=True)
    )
    for name, step in steps.items():
        for query in asked[: len(asked) // 2]:
            step(query)
        result.times[name] = [_timed(step, query)[0] for query in asked]
    result.counts = [engine.count(query) for query in asked]
    for doc in docs[:40]:
        result.update.append(_timed(engine.update, doc)[0])
    return result


def _timed(step: Callable[[Any], Any], value: Any) -> tuple[float, Any]:
    began = time.perf_counter()
    answer = step(value)
    return (time.perf_counter() - began) * 1000, answer


def percentile(times: list[float], share: float) -> float:
    """The value below which that share of the times lies."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def _cell(times: list[float]) -> str:
    return f"{percentile(times, 0.5):.2f} / {percentile(times, 0.95):.2f}"


def table(results: list[Result]) -> Iterator[str]:
    """The results as Markdown."""
    yield "| engine | build s | bytes/doc | one update | " + " | ".join(OPERATIONS) + " |"
    yield "|---" * (4 + len(OPERATIONS)) + "|"
    for one in results:
        cells = [one.name, f"{one.build:.1f}", f"{one.size:.0f}", _cell(one.update)]
        yield "| " + " | ".join(cells + [_cell(one.times[name]) for name in OPERATIONS]) + " |"


def agreement(results: list[Result]) -> Iterator[str]:
    """How often a peer counts what the embedded engine counts."""
    ours = results[0].counts
    for other in results[1:]:
        same = sum(a == b for a, b in zip(ours, other.counts, strict=True))
        yield f"{other.name}: the same count for {same} of {len(ours)} questions"


@contextlib.contextmanager
def engines(folder: Path) -> Iterator[list[peers.Peer]]:
    """Every engine that is here; servers are started for the run."""
    found: list[peers.Peer] = [peers.Embedded(folder / "embedded")]
    servers: list[services.Server] = []
    try:
        try:
            found.append(peers.Tantivy(folder / "tantivy"))
        except ImportError:
            print("tantivy is not installed (pip install tantivy): left out", flush=True)
        shared = folder / "servers"
        shared.mkdir()
        services._give_away(shared)
        for start, peer in (
            (services.start_elasticsearch, peers.Elastic),
            (services.start_postgresql, peers.PostgreSQL),
        ):
            try:
                server, url = start(shared)
                servers.append(server)
                found.append(peer(url))
            except (services.Missing, ImportError) as reason:
                print(f"{peer.name}: left out, {reason}", flush=True)
        yield found
    finally:
        for server in servers:
            server.stop()


def main() -> None:
    """Run everything and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--documents", type=int, default=20_000)
    arguments.add_argument("--questions", type=int, default=120)
    arguments.add_argument("--no-page", action="store_true", help="leave the whole list page out")
    chosen = arguments.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="sunlit-bench-"))
    folder.chmod(0o755)
    try:
        print(f"Generating {chosen.documents:,} announcements ...", flush=True)
        docs = [peers.Ready.of(doc) for doc in documents(chosen.documents, length=900)]
        asked = questions_for(docs, chosen.questions)
        gc.collect()
        gc.freeze()  # a heap of documents that no engine would have must not be walked while they are timed
        results = []
        with engines(folder) as found:
            for engine in found:
                print(f"{engine.name} ...", flush=True)
                results.append(measure(engine, docs, asked))
        load = os.getloadavg()[0]
        print(
            f"\n{chosen.documents:,} documents, {len(asked)} questions, p50 / p95 ms, load average {load:.1f}\n"
        )
        print("\n".join([*table(results), "", *agreement(results)]), flush=True)
        if not chosen.no_page:
            print("\n".join(first_page(docs, folder / "page")), flush=True)
    finally:
        connections.close_all()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
