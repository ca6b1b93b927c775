"""Recognition measured on the real announcements and documents, where they lie beside the checkout."""

import gzip
import json
import os
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from marketplace.kernel.recognise import recognise, recognise_document

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
REAL = SHARED / "data" / "yichang_announcements.jsonl.gz"
SEEDS = SHARED / "seeds"


def real(path: Path) -> Path:
    """The material beside the checkout; CI must have it."""
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{path} is missing")
        pytest.skip("the real files do not lie beside the checkout")
    return path


class TestRealFiles:
    def test_every_field_of_every_announcement(self) -> None:
        with gzip.open(real(REAL), "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        found = [(row, recognise(row["title"], row["body"], kind=row["kind"])) for row in rows]
        results = [(row, one) for row, one in found if row["kind"] == "中标结果公告"]
        assert Counter(one.kind for _row, one in found) == {"candidates": 1966, "result": 1679}
        assert all(one.buyer and one.agency and one.winners and one.project_codes for _row, one in results)
        for row, one in results:
            if row.get("buyer"):
                assert (one.buyer, one.agency) == (row["buyer"], row["agency"])
            if row.get("amount"):
                assert one.amount == Decimal(row["amount"])
        assert sum(one.amount is not None for _row, one in results) >= 1395
        assert all(one.candidates and one.publicity for row, one in found if row["kind"] != "中标结果公告")

    def test_the_five_documents(self) -> None:
        real(SEEDS)
        found = [recognise_document(path.read_text(encoding="utf-8")) for path in sorted(SEEDS.glob("*.txt"))]
        assert [one.index_number for one in found] == [
            "",
            "115323000151673132/2017-1215006",
            "",
            "11140500012420117H031/2023-00431",
            "00511755800020020200074",
        ]
        assert [one.published_on for one in found] == [
            None,
            date(2017, 12, 8),
            None,
            date(2023, 10, 18),
            date(2020, 6, 28),
        ]
        assert [one.document_number for one in found] == [
            "",
            "",
            "",
            "晋市政办〔2023〕37号",
            "青政办字[2020]50号",
        ]
        assert found[2].written_on == date(2016, 2, 6)
        assert [one.title_is_stated for one in found] == [False, True, True, True, True]
