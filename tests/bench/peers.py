"""The engines of the search benchmark behind one face; all of them get the same tokens."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from search.backends.base import Backend
from search.backends.embedded import EmbeddedBackend
from search.query import SearchQuery
from search.schema import SearchDoc, as_plain
from tests.search.documents import NOW

SINCE = int(NOW.timestamp()) - 365 * 24 * 3600
KIND = "result"


@dataclass(frozen=True, slots=True)
class Ready(SearchDoc):
    """A document whose tokens are made already: building is measured without analysis, for everybody."""

    tokens: tuple[str, str] = ("", "")

    @classmethod
    def of(cls, doc: SearchDoc) -> "Ready":
        """The same document, analysed."""
        return cls(doc.facts, doc.title, doc.body, doc.words, (doc.title_tokens, doc.body_tokens))

    @property
    def title_tokens(self) -> str:
        """As analysed before."""
        return self.tokens[0]

    @property
    def body_tokens(self) -> str:
        """As analysed before."""
        return self.tokens[1]

    @property
    def digest(self) -> str:
        """Not compared here."""
        return str(self.facts.pk)


class Peer(Protocol):
    """What is measured."""

    name: str

    def build(self, docs: list[Ready]) -> None:
        """Index everything and make it ready to answer."""

    def size(self) -> int:
        """Bytes on disk."""

    def newest(self, query: SearchQuery) -> Any:
        """The newest ten."""

    def ranked(self, query: SearchQuery) -> Any:
        """The ten most relevant."""

    def facets(self, query: SearchQuery) -> Any:
        """Counts of kind, trade and place, and the total, of one kind within the last year."""

    def count(self, query: SearchQuery) -> int:
        """The exact number."""

    def update(self, doc: Ready) -> Any:
        """Write one document again, durably and findable (Elasticsearch: accepted, found within a second)."""


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


class Ours:
    """One of our own backends."""

    name = ""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend

    def build(self, docs: list[Ready]) -> None:
        generation = self.backend.begin()
        self.backend.load(generation, docs)
        self.backend.swap(generation)

    def newest(self, query: SearchQuery) -> Any:
        return self.backend.search(_sorted(query, "newest"), NOW, size=10, after=None, skip=0)

    def ranked(self, query: SearchQuery) -> Any:
        return self.backend.search(_sorted(query, "relevance"), NOW, size=10, after=None, skip=0)

    def facets(self, query: SearchQuery) -> Any:
        return self.backend.counts(_filtered(query), NOW)

    def count(self, query: SearchQuery) -> int:
        return self.backend.total(query, NOW)

    def update(self, doc: Ready) -> Any:
        self.backend.refresh("notice", [doc.facts.pk], lambda _pks: [doc])


def _sorted(query: SearchQuery, sort: str) -> SearchQuery:
    from dataclasses import replace

    return replace(query, asked_sort=sort)


def _filtered(query: SearchQuery) -> SearchQuery:
    from dataclasses import replace
    from datetime import UTC, datetime

    return replace(query, kinds=(KIND,), since=datetime.fromtimestamp(SINCE, UTC).date())


class Embedded(Ours):
    """The embedded engine."""

    name = "embedded (FTS5)"

    def __init__(self, folder: Path) -> None:
        super().__init__(EmbeddedBackend(folder))
        self.folder = folder

    def size(self) -> int:
        return _size(self.folder)


class Elastic(Ours):
    """A real Elasticsearch through its Python client."""

    name = "Elasticsearch"

    def __init__(self, url: str) -> None:
        from search.backends.elastic import ElasticBackend

        super().__init__(ElasticBackend(url, "bench"))

    def build(self, docs: list[Ready]) -> None:
        super().build(docs)
        self.backend.client.options(request_timeout=600).indices.forcemerge(index="bench", max_num_segments=1)

    def size(self) -> int:
        stats = self.backend.client.indices.stats(index="bench")
        return int(stats["_all"]["primaries"]["store"]["size_in_bytes"])


class Tantivy:
    """tantivy's Python wheel, fed with the same tokens through its whitespace tokenizer."""

    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        import tantivy

        self.tantivy, self.folder = tantivy, folder
        builder = tantivy.SchemaBuilder()
        for name in ("t", "b"):
            builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
        for name in ("kind", "trade", "region"):
            builder.add_text_field(name, tokenizer_name="raw", fast=True, index_option="basic")
        for name in ("seq", "pk", "published"):
            builder.add_integer_field(name, fast=True, indexed=True)
        self.schema = builder.build()
        folder.mkdir()
        self.index = tantivy.Index(self.schema, path=str(folder))

    def _document(self, doc: Ready) -> Any:
        plain = as_plain(doc.facts)
        one = self.tantivy.Document()
        one.add_text("t", doc.title_tokens)
        one.add_text("b", doc.body_tokens)
        for name in ("kind", "trade"):
            one.add_text(name, plain[name])
        for code in plain["region"]:
            one.add_text("region", code)
        for name, value in (("seq", plain["seq"]), ("pk", doc.facts.pk), ("published", plain["published"])):
            one.add_integer(name, value)
        return one

    def build(self, docs: list[Ready]) -> None:
        writer = self.index.writer(200_000_000, 1)
        for doc in docs:
            writer.add_document(self._document(doc))
        writer.commit()
        writer.wait_merging_threads()
        self.writer = self.index.writer(50_000_000, 1)
        self._reload()

    def _reload(self) -> None:
        self.index.reload()
        self.searcher = self.index.searcher()

    def size(self) -> int:
        return _size(self.folder)

    def _query(self, query: SearchQuery, *, filtered: bool = False) -> Any:
        make, occur = self.tantivy.Query, self.tantivy.Occur
        parts = []
        for term in query.terms:
            tokens = list(term.phrase.tokens)
            either = []
            for name in ("t", "b"):
                if len(tokens) > 1:
                    either.append((occur.Should, make.phrase_query(self.schema, name, tokens)))
                else:
                    either.append((occur.Should, make.term_query(self.schema, name, tokens[0])))
            parts.append((occur.Must, make.boolean_query(either)))
        if filtered:
            parts.append((occur.Must, make.term_query(self.schema, "kind", KIND)))
            bounds = make.range_query(self.schema, "published", self.tantivy.FieldType.Integer, SINCE, 2**40)
            parts.append((occur.Must, bounds))
        return make.boolean_query(parts)

    def newest(self, query: SearchQuery) -> Any:
        found = self.searcher.search(self._query(query), 10, count=False, order_by_field="seq")
        return [self.searcher.doc(address) for _seq, address in found.hits]

    def ranked(self, query: SearchQuery) -> Any:
        found = self.searcher.search(self._query(query), 10, count=False)
        return [self.searcher.doc(address) for _score, address in found.hits]

    def facets(self, query: SearchQuery) -> Any:
        asked = {name: {"terms": {"field": name, "size": 100}} for name in ("kind", "trade", "region")}
        return self.searcher.aggregate(self._query(query, filtered=True), asked), self.count(query)

    def count(self, query: SearchQuery) -> int:
        return int(self.searcher.search(self._query(query), 1, count=True).count or 0)

    def update(self, doc: Ready) -> Any:
        self.writer.delete_documents("pk", doc.facts.pk)
        self.writer.add_document(self._document(doc))
        self.writer.commit()
        self._reload()


class PostgreSQL:
    """``tsvector`` with a GIN index over the same bigrams (marked tokens left out: its parser splits them)."""

    name = "PostgreSQL tsvector"

    def __init__(self, url: str) -> None:
        import psycopg

        self.connection = psycopg.connect(url, autocommit=True)

    def build(self, docs: list[Ready]) -> None:
        run = self.connection.execute
        run(
            "CREATE TABLE d (pk bigint PRIMARY KEY, seq bigint, kind text, trade text, region text[], published bigint, v tsvector)"
        )
        run(
            "CREATE TEMP TABLE raw (pk bigint, seq bigint, kind text, trade text, region text[], published bigint, t text, b text)"
        )
        with self.connection.cursor().copy("COPY raw FROM STDIN") as copy:
            for doc in docs:
                copy.write_row(self._row(doc))
        vector = "setweight(to_tsvector('simple', t), 'A') || to_tsvector('simple', b)"
        run(f"INSERT INTO d SELECT pk, seq, kind, trade, region, published, {vector} FROM raw")
        for index in ("gin (v)", "(seq DESC)", "(kind)"):
            run(
                f"CREATE INDEX ON d USING {index}"
                if index.startswith("gin")
                else f"CREATE INDEX ON d {index}"
            )
        run("VACUUM ANALYZE d")

    def _row(self, doc: Ready) -> tuple[Any, ...]:
        plain = as_plain(doc.facts)
        texts = (_unmarked(doc.title_tokens), _unmarked(doc.body_tokens))
        return (
            doc.facts.pk,
            plain["seq"],
            plain["kind"],
            plain["trade"],
            plain["region"],
            plain["published"],
            *texts,
        )

    def size(self) -> int:
        return int(self.connection.execute("SELECT pg_total_relation_size('d')").fetchone()[0])

    def _match(self, query: SearchQuery) -> tuple[str, list[str]]:
        parts = " && ".join("phraseto_tsquery('simple', %s)" for _ in query.terms)
        return parts, [_unmarked(" ".join(term.phrase.tokens)) for term in query.terms]

    def _all(self, sql: str, values: Iterable[Any]) -> list[Any]:
        return self.connection.execute(sql, list(values)).fetchall()

    def newest(self, query: SearchQuery) -> Any:
        match, values = self._match(query)
        return self._all(f"SELECT pk FROM d WHERE v @@ ({match}) ORDER BY seq DESC LIMIT 10", values)

    def ranked(self, query: SearchQuery) -> Any:
        match, values = self._match(query)
        sql = (
            f"SELECT pk FROM d, (SELECT {match} AS q) q WHERE v @@ q.q ORDER BY ts_rank(v, q.q) DESC LIMIT 10"
        )
        return self._all(sql, values)

    def facets(self, query: SearchQuery) -> Any:
        match, values = self._match(query)
        sql = (
            f"WITH m AS MATERIALIZED (SELECT kind, trade, region FROM d WHERE v @@ ({match}) AND kind = %s AND published >= %s) "
            "SELECT 'k', kind, count(*) FROM m GROUP BY 2 UNION ALL SELECT 't', trade, count(*) FROM m GROUP BY 2 "
            "UNION ALL SELECT 'r', unnest(region), count(*) FROM m GROUP BY 2 UNION ALL SELECT 'n', '', count(*) FROM m"
        )
        return self._all(sql, [*values, KIND, SINCE])

    def count(self, query: SearchQuery) -> int:
        match, values = self._match(query)
        return int(self._all(f"SELECT count(*) FROM d WHERE v @@ ({match})", values)[0][0])

    def update(self, doc: Ready) -> Any:
        pk, _seq, _kind, _trade, _region, _published, title, body = self._row(doc)
        vector = "setweight(to_tsvector('simple', %s), 'A') || to_tsvector('simple', %s)"
        self.connection.execute(f"UPDATE d SET v = {vector} WHERE pk = %s", [title, body, pk])


def _unmarked(tokens: str) -> str:
    return " ".join(token for token in tokens.split(" ") if token[:1] not in ("^", "#"))
