"""Kinds, states and moves of what is disclosed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.kernel.moves import Move, Moves
from marketplace.kernel.trade import TradeType


class NoticeKind(models.TextChoices):
    """What an announcement is; the Chinese labels are those the public reads."""

    INTENTION = "intention", _("采购意向")
    PLAN = "plan", _("招标计划")
    TENDER = "tender", _("交易公告")
    PREQUALIFICATION = "prequalification", _("资格预审公告")
    INVITATION = "invitation", _("投标邀请书")
    CORRECTION = "correction", _("更正公告")
    CLARIFICATION = "clarification", _("澄清答疑")
    OPENING_RECORD = "opening_record", _("开标记录")
    QUALIFICATION = "qualification", _("资格审查结果")
    CANDIDATES = "candidates", _("中标候选人公示")
    RESULT = "result", _("结果公告")
    TERMINATION = "termination", _("终止公告")
    CONTRACT = "contract", _("合同公告")
    PERFORMANCE = "performance", _("履约验收公示")
    LISTING = "listing", _("挂牌（出让）公告")
    CIRCULAR = "circular", _("通知公告")


_LABELS = {
    (NoticeKind.TENDER, TradeType.WORKS): _("招标公告"),
    (NoticeKind.TENDER, TradeType.GOV_PROCUREMENT): _("采购公告"),
    (NoticeKind.RESULT, TradeType.WORKS): _("中标结果公告"),
    (NoticeKind.RESULT, TradeType.GOV_PROCUREMENT): _("中标（成交）结果公告"),
    (NoticeKind.RESULT, TradeType.LAND): _("成交公示"),
    (NoticeKind.RESULT, TradeType.STATE_PROPERTY): _("交易结果公告"),
    (NoticeKind.LISTING, TradeType.LAND): _("出让公告"),
    (NoticeKind.LISTING, TradeType.MINING): _("出让公告"),
    (NoticeKind.LISTING, TradeType.STATE_PROPERTY): _("挂牌公告"),
}


def kind_label(kind: str, trade_type: str = "") -> str:
    """The word for ``kind`` as that trade uses it: a tender is 招标公告 in works, 采购公告 in purchasing."""
    special = next((label for key, label in _LABELS.items() if key == (kind, trade_type)), None)
    return str(special if special is not None else NoticeKind(kind).label)


class NoticeStage(models.TextChoices):
    """The tabs of a project page, in the order of the procedure."""

    PLANNING = "planning", _("计划与意向")
    NOTICE = "notice", _("交易公告")
    OPENING = "opening", _("开标")
    CANDIDATES = "candidates", _("候选人公示")
    RESULT = "result", _("交易结果")
    CONTRACT = "contract", _("合同与履约")
    OTHER = "other", _("其他")


STAGE_OF = {
    NoticeKind.INTENTION: NoticeStage.PLANNING,
    NoticeKind.PLAN: NoticeStage.PLANNING,
    NoticeKind.TENDER: NoticeStage.NOTICE,
    NoticeKind.PREQUALIFICATION: NoticeStage.NOTICE,
    NoticeKind.INVITATION: NoticeStage.NOTICE,
    NoticeKind.CLARIFICATION: NoticeStage.NOTICE,
    NoticeKind.CORRECTION: NoticeStage.NOTICE,
    NoticeKind.LISTING: NoticeStage.NOTICE,
    NoticeKind.OPENING_RECORD: NoticeStage.OPENING,
    NoticeKind.QUALIFICATION: NoticeStage.OPENING,
    NoticeKind.CANDIDATES: NoticeStage.CANDIDATES,
    NoticeKind.RESULT: NoticeStage.RESULT,
    NoticeKind.TERMINATION: NoticeStage.RESULT,
    NoticeKind.CONTRACT: NoticeStage.CONTRACT,
    NoticeKind.PERFORMANCE: NoticeStage.CONTRACT,
    NoticeKind.CIRCULAR: NoticeStage.OTHER,
}


class NoticeState(models.TextChoices):
    """A notice exists only once it is public; drafts live with the editors."""

    PUBLISHED = "published", _("已发布")
    WITHDRAWN = "withdrawn", _("已撤下")


NOTICE_MOVES = Moves(
    NoticeState,
    [
        Move(
            NoticeState.PUBLISHED,
            "withdraw",
            NoticeState.WITHDRAWN,
            who="supervisor",
            note="on a supervisor's order or a legal duty; a stub stays",
        )
    ],
)


class WithdrawalBasis(models.TextChoices):
    """The only grounds on which a published notice is taken down."""

    ORDER = "order", _("行政监督部门决定")
    SECRET = "secret", _("涉及国家秘密或商业秘密")
    PERSONAL = "personal", _("涉及个人信息")


class Origin(models.TextChoices):
    """Where the text came from; shown on the notice."""

    NATIVE = "native", _("本平台发布")
    IMPORTED = "imported", _("外部导入")


class Precision(models.TextChoices):
    """How exactly the publishing time is known: date-only sources say 日."""

    SECOND = "second", _("精确到秒")
    DAY = "day", _("精确到日")


class AmountKind(models.TextChoices):
    """What the amount of a notice means."""

    BUDGET = "budget", _("预算金额")
    CEILING = "ceiling", _("最高限价")
    STARTING = "starting", _("起始价")
    AWARD = "award", _("成交金额")
    CONTRACT = "contract", _("合同金额")


class PartyPart(models.TextChoices):
    """In which part a notice names somebody."""

    BUYER = "buyer", _("采购（招标）单位")
    AGENCY = "agency", _("代理机构")
    WINNER = "winner", _("中标（成交）人")
    CANDIDATE = "candidate", _("中标候选人")
    SUPPLIER = "supplier", _("供应商")


class CodeKind(models.TextChoices):
    """Which code names a project or a lot."""

    PROJECT = "project", _("项目编号")
    LOT = "lot", _("标段（包）编号")
    PLAN = "plan", _("计划编号")


class Disclosure(models.TextChoices):
    """Who may see a field; what is not declared is internal."""

    PUBLIC = "public", _("社会公开")
    GOVERNMENT = "government", _("政务公开")
    INTERNAL = "internal", _("内部")


class QuestionState(models.TextChoices):
    """The life of a reader's question."""

    ASKED = "asked", _("待答复")
    ANSWERED = "answered", _("已答复")
    PUBLISHED = "published", _("已公开")
    CLOSED = "closed", _("不予答复")


QUESTION_MOVES = Moves(
    QuestionState,
    [
        Move(
            QuestionState.ASKED,
            "answer",
            QuestionState.ANSWERED,
            who="unit",
            note="answered to the asker only",
        ),
        Move(
            QuestionState.ASKED,
            "answer_publicly",
            QuestionState.PUBLISHED,
            who="unit",
            note="only if the asker agreed to publicity",
        ),
        Move(QuestionState.ASKED, "close", QuestionState.CLOSED, who="unit", note="with a reason"),
        Move(QuestionState.ANSWERED, "publish", QuestionState.PUBLISHED, who="unit", note="both agree"),
    ],
)


class ScanRule(models.TextChoices):
    """What a scan looks for."""

    ID_NUMBER = "id_number", _("居民身份证号码")
    MOBILE = "mobile", _("手机号码")
    BANK_CARD = "bank_card", _("银行卡号")
    WORD = "word", _("敏感词语")
    CONFLICT = "conflict", _("编号指向不同项目")
    CHANGED = "changed", _("来源文本有变动")
    FILE = "file", _("附件内容")


class ScanState(models.TextChoices):
    """What became of a hit."""

    OPEN = "open", _("待处理")
    EXPLAINED = "explained", _("已说明理由")
    ACCEPTED = "accepted", _("核实无碍")
    ACTED = "acted", _("已处置")


SCAN_MOVES = Moves(
    ScanState,
    [
        Move(ScanState.OPEN, "accept", ScanState.ACCEPTED, who="reviewer", note="harmless, with a reason"),
        Move(
            ScanState.OPEN,
            "act",
            ScanState.ACTED,
            who="reviewer",
            note="something was done, said in the reason",
        ),
    ],
)
