"""The page tree, groups and workflow that every installation starts with."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Site,
    Task,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
    WorkflowTask,
)

from cms.actions._journal import covered
from cms.actions._tree import CHANNELS, Channel
from cms.models import ChannelPage, HomePage, NoticeDraft, ReviewTask
from cms.rules import GROUP_OF_ROLE
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.refusal import NotAllowed
from marketplace.ledger.actions import append
from marketplace.registry.queries import active_grants
from marketplace.registry.rules import is_platform_itself
from marketplace.registry.states import Role

_PAGE_PERMISSIONS: dict[str, tuple[str, ...]] = {
    Role.AUTHOR: ("add_page", "change_page"),
    Role.REVIEWER: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
}
_MEDIA_PERMISSIONS = (
    "add_image",
    "change_image",
    "choose_image",
    "add_document",
    "change_document",
    "choose_document",
)


@transaction.atomic
def build_site(*, by: Actor, at: datetime) -> HomePage:
    """Create what is missing of the channels (R1), the editors' groups and the review workflow.

    Idempotent: an editor's changes to pages that exist are left alone; one event when
    anything was created. The platform itself only; raises ``NotAllowed``.
    """
    if not is_platform_itself(by):
        raise NotAllowed("the page tree is built by setup")
    with covered():
        home, created = _home()
        made = [home.slug] if created else []
        made += [page.slug for channel in CHANNELS for page in _channel(home, channel)]
    groups = {role: _group(role) for role in GROUP_OF_ROLE}
    made += _notice_workflow() + _page_workflow(groups[Role.REVIEWER])
    if made:
        append("cms.site_built", by=by, at=at, subject=home, data={"created": made})
    return home


def follow_grants(*, user: Any, by: Actor, at: datetime) -> None:
    """Make a user's groups those of the person's grants in force today; asked at each request.

    Follows a fact that the ledger already holds (the grant), so it writes no event. Writes
    only when something differs.
    """
    roles = {grant.role for grant in active_grants(user.person_id)} if user.person_id else set()
    wanted = {GROUP_OF_ROLE[role] for role in roles if role in GROUP_OF_ROLE}
    have = {group.name for group in user.groups.all()}
    if wanted != have:
        user.groups.set(Group.objects.filter(name__in=wanted))


def _home() -> tuple[HomePage, bool]:
    known = HomePage.objects.first()
    if known is not None:
        return known, False
    root = Page.get_first_root_node()
    for welcome in root.get_children().filter(slug="home"):
        Site.objects.filter(root_page=welcome).delete()
        welcome.delete()
        root.refresh_from_db()
    home = HomePage(title="首页", slug="home", first_published_at=clock.now())
    root.add_child(instance=home)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "port": 80, "root_page": home, "site_name": "阳光交易"},
    )
    return home, True


def _channel(parent: Page, channel: Channel) -> list[Page]:
    known = parent.get_children().filter(slug=channel.slug).first()
    made: list[Page] = []
    if known is None:
        page = channel.model(title=channel.title, slug=channel.slug, intro=channel.intro)
        page.first_published_at, page.show_in_menus = clock.now(), True
        if isinstance(page, ChannelPage):
            page.listing, page.body = channel.listing, list(channel.body)
        parent.refresh_from_db()
        known = parent.add_child(instance=page)
        made.append(known)
    for child in channel.children:
        made += _channel(known, child)
    return made


def _group(role: str) -> Group:
    group, _created = Group.objects.get_or_create(name=GROUP_OF_ROLE[role])
    access = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    group.permissions.add(access)
    root, collection = Page.get_first_root_node(), Collection.get_first_root_node()
    for codename in _PAGE_PERMISSIONS[role]:
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    for codename in _MEDIA_PERMISSIONS:
        permission = Permission.objects.get(codename=codename, content_type__app_label__startswith="wagtail")
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=collection, permission=permission
        )
    return group


def _notice_workflow() -> list[str]:
    task = ReviewTask.objects.first()
    if task is None:
        task = ReviewTask.objects.create(name="公告审核", active=True)
    content_type = ContentType.objects.get_for_model(NoticeDraft)
    if WorkflowContentType.objects.filter(content_type=content_type).exists():
        return []
    workflow = _workflow("公告审核", task)
    WorkflowContentType.objects.create(content_type=content_type, workflow=workflow)
    return ["notice-review"]


def _page_workflow(reviewers: Group) -> list[str]:
    if GroupApprovalTask.objects.filter(groups=reviewers).exists():
        return []
    # Wagtail's own two groups and their workflow would be a second way in.
    Workflow.objects.filter(name="Moderators approval").delete()
    GroupApprovalTask.objects.filter(name="Moderators approval").delete()
    Group.objects.filter(name__in=("Moderators", "Editors")).delete()
    task = GroupApprovalTask.objects.create(name="网页审核", active=True)
    task.groups.add(reviewers)
    WorkflowPage.objects.create(workflow=_workflow("网页审核", task), page=Page.get_first_root_node())
    return ["page-review"]


def _workflow(name: str, task: Task) -> Workflow:
    workflow = Workflow.objects.create(name=name, active=True)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    return workflow
