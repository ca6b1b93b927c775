"""What can be chosen in a search, with the words that the public reads."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.disclosure.states import NoticeKind
from marketplace.kernel.trade import TradeType

AMOUNT_MAX = Decimal("999999999999999999.99")

STATUSES: dict[str, Promise | str] = {
    "active": _("有效（报名、公示中）"),
    "closing": _("即将截止（72 小时内）"),
    "closed": _("已截止、已被更正"),
    "all": _("全部状态"),
}
SORTS: dict[str, Promise | str] = {"relevance": _("相关"), "newest": _("最新"), "deadline": _("截止近")}
GROUP_LABELS: dict[str, Promise | str] = {
    "notice": _("公告"),
    "policy": _("政策文件"),
    "party": _("交易主体"),
}


@dataclass(frozen=True, slots=True)
class Preset:
    """A stretch of days that ends today, today included."""

    label: Promise | str
    days: int


PRESETS: dict[str, Preset] = {
    "1d": Preset(_("当天"), 1),
    "3d": Preset(_("近三天"), 3),
    "10d": Preset(_("近十天"), 10),
    "1m": Preset(_("近一月"), 30),
    "3m": Preset(_("近三月"), 91),
    "1y": Preset(_("近一年"), 365),
}


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of amounts in 元: from (included) up to 0.01 below the next."""

    label: Promise | str
    least: Decimal | None
    most: Decimal | None


BANDS: tuple[Band, ...] = (
    Band(_("20 万元以下"), None, Decimal("199999.99")),
    Band(_("20–100 万元"), Decimal(200000), Decimal("999999.99")),
    Band(_("100–400 万元"), Decimal(1000000), Decimal("3999999.99")),
    Band(_("400 万元以上"), Decimal(4000000), None),
)

_policy_kinds: dict[str, Promise | str] = {}


def name_policy_kinds(kinds: dict[str, Promise | str]) -> None:
    """The upper app that owns policies says which kinds there are."""
    _policy_kinds.update(kinds)


def kinds_of(group: str) -> dict[str, Promise | str]:
    """The kinds of a group (or ``"trade"`` for the trades) and their words."""
    if group == "notice":
        return {kind.value: kind.label for kind in NoticeKind}
    if group == "trade":
        return {trade.value: trade.label for trade in TradeType}
    return _policy_kinds if group == "policy" else {}
