"""Every address of ours, read from the routes themselves, with objects to put into them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cms.models import ErrorReport, NoticeDraft
from marketplace.disclosure.models import Attachment, Notice, Question, ScanHit, TradeProject
from marketplace.inbox.models import Message
from marketplace.ledger.models import Event
from marketplace.registry.models import (
    Branch,
    Holiday,
    LoginSession,
    Party,
    Person,
    RoleGrant,
    RuleVersion,
    User,
)

OURS = ("sunlit.", "cms.", "search.", "marketplace.", "frontend.")
OWN_BRANCH, OTHER_BRANCH = "own", "other"


@dataclass(frozen=True, slots=True)
class Route:
    """One named address and the names of its parameters."""

    name: str
    parameters: tuple[str, ...]


def ours() -> list[Route]:
    """Routes whose view is in a room of ours, in order of name."""
    found = {route.name: route for route in _walk(get_resolver().url_patterns, "", ())}
    return [found[name] for name in sorted(found)]


def _walk(patterns: list[Any], namespace: str, outer: tuple[str, ...]) -> Iterator[Route]:
    for pattern in patterns:
        parameters = (*outer, *_parameters(pattern))
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner, parameters)
        elif isinstance(pattern, URLPattern) and _module(pattern).startswith(OURS):
            yield Route(f"{namespace}{pattern.name or pattern.pattern}", parameters)


def _parameters(pattern: URLPattern | URLResolver) -> tuple[str, ...]:
    known = pattern.pattern
    return tuple(known.regex.groupindex) if hasattr(known, "regex") else ()


def _module(pattern: URLPattern) -> str:
    view = pattern.callback
    return str(getattr(getattr(view, "view_class", None), "__module__", None) or view.__module__)


class Objects:
    """Finds for a route's parameters an object of the role's own branch, or of another one."""

    def __init__(self, branch: Branch, party: Party, user: User | None) -> None:
        self.branch, self.party, self.user = branch, party, user

    def address(self, route: Route, scope: str) -> str | None:
        """The address with an object of that scope; ``None`` where the site has no such object."""
        if not route.parameters:
            return reverse(route.name)
        find = FINDERS.get(route.name) or FINDERS[next(iter(_families(route)))]
        values = find(self, scope == OWN_BRANCH)
        return None if values is None else reverse(route.name, kwargs=values)

    def first(self, model: Any, own: bool, path: str = "branch", **wanted: Any) -> Any:
        """The first row of the own, or of any other branch."""
        rows = model.objects.filter(**wanted)
        rows = rows.filter(**{path: self.branch}) if own else rows.exclude(**{path: self.branch})
        return rows.order_by("pk").first()


def _families(route: Route) -> Iterator[str]:
    for prefix in FAMILIES:
        if route.name.startswith(prefix):
            yield prefix
    raise LookupError(
        f"no object is known for the route {route.name} {route.parameters}: add it to tests/sunlit/routes.py"
    )


Finder = Callable[[Objects, bool], dict[str, Any] | None]


def by(model: Any, parameter: str, path: str = "branch", field: str = "pk", **more: Any) -> Finder:
    """A finder for routes with one object; ``more`` holds further parameters."""

    def find(objects: Objects, own: bool) -> dict[str, Any] | None:
        row = objects.first(model, own, path)
        return {parameter: getattr(row, field)} | more if row else None

    return find


def question(objects: Objects, own: bool, **more: Any) -> dict[str, Any] | None:
    """A question on a notice of the branch."""
    row = objects.first(Question, own, "notice__branch")
    return {"question_id": row.public_id} if row else None


def question_of_notice(objects: Objects, own: bool) -> dict[str, Any] | None:
    """A question together with its notice."""
    row = objects.first(Question, own, "notice__branch")
    return {"public_id": row.notice.public_id, "question_id": row.public_id} if row else None


def party(event: str = "") -> Finder:
    """The own party, or another one."""

    def find(objects: Objects, own: bool) -> dict[str, Any] | None:
        row = objects.party if own else Party.objects.exclude(pk=objects.party.pk).order_by("pk").first()
        return {"public_id": row.public_id} | ({"event": event} if event else {}) if row else None

    return find


def any_of(model: Any, parameter: str, field: str = "pk", **more: Any) -> Finder:
    """Rows that belong to no branch: the first for own, the last for other."""

    def find(objects: Objects, own: bool) -> dict[str, Any] | None:
        row = model.objects.order_by("pk" if own else "-pk").first()
        return {parameter: getattr(row, field)} | more if row else None

    return find


def fixed(**values: Any) -> Finder:
    """Parameters that name no row."""
    return lambda objects, own: values


def message(objects: Objects, own: bool) -> dict[str, Any] | None:
    """The newest message of the one who asks, or of somebody else."""
    rows = Message.objects.order_by("-pk")
    row = (rows.filter(user=objects.user) if own else rows.exclude(user=objects.user)).first()
    return {"pk": row.pk} if row else None


def revision(objects: Objects, own: bool) -> dict[str, Any] | None:
    """A draft of the branch with its newest revision."""
    row = objects.first(NoticeDraft, own, latest_revision__isnull=False)
    return {"pk": row.pk, "revision_id": row.latest_revision_id} if row else None


def person_session(objects: Objects, own: bool) -> dict[str, Any] | None:
    """A session of a person of the branch."""
    row = objects.first(LoginSession, own, "user__person__branch")
    return {"pk": row.user.person_id, "uid": row.uid} if row else None


def holiday(objects: Objects, own: bool) -> dict[str, Any] | None:
    """Any holiday."""
    row = Holiday.objects.order_by("day").first()
    return {"day": row.day.isoformat()} if row else None


def notice_event(objects: Objects, own: bool) -> dict[str, Any] | None:
    """The event of a release in the branch; it stands in the log already."""
    notice = objects.first(Notice, own)
    event = (
        Event.objects.filter(subject_id=str(notice.pk), subject_type="disclosure.Notice")
        .order_by("pk")
        .first()
    )
    return {"uid": event.uid} if event else None


FINDERS: dict[str, Finder] = {
    "disclosure:file": by(Attachment, "public_id", "branch", "public_id"),
    "disclosure:question": question_of_notice,
    "wagtailsnippets_cms_noticedraft:revisions_revert": revision,
    "wagtailsnippets_cms_noticedraft:revisions_unschedule": revision,
    "disclosure:desk_scan_hit": by(ScanHit, "pk", "notice__branch"),
    "disclosure:desk_project": by(TradeProject, "public_id", "notices__branch", "public_id"),
    "disclosure:desk_project_merge": by(TradeProject, "public_id", "notices__branch", "public_id"),
    "disclosure:desk_project_split": by(TradeProject, "public_id", "notices__branch", "public_id"),
    "project": by(TradeProject, "public_id", "notices__branch", "public_id"),
    "party": party(),
    "desk_party": party(),
    "desk_party_edit": party(),
    "desk_party_act": party("suspend"),
    "desk_person": by(Person, "pk"),
    "desk_person_edit": by(Person, "pk"),
    "desk_person_code": by(Person, "pk"),
    "desk_account_state": by(Person, "pk"),
    "desk_end_session": person_session,
    "desk_grant_revoke": by(RoleGrant, "pk"),
    "desk_branch": lambda objects, own: {
        "pk": objects.branch.pk if own else Branch.objects.exclude(pk=objects.branch.pk).order_by("pk")[0].pk
    },
    "desk_rule": any_of(RuleVersion, "pk"),
    "desk_rule_decide": any_of(RuleVersion, "pk", event="approve"),
    "rule": any_of(RuleVersion, "key", "rule_id"),
    "desk_holiday_year": fixed(year=2026),
    "desk_holiday_remove": holiday,
    "desk_report": any_of(ErrorReport, "pk"),
    "inbox:message": message,
    "inbox:open": message,
    "end_session": by(LoginSession, "uid", "user__person__branch", "uid"),
    "ledger_event": notice_event,
    "ledger_proof": notice_event,
    "ledger_entries": fixed(address="000"),
    "ledger_tile": fixed(level="0", address="000"),
}
FAMILIES: dict[str, Finder] = {
    "disclosure:desk_question": question,
    "disclosure:": by(Notice, "public_id", "branch", "public_id"),
    "notice": by(Notice, "public_id", "branch", "public_id"),
    "wagtailsnippets_cms_noticedraft:": by(NoticeDraft, "pk"),
}
FINDERS |= FAMILIES
