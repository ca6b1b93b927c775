"""What the register's events mean to people: rules that wait, rules decided."""

from django.utils.translation import gettext as _

from marketplace.inbox.consumers.routes import Notification, Route
from marketplace.inbox.queries import holders, users_by_id
from marketplace.ledger.models import Event
from marketplace.registry.models import RuleVersion
from marketplace.registry.states import Role


def _version(event: Event) -> RuleVersion:
    return RuleVersion.objects.select_related("rule").get(pk=event.subject_id)


def _rule_proposed(event: Event) -> Notification:
    version = _version(event)
    return Notification(
        users=holders(Role.SUPERVISOR, Role.SECURITY_ADMIN, region=version.region_id or ""),
        title=_("规则待批准：%(name)s") % {"name": version.rule.name},
        body=_("拟自 %(day)s 起改为“%(says)s”。依据：%(basis)s")
        % {"day": version.effective_from, "says": version.said(), "basis": version.legal_basis},
        url=f"/desk/rules/{version.pk}/",
    )


def _rule_decided(event: Event) -> Notification:
    version = _version(event)
    said = _("已批准") if event.kind.endswith("approved") else _("已退回")
    return Notification(
        users=users_by_id([version.proposed_by_id]),
        title=_("规则%(said)s：%(name)s") % {"said": said, "name": version.rule.name},
        body=version.decision_reason,
        url=f"/desk/rules/{version.pk}/",
    )


ROUTES: dict[str, Route] = {
    "registry.rule_proposed": _rule_proposed,
    "registry.rule_approved": _rule_decided,
    "registry.rule_rejected": _rule_decided,
}
