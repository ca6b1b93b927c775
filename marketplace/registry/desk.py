"""The workbench: rooms register their entries here, each role sees its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.kernel.actor import Actor
from marketplace.registry.models import Branch, Party, Person
from marketplace.registry.queries.people import actor_for
from marketplace.registry.states import Role

Text = str | Promise

# The order of groups in the menu; a group that is not here comes last.
GROUPS: tuple[Text, ...] = (
    "",
    gettext_lazy("公告"),
    gettext_lazy("主体与人员"),
    gettext_lazy("规则"),
    gettext_lazy("系统"),
)


@dataclass(frozen=True, slots=True)
class DeskEntry:
    """One line of the menu: who sees it and how much waits behind it.

    ``url_name`` is the name of a URL, or a path that begins with ``/``. ``roles`` are
    values of ``Role``; empty means every role. ``count`` returns what waits for this actor
    (0 shows nothing) and is called in every desk page: keep it to one cheap query.
    ``todo`` puts a count on the home page's list of things to do.
    """

    label: Text
    url_name: str
    icon: str = "file-text"
    group: Text = ""
    roles: tuple[str, ...] = ()
    count: Callable[[Actor], int] | None = None
    todo: bool = True

    def url(self) -> str:
        """The address in the language of the page."""
        return self.url_name if self.url_name.startswith("/") else reverse(self.url_name)

    def is_for(self, actor: Actor) -> bool:
        """Whether this actor sees it."""
        return not self.roles or actor.role in self.roles


_entries: list[DeskEntry] = []


def register(entry: DeskEntry) -> None:
    """Add an entry; called in ``AppConfig.ready``. The same address twice is one entry."""
    if all(known.url_name != entry.url_name for known in _entries):
        _entries.append(entry)


def entries_for(actor: Actor) -> list[DeskEntry]:
    """What one actor sees, in the order of groups and registration."""
    order = {str(group): place for place, group in enumerate(GROUPS)}
    mine = [entry for entry in _entries if entry.is_for(actor)]
    return sorted(mine, key=lambda entry: (order.get(str(entry.group), len(order)), entry.url_name != "desk"))


def groups_for(actor: Actor, path: str) -> list[dict[str, Any]]:
    """The menu as ``desk.html`` draws it; the longest matching address is the current one."""
    entries = [(entry, entry.url()) for entry in entries_for(actor)]
    current = max((url for _entry, url in entries if path.startswith(url)), key=len, default="")
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry, url in entries:
        count = entry.count(actor) if entry.count else 0
        line = {
            "label": entry.label,
            "url": url,
            "icon": entry.icon,
            "count": count,
            "current": url == current,
            "todo": entry.todo,
        }
        groups.setdefault(str(entry.group), []).append(line)
    return [{"label": label, "entries": lines} for label, lines in groups.items()]


def _unit(actor: Actor) -> str:
    if actor.party_id:
        return Party.objects.values_list("name", flat=True).get(pk=actor.party_id)
    if actor.branch_id:
        return Branch.objects.values_list("name", flat=True).get(pk=actor.branch_id)
    return ""


def _person(actor: Actor) -> str:
    name = Person.objects.filter(pk=actor.person_id).values_list("name", flat=True).first()
    return name or actor.name


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``desk_nav``, ``desk_role``, ``desk_unit``, ``desk_person``, on demand."""

    def lazy(read: Callable[[Actor], Any]) -> SimpleLazyObject:
        return SimpleLazyObject(lambda: read(actor_for(request)))

    return {
        "desk_nav": lazy(lambda actor: groups_for(actor, request.path)),
        "desk_role": lazy(lambda actor: str(Role(actor.role).label) if actor.role else _("工作台")),
        "desk_unit": lazy(_unit),
        "desk_person": lazy(_person),
    }
