"""Rules as data: legal numbers with dates in force, and the workday calendar."""

from decimal import Decimal
from fractions import Fraction

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from marketplace.kernel.trade import TradeType
from marketplace.registry.states import RuleState


class RuleTopic(models.TextChoices):
    """The groups of the public page, in the order of a purchase."""

    SCOPE = "scope", _("进场范围与限额")
    NOTICE = "notice", _("公告与文件")
    BID = "bid", _("投标与保证金")
    REVIEW = "review", _("评审")
    AWARD = "award", _("结果与合同")
    REMEDY = "remedy", _("异议、质疑与投诉")
    RECORD = "record", _("档案与公开")
    PENALTY = "penalty", _("法律责任")


class RuleUnit(models.TextChoices):
    """Units; a day (日) and a workday (工作日) are different things."""

    DAY = "day", _("日")
    WORKDAY = "workday", _("个工作日")
    MONTH = "month", _("个月")
    YEAR = "year", _("年")
    MINUTE = "minute", _("分钟")
    YUAN = "yuan", _("元")
    PERCENT = "percent", _("百分比")
    COUNT = "count", _("个（家、人）")
    FRACTION = "fraction", _("分数")
    WORDS = "words", _("文字规定")


class Evidence(models.TextChoices):
    """How well we know the number; shown to everyone in these words."""

    READ = "V", _("已核对法规原文")
    SECONDARY = "C", _("多个第三方资料一致，原文待核")
    PRACTICE = "X", _("来自某地系统的实际做法，非法律规定")
    KNOWN = "K", _("据业务知识录入，使用前请核对原文")


class Relation(models.TextChoices):
    """How a number binds: as a floor, a ceiling, a fixed value or a default."""

    AT_LEAST = "at_least", _("不少于")
    AT_MOST = "at_most", _("不超过")
    EXACTLY = "exactly", _("为")
    BELOW = "below", _("低于")


class Latitude(models.TextChoices):
    """Who may set another number: national law only, a region, or each tender file."""

    LAW = "law", _("国家统一规定")
    REGION = "region", _("地方可另行规定")
    TENDER = "tender", _("由采购（招标）文件规定")


class Rule(models.Model):
    """One number of the law under a stable key such as ``L14.start``.

    ``clause`` groups the numbers of one provision (``L14``). Kept for ever.
    """

    key = models.CharField(max_length=32, primary_key=True)
    clause = models.CharField(max_length=12, db_index=True)
    topic = models.CharField(max_length=16, choices=RuleTopic.choices)
    name = models.CharField(max_length=120)
    relation = models.CharField(max_length=10, choices=Relation.choices)
    latitude = models.CharField(max_length=10, choices=Latitude.choices)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order", "key"]

    def __str__(self) -> str:
        return f"{self.key} {self.name}"


class RuleVersion(models.Model):
    """What a rule says in one region and trade type from one day to another.

    ``region`` empty means the whole country, ``trade_type`` empty every trade.
    ``effective_to`` is the last day in force. Exactly one of ``value`` and ``text``
    is filled; a version that ``repeals`` has neither and only ends its predecessor.
    Rows are proposed by one person and decided by another; seeded ones have neither.
    """

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="versions")
    region = models.ForeignKey(
        "registry.Region", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    trade_type = models.CharField(max_length=20, choices=TradeType.choices, blank=True, default="")
    value = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    text = models.CharField(max_length=300, blank=True, default="")
    unit = models.CharField(max_length=10, choices=RuleUnit.choices)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    legal_basis = models.CharField(max_length=300)
    evidence = models.CharField(max_length=1, choices=Evidence.choices)
    note = models.CharField(max_length=500, blank=True, default="")
    repeals = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=RuleState.choices)
    proposed_by = models.ForeignKey("registry.User", on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("registry.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=500, blank=True, default="")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["rule", "effective_from", "pk"]
        indexes = [models.Index(fields=["rule", "state", "effective_from"], name="rule_lookup")]
        constraints = [
            models.CheckConstraint(
                name="rule_version_has_one_content",
                condition=Q(repeals=True, value__isnull=True, text="")
                | Q(repeals=False, value__isnull=False, text="")
                | (Q(repeals=False, value__isnull=True) & ~Q(text="")),
            ),
            models.CheckConstraint(
                name="rule_version_dates_in_order",
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
            ),
            models.CheckConstraint(
                name="rule_version_decided_by_another",
                condition=Q(proposed_by__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(proposed_by=F("decided_by")),
            ),
            models.CheckConstraint(
                name="rule_version_state_has_its_time",
                condition=Q(state=RuleState.PROPOSED, decided_at__isnull=True, proposed_at__isnull=False)
                | (~Q(state=RuleState.PROPOSED) & Q(decided_at__isnull=False)),
            ),
            models.UniqueConstraint(
                "rule",
                Coalesce("region", Value("")),
                "trade_type",
                "effective_from",
                name="rule_version_one_start_per_scope",
                condition=Q(state=RuleState.IN_FORCE),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.said()}"

    @property
    def fraction(self) -> Fraction:
        """The exact number; raises ``ValueError`` when the rule is words only."""
        return Fraction(self.text) if self.value is None else Fraction(self.value)

    def number(self) -> str:
        """The number without useless zeros and never with an exponent."""
        if self.value is None:
            return self.text
        plain = f"{self.value:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain

    def said(self) -> str:
        """The content in plain words, with its unit: ``20 日``, ``2%``, ``400 万元``."""
        if self.repeals:
            return str(_("废止"))
        if self.value is None:
            return self.text
        if self.unit == RuleUnit.PERCENT:
            return f"{self.number()}%"
        if self.unit == RuleUnit.YUAN and self.value % 10_000 == 0:
            return f"{(self.value / 10_000).quantize(Decimal(1)):f} {_('万元')}"
        return f"{self.number()} {self.get_unit_display()}"


class HolidayYear(models.Model):
    """A year whose holidays are entered completely, with the notice that set them."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    legal_basis = models.CharField(max_length=200)

    class Meta:
        ordering = ["year"]

    def __str__(self) -> str:
        return str(self.year)


class Holiday(models.Model):
    """One day that differs from the plain week: a day off, or a swap workday (调休上班)."""

    day = models.DateField(primary_key=True)
    name = models.CharField(max_length=40)
    is_workday = models.BooleanField()

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
