"""Disclosure levels: what is declared, and who may see it. Undeclared is internal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from marketplace.disclosure.models import FieldDisclosure
from marketplace.disclosure.states import Disclosure, NoticeKind
from marketplace.kernel.trade import TradeType

_DATASETS = {
    (NoticeKind.TENDER, TradeType.WORKS): "503",
    (NoticeKind.PREQUALIFICATION, TradeType.WORKS): "503",
    (NoticeKind.OPENING_RECORD, TradeType.WORKS): "506",
    (NoticeKind.CANDIDATES, TradeType.WORKS): "511",
    (NoticeKind.RESULT, TradeType.WORKS): "513",
    (NoticeKind.CONTRACT, TradeType.WORKS): "512",
    (NoticeKind.TENDER, TradeType.GOV_PROCUREMENT): "551",
    (NoticeKind.PREQUALIFICATION, TradeType.GOV_PROCUREMENT): "551",
    (NoticeKind.OPENING_RECORD, TradeType.GOV_PROCUREMENT): "556",
    (NoticeKind.RESULT, TradeType.GOV_PROCUREMENT): "553",
    (NoticeKind.CONTRACT, TradeType.GOV_PROCUREMENT): "554",
}
_BOTH = (TradeType.WORKS, TradeType.GOV_PROCUREMENT)


def dataset_for(kind: str, trade_type: str) -> str:
    """The dataset of the public standard that a notice of this kind fills; empty for none.

    Trades without a dataset of their own use 1800 (交易公告信息) and 1801 (成交公示信息).
    """
    known = _DATASETS.get((NoticeKind(kind), TradeType(trade_type)), "")
    if known or trade_type in _BOTH:
        return known
    return {NoticeKind.TENDER: "1800", NoticeKind.LISTING: "1800", NoticeKind.RESULT: "1801"}.get(
        NoticeKind(kind), ""
    )


def datasets_with(dataset: str, *, correction: bool = False) -> list[str]:
    """A dataset and what travels with it: 更正事项 of a purchase, nested candidates and experts."""
    nested = {"511": ["510"], "513": ["508"], "553": ["508"]}.get(dataset, [])
    return [dataset, *(["552"] if correction and dataset.startswith("55") else []), *nested]


@dataclass(frozen=True, slots=True)
class Levels:
    """The declared fields of some datasets, looked up by the most specific row."""

    rows: Mapping[tuple[str, str, str, str], FieldDisclosure] = field(default_factory=dict)

    def find(self, dataset: str, key: str, *, kind: str = "", trade_type: str = "") -> FieldDisclosure | None:
        """The row that binds: (kind, trade), then kind, then trade, then the general one."""
        for wanted in ((kind, trade_type), (kind, ""), ("", trade_type), ("", "")):
            row = self.rows.get((dataset, key, *wanted))
            if row is not None:
                return row
        return None

    def level(self, dataset: str, key: str, *, kind: str = "", trade_type: str = "") -> str:
        """Who may see a field; internal when it is not declared."""
        row = self.find(dataset, key, kind=kind, trade_type=trade_type)
        return row.disclosure if row else Disclosure.INTERNAL

    def specs(self, dataset: str, *, kind: str = "", trade_type: str = "") -> list[FieldDisclosure]:
        """The binding row of every field of a dataset, in the order of the standard."""
        keys = {row.key: None for (name, *_rest), row in self.rows.items() if name == dataset}
        found = (self.find(dataset, key, kind=kind, trade_type=trade_type) for key in keys)
        return [row for row in found if row is not None]


def levels_for(datasets: Iterable[str]) -> Levels:
    """What is declared for these datasets; one query."""
    names = [name for name in dict.fromkeys(datasets) if name]
    rows = FieldDisclosure.objects.filter(dataset__in=names) if names else []
    return Levels({(row.dataset, row.key, row.kind, row.trade_type): row for row in rows})


def field_specs(kind: str, trade_type: str, *, base_kind: str = "") -> list[FieldDisclosure]:
    """What an editor fills for a notice of this kind: rows whose ``source`` is ``form``.

    For a correction give the kind of the corrected notice as ``base_kind``.
    """
    base = base_kind or kind
    dataset = dataset_for(base, trade_type)
    names = datasets_with(dataset, correction=kind == NoticeKind.CORRECTION) if dataset else []
    levels = levels_for(names)
    own = [name for name in names if name not in ("508", "510")]
    rows = [row for name in own for row in levels.specs(name, kind=base, trade_type=trade_type)]
    once = {row.key: row for row in rows if row.source == "form"}
    return list(once.values())


def nested_specs(row: FieldDisclosure, *, kind: str, trade_type: str) -> list[FieldDisclosure]:
    """The columns of a list field such as ``CANDIDATES``; empty for other fields."""
    if not row.format.startswith("list:"):
        return []
    inner = row.format.removeprefix("list:")
    specs = levels_for([inner]).specs(inner, kind=kind, trade_type=trade_type)
    return [spec for spec in specs if spec.source == "form"]
