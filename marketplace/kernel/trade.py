"""The kinds of trade that the platform carries."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TradeType(TextChoices):
    """交易类型: which body of law a project, notice, grant or rule belongs to."""

    WORKS = "works", _("工程建设")
    GOV_PROCUREMENT = "gov_procurement", _("政府采购")
    LAND = "land", _("土地使用权")
    MINING = "mining", _("矿业权")
    STATE_PROPERTY = "state_property", _("国有产权")
    RURAL_PROPERTY = "rural_property", _("农村产权")
    ENVIRONMENT = "environment", _("环境权")
    OTHER = "other", _("其他")
