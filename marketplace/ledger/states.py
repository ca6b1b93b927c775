"""The states of a delivery."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DeliveryState(TextChoices):
    """投递状态: an event on its way to one consumer."""

    WAITING = "waiting", _("待投递")
    DONE = "done", _("已投递")
