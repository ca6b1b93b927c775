"""The notice drafts in Wagtail's editor: list, form, attachments, review."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.snippets.views import snippets

from cms import actions, rules
from cms.forms import NoticeDraftForm, StartForm
from cms.models import NoticeDraft
from cms.queries import drafts_matching
from cms.views.panels import draft_edit_handler
from cms.views.review import attachments, review
from marketplace.disclosure.models import Notice
from marketplace.disclosure.states import NoticeKind
from marketplace.kernel import clock
from marketplace.kernel.refusal import NotAllowed, Refused

_CLOSED = frozenset({"usage", "copy", "revisions_revert", "revisions_unschedule", "unpublish", "inspect"})


def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """An address that Wagtail names in its templates and that does not exist here."""
    raise Http404


def scoped(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 404 for a draft that does not exist for this actor, whatever the address does."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not rules.visible_to(rules.actor_of(request.user)).filter(pk=kwargs["pk"]).exists():
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


class ActionMixin:
    """Sends what Wagtail's form does through the actions, and shows their refusals."""

    def act(self) -> dict[str, Any]:
        """Who acts and when the request came."""
        return {"by": rules.actor_of(self.request.user), "at": clock.now()}

    def save_instance(self) -> NoticeDraft:
        """Wagtail's own save, inside the action that decides whether it may be."""
        return actions.save_draft(draft=self.form.instance, store=super().save_instance, **self.act())

    def form_valid(self, form: Any) -> HttpResponse:
        """As Wagtail's; a refusal is shown at its field and nothing is lost."""
        try:
            return super().form_valid(form)
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.message) from refusal
        except Refused as refusal:
            return self._refused(refusal)

    def _refused(self, refusal: Refused) -> HttpResponse:
        messages.error(self.request, refusal.message)
        if self.form.instance.pk:
            return redirect(reverse(self.edit_url_name, args=[self.form.instance.pk]))
        return self.form_invalid(self.form)

    def submit_action(self) -> None:
        """Hand over to the reviewers."""
        actions.submit_draft(draft=self.object, **self.act())

    def restart_workflow_action(self) -> None:
        """The same door as submitting."""
        actions.submit_draft(draft=self.object, **self.act())

    def cancel_workflow_action(self) -> None:
        """Take it back before the decision."""
        actions.take_back_draft(draft=self.object, **self.act())

    def publish_action(self) -> None:
        """There is no such button; who sends it anyway is refused."""
        raise PermissionDenied(_("公告只能经审核发布。"))


class DraftIndexView(snippets.IndexView):
    """The branch's drafts; the search box asks our own search."""

    default_ordering = "-created_at"

    @cached_property
    def is_searchable(self) -> bool:
        """Our search needs no index of Wagtail's."""
        return True

    def search_queryset(self, queryset: QuerySet[NoticeDraft]) -> Any:
        """The same words and codes as in the public's search."""
        return drafts_matching(queryset, self.search_query) if self.search_query else queryset

    def get_base_queryset(self) -> QuerySet[NoticeDraft]:
        """What exists for this actor."""
        return rules.visible_to(rules.actor_of(self.request.user)).select_related("author", "latest_revision")

    @cached_property
    def columns(self) -> list[Any]:
        """Title, kind, state, author, last change."""
        return [
            self._get_title_column("__str__"),
            Column("kind_label", label=gettext_lazy("类型"), accessor="kind_label"),
            Column("get_state_display", label=gettext_lazy("状态"), sort_key="state"),
            Column(
                "author", label=gettext_lazy("编写人"), accessor=lambda draft: draft.author.get_full_name()
            ),
            DateColumn("created_at", label=gettext_lazy("创建时间"), sort_key="created_at"),
        ]

    def get_edit_url(self, instance: NoticeDraft) -> str:
        """Authors open the form, reviewers the page on which they decide."""
        name = "edit" if self.user_has_permission("change") else "review"
        return reverse(self.model.snippet_viewset.get_url_name(name), args=[instance.pk])


class DraftCreateView(ActionMixin, snippets.CreateView):
    """First what it is, then its form."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Without a kind and a trade, ask for them first."""
        actor = rules.actor_of(request.user)
        if not rules.may_write(actor):
            raise PermissionDenied(_("只有本中心的公告编写人可以起草公告。"))
        if self.start is None:
            return self._ask(request)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def start(self) -> dict[str, Any] | None:
        """What the address says is to be written; None when it does not say."""
        form = StartForm(self.request.GET, actor=rules.actor_of(self.request.user))
        return form.cleaned_data if form.is_valid() else None

    def _ask(self, request: HttpRequest) -> HttpResponse:
        from django.template.response import TemplateResponse

        data = request.GET if request.GET else None
        form = StartForm(data, actor=rules.actor_of(request.user))
        context = {
            "form": form,
            "page_title": _("起草公告"),
            "header_title": _("起草公告"),
            "header_icon": "doc-full-inverse",
        }
        return TemplateResponse(request, "cms/editor/start.html", context)

    def get_form_kwargs(self) -> dict[str, Any]:
        """A new draft of the asked kind, in the author's branch."""
        kwargs = super().get_form_kwargs()
        kwargs["instance"] = new_draft(self.start or {}, rules.actor_of(self.request.user).branch_id)
        return kwargs

    def get_add_url(self) -> str:
        """The form comes back to the same kind."""
        return f"{reverse(self.add_url_name)}?{self.request.GET.urlencode()}"

    def get_preview_url(self) -> None:
        """A preview needs a stored draft."""
        return


def new_draft(start: dict[str, Any], branch_id: int | None) -> NoticeDraft:
    """An unsaved draft: of a kind, or of the correction of a notice, with what is known filled in."""
    from marketplace.registry.models import Branch

    branch = Branch.objects.select_related("region").get(pk=branch_id)
    draft = NoticeDraft(branch=branch, region=branch.region)
    notice = start.get("corrects")
    if notice is not None:
        return _correction_of(notice, draft)
    draft.kind, draft.trade_type = start.get("kind", ""), start.get("trade_type", "")
    return draft


def _correction_of(notice: Notice, draft: NoticeDraft) -> NoticeDraft:
    draft.kind, draft.corrects, draft.trade_type = NoticeKind.CORRECTION, notice, notice.trade_type
    draft.title = _("%(title)s（更正公告）") % {"title": notice.title}
    for name in (
        "buyer_name",
        "agency_name",
        "winner_name",
        "amount",
        "amount_kind",
        "deadline_at",
        "opening_at",
    ):
        setattr(draft, name, getattr(notice, name))
    draft.fields, draft.region = dict(notice.fields), notice.region or draft.region
    draft.project_name = notice.project.name if notice.project else ""
    draft.project_code = ";".join(notice.codes)
    return draft


class DraftEditView(ActionMixin, snippets.EditView):
    """The form of a stored draft; locked once it is handed over."""

    def get_usage_url(self) -> None:
        """Nothing in Wagtail refers to a draft."""
        return


class DraftDeleteView(snippets.DeleteView):
    """Delete an unreleased draft, through its action."""

    def delete_action(self) -> None:
        """One action, one event; a refusal goes back to the list."""
        actions.delete_draft(draft=self.object, by=rules.actor_of(self.request.user), at=clock.now())


class NoticeDraftViewSet(snippets.SnippetViewSet):
    """Notice drafts at ``/editor/notices/``."""

    model = NoticeDraft
    base_url_path = "notices"
    icon = "doc-full-inverse"
    menu_label = gettext_lazy("公告")
    menu_order = 90
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = False
    list_filter = ["state", "kind", "trade_type"]
    list_per_page = 20
    index_view_class = DraftIndexView
    add_view_class = DraftCreateView
    edit_view_class = DraftEditView
    delete_view_class = DraftDeleteView
    edit_template_name = "cms/editor/edit.html"

    def get_edit_handler(self) -> Any:
        """Our panels over our form."""
        handler = draft_edit_handler()
        handler.base_form_class = NoticeDraftForm
        return handler.bind_to_model(self.model)

    def get_urlpatterns(self) -> list[URLPattern]:
        """Wagtail's addresses without those that go around the review; each one with its object scoped."""
        own = [
            path("review/<int:pk>/", scoped(review), name="review"),
            path("attachments/<int:pk>/", scoped(attachments), name="attachments"),
        ]
        patterns = super().get_urlpatterns()
        for one in patterns:
            if one.name in _CLOSED:
                one.callback = closed
            elif "pk" in str(one.pattern):
                one.callback = scoped(one.callback)
        return patterns + own
