"""Elasticsearch: the same tokens in ``whitespace`` fields, so the same documents for the same question.

Only what every Elasticsearch 8 has: no scripts, no reindex, no analyzers of our own. Versions are external
(the moment before the database was read), so an older reading never overwrites a newer one.
"""

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError, helpers
from elasticsearch.dsl import A, Document, Index, Q, Search
from elasticsearch.dsl import field as fields

from search.backends import ask
from search.backends.base import Counts, EngineUnavailable, Hit, Reader
from search.choices import BANDS, STATUSES
from search.cursor import Cursor
from search.query import DEPTH, SearchQuery
from search.schema import SearchDoc, as_plain
from search.text import ANALYZER_VERSION

log = logging.getLogger(__name__)
SETTINGS = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    "refresh_interval": "1s",
    "max_result_window": DEPTH + 200,
}


class StoredDoc(Document):
    """The index's fields; the tokens are searched but not stored."""

    id = fields.Keyword()
    group = fields.Keyword()
    pk = fields.Long()
    kind = fields.Keyword()
    trade = fields.Keyword()
    region = fields.Keyword()
    published = fields.Long()
    deadline = fields.Long()
    amount = fields.Long()
    superseded = fields.Boolean()
    seq = fields.Long()
    digest = fields.Keyword()
    t = fields.Text(analyzer="whitespace")
    b = fields.Text(analyzer="whitespace")


class ElasticBackend:
    """See :class:`search.backends.base.Backend`."""

    name = "elasticsearch"

    def __init__(self, url: str, alias: str) -> None:
        parts = urlsplit(url)
        host = (
            url
            if parts.port
            else url.replace(parts.netloc, f"{parts.netloc}:{443 if parts.scheme == 'https' else 80}")
        )
        self.client = Elasticsearch(host, request_timeout=20, max_retries=2, retry_on_timeout=True)
        self.asking = self.client.options(request_timeout=5, max_retries=1)  # a reader waits
        self.alias = alias
        self.building = f"{alias}-building"

    # --- asking -------------------------------------------------------------------

    def search(
        self, query: SearchQuery, now: datetime, *, size: int, after: Cursor | None, skip: int
    ) -> list[Hit]:
        """At most ``size`` hits in the question's order, after a cursor or after ``skip`` hits."""
        if query.unsearchable:
            return []
        asked = self._asked(query).filter("bool", filter=list(ask.filters(query, now).values()))
        if query.sort == "deadline" and query.status == "all":
            asked = ask.nearest_first(asked, after.at if after else int(now.timestamp()))
        asked = asked.sort(*ask.order(query)).source(["pk"]).extra(track_total_hits=False, size=size)
        asked = asked.extra(search_after=list(after.values)) if after else asked.extra(**{"from": skip})
        with _answering():
            answer = self._run(asked)
        return [Hit(int(hit["_source"]["pk"]), tuple(hit["sort"])) for hit in answer["hits"]["hits"]]

    def counts(self, query: SearchQuery, now: datetime) -> Counts:
        """The exact total and what each filter choice would give."""
        result = Counts(statuses=dict.fromkeys(STATUSES, 0), bands=[0] * len(BANDS))
        if query.unsearchable:
            return result
        filters = ask.filters(query, now)
        asked = self._asked(query).extra(size=0, track_total_hits=True)
        asked = asked.post_filter("bool", filter=list(filters.values()))
        for name, facet in ask.facets(now).items():
            others = [test for other, test in filters.items() if other != name]
            asked.aggs.bucket(name, A("filter", filter=Q("bool", filter=others))).bucket("by", facet)
        with _answering():
            answer = self._run(asked)
        result.total = answer["hits"]["total"]["value"]
        found = {name: part["by"]["buckets"] for name, part in answer["aggregations"].items()}
        result.kinds, result.trades, result.regions = (
            {bucket["key"]: bucket["doc_count"] for bucket in found[name]}
            for name in ("kind", "trade", "region")
        )
        result.statuses = {key: bucket["doc_count"] for key, bucket in found["status"].items()}
        result.bands = [found["amount"][str(at)]["doc_count"] for at in range(len(BANDS))]
        return result

    def total(self, query: SearchQuery, now: datetime) -> int:
        """The exact number of documents alone."""
        if query.unsearchable:
            return 0
        asked = self._asked(query).filter("bool", filter=list(ask.filters(query, now).values()))
        with _answering():
            return int(self._run(asked.extra(size=0, track_total_hits=True))["hits"]["total"]["value"])

    def _asked(self, query: SearchQuery) -> Search:
        asked = Search(using=self.client, index=self.alias)
        return asked.query(ask.words(query, self._document_counts))

    def _document_counts(self, group: str, tokens: list[str]) -> dict[str, int]:
        """How many documents hold each token: "any word" keeps the rarest."""
        tests = {
            str(at): ask.either(lambda field, token=token: Q("term", **{field: token}))
            for at, token in enumerate(tokens)
        }
        asked = Search(using=self.client, index=self.alias).filter("term", group=group).extra(size=0)
        asked.aggs.bucket("by", A("filters", filters=tests))
        with _answering():
            buckets = self._run(asked)["aggregations"]["by"]["buckets"]
        return {token: buckets[str(at)]["doc_count"] for at, token in enumerate(tokens)}

    def _run(self, asked: Search) -> Any:
        try:
            return self.asking.search(index=self.alias, body=asked.to_dict()).body
        except NotFoundError:
            self._first()
            return self.asking.search(index=self.alias, body=asked.to_dict()).body

    # --- writing ------------------------------------------------------------------

    def refresh(self, group: str, pks: list[int], read: Reader) -> None:
        """Make the index say what the database says about these documents."""
        stamp = time.time_ns() // 1000
        docs = {doc.facts.pk: doc for doc in read(pks)}
        for index in self._indices():
            steps = [
                _index_step(index, docs[pk], stamp)
                if pk in docs
                else _delete_step(index, f"{group}:{pk}", stamp)
                for pk in pks
            ]
            self._bulk(steps)

    def begin(self) -> str:
        """Start an empty generation beside the serving one; returns its name."""
        self._serving()
        for stale in self._behind(self.building):
            self.client.indices.delete(index=stale, ignore_unavailable=True)
        name = f"{self.alias}-{max(self._numbers(), default=0) + 1}"
        self._create(name, self.building)
        return name

    def load(self, generation: str, docs: Iterable[SearchDoc]) -> int:
        """Add documents in bulk; one that a refresh has written meanwhile is newer and stays."""
        stamp = time.time_ns() // 1000
        return self._bulk(_index_step(generation, doc, stamp) for doc in docs)

    def digests(self, generation: str | None = None) -> Iterator[tuple[str, str]]:
        """``(document id, digest)`` of everything in a generation (the serving one by default)."""
        with _answering():
            index = generation or self._serving()
            self.client.indices.refresh(index=index)
            for hit in helpers.scan(self.client, index=index, query={"_source": ["digest"]}, size=2000):
                yield hit["_id"], hit["_source"]["digest"]

    def swap(self, generation: str) -> None:
        """Serve this generation from now on; the one before is kept, older ones are dropped."""
        before = self._serving()
        self.client.indices.refresh(index=generation)
        self.client.indices.update_aliases(
            actions=[
                {"remove": {"index": before, "alias": self.alias}},
                {"add": {"index": generation, "alias": self.alias}},
                {"remove": {"index": generation, "alias": self.building}},
            ]
        )
        for number in self._numbers():
            if (name := f"{self.alias}-{number}") not in (before, generation):
                self.client.indices.delete(index=name, ignore_unavailable=True)

    def abandon(self, generation: str) -> None:
        """Give up a generation that is being built."""
        self.client.indices.delete(index=generation, ignore_unavailable=True)

    def analyzer(self) -> int | None:
        """The analyzer version of the serving generation."""
        with _answering():
            mappings = self.client.indices.get_mapping(index=self._serving()).body
        version = next(iter(mappings.values()))["mappings"].get("_meta", {}).get("analyzer")
        return int(version) if version is not None else None

    def _create(self, name: str, alias: str) -> None:
        index = Index(name, using=self.client)
        index.settings(**SETTINGS)
        index.document(StoredDoc)
        body = index.to_dict()
        body["mappings"] |= {
            "_meta": {"analyzer": ANALYZER_VERSION},
            "dynamic": "strict",
            "_source": {"excludes": ["t", "b"]},
        }
        self.client.indices.create(index=name, body=body | {"aliases": {alias: {}}})

    def _first(self) -> str:
        name = f"{self.alias}-{max(self._numbers(), default=0) + 1}"
        try:
            self._create(name, self.alias)
        except ApiError:  # another process was quicker
            if not self._behind(self.alias):
                raise
        return self._behind(self.alias)[0]

    def _serving(self) -> str:
        return next(iter(self._behind(self.alias)), "") or self._first()

    def _indices(self) -> list[str]:
        return [self._serving(), *self._behind(self.building)]

    def _behind(self, alias: str) -> list[str]:
        try:
            return sorted(self.client.indices.get_alias(name=alias).body)
        except NotFoundError:
            return []

    def _numbers(self) -> list[int]:
        names = self.client.indices.get(index=f"{self.alias}-*", ignore_unavailable=True).body
        tails = (name.removeprefix(f"{self.alias}-") for name in names)
        return sorted(int(tail) for tail in tails if tail.isdecimal())

    def _bulk(self, steps: Iterable[dict[str, Any]]) -> int:
        taken = 0
        for done, item in helpers.streaming_bulk(self.client, steps, chunk_size=500, raise_on_error=False):
            result = next(iter(item.values()))
            taken += done
            if not done and result["status"] not in (404, 409):  # gone already, or written later by another
                raise EngineUnavailable(f"{result.get('error')}")
        return taken


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except (TransportError, ApiError) as error:
        log.exception("Elasticsearch did not answer")
        raise EngineUnavailable(str(error)) from error


def _index_step(index: str, doc: SearchDoc, stamp: int) -> dict[str, Any]:
    source = as_plain(doc.facts) | {
        "id": doc.facts.id,
        "group": doc.facts.group,
        "pk": doc.facts.pk,
        "digest": doc.digest,
        "t": doc.title_tokens,
        "b": doc.body_tokens,
    }
    head = {
        "_op_type": "index",
        "_index": index,
        "_id": doc.facts.id,
        "version": stamp,
        "version_type": "external",
    }
    return head | {"_source": source}


def _delete_step(index: str, ident: str, stamp: int) -> dict[str, Any]:
    return {"_op_type": "delete", "_index": index, "_id": ident, "version": stamp, "version_type": "external"}
