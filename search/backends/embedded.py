"""The embedded engine: SQLite FTS5 without content, in files of its own, with bounded work per question.

``rowid`` is the published second and the id in one number, so "newest first" is the order in which FTS5
walks anyway and a date range is a range of rowids.
"""

# ruff: noqa: S608 - table names come from schema.GROUPS, values are bound, numbers are ints of ours

import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from search.backends.base import Counts, Hit, Reader
from search.backends.generations import Generations, Pointer
from search.backends.plan import Plan, deadline_key
from search.backends.tally import NEWEST, Tally, band_of, band_of_amount, tally_sql
from search.cursor import Cursor
from search.query import SearchQuery
from search.schema import GROUPS, SearchDoc

RANKED = 2_000
"""Relevance looks at this many of the newest matches."""
BATCH = 500


class EmbeddedBackend:
    """See :class:`search.backends.base.Backend`. One instance serves all threads."""

    name = "embedded"

    def __init__(self, folder: Path) -> None:
        self.files = Generations(folder)
        self._tallies: dict[tuple[str, str], tuple[tuple[int, int], Tally]] = {}

    # --- asking -------------------------------------------------------------------

    def search(
        self, query: SearchQuery, now: datetime, *, size: int, after: Cursor | None, skip: int
    ) -> list[Hit]:
        """At most ``size`` hits in the question's order, after a cursor or after ``skip`` hits."""
        if query.unsearchable:
            return []
        connection = self._serving()
        plan = Plan.of(connection, query, now)
        if query.sort == "relevance" and plan.match:
            return _ranked(connection, plan, size, after, skip)
        if query.sort == "deadline":
            return _by_deadline(connection, plan, query, now, size, after, skip)
        return _newest(connection, plan, size, after, skip)

    def counts(self, query: SearchQuery, now: datetime) -> Counts:
        """The exact total and what each filter choice would give."""
        if query.unsearchable:
            return Tally([]).counts(query)
        connection = self._serving()
        plan = Plan.of(connection, query, now)
        plain = replace(query, least=None, most=None)
        if plan.browses and (plain == query or band_of(query) is not None):
            tally = self._browsed(connection, plan, plain, now)
        else:
            tally = Tally(connection.execute(*tally_sql(plan, query, now)).fetchall())
        counts = tally.counts(query)
        if tally.size > NEWEST and not plan.browses:
            counts.newest_only = NEWEST
            counts.total = plan.count(connection)
        return counts

    def total(self, query: SearchQuery, now: datetime) -> int:
        """The exact number of documents alone."""
        if query.unsearchable:
            return 0
        connection = self._serving()
        return Plan.of(connection, query, now).count(connection)

    def _browsed(
        self, connection: sqlite3.Connection, plan: Plan, query: SearchQuery, now: datetime
    ) -> Tally:
        """Counts without words are the same for every filter: kept until a write or the next minute."""
        state = (
            connection.execute("SELECT value FROM meta WHERE name = 'changes'").fetchone()[0],
            int(now.timestamp()) // 60,
        )
        key = (self.files.pointer().serving, plan.group)
        known = self._tallies.get(key)
        if known is None or known[0] != state:
            known = (state, Tally(connection.execute(*tally_sql(plan, query, now)).fetchall()))
            self._tallies = {
                **{name: kept for name, kept in self._tallies.items() if name[0] == key[0]},
                key: known,
            }
        return known[1]

    def _serving(self) -> sqlite3.Connection:
        return self.files.connection(self.files.pointer().serving)

    # --- writing ------------------------------------------------------------------

    def refresh(self, group: str, pks: list[int], read: Reader) -> None:
        """Make the index say what the database says about these documents.

        The database is read while the index's write lock is held, so of two refreshes the later one has
        read the later state, whatever the order in which their events arrived.
        """
        pointer = self.files.pointer()
        for generation in filter(None, (pointer.serving, pointer.building)):
            with self.files.writing(generation) as connection:
                docs = {doc.facts.pk: doc for doc in read(pks)}
                for pk in pks:
                    _remove(connection, group, pk)
                    if pk in docs:
                        _add(connection, docs[pk])

    def begin(self) -> str:
        """Start an empty generation beside the serving one; returns its name."""
        pointer = self.files.pointer()
        if pointer.building:
            self.files.drop(pointer.building)
        name = f"gen-{(self.files.numbers() or [0])[-1] + 1}"
        self.files.create(name)
        self.files.point(Pointer(pointer.serving, name))
        return name

    def load(self, generation: str, docs: Iterable[SearchDoc]) -> int:
        """Add documents in bulk; one that a refresh has already put there stays."""
        taken = 0
        stream = iter(docs)
        while batch := [_prepared(doc) for doc in islice(stream, BATCH)]:
            with self.files.writing(generation) as connection:
                for doc, tokens in batch:
                    if not _row_of(connection, doc.facts.group, doc.facts.pk):
                        _add(connection, doc, tokens)
                        taken += 1
        return taken

    def digests(self, generation: str | None = None) -> Iterator[tuple[str, str]]:
        """``(document id, digest)`` of everything in a generation (the serving one by default)."""
        connection = self.files.connection(generation or self.files.pointer().serving)
        for group in GROUPS:
            rows = connection.execute(f"SELECT pk, digest FROM {group}_doc JOIN {group}_text USING (rowid)")
            yield from ((f"{group}:{pk}", digest) for pk, digest in rows)

    def swap(self, generation: str) -> None:
        """Serve this generation from now on; the one before is kept, older ones are dropped."""
        before = self.files.pointer().serving
        with self.files.writing(generation) as connection:
            for group in GROUPS:
                connection.execute(f"INSERT INTO {group}_f({group}_f) VALUES ('optimize')")
        self.files.compact(generation)
        self.files.point(Pointer(generation))
        for number in self.files.numbers():
            if f"gen-{number}" not in (before, generation):
                self.files.drop(f"gen-{number}")

    def abandon(self, generation: str) -> None:
        """Give up a generation that is being built."""
        pointer = self.files.pointer()
        if pointer.building == generation:
            self.files.point(Pointer(pointer.serving))
        self.files.drop(generation)

    def analyzer(self) -> int | None:
        """The analyzer version of the serving generation."""
        row = self._serving().execute("SELECT value FROM meta WHERE name = 'analyzer'").fetchone()
        return row[0] if row else None


def _newest(
    connection: sqlite3.Connection, plan: Plan, size: int, after: Cursor | None, skip: int
) -> list[Hit]:
    if after:
        plan = plan.narrowed(f"{plan.id} < ?", after.values[-1])
    sql = f"SELECT d.pk, {plan.id} {plan.source} ORDER BY {plan.id} DESC LIMIT ? OFFSET ?"
    rows = connection.execute(sql, [*plan.values, size, 0 if after else skip])
    return [Hit(pk, (rowid,)) for pk, rowid in rows]


def _ranked(
    connection: sqlite3.Connection, plan: Plan, size: int, after: Cursor | None, skip: int
) -> list[Hit]:
    """BM25 over the newest matches, the title five times; newer first among equals."""
    inner = (
        f"SELECT d.pk AS pk, {plan.id} AS seq, bm25({plan.group}_f, 5.0, 1.0) AS score"
        f" {plan.source} ORDER BY {plan.id} DESC LIMIT {RANKED}"
    )
    where, values = ("", [])
    if after:
        score, seq = after.values[0], after.values[-1]
        where, values = ("WHERE score > ? OR (score = ? AND seq < ?)", [score, score, seq])
    sql = f"SELECT pk, seq, score FROM ({inner}) {where} ORDER BY score, seq DESC LIMIT ? OFFSET ?"
    rows = connection.execute(sql, [*plan.values, *values, size, 0 if after else skip])
    return [Hit(pk, (score, seq)) for pk, seq, score in rows]


def _by_deadline(
    connection: sqlite3.Connection,
    plan: Plan,
    query: SearchQuery,
    now: datetime,
    size: int,
    after: Cursor | None,
    skip: int,
) -> list[Hit]:
    """Deadlines ahead first, the nearest at the top; then none; then those past."""
    key = deadline_key(query.status, after.at if after else int(now.timestamp()))
    if after:
        near, seq = after.values[0], after.values[-1]
        plan = plan.narrowed(f"({key} > ? OR ({key} = ? AND {plan.id} < ?))", near, near, seq)
    sql = f"SELECT d.pk, {plan.id}, {key} {plan.source} ORDER BY 3, 2 DESC LIMIT ? OFFSET ?"
    rows = connection.execute(sql, [*plan.values, size, 0 if after else skip])
    return [Hit(pk, (near, seq)) for pk, seq, near in rows]


def _prepared(doc: SearchDoc) -> tuple[SearchDoc, tuple[str, str]]:
    return doc, (doc.title_tokens, doc.body_tokens)


def _row_of(connection: sqlite3.Connection, group: str, pk: int) -> int | None:
    row = connection.execute(f"SELECT rowid FROM {group}_doc WHERE pk = ?", [pk]).fetchone()
    return row[0] if row else None


def _remove(connection: sqlite3.Connection, group: str, pk: int) -> None:
    """FTS5 without content needs the old tokens to forget them; they are kept packed."""
    rowid = _row_of(connection, group, pk)
    if rowid is None:
        return
    packed = connection.execute(f"SELECT tokens FROM {group}_text WHERE rowid = ?", [rowid]).fetchone()[0]
    title, _, body = zlib.decompress(packed).decode().partition("\n")
    sql = f"INSERT INTO {group}_f({group}_f, rowid, t, b) VALUES ('delete', ?, ?, ?)"
    connection.execute(sql, [rowid, title, body])
    connection.execute(f"DELETE FROM {group}_doc WHERE rowid = ?", [rowid])
    connection.execute(f"DELETE FROM {group}_text WHERE rowid = ?", [rowid])


def _add(connection: sqlite3.Connection, doc: SearchDoc, tokens: tuple[str, str] | None = None) -> None:
    facts, group = doc.facts, doc.facts.group
    title, body = tokens or (doc.title_tokens, doc.body_tokens)
    rowid = facts.order
    while connection.execute(f"SELECT 1 FROM {group}_doc WHERE rowid = ?", [rowid]).fetchone():
        rowid += 1  # two ids 2**22 apart in the same second
    path = [*map(int, facts.region[:3]), 0, 0, 0][:3]
    deadline = None if facts.deadline_at is None else int(facts.deadline_at.timestamp())
    alike = [facts.kind, facts.trade, *path, int(facts.superseded), band_of_amount(facts.amount)]
    row = [rowid, facts.pk, facts.kind, facts.trade, *path, facts.cents, deadline, int(facts.superseded)]
    row.append(_class_of(connection, group, alike))
    connection.execute(f"INSERT INTO {group}_doc VALUES ({','.join('?' * len(row))})", row)
    packed = zlib.compress(f"{title}\n{body}".encode(), 6)
    connection.execute(f"INSERT INTO {group}_text VALUES (?, ?, ?)", [rowid, doc.digest, packed])
    connection.execute(f"INSERT INTO {group}_f(rowid, t, b) VALUES (?, ?, ?)", [rowid, title, body])


def _class_of(connection: sqlite3.Connection, group: str, alike: list[Any]) -> int:
    """The number of everything that is alike in all that facets count: one number is quick to group by."""
    connection.execute(
        f"INSERT OR IGNORE INTO {group}_class (kind, trade, r1, r2, r3, superseded, band) VALUES (?,?,?,?,?,?,?)",
        alike,
    )
    test = "kind = ? AND trade = ? AND r1 = ? AND r2 = ? AND r3 = ? AND superseded = ? AND band = ?"
    return int(connection.execute(f"SELECT id FROM {group}_class WHERE {test}", alike).fetchone()[0])
